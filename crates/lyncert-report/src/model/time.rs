//! Times as reports carry them.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime};

/// A moment, to the second; written in UTC as ISO 8601 (RFC 3339), such as `2026-11-22T12:00:00Z`.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Timestamp(OffsetDateTime);

impl Timestamp {
    /// The day in UTC.
    pub fn day(self) -> Date {
        self.0.date()
    }

    /// The moment itself, in UTC.
    pub fn moment(self) -> OffsetDateTime {
        self.0
    }

    /// The moment as people write it: `9 December 2026, 23:59 UTC`.
    pub fn in_words(self) -> String {
        lyncert_rules::timestamp::moment_in_words(self.0)
    }

    /// Its day as people write it: `9 December 2026`.
    pub fn day_in_words(self) -> String {
        lyncert_rules::timestamp::day_in_words(self.day())
    }

    /// Seconds since 1970.
    pub fn unix_seconds(self) -> i64 {
        self.0.unix_timestamp()
    }
}

impl From<OffsetDateTime> for Timestamp {
    /// Parts of a second are cut off, since they are not written either; a moment outside of the years 0 to 9999 is the nearest
    /// one that can be written.
    fn from(moment: OffsetDateTime) -> Self {
        let moment = lyncert_rules::timestamp::nearest_in_utc(moment);
        Self(moment.replace_nanosecond(0).unwrap_or(moment))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&lyncert_rules::timestamp::timestamp(self.0))
    }
}

impl JsonSchema for Timestamp {
    fn schema_name() -> Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A moment to the second, in UTC.",
            "type": "string",
            "format": "date-time",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        })
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TimestampVisitor)
    }
}

struct TimestampVisitor;

impl Visitor<'_> for TimestampVisitor {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time such as 2026-11-22T12:00:00Z")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Timestamp, E> {
        let moment = OffsetDateTime::parse(text, &Rfc3339).ok().and_then(lyncert_rules::timestamp::in_utc);
        moment.map(Timestamp::from).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    proptest! {
        #[test]
        fn no_text_breaks_the_reader_and_what_it_reads_it_reads_again(
            text in "(0000|9999|[0-9]{4})-(01-01|12-31)T(00|23):[0-5][0-9]:59([+-](0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]|Z)",
        ) {
            if let Ok(time) = serde_json::from_str::<Timestamp>(&format!("\"{text}\"")) {
                prop_assert_eq!(serde_json::from_str::<Timestamp>(&format!("\"{time}\"")).unwrap(), time);
            }
        }
    }

    #[test]
    fn times_are_read_as_they_are_written() {
        for (moment, text) in [
            (datetime!(2026-11-22 12:00:00 UTC), "2026-11-22T12:00:00Z"),
            (datetime!(2026-11-22 13:00:00.5 +1), "2026-11-22T12:00:00Z"),
            (datetime!(0001-01-01 00:00:00 UTC), "0001-01-01T00:00:00Z"),
            (datetime!(9999-12-31 23:59:59 UTC), "9999-12-31T23:59:59Z"),
        ] {
            let time = Timestamp::from(moment);
            assert_eq!(time.to_string(), text);
            assert_eq!(serde_json::to_string(&time).unwrap(), format!("\"{text}\""));
            assert_eq!(serde_json::from_str::<Timestamp>(&format!("\"{text}\"")).unwrap(), time);
        }
        assert_eq!(Timestamp::from(datetime!(2026-11-22 23:30:00 -1)).day().to_string(), "2026-11-23");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "soon",
            "2026-11-22",
            "2026-13-01T00:00:00Z",
            "1763812800",
            "9999-12-31T23:59:59-10:00",
            "0000-01-01T00:00:00+10:00",
        ] {
            assert!(serde_json::from_str::<Timestamp>(&format!("\"{text}\"")).is_err(), "{text}");
        }
    }
}
