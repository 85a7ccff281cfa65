//! JUnit XML, for what shows the results of tests: a case for each requirement, for each rule or each thing that a rule found, and
//! for each thing that was not judged.
//!
//! Those who read it take one failure a case, and count cases. So a rule that found something has a case for each finding, and
//! numbers add up. An open error fails, as with the default of `--fail-on`; warnings and information are told in cases that pass;
//! what is waived, or was not judged, is skipped, with the reason.

use std::collections::HashMap;
use std::io::{self, Write};

use askama::Template;

use crate::model::{
    FindingRow, Report, RequirementRow, RuleLevel, RuleRow, Severity, UnjudgedRow, Verdict, usages_text,
};

/// The report as the results of tests.
///
/// # Errors
///
/// Those of the sink.
pub fn write(report: &Report, sink: &mut dyn Write) -> io::Result<()> {
    let suites = vec![
        Suite::new("requirements", report.requirements.iter().map(requirement_case).collect()),
        Suite::new("rules", rule_cases(report)),
        Suite::new("judged", report.summary.counting_unjudged().map(unjudged_case).collect()),
    ];
    let document = Document {
        report,
        tests: suites.iter().map(|suite| suite.cases.len()).sum(),
        failures: suites.iter().map(|suite| suite.failures).sum(),
        timestamp: report.at.to_string().trim_end_matches('Z').to_owned(),
        suites,
    };
    let text = document.render().map_err(io::Error::other)?;
    sink.write_all(text.as_bytes())?;
    sink.write_all(b"\n")
}

#[derive(Template)]
#[template(path = "report.junit.xml")]
struct Document<'a> {
    report: &'a Report,
    tests: usize,
    failures: usize,
    /// The time that was judged by, in UTC, as the schema wants it.
    timestamp: String,
    suites: Vec<Suite>,
}

struct Suite {
    name: &'static str,
    cases: Vec<Case>,
    failures: usize,
    skipped: usize,
}

impl Suite {
    fn new(name: &'static str, cases: Vec<Case>) -> Self {
        let failures = cases.iter().filter(|case| matches!(case.outcome, Outcome::Failed { .. })).count();
        let skipped = cases.iter().filter(|case| matches!(case.outcome, Outcome::Skipped(_))).count();
        Self { name, cases, failures, skipped }
    }
}

struct Case {
    /// What it belongs to: readers make a tree of it.
    class: String,
    name: String,
    outcome: Outcome,
}

enum Outcome {
    Passed,
    /// It passed, with something to say.
    Told(Vec<String>),
    /// Why nothing was judged, or why what was found is accepted.
    Skipped(String),
    Failed {
        message: String,
        lines: Vec<String>,
    },
}

fn requirement_case(row: &RequirementRow) -> Case {
    let missing = || {
        let missing = row.names.iter().filter(|name| !name.is_covered()).map(|name| name.name.clone());
        missing.collect::<Vec<_>>().join(", ")
    };
    let outcome = match row.verdict {
        Some(Verdict::Met) => Outcome::Passed,
        Some(Verdict::MetWithWarnings) => Outcome::Told(vec!["met with warnings".to_owned()]),
        Some(Verdict::Waived) => Outcome::Skipped("what is wrong with it is waived".to_owned()),
        Some(Verdict::NotJudged) | None => Outcome::Skipped("it was not judged".to_owned()),
        Some(Verdict::Unmet) => Outcome::Failed {
            message: "no certificate serves it".to_owned(),
            lines: row.nearest_miss.iter().cloned().collect(),
        },
        Some(Verdict::Failed) => Outcome::Failed {
            message: "the certificate that serves it has open errors".to_owned(),
            lines: vec![
                format!("certificate: {}", row.certificate.as_deref().unwrap_or("none")),
                format!("names not covered: {}", missing()),
            ],
        },
    };
    let name = format!("{}: {}", row.holder, usages_text(&row.usages));
    Case { class: class("requirements", row.pool.as_deref().unwrap_or(&row.holder)), name, outcome }
}

/// A case for each rule that found nothing, and for each thing that a rule found.
fn rule_cases(report: &Report) -> Vec<Case> {
    let mut found: HashMap<&str, Vec<&FindingRow>> = HashMap::new();
    for finding in &report.findings {
        found.entry(&finding.rule).or_default().push(finding);
    }
    let off: HashMap<&str, &str> = report
        .policy
        .rules
        .iter()
        .filter(|setting| setting.severity == RuleLevel::Off)
        .map(|setting| (setting.rule.as_str(), setting.reason.as_deref().unwrap_or("no reason is given")))
        .collect();
    let silent = report.rules.iter().filter(|rule| !found.contains_key(rule.id.as_str()));
    let silent = silent.map(|rule| Case {
        class: class("rules", &rule.id),
        name: rule.summary.clone(),
        outcome: match off.get(rule.id.as_str()) {
            Some(reason) => Outcome::Skipped(format!("the policy switches the rule off: {reason}")),
            None => outcome_of_silence(rule),
        },
    });
    silent.chain(report.findings.iter().map(finding_case)).collect()
}

/// What it means that a rule found nothing: only what it passed is passed.
fn outcome_of_silence(rule: &RuleRow) -> Outcome {
    match (rule.passed, &rule.missing, rule.nothing_to_look_at) {
        (1.., _, _) => Outcome::Passed,
        (0, Some(missing), 1..) => Outcome::Skipped(format!("nothing to look at: {missing}")),
        (0, None, 1..) => Outcome::Skipped("nothing to look at".to_owned()),
        (0, _, 0) => Outcome::Skipped("nothing that it applies to".to_owned()),
    }
}

