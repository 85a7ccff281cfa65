//! Scans a folder of certificate files and writes lyncert's reports.
//!
//! [`scan`] turns a folder into an [`Inventory`] of certificate facts; [`Report::new`], [`Plan::new`] and
//! [`TopologyView::new`] turn results into serializable, versioned views; the functions of [`render`] write a view to
//! any sink. A writer never computes: what it shows stands in the view.

// A word, state or kind that comes later has to be named wherever it is shown or counted.
#![warn(clippy::wildcard_enum_match_arm)]

mod cmdlet;
pub mod evidence;
pub mod model;
pub mod render;
pub mod scan;
pub mod view;
mod x509;

pub use evidence::{
    EvidenceCheck, EvidenceError, EvidenceFile, EvidenceManifest, EvidencePack, write_evidence,
};
pub use model::{
    AssignedRow, BaselineRow, CertificateRow, ChainRow, Change, ChangeCounts, ChangeRow, ChangedFinding,
    ClauseRow, ConsequenceRow, DeadlineRow, DiffView, DoctorView, EstateRow, FederationRow, FindingRow,
    ForecastRow, ForecastView, Holding, IgnoredRow, IndexSummary, IndexView, Input, InventoryView, KeyRow,
    KeyView, ListRow, MentionRow, NameExplanation, NameRow, ObstacleRow, Order, OrderKey, OrderRequest,
    PendingRow, Plan, PlanDiff, PolicyRow, PoolRow, ProblemRow, ReplacementRow, Report, RequestRow,
    RequirementRow, RevokedRow, RuleExplanation, RuleRow, RuleSettingRow, RunRow, ScopeRow, SimpleUrlRow,
    SiteRow, SourceRow, StopRow, Summary, SymptomRow, Tool, TopologyView, TrendPoint, UnreadableRow, UseRow,
    WaivedRow, WaiverRow, WizardRow,
};
pub use scan::{
    IgnoredPath, Inventory, PathPattern, Progress, ScanError, ScanOptions, ScannedFile, Unreadable, scan,
    scan_all, scan_bytes,
};
pub use view::{Estate, InputFile, deadlines};
pub use x509::CertificateRequest;
