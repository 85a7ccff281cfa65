//! The table for whoever renews.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::cell::{Cell, cell, list, yes_no};
use super::{by_thumbprint, write_table};
use crate::{CertificateRow, Order, Report, RequirementRow};

#[derive(Default, Serialize)]
struct Row {
    estate: Cell,
    order: Cell,
    action: Cell,
    subject: Cell,
    names: Cell,
    usages: Cell,
    install_on: Cell,
    ca: Cell,
    key_bits: Cell,
    exportable: Cell,
    due: Cell,
    reason: Cell,
    /// For the reader to fill in; so are the two behind it.
    owner: Cell,
    ticket: Cell,
    done: Cell,
}

/// One row a certificate to request, for the person who renews: with columns to fill in.
///
/// # Errors
///
/// Those of the sink.
pub fn write(report: &Report, sink: &mut dyn Write) -> io::Result<()> {
    let certificates = by_thumbprint(report);
    let rows = report.orders.iter().filter_map(|order| {
        let action = action(report, order, &certificates)?;
        Some(row(report, order, &action))
    });
    write_table(rows, sink)
}

fn row(report: &Report, order: &Order, action: &Action) -> Row {
    Row {
        estate: cell(&report.estate),
        order: cell(&order.id),
        action: cell(action.what),
        subject: cell(format_args!("CN={}", order.subject)),
        names: list(order.names.iter().map(|name| &name.name)),
        usages: list(&order.usages),
        install_on: list(&order.install_on),
        ca: cell(order.ca()),
        key_bits: cell(order.key.bits),
        exportable: yes_no(order.key.exportable),
        due: cell(&action.due),
        reason: cell(&action.reason),
        ..Row::default()
    }
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
    let has =
        |verdict: &str| served.iter().any(|requirement| requirement.verdict.as_deref() == Some(verdict));
    let (today, _) = report.at.split_once('T').unwrap_or((&report.at, ""));
    if has("unmet") {
        let reason = "no certificate serves it".to_owned();
        return Some(Action { what: "request", due: today.to_owned(), reason });
    }
    let end = served
        .iter()
        .flat_map(|requirement| &requirement.holdings)
        .filter_map(|holding| certificates.get(holding.certificate.as_deref()?))
        .min_by_key(|certificate| certificate.days_left)?;
    if has("failed") {
        let reason = reasons(report, order, "error");
        return Some(Action { what: "renew", due: today.to_owned(), reason });
    }
    let due = due(&end.not_after, today);
    if end.days_left <= HORIZON_DAYS {
        let reason = format!("{} ends on {}", end.path, end.not_after);
        return Some(Action { what: "renew", due, reason });
    }
    has("met-with-warnings").then(|| Action { what: "renew", due, reason: reasons(report, order, "warning") })
}

/// The messages of the order's findings of a severity.
fn reasons(report: &Report, order: &Order, severity: &str) -> String {
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
fn due(not_after: &str, today: &str) -> String {
    let start = OffsetDateTime::parse(not_after, &Rfc3339).ok().and_then(|end| end.checked_sub(LEAD));
    let Some(start) = start else { return today.to_owned() };
    let day = format!("{:04}-{:02}-{:02}", start.year(), u8::from(start.month()), start.day());
    if day.as_str() < today { today.to_owned() } else { day }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renewal_is_due_30_days_before_the_end_and_never_in_the_past() {
        assert_eq!(due("2027-03-31T23:59:59Z", "2026-11-22"), "2027-03-01");
        assert_eq!(due("2026-12-01T00:00:00Z", "2026-11-22"), "2026-11-22");
        assert_eq!(due("0001-01-02T00:00:00Z", "2026-11-22"), "2026-11-22");
    }
}
