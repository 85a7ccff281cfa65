//! From a folder of files to certificate facts.

mod asn1;
mod binary;
mod chain;
mod collected;
mod content;
mod der;
#[cfg_attr(not(feature = "pfx"), expect(dead_code, reason = "archives are not read without the feature"))]
mod effort;
mod hex;
mod ignored;
mod item;
mod key;
mod pem;
#[cfg(feature = "pfx")]
mod pkcs12;
mod pkcs7;
mod revocation;
mod store;
mod text;
mod walk;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lyncert_ingest::assigned::AssignedExport;
use lyncert_ingest::collection::{self, CollectionArchive, Part};
use lyncert_rules::assignment_record::AssignmentRecord;
use lyncert_rules::certificate::{Certificate, FriendlyName};
use lyncert_rules::collection::Collections;
use lyncert_rules::digest::{Fingerprint, Thumbprint};
use lyncert_rules::folder::{KeyFile, RevocationList};
use lyncert_rules::relevance::Relevance;
use lyncert_rules::stop::Stop;
use rayon::prelude::*;
use time::OffsetDateTime;
use zeroize::{Zeroize, Zeroizing};

use crate::x509::{self, ParsedList};

use chain::ChainBuilder;
use collected::Parts;
use effort::{Effort, MAX_ROUNDS_IN_ALL};
use item::{FoundCertificate, Item, Secrets};
pub use lyncert_rules::request::CertificateRequest;
use walk::{Entry, Unopened, entries_of, shown_below};

use ignored::PatternSet;
pub use ignored::{IgnoredPath, PathPattern};

/// So many files are read before what they hold is put together: enough for all cores, and little to keep meanwhile.
const FILES_A_PART: usize = 1024;

/// How to scan.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ScanOptions {
    /// Passwords to try on archives, besides the empty one. Overwritten when they are dropped.
    pub passwords: Vec<Zeroizing<String>>,
    /// A folder or file of roots that the operator trusts: chains have to end in one of them.
    pub roots: Option<PathBuf>,
    /// The certificates whose chain is needed; `None` for all. Checking a signature takes longer than reading a certificate, so
    /// an audit does not do it for certificates that serve nothing.
    pub relevance: Option<Relevance>,
    /// The time at which chains should be valid: of several paths to a root, one that is valid then counts. `None` where no time
    /// is known, and the path that lasts longest counts.
    pub at: Option<OffsetDateTime>,
    /// Files to leave aside.
    pub ignored: Vec<IgnoredPath>,
    /// Paths below the folder of files that were read before, such as the topology: they are not read again.
    pub already_read: Vec<String>,
    /// The hashes of files that were read before, such as the topology: where one lies in the folder too, it is not told that it holds
    /// no certificate.
    pub read_before: HashSet<Fingerprint>,
    /// Files and folders below the scanned ones that are no input, such as what the run writes itself: absolute paths without
    /// links. Nothing is told of them.
    pub left_out: Vec<PathBuf>,
    /// Once it is said, the remaining files are not read: the caller has stopped waiting.
    pub stop: Stop,
    /// What passwords may cost in all: the rounds of key derivations that are tried on all archives together. `None` for the usual
    /// limit.
    pub max_rounds: Option<u64>,
}

impl ScanOptions {
    fn max_rounds(&self) -> u64 {
        self.max_rounds.unwrap_or(MAX_ROUNDS_IN_ALL)
    }
}

/// How far a scan is.
pub trait Progress: Sync {
    /// `done` of `total` files are read.
    fn files(&self, done: usize, total: usize);
}

/// For scans without a progress display.
impl Progress for () {
    fn files(&self, _done: usize, _total: usize) {}
}

/// What a folder holds. All lists are sorted by path, whatever the file system's order.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// Every certificate once, with all the files that hold it.
    pub certificates: Vec<Certificate>,
    /// Certificate requests.
    pub requests: Vec<CertificateRequest>,
    /// Revocation lists.
    pub lists: Vec<RevocationList>,
    /// Files, and parts of files, that were not understood.
    pub unreadable: Vec<Unreadable>,
    /// Private keys in files. Their private part is never kept.
    pub keys: Vec<KeyFile>,
    /// What exports say of assigned certificates.
    pub assignment_records: Vec<AssignmentRecord>,
    /// What collections say.
    pub collections: Collections,
    /// Every file that was read.
    pub files: Vec<ScannedFile>,
    /// Every file of roots that was read.
    pub root_files: Vec<ScannedFile>,
    /// How many files each pattern of [`ScanOptions::ignored`] left aside, in that order.
    pub ignored: Vec<usize>,
}

