//! The folder of one estate: exports, and certificates beside them or in a folder of their own.

use std::fs::{self, DirEntry};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use lyncert_ingest::collection::read_archive;
use lyncert_ingest::format::{MAX_DOCUMENT_BYTES, looks_like_export};

use crate::exit::Failure;
use crate::read::{FoundExports, POLICY_FILE, ReadFor, file_name, read_file};

/// What is looked at to see whether a file is an export: its root is there, after comments and declarations.
const HEAD_BYTES: u64 = 4096;
/// Folders of certificates beside an export, whatever their case.
const CERTIFICATE_FOLDERS: [&str; 2] = ["certs", "certificates"];

/// What lies in a folder, sorted; hidden things are left out.
#[derive(Default)]
pub(crate) struct Listing {
    /// Regular files.
    pub(crate) files: Vec<PathBuf>,
    /// Folders.
    pub(crate) folders: Vec<PathBuf>,
    /// Links, whatever they lead to.
    pub(crate) links: Vec<PathBuf>,
    /// What is none of these, such as pipes.
    pub(crate) others: Vec<PathBuf>,
}

/// Lists a folder.
pub(crate) fn list_folder(folder: &Path) -> io::Result<Listing> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<DirEntry>>>()?;
    entries.sort_by_key(DirEntry::file_name);
    let mut listing = Listing::default();
    for entry in entries {
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_symlink() {
            listing.links.push(entry.path());
        } else if kind.is_dir() {
            listing.folders.push(entry.path());
        } else if kind.is_file() {
            listing.files.push(entry.path());
        } else {
            listing.others.push(entry.path());
        }
    }
    Ok(listing)
}

/// Whether a file is a topology export, by what is in it or by what it was meant to be: an empty `topology.tbxml` is a broken
/// estate and not nothing, and so is a file that has the ending of an export and cannot be read.
pub(super) fn is_export(path: &Path) -> bool {
    let is =
        |part: Option<&std::ffi::OsStr>, word: &str| part.is_some_and(|part| part.eq_ignore_ascii_case(word));
    if is(path.extension(), "tbxml") || is_named_topology(path) {
        return true;
    }
    let mut head = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(HEAD_BYTES).read_to_end(&mut head));
    match read {
        Ok(_) => looks_like_export(&head),
        Err(_) => is(path.extension(), "xml") || is(path.extension(), "zip"),
    }
}

/// Whether a file is called `topology.*`: then it was meant to be the export of its estate.
fn is_named_topology(path: &Path) -> bool {
    path.file_stem().is_some_and(|stem| stem.eq_ignore_ascii_case("topology"))
}

/// So many folders, and files in each, are looked at for what may have been meant.
const MAX_LOOKED_AT: usize = 128;

/// The folders next to one without an export that hold one: in it, or else around it. What was meant is for people to say.
pub(crate) fn folders_with_export(folder: &Path) -> Vec<PathBuf> {
    let holds_export = |folder: &Path| {
        list_folder(folder)
            .is_ok_and(|listing| listing.files.iter().take(MAX_LOOKED_AT).any(|path| is_export(path)))
    };
    let mut folders = list_folder(folder).map(|listing| listing.folders).unwrap_or_default();
    folders.truncate(MAX_LOOKED_AT);
    folders.retain(|folder| holds_export(folder));
    if folders.is_empty() {
        let above = fs::canonicalize(folder).ok().and_then(|folder| folder.parent().map(Path::to_owned));
        folders.extend(above.filter(|above| holds_export(above)));
    }
    folders
}

/// The files of an estate that lies in a folder.
pub(crate) struct EstateFolder {
    /// Exports of its deployment.
    pub(crate) exports: FoundExports,
    /// Where its certificates are.
    pub(crate) certs: PathBuf,
    /// Packed collections beside them, which hold certificates too.
    pub(crate) packed: Vec<PathBuf>,
    /// Paths below that folder that are read already.
    pub(crate) already_read: Vec<String>,
}

