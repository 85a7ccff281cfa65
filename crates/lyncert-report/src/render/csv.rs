//! CSV, for spreadsheets: UTF-8 with a byte order mark, CRLF, every field in quotes, no formulas, no markup.

use std::collections::BTreeMap;
use std::io::{self, Write};

use csv::{QuoteStyle, Terminator, WriterBuilder};
use time::Duration;

use super::escape::cell;
use crate::model::{AddedBy, NameStatus, Severity, Timestamp, Verdict};
use crate::{
    CertificateRow, ChangeCounts, DiffView, ForecastView, IndexView, NameRow, Order, Plan, Report,
    RequirementRow, WizardRow,
};

/// One row a finding.
///
/// # Errors
///
/// Those of the sink; so for all writers here.
pub fn findings(report: &Report, sink: &mut dyn Write) -> io::Result<()> {
    let certificates = by_thumbprint(report);
    let rows = report.findings.iter().map(|finding| {
        let certificate = finding.certificate.as_ref().and_then(|sha1| certificates.get(sha1.as_str()));
        let waived = finding.waived.as_ref();
        vec![
            report.estate.clone(),
            text(finding.site.as_ref()),
            text(finding.pool.as_ref()),
            text(finding.server.as_ref()),
            list(&finding.usages),
            finding.severity.to_string(),
            finding.rule.clone(),
            text(finding.clause.as_ref()),
            if finding.waived.is_some() { "waived" } else { "open" }.to_owned(),
            text(finding.name.as_ref()),
            finding.expected.clone(),
            finding.found.clone(),
            finding.message.clone(),
            finding.consequence.to_string(),
            finding.remedy.to_string(),
            finding.source.to_string(),
            text(finding.certificate_file.as_ref()),
            text(finding.certificate.as_ref()),
            text(certificate.map(|certificate| &certificate.not_after)),
            waived.map(|waived| waived.reason.clone()).unwrap_or_default(),
            text(waived.and_then(|waived| waived.expires.as_ref())),
            text(waived.and_then(|waived| waived.by.as_ref())),
            text(finding.change.as_ref()),
        ]
    });
    table(FINDINGS, rows, sink)
}

/// One row a finding of either of two reports, the changes that matter first.
///
/// # Errors
///
/// Those of the sink.
pub fn changed(view: &DiffView, sink: &mut dyn Write) -> io::Result<()> {
    let rows = view.changes.iter().map(|row| {
        let finding = &row.finding;
        vec![
            view.new.estate.clone(),
            row.change.to_string(),
            text(finding.site.as_ref()),
            text(finding.pool.as_ref()),
            text(finding.server.as_ref()),
            list(&finding.usages),
            finding.severity.to_string(),
            text(row.old_severity.as_ref()),
            finding.rule.clone(),
            text(finding.name.as_ref()),
            finding.message.clone(),
            text(finding.certificate_file.as_ref()),
            text(finding.certificate.as_ref()),
            finding.id.clone(),
        ]
    });
    table(CHANGES, rows, sink)
}

/// One row an estate, worst first.
///
/// # Errors
///
/// Those of the sink.
pub fn index(view: &IndexView, sink: &mut dyn Write) -> io::Result<()> {
    let rows = view.estates.iter().map(|row| {
        let changes = row.changes.as_ref();
        let change = |of: fn(&ChangeCounts) -> usize| changes.map(|c| of(c).to_string()).unwrap_or_default();
        vec![
            row.estate.clone(),
            row.state.to_string(),
            row.exit_code.to_string(),
            row.verdict.clone(),
            row.at.to_string(),
            row.product.clone(),
            row.errors.to_string(),
            row.warnings.to_string(),
            row.infos.to_string(),
            row.waived.to_string(),
            row.requirements.to_string(),
            row.met.to_string(),
            row.failed.to_string(),
            row.unmet.to_string(),
            row.names.to_string(),
            row.names_covered.to_string(),
            row.certificates_serving.to_string(),
            row.not_understood.to_string(),
            text(row.next_deadline.as_ref()),
            row.next_deadline_days.map(|days| days.to_string()).unwrap_or_default(),
            text(row.next_deadline_holder.as_ref()),
            text(row.since.as_ref()),
            change(ChangeCounts::news),
            change(|counts| counts.fixed),
            text(row.folder.as_ref()),
        ]
    });
    table(INDEX, rows, sink)
}