/// A file, or a part of one, that was not understood.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Unreadable {
    /// Path below the scanned folder, with `/`.
    pub path: String,
    /// Why; one sentence that continues "this file …", without a final period.
    pub reason: String,
    /// What that means for what is judged.
    pub kind: UnreadKind,
}

/// What it means for the estate that a file was not read.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum UnreadKind {
    /// Nothing: files of its kind hold nothing that would be judged.
    Harmless,
    /// It may hold a certificate.
    NotUnderstood,
    /// It looks like an export of assigned certificates.
    Evidence,
}

impl UnreadKind {
    /// What it means for a file whose name says that it is a certificate: whatever it is, a certificate was meant.
    fn of_named_certificate(self) -> Self {
        match self {
            Self::Harmless | Self::NotUnderstood => Self::NotUnderstood,
            Self::Evidence => Self::Evidence,
        }
    }
}

/// A file that was read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ScannedFile {
    /// Path below the scanned folder.
    pub path: Arc<str>,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: Fingerprint,
}

/// Why a folder could not be scanned at all.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// There is nothing at the path of a folder or file, or it cannot be opened. What it was given as, the caller knows.
    #[error("cannot read `{}`: {reason}", path.display())]
    Unreadable {
        /// The path as given.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The same for the roots.
    #[error("cannot read the root certificates in `{}`: {reason}", path.display())]
    UnreadableRoots {
        /// The path as given.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Roots were given, and there is none: no chain could be judged by them.
    #[error("`{}` holds no root certificate that could be read", path.display())]
    NoRoot {
        /// The path as given.
        path: PathBuf,
    },
}

/// Scans a folder with all its subfolders, or one file.
///
/// Content decides what a file is, never its name. Links are not followed. Files are read on all cores; one file never
/// stops the scan.
///
/// # Errors
///
/// Only when `root` itself, or the folder of roots, is missing or cannot be opened, or when the latter holds no certificate.
pub fn scan(root: &Path, options: &ScanOptions) -> Result<Inventory, ScanError> {
    scan_all(&[root], options, &())
}

/// Scans several folders or files into one inventory, and reports progress. Paths are those below each folder; several
/// folders have their own name in front.
///
/// # Errors
///
/// Only when one of `roots`, or the folder of roots, is missing or cannot be opened, or when the latter holds no certificate.
pub fn scan_all(
    roots: &[&Path],
    options: &ScanOptions,
    progress: &dyn Progress,
) -> Result<Inventory, ScanError> {
    let is_one = roots.len() == 1;
    let root = |path: &&Path| ScanRoot {
        shown_in: if is_one || !path.is_dir() { String::new() } else { walk::name_of(path) },
        path: path.to_path_buf(),
    };
    scan_roots(&roots.iter().map(root).collect::<Vec<_>>(), options, progress)
}

/// A folder or file to scan, and where it is shown.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ScanRoot {
    /// The folder or file.
    pub path: PathBuf,
    /// What stands in front of the paths below it, without final `/`; empty for nothing.
    pub shown_in: String,
}

/// The same for folders and files that are shown in places of the caller's.
///
/// # Errors
///
/// Those of [`scan_all`].
pub fn scan_roots(
    roots: &[ScanRoot],
    options: &ScanOptions,
    progress: &dyn Progress,
) -> Result<Inventory, ScanError> {
    let (entries, ignored) = list_files(roots, options)?;
    let chains = ChainBuilder::until(&options.stop);
    let mut collected = Collected { left_aside: ignored.paths, chains, ..Collected::default() };
    if let Some(folder) = &options.roots {
        read_given_roots(folder, options, &mut collected)?;
    }
    read_in_parts(entries, options, progress, &mut collected);
    Ok(Inventory { ignored: ignored.counts, ..collected.finish(options.at) })
}

/// What was left aside on purpose.
struct LeftAside {
    /// How many files each pattern of [`ScanOptions::ignored`] left aside.
    counts: Vec<usize>,
    /// All paths that are not read.
    paths: Vec<String>,
}

