//! A comparison of two reports.

use std::io::{self, Write};

use super::{Look, Page, line, wrapped};
use crate::model::{Caveat, Change, ChangeCounts, ChangedFinding, DiffView, UnjudgedRow};

/// What became of the findings between two reports.
///
/// # Errors
///
/// Those of the sink.
pub fn changed(view: &DiffView, look: Look, sink: &mut dyn Write) -> io::Result<()> {
    let page = &mut Page::new(look, sink);
    let DiffView { old, new, .. } = view;
    for run in [old, new] {
        wrapped(
            page,
            "",
            &format!("{} on {}: {}: {}", run.estate, run.at.in_words(), run.state, run.verdict),
        )?;
    }
    for caveat in &view.caveats {
        line(page, &format!("Note: {}", caveat.title()))?;
    }
    line(page, &changes(&view.counts))?;
    for (title, rows) in [("Not judged any more", &view.no_longer_judged), ("Judged now", &view.judged_now)] {
        if !rows.is_empty() {
            line(page, "")?;
            line(page, title)?;
        }
        for UnjudgedRow { kind, what, why, .. } in rows {
            wrapped(page, "  ", &format!("{kind}: {what}: {why}"))?;
        }
    }
    for by_rules in [false, true] {
        for change in Change::ALL {
            let of_change = |row: &&ChangedFinding| row.change == *change && row.by_rules == by_rules;
            section(*change, by_rules, view.changes.iter().filter(of_change), page)?;
        }
    }
    Ok(())
}

/// What changed in one way, if anything did; apart where the change of the rules explains it.
fn section<'a>(
    change: Change,
    by_rules: bool,
    rows: impl Iterator<Item = &'a ChangedFinding>,
    page: &mut Page<'_>,
) -> io::Result<()> {
    for (index, row) in rows.enumerate() {
        if index == 0 {
            line(page, "")?;
            let why = if by_rules { ", since the rules changed" } else { "" };
            line(page, &format!("{}{why}", change.title()))?;
        }
        let finding = &row.finding;
        let severity = match &row.old_severity {
            Some(old) if *old != finding.severity => format!("{old} → {}", finding.severity),
            Some(_) | None => finding.severity.to_string(),
        };
        let text = format!("{severity}: {}: {}: {}", finding.rule, finding.whose(), finding.message);
        wrapped(page, "  ", &text)?;
    }
    Ok(())
}

/// The numbers in words, such as `1 new, 2 fixed`; the changes that did not happen are left out.
pub(in crate::render) fn changes(counts: &ChangeCounts) -> String {
    let told: Vec<String> = Change::ALL
        .iter()
        .map(|change| (counts.of(*change), change.title().to_lowercase()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, title)| format!("{count} {title}"))
        .collect();
    let told = if told.is_empty() { "still clean".to_owned() } else { told.join(", ") };
    match counts.by_rules {
        0 => told,
        count => format!("{told}; {count} of them since the rules changed"),
    }
}

/// What a reader of the changes has to know first, to be put behind them; empty where that is nothing.
pub(in crate::render) fn caveats(caveats: &[Caveat]) -> String {
    caveats.iter().map(|caveat| format!("; {}", caveat.title())).collect()
}
