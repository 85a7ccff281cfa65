//! Evidence that an auditor can check again: the report in all its forms, the policy, and the hashes of all that it was made
//! from, in one ZIP whose bytes depend on nothing else. The inputs themselves, and so private keys, are not in it.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read, Write};

use lyncert_rules::catalog::render_rules_page;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::model::{Input, Report, Timestamp, Tool};
use crate::render;

/// The version of `manifest.json`.
const SCHEMA: &str = "lyncert-evidence/1";
const MANIFEST: &str = "manifest.json";
const REPORT: &str = "report.json";
/// Folder of the policy files.
const POLICY: &str = "policy/";
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
    /// Name of the estate.
    pub estate: String,
    /// The time that it judges by.
    pub at: Timestamp,
    /// The files that the report was made from.
    pub inputs: Vec<Input>,
    /// The files of the evidence, but for this one.
    pub files: Vec<EvidenceFile>,
}

/// A file of the evidence.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct EvidenceFile {
    /// Its path in the ZIP.
    pub path: String,
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
}

/// What a report judges by is in it; what it was compared with is not.
fn without_baseline(report: &Report) -> Report {
    let mut report = Report { baseline: None, ..report.clone() };
    for finding in &mut report.findings {
        finding.change = None;
    }
    report
}

/// Writes the evidence of a report. `policies` are the policy files by name, in their order.
///
/// # Errors
///
/// A policy that holds a private key, and those of the sink.
pub fn write_evidence(
    report: &Report,
    policies: &[(String, Vec<u8>)],
    sink: &mut dyn Write,
) -> Result<(), EvidenceError> {
    let report = without_baseline(report);
    let mut files = render_files(&report)?;
    for (index, (name, bytes)) in policies.iter().enumerate() {
        let name = render::file_names([name.as_str()], "").concat();
        files.push((format!("{POLICY}{}-{name}", index + 1), bytes.clone()));
    }
    if let Some((path, _)) = files.iter().find(|(_, bytes)| has_private_key(bytes)) {
        return Err(EvidenceError::PrivateKey { path: path.clone() });
    }
    let manifest = EvidenceManifest {
        schema: SCHEMA.to_owned(),
        tool: report.tool.clone(),
        rules_sha256: rules_version(),
        estate: report.estate.clone(),
        at: report.at,
        inputs: report.inputs.clone(),
        files: files.iter().map(|(path, bytes)| evidence_file(path, bytes)).collect(),
    };
    let mut bytes = Vec::new();
    render::json::write(&manifest, &mut bytes)?;
    files.insert(0, (MANIFEST.to_owned(), bytes));
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (path, bytes) in &files {
        zip.start_file(path.as_str(), options).map_err(io::Error::other)?;
        zip.write_all(bytes)?;
    }
    sink.write_all(&zip.finish().map_err(io::Error::other)?.into_inner())?;
    Ok(())
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

fn has_private_key(bytes: &[u8]) -> bool {
    const PRIVATE_KEY_MARK: &[u8] = b"PRIVATE KEY-----";
    bytes.windows(PRIVATE_KEY_MARK.len()).any(|window| window == PRIVATE_KEY_MARK)
}

fn evidence_file(path: &str, bytes: &[u8]) -> EvidenceFile {
    EvidenceFile { path: path.to_owned(), sha256: sha256(bytes), size: bytes.len() as u64 }
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
            let name = file.path.strip_prefix(POLICY)?.split_once('-')?.1.to_owned();
            Some((name, files.get(&file.path)?.clone()))
        });
        Ok(Self { policies: policies.collect(), manifest, report, files })
    }

    /// Checks the evidence against itself: every hash, what the manifest says of the report, and that the report still looks
    /// as it did.
    pub fn check(&self) -> Vec<EvidenceCheck> {
        let is_same_version = self.is_same_version();
        vec![
            EvidenceCheck { what: "every file is as it was written".to_owned(), fault: self.hash_fault() },
            EvidenceCheck {
                what: "the manifest agrees with the report".to_owned(),
                fault: self.manifest_fault(),
            },
            EvidenceCheck {
                what: if is_same_version {
                    "the report looks the same when it is drawn again".to_owned()
                } else {
                    "the report was made by another version of lyncert or its rules, and is not drawn again"
                        .to_owned()
                },
                fault: if is_same_version { self.drawing_fault() } else { None },
            },
        ]
    }

    /// Whether this program has the version and the rules that the evidence was made with.
    pub fn is_same_version(&self) -> bool {
        self.manifest.tool.version == env!("CARGO_PKG_VERSION")
            && self.manifest.rules_sha256 == rules_version()
    }

    /// Compares a report that was made of the inputs again.
    pub fn check_again(&self, again: &Report) -> Vec<EvidenceCheck> {
        let inputs = |report: &Report| -> BTreeMap<String, String> {
            report
                .inputs
                .iter()
                .map(|input| (format!("{} {}", input.kind, input.path), input.sha256.clone()))
                .collect()
        };
        let (then, now) = (inputs(&self.report), inputs(again));
        let missing =
            then.keys().filter(|path| !now.contains_key(*path)).map(|path| format!("{path} is missing"));
        let changed = now.iter().filter_map(|(path, sha256)| match then.get(path) {
            None => Some(format!("{path} was not there")),
            Some(known) if known != sha256 => Some(format!("{path} was changed")),
            Some(_) => None,
        });
        let inputs: Vec<String> = missing.chain(changed).collect();
        let is_same = without_baseline(again) == self.report;
        vec![
            EvidenceCheck {
                what: "the inputs are those it was made from".to_owned(),
                fault: joined_faults(&inputs),
            },
            EvidenceCheck {
                what: "they give the same report again".to_owned(),
                fault: (!is_same).then(|| self.difference(again)),
            },
        ]
    }

    fn difference(&self, again: &Report) -> String {
        if !self.is_same_version() {
            return "it differs; this is another version of lyncert or its rules".to_owned();
        }
        let (then, now) = (&self.report.summary.verdict, &again.summary.verdict);
        if then == now { "it differs in details".to_owned() } else { format!("then: {then}; now: {now}") }
    }

    fn hash_fault(&self) -> Option<String> {
        let listed_files: BTreeMap<&str, &EvidenceFile> =
            self.manifest.files.iter().map(|file| (file.path.as_str(), file)).collect();
        let of_listed = self.manifest.files.iter().filter_map(|file| match self.files.get(&file.path) {
            None => Some(format!("{} is missing", file.path)),
            Some(bytes) if evidence_file(&file.path, bytes) != *file => {
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
        write_evidence(report, policies, &mut bytes).unwrap();
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
        let mut files = EvidencePack::read(bytes).unwrap().files;
        match content {
            Some(content) => files.insert(path.to_owned(), content.to_vec()),
            None => files.remove(path),
        };
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (path, bytes) in &files {
            zip.start_file(path.as_str(), SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
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
        let error = write_evidence(&plain_report(1), &policy, &mut Vec::new()).unwrap_err();
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
}
