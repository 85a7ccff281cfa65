//! Any bytes behind the mark of an archive.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let bytes = [b"PK\x03\x04", data].concat();
    let _ = lyncert_ingest::format::read("fuzz.zip", &bytes);
});
