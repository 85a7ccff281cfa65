//! Reports that an audit has written.

use std::path::Path;

use anyhow::{Context, anyhow};
use lyncert_ingest::decode::decode_unicode;
use lyncert_report::model::Report;

use super::{ReadFor, read_file};
use crate::exit::Failure;

/// Reads a report that an audit has written.
pub(crate) fn read_report(path: &Path) -> Result<Report, Failure> {
    let mut bytes = read_report_bytes(path)?;
    // What PowerShell redirects into a file becomes UTF-16.
    if bytes.starts_with(&[0xFF, 0xFE])
        && let Some(text) = decode_unicode(&bytes)
    {
        bytes = text.into_bytes();
    }
    Report::read(&bytes).map_err(|error| {
        let advice =
            if error.can_be_made_again() { "; make it again with this version of lyncert" } else { "" };
        Failure::no_input(anyhow!("`{}` {error}{advice}", path.display()))
    })
}

/// The bytes of a file that should hold a report.
pub(crate) fn read_report_bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    read_file(path, ReadFor::Report)
        .with_context(|| format!("cannot read the report `{}`", path.display()))
        .map_err(Failure::no_input)
}