/// One row a required name; a requirement without names has one row with an empty name.
///
/// # Errors
///
/// Those of the sink.
pub fn coverage(report: &Report, sink: &mut dyn Write) -> io::Result<()> {
    let certificates = by_thumbprint(report);
    let rows = report.requirements.iter().flat_map(|requirement| {
        let certificate = requirement.certificate.as_ref().and_then(|sha1| certificates.get(sha1.as_str()));
        let head = vec![
            report.estate.clone(),
            text(requirement.site.as_ref()),
            text(requirement.pool.as_ref()),
            text(requirement.server.as_ref()),
            requirement.kind.clone(),
            list(&requirement.usages),
            requirement.subject.clone(),
        ];
        let tail = vec![
            certificate.map(|certificate| certificate.path.to_string()).unwrap_or_default(),
            text(requirement.certificate.as_ref()),
        ];
        let names = requirement.names.iter().map(|name| {
            vec![
                name.name.clone(),
                name.need.to_string(),
                name.status.map_or("unmet", NameStatus::as_str).to_owned(),
                text(name.covered_by.as_ref()),
                name.added_by.to_string(),
                name.because.clone(),
                name.clause.clone(),
                name.source.clone(),
            ]
        });
        let mut middles: Vec<Vec<String>> = names.collect();
        if middles.is_empty() {
            let status = if requirement.certificate.is_some() { "no name needed" } else { "unmet" };
            let mut middle = vec![String::new(); 8];
            if let Some(field) = middle.get_mut(2) {
                status.clone_into(field);
            }
            middles.push(middle);
        }
        middles
            .into_iter()
            .map(move |middle| [head.clone(), middle, tail.clone()].concat())
            .collect::<Vec<_>>()
    });
    table(COVERAGE, rows, sink)
}

/// One row a certificate.
///
/// # Errors
///
/// Those of the sink.
pub fn certificates(certificates: &[CertificateRow], sink: &mut dyn Write) -> io::Result<()> {
    let rows = certificates.iter().map(|certificate| {
        vec![
            certificate.path.to_string(),
            list(&certificate.also_in),
            certificate.subject.clone(),
            list(&certificate.common_names),
            list(&certificate.dns_names),
            list(&certificate.other_names),
            certificate.issuer.to_string(),
            certificate.serial.clone(),
            certificate.sha1.clone(),
            certificate.sha256.clone(),
            certificate.not_before.to_string(),
            certificate.not_after.to_string(),
            certificate.days_left.to_string(),
            certificate.key.title.clone(),
            certificate.signature_algorithm.to_string(),
            certificate.eku.as_ref().map(|eku| list(eku)).unwrap_or_default(),
            certificate.ca_kind.to_string(),
            certificate.self_signed.map_or("not checkable", |yes| if yes { "yes" } else { "no" }).to_owned(),
            certificate.chain.state.to_string(),
            list(&certificate.serves),
            certificate.chain.reason.clone(),
            list(&certificate.chain.issuers),
            certificate.revoked.as_ref().map(ToString::to_string).unwrap_or_default(),
            text(certificate.superseded_by.as_ref()),
            list(&certificate.friendly_names),
            text(certificate.template.as_ref()),
            text(certificate.key_provider.as_ref()),
            if certificate.has_private_key { "yes" } else { "no" }.to_owned(),
            list(&certificate.oddities),
        ]
    });
    table(CERTIFICATES, rows, sink)
}