/// The files to read, sorted within each root, and how many files each pattern of `options.ignored` left aside.
fn list_files(roots: &[ScanRoot], options: &ScanOptions) -> Result<(Vec<Entry>, LeftAside), ScanError> {
    let mut all = Vec::new();
    for ScanRoot { path, shown_in } in roots {
        let mut entries = entries_of(path, &options.left_out)
            .map_err(|Unopened { path, reason }| ScanError::Unreadable { path, reason })?;
        if !shown_in.is_empty() {
            for entry in &mut entries {
                entry.shown = format!("{shown_in}/{}", entry.shown);
            }
        }
        all.extend(entries);
    }
    let mut left = LeftAside { counts: vec![0; options.ignored.len()], paths: Vec::new() };
    let patterns = PatternSet::new(options.ignored.iter().map(|ignored| &ignored.pattern));
    let already_read: HashSet<&String> = options.already_read.iter().collect();
    all.retain(|entry: &Entry| {
        let count = patterns.first_match(&entry.shown).and_then(|index| left.counts.get_mut(index));
        let is_read = already_read.contains(&entry.shown);
        let is_left = is_read || count.map(|count| *count += 1).is_some();
        if is_left {
            left.paths.push(entry.shown.clone());
        }
        !is_left
    });
    Ok((all, left))
}

fn read_given_roots(
    folder: &Path,
    options: &ScanOptions,
    collected: &mut Collected,
) -> Result<(), ScanError> {
    let mut is_empty = true;
    // Whatever is given as a root ends chains, whether it could serve something or not.
    let options = &ScanOptions { relevance: None, ..options.clone() };
    let mut rounds_left = options.max_rounds();
    let entries = entries_of(folder, &options.left_out)
        .map_err(|Unopened { path, reason }| ScanError::UnreadableRoots { path, reason })?;
    for entry in entries {
        let effort = Effort::new(rounds_left, &options.stop);
        let outcome = read_entry(&entry, &mut walk::new_buffer(), options, &effort);
        rounds_left = rounds_left.saturating_sub(effort.spent());
        is_empty &= outcome.certificates.is_empty();
        collected.add_given_roots(folder, &entry.shown, outcome);
    }
    if is_empty { Err(ScanError::NoRoot { path: folder.to_owned() }) } else { Ok(()) }
}

const TIME_IS_OVER: &str = "was not read, since the time was over";

/// Reads files on all cores; what one part of them holds is put together while the next one is read.
fn read_in_parts(
    entries: Vec<Entry>,
    options: &ScanOptions,
    progress: &dyn Progress,
    collected: &mut Collected,
) {
    let (done, total) = (AtomicUsize::new(0), entries.len());
    collected.reserve(total);
    let mut rounds_left = options.max_rounds();
    let mut rest = entries.into_iter();
    let mut read_next_part = || {
        let part: Vec<Entry> = rest.by_ref().take(FILES_A_PART).collect();
        // What one file may spend must not hang on which of them is read first. So each may spend an equal share, and those that need
        // more are read again, one after the other, while there is something left.
        let share = rounds_left / FILES_A_PART as u64;
        let read = |buffer: &mut Vec<u8>, entry: Entry| {
            let read = read_with_packed(entry, buffer, options, share);
            progress.files(done.fetch_add(1, Ordering::Relaxed) + 1, total);
            read
        };
        let mut read: Vec<ReadFile> = part.into_par_iter().map_init(walk::new_buffer, read).collect();
        rounds_left = rounds_left.saturating_sub(read.iter().map(|file| file.rounds).sum());
        for file in read.iter_mut().filter(|file| file.needs_more_rounds) {
            let entry = file.entry.clone();
            *file = read_with_packed(entry, &mut walk::new_buffer(), options, rounds_left);
            rounds_left = rounds_left.saturating_sub(file.rounds);
        }
        read.into_iter().flat_map(|file| file.outcomes).collect::<Vec<_>>()
    };
    let mut part = read_next_part();
    while !part.is_empty() {
        (part, ()) = rayon::join(&mut read_next_part, || collected.add_all(part));
    }
}

/// What the bytes of files hold that lie in no folder; each with the name that it is shown by.
pub fn scan_bytes(files: &[(&str, &[u8])], options: &ScanOptions) -> Inventory {
    let mut collected = Collected::default();
    let read = |(name, bytes): &(&str, &[u8])| {
        let effort = Effort::new(options.max_rounds(), &options.stop);
        outcomes_of((*name).to_owned(), bytes, options, &effort)
    };
    collected.add_all(files.par_iter().flat_map_iter(read).collect());
    collected.finish(options.at)
}

