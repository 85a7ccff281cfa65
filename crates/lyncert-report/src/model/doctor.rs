//! From a code or message to what may be wrong.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schema::DOCTOR_SCHEMA;
use super::words::{CauseAnswer, CauseKind, RuleLook, SightingKind};
use super::{FindingRow, HolderRef, ScopeRow, SourceRef, Tool};

/// `lyncert doctor --format json`.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct DoctorView {
    /// `lyncert-doctor/1`.
    #[schemars(extend("const" = DOCTOR_SCHEMA))]
    pub schema: String,
    /// The program.
    pub tool: Tool,
    /// What was asked; of a text that was read, the name of its file, or `-`.
    pub query: String,
    /// Name of the estate that was looked at; `null` without one.
    pub estate: Option<String>,
    /// What was judged of it, where not all was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<ScopeRow>,
    /// Which of its holders have certificates here; `null` without an estate.
    #[serde(default)]
    pub holders: Option<HolderCoverage>,
    /// What the codes and messages can mean, in the order in which the text has them.
    pub symptoms: Vec<SymptomRow>,
    /// Codes of the text that are not known.
    #[serde(default)]
    pub unknown: Vec<UnknownRow>,
    /// How many further codes are not known.
    #[serde(default)]
    pub unknown_left_out: usize,
}

/// Which holders have certificates.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct HolderCoverage {
    /// How many holders there are.
    pub total: usize,
    /// Those without any certificate here, in words.
    pub without_certificate: Vec<String>,
    /// The same as data.
    pub without_certificate_refs: Vec<HolderRef>,
    /// Those of which some certificates are here and others are not, in words.
    pub incomplete: Vec<String>,
    /// The same as data.
    pub incomplete_refs: Vec<HolderRef>,
}

impl HolderCoverage {
    /// How many have none, and how many not all, without a list.
    pub fn sentence(&self) -> String {
        let total = self.total;
        let none = match self.without_certificate.len() {
            0 if self.incomplete.is_empty() => return "every holder has its certificates here".to_owned(),
            0 => String::new(),
            1 => format!("1 of {total} holders has no certificate here"),
            without => format!("{without} of {total} holders have no certificate here"),
        };
        let some = match self.incomplete.len() {
            0 => return none,
            1 => format!("1 of {total} has not all of its certificates here"),
            incomplete => format!("{incomplete} of {total} have not all of their certificates here"),
        };
        if none.is_empty() { some } else { format!("{none}, {some}") }
    }
}

/// One thing that it can mean.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct SymptomRow {
    /// What it means.
    pub meaning: String,
    /// What of the text shows it.
    #[serde(default)]
    pub seen: Vec<SeenRow>,
    /// All codes of it, and their names.
    pub codes: Vec<String>,
    /// Where its cause lies.
    #[serde(default)]
    pub cause: Option<CauseKind>,
    /// The rules that find its cause in certificates, each with what it finds.
    pub rules: Vec<(String, String)>,
    /// The clauses that speak of it, each with what it says.
    #[serde(default)]
    pub clauses: Vec<(String, String)>,
    /// What to look at on the server.
    pub advice: String,
    /// The document: title and URL in one text.
    pub source: String,
    /// All documents as data.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
    /// Whether the estate has it; `null` without one.
    #[serde(default)]
    pub answer: Option<CauseAnswer>,
    /// What each of the rules had to look at; `null` without an estate.
    #[serde(default)]
    pub looked_at: Option<Vec<LookRow>>,
    /// What these rules say of the estate; `null` without one.
    pub findings: Option<Vec<FindingRow>>,
}

/// A part of the text.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct SeenRow {
    /// As the text has it.
    pub text: String,
    /// As what it was understood.
    pub kind: SightingKind,
    /// The line that it begins on, from 1.
    pub line: usize,
}

/// A code that is not known.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct UnknownRow {
    /// As the text has it.
    pub text: String,
    /// The line that it begins on, from 1.
    pub line: usize,
    /// The known codes that are nearest.
    pub nearest: Vec<String>,
}

/// What a rule had to look at.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct LookRow {
    /// Rule id.
    pub rule: String,
    /// What came of it.
    pub outcome: RuleLook,
    /// What was missing, in words, where it had nothing to look at.
    pub missing: Option<String>,
}
