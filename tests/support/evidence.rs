//! Evidence that somebody tampered with.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use lyncert_report::view::sha256_of;
use serde_json::Value;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// The files of a ZIP by name, unpacked.
pub(crate) fn unzipped(zip: &Path) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(File::open(zip).unwrap()).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut entry = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            (entry.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

/// Evidence with a page that is made up, the hash of that in the manifest, and this build named as its maker.
pub(crate) fn forge(evidence: &Path, build: &str, forged: &Path) {
    const PAGE: &str = "<p>All is well</p>";
    let mut zip = ZipWriter::new(File::create(forged).unwrap());
    for (name, mut bytes) in unzipped(evidence) {
        if name == "report.html" {
            bytes = PAGE.as_bytes().to_vec();
        } else if name == "manifest.json" {
            let mut manifest: Value = serde_json::from_slice(&bytes).unwrap();
            manifest["build_sha256"] = build.into();
            for file in manifest["files"].as_array_mut().unwrap() {
                if file["path"] == "report.html" {
                    file["sha256"] = sha256_of(PAGE.as_bytes()).into();
                    file["size"] = PAGE.len().into();
                }
            }
            bytes = serde_json::to_vec(&manifest).unwrap();
        }
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(&bytes).unwrap();
    }
    zip.finish().unwrap();
}