/// What one file gave.
#[derive(Default)]
struct Outcome {
    #[expect(clippy::vec_box, reason = "they are large and moved several times")]
    certificates: Vec<Box<FoundCertificate>>,
    requests: Vec<CertificateRequest>,
    lists: Vec<ParsedList>,
    keys: Vec<key::Key>,
    assigned: Vec<AssignedExport>,
    parts: Vec<Part>,
    unread: Vec<(UnreadKind, String)>,
    file: Option<(u64, Fingerprint)>,
}

impl Outcome {
    fn unreadable(reason: String) -> Self {
        Self { unread: vec![(UnreadKind::NotUnderstood, reason)], ..Self::default() }
    }
}

/// Reads a file into the buffer, and what it holds. A private key does not stay in the buffer.
fn read_entry(entry: &Entry, buffer: &mut Vec<u8>, options: &ScanOptions, effort: &Effort) -> Outcome {
    match entry.read(buffer) {
        Ok(()) => {
            let outcome = whole_outcome(&entry.shown, buffer, options, effort);
            if !outcome.keys.is_empty() {
                buffer.zeroize();
            }
            outcome
        }
        Err(reason) => Outcome::unreadable(reason),
    }
}

/// A file that was read.
struct ReadFile {
    entry: Entry,
    /// What it holds, with paths: of a collection in an archive what each of its files holds.
    outcomes: Vec<(String, Outcome)>,
    /// What passwords cost in it.
    rounds: u64,
    /// Whether more was to be tried than it may cost.
    needs_more_rounds: bool,
}

/// The same; a collection in an archive gives what each of its files holds.
fn read_with_packed(entry: Entry, buffer: &mut Vec<u8>, options: &ScanOptions, max_rounds: u64) -> ReadFile {
    let effort = Effort::new(max_rounds, &options.stop);
    let path = entry.shown.clone();
    let outcomes = if options.stop.is_said() {
        vec![(path, Outcome::unreadable(TIME_IS_OVER.to_owned()))]
    } else {
        match entry.read(buffer) {
            Ok(()) => {
                let outcomes = outcomes_of(path, buffer, options, &effort);
                if outcomes.iter().any(|(_, outcome)| !outcome.keys.is_empty()) {
                    buffer.zeroize();
                }
                outcomes
            }
            Err(reason) => vec![(path, Outcome::unreadable(reason))],
        }
    };
    ReadFile { entry, outcomes, rounds: effort.spent(), needs_more_rounds: effort.was_short() }
}

/// What a file holds; for a collection in an archive the archive first, then its files in the order of their paths.
fn outcomes_of(path: String, bytes: &[u8], options: &ScanOptions, effort: &Effort) -> Vec<(String, Outcome)> {
    let archive = std::panic::catch_unwind(|| collection::read_archive(&path, bytes));
    let CollectionArchive { base, mut entries, damaged } = match archive {
        Ok(None) => {
            let outcome = whole_outcome(&path, bytes, options, effort);
            return vec![(path, outcome)];
        }
        Ok(Some(Ok(archive))) => archive,
        Ok(Some(Err(error))) => {
            return vec![(
                path,
                Outcome::unreadable(format!("is a packed collection that cannot be read: {error}")),
            )];
        }
        Err(_) => {
            let reason = "could not be parsed: the parser failed on it".to_owned();
            return vec![(path, Outcome::unreadable(reason))];
        }
    };
    entries.sort_by(|one, other| one.path.cmp(&other.path));
    let digest = x509::sha256(bytes);
    let packed = Outcome { file: Some((bytes.len() as u64, digest)), ..Outcome::default() };
    // With the archive its topology was read.
    let read_before = format!("{base}{}", collection::TOPOLOGY_FILE);
    let read_before = options.read_before.contains(&digest).then_some(read_before);
    let mut outcomes = Vec::with_capacity(entries.len() + 1);
    for mut entry in entries {
        let shown = format!("{path}/{}", entry.path);
        let mut outcome = if options.stop.is_said() {
            Outcome::unreadable(TIME_IS_OVER.to_owned())
        } else if entry.bytes.len() as u64 > walk::MAX_FILE_SIZE {
            Outcome::unreadable(walk::too_large(entry.bytes.len() as u64))
        } else {
            whole_outcome(&shown, &entry.bytes, options, effort)
        };
        if read_before.as_ref() == Some(&entry.path) {
            outcome.unread.clear();
        }
        if !outcome.keys.is_empty() {
            entry.bytes.zeroize();
        }
        outcomes.push((shown, outcome));
    }
    for (entry, error) in damaged {
        let reason = format!("is a file of a packed collection that cannot be read: {error}");
        outcomes.push((format!("{path}/{entry}"), Outcome::unreadable(reason)));
    }
    outcomes.sort_by(|(one, _), (other, _)| one.cmp(other));
    outcomes.insert(0, (path, packed));
    outcomes
}

