//! The views that programs read: serializable and versioned, without types of the other crates inside.
//!
//! Field names are a contract. Fields may be added; none is renamed or removed within one `schema` version.

mod changes;
mod check;
mod collections;
mod day;
mod diff;
mod doctor;
mod explanation;
mod failure;
mod finding;
mod forecast;
mod index;
mod inventory;
mod outlook;
mod plan;
mod provenance;
mod read;
mod refs;
mod replacements;
mod report;
mod schema;
mod time;
mod tool;
mod topology;
mod unjudged;
mod words;

pub use changes::{BaselineRow, ChangeCounts, ChangedFinding, DiffView, RunRow};
pub use check::{CheckFinding, CheckRow, CheckView, CheckedName, RefusalRow};
pub use collections::{CollectedRow, CollectedServerRow, CollectionRow};
pub use day::Day;
pub use diff::{ChangeRow, PlanDiff};
pub use doctor::{DoctorView, HolderCoverage, LookRow, SeenRow, SymptomRow, UnknownRow};
pub use explanation::{
    ClauseRow, ExplainList, ExplainableRow, MentionRow, NameExplanation, RuleExplanation, SourceRow, UseRow,
};
pub use failure::FailureView;
pub use finding::{FindingRow, WaivedRow};
pub use forecast::{ForecastRow, ForecastView};
pub use index::{DeadlineRow, EstateRow, IndexSummary, IndexView, TrendPoint, UnjudgedBrief};
pub use inventory::InventoryView;
pub(crate) use lyncert_rules::number::grouped;
pub(crate) use lyncert_rules::timestamp::day_in_words;
pub use outlook::OutlookRow;
pub use plan::{
    AttentionRow, HoldingRow, NameOnServer, NameRow, ObstacleRow, OrderKey, OrderRequest, OrderRow, Plan,
    RequirementRow, SetSizeRow, SplitPartRow, WizardRow,
};
pub use provenance::{Provenance, REDACTED};
pub use read::ReadViewError;
pub use refs::{HolderRef, PlaceRef, SourceRef};
pub(crate) use replacements::OAUTH;
pub use replacements::ReplacementRow;
pub use report::{
    CertificateRow, ChainRow, ConsequenceRow, ExtraNameRow, IgnoredRow, Input, KeyRow, KeyView, ListRow,
    NotShown, PolicyRow, Report, RequestRow, RevokedRow, RuleRow, RuleSettingRow, ScopeRow, StopRow, Summary,
    SupportRow, UnreadableRow, WaiverRow,
};
pub(crate) use report::{NOTHING_FAILS_IN_PART, Nearness, ended, next_to_end};
pub(crate) use schema::{
    CHECK_SCHEMA, DIFF_SCHEMA, DOCTOR_SCHEMA, EVIDENCE_SCHEMA, EXPLAIN_LIST_SCHEMA, EXPLANATION_SCHEMA,
    FORECAST_SCHEMA, INVENTORY_SCHEMA, PLAN_DIFF_SCHEMA, PLAN_SCHEMA, REDACTION_SCHEMA, TOPOLOGY_SCHEMA,
};
pub use schema::{FAILURE_SCHEMA, INDEX_SCHEMA, REPORT_SCHEMA};
pub use time::Timestamp;
pub use tool::Tool;
pub use topology::{
    AssignedRow, FederationRow, PendingRow, PoolRow, ProblemRow, SimpleUrlRow, SiteRow, TopologyView,
};
pub use unjudged::{AssignmentCounts, UnjudgedRow};
pub use words::{
    AddedBy, AssignedBy, CaKind, CauseAnswer, CauseKind, Caveat, ChainState, Change, CheckKind,
    CollectionStatus, EstateState, ExplainedKind, Fits, ForecastSeverity, HolderKind, InputKind, NameStatus,
    Need, PlanAction, PoolKind, ReplacementAction, ReportState, RuleLevel, RuleLook, Severity, SightingKind,
    TakenFor, TooLargeFor, UnjudgedKind, UnreadKind, Usage, UseKind, Verdict, WaiverState, Workload,
    WorstSeverity,
};
pub(crate) use words::{counted, first_few, usages_text};
