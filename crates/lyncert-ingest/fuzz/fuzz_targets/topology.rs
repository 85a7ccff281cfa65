//! Any bytes as an export.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = lyncert_ingest::format::read("fuzz", data);
});
