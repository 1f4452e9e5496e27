#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What benchmarks reach, one readable table; rows with a target first.
usage: table.py FOLDER_WITH_JSON | --rows (a pattern of the rows that have targets)"""
import glob
import json
import os
import re
import sys

# Work, row, counter, at least.
TARGETS = [
    *((f"training 100-{h}-10, batch {batch}, {data}", f"{name}/h:{h}/batch:{batch}", "of_sgemm_%", least)
      for data, name in (("images", "training_step_on_images"), ("noise", "training_step"))
      for batch, row in ((100, {10: 55, 25: 65, 50: 75, 100: 82, 500: 82}), (10, {10: 30, 25: 35, 50: 45, 100: 60, 500: 60}))
      for h, least in row.items()),
    ("training 100-64-64-64-10, batch 100", "training_step_of_depth/layers_of_64:3/batch:100", "of_sgemm_%", 70),
    ("Hessian product 100-50-10, 60,000 samples", "hessian_product/h:50", "of_dgemm_%", 60),
    ("3-spin gradient, N = 500, one replica", "gradient<float>/p:3/N:500/replicas:1", "of_read_%", 85),
    *((f"3-spin gradient, N = {N}, 16 replicas", f"gradient<float>/p:3/N:{N}/replicas:16", "of_gemm_%", 65)
      for N in (100, 250, 500, 800, 1000)),
    ("normal numbers", "normal<float>/n:1048576", "M/s", 300),
    ("normal numbers, few", "normal<float>/n:1000", "M/s", 300),
    ("disorder of N = 500", "couplings/N:500", "M/s", 300),
]


def same(name, row):
    """Google Benchmark puts min_time and the like behind a row's name."""
    return name == row or name.startswith(row + "/")


def best_of(rows):
    """The fastest repetition of each row."""
    best = {}
    for row in rows:
        if row["run_type"] == "iteration" and row["cpu_time"] < best.get(row["name"], {"cpu_time": float("inf")})["cpu_time"]:
            best[row["name"]] = row
    return list(best.values())


def printed(title, rows):
    print(f"\n{title}\n")
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths))))


def duration(row):
    seconds = row["cpu_time"] * {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}[row["time_unit"]]
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9)):
        if seconds >= size or unit == "ns":
            return f"{seconds / size:.3g} {unit}"


if sys.argv[1:] == ["--rows"]:
    print("^(" + "|".join(re.escape(row) for _, row, _, _ in TARGETS) + ")(/|$)")
    sys.exit()
if len(sys.argv) != 2:
    sys.exit(__doc__)
found = {}
for path in sorted(glob.glob(os.path.join(sys.argv[1], "*.json"))):
    with open(path) as file:
        text = file.read()
    if text.strip():  # none where the filter leaves no rows
        found[os.path.basename(path)[:-5]] = best_of(json.loads(text)["benchmarks"])
everything = [row for rows in found.values() for row in rows]

table = [("work", "time", "reached", "target", "")]
for work, wanted, counter, least in TARGETS:
    for row in everything:
        if same(row["name"], wanted) and counter in row:
            unit = " %" if counter.endswith("%") else " " + counter
            table.append((f"{work} [{counter[3:-2].upper()}]" if counter.endswith("%") else work, duration(row), f"{row[counter]:.0f}{unit}",
                          f"{least}{unit}", "" if row[counter] >= least else "short"))
            break
    else:
        table.append((work, "-", "not run", str(least), ""))
printed("Targets", table)

known = {"name", "family_index", "per_family_instance_index", "run_name", "run_type", "repetitions", "repetition_index", "threads", "iterations",
         "real_time", "cpu_time", "time_unit"}
for program, rows in found.items():
    counters = []
    for row in rows:
        counters += [key for key in row if key not in known and key not in counters]
    printed(program, [("row", "time", *counters)] +
            [(row["name"], duration(row), *(f"{row[key]:.3g}" if key in row else "" for key in counters)) for row in rows])
