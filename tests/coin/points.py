#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Critical points through the program: the same for any ranks, blocks and shards; read by every reader,
told by every verb.   usage: points.py PROGRAM"""
import csv
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile

program = sys.argv[1]
folder = tempfile.mkdtemp()
job = os.path.join(folder, "finder.toml")
with open(job, "w") as file:
    file.write('study = "finder"\nparameters.throw_at = 7\n')


def spinscape(*arguments, code=0, ranks=0):
    launch = ["mpirun", "--oversubscribe", "-n", str(ranks)] if ranks else []
    done = subprocess.run([*launch, program, *arguments], capture_output=True, text=True, timeout=100)
    assert done.returncode == code, (arguments, ranks, done.returncode, code, done.stderr)
    return done


def run(name, *arguments, code=76, ranks=0):
    path = os.path.join(folder, name)
    spinscape("run", job, "-o", path, "-q", *arguments, code=code, ranks=ranks)
    return path


def same(one, other):
    for group in ("/records", "/critical_points", "/summary"):
        done = subprocess.run(["h5diff", one, other, group, group], capture_output=True, text=True)
        assert done.returncode == 0, (other, group, done.stdout[:500], done.stderr)


reference = run("reference.h5")
spinscape("validate", reference)
for ranks, block in ((1, 16), (2, 1), (3, 7)):
    same(reference, run(f"ranks{ranks}.h5", "--set", f"run.block={block}", ranks=ranks))
sharded = os.path.join(folder, "sharded.h5")
for number in (2, 1, 3):
    spinscape("run", job, "-o", sharded, "-q", "--shard", f"{number}/3")
spinscape("merge", job, "-o", sharded, code=76)
same(reference, sharded)
other = run("other.h5", "--set", "seeds.master=2")
assert subprocess.run(["h5diff", reference, other, "/critical_points", "/critical_points"], capture_output=True).returncode == 1

records = list(csv.DictReader(io.StringIO(spinscape("export", reference, "--csv").stdout)))
rows = list(csv.DictReader(io.StringIO(spinscape("export", reference, "--csv", "--points").stdout)))
found = sum(int(record["found"] or 0) for record in records)
assert len(rows) == found > 100, (len(rows), found)
assert {row["kind"] for row in rows} == {"0", "1"} and all((float(row["energy"]) < 0) == (row["kind"] == "0") for row in rows)
assert {row["x[2]"] for row in rows} == {""} and {row["most"] for row in rows} == {"3", "6"}
shown = json.loads(spinscape("show", reference, "--json").stdout)["critical_points"]
assert shown["n"] == found and sum(shown["kinds"].values()) == found and set(shown["kinds"]) == {"minimum", "saddle"}, shown
line = f"{found} critical points: {shown['kinds']['minimum']} minimum, {shown['kinds']['saddle']} saddle"
assert line in spinscape("show", reference).stdout
described = json.loads(spinscape("describe", "finder", "--json").stdout)["point_fields"]
assert [field["name"] for field in described] == ["energy", "kind", "x"] and described[1]["meanings"][4] == "gradient_flat", described
assert "every critical point" in spinscape("describe", "finder").stdout
# A study without points has none of this.
coin = os.path.join(folder, "coin.toml")
with open(coin, "w") as file:
    file.write('study = "coin"\n')
plain = os.path.join(folder, "coin.h5")
spinscape("run", coin, "-o", plain, "-q")
assert "critical_points" in spinscape("export", plain, "--csv", "--points", code=65).stderr
assert "critical" not in spinscape("show", plain).stdout + spinscape("describe", "coin").stdout

check = """
import sys, numpy, h5py, xarray
path = sys.argv[1]
for engine in ("h5netcdf", "netcdf4"):
    xarray.open_dataset(path, engine=engine)
    points = xarray.open_dataset(path, engine=engine, group="critical_points")
    records = xarray.open_dataset(path, engine=engine, group="records")
    sizes = points.row_size.values
    assert points.row_size.attrs["sample_dimension"] == "critical_point" and points.row_size.dims == ("record",)
    assert (sizes == records.found.fillna(0).values).all() and sizes.sum() == points.sizes["critical_point"]
    # the rows of a record, as CF says
    assert (points.replica.values == numpy.repeat(records.replica.values, sizes)).all()
    assert (points.point.values == numpy.repeat(records.point.values, sizes)).all()
    assert points.energy.attrs["units"] == "J" and points.x.dims == ("critical_point", "coordinate")
    meanings = points.kind.attrs["flag_meanings"].split()
    assert [meanings[int(k)] for k in points.kind.values[:1]] in (["minimum"], ["saddle"])
with h5py.File(path) as file:
    group = file["critical_points"]
    assert group["kind"].dtype == "int8" and group["row_size"].dims[0][0].name == "/critical_points/record"
"""
empty = run("empty.h5", "--set", "parameters.most=0", "--set", "seeds.count=3", "--set", "sweep.grid={most=[0]}", "--set", "parameters.throw_at=-1", code=0)
for path in (reference, sharded):
    subprocess.run(["/usr/bin/python3", "-c", check, path], check=True)
spinscape("validate", empty)
for engine in ("h5netcdf", "netcdf4"):
    subprocess.run(["/usr/bin/python3", "-c", f"import xarray; assert xarray.open_dataset({empty!r}, engine={engine!r}, group='critical_points').sizes['critical_point'] == 0"], check=True)
subprocess.run(["ncdump", "-h", reference], check=True, stdout=subprocess.DEVNULL)
shutil.rmtree(folder)
print(f"{found} critical points: no difference on any ranks, blocks and shards")
