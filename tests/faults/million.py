#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A sweep of a million replicas is computed, merged and read within 1 GiB.

usage: million.py COIN_PROGRAM"""
import json
import os
import re
import resource
import subprocess
import sys
import tempfile

program = sys.argv[1]
folder = tempfile.mkdtemp()
job, result = os.path.join(folder, "million.toml"), os.path.join(folder, "million.h5")
with open(job, "w") as file:
    file.write('study = "coin"\nseeds.count = 100000\nrun.block = 100\n[sweep]\ngrid = { k = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }\n')


def at_most_one_gib():
    resource.setrlimit(resource.RLIMIT_DATA, (1 << 30, 1 << 30))


subprocess.run(["mpirun", "-n", "2", program, "run", job, "-o", result, "-q"], check=True, stdout=subprocess.DEVNULL)
before = subprocess.run(["h5dump", "-d", "/records/mean", result], check=True, capture_output=True).stdout
os.remove(result)
merged = subprocess.run([program, "merge", job, "-o", result], check=True, capture_output=True, text=True, preexec_fn=at_most_one_gib)
line = next(line for line in merged.stderr.splitlines() if line.startswith("merged"))
print(line)
assert re.fullmatch(r"merged 1000000 replicas in [0-9.]+ s \(.*/s\), at most [0-9]+ MiB of memory", line), line
assert int(line.split()[-4]) < 1024, line
assert subprocess.run(["h5dump", "-d", "/records/mean", result], check=True, capture_output=True).stdout == before
shown = json.loads(subprocess.run([program, "show", result, "--json"], check=True, capture_output=True, text=True).stdout)
assert shown["n_records"] == 1000000 and shown["n_failed"] == 0, shown
# The limit bites: with an eighth of it there is a message, and the result stays.
few = subprocess.run([program, "merge", job, "-o", result], capture_output=True, text=True, timeout=100,
                     env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
                     preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (1 << 27, 1 << 27)))
assert few.returncode == 70 and "memory" in few.stderr, (few.returncode, few.stderr)
print("with 128 MiB:", few.stderr.strip().splitlines()[-1])
assert subprocess.run(["h5dump", "-d", "/records/mean", result], check=True, capture_output=True).stdout == before
