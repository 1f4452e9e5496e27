#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Sweeps that are killed again and again, at random instants and at the worst ones, and gone on with on
other numbers of ranks, end in the file of an undisturbed run.

usage: kills.py PROGRAM COIN_PROGRAM [KILLS [SEED]]

Kills (SIGKILL): one rank, mpirun alone, everything at once, everything while a file is being replaced
(there is a temporary file), and `merge`."""
import collections
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

program, coin = sys.argv[1:3]
kills = int(sys.argv[3]) if len(sys.argv) > 3 else 20
seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
draw = random.Random(seed)
folder = tempfile.mkdtemp()

# Each takes some seconds on one core, in many blocks; the first three save states of their blocks.
sweeps = [
    ("train", program, """study = "train"
tier = "smoke"
seeds.count = 12
parameters = { epochs = 24, momentum = 0.9 }
run = { block = 3, save = "1s" }
"""),
    ("glass", program, """study = "loss_surfaces"
tier = "smoke"
seeds.count = 24
parameters = { system = "glass", starts = 8 }
run = { save = "1s" }
[sweep]
grid = { N = [60, 100] }
"""),
    # Ranks that exchange temperatures: each crew's state is of all its ranks at once.
    ("tempering", program, """study = "parallel_tempering"
tier = "smoke"
seeds.count = 2
parameters = { N = 64, sweeps = 5000, sweeps_between = 1, ranks = 4 }
run = { save = "1s" }
"""),
    ("coin", coin, """study = "coin"
seeds.count = 600
[sweep]
grid = { seconds = [0.001, 0.004] }
"""),
    ("finder", coin, """study = "finder"
seeds.count = 400
run = { block = 5 }
[sweep]
grid = { seconds = [0.001, 0.004] }
"""),
]


def children(pid):
    """All processes below `pid`."""
    below = []
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            for child in map(int, file.read().split()):
                below += [child, *children(child)]
    except OSError:
        pass
    return below


def ranks_of(pid, binary):
    found = []
    for child in children(pid):
        try:
            if os.path.samefile(f"/proc/{child}/exe", binary):
                found.append(child)
        except OSError:
            pass
    return found


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def gone(pids):
    """Waits until processes that are not our children have ended."""
    deadline = time.monotonic() + 60
    while any(os.path.exists(f"/proc/{pid}") for pid in pids):
        assert time.monotonic() < deadline, "ranks outlive their mpirun"
        time.sleep(0.01)


def command(binary, ranks, job, result):
    launch = ["mpirun", "--oversubscribe", "-n", str(ranks)] if ranks else []
    return [*launch, binary, "run", job, "-o", result, "-q"]


def temporary_file(result):
    state = result + ".run/state"
    names = os.listdir(os.path.dirname(result)) + (os.listdir(state) if os.path.isdir(state) else [])
    return any(".tmp" in name for name in names)


def one_kill(way, binary, job, result, duration):
    """Starts and kills; False if the run came to its end before."""
    if way == "merge":
        process = subprocess.Popen([binary, "merge", job, "-o", result], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(draw.uniform(0, 0.05))
        process.kill()
        return process.wait() == -signal.SIGKILL
    ranks = draw.choice([0, 1, 2, 3])
    process = subprocess.Popen(command(binary, ranks, job, result), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    if way == "while a file is replaced":
        deadline = time.monotonic() + duration + 2
        while not temporary_file(result) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.0002)
    else:
        time.sleep(draw.uniform(0.1, 0.4 + 0.25 * duration))
    below = children(process.pid)
    ranked = ranks_of(process.pid, binary)
    if way == "one rank" and ranked:
        kill(draw.choice(ranked))
    elif way == "mpirun alone" and ranks:
        kill(process.pid)
    else:
        for pid in [process.pid, *below]:
            kill(pid)
    code = process.wait(timeout=120)
    gone(below)
    return code != 0


def differences(a, b):
    points = subprocess.run(["h5ls", a + "/critical_points"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    groups = ["/records", "/summary", "/claims"] + (["/critical_points"] if points else [])
    return sum(subprocess.run(["h5diff", a, b, group, group], stdout=subprocess.DEVNULL).returncode for group in groups)


ways = ["one rank", "mpirun alone", "all at once", "while a file is replaced", "merge"]
rows = []
for number, (name, binary, text) in enumerate(sweeps):
    job = os.path.join(folder, name + ".toml")
    with open(job, "w") as file:
        file.write(text)
    reference, result = os.path.join(folder, name, "undisturbed.h5"), os.path.join(folder, name, "killed.h5")
    os.mkdir(os.path.dirname(result))
    start = time.monotonic()
    subprocess.run(command(binary, 0, job, reference), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    duration = time.monotonic() - start
    wanted = kills // len(sweeps) + (1 if number < kills % len(sweeps) else 0)
    count, completed, repeated, stderr = collections.Counter(), 0, 0, ""
    while sum(count.values()) < wanted:
        way = ways[sum(count.values()) % len(ways)] if draw.random() < 0.8 else draw.choice(ways)
        if way == "merge" and not os.path.isdir(result + ".run"):
            continue
        if one_kill(way, binary, job, result, duration):
            count[way] += 1
        elif way != "merge" or os.path.exists(result):
            # The run has come to its end: compare and begin anew.
            if way != "merge":
                completed += 1
                assert differences(reference, result) == 0, (name, way)
                status = json.loads(subprocess.run([binary, "status", job, "-o", result, "--json"], capture_output=True, text=True).stdout)
                repeated += status["repeated"]
                assert not status["damage"], status
                shutil.rmtree(result + ".run")
                os.remove(result)
    for attempt in range(3):  # an orphaned rank may hold the lock for a moment
        done = subprocess.run(command(binary, draw.choice([0, 2, 4]), job, result), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode == 0:
            break
        time.sleep(1)
    assert done.returncode == 0, (name, done.returncode, done.stderr)
    assert differences(reference, result) == 0, name
    status = json.loads(subprocess.run([binary, "status", job, "-o", result, "--json"], capture_output=True, text=True).stdout)
    assert not status["damage"], status
    leftovers = [entry for entry in os.listdir(result + ".run/state") if ".tmp" not in entry]
    rows.append((name, *(count[way] for way in ways), sum(count.values()), completed + 1, status["wanted"], status["repeated"] + repeated, f"{duration:.1f} s", len(leftovers)))

header = ("sweep", *ways, "kills", "completed", "replicas", "repeated", "undisturbed", "states left")
widths = [max(len(str(row[i])) for row in [header, *rows]) for i in range(len(header))]
for row in [header, *rows]:
    print("  ".join(str(cell).ljust(width) for cell, width in zip(row, widths)))
print(f"{sum(row[6] for row in rows)} kills, seed {seed}: every completed sweep equals the undisturbed one (h5diff)")
shutil.rmtree(folder)
