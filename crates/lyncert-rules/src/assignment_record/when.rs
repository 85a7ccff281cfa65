//! Times as exports write them.

use time::format_description::well_known::Iso8601;
use time::{Date, Duration, Month, OffsetDateTime};

/// A time as CLIXML, JSON of either PowerShell generation, and logs write it. A date in a local format, whose day and month look
/// alike, is not guessed at.
pub(super) fn parse_time(text: &str) -> Option<OffsetDateTime> {
    let text = text.trim();
    if let Some(milliseconds) = text.trim_matches('\\').strip_prefix("/Date(") {
        let digits = milliseconds.split([')', '+', '-']).next()?;
        return OffsetDateTime::from_unix_timestamp(digits.parse::<i64>().ok()? / 1000).ok();
    }
    // Logs have a blank where ISO 8601 has a `T`.
    let text = text.replacen(' ', "T", 1);
    OffsetDateTime::parse(&text, &Iso8601::DEFAULT).ok().or_else(|| {
        // Without a zone it is the server's own; hours do not matter here.
        let seconds = text.get(..19)?;
        time::PrimitiveDateTime::parse(seconds, &Iso8601::DEFAULT)
            .ok()
            .map(time::PrimitiveDateTime::assume_utc)
    })
}

/// When a certificate that was assigned ahead takes effect, seen from a time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Effect {
    /// It has.
    Past,
    /// Then, or on that day at the earliest.
    Future(OffsetDateTime),
    /// Nobody knows the culture that the date is written in, and it decides.
    Unclear,
}

/// Reads an effective date. One in a local format says enough where all ways to read it do, and a day is left for time zones.
pub(super) fn effect(text: &str, now: OffsetDateTime) -> Effect {
    if let Some(time) = parse_time(text) {
        return if time > now { Effect::Future(time) } else { Effect::Past };
    }
    let days = local_days(text);
    let (Some(first), Some(last)) = (days.iter().min(), days.iter().max()) else { return Effect::Unclear };
    if now.date() - *last > Duration::DAY {
        Effect::Past
    } else if *first - now.date() > Duration::DAY {
        Effect::Future(first.midnight().assume_utc())
    } else {
        Effect::Unclear
    }
}

/// The days that a date with a year of four digits can mean.
fn local_days(text: &str) -> Vec<Date> {
    let mut date = text.split_whitespace().find(|word| word.contains(['/', '.', '-'])).unwrap_or_default();
    date = date.trim_end_matches('.');
    let numbers: Option<Vec<u16>> = date.split(['/', '.', '-']).map(|number| number.parse().ok()).collect();
    // Years of other calendars are none of these.
    let is_year = |number: u16| (1990..2200).contains(&number);
    let orders = match numbers.as_deref() {
        Some([year, month, day]) if is_year(*year) => vec![(*year, *month, *day)],
        Some([one, other, year]) if is_year(*year) => vec![(*year, *one, *other), (*year, *other, *one)],
        _ => Vec::new(),
    };
    let date = |(year, month, day): (u16, u16, u16)| {
        let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
        Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()
    };
    orders.into_iter().filter_map(date).collect()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn times_are_read_in_every_form_that_does_not_depend_on_a_culture() {
        let expected = datetime!(2026-11-01 17:37:09 UTC);
        for text in [
            "2026-11-01T17:37:09Z",
            "2026-11-01 17:37:09Z",
            "2026-11-01T18:37:09+01:00",
            "2026-11-01T17:37:09",
            "/Date(1793554629000)/",
            r"\/Date(1793554629000)\/",
        ] {
            assert_eq!(parse_time(text), Some(expected), "{text}");
        }
        for text in ["", "11/1/2026 5:37:09 PM", "01.11.2026", "/Date(x)/", "/Date(99999999999999999)/"] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }

    #[test]
    fn a_local_date_decides_where_every_way_to_read_it_does() {
        let now = datetime!(2026-11-22 12:00:00 UTC);
        for text in
            ["4/22/2026 11:00:00 AM", "22.04.2026 11:00:00", "1/11/2026", "11/1/2026", "2026-11-20T00:00:00Z"]
        {
            assert_eq!(effect(text, now), Effect::Past, "{text}");
        }
        let first = datetime!(2027-03-04 00:00:00 UTC);
        for text in ["3/4/2027 1:00:00 AM", "04.03.2027 01:00:00", "2027-03-04T00:00:00Z"] {
            assert_eq!(effect(text, now), Effect::Future(first), "{text}");
        }
        // Among them one of another calendar.
        let open =
            ["12/1/2026 1:00:00 AM", "11/22/2026", "1.12.2026", "12/1/26", "99/99/2026", "soon", "22/4/2569"];
        for text in open {
            assert_eq!(effect(text, now), Effect::Unclear, "{text}");
        }
    }
}
