//! The ZIP: its bytes follow from what is in it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use super::{EvidenceManifest, MANIFEST};

/// Whether the first bytes of a file are those of evidence: a ZIP with the manifest in front.
pub fn looks_like_evidence(head: &[u8]) -> bool {
    /// Where the name of a ZIP's first file is.
    const NAME_AT: usize = 30;
    head.starts_with(b"PK\x03\x04")
        && head.get(NAME_AT..).is_some_and(|rest| rest.starts_with(MANIFEST.as_bytes()))
}

/// A ZIP of files in this order. All that a system could add is fixed: the time, the permissions, the system itself.
pub(super) fn zip_of(files: &[(&str, &[u8])]) -> io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
        .system(System::Unix);
    for (path, bytes) in files {
        zip.start_file(*path, options).map_err(io::Error::other)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish().map_err(io::Error::other)?.into_inner())
}

/// The files as they stand in the ZIP: the manifest, what it lists, and what it does not.
pub(super) fn in_order<'a>(
    manifest: &'a EvidenceManifest,
    files: &'a BTreeMap<String, Vec<u8>>,
) -> Vec<(&'a str, &'a [u8])> {
    let listed = std::iter::once(MANIFEST).chain(manifest.files.iter().map(|file| file.path.as_str()));
    let mut paths: Vec<&str> = listed.filter(|path| files.contains_key(*path)).collect();
    let known: BTreeSet<&str> = paths.iter().copied().collect();
    paths.extend(files.keys().map(String::as_str).filter(|path| !known.contains(path)));
    paths.into_iter().filter_map(|path| Some((path, files.get(path)?.as_slice()))).collect()
}
