//! What people are shown of the findings, and what the log tells of them.

use std::fs;
use std::path::Path;

use lyncert_report::render::FORMATS;
use serde_json::Value;

use crate::support::estates::estates;
use crate::support::{Audit, Batch, files_of, folder, json, report, run, sample, text};

/// All formats in one argument.
fn all_formats() -> String {
    FORMATS.iter().map(|format| format.id).collect::<Vec<_>>().join(",")
}

fn of_people() -> Vec<&'static str> {
    files_of(|format| format.for_people).collect()
}

#[test]
fn what_is_not_shown_counts_and_files_for_programs_are_whole() {
    let (whole, part) = (folder(&[]), folder(&[]));
    let all = Audit::of("contoso").format(&all_formats()).out(&whole).run();
    let shown =
        Audit::of("contoso").format(&all_formats()).out(&part).with(&["--min-severity", "error"]).run();
    assert_eq!((all.code, shown.code), (1, 1));
    for file in files_of(|_| true) {
        let (one, other) = (fs::read(whole.path().join(file)), fs::read(part.path().join(file)));
        assert_eq!(one.unwrap() == other.unwrap(), !of_people().contains(&file), "{file}");
    }
    let report = report(&whole);
    let hidden =
        report["findings"].as_array().unwrap().iter().filter(|row| row["severity"] != "error").count();
    let said = format!("{hidden} findings less severe than error are not shown");
    let page = fs::read_to_string(part.path().join("report.html")).unwrap();
    assert!(page.contains(&said) && shown.out.contains(&said), "{}", shown.out);
    assert!(all.out.contains("\nWarnings\n") && !shown.out.contains("\nWarnings\n"), "{}", shown.out);
    let verdict = report["summary"]["verdict"].as_str().unwrap();
    let folded: String = shown.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(folded.contains(verdict), "the verdict counts all: {}", shown.out);
}

#[test]
fn exit_codes_count_what_is_not_shown() {
    let with = |more: &[&str]| Audit::of("contoso").with(&["--min-severity", "error"]).with(more).run().code;
    assert_eq!(with(&["--fail-on", "info"]), 1);
    let fabrikam = Audit::of("fabrikam").with(&["--min-severity", "error", "--strict"]).run();
    assert_eq!(fabrikam.code, Audit::of("fabrikam").with(&["--strict"]).run().code);
}

#[test]
fn codes_of_a_batch_count_what_is_not_shown() {
    let root = estates(1);
    let path = root.path().join("contoso");
    fs::create_dir(&path).unwrap();
    fs::copy(sample("contoso/topology.tbxml"), path.join("topology.tbxml")).unwrap();
    for least in ["error", "warning", "info"] {
        for more in
            [&[][..], &["--fail-on", "info"], &["--strict"], &["--exit-zero"], &["--exit-zero", "--strict"]]
        {
            let code = |arguments: &[&str]| {
                Batch::of(&root, folder(&[])).quiet().with(more).with(arguments).run().code
            };
            assert_eq!(code(&["--min-severity", least]), code(&[]), "{least} {more:?}");
        }
    }
}

#[test]
fn a_report_that_is_drawn_again_shows_what_is_asked_for() {
    let (first, again) = (folder(&[]), folder(&[]));
    Audit::of("contoso").out(&first).format("html,json").with(&["-q", "--min-severity", "warning"]).run();
    let path = first.path().join("report.json");
    let drawn = ["report", text(&path), "--format", "html", "--out", text(again.path())];
    assert_eq!(run(&[&drawn[..], &["--min-severity", "warning"]].concat()).code, 0);
    let page = |folder: &Path| fs::read_to_string(folder.join("report.html")).unwrap();
    assert!(page(first.path()) == page(again.path()));
    assert_eq!(run(&drawn).code, 0);
    assert!(!page(again.path()).contains("are not shown, as asked"));
}

#[test]
fn each_estate_of_a_batch_has_every_format_that_is_asked_for() {
    let (root, out) = (estates(2), folder(&[]));
    let batch = Batch::of(&root, &out).format(&all_formats()).quiet();
    assert_eq!(batch.run().code, 0);
    for file in files_of(|_| true) {
        for estate in ["estate0000", "estate0001"] {
            let path = out.path().join(estate).join(file);
            assert!(fs::metadata(&path).is_ok_and(|metadata| metadata.len() > 0), "{}", path.display());
        }
    }
    // They are known as lyncert's and replaced by the next run.
    assert_eq!(batch.run().code, 0);
    fs::write(out.path().join("estate0001/report.xlsx"), "mine").unwrap();
    let refused = batch.run();
    assert_eq!(refused.code, 2, "{}", refused.err);
}

#[test]
fn the_log_tells_how_many_findings_each_estate_has() {
    let out = folder(&[]);
    let log = out.path().join("a.log");
    let audit = Audit::of("contoso").out(out.path().join("out")).quiet().set("--log-file", text(&log));
    let logged = audit.clone().with(&["--log-format", "json"]).run();
    let summary = &report(out.path().join("out"))["summary"];
    let lines: Vec<Value> = logged.err.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let judged = lines.iter().find(|line| line["event"] == "judged").unwrap();
    for field in ["state", "errors", "warnings", "infos", "waived"] {
        assert_eq!(judged[field], summary[field], "{field}");
    }
    assert_eq!(judged["not_judged"], summary["unjudged"].as_array().unwrap().len());
    assert_eq!(judged["estate"], "contoso.com");
    audit.run();
    let told = fs::read_to_string(&log).unwrap();
    let count = |field: &str| format!(" {field}={}", summary[field]);
    assert!(told.contains(&format!("(state=errors{}{}", count("errors"), count("warnings"))), "{told}");
    let (root, fleet) = (estates(1), folder(&[]));
    let batch = Batch::of(&root, &fleet).with(&["-q", "--log-format", "json"]).run();
    let line: Value = serde_json::from_str(batch.err.lines().next().unwrap()).unwrap();
    let index = json(&fleet.path().join("index.json"));
    assert_eq!((&line["state"], &line["errors"]), (&index["estates"][0]["state"], &0.into()));
}