/// What a file holds, and its size and digest. Drops the bytes of certificates whose signature will not be checked.
fn whole_outcome(path: &str, bytes: &[u8], options: &ScanOptions, effort: &Effort) -> Outcome {
    let mut outcome = read_bytes(bytes, options, effort);
    if text::is_named_as_certificate(path) {
        for (kind, _) in &mut outcome.unread {
            *kind = kind.of_named_certificate();
        }
    }
    for found in &mut outcome.certificates {
        let facts = &found.parsed.facts;
        let is_asked = options.relevance.as_ref().is_none_or(|relevance| relevance.covers(path, facts));
        if !is_asked && !x509::is_authority(facts) {
            found.parsed.links = None;
        }
        // This takes longer than all else of a certificate, so only where it is judged.
        if is_asked && options.relevance.is_some() {
            found.parsed.facts.weak_key =
                found.parsed.links.as_ref().and_then(|links| x509::weakness(links.key()));
        }
    }
    // Most files are one certificate and nothing else: its fingerprint is the file's. No container is as short as what it
    // holds.
    let digest = match outcome.certificates.as_slice() {
        [only] if only.parsed.size == bytes.len() => only.parsed.facts.sha256,
        _ => x509::sha256(bytes),
    };
    if options.read_before.contains(&digest) {
        outcome.unread.clear();
    }
    Outcome { file: Some((bytes.len() as u64, digest)), ..outcome }
}

/// What the bytes of a file hold. A defect of a parser must not stop the report, so a panic is a reason like any other.
fn read_bytes(bytes: &[u8], options: &ScanOptions, effort: &Effort) -> Outcome {
    let secrets = Secrets { passwords: &options.passwords, effort };
    // What was spent stays counted.
    let found = std::panic::catch_unwind(AssertUnwindSafe(|| content::read_content(secrets, bytes)));
    let Ok(found) = found else {
        return Outcome::unreadable("could not be parsed: the parser failed on it".to_owned());
    };
    let mut outcome = Outcome::default();
    for item in found {
        match item {
            Item::Certificate(found) => {
                if outcome.certificates.is_empty() {
                    // Most files hold one; a vector would make room for four.
                    outcome.certificates.reserve_exact(1);
                }
                outcome.certificates.push(found);
            }
            Item::Request(request) => outcome.requests.push(*request),
            Item::List(list) => outcome.lists.push(*list),
            Item::Key(key) => outcome.keys.push(key),
            Item::Assigned(assigned) => outcome.assigned.push(*assigned),
            Item::Collected(part) => outcome.parts.push(part),
            Item::NotRead(not_read) => outcome.unread.push((not_read.kind, not_read.reason)),
        }
    }
    outcome
}

/// What was read so far.
#[derive(Default)]
struct Collected {
    inventory: Inventory,
    known: HashMap<Fingerprint, usize>,
    chains: ChainBuilder,
    lists: Vec<(String, ParsedList)>,
    keys: Vec<(String, key::Key)>,
    parts: Parts,
    /// Paths that were not read on purpose.
    left_aside: Vec<String>,
    /// The certificates with more friendly names than are kept.
    with_many_names: BTreeSet<usize>,
    /// Those in more stores than are kept.
    with_many_stores: BTreeSet<usize>,
}

/// A certificate has one friendly name in each store; more than these tell nobody anything.
const MAX_FRIENDLY_NAMES: usize = 100;
/// Windows has some ten stores for computers and as many for each account.
const MAX_STORES: usize = 100;

impl Collected {
    fn reserve(&mut self, files: usize) {
        self.inventory.certificates.reserve(files);
        self.inventory.files.reserve(files);
        self.known.reserve(files);
    }

