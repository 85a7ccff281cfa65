//! Many estates, a line each.

use std::io::{self, Write};

use super::few::{BARE, first_of_each_kind, kind_of};
use super::{Look, Page, SHOWN_FILES, caveats, changes, line};
use crate::model::{EstateRow, IndexView};
use crate::render::dates::day_in_words;

/// Of each state so many estates are shown.
const SHOWN_ESTATES: usize = 25;

/// How an estate stands.
fn how(row: &EstateRow) -> String {
    if !row.is_judged() {
        return format!("could not be judged: {}", row.verdict);
    }
    let changes =
        row.changes.as_ref().map(|counts| format!("; {}{}", changes(counts), caveats(&row.caveats)));
    let ended =
        row.ended_since.map(|since| format!("; {} expired since {}", row.ended, day_in_words(since.day())));
    let next = row.next_deadline.map(|next| format!("; next expiry {}", day_in_words(next.day())));
    let policy = row.policy.as_ref().map(|policy| format!("; policy: {policy}"));
    let told = [changes, ended, next, policy].into_iter().flatten();
    std::iter::once(row.verdict.clone()).chain(told).collect()
}

/// The estates, worst first.
///
/// # Errors
///
/// Those of the sink.
pub fn index(index: &IndexView, look: Look, sink: &mut dyn Write) -> io::Result<()> {
    let page = &mut Page::new(look, sink);
    line(page, &format!("{} on {}", index.summary.verdict, index.at.in_words()))?;
    line(page, "")?;
    let rows = index
        .estates
        .iter()
        .map(|row| (row.state.to_string(), 1, move || format!("{}: {}", row.estate, how(row))));
    first_of_each_kind(rows, SHOWN_ESTATES, "index.html and index.csv", BARE, page)?;
    if !index.skipped.is_empty() {
        line(page, "")?;
        line(page, "Not an estate")?;
        let rows = index.skipped.iter().map(|skipped| {
            (kind_of(&skipped.reason), 1, move || format!("{} {}", skipped.path, skipped.reason))
        });
        first_of_each_kind(rows, SHOWN_FILES, "index.json", BARE, page)?;
    }
    Ok(())
}
