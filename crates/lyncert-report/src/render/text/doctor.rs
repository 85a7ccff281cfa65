//! Symptoms and their causes.

use std::io::{self, Write};

use super::{Look, Page, below, line, wrapped};
use crate::model::{
    CauseAnswer, DoctorView, FindingRow, HolderCoverage, LookRow, RuleLook, SymptomRow, UnknownRow, counted,
};

/// What a code or message can mean.
///
/// # Errors
///
/// Those of the sink.
pub fn doctor(view: &DoctorView, look: Look, sink: &mut dyn Write) -> io::Result<()> {
    let page = &mut Page::new(look, sink);
    let seen = view.symptoms.iter().flat_map(|symptom| &symptom.seen).map(|seen| seen.line);
    let lines = seen.chain(view.unknown.iter().map(|unknown| unknown.line)).max().unwrap_or_default();
    for (index, symptom) in view.symptoms.iter().enumerate() {
        if index > 0 {
            line(page, "")?;
        }
        write_symptom(symptom, lines, page)?;
        if let Some(answer) = symptom.answer {
            write_answer(symptom, answer, view.holders.as_ref(), page)?;
        }
    }
    if !view.unknown.is_empty() {
        line(page, "")?;
        line(page, "Codes that are not known here")?;
    }
    for unknown in &view.unknown {
        wrapped(page, "  ", &unknown_text(unknown, lines))?;
    }
    if view.unknown_left_out > 0 {
        line(page, &format!("  and {} more", view.unknown_left_out))?;
    }
    if let Some(holders) = &view.holders {
        write_holders("No certificate here", &holders.without_certificate, page)?;
        write_holders("Not all certificates here", &holders.incomplete, page)?;
    }
    if let Some(scope) = &view.scope {
        line(page, "")?;
        wrapped(page, "", &scope.sentence())?;
    }
    Ok(())
}

fn write_symptom(symptom: &SymptomRow, lines: usize, page: &mut Page<'_>) -> io::Result<()> {
    wrapped(page, "", &symptom.meaning)?;
    let seen: Vec<String> = symptom.seen.iter().map(|seen| placed(&seen.text, seen.line, lines)).collect();
    if !seen.is_empty() {
        wrapped(page, "  seen     ", &seen.join(", "))?;
    }
    if !symptom.codes.is_empty() {
        wrapped(page, "  codes    ", &symptom.codes.join(", "))?;
    }
    for (id, summary) in &symptom.rules {
        wrapped(page, "  rule     ", &format!("{id}: {summary}"))?;
    }
    for (id, statement) in &symptom.clauses {
        wrapped(page, "  clause   ", &format!("{id}: {statement}"))?;
    }
    wrapped(page, "  besides  ", &symptom.advice)?;
    for source in &symptom.sources {
        wrapped(page, "  source   ", &format!("{}, {}", source.title, source.url))?;
    }
    Ok(())
}

fn write_answer(
    symptom: &SymptomRow,
    answer: CauseAnswer,
    holders: Option<&HolderCoverage>,
    page: &mut Page<'_>,
) -> io::Result<()> {
    let findings = symptom.findings.as_deref().unwrap_or_default();
    let looks = symptom.looked_at.as_deref().unwrap_or_default();
    let holders = holders.map(HolderCoverage::sentence).unwrap_or_default();
    let text = match answer {
        CauseAnswer::Affected => format!("affected: {}", counted(findings.len(), "finding")),
        CauseAnswer::NothingShown => format!("nothing in these files shows it; {holders}"),
        CauseAnswer::CannotBeSeen if looks.iter().any(|look| look.outcome == RuleLook::Passed) => format!(
            "cannot be seen in files: no certificate here shows it, and what is said under `besides` no file shows; {holders}"
        ),
        CauseAnswer::CannotBeSeen => {
            "cannot be seen in files: look at what is said under `besides`".to_owned()
        }
    };
    wrapped(page, "  answer   ", &text)?;
    for finding in findings {
        let lead = "  here     ";
        wrapped(page, lead, &finding_text(finding))?;
        below(page, lead, 0, &finding.remedy)?;
    }
    for (missing, rules) in not_looked_at(looks) {
        wrapped(page, "  unseen   ", &format!("{}: {missing}", rules.join(", ")))?;
    }
    Ok(())
}

fn finding_text(finding: &FindingRow) -> String {
    let waived =
        finding.waived.as_ref().map(|waived| format!(" (waived: {})", waived.reason)).unwrap_or_default();
    format!("{} {}: {}: {}{waived}", finding.severity, finding.rule, finding.holder, finding.message)
}

/// The rules that looked at nothing, by what was missing.
fn not_looked_at(looks: &[LookRow]) -> Vec<(&str, Vec<&str>)> {
    let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
    for look in looks {
        let Some(missing) = look.missing.as_deref() else { continue };
        match found.iter_mut().find(|(known, _)| *known == missing) {
            Some((_, rules)) => rules.push(&look.rule),
            None => found.push((missing, vec![&look.rule])),
        }
    }
    found
}

/// A part of the text, with its line where there are several.
fn placed(text: &str, line: usize, lines: usize) -> String {
    if lines > 1 { format!("`{text}` in line {line}") } else { format!("`{text}`") }
}

fn unknown_text(unknown: &UnknownRow, lines: usize) -> String {
    let nearest: Vec<String> = unknown.nearest.iter().map(|near| format!("`{near}`")).collect();
    let nearest = if nearest.is_empty() {
        String::new()
    } else {
        format!("; the nearest known: {}", nearest.join(", "))
    };
    format!("{}{nearest}", placed(&unknown.text, unknown.line, lines))
}

/// More names than these are no help in a terminal; all of them stand in the JSON.
const MAX_LISTED: usize = 12;

fn write_holders(title: &str, holders: &[String], page: &mut Page<'_>) -> io::Result<()> {
    if holders.is_empty() {
        return Ok(());
    }
    line(page, "")?;
    line(page, title)?;
    wrapped(page, "  ", &listed(holders))
}

fn listed(texts: &[String]) -> String {
    let shown = texts.iter().take(MAX_LISTED).map(String::as_str).collect::<Vec<_>>().join("; ");
    match texts.len().saturating_sub(MAX_LISTED) {
        0 => shown,
        more => format!("{shown}; and {more} more"),
    }
}
