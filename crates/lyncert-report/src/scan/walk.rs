//! Files below a folder, in an order that no file system changes.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Read};
use std::iter::once;
use std::path::{Path, PathBuf};

use rayon::iter::Either;
use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

/// A certificate file has some kilobytes, a large store some megabytes.
pub(super) const MAX_FILE_SIZE: u64 = 16 * 1024 * 1024;
/// What the collector stops at, before it is packed.
const MAX_ARCHIVE_SIZE: u64 = 64 * 1024 * 1024;
/// What nearly all files stay below: only of larger ones the size is asked for first.
const USUAL_FILE_SIZE: usize = 32 * 1024;

/// Room for most files: what it held is not left behind elsewhere when it grows.
pub(super) fn new_buffer() -> Vec<u8> {
    Vec::with_capacity(USUAL_FILE_SIZE + 1)
}

/// Something below the folder.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) shown: String,
    /// The file to read, or why it is not read.
    file: Result<PathBuf, String>,
}

/// The name of a folder that stands among several; empty for one that has none.
pub(super) fn name_of(root: &Path) -> String {
    root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The path of an entry of a folder of roots.
pub(super) fn shown_below(root: &Path, shown: &str) -> String {
    let name = name_of(root);
    if name.is_empty() || name == shown { shown.to_owned() } else { format!("{name}/{shown}") }
}

/// A folder or file that is not there or cannot be opened.
pub(super) struct Unopened {
    /// The path as given.
    pub(super) path: PathBuf,
    /// Why.
    pub(super) reason: String,
}

/// All that lies below a folder, or a file alone, but for what is left out.
pub(super) fn entries_of(root: &Path, left_out: &[PathBuf]) -> Result<Vec<Entry>, Unopened> {
    let failure = |error: io::Error| Unopened { path: root.to_owned(), reason: plain_reason(&error) };
    let metadata = fs::metadata(root).map_err(failure)?;
    let is_folder = metadata.is_dir();
    if is_folder {
        fs::read_dir(root).map_err(failure)?;
    } else if !metadata.is_file() {
        // A pipe would wait for somebody, a device may have no end.
        return Err(failure(io::Error::other("it is neither a folder nor a file")));
    }
    let base = if is_folder { root } else { root.parent().unwrap_or(root) };
    let left_out = below(root, left_out);
    Ok(walk_entries(root, base, is_folder, &left_out))
}

/// The paths among these that lie below the folder, as the walk will meet them.
fn below(root: &Path, left_out: &[PathBuf]) -> Vec<PathBuf> {
    let Ok(real) = fs::canonicalize(root) else { return Vec::new() };
    let below = left_out.iter().filter_map(|path| path.strip_prefix(&real).ok());
    below.filter(|path| !path.as_os_str().is_empty()).map(|path| root.join(path)).collect()
}

fn walk_entries(root: &Path, base: &Path, is_folder: bool, left_out: &[PathBuf]) -> Vec<Entry> {
    let left_out: HashSet<&Path> = left_out.iter().map(PathBuf::as_path).collect();
    let walk = |walk: WalkDir| {
        let is_meant = |entry: &DirEntry| !left_out.contains(entry.path());
        walk.follow_links(false).into_iter().filter_entry(is_meant)
    };
    // The folders in it are walked side by side.
    let top: Vec<_> = walk(WalkDir::new(root).follow_root_links(true).max_depth(1)).collect();
    let found = top.into_par_iter().flat_map_iter(|found| match found {
        Ok(found) if found.depth() > 0 && found.file_type().is_dir() => {
            Either::Left(walk(WalkDir::new(found.path()).follow_root_links(false)))
        }
        found => Either::Right(once(found)),
    });
    let mut entries: Vec<Entry> = found.filter_map(|found| entry_of(found, base, is_folder)).collect();
    // Two paths can look the same where they are no text; then their bytes decide.
    entries.par_sort_unstable_by(|one, other| (&one.shown, &one.file).cmp(&(&other.shown, &other.file)));
    entries
}

/// What to do with something that was found; nothing with folders.
fn entry_of(found: walkdir::Result<DirEntry>, base: &Path, is_folder: bool) -> Option<Entry> {
    let found = match found {
        Ok(found) => found,
        Err(error) => {
            let shown = error.path().map(|path| shown_path(path, base)).unwrap_or_default();
            let reason = error.io_error().map_or_else(|| "a link leads back to it".to_owned(), plain_reason);
            return Some(Entry { shown, file: Err(format!("cannot be read: {reason}")) });
        }
    };
    let (kind, depth) = (found.file_type(), found.depth());
    if is_folder && depth == 0 {
        // It may be a link, which is followed: what it leads to is what was asked for.
        return None;
    }
    let shown = shown_path(found.path(), base);
    if kind.is_file() || depth == 0 {
        Some(Entry { shown, file: Ok(found.into_path()) })
    } else if kind.is_symlink() {
        Some(Entry { shown, file: Err("is a link; links are not followed".to_owned()) })
    } else if kind.is_dir() {
        None
    } else {
        Some(Entry { shown, file: Err("is no regular file".to_owned()) })
    }
}

/// The path below the scanned folder, with `/` on every system.
fn shown_path(path: &Path, base: &Path) -> String {
    let below = path.strip_prefix(base).unwrap_or(path);
    let mut shown = String::with_capacity(below.as_os_str().len());
    for part in below.components() {
        if !shown.is_empty() {
            shown.push('/');
        }
        shown.push_str(&part.as_os_str().to_string_lossy());
    }
    shown
}

/// The operating system's words without its number.
#[expect(clippy::wildcard_enum_match_arm, reason = "the standard library adds kinds; each has its own words")]
fn plain_reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        kind => kind.to_string(),
    }
}

