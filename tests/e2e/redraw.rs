//! `lyncert report`: the files of a report, drawn again.

use std::fs;
use std::path::{Path, PathBuf};

use lyncert_report::model::{REPORT_SCHEMA, Report, ReportState};
use lyncert_report::render::FORMATS;

use crate::support::{Audit, Run, default_files, files_of, folder, root, run, text};

/// All formats in one argument.
fn all_formats() -> String {
    FORMATS.iter().map(|format| format.id).collect::<Vec<_>>().join(",")
}

fn redraw(report: &Path, out: &Path, more: &[&str]) -> Run {
    run(&[&["report", text(report), "--out", text(out)], more].concat())
}

/// The kept reports, by the versions of their schemas.
fn kept() -> Vec<(String, PathBuf)> {
    let path = |version: u32| root().join(format!("tests/reports/version-{version}.json"));
    let versions = (1..).map(|version| (format!("lyncert-report/{version}"), path(version)));
    versions.take_while(|(_, path)| path.is_file()).collect()
}

#[test]
fn what_is_drawn_again_is_what_the_audit_wrote_in_every_format() {
    for estate in ["contoso", "fabrikam"] {
        let (first, again) = (folder(&[]), folder(&[]));
        Audit::of(estate).out(&first).format(&all_formats()).quiet().run();
        let drawn = redraw(&first.path().join("report.json"), again.path(), &["--format", &all_formats()]);
        assert_eq!((drawn.code, drawn.err.as_str()), (0, ""));
        for file in files_of(|_| true) {
            let (one, other) = (fs::read(first.path().join(file)), fs::read(again.path().join(file)));
            assert!(one.unwrap() == other.unwrap(), "{file}");
            assert!(drawn.out.contains(&format!("Wrote {}", again.path().join(file).display())), "{file}");
        }
    }
}

#[test]
fn without_formats_the_files_of_an_audit_are_drawn_and_json_alone_is_printed() {
    let (first, again) = (folder(&[]), folder(&[]));
    Audit::of("contoso").out(&first).quiet().run();
    let json = first.path().join("report.json");
    assert_eq!(redraw(&json, again.path(), &["--quiet"]).out, "");
    let mut names: Vec<String> = fs::read_dir(again.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    let mut expected: Vec<&str> = default_files().collect();
    expected.sort_unstable();
    assert_eq!(names, expected);
    let printed = run(&["report", text(&json), "--format", "json"]);
    assert_eq!((printed.code, printed.out), (0, fs::read_to_string(&json).unwrap()));
}

#[test]
fn a_report_of_every_version_is_read_and_drawn_in_every_format() {
    let kept = kept();
    assert_eq!(kept.last().map(|(schema, _)| schema.as_str()), Some(REPORT_SCHEMA), "one of today is kept");
    for (schema, path) in kept {
        let bytes = fs::read(&path).unwrap();
        assert!(String::from_utf8_lossy(&bytes).contains(&format!("\"schema\": \"{schema}\"")), "{schema}");
        let out = folder(&[]);
        let drawn = redraw(&path, out.path(), &["--format", &all_formats()]);
        assert_eq!((drawn.code, drawn.err.as_str()), (0, ""), "{schema}");
        for file in files_of(|_| true) {
            assert!(fs::metadata(out.path().join(file)).unwrap().len() > 0, "{schema}: {file}");
        }
        // They are known as lyncert's, whatever the older report does not say.
        let replaced = redraw(&path, out.path(), &["--format", &all_formats()]);
        assert_eq!((replaced.code, replaced.err.as_str()), (0, ""), "{schema}");
        let again = Report::read(&fs::read(out.path().join("report.json")).unwrap()).unwrap();
        assert_eq!((again.schema.as_str(), again.estate.as_str()), (REPORT_SCHEMA, "contoso.com"));
        assert_eq!(again.summary.state, ReportState::Errors, "{schema}");
    }
}

#[test]
fn what_is_no_report_that_is_known_is_refused_in_one_sentence() {
    let place = folder(&[
        ("later.json", br#"{"schema": "lyncert-report/99", "tool": {"name": "lyncert"}}"#),
        ("foreign.json", br#"{"mine": 1}"#),
        ("index.json", br#"{"schema": "lyncert-index/2", "tool": {"name": "lyncert"}}"#),
    ]);
    for (name, said) in [
        (
            "later.json",
            "is `lyncert-report/99`, which this version of lyncert does not know; expected `lyncert-report/2`",
        ),
        ("foreign.json", "is not a report of lyncert"),
        ("index.json", "is not a report of lyncert: it is `lyncert-index/2`"),
        ("none.json", "cannot read the report"),
    ] {
        let (path, out) = (place.path().join(name), place.path().join("out"));
        for run in [redraw(&path, &out, &[]), run(&["report", text(&path), "--format", "json"])] {
            assert_eq!((run.code, run.out.as_str()), (3, ""), "{name}");
            assert!(run.err.contains(said) && run.err.lines().count() == 1, "{name}: {}", run.err);
        }
        assert!(!out.join("report.html").exists(), "{name}");
    }
}

#[test]
fn a_report_is_never_replaced_by_what_is_drawn_from_it() {
    let out = folder(&[]);
    let path = out.path().join("report.json");
    fs::copy(root().join("tests/reports/version-1.json"), &path).unwrap();
    let before = fs::read(&path).unwrap();
    for more in [&[][..], &["--overwrite"], &["--format", "json,html"]] {
        let refused = redraw(&path, out.path(), more);
        assert_eq!(refused.code, 2, "{more:?}");
        assert!(refused.err.contains("is what the report is drawn from"), "{}", refused.err);
    }
    assert_eq!(redraw(&path, out.path(), &["--format", "html"]).code, 0);
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_place_and_a_format_that_does_not_print_are_asked_for_and_files_of_others_are_left() {
    let json = root().join("tests/reports/version-2.json");
    let nowhere = run(&["report", text(&json)]);
    assert_eq!(nowhere.code, 2);
    assert!(nowhere.err.contains("expected `--out` with a folder"), "{}", nowhere.err);
    let page = run(&["report", text(&json), "--format", "html"]);
    assert_eq!(page.code, 2);
    assert!(page.err.contains("--format html writes report.html; expected `--out`"), "{}", page.err);
    let out = folder(&[("report.html", b"mine")]);
    let refused = redraw(&json, out.path(), &["--format", "html"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("is there already and not written by lyncert"), "{}", refused.err);
    assert_eq!(redraw(&json, out.path(), &["--format", "html", "--overwrite"]).code, 0);
}
