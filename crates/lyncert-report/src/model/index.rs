//! Many estates on one page.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schema::INDEX_SCHEMA;
use super::{Caveat, ChangeCounts, EstateState, ScopeRow, Timestamp, Tool, UnjudgedKind, UnreadableRow};

/// `index.json`: every estate of a batch, worst first.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct IndexView {
    /// `lyncert-index/2`.
    #[schemars(extend("const" = INDEX_SCHEMA))]
    pub schema: String,
    /// What made it.
    pub tool: Tool,
    /// The time that it judges by.
    pub at: Timestamp,
    /// The outcome in numbers and one sentence.
    pub summary: IndexSummary,
    /// Every estate, worst first.
    pub estates: Vec<EstateRow>,
    /// The certificates in use of all estates, the first to end first.
    pub deadlines: Vec<DeadlineRow>,
    /// Folders and files that are no estate, with the reason.
    pub skipped: Vec<UnreadableRow>,
}

/// The outcome in numbers.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct IndexSummary {
    /// The verdict in one sentence.
    pub verdict: String,
    /// Number of estates.
    pub estates: usize,
    /// Estates that could not be judged.
    pub not_judged: usize,
    /// Estates with open errors.
    pub with_errors: usize,
    /// Estates with open warnings and no open error.
    pub with_warnings: usize,
    /// Estates of which nothing that was judged is wrong, and not all was judged.
    pub not_fully_judged: usize,
    /// Estates that are in order.
    pub in_order: usize,
    /// Open errors of all estates.
    pub errors: usize,
    /// Open warnings of all estates.
    pub warnings: usize,
    /// Waived findings of all estates.
    pub waived: usize,
    /// Certificates in use of all estates that have ended.
    #[serde(default)]
    pub ended: usize,
    /// When the first of them ended.
    #[serde(default)]
    pub ended_since: Option<Timestamp>,
    /// Findings that are news since the runs before.
    pub news: usize,
    /// Required and recommended names of all estates.
    pub names: usize,
    /// How many of them are covered.
    pub names_covered: usize,
}

/// One estate.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct EstateRow {
    /// Name of the estate, by which runs and reports are matched.
    pub estate: String,
    /// The folder with its files, relative to the index and with `/`; `null` where there is none.
    pub folder: Option<String>,
    /// How it stands.
    pub state: EstateState,
    /// The exit code that an audit of it alone would have.
    pub exit_code: u8,
    /// Why it could not be judged; else the verdict in one sentence, with what was left out.
    pub verdict: String,
    /// What was judged, where not all was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<ScopeRow>,
    /// The time that it was judged by.
    pub at: Timestamp,
    /// The product generations, as far as the topology names them.
    pub product: String,
    /// Open errors.
    pub errors: usize,
    /// Open warnings.
    pub warnings: usize,
    /// Open information.
    pub infos: usize,
    /// Waived findings.
    pub waived: usize,
    /// Number of requirements.
    pub requirements: usize,
    /// How many of them are met, with or without warnings.
    pub met: usize,
    /// How many fail.
    pub failed: usize,
    /// How many no certificate serves.
    pub unmet: usize,
    /// How many were not looked at.
    pub not_judged: usize,
    /// Required and recommended names.
    pub names: usize,
    /// How many of them are covered.
    pub names_covered: usize,
    /// Certificates in use.
    pub certificates_serving: usize,
    /// Files and parts of the topology that were not understood.
    pub not_understood: usize,
    /// When its inputs were collected, where a collector did that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collected: Option<Timestamp>,
    /// Which policy holds and what it changes, in words; `null` without one.
    pub policy: Option<String>,
    /// Findings that are left out because their rules are switched off.
    pub switched_off: usize,
    /// What was not judged of it, by kind.
    pub unjudged: Vec<UnjudgedBrief>,
    /// How many certificates in use have ended.
    #[serde(default)]
    pub ended: usize,
    /// When the first of them ended.
    #[serde(default)]
    pub ended_since: Option<Timestamp>,
    /// The next expiry.
    pub next_deadline: Option<Timestamp>,
    /// Whole days until then.
    pub next_deadline_days: Option<i64>,
    /// What that certificate is for.
    pub next_deadline_holder: Option<String>,
    /// The time of the report that it was compared with.
    pub since: Option<Timestamp>,
    /// What a reader of the changes has to know first.
    #[serde(default)]
    pub caveats: Vec<Caveat>,
    /// What became of its findings since then.
    pub changes: Option<ChangeCounts>,
    /// Its counts in the runs before, the oldest first, and now.
    pub trend: Vec<TrendPoint>,
}

/// Something that was not judged, with its reason in the estate's own report.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct UnjudgedBrief {
    /// Why.
    pub kind: UnjudgedKind,
    /// What was not judged or is not known.
    pub what: String,
}

/// The counts of an estate at one time.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct TrendPoint {
    /// The time that it was judged by.
    pub at: Timestamp,
    /// Open errors; `null` where it could not be judged.
    pub errors: Option<usize>,
    /// Open warnings.
    pub warnings: Option<usize>,
    /// How it stood; `null` in indexes of earlier versions.
    #[serde(default)]
    pub state: Option<EstateState>,
}

/// A certificate in use.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct DeadlineRow {
    /// The estate.
    pub estate: String,
    /// Last valid second.
    pub not_after: Timestamp,
    /// Whole days from the time of the report; negative when it is over.
    pub days_left: i64,
    /// Subject.
    pub subject: String,
    /// SHA-1 thumbprint.
    pub sha1: String,
    /// What it serves in words.
    pub role: String,
    /// What stops, in words.
    pub stops: Vec<String>,
}
