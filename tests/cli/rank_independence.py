#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The same records, summary and claims for any number of ranks, any block size, as shards, and when a
finished sweep is extended by epochs and seeds.

usage: rank_independence.py PROGRAM SOURCE_FOLDER"""
import os
import subprocess
import sys
import tempfile

program, source = sys.argv[1:3]
folder = tempfile.mkdtemp()
compare = os.path.join(source, "tests", "same_results.py")


def run(name, job, ranks, *arguments):
    result = os.path.join(folder, name + ".h5")
    command = ["mpirun", "--oversubscribe", "-n", str(ranks), program] if ranks else [program]
    subprocess.run([*command, "run", job, "-o", result, "-q", "--restart", *arguments], check=True, stdout=subprocess.DEVNULL, timeout=280)
    return result


def extended(name, job, *arguments):
    """One epoch on one rank, one more on three; then one more seed than there were."""
    result = os.path.join(folder, name + ".h5")
    for ranks, further in ((1, ["--set", "parameters.epochs=1", "--set", "seeds.count=3"]), (3, ["--set", "seeds.count=3"]), (2, [])):
        subprocess.run(["mpirun", "--oversubscribe", "-n", str(ranks), program, "run", job, "-o", result, "-q", *arguments, *further], check=True, stdout=subprocess.DEVNULL, timeout=280)
    return result


def shards(name, job, count, *arguments):
    result = os.path.join(folder, name + ".h5")
    for number in range(1, count + 1):
        command = ["mpirun", "--oversubscribe", "-n", "2", program] if number == 2 else [program]
        subprocess.run([*command, "run", job, "-o", result, "-q", "--shard", f"{number}/{count}", *arguments], check=True, stdout=subprocess.DEVNULL, timeout=280)
        assert not os.path.exists(result)
    subprocess.run([program, "merge", job, "-o", result, *arguments], check=True, stdout=subprocess.DEVNULL)
    return result


for job, settings in ((os.path.join(source, "jobs", "loss_surfaces.toml"), ["--tier", "smoke"]),
                      (os.path.join(source, "jobs", "train.toml"), ["--tier", "smoke", "--set", "parameters.patience=1", "--set", "parameters.momentum=0.9", "--set", 'parameters.decay="step"', "--set", "parameters.step_epochs=1"])):
    name = os.path.basename(job)[:-5]
    reference = run(name + "-alone", job, 0, *settings)
    for ranks, block in ((1, 0), (2, 0), (3, 5), (4, 1), (2, 7), (7, 0), ("shards", 0), ("extended", 0)):
        if name != "train" and (ranks == "extended" or ranks in (1, 2) and not block):
            continue  # its rates depend on the number of epochs; tests/studies has these ranks
        other = shards(name + "-shards", job, 5, *settings) if ranks == "shards" else extended(name + "-extended", job, *settings) if ranks == "extended" else run(name + "-other", job, ranks, *settings, *(["--set", f"run.block={block}"] if block else []))
        subprocess.run(["/usr/bin/python3", compare, reference, other], check=True)
        for group in ("/records", "/summary", "/claims"):
            done = subprocess.run(["h5diff", reference, other, group, group], capture_output=True, text=True)
            assert done.returncode == 0, (job, ranks, block, group, done.stdout[:500])
        print(f"{os.path.basename(job)}: {ranks} {'' if isinstance(ranks, str) else 'rank(s)'}, block {block or 'of the study'}: no difference")
