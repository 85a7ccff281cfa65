//! The table of findings.

use std::io::{self, Write};

use serde::Serialize;

use super::cell::{Cell, cell, list, moment, optional, sentence};
use super::{by_thumbprint, write_table};
use crate::model::{CertificateRow, FindingRow, Report, UnjudgedRow};

#[derive(Default, Serialize)]
struct Row {
    estate: Cell,
    site: Cell,
    pool: Cell,
    server: Cell,
    usages: Cell,
    severity: Cell,
    rule: Cell,
    clause: Cell,
    status: Cell,
    name: Cell,
    expected: Cell,
    found: Cell,
    message: Cell,
    consequence: Cell,
    remedy: Cell,
    source: Cell,
    certificate_file: Cell,
    certificate_sha1: Cell,
    not_after: Cell,
    waived_reason: Cell,
    waived_until: Cell,
    waived_by: Cell,
    change: Cell,
    state: Cell,
}

/// What the column `status` says of what was not judged.
const NOT_JUDGED: &str = "not-judged";

/// One row a finding, then one row for each thing that was not judged, with its kind in the place of the rule.
///
/// # Errors
///
/// Those of the sink; so for all writers here.
pub fn write(report: &Report, sink: &mut dyn Write) -> io::Result<()> {
    let certificates = by_thumbprint(report);
    let unjudged = report.summary.unjudged.iter().map(|unjudged| row_of_unjudged(report, unjudged));
    let rows = report.findings.iter().map(|finding| {
        let certificate = finding.certificate.as_ref().and_then(|sha1| certificates.get(sha1.as_str()));
        row(report, finding, certificate.copied())
    });
    write_table(rows.chain(unjudged), sink)
}

fn row_of_unjudged(report: &Report, unjudged: &UnjudgedRow) -> Row {
    Row {
        estate: cell(&report.estate),
        rule: cell(unjudged.kind),
        status: cell(NOT_JUDGED),
        found: list(&unjudged.holders),
        message: sentence(format!("{}: {}", unjudged.what, unjudged.why)),
        remedy: sentence(&unjudged.remedy),
        state: cell(report.summary.state),
        ..Row::default()
    }
}

fn row(report: &Report, finding: &FindingRow, certificate: Option<&CertificateRow>) -> Row {
    let waived = finding.waived.as_ref();
    Row {
        estate: cell(&report.estate),
        site: optional(finding.site.as_ref()),
        pool: optional(finding.pool.as_ref()),
        server: optional(finding.server.as_ref()),
        usages: list(&finding.usages),
        severity: cell(finding.severity),
        rule: cell(&finding.rule),
        clause: optional(finding.clause.as_ref()),
        status: cell(if waived.is_some() { "waived" } else { "open" }),
        name: optional(finding.name.as_ref()),
        expected: sentence(finding.expected_in_words()),
        found: sentence(&finding.found),
        message: sentence(&finding.message),
        consequence: sentence(&finding.consequence),
        remedy: sentence(&finding.remedy),
        source: cell(&finding.source),
        certificate_file: optional(finding.certificate_file.as_ref()),
        certificate_sha1: optional(finding.certificate.as_ref()),
        not_after: certificate.map(|certificate| moment(certificate.not_after)).unwrap_or_default(),
        waived_reason: optional(waived.map(|waived| &waived.reason)),
        waived_until: optional(waived.and_then(|waived| waived.expires.as_ref())),
        waived_by: optional(waived.and_then(|waived| waived.by.as_ref())),
        change: optional(finding.change.as_ref()),
        state: cell(report.summary.state),
    }
}
