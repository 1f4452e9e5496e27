#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Replicas that throw or diverge, a study that throws, damaged results: exit codes on one rank and on
several, what is written, and that no rank is left waiting.   usage: failures.py PROGRAM"""
import json
import os
import subprocess
import sys
import tempfile

program = sys.argv[1]
folder = tempfile.mkdtemp()
job = os.path.join(folder, "coin.toml")
with open(job, "w") as file:
    file.write('study = "coin"\n')


def spinscape(*arguments, code=0, ranks=0, stdout=subprocess.PIPE):
    launch = ["mpirun", "--oversubscribe", "-n", str(ranks)] if ranks else []
    done = subprocess.run([*launch, program, *arguments], stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == code, (arguments, ranks, done.returncode, code, done.stderr)
    return done


def run(name, *settings, code=0, ranks=0, flags=()):
    path = os.path.join(folder, name)
    sets = [part for setting in settings for part in ("--set", setting)]
    return path, spinscape("run", job, "-o", path, "-q", *flags, *sets, code=code, ranks=ranks)


def differences(a, b, group):
    done = subprocess.run(["h5diff", a, b, group, group], capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return done.returncode


# Replica 7 throws, replica 3 diverges: 76, and the same records on any number of ranks.
broken = ("parameters.throw_at=7", "parameters.diverge_at=3")
one, done = run("one.h5", *broken, code=76)
assert done.stderr.count("replica 7 failed: the coin rolled away") == 3, done.stderr
shown = json.loads(spinscape("show", one, "--json").stdout)
assert (shown["n_records"], shown["n_failed"]) == (120, 3), shown
spinscape("validate", one)
for ranks, block in ((1, 2), (2, 3), (3, 1), (4, 7)):
    other, _ = run(f"ranks{ranks}.h5", *broken, f"run.block={block}", code=76, ranks=ranks)
    held = json.loads(spinscape("show", other, "--json").stdout)["provenance"]
    assert held["mpi_ranks"] == ranks, held
    for group in ("/records", "/summary", "/claims"):
        assert differences(one, other, group) == 0, (ranks, group)
sound, _ = run("sound.h5")
assert differences(one, sound, "/records") == 1  # the comparison can tell
assert "complete already" in run("one.h5", *broken, code=76)[1].stderr

# A study that throws something unexpected ends all ranks with 70 and is told once.
for ranks in (0, 3):
    path, done = run("validate.h5", "parameters.flaw=validate", code=70, ranks=ranks)
    assert done.stderr.count("no validation") == 1 and not os.path.exists(path), done.stderr
    path, done = run(f"conclude{ranks}.h5", "parameters.flaw=conclude", code=70, ranks=ranks)
    assert "the records were written" in done.stderr, done.stderr
    assert json.loads(spinscape("show", path, "--json").stdout)["n_records"] == 120
    spinscape("validate", path, code=65)
    run(f"conclude{ranks}.h5", "parameters.flaw=conclude", code=70)

# Bad input on several ranks: one message, one code.
_, done = run("bad.h5", "parameters.k=-1", code=65, ranks=3)
assert done.stderr.count("must be at least 1") == 1, done.stderr

# More or fewer seeds go on with what is there; other parameters need --restart or --force.
records = lambda: json.loads(spinscape("show", sound, "--json").stdout)["n_records"]
run("sound.h5", "seeds.count=3")
assert records() == 9
_, done = run("sound.h5", "parameters.bias=0.25", code=65)
assert "parameters.bias: 0.5  ->  0.25" in done.stderr, done.stderr
assert records() == 9
for flag in ("--restart", "--force"):
    run("sound.h5", "parameters.bias=0.25", "seeds.count=2", flags=[flag])
    assert records() == 6
    run("sound.h5", flags=["--restart"])
spinscape("delete", job, "-o", sound, "--yes")
_, done = run("sound.h5", "seeds.count=3", code=65)
assert "made with another job" in done.stderr and "seeds.count: 40  ->  3" in done.stderr, done.stderr
run("sound.h5", "seeds.count=3", flags=["--force"])
assert records() == 9

# A full disk behind standard output is not success.
with open("/dev/full", "w") as full:
    for arguments in (["export", one, "--csv"], ["show", one], ["list"]):
        assert "No space left" in spinscape(*arguments, code=74, stdout=full).stderr

# Cut and overwritten results: an answer, never a crash.
with open(one, "rb") as file:
    whole = file.read()
damaged = os.path.join(folder, "damaged.h5")
for size in (0, 7, 100, len(whole) // 2, len(whole) - 1):
    with open(damaged, "wb") as file:
        file.write(whole[:size])
    for verb in (["show"], ["validate"], ["export", "--csv"]):
        spinscape(verb[0], damaged, *verb[1:], code=65)
    run("damaged.h5", code=65, flags=["--force"])
    assert os.path.getsize(damaged) == size

# What the terminal's width allows.
wide = spinscape("show", one).stdout
narrow = subprocess.run(["script", "-qec", f"stty cols 72; {program} show {one}", "/dev/null"], capture_output=True, text=True, timeout=60).stdout
tables = narrow.replace("\r", "").split("\n\n", 2)[2]
assert max(len(line) for line in wide.split("\n")) > 72 >= max(len(line) for line in tables.split("\n")), narrow
print("failures are told and nothing is lost")
