//! Many estates, a line each.

use std::io::{self, Write};

use super::few::{BARE, first_of_each_kind, kind_of};
use super::summary::moment_in_words;
use super::{Look, Page, SHOWN_FILES, caveats, changes, line, wrapped};
use crate::model::IndexView;
use crate::render::dates::day_in_words;

/// The estates, worst first.
///
/// # Errors
///
/// Those of the sink.
pub fn index(index: &IndexView, look: Look, sink: &mut dyn Write) -> io::Result<()> {
    let page = &mut Page::new(look, sink);
    line(page, &format!("{} on {}", index.summary.verdict, moment_in_words(index.at)))?;
    line(page, "")?;
    for row in &index.estates {
        let state = if row.is_judged() {
            let changes =
                row.changes.as_ref().map(|counts| format!("; {}{}", changes(counts), caveats(&row.caveats)));
            let ended = row
                .ended_since
                .map(|since| format!("; {} expired since {}", row.ended, day_in_words(since.day())));
            let next = row.next_deadline.map(|next| format!("; next expiry {}", day_in_words(next.day())));
            let policy = row.policy.as_ref().map(|policy| format!("; policy: {policy}"));
            let told = [changes, ended, next, policy].into_iter().flatten();
            std::iter::once(row.verdict.clone()).chain(told).collect::<String>()
        } else {
            format!("could not be judged: {}", row.verdict)
        };
        wrapped(page, "  ", &format!("{}: {state}", row.estate))?;
    }
    if !index.skipped.is_empty() {
        line(page, "")?;
        line(page, "Not an estate")?;
        let rows = index.skipped.iter().map(|skipped| {
            (kind_of(&skipped.reason), move || format!("{} {}", skipped.path, skipped.reason))
        });
        first_of_each_kind(rows, SHOWN_FILES, "index.json", BARE, page)?;
    }
    Ok(())
}
