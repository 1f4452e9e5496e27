#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Jobs under a real Slurm of one node: started by srun, stopped at the limit and requeued until complete,
as an array, cancelled in the middle. Each ends in the file of an undisturbed run.

usage: submit.py COIN_PROGRAM        exit code 77: there can be no Slurm here"""
import json
import os
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(__file__))
import one_node

program = os.path.abspath(sys.argv[1])
if one_node.missing():
    print("skipped:", one_node.missing())
    sys.exit(77)
folder = tempfile.mkdtemp(prefix="a folder ")  # names with blanks are to be quoted everywhere


def job_file(name, seconds, count):
    path = os.path.join(folder, name + ".toml")
    with open(path, "w") as file:
        file.write(f'study = "coin"\nseeds.count = {count}\n[sweep]\ngrid = {{ k = [3, 5], seconds = [{seconds}] }}\n')
    return path


def same(result, job):
    """As of an undisturbed run; its replicas sleep, so that many ranks are quick."""
    reference = result + ".reference.h5"
    subprocess.run(["mpirun", "--oversubscribe", "-n", "8", program, "run", job, "-o", reference, "-q", "--set", "run.block=1"], check=True, stdout=subprocess.DEVNULL)
    for group in ("/records", "/summary", "/claims"):
        done = subprocess.run(["h5diff", reference, result, group, group], capture_output=True, text=True)
        assert done.returncode == 0, (result, group, done.stdout[:500])


def shown(*command):
    done = subprocess.run([program, *command, "--json"], capture_output=True, text=True)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def submit(cluster, job, *options):
    answer = json.loads(cluster.run(program, "submit", job, "--json", *options).stdout)["answer"]
    return int(re.search(r"Submitted batch job (\d+)", answer).group(1))


def log(job, part=""):
    with open(job[:-5] + f".h5{part}.log") as file:
        return file.read()


rows = [("what", "result")]
try:
    here = one_node.Cluster(cpus=8)
except AssertionError as problem:  # e.g. a container in which slurmd cannot start
    print("skipped:", problem)
    sys.exit(77)
with here as cluster:
    def ended(number, what, seconds=60):
        cluster.wait_for(lambda: str(number) not in cluster.queued(), what, seconds)

    # All jobs at once, replicas sleep. 40 s of work on two ranks: Slurm looks at limits every 30 s.
    long = job_file("limit", 0.02, 2000)
    limited = submit(cluster, long, "--time", "1m", "--ranks-per-node", "2", "--option=--signal=B:USR1@48")
    start = time.monotonic()
    hopeless = job_file("hopeless", 30, 1)  # a replica does not fit into the limit
    untried = submit(cluster, hopeless, "--time", "12s", "--ranks-per-node", "1")
    broken = job_file("cancelled", 0.02, 300)
    number = submit(cluster, broken, "--time", "5m", "--ranks-per-node", "2")
    cluster.wait_for(lambda: shown("status", broken)["done"] > 50, "the first replicas")
    cluster.run("scancel", str(number))
    parts = job_file("array", 0.001, 400)
    array = submit(cluster, parts, "--time", "5m", "--ranks-per-node", "1", "--array", "3")

    ended(number, "the end of the cancelled job")
    kept = shown("status", broken)
    assert "cancelled; what is finished is kept" in log(broken), log(broken)
    assert 50 < kept["done"] < kept["wanted"] and not os.path.exists(broken[:-5] + ".h5"), kept
    again = submit(cluster, broken, "--time", "5m", "--ranks-per-node", "2")

    quick = job_file("srun", 0, 500)
    cluster.run("srun", "-n", "2", program, "run", quick, "-q")
    provenance = shown("show", quick[:-5] + ".h5")["provenance"]
    assert provenance["mpi_ranks"] == 2, provenance
    same(quick[:-5] + ".h5", quick)
    rows.append(("srun -n 2", "one run of 2 ranks"))

    ended(array, "the array", 120)
    same(parts[:-5] + ".h5", parts)
    shards = [name for name in sorted(os.listdir(parts[:-5] + ".h5.run")) if name.endswith(".journal")]
    assert shards == [f"rank00000-{i}of3.journal" for i in (1, 2, 3)], shards
    rows.append(("array of 3", "merged by the last"))

    ended(again, "the job submitted again", 120)
    same(broken[:-5] + ".h5", broken)
    told = shown("status", broken)
    assert told["repeated"] == 0 and f"{kept['done']} of 600 replicas were there already" in log(broken), (told, log(broken))
    rows.append(("scancel in the middle", f"{kept['done']} of 600 replicas kept, none repeated"))

    ended(untried, "the end of the hopeless job", 120)
    told = cluster.job(untried)
    assert told["JobState"] == "FAILED" and told["Restarts"] == "0" and "not tried again" in log(hopeless), (told, log(hopeless))
    rows.append(("replicas longer than the limit", "not requeued, with a message"))

    result = long[:-5] + ".h5"
    cluster.wait_for(lambda: os.path.exists(result), "the requeued job", 170)
    ended(limited, "the end of the job")
    took = time.monotonic() - start
    told = cluster.job(limited)
    assert told["JobState"] == "COMPLETED" and int(told["Restarts"]) >= 1, told
    assert re.search(r"stopped \(signal 10\): \d+ replicas are left", log(long)), log(long)
    assert re.search(r"\d+ of 4000 replicas were there already", log(long)), log(long)
    same(result, long)
    assert shown("status", long)["repeated"] == 0
    assert shown("show", result)["provenance"]["restarts"] == int(told["Restarts"])
    jobs = subprocess.run(["h5dump", "-d", "/provenance/run_batch_job", result], capture_output=True, text=True).stdout
    assert f'"slurm {limited}"' in jobs and f'"slurm {limited}, restart 1"' in jobs, jobs
    rows.append(("limit shorter than the work", f"signalled, requeued {told['Restarts']} time(s), complete after {took:.0f} s"))

width = max(len(row[0]) for row in rows)
for row in rows:
    print(f"{row[0]:{width}}  {row[1]}")