/// One row a thing that comes.
///
/// # Errors
///
/// Those of the sink.
pub fn forecast(view: &ForecastView, sink: &mut dyn Write) -> io::Result<()> {
    let rows = view.events.iter().map(|event| {
        vec![
            view.estate.clone(),
            event.at.to_string(),
            event.days.to_string(),
            event.severity.to_string(),
            event.rule.clone(),
            event.holder.clone(),
            event.message.clone(),
            event.consequence.clone(),
            event.remedy.clone(),
            event.source.clone(),
            text(event.certificate_file.as_ref()),
            text(event.certificate.as_ref()),
        ]
    });
    table(FORECAST, rows, sink)
}

/// One row a certificate to request, for the person who renews: with columns to fill in.
///
/// # Errors
///
/// Those of the sink.
pub fn action_plan(report: &Report, sink: &mut dyn Write) -> io::Result<()> {
    let certificates = by_thumbprint(report);
    let rows = report.orders.iter().filter_map(|order| {
        let action = action(report, order, &certificates)?;
        Some(vec![
            report.estate.clone(),
            order.id.clone(),
            action.what.to_owned(),
            format!("CN={}", order.subject),
            list(&order.names.iter().map(|name| name.name.clone()).collect::<Vec<_>>()),
            list(&order.usages),
            list(&order.install_on),
            order.ca().to_owned(),
            order.key.bits.to_string(),
            if order.key.exportable { "yes" } else { "no" }.to_owned(),
            action.due,
            action.reason,
            String::new(),
            String::new(),
            String::new(),
        ])
    });
    table(ACTION_PLAN, rows, sink)
}

/// What to do about an order, and until when.
struct Action {
    what: &'static str,
    due: String,
    reason: String,
}

/// Renewal starts so long before the end.
const LEAD: Duration = Duration::days(30);
/// What ends within this time is in the plan.
const HORIZON_DAYS: i64 = 60;

fn action(report: &Report, order: &Order, certificates: &BTreeMap<&str, &CertificateRow>) -> Option<Action> {
    let served: Vec<&RequirementRow> = report
        .requirements
        .iter()
        .filter(|requirement| order.requirements.contains(&requirement.id))
        .collect();
    let has = |verdict: Verdict| served.iter().any(|requirement| requirement.verdict == Some(verdict));
    let today = &report.at.day().to_string();
    if has(Verdict::Unmet) {
        let reason = "no certificate serves it".to_owned();
        return Some(Action { what: "request", due: today.to_owned(), reason });
    }
    let end = served
        .iter()
        .flat_map(|requirement| &requirement.holdings)
        .filter_map(|holding| certificates.get(holding.certificate.as_deref()?))
        .min_by_key(|certificate| certificate.days_left)?;
    if has(Verdict::Failed) {
        let reason = reasons(report, order, Severity::Error);
        return Some(Action { what: "renew", due: today.to_owned(), reason });
    }
    let due = due(end.not_after, today);
    if end.days_left <= HORIZON_DAYS {
        let reason = format!("{} ends on {}", end.path, end.not_after);
        return Some(Action { what: "renew", due, reason });
    }
    has(Verdict::MetWithWarnings).then(|| Action {
        what: "renew",
        due,
        reason: reasons(report, order, Severity::Warning),
    })
}

/// The messages of the order's findings of a severity.
fn reasons(report: &Report, order: &Order, severity: Severity) -> String {
    let concerned = report.findings.iter().filter(|finding| {
        let same_holder = finding.pool == order.pool
            && finding
                .server
                .as_ref()
                .is_none_or(|server| order.install_on.is_empty() || order.install_on.contains(server));
        same_holder
            && finding.waived.is_none()
            && finding.severity == severity
            && finding.usages.iter().any(|usage| order.usages.contains(usage))
    });
    let mut messages: Vec<String> = Vec::new();
    for finding in concerned {
        if !messages.contains(&finding.message) {
            messages.push(finding.message.clone());
        }
    }
    messages.join("; ")
}

/// The day 30 days before the end, but not before today.
fn due(not_after: Timestamp, today: &str) -> String {
    let Some(start) = not_after.moment().checked_sub(LEAD) else { return today.to_owned() };
    let day = start.date().to_string();
    if day.as_str() < today { today.to_owned() } else { day }
}

