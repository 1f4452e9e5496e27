#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Verbs and their JSON, init, export, restart, a diverging run.   usage: verbs.py PROGRAM SOURCE_FOLDER"""
import csv
import io
import json
import os
import subprocess
import sys
import tempfile

program, source = sys.argv[1:3]
folder = tempfile.mkdtemp()
small = ["--tier", "smoke", "--set", "parameters.train_samples=500", "--set", "seeds.count=3", "-q"]


def run(*arguments, code=0):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=120)
    assert done.returncode == code, (arguments, done.returncode, done.stderr)
    return done


def parsed(*arguments, code=0):
    return json.loads(run(*arguments, code=code).stdout)


studies = parsed("list", "--json")
assert {"name", "question", "sources"} <= set(studies[0]) and {s["name"] for s in studies} >= {"loss_surfaces", "train"}
assert parsed("--version", "--json")["program"] == "spinscape"
run(code=64)
run("describe", "nothing", code=64)
assert "list" in run("--help").stdout

for study in studies:
    name = study["name"]
    description = parsed("describe", name, "--json")
    assert description["parameters"] and description["fields"] and set(description["tiers"]) == {"smoke", "standard", "paper"}
    assert name in run("describe", name).stdout
    # init prints a job file that check accepts, with every parameter in it
    job = os.path.join(folder, name + ".toml")
    with open(job, "w") as file:
        file.write(run("init", name).stdout)
    assert all(f"# {p['name']} = " in open(job).read() for p in description["parameters"])
    for tier in ("smoke", "standard", "paper"):
        plan = parsed("check", job, "--json", "--tier", tier)
        assert plan["replicas"] > 0 and plan["core_hours"] > 0 and plan["tier"] == tier
    # and with every default written out
    lines = [line[2:] if line.startswith("# ") and line[2:].split(" = ")[0] in {p["name"] for p in description["parameters"]} else line
             for line in open(job).read().split("\n")]
    with open(job, "w") as file:
        file.write("\n".join(lines))
    parsed("check", job, "--json")
    assert "estimated" in run("check", job).stdout

job, result = os.path.join(folder, "train.toml"), os.path.join(folder, "train.h5")
done = run("run", job, "-o", result, *small)
assert done.stdout.rstrip().endswith(f"result: {result}")
shown = parsed("show", result, "--json")
assert {"study", "master_seed", "n_records", "n_failed", "claims"} <= set(shown) and shown["n_records"] == 6
assert parsed("validate", result, "--json")["valid"] and "valid" in run("validate", result).stdout

# Where the time went; in provenance, with the rest as "other".
phases = {p["phase"]: p["core_seconds"] for p in shown["phases"]}
assert set(phases) == {"data", "training", "evaluation", "other"} and phases["training"] > 0, phases
assert abs(sum(phases.values()) - shown["provenance"]["core_seconds"]) < 1e-9, shown
assert "core-seconds" in run("show", result).stdout

written = os.path.getmtime(result)
assert "complete already" in run("run", job, "-o", result, *small).stderr and os.path.getmtime(result) == written
run("run", job, "-o", result, "--restart", *small)
assert os.path.getmtime(result) > written
run("run", job, "-o", result, "--set", "seeds.master=5", *small, code=65)
run("run", job, "-o", result, "--set", "seeds.master=5", "--force", *small)
assert parsed("show", result, "--json")["master_seed"] == 5

rows = list(csv.DictReader(io.StringIO(run("export", result, "--csv").stdout)))
assert len(rows) == 6 and 0 < float(rows[0]["test_loss"]) < 10 and rows[0]["hidden"] == "[10]"
table = os.path.join(folder, "table.csv")
run("export", result, "--csv", "-o", table)
assert len(open(table).read().split("\n")) == 8

page = os.path.join(folder, "page.html")
run("report", result, "-o", page)
assert "<svg" in open(page).read() and "<th scope=\"row\">training</th>" in open(page).read()
for verb in ("show", "validate", "report"):
    run(verb, os.path.join(folder, "absent.h5"), code=66)
run("show", job, code=65)

