//! Values of options, with what is expected instead of a wrong one.

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use clap::builder::{PathBufValueParser, PossibleValue, PossibleValuesParser, TypedValueParser};
use lyncert_report::render::{FORMATS, Format};
use lyncert_rules::digest::{Fingerprint, Thumbprint};
use lyncert_rules::severity::Severity;
use lyncert_rules::timestamp::in_utc;
use lyncert_rules::usage::CertificateUsage;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use crate::did_you_mean::hint;

/// Seconds, more than none.
pub(super) fn parse_seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds: &f64| *seconds > 0.0);
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "expected a number of seconds such as 60".to_owned())
}

/// A date, taken as its first second in UTC, or a date and time with its offset.
pub(super) fn parse_time(text: &str) -> Result<OffsetDateTime, String> {
    let date = Date::parse(text, format_description!("[year]-[month]-[day]"));
    let moment = match date {
        Ok(date) => Ok(date.midnight().assume_utc()),
        Err(_) => OffsetDateTime::parse(text, &Rfc3339),
    };
    moment.ok().and_then(in_utc).ok_or_else(|| {
        "expected a date such as 2027-03-15 or a time such as 2027-03-15T12:00:00Z, in the years 0000 to 9999"
            .to_owned()
    })
}

/// A name that is a file's and a unit's too.
pub(super) fn parse_job_name(text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if text.is_empty() || !text.chars().all(is_plain) || text.starts_with(['-', '.']) {
        return Err("expected letters, digits, hyphens, underscores and dots".to_owned());
    }
    Ok(text.to_owned())
}

/// Hour and minute.
pub(super) fn parse_clock(text: &str) -> Result<(u8, u8), String> {
    let time = time::Time::parse(text, format_description!("[hour]:[minute]"));
    time.map(|time| (time.hour(), time.minute())).map_err(|_| "expected a time such as 03:30".to_owned())
}

/// A thumbprint in upper-case hexadecimal without blanks, colons, and the hidden mark that the Windows dialog puts in front.
pub(super) fn parse_thumbprint(text: &str) -> Result<String, String> {
    let sha1 = text.parse::<Thumbprint>().map(|thumbprint| thumbprint.to_string());
    let sha256 = text.parse::<Fingerprint>().map(|fingerprint| fingerprint.to_string());
    sha1.or(sha256).map_err(|_| "expected 40 hexadecimal digits (SHA-1) or 64 (SHA-256)".to_owned())
}

/// A usage, spelled as the cmdlets spell it.
pub(super) fn parse_usage(text: &str) -> Result<CertificateUsage, String> {
    text.parse().map_err(|_| {
        // Files are named after several usages like this.
        if text.contains('+') {
            return format!("several usages are parted by commas: {}", text.replace('+', ","));
        }
        hint(text, CertificateUsage::ALL.iter().map(|usage| usage.as_str()))
    })
}

/// How to print a view.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum PrintFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

/// How to print a table.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum TableFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// For a spreadsheet: one row each
    Csv,
}

/// How to print a plan.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum PlanFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// For a spreadsheet: one row a certificate
    Csv,
    /// Request-CsCertificate and Set-CsCertificate lines
    Powershell,
    /// Request policies (INF) for certreq
    Certreq,
    /// Configurations for openssl req
    Openssl,
}

/// A word of the table of report formats.
pub(super) fn report_formats() -> impl TypedValueParser<Value = &'static Format> {
    let words = FORMATS.iter().map(|format| PossibleValue::new(format.id).help(format.help));
    PossibleValuesParser::new(words).try_map(|id| Format::named(&id).ok_or("expected a format"))
}

/// A folder to write to. Several files are no stream, so `-` is not standard output, and nobody means a folder of that name.
pub(super) fn out_folder() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| {
        if path.as_os_str() == "-" {
            return Err("expected a folder: `-` is no place for files; `audit --format json` without --out prints the report");
        }
        Ok(path)
    })
}

/// The formats that are written when nobody chooses.
pub(super) fn default_formats() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().filter(|format| format.by_default).map(|format| format.id)
}

/// The least severity that fails the run.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum FailOn {
    /// Something breaks
    Error,
    /// A source says should
    Warning,
    /// Advice
    Info,
}

impl FailOn {
    pub(crate) fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Info => Severity::Info,
        }
    }

    /// Whether a finding of this severity fails the run.
    pub(crate) fn fails_on(self, severity: lyncert_report::model::Severity) -> bool {
        severity >= self.severity().into()
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn thumbprints_are_taken_as_windows_shows_them() {
        let plain = "A9993E364706816ABA3E25717850C26C9CD0D89D";
        for text in [
            plain.to_owned(),
            plain.to_lowercase(),
            format!("\u{200E}{plain}"),
            "a9 99 3e 36 47 06 81 6a ba 3e 25 71 78 50 c2 6c 9c d0 d8 9d".to_owned(),
            "A9:99:3E:36:47:06:81:6A:BA:3E:25:71:78:50:C2:6C:9C:D0:D8:9D".to_owned(),
        ] {
            assert_eq!(parse_thumbprint(&text), Ok(plain.to_owned()), "{text:?}");
        }
        assert!(parse_thumbprint("A9993E").is_err());
        assert!(parse_thumbprint(&"G".repeat(40)).is_err());
    }

    #[test]
    fn times_are_dates_or_full_timestamps() {
        assert_eq!(parse_time("2027-03-15"), Ok(datetime!(2027-03-15 00:00:00 UTC)));
        assert_eq!(parse_time("2027-03-15T12:00:00+01:00"), Ok(datetime!(2027-03-15 11:00:00 UTC)));
        assert!(parse_time("15.3.2027").is_err());
        assert!(parse_time("2027-02-30").is_err());
        for text in ["9999-12-31T23:59:59-10:00", "0000-01-01T00:00:00+10:00", "-0001-01-01", "+10000-01-01"]
        {
            assert!(parse_time(text).is_err(), "{text}");
        }
        assert_eq!(parse_time("9999-12-31T23:59:59Z"), Ok(datetime!(9999-12-31 23:59:59 UTC)));
    }
}
