#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Opens the file of tree_test.cpp with every reader that users have, and appends with netCDF4."""
import shutil
import subprocess
import sys

import h5py
import netCDF4
import numpy
import xarray

path = sys.argv[1]
for engine in ("h5netcdf", "netcdf4"):
    root = xarray.open_dataset(path, engine=engine)
    assert root.attrs["title"] == "all" and float(root["number"]) == 42.0
    records = xarray.open_dataset(path, engine=engine, group="records")
    assert records["curve"].dims == ("record", "t") and list(records["t"].values) == [0.5, 1.5]
    assert numpy.isnan(records["width"].values[1]) and records["width"].values[0] == 25
    assert list(records["label"].values) == ["a", "", "Θ₀ ü"]
    assert records["large"].size == 20000 and records["nothing"].size == 0
    assert list(records["byte"].values) == [0, 128, 255]
with h5py.File(path) as file:
    assert file["records/curve"].dims[1][0].name == "/records/t"
subprocess.run(["ncdump", "-h", path], check=True, stdout=subprocess.DEVNULL)
shutil.copy(path, path + ".copy")
with netCDF4.Dataset(path + ".copy", "a") as file:
    file["records"].createVariable("added", "f8", ("record",))[:] = [1, 2, 3]
