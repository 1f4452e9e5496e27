#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The verb theory: values, lists and ranges, JSON, mistakes.   usage: theory.py PROGRAM SOURCE_FOLDER"""
import json
import subprocess
import sys

program = sys.argv[1]


def run(*arguments, code=0):
    done = subprocess.run([program, "theory", *arguments], capture_output=True, text=True, timeout=120)
    assert done.returncode == code, (arguments, done.returncode, done.stderr)
    return done.stdout if code == 0 else done.stderr


everything = json.loads(run("--json"))
assert {q["model"] for q in everything} >= {"p-spin", "mixed-p-spin"}
assert "E_k" in run() and "E_k" in run("p-spin") and "E_alg" not in run("p-spin")

values = json.loads(run("p-spin", "--p", "3", "--quantity", "E_k", "--k", "0..5", "--json"))["values"]
assert [v["k"] for v in values] == list(range(6))
table = [1.6569983635, 1.6528731981, 1.6502531274, 1.6483990219, 1.6469985672, 1.6458932566]
assert all(abs(v["value"] - x) < 1e-10 and 0 < v["accuracy"] < 1e-10 for v, x in zip(values, table))

values = json.loads(run("p-spin", "--quantity", "complexity", "--p", "3", "--u", "-1.6,-0.5,0.7", "--json"))["values"]
assert all(abs(v["value"] - x) < 1e-8 for v, x in zip(values, [.02657359, .31532359, .34657359]))
mixture = ["mixed-p-spin", "--f3", "0.5", "--f4", "0.5", "--quantity"]
assert abs(json.loads(run(*mixture, "E_gs", "--json"))["values"][0]["value"] + 1.733070) < 1e-6
# As many digits are printed as are right.
assert "-1.3371" in run("p-spin", "--quantity", "energy_at", "--p", "3", "--t", "1.6")

assert "did you mean 'E_inf'" in run("p-spin", "--quantity", "E_inft", "--p", "3", code=64)
assert "one of p-spin" in run("pspin", "--quantity", "E_k", code=64)
assert "needs --p" in run("p-spin", "--quantity", "E_k", code=64)
assert "must be a number" in run("p-spin", "--quantity", "E_k", "--p", "three", code=64)
assert "range goes up" in run("p-spin", "--quantity", "E_k", "--p", "5..3", code=64)
assert "order three" in run("mixed-p-spin", "--quantity", "E_th", "--f2", "1", code=64)
print("theory: all as expected")
