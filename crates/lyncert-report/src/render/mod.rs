//! From views to bytes: one module a format, each a function of a view and a sink.

pub mod csv;
pub(crate) mod dates;
pub mod escape;
mod failure;
mod file_name;
pub mod html;
pub mod ics;
pub mod index;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod prometheus;
pub mod request;
mod same;
pub mod sarif;
mod state;
mod svg;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;
pub mod xlsx;

use std::io::{self, Write};

use crate::model::{FailureView, IndexView, Report};

pub use file_name::{file_names, is_device_name};

/// Writes a report in one form.
pub type WriteReport = fn(&Report, &mut dyn Write) -> io::Result<()>;

/// Writes an index in one form.
pub type WriteIndex = fn(&IndexView, &mut dyn Write) -> io::Result<()>;

/// A form that a report is had in.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// The word that asks for it.
    pub id: &'static str,
    /// What it is, for those who choose.
    pub help: &'static str,
    /// Whether it is written when nobody chooses.
    pub by_default: bool,
    /// Whether people look at it, who may not want to see every finding; what programs read is always whole.
    pub for_people: bool,
    /// Whether it is a part of evidence. What is in evidence is drawn again when it is verified, byte for byte.
    pub in_evidence: bool,
    /// Its files: name and writer.
    pub files: &'static [(&'static str, WriteReport)],
}

impl Format {
    /// The format that a word asks for.
    pub fn named(id: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.id == id)
    }
}

/// Metrics of a report or of many, for the text file collector of Prometheus.
const METRICS: &str = "lyncert.prom";

/// The forms that a report is had in. Nothing else names them or their files: arguments, outputs, evidence and what may be
/// cleared away all go by this table.
pub static FORMATS: &[Format] = &[
    Format {
        id: "html",
        help: "report.html",
        by_default: true,
        for_people: true,
        in_evidence: true,
        files: &[("report.html", html::write)],
    },
    Format {
        id: "csv",
        help: "findings.csv, coverage.csv, certificates.csv, action-plan.csv and provenance.csv",
        by_default: true,
        for_people: false,
        in_evidence: true,
        files: &[
            ("findings.csv", csv::findings),
            ("coverage.csv", csv::coverage),
            ("certificates.csv", |report, sink| csv::certificates(&report.certificates, sink)),
            ("action-plan.csv", csv::action_plan),
            ("provenance.csv", csv::provenance),
        ],
    },
    Format {
        id: "json",
        help: "report.json",
        by_default: true,
        for_people: false,
        in_evidence: true,
        files: &[("report.json", |report, sink| json::write_rows(report, sink))],
    },
    Format {
        id: "prometheus",
        help: "lyncert.prom, metrics for the text file collector of Prometheus",
        by_default: false,
        for_people: false,
        in_evidence: false,
        files: &[(METRICS, |report, sink| prometheus::write(&IndexView::of_report(report), sink))],
    },
    Format {
        id: "sarif",
        help: "report.sarif, findings for code scanning",
        by_default: false,
        for_people: false,
        in_evidence: false,
        files: &[("report.sarif", sarif::write)],
    },
    Format {
        id: "junit",
        help: "report.junit.xml, for what shows the results of tests",
        by_default: false,
        for_people: false,
        in_evidence: false,
        files: &[("report.junit.xml", junit::write)],
    },
    Format {
        id: "markdown",
        help: "report.md, a summary for a ticket or a chat",
        by_default: false,
        for_people: true,
        in_evidence: false,
        files: &[("report.md", markdown::write)],
    },
    Format {
        id: "ics",
        help: "renewals.ics, a calendar of renewals, ends and repairs",
        by_default: false,
        for_people: false,
        in_evidence: false,
        files: &[("renewals.ics", ics::write)],
    },
    Format {
        id: "xlsx",
        help: "report.xlsx, a workbook for Excel and LibreOffice",
        by_default: false,
        for_people: true,
        in_evidence: false,
        files: &[("report.xlsx", xlsx::write)],
    },
];

