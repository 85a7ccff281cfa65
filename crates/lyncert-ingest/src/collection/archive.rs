//! A collection in a ZIP. Nothing in it is written to disk.

use super::{FACTS_FILE, MANIFEST_FILE, Part, plain_path, read_part};
use crate::container;
use crate::decode::decode;
use crate::error::ReadError;

/// The files of a collection that was packed.
#[derive(Clone, Debug)]
pub struct CollectionArchive {
    /// The folder of the archive that the collection lies in, with a final `/`; empty where it is not in a folder.
    pub base: String,
    /// Its files, in the archive's order.
    pub entries: Vec<ArchiveEntry>,
    /// The paths of the files that are damaged, each with why.
    pub damaged: Vec<(String, ReadError)>,
}

/// A file in an archive.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ArchiveEntry {
    /// Its path in the archive, with `/` whoever packed it.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl CollectionArchive {
    /// The file with this path below the collection.
    pub fn file(&self, path: &str) -> Option<&ArchiveEntry> {
        self.entries.iter().find(|entry| entry.path.strip_prefix(&self.base) == Some(path))
    }

    /// Why the file with this path below the collection cannot be read.
    pub fn damage_of(&self, path: &str) -> Option<&ReadError> {
        let is_it = |known: &str| known.strip_prefix(&self.base) == Some(path);
        self.damaged.iter().find(|(known, _)| is_it(known)).map(|(_, error)| error)
    }
}

/// The collection in an archive; `None` for other bytes and for archives that hold none.
///
/// # Errors
///
/// An archive that as a whole is damaged or beyond the limits of all archives.
pub fn read_archive(name: &str, bytes: &[u8]) -> Option<Result<CollectionArchive, ReadError>> {
    if !container::is_zip(bytes) || !container::entry_names(bytes).iter().any(|name| is_own_file(name)) {
        return None;
    }
    Some(container::read_whole_entries(name, bytes, container::MAX_COLLECTION_ENTRIES).map(|entries| {
        let whole = entries.whole.into_iter();
        let whole: Vec<ArchiveEntry> =
            whole.map(|entry| ArchiveEntry { path: plain_path(&entry.name), bytes: entry.bytes }).collect();
        let damaged = entries.damaged.into_iter().map(|(name, error)| (plain_path(&name), error));
        CollectionArchive { base: base_of(&whole), entries: whole, damaged: damaged.collect() }
    }))
}

/// The names of the files that only the collector writes.
const OWN_FILES: [&str; 2] = [MANIFEST_FILE, FACTS_FILE];

/// Whether an entry is called like a file that only the collector writes, at the top or in one folder.
fn is_own_file(name: &str) -> bool {
    let path = plain_path(name);
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", &path));
    !folder.contains('/') && OWN_FILES.iter().any(|own| file.eq_ignore_ascii_case(own))
}

/// The folder of the manifest that lies least deep; of the facts where there is no manifest.
fn base_of(entries: &[ArchiveEntry]) -> String {
    let is_part = |entry: &&ArchiveEntry| {
        is_own_file(&entry.path)
            && matches!(
                read_part(&decode(&entry.bytes).text),
                Some(Ok(Part::Manifest(_) | Part::Facts(_)) | Err(_))
            )
    };
    let folder = |entry: &ArchiveEntry| {
        entry.path.rsplit_once('/').map_or_else(String::new, |(folder, _)| format!("{folder}/"))
    };
    entries.iter().filter(is_part).map(folder).min_by_key(String::len).unwrap_or_default()
}
