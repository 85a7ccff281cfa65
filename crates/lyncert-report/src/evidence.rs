//! Evidence that an auditor can check again: the report in all its forms, the policy, and the hashes of all that it was made
//! from, in one ZIP whose bytes depend on nothing else: not on the system, the clock or the folder. The inputs themselves, and so
//! private keys, are not in it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Cursor, Read, Write};

use lyncert_rules::catalog::render_rules_page;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipArchive, ZipWriter};

use crate::model::{Input, Report, Timestamp, Tool};
use crate::render;

/// The version of `manifest.json`.
const SCHEMA: &str = "lyncert-evidence/1";
const MANIFEST: &str = "manifest.json";
const REPORT: &str = "report.json";
/// Folder of the policy files.
const POLICY: &str = "policy/";
/// The identity of this build, see build.rs.
const BUILD: &str = env!("LYNCERT_BUILD_SHA256");
/// Evidence has a dozen files.
const MAX_ENTRIES: usize = 100;
/// Unpacked bytes of all files.
const MAX_UNPACKED_SIZE: u64 = 1024 * 1024 * 1024;

/// `manifest.json`: what the evidence is about and made of.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct EvidenceManifest {
    /// `lyncert-evidence/1`.
    pub schema: String,
    /// What made it.
    pub tool: Tool,
    /// SHA-256 of the page of all rules and clauses: the version of the rules.
    pub rules_sha256: String,
    /// SHA-256 of the sources of the program: tables, rules, templates and all that draws. Empty in evidence of programs that did
    /// not say so yet, which are other builds.
    #[serde(default)]
    pub build_sha256: String,
    /// Name of the estate.
    pub estate: String,
    /// The time that it judges by.
    pub at: Timestamp,
    /// The files that the report was made from.
    pub inputs: Vec<Input>,
    /// Paths below the folder of certificates that the run wrote to itself, and left out for that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// The files of the evidence, but for this one.
    pub files: Vec<EvidenceFile>,
}

/// A file of the evidence.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct EvidenceFile {
    /// Its path in the ZIP.
    pub path: String,
    /// What a policy file was called, which may be more than a path in a ZIP can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
}

/// Evidence that was read.
#[derive(Clone, Debug)]
pub struct EvidencePack {
    /// What it says of itself.
    pub manifest: EvidenceManifest,
    /// The report in it.
    pub report: Report,
    /// The policy files in it, by name, in their order.
    pub policies: Vec<(String, Vec<u8>)>,
    files: BTreeMap<String, Vec<u8>>,
    /// Whether the ZIP is to the byte what lyncert makes of these files.
    is_as_written: bool,
}

/// Why evidence cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvidenceError {
    /// Nothing that looks like a private key gets in.
    #[error("`{path}` holds a private key; expected a policy without one")]
    PrivateKey {
        /// The file.
        path: String,
    },
    /// It is no ZIP, or not one that lyncert made.
    #[error("it is no evidence of lyncert: {0}")]
    NoEvidence(String),
    /// The sink failed.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// One thing that was checked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EvidenceCheck {
    /// What was checked, in words.
    pub what: String,
    /// What is wrong; `None`: nothing.
    pub fault: Option<String>,
    /// Why it could not be checked, which is no fault of the evidence; `None`: it was.
    pub skipped: Option<String>,
}

impl EvidenceCheck {
    fn new(what: &str, fault: Option<String>) -> Self {
        Self { what: what.to_owned(), fault, skipped: None }
    }

    /// A check whose outcome says nothing of evidence that another build made.
    fn of_build(what: &str, is_same_build: bool, fault: impl FnOnce() -> Option<String>) -> Self {
        let fault = fault();
        if is_same_build || fault.is_none() {
            return Self::new(what, fault);
        }
        let skipped = format!("made by another build of lyncert; {}", fault.unwrap_or_default());
        Self { what: what.to_owned(), fault: None, skipped: Some(skipped) }
    }
}

/// What a report judges by is in it; what it was compared with is not.
fn without_baseline(report: &Report) -> Report {
    let mut report = Report { baseline: None, ..report.clone() };
    for finding in &mut report.findings {
        finding.change = None;
    }
    report
}

