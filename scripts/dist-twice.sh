#!/usr/bin/env bash
# Makes the archives here and again of a clone in another folder, with nothing built before, and holds them against each other:
# `dist-twice.sh [linux | windows | all]`. What is not committed would be in one of them only, and ends it.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -n "$(git status --porcelain)" ]; then
    echo "there are changes that are not committed" >&2
    exit 1
fi
other=$(mktemp -d)/elsewhere/of-another-length
trap 'rm -rf "${other%/elsewhere/*}"' EXIT
git clone --quiet . "$other"
scripts/dist.sh "$@"
"$other/scripts/dist.sh" "$@"
diff dist/SHA256SUMS "$other/dist/SHA256SUMS"
echo "the same bytes from two folders"
