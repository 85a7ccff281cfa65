//! Reports that an audit has written.

use std::path::Path;

use anyhow::{Context, anyhow};
use lyncert_report::model::Report;

use super::{ReadFor, read_file};
use crate::exit::Failure;

/// Reads a report that an audit has written.
pub(crate) fn read_report(path: &Path) -> Result<Report, Failure> {
    Report::read(&read_report_bytes(path)?).map_err(|error| {
        let advice = if error.is_foreign() { "" } else { "; make it again with this version of lyncert" };
        Failure::no_input(anyhow!("`{}` {error}{advice}", path.display()))
    })
}

/// The bytes of a file that should hold a report.
pub(crate) fn read_report_bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    read_file(path, ReadFor::Report)
        .with_context(|| format!("cannot read the report `{}`", path.display()))
        .map_err(Failure::no_input)
}
