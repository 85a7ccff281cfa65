//! From a folder of files to certificate facts.

mod asn1;
mod chain;
mod content;
mod der;
mod key;
mod pem;
#[cfg(feature = "pfx")]
mod pkcs12;
mod pkcs7;
mod store;

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use data_encoding::HEXUPPER;
use lyncert_rules::{Certificate, ChainState, Revocation};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use walkdir::WalkDir;
use zeroize::{Zeroize, Zeroizing};

use crate::x509::{CertificateRequest, Links, Outcome as SignatureOutcome, ParsedList};

/// A certificate file has some kilobytes, a large store some megabytes.
const SIZE_LIMIT: u64 = 16 * 1024 * 1024;

/// How to scan.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ScanOptions {
    /// Passwords to try on archives, besides the empty one. Overwritten when they are dropped.
    pub passwords: Vec<Zeroizing<String>>,
    /// A folder or file of roots that the operator trusts: chains have to end in one of them.
    pub roots: Option<PathBuf>,
}

/// How far a scan is.
pub trait Progress: Sync {
    /// `done` of `total` files are read.
    fn files(&self, done: usize, total: usize);
}

/// Nobody looks.
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
    /// Private keys that lie in files. Their private part is never told.
    pub keys: Vec<KeyFile>,
    /// Every file that was read.
    pub files: Vec<ScannedFile>,
    /// What the chains of the certificates are built from, in their order, then that of the given roots; until
    /// [`Inventory::check_chains`] was called.
    links: Vec<Links>,
    /// The facts of given roots that are no part of the inventory.
    roots: Vec<Certificate>,
    /// Which certificates, and given roots behind them, are given roots.
    given: Vec<usize>,
}

impl Inventory {
    /// Fills in the chains of the certificates at these places, with their signatures checked on all cores. It lets
    /// go of the bytes that chains are built from, so only its first call does something.
    ///
    /// A scan does not do it by itself, since a signature takes longer to check than a certificate to read: whoever looks at
    /// some certificates only need not wait for the others.
    pub fn check_chains(&mut self, wanted: &[usize]) {
        let links = std::mem::take(&mut self.links);
        let roots = std::mem::take(&mut self.roots);
        if links.is_empty() {
            return;
        }
        let nodes = nodes(&self.certificates, &roots, &links, &self.given);
        let chains = chain::chains(&nodes, wanted);
        for (&index, chain) in wanted.iter().zip(chains) {
            if let Some(certificate) = self.certificates.get_mut(index) {
                certificate.chain = chain;
            }
        }
    }

    /// The same for all certificates.
    pub fn check_all_chains(&mut self) {
        let all: Vec<usize> = (0..self.certificates.len()).collect();
        self.check_chains(&all);
    }
}

fn nodes<'a>(
    certificates: &'a [Certificate],
    roots: &'a [Certificate],
    links: &'a [Links],
    given: &[usize],
) -> Vec<chain::Node<'a>> {
    let facts = certificates.iter().chain(roots).zip(links).enumerate();
    let given: BTreeSet<usize> = given.iter().copied().collect();
    facts
        .map(|(index, (facts, links))| chain::Node { facts, links, is_given_root: given.contains(&index) })
        .collect()
}

/// A certificate revocation list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RevocationList {
    /// Path below the scanned folder.
    pub path: String,
    /// The issuer in display form.
    pub issuer: String,
    /// When it was made.
    pub this_update: OffsetDateTime,
    /// When the next one is due.
    pub next_update: Option<OffsetDateTime>,
    /// Its number, in hexadecimal.
    pub number: Option<String>,
    /// Whether it lists changes since another list only.
    pub is_delta: bool,
    /// How many certificates it revokes.
    pub entries: usize,
    /// The signature algorithm.
    pub signature: String,
    /// Whether the key of its issuer verifies its signature, as far as the issuer is here.
    pub state: ChainState,
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
    /// How it is encoded: `PKCS#8`, `PKCS#1`, `SEC1`, `PKCS#12`, or `PEM` where only its block is known.
    pub kind: &'static str,
    /// Thumbprints of the certificates here that have its public key.
    pub certificates: Vec<String>,
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
/// Only when `root` itself, or the folder of roots, is missing or cannot be opened.
pub fn scan(root: &Path, options: &ScanOptions) -> Result<Inventory, ScanError> {
    scan_all(&[root], options, &())
}

