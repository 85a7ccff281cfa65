//! Texts with blocks, and base64 without.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lyncert_report::scan::{scan_bytes, ScanOptions};

fuzz_target!(|data: &[u8]| {
    let text = [b"-----BEGIN ", data].concat();
    for bytes in [data, &text] {
        let inventory = scan_bytes(&[("a", bytes)], &ScanOptions::default());
        assert!(inventory.unreadable.iter().all(|file| (file.reason != "could not be parsed: the parser failed on it")));
    }
});
