//! The views that programs read: serializable and versioned, without types of the other crates inside.
//!
//! Field names are a contract. Fields may be added; none is renamed or removed within one `schema` version.

mod plan;
mod report;
mod topology;

pub use plan::{NameRow, Order, OrderKey, Plan, RequirementRow};
pub use report::{
    CertificateRow, FindingRow, Holding, Input, KeyRow, KeyView, PolicyRow, Report, RuleRow, Summary, Tool,
    UnreadableRow,
};
pub use topology::{
    AssignedRow, FederationRow, PendingRow, PoolRow, ProblemRow, SimpleUrlRow, SiteRow, TopologyView,
};
