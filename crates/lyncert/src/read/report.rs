//! Reports that an audit has written.

use std::fs;
use std::path::Path;

use anyhow::{Context, anyhow};
use lyncert_report::Report;

use crate::exit::Failure;

/// Reads a report that an audit has written.
pub(crate) fn read_report(path: &Path) -> Result<Report, Failure> {
    let shown = path.display();
    let bytes = fs::read(path).with_context(|| format!("cannot read the report `{shown}`"));
    Report::read(&bytes.map_err(Failure::no_input)?)
        .map_err(|error| Failure::no_input(anyhow!("`{shown}` {error}")))
}
