//! A certificate before it is installed, a request before it is sent.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schema::CHECK_SCHEMA;
use super::{
    CaKind, ChainRow, CheckKind, Fits, HolderRef, KeyView, NameStatus, Need, Severity, SourceRef, TakenFor,
    Timestamp, Tool, UnreadableRow, Usage,
};

/// What `lyncert check` prints.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct CheckView {
    /// `lyncert-check/1`.
    #[schemars(extend("const" = CHECK_SCHEMA))]
    pub schema: String,
    /// What made it.
    pub tool: Tool,
    /// The time that it judges by.
    pub at: Timestamp,
    /// The estates that the files were held against.
    pub estates: Vec<String>,
    /// Each certificate of a server or service and each request, by file, with what it would be for.
    pub files: Vec<CheckRow>,
    /// How many of them would do, with warnings or without.
    pub fitting: usize,
    /// Files that hold neither, with the reason.
    pub others: Vec<UnreadableRow>,
}

/// A certificate or request in the place that it fits best.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct CheckRow {
    /// The file as it was given; what lies in a folder or archive with its path there.
    pub path: String,
    /// Further files with the same certificate.
    pub also_in: Vec<String>,
    /// What it is.
    pub kind: CheckKind,
    /// Whether it would do.
    pub fits: Fits,
    /// Id of the order, in `orders` of a plan or report, that it would answer; `null` where it could be for nothing.
    pub requirement: Option<String>,
    /// Ids of the requirements that it would meet, in `requirements` of a plan or report.
    pub requirements: Vec<String>,
    /// The estate of the requirement.
    pub estate: Option<String>,
    /// The holder in words; empty where it could be for nothing.
    pub holder: String,
    /// The same as data.
    pub holder_ref: Option<HolderRef>,
    /// The usages that it would be for.
    pub usages: Vec<Usage>,
    /// How it is known that it would be for that.
    pub taken_for: Option<TakenFor>,
    /// Other holders that it would do for as well, in words.
    pub also_fits: Vec<String>,
    /// Subject.
    pub subject: String,
    /// The subject that is expected.
    pub expected_subject: Option<String>,
    /// SHA-1 thumbprint; `null` for requests.
    pub sha1: Option<String>,
    /// First valid second; `null` for requests.
    pub not_before: Option<Timestamp>,
    /// Last valid second; `null` for requests.
    pub not_after: Option<Timestamp>,
    /// The public key.
    pub key: KeyView,
    /// Signature algorithm.
    pub signature_algorithm: String,
    /// Extended key usages that it has or asks for; `null` where it says nothing of them.
    pub eku: Option<Vec<String>>,
    /// What kind of CA issued it; of a request, the kind of CA that it should go to.
    pub ca_kind: CaKind,
    /// Its chain, as far as the files show it; `null` for requests.
    pub chain: Option<ChainRow>,
    /// Thumbprints of the certificates that answer a request.
    pub answered_by: Vec<String>,
    /// Octets of the subject alternative name that a request asks for; `null` for certificates.
    pub san_octets: Option<usize>,
    /// Every name that is needed there, and how it has it.
    pub names: Vec<CheckedName>,
    /// The required and recommended names that it lacks.
    pub missing: Vec<String>,
    /// Its names that nothing there needs.
    pub not_needed: Vec<String>,
    /// What an audit would say of it there, worst first.
    pub findings: Vec<CheckFinding>,
    /// What a CA would refuse of a request, whatever it is for.
    pub refusals: Vec<RefusalRow>,
    /// What to do, in one sentence.
    pub advice: String,
    /// The cmdlet line that assigns it; `null` where none does, or where it would not do.
    pub command: Option<String>,
}

/// A name that is needed, and how a certificate has it.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct CheckedName {
    /// The name.
    pub name: String,
    /// How much it is needed.
    pub need: Need,
    /// The clause of the catalog.
    pub clause: String,
    /// How the certificate has it.
    pub status: NameStatus,
    /// The entry that covers it.
    pub covered_by: Option<String>,
}

/// What a rule says of a certificate or request; the fields are those of a report's findings.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct CheckFinding {
    /// Rule id.
    pub rule: String,
    /// Clause of the catalog.
    pub clause: Option<String>,
    /// How bad it is.
    pub severity: Severity,
    /// Usages concerned.
    pub usages: Vec<Usage>,
    /// The name concerned.
    pub name: Option<String>,
    /// The statement.
    pub message: String,
    /// What was expected.
    pub expected: String,
    /// The reasons that the policy gives for it, in the words of people; the sentence ends before them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policy_reasons: Vec<String>,
    /// What was found.
    pub found: String,
    /// What users notice.
    pub consequence: String,
    /// What to do.
    pub remedy: String,
    /// The documents that say so.
    pub sources: Vec<SourceRef>,
    /// Whether a waiver of the policy covers it, so that it does not count.
    pub waived: bool,
}

/// What a CA refuses of a request.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct RefusalRow {
    /// How bad that is.
    pub severity: Severity,
    /// What, in one sentence.
    pub text: String,
}
