//! The table of required names and what covers them.

use std::io::{self, Write};

use serde::Serialize;

use super::cell::{Cell, cell, list, optional};
use super::{by_thumbprint, write_table};
use crate::model::{CertificateRow, NameRow, Report, RequirementRow, Verdict};

#[derive(Default, Serialize)]
struct Row {
    estate: Cell,
    site: Cell,
    pool: Cell,
    server: Cell,
    kind: Cell,
    usages: Cell,
    subject: Cell,
    name: Cell,
    need: Cell,
    status: Cell,
    covered_by: Cell,
    added_by: Cell,
    because: Cell,
    clause: Cell,
    source: Cell,
    certificate_file: Cell,
    certificate_sha1: Cell,
    verdict: Cell,
    assigned_by: Cell,
}

/// One row a required name; a requirement without names has one row with an empty name.
///
/// # Errors
///
/// Those of the sink.
pub fn write(report: &Report, sink: &mut dyn Write) -> io::Result<()> {
    let certificates = by_thumbprint(report);
    let rows = report.requirements.iter().flat_map(|requirement| {
        let certificate = requirement.certificate.as_ref().and_then(|sha1| certificates.get(sha1.as_str()));
        let whole = move || row_of_requirement(report, requirement, certificate.copied());
        let nameless = requirement.names.is_empty().then(|| row_without_name(requirement, whole()));
        requirement.names.iter().map(move |name| row_of_name(requirement, name, whole())).chain(nameless)
    });
    write_table(rows, sink)
}

/// What all rows of a requirement have in common.
fn row_of_requirement(
    report: &Report,
    requirement: &RequirementRow,
    certificate: Option<&CertificateRow>,
) -> Row {
    Row {
        estate: cell(&report.estate),
        site: optional(requirement.site.as_ref()),
        pool: optional(requirement.pool.as_ref()),
        server: optional(requirement.server.as_ref()),
        kind: cell(requirement.kind),
        usages: list(&requirement.usages),
        subject: cell(&requirement.subject),
        certificate_file: optional(certificate.map(|certificate| &certificate.path)),
        certificate_sha1: optional(requirement.certificate.as_ref()),
        verdict: optional(requirement.verdict),
        assigned_by: optional(requirement.assigned_by),
        ..Row::default()
    }
}

/// How a name stands that no certificate was compared with.
fn status_without_certificate(requirement: &RequirementRow) -> &'static str {
    match requirement.verdict {
        Some(Verdict::NotJudged) => "not-judged",
        Some(
            Verdict::Met | Verdict::Waived | Verdict::MetWithWarnings | Verdict::Unmet | Verdict::Failed,
        )
        | None => "unmet",
    }
}

fn row_of_name(requirement: &RequirementRow, name: &NameRow, row: Row) -> Row {
    Row {
        name: cell(&name.name),
        need: cell(name.need),
        status: name.status.as_ref().map_or_else(|| cell(status_without_certificate(requirement)), cell),
        covered_by: optional(name.covered_by.as_ref()),
        added_by: cell(name.added_by),
        because: cell(&name.because),
        clause: cell(&name.clause),
        source: cell(&name.source),
        ..row
    }
}

fn row_without_name(requirement: &RequirementRow, row: Row) -> Row {
    let is_served = requirement.certificate.is_some();
    let status = if is_served { "no name needed" } else { status_without_certificate(requirement) };
    Row { status: cell(status), ..row }
}
