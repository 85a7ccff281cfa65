//! Everything in DER: certificates with all their facts, PKCS#7, PKCS#12, requests, revocation lists, keys.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lyncert_report::scan::{scan_bytes, ScanOptions};

fuzz_target!(|data: &[u8]| {
    let inventory = scan_bytes(&[("a", data)], &ScanOptions::default());
    assert!(inventory.unreadable.iter().all(|file| (file.reason != "could not be parsed: the parser failed on it")));
});