# A diverging run is a record, not an error.
wild = os.path.join(folder, "wild.h5")
run("run", job, "-o", wild, *small, "--set", "parameters.learning_rate=1e6", "--set", "parameters.loss=squared")
outcomes = {row["outcome"] for row in csv.DictReader(io.StringIO(run("export", wild, "--csv").stdout))}
assert outcomes == {"4"}, outcomes
assert parsed("show", wild, "--json")["n_failed"] == 0
run("validate", wild)

# The smoke tier of the main job: claims in the form that scripts rely on.
surfaces = os.path.join(folder, "surfaces.h5")
run("run", os.path.join(source, "jobs", "loss_surfaces.toml"), "--tier", "smoke", "-o", surfaces, "-q")
claims = parsed("show", surfaces, "--json")["claims"]
assert len(claims) > 10
for claim in claims:
    assert {"id", "statement", "source", "predicted", "relation", "measured", "stderr", "n", "verdict"} <= set(claim)
    assert claim["verdict"] in ("supported", "contradicted", "undecided")
assert len({c["id"] for c in claims}) == len(claims)
run("validate", surfaces)
bibliography = open(os.path.join(source, "references.bib")).read()
for key in {c["source"] for c in claims} | {s for study in studies for s in study["sources"]}:
    assert "{" + key + "," in bibliography, key

for engine in ("h5netcdf", "netcdf4"):
    check = f"import xarray as x\nfor g in ('records', 'summary', 'claims', 'provenance', 'reference/gradient_flow'):\n    d = x.open_dataset({surfaces!r}, group=g, engine={engine!r})\n    assert len(d.variables) > 0, g\nd = x.open_dataset({surfaces!r}, group='summary', engine={engine!r})\nassert float(d.energy_mean[0]) < -1.3 and d.energy_mean.attrs['units'] == '1', d.energy_mean\nx.open_dataset({surfaces!r}, engine={engine!r})"
    subprocess.run(["/usr/bin/python3", "-c", check], check=True)
subprocess.run(["ncdump", "-h", surfaces], check=True, stdout=subprocess.DEVNULL)
# Batch scripts: printed, not submitted; nothing is handed in that would be refused later.
job = os.path.join(folder, "batch.toml")
with open(job, "w") as file:
    file.write('study = "train"\ntier = "smoke"\n')
for scheduler, mark in (("slurm", "#SBATCH --time=11:30:00"), ("pbs", "#PBS -l walltime=11:30:00"), ("torque", "#PBS -l nodes=2:ppn=64"), ("lsf", "#BSUB -W 11:30")):
    script = run("submit", job, "--time", "11h30m", "--nodes", "2", "--ranks-per-node", "64", "--scheduler", scheduler, "--dry-run").stdout
    assert mark + "\n" in script and program in script and job in script, script
    assert subprocess.run(["bash", "-n"], input=script, text=True).returncode == 0
assert not [name for name in os.listdir(folder) if name.startswith("batch.h5")]
assert parsed("submit", job, "--time", "1h", "--ranks-per-node", "1", "--scheduler", "slurm", "--dry-run", "--json")["script"].startswith("#!/bin/bash\n")
for arguments, code, word in ((["--time", "90"], 64, "90"), (["--time", "1h", "--scheduler", "sge"], 64, "torque"), ([], 64, "--time"), (["--time", "1h", "--set", "parameters.epohcs=3"], 65, "epochs"), (["--time", "1h", "--nodes", "0"], 64, "--nodes")):
    told = run("submit", job, "--dry-run", *arguments, *([] if "--scheduler" in arguments else ["--scheduler", "slurm"]), code=code).stderr
    assert word in told, told
adaptive = os.path.join(folder, "adaptive.toml")
with open(adaptive, "w") as file:
    file.write('study = "train"\ntier = "smoke"\nseeds.count = { min = 2, max = 4, until = "claims decided" }\n')
assert "adaptive" in run("submit", adaptive, "--time", "1h", "--array", "3", "--scheduler", "slurm", "--dry-run", code=64).stderr
assert "adaptive" in run("run", adaptive, "--shard", "1/3", code=64).stderr

print("all verbs as promised")
