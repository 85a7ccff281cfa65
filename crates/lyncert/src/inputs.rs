//! What an estate is read from: exports and certificates that are named one by one, or a folder or an archive that holds both, such as
//! a collection.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use lyncert_ingest::collection::{
    CERTIFICATES_FOLDER, FACTS_FILE, LOG_FILE, MANIFEST_FILE, TOPOLOGY_FILE, read_archive,
};
use lyncert_report::scan::ScanRoot;

use crate::batch::{EstateFolder, folders_with_export};
use crate::exit::Failure;
use crate::location::resolved;
use crate::read::{
    FoundExports, ReadFor, TopologyInput, choose_topology, file_name, parse_topology, read_export, read_file,
};

/// The deployment that the exports at these paths describe together, for commands that look at no certificate. A folder alone stands for
/// the exports in it, as it does in an audit.
pub(crate) fn read_exports(paths: &[PathBuf]) -> Result<TopologyInput, Failure> {
    match paths {
        [folder] if folder.is_dir() => choose_topology(exports_of_folder(folder)?),
        paths => parse_topology(paths.iter().map(|path| read_named(path)).collect::<Result<_, _>>()?),
    }
}

/// The exports that lie in a folder, of which there is at least one.
fn exports_of_folder(folder: &Path) -> Result<FoundExports, Failure> {
    let exports = EstateFolder::read(folder)?.exports;
    if exports.is_empty() {
        return Err(no_export(folder));
    }
    Ok(exports)
}

/// That no export lies in a folder; where one was meant that lies one folder deeper or higher, that is told.
fn no_export(folder: &Path) -> Failure {
    /// So many are named.
    const SHOWN: usize = 3;
    let found = folders_with_export(folder);
    let names: Vec<String> = found.iter().take(SHOWN).map(|path| format!("`{}`", file_name(path))).collect();
    let is_below = found.iter().any(|path| path.parent() == Some(folder));
    let hint = match (found.len(), is_below) {
        (0, _) => String::new(),
        (_, false) => format!("; the folder {} around it does", names.join(", ")),
        (1, true) => format!("; the folder {} in it does", names.join(", ")),
        (count, true) => {
            let more = if count > SHOWN { ", and others" } else { "" };
            format!("; folders in it do: {}{more}", names.join(", "))
        }
    };
    Failure::no_input(anyhow!("`{}` holds no topology export{hint}", folder.display()))
}

/// Name and bytes of an export that is named beside others, where a folder cannot stand for those in it: which of them counts is said by
/// naming it.
fn read_named(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    if !path.is_dir() {
        return read_export(path);
    }
    let exports = exports_of_folder(path)?;
    let names = exports.names().map(|name| format!("`{name}`")).collect::<Vec<_>>();
    Err(Failure::no_input(anyhow!(
        "cannot read the topology `{}`: it is a folder; in it lies {}",
        path.display(),
        names.join(", ")
    )))
}

/// The exports of an estate, and where its certificates are.
pub(crate) struct Inputs {
    /// What the exports describe together.
    pub(crate) topology: TopologyInput,
    /// Where the certificates are.
    pub(crate) certificates: Certificates,
}

/// Where the certificates of an estate are.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Certificates {
    /// Folders, files and packed collections.
    pub(crate) paths: Vec<PathBuf>,
    /// Paths below the only one that were read before.
    pub(crate) already_read: Vec<String>,
}

impl Inputs {
    /// Reads exports at these paths; without any `certs` the only path is a folder or a packed collection that holds all.
    pub(crate) fn read(exports: &[PathBuf], certs: &[PathBuf]) -> Result<Self, Failure> {
        match (exports, certs) {
            ([whole], []) if whole.is_dir() => Self::of_folder(whole),
            ([whole], []) if is_packed_collection(whole) => Self::named(exports, exports),
            (exports, []) => {
                // What is not there is said first: it may have been meant as the folder that holds all.
                let missing = exports.iter().find(|path| !is_there(path));
                Err(missing.and_then(|path| read_export(path).err()).unwrap_or_else(|| {
                    Failure::usage(anyhow!(
                        "there is no `--certs`; expected it, or one folder with an export and its certificates, or the ZIP of a collection"
                    ))
                }))
            }
            (_, certs) => Self::named(exports, certs),
        }
    }

