//! A workbook for Excel and LibreOffice: what to do next, findings, coverage, certificates, what was not judged, a sheet each.
//!
//! Days are days and moments moments, in UTC; everything else is text, written as text, so that nothing is a formula. The same report
//! gives the same bytes: the workbook's own time is that of the report.

mod cells;
mod mark;
mod system;

use std::collections::HashMap;
use std::io::{self, Write};

use rust_xlsxwriter::{DocProperties, Workbook, XlsxError};

use self::cells::{Column, Looks, Sheet, Value};
use self::system::name_one_system;
use super::state::{state_class, state_shape, state_word};
use super::text::certificate_of;
use crate::model::{
    CertificateRow, EstateState, FindingRow, NameRow, ReplacementRow, Report, RequirementRow, Severity,
    Summary, UnjudgedRow, UnreadKind, Verdict,
};

pub use mark::is_as_written;

/// The author of the workbook, by which lyncert knows it again.
const AUTHOR: &str = "lyncert";

/// The report as a workbook.
///
/// # Errors
///
/// Those of the sink.
pub fn write(report: &Report, sink: &mut dyn Write) -> io::Result<()> {
    let bytes = workbook(report).map_err(io::Error::other)?;
    sink.write_all(&bytes)
}

fn workbook(report: &Report) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let created = cells::creation_time(report.at)?;
    book.set_properties(&DocProperties::new().set_author(AUTHOR).set_creation_datetime(&created));
    let looks = Looks::new();
    let files: HashMap<&str, &CertificateRow> =
        report.certificates.iter().map(|certificate| (certificate.sha1.as_str(), certificate)).collect();
    do_next(report, &mut Sheet::new(&mut book, &looks, "Do next", DO_NEXT, "action-plan.csv")?)?;
    let sheet = &mut Sheet::new(&mut book, &looks, "Findings", FINDINGS, "findings.csv")?;
    report.findings.iter().try_for_each(|finding| sheet.row(finding_row(finding, &files)))?;
    if let Some(not_shown) = report.not_shown {
        sheet.row(vec![Value::text(&not_shown.sentence())])?;
    }
    sheet.finish()?;
    let sheet = &mut Sheet::new(&mut book, &looks, "Coverage", COVERAGE, "coverage.csv")?;
    for requirement in &report.requirements {
        requirement.names.iter().try_for_each(|name| sheet.row(name_row(requirement, Some(name))))?;
        if requirement.names.is_empty() {
            sheet.row(name_row(requirement, None))?;
        }
    }
    sheet.finish()?;
    let sheet = &mut Sheet::new(&mut book, &looks, "Certificates", CERTIFICATES, "certificates.csv")?;
    report.certificates.iter().try_for_each(|certificate| sheet.row(certificate_row(certificate)))?;
    sheet.finish()?;
    not_judged(report, &mut Sheet::new(&mut book, &looks, "Not judged", NOT_JUDGED, "report.json")?)?;
    Ok(name_one_system(book.save_to_buffer()?))
}

const DO_NEXT: &[Column] = &[
    ("due", 12),
    ("action", 10),
    ("certificate", 60),
    ("why", 50),
    ("what to do", 50),
    ("servers", 30),
    ("names to keep", 40),
    ("names to add", 40),
    ("names to leave out", 30),
    ("command", 60),
    ("owner", 16),
    ("ticket", 14),
    ("done", 10),
];

/// How the estate stands, then the repairs, the soonest due first, with columns to fill in.
fn do_next(report: &Report, sheet: &mut Sheet<'_>) -> Result<(), XlsxError> {
    let state = EstateState::from(report.summary.state);
    let Summary { verdict, .. } = &report.summary;
    sheet.row(vec![
        Value::Day(report.at.day()),
        Value::State(format!("{} {}", state_shape(&state), state_word(&state)), state_class(&state)),
        Value::text(&report.estate),
        Value::text(verdict),
    ])?;
    for row in &report.replacements {
        let ReplacementRow { due, action, reason, way, servers, command, .. } = row;
        let (keep, add, leave_out) = (&row.keep_names, &row.add_names, &row.drop_names);
        sheet.row(vec![
            Value::Day(due.date()),
            Value::text(action.verb()),
            Value::sentence(&certificate_of(report, row)),
            Value::sentence(reason),
            Value::sentence(way),
            Value::list(servers),
            Value::list(keep),
            Value::list(add),
            Value::list(leave_out),
            Value::optional(command.as_ref()),
        ])?;
    }
    sheet.finish()
}

const FINDINGS: &[Column] = &[
    ("severity", 11),
    ("status", 9),
    ("rule", 24),
    ("clause", 14),
    ("site", 14),
    ("pool", 28),
    ("server", 28),
    ("usages", 28),
    ("name", 32),
    ("message", 60),
    ("expected", 40),
    ("found", 40),
    ("consequence", 50),
    ("remedy", 50),
    ("certificate file", 40),
    ("thumbprint", 44),
    ("valid until (UTC)", 19),
    ("waived because", 30),
    ("waived until", 13),
    ("change", 14),
    ("source", 50),
];