/// One row a certificate to request.
///
/// # Errors
///
/// Those of the sink.
pub fn plan(plan: &Plan, sink: &mut dyn Write) -> io::Result<()> {
    let rows = plan.orders.iter().map(|order| {
        let wizard = |names: fn(&WizardRow) -> &Vec<String>| {
            order.wizard.as_ref().map(|wizard| list(names(wizard))).unwrap_or_default()
        };
        let names = |by: fn(&NameRow) -> bool| {
            list(
                &order.names.iter().filter(|name| by(name)).map(|name| name.name.clone()).collect::<Vec<_>>(),
            )
        };
        let obstacles: Vec<_> = order.obstacles.iter().map(|obstacle| obstacle.text.clone()).collect();
        vec![
            plan.estate.clone(),
            order.id.clone(),
            order.holder.clone(),
            list(&order.usages),
            list(&order.install_on),
            format!("CN={}", order.subject),
            names(|_| true),
            names(|name| name.added_by == AddedBy::Person),
            list(&order.also_accepted),
            list(&order.eku),
            order.ca().to_owned(),
            order.key.algorithm.clone(),
            order.key.bits.to_string(),
            if order.key.exportable { "yes" } else { "no" }.to_owned(),
            order.friendly_name.clone(),
            list(&obstacles),
            wizard(|wizard| &wizard.names),
            wizard(|wizard| &wizard.names_ticked),
            wizard(|wizard| &wizard.lacks),
            wizard(|wizard| &wizard.lacks_ticked),
            wizard(|wizard| &wizard.surplus),
        ]
    });
    table(PLAN, rows, sink)
}

fn by_thumbprint(report: &Report) -> BTreeMap<&str, &CertificateRow> {
    report.certificates.iter().map(|certificate| (certificate.sha1.as_str(), certificate)).collect()
}

