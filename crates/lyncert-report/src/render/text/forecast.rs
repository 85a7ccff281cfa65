//! What will turn red, and when.

use std::io::{self, Write};

use crate::model::grouped;

use super::look::Ink;
use super::{ALL_IN_JSON, Look, Page, inked, line, wrapped};
use crate::model::{ForecastRow, ForecastSeverity, ForecastView, first_few};
use crate::render::dates::{day_in_words, days_off};

/// The forecast: one paragraph for each thing that comes, the same on many holders as one.
///
/// # Errors
///
/// Those of the sink.
pub fn forecast(view: &ForecastView, look: Look, sink: &mut dyn Write) -> io::Result<()> {
    let page = &mut Page::new(look, sink);
    let (from, until) = (day_in_words(view.at.day()), day_in_words(view.until.day()));
    line(page, &format!("{} from {from} to {until}", view.estate))?;
    if let Some(scope) = &view.scope {
        wrapped(page, "", &scope.sentence())?;
    }
    let standing = match view.standing {
        0 => "Nothing is wrong today".to_owned(),
        1 => "1 finding is open today and not repeated here; `lyncert audit` tells it".to_owned(),
        count => format!("{count} findings are open today and not repeated here; `lyncert audit` tells them"),
    };
    wrapped(page, "", &standing)?;
    if view.events.is_empty() {
        return wrapped(page, "", "Nothing further turns red in this time");
    }
    let is_one = |one: &ForecastRow, next: &ForecastRow| {
        let what = |row: &ForecastRow| (row.at.day(), row.severity);
        what(one) == what(next) && one.rule == next.rule && one.message == next.message
    };
    let groups: Vec<&[ForecastRow]> = view.events.chunk_by(is_one).collect();
    for group in groups.iter().take(SHOWN) {
        write_group(group, page)?;
    }
    let more: usize = groups.iter().skip(SHOWN).map(|group| group.len()).sum();
    if more > 0 {
        line(page, "")?;
        wrapped(page, "", &format!("and {} more in {ALL_IN_JSON}", grouped(more)))?;
    }
    Ok(())
}

/// So many days and matters are told in full.
const SHOWN: usize = 30;
/// So many holders are named of each.
const MAX_HOLDERS: usize = 5;

/// What comes on one day, for one or many holders.
fn write_group(group: &[ForecastRow], page: &mut Page<'_>) -> io::Result<()> {
    let [event, ..] = group else { return Ok(()) };
    let ink = match event.severity {
        ForecastSeverity::Error => Ink::Bad,
        ForecastSeverity::Warning => Ink::Warning,
        ForecastSeverity::Info | ForecastSeverity::Policy => Ink::Advice,
    };
    line(page, "")?;
    let when = format!("{}, {}: ", day_in_words(event.at.day()), days_off(event.days));
    inked(page, ink, &format!("{} {when}", ink.symbol()), &format!("{}: {}", event.severity, event.rule))?;
    wrapped(page, "  ", &event.message)?;
    let whom: Vec<String> = group.iter().filter(|row| !row.holder.is_empty()).map(whom).collect();
    let same = |text: fn(&ForecastRow) -> &String| {
        let is_same = group.iter().all(|row| text(row) == text(event));
        if is_same { text(event).as_str() } else { "" }
    };
    for (lead, text) in [
        (
            "  for          ",
            first_few(&whom, MAX_HOLDERS, "; ", "more, which `--format json` names").as_str(),
        ),
        ("  users notice ", same(|row| &row.consequence)),
        ("  what to do   ", same(|row| &row.remedy)),
        ("  source       ", same(|row| &row.source)),
    ] {
        if !text.is_empty() {
            wrapped(page, lead, text)?;
        }
    }
    Ok(())
}

/// Whose certificate it is, and where it lies.
fn whom(row: &ForecastRow) -> String {
    let file = row.certificate_file.as_ref().map(|file| format!(" ({file})")).unwrap_or_default();
    format!("{}{file}", row.holder)
}
