//! The formats of a report as the programs of others read them.
//!
//! Run by `cargo test -p lyncert --test formats`. Python with the packages of `requirements.txt` (`LYNCERT_PYTHON` names its
//! interpreter) and LibreOffice (`soffice`) are not ours to bring: where one is missing the tests that need it say so and do nothing,
//! except in CI, where they fail.

#![expect(clippy::print_stderr, reason = "what is not there")]
#![expect(clippy::unwrap_used, reason = "helpers of tests lie outside of test functions")]

mod made;
mod readers;
#[allow(dead_code, unused_imports, reason = "most of it serves the ordinary tests")]
#[path = "../support/mod.rs"]
mod support;

use serde_json::Value;

use made::{Made, all};
use readers::{read, recalculated};
use support::{root, text};

/// A place of the repository as an argument.
fn vendor(path: &str) -> String {
    text(&root().join("tests/vendor").join(path)).to_owned()
}

/// How many findings of a report are so.
fn count(made: &Made, is_so: impl Fn(&Value) -> bool) -> usize {
    made.report["findings"].as_array().unwrap().iter().filter(|finding| is_so(finding)).count()
}

fn is_open_error(finding: &Value) -> bool {
    finding["severity"] == "error" && finding["waived"].is_null()
}

#[test]
fn sarif_is_valid_by_the_schema_of_its_standard_and_has_every_finding() {
    let schema = vendor("sarif/sarif-schema-2.1.0.json");
    for made in all() {
        let Some(found) = read("sarif", &made.file("report.sarif"), &[&schema]) else { return };
        assert_eq!(found["results"], count(made, |_| true), "{}", made.name);
        assert_eq!(found["errors"], count(made, |finding| finding["severity"] == "error"), "{}", made.name);
        assert_eq!(found["suppressed"], count(made, |finding| !finding["waived"].is_null()), "{}", made.name);
    }
}

#[test]
fn junit_is_valid_by_the_schema_of_jenkins_and_its_numbers_add_up() {
    let schema = vendor("junit/junit-10.xsd");
    for made in all() {
        let Some(found) = read("junit", &made.file("report.junit.xml"), &[&schema]) else { return };
        assert_eq!(
            (&found["tests"], &found["failures"]),
            (&found["cases"], &found["failed"]),
            "{}",
            made.name
        );
        assert!(found["failures"].as_u64().unwrap() >= count(made, is_open_error) as u64, "{}", made.name);
    }
}

#[test]
fn a_calendar_has_every_end_and_every_repair_at_its_day() {
    for made in all() {
        let Some(found) = read("ics", &made.file("renewals.ics"), &[]) else { return };
        let days = |list: &str, field: &str| {
            let rows = made.report[list].as_array().unwrap().iter();
            let mut days: Vec<String> =
                rows.map(|row| row[field].as_str().unwrap().chars().take(10).collect()).collect();
            days.sort();
            days
        };
        assert_eq!(found["ends"], Value::from(days("consequences", "not_after")), "{}", made.name);
        assert_eq!(found["due"], Value::from(days("replacements", "due")), "{}", made.name);
    }
}

#[test]
fn a_workbook_has_every_row_and_real_times_and_no_formula() {
    for made in all() {
        let Some(found) = read("xlsx", &made.file("report.xlsx"), &[]) else { return };
        let list = |name: &str| made.report[name].as_array().unwrap();
        assert_eq!(found["rows"]["Findings"], list("findings").len(), "{}", made.name);
        assert_eq!(found["rows"]["Certificates"], list("certificates").len(), "{}", made.name);
        // The first row says how the estate stands.
        assert_eq!(found["rows"]["Do next"], list("replacements").len() + 1, "{}", made.name);
        let mut ends: Vec<&str> =
            list("certificates").iter().map(|row| row["not_after"].as_str().unwrap()).collect();
        ends.sort_unstable();
        assert_eq!(found["ends"], Value::from(ends), "{}", made.name);
        assert_eq!(found["created"], made.report["at"], "{}", made.name);
    }
}

#[test]
fn libreoffice_opens_a_workbook_and_calculates_nothing() {
    for made in all() {
        let Some(sheets) = recalculated(&made.file("report.xlsx")) else { return };
        let findings = &sheets["Findings"];
        let rows = count(made, |_| true);
        assert!(findings.lines().count() > rows, "{}: {findings}", made.name);
        assert!(
            !sheets.values().any(|sheet| sheet.contains("Err:") || sheet.contains("#NAME?")),
            "{}",
            made.name
        );
        assert!(sheets["Do next"].starts_with("due,action,"), "{}", made.name);
    }
}

#[test]
fn metrics_are_read_by_the_library_of_prometheus() {
    for made in all() {
        let Some(found) = read("prometheus", &made.file("lyncert.prom"), &[]) else { return };
        assert_eq!(
            found["state"],
            Value::from(vec![made.report["summary"]["state"].clone()]),
            "{}",
            made.name
        );
        let summary = &made.report["summary"];
        for (severity, field) in [("error", "errors"), ("warning", "warnings"), ("info", "infos")] {
            assert_eq!(found["findings"][severity], summary[field], "{}: {severity}", made.name);
        }
    }
}

#[test]
fn markdown_has_no_link_image_or_markup_of_others() {
    for made in all() {
        let Some(found) = read("markdown", &made.file("report.md"), &[]) else { return };
        let headings = found["headings"].as_array().unwrap();
        assert!(headings[0].as_str().unwrap().starts_with("lyncert: "), "{headings:?}");
        let has_repairs = !made.report["replacements"].as_array().unwrap().is_empty();
        assert_eq!(found["tables"], u8::from(has_repairs), "{}", made.name);
    }
}
