//! What became of findings between two reports.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schema::DIFF_SCHEMA;
use super::{Caveat, Change, FindingRow, ReportState, Severity, Timestamp, Tool, UnjudgedRow};

/// A comparison of two reports on one estate.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct DiffView {
    /// `lyncert-diff/1`.
    #[schemars(extend("const" = DIFF_SCHEMA))]
    pub schema: String,
    /// What made it.
    pub tool: Tool,
    /// The older report.
    pub old: RunRow,
    /// The newer report.
    pub new: RunRow,
    /// What a reader has to know first.
    #[serde(default)]
    pub caveats: Vec<Caveat>,
    /// What is not judged now, and was before or was not asked for.
    #[serde(default)]
    pub no_longer_judged: Vec<UnjudgedRow>,
    /// What was not judged before, and is now.
    #[serde(default)]
    pub judged_now: Vec<UnjudgedRow>,
    /// How many findings changed in which way.
    pub counts: ChangeCounts,
    /// Every finding of either report, in the order of [`Change::ALL`].
    pub changes: Vec<ChangedFinding>,
}

/// A report, for those that compare with it.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct RunRow {
    /// Name of the estate.
    pub estate: String,
    /// The time that it judges by.
    pub at: Timestamp,
    /// How the estate stood.
    pub state: ReportState,
    /// The verdict in one sentence, with what was not judged.
    pub verdict: String,
}

/// The report that another one is compared with.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct BaselineRow {
    /// Name of the estate.
    pub estate: String,
    /// The time that it judges by.
    pub at: Timestamp,
    /// How the estate stood; `null` in reports of earlier versions.
    #[serde(default)]
    pub state: Option<ReportState>,
    /// What a reader has to know first.
    #[serde(default)]
    pub caveats: Vec<Caveat>,
    /// How many findings changed in which way.
    pub counts: ChangeCounts,
    /// Ids of the findings that came, grew or went because the rules changed, and nothing else.
    #[serde(default)]
    pub by_rules: Vec<String>,
    /// The findings that are gone.
    pub fixed: Vec<FindingRow>,
}

/// A finding and what became of it.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct ChangedFinding {
    /// What became of it.
    pub change: Change,
    /// Whether the change of the rules explains it, and nothing else does.
    #[serde(default)]
    pub by_rules: bool,
    /// Its severity in the older report.
    pub old_severity: Option<Severity>,
    /// The finding as it is now, or as it was where it is gone.
    pub finding: FindingRow,
}

/// How many findings changed in which way.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct ChangeCounts {
    /// Open now, and not reported before.
    pub new: usize,
    /// Open before, and more severe now.
    pub worse: usize,
    /// A certificate that was valid before has ended.
    pub expired_since: usize,
    /// Waived before, and open now.
    pub waiver_lapsed: usize,
    /// Open before and now.
    pub unchanged: usize,
    /// Open before, and waived now; or waived in both.
    pub waived: usize,
    /// Reported before, and gone.
    pub fixed: usize,
    /// How many of the new, graver and fixed ones the change of the rules explains, and nothing else does.
    #[serde(default)]
    pub by_rules: usize,
}

impl ChangeCounts {
    /// The number for a change.
    pub fn of(&self, change: Change) -> usize {
        match change {
            Change::New => self.new,
            Change::Worse => self.worse,
            Change::ExpiredSince => self.expired_since,
            Change::WaiverLapsed => self.waiver_lapsed,
            Change::Unchanged => self.unchanged,
            Change::Waived => self.waived,
            Change::Fixed => self.fixed,
        }
    }

    /// How many findings are news to a reader of the older report.
    pub fn news(&self) -> usize {
        self.new + self.worse + self.expired_since + self.waiver_lapsed
    }

    pub(crate) fn count(&mut self, change: Change) {
        *match change {
            Change::New => &mut self.new,
            Change::Worse => &mut self.worse,
            Change::ExpiredSince => &mut self.expired_since,
            Change::WaiverLapsed => &mut self.waiver_lapsed,
            Change::Unchanged => &mut self.unchanged,
            Change::Waived => &mut self.waived,
            Change::Fixed => &mut self.fixed,
        } += 1;
    }
}
