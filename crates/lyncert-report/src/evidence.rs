//! Evidence that an auditor can check again: the report in all its forms, the policy, and the hashes of all that it was made
//! from, in one ZIP whose bytes depend on nothing else: not on the system, the clock or the folder. The inputs themselves, and so
//! private keys, are not in it.

mod archive;
mod check;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read, Write};

use lyncert_rules::catalog::render_pages;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use zip::ZipArchive;

use self::archive::{in_order, zip_of};
use crate::model::{EVIDENCE_SCHEMA, Input, Report, Timestamp, Tool};
use crate::render;
use crate::view::sha256_of;

pub use self::archive::looks_like_evidence;
pub use self::check::{EvidenceCheck, MadeBy};

/// The version of `manifest.json`.
const SCHEMA: &str = EVIDENCE_SCHEMA;
const MANIFEST: &str = "manifest.json";
const REPORT: &str = "report.json";
/// Folder of the policy files.
const POLICY: &str = "policy/";
/// The identity of this build: the SHA-256 of all sources that decide what a report says and how it looks, see build/identity.rs.
pub const BUILD_SHA256: &str = env!("LYNCERT_BUILD_SHA256");
/// Evidence has a dozen files.
const MAX_ENTRIES: usize = 100;
/// Unpacked bytes of all files.
const MAX_UNPACKED_SIZE: u64 = 1024 * 1024 * 1024;

/// `manifest.json`: what the evidence is about and made of.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct EvidenceManifest {
    /// `lyncert-evidence/1`.
    #[schemars(extend("const" = EVIDENCE_SCHEMA))]
    pub schema: String,
    /// What made it.
    pub tool: Tool,
    /// SHA-256 of the page of all rules and clauses: the version of the rules.
    pub rules_sha256: String,
    /// SHA-256 of the sources of the program: tables, rules, templates and all that reads, judges and draws. Programs before version
    /// 0.1.0 did not all say so; every one since does.
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
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
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
        build_sha256: BUILD_SHA256.to_owned(),
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
    EvidenceFile { path: path.to_owned(), name: None, sha256: sha256_of(bytes), size: bytes.len() as u64 }
}

fn rules_version() -> String {
    sha256_of(render_pages().map(|(_, page)| page).concat().as_bytes())
}

impl EvidencePack {
    /// Reads evidence, without believing what it says.
    ///
    /// # Errors
    ///
    /// Bytes that are no evidence at all.
    pub fn read(bytes: &[u8]) -> Result<Self, EvidenceError> {
        let none = |reason: String| EvidenceError::NoEvidence(reason);
        // A reader of ZIPs looks for the end and passes over what stands in front.
        if !bytes.starts_with(b"PK\x03\x04") {
            return Err(none("it does not begin as a ZIP file".to_owned()));
        }
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
