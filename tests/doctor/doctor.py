#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""spinscape doctor on this machine, healthy and spoiled.   usage: doctor.py PROGRAM MPIEXEC"""
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile

program, mpiexec = sys.argv[1:3]
cores = len(os.sched_getaffinity(0))
folder = tempfile.mkdtemp()
CHECKS = ["ranks", "batch system", "cores", "binding", "memory", "clocks of ranks", "MPI", "BLAS", "arithmetic",
          "instruction set", "environment", "directory", "HDF5", "file locking", "write, fsync, rename",
          "atomic append", "free space", "clock of files"]


def start(*arguments, launcher=(), **environment):
    return subprocess.run([*launcher, program, "doctor", *arguments], capture_output=True, text=True, timeout=120,
                          env={**os.environ, **environment})


def examined(directory=folder, launcher=(), **environment):
    """{check: finding} and the exit code, which must agree."""
    done = start("--json", "--dir", directory, launcher=launcher, **environment)
    report = json.loads(done.stdout)
    assert report["ranks"] and all(rank["cores"] and rank["memory_available"] > 0 for rank in report["ranks"]), report
    findings = {finding["check"]: finding for finding in report["findings"]}
    problems = [f for f in report["findings"] if f["level"] == "problem"]
    assert done.returncode == (69 if problems else 0) and report["healthy"] == (not problems), (done, problems)
    for finding in report["findings"]:
        assert finding["level"] in ("ok", "warning", "problem")
        assert bool(finding["wrong"]) == bool(finding["remedy"]) == (finding["level"] != "ok"), finding
    return findings


def expect(findings, check, level):
    assert findings[check]["level"] == level, (check, level, findings[check])
    print(f"{check:22} {level:8} {findings[check]['value'][:80]}")


def mpirun(n, *options):
    return [mpiexec, "--oversubscribe", *options, "-n", str(n)]


# healthy: alone, as text, under MPI
alone = examined()
assert list(alone) == CHECKS, list(alone)
assert not [f for f in alone.values() if f["level"] == "problem"], alone
text = start("--dir", folder)
assert text.returncode == 0 and all(check in text.stdout for check in CHECKS) and "No problem found" in text.stdout
if cores >= 2:
    two = examined(launcher=mpirun(2))
    assert two["ranks"]["value"].startswith("2 on 1 host") and "threads:" in two["MPI"]["value"], two
    assert not [f for f in two.values() if f["level"] == "problem"], two
    assert "\0" not in start(launcher=mpirun(2)).stdout
assert os.listdir(folder) == [], "traces are left"

# directories
missing = os.path.join(folder, "missing")
expect(examined(missing), "directory", "problem")
assert "There are problems" in start("--dir", missing).stdout
expect(examined(program), "directory", "problem")
expect(examined("/proc"), "directory", "problem")  # not even root can create something there
if os.geteuid() != 0:
    os.chmod(folder, 0o500)
    expect(examined(), "directory", "problem")
    os.chmod(folder, 0o700)

# ranks and threads
expect(examined(OPENBLAS_NUM_THREADS=str(cores + 1)), "cores", "problem")
expect(examined(OMP_NUM_THREADS="many"), "environment", "problem")
crowded = examined(launcher=mpirun(cores + 1, "--bind-to", "none"))
expect(crowded, "cores", "problem")
if shutil.which("taskset"):
    core = str(min(os.sched_getaffinity(0)))
    expect(examined(launcher=["taskset", "-c", core, *mpirun(2, "--bind-to", "none")]), "binding", "problem")
expect(examined(OPENBLAS_CORETYPE="Haswell"), "BLAS", "warning")
expect(examined(launcher=mpirun(2, "-x", "PBS_JOBID=7", "-x", "PBS_NP=1")), "batch system", "problem")
# what srun starts without a PMI: one process speaks for all
lost = {"SLURM_STEP_NUM_TASKS": "4", "SLURM_NTASKS": "4", "SLURM_JOB_ID": "7"}
expect(examined(SLURM_PROCID="0", **lost), "ranks", "problem")
silent = start("--dir", folder, SLURM_PROCID="1", **lost)
assert silent.stdout == "" and silent.returncode == 0, silent

# files
expect(examined(HDF5_USE_FILE_LOCKING="FALSE"), "HDF5", "warning")
expect(examined(HDF5_USE_FILE_LOCKING="maybe"), "HDF5", "warning")


@contextlib.contextmanager
def small_tmpfs(options):
    """A mount point, or None where mounting is not allowed."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True)
    try:
        yield folder if mounted.returncode == 0 else None
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", folder], check=True)


with small_tmpfs("size=256k") as disk:
    if disk:
        with contextlib.suppress(OSError), open(os.path.join(disk, "filling"), "wb", buffering=0) as file:
            while file.write(b"x" * 4096):
                pass
        full = examined(disk)
        for check in ("free space", "write, fsync, rename", "atomic append", "HDF5"):
            expect(full, check, "problem")
        expect(full, "directory", "warning")
        assert os.listdir(disk) == ["filling"]
    else:
        print("no right to mount: a full disk is not tried")
with small_tmpfs("size=8m,nr_inodes=2") as disk:
    if disk:
        spoiled = examined(disk)
        for check in ("free space", "file locking"):
            expect(spoiled, check, "problem")
os.rmdir(folder)
print("doctor finds what is wrong")
