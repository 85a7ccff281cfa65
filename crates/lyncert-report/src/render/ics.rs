//! iCalendar, for a calendar that people subscribe to: when to begin with each renewal, when each certificate in use ends, when each
//! repair is due, and how the estate stands.
//!
//! Days are days in UTC without a clock, so that they stand at the same date everywhere; reminders are moments. An event keeps its UID
//! from report to report: a calendar that reads the file again moves it, and has nothing twice.

mod lines;

use std::io::{self, Write};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use time::Date;
use time::macros::date;

use self::lines::Lines;
use super::state::{state_shape, state_word};
use super::text::certificate_of;
use crate::model::{
    ConsequenceRow, EstateState, ReplacementRow, Report, StopRow, Timestamp, UnjudgedRow, counted, first_few,
};

/// The dates of a report.
///
/// # Errors
///
/// Those of the sink.
pub fn write(report: &Report, sink: &mut dyn Write) -> io::Result<()> {
    let lines = &mut Lines::new(sink);
    lines.plain("BEGIN", "VCALENDAR")?;
    lines.plain("VERSION", "2.0")?;
    lines.plain("PRODID", "-//lyncert//lyncert//EN")?;
    lines.plain("CALSCALE", "GREGORIAN")?;
    lines.plain("METHOD", "PUBLISH")?;
    lines.text("X-WR-CALNAME", &format!("Certificates of {}", report.estate))?;
    lines.text("X-WR-CALDESC", &format!("{}: {}", state(report), report.summary.verdict))?;
    // How often those who subscribe to it read it again.
    lines.plain("REFRESH-INTERVAL;VALUE=DURATION", "P1D")?;
    lines.plain("X-PUBLISHED-TTL", "P1D")?;
    let calendar = Calendar { report, state: state(report), stamp: moment(report.at) };
    calendar.event(&calendar.standing(), lines)?;
    for certificate in &report.consequences {
        if let Some(begin) = calendar.renewal(certificate) {
            calendar.event(&begin, lines)?;
        }
        calendar.event(&calendar.end(certificate), lines)?;
    }
    for replacement in &report.replacements {
        calendar.event(&calendar.due(replacement), lines)?;
    }
    lines.plain("END", "VCALENDAR")
}

/// How the estate stands, in the words of all formats.
fn state(report: &Report) -> String {
    let state = EstateState::from(report.summary.state);
    format!("{} {}", state_shape(&state), state_word(&state))
}

/// The first day that readers of calendars know: the year 0, which certificates can have, is none to them. The exact second stands in
/// the description.
const FIRST_DAY: Date = date!(0001 - 01 - 01);

/// A moment as calendars write it, in UTC.
fn moment(moment: Timestamp) -> String {
    let known = moment.max(Timestamp::from(FIRST_DAY.midnight().assume_utc()));
    known.to_string().replace(['-', ':'], "")
}

fn day(day: Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), u8::from(day.month()), day.day())
}

/// When somebody is reminded.
enum Reminder {
    /// At a moment.
    At(Timestamp),
    /// Days before the event.
    DaysBefore(u8),
}

/// Something that stands at one day.
struct Event {
    /// What makes it the same in the next report.
    key: String,
    day: Date,
    title: String,
    /// A line each.
    description: Vec<String>,
    reminders: Vec<Reminder>,
}

/// So many days before a repair is due somebody is reminded of it: one working week is there for it then.
const DAYS_BEFORE_DUE: u8 = 7;
/// So many of each kind are named in a description; the report has all of them.
const SHOWN: usize = 10;

struct Calendar<'a> {
    report: &'a Report,
    state: String,
    stamp: String,
}

