#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Core-hours of the paper tier of loss_surfaces from a measured slice: one seed (one disorder sample) per slice and parameter
point, scaled to the replicas of the tier; the error is from the spread of the slices. Networks are trained for 100 of
the 200 epochs, which cost the same each. Seconds are those of the phases of blocks: keep the machine quiet.
Beside it what `spinscape check` estimates, and, from what pytorch_comparison.py has printed, what the same training steps
and the same energies and gradients take in PyTorch (Hessians and the like taken as ours).

usage: paper_tier.py SPINSCAPE [FILE_WITH_OUTPUT_OF_PYTORCH_COMPARISON] [SLICES] [PATTERN_OF_POINTS]"""
import json
import math
import os
import re
import statistics
import subprocess
import sys
import tempfile

SIZES = [25, 50, 100, 200, 250, 300, 400, 500]
WIDTHS = [2, 5, 10, 25, 50, 100, 250, 500]
DISORDERS, SEEDS, EPOCHS, MEASURED_EPOCHS = 63, 1000, 200, 100
job_file = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "jobs", "loss_surfaces.toml")
data = os.path.join(os.path.dirname(job_file), "data", "mnist_10x10.h5")
spinscape = sys.argv[1]
comparison = sys.argv[2] if len(sys.argv) > 2 and sys.argv[2] != "-" else None
slices = int(sys.argv[3]) if len(sys.argv) > 3 else 2
pattern = sys.argv[4] if len(sys.argv) > 4 else "."  # such as "glass|width (2|5)$"
folder = tempfile.mkdtemp()


def core_seconds(sweep, master):
    """Phase -> seconds of a run on one rank."""
    path, result = (os.path.join(folder, "slice" + end) for end in (".toml", ".h5"))
    with open(path, "w") as file:
        file.write(f'study = "loss_surfaces"\nseeds.master = {master}\nparameters.data = "{data}"\n[[sweep]]\n{sweep}\n')
    subprocess.run([spinscape, "run", path, "-o", result, "-q", "--restart"], check=True, stdout=subprocess.DEVNULL)
    shown = subprocess.run([spinscape, "show", result, "--json"], check=True, capture_output=True, text=True).stdout
    return {row["phase"]: row["core_seconds"] for row in json.loads(shown)["phases"]}


def glass(N, master):
    """What descents take, and what else, of one disorder sample."""
    phases = core_seconds(f'fixed = {{ system = "glass", starts = 16, N = {N}, disorders = 1 }}', master)
    steps = phases.pop("descent")
    return steps, sum(phases.values())


def network(width, master):
    """What training takes, and what else, of one seed; the data are read once per rank."""
    phases = core_seconds(f'fixed = {{ system = "network", width = {width}, epochs = {MEASURED_EPOCHS}, learning_rate = 1.0, '
                          'index_replicas = 1000 }\nseeds = 1', master)
    phases.pop("data")
    steps = phases.pop("training") * EPOCHS / MEASURED_EPOCHS
    return steps, sum(phases.values())


def points():
    """Name, system, size, how many slices the tier is."""
    for N in SIZES:
        yield f"glass, N = {N}", "glass", N, DISORDERS
    for width in WIDTHS:
        yield f"network, width {width}", "network", width, SEEDS


def times_of_pytorch():
    """(system, size) -> (plain, batched) times ours, from the tables of pytorch_comparison.py."""
    found, system = {}, None
    for line in open(comparison) if comparison else []:
        if line.startswith("Training step of 100-h-10"):
            system = "network"
        elif line.startswith("Energy and gradient of a 3-spin glass"):
            system = "glass"
        elif line.strip() and not line.startswith(" ") and not line[0].isdigit():
            system = None
        cells = [cell for cell in line.replace("missed", "").replace(",", "").split() if not cell.endswith(")") and not cell.startswith("(")]
        if system == "network" and len(cells) == 10 and cells[1:3] == ["100", "images"]:
            found[system, int(cells[0])] = (float(cells[6]), float(cells[9]))
        if system == "glass" and len(cells) == 9 and cells[1] == "16":
            found[system, int(cells[0])] = (float(cells[6]), float(cells[7]))
    return found


ratios = times_of_pytorch()


def ratio(system, size):
    """At the nearest measured size, in logarithms."""
    sizes = [key for key in ratios if key[0] == system]
    return ratios[min(sizes, key=lambda key: abs(math.log(key[1] / size)))] if sizes else (math.nan, math.nan)


total, variance, plain, batched = 0.0, 0.0, 0.0, 0.0
print(f"{'point':20} {'core-s per slice':>20} {'slices':>7} {'core-hours':>16} {'PyTorch plain':>14} {'batched':>8}")
for name, system, size, count in points():
    if not re.search(pattern, name):
        continue
    parts = [(glass if system == "glass" else network)(size, 100 + i) for i in range(slices)]
    seconds = [steps + rest for steps, rest in parts]
    steps, rest = (statistics.mean(column) for column in zip(*parts))
    error = statistics.stdev(seconds) / math.sqrt(slices) if slices > 1 else math.nan
    hours, hours_error = (steps + rest) * count / 3600, error * count / 3600
    by_plain, by_batched = ((steps * times + rest) * count / 3600 for times in ratio(system, size))
    total, variance, plain, batched = total + hours, variance + hours_error**2, plain + by_plain, batched + by_batched
    print(f"{name:20} {steps + rest:11.2f} +- {error:5.2f} {count:7} {hours:8.2f} +- {hours_error:4.2f} {by_plain:14.1f} {by_batched:8.1f}", flush=True)
print(f"{'sum':20} {'':20} {'':7} {total:8.1f} +- {math.sqrt(variance):4.1f} {plain:14.0f} {batched:8.0f}")
estimate = json.loads(subprocess.run([spinscape, "check", job_file, "--tier", "paper", "--json"], check=True, capture_output=True, text=True).stdout)
print(f"spinscape check estimates {estimate['core_hours']:.1f} core-hours for all points")
