//! What the files of collections say together, once all files were read: whether they are as they were written, and whose they are.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use lyncert_ingest::collection::{LOG_FILE, MANIFEST_FILE, Part};
use lyncert_rules::collection::{
    Collections, Found, FoundBindings, FoundManifest, OWN_STORE, StoredCertificate,
};
use lyncert_rules::digest::{Fingerprint, Thumbprint};

use super::{UnreadKind, Unreadable};

/// So many files of a collection that are not as they were written are told one by one.
const MAX_TOLD: usize = 20;

/// What was read of collections so far.
#[derive(Default)]
pub(super) struct Parts {
    found: Found,
    /// The files of facts, and logs that are called like the collector's: a collection has both.
    signs: Vec<String>,
    logs: HashSet<String>,
}

impl Parts {
    pub(super) fn add(&mut self, path: &Arc<str>, part: Part) {
        let path = path.to_string();
        match part {
            Part::Manifest(manifest) => {
                self.found.manifests.push(FoundManifest { path, manifest: *manifest });
            }
            Part::Bindings(bindings) => self.found.bindings.push(FoundBindings { path, bindings }),
            Part::Facts(_) => self.signs.push(path),
            Part::Log => {
                if file_name(&path).eq_ignore_ascii_case(LOG_FILE) {
                    self.signs.push(path.clone());
                }
                self.logs.insert(path);
            }
        }
    }

    /// Takes in a certificate that lies in a store, as the file says, or as the file of a serialized store is called.
    pub(super) fn add_stored(
        &mut self,
        path: &Arc<str>,
        store: Option<&str>,
        thumbprint: Thumbprint,
        has_private_key: bool,
    ) {
        let is_own = match store {
            Some(store) => is_own_store(store),
            None => is_serialized_own_store(path),
        };
        if is_own {
            let path = Arc::clone(path);
            self.found.stored.push(StoredCertificate { path, thumbprint, has_private_key });
        }
    }

    /// Holds what was read against what the manifests say. `known` has every file with its hash; what was `left_aside` on purpose is
    /// not missed.
    pub(super) fn finish(
        mut self,
        known: &HashMap<&str, Fingerprint>,
        left_aside: &HashSet<&str>,
        unreadable: &mut Vec<Unreadable>,
    ) -> Collections {
        let told_before = unreadable.len();
        unreadable.extend(self.without_manifest());
        let mut damaged = BTreeSet::new();
        for manifest in &self.found.manifests {
            let mut told = 0;
            for (path, reason) in self.differing(manifest, known, left_aside) {
                told += 1;
                if told <= MAX_TOLD {
                    unreadable.push(problem(path.clone(), reason));
                }
                damaged.insert(path);
            }
            if told > MAX_TOLD {
                let more = told - MAX_TOLD;
                unreadable.push(problem(
                    manifest.path.clone(),
                    format!("names {more} more files that are missing or were changed"),
                ));
            }
        }
        self.found.damaged = damaged;
        let collections = Collections::new(self.found);
        let problems = collections.problems().iter();
        unreadable.extend(problems.map(|(path, reason)| problem(path.clone(), reason.clone())));
        if unreadable.len() > told_before {
            unreadable.sort_by(|one, other| one.path.cmp(&other.path));
        }
        collections
    }

    /// The files that a manifest names and that are not as it says.
    fn differing(
        &self,
        manifest: &FoundManifest,
        known: &HashMap<&str, Fingerprint>,
        left_aside: &HashSet<&str>,
    ) -> Vec<(String, String)> {
        let base = folder_of(&manifest.path);
        let differs = |file: &lyncert_ingest::collection::CollectedFile| {
            let path = format!("{base}{}", file.path);
            let reason = match known.get(path.as_str()) {
                // A log may go on when the hashes are made.
                _ if self.logs.contains(&path) || left_aside.contains(path.as_str()) => return None,
                Some(found) if file.sha256.parse() == Ok(*found) => return None,
                Some(_) => {
                    format!("was changed after it was collected: its hash is not that in `{}`", manifest.path)
                }
                None => format!("is named in `{}` and is not here", manifest.path),
            };
            Some((path, reason))
        };
        manifest.manifest.files.iter().filter_map(differs).collect()
    }

    /// The first file of each collection whose manifest is not here: the manifest is written last.
    fn without_manifest(&self) -> Vec<Unreadable> {
        let bases: HashSet<&str> = self.found.manifests.iter().map(|one| folder_of(&one.path)).collect();
        let has_manifest = |path: &str| folders_of(path).any(|folder| bases.contains(folder));
        let mut told: HashSet<&str> = HashSet::new();
        let mut without = Vec::new();
        for path in self.signs.iter().filter(|path| !has_manifest(path)) {
            if told.insert(folder_of(path)) {
                without.push(path);
            }
        }
        let is_below = |path: &str| folders_of(path).any(|folder| told.contains(folder));
        let bindings = self.found.bindings.iter().map(|bindings| &bindings.path);
        without.extend(bindings.filter(|path| !has_manifest(path) && !is_below(path)).take(1));
        let reason = format!(
            "belongs to a collection without its manifest `{MANIFEST_FILE}`: the run was cut off, or not all of it was copied"
        );
        without.into_iter().map(|path| problem(path.clone(), reason.clone())).collect()
    }
}

fn problem(path: String, reason: String) -> Unreadable {
    Unreadable { path, reason, kind: UnreadKind::NotUnderstood }
}

/// The folder of a file with its final `/`; empty for that of all.
fn folder_of(path: &str) -> &str {
    path.rfind('/').and_then(|end| path.get(..=end)).unwrap_or_default()
}

/// The folders that a file lies in, likewise, that of all among them.
fn folders_of(path: &str) -> impl Iterator<Item = &str> {
    let named = path.match_indices('/').filter_map(|(end, _)| path.get(..=end));
    std::iter::once("").chain(named)
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

fn is_own_store(store: &str) -> bool {
    store.rsplit_once('\\').is_some_and(|(location, name)| {
        location.eq_ignore_ascii_case("LocalMachine") && name.eq_ignore_ascii_case(OWN_STORE)
    })
}

/// A serialized store does not say which one it is; its file is called after it.
fn is_serialized_own_store(path: &str) -> bool {
    let name = file_name(path);
    name.rsplit_once('.').is_some_and(|(stem, ending)| {
        stem.eq_ignore_ascii_case(OWN_STORE) && ending.eq_ignore_ascii_case("sst")
    })
}