/// Writes the evidence of a report. `policies` are the policy files by name, in their order; `left_out` are the paths below the
/// folder of certificates that the run wrote to itself.
///
/// # Errors
///
/// A policy that holds a private key, and those of the sink.
pub fn write_evidence(
    report: &Report,
    policies: &[(String, Vec<u8>)],
    left_out: &[String],
    sink: &mut dyn Write,
) -> Result<(), EvidenceError> {
    check_policies(policies)?;
    let report = without_baseline(report);
    let mut files = render_files(&report)?;
    let mut listed: Vec<EvidenceFile> =
        files.iter().map(|(path, bytes)| evidence_file(path, bytes)).collect();
    for (index, (name, bytes)) in policies.iter().enumerate() {
        let path = policy_path(index, name);
        listed.push(EvidenceFile { name: Some(name.clone()), ..evidence_file(&path, bytes) });
        files.push((path, bytes.clone()));
    }
    let manifest = EvidenceManifest {
        schema: SCHEMA.to_owned(),
        tool: report.tool.clone(),
        rules_sha256: rules_version(),
        build_sha256: BUILD.to_owned(),
        estate: report.estate.clone(),
        at: report.at,
        inputs: report.inputs.clone(),
        left_out: left_out.to_vec(),
        files: listed,
    };
    let mut bytes = Vec::new();
    render::json::write(&manifest, &mut bytes)?;
    files.insert(0, (MANIFEST.to_owned(), bytes));
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
    sink.write_all(&zip_of(&files)?)?;
    Ok(())
}

/// Checks that no policy holds a private key: policies are the only files of evidence that people write. A name that merely looks
/// like the end of one is none.
///
/// # Errors
///
/// The first policy that does.
pub fn check_policies(policies: &[(String, Vec<u8>)]) -> Result<(), EvidenceError> {
    match policies.iter().enumerate().find(|(_, (_, bytes))| has_private_key(bytes)) {
        Some((index, (name, _))) => Err(EvidenceError::PrivateKey { path: policy_path(index, name) }),
        None => Ok(()),
    }
}

/// Where a policy is in the ZIP.
fn policy_path(index: usize, name: &str) -> String {
    format!("{POLICY}{}-{}", index + 1, render::file_names([name], "").concat())
}

/// Whether the first bytes of a file are those of evidence: a ZIP with the manifest in front.
pub fn looks_like_evidence(head: &[u8]) -> bool {
    /// Where the name of a ZIP's first file is.
    const NAME_AT: usize = 30;
    head.starts_with(b"PK\x03\x04")
        && head.get(NAME_AT..).is_some_and(|rest| rest.starts_with(MANIFEST.as_bytes()))
}

/// A ZIP of files in this order. All that a system could add is fixed: the time, the permissions, the system itself.
fn zip_of(files: &[(&str, &[u8])]) -> io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
        .system(System::Unix);
    for (path, bytes) in files {
        zip.start_file(*path, options).map_err(io::Error::other)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish().map_err(io::Error::other)?.into_inner())
}

/// The report in all forms that depend on nothing else.
fn render_files(report: &Report) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    let formats = render::FORMATS.iter().filter(|format| format.in_evidence);
    for (path, write) in formats.flat_map(|format| format.files) {
        let mut bytes = Vec::new();
        write(report, &mut bytes)?;
        files.push(((*path).to_owned(), bytes));
    }
    // What all others can be drawn from comes first.
    files.sort_by_key(|(path, _)| path != REPORT);
    Ok(files)
}

/// A line that begins a key, whatever stands before and after it.
fn has_private_key(bytes: &[u8]) -> bool {
    let is_start = |line: &str| {
        let label = line.split_once("-----BEGIN ").and_then(|(_, rest)| rest.split_once("-----"));
        label.is_some_and(|(label, _)| label.ends_with("PRIVATE KEY"))
    };
    String::from_utf8_lossy(bytes).lines().any(is_start)
}

fn evidence_file(path: &str, bytes: &[u8]) -> EvidenceFile {
    EvidenceFile { path: path.to_owned(), name: None, sha256: sha256(bytes), size: bytes.len() as u64 }
}

fn sha256(bytes: &[u8]) -> String {
    data_encoding::HEXUPPER.encode(&Sha256::digest(bytes))
}

