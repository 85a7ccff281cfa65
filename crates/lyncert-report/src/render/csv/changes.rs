//! The table of what became of findings.

use std::io::{self, Write};

use serde::Serialize;

use super::cell::{Cell, cell, list, optional, sentence};
use super::write_table;
use crate::model::{ChangedFinding, DiffView};

#[derive(Default, Serialize)]
struct Row {
    estate: Cell,
    change: Cell,
    site: Cell,
    pool: Cell,
    server: Cell,
    usages: Cell,
    severity: Cell,
    old_severity: Cell,
    rule: Cell,
    name: Cell,
    message: Cell,
    certificate_file: Cell,
    certificate_sha1: Cell,
    id: Cell,
}

/// One row a finding of either of two reports, the changes that matter first.
///
/// # Errors
///
/// Those of the sink.
pub fn write(view: &DiffView, sink: &mut dyn Write) -> io::Result<()> {
    write_table(view.changes.iter().map(|changed| row(view, changed)), sink)
}

fn row(view: &DiffView, changed: &ChangedFinding) -> Row {
    let finding = &changed.finding;
    Row {
        estate: cell(&view.new.estate),
        change: cell(changed.change),
        site: optional(finding.site.as_ref()),
        pool: optional(finding.pool.as_ref()),
        server: optional(finding.server.as_ref()),
        usages: list(&finding.usages),
        severity: cell(finding.severity),
        old_severity: optional(changed.old_severity.as_ref()),
        rule: cell(&finding.rule),
        name: optional(finding.name.as_ref()),
        message: sentence(&finding.message),
        certificate_file: optional(finding.certificate_file.as_ref()),
        certificate_sha1: optional(finding.certificate.as_ref()),
        id: cell(&finding.id),
    }
}
