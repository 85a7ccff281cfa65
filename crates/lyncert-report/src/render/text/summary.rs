//! The outcome of an audit: the numbers, what to do next, what was not judged and what was found, the worst first.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::io::{self, Write};

use time::Time;

use crate::model::grouped;

use super::few::first_of_each_kind;
use super::look::Ink;
use super::{Look, Page, caveats, changes, inked, line, of_files, problems, section, title, wrapped};
use crate::model::{
    AssignmentCounts, Change, FindingRow, HolderKind, ReplacementRow, Report, ReportState, Severity, Summary,
    Timestamp, UnjudgedRow, Usage, usages_text,
};
use crate::render::dates::{day_in_words, days_off};
use crate::render::first_few;

/// The outcome of an audit. `table` is the file with all findings, where one is written.
///
/// # Errors
///
/// Those of the sink.
pub fn summary(report: &Report, table: Option<&str>, look: Look, sink: &mut dyn Write) -> io::Result<()> {
    let page = &mut Page::new(look, sink);
    let all = table.unwrap_or(ALL_IN_REPORT);
    first_lines(report, page)?;
    line(page, "")?;
    numbers(report, page)?;
    do_next(report, table.map_or(ALL_IN_REPORT, |_| PLAN_TABLE), page)?;
    not_judged(&report.summary, page)?;
    findings(report, all, page)?;
    if let Some(not_shown) = report.not_shown {
        line(page, "")?;
        wrapped(page, "", &not_shown.sentence())?;
    }
    not_understood(report, all, page)
}

/// What to look at after the summary: the page, where one was written.
///
/// # Errors
///
/// Those of the sink.
pub fn next_step(written: Option<&str>, look: Look, sink: &mut dyn Write) -> io::Result<()> {
    let text = match written {
        Some(path) => format!("open {path}"),
        None => "`--out FOLDER` writes a page with all of this, and tables for spreadsheets".to_owned(),
    };
    inked(&mut Page::new(look, sink), Ink::Title, "Next: ", &text)
}

/// Which estate it is, how it stands, and what that speaks of.
fn first_lines(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let summary = &report.summary;
    line(page, &format!("{} on {}", report.estate, moment_in_words(report.at)))?;
    if let Some(collected) = &report.collected {
        line(page, &collected.text)?;
    }
    if summary.certificates == 0 {
        line(page, "No certificate that could be read was found")?;
    }
    if let Some(foreign) = summary.foreign_text() {
        line(page, &foreign)?;
    }
    let ink = match summary.state {
        ReportState::InOrder => Ink::Good,
        ReportState::NotFullyJudged | ReportState::Warnings => Ink::Warning,
        ReportState::Errors => Ink::Bad,
    };
    inked(page, ink, &format!("{} ", ink.symbol()), &summary.verdict)?;
    if let Some(scope) = &report.scope {
        wrapped(page, "", &scope.sentence())?;
    }
    for support in &report.support {
        wrapped(page, "", &support.sentence())?;
    }
    Ok(())
}

/// A moment as people write it; of midnight, which a day alone stands for, the day.
pub(in crate::render) fn moment_in_words(moment: Timestamp) -> String {
    let day = day_in_words(moment.day());
    let time = moment.moment().time();
    if time == Time::MIDNIGHT { day } else { format!("{day}, {:02}:{:02} UTC", time.hour(), time.minute()) }
}

fn numbers(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let summary = &report.summary;
    let counts = [
        (summary.met, "met"),
        (summary.met_with_warnings, "met with warnings"),
        (summary.failed, "failed"),
        (summary.unmet, "unmet"),
        (summary.not_judged, "not judged"),
        (summary.requirements_waived, "waived"),
    ];
    wrapped(page, "  requirements   ", &counted_parts(summary.requirements, "requirement", &counts))?;
    let AssignmentCounts { assigned, placed, assumed } = summary.assignments;
    let known = [(assigned, "by an export"), (placed, "by the place of the file"), (assumed, "assumed")];
    wrapped(page, "  assignments    ", &counted_parts(assigned + placed + assumed, "assignment", &known))?;
    line(page, &format!("  names          {} of {} covered", summary.names_covered, summary.names))?;
    let (found, serving) = (summary.certificates, summary.certificates_serving);
    let foreign = match summary.certificates_foreign {
        0 => String::new(),
        foreign => format!(", {foreign} without any name of this topology"),
    };
    line(page, &format!("  certificates   {found} found, {serving} in use{foreign}"))?;
    if let Some(since) = summary.ended_since {
        let since = day_in_words(since.day());
        line(page, &format!("  expired        {} in use, the first on {since}", summary.ended))?;
    }
    if let (Some(deadline), Some(days)) = (&summary.next_deadline, summary.next_deadline_days) {
        let holder = summary.next_deadline_holder.as_deref().unwrap_or_default();
        let text = format!("{}, {} ({holder})", day_in_words(deadline.day()), days_off(days));
        wrapped(page, "  next expiry    ", &text)?;
    }
    if let Some(policy) = report.policy.sentence(summary.waived) {
        wrapped(page, "  policy         ", &policy)?;
    }
    if !summary.not_looked_at.is_empty() {
        wrapped(page, "  not looked at: ", &summary.not_looked_at.join(", "))?;
    }
    if let Some(baseline) = &report.baseline {
        let counts = changes(&baseline.counts);
        // What has expired since is said so already.
        let since = if counts.ends_with(" since") { "" } else { " since" };
        let at = day_in_words(baseline.at.day());
        wrapped(page, "  changes        ", &format!("{counts}{since} {at}{}", caveats(&baseline.caveats)))?;
    }
    Ok(())
}

