#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Installs what is missing, builds, runs a job on all cores of this machine and writes its report.
#   jobs/run.sh [JOB.toml] [options of `spinscape run`]      default: jobs/loss_surfaces.toml
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"

job=jobs/loss_surfaces.toml
if [ $# -gt 0 ] && [ "${1#-}" = "$1" ]; then job=$1; shift; fi
ranks=${SPINSCAPE_RANKS:-$(nproc)}

cmake/install_dependencies.sh run
echo "Build: build/release (log: build/release.log)" >&2
mkdir -p build
{ cmake --preset release && cmake --build --preset release; } >build/release.log 2>&1 ||
    { tail -n 30 build/release.log >&2; exit 70; }

# One thread per rank; Open MPI refuses root (as in containers) unless told otherwise.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
if [ "$(id -u)" -eq 0 ]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
result=results/$(basename "$job" .toml).h5
mkdir -p results
echo "Run: mpirun -n $ranks build/release/bin/spinscape run $job -o $result $*" >&2
mpirun -n "$ranks" build/release/bin/spinscape run "$job" -o "$result" "$@"
build/release/bin/spinscape report "$result" -o "${result%.h5}.html"
