#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Full disks, damaged journals, vanished folders, changed jobs and programs, two runs at once: a clear
message, the intact rest is used, only what was damaged is computed again.   usage: damage.py PROGRAM"""
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
job = os.path.join(folder, "coin.toml")
with open(job, "w") as file:
    file.write('study = "coin"\nseeds.count = 200\n[sweep]\ngrid = { k = [10, 1000] }\n')


def spinscape(*arguments, code=0, binary=program, ranks=0):
    launch = ["mpirun", "--oversubscribe", "-n", str(ranks)] if ranks else []
    done = subprocess.run([*launch, binary, *arguments], capture_output=True, text=True, timeout=120)
    assert done.returncode == code, (arguments, done.returncode, code, done.stderr)
    return done


def status(result):
    done = subprocess.run([program, "status", job, "-o", result, "--json"], capture_output=True, text=True)
    return json.loads(done.stdout)


def started(job, result):
    """A run that computes: its journal grows."""
    journal = result + ".run/rank00000.journal"
    before = os.stat(journal).st_size if os.path.exists(journal) else 0
    running = subprocess.Popen([program, "run", job, "-o", result, "-q"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    end = time.time() + 60
    while time.time() < end and running.poll() is None:
        if os.path.exists(journal) and os.stat(journal).st_size > before:
            return running
        time.sleep(0.01)
    raise AssertionError(("does not compute", running.poll(), running.communicate(timeout=60)))


def same(a, b):
    return all(subprocess.run(["h5diff", a, b, group, group], stdout=subprocess.DEVNULL).returncode == 0 for group in ("/records", "/summary", "/claims"))


reference = os.path.join(folder, "reference.h5")
spinscape("run", job, "-o", reference, "-q")
result = os.path.join(folder, "result.h5")
journal = result + ".run/rank00000.journal"


def fresh():
    shutil.rmtree(result + ".run", ignore_errors=True)
    if os.path.exists(result):
        os.remove(result)
    spinscape("run", job, "-o", result, "-q")
    os.remove(result)


# Damage in the middle of a journal: the rest is used.
fresh()
size = os.path.getsize(journal)
with open(journal, "r+b") as file:
    file.seek(size // 2)
    file.write(b"\0" * 100)
found = status(result)
assert 0 < found["wanted"] - found["done"] <= 32 and len(found["damage"]) == 1 and "damaged bytes" in found["damage"][0], found
done = spinscape("run", job, "-o", result, "-q")
assert "damaged bytes" in done.stderr and "computed again" in done.stderr, done.stderr
assert same(result, reference)
print(f"corrupted journal: {found['wanted'] - found['done']} of {found['wanted']} replicas computed again")

# A journal that was cut: at most the last block is computed again.
fresh()
os.truncate(journal, size - 7)
found = status(result)
assert 0 < found["wanted"] - found["done"] <= 16 and not found["damage"], found
spinscape("run", job, "-o", result, "-q")
assert same(result, reference)
print(f"truncated journal: {found['wanted'] - found['done']} replicas computed again")

# Rubbish instead of a journal, an empty one, one that cannot be opened.
fresh()
with open(result + ".run/rank00007.journal", "wb") as file:
    file.write(os.urandom(5000))
open(result + ".run/rank00008.journal", "wb").close()
done = spinscape("run", job, "-o", result, "-q")
assert "rank00007.journal: 5000 damaged bytes" in done.stderr, done.stderr
assert same(result, reference)
os.remove(result)
os.mkdir(result + ".run/rank00009.journal")
spinscape("run", job, "-o", result, "-q", code=74)
os.rmdir(result + ".run/rank00009.journal")
spinscape("run", job, "-o", result, "-q")
print("rubbish, empty and unreadable journals: told")

# Changed parameters and a changed program.
done = spinscape("run", job, "-o", result, "-q", "--set", "parameters.spin=false", code=65)
assert "parameters.spin: true  ->  false" in done.stderr and "--restart" in done.stderr, done.stderr
changed = os.path.join(folder, "changed")
shutil.copy(program, changed)
with open(changed, "ab") as file:
    file.write(b"one more byte")
os.remove(result)
done = spinscape("run", job, "-o", result, "-q", code=65, binary=changed)
assert "another program" in done.stderr and "--force" in done.stderr, done.stderr
spinscape("run", job, "-o", result, "-q", "--force", binary=changed)
assert same(result, reference)
print("changed parameter, changed program: refused, with what differs")

# Two runs of one job at once, a run beside a shard, and status and merge beside a run.
slow = os.path.join(folder, "slow.toml")
with open(slow, "w") as file:
    file.write('study = "coin"\nseeds.count = 4000\nparameters.seconds = 0.002\n')
busy = os.path.join(folder, "busy.h5")
running = subprocess.Popen([program, "run", slow, "-o", busy, "-q"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
while not os.path.exists(busy + ".run/rank00000.journal"):
    time.sleep(0.01)
done = spinscape("run", slow, "-o", busy, "-q", code=65)
assert "another run computes here" in done.stderr and f"process {running.pid}" in done.stderr, done.stderr
spinscape("run", slow, "-o", busy, "-q", "--shard", "1/2", code=65)
spinscape("delete", slow, "-o", busy, "--yes", code=65)
beside = subprocess.run([program, "status", slow, "-o", busy, "--json"], capture_output=True, text=True)
assert beside.returncode == 75 and json.loads(beside.stdout)["running"], beside
spinscape("merge", slow, "-o", busy)
spinscape("validate", busy)
running.send_signal(signal.SIGUSR1)
assert running.wait(timeout=60) == 75
assert not json.loads(subprocess.run([program, "status", slow, "-o", busy, "--json"], capture_output=True, text=True).stdout)["running"]
print("second run, shard, delete: refused; status and merge: work beside a run")

# STOP, and a limit of time.
running = started(slow, busy)
open(busy + ".run/STOP", "w").close()
_, told = running.communicate(timeout=60)
assert running.returncode == 75 and "STOP" in told, told
done = spinscape("run", slow, "-o", busy, "-q", "--max-time", "2s", code=75, ranks=2)
assert "the time given is up" in done.stderr and "run again to continue" in done.stderr, done.stderr
spinscape("run", slow, "-o", busy, "-q", "--max-time", "60:30", code=64)
print("STOP file, --max-time: exit code 75")

# The folder vanishes under a run.
shutil.rmtree(busy + ".run")
running = started(slow, busy)
shutil.rmtree(busy + ".run")
_, told = running.communicate(timeout=60)
assert running.returncode == 74 and "removed" in told, (running.returncode, told)
print("vanished folder: exit code 74")

# A full disk, and one that cannot be written: needs root for a file system of its own.
if os.geteuid() == 0:
    small = os.path.join(folder, "small")
    os.mkdir(small)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", small], capture_output=True)
    if mounted.returncode != 0:
        print("small disk: SKIPPED, no file system may be mounted here")
    else:
        try:
            disk = os.path.join(small, "result.h5")
            with open(os.path.join(small, "ballast"), "wb") as file:
                file.write(b"x" * 225 * 1024)
            for ranks in (0, 2):
                done = spinscape("run", job, "-o", disk, "-q", code=74, ranks=ranks)
                assert "No space left" in done.stderr, done.stderr
            found = status(disk)
            assert 0 < found["done"] < found["wanted"] and not found["damage"], found
            os.remove(os.path.join(small, "ballast"))
            spinscape("run", job, "-o", disk, "-q")
            assert same(disk, reference)
            print(f"full disk: exit code 74, {found['done']} replicas kept")
            os.remove(disk)
            subprocess.run(["mount", "-o", "remount,ro", small], check=True)
            done = spinscape("run", job, "-o", disk, "-q", code=73)
            print("read-only disk: exit code 73")
        finally:
            subprocess.run(["umount", small], check=True)
else:
    print("full disk: SKIPPED, needs root to mount a small one")
shutil.rmtree(folder)
