#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Compares what two result files measured, bit for bit (h5diff takes any two NaN for different unless told
otherwise).   usage: same_results.py ONE OTHER     prints the number of equal variables"""
import sys

import h5py

MEASURED = ("records", "critical_points", "summary", "claims")


def differences(one, other):
    """Names of variables that differ, and how many were compared."""
    found, count = [], 0

    def visit(name, variable):
        nonlocal count
        if not isinstance(variable, h5py.Dataset):
            return
        count += 1
        twin = other.get(variable.name)
        if twin is None or twin.dtype != variable.dtype or twin.shape != variable.shape:
            found.append(variable.name)
            return
        x, y = variable[()], twin[()]
        if not ((x == y).all() if x.dtype == object else x.tobytes() == y.tobytes()):
            found.append(variable.name)

    for group in MEASURED:
        if set(one.get(group, ())) != set(other.get(group, ())):
            found.append("/" + group)
        elif group in one:
            one[group].visititems(visit)
    return found, count


if __name__ == "__main__":
    with h5py.File(sys.argv[1]) as first, h5py.File(sys.argv[2]) as second:
        different, compared = differences(first, second)
    print(" ".join(different) if different else f"{compared} variables are equal")
    sys.exit(1 if different or compared < 10 else 0)
