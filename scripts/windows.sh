#!/usr/bin/env bash
# lyncert as a Windows program, made on Debian: `windows.sh [check | build | test | smoke]` (build, where nothing is said), and after that
# what cargo is to get besides, such as `--release`. It installs nothing, and says what is missing. docs/windows.md tells of it.
set -euo pipefail
cd "$(dirname "$0")/.."

# For Windows 7 and Server 2008 R2 and later: Lync 2010 and 2013 run on these.
target=x86_64-win7-windows-gnu
# The standard library is made from source, and that has to be of the compiler's own version. Debian has both, rustup not.
sources=/usr/lib/rustlib/src/rust/library/std/src/lib.rs
wine=/usr/lib/wine/wine64

what=${1:-build}
shift || true
case "$what" in
    check | build) needed=() ;;
    test | smoke) needed=("$wine wine64") ;;
    *)
        echo "expected check, build, test or smoke, found \`$what\`" >&2
        exit 2
        ;;
esac
needed+=(
    "/usr/bin/rustc rustc-web"
    "/usr/bin/cargo cargo-web"
    "/usr/bin/x86_64-w64-mingw32-gcc-posix gcc-mingw-w64-x86-64-posix"
    "/usr/bin/x86_64-w64-mingw32-windres binutils-mingw-w64-x86-64"
)
missing=()
for row in "${needed[@]}"; do
    [ -e "${row% *}" ] || missing+=("${row#* }")
done
[ -e "$sources" ] || [ -e "$(/usr/bin/rustc --print sysroot 2> /dev/null)/lib/rustlib/src/rust/library/std/src/lib.rs" ] ||
    missing+=(rust-web-src)
if [ "${#missing[@]}" -gt 0 ]; then
    echo "missing here; on Debian: apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 3
fi

# The test that holds both programs against each other is made with the toolchain of the project.
project_path=$PATH
# rustc, cargo and rustdoc are found together, before those of rustup.
export PATH=/usr/bin:$PATH
# `-Z build-std` is not for stable compilers without it.
export RUSTC_BOOTSTRAP=1
# Without these the C parts are compiled by the host's gcc, silently, and the linker misses their symbols.
export CC_x86_64_win7_windows_gnu=x86_64-w64-mingw32-gcc AR_x86_64_win7_windows_gnu=x86_64-w64-mingw32-ar
export CARGO_TARGET_X86_64_WIN7_WINDOWS_GNU_RUNNER=$wine WINEDEBUG=-all
# Nobody debugs this one, and with what a debugger needs it is 262 MB.
export CARGO_PROFILE_DEV_DEBUG=0
common=(-Zbuild-std=std,panic_unwind --target "$target" --locked)

rustc -V
case "$what" in
    check) cargo check "${common[@]}" --workspace --all-targets "$@" ;;
    test) cargo test "${common[@]}" --workspace --no-fail-fast "$@" ;;
    build | smoke)
        cargo build "${common[@]}" -p lyncert "$@"
        profile=debug
        for option in "$@"; do [ "$option" != --release ] || profile=release; done
        exe=$(realpath "${CARGO_TARGET_DIR:-target}/$target/$profile/lyncert.exe")
        echo "$exe"
        ;;
esac
if [ "$what" = smoke ]; then
    # The first start makes Wine's folder, and says so where the messages of the program are compared.
    "$wine" "$exe" --version > /dev/null 2>&1
    # The other program, and the test that holds them against each other, are made as all else is.
    unset RUSTC_BOOTSTRAP
    PATH=$project_path LYNCERT_EXE=$exe LYNCERT_WINE=$wine cargo test --locked -p lyncert --test windows -- --nocapture
fi
