//! Days as people write them.

use time::{Date, Month};

use crate::model::counted;

/// A day, such as `9 December 2026`.
pub(crate) fn day_in_words(day: Date) -> String {
    let month = match day.month() {
        Month::January => "January",
        Month::February => "February",
        Month::March => "March",
        Month::April => "April",
        Month::May => "May",
        Month::June => "June",
        Month::July => "July",
        Month::August => "August",
        Month::September => "September",
        Month::October => "October",
        Month::November => "November",
        Month::December => "December",
    };
    format!("{} {month} {}", day.day(), day.year())
}

/// How far off something is, in whole days: `in 17 days`, `today`, `2 days ago`.
pub(crate) fn days_off(days: i64) -> String {
    match days {
        0 => "today".to_owned(),
        1.. => format!("in {}", days_counted(days)),
        _ => format!("{} ago", days_counted(days)),
    }
}

/// A number of days in words, whether ahead or past.
pub(crate) fn days_counted(days: i64) -> String {
    counted(usize::try_from(days.unsigned_abs()).unwrap_or(usize::MAX), "day")
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn days_are_told_as_people_write_them() {
        assert_eq!(day_in_words(date!(2026 - 12 - 09)), "9 December 2026");
        assert_eq!(day_in_words(date!(2027 - 01 - 31)), "31 January 2027");
        let off: Vec<String> = [-2, -1, 0, 1, 17].map(days_off).to_vec();
        assert_eq!(off, ["2 days ago", "1 day ago", "today", "in 1 day", "in 17 days"]);
    }
}
