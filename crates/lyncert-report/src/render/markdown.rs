//! Markdown, for a ticket or a chat: how the estate stands, what to do next, the findings, and what was not judged.
//!
//! It is short: of many findings of one rule it tells the first ones and counts the others. What it is made of are headings, lists, a
//! table and code, which everything that shows Markdown knows.

mod inert;

use std::collections::HashMap;
use std::io::{self, Write};

use super::dates::{day_in_words, days_off};
use super::state::{state_shape, state_word};
use super::text::{by_prominence, certificate_of};
use crate::model::{
    EstateState, FindingRow, ReplacementRow, Report, Severity, Summary, UnjudgedRow, counted, grouped,
};
pub(crate) use inert::{code, inline};

/// So many repairs are in the table.
const SHOWN_REPAIRS: usize = 10;
/// So many findings of one rule are told.
const SHOWN_FINDINGS: usize = 5;
/// So many characters all findings together may take: GitHub refuses issues and comments of more than 65,536, and the other parts have
/// to have room too.
const MAX_FINDINGS_CHARS: usize = 40_000;
/// So many holders are named in one line.
const SHOWN_HOLDERS: usize = 5;
/// So many files and places that were not understood are named.
const SHOWN_FILES: usize = 10;

/// The report for a ticket or a chat.
///
/// # Errors
///
/// Those of the sink.
pub fn write(report: &Report, sink: &mut dyn Write) -> io::Result<()> {
    writeln!(sink, "# lyncert: {}", inline(&report.estate))?;
    first_lines(report, sink)?;
    do_next(report, sink)?;
    not_judged(&report.summary, sink)?;
    let mut room = MAX_FINDINGS_CHARS;
    for (severity, heading) in
        [(Severity::Error, "Errors"), (Severity::Warning, "Warnings"), (Severity::Info, "Information")]
    {
        findings(report, severity, heading, &mut room, sink)?;
    }
    if let Some(not_shown) = report.not_shown {
        writeln!(sink, "\n{}", inline(&not_shown.sentence()))?;
    }
    not_understood(report, sink)
}

fn first_lines(report: &Report, sink: &mut dyn Write) -> io::Result<()> {
    let summary = &report.summary;
    let state = EstateState::from(summary.state);
    writeln!(sink, "\n**{} {}**: {}\n", state_shape(&state), state_word(&state), inline(&summary.verdict))?;
    let mut line = |text: &str| writeln!(sink, "- {}", inline(text));
    line(&format!("Judged by {}", report.at.in_words()))?;
    if let Some(collected) = &report.collected {
        line(&format!("Collected: {}", collected.text))?;
    }
    if let Some(scope) = &report.scope {
        line(&scope.sentence())?;
    }
    if let Some(foreign) = summary.foreign_text() {
        line(&foreign)?;
    }
    let Summary { names, names_covered, certificates, certificates_serving, .. } = summary;
    line(&format!(
        "{names_covered} of {} covered; {} found, {certificates_serving} in use",
        counted(*names, "name"),
        counted(*certificates, "certificate"),
    ))?;
    if let Some(since) = summary.ended_since {
        line(&format!("Expired in use: {}, the first on {}", summary.ended, day_in_words(since.day())))?;
    }
    if let (Some(deadline), Some(days)) = (&summary.next_deadline, summary.next_deadline_days) {
        let holder = summary.next_deadline_holder.as_deref().unwrap_or_default();
        line(&format!("Next expiry: {}, {} ({holder})", day_in_words(deadline.day()), days_off(days)))?;
    }
    if let Some(policy) = report.policy.sentence(summary.waived) {
        line(&format!("Policy: {policy}"))?;
    }
    if !summary.not_looked_at.is_empty() {
        line(&format!("Not looked at: {}", summary.not_looked_at.join(", ")))?;
    }
    Ok(())
}

