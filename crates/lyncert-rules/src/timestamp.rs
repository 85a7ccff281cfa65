//! How times are written everywhere: ISO 8601 in UTC, to the second.

use time::{OffsetDateTime, UtcOffset};

/// `2026-11-22T12:00:00Z`.
pub fn timestamp(time: OffsetDateTime) -> String {
    let time = time.to_offset(UtcOffset::UTC);
    let mut text = String::with_capacity("2026-11-22T12:00:00Z".len());
    match u16::try_from(time.year()) {
        Ok(year) if year <= 9999 => {
            push_two(&mut text, year / 100);
            push_two(&mut text, year % 100);
        }
        // No certificate has such a year; a moment that was counted on from one may.
        Ok(_) | Err(_) => text.extend(format!("{:04}", time.year()).chars()),
    }
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
    use time::macros::datetime;

    use super::*;

    #[test]
    fn times_are_written_in_utc() {
        assert_eq!(timestamp(datetime!(2026-11-22 13:00:00 +1)), "2026-11-22T12:00:00Z");
        assert_eq!(timestamp(datetime!(0001-01-01 00:00:00 UTC)), "0001-01-01T00:00:00Z");
        assert_eq!(timestamp(datetime!(9999-12-31 23:59:59 UTC)), "9999-12-31T23:59:59Z");
    }
}
