//! Whether a report says the same everywhere.
//!
//! Its summary decides exit codes and colors, and its findings are what people read: a report that was put together from two, or
//! edited by hand, must not pass for better than its findings are.

use crate::model::{FindingRow, Report, ReportState, Severity, Verdict, WorstSeverity};

/// In what a report contradicts itself, in words.
pub(super) fn contradiction(report: &Report) -> Option<String> {
    let without_verdict = report.requirements.iter().find(|requirement| requirement.verdict.is_none());
    without_verdict
        .map(|requirement| format!("its requirement `{}` has no verdict", requirement.id))
        .or_else(|| wrong_count(report))
        .or_else(|| wrong_word(report))
}

/// A number of the summary that differs from what it counts.
fn wrong_count(report: &Report) -> Option<String> {
    let summary = &report.summary;
    let open =
        |severity| count(&report.findings, |finding| finding.is_open() && finding.severity == severity);
    let with = |verdict| count(&report.requirements, |requirement| requirement.verdict == Some(verdict));
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
        ("requirements waived", summary.requirements_waived, "requirements", with(Verdict::Waived)),
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
    // Whether all was judged stands nowhere else.
    let is_fully_judged = summary.state == ReportState::InOrder;
    let state = ReportState::new(summary.errors, summary.warnings, is_fully_judged);
    (summary.state != state)
        .then(|| format!("its summary says that its state is `{}`, its findings `{state}`", summary.state))
}

fn count<T>(rows: &[T], is_meant: impl Fn(&T) -> bool) -> usize {
    rows.iter().filter(|row| is_meant(row)).count()
}
