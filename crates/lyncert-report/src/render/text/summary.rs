//! The outcome of an audit: the numbers, what to do next, what was not judged and what was found, the worst first.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::io::{self, Write};

use super::few::first_of_each_kind;
use super::look::Ink;
use super::{Look, Page, caveats, changes, inked, line, of_files, problems, section, title, wrapped};
use crate::model::{
    AssignmentCounts, FindingRow, HolderKind, OAUTH, ReplacementRow, Report, ReportState, Severity, Summary,
    UnjudgedRow, Usage, first_few, grouped, usages_text,
};
use crate::render::dates::{day_in_words, days_off};
use crate::render::same::merged;

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
    line(page, &format!("{} on {}", report.estate, report.at.in_words()))?;
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
    wrapped(page, "  names          ", &format!("{} of {} covered", summary.names_covered, summary.names))?;
    let (found, serving) = (summary.certificates, summary.certificates_serving);
    let foreign = match summary.certificates_foreign {
        0 => String::new(),
        foreign => format!(", {foreign} without any name of this topology"),
    };
    wrapped(page, "  certificates   ", &format!("{found} found, {serving} in use{foreign}"))?;
    if let Some(since) = summary.ended_since {
        let since = day_in_words(since.day());
        wrapped(page, "  expired        ", &format!("{} in use, the first on {since}", summary.ended))?;
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
                (Ink::Warning, format!("before {}, {}", day_in_words(row.due.date()), days_off(days)))
            }
            _ => (Ink::Plain, format!("before {}, {}", day_in_words(row.due.date()), days_off(days))),
        };
        let lead = format!("  {:>2}. ", row.id);
        inked(page, ink, &lead, &format!("{when}: {} {}", row.action.verb(), certificate_of(report, row)))?;
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
    let usages = if row.usages == [Usage::OAuthTokenIssuer] {
        String::new()
    } else {
        format!(" for {}", usages_text(&row.usages))
    };
    format!("{}{usages}{}", row.what(), file.unwrap_or_default())
}

/// What was not judged, why, and what would make it judged. What was left out by choice stands in the scope.
fn not_judged(summary: &Summary, page: &mut Page<'_>) -> io::Result<()> {
    for (index, row) in summary.counting_unjudged().enumerate() {
        if index == 0 {
            title(page, "Not judged")?;
        }
        let UnjudgedRow { kind, what, why, remedy, .. } = row;
        wrapped(page, "  ", &format!("{kind}: {what}: {why}"))?;
        if !row.holders.is_empty() {
            wrapped(
                page,
                "    ",
                &format!("Concerns {}", first_few(&row.holders, MAX_HOLDERS, "; ", "more")),
            )?;
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
    let summaries: HashMap<&str, &str> =
        report.rules.iter().map(|rule| (rule.id.as_str(), rule.summary.as_str())).collect();
    for (severity, heading) in
        [(Severity::Error, "Errors"), (Severity::Warning, "Warnings"), (Severity::Info, "Information")]
    {
        let found = by_prominence(report, severity);
        if found.is_empty() {
            continue;
        }
        let ink = Ink::of(severity);
        title(page, heading)?;
        let same = merged(found.into_iter(), SHOWN_OF_A_KIND);
        let rows = same.iter().filter_map(|same| {
            let first = *same.places.first()?;
            let about = summaries.get(first.rule.as_str()).copied().filter(|_| same.differs);
            Some((first.rule.clone(), same.places.len(), move || finding_text(first, &same.places, about)))
        });
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

/// So many places of one finding are named.
const MAX_PLACES: usize = 4;
/// Of what one rule finds in other words each time, so much is told word by word.
const SHOWN_OF_A_KIND: usize = 3;

/// A finding, and where it holds; `about` says it of all places, where each has words of its own.
fn finding_text(finding: &FindingRow, places: &[&FindingRow], about: Option<&str>) -> String {
    let waived = match &finding.waived {
        Some(waived) => format!(" (waived: {})", waived.reason),
        None => String::new(),
    };
    let change = finding.told_change().map(|change| format!("[{}] ", change.label())).unwrap_or_default();
    let FindingRow { rule, message, .. } = finding;
    if places.len() == 1 {
        let file = finding.certificate_file.as_ref().map(|file| format!(" ({file})")).unwrap_or_default();
        return format!("{change}{rule}: {}{file}: {message}{waived}", whose(finding));
    }
    let servers: HashSet<&str> = places.iter().filter_map(|place| place.server.as_deref()).collect();
    let count = grouped(places.len());
    // The server says where it is; what else there is to say of each place stands in the tables.
    let (all, separator, named): (_, _, Vec<&str>) = if servers.len() == places.len() {
        (
            format!("on {count} servers"),
            ", ",
            places.iter().filter_map(|place| place.server.as_deref()).collect(),
        )
    } else {
        (format!("in {count} places"), "; ", places.iter().map(|place| whose(place)).collect())
    };
    let what = about.map_or_else(|| message.clone(), in_small);
    format!("{change}{rule}: {all}: {what}{waived}: {}", first_few(&named, MAX_PLACES, separator, "more"))
}

/// A text within a sentence. Abbreviations keep their letters.
fn in_small(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if !text.chars().nth(1).is_some_and(char::is_uppercase) => {
            first.to_lowercase().chain(letters).collect()
        }
        Some(_) | None => text.to_owned(),
    }
}

/// Whose certificate a finding is about.
fn whose(finding: &FindingRow) -> &str {
    match &finding.holder_ref {
        Some(holder) if holder.kind == HolderKind::Deployment => OAUTH,
        Some(_) | None => finding.whose(),
    }
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
    use crate::render::testing::{hostile_report, plain_report};

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
    fn the_same_on_many_servers_is_one_line_with_the_first_of_them() {
        let mut report = plain_report(12);
        for finding in &mut report.findings {
            finding.severity = Severity::Error;
            finding.message = "the certificate has expired".to_owned();
        }
        let text = written(&report, Look::PLAIN);
        let flat: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let line = "✕ san-missing: on 12 servers: the certificate has expired: fe00.contoso.net, \
                    fe01.contoso.net, fe02.contoso.net, fe03.contoso.net and 8 more";
        assert!(flat.contains(line), "{text}");
        // In words of their own four are too many to be told one by one.
        for (finding, index) in report.findings.iter_mut().zip(0..) {
            finding.message = format!("the certificate expired {index} days ago");
        }
        report.rules[0].summary = "The certificate has expired".to_owned();
        let rule = report.rules[0].id.clone();
        report.findings.iter_mut().for_each(|finding| finding.rule.clone_from(&rule));
        let flat = written(&report, Look::PLAIN).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            flat.contains(&format!("✕ {rule}: on 12 servers: the certificate has expired: fe00")),
            "{flat}"
        );
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