impl Entry {
    /// Reads the file into a buffer in place of what is there, or says why it is not read. A file that grows while it is read
    /// is no way around the limit.
    pub(super) fn read(&self, buffer: &mut Vec<u8>) -> Result<(), String> {
        let failure = |error: io::Error| format!("cannot be read: {}", plain_reason(&error));
        let mut file = fs::File::open(self.file.as_ref().map_err(Clone::clone)?).map_err(failure)?;
        buffer.clear();
        file.by_ref().take(USUAL_FILE_SIZE as u64).read_to_end(buffer).map_err(failure)?;
        if buffer.len() == USUAL_FILE_SIZE {
            let size = file.metadata().map_err(failure)?.len();
            // A packed collection has the files of many servers in it.
            let limit = if buffer.starts_with(b"PK") { MAX_ARCHIVE_SIZE } else { MAX_FILE_SIZE };
            if size > limit {
                return Err(too_large(size));
            }
            file.take(limit + 1 - USUAL_FILE_SIZE as u64).read_to_end(buffer).map_err(failure)?;
            if buffer.len() as u64 > limit {
                return Err(too_large(buffer.len() as u64));
            }
        }
        Ok(())
    }
}

/// Why a file of this size is not read.
pub(super) fn too_large(size: u64) -> String {
    format!("has {size} bytes, more than any certificate file ({MAX_FILE_SIZE})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_read_is_told_with_the_reason() {
        let gone = Entry { shown: "gone.cer".to_owned(), file: Ok(PathBuf::from("no/such/file.cer")) };
        assert_eq!(gone.read(&mut new_buffer()), Err("cannot be read: it does not exist".to_owned()));
        let link = Entry { shown: "link.cer".to_owned(), file: Err("is a link".to_owned()) };
        assert_eq!(link.read(&mut new_buffer()), Err("is a link".to_owned()));
        assert_eq!(plain_reason(&io::ErrorKind::PermissionDenied.into()), "permission denied");
    }

    #[test]
    fn files_of_every_size_up_to_the_limit_are_read_whole() {
        let folder = tempfile::tempdir().unwrap();
        let mut bytes = new_buffer();
        for size in [0, 1, USUAL_FILE_SIZE - 1, USUAL_FILE_SIZE, USUAL_FILE_SIZE + 1, 3 * USUAL_FILE_SIZE] {
            let path = folder.path().join("file");
            fs::write(&path, vec![7; size]).unwrap();
            let entry = Entry { shown: "file".to_owned(), file: Ok(path) };
            entry.read(&mut bytes).unwrap();
            assert_eq!(bytes, vec![7; size]);
        }
    }
}
