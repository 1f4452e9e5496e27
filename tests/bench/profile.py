#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Where the time of training steps goes, by perf: per cent of a step by kernel.
usage: profile.py [PATTERN_OF_ROWS]      default: the rows of ARCHITECTURE.md; needs the preset bench built, and perf"""
import os
import re
import subprocess
import sys
import tempfile

program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build", "bench", "bin", "training_bench")
pattern = sys.argv[1] if len(sys.argv) > 1 else "training_step(_on_images)?/h:(10|25|50|100)/batch:(10|100)$"
# Kernels as their symbols name them; what is no step's work (reading images, limits) is left out.
KERNELS = ("inner_products multiply_lanes outer_lanes transpose_rows cross_entropy add_rare rare_gradient gather sgd_body sum_lanes "
           "activate multiply_slope loss_and_slope multiply_transposed multiply_body transpose_body sum_rows").split()
OTHER = re.compile("Stream|Training|MinibatchGradient|SamplesInLanes|Optimiser|__memset|_log_|memmove")


names = subprocess.run([program, "--benchmark_list_tests", f"--benchmark_filter={pattern}"], check=True, capture_output=True, text=True).stdout.split()
for name in names:
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "perf.data")
        subprocess.run(["perf", "record", "-q", "-F", "4000", "-o", data, "taskset", "-c", "0", program, f"--benchmark_filter=^{re.escape(name)}$",
                        "--benchmark_min_time=2"], check=True, capture_output=True)
        report = subprocess.run(["perf", "report", "-i", data, "--stdio"], check=True, capture_output=True, text=True).stdout
    shares = {}
    for share, symbol in re.findall(r"^\s*([\d.]+)%\s+\S+\s+\S+\s+\[\.\] (.*)$", report, re.MULTILINE):
        kernel = next((kernel for kernel in KERNELS if kernel in symbol), "other" if OTHER.search(symbol) else None)
        if kernel:
            shares[kernel] = shares.get(kernel, 0) + float(share)
    scale = 100 / sum(shares.values())
    print(f"{name}:", ", ".join(f"{kernel} {scale * share:.1f}" for kernel, share in sorted(shares.items(), key=lambda item: -item[1])), flush=True)
