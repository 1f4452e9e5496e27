#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Two ranks with different instruction sets, as on a mixed cluster: a result tells which ranks and earlier
processes used which, doctor warns, and a set that is not there is refused.   usage: mixed.py PROGRAM MPIEXEC"""
import json
import os
import subprocess
import sys
import tempfile

program, mpiexec = sys.argv[1:3]
folder = tempfile.mkdtemp()
job = os.path.join(folder, "coin.toml")
with open(job, "w") as file:
    file.write('study = "coin"\n[run]\nblock = 1\n[parameters]\nseconds = 0.02\n')
lower = {**os.environ, "SPINSCAPE_INSTRUCTION_SET": "baseline"}
os.environ.pop("SPINSCAPE_INSTRUCTION_SET", None)


def run(*command, code=0, environment=None):
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)
    assert done.returncode == code, (command, done.returncode, done.stdout, done.stderr)
    return done


def mixed(*arguments, code=0):
    return run(mpiexec, "--oversubscribe", "-n", "1", "env", "SPINSCAPE_INSTRUCTION_SET=baseline", program, *arguments,
               ":", "-n", "1", program, *arguments, code=code)


def sets_of(path):
    tree = json.loads(run(program, "show", path, "--json").stdout)["provenance"]["instruction_set"]
    ranks = subprocess.run(["h5dump", "-y", "-d", "/provenance/instruction_set", path], capture_output=True, text=True).stdout
    return tree, [line.strip().strip('",') for line in ranks.split("DATA {")[1].split("}")[0].replace(",", "\n").split("\n") if line.strip()]


best = json.loads(run(program, "doctor", "--json", "--dir", folder).stdout)["ranks"][0]["instruction_set"]
if best == "baseline":
    print("this machine has one instruction set")
    sys.exit(77)

alone = os.path.join(folder, "alone.h5")
run(program, "run", job, "-o", alone, "-q")
assert sets_of(alone) == (best, [best]), sets_of(alone)
assert "different instruction sets" not in run(program, "show", alone).stdout

both = os.path.join(folder, "both.h5")
mixed("run", job, "-o", both, "-q")
assert sets_of(both) == (f"baseline, {best}", ["baseline", best]), sets_of(both)
assert "different instruction sets" in run(program, "show", both).stdout
run(program, "validate", both)

# More seeds, computed elsewhere: what earlier processes used is not forgotten.
run(program, "run", job, "-o", alone, "-q", "--set", "seeds.count=45", environment=lower)
assert sets_of(alone) == (f"baseline, {best}", ["baseline"]), sets_of(alone)
run(program, "merge", job, "-o", alone, "--set", "seeds.count=45")
assert sets_of(alone)[0] == f"baseline, {best}"

found = {f["check"]: f for f in json.loads(mixed("doctor", "--json", "--dir", folder).stdout)["findings"]}["instruction set"]
assert found["level"] == "warning" and found["value"] == f"baseline, {best}" and "SPINSCAPE_INSTRUCTION_SET=baseline" in found["remedy"], found

done = run(program, "list", code=64, environment={**os.environ, "SPINSCAPE_INSTRUCTION_SET": "sse9"})
assert "unknown instruction set" in done.stderr and best in done.stderr, done.stderr
print("instruction sets are told rank by rank")
