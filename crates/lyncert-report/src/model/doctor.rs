//! From a code or message to what may be wrong.

use serde::{Deserialize, Serialize};

use super::{FindingRow, SourceRef, Tool};

/// `lyncert doctor --format json`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct DoctorView {
    /// `lyncert-doctor/1`.
    pub schema: String,
    /// The program.
    pub tool: Tool,
    /// What was asked.
    pub query: String,
    /// Name of the estate that was looked at; `null` without one.
    pub estate: Option<String>,
    /// What the code or message can mean.
    pub symptoms: Vec<SymptomRow>,
}

/// One thing that it can mean.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SymptomRow {
    /// What it means.
    pub meaning: String,
    /// All codes of it.
    pub codes: Vec<String>,
    /// The rules that find its cause in certificates, each with what it finds.
    pub rules: Vec<(String, String)>,
    /// What to look at besides.
    pub advice: String,
    /// The document: title and URL in one text.
    pub source: String,
    /// The same as data.
    #[serde(default)]
    pub sources: Vec<SourceRef>,
    /// What these rules say of the estate; `null` without one.
    pub findings: Option<Vec<FindingRow>>,
}
