#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Adaptive sweeps through the program: the same file for any ranks, blocks, stops and restarts, and what
goes wrong between two waves is told.   usage: adaptive.py PROGRAM"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

program = sys.argv[1]
folder = tempfile.mkdtemp()
job = os.path.join(folder, "coin.toml")
criteria = {"stderr": "stderr mean < 0.1", "claims": "claims decided"}


def write_job(until):
    with open(job, "w") as file:
        # The claim: a mean of 2.7 (one number per replica) is at most 3. Decided from about 70 seeds on.
        file.write(f'study = "coin"\n[seeds]\ncount = {{ min = 5, max = 300, until = "{until}" }}\n'
                   '[sweep]\ngrid = { k = [1, 4, 9] }\n[parameters]\nthrow_at = 7\ndiverge_at = 3\nkind = "biased"\nbias = 2.7\n')


def spinscape(*arguments, code=0, ranks=0):
    launch = ["mpirun", "--oversubscribe", "-n", str(ranks)] if ranks else []
    done = subprocess.run([*launch, program, *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == code, (arguments, ranks, done.returncode, code, done.stderr)
    return done


def run(name, *settings, code=76, ranks=0):
    path = os.path.join(folder, name)
    sets = [part for setting in settings for part in ("--set", setting)]
    return path, spinscape("run", job, "-o", path, "-q", *sets, code=code, ranks=ranks)


def rows(path):
    """Replicas of each point."""
    table = subprocess.run([program, "export", path, "--csv"], capture_output=True, text=True, check=True).stdout.splitlines()
    place = table[0].split(",").index("point")
    points = [line.split(",")[place] for line in table[1:]]
    return [points.count(str(p)) for p in range(3)]


def same(one, other):
    for group in ("/records", "/summary", "/claims"):
        done = subprocess.run(["h5diff", one, other, group, group], capture_output=True, text=True)
        assert done.returncode == 0, (other, group, done.stdout[:500], done.stderr)


counts = {}
for name, until in criteria.items():
    write_job(until)
    reference, _ = run(f"{name}.h5")
    counts[name] = rows(reference)
    for ranks, block in ((1, 16), (3, 16), (3, 1), (2, 7)):
        other, _ = run(f"{name}-{ranks}-{block}.h5", f"run.block={block}", ranks=ranks)
        held = json.loads(spinscape("show", other, "--json").stdout)["provenance"]
        assert held["mpi_ranks"] == ranks, held
        same(reference, other)
    # Journals that lost a part, of any wave: what is missing is computed again, and no more.
    left = os.path.join(folder, f"{name}-3-1.h5.run")
    for journal in (f for f in os.listdir(left) if f.endswith(".journal")):
        os.truncate(os.path.join(left, journal), os.path.getsize(os.path.join(left, journal)) // 2)
    os.remove(os.path.join(folder, f"{name}-3-1.h5"))
    same(reference, run(f"{name}-3-1.h5", "run.block=5", ranks=2)[0])
# 5 seeds are enough nowhere; the spread of means is 1/sqrt(k), so that k = 1 needs most.
assert 300 > counts["stderr"][0] > 60 > counts["stderr"][1] > counts["stderr"][2] > 5, counts
assert 300 > counts["claims"][0] > 30, counts
# Two runs that end at other numbers do differ: the comparison can tell.
other, _ = run("other.h5", "seeds.master=2")
assert subprocess.run(["h5diff", reference, other, "/records", "/records"], capture_output=True).returncode == 1

# Stopped before the end and continued on other ranks, again and again.
write_job(criteria["stderr"])
path = os.path.join(folder, "left.h5")
arguments = ["run", job, "-o", path, "-q", "--set", "parameters.seconds=0.01", "--set", "run.block=1"]
stops = 0
for ranks in (0, 3, 2, 0, 3, 2, 0, 3, 2, 0, 3):
    launch = ["mpirun", "--oversubscribe", "-n", str(ranks)] if ranks else []
    done = subprocess.run([*launch, program, *arguments, "--max-time", "2s"], capture_output=True, text=True, timeout=100)
    assert done.returncode in (75, 76), (done.returncode, done.stderr)
    stops += done.returncode == 75
    if done.returncode == 76:
        break
assert stops > 0 and rows(path) == counts["stderr"], (stops, rows(path), counts)

# A study that cannot conclude decides no wave: told once, with 70, and no rank is left waiting.
write_job(criteria["claims"])
for ranks in (0, 3):
    path, done = run(f"flaw{ranks}.h5", "parameters.flaw=conclude", code=70, ranks=ranks)
    assert done.stderr.count("no conclusion") == 1, done.stderr
    assert "journal" in " ".join(os.listdir(path + ".run")), "the first wave is lost"

shutil.rmtree(folder)
print(f"seeds per point: {counts}")