/// Writes what is said of an estate that could not be judged in one form.
pub type WriteFailure = fn(&FailureView, &mut dyn Write) -> io::Result<()>;

/// What an estate that could not be judged has in the place of a report: name and writer.
pub static FAILURE_FILES: &[(&str, WriteFailure)] =
    &[("failure.json", |view, sink| json::write(view, sink)), (failure::FAILURE_PAGE, failure::write)];

/// The files that the index of many estates becomes: name and writer.
pub static INDEX_FILES: &[(&str, WriteIndex)] = &[
    ("index.html", index::write),
    ("index.csv", csv::index),
    ("index.json", |view, sink| json::write(view, sink)),
    (METRICS, prometheus::write),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::collection::vec;
    use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};

    use super::*;
    use crate::model::{EstateState, ReportState, RuleRow, Severity, UnjudgedKind};

    #[test]
    fn formats_and_their_files_have_names_of_their_own_and_say_which_files_they_are() {
        let (mut ids, mut files) = (BTreeSet::new(), BTreeSet::new());
        for format in FORMATS {
            assert!(ids.insert(format.id), "{}", format.id);
            for (name, _) in format.files {
                assert!(files.insert(*name), "{name}");
                assert!(format.help.contains(name), "{name}");
                assert_eq!(file_names([*name], ""), [*name], "a harmless name");
            }
            assert_eq!(Format::named(format.id).map(|found| found.help), Some(format.help));
        }
        assert!(Format::named("pdf").is_none());
    }

    #[test]
    fn what_people_look_at_says_how_many_findings_it_does_not_show() {
        let mut report = testing::plain_report(6);
        for (index, finding) in report.findings.iter_mut().enumerate() {
            finding.id = format!("rule-{index}/x");
            finding.message = format!("matter {index} is wrong");
        }
        let shown = report.shown_from(Severity::Warning);
        assert_eq!((shown.findings.len(), &shown.summary), (4, &report.summary));
        let said = shown.not_shown.map(crate::model::NotShown::sentence).unwrap_or_default();
        assert!(said.starts_with("2 findings less severe than warning are not shown"), "{said}");
        let mut texts: Vec<(&str, String)> = FORMATS
            .iter()
            .filter(|format| format.for_people)
            .map(|format| (format.id, written(format, &shown)))
            .collect();
        let mut terminal = Vec::new();
        text::summary(&shown, None, text::Look::PLAIN, &mut terminal).unwrap();
        texts.push(("text", String::from_utf8(terminal).unwrap()));
        assert_eq!(texts.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ["html", "markdown", "xlsx", "text"]);
        for (id, text) in texts {
            let text = folded(&text).replace('`', "");
            assert!(text.contains("2 findings less severe than warning are not shown"), "{id}: {text}");
            assert!(
                !text.contains("matter 2 is wrong") && text.contains("matter 1 is wrong"),
                "{id}: {text}"
            );
        }
        assert_eq!(report.shown_from(Severity::Info), report);
    }

    #[test]
    fn files_that_others_read_keep_their_names() {
        let names = |is_meant: fn(&Format) -> bool| -> BTreeSet<&str> {
            let formats = FORMATS.iter().filter(|format| is_meant(format));
            formats.flat_map(|format| format.files).map(|(name, _)| *name).collect()
        };
        let always = BTreeSet::from([
            "report.html",
            "findings.csv",
            "coverage.csv",
            "certificates.csv",
            "action-plan.csv",
            "provenance.csv",
            "report.json",
        ]);
        assert!(names(|format| format.by_default).is_superset(&always));
        assert!(names(|format| format.in_evidence).is_superset(&always));
        assert!(names(|format| format.id == "prometheus").contains("lyncert.prom"));
        let of_index: Vec<&str> = INDEX_FILES.iter().map(|(name, _)| *name).collect();
        assert_eq!(of_index, ["index.html", "index.csv", "index.json", "lyncert.prom"]);
    }

    /// A report whose findings cannot be taken for each other.
    fn distinct_findings() -> Report {
        let mut report = testing::plain_report(6);
        for (index, finding) in report.findings.iter_mut().enumerate() {
            finding.id = format!("some-rule-{index}/pool01.contoso.net");
            finding.rule = format!("some-rule-{index}");
            finding.message = format!("the matter number {index} is wrong");
        }
        report
    }

    /// All files of a format in one text: of archives the parts, of lines that are folded the whole ones.
    fn written(format: &Format, report: &Report) -> String {
        let mut bytes = Vec::new();
        format.files.iter().for_each(|(_, write)| write(report, &mut bytes).unwrap());
        if format.id == "xlsx" {
            return xlsx::texts(&bytes);
        }
        String::from_utf8(bytes).unwrap().replace("\r\n ", "")
    }

    #[test]
    fn no_format_drops_a_finding() {
        // For alerts and in a calendar numbers are enough; all other formats say what was found.
        const COUNTED: &[&str] = &["prometheus", "ics"];
        let report = distinct_findings();
        for format in FORMATS {
            let text = written(format, &report);
            let count = |severity, count| {
                format!("lyncert_findings{{estate=\"contoso.com\",severity=\"{severity}\"}} {count}\n")
            };
            for finding in &report.findings {
                let is_told = if format.id == "ics" {
                    let summary = &report.summary;
                    let counts = [(summary.errors, "error"), (summary.warnings, "warning")];
                    let infos = format!("{} of information", summary.infos);
                    counts.iter().all(|(count, what)| text.contains(&crate::model::counted(*count, what)))
                        && text.contains(&infos)
                } else if COUNTED.contains(&format.id) {
                    text.contains(&count("error", report.summary.errors))
                        && text.contains(&count("warning", report.summary.warnings))
                        && text.contains(&count("info", report.summary.infos))
                } else {
                    text.contains(&finding.rule) && text.contains(&finding.message)
                };
                assert!(is_told, "{} drops {}", format.id, finding.id);
            }
        }
    }

    /// How many findings the page tells of: each rule and severity says its number.
    fn count_in_page(page: &str) -> usize {
        let headings = page.split("</h3>").filter_map(|part| part.rsplit_once("<span class=\"dim\">"));
        let counts = headings.filter_map(|(_, text)| text.split_once(" finding")?.0.parse::<usize>().ok());
        counts.sum()
    }

    /// How many findings the Markdown tells of: its headings say their numbers, which are those of its lists.
    fn count_in_markdown(text: &str) -> usize {
        let number = |text: &str| text.replace(',', "").parse::<usize>().unwrap();
        let mut counts = (0, 0);
        for section in text.split("\n## ").skip(1) {
            let (heading, list) = section.split_once('\n').unwrap();
            let Some((_, told)) = heading.split_once(" (") else { continue };
            if !["Errors", "Warnings", "Information"].iter().any(|start| heading.starts_with(start)) {
                continue;
            }
            counts.0 += number(told.trim_end_matches(')'));
            for line in list.lines().filter(|line| line.starts_with("- ")) {
                let more = line.strip_suffix(" more in `findings.csv`");
                counts.1 += more.map_or(1, |more| number(more.rsplit(' ').next().unwrap()));
            }
        }
        assert_eq!(counts.0, counts.1, "{text}");
        counts.0
    }

    /// How many findings the terminal tells of: those that it shows, and those that it counts.
    fn count_in_text(text: &str) -> usize {
        let (_, lists) = text
            .split_once("\nErrors\n")
            .or_else(|| text.split_once("\nWarnings\n"))
            .unwrap_or_else(|| text.split_once("\nInformation\n").unwrap_or_default());
        let lists = lists.split("\nNot understood").next().unwrap_or_default();
        let shown =
            lists.lines().filter(|line| ["  ✕ ", "  ▲ ", "  · "].iter().any(|mark| line.starts_with(mark)));
        let counted = lists.lines().filter_map(|line| {
            let (count, _) = line.strip_prefix("  and ")?.split_once(" more in ")?;
            count.replace(',', "").parse::<usize>().ok()
        });
        // One line tells of the same in many places: `expired: on 12 servers: …`.
        let places = |line: &str| {
            let (_, said) = line.split_once(": ")?;
            let (count, what) =
                said.strip_prefix("on ").or_else(|| said.strip_prefix("in "))?.split_once(' ')?;
            let is_many = what.starts_with("servers:") || what.starts_with("places:");
            is_many.then(|| count.replace(',', "").parse::<usize>().ok())?
        };
        shown.map(|line| places(line).unwrap_or(1)).sum::<usize>() + counted.sum::<usize>()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn every_format_tells_of_the_same_number_of_findings(
            kinds in vec((0..4_usize, 0..3_usize), 1..60),
        ) {
            let mut report = testing::plain_report(kinds.len());
            // What was not understood would have to stand with what was not judged.
            (report.unreadable, report.problems) = (Vec::new(), Vec::new());
            for (index, (finding, (rule, severity))) in report.findings.iter_mut().zip(&kinds).enumerate() {
                finding.id = format!("rule-{rule}/{index}");
                finding.rule = format!("rule-{rule}");
                finding.severity = [Severity::Error, Severity::Warning, Severity::Info][*severity];
            }
            let rule = report.rules[0].clone();
            report.rules = (0..4).map(|number| RuleRow { id: format!("rule-{number}"), ..rule.clone() }).collect();
            report.findings.sort_by_key(|finding| (std::cmp::Reverse(finding.severity), finding.rule.clone()));
            testing::recount(&mut report);
            let number = report.findings.len();
            let file = |id: &str, file: &str| {
                let format = Format::named(id).unwrap();
                let (_, write) = format.files.iter().find(|(name, _)| *name == file).unwrap();
                let mut bytes = Vec::new();
                write(&report, &mut bytes).unwrap();
                String::from_utf8(bytes).unwrap()
            };
            prop_assert_eq!(count_in_page(&file("html", "report.html")), number);
            // Below its head, and with rows for what was not judged.
            let rows = file("csv", "findings.csv").matches("\r\n").count() - 1;
            prop_assert_eq!(rows - report.summary.unjudged.len(), number);
            let results = file("sarif", "report.sarif").matches("\"ruleIndex\": ").count();
            prop_assert_eq!(results, number);
            prop_assert_eq!(count_in_markdown(&file("markdown", "report.md")), number);
            prop_assert_eq!(Report::read(file("json", "report.json").as_bytes()).unwrap().findings.len(), number);
            let mut bytes = Vec::new();
            text::summary(&report, None, text::Look::PLAIN, &mut bytes).unwrap();
            prop_assert_eq!(count_in_text(&String::from_utf8(bytes).unwrap()), number);
        }
    }

    #[test]
    fn every_format_tells_each_state_and_no_other() {
        let with = |severity: Option<Severity>, unjudged: Option<UnjudgedKind>| {
            let mut report = testing::in_order_report();
            let mut finding = testing::plain_report(1).findings.remove(0);
            report.findings.extend(severity.map(|severity| {
                finding.severity = severity;
                finding
            }));
            report.summary.unjudged.extend(unjudged.map(testing::unjudged_row));
            testing::recount(&mut report);
            report
        };
        let reports = [
            with(None, None),
            with(None, Some(UnjudgedKind::NotCollected)),
            with(Some(Severity::Info), Some(UnjudgedKind::NotCollected)),
            with(Some(Severity::Warning), Some(UnjudgedKind::NotCollected)),
            with(Some(Severity::Error), None),
        ];
        let states: Vec<ReportState> = reports.iter().map(|report| report.summary.state).collect();
        assert!(ReportState::ALL.iter().all(|state| states.contains(state)), "{states:?}");
        for report in reports {
            let state = report.summary.state;
            let shown = |state: ReportState| {
                let state = EstateState::from(state);
                (state::state_shape(&state), state::state_word(&state))
            };
            for format in FORMATS {
                let text = folded(&written(format, &report));
                let says = |state: ReportState| {
                    let ((shape, word), id) = (shown(state), state.as_str());
                    match format.id {
                        "json" => text.contains(&format!("\"state\": \"{id}\"")),
                        "sarif" => text.contains(&format!("\"state\": \"{id}\"")),
                        "prometheus" => text.contains(&format!("state=\"{id}\"}} 1")),
                        "junit" => text.contains(&format!("name=\"state\" value=\"{id}\"")),
                        "csv" => text.contains(&format!("\"{id}\"")) || text.contains(&format!("\"{word}\"")),
                        "html" => {
                            text.contains(&format!("aria-hidden=\"true\">{shape}</span>"))
                                || text.contains(word)
                        }
                        _ => text.contains(&format!("{shape} {word}")),
                    }
                };
                assert!(says(state), "{} does not say {state}: {text}", format.id);
                if format.id == "html" || format.id == "csv" {
                    continue;
                }
                let others = ReportState::ALL.iter().filter(|other| **other != state);
                for other in others {
                    assert!(!says(*other), "{} says {other} of {state}: {text}", format.id);
                }
            }
        }
    }

    /// What a text of people says when its blanks are folded, and what markup there is stands for nothing.
    fn folded(text: &str) -> String {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_format_tells_of_everything_that_was_not_judged() {
        for kind in UnjudgedKind::ALL {
            let mut report = testing::in_order_report();
            report.summary.unjudged.push(testing::unjudged_row(*kind));
            testing::recount(&mut report);
            let state = report.summary.state;
            assert_eq!(state == ReportState::InOrder, *kind == UnjudgedKind::OutOfScope, "{kind}");
            // What was left out by choice is the scope's to tell, in sentences for people.
            let for_people = kind.counts();
            let mut said: Vec<(&str, String)> =
                FORMATS.iter().map(|format| (format.id, written(format, &report))).collect();
            let mut summary = Vec::new();
            text::summary(&report, None, text::Look::PLAIN, &mut summary).unwrap();
            said.push(("text", String::from_utf8(summary).unwrap()));
            for (format, text) in said {
                let text = folded(&text);
                let metric = |name: &str, label: &str, value: &str| {
                    text.contains(&format!("{name}{{estate=\"contoso.com\",{label}=\"{value}\"}} 1"))
                };
                let is_told = match format {
                    "prometheus" => {
                        metric("lyncert_state", "state", state.as_str())
                            && metric("lyncert_unjudged", "kind", kind.as_str())
                    }
                    "html" | "text" | "markdown" | "junit" | "ics" if !for_people => {
                        !text.contains(&format!("why of {kind}"))
                    }
                    "html" | "text" | "markdown" | "csv" | "json" | "sarif" | "junit" | "ics" | "xlsx" => {
                        text.contains(kind.as_str())
                            && text.contains(&format!("why of {kind}"))
                            && text.contains(&format!("Remedy of {kind}"))
                            && text.contains(&format!("holder of {kind}"))
                    }
                    other => panic!("`{other}` is not in the test"),
                };
                assert!(is_told, "{format} drops {kind}: {text}");
            }
        }
    }

    #[test]
    fn every_index_tells_of_everything_that_was_not_judged() {
        for kind in UnjudgedKind::ALL.iter().filter(|kind| kind.counts()) {
            let mut report = testing::in_order_report();
            report.summary.unjudged.push(testing::unjudged_row(*kind));
            testing::recount(&mut report);
            let index = IndexView::of_report(&report);
            assert_eq!(index.state(), EstateState::NotFullyJudged);
            for (name, write) in INDEX_FILES {
                let mut bytes = Vec::new();
                write(&index, &mut bytes).unwrap();
                let text = String::from_utf8(bytes).unwrap();
                assert!(text.contains(kind.as_str()), "{name} drops {kind}: {text}");
                assert!(text.contains("not fully judged") || text.contains("not-fully-judged"), "{name}");
            }
        }
    }

    #[test]
    fn every_format_is_written_from_any_report() {
        for report in [testing::plain_report(1), testing::hostile_report()] {
            for (name, write) in FORMATS.iter().flat_map(|format| format.files) {
                let mut bytes = Vec::new();
                write(&report, &mut bytes).unwrap();
                assert!(!bytes.is_empty(), "{name}");
            }
        }
    }
}
