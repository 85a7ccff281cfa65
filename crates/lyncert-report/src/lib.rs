//! Scans a folder of certificate files and writes lyncert's reports.
//!
//! [`scan`] turns a folder into an [`Inventory`] of certificate facts; [`Report::new`], [`Plan::new`] and
//! [`TopologyView::new`] turn results into serializable, versioned views; the functions of [`render`] write a view to
//! any sink. A writer never computes: what it shows stands in the view.

mod build;
mod model;
pub mod render;
mod scan;
mod x509;

pub use build::{Estate, InputFile};
pub use model::{
    AssignedRow, CertificateRow, ChainRow, ChangeRow, ClauseRow, ConsequenceRow, DoctorView, FederationRow,
    FindingRow, ForecastRow, ForecastView, Holding, Input, InventoryView, KeyRow, KeyView, ListRow,
    MentionRow, NameExplanation, NameRow, ObstacleRow, Order, OrderKey, OrderRequest, PendingRow, Plan,
    PlanDiff, PolicyRow, PoolRow, ProblemRow, Report, RequestRow, RequirementRow, RevokedRow,
    RuleExplanation, RuleRow, SimpleUrlRow, SiteRow, SourceRow, StopRow, Summary, SymptomRow, Tool,
    TopologyView, UnreadableRow, UseRow, WizardRow,
};
pub use scan::{
    Inventory, Progress, ScanError, ScanOptions, ScannedFile, Unreadable, scan, scan_all, scan_bytes,
};
pub use x509::CertificateRequest;
