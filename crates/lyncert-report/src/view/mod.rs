//! From results to the views that writers show.

mod changes;
mod check;
mod collections;
mod diff;
mod doctor;
mod explanation;
mod forecast;
mod index;
mod inventory;
mod looking;
mod outlook;
mod plan;
mod policy;
mod provenance;
mod replacements;
mod report;
mod scope;
mod sources;
mod summary;
mod topology;
mod unjudged;
mod verdict;
mod waivers;

use lyncert_ingest::deployment::Deployment;
use lyncert_rules::facts::Facts;
use lyncert_rules::policy::Policy;
use time::OffsetDateTime;

use crate::model::InputKind;
use crate::scan::IgnoredPath;

pub use check::Trials;
pub use index::deadlines;

/// What a report is made from, besides certificates and their assessment.
#[derive(Clone, Copy, Debug)]
pub struct ReportInput<'a> {
    /// Name of the estate.
    pub name: &'a str,
    /// The topology, from one or several documents.
    pub deployment: &'a Deployment,
    /// The operator's facts.
    pub facts: &'a Facts,
    /// The operator's decisions.
    pub policy: &'a Policy,
    /// Files that are left aside.
    pub ignored: &'a [IgnoredPath],
    /// Name of the policy file.
    pub policy_file: Option<&'a str>,
    /// Where each policy file was found.
    pub policy_places: &'a [String],
    /// Policy files that lie there and do not hold.
    pub policies_forbidden: &'a [String],
    /// The topology and policy files.
    pub inputs: &'a [InputFile],
    /// The time to judge by.
    pub at: OffsetDateTime,
}

/// A file that was read before the folder was scanned.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InputFile {
    /// Name of the file, without its folder.
    pub name: String,
    /// SHA-256 of its bytes, in upper-case hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
    /// What it is to the report.
    pub kind: InputKind,
}

impl InputFile {
    /// The entry for a file with these bytes.
    pub fn new(name: impl Into<String>, kind: InputKind, bytes: &[u8]) -> Self {
        Self { name: name.into(), sha256: sha256_of(bytes), size: bytes.len() as u64, kind }
    }
}

/// SHA-256 of all that can be read, in upper-case hexadecimal.
///
/// # Errors
///
/// Those of the reader.
pub fn sha256_of_all(mut reader: impl std::io::Read) -> std::io::Result<String> {
    let mut hash = RunningSha256::default();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => hash.update(buffer.get(..length).unwrap_or_default()),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(hash.finish())
}

/// SHA-256 of what is met piece by piece.
#[derive(Clone, Debug, Default)]
pub struct RunningSha256(sha2::Sha256);

impl RunningSha256 {
    /// Takes in the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        sha2::Digest::update(&mut self.0, piece);
    }

    /// The hash of all pieces, in upper-case hexadecimal.
    pub fn finish(self) -> String {
        data_encoding::HEXUPPER.encode(&sha2::Digest::finalize(self.0))
    }
}

/// SHA-256 in upper-case hexadecimal.
pub fn sha256_of(bytes: &[u8]) -> String {
    use sha2::Digest;
    data_encoding::HEXUPPER.encode(&sha2::Sha256::digest(bytes))
}
