#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Parallel efficiency of a sweep whose blocks last from 1 ms to 1 s: sum of the block times over
ranks x wall time, from the provenance of the result. The replicas sleep, so that the figure is that of the
scheduling, not that of cores which slow each other down.

usage: parallel_efficiency.py COIN_PROGRAM [RANKS]"""
import json
import os
import subprocess
import sys
import tempfile

program = sys.argv[1]
ranks = int(sys.argv[2]) if len(sys.argv) > 2 else 2
folder = tempfile.mkdtemp()
job, result = os.path.join(folder, "spread.toml"), os.path.join(folder, "spread.h5")
with open(job, "w") as file:
    file.write('study = "coin"\nrun.block = 1\n')
    for seconds, count in ((0.001, 2000), (0.01, 200), (0.1, 20), (1.0, 8)):
        file.write(f"[[sweep]]\nseeds = {count}\nfixed = {{ seconds = {seconds} }}\n")
for n in (1, ranks):
    subprocess.run(["mpirun", "-n", str(n), program, "run", job, "-o", result, "-q", "--restart"], check=True, stdout=subprocess.DEVNULL)
    held = json.loads(subprocess.run([program, "show", result, "--json"], check=True, capture_output=True, text=True).stdout)["provenance"]
    print(f"{n} rank(s): wall {held['wall_seconds']:.2f} s, blocks {held['core_seconds']:.2f} s, efficiency {100 * held['core_seconds'] / (n * held['wall_seconds']):.1f} %")