/// The parts that a number is made of, without those that are none.
fn counted_parts(all: usize, of_what: &str, parts: &[(usize, &str)]) -> String {
    let told: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if all == 0 || told.is_empty() { format!("no {of_what}") } else { told.join(", ") }
}

/// The file that all repairs stand in, beside that with all findings.
const PLAN_TABLE: &str = "action-plan.csv";
/// So many repairs are told; the others are counted.
const SHOWN_REPAIRS: usize = 5;

/// The certificates to replace, request, install or move, the soonest due first.
fn do_next(report: &Report, all: &str, page: &mut Page<'_>) -> io::Result<()> {
    if report.replacements.is_empty() {
        return Ok(());
    }
    title(page, "Do next")?;
    for row in report.replacements.iter().take(SHOWN_REPAIRS) {
        let days = (row.due.date() - report.at.day()).whole_days();
        let (ink, when) = match days {
            ..=0 => (Ink::Bad, "now".to_owned()),
            1..=SOON_DAYS => {
                (Ink::Warning, format!("by {}, {}", day_in_words(row.due.date()), days_off(days)))
            }
            _ => (Ink::Plain, format!("by {}, {}", day_in_words(row.due.date()), days_off(days))),
        };
        let lead = format!("  {:>2}. ", row.id);
        inked(page, ink, &lead, &format!("{when}: {} {}", row.action.title(), certificate_of(report, row)))?;
        wrapped(page, "      ", &row.reason)?;
    }
    if let more @ 1.. = report.replacements.len().saturating_sub(SHOWN_REPAIRS) {
        wrapped(page, "  ", &format!("and {} more in {all}", grouped(more)))?;
    }
    Ok(())
}

/// Within so many days a repair is urgent: an approval, a CA and a maintenance window take as long.
const SOON_DAYS: i64 = 30;
/// So many holders are named in one line.
const MAX_HOLDERS: usize = 3;

/// Which certificate a repair is about: whose, what for, and where it lies.
pub(in crate::render) fn certificate_of(report: &Report, row: &ReplacementRow) -> String {
    let file = row.certificate.as_ref().and_then(|sha1| {
        let certificate = report.certificates.iter().find(|certificate| certificate.sha1 == *sha1)?;
        Some(format!(" ({})", certificate.path))
    });
    let whose = if row.usages == [Usage::OAuthTokenIssuer] {
        OAUTH.to_owned()
    } else {
        let holders = first_few(&row.holders, MAX_HOLDERS, "more");
        format!("the certificate of {holders} for {}", usages_text(&row.usages))
    };
    format!("{whose}{}", file.unwrap_or_default())
}

/// The one certificate that the deployment as a whole has.
const OAUTH: &str = "the OAuth certificate";

/// What was not judged, why, and what would make it judged. What was left out by choice stands in the scope.
fn not_judged(summary: &Summary, page: &mut Page<'_>) -> io::Result<()> {
    for (index, row) in summary.counting_unjudged().enumerate() {
        if index == 0 {
            title(page, "Not judged")?;
        }
        let UnjudgedRow { kind, what, why, remedy, .. } = row;
        wrapped(page, "  ", &format!("{kind}: {what}: {why}"))?;
        if !row.holders.is_empty() {
            wrapped(page, "    ", &format!("Concerns {}", first_few(&row.holders, MAX_HOLDERS, "more")))?;
        }
        wrapped(page, "    ", remedy)?;
    }
    Ok(())
}

/// Of each rule so many findings are shown.
const SHOWN_FINDINGS: usize = 10;
/// Where everything stands that a terminal shows the beginning of.
const ALL_IN_REPORT: &str = "the files that `--out` writes";

