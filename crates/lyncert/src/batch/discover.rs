//! Which estates a folder holds.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use lyncert_report::model::{UnreadKind, UnreadableRow};

use super::estate_folder::{Listing, is_export, list_folder};
use crate::exit::Failure;
use crate::inputs::is_packed_collection;
use crate::read::policy_in;

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
    /// A folder that cannot be read, and why. It may be an estate, so that it could not be judged is said.
    Unreadable(String),
    /// Named one by one.
    Named {
        /// The exports.
        topology: Vec<PathBuf>,
        /// The certificates.
        certs: PathBuf,
    },
}

/// Nothing that matters lies deeper: a tree that does was named by mistake, such as a whole disk.
pub(crate) const MAX_DEPTH: usize = 16;
/// Why a link is left aside.
pub(crate) const IS_LINK: &str = "is a link; links are not followed";

/// Why a folder that the collector has not finished is left aside.
const IS_UNFINISHED: &str = "is a collection that is not finished: the collector is at work, or was stopped";

/// Whether a folder has the name that the collector gives it until all is written: `NAME.partial-PROCESS`.
fn is_unfinished(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let process = name.rsplit_once(".partial-").map(|(_, process)| process);
    process.is_some_and(|process| !process.is_empty() && process.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Why a folder below [`MAX_DEPTH`] is left aside.
pub(crate) fn is_too_deep() -> String {
    format!("lies deeper than {MAX_DEPTH} folders; nothing below it was looked at")
}

/// Finds the estates below a folder: each folder that directly holds a topology export is one, and of several packed collections in a
/// folder each. Folders in `except`, such as the
/// output, are none of the input.
pub(crate) fn discover(root: &Path, except: &[PathBuf]) -> Result<Batch, Failure> {
    let listed = fs::read_dir(root).with_context(|| format!("cannot read the folder `{}`", root.display()));
    listed.map_err(Failure::no_input)?;
    let except: Vec<PathBuf> = except.iter().filter_map(|path| fs::canonicalize(path).ok()).collect();
    Ok(gather(root, &list_tree(root, &except, 0, &list_folder)))
}

/// The estates of a tree, in the order of their names.
fn gather(root: &Path, tree: &Tree) -> Batch {
    let mut batch = Batch::default();
    Gathering { root, batch: &mut batch }.folder(tree, &[]);
    batch.entries.sort_by(|one, other| one.name.cmp(&other.name));
    batch.skipped.sort();
    batch
}

/// A folder and what is below it, as far as it matters to a batch.
struct Tree {
    path: PathBuf,
    depth: usize,
    content: Content,
    /// Links in it, which are not followed.
    links: Vec<PathBuf>,
}

/// What a folder is to a batch.
enum Content {
    /// It cannot be read.
    Unreadable(io::Error),
    /// It directly holds an export; what is below belongs to the estate.
    Estate,
    /// It directly holds several packed collections and no other export: an estate each.
    Collections(Vec<PathBuf>),
    /// The collector is at work in it, or was stopped there.
    Unfinished,
    /// What is below was not looked at.
    TooDeep,
    /// Estates may be below.
    Folders(Vec<Tree>),
}

impl Tree {
    /// Whether there is something to say of it or of a folder below: an estate, or a reason why none was found.
    fn holds_something(&self) -> bool {
        match &self.content {
            Content::Unreadable(_)
            | Content::Estate
            | Content::Collections(_)
            | Content::Unfinished
            | Content::TooDeep => true,
            Content::Folders(below) => below.iter().any(Self::holds_something),
        }
    }
}

/// Lists a folder.
type List = dyn Fn(&Path) -> io::Result<Listing>;

/// Looks at a folder and at what is below it.
fn list_tree(folder: &Path, except: &[PathBuf], depth: usize, list: &List) -> Tree {
    let tree = |content, links| Tree { path: folder.to_owned(), depth, content, links };
    if depth > 0 && is_unfinished(folder) {
        return tree(Content::Unfinished, Vec::new());
    }
    let Listing { files, folders, links, others: _ } = match list(folder) {
        Ok(listing) => listing,
        Err(error) => return tree(Content::Unreadable(error), Vec::new()),
    };
    let exports: Vec<&PathBuf> = files.iter().filter(|file| is_export(file)).collect();
    if exports.len() > 1 && exports.iter().all(|file| is_packed_collection(file)) {
        return tree(Content::Collections(exports.into_iter().cloned().collect()), links);
    }
    if !exports.is_empty() {
        // The scan of the estate lists its links.
        return tree(Content::Estate, Vec::new());
    }
    if depth >= MAX_DEPTH {
        return tree(Content::TooDeep, links);
    }
    let is_excepted = |below: &&PathBuf| fs::canonicalize(below).is_ok_and(|below| except.contains(&below));
    let below = folders.iter().filter(|below| !is_excepted(below));
    tree(Content::Folders(below.map(|below| list_tree(below, except, depth + 1, list)).collect()), links)
}

/// The estates of a tree, and what is none.
struct Gathering<'a> {
    root: &'a Path,
    batch: &'a mut Batch,
}

impl Gathering<'_> {
    /// Adds what a folder holds. `above` are the policies of the folders above it.
    fn folder(&mut self, tree: &Tree, above: &[PathBuf]) {
        let Tree { path, depth, content, links } = tree;
        for link in links {
            self.skip(link, IS_LINK.to_owned());
        }
        // The policy of the batch's own folder holds for all, and is read with the batch.
        let policies = if *depth == 0 { Vec::new() } else { with_policy_of(path, above) };
        match content {
            Content::Unreadable(error) => {
                // The index is read on other machines: where the folder lies there is of no use.
                let reason = format!("cannot read the folder `{}`: {error}", self.shown(path));
                self.estate(path, Origin::Unreadable(reason), policies);
            }
            Content::Unfinished => self.skip(path, IS_UNFINISHED.to_owned()),
            Content::TooDeep => self.skip(path, is_too_deep()),
            Content::Estate => self.estate(path, Origin::Folder(path.clone()), policies),
            Content::Collections(archives) => {
                for archive in archives {
                    let origin = Origin::Named { topology: vec![archive.clone()], certs: archive.clone() };
                    self.estate(&archive.with_extension(""), origin, policies.clone());
                }
            }
            Content::Folders(below) => self.folders(tree, below, &policies),
        }
    }

    /// Of nested folders without anything only the topmost is listed: that one may have been meant for an estate.
    fn folders(&mut self, tree: &Tree, below: &[Tree], policies: &[PathBuf]) {
        let is_listed_itself = tree.depth > 0 && !tree.holds_something();
        for folder in below {
            self.folder(folder, policies);
            if !is_listed_itself && !folder.holds_something() {
                self.skip(&folder.path, "holds no topology export".to_owned());
            }
        }
    }

    fn estate(&mut self, path: &Path, origin: Origin, policies: Vec<PathBuf>) {
        self.batch.entries.push(Entry { name: self.shown(path), origin, policies });
    }

    fn skip(&mut self, path: &Path, reason: String) {
        self.batch.skipped.push(UnreadableRow {
            path: self.shown(path),
            reason,
            kind: UnreadKind::NotUnderstood,
        });
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

/// The policies of the folders above, and that of a folder itself.
fn with_policy_of(folder: &Path, above: &[PathBuf]) -> Vec<PathBuf> {
    above.iter().cloned().chain(policy_in(folder)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::testing::{EXPORT, tree};

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
    fn a_collection_that_is_not_finished_is_told_and_no_estate() {
        let tree = tree(&[
            ("contoso/topology.xml", EXPORT),
            ("contoso.partial-4711/topology.xml", EXPORT),
            ("fabrikam.partial-copy/topology.xml", EXPORT),
        ]);
        let batch = discover(tree.path(), &[]).unwrap();
        let names: Vec<&str> = batch.entries.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, ["contoso", "fabrikam.partial-copy"]);
        let skipped: Vec<(&str, &str)> =
            batch.skipped.iter().map(|row| (row.path.as_str(), row.reason.as_str())).collect();
        assert_eq!(skipped, [("contoso.partial-4711", IS_UNFINISHED)]);
    }

    #[test]
    fn the_folder_itself_may_be_an_estate() {
        let tree = tree(&[("topology.xml", EXPORT)]);
        assert_eq!(discover(tree.path(), &[]).unwrap().entries.len(), 1);
        assert!(discover(&tree.path().join("no"), &[]).is_err());
    }

    #[test]
    fn of_empty_folders_the_topmost_is_told_and_every_link() {
        let tree = tree(&[
            ("contoso/topology.tbxml", EXPORT),
            ("emea/fabrikam/topology.tbxml", EXPORT),
            ("emea/old/2019/notes.txt", b"hello"),
            ("old/2019/notes.txt", b"hello"),
        ]);
        #[cfg(unix)]
        std::os::unix::fs::symlink("/", tree.path().join("old/2019/link")).unwrap();
        let batch = discover(tree.path(), &[]).unwrap();
        let skipped: Vec<(&str, &str)> =
            batch.skipped.iter().map(|row| (row.path.as_str(), row.reason.as_str())).collect();
        let mut expected =
            vec![("emea/old", "holds no topology export"), ("old", "holds no topology export")];
        if cfg!(unix) {
            expected.push(("old/2019/link", "is a link; links are not followed"));
        }
        assert_eq!(skipped, expected);
    }

    #[test]
    fn a_folder_that_cannot_be_read_is_an_estate_that_could_not_be_judged() {
        let tree = tree(&[("contoso/topology.tbxml", EXPORT), ("emea/locked/topology.tbxml", EXPORT)]);
        let listed = list_tree(tree.path(), &[], 0, &|folder| {
            if folder.ends_with("locked") {
                Err(io::ErrorKind::PermissionDenied.into())
            } else {
                list_folder(folder)
            }
        });
        let batch = gather(tree.path(), &listed);
        let names: Vec<&str> = batch.entries.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, ["contoso", "emea/locked"]);
        let Origin::Unreadable(reason) = &batch.entries[1].origin else { panic!("{:?}", batch.entries[1]) };
        assert!(reason.starts_with("cannot read the folder `emea/locked`: "), "{reason}");
        assert_eq!(batch.skipped.len(), 0);
    }

    #[test]
    fn what_lies_too_deep_is_told() {
        let deep = format!("{}topology.tbxml", "a/".repeat(MAX_DEPTH + 1));
        let tree = tree(&[(&deep, EXPORT)]);
        let batch = discover(tree.path(), &[]).unwrap();
        assert_eq!(batch.entries.len(), 0);
        let reason = "lies deeper than 16 folders; nothing below it was looked at";
        assert_eq!((batch.skipped.len(), batch.skipped[0].reason.as_str()), (1, reason));
    }
}
