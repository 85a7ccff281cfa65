//! What collections say: which servers were reached, what of each was taken, and when.
//!
//! A collection is what makes silence mean something: where it took the whole list of assigned certificates or a whole store, what is
//! not among them is not there; where it did not get to a server, nothing follows from what is missing. Several collections add up:
//! for a server the newest counts that reached it.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use lyncert_ingest::assigned::AssignedExport;
use lyncert_ingest::collection::{
    Binding, CERTIFICATES_FOLDER, CollectedServer, MANIFEST_FILE, Manifest, Mode, ServerStatus,
};
use lyncert_ingest::name::{DnsName, said};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::assignment_record::AssignmentRecord;
use crate::digest::Thumbprint;
use crate::holder::Holder;
use crate::timestamp::{in_utc, timestamp};

/// A manifest, and where it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundManifest {
    /// Its path below the scanned folder.
    pub path: String,
    /// What it says.
    pub manifest: Manifest,
}

/// The bindings of a server, and where they were found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FoundBindings {
    /// The path of the list below the scanned folder.
    pub path: String,
    /// The bindings.
    pub bindings: Vec<Binding>,
}

/// A certificate of a server's own store (`My`), as an export of the store lists it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StoredCertificate {
    /// The export's path below the scanned folder.
    pub path: Arc<str>,
    /// The certificate.
    pub thumbprint: Thumbprint,
    /// Whether its private key lies there, too.
    pub has_private_key: bool,
}

/// What was found of collections in a folder.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The manifests, in the order of their paths.
    pub manifests: Vec<FoundManifest>,
    /// The lists of bindings.
    pub bindings: Vec<FoundBindings>,
    /// The certificates of servers' own stores.
    pub stored: Vec<StoredCertificate>,
    /// The files that a manifest names and that are missing, were changed or cannot be read: what they would say is not known.
    pub damaged: BTreeSet<String>,
}

/// A run of the collector.
#[derive(Clone, Debug, PartialEq)]
pub struct Collection {
    /// The path of its manifest below the scanned folder.
    pub path: String,
    /// When it was started.
    pub started: Option<OffsetDateTime>,
    /// When it was finished.
    pub finished: Option<OffsetDateTime>,
    /// What it says.
    pub manifest: Manifest,
}

impl Collection {
    /// When it was made: when it was finished, as far as that is known.
    pub fn time(&self) -> Option<OffsetDateTime> {
        self.finished.or(self.started)
    }

    /// From when on it is older than so many days; `None` where it does not say when it was made.
    pub fn too_old_from(&self, max_age: u16) -> Option<OffsetDateTime> {
        self.time()?.checked_add(Duration::days(i64::from(max_age)) + Duration::SECOND)
    }

    /// The folder that it lies in, with a final `/`; empty for the scanned folder itself.
    fn base(&self) -> &str {
        self.path.rfind('/').map_or("", |end| self.path.get(..=end).unwrap_or_default())
    }
}

/// What is known of a server from the collection that counts for it.
#[derive(Clone, Debug)]
pub(crate) struct ServerState {
    pub(crate) server: CollectedServer,
    /// The collection, by its place.
    collection: usize,
    /// Whether all files that the collection wrote of it are there as they were written.
    is_sound: bool,
    /// The certificates of its own store, and whether each has its private key.
    stored: HashMap<Thumbprint, bool>,
    bindings: Vec<BoundCertificate>,
}

/// A certificate that HTTP.sys serves.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct BoundCertificate {
    pub(crate) binding: Binding,
    pub(crate) thumbprint: Thumbprint,
}

impl ServerState {
    /// The collection that tells of it, by its place.
    pub(crate) fn collection(&self) -> usize {
        self.collection
    }

    /// Whether its list of assigned certificates is known to be whole.
    pub(crate) fn lists_all_assigned(&self) -> bool {
        self.is_sound && self.server.status.is_reached() && self.server.has_all_assigned
    }

    /// Whether all certificates of one of its stores are known.
    pub(crate) fn lists_all_of(&self, store: &str) -> bool {
        self.is_sound && self.server.has_all_of(store)
    }