fn finding_case(finding: &FindingRow) -> Case {
    let lines = || {
        let mut lines = vec![
            format!("{} {}: {}", finding.severity, finding.rule, finding.whose()),
            finding.message.clone(),
            format!("expected: {}", finding.expected_in_words()),
            format!("found: {}", finding.found),
            format!("consequence: {}", finding.consequence),
            format!("remedy: {}", finding.remedy),
            format!("source: {}", finding.source),
        ];
        if let Some(file) = &finding.certificate_file {
            lines.insert(1, format!("file: {file}"));
        }
        lines
    };
    let outcome = match (&finding.waived, finding.severity) {
        (Some(waived), _) => Outcome::Skipped(format!("waived: {}: {}", waived.reason, finding.message)),
        (None, Severity::Error) => {
            Outcome::Failed { message: format!("{}: {}", finding.whose(), finding.message), lines: lines() }
        }
        (None, Severity::Warning | Severity::Info) => Outcome::Told(lines()),
    };
    Case { class: class("rules", &finding.rule), name: finding.id.clone(), outcome }
}

fn unjudged_case(row: &UnjudgedRow) -> Case {
    let concerns = row.concerns(MAX_HOLDERS);
    Case {
        class: class("judged", row.kind.as_str()),
        name: row.what.clone(),
        outcome: Outcome::Skipped(format!("{}{concerns}. {}", row.why, row.remedy)),
    }
}

/// So many holders are named in one text.
const MAX_HOLDERS: usize = 20;

/// A branch of the tree that readers make at every dot: a name of ours has dots of its own there.
fn class(part: &str, name: &str) -> String {
    format!("lyncert.{part}.{}", name.replace('.', "·"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{UnjudgedKind, WaivedRow};
    use crate::render::testing::{hostile_report, in_order_report, plain_report, unjudged_row};

    fn written(report: &Report) -> String {
        let mut bytes = Vec::new();
        write(report, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// The number that an element's start tag says.
    fn number(tag: &str, name: &str) -> usize {
        let (_, rest) = tag.split_once(&format!(" {name}=\"")).unwrap();
        rest.split('"').next().unwrap().parse().unwrap()
    }

    #[test]
    fn numbers_add_up() {
        let mut report = plain_report(4);
        report.findings[0].waived = Some(Box::new(WaivedRow {
            reason: "CHG-4711".to_owned(),
            expires: None,
            by: None,
            owner: None,
            approver: None,
            place: "lyncert.toml:1:1".to_owned(),
        }));
        report.summary.unjudged.push(unjudged_row(UnjudgedKind::AssumedAssignment));
        for report in [report, hostile_report(), in_order_report()] {
            let text = written(&report);
            let (head, _) = text.split_once("<testsuite ").unwrap();
            let mut all = (0, 0);
            for suite in text.split("<testsuite ").skip(1) {
                let tag = format!(" {}", suite.split('>').next().unwrap());
                let counted = |element: &str| suite.matches(element).count();
                assert_eq!(number(&tag, "tests"), counted("<testcase "));
                assert_eq!(number(&tag, "failures"), counted("<failure "));
                assert_eq!(number(&tag, "skipped"), counted("<skipped "));
                all = (all.0 + counted("<testcase "), all.1 + counted("<failure "));
            }
            assert_eq!(all, (number(head, "tests"), number(head, "failures")));
        }
    }

    #[test]
    fn an_open_error_fails_a_waived_one_is_skipped_and_a_warning_is_told() {
        let mut report = plain_report(3);
        report.requirements.clear();
        let text = written(&report);
        assert_eq!(text.matches("<failure type=\"error\"").count(), 1, "{text}");
        assert_eq!(text.matches("<system-out>").count(), 2, "{text}");
        report.findings.iter_mut().for_each(|finding| {
            finding.waived = Some(Box::new(WaivedRow {
                reason: "CHG-4711".to_owned(),
                expires: None,
                by: None,
                owner: None,
                approver: None,
                place: "lyncert.toml:1:1".to_owned(),
            }));
        });
        let text = written(&report);
        assert!(!text.contains("<failure"), "{text}");
        assert_eq!(text.matches("<skipped message=\"waived: CHG-4711: ").count(), 3, "{text}");
    }

    #[test]
    fn a_rule_that_had_nothing_to_look_at_is_skipped_with_what_was_missing() {
        let mut report = in_order_report();
        report.rules[0].passed = 0;
        let text = written(&report);
        assert!(
            text.contains("<skipped message=\"nothing to look at: no listing of a certificate store\"/>"),
            "{text}"
        );
        report.rules[0].passed = 1;
        assert!(!written(&report).contains("nothing to look at"));
    }

    #[test]
    fn no_character_stands_there_that_xml_forbids() {
        let mut report = hostile_report();
        report.estate = "a\u{ffff}\u{fffe}\u{1}\u{7f}\t]]>&<b>\"'".to_owned();
        let text = written(&report);
        let is_allowed = |c: char| c == '\n' || (!c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}'));
        assert!(text.chars().all(is_allowed), "{text}");
        assert!(text.contains("a⟨U+FFFF⟩⟨U+FFFE⟩⟨U+0001⟩⟨U+007F⟩⟨U+0009⟩]]"), "{text}");
        assert!(!text.contains("<b>") && !text.contains("]]>"), "{text}");
    }
}
