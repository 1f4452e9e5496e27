#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Bad job files, command lines and data files: exit code, message, and nothing written.

usage: malformed.py PROGRAM SOURCE_FOLDER"""
import gzip
import os
import shutil
import struct
import subprocess
import sys
import tempfile

program, source = sys.argv[1:3]
folder = tempfile.mkdtemp()
failures = 0
rows = []


def attempt(name, job, code, *fragments, arguments=(), verb="run", keep=None):
    """Runs `verb` on a job text; checks code and fragments of stderr, and that no result appeared."""
    global failures
    path = os.path.join(folder, "job.toml")
    with open(path, "w") as file:
        file.write(job)
    result = os.path.join(folder, "result.h5")
    before = open(keep, "rb").read() if keep else None
    if not keep and os.path.exists(result):
        os.remove(result)
    command = [program, verb, path, *arguments]
    if verb == "run" and "-o" not in arguments:
        command += ["-o", result]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    good = done.returncode == code and all(f in done.stderr for f in fragments)
    good = good and (open(keep, "rb").read() == before if keep else not os.path.exists(result))
    failures += not good
    message = done.stderr.strip().replace(folder, "").split("\n")
    rows.append((name, done.returncode, message[0][:150]))
    if not good:
        print(f"FAILED {name}: expected {code} and {fragments}, got {done.returncode}:\n{done.stderr}\n{done.stdout[-300:]}")


train = 'study = "train"\n'
surfaces = 'study = "loss_surfaces"\n'
glass = surfaces + '[parameters]\nsystem = "glass"\n'

# Job files
attempt("unknown study", 'study = "trian"\n', 65, "job.toml:1:", "did you mean 'train'?")
attempt("no study", 'tier = "smoke"\n', 65, "'study' is missing", "loss_surfaces")
attempt("not TOML", 'study = \n', 65, "job.toml:1:")
attempt("duplicate key", train + "[parameters]\nepochs = 1\nepochs = 2\n", 65, "job.toml:4:", "epochs")
attempt("duplicate table", train + "[seeds]\ncount = 1\n[seeds]\nmaster = 2\n", 65, "job.toml:4:")
attempt("unknown top-level key", train + "epochs = 3\n", 65, "job.toml:2:", "unknown key", "allowed: study, tier")
attempt("unknown parameter", train + "[parameters]\nepoch = 3\n", 65, "job.toml:3:1", "'epoch'", "did you mean 'epochs'?")
attempt("unknown key in [seeds]", train + "[seeds]\nconut = 3\n", 65, "seeds.conut", "did you mean 'count'?")
attempt("unknown key in [sweep]", train + "[sweep]\ngird = { epochs = [1] }\n", 65, "sweep.gird", "did you mean 'grid'?")
attempt("text for a number", train + '[parameters]\nlearning_rate = "fast"\n', 65, "job.toml:3:", "learning_rate", "must be a number")
attempt("real for an integer", train + "[parameters]\nepochs = 1.5\n", 65, "epochs = 1.5", "must be an integer")
attempt("number for a text", train + "[parameters]\nactivation = 3\n", 65, "activation", "must be a text")
attempt("not among the choices", train + '[parameters]\nactivation = "rleu"\n', 65, "must be one of", "did you mean 'relu'?")
attempt("negative epochs", train + "[parameters]\nepochs = -3\n", 65, "epochs = -3", "must be at least 1")
attempt("zero learning rate", train + "[parameters]\nlearning_rate = 0.0\n", 65, "must be greater than 0")
attempt("NaN learning rate", train + "[parameters]\nlearning_rate = nan\n", 65, "must be a finite number")
attempt("infinite weight decay", train + "[parameters]\nweight_decay = inf\n", 65, "must be a finite number")
attempt("momentum above 1", train + "[parameters]\nmomentum = 1.5\n", 65, "must be at most 1")
attempt("negative width in a list", train + "[parameters]\nhidden = [10, -5]\n", 65, "every element must be at least 1")
attempt("mixed list", train + '[parameters]\nhidden = [10, "a"]\n', 65, "must be a list of integers")
attempt("no seeds", train + "[seeds]\ncount = 0\n", 65, "seeds.count = 0")
attempt("negative master seed", train + "[seeds]\nmaster = -1\n", 65, "seeds.master = -1")
attempt("tier that does not exist", 'study = "train"\ntier = "standart"\n', 65, "did you mean 'standard'?")
attempt("empty sweep list", train + "[sweep]\ngrid = { epochs = [] }\n", 65, "at least one value")
attempt("empty grid", train + "[sweep]\ngrid = {}\n", 65, "is empty")
attempt("zip of unequal lengths", train + "[sweep]\nzip = { epochs = [1, 2], batch = [10] }\n", 65, "in step")
attempt("sweep of an unknown parameter", train + "[sweep]\ngrid = { wdith = [1] }\n", 65, "no parameter 'wdith'")
attempt("sweep value out of range", train + "[sweep]\ngrid = { epochs = [1, 0] }\n", 65, "sweep.grid.epochs = 0")
attempt("parameter swept twice", train + "[sweep]\ngrid = { epochs = [1] }\nzip = { epochs = [1] }\n", 65, "set twice")
attempt("same point twice", train + "[sweep]\ngrid = { epochs = [2, 2] }\n", 65, "are the same")
attempt("parameter of the other system", glass + "[sweep]\ngrid = { width = [5] }\n", 65, 'only where system = "network"')
attempt("several problems, all told", train + "[parameters]\nepochs = -1\nbatch = 1.5\nfoo = 1\n", 65, "epochs", "batch", "foo")
attempt("step size beyond stability", glass + "step_size = 0.3\n[sweep]\ngrid = { N = [25] }\n", 65, "unstable")
attempt("too large for memory", glass + "[sweep]\ngrid = { N = [5000] }\n", 65, "too large for this machine")
attempt("bad --set", train, 65, "--set", "did you mean 'epochs'?", arguments=["--set", "parameters.epohcs=2"])
attempt("--set without value", train, 64, "key=value", arguments=["--set", "parameters.epochs"])
attempt("unknown option", train, 64, arguments=["--fast"])
attempt("check finds it too", train + "[parameters]\nepochs = -3\n", 65, "must be at least 1", verb="check")

# Files around the job
done = subprocess.run([program, "run", os.path.join(folder, "absent.toml")], capture_output=True, text=True)
rows.append(("missing job file", done.returncode, done.stderr.strip().replace(folder, "")[:150]))
failures += done.returncode != 66
done = subprocess.run([program, "run", folder], capture_output=True, text=True)
rows.append(("folder as job file", done.returncode, done.stderr.strip().replace(folder, "")[:150]))
failures += done.returncode != 66
attempt("output folder missing", train, 73, "does not exist", arguments=["-o", os.path.join(folder, "absent", "x.h5")])
attempt("output is a folder", train, 73, "is a folder", arguments=["-o", folder])
other = os.path.join(folder, "notes.h5")
open(other, "w").write("my notes")
attempt("output is something else", train, 65, "is no result of Spinscape", arguments=["-o", other], keep=other)
small = ["--tier", "smoke", "--set", "parameters.train_samples=200", "--set", "seeds.count=1", "-q"]
mine = os.path.join(folder, "mine.h5")
job = os.path.join(folder, "train.toml")
open(job, "w").write(train)
subprocess.run([program, "run", job, "-o", mine, *small], check=True, capture_output=True)
attempt("output of another job", train, 65, "belong to parameters that this job does not have", "parameters.batch: 100  ->  50", arguments=["-o", mine, *small, "--set", "parameters.batch=50"], keep=mine)
shutil.rmtree(mine + ".run")
attempt("output of another job, no run folder", train, 65, "made with another job", "seeds.count: 1", arguments=["-o", mine, *small, "--set", "seeds.count=2"], keep=mine)
attempt("output of another study", surfaces, 65, "is the result of study 'train'", arguments=["-o", mine, "--tier", "smoke"], keep=mine)


# Data files
def idx(path, magic, sizes, data, opener=open):
    with opener(path, "wb") as file:
        file.write(struct.pack(">I", magic) + b"".join(struct.pack(">I", n) for n in sizes) + bytes(data))


def data_folder(**broken):
    path = os.path.join(folder, "data")
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    files = {"train-images-idx3-ubyte": (0x803, [4, 3, 3], [7] * 36), "train-labels-idx1-ubyte": (0x801, [4], [0, 1, 2, 3]),
             "t10k-images-idx3-ubyte": (0x803, [2, 3, 3], [7] * 18), "t10k-labels-idx1-ubyte": (0x801, [2], [0, 9])}
    for name, content in files.items():
        idx(os.path.join(path, name), *broken.get(name.replace("-", "_"), content))
    return path


def with_data(name, code, *fragments):
    attempt("data: " + name, train + f'[parameters]\ndata = "{os.path.join(folder, "data")}"\n', code, *fragments)


attempt("data: missing", train + '[parameters]\ndata = "absent.h5"\n', 66, "no data file 'absent.h5'", "looked for")
attempt("data: HDF5 of another kind", train + f'[parameters]\ndata = "{mine}"\n', 65, "is it a Spinscape data set?")
attempt("data: no HDF5", train + f'[parameters]\ndata = "{other}"\n', 65, "no HDF5 file")
data_folder(train_images_idx3_ubyte=(0x801, [4, 3, 3], [7] * 36))
with_data("wrong magic number", 65, "train-images-idx3-ubyte", "wrong magic number 0x00000801")
data_folder(train_images_idx3_ubyte=(0x803, [4, 3, 3], [7] * 30))
with_data("cut off", 65, "cut off", "30 data bytes", "36")
data_folder(train_images_idx3_ubyte=(0x803, [4, 3, 3], [7] * 40))
with_data("trailing bytes", 65, "4 bytes after")
data_folder(train_labels_idx1_ubyte=(0x801, [3], [0, 1, 2]))
with_data("fewer labels than images", 65, "3 labels", "4 images")
data_folder(train_labels_idx1_ubyte=(0x801, [4], [0, 1, 2, 10]))
with_data("label out of range", 65, "label 10 of sample 3")
data_folder(t10k_images_idx3_ubyte=(0x803, [2, 2, 2], [7] * 8))
with_data("test images of another size", 65, "training images are 3x3, test images 2x2")
os.remove(os.path.join(data_folder(), "t10k-labels-idx1-ubyte"))
with_data("a file is missing", 66, "there is no file", "idx1")
os.rename(os.path.join(data_folder(), "train-labels-idx1-ubyte"), os.path.join(folder, "data", "train-labels-idx1-ubyte.gz"))
with_data("named .gz but is none", 65, "not compressed")
path = os.path.join(data_folder(), "train-labels-idx1-ubyte")
os.remove(path)
idx(path + ".gz", 0x801, [4], [0, 1, 2, 3], gzip.open)
with open(path + ".gz", "r+b") as file:
    file.truncate(18)
with_data("gzip cut off", 65, "cannot be decompressed")
shutil.rmtree(os.path.join(folder, "data"))
os.makedirs(os.path.join(folder, "data"))
with_data("empty folder", 66, "there is no file")
with open(os.path.join(folder, "data", "test_batch.bin"), "wb") as file:
    file.write(bytes(3000))
shutil.copy(os.path.join(folder, "data", "test_batch.bin"), os.path.join(folder, "data", "data_batch_1.bin"))
with_data("CIFAR-10 cut off", 65, "no multiple", "3073")
attempt("start file missing", train + '[parameters]\nstart = "file"\nstart_file = "absent.h5"\n', 66, "absent.h5")
attempt("start file not named", train + '[parameters]\nstart = "file"\n', 65, "start_file is empty")
attempt("warm-up longer than the run", train + "[parameters]\nepochs = 2\nwarmup_epochs = 5.0\n", 65, "longer than")

for name, code, message in rows:
    print(f"{name:34} {code:3}  {message}")
print(f"{len(rows)} cases, {failures} failed")
shutil.rmtree(folder)
sys.exit(failures > 0)
