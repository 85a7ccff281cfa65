//! Serialized stores and single serialized certificates.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lyncert_report::scan::{scan_bytes, ScanOptions};

fuzz_target!(|data: &[u8]| {
    let store = [b"\0\0\0\0CERT", data].concat();
    for bytes in [data, &store] {
        let inventory = scan_bytes(&[("a", bytes)], &ScanOptions::default());
        assert!(inventory.unreadable.iter().all(|file| (file.reason != "could not be parsed: the parser failed on it")));
    }
});
