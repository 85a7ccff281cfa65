//! Many estates, a line each.

use std::io::{self, Write};

use super::few::{first_of_each_kind, kind_of};
use super::{SHOWN_FILES, caveats, changes, line, wrapped};
use crate::model::IndexView;

/// The estates, worst first.
///
/// # Errors
///
/// Those of the sink.
pub fn index(index: &IndexView, sink: &mut dyn Write) -> io::Result<()> {
    line(sink, &format!("{} at {}", index.summary.verdict, index.at))?;
    line(sink, "")?;
    for row in &index.estates {
        let state = if row.is_judged() {
            let changes =
                row.changes.as_ref().map(|counts| format!("; {}{}", changes(counts), caveats(&row.caveats)));
            let ended = row.ended_since.map(|since| format!("; {} expired since {}", row.ended, since.day()));
            let next = row.next_deadline.map(|next| format!("; next expiry {next}"));
            let policy = row.policy.as_ref().map(|policy| format!("; policy: {policy}"));
            let told = [changes, ended, next, policy].into_iter().flatten();
            std::iter::once(row.verdict.clone()).chain(told).collect::<String>()
        } else {
            format!("could not be judged: {}", row.verdict)
        };
        wrapped(sink, "  ", &format!("{}: {state}", row.estate))?;
    }
    if !index.skipped.is_empty() {
        line(sink, "")?;
        line(sink, "Not an estate")?;
        let rows = index.skipped.iter().map(|skipped| {
            (kind_of(&skipped.reason), move || format!("{} {}", skipped.path, skipped.reason))
        });
        first_of_each_kind(rows, SHOWN_FILES, "index.json", sink)?;
    }
    Ok(())
}
