//! Any bytes as the document within a well-formed archive.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    writer.start_file("DocItemSet.xml", options).expect("a fresh archive takes an entry");
    std::io::Write::write_all(&mut writer, data).expect("an archive in memory takes bytes");
    let bytes = writer.finish().expect("an archive in memory can be finished").into_inner();
    let _ = lyncert_ingest::format::read("fuzz.zip", &bytes);
});
