#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Replicas that see what earlier waves found: the same on any ranks and blocks, after stops, kills and lost
journals; points that end early; shards are refused.   usage: waves.py PROGRAM"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

program = sys.argv[1]
folder = tempfile.mkdtemp()
job = os.path.join(folder, "finder.toml")
with open(job, "w") as file:
    file.write('study = "finder"\nseeds.count = 40\nparameters = { wave = 7, enough = 30, seconds = 0.002, throw_at = 9 }\n')


def launch(ranks):
    return ["mpirun", "--oversubscribe", "-n", str(ranks), program] if ranks else [program]


def spinscape(*arguments, code=0, ranks=0):
    done = subprocess.run([*launch(ranks), *arguments], capture_output=True, text=True, timeout=100)
    assert done.returncode == code, (arguments, ranks, done.returncode, code, done.stderr)
    return done


def spinscape_code(*arguments, ranks):
    code = subprocess.run([*launch(ranks), *arguments], capture_output=True, timeout=100).returncode
    assert code in (75, 76), code
    return code


def run(name, *settings, code=76, ranks=0):
    path = os.path.join(folder, name)
    sets = [part for setting in settings for part in ("--set", setting)]
    return path, spinscape("run", job, "-o", path, "-q", *sets, code=code, ranks=ranks)


def same(one, other):
    for group in ("/records", "/critical_points", "/summary"):
        done = subprocess.run(["h5diff", one, other, group, group], capture_output=True, text=True)
        assert done.returncode == 0, (other, group, done.stdout[:500], done.stderr)


reference, _ = run("reference.h5")
shown = json.loads(spinscape("show", reference, "--json").stdout)
# Nothing is found where `most` is 0; 30 points are found sooner where a replica finds more.
counts = [int(line.split(",")[0]) for line in spinscape("export", reference, "--csv").stdout.splitlines()[1:]]
per_point = [counts.count(point) for point in range(3)]
assert per_point[0] == 40 > per_point[1] > per_point[2] and per_point[1] % 7 == per_point[2] % 7 == 0, per_point
assert json.loads(spinscape("status", job, "-o", reference, "--json").stdout)["complete"]
spinscape("validate", reference)
for ranks, block in ((1, 3), (2, 16), (3, 1), (4, 2)):
    other, _ = run(f"ranks{ranks}.h5", f"run.block={block}", ranks=ranks)
    assert json.loads(spinscape("show", other, "--json").stdout)["provenance"]["mpi_ranks"] == ranks
    same(reference, other)
# Journals that lost a part, of any wave.
for journal in (name for name in os.listdir(other + ".run") if name.endswith(".journal")):
    path = os.path.join(other + ".run", journal)
    os.truncate(path, os.path.getsize(path) // 2)
os.remove(other)
same(reference, run(os.path.basename(other), "run.block=5", ranks=2)[0])
# Merged again from what is there.
os.remove(other)
spinscape("merge", job, "-o", other, code=76)
same(reference, other)

# Stopped before the end, and killed, on changing ranks; the last turn goes on to the end.
path, stops, kills = os.path.join(folder, "left.h5"), 0, 0
slowly = ["-o", path, "--set", "parameters.seconds=0.02"]
arguments = ["run", job, "-q", "--set", "run.block=1", *slowly]
for ranks in (0, 3, 2, 3):
    stops += spinscape_code(*arguments, "--max-time", "1s", ranks=ranks) == 75
    process = subprocess.Popen([*launch(ranks), *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.7)
    process.send_signal(signal.SIGKILL)
    kills += process.wait() != 76
    while json.loads(subprocess.run([program, "status", job, *slowly, "--json"], capture_output=True, text=True).stdout)["running"]:
        time.sleep(0.05)
spinscape(*arguments, code=76, ranks=3)
assert stops + kills > 0, (stops, kills)
same(reference, path)  # `seconds` is no part of what is found

for verb in (["run", job, "--shard", "1/3", "-o", os.path.join(folder, "shard.h5")], ["submit", job, "--time", "1h", "--array", "3", "--scheduler", "slurm", "--dry-run"]):
    told = spinscape(*verb, code=64).stderr
    assert "earlier waves" in told, told
# A study that throws between two waves: told once, with 70, and no rank is left waiting.
for ranks in (0, 3):
    path, done = run(f"flaw{ranks}.h5", 'parameters.flaw="enough"', code=70, ranks=ranks)
    assert done.stderr.count("never enough") == 1, done.stderr
shutil.rmtree(folder)
print(f"replicas per point: {per_point}; {stops} stops and {kills} kills: no difference")