/// Scans several folders or files into one inventory, and tells how far it is. Paths are those below each folder; several
/// folders have their own name in front.
///
/// # Errors
///
/// Only when one of `roots`, or the folder of roots, is missing or cannot be opened.
pub fn scan_all(
    roots: &[&Path],
    options: &ScanOptions,
    progress: &dyn Progress,
) -> Result<Inventory, ScanError> {
    let mut all = Vec::new();
    for root in roots {
        let mut entries = entries_of(root)?;
        if roots.len() > 1 {
            for entry in &mut entries {
                entry.shown = shown_below(root, &entry.shown);
            }
        }
        all.extend(entries);
    }
    let given = match &options.roots {
        Some(folder) => read_all(entries_of(folder)?, options, &()),
        None => Vec::new(),
    };
    Ok(collect(read_all(all, options, progress), given))
}

/// What the bytes of files hold that lie in no folder; each with the name that it is shown by.
pub fn scan_bytes(files: &[(&str, &[u8])], options: &ScanOptions) -> Inventory {
    let read = |(name, bytes): &(&str, &[u8])| ((*name).to_owned(), whole_outcome(bytes, options));
    collect(files.par_iter().map(read).collect(), Vec::new())
}

/// The path of an entry among several folders.
fn shown_below(root: &Path, shown: &str) -> String {
    let name = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if name.is_empty() || name == shown { shown.to_owned() } else { format!("{name}/{shown}") }
}

fn entries_of(root: &Path) -> Result<Vec<Entry>, ScanError> {
    let failure = |error: io::Error| ScanError::Folder { path: root.to_owned(), reason: plain(&error) };
    let is_folder = fs::metadata(root).map_err(failure)?.is_dir();
    if is_folder {
        fs::read_dir(root).map_err(failure)?;
    }
    let base = if is_folder { root } else { root.parent().unwrap_or(root) };
    Ok(entries(root, base, is_folder))
}

fn read_all(entries: Vec<Entry>, options: &ScanOptions, progress: &dyn Progress) -> Vec<(String, Outcome)> {
    let (done, total) = (AtomicUsize::new(0), entries.len());
    let read = |entry: Entry| {
        let outcome = entry.read(options);
        progress.files(done.fetch_add(1, Ordering::Relaxed) + 1, total);
        (entry.shown, outcome)
    };
    entries.into_par_iter().map(read).collect()
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
    certificates: Vec<content::Found>,
    requests: Vec<CertificateRequest>,
    lists: Vec<ParsedList>,
    keys: Vec<key::Key>,
    reasons: Vec<String>,
    file: Option<(u64, String)>,
}

fn entries(root: &Path, base: &Path, is_folder: bool) -> Vec<Entry> {
    let walk = WalkDir::new(root).follow_links(false).follow_root_links(true).into_iter();
    let found: Vec<_> = walk.collect();
    let mut entries: Vec<Entry> =
        found.into_par_iter().filter_map(|found| entry(found, base, is_folder)).collect();
    // Two paths can look the same where they are no text; then their bytes decide.
    entries.par_sort_unstable_by(|one, other| (&one.shown, &one.file).cmp(&(&other.shown, &other.file)));
    entries
}

/// What to do with something that was found; nothing with folders.
fn entry(found: walkdir::Result<walkdir::DirEntry>, base: &Path, is_folder: bool) -> Option<Entry> {
    let found = match found {
        Ok(found) => found,
        Err(error) => {
            let shown = error.path().map(|path| shown(path, base)).unwrap_or_default();
            let reason = error.io_error().map_or_else(|| error.to_string(), plain);
            return Some(Entry { shown, file: Err(format!("cannot be read: {reason}")) });
        }
    };
    let (kind, depth) = (found.file_type(), found.depth());
    let shown = shown(found.path(), base);
    if kind.is_file() || (!is_folder && depth == 0) {
        Some(Entry { shown, file: Ok(found.into_path()) })
    } else if kind.is_symlink() && depth > 0 {
        Some(Entry { shown, file: Err("is a link; links are not followed".to_owned()) })
    } else if kind.is_dir() {
        None
    } else {
        Some(Entry { shown, file: Err("is no regular file".to_owned()) })
    }
}

