//! How times are written: as ISO 8601 in UTC, to the second, where programs read them, and as people write them in texts.

use time::macros::datetime;
use time::{Date, Duration, OffsetDateTime, Time, UtcOffset};

/// The first moment that has four digits for its year, and no sign.
const FIRST: OffsetDateTime = datetime!(0000-01-01 00:00:00 UTC);
/// The last one.
const LAST: OffsetDateTime = datetime!(9999-12-31 23:59:59 UTC);

/// A moment in UTC, if it can be written: an offset may carry a time of the year 9999 into a year that has no four digits.
pub fn in_utc(time: OffsetDateTime) -> Option<OffsetDateTime> {
    time.checked_to_offset(UtcOffset::UTC).filter(|time| (FIRST.year()..=LAST.year()).contains(&time.year()))
}

/// The same; a moment that cannot be written is taken for the nearest one that can.
pub fn nearest_in_utc(time: OffsetDateTime) -> OffsetDateTime {
    in_utc(time).unwrap_or_else(|| if time.year() > 0 { LAST } else { FIRST })
}

/// `2026-11-22T12:00:00Z`.
pub fn timestamp(time: OffsetDateTime) -> String {
    let time = nearest_in_utc(time);
    let mut text = String::with_capacity("2026-11-22T12:00:00Z".len());
    // The nearest moment that can be written has a year of four digits.
    let year = u16::try_from(time.year()).unwrap_or_default();
    push_two(&mut text, year / 100);
    push_two(&mut text, year % 100);
    // A folder's worth of rows has tens of thousands of times; the formatting machinery would be half of their cost.
    for (mark, number) in [
        ('-', u8::from(time.month())),
        ('-', time.day()),
        ('T', time.hour()),
        (':', time.minute()),
        (':', time.second()),
    ] {
        text.push(mark);
        push_two(&mut text, number.into());
    }
    text.push('Z');
    text
}

/// A day as people write it: `9 December 2026`.
pub fn day_in_words(day: Date) -> String {
    format!("{} {} {}", day.day(), day.month(), day.year())
}

/// A moment as people write it: `9 December 2026, 23:59 UTC`, and the day alone at midnight.
pub fn moment_in_words(moment: OffsetDateTime) -> String {
    let moment = nearest_in_utc(moment);
    let (day, time) = (day_in_words(moment.date()), moment.time());
    if time == Time::MIDNIGHT { day } else { format!("{day}, {}", hour_in_words(time)) }
}

/// A moment in a sentence of a finding, which tables and programs are given too, and which people sort: `2026-12-09 23:59 UTC`, and the
/// day alone at midnight.
pub(crate) fn moment_in_finding(moment: OffsetDateTime) -> String {
    let moment = nearest_in_utc(moment);
    let (day, time) = (moment.date(), moment.time());
    if time == Time::MIDNIGHT { day.to_string() } else { format!("{day} {}", hour_in_words(time)) }
}

/// The end of something in such a sentence, and how far off it is: the hour counts within a day of it, and the number of days from then
/// on. `on 2026-12-09, in 17 days`, `on 2026-12-09 at 23:59 UTC, within a day`, `on 2026-12-09, 3 days ago`.
pub(crate) fn end_in_finding(end: OffsetDateTime, now: OffsetDateTime) -> String {
    let end = nearest_in_utc(end);
    let off = Duration::seconds(end.unix_timestamp().saturating_sub(now.unix_timestamp()));
    let (day, time) = (end.date(), end.time());
    let count = |days: i64| if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
    match off.whole_days() {
        0 => {
            let off = if off.is_negative() { "less than a day ago" } else { "within a day" };
            format!("on {day} at {}, {off}", hour_in_words(time))
        }
        days @ 1.. => format!("on {day}, in {}", count(days)),
        days => format!("on {day}, {} ago", count(days.saturating_neg())),
    }
}

/// The hour and the minute of a moment in UTC: `23:59 UTC`.
fn hour_in_words(time: Time) -> String {
    format!("{:02}:{:02} UTC", time.hour(), time.minute())
}

