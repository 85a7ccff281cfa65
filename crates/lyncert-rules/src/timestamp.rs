//! How times are written everywhere: ISO 8601 in UTC, to the second.

use time::macros::datetime;
use time::{OffsetDateTime, UtcOffset};

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

/// Two digits; `number` is below 100.
fn push_two(text: &mut String, number: u16) {
    let digit = |number: u16| char::from_digit(u32::from(number % 10), 10).unwrap_or('0');
    text.push(digit(number / 10));
    text.push(digit(number));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::{Date, Time};

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
    fn times_are_written_in_utc() {
        assert_eq!(timestamp(datetime!(2026-11-22 13:00:00 +1)), "2026-11-22T12:00:00Z");
        assert_eq!(timestamp(datetime!(0001-01-01 00:00:00 UTC)), "0001-01-01T00:00:00Z");
        assert_eq!(timestamp(datetime!(9999-12-31 23:59:59 UTC)), "9999-12-31T23:59:59Z");
    }
}