/// The path below the scanned folder, with `/` on every system.
fn shown(path: &Path, base: &Path) -> String {
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
fn plain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

impl Entry {
    fn read(&self, options: &ScanOptions) -> Outcome {
        let path = match &self.file {
            Ok(path) => path,
            Err(reason) => return Outcome::unreadable(reason.clone()),
        };
        match contents(path) {
            Ok(mut bytes) => {
                let outcome = whole_outcome(&bytes, options);
                if !outcome.keys.is_empty() {
                    bytes.zeroize();
                }
                outcome
            }
            Err(reason) => Outcome::unreadable(reason),
        }
    }
}

/// The bytes of a file, or why it is not read. A file that grows while it is read is no way around the limit.
fn contents(path: &Path) -> Result<Vec<u8>, String> {
    let failure = |error: io::Error| format!("cannot be read: {}", plain(&error));
    let too_large = |size: u64| format!("has {size} bytes, more than any certificate file ({SIZE_LIMIT})");
    let file = fs::File::open(path).map_err(failure)?;
    let size = file.metadata().map_err(failure)?.len();
    if size > SIZE_LIMIT {
        return Err(too_large(size));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
    file.take(SIZE_LIMIT + 1).read_to_end(&mut bytes).map_err(failure)?;
    if bytes.len() as u64 > SIZE_LIMIT {
        return Err(too_large(bytes.len() as u64));
    }
    Ok(bytes)
}

impl Outcome {
    fn unreadable(reason: String) -> Self {
        Self { reasons: vec![reason], ..Self::default() }
    }
}

/// What a file holds, and its size and digest.
fn whole_outcome(bytes: &[u8], options: &ScanOptions) -> Outcome {
    let outcome = outcome(bytes, options);
    // Most files are one certificate and nothing else: its fingerprint is the file's.
    let digest = match outcome.certificates.as_slice() {
        [only] if only.parsed.links.is_all_of(bytes) => only.parsed.facts.sha256.clone(),
        _ => HEXUPPER.encode(&Sha256::digest(bytes)),
    };
    Outcome { file: Some((bytes.len() as u64, digest)), ..outcome }
}

/// What the bytes of a file hold. A defect of a parser must not stop the report, so a panic is a reason like any other.
fn outcome(bytes: &[u8], options: &ScanOptions) -> Outcome {
    let reader = content::Reader { passwords: &options.passwords };
    let found = std::panic::catch_unwind(|| reader.read(bytes));
    let Ok(found) = found else {
        return Outcome::unreadable("could not be parsed: the parser failed on it".to_owned());
    };
    let mut outcome = Outcome::default();
    for item in found {
        match item {
            content::Item::Certificate(found) => {
                if outcome.certificates.is_empty() {
                    // Most files hold one; a vector would make room for four.
                    outcome.certificates.reserve_exact(1);
                }
                outcome.certificates.push(*found);
            }
            content::Item::Request(request) => outcome.requests.push(*request),
            content::Item::List(list) => outcome.lists.push(*list),
            content::Item::Key(key) => outcome.keys.push(key),
            content::Item::NotRead(reason) => outcome.reasons.push(reason),
        }
    }
    outcome
}

/// Certificates while they are collected: each once, with the bytes that chains are built from.
#[derive(Default)]
struct Collected {
    facts: Vec<Certificate>,
    links: Vec<Links>,
    known: HashMap<String, usize>,
}

impl Collected {
    fn reserve(&mut self, count: usize) {
        self.facts.reserve(count);
        self.links.reserve(count);
        self.known.reserve(count);
    }

    fn add(&mut self, path: &str, found: content::Found) {
        let content::Found { parsed, friendly_name, provider, has_private_key } = found;
        let index = match self.known.get(&parsed.facts.sha256) {
            Some(&index) => index,
            None => {
                self.known.insert(parsed.facts.sha256.clone(), self.facts.len());
                self.facts.push(parsed.facts);
                self.links.push(parsed.links);
                self.facts.len() - 1
            }
        };
        let Some(facts) = self.facts.get_mut(index) else { return };
        if facts.paths.last().is_none_or(|last| last != path) {
            facts.paths.push(path.to_owned());
        }
        if let Some(name) = friendly_name
            && !facts.friendly_names.contains(&name)
        {
            facts.friendly_names.push(name);
            facts.friendly_names.sort_unstable();
        }
        facts.key_provider = facts.key_provider.take().or(provider);
        facts.has_private_key |= has_private_key;
    }
}

fn collect(scanned: Vec<(String, Outcome)>, given: Vec<(String, Outcome)>) -> Inventory {
    let mut inventory = Inventory::default();
    let mut collected = Collected::default();
    let expected = scanned.iter().map(|(_, outcome)| outcome.certificates.len()).sum();
    collected.reserve(expected);
    inventory.files.reserve(scanned.len());
    let (mut lists, mut keys) = (Vec::new(), Vec::new());
    for (path, outcome) in scanned {
        for found in outcome.certificates {
            collected.add(&path, found);
        }
        let requests = outcome.requests.into_iter();
        inventory
            .requests
            .extend(requests.map(|request| CertificateRequest { path: path.clone(), ..request }));
        lists.extend(outcome.lists.into_iter().map(|list| (path.clone(), list)));
        keys.extend(outcome.keys.into_iter().map(|key| (path.clone(), key)));
        for reason in outcome.reasons {
            inventory.unreadable.push(Unreadable { path: path.clone(), reason });
        }
        if let Some((size, sha256)) = outcome.file {
            inventory.files.push(ScannedFile { path, size, sha256 });
        }
    }
    let count = collected.facts.len();
    let mut roots: Vec<usize> = Vec::new();
    for found in given.into_iter().flat_map(|(_, outcome)| outcome.certificates) {
        let sha256 = found.parsed.facts.sha256.clone();
        if !collected.known.contains_key(&sha256) {
            collected.add("", found);
        }
        roots.extend(collected.known.get(&sha256));
    }
    inventory.roots = collected.facts.split_off(count);
    inventory.certificates = collected.facts;
    inventory.links = collected.links;
    inventory.given = roots;
    revoke(lists, &mut inventory);
    inventory.keys = key_files(keys, &inventory.certificates);
    for request in &mut inventory.requests {
        request.answered_by = with_key(&inventory.certificates, &request.key_sha256);
    }
    inventory
}

/// Takes in the revocation lists whose signature is not wrong.
fn revoke(lists: Vec<(String, ParsedList)>, inventory: &mut Inventory) {
    if lists.is_empty() {
        return;
    }
    let mut revocations = Vec::new();
    let nodes = nodes(&inventory.certificates, &inventory.roots, &inventory.links, &inventory.given);
    let mut rows = Vec::new();
    for (path, list) in lists {
        let state = list_state(&list, &nodes);
        for (index, node) in nodes.iter().enumerate().take(inventory.certificates.len()) {
            let is_of_list = state != ChainState::Wrong && node.links.issuer() == list.issuer_bytes;
            if let Some((at, reason)) = list.revoked.get(node.links.serial()).filter(|_| is_of_list) {
                let reason = reason.map(str::to_owned);
                revocations.push((index, Revocation { at: *at, reason, list: path.clone() }));
            }
        }
        rows.push(RevocationList {
            path,
            entries: list.revoked.len(),
            state,
            issuer: list.issuer,
            this_update: list.this_update,
            next_update: list.next_update,
            number: list.number,
            is_delta: list.is_delta,
            signature: list.signature.name.into_owned(),
        });
    }
    inventory.lists = rows;
    for (index, revocation) in revocations {
        if let Some(facts) = inventory.certificates.get_mut(index) {
            facts.revocation.get_or_insert(revocation);
        }
    }
}

/// Whether an issuer that is here signed the list.
fn list_state(list: &ParsedList, nodes: &[chain::Node<'_>]) -> ChainState {
    let issuers = nodes.iter().filter(|node| node.links.subject() == list.issuer_bytes);
    let outcomes: Vec<_> = issuers.map(|node| list.is_signed_by(node.links, node.facts)).collect();
    if outcomes.contains(&SignatureOutcome::Good) {
        ChainState::Verified
    } else if outcomes.is_empty() || outcomes.contains(&SignatureOutcome::NotCheckable) {
        ChainState::NotCheckable
    } else {
        ChainState::Wrong
    }
}

/// One row for each file and kind of key.
fn key_files(keys: Vec<(String, key::Key)>, certificates: &[Certificate]) -> Vec<KeyFile> {
    let mut files: Vec<KeyFile> = Vec::new();
    for (path, key) in keys {
        let matching = key.public_sha256.map(|sha256| with_key(certificates, &sha256)).unwrap_or_default();
        let same = files
            .iter_mut()
            .find(|file| file.path == path && file.kind == key.kind && file.encrypted == key.encrypted);
        match same {
            Some(file) => {
                file.certificates.extend(matching);
                file.certificates.sort_unstable();
                file.certificates.dedup();
            }
            None => {
                files.push(KeyFile {
                    path,
                    encrypted: key.encrypted,
                    kind: key.kind,
                    certificates: matching,
                });
            }
        }
    }
    files
}

/// Thumbprints of the certificates with this public key.
fn with_key(certificates: &[Certificate], key_sha256: &str) -> Vec<String> {
    let with_key = certificates.iter().filter(|certificate| certificate.key_sha256 == key_sha256);
    with_key.map(|certificate| certificate.sha1.clone()).collect()
}

#[cfg(all(test, feature = "pfx"))]
mod container_tests;
#[cfg(test)]
mod tests;
