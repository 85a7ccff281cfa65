//! Days as people write them.

pub(crate) use crate::model::day_in_words;

use crate::model::counted;

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
    use super::*;

    #[test]
    fn days_are_told_as_people_write_them() {
        let off: Vec<String> = [-2, -1, 0, 1, 17].map(days_off).to_vec();
        assert_eq!(off, ["2 days ago", "1 day ago", "today", "in 1 day", "in 17 days"]);
    }
}
