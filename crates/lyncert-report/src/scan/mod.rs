//! From a folder of files to certificate facts.

mod content;
mod der;
mod pem;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use data_encoding::HEXUPPER;
use lyncert_rules::Certificate;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

/// A certificate file has some kilobytes, a large store some megabytes.
const SIZE_LIMIT: u64 = 16 * 1024 * 1024;

/// How to scan.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ScanOptions {}

/// What a folder holds. All lists are sorted by path, whatever the file system's order.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// Every certificate once, with all the files that hold it.
    pub certificates: Vec<Certificate>,
    /// Files, and parts of files, that were not understood.
    pub unreadable: Vec<Unreadable>,
    /// Files that hold a private key. Keys are never decoded.
    pub keys: Vec<KeyFile>,
    /// Every file that was read.
    pub files: Vec<ScannedFile>,
}

/// A file, or a part of one, that was not understood.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Unreadable {
    /// Path below the scanned folder, with `/`.
    pub path: String,
    /// Why; one sentence that continues "this file …", without a final period.
    pub reason: String,
}

/// A file that holds a private key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeyFile {
    /// Path below the scanned folder.
    pub path: String,
    /// Whether the key is encrypted; `None` when that cannot be told.
    pub encrypted: Option<bool>,
}

/// A file that was read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ScannedFile {
    /// Path below the scanned folder.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes, in upper-case hexadecimal.
    pub sha256: String,
}

/// Why a folder could not be scanned at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScanError {
    /// There is nothing at the path, or it cannot be opened.
    #[error("cannot read the certificate folder `{}`: {reason}", path.display())]
    Folder {
        /// The path as given.
        path: PathBuf,
        /// Why, in the operating system's words.
        reason: String,
    },
}

/// Scans a folder with all its subfolders, or one file.
///
/// Content decides what a file is, never its name. Links are not followed. Files are read on all cores; one file never
/// stops the scan.
///
/// # Errors
///
/// Only when `root` itself is missing or cannot be opened.
pub fn scan(root: &Path, _options: &ScanOptions) -> Result<Inventory, ScanError> {
    let failure = |error: io::Error| ScanError::Folder { path: root.to_owned(), reason: plain(&error) };
    let is_folder = fs::metadata(root).map_err(failure)?.is_dir();
    if is_folder {
        fs::read_dir(root).map_err(failure)?;
    }
    let base = if is_folder { root } else { root.parent().unwrap_or(root) };
    let entries = entries(root, base, is_folder);
    let scanned: Vec<(String, Outcome)> =
        entries.into_par_iter().map(|entry| (entry.shown.clone(), entry.read())).collect();
    Ok(collect(scanned))
}

/// Something below the folder.
struct Entry {
    shown: String,
    /// The file to read, or why it is not read.
    file: Result<PathBuf, String>,
}

/// What one file gave.
#[derive(Default)]
struct Outcome {
    certificates: Vec<Certificate>,
    reasons: Vec<String>,
    key: Option<Option<bool>>,
    file: Option<(u64, String)>,
}

fn entries(root: &Path, base: &Path, is_folder: bool) -> Vec<Entry> {
    let mut entries = Vec::new();
    for entry in WalkDir::new(root).follow_links(false).follow_root_links(true).sort_by_file_name() {
        match entry {
            Ok(entry) => {
                let kind = entry.file_type();
                let shown = shown(entry.path(), base);
                if kind.is_file() || (!is_folder && entry.depth() == 0) {
                    entries.push(Entry { shown, file: Ok(entry.into_path()) });
                } else if kind.is_symlink() && entry.depth() > 0 {
                    entries.push(Entry { shown, file: Err("is a link; links are not followed".to_owned()) });
                } else if !kind.is_dir() {
                    entries.push(Entry { shown, file: Err("is no regular file".to_owned()) });
                }
            }
            Err(error) => {
                let shown = error.path().map(|path| shown(path, base)).unwrap_or_default();
                let reason = error.io_error().map_or_else(|| error.to_string(), plain);
                entries.push(Entry { shown, file: Err(format!("cannot be read: {reason}")) });
            }
        }
    }
    entries.sort_by(|one, other| one.shown.cmp(&other.shown));
    entries
}

/// The path below the scanned folder, with `/` on every system.
fn shown(path: &Path, base: &Path) -> String {
    let below = path.strip_prefix(base).unwrap_or(path);
    let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

/// The operating system's words without its number.
fn plain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

impl Entry {
    fn read(&self) -> Outcome {
        let path = match &self.file {
            Ok(path) => path,
            Err(reason) => return Outcome::unreadable(reason.clone()),
        };
        match fs::metadata(path) {
            Ok(metadata) if metadata.len() > SIZE_LIMIT => {
                let reason =
                    format!("has {} bytes, more than any certificate file ({SIZE_LIMIT})", metadata.len());
                return Outcome::unreadable(reason);
            }
            Ok(_) => {}
            Err(error) => return Outcome::unreadable(format!("cannot be read: {}", plain(&error))),
        }
        match fs::read(path) {
            Ok(bytes) => {
                let mut outcome = outcome(&bytes);
                outcome.file = Some((bytes.len() as u64, HEXUPPER.encode(&Sha256::digest(&bytes))));
                outcome
            }
            Err(error) => Outcome::unreadable(format!("cannot be read: {}", plain(&error))),
        }
    }
}

impl Outcome {
    fn unreadable(reason: String) -> Self {
        Self { reasons: vec![reason], ..Self::default() }
    }
}

/// What the bytes of a file hold. A defect of a parser must not stop the report, so a panic is a reason like any other.
fn outcome(bytes: &[u8]) -> Outcome {
    let found = std::panic::catch_unwind(|| content::read(bytes));
    let Ok(found) = found else {
        return Outcome::unreadable("could not be parsed: the parser failed on it".to_owned());
    };
    let mut outcome = Outcome::default();
    for item in found {
        match item {
            content::Item::Certificate(certificate) => outcome.certificates.push(*certificate),
            content::Item::Key { encrypted } => {
                outcome.key = Some(outcome.key.map_or(encrypted, |known| known.and(encrypted)));
            }
            content::Item::NotRead(reason) => outcome.reasons.push(reason),
        }
    }
    outcome
}

fn collect(scanned: Vec<(String, Outcome)>) -> Inventory {
    let mut inventory = Inventory::default();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for (path, outcome) in scanned {
        for mut certificate in outcome.certificates {
            match known.get(&certificate.sha256).and_then(|&index| inventory.certificates.get_mut(index)) {
                Some(same) if same.paths.contains(&path) => {}
                Some(same) => same.paths.push(path.clone()),
                None => {
                    known.insert(certificate.sha256.clone(), inventory.certificates.len());
                    certificate.paths = vec![path.clone()];
                    inventory.certificates.push(certificate);
                }
            }
        }
        for reason in outcome.reasons {
            inventory.unreadable.push(Unreadable { path: path.clone(), reason });
        }
        if let Some(encrypted) = outcome.key {
            inventory.keys.push(KeyFile { path: path.clone(), encrypted });
        }
        if let Some((size, sha256)) = outcome.file {
            inventory.files.push(ScannedFile { path, size, sha256 });
        }
    }
    inventory
}

#[cfg(test)]
mod tests;