fn findings(report: &Report, all: &str, page: &mut Page<'_>) -> io::Result<()> {
    for (severity, heading) in
        [(Severity::Error, "Errors"), (Severity::Warning, "Warnings"), (Severity::Info, "Information")]
    {
        let found = by_prominence(report, severity);
        if found.is_empty() {
            continue;
        }
        let ink = Ink::of(severity);
        title(page, heading)?;
        let rows = found.iter().map(|finding| (finding.rule.clone(), move || finding_text(finding)));
        let lead = format!("  {} ", ink.symbol());
        first_of_each_kind(rows, SHOWN_FINDINGS, all, (ink, &lead), page)?;
    }
    Ok(())
}

/// The findings of a severity, those first that people should see first.
pub(in crate::render) fn by_prominence(report: &Report, severity: Severity) -> Vec<&FindingRow> {
    let prominence: HashMap<&str, u8> =
        report.rules.iter().map(|rule| (rule.id.as_str(), rule.prominence)).collect();
    let mut found: Vec<&FindingRow> =
        report.findings.iter().filter(|finding| finding.severity == severity).collect();
    // The sort keeps the order within a rule.
    found.sort_by_key(|finding| Reverse(prominence.get(finding.rule.as_str()).copied()));
    found
}

fn finding_text(finding: &FindingRow) -> String {
    let waived = match &finding.waived {
        Some(waived) => format!(" (waived: {})", waived.reason),
        None => String::new(),
    };
    let change = match finding.change {
        None | Some(Change::Unchanged | Change::Waived) => String::new(),
        Some(
            change @ (Change::New
            | Change::Worse
            | Change::ExpiredSince
            | Change::WaiverLapsed
            | Change::Fixed),
        ) => format!("[{}] ", change.label()),
    };
    let whose = match &finding.holder_ref {
        Some(holder) if holder.kind == HolderKind::Deployment => OAUTH,
        Some(_) | None => finding.whose(),
    };
    let file = finding.certificate_file.as_ref().map(|file| format!(" ({file})")).unwrap_or_default();
    format!("{change}{}: {whose}{file}: {}{waived}", finding.rule, finding.message)
}

fn not_understood(report: &Report, all: &str, page: &mut Page<'_>) -> io::Result<()> {
    if !report.topology.notes.is_empty() {
        title(page, "Notes")?;
        for note in &report.topology.notes {
            wrapped(page, "  ", note)?;
        }
    }
    let requests = report.requests.iter().map(|request| (&request.path, &request.text));
    let lists = report.crls.iter().map(|list| (&list.path, &list.text));
    section("Also in the folder", requests.chain(lists), all, page)?;
    let split = report.orders_to_split();
    let split = split.iter().filter_map(|order| Some((&order.id, &order.attention.as_ref()?.text)));
    section("Too many names for one certificate", split, all, page)?;
    if report.problems.is_empty() && report.unreadable.is_empty() && report.keys.is_empty() {
        return Ok(());
    }
    title(page, "Not understood, or not a certificate")?;
    problems(&report.problems, all, page)?;
    let unreadable = report.unreadable.iter().map(|file| (&file.path, &file.reason));
    of_files(unreadable.chain(report.keys.iter().map(|key| (&key.path, &key.text))), all, page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::escape::visible;
    use crate::render::testing::hostile_report;

    fn written(report: &Report, look: Look) -> String {
        let mut bytes = Vec::new();
        summary(report, None, look, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn the_summary_names_every_finding_problem_and_file_and_nothing_acts() {
        let report = hostile_report();
        let text = written(&report, Look::PLAIN);
        let flat: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for finding in &report.findings {
            assert!(flat.contains(&format!("{}:", finding.rule)), "{}", finding.rule);
        }
        for path in
            report.unreadable.iter().map(|file| &file.path).chain(report.keys.iter().map(|key| &key.path))
        {
            assert!(flat.contains(&*visible(path)), "{path}");
        }
        assert!(flat.contains("hostile problem"));
        assert!(!text.contains(['\u{1b}', '\0', '\u{202e}']));
    }

    #[test]
    fn colors_are_all_that_a_colored_text_has_more() {
        let report = hostile_report();
        let colored = written(&report, Look::of_window(None, true));
        let mut plain = String::new();
        for (index, part) in colored.split("\u{1b}[").enumerate() {
            plain.push_str(if index == 0 { part } else { part.split_once('m').unwrap().1 });
        }
        assert_ne!(colored, plain);
        assert_eq!(plain, written(&report, Look::PLAIN));
    }
}