fn rules_version() -> String {
    sha256(render_rules_page().as_bytes())
}

impl EvidencePack {
    /// Reads evidence, without believing what it says.
    ///
    /// # Errors
    ///
    /// Bytes that are no evidence at all.
    pub fn read(bytes: &[u8]) -> Result<Self, EvidenceError> {
        let none = |reason: String| EvidenceError::NoEvidence(reason);
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| none(error.to_string()))?;
        if archive.len() > MAX_ENTRIES {
            return Err(none(format!("it has {} files; the limit is {MAX_ENTRIES}", archive.len())));
        }
        let (mut files, mut left) = (BTreeMap::new(), MAX_UNPACKED_SIZE);
        for index in 0..archive.len() {
            let entry = archive.by_index(index).map_err(|error| none(error.to_string()))?;
            let path =
                entry.name().map_or_else(|_| format!("number {}", index + 1), |name| name.into_owned());
            let mut bytes = Vec::new();
            let read = entry.take(left.saturating_add(1)).read_to_end(&mut bytes);
            read.map_err(|error| none(format!("`{path}` cannot be unpacked: {error}")))?;
            left = left
                .checked_sub(bytes.len() as u64)
                .ok_or_else(|| none(format!("it unpacks to more than {MAX_UNPACKED_SIZE} bytes")))?;
            if files.insert(path.clone(), bytes).is_some() {
                return Err(none(format!("`{path}` stands in it twice")));
            }
        }
        let manifest: EvidenceManifest = parsed(&files, MANIFEST)?;
        if manifest.schema != SCHEMA {
            return Err(none(format!("it has the schema `{}`; expected `{SCHEMA}`", manifest.schema)));
        }
        let report =
            Report::read(entry(&files, REPORT)?).map_err(|error| none(format!("`{REPORT}` {error}")))?;
        let policies = manifest.files.iter().filter_map(|file| {
            let plain = file.path.strip_prefix(POLICY)?.split_once('-')?.1;
            let name = file.name.clone().unwrap_or_else(|| plain.to_owned());
            Some((name, files.get(&file.path)?.clone()))
        });
        let policies = policies.collect();
        let is_as_written = zip_of(&in_order(&manifest, &files)).is_ok_and(|again| again == bytes);
        Ok(Self { policies, manifest, report, files, is_as_written })
    }

    /// Checks the evidence against itself: every hash, the ZIP's own bytes, what the manifest says of the report, and that the
    /// report still looks as it did. What another build may do otherwise is no fault of its evidence.
    pub fn check(&self) -> Vec<EvidenceCheck> {
        let is_same = self.is_same_build();
        let zip_fault = || {
            (!self.is_as_written)
                .then(|| "its order, names or bytes are not those that lyncert writes".to_owned())
        };
        vec![
            EvidenceCheck::new("every file is as it was written", self.hash_fault()),
            EvidenceCheck::of_build("the archive holds nothing else", is_same, zip_fault),
            EvidenceCheck::new("the manifest agrees with the report", self.manifest_fault()),
            EvidenceCheck::of_build("the report looks the same when it is drawn again", is_same, || {
                self.drawing_fault()
            }),
        ]
    }

    /// Whether this program is the build that the evidence was made with: of the same version, rules and sources.
    pub fn is_same_build(&self) -> bool {
        self.manifest.tool.version == env!("CARGO_PKG_VERSION")
            && self.manifest.rules_sha256 == rules_version()
            && self.manifest.build_sha256 == BUILD
    }

    /// Compares a report that was made of the inputs again.
    pub fn check_again(&self, again: &Report) -> Vec<EvidenceCheck> {
        let is_same = without_baseline(again) == self.report;
        vec![
            EvidenceCheck::new("the inputs are those it was made from", self.input_fault(again)),
            EvidenceCheck::of_build("they give the same report again", self.is_same_build(), || {
                (!is_same).then(|| self.difference(again))
            }),
        ]
    }

    /// Which inputs are missing, were changed, or were not there. Several can have the same name.
    fn input_fault(&self, again: &Report) -> Option<String> {
        let (then, now) = (inputs_of(&self.report), inputs_of(again));
        let names: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
        let faults = names.into_iter().filter_map(|name| match (then.get(name), now.get(name)) {
            (Some(then), Some(now)) if then == now => None,
            (Some(_), Some(_)) => Some(format!("{name} was changed")),
            (Some(_), None) => Some(format!("{name} is missing")),
            (None, _) => Some(format!("{name} was not there")),
        });
        joined_faults(&faults.collect::<Vec<_>>())
    }

    fn difference(&self, again: &Report) -> String {
        let (then, now) = (&self.report.summary.verdict, &again.summary.verdict);
        let said = if then == now {
            "it differs in details".to_owned()
        } else {
            format!("then: {then}; now: {now}")
        };
        // An archive whose password is not given this time, for example.
        let unread = again.unreadable.iter().filter(|row| !self.report.unreadable.contains(row));
        match joined_faults(&unread.map(|row| format!("{} {}", row.path, row.reason)).collect::<Vec<_>>()) {
            Some(unread) => format!("{said}; read then and not now: {unread}"),
            None => said,
        }
    }

    fn hash_fault(&self) -> Option<String> {
        let listed_files: BTreeMap<&str, &EvidenceFile> =
            self.manifest.files.iter().map(|file| (file.path.as_str(), file)).collect();
        let of_listed = self.manifest.files.iter().filter_map(|file| match self.files.get(&file.path) {
            None => Some(format!("{} is missing", file.path)),
            Some(bytes)
                if (EvidenceFile { name: file.name.clone(), ..evidence_file(&file.path, bytes) })
                    != *file =>
            {
                Some(format!("{} was changed", file.path))
            }
            Some(_) => None,
        });
        let added = self
            .files
            .keys()
            .filter(|path| *path != MANIFEST && !listed_files.contains_key(path.as_str()))
            .map(|path| format!("{path} was added"));
        joined_faults(&of_listed.chain(added).collect::<Vec<_>>())
    }

    fn manifest_fault(&self) -> Option<String> {
        let (manifest, report) = (&self.manifest, &self.report);
        let faults: Vec<String> = [
            ("the tool", manifest.tool == report.tool),
            ("the estate", manifest.estate == report.estate),
            ("the time", manifest.at == report.at),
            ("the inputs", manifest.inputs == report.inputs),
        ]
        .into_iter()
        .filter(|(_, is_same)| !is_same)
        .map(|(what, _)| format!("{what} differs"))
        .collect();
        joined_faults(&faults)
    }

    fn drawing_fault(&self) -> Option<String> {
        let Ok(rendered) = render_files(&self.report) else { return Some("it cannot be drawn".to_owned()) };
        let differs = rendered.iter().filter(|(path, bytes)| self.files.get(path) != Some(bytes));
        joined_faults(&differs.map(|(path, _)| format!("{path} differs")).collect::<Vec<_>>())
    }
}

