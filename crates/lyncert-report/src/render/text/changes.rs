//! Two reports beside each other.

use std::io::{self, Write};

use super::{line, wrapped};
use crate::model::{Change, ChangeCounts, DiffView};

/// What became of the findings between two reports.
///
/// # Errors
///
/// Those of the sink.
pub fn changed(view: &DiffView, sink: &mut dyn Write) -> io::Result<()> {
    let DiffView { old, new, .. } = view;
    line(sink, &format!("{} at {}", old.estate, old.at))?;
    line(sink, &format!("{} at {}", new.estate, new.at))?;
    line(sink, &changes(&view.counts))?;
    for change in Change::ALL {
        let rows = view.changes.iter().filter(|row| row.change == *change);
        for (index, row) in rows.enumerate() {
            if index == 0 {
                line(sink, "")?;
                line(sink, change.title())?;
            }
            let finding = &row.finding;
            let severity = match &row.old_severity {
                Some(old) if *old != finding.severity => format!("{old} → {}", finding.severity),
                Some(_) | None => finding.severity.to_string(),
            };
            let text = format!("{severity}: {}: {}: {}", finding.rule, finding.holder, finding.message);
            wrapped(sink, "  ", &text)?;
        }
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
    if told.is_empty() { "no finding then and now".to_owned() } else { told.join(", ") }
}
