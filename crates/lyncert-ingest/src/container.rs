//! The configuration ZIP. Nothing in it is ever written to disk, and its entry names are never used as paths.

use std::collections::HashSet;
use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::ReadError;

/// An export has a handful of entries; opening each of a million would take long.
pub(crate) const MAX_ENTRIES: usize = 1_000;
/// A collection of 200 servers, where the collector stops, has some 1,200.
pub(crate) const MAX_COLLECTION_ENTRIES: usize = 5_000;
/// Unpacked bytes of one entry: four times what a document may have that is not packed.
const MAX_ENTRY_BYTES: u64 = 256 * 1024 * 1024;
/// Unpacked bytes of all entries: all of them are held in memory at once.
const MAX_TOTAL_BYTES: u64 = 512 * 1024 * 1024;
/// XML packs to a tenth or a twentieth of its size. An archive that packs better than this was made to fill the memory.
const MAX_PACKING_RATIO: u64 = 200;
/// Up to this many unpacked bytes the ratio does not matter: short repetitive texts pack better, and so little does no harm.
const RATIO_FREE_BYTES: u64 = 1024 * 1024;

/// One entry of an archive.
pub(crate) struct Entry {
    /// Its name, for display only.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// What lies in an archive: its entries, and the names of those that are damaged, each with why.
#[derive(Default)]
pub(crate) struct Entries {
    pub(crate) whole: Vec<Entry>,
    pub(crate) damaged: Vec<(String, ReadError)>,
}

/// Whether the bytes start like an archive.
pub(crate) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// The names of the entries, which nothing has to be unpacked for; none of an archive that is damaged or has too many.
pub(crate) fn entry_names(bytes: &[u8]) -> Vec<String> {
    let Ok(archive) = ZipArchive::new(Cursor::new(bytes)) else { return Vec::new() };
    if archive.len() > MAX_COLLECTION_ENTRIES {
        return Vec::new();
    }
    archive.file_names().filter_map(|name| name.ok()).map(|name| name.into_owned()).collect()
}

/// All entries in the archive's order.
///
/// # Errors
///
/// An archive that is damaged, encrypted or beyond the limits, or that has an entry which is.
pub(crate) fn read_entries(
    document: &str,
    bytes: &[u8],
    max_entries: usize,
) -> Result<Vec<Entry>, ReadError> {
    let Entries { whole, damaged } = read_whole_entries(document, bytes, max_entries)?;
    damaged.into_iter().next().map_or(Ok(whole), |(_, error)| Err(error))
}

/// The entries that are whole, in the archive's order, and those that are not: one that is damaged does not take the others along.
///
/// # Errors
///
/// An archive that as a whole is damaged, or beyond the limits.
pub(crate) fn read_whole_entries(
    document: &str,
    bytes: &[u8],
    max_entries: usize,
) -> Result<Entries, ReadError> {
    let damaged = |reason: String| ReadError::Archive { document: document.to_owned(), reason };
    let limit =
        |excess: String, limit: String| ReadError::Limit { document: document.to_owned(), excess, limit };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(why_damaged(&error)))?;
    if stated_entries(bytes).is_some_and(|stated| stated > archive.len()) {
        // The library keeps the last one of a name; which of them the product would take is not known.
        return Err(damaged("it has two entries with the same name".to_owned()));
    }
    if archive.len() > max_entries {
        return Err(limit(format!("has {} entries", archive.len()), format!("{max_entries} entries")));
    }
    let mut entries = Entries::default();
    let mut total: u64 = 0;
    let mut names: HashSet<String> = HashSet::new();
    for index in 0..archive.len() {
        let numbered = format!("number {}", index + 1);
        let known = archive.name_for_index(index).and_then(|name| name.ok().map(|name| name.into_owned()));
        let entry = match archive.by_index(index) {
            Ok(entry) => entry,
            Err(error) => {
                entries.damaged.push((known.unwrap_or(numbered), damaged(why_damaged(&error))));
                continue;
            }
        };
        if entry.is_dir() {
            continue;
        }
        let name = entry.name().map_or_else(|_| numbered, |name| name.into_owned());
        if !names.insert(name.to_lowercase()) {
            return Err(damaged(format!("it has two entries with the name `{name}`, but for its case")));
        }
        let packed = entry.compressed_size();
        // The size that an entry states is not believed: reading stops one byte beyond what is allowed.
        let allowed =
            MAX_ENTRY_BYTES.min(MAX_TOTAL_BYTES.saturating_sub(total)).min(max_unpacked_bytes(packed));
        let mut bytes = Vec::new();
        let read = entry.take(allowed.saturating_add(1)).read_to_end(&mut bytes);
        if read.is_err() {
            let error = damaged(format!("its entry `{name}` is damaged"));
            entries.damaged.push((name, error));
            continue;
        }
        let size = bytes.len() as u64;
        if size > allowed {
            return Err(limit(
                format!("unpacks its entry `{name}` of {packed} bytes to more than expected"),
                format!("{allowed} bytes"),
            ));
        }
        total += size;
        entries.whole.push(Entry { name, bytes });
    }
    Ok(entries)
}

/// Why an archive cannot be unpacked, in words.
fn why_damaged(error: &ZipError) -> String {
    match error {
        ZipError::UnsupportedArchive(reason) if *reason == ZipError::PASSWORD_REQUIRED => {
            "it is encrypted; expected an archive without a password".to_owned()
        }
        ZipError::CompressionMethodNotSupported(_) | ZipError::UnsupportedArchive(_) => {
            "it is packed in a way that is not known; expected an archive as Windows makes it".to_owned()
        }
        ZipError::Io(_) | ZipError::InvalidArchive(_) | ZipError::FileNotFound => {
            "it is damaged or cut off".to_owned()
        }
        _ => "its entries cannot be read".to_owned(),
    }
}

/// How many entries the archive says that it has; `None` where that does not fit into its small field.
fn stated_entries(bytes: &[u8]) -> Option<usize> {
    const END: &[u8] = b"PK\x05\x06";
    /// Where the number of all entries stands in the record at the end.
    const OFFSET: usize = 10;
    /// The record and the longest comment behind it.
    const MAX_TAIL: usize = 22 + u16::MAX as usize;
    let tail = bytes.get(bytes.len().saturating_sub(MAX_TAIL)..)?;
    let end = tail.windows(END.len()).rposition(|window| window == END)?;
    let field = tail.get(end + OFFSET..end + OFFSET + 2)?;
    let count = u16::from_le_bytes(field.try_into().ok()?);
    (count != u16::MAX).then_some(usize::from(count))
}

fn max_unpacked_bytes(packed: u64) -> u64 {
    packed.saturating_mul(MAX_PACKING_RATIO).max(RATIO_FREE_BYTES)
}
