//! Which estates a folder holds.

use std::fs::{self, DirEntry};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::Context;
use lyncert_ingest::looks_like_export;
use lyncert_report::UnreadableRow;

use crate::exit::Failure;
use crate::read::{POLICY_FILE, file_name};

/// What a batch is about.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// The estates, in the order of their names.
    pub(crate) entries: Vec<Entry>,
    /// What is no estate, and why.
    pub(crate) skipped: Vec<UnreadableRow>,
}

/// One estate, not read yet.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its name in reports.
    pub(crate) name: String,
    /// Where its files are.
    pub(crate) origin: Origin,
    /// Policy files, each on top of the one before.
    pub(crate) policies: Vec<PathBuf>,
}

/// Where the files of an estate are.
#[derive(Debug)]
pub(crate) enum Origin {
    /// A folder with exports, and with certificates in `certs` or beside them.
    Folder(PathBuf),
    /// Named one by one.
    Named {
        /// The exports.
        topology: Vec<PathBuf>,
        /// The certificates.
        certs: PathBuf,
    },
}

/// No estate lies deeper.
const DEPTH: usize = 16;
/// What is looked at to see whether a file is an export.
const HEAD: u64 = 4096;
/// Folders of certificates beside an export.
const CERTS: [&str; 2] = ["certs", "certificates"];

/// Finds the estates below a folder: each folder that directly holds a topology export is one. Folders in `except`, such as the
/// output, are none of the input.
pub(crate) fn discover(root: &Path, except: &[PathBuf]) -> Result<Batch, Failure> {
    let listed = fs::read_dir(root).with_context(|| format!("cannot read the folder `{}`", root.display()));
    listed.map_err(Failure::no_input)?;
    let except = except.iter().filter_map(|path| fs::canonicalize(path).ok()).collect();
    let mut walk = Walk { root, except, batch: Batch::default() };
    walk.folder(root, &[], 0);
    let Batch { mut entries, mut skipped } = walk.batch;
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    skipped.sort();
    Ok(Batch { entries, skipped })
}

struct Walk<'a> {
    root: &'a Path,
    except: Vec<PathBuf>,
    batch: Batch,
}

impl Walk<'_> {
    /// Looks into a folder, and tells whether an estate was found in it.
    fn folder(&mut self, folder: &Path, above: &[PathBuf], depth: usize) -> bool {
        let listed = match list(folder) {
            Ok(listed) => listed,
            Err(error) => {
                self.skip(folder, format!("cannot be read: {error}"));
                return true;
            }
        };
        if listed.files.iter().any(|file| is_export(file)) {
            let policies = if depth == 0 { Vec::new() } else { with_policy(above, folder) };
            let origin = Origin::Folder(folder.to_owned());
            self.batch.entries.push(Entry { name: self.shown(folder), origin, policies });
            return true;
        }
        for link in &listed.links {
            self.skip(link, "is a link; links are not followed".to_owned());
        }
        if depth >= DEPTH {
            self.skip(folder, format!("lies deeper than {DEPTH} folders; nothing below it was looked at"));
            return true;
        }
        // The policy of the batch's own folder holds for all, and is read by who asks for the batch.
        let policies = if depth == 0 { Vec::new() } else { with_policy(above, folder) };
        let mut has_some = depth == 0;
        let mut empty = Vec::new();
        for below in &listed.folders {
            if fs::canonicalize(below).is_ok_and(|below| self.except.contains(&below)) {
                continue;
            }
            if self.folder(below, &policies, depth + 1) {
                has_some = true;
            } else {
                empty.push(below.clone());
            }
        }
        if has_some {
            for folder in empty {
                self.skip(&folder, "holds no topology export".to_owned());
            }
        }
        has_some
    }

    fn skip(&mut self, path: &Path, reason: String) {
        self.batch.skipped.push(UnreadableRow { path: self.shown(path), reason });
    }

    /// The path below the batch's folder, with `/`; for that folder itself its name.
    fn shown(&self, path: &Path) -> String {
        let below = path.strip_prefix(self.root).unwrap_or(path);
        let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        if !parts.is_empty() {
            return parts.join("/");
        }
        let own = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        own.file_name().map_or_else(|| "estate".to_owned(), |name| name.to_string_lossy().into_owned())
    }
}

fn with_policy(above: &[PathBuf], folder: &Path) -> Vec<PathBuf> {
    let own = folder.join(POLICY_FILE);
    above.iter().cloned().chain(own.is_file().then_some(own)).collect()
}

/// What lies in a folder, sorted; hidden things are left out.
#[derive(Default)]
struct Listed {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
    links: Vec<PathBuf>,
}

fn list(folder: &Path) -> io::Result<Listed> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<DirEntry>>>()?;
    entries.sort_by_key(DirEntry::file_name);
    let mut listed = Listed::default();
    for entry in entries {
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_symlink() {
            listed.links.push(entry.path());
        } else if kind.is_dir() {
            listed.folders.push(entry.path());
        } else if kind.is_file() {
            listed.files.push(entry.path());
        }
    }
    Ok(listed)
}

