//! Reading the files that a command is given: exports, policies, reports, passwords.

mod passwords;
mod policy;
mod report;
mod topology;

use std::io::{self, Read};
use std::path::Path;

use anyhow::Context;

use crate::exit::Failure;

pub(crate) use passwords::read_scan_options;
pub(crate) use policy::{POLICY_FILE, PolicyFile, PolicyInput, policy_path, read_policy};
pub(crate) use report::{read_report, read_report_bytes};
pub(crate) use topology::{TopologyInput, parse_topology, read_topology};

/// All of standard input.
fn read_stdin() -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = io::stdin().lock().read_to_end(&mut bytes);
    read.context("cannot read standard input").map_err(Failure::no_input)?;
    Ok(bytes)
}

/// The last part of a path, for messages and reports: they should not depend on where a file lies.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}
