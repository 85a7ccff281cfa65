//! Metrics for the text file collector of Prometheus: times and counts, no days left, no timestamps of samples.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::escape::visible;
use crate::model::{EstateRow, EstateState, IndexView, Timestamp, UnjudgedKind};

/// A label value and its count.
type Count = (&'static str, fn(&EstateRow) -> usize);

/// Labels and value.
type Sample = (Vec<(&'static str, String)>, i64);

/// One metric: name, help text, and samples.
type Metric = (&'static str, &'static str, Vec<Sample>);

/// The metrics of an index.
///
/// # Errors
///
/// Those of the sink.
pub fn write(index: &IndexView, sink: &mut dyn Write) -> io::Result<()> {
    for (name, help, samples) in metrics(index) {
        if samples.is_empty() {
            continue;
        }
        writeln!(sink, "# HELP {name} {help}")?;
        writeln!(sink, "# TYPE {name} gauge")?;
        for (labels, value) in samples {
            writeln!(sink, "{name}{{{}}} {value}", label_list(&labels))?;
        }
    }
    Ok(())
}

fn metrics(index: &IndexView) -> Vec<Metric> {
    let estates = &index.estates;
    let estate = |row: &EstateRow| vec![("estate", row.estate.clone())];
    let of = |value: fn(&EstateRow) -> Option<i64>| -> Vec<_> {
        estates.iter().filter_map(|row| Some((estate(row), value(row)?))).collect()
    };
    let by = |label: &'static str, values: &[Count]| -> Vec<_> {
        let rows = estates.iter().filter(|row| row.is_judged());
        rows.flat_map(|row| {
            let sample = |(word, count): &Count| {
                let labels = vec![("estate", row.estate.clone()), (label, (*word).to_owned())];
                (labels, count_value(count(row)))
            };
            values.iter().map(sample).collect::<Vec<_>>()
        })
        .collect()
    };
    let end = |row: &crate::model::DeadlineRow| {
        let labels = vec![
            ("estate", row.estate.clone()),
            ("subject", row.subject.clone()),
            ("sha1", row.sha1.clone()),
            ("role", row.role.clone()),
        ];
        (labels, row.not_after.unix_seconds())
    };
    vec![
        (
            "lyncert_certificate_not_after_timestamp_seconds",
            "Last valid second of a certificate in use.",
            index.deadlines.iter().map(end).collect(),
        ),
        (
            "lyncert_certificates_ended",
            "Certificates in use that have ended.",
            of(|row| row.is_judged().then(|| count_value(row.ended))),
        ),
        (
            "lyncert_findings",
            "Open findings by severity.",
            by(
                "severity",
                &[("error", |row| row.errors), ("warning", |row| row.warnings), ("info", |row| row.infos)],
            ),
        ),
        (
            "lyncert_findings_waived",
            "Waived findings.",
            of(|row| row.is_judged().then(|| count_value(row.waived))),
        ),
        (
            "lyncert_findings_switched_off",
            "Findings that are left out because the policy switches their rules off.",
            of(|row| row.is_judged().then(|| count_value(row.switched_off))),
        ),
        (
            "lyncert_findings_news",
            "Findings that are news since the run before.",
            of(|row| row.changes.as_ref().map(|changes| count_value(changes.news()))),
        ),
        (
            "lyncert_requirements",
            "Certificates that the topology calls for, by verdict.",
            by(
                "verdict",
                &[
                    ("met", |row| row.met),
                    ("failed", |row| row.failed),
                    ("unmet", |row| row.unmet),
                    ("not-judged", |row| row.not_judged),
                ],
            ),
        ),
        (
            "lyncert_names",
            "Required and recommended names, by whether a certificate covers them.",
            by(
                "status",
                &[
                    ("covered", |row| row.names_covered),
                    ("not-covered", |row| row.names.saturating_sub(row.names_covered)),
                ],
            ),
        ),
        (
            "lyncert_not_understood",
            "Files and parts of the topology that were not understood.",
            of(|row| row.is_judged().then(|| count_value(row.not_understood))),
        ),
        (
            "lyncert_state",
            "How the estate stands: 1 for its state, 0 for the others.",
            estates.iter().flat_map(state_samples).collect(),
        ),
        ("lyncert_unjudged", "What was not judged, by kind.", by_kind(estates)),
        (
            "lyncert_estate_judged",
            "Whether the estate could be judged.",
            of(|row| Some(i64::from(row.is_judged()))),
        ),
        (
            "lyncert_collected_timestamp_seconds",
            "When the inputs were collected, where a collector did that.",
            of(|row| row.collected.map(Timestamp::unix_seconds)),
        ),
        (
            "lyncert_last_success_timestamp_seconds",
            "The time that the estate was last judged by.",
            of(|row| {
                let known = row.trend.iter().rev().find(|point| point.errors.is_some());
                let last = if row.is_judged() { Some(row.at) } else { known.map(|point| point.at) };
                last.map(Timestamp::unix_seconds)
            }),
        ),
    ]
}

/// A sample for every state, so that alerts see a change of it.
fn state_samples(row: &EstateRow) -> Vec<Sample> {
    let sample = |state: &EstateState| {
        let labels = vec![("estate", row.estate.clone()), ("state", state.to_string())];
        (labels, i64::from(row.state == *state))
    };
    EstateState::ALL.iter().map(sample).collect()
}

/// A sample for every kind of an estate that was judged.
fn by_kind(estates: &[EstateRow]) -> Vec<Sample> {
    let judged = estates.iter().filter(|row| row.is_judged());
    let samples = |row: &EstateRow| -> Vec<Sample> {
        let sample = |kind: &UnjudgedKind| {
            let labels = vec![("estate", row.estate.clone()), ("kind", kind.to_string())];
            let count = row.unjudged.iter().filter(|unjudged| unjudged.kind == *kind).count();
            (labels, count_value(count))
        };
        UnjudgedKind::ALL.iter().map(sample).collect()
    };
    judged.flat_map(samples).collect()
}

fn count_value(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Labels in quotes; control characters are made visible, as everywhere.
fn label_list(labels: &[(&str, String)]) -> String {
    let mut shown = String::new();
    for (index, (name, value)) in labels.iter().enumerate() {
        let value = visible(value).replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let comma = if index == 0 { "" } else { "," };
        let _ = write!(shown, "{comma}{name}=\"{value}\"");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::testing::{hostile_report, plain_report};

    fn metrics_of(report: &crate::model::Report) -> String {
        let mut bytes = Vec::new();
        write(&IndexView::of_report(report), &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// A sample as the text format has it: a name, labels by their names, and a value.
    type Read = (String, Vec<(String, String)>, f64);

    fn is_name(name: &str) -> bool {
        let mut chars = name.chars();
        chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
            && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
    }

    /// Reads the text format, version 0.0.4, and takes nothing that it does not say: for each metric help, type and samples together.
    fn read_strictly(text: &str) -> Vec<Read> {
        assert!(text.ends_with('\n') && !text.contains('\r'));
        let (mut samples, mut known) = (Vec::new(), Vec::new());
        let mut lines = text.lines().peekable();
        while let Some(help) = lines.next() {
            let (name, about) = help.strip_prefix("# HELP ").unwrap().split_once(' ').unwrap();
            assert!(is_name(name) && !about.is_empty() && !known.contains(&name), "{help}");
            known.push(name);
            assert_eq!(lines.next(), Some(format!("# TYPE {name} gauge").as_str()));
            let before = samples.len();
            while let Some(line) = lines.next_if(|line| !line.starts_with('#')) {
                let sample = read_sample(line);
                assert_eq!(sample.0, name, "{line}");
                samples.push(sample);
            }
            assert!(samples.len() > before, "{name} has samples");
        }
        samples
    }

    fn read_sample(line: &str) -> Read {
        let (name, mut rest) = line.split_once('{').unwrap();
        let mut labels = Vec::new();
        loop {
            let (label, value) = rest.split_once("=\"").unwrap();
            assert!(is_name(label), "{line}");
            let (mut text, mut chars) = (String::new(), value.chars());
            loop {
                match chars.next().unwrap() {
                    '"' => break,
                    '\\' => text.push(match chars.next().unwrap() {
                        'n' => '\n',
                        c @ ('\\' | '"') => c,
                        other => panic!("`\\{other}` is no escape: {line}"),
                    }),
                    c => text.push(c),
                }
            }
            labels.push((label.to_owned(), text));
            rest = chars.as_str();
            match rest.strip_prefix(',') {
                Some(more) => rest = more,
                None => break,
            }
        }
        // A time behind the value is nothing that the text file collector takes.
        let value = rest.strip_prefix("} ").unwrap().parse().unwrap();
        (name.to_owned(), labels, value)
    }

    #[test]
    fn a_strict_reader_finds_every_sample_once_with_the_labels_as_they_were() {
        let mut odd = plain_report(1);
        odd.estate = "a\\b\"c\\n{d},e=f".to_owned();
        for report in [plain_report(2), hostile_report(), odd] {
            let text = metrics_of(&report);
            let samples = read_strictly(&text);
            let mut keys: Vec<_> = samples.iter().map(|(name, labels, _)| (name, labels)).collect();
            keys.sort();
            keys.dedup();
            assert_eq!(keys.len(), samples.len(), "no sample is there twice");
            let estate = visible(&report.estate).into_owned();
            assert!(samples.iter().all(|(_, labels, _)| labels[0] == ("estate".to_owned(), estate.clone())));
            let states = samples.iter().filter(|(name, ..)| name == "lyncert_state");
            let standing: Vec<_> = states.filter(|(.., value)| *value == 1.0).collect();
            assert_eq!(standing.len(), 1);
            assert_eq!(standing[0].1[1].1, report.summary.state.as_str());
            let collected = report.collected.as_ref().and_then(|collected| collected.as_of).unwrap();
            let told =
                samples.iter().find(|(name, ..)| name == "lyncert_collected_timestamp_seconds").unwrap();
            assert_eq!(format!("{}", told.2), collected.unix_seconds().to_string());
            assert!(!text.contains(['\u{1b}', '\0', '\u{202e}']));
        }
    }

    #[test]
    fn every_metric_has_its_help_and_type_once() {
        let text = metrics_of(&plain_report(1));
        for line in text.lines().filter(|line| line.starts_with("# TYPE ")) {
            assert_eq!(text.matches(line).count(), 1);
        }
        let names = |prefix: &str| text.lines().filter(|line| line.starts_with(prefix)).count();
        assert_eq!(names("# TYPE "), names("# HELP "));
    }
}