impl Calendar<'_> {
    /// How the estate stands, at the day that was judged by: numbers of findings, and what was not judged.
    fn standing(&self) -> Event {
        let summary = &self.report.summary;
        let mut description = vec![
            summary.verdict.clone(),
            format!(
                "{}, {}, {} of information, {} waived: report.html and findings.csv tell each",
                counted(summary.errors, "error"),
                counted(summary.warnings, "warning"),
                summary.infos,
                summary.waived
            ),
        ];
        description.extend(summary.counting_unjudged().map(|row| {
            let (UnjudgedRow { kind, what, why, remedy, .. }, concerns) = (row, row.concerns(SHOWN));
            format!("Not judged: {kind}: {what}: {why}{concerns}. {remedy}")
        }));
        Event {
            key: format!("state|{}", self.report.estate),
            day: self.report.at.day(),
            title: format!("Certificates of {}: {}", self.report.estate, self.state),
            description,
            reminders: Vec::new(),
        }
    }

    /// When to begin with the renewal of a certificate: when its end becomes a warning.
    fn renewal(&self, row: &ConsequenceRow) -> Option<Event> {
        let from = row.warned_from?;
        let mut description = vec![format!("It ends on {}.", row.not_after)];
        description.extend(self.about(row));
        Some(Event {
            key: format!("renew|{}|{}", self.report.estate, row.certificate),
            day: from.day(),
            title: format!("Renew the certificate {}", row.certificate_file),
            description,
            reminders: vec![Reminder::At(from)],
        })
    }

    fn end(&self, row: &ConsequenceRow) -> Event {
        let mut description = vec![format!("It is valid until {}.", row.not_after)];
        description.extend(self.about(row));
        let thresholds = [row.noted_from, row.warned_from].into_iter().flatten();
        Event {
            key: format!("end|{}|{}", self.report.estate, row.certificate),
            day: row.not_after.day(),
            title: format!("The certificate {} ends", row.certificate_file),
            description,
            reminders: thresholds.map(Reminder::At).collect(),
        }
    }

    /// What a certificate is, and what stops when it ends.
    fn about(&self, row: &ConsequenceRow) -> Vec<String> {
        let mut lines = vec![format!("Subject: {}", row.subject), format!("Thumbprint: {}", row.certificate)];
        let stop = |stop: &StopRow| {
            if stop.whom.is_empty() { stop.title.clone() } else { format!("{} ({})", stop.title, stop.whom) }
        };
        lines.extend(row.stops.iter().take(SHOWN).map(|row| format!("Stops then: {}", stop(row))));
        if let more @ 1.. = row.stops.len().saturating_sub(SHOWN) {
            lines.push(format!("and {more} more in report.json"));
        }
        lines
    }

    fn due(&self, row: &ReplacementRow) -> Event {
        let mut description = vec![row.reason.clone(), row.way.clone()];
        for (title, names) in
            [("Keep", &row.keep_names), ("Add", &row.add_names), ("Leave out", &row.drop_names)]
        {
            if !names.is_empty() {
                description
                    .push(format!("{title}: {}", first_few(names, SHOWN, "; ", "more in action-plan.csv")));
            }
        }
        description.retain(|line| !line.is_empty());
        let is_ahead = row.due.date() > self.report.at.day();
        Event {
            key: format!(
                "due|{}|{}|{}",
                self.report.estate,
                row.order,
                row.certificate.as_deref().unwrap_or_default()
            ),
            day: row.due.date(),
            title: format!("Due: {} {}", row.action.verb(), certificate_of(self.report, row)),
            description,
            reminders: if is_ahead { vec![Reminder::DaysBefore(DAYS_BEFORE_DUE)] } else { Vec::new() },
        }
    }

    fn event(&self, event: &Event, lines: &mut Lines<'_>) -> io::Result<()> {
        lines.plain("BEGIN", "VEVENT")?;
        lines.plain("UID", &format!("{}@lyncert", HEXLOWER.encode(&Sha256::digest(&event.key))))?;
        lines.plain("DTSTAMP", &self.stamp)?;
        let first = event.day.max(FIRST_DAY);
        lines.plain("DTSTART;VALUE=DATE", &day(first))?;
        // The day after, which is not a part of it; on the last day that can be written there is none.
        if let Some(next) = first.next_day().filter(|next| next.year() <= 9999) {
            lines.plain("DTEND;VALUE=DATE", &day(next))?;
        }
        lines.text("SUMMARY", &event.title)?;
        let estate = format!("State of {}: {}", self.report.estate, self.state);
        let description: Vec<&str> =
            event.description.iter().map(String::as_str).chain([estate.as_str()]).collect();
        lines.lines("DESCRIPTION", &description)?;
        lines.plain("TRANSP", "TRANSPARENT")?;
        for reminder in &event.reminders {
            lines.plain("BEGIN", "VALARM")?;
            lines.plain("ACTION", "DISPLAY")?;
            lines.text("DESCRIPTION", &event.title)?;
            match reminder {
                Reminder::At(at) => lines.plain("TRIGGER;VALUE=DATE-TIME", &moment(*at))?,
                Reminder::DaysBefore(days) => lines.plain("TRIGGER", &format!("-P{days}D"))?,
            }
            lines.plain("END", "VALARM")?;
        }
        lines.plain("END", "VEVENT")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use time::macros::datetime;

    use super::*;
    use crate::model::Day;
    use crate::render::testing::{hostile_report, in_order_report, plain_report};

    /// The lines of a calendar, put together again where they were folded.
    fn unfolded(report: &Report) -> Vec<String> {
        let mut bytes = Vec::new();
        write(report, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']));
        assert!(text.lines().all(|line| line.len() <= 75), "no line is longer than 75 octets");
        text.replace("\r\n ", "").lines().map(str::to_owned).collect()
    }

    fn ending(servers: usize) -> Report {
        let mut report = plain_report(servers);
        report.consequences = report
            .certificates
            .iter()
            .map(|certificate| ConsequenceRow {
                certificate: certificate.sha1.clone(),
                certificate_file: certificate.path.to_string(),
                subject: certificate.subject.clone(),
                not_after: certificate.not_after,
                noted_from: Some(datetime!(2026-11-01 23:59:59 UTC).into()),
                warned_from: Some(datetime!(2026-12-01 23:59:59 UTC).into()),
                stops: Vec::new(),
            })
            .collect();
        report
    }

    fn values<'a>(lines: &'a [String], name: &str) -> Vec<&'a str> {
        lines.iter().filter_map(|line| line.strip_prefix(name)).collect()
    }

    #[test]
    fn every_certificate_in_use_has_its_renewal_and_its_end_with_the_reminders_of_the_policy() {
        let mut report = ending(1);
        report.replacements.clear();
        let lines = unfolded(&report);
        assert_eq!(values(&lines, "DTSTART;VALUE=DATE:"), ["20261122", "20261201", "20261231"]);
        assert_eq!(values(&lines, "DTEND;VALUE=DATE:"), ["20261123", "20261202", "20270101"]);
        assert_eq!(
            values(&lines, "TRIGGER;VALUE=DATE-TIME:"),
            ["20261201T235959Z", "20261101T235959Z", "20261201T235959Z"]
        );
        assert_eq!(values(&lines, "SUMMARY:")[2], "The certificate fe00.contoso.net/Default.cer ends");
        assert!(values(&lines, "DTSTAMP:").iter().all(|stamp| *stamp == "20261122T120000Z"));
    }

    #[test]
    fn every_repair_stands_at_its_day_and_what_is_ahead_reminds() {
        let mut report = plain_report(1);
        report.replacements.truncate(1);
        report.consequences.clear();
        assert_eq!(values(&unfolded(&report), "TRIGGER:"), ["-P7D"]);
        report.replacements[0].due = Day::from(report.at.day());
        let lines = unfolded(&report);
        assert_eq!(values(&lines, "TRIGGER:"), [""; 0]);
        assert!(values(&lines, "SUMMARY:")[1].starts_with("Due: replace the certificate of Front End pool"));
    }

    #[test]
    fn uids_differ_within_a_report_and_are_those_of_the_next_one() {
        let mut report = ending(3);
        let before = unfolded(&report);
        let uids: BTreeSet<&str> = values(&before, "UID:").into_iter().collect();
        assert_eq!(uids.len(), before.iter().filter(|line| *line == "BEGIN:VEVENT").count());
        report.at = datetime!(2026-12-24 12:00:00 UTC).into();
        report.replacements.reverse();
        for (index, row) in report.replacements.iter_mut().enumerate() {
            row.id = (index + 1).to_string();
            row.due = Day::from(report.at.day());
        }
        let after = unfolded(&report);
        assert_eq!(values(&after, "UID:").into_iter().collect::<BTreeSet<_>>(), uids);
    }

    #[test]
    fn the_last_day_that_can_be_written_is_written() {
        let mut report = ending(1);
        report.consequences[0].not_after = datetime!(9999-12-31 23:59:59 UTC).into();
        assert!(values(&unfolded(&report), "DTSTART;VALUE=DATE:").contains(&"99991231"));
    }

    #[test]
    fn what_ended_before_the_first_year_stands_at_its_first_day() {
        let mut report = ending(1);
        let year_zero = datetime!(0000-06-01 12:00:00 UTC).into();
        report.consequences[0].not_after = year_zero;
        report.consequences[0].noted_from = Some(year_zero);
        report.at = year_zero;
        let lines = unfolded(&report);
        assert!(values(&lines, "DTSTART;VALUE=DATE:").contains(&"00010101"));
        assert!(values(&lines, "DTEND;VALUE=DATE:").contains(&"00010102"));
        assert!(values(&lines, "TRIGGER;VALUE=DATE-TIME:").contains(&"00010101T000000Z"));
        assert!(values(&lines, "DTSTAMP:").iter().all(|stamp| *stamp == "00010101T000000Z"));
        assert!(values(&lines, "DESCRIPTION:").iter().any(|text| text.contains("0000-06-01T12:00:00Z")));
    }

    #[test]
    fn every_event_tells_the_state_in_the_words_of_all_formats() {
        for (report, words) in [(in_order_report(), "✓ in order"), (ending(1), "✕ errors")] {
            let lines = unfolded(&report);
            let told = values(&lines, "DESCRIPTION:").iter().filter(|text| text.ends_with(words)).count();
            assert_eq!(told, lines.iter().filter(|line| *line == "BEGIN:VEVENT").count());
        }
    }

    #[test]
    fn hostile_names_begin_no_line_of_their_own() {
        for line in unfolded(&hostile_report()) {
            assert!(!line.chars().any(crate::render::escape::acts), "{line}");
            let name = line.split([':', ';']).next().unwrap();
            assert!(name.chars().all(|c| c.is_ascii_uppercase() || c == '-'), "{line}");
        }
    }
}