/// By what is in it, or by what it was meant to be: an empty `topology.tbxml` is a broken estate and not nothing.
fn is_export(path: &Path) -> bool {
    let is =
        |part: Option<&std::ffi::OsStr>, word: &str| part.is_some_and(|part| part.eq_ignore_ascii_case(word));
    if is(path.extension(), "tbxml") || is(path.file_stem(), "topology") {
        return true;
    }
    let mut head = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
    read.is_ok() && looks_like_export(&head)
}

/// The files of an estate that lies in a folder.
pub(crate) struct FolderFiles {
    /// Exports of its deployment, by name and bytes.
    pub(crate) exports: Vec<(String, Vec<u8>)>,
    /// Where its certificates are.
    pub(crate) certs: PathBuf,
    /// Paths below that folder that are read already.
    pub(crate) already_read: Vec<String>,
}

impl FolderFiles {
    /// Reads what lies directly in the folder and looks like an export, or tells of assigned certificates.
    pub(crate) fn read(folder: &Path) -> Result<Self, Failure> {
        let failure = |error: io::Error, path: &Path| {
            let context = format!("cannot read `{}`", path.display());
            Failure::no_input(anyhow::Error::new(error).context(context))
        };
        let listed = list(folder).map_err(|error| failure(error, folder))?;
        let is_certs = |path: &&PathBuf| {
            let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase());
            name.is_some_and(|name| CERTS.contains(&name.as_str()))
        };
        let certs = listed.folders.iter().find(is_certs).cloned();
        let mut files = Self {
            exports: Vec::new(),
            certs: certs.clone().unwrap_or_else(|| folder.to_owned()),
            already_read: Vec::new(),
        };
        for path in &listed.files {
            let name = file_name(path);
            if name == POLICY_FILE {
                files.already_read.push(name);
                continue;
            }
            // Without a folder of certificates the scan meets lists of assigned certificates by itself.
            let is_export = is_export(path);
            if is_export || (certs.is_some() && may_be_list(path)) {
                let bytes = fs::read(path).map_err(|error| failure(error, path))?;
                if is_export || lyncert_ingest::read(&name, &bytes).is_ok() {
                    files.already_read.push(name.clone());
                    files.exports.push((name, bytes));
                }
            }
        }
        Ok(files)
    }
}

/// Whether a file may be a printed list of assigned certificates.
fn may_be_list(path: &Path) -> bool {
    const LARGEST: u64 = 4 * 1024 * 1024;
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    ending.is_some_and(|ending| ["json", "csv", "txt", "xml", "log"].contains(&ending.as_str()))
        && fs::metadata(path).is_ok_and(|metadata| metadata.len() <= LARGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPORT: &[u8] = br#"<Topology xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008" />"#;

    fn tree(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        folder
    }

    #[test]
    fn every_folder_with_an_export_is_an_estate_and_others_are_told() {
        let utf16: Vec<u8> = EXPORT.iter().flat_map(|byte| [*byte, 0]).collect();
        let tree = tree(&[
            ("contoso/topology.tbxml", EXPORT),
            ("contoso/certs/a/topology.xml", EXPORT),
            ("emea/lyncert.toml", b""),
            ("emea/fabrikam/export.xml", &utf16),
            ("emea/fabrikam/lyncert.toml", b""),
            ("emea/notes/readme.txt", b"hello"),
            ("notes/deep/readme.txt", b"hello"),
            ("out/contoso/topology.xml", EXPORT),
            (".hidden/topology.xml", EXPORT),
        ]);
        let batch = discover(tree.path(), &[tree.path().join("out")]).unwrap();
        let names: Vec<&str> = batch.entries.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, ["contoso", "emea/fabrikam"]);
        let policies = |index: usize| batch.entries[index].policies.len();
        assert_eq!((policies(0), policies(1)), (0, 2));
        let skipped: Vec<&str> = batch.skipped.iter().map(|row| row.path.as_str()).collect();
        assert_eq!(skipped, ["emea/notes", "notes"]);
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
        let one = FolderFiles::read(&tree.path().join("one")).unwrap();
        assert_eq!((one.certs, one.exports.len()), (tree.path().join("one/Certs"), 1));
        let two = FolderFiles::read(&tree.path().join("two")).unwrap();
        assert_eq!(two.certs, tree.path().join("two"));
        assert_eq!(two.already_read, ["lyncert.toml", "topology.xml"]);
    }

    #[test]
    fn the_folder_itself_may_be_an_estate() {
        let tree = tree(&[("topology.xml", EXPORT)]);
        assert_eq!(discover(tree.path(), &[]).unwrap().entries.len(), 1);
        assert!(discover(&tree.path().join("no"), &[]).is_err());
    }
}