/// The certificates to replace, request, install or move, the soonest due first.
fn do_next(report: &Report, sink: &mut dyn Write) -> io::Result<()> {
    if report.replacements.is_empty() {
        return Ok(());
    }
    writeln!(sink, "\n## Do next ({})\n", grouped(report.replacements.len()))?;
    writeln!(sink, "| no. | due | action | certificate | why |\n|---|---|---|---|---|")?;
    for row in report.replacements.iter().take(SHOWN_REPAIRS) {
        let ReplacementRow { id, action, reason, .. } = row;
        let due = if row.due.date() <= report.at.day() { "now".to_owned() } else { row.due.to_string() };
        let (id, certificate, reason) = (inline(id), inline(&certificate_of(report, row)), inline(reason));
        writeln!(sink, "| {id} | {due} | {} | {certificate} | {reason} |", action.verb())?;
    }
    more_of(report.replacements.len().saturating_sub(SHOWN_REPAIRS), "\nAnd", "action-plan.csv", sink)
}

/// What was not judged, why, and what would make it judged. What was left out by choice stands in the scope.
fn not_judged(summary: &Summary, sink: &mut dyn Write) -> io::Result<()> {
    let count = summary.counting_unjudged().count();
    if count > 0 {
        writeln!(sink, "\n## Not judged ({})\n", grouped(count))?;
    }
    for row in summary.counting_unjudged() {
        let (UnjudgedRow { kind, what, why, remedy, .. }, concerns) = (row, row.concerns(SHOWN_HOLDERS));
        let (text, remedy) = (inline(&format!("{what}: {why}{concerns}")), inline(remedy));
        writeln!(sink, "- **{kind}**: {text}. {remedy}")?;
    }
    Ok(())
}

/// The findings of a severity, as far as there is room; those that are not told are counted at their rule.
fn findings(
    report: &Report,
    severity: Severity,
    heading: &str,
    room: &mut usize,
    sink: &mut dyn Write,
) -> io::Result<()> {
    let found = by_prominence(report, severity);
    if found.is_empty() {
        return Ok(());
    }
    writeln!(sink, "\n## {heading} ({})\n", grouped(found.len()))?;
    // Those of one rule stand together.
    let mut rules: Vec<(&str, Vec<&FindingRow>)> = Vec::new();
    let mut places = HashMap::new();
    for finding in found {
        let place = *places.entry(finding.rule.as_str()).or_insert(rules.len());
        match rules.get_mut(place) {
            Some((_, known)) => known.push(finding),
            None => rules.push((&finding.rule, vec![finding])),
        }
    }
    for (rule, found) in rules {
        let mut told = 0;
        for finding in found.iter().take(SHOWN_FINDINGS) {
            let line = format!("- **{}** {}", inline(rule), finding_text(finding));
            let Some(left) = room.checked_sub(line.chars().count()) else { break };
            *room = left;
            told += 1;
            writeln!(sink, "{line}")?;
        }
        let lead = format!("- **{}** and", inline(rule));
        more_of(found.len().saturating_sub(told), &lead, "findings.csv", sink)?;
    }
    Ok(())
}

fn finding_text(finding: &FindingRow) -> String {
    let change = finding.told_change().map(|change| format!(" ({})", change.label())).unwrap_or_default();
    let file = finding.certificate_file.as_ref().map(|file| format!(" ({})", code(file))).unwrap_or_default();
    let waived = finding.waived.as_ref();
    let waived = waived.map(|waived| format!(" (waived: {})", inline(&waived.reason))).unwrap_or_default();
    format!("{}{file}{change}: {}{waived}", inline(finding.whose()), inline(&finding.message))
}

/// Files and parts of the topology that were not understood.
fn not_understood(report: &Report, sink: &mut dyn Write) -> io::Result<()> {
    let count = report.problems.len() + report.unreadable.len();
    if count == 0 {
        return Ok(());
    }
    writeln!(sink, "\n## Not understood, or not a certificate ({})\n", grouped(count))?;
    let problems = report.problems.iter().map(|problem| {
        let place = format!("{}:{}:{}", problem.document, problem.line, problem.column);
        format!("{}: {}", code(&place), inline(&problem.text))
    });
    let files =
        report.unreadable.iter().map(|file| format!("{}: {}", code(&file.path), inline(&file.reason)));
    for text in problems.chain(files).take(SHOWN_FILES) {
        writeln!(sink, "- {text}")?;
    }
    more_of(count.saturating_sub(SHOWN_FILES), "- and", "report.json", sink)
}

