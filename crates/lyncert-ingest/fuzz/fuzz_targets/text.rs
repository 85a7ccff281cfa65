//! Any bytes as JSON, CSV and printed list of certificates.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = lyncert_ingest::format::read("fuzz.json", &[&b"[{\"Thumbprint\":\"AD1C8766FD0ED1A0FC10417089A565D48FF52CC0\"},"[..], data].concat());
    let _ = lyncert_ingest::format::read("fuzz.csv", &[&b"Subject,Thumbprint,Use\n"[..], data].concat());
    let _ = lyncert_ingest::format::read("fuzz.txt", &[&b"Thumbprint : AD1C8766FD0ED1A0FC10417089A565D48FF52CC0\nUse : "[..], data].concat());
});