/// Two digits; `number` is below 100.
fn push_two(text: &mut String, number: u16) {
    let digit = |number: u16| char::from_digit(u32::from(number % 10), 10).unwrap_or('0');
    text.push(digit(number / 10));
    text.push(digit(number));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    /// Any moment at any offset.
    fn moments() -> impl Strategy<Value = OffsetDateTime> {
        let dates = Date::MIN.to_julian_day()..=Date::MAX.to_julian_day();
        // The ends are where an offset leads out of the calendar.
        let dates = prop_oneof![dates, Just(Date::MIN.to_julian_day()), Just(Date::MAX.to_julian_day())];
        (dates, 0u8..24, 0u8..60, -23i8..=23).prop_map(|(day, hour, minute, offset)| {
            let date = Date::from_julian_day(day).unwrap();
            let time = Time::from_hms(hour, minute, 59).unwrap();
            date.with_time(time).assume_offset(UtcOffset::from_hms(offset, 0, 0).unwrap())
        })
    }

    proptest! {
        #[test]
        fn every_moment_is_written_with_four_digits_for_its_year(time in moments()) {
            let text = timestamp(time);
            prop_assert_eq!(text.len(), "2026-11-22T12:00:00Z".len());
            prop_assert!(text.starts_with(|c: char| c.is_ascii_digit()));
            prop_assert_eq!(in_utc(time).map(timestamp).is_none_or(|written| written == text), true);
        }
    }

    #[test]
    fn what_an_offset_carries_out_of_the_years_is_the_nearest_moment() {
        for (time, nearest) in [
            (datetime!(9999-12-31 23:59:59 -10), "9999-12-31T23:59:59Z"),
            (datetime!(0000-01-01 00:00:00 +10), "0000-01-01T00:00:00Z"),
            (datetime!(-9999-01-01 00:00:00 +10), "0000-01-01T00:00:00Z"),
        ] {
            assert_eq!(in_utc(time), None);
            assert_eq!(timestamp(time), nearest);
        }
        assert_eq!(in_utc(datetime!(9999-12-31 23:59:59 UTC)), Some(datetime!(9999-12-31 23:59:59 UTC)));
    }

    #[test]
    fn times_in_texts_are_as_people_write_them() {
        assert_eq!(day_in_words(date!(2026 - 12 - 09)), "9 December 2026");
        assert_eq!(moment_in_words(datetime!(2026-12-09 23:59:59 UTC)), "9 December 2026, 23:59 UTC");
        assert_eq!(moment_in_words(datetime!(2026-12-09 01:00 +1)), "9 December 2026");
        assert_eq!(moment_in_words(datetime!(9999-12-31 23:59:59 -10)), "31 December 9999, 23:59 UTC");
    }

    #[test]
    fn an_end_is_told_with_its_hour_where_it_is_near_and_with_the_days_where_it_is_not() {
        let end = datetime!(2026-12-09 23:59:59 UTC);
        for (now, told) in [
            (datetime!(2026-11-22 12:00 UTC), "on 2026-12-09, in 17 days"),
            (datetime!(2026-12-08 12:00 UTC), "on 2026-12-09, in 1 day"),
            (datetime!(2026-12-09 12:00 UTC), "on 2026-12-09 at 23:59 UTC, within a day"),
            (datetime!(2026-12-10 12:00 UTC), "on 2026-12-09 at 23:59 UTC, less than a day ago"),
            (datetime!(2026-12-11 12:00 UTC), "on 2026-12-09, 1 day ago"),
            (datetime!(2026-12-31 12:00 UTC), "on 2026-12-09, 21 days ago"),
        ] {
            assert_eq!(end_in_finding(end, now), told);
        }
    }

    #[test]
    fn times_are_written_in_utc() {
        assert_eq!(timestamp(datetime!(2026-11-22 13:00:00 +1)), "2026-11-22T12:00:00Z");
        assert_eq!(timestamp(datetime!(0001-01-01 00:00:00 UTC)), "0001-01-01T00:00:00Z");
        assert_eq!(timestamp(datetime!(9999-12-31 23:59:59 UTC)), "9999-12-31T23:59:59Z");
    }
}