fn text(value: Option<&impl ToString>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

fn list(items: &[impl AsRef<str>]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    items.join("; ")
}

fn table(columns: &[&str], rows: impl Iterator<Item = Vec<String>>, sink: &mut dyn Write) -> io::Result<()> {
    sink.write_all("\u{feff}".as_bytes())?;
    let mut writer =
        WriterBuilder::new().quote_style(QuoteStyle::Always).terminator(Terminator::CRLF).from_writer(sink);
    writer.write_record(columns)?;
    for row in rows {
        debug_assert_eq!(row.len(), columns.len(), "a row has a field for each column");
        writer.write_record(row.iter().map(|field| cell(field).into_owned()))?;
    }
    writer.flush()
}

const CHANGES: &[&str] = &[
    "estate",
    "change",
    "site",
    "pool",
    "server",
    "usages",
    "severity",
    "old_severity",
    "rule",
    "name",
    "message",
    "certificate_file",
    "certificate_sha1",
    "id",
];

const INDEX: &[&str] = &[
    "estate",
    "status",
    "exit_code",
    "verdict",
    "at",
    "product",
    "errors",
    "warnings",
    "infos",
    "waived",
    "requirements",
    "met",
    "failed",
    "unmet",
    "names",
    "names_covered",
    "certificates_serving",
    "not_understood",
    "next_deadline",
    "days_left",
    "next_deadline_holder",
    "since",
    "news",
    "fixed",
    "folder",
];

const FINDINGS: &[&str] = &[
    "estate",
    "site",
    "pool",
    "server",
    "usages",
    "severity",
    "rule",
    "clause",
    "status",
    "name",
    "expected",
    "found",
    "message",
    "consequence",
    "remedy",
    "source",
    "certificate_file",
    "certificate_sha1",
    "not_after",
    "waived_reason",
    "waived_until",
    "waived_by",
    "change",
];
const FORECAST: &[&str] = &[
    "estate",
    "at",
    "days",
    "severity",
    "rule",
    "holder",
    "message",
    "consequence",
    "remedy",
    "source",
    "certificate_file",
    "certificate_sha1",
];
const COVERAGE: &[&str] = &[
    "estate",
    "site",
    "pool",
    "server",
    "kind",
    "usages",
    "subject",
    "name",
    "need",
    "status",
    "covered_by",
    "added_by",
    "because",
    "clause",
    "source",
    "certificate_file",
    "certificate_sha1",
];
const CERTIFICATES: &[&str] = &[
    "path",
    "also_in",
    "subject",
    "common_name",
    "dns_names",
    "other_names",
    "issuer",
    "serial",
    "sha1",
    "sha256",
    "not_before",
    "not_after",
    "days_left",
    "key",
    "signature",
    "eku",
    "ca_kind",
    "self_signed",
    "chain",
    "serves",
    "chain_reason",
    "chain_issuers",
    "revoked",
    "superseded_by",
    "friendly_names",
    "template",
    "key_provider",
    "private_key_in_archive",
    "oddities",
];
const PLAN: &[&str] = &[
    "estate",
    "order",
    "holder",
    "usages",
    "install_on",
    "subject",
    "names",
    "names_by_hand",
    "also_accepted",
    "eku",
    "ca",
    "key_algorithm",
    "key_bits",
    "exportable",
    "friendly_name",
    "attention",
    "wizard_names",
    "wizard_names_all_domains_ticked",
    "wizard_lacks",
    "wizard_lacks_all_domains_ticked",
    "wizard_surplus",
];
const ACTION_PLAN: &[&str] = &[
    "estate",
    "order",
    "action",
    "subject",
    "names",
    "usages",
    "install_on",
    "ca",
    "key_bits",
    "exportable",
    "due",
    "reason",
    "owner",
    "ticket",
    "done",
];

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::render::testing::hostile_report;

    type Writer = fn(&Report, &mut dyn Write) -> io::Result<()>;

    fn written(write: Writer) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(&hostile_report(), &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn every_table_reads_back_with_its_columns_and_without_formulas() {
        let tables: [(Writer, &[&str]); 4] = [
            (findings, FINDINGS),
            (coverage, COVERAGE),
            (|report, sink| certificates(&report.certificates, sink), CERTIFICATES),
            (action_plan, ACTION_PLAN),
        ];
        for (write, columns) in tables {
            let bytes = written(write);
            let body = bytes.strip_prefix("\u{feff}".as_bytes()).expect("a byte order mark");
            let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(body);
            assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), columns);
            let mut rows = 0;
            for row in reader.records() {
                rows += 1;
                for field in row.unwrap().iter() {
                    assert!(!field.trim_start().starts_with(['=', '+', '-', '@']), "{field:?}");
                    assert!(!field.contains(['\r', '\n', '\0', '\u{202e}']), "{field:?}");
                }
            }
            assert!(rows > 0, "{columns:?}");
            assert!(String::from_utf8(bytes).unwrap().ends_with("\"\r\n"));
        }
    }

    #[test]
    fn every_finding_certificate_and_requirement_has_a_row() {
        let report = hostile_report();
        let rows = |write: Writer| String::from_utf8(written(write)).unwrap().matches("\r\n").count() - 1;
        assert_eq!(rows(findings), report.findings.len());
        assert_eq!(rows(|report, sink| certificates(&report.certificates, sink)), report.certificates.len());
        let names: usize = report.requirements.iter().map(|requirement| requirement.names.len().max(1)).sum();
        assert_eq!(rows(coverage), names);
    }

    #[test]
    fn renewal_is_due_30_days_before_the_end_and_never_in_the_past() {
        let due = |end: time::OffsetDateTime| due(end.into(), "2026-11-22");
        assert_eq!(due(datetime!(2027-03-31 23:59:59 UTC)), "2027-03-01");
        assert_eq!(due(datetime!(2026-12-01 00:00:00 UTC)), "2026-11-22");
        assert_eq!(due(datetime!(0001-01-02 00:00:00 UTC)), "2026-11-22");
    }
}