    /// Takes in what a file of roots holds. What cannot be read is told with the folder's name, to be found; what was read is told
    /// without, since the folder may be called otherwise elsewhere.
    fn add_given_roots(&mut self, folder: &Path, path: &str, outcome: Outcome) {
        for found in outcome.certificates {
            self.chains.add_given_root(found.parsed);
        }
        for (kind, reason) in outcome.unread {
            self.inventory.unreadable.push(Unreadable { path: shown_below(folder, path), reason, kind });
        }
        if let Some((size, sha256)) = outcome.file {
            self.inventory.root_files.push(ScannedFile { path: path.into(), size, sha256 });
        }
    }

    /// Takes in the next files, in their order.
    fn add_all(&mut self, outcomes: Vec<(String, Outcome)>) {
        for (path, outcome) in outcomes {
            self.add(path.into(), outcome);
        }
        self.chains.resolve_pending(&self.inventory.certificates);
    }

    fn add(&mut self, path: Arc<str>, outcome: Outcome) {
        for found in outcome.certificates {
            self.add_certificate(&path, *found);
        }
        let requests = outcome.requests.into_iter();
        let inventory = &mut self.inventory;
        inventory
            .requests
            .extend(requests.map(|request| CertificateRequest { path: path.to_string(), ..request }));
        self.lists.extend(outcome.lists.into_iter().map(|list| (path.to_string(), list)));
        self.keys.extend(outcome.keys.into_iter().map(|key| (path.to_string(), key)));
        for mut export in outcome.assigned {
            export.document = Arc::clone(&path);
            for assigned in &mut export.certificates {
                assigned.place.document = Arc::clone(&path);
            }
            inventory.assignment_records.push(AssignmentRecord { path: path.to_string(), export });
        }
        for part in outcome.parts {
            self.parts.add(&path, part);
        }
        for (kind, reason) in outcome.unread {
            inventory.unreadable.push(Unreadable { path: path.to_string(), reason, kind });
        }
        if let Some((size, sha256)) = outcome.file {
            inventory.files.push(ScannedFile { path, size, sha256 });
        }
    }

    /// Takes in a certificate; one that is known already gets one path more.
    fn add_certificate(&mut self, path: &Arc<str>, found: FoundCertificate) {
        let FoundCertificate { parsed, friendly_name, provider, has_private_key, exportable, store } = found;
        let certificates = &mut self.inventory.certificates;
        let index = match self.known.get(&parsed.facts.sha256) {
            Some(&index) => index,
            None => {
                let index = certificates.len();
                self.known.insert(parsed.facts.sha256, index);
                if let Some(links) = parsed.links {
                    self.chains.add(index, &parsed.facts, links);
                }
                certificates.push(parsed.facts);
                index
            }
        };
        let Some(facts) = certificates.get_mut(index) else { return };
        self.parts.add_stored(path, store.as_deref(), facts.sha1, has_private_key);
        if facts.paths.last().is_none_or(|last| last != path) {
            facts.paths.reserve_exact(1);
            facts.paths.push(Arc::clone(path));
        }
        if let Some(name) = friendly_name {
            match facts.friendly_names.binary_search_by(|called| called.name.cmp(&name)) {
                Ok(place) => {
                    let paths = facts.friendly_names.get_mut(place).map(|called| &mut called.paths);
                    if let Some(paths) = paths.filter(|paths| paths.last() != Some(path)) {
                        paths.push(Arc::clone(path));
                    }
                }
                Err(place) if facts.friendly_names.len() < MAX_FRIENDLY_NAMES => {
                    let paths = vec![Arc::clone(path)];
                    facts.friendly_names.insert(place, FriendlyName { name, paths });
                }
                Err(_) => {
                    self.with_many_names.insert(index);
                }
            }
        }
        facts.key_provider = facts.key_provider.take().or_else(|| provider.map(Into::into));
        facts.has_private_key |= has_private_key;
        // One that was exported once can be.
        facts.key_exportable = facts.key_exportable.max(exportable);
        if let Some(store) = store.map(Arc::from)
            && !facts.stores.contains(&store)
        {
            if facts.stores.len() < MAX_STORES {
                facts.stores.push(store);
            } else {
                self.with_many_stores.insert(index);
            }
        }
    }

