# Each recipe is plain cargo commands that can be typed by hand.

# List the recipes
default:
    @just --list

# Format, lints, docs and tests: what a change must pass
check:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --locked -- -D warnings
    cargo clippy -p lyncert --test fleet --test browser --test formats --test growth --test windows --locked -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked
    cargo test --workspace --locked

# A fleet of a thousand estates and runs killed at any moment: minutes, so not a part of `check`
fleet:
    cargo test -p lyncert --test fleet --locked

# The pages in a browser, by keyboard and on paper (needs Chromium, pdftotext, java and the Nu HTML Checker)
browser:
    cargo test --release --locked -p lyncert --test browser -- --nocapture

# The collector's script: closed lists, and mocked runs where pwsh is at hand
collector:
    cargo test --locked -p lyncert --test e2e script:: -- --nocapture

# The formats of reports as the readers of others read them (needs Python with tests/formats/requirements.txt, and LibreOffice)
formats:
    cargo test -p lyncert --test formats --locked -- --nocapture

# lyncert.exe, made on Debian: `just windows` builds it, `just windows test` runs all tests under Wine, `just windows smoke` the short ones
windows *ARGS:
    scripts/windows.sh {{ARGS}}

# The archives of a release for Linux and Windows, in `dist`: `just dist`, or `just dist linux`
dist *ARGS:
    scripts/dist.sh {{ARGS}}

# The same again in a clone in another folder: the bytes have to be the same
dist-twice *ARGS:
    scripts/dist-twice.sh {{ARGS}}

# Rewrite the golden files and generated pages, then read the diff
update:
    UPDATE_EXPECT=1 cargo test --workspace

# Take the picture of the README again, from the golden report of the sample (needs Chromium and ImageMagick)
picture:
    chromium --headless --no-sandbox --hide-scrollbars --window-size=1240,1000 --screenshot={{justfile_directory()}}/target/report.png file://{{justfile_directory()}}/samples/contoso/expected/report.html
    convert target/report.png +dither -colors 64 -strip PNG8:docs/report.png

# Run the program
run *ARGS:
    cargo run --release --locked -p lyncert -- {{ARGS}}

# Advisories, licenses and sources of all dependencies (needs cargo-deny, and its database from the network)
deny:
    cargo deny check

# Make the sample certificates again (needs python3 and openssl), then `just update`
samples:
    python3 samples/make_certificates.py
    python3 samples/make_collection.py

# Benches, as ratios against reading and parsing alone
bench:
    cargo bench --locked -p lyncert-ingest --bench reading
    cargo bench --locked -p lyncert-report --bench scanning
    cargo bench --locked -p lyncert-report --bench memory
    cargo bench --locked -p lyncert --bench batch
    cargo bench --locked -p lyncert --bench program

# Whether cost grows faster than estates, in instructions (needs valgrind)
growth:
    cargo test --release --locked -p lyncert --test growth -- --nocapture
