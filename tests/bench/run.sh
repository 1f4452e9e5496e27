#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Builds the preset bench, runs all benchmarks on one core and prints what they reach against the
# targets; each row is the best of some repetitions, in random order, as the limits are. The numbers
# stay in build/bench/results/*.json.
#   tests/bench/run.sh            everything, some ten minutes
#   tests/bench/run.sh --quick    the rows that have targets, two minutes
#   tests/bench/run.sh NAME...    of these programs (training random ...); the others' rows are of earlier runs
set -euo pipefail
cd "$(dirname "$0")/../.."
filter=. patience=0.05 repetitions=3
if [ "${1:-}" = --quick ]; then
    filter=$(tests/bench/table.py --rows) patience=0.02 repetitions=25
    shift
elif [[ "${1:-}" == -* ]]; then
    sed -n '3,8s/^# //p' "$0"; exit 64
fi
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
cmake --preset bench > /dev/null
cmake --build --preset bench --target benchmarks > /dev/null
results=build/bench/results
mkdir -p "$results"
names=${*:-$(cd build/bench/bin && ls -- *_bench | sed 's/_bench$//')}
for name in $names; do
    echo "${name}_bench" >&2
    program=build/bench/bin/${name}_bench
    taskset -c 0 "$program" --benchmark_filter="$filter" --benchmark_min_time="$patience" \
        --benchmark_repetitions="$repetitions" --benchmark_enable_random_interleaving=true \
        --benchmark_out="$results/$(basename "$program").json" --benchmark_out_format=json \
        > "$results/$name.log" 2>&1 || { tail "$results/$name.log" >&2; exit 70; }
done
tests/bench/table.py "$results"
