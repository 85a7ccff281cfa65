//! Certificates before they are installed, and requests before they are sent.

use std::io::{self, Write};

use super::{Look, Page, line, wrapped};
use crate::model::{
    CheckFinding, CheckKind, CheckRow, CheckView, CheckedName, Fits, NameStatus, Need, Severity, TakenFor,
    first_few, usages_text,
};

/// What each file would be for, and whether it would do.
///
/// # Errors
///
/// Those of the sink.
pub fn check(view: &CheckView, look: Look, sink: &mut dyn Write) -> io::Result<()> {
    let page = &mut Page::new(look, sink);
    for (index, row) in view.files.iter().enumerate() {
        if index > 0 {
            line(page, "")?;
        }
        write_row(row, view.estates.len() > 1, page)?;
    }
    if !view.others.is_empty() {
        line(page, "")?;
        let count = view.others.len();
        let what = if count == 1 { "1 file is" } else { &format!("{count} files are") };
        line(page, &format!("Not checked: {what} neither a certificate of a server nor a request"))?;
        for other in &view.others {
            wrapped(page, "  ", &format!("{}: {}", other.path, other.reason))?;
        }
    }
    if !view.files.is_empty() {
        line(page, "")?;
        let (fitting, all) = (view.fitting, view.files.len());
        let verb = if fitting == 1 { "fits" } else { "fit" };
        line(page, &format!("{fitting} of {all} {verb}"))?;
        if let Some(row) = next_step(view) {
            wrapped(page, "Next: ", &format!("{}: {}", row.path, row.advice))?;
        }
    }
    Ok(())
}

/// What to do first: about the file that fits best.
fn next_step(view: &CheckView) -> Option<&CheckRow> {
    view.files.iter().min_by_key(|row| row.fits)
}

/// So many names of one kind are listed.
const MAX_NAMES: usize = 24;
/// So many pieces of advice are listed.
const MAX_INFOS: usize = 6;

fn write_row(row: &CheckRow, tells_estate: bool, page: &mut Page<'_>) -> io::Result<()> {
    let verdict = match (row.kind, row.fits) {
        (_, Fits::Yes) => "fits",
        (_, Fits::WithWarnings) => "fits, with warnings",
        (CheckKind::Certificate, Fits::No) => "does not fit",
        (CheckKind::Request, Fits::No) => "would not fit",
    };
    wrapped(page, "", &format!("{}: {} {verdict}", row.path, row.kind))?;
    for path in &row.also_in {
        wrapped(page, "  also in     ", path)?;
    }
    if row.requirement.is_some() {
        let estate = row.estate.as_ref().filter(|_| tells_estate);
        let estate = estate.map(|estate| format!(" in {estate}")).unwrap_or_default();
        let what = format!("{}{estate} ({})", row.holder, usages_text(&row.usages));
        wrapped(page, "  for         ", &format!("{what}, {}", reason(row)))?;
        if !row.also_fits.is_empty() {
            wrapped(page, "  also fits   ", &first_few(&row.also_fits, MAX_INFOS, "; ", "more"))?;
        }
    }
    let expected = row.expected_subject.as_ref().map(|name| format!(" (expected CN={name})"));
    wrapped(page, "  subject     ", &format!("{}{}", row.subject, expected.unwrap_or_default()))?;
    write_names(row, page)?;
    let eku = row.eku.as_ref().map_or_else(|| "none named".to_owned(), |ekus| ekus.join(", "));
    wrapped(page, "  EKU         ", &eku)?;
    wrapped(page, "  key         ", &format!("{}, {}", row.key.title, row.signature_algorithm))?;
    match row.kind {
        CheckKind::Certificate => {
            wrapped(page, "  CA          ", row.ca_kind.as_str())?;
            if let (Some(from), Some(until)) = (row.not_before, row.not_after) {
                wrapped(page, "  valid       ", &format!("{} to {}", from.in_words(), until.in_words()))?;
            }
            if let Some(chain) = &row.chain {
                wrapped(page, "  chain       ", &format!("{}: {}", chain.state, chain.reason))?;
            }
            if let Some(sha1) = &row.sha1 {
                wrapped(page, "  thumbprint  ", sha1)?;
            }
        }
        CheckKind::Request => {
            if let Some(octets) = row.san_octets {
                wrapped(page, "  size        ", &format!("{octets} octets of names"))?;
            }
            if !row.answered_by.is_empty() {
                wrapped(page, "  answered    ", &row.answered_by.join(", "))?;
            }
        }
    }
    for refusal in &row.refusals {
        wrapped(page, &lead(refusal.severity, false), &refusal.text)?;
    }
    // Missing names, and those that nothing needs, are listed above.
    let is_told = |finding: &&CheckFinding| finding.rule != "san-missing" && finding.rule != "san-extra";
    let told: Vec<&CheckFinding> = row.findings.iter().filter(is_told).collect();
    let (advice, grave): (Vec<&CheckFinding>, Vec<&CheckFinding>) =
        told.into_iter().partition(|finding| finding.severity == Severity::Info);
    for finding in grave.into_iter().chain(advice.iter().copied().take(MAX_INFOS)) {
        let text = format!("{}: {}", finding.rule, finding.message);
        wrapped(page, &lead(finding.severity, finding.waived), &text)?;
    }
    if let more @ 1.. = advice.len().saturating_sub(MAX_INFOS) {
        wrapped(
            page,
            &lead(Severity::Info, false),
            &format!("and {more} more, all of them with `--format json`"),
        )?;
    }
    wrapped(page, "  advice      ", &row.advice)
}

