#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The smoke tier of one study: the same records, critical points, summary and claims for any number of
ranks, and when it is killed halfway and gone on with on other ranks; a valid file; the expected verdicts.

usage: study.py PROGRAM SOURCE_FOLDER STUDY [--ranks N ...] [--supported ID ...] [--contradicted ID ...]
       [--undecided ID ...]

Claims named here have that verdict; all others must exist without being contradicted."""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

parser = argparse.ArgumentParser()
parser.add_argument("program")
parser.add_argument("source")
parser.add_argument("study")
parser.add_argument("--ranks", type=int, nargs="*", default=[1, 2])
for verdict in ("supported", "contradicted", "undecided"):
    parser.add_argument("--" + verdict, nargs="*", default=[])
options = parser.parse_args()
folder = tempfile.mkdtemp()
job = os.path.join(options.source, "jobs", options.study + ".toml")
assert os.path.exists(job), f"{job}: every study has a job file"


def command(ranks, result):
    return ["mpirun", "--oversubscribe", "-n", str(ranks), options.program, "run", job, "--tier", "smoke", "-o", result, "-q"]


def run(ranks, result):
    start = time.monotonic()
    done = subprocess.run(command(ranks, result), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=250)
    assert done.returncode == 0, (ranks, done.returncode, done.stderr)
    return time.monotonic() - start


def kill_halfway(ranks, result, seconds):
    """True if the run was still going on."""
    process = subprocess.Popen(command(ranks, result), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    time.sleep(seconds / 2)
    os.killpg(process.pid, signal.SIGKILL)
    killed = process.wait() != 0
    # Ranks have process groups of their own and end a moment after their mpirun.
    deadline = time.monotonic() + 60
    while json.loads(subprocess.run([options.program, "status", job, "--tier", "smoke", "-o", result, "--json"], capture_output=True, text=True).stdout)["running"]:
        assert time.monotonic() < deadline, "ranks outlive their mpirun"
        time.sleep(0.05)
    return killed


def same(one, other):
    done = subprocess.run(["/usr/bin/python3", os.path.join(options.source, "tests", "same_results.py"), one, other], capture_output=True, text=True)
    assert done.returncode == 0, (other, done.stdout, done.stderr)


results = {ranks: os.path.join(folder, f"{ranks}.h5") for ranks in options.ranks}
seconds = {ranks: run(ranks, result) for ranks, result in results.items()}
reference = results[options.ranks[0]]
for ranks, result in results.items():
    same(reference, result)
    shown = json.loads(subprocess.run([options.program, "show", result, "--json"], check=True, capture_output=True, text=True).stdout)
    assert shown["provenance"]["mpi_ranks"] == ranks, shown["provenance"]
subprocess.run([options.program, "validate", reference], check=True)

resumed = os.path.join(folder, "resumed.h5")
killed = kill_halfway(options.ranks[-1], resumed, seconds[options.ranks[-1]])
run(options.ranks[0], resumed)
same(reference, resumed)

verdicts = {claim["id"]: claim["verdict"] for claim in shown["claims"]}
for verdict in ("supported", "contradicted", "undecided"):
    for claim in getattr(options, verdict):
        assert verdicts.get(claim) == verdict, (claim, verdicts.get(claim), verdict, verdicts)
for claim, verdict in verdicts.items():
    assert verdict != "contradicted" or claim in options.contradicted, f"{claim} is contradicted, which was not expected: {verdicts}"
points = shown.get("critical_points", {"n": "no"})["n"]
print(f"{options.study}: {shown['n_records']} records, {points} critical points, {len(verdicts)} claims; "
      + ", ".join(f"{s:.1f} s on {r}" for r, s in seconds.items()) + (", killed and continued" if killed else ", too short to be killed"))
shutil.rmtree(folder)