/// The files as they stand in the ZIP: the manifest, what it lists, and what it does not.
fn in_order<'a>(
    manifest: &'a EvidenceManifest,
    files: &'a BTreeMap<String, Vec<u8>>,
) -> Vec<(&'a str, &'a [u8])> {
    let listed = std::iter::once(MANIFEST).chain(manifest.files.iter().map(|file| file.path.as_str()));
    let mut paths: Vec<&str> = listed.filter(|path| files.contains_key(*path)).collect();
    let known: BTreeSet<&str> = paths.iter().copied().collect();
    paths.extend(files.keys().map(String::as_str).filter(|path| !known.contains(path)));
    paths.into_iter().filter_map(|path| Some((path, files.get(path)?.as_slice()))).collect()
}

/// The hashes of a report's inputs by kind and name.
fn inputs_of(report: &Report) -> BTreeMap<String, Vec<&str>> {
    let mut inputs: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for input in &report.inputs {
        inputs.entry(format!("{} {}", input.kind, input.path)).or_default().push(&input.sha256);
    }
    for hashes in inputs.values_mut() {
        hashes.sort_unstable();
    }
    inputs
}

fn parsed<T: for<'de> Deserialize<'de>>(
    files: &BTreeMap<String, Vec<u8>>,
    path: &str,
) -> Result<T, EvidenceError> {
    serde_json::from_slice(entry(files, path)?)
        .map_err(|error| EvidenceError::NoEvidence(format!("`{path}`: {error}")))
}