    fn finish(self, at: Option<OffsetDateTime>) -> Inventory {
        let Self {
            mut inventory,
            chains,
            lists,
            keys,
            parts,
            left_aside,
            with_many_names,
            with_many_stores,
            ..
        } = self;
        for (indices, what) in [
            (with_many_names, format!("with more than {MAX_FRIENDLY_NAMES} friendly names")),
            (with_many_stores, format!("that lies in more than {MAX_STORES} stores")),
        ] {
            for facts in indices.into_iter().filter_map(|index| inventory.certificates.get(index)) {
                inventory.unreadable.push(Unreadable {
                    path: facts.first_path().to_owned(),
                    reason: format!("holds a certificate {what}; the others were left out"),
                    kind: UnreadKind::NotUnderstood,
                });
            }
        }
        let known = inventory.files.iter().map(|file| (&*file.path, file.sha256)).collect();
        let left_aside = left_aside.iter().map(String::as_str).collect();
        inventory.collections = parts.finish(&known, &left_aside, &mut inventory.unreadable);
        drop(known);
        inventory.lists = chains.finish(lists, &mut inventory.certificates, at);
        // Most folders hold certificates alone, and then nobody asks.
        let is_asked = !keys.is_empty() || !inventory.requests.is_empty();
        let by_key =
            if is_asked { certificates_by_key(&inventory.certificates) } else { CertificatesByKey::new() };
        tell_shared_keys(&keys, &by_key, &mut inventory);
        inventory.keys = key_files(keys, &by_key);
        for request in &mut inventory.requests {
            request.answered_by = with_key(&by_key, request.key_sha256);
        }
        inventory
    }
}

/// One row for each file and kind of key.
fn key_files(keys: Vec<(String, key::Key)>, by_key: &CertificatesByKey) -> Vec<KeyFile> {
    let mut files: Vec<KeyFile> = Vec::new();
    let mut known = HashSet::new();
    for (path, key) in keys {
        // What is the same in one file is told once.
        if known.insert((path.clone(), key.kind, key.encrypted, key.public_sha256)) {
            let matching = key.public_sha256.map(|sha256| with_key(by_key, sha256)).unwrap_or_default();
            files.push(KeyFile {
                path,
                encrypted: key.encrypted,
                kind: key.kind,
                public_sha256: key.public_sha256,
                certificates: matching,
                weakness: key.weakness,
                is_aes: key.is_aes,
            });
        }
    }
    files
}

/// The thumbprints of the certificates with each public key, in their order.
type CertificatesByKey = HashMap<Fingerprint, Vec<Thumbprint>>;

fn certificates_by_key(certificates: &[Certificate]) -> CertificatesByKey {
    let mut by_key = CertificatesByKey::new();
    for certificate in certificates {
        by_key.entry(certificate.key_sha256).or_default().push(certificate.sha1);
    }
    by_key
}

/// So many certificates with the key of a key file or request are named. A key that is renewed with its certificate every year has
/// a few.
const MAX_WITH_KEY: usize = 100;

/// Tells where a key file or request has the key of more certificates than are named.
fn tell_shared_keys(keys: &[(String, key::Key)], by_key: &CertificatesByKey, inventory: &mut Inventory) {
    let of_files = keys.iter().filter_map(|(path, key)| Some((path, key.public_sha256?)));
    let of_requests = inventory.requests.iter().map(|request| (&request.path, request.key_sha256));
    let is_of_many = |key: &Fingerprint| by_key.get(key).is_some_and(|all| all.len() > MAX_WITH_KEY);
    let told: BTreeSet<String> = of_files
        .chain(of_requests)
        .filter(|(_, key)| is_of_many(key))
        .map(|(path, _)| path.clone())
        .collect();
    inventory.unreadable.extend(told.into_iter().map(|path| Unreadable {
        path,
        reason: format!(
            "holds a key that more than {MAX_WITH_KEY} certificates have; only the first are named"
        ),
        kind: UnreadKind::NotUnderstood,
    }));
}

/// Thumbprints of the first certificates with this public key.
fn with_key(by_key: &CertificatesByKey, key_sha256: Fingerprint) -> Vec<Thumbprint> {
    by_key.get(&key_sha256).map(|all| all.iter().take(MAX_WITH_KEY).copied().collect()).unwrap_or_default()
}

#[cfg(all(test, feature = "pfx"))]
mod container_tests;
#[cfg(test)]
mod kinds_tests;
#[cfg(test)]
mod tests;