fn finding_row(finding: &FindingRow, files: &HashMap<&str, &CertificateRow>) -> Vec<Value> {
    let waived = finding.waived.as_deref();
    let certificate = finding.certificate.as_deref().and_then(|sha1| files.get(sha1));
    let class = match (waived, finding.severity) {
        (Some(_), _) => "none",
        (None, Severity::Error) => "bad",
        (None, Severity::Warning) => "warn",
        (None, Severity::Info) => "info",
    };
    vec![
        Value::State(finding.severity.to_string(), class),
        Value::text(if waived.is_some() { "waived" } else { "open" }),
        Value::text(&finding.rule),
        Value::optional(finding.clause.as_ref()),
        Value::optional(finding.site.as_ref()),
        Value::optional(finding.pool.as_ref()),
        Value::optional(finding.server.as_ref()),
        Value::list(&finding.usages),
        Value::optional(finding.name.as_ref()),
        Value::sentence(&finding.message),
        Value::sentence(&finding.expected_in_words()),
        Value::sentence(&finding.found),
        Value::sentence(&finding.consequence),
        Value::sentence(&finding.remedy),
        Value::optional(finding.certificate_file.as_ref()),
        Value::optional(finding.certificate.as_ref()),
        certificate.map_or(Value::Empty, |certificate| Value::Moment(certificate.not_after)),
        Value::optional(waived.map(|waived| &waived.reason)),
        waived.and_then(|waived| waived.expires).map_or(Value::Empty, |day| Value::Day(day.date())),
        Value::optional(finding.change.map(|change| change.label())),
        Value::text(&finding.source),
    ]
}

const COVERAGE: &[Column] = &[
    ("site", 14),
    ("pool", 28),
    ("server", 28),
    ("kind", 18),
    ("usages", 30),
    ("verdict", 19),
    ("subject", 32),
    ("name", 36),
    ("need", 13),
    ("status", 22),
    ("covered by", 32),
    ("because", 60),
    ("clause", 14),
    ("thumbprint", 44),
];

fn name_row(requirement: &RequirementRow, name: Option<&NameRow>) -> Vec<Value> {
    let verdict = requirement.verdict.map_or(Value::Empty, |verdict| {
        let class = match verdict {
            Verdict::Met => "ok",
            Verdict::MetWithWarnings => "warn",
            Verdict::Failed => "bad",
            Verdict::Unmet => "unmet",
            Verdict::Waived | Verdict::NotJudged => "none",
        };
        Value::State(verdict.to_string(), class)
    });
    vec![
        Value::optional(requirement.site.as_ref()),
        Value::optional(requirement.pool.as_ref()),
        Value::optional(requirement.server.as_ref()),
        Value::text(requirement.kind.as_str()),
        Value::list(&requirement.usages),
        verdict,
        Value::text(&requirement.subject),
        Value::optional(name.map(|name| &name.name)),
        Value::optional(name.map(|name| name.need.as_str())),
        Value::optional(name.and_then(|name| name.status)),
        Value::optional(name.and_then(|name| name.covered_by.as_ref())),
        name.map_or(Value::Empty, |name| Value::sentence(&name.because_in_words())),
        Value::optional(name.map(|name| &name.clause)),
        Value::optional(requirement.certificate.as_ref()),
    ]
}

const CERTIFICATES: &[Column] = &[
    ("file", 44),
    ("subject", 40),
    ("DNS names", 50),
    ("issuer", 40),
    ("valid from (UTC)", 19),
    ("valid until (UTC)", 19),
    ("days left", 10),
    ("in use for", 50),
    ("key", 12),
    ("signature", 24),
    ("EKU", 24),
    ("CA", 10),
    ("chain", 14),
    ("thumbprint", 44),
    ("serial", 36),
    ("also in", 40),
];

fn certificate_row(certificate: &CertificateRow) -> Vec<Value> {
    vec![
        Value::text(&certificate.path),
        Value::text(&certificate.subject),
        Value::list(&certificate.dns_names),
        Value::text(&certificate.issuer),
        Value::Moment(certificate.not_before),
        Value::Moment(certificate.not_after),
        Value::Number(certificate.days_left),
        Value::text(&certificate.role_text()),
        Value::text(&certificate.key.title),
        Value::text(&certificate.signature_algorithm),
        Value::list(certificate.eku.iter().flat_map(|eku| eku.iter())),
        Value::text(certificate.ca_kind.as_str()),
        Value::text(certificate.chain.state.as_str()),
        Value::text(&certificate.sha1),
        Value::text(&certificate.serial),
        Value::list(&certificate.also_in),
    ]
}

const NOT_JUDGED: &[Column] = &[("kind", 26), ("what", 60), ("why", 60), ("what to do", 60), ("holders", 60)];

/// What was not judged, then every part of the topology and every file that was not understood.
fn not_judged(report: &Report, sheet: &mut Sheet<'_>) -> Result<(), XlsxError> {
    for row in &report.summary.unjudged {
        let UnjudgedRow { kind, what, why, remedy, holders, .. } = row;
        let class = if kind.counts() { "info" } else { "none" };
        let holders = Value::list(holders);
        sheet.row(vec![
            Value::State(kind.to_string(), class),
            Value::sentence(what),
            Value::sentence(why),
            Value::sentence(remedy),
            holders,
        ])?;
    }
    for problem in &report.problems {
        let place = format!("{}:{}:{}", problem.document, problem.line, problem.column);
        sheet.row(vec![Value::text("topology"), Value::text(&place), Value::sentence(&problem.text)])?;
    }
    for file in &report.unreadable {
        let kind = match file.kind {
            UnreadKind::Harmless => "no certificate file",
            UnreadKind::NotUnderstood => "file not understood",
            UnreadKind::Evidence => "evidence not readable",
        };
        sheet.row(vec![Value::text(kind), Value::text(&file.path), Value::sentence(&file.reason)])?;
    }
    sheet.finish()
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::texts;