    /// The certificates of its own store, where all of them are known.
    pub(crate) fn own_store(&self) -> Option<&HashMap<Thumbprint, bool>> {
        self.lists_all_of(OWN_STORE).then_some(&self.stored)
    }

    /// What is not known of the server, as far as its holder's certificates need it: one that the product does not manage has no
    /// list of assigned certificates.
    pub(crate) fn gap(&self, holder: &Holder) -> Option<Gap> {
        if !self.server.status.is_reached() {
            return Some(Gap::NotReached);
        }
        let has_list = self.lists_all_assigned() || !holder.kind.is_managed();
        (!has_list || self.own_store().is_none()).then_some(Gap::NotWhole)
    }

    /// Whether all files that the collection wrote of it are there as they were written.
    pub(crate) fn is_sound(&self) -> bool {
        self.is_sound
    }

    /// The certificates that HTTP.sys serves on it, as far as they are known.
    pub(crate) fn bindings(&self) -> &[BoundCertificate] {
        &self.bindings
    }
}

/// What of a server that should be judged is not known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Gap {
    /// The collector was not there.
    NotReached,
    /// Something that is needed was not taken, or is not here as it was taken.
    NotWhole,
}

/// The store that servers have their own certificates in.
pub const OWN_STORE: &str = "My";

/// How far collections list a store of the servers that they reached.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum StoreCover {
    /// They reached no server.
    Nowhere,
    /// Of some server it was not taken in full, or is not here as it was taken.
    InPart,
    /// All of it, of each server.
    Whole,
}

/// All collections of a folder, put together.
#[derive(Clone, Debug, Default)]
pub struct Collections {
    collections: Vec<Collection>,
    /// What is known of each server, by its key.
    servers: HashMap<Box<str>, ServerState>,
    /// The folders of servers, with the collection and the key of the server.
    folders: HashMap<String, (usize, Box<str>)>,
    /// What HTTP.sys serves to browsers, by the folder of the list.
    bound: HashMap<String, HashSet<Thumbprint>>,
    problems: Vec<(String, String)>,
}

/// The port that browsers and clients use.
const HTTPS: u16 = 443;

impl Collections {
    /// Puts together what was found.
    pub fn new(found: Found) -> Self {
        let Found { manifests, bindings, stored, damaged } = found;
        let mut all =
            Self { collections: manifests.into_iter().map(collection).collect(), ..Self::default() };
        all.problems = duplicates(&all.collections);
        all.find_folders();
        all.choose_servers();
        for path in &damaged {
            if let Some(state) = all.state_at(path) {
                state.is_sound = false;
            }
        }
        for StoredCertificate { path, thumbprint, has_private_key } in stored {
            if let Some(state) = all.state_at(&path) {
                *state.stored.entry(thumbprint).or_default() |= has_private_key;
            }
        }
        for FoundBindings { path, bindings } in bindings {
            all.add_bindings(&path, bindings);
        }
        all
    }

    /// The collections, in the order of their paths.
    pub fn collections(&self) -> &[Collection] {
        &self.collections
    }

    /// The records that count, each with what its collection says of it: of several collections of a server the newest says what is
    /// assigned there, when, and whether that is all. A list that was taken and is empty has no file.
    pub fn with_records(&self, found: &[AssignmentRecord]) -> Vec<AssignmentRecord> {
        let current = found.iter().filter(|record| !self.is_superseded(&record.path));
        let mut records: Vec<AssignmentRecord> = current.cloned().collect();
        let mut listed: HashSet<Box<str>> = HashSet::new();
        for record in &mut records {
            let Some((_, server)) = self.owner_of(&record.path) else { continue };
            let Some(state) = self.servers.get(server) else { continue };
            listed.insert(server.clone());
            let export = &mut record.export;
            export.is_complete = Some(state.lists_all_assigned());
            export.time = self.collection_of(state).time().map(timestamp).or_else(|| export.time.take());
        }
        for state in self.states() {
            let fqdn = &state.server.fqdn;
            if state.lists_all_assigned() && !listed.contains(fqdn.key()) {
                let collection = self.collection_of(state);
                let path = format!("{}{fqdn}/{MANIFEST_FILE}", collection.base());
                let mut export = AssignedExport::list(path.as_str().into(), Vec::new());
                export.is_complete = Some(true);
                export.time = collection.time().map(timestamp);
                records.push(AssignmentRecord { path, export });
            }
        }
        records
    }