    /// Those of a folder: exports, and certificates in `certs` or beside them.
    pub(crate) fn of_folder(folder: &Path) -> Result<Self, Failure> {
        let EstateFolder { exports, certs, packed, already_read } = EstateFolder::read(folder)?;
        if exports.is_empty() {
            return Err(no_export(folder));
        }
        let certificates = if certs == folder {
            // What is packed there is met by the scan.
            Certificates { paths: vec![certs], already_read }
        } else {
            Certificates { paths: [vec![certs], packed].concat(), already_read: Vec::new() }
        };
        Ok(Self { topology: choose_topology(exports)?, certificates })
    }

    /// Those that are named one by one, where a folder alone stands for the exports in it; what collections know of the deployment is read
    /// with the exports.
    fn named(exports: &[PathBuf], certs: &[PathBuf]) -> Result<Self, Failure> {
        let folder = exports.first().filter(|path| exports.len() == 1 && path.is_dir());
        let is_read = |path: &Path| match folder {
            Some(folder) => path.parent().map(resolved) == Some(resolved(folder)),
            None => exports.iter().any(|known| resolved(known) == resolved(path)),
        };
        let facts = certs.iter().filter_map(|certs| facts_of(certs)).filter(|path| !is_read(path));
        let facts = facts.map(|path| read_export(&path));
        let topology = if let Some(folder) = folder {
            let mut found = exports_of_folder(folder)?;
            for one in facts {
                found.read.push(one?);
            }
            choose_topology(found)?
        } else {
            let mut read = exports.iter().map(|path| read_named(path)).collect::<Result<Vec<_>, _>>()?;
            for one in facts {
                read.push(one?);
            }
            parse_topology(read)?
        };
        Ok(Self { topology, certificates: Certificates { paths: certs.to_vec(), already_read: Vec::new() } })
    }
}

/// Whether there is something at a path, or it is standard input.
fn is_there(path: &Path) -> bool {
    path == Path::new("-") || path.symlink_metadata().is_ok()
}

/// The file that says what a collection knows of the deployment: its facts, or the packed collection itself.
fn facts_of(certs: &Path) -> Option<PathBuf> {
    if certs.is_dir() {
        let above = collection_above(certs);
        let facts = above.as_deref().unwrap_or(certs).join(FACTS_FILE);
        return facts.is_file().then_some(facts);
    }
    is_packed_collection(certs).then(|| certs.to_owned())
}

/// Whether a file is the ZIP of a collection.
pub(crate) fn is_packed_collection(path: &Path) -> bool {
    let is_zip = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
    is_zip
        && read_file(path, ReadFor::Export)
            .is_ok_and(|bytes| read_archive(&file_name(path), &bytes).is_some())
}

/// The folder of the collection whose certificates these are.
fn collection_above(certs: &Path) -> Option<PathBuf> {
    let certs = resolved(certs);
    let is_certs = certs.file_name().is_some_and(|name| name.eq_ignore_ascii_case(CERTIFICATES_FOLDER));
    let above = certs.parent()?;
    (is_certs && above.join(MANIFEST_FILE).is_file()).then(|| above.to_owned())
}

impl Certificates {
    /// What is scanned, and where it is shown: the certificates of a collection with what lies beside them, as its manifest names
    /// them; several in folders of different names.
    pub(crate) fn roots(&self) -> Vec<ScanRoot> {
        let mut roots = Vec::new();
        let mut taken = HashSet::new();
        for path in &self.paths {
            let above = collection_above(path);
            let name = file_name(&resolved(above.as_deref().unwrap_or(path)));
            let own = unique(&name, &mut taken);
            // A file alone is shown by its own name.
            let needs_none = self.paths.len() == 1 || (path.is_file() && own == name);
            let label = if needs_none { String::new() } else { own };
            match above {
                Some(above) => {
                    let shown_in = [label.as_str(), CERTIFICATES_FOLDER].map(str::to_owned);
                    let shown_in: Vec<String> =
                        shown_in.into_iter().filter(|part| !part.is_empty()).collect();
                    roots.push(ScanRoot { path: path.clone(), shown_in: shown_in.join("/") });
                    let beside = [MANIFEST_FILE, FACTS_FILE, LOG_FILE, TOPOLOGY_FILE];
                    let beside =
                        beside.into_iter().map(|name| above.join(name)).filter(|path| path.is_file());
                    roots.extend(beside.map(|path| ScanRoot { path, shown_in: label.clone() }));
                }
                None => roots.push(ScanRoot { path: path.clone(), shown_in: label }),
            }
        }
        roots
    }

    /// In words.
    pub(crate) fn shown(&self) -> String {
        let paths: Vec<String> = self.paths.iter().map(|path| format!("`{}`", path.display())).collect();
        paths.join(", ")
    }
}

