//! How times are written everywhere: ISO 8601 in UTC, to the second.

use time::{OffsetDateTime, UtcOffset};

/// `2026-11-22T12:00:00Z`.
pub fn timestamp(time: OffsetDateTime) -> String {
    let time = time.to_offset(UtcOffset::UTC);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        time.year(),
        u8::from(time.month()),
        time.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
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