/// How many more there are, and where all of them stand.
fn more_of(count: usize, lead: &str, all: &str, sink: &mut dyn Write) -> io::Result<()> {
    if count == 0 { Ok(()) } else { writeln!(sink, "{lead} {} more in `{all}`", grouped(count)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::WaivedRow;
    use crate::render::testing::{hostile_report, in_order_report, plain_report};

    fn written(report: &Report) -> String {
        let mut bytes = Vec::new();
        write(report, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn many_findings_of_one_rule_are_counted() {
        let mut report = plain_report(1);
        let finding = report.findings[0].clone();
        report.findings =
            (0..1_239).map(|index| FindingRow { id: format!("x/{index}"), ..finding.clone() }).collect();
        let text = written(&report);
        assert!(text.contains("\n## Errors (1,239)\n"), "{text}");
        assert_eq!(text.matches("\n- **san-missing** Front End pool").count(), 5);
        assert!(text.contains("\n- **san-missing** and 1,234 more in `findings.csv`\n"), "{text}");
        assert!(text.len() < 6_000, "{} bytes are too many for a chat", text.len());
    }

    #[test]
    fn a_ticket_takes_it_however_many_rules_speak_and_however_long_names_are() {
        let mut report = plain_report(1);
        let finding = report.findings[0].clone();
        let long = |index: usize| FindingRow {
            id: format!("x/{index}"),
            rule: format!("rule{}", "-x".repeat(index / 3)),
            message: format!("`{}` is missing", "name.".repeat(index)),
            ..finding.clone()
        };
        report.findings = (0..300).map(long).collect();
        let text = written(&report);
        assert!(text.chars().count() < 65_536, "{}", text.chars().count());
        assert!(
            text.contains("\n## Errors (300)\n") && text.contains("\n- **rule** Front End pool"),
            "{text}"
        );
        assert!(text.contains("-x-x-x** and 3 more in `findings.csv`\n"), "{text}");
    }

    #[test]
    fn a_waived_finding_keeps_its_severity_and_says_why_it_is_accepted() {
        let mut report = plain_report(1);
        report.findings[0].waived = Some(Box::new(WaivedRow {
            reason: "CHG-4711 by @ops".to_owned(),
            expires: None,
            by: None,
            owner: None,
            approver: None,
            place: "lyncert.toml:1:1".to_owned(),
        }));
        let text = written(&report);
        assert!(text.contains("\n## Errors (1)\n"), "{text}");
        assert!(text.contains(" (waived: `CHG-4711` by `@ops`)\n"), "{text}");
    }

    #[test]
    fn the_state_is_told_in_the_words_of_all_formats() {
        assert!(written(&in_order_report()).contains("\n**✓ in order**: "));
        assert!(written(&plain_report(1)).contains("\n**✕ errors**: "));
    }

    #[test]
    fn every_line_is_a_heading_a_list_or_a_row_of_the_one_table() {
        for report in [hostile_report(), plain_report(3)] {
            for line in written(&report).lines().filter(|line| !line.is_empty()) {
                let is_known = ["# ", "## ", "- ", "| ", "|---|", "**", "And "]
                    .iter()
                    .any(|start| line.starts_with(start));
                assert!(is_known, "{line}");
                let cells = line.matches('|').count();
                assert!(cells == 0 || cells == 6, "{line}");
                assert!(line.matches('`').count().is_multiple_of(2) && !line.contains("``"), "{line}");
                assert!(!line.chars().any(crate::render::escape::acts), "{line}");
            }
        }
    }
}
