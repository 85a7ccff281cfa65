//! The clock. Whatever judges takes the time as an argument; only commands and messages ask for it here.

use time::OffsetDateTime;

/// The time now, to the second.
pub(crate) fn now() -> OffsetDateTime {
    let now = OffsetDateTime::now_utc();
    now.replace_nanosecond(0).unwrap_or(now)
}
