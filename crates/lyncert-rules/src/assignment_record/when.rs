//! Times as exports write them.

use time::OffsetDateTime;
use time::format_description::well_known::Iso8601;

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
}