impl EstateFolder {
    /// Reads what lies directly in the folder and looks like an export, or lists assigned certificates.
    pub(crate) fn read(folder: &Path) -> Result<Self, Failure> {
        let failure = |error: io::Error, path: &Path| {
            let context = format!("cannot read `{}`", path.display());
            Failure::no_input(anyhow::Error::new(error).context(context))
        };
        let listing = list_folder(folder).map_err(|error| failure(error, folder))?;
        let is_certs = |path: &&PathBuf| {
            let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase());
            name.is_some_and(|name| CERTIFICATE_FOLDERS.contains(&name.as_str()))
        };
        let certs = listing.folders.iter().find(is_certs).cloned();
        let mut files = Self {
            exports: FoundExports::default(),
            certs: certs.clone().unwrap_or_else(|| folder.to_owned()),
            packed: Vec::new(),
            already_read: Vec::new(),
        };
        for path in &listing.files {
            let name = file_name(path);
            if name == POLICY_FILE {
                files.already_read.push(name);
                continue;
            }
            // Without a folder of certificates the scan meets lists of assigned certificates by itself.
            let is_topology = is_export(path);
            if is_topology && is_too_large(path) && !is_named_topology(path) {
                // It may be anything, such as an old backup: what lies beside it counts, and it is told.
                files.already_read.push(name.clone());
                files.exports.too_large.push(name);
            } else if is_topology || (certs.is_some() && may_be_list(path)) {
                let bytes = read_file(path, ReadFor::Export).map_err(|error| failure(error, path))?;
                if is_topology || lyncert_ingest::format::read(&name, &bytes).is_ok() {
                    if read_archive(&name, &bytes).is_some() {
                        files.packed.push(path.clone());
                    } else {
                        files.already_read.push(name.clone());
                    }
                    files.exports.read.push((name, bytes));
                }
            }
        }
        Ok(files)
    }
}

/// Whether a file is larger than any export, so that it is not read.
fn is_too_large(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.len() > MAX_DOCUMENT_BYTES as u64)
}

/// Whether a file may be a printed list of assigned certificates.
fn may_be_list(path: &Path) -> bool {
    /// A list has some kilobytes; a log of a cmdlet has more, and a file that is larger is a dump of something else.
    const MAX_BYTES: u64 = 4 * 1024 * 1024;
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    ending.is_some_and(|ending| ["json", "csv", "txt", "xml", "log"].contains(&ending.as_str()))
        && fs::metadata(path).is_ok_and(|metadata| metadata.len() <= MAX_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::testing::{EXPORT, tree};

    #[test]
    fn what_cannot_be_read_is_told_by_its_ending() {
        for (name, expected) in [("no/such.xml", true), ("no/such.ZIP", true), ("no/such.cer", false)] {
            assert_eq!(is_export(Path::new(name)), expected, "{name}");
        }
    }

    #[test]
    fn certificates_lie_in_their_folder_or_beside_the_export() {
        let tree = tree(&[
            ("one/topology.xml", EXPORT),
            ("one/Certs/a.cer", b"a"),
            ("two/topology.xml", EXPORT),
            ("two/a.cer", b"a"),
            ("two/lyncert.toml", b""),
        ]);
        let one = EstateFolder::read(&tree.path().join("one")).unwrap();
        assert_eq!((one.certs, one.exports.read.len()), (tree.path().join("one/Certs"), 1));
        let two = EstateFolder::read(&tree.path().join("two")).unwrap();
        assert_eq!(two.certs, tree.path().join("two"));
        assert_eq!(two.already_read, ["lyncert.toml", "topology.xml"]);
    }
    #[test]
    fn what_is_too_large_is_not_read_unless_it_is_called_topology() {
        let limit = MAX_DOCUMENT_BYTES as u64;
        let tree = tree(&[("topology.xml", EXPORT), ("just.zip", b"PK\x03\x04"), ("old.zip", b"PK\x03\x04")]);
        let grow = |name: &str, size| {
            // A file with holes takes no room.
            fs::File::options().write(true).open(tree.path().join(name)).unwrap().set_len(size).unwrap();
        };
        grow("just.zip", limit);
        grow("old.zip", limit + 1);
        let found = EstateFolder::read(tree.path()).unwrap();
        assert_eq!(found.exports.names().collect::<Vec<_>>(), ["just.zip", "topology.xml", "old.zip"]);
        assert_eq!(found.exports.too_large, ["old.zip"]);
        assert_eq!(found.already_read, ["just.zip", "old.zip", "topology.xml"], "none is told twice");
        grow("topology.xml", limit + 1);
        assert!(EstateFolder::read(tree.path()).is_err());
    }
}