fn lead(severity: Severity, is_waived: bool) -> String {
    format!("  {:<12}", if is_waived { "waived" } else { severity.as_str() })
}

/// How it is known what it would be for.
fn reason(row: &CheckRow) -> &'static str {
    match row.taken_for {
        Some(TakenFor::Asked) => "as asked",
        Some(TakenFor::Placed) => "by its path",
        Some(TakenFor::Fitting) => "by its names",
        Some(TakenFor::Nearest) | None => "which is nearest",
    }
}

/// Names one after the other, as far as there is room.
fn names_text(names: &[String]) -> String {
    let few = names.iter().take(MAX_NAMES).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MAX_NAMES) {
        0 => few,
        more => format!("{few} and {more} more"),
    }
}

fn write_names(row: &CheckRow, page: &mut Page<'_>) -> io::Result<()> {
    let with = |status: NameStatus| {
        let names = row.names.iter().filter(move |name| name.status == status);
        names.collect::<Vec<&CheckedName>>()
    };
    let own = |name: &&CheckedName| name.name.clone();
    let by = |name: &&CheckedName| match &name.covered_by {
        Some(entry) => format!("{} by {entry}", name.name),
        None => name.name.clone(),
    };
    let needed = |name: &&CheckedName| format!("{} ({}, {})", name.name, name.need, name.clause);
    let (lacks, may): (Vec<_>, Vec<_>) =
        with(NameStatus::Missing).into_iter().partition(|name| name.need > Need::Optional);
    let texts = |names: &[&CheckedName], text: &dyn Fn(&&CheckedName) -> String| {
        names.iter().map(text).collect::<Vec<String>>()
    };
    for (lead, names) in [
        ("  has         ", texts(&with(NameStatus::Exact), &own)),
        ("  by wildcard ", texts(&with(NameStatus::WildcardHonored), &by)),
        ("  not honored ", texts(&with(NameStatus::WildcardNotHonored), &by)),
        ("  lacks       ", texts(&lacks, &needed)),
        ("  may have    ", texts(&may, &own)),
        ("  not needed  ", row.not_needed.clone()),
    ] {
        if !names.is_empty() {
            wrapped(page, lead, &names_text(&names))?;
        }
    }
    Ok(())
}
