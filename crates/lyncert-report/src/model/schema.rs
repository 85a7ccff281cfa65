//! The versions of the documents that are read again.

/// The version of `report.json`.
pub const REPORT_SCHEMA: &str = "lyncert-report/2";
/// The version of `index.json`.
pub const INDEX_SCHEMA: &str = "lyncert-index/2";
/// The version of `failure.json`.
pub const FAILURE_SCHEMA: &str = "lyncert-failure/1";
