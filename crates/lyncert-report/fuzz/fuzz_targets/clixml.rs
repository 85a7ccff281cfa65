//! `Export-Clixml` files.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lyncert_report::scan::{scan_bytes, ScanOptions};

fuzz_target!(|data: &[u8]| {
    let objects = [b"<Objs>", data, b"</Objs>"].concat();
    for bytes in [data, &objects] {
        let inventory = scan_bytes(&[("a", bytes)], &ScanOptions::default());
        assert!(inventory.unreadable.iter().all(|file| (file.reason != "could not be parsed: the parser failed on it")));
    }
});
