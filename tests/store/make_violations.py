#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""A file with everything that some reader refuses or loses."""
import sys

import h5py
import numpy

with h5py.File(sys.argv[1], "w") as file:
    file["unscaled"] = numpy.arange(3.0)
    file["flag"] = True
    file.create_dataset("pair", data=numpy.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]))
    file["fixed"] = numpy.array([b"abc"])
    file["null"] = h5py.Empty("f8")
    file.attrs["matrix"] = numpy.eye(2)
    file.attrs["reference"] = file["unscaled"].ref
