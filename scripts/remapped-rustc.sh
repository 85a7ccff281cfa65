#!/bin/sh
# rustc without paths of this machine in what it makes, for `RUSTC_WRAPPER`: LYNCERT_SOURCES becomes /lyncert, LYNCERT_CARGO /cargo. In RUSTFLAGS
# that would miss what is built for the host: macros, whose hashes get into every library that uses them.
exec "$@" "--remap-path-prefix=$LYNCERT_SOURCES=/lyncert" "--remap-path-prefix=$LYNCERT_CARGO=/cargo"
