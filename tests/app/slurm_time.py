#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""--max-time slurm: what Slurm's environment or squeue tell about the time left.   usage: slurm_time.py PROGRAM"""
import os
import subprocess
import sys
import tempfile
import time

program = sys.argv[1]
folder = tempfile.mkdtemp()
job = os.path.join(folder, "coin.toml")
with open(job, "w") as file:
    file.write('study = "coin"\nseeds.count = 40\n[run]\nblock = 1\n[sweep]\ngrid = { k = [4] }\n')
clean = {name: value for name, value in os.environ.items() if not name.startswith("SLURM_")}


def squeue(answer):
    """A folder with a squeue that says this, and notes how it was called."""
    place = tempfile.mkdtemp(dir=folder)
    with open(os.path.join(place, "squeue"), "w") as file:
        file.write(f"#!/bin/sh\necho \"$@\" > {place}/called\nprintf '%s\\n' '{answer}'\n")
    os.chmod(os.path.join(place, "squeue"), 0o755)
    return place


def run(code, tools="", **environment):
    path = os.path.join(folder, "result.h5")
    begin = time.monotonic()
    done = subprocess.run([program, "run", job, "-o", path, "-q", "--restart", "--max-time", "slurm",
                           "--set", f"parameters.seconds={0.1 if code == 75 else 0.0}"], capture_output=True, text=True,
                          timeout=60, env={**clean, "PATH": f"{tools}:{os.environ['PATH']}", **environment})
    assert done.returncode == code, (environment, done.returncode, done.stderr)
    assert os.path.exists(path) == (code == 0), environment
    if code == 0:
        os.remove(path)
    return done.stderr, time.monotonic() - begin


def end_in(seconds):
    return str(int(time.time()) + seconds)


# The end of the job, as recent versions of Slurm tell it: enough time, too little, none.
run(0, SLURM_JOB_END_TIME=end_in(3600))
for seconds in (2, 0, -1000):
    told, took = run(75, SLURM_JOB_END_TIME=end_in(seconds))
    assert "stopped (the time given is up)" in told and "run again to continue" in told, told
    assert took < 2, took

# Others are asked. Leading parts may be left out.
for answer in ("1:00:00", "10:00", "59", "1-00:00:00", "2-03:04:05", "1-0"):
    tools = squeue(answer)
    run(0, tools, SLURM_JOB_ID="77")
    assert open(os.path.join(tools, "called")).read() == "-h -j 77 -o %L\n"
assert "the time given is up" in run(75, squeue("0:01"), SLURM_JOB_ID="77")[0]
# An end that is no time is no end: squeue knows better.
run(0, squeue("1:00:00"), SLURM_JOB_END_TIME="unknown", SLURM_JOB_ID="77")

# No answer is told, not guessed.
for answer in ("", "INVALID", "NOT_SET", "UNLIMITED", "slurm_load_jobs error: Invalid job id"):
    told, _ = run(69, squeue(answer), SLURM_JOB_ID="77")
    assert "does not tell how much time is left; give a time" in told, told
told, _ = run(64)
assert "this is no Slurm job" in told, told
print("the time left is found or asked for")