/// A name that no other has.
fn unique(name: &str, taken: &mut HashSet<String>) -> String {
    let mut own = name.to_owned();
    let mut number = 2;
    while !taken.insert(own.to_lowercase()) {
        own = format!("{name}-{number}");
        number += 1;
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::testing::{EXPORT, tree};

    fn of(paths: &[PathBuf]) -> Certificates {
        Certificates { paths: paths.to_vec(), already_read: Vec::new() }
    }

    fn shown(certificates: &Certificates) -> Vec<(String, String)> {
        let roots = certificates.roots();
        roots.into_iter().map(|root| (file_name(&root.path), root.shown_in)).collect()
    }

    #[test]
    fn what_lies_beside_the_certificates_of_a_collection_belongs_to_them() {
        let tree = tree(&[
            ("one/topology.xml", EXPORT),
            ("one/collected.json", b"{}"),
            ("one/certs/a.cer", b"a"),
            ("two/certs/a.cer", b"a"),
        ]);
        let at = |path: &str| tree.path().join(path);
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(one, other)| ((*one).to_owned(), (*other).to_owned())).collect()
        };
        assert_eq!(
            shown(&of(&[at("one/certs")])),
            pairs(&[("certs", "certs"), ("collected.json", ""), ("topology.xml", "")])
        );
        assert_eq!(shown(&of(&[at("two/certs")])), pairs(&[("certs", "")]));
        let both = Certificates {
            paths: ["one/certs", "two/certs", "two/certs"].map(at).to_vec(),
            already_read: Vec::new(),
        };
        assert_eq!(
            shown(&both),
            pairs(&[
                ("certs", "one/certs"),
                ("collected.json", "one"),
                ("topology.xml", "one"),
                ("certs", "certs"),
                ("certs", "certs-2")
            ])
        );
    }

    #[test]
    fn a_folder_is_read_as_it_is_and_other_things_alone_are_not_enough() {
        let tree = tree(&[("one/topology.xml", EXPORT), ("one/certs/a.cer", b"a"), ("two/a.cer", b"a")]);
        let one = tree.path().join("one");
        let inputs = Inputs::read(std::slice::from_ref(&one), &[]).unwrap();
        assert_eq!(inputs.certificates.paths, [one.join("certs")]);
        let code = |path: PathBuf| Inputs::read(&[path], &[]).err().map(|failure| failure.code);
        assert_eq!(code(one.join("topology.xml")), Some(crate::exit::USAGE));
        assert_eq!(code(tree.path().join("won")), Some(crate::exit::NO_INPUT));
        assert_eq!(code(tree.path().join("two")), Some(crate::exit::NO_INPUT));
    }

    #[test]
    fn a_folder_stands_for_its_exports_where_certificates_lie_elsewhere() {
        let tree = tree(&[("one/topology.xml", EXPORT), ("one/certs/a.cer", b"a"), ("two/a.cer", b"a")]);
        let [one, two] = ["one", "two"].map(|name| tree.path().join(name));
        let inputs = Inputs::read(std::slice::from_ref(&one), std::slice::from_ref(&two)).unwrap();
        assert_eq!(inputs.certificates.paths, std::slice::from_ref(&two));
        assert_eq!(inputs.topology.files.len(), 1);
        let code = Inputs::read(&[one.clone(), one], &[two]).err().map(|failure| failure.code);
        assert_eq!(code, Some(crate::exit::NO_INPUT), "which of several counts is said by naming it");
    }

    #[test]
    fn an_export_that_lies_one_folder_deeper_or_higher_is_told() {
        let tree = tree(&[
            ("one/estate/topology.xml", EXPORT),
            ("one/estate/certs/a.cer", b"a"),
            ("one/notes/readme.txt", b"a"),
            ("many/a/topology.xml", EXPORT),
            ("many/b/topology.xml", EXPORT),
            ("none/a/b/topology.xml", EXPORT),
        ]);
        for (folder, hint) in [
            ("one", "; the folder `estate` in it does"),
            ("one/estate/certs", "; the folder `estate` around it does"),
            ("many", "; folders in it do: `a`, `b`"),
            ("none", ""),
        ] {
            let path = tree.path().join(folder);
            let failure = Inputs::read(std::slice::from_ref(&path), &[]).err().unwrap();
            let said = format!("`{}` holds no topology export{hint}", path.display());
            assert_eq!((failure.code, failure.message()), (crate::exit::NO_INPUT, said));
        }
    }
}
