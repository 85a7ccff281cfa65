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
    AssignedRow, CertificateRow, FederationRow, FindingRow, Holding, Input, KeyRow, KeyView, NameRow, Order,
    OrderKey, PendingRow, Plan, PolicyRow, PoolRow, ProblemRow, Report, RequirementRow, RuleRow,
    SimpleUrlRow, SiteRow, Summary, Tool, TopologyView, UnreadableRow,
};
pub use scan::{Inventory, KeyFile, ScanError, ScanOptions, ScannedFile, Unreadable, scan};
