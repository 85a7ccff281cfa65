//! The version of each document.

/// The version of `report.json`.
pub const REPORT_SCHEMA: &str = "lyncert-report/2";
/// The version of `index.json`.
pub const INDEX_SCHEMA: &str = "lyncert-index/2";
/// The version of `failure.json`.
pub const FAILURE_SCHEMA: &str = "lyncert-failure/1";
/// The version of plans.
pub(crate) const PLAN_SCHEMA: &str = "lyncert-plan/1";
/// The version of plans that are compared.
pub(crate) const PLAN_DIFF_SCHEMA: &str = "lyncert-plan-diff/1";
/// The version of topologies.
pub(crate) const TOPOLOGY_SCHEMA: &str = "lyncert-topology/1";
/// The version of inventories.
pub(crate) const INVENTORY_SCHEMA: &str = "lyncert-inventory/1";
/// The version of forecasts.
pub(crate) const FORECAST_SCHEMA: &str = "lyncert-forecast/1";
/// The version of comparisons of two reports.
pub(crate) const DIFF_SCHEMA: &str = "lyncert-diff/1";
/// The version of what `check` says.
pub(crate) const CHECK_SCHEMA: &str = "lyncert-check/1";
/// The version of what `doctor` says.
pub(crate) const DOCTOR_SCHEMA: &str = "lyncert-doctor/1";
/// The version of explanations of a rule, a clause or a name.
pub(crate) const EXPLANATION_SCHEMA: &str = "lyncert-explanation/1";
/// The version of the list of what can be explained.
pub(crate) const EXPLAIN_LIST_SCHEMA: &str = "lyncert-explain-list/1";
/// The version of the file that says what pseudonyms stand for.
pub(crate) const REDACTION_SCHEMA: &str = "lyncert-redaction/1";
/// The version of the manifest of evidence.
pub(crate) const EVIDENCE_SCHEMA: &str = "lyncert-evidence/1";