    /// What is wrong with manifests, each with the path of one: lower case, one sentence that continues "this file …".
    pub fn problems(&self) -> &[(String, String)] {
        &self.problems
    }

    /// Whether a newer collection tells of the server that the file at a path is about.
    fn is_superseded(&self, path: &str) -> bool {
        self.owner_of(path).is_some_and(|(collection, server)| {
            self.servers.get(server).is_some_and(|state| state.collection != *collection)
        })
    }

    /// What is not known of a server for a holder; `None` where no collection was about it, too.
    pub(crate) fn gap(&self, server: &DnsName, holder: &Holder) -> Option<Gap> {
        self.state_of(server)?.gap(holder)
    }

    /// The servers of which everything was taken, and all that collections were about.
    pub fn coverage(&self) -> (usize, usize) {
        let is_whole = |state: &&ServerState| match state.server.status {
            ServerStatus::Collected => state.is_sound,
            ServerStatus::Partial | ServerStatus::NotReached | ServerStatus::Skipped => false,
        };
        (self.servers.values().filter(is_whole).count(), self.servers.len())
    }

    /// When the oldest of what counts was collected.
    pub fn oldest_that_counts(&self) -> Option<OffsetDateTime> {
        let times = self.servers.values().filter(|state| state.server.status.is_reached());
        times.filter_map(|state| self.collection_of(state).time()).min()
    }

    /// What is known of a server; `None` where no collection was about it.
    pub(crate) fn state_of(&self, server: &DnsName) -> Option<&ServerState> {
        self.servers.get(server.key())
    }

    /// How far a store of the servers that were reached is listed. The others are told as not collected, by themselves.
    pub(crate) fn cover_of(&self, store: &str) -> StoreCover {
        let reached = || self.servers.values().filter(|state| state.server.status.is_reached());
        if reached().next().is_none() {
            StoreCover::Nowhere
        } else if reached().all(|state| state.lists_all_of(store)) {
            StoreCover::Whole
        } else {
            StoreCover::InPart
        }
    }

    /// All servers that collections were about, in the order of their names.
    pub(crate) fn states(&self) -> Vec<&ServerState> {
        let mut states: Vec<&ServerState> = self.servers.values().collect();
        states.sort_by(|one, other| one.server.fqdn.cmp(&other.server.fqdn));
        states
    }

    /// The collection that counts for a server.
    pub(crate) fn collection_of(&self, state: &ServerState) -> &Collection {
        &self.collections[state.collection]
    }

    /// Whether HTTP.sys serves a certificate to browsers, on the computer that the file at a path was collected from.
    pub(crate) fn serves_at(&self, path: &str, thumbprint: Thumbprint) -> bool {
        !self.bound.is_empty()
            && folders_above(path)
                .find_map(|folder| self.bound.get(folder))
                .is_some_and(|bound| bound.contains(&thumbprint))
    }

    /// The collection and the server that a file belongs to.
    fn owner_of(&self, path: &str) -> Option<&(usize, Box<str>)> {
        folders_above(path).find_map(|folder| self.folders.get(folder))
    }

    /// What is known of the server that a file belongs to, where its collection is the one that counts.
    fn state_at(&mut self, path: &str) -> Option<&mut ServerState> {
        let (collection, server) = self.owner_of(path)?.clone();
        self.servers.get_mut(&server).filter(|state| state.collection == collection)
    }

    fn find_folders(&mut self) {
        for (index, collection) in self.collections.iter().enumerate() {
            let base = collection.base();
            for server in &collection.manifest.servers {
                // The folder is said with or without that of all certificates.
                for folder in [&server.folder, &format!("{CERTIFICATES_FOLDER}/{}", server.folder)] {
                    let owner = (index, server.fqdn.key().into());
                    self.folders.entry(format!("{base}{folder}")).or_insert(owner);
                }
            }
        }
    }

