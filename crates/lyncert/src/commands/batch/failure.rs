//! `failure.json`: an estate that could not be judged. It stands in the place of a report, for whoever merges reports.

use std::fs;
use std::path::Path;

use anyhow::{Context, anyhow};
use lyncert_report::model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::exit::Failure;

/// Why there is no report on an estate.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct FailureView {
    schema: String,
    /// Name of the estate.
    pub(super) estate: String,
    /// The time that it was to be judged by.
    pub(super) at: Timestamp,
    /// What the run of this estate alone would have ended with.
    pub(super) exit_code: u8,
    /// What went wrong, in one sentence.
    pub(super) reason: String,
}

const SCHEMA: &str = "lyncert-failure/1";

impl FailureView {
    /// The failure of one estate.
    pub(super) fn new(estate: &str, at: Timestamp, exit_code: u8, reason: &str) -> Self {
        let (estate, reason) = (estate.to_owned(), reason.to_owned());
        Self { schema: SCHEMA.to_owned(), estate, at, exit_code, reason }
    }
}

/// Reads a failure that a batch has written.
pub(super) fn read_failure(path: &Path) -> Result<FailureView, Failure> {
    let shown = path.display();
    let bytes =
        fs::read(path).with_context(|| format!("cannot read `{shown}`")).map_err(Failure::no_input)?;
    let view: FailureView = serde_json::from_slice(&bytes)
        .with_context(|| format!("`{shown}` is no failure that lyncert wrote"))
        .map_err(Failure::no_input)?;
    if view.schema == SCHEMA {
        Ok(view)
    } else {
        let schema = &view.schema;
        Err(Failure::no_input(anyhow!("`{shown}` has the schema `{schema}`; expected `{SCHEMA}`")))
    }
}
