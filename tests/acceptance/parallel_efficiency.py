#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What more ranks bring. First, the scheduling alone: a sweep whose blocks last from 1 ms to 1 s, whose replicas
sleep, so that cores do not slow each other down; efficiency is the sum of the block times over ranks x wall
time. Then strong scaling of the main job on real cores: wall time on one rank over that on several, each the shortest
of some runs in turn, for neighbours on the machine only lengthen them.

usage: parallel_efficiency.py COIN_PROGRAM SPINSCAPE [RANKS] [RUNS]"""
import json
import os
import subprocess
import sys
import tempfile

coin, spinscape = sys.argv[1:3]
ranks = int(sys.argv[3]) if len(sys.argv) > 3 else 2
runs = int(sys.argv[4]) if len(sys.argv) > 4 else 3
folder = tempfile.mkdtemp()


def job(name, text):
    path = os.path.join(folder, name + ".toml")
    with open(path, "w") as file:
        file.write(text)
    return path


def provenance(program, path, n):
    """Of a run on n ranks."""
    result = path[:-5] + ".h5"
    subprocess.run(["mpirun", "-n", str(n), program, "run", path, "-o", result, "-q", "--restart"], check=True, stdout=subprocess.DEVNULL)
    return json.loads(subprocess.run([program, "show", result, "--json"], check=True, capture_output=True, text=True).stdout)["provenance"]


spread = job("spread", 'study = "coin"\nrun.block = 1\n' + "".join(
    f"[[sweep]]\nseeds = {count}\nfixed = {{ seconds = {seconds} }}\n" for seconds, count in ((0.001, 2000), (0.01, 200), (0.1, 20), (1.0, 8))))
for n in (1, ranks):
    held = provenance(coin, spread, n)
    print(f"sleeping blocks, {n} rank(s): wall {held['wall_seconds']:.2f} s, blocks {held['core_seconds']:.2f} s, "
          f"efficiency {100 * held['core_seconds'] / (n * held['wall_seconds']):.1f} %")

main = job("main", """study = "loss_surfaces"
[[sweep]]
fixed = { system = "glass", starts = 16 }
zip = { N = [50, 100, 250], disorders = [20, 10, 6] }
[[sweep]]
fixed = { system = "network", epochs = 12, learning_rate = 1.0 }
grid = { width = [25, 50, 100] }
seeds = 24
""")
walls = {1: [], ranks: []}
for n in [1, ranks] * runs:
    held = provenance(spinscape, main, n)
    walls[n].append(held["wall_seconds"])
    print(f"main job, {n} rank(s): wall {walls[n][-1]:.2f} s, blocks {held['core_seconds']:.2f} s", flush=True)
print(f"main job, 1 -> {ranks} ranks: {min(walls[1]) / min(walls[ranks]):.2f} times faster")
