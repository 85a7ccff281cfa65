//! Any bytes within Export-Clixml output.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let head = br#"<Objs xmlns="http://schemas.microsoft.com/powershell/2004/04"><Obj RefId="0"><Props>"#;
    let _ = lyncert_ingest::format::read("fuzz.xml", &[&head[..], data, b"</Props></Obj></Objs>"].concat());
});
