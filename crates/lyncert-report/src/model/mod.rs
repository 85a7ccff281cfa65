//! The views that programs read: serializable and versioned, without types of the other crates inside.
//!
//! Field names are a contract. Fields may be added; none is renamed or removed within one `schema` version.

mod changes;
mod day;
mod diff;
mod doctor;
mod explanation;
mod forecast;
mod index;
mod inventory;
mod plan;
mod read;
mod refs;
mod replacements;
mod report;
mod time;
mod topology;
mod words;

pub use changes::{BaselineRow, ChangeCounts, ChangedFinding, DiffView, RunRow};
pub use day::Day;
pub use diff::{ChangeRow, PlanDiff};
pub use doctor::{DoctorView, SymptomRow};
pub use explanation::{ClauseRow, MentionRow, NameExplanation, RuleExplanation, SourceRow, UseRow};
pub use forecast::{ForecastRow, ForecastView};
pub use index::{DeadlineRow, EstateRow, IndexSummary, IndexView, TrendPoint};
pub use inventory::InventoryView;
pub use plan::{NameRow, ObstacleRow, Order, OrderKey, OrderRequest, Plan, RequirementRow, WizardRow};
pub use read::{INDEX_SCHEMA, REPORT_SCHEMA, ReadViewError};
pub use refs::{HolderRef, SourceRef};
pub use replacements::ReplacementRow;
pub use report::{
    CertificateRow, ChainRow, ConsequenceRow, FindingRow, Holding, IgnoredRow, Input, KeyRow, KeyView,
    ListRow, PolicyRow, Report, RequestRow, RevokedRow, RuleRow, RuleSettingRow, ScopeRow, StopRow, Summary,
    Tool, UnreadableRow, WaivedRow, WaiverRow,
};
pub use time::Timestamp;
pub use topology::{
    AssignedRow, FederationRow, PendingRow, PoolRow, ProblemRow, SimpleUrlRow, SiteRow, TopologyView,
};
pub use words::{
    AddedBy, AssignedBy, CaKind, ChainState, Change, EstateState, ForecastSeverity, NameStatus, Need,
    PlanAction, ReplacementAction, ReportState, RuleLevel, Severity, UseKind, Verdict, WaiverState,
    WorstSeverity,
};
