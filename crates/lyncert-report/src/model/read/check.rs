//! Whether a report says the same everywhere.
//!
//! Its summary decides exit codes and colors, and its findings are what people read: a report that was put together from two, or
//! edited by hand, must not pass for better than its findings are.

use crate::model::{
    AssignedBy, CertificateRow, Change, ChangeCounts, FindingRow, Report, ReportState, RequirementRow,
    Severity, TOPOLOGY_SCHEMA, UnreadKind, Verdict, WorstSeverity, ended, next_to_end,
};

/// In what a report contradicts itself, in words.
pub(super) fn contradiction(report: &Report) -> Option<String> {
    let without_verdict = report.requirements.iter().find(|requirement| requirement.verdict.is_none());
    without_verdict
        .map(|requirement| format!("its requirement `{}` has no verdict", requirement.id))
        .or_else(|| {
            let schema = &report.topology.schema;
            (schema != TOPOLOGY_SCHEMA)
                .then(|| format!("its topology has the schema `{schema}`; expected `{TOPOLOGY_SCHEMA}`"))
        })
        .or_else(|| wrong_count(report))
        .or_else(|| wrong_word(report))
        .or_else(|| wrong_deadline(report))
        .or_else(|| wrong_changes(report))
}

/// A number of the summary that differs from what it counts.
fn wrong_count(report: &Report) -> Option<String> {
    let summary = &report.summary;
    let open =
        |severity| count(&report.findings, |finding| finding.is_open() && finding.severity == severity);
    let with = |verdict| count(&report.requirements, |requirement| requirement.verdict == Some(verdict));
    let names = || report.requirements.iter().flat_map(RequirementRow::counted_names);
    let counts = [
        ("errors", summary.errors, "findings", open(Severity::Error)),
        ("warnings", summary.warnings, "findings", open(Severity::Warning)),
        ("infos", summary.infos, "findings", open(Severity::Info)),
        ("waived", summary.waived, "findings", count(&report.findings, |finding| !finding.is_open())),
        ("requirements", summary.requirements, "requirements", report.requirements.len()),
        ("met", summary.met, "requirements", with(Verdict::Met)),
        ("met with warnings", summary.met_with_warnings, "requirements", with(Verdict::MetWithWarnings)),
        ("failed", summary.failed, "requirements", with(Verdict::Failed)),
        ("unmet", summary.unmet, "requirements", with(Verdict::Unmet)),
        ("not judged", summary.not_judged, "requirements", with(Verdict::NotJudged)),
        ("requirements waived", summary.requirements_waived, "requirements", with(Verdict::Waived)),
        ("names", summary.names, "requirements", names().count()),
        (
            "covered names",
            summary.names_covered,
            "requirements",
            names().filter(|name| name.is_covered()).count(),
        ),
        ("certificates", summary.certificates, "certificates", report.certificates.len()),
        (
            "certificates in use",
            summary.certificates_serving,
            "certificates",
            count(&report.certificates, CertificateRow::is_in_use),
        ),
        (
            "certificates in use that have ended",
            summary.ended,
            "certificates",
            // Documents of earlier days do not say it.
            if summary.ended_since.is_some() { ended(&report.certificates).0 } else { 0 },
        ),
        (
            "certificates without a name of this topology",
            summary.certificates_foreign,
            "certificates",
            count(&report.certificates, |certificate| certificate.foreign),
        ),
        ("files not understood", summary.unreadable, "list of them", report.unreadable.len()),
        ("problems", summary.problems, "list of them", report.problems.len()),
    ];
    let (what, said, of, found) = counts.into_iter().find(|(_, said, _, found)| said != found)?;
    Some(format!("its summary says {said} {what}, its {of} {found}"))
}

/// A word of the summary that its numbers do not allow.
fn wrong_word(report: &Report) -> Option<String> {
    let summary = &report.summary;
    let open = report.findings.iter().filter(|finding| finding.is_open());
    let worst = WorstSeverity::from(open.map(|finding: &FindingRow| finding.severity).max());
    if summary.worst != worst {
        return Some(format!(
            "its summary says that the worst is `{}`, its findings `{worst}`",
            summary.worst
        ));
    }
    let state = ReportState::of(summary.errors, summary.warnings, &summary.unjudged, summary.requirements);
    if summary.state != state {
        return Some(format!(
            "its summary says that its state is `{}`, its findings and what was not judged `{state}`",
            summary.state
        ));
    }
    if summary.assignments != report.assignment_counts() {
        return Some("its summary counts other assignments than its requirements".to_owned());
    }
    (state == ReportState::InOrder && !may_be_fully_judged(report))
        .then(|| format!("its summary says that its state is `{state}`, and not everything was judged"))
}

/// What the report itself shows of whether all was judged: all was understood, and every requirement, of which there is one at
/// least, is served by what is known to be in use, or is waived.
fn may_be_fully_judged(report: &Report) -> bool {
    let is_known = |requirement: &RequirementRow| {
        let is_waived = requirement.verdict == Some(Verdict::Waived);
        (is_waived || !requirement.holdings.is_empty())
            && requirement.holdings.iter().all(|holding| match holding.assigned_by {
                Some(AssignedBy::Placed | AssignedBy::Assigned) => true,
                Some(AssignedBy::BestMatch) | None => false,
            })
    };
    report.unreadable.iter().all(|file| file.kind == UnreadKind::Harmless)
        && report.problems.is_empty()
        && !report.requirements.is_empty()
        && report.requirements.iter().all(is_known)
}

/// The next and the oldest deadline, where they are not those of the certificates. Of several that end at once any may be named: they are told apart by
/// their hashes, and the pseudonyms of a redacted report have another order.
fn wrong_deadline(report: &Report) -> Option<String> {
    let summary = &report.summary;
    let next = next_to_end(&report.certificates);
    let is_named = match (next, &summary.next_deadline_certificate) {
        (Some(next), Some(named)) => report.certificates.iter().any(|certificate| {
            certificate.is_in_use() && certificate.not_after == next.not_after && certificate.sha1 == *named
        }),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    let is_same = summary.next_deadline == next.map(|next| next.not_after)
        && summary.next_deadline_days == next.map(|next| next.days_left);
    // Documents of earlier days do not say since when.
    let is_since = summary.ended_since.is_none() || summary.ended_since == ended(&report.certificates).1;
    (!is_named || !is_same || !is_since)
        .then(|| "its summary says other deadlines than its certificates".to_owned())
}

/// Numbers of the comparison with the older report that differ from what they count. Without one nothing has changed.
fn wrong_changes(report: &Report) -> Option<String> {
    let Some(baseline) = &report.baseline else {
        let changed = report.findings.iter().find(|finding| finding.change.is_some());
        return changed.map(|finding| format!("its finding `{}` has changed since no report", finding.id));
    };
    let mut counts = ChangeCounts { by_rules: baseline.by_rules.len(), ..ChangeCounts::default() };
    for finding in &report.findings {
        match finding.change {
            Some(Change::Fixed) => {
                return Some(format!("its finding `{}` is there, and said to be fixed", finding.id));
            }
            Some(change) => counts.count(change),
            None => return Some(format!("its finding `{}` was not compared with its baseline", finding.id)),
        }
    }
    counts.fixed = baseline.fixed.len();
    (counts != baseline.counts).then(|| "its baseline counts other changes than its findings".to_owned())
}

fn count<T>(rows: &[T], is_meant: impl Fn(&T) -> bool) -> usize {
    rows.iter().filter(|row| is_meant(row)).count()
}
