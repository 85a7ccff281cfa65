//! Reports that an audit has written.

use std::fs;
use std::path::Path;

use anyhow::{Context, anyhow};
use lyncert_report::{REPORT_SCHEMA, Report};

use crate::exit::Failure;

/// Reads a report that an audit has written.
pub(crate) fn read_report(path: &Path) -> Result<Report, Failure> {
    let shown = path.display();
    let bytes = fs::read(path).with_context(|| format!("cannot read the report `{shown}`"));
    let report: Report = serde_json::from_slice(&bytes.map_err(Failure::no_input)?)
        .with_context(|| format!("`{shown}` is no report of lyncert"))
        .map_err(Failure::no_input)?;
    if report.schema != REPORT_SCHEMA {
        let schema = &report.schema;
        let error = anyhow!("`{shown}` has the schema `{schema}`; expected `{REPORT_SCHEMA}`");
        return Err(Failure::no_input(error));
    }
    Ok(report)
}
