#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Installs what is missing, builds with contracts on and warnings as errors, runs all default tests.
#   tests/run.sh [options of ctest]
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"

cmake/install_dependencies.sh test
mkdir -p build
echo "Build: build/dev" >&2
# Without the debug information that the preset has for developers: a sixth of the time.
cmake --preset dev -DCMAKE_CXX_FLAGS_RELEASE=-O2 >build/dev.log 2>&1 || { tail -n 30 build/dev.log >&2; exit 70; }
cmake --build --preset dev
# Many tests wait for other processes: twice as many as there are cores.
ctest --preset dev --label-exclude 'slow|bench' --parallel "$((2 * $(nproc)))" "$@"