    /// For each server the newest collection counts that reached it: one that left it out says nothing against an older one.
    fn choose_servers(&mut self) {
        let mut chosen: HashMap<Box<str>, ServerState> = HashMap::new();
        for (index, collection) in self.collections.iter().enumerate() {
            let mut own = HashSet::new();
            for server in &collection.manifest.servers {
                let key: Box<str> = server.fqdn.key().into();
                if !own.insert(key.clone()) {
                    let reason = format!("names {} twice; its first entry counts", said(&server.fqdn));
                    self.problems.push((collection.path.clone(), reason));
                    continue;
                }
                let state = ServerState {
                    server: server.clone(),
                    collection: index,
                    is_sound: true,
                    stored: HashMap::new(),
                    bindings: Vec::new(),
                };
                let Some(known) = chosen.get(&key) else {
                    chosen.insert(key, state);
                    continue;
                };
                let other = &self.collections[known.collection];
                let rank = |server: &CollectedServer, time| (server.status.is_reached(), time);
                let (new, old) = (rank(server, collection.time()), rank(&known.server, other.time()));
                let are_reached = server.status.is_reached() && known.server.status.is_reached();
                if are_reached && new.1.is_some() != old.1.is_some() {
                    let reason = format!(
                        "tells of {} as `{}` does, and one of them does not say when it was made; the other one counts",
                        said(&server.fqdn),
                        other.path
                    );
                    self.problems.push((collection.path.clone(), reason));
                }
                if new > old {
                    chosen.insert(key, state);
                } else if new == old && server.status.is_reached() && collection.manifest != other.manifest {
                    let reason = format!(
                        "tells of {} as `{}` does, and no time says which is newer; the first one counts",
                        said(&server.fqdn),
                        other.path
                    );
                    self.problems.push((collection.path.clone(), reason));
                }
            }
        }
        self.servers = chosen;
    }

    fn add_bindings(&mut self, path: &str, bindings: Vec<Binding>) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let bound = bindings.into_iter().filter_map(|binding| {
            let thumbprint = binding.thumbprint.parse().ok()?;
            Some(BoundCertificate { binding, thumbprint })
        });
        let bound: Vec<BoundCertificate> = bound.collect();
        if self.is_superseded(path) {
            return;
        }
        let to_browsers = bound.iter().filter(|bound| bound.binding.port() == Some(HTTPS));
        let to_browsers: HashSet<Thumbprint> = to_browsers.map(|bound| bound.thumbprint).collect();
        self.bound.entry(folder.to_owned()).or_default().extend(to_browsers);
        if let Some(state) = self.state_at(path) {
            state.bindings.extend(bound);
        }
    }
}

fn collection(found: FoundManifest) -> Collection {
    let FoundManifest { path, manifest } = found;
    let time = |text: &Option<String>| in_utc(OffsetDateTime::parse(text.as_deref()?.trim(), &Rfc3339).ok()?);
    Collection { path, started: time(&manifest.started), finished: time(&manifest.finished), manifest }
}

/// The folders that a path lies in, the innermost first, without final `/`.
fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(path.rsplit_once('/').map(|(folder, _)| folder), |folder| {
        folder.rsplit_once('/').map(|(above, _)| above)
    })
}

/// Manifests that are there more than once.
fn duplicates(collections: &[Collection]) -> Vec<(String, String)> {
    // By what tells most of them apart, so that few have to be compared.
    let mut known: HashMap<(Option<OffsetDateTime>, Option<OffsetDateTime>), Vec<&Collection>> =
        HashMap::new();
    let mut problems = Vec::new();
    for collection in collections {
        let same_time = known.entry((collection.started, collection.finished)).or_default();
        match same_time.iter().find(|other| other.manifest == collection.manifest) {
            Some(other) => problems.push((
                collection.path.clone(),
                format!("is the same manifest as `{}`: a collection lies here twice", other.path),
            )),
            None => same_time.push(collection),
        }
    }
    problems
}

/// Whether a collection was about a deployment, and not about its own computer only.
pub(crate) fn is_central(collection: &Collection) -> bool {
    match collection.manifest.mode {
        Mode::Central => true,
        Mode::Local => false,
    }
}
