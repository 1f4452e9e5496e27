#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Makes sure that the Debian packages for a purpose are installed:  install_dependencies.sh run|test|bench
# Does nothing when they are; installs with apt as root or through sudo; else prints the line to run.
set -euo pipefail

run=(g++ cmake ninja-build openmpi-bin libopenmpi-dev libboost-dev libboost-mpi-dev libboost-serialization-dev
     libhdf5-openmpi-dev libopenblas-dev liblbfgsb-dev libcli11-dev libtomlplusplus-dev libspdlog-dev libfmt-dev
     nlohmann-json3-dev librandom123-dev zlib1g-dev gnuplot-nox)
test=("${run[@]}" libgtest-dev libgmock-dev clang-format-14 hdf5-tools netcdf-bin chromium python3
      python3-h5py python3-h5netcdf python3-netcdf4 python3-xarray
      munge slurm-client slurmctld slurmd)
bench=("${run[@]}" libbenchmark-dev)

case "${1:-}" in
    run) wanted=("${run[@]}") ;;
    test) wanted=("${test[@]}") ;;
    bench) wanted=("${bench[@]}") ;;
    *) echo "usage: install_dependencies.sh run|test|bench" >&2; exit 64 ;;
esac

if ! command -v dpkg-query >/dev/null; then
    echo "Not a Debian system: provide these yourself (modules, Spack, ...): ${wanted[*]}" >&2
    exit 0
fi
missing=()
for package in "${wanted[@]}"; do
    status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
    echo "Packages: all there." >&2
    exit 0
fi

install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}")
if [ "$(id -u)" -eq 0 ]; then
    privileged=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    privileged=(sudo)
else
    echo "Packages are missing. As root, run:" >&2
    echo "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}" >&2
    echo "Without root, load modules for MPI, HDF5 and OpenBLAS and follow 'Without root' in README.md." >&2
    exit 69
fi
echo "Packages: installing ${missing[*]}" >&2
log=$(mktemp)
# A package list that is a day old is good enough; a failed install gets a fresh one and a second try.
if ! "${privileged[@]}" "${install[@]}" >"$log" 2>&1; then
    "${privileged[@]}" apt-get update >>"$log" 2>&1
    "${privileged[@]}" "${install[@]}" >>"$log" 2>&1 || { tail -n 20 "$log" >&2; exit 69; }
fi
rm -f "$log"
