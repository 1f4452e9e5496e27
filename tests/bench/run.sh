#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Builds the preset bench, runs all benchmarks on one core and prints what they reach against the
# targets. The numbers stay in build/bench/results/*.json.
#   tests/bench/run.sh            everything, some ten minutes
#   tests/bench/run.sh --quick    the rows that have targets, half a minute
set -euo pipefail
cd "$(dirname "$0")/../.."
filter=. patience=0.1
if [ "${1:-}" = --quick ]; then
    filter=$(tests/bench/table.py --rows) patience=0.05
elif [ $# -gt 0 ]; then
    sed -n '3,6s/^# //p' "$0"; exit 64
fi
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
cmake --preset bench > /dev/null
cmake --build --preset bench > /dev/null
results=build/bench/results
mkdir -p "$results"
for program in build/bench/bin/*_bench; do
    taskset -c 0 "$program" --benchmark_filter="$filter" --benchmark_min_time="$patience" \
        --benchmark_out="$results/$(basename "$program").json" --benchmark_out_format=json > /dev/null
done
tests/bench/table.py "$results"
