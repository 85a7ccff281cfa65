//! Any bytes within a cmdlet log.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let head = br#"<CsMgmtLog><Info Title="Output">"#;
    let _ = lyncert_ingest::format::read("fuzz.xml", &[&head[..], data, b"</Info></CsMgmtLog>"].concat());
});