fn entry<'a>(files: &'a BTreeMap<String, Vec<u8>>, path: &str) -> Result<&'a [u8], EvidenceError> {
    let bytes = files.get(path).map(Vec::as_slice);
    bytes.ok_or_else(|| EvidenceError::NoEvidence(format!("`{path}` is not in it")))
}

/// Faults in one sentence; none where there are none.
fn joined_faults(faults: &[String]) -> Option<String> {
    const SHOWN: usize = 5;
    let shown = faults.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    match faults.len() {
        0 => None,
        count if count > SHOWN => Some(format!("{shown} and {} more", count - SHOWN)),
        _ => Some(shown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::testing::{hostile_report, plain_report};

    fn pack(report: &Report, policies: &[(String, Vec<u8>)]) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_evidence(report, policies, &[], &mut bytes).unwrap();
        bytes
    }

    fn policy() -> Vec<(String, Vec<u8>)> {
        vec![("lyncert.toml".to_owned(), b"[facts]\n".to_vec())]
    }

    fn faults(bytes: &[u8]) -> Vec<String> {
        let checks = EvidencePack::read(bytes).unwrap().check();
        checks.into_iter().filter_map(|check| check.fault).collect()
    }

    /// The same evidence with one file changed, added or removed, and the manifest as it was.
    fn tampered(bytes: &[u8], path: &str, content: Option<&[u8]>) -> Vec<u8> {
        let mut pack = EvidencePack::read(bytes).unwrap();
        match content {
            Some(content) => pack.files.insert(path.to_owned(), content.to_vec()),
            None => pack.files.remove(path),
        };
        zip_of(&in_order(&pack.manifest, &pack.files)).unwrap()
    }

    #[test]
    fn evidence_is_the_same_bytes_every_time_and_checks_itself() {
        for report in [plain_report(2), hostile_report()] {
            let bytes = pack(&report, &policy());
            assert_eq!(bytes, pack(&report, &policy()));
            assert_eq!(faults(&bytes), [""; 0]);
            let read = EvidencePack::read(&bytes).unwrap();
            assert_eq!(read.policies, policy());
            assert!(read.check_again(&report).iter().all(|check| check.fault.is_none()));
        }
    }

    #[test]
    fn whatever_is_changed_is_told() {
        let bytes = pack(&plain_report(1), &policy());
        let html = tampered(&bytes, "report.html", Some(b"<p>All is well</p>"));
        assert_eq!(faults(&html), ["report.html was changed", "report.html differs"]);
        assert_eq!(faults(&tampered(&bytes, "extra.txt", Some(b"x"))), ["extra.txt was added"]);
        assert_eq!(
            faults(&tampered(&bytes, "policy/1-lyncert.toml", None)),
            ["policy/1-lyncert.toml is missing"]
        );
        let mut report = plain_report(1);
        report.at = time::macros::datetime!(2027-01-01 00:00:00 UTC).into();
        let mut json = Vec::new();
        render::json::write(&report, &mut json).unwrap();
        let told = faults(&tampered(&bytes, "report.json", Some(&json)));
        assert_eq!(told[..2], ["report.json was changed", "the time differs"]);
    }

    #[test]
    fn other_inputs_and_another_outcome_are_told() {
        let read = EvidencePack::read(&pack(&plain_report(1), &[])).unwrap();
        let mut again = plain_report(1);
        again.inputs[0].sha256 = "CD".repeat(32);
        again.summary.verdict = "All is well".to_owned();
        let told: Vec<String> =
            read.check_again(&again).into_iter().filter_map(|check| check.fault).collect();
        assert_eq!(told[0], "topology topology.tbxml was changed");
        assert!(told[1].ends_with("now: All is well"), "{told:?}");
    }

    #[test]
    fn a_private_key_does_not_get_in() {
        let policy = [("lyncert.toml".to_owned(), b"# -----BEGIN PRIVATE KEY-----\n".to_vec())];
        let error = write_evidence(&plain_report(1), &policy, &[], &mut Vec::new()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`policy/1-lyncert.toml` holds a private key; expected a policy without one"
        );
    }

    #[test]
    fn other_bytes_are_no_evidence() {
        for bytes in [&b""[..], b"PK\x05\x06", b"hello"] {
            assert!(EvidencePack::read(bytes).is_err());
        }
        let bytes = pack(&plain_report(1), &[]);
        for length in (0..bytes.len()).step_by(97) {
            assert!(EvidencePack::read(&bytes[..length]).is_err());
        }
        assert!(EvidencePack::read(&tampered(&bytes, "manifest.json", None)).is_err());
    }

    #[test]
    fn whatever_is_done_to_the_archive_itself_is_told() {
        const FAULT: &str = "its order, names or bytes are not those that lyncert writes";
        let bytes = pack(&plain_report(1), &policy());
        let read = EvidencePack::read(&bytes).unwrap();
        let mut files = in_order(&read.manifest, &read.files);
        files.swap(1, 2);
        let stored = |comment: &str| {
            let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
            zip.set_comment(comment).unwrap();
            for (path, bytes) in in_order(&read.manifest, &read.files) {
                let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
                zip.start_file(path, options).unwrap();
                zip.write_all(bytes).unwrap();
            }
            zip.finish().unwrap().into_inner()
        };
        let mut with_comment = bytes.clone();
        let length = with_comment.len();
        with_comment[length - 2] = 5;
        with_comment.extend(b"hello");
        for changed in [zip_of(&files).unwrap(), [b"MZ", &bytes[..]].concat(), with_comment, stored("")] {
            // What is no evidence any more is refused in whole.
            if EvidencePack::read(&changed).is_ok() {
                assert_eq!(faults(&changed), [FAULT]);
            }
        }
        assert_eq!(faults(&zip_of(&files).unwrap()), [FAULT], "another order");
    }

    #[test]
    fn evidence_of_another_build_is_told_apart_from_a_changed_one() {
        let bytes = pack(&plain_report(1), &policy());
        let mut manifest = EvidencePack::read(&bytes).unwrap().manifest;
        manifest.build_sha256 = "AB".repeat(32);
        let page = b"<p>drawn otherwise</p>";
        for file in &mut manifest.files {
            if file.path == "report.html" {
                *file = evidence_file("report.html", page);
            }
        }
        let mut json = Vec::new();
        render::json::write(&manifest, &mut json).unwrap();
        let older = tampered(&tampered(&bytes, "report.html", Some(page)), MANIFEST, Some(&json));
        let read = EvidencePack::read(&older).unwrap();
        assert!(!read.is_same_build());
        let skipped: Vec<String> = read.check().into_iter().filter_map(|check| check.skipped).collect();
        assert_eq!(skipped, ["made by another build of lyncert; report.html differs"]);
        assert_eq!(faults(&older), [""; 0], "it is honest");
        let changed = tampered(&older, "findings.csv", Some(b"nothing"));
        assert_eq!(faults(&changed), ["findings.csv was changed"], "its hashes still count");
    }

    #[test]
    fn policies_keep_their_names_whatever_they_are() {
        let names = ["my policy (1).toml", "Größe.toml", "a\u{202E}b.toml", "same.toml", "same.toml", ""];
        let policies: Vec<_> = names.iter().map(|name| ((*name).to_owned(), b"[facts]\n".to_vec())).collect();
        let bytes = pack(&plain_report(1), &policies);
        assert_eq!(EvidencePack::read(&bytes).unwrap().policies, policies);
        assert_eq!(faults(&bytes), [""; 0]);
    }

    #[test]
    fn a_name_that_looks_like_a_key_is_none() {
        let policy = [("x PRIVATE KEY-----.toml".to_owned(), b"# x PRIVATE KEY-----.txt\n".to_vec())];
        let mut report = plain_report(1);
        report.estate = "-----BEGIN PRIVATE KEY-----".to_owned();
        assert_eq!(faults(&pack(&report, &policy)), [""; 0]);
    }

    #[test]
    fn the_system_is_not_in_the_archive() {
        let bytes = pack(&plain_report(1), &policy());
        let central = bytes.windows(4).enumerate().filter(|(_, window)| window == b"PK\x01\x02");
        let systems: Vec<u8> = central.map(|(at, _)| bytes[at + 5]).collect();
        assert!(!systems.is_empty() && systems.iter().all(|system| *system == 3), "{systems:?}");
    }
}
