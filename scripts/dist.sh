#!/usr/bin/env bash
# The archives of a release, in `dist`: `dist.sh [linux | windows | all] [PROGRAM]` (all, where nothing is said). What is packed is built
# for that, or, of one system, the program that is named. The same sources give the same bytes, from any folder: docs/installing.md tells
# what was measured. It needs python3 and readelf, and what scripts/windows.sh needs; CONTRIBUTING.md tells of it.
set -euo pipefail
# A build that fails ends it, wherever it is asked for.
shopt -s inherit_errexit
cd "$(dirname "$0")/.."
root=$PWD

what=${1:-all}
given=${2:+$(realpath "$2")}
case "$what${given:+ given}" in
    linux | windows | all) ;;
    "linux given" | "windows given") ;;
    *)
        echo "expected linux, windows or all, and a program only with one of the first two, found \`$*\`" >&2
        exit 2
        ;;
esac

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml)
# The day of the release is that of its entry.
day=$(sed -n "s/^## \[${version//./\\.}\] - \([0-9-]*\)$/\1/p" CHANGELOG.md)
if [ -z "$day" ]; then
    echo "CHANGELOG.md has no entry \`## [$version] - DAY\`" >&2
    exit 1
fi
SOURCE_DATE_EPOCH=$(date -u -d "$day" +%s)
export SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC
target_of() { case "$1" in linux) echo x86_64-unknown-linux-gnu ;; windows) echo x86_64-win7-windows-gnu ;; esac }

# No path of this machine, and nothing for debuggers, gets into a program.
build() {
    local cargo_home
    cargo_home=$(realpath "${CARGO_HOME:-$HOME/.cargo}")
    (
        export LYNCERT_SOURCES=$root LYNCERT_CARGO=$cargo_home RUSTC_WRAPPER=$root/scripts/remapped-rustc.sh
        export CARGO_TARGET_DIR=$root/target/dist CARGO_PROFILE_RELEASE_STRIP=symbols CARGO_INCREMENTAL=0
        # With thin LTO the same libraries give other code from link to link; fat LTO puts their modules in order first.
        export CARGO_PROFILE_RELEASE_LTO=fat
        # C parts of libraries name their sources too, where they stop a program.
        export CFLAGS="-ffile-prefix-map=$root=/lyncert -ffile-prefix-map=$cargo_home=/cargo" RUSTFLAGS=
        [ "$1" = linux ] || RUSTFLAGS=-Clink-arg=-Wl,--no-insert-timestamp
        if [ "$1" = linux ]; then
            cargo build --release --locked -p lyncert --target "$(target_of linux)" >&2
            echo "$CARGO_TARGET_DIR/$(target_of linux)/release/lyncert"
        else
            scripts/windows.sh build --release >&2
            echo "$CARGO_TARGET_DIR/$(target_of windows)/release/lyncert.exe"
        fi
    )
}

# $1: the system; $2: its program; $3: a program that runs here, which prints what belongs to it.
pack() {
    local name=lyncert-$version-x86_64-$1 target shell file
    target=$(target_of "$1")
    local folder=$work/$name
    mkdir -p "$folder"/{completions,man,schemas,scripts}
    case "$1" in
        linux) install -m 755 "$2" "$folder/lyncert" ;;
        windows) install -m 755 "$2" "$folder/lyncert.exe" ;;
    esac
    # As they are in the sources, whatever else lies there.
    git ls-files -z -- docs samples schemas | tar --null --files-from=- --create | tar --extract --directory "$folder"
    cp CHANGELOG.md SECURITY.md LICENSE-APACHE LICENSE-MIT ARCHITECTURE.md BENCHMARKS.md CONTRIBUTING.md "$folder"
    cp scripts/Export-LyncertCollection.ps1 "$folder/scripts"
    # There are no sources in an archive: the README begins with the program that lies there.
    local start=./lyncert
    [ "$1" = linux ] || start='.\\lyncert.exe'
    sed -e '/^In a clone, /,/^In the folder of a release archive /{/^In the folder /!d}' -e "s|^lyncert audit samples/|$start audit samples/|" README.md > "$folder/README.md"
    for shell in bash zsh fish powershell; do
        case $shell in bash) file=lyncert.bash ;; zsh) file=_lyncert ;; fish) file=lyncert.fish ;; powershell) file=lyncert.ps1 ;; esac
        "$3" completions $shell > "$folder/completions/$file"
    done
    "$3" man --out "$folder/man" > /dev/null
    python3 scripts/dependencies.py licenses "$target" "$identity" > "$folder/THIRD-PARTY-LICENSES.txt"
    python3 scripts/dependencies.py sbom "$target" "$identity" > "$folder/sbom.cdx.json"
    cp "$folder/sbom.cdx.json" "dist/$name.cdx.json"
    case "$1" in linux) file=$name.tar.gz ;; windows) file=$name.zip ;; esac
    python3 scripts/archive.py "$folder" "dist/$file" "$SOURCE_DATE_EPOCH"
    written+=("$name.cdx.json" "$file")
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p dist
written=()
linux= windows=
case "$what" in linux | all) linux=${given:-$(build linux)} ;; esac
case "$what" in
    windows) windows=${given:-$(build windows)} ;;
    all) windows=$(build windows) ;;
esac
# What the program prints of itself is the same on every system; it is asked of the one that runs here.
native=${linux:-$(build linux)}
identity=$("$native" --version | sed -n 's/^build //p')
[ -n "$identity" ]
[ -z "$linux" ] || pack linux "$linux" "$native"
[ -z "$windows" ] || pack windows "$windows" "$native"
(cd dist && sha256sum "${written[@]}" > SHA256SUMS)
# A program that was built for something else has paths in it.
python3 tests/dist/check.py dist ${given:+--as-built}
cat dist/SHA256SUMS
