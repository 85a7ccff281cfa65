//! What programs decide by is data: texts for people may say anything, and a word that nobody knows is refused.

use std::fs;
use std::path::{Path, PathBuf};

use lyncert_report::model::Report;
use serde_json::Value;

use crate::older_reports::age;
use crate::support::{AT, Audit, Batch, Run, folder, json, report, run, text};

/// Fields whose texts are written for people. All others are ids, words of a vocabulary, names, times, paths, thumbprints.
const SENTENCES: &[&str] = &[
    "added",
    "approver",
    "because",
    "by",
    "ca_evidence",
    "certificate_file",
    "command",
    "consequence",
    "defaults",
    "expected",
    "facts",
    "found",
    "friendly_name",
    "holder",
    "holders",
    "kind_title",
    "left_out",
    "lies_at",
    "list",
    "message",
    "missing",
    "nearest_miss",
    "next_deadline_holder",
    "not_looked_at",
    "notes",
    "oddities",
    "owner",
    "pattern",
    "place",
    "policy_reasons",
    "product",
    "product_version",
    "reason",
    "remedy",
    "removed",
    "role",
    "services",
    "source",
    "stops",
    "summary",
    "text",
    "thresholds",
    "title",
    "unused_waivers",
    "verdict",
    "way",
    "whom",
    "whose",
];

/// Calls this with every text for people in a view.
fn each_sentence(view: &mut Value, change: &mut dyn FnMut(&mut String)) {
    walk(view, "", change);
}

fn walk(value: &mut Value, key: &str, change: &mut dyn FnMut(&mut String)) {
    match value {
        Value::String(text) if SENTENCES.contains(&key) && !is_word(key, text) => change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, key, change)),
        Value::Object(fields) => fields.iter_mut().for_each(|(key, value)| walk(value, key, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Requirements have a verdict that is a word; that of a summary is a sentence.
fn is_word(key: &str, text: &str) -> bool {
    key == "verdict" && !text.contains(' ')
}

/// A view without its texts for people.
fn without_sentences(mut view: Value) -> Value {
    each_sentence(&mut view, &mut String::clear);
    view
}

/// Reports with all that a report can hold: errors, waivers, things left out, another estate, another day.
struct Reports {
    root: tempfile::TempDir,
}

const POLICY: &str = "
[expiry]
warning = 40
[rules]
cdp-missing = { severity = 'info', reason = 'CHG-4712' }
[[ignore]]
path = 'from-mail/**'
reason = 'no certificates'
[[waiver]]
rule = 'san-missing'
name = 'fabrikam.com'
reason = 'CHG-4711'
by = 'UC operations'
owner = 'UC operations'
approver = 'Vance DeLeon'
expires = 2026-12-01
[[waiver]]
rule = 'expired'
name = 'nobody'
reason = 'CHG-4713'
";

impl Reports {
    fn new() -> Self {
        let this = Self { root: folder(&[("lyncert.toml", POLICY.as_bytes())]) };
        let audit = |estate: &str, name: &str, at: &str, more: &[&str]| {
            let code = Audit::of(estate).at(at).out(this.folder(name)).with(more).quiet().run().code;
            assert!(code <= 1, "{name}: {code}");
        };
        let policy = this.root.path().join("lyncert.toml");
        let waived = ["--policy", text(&policy)];
        audit("contoso", "contoso", AT, &[]);
        audit("fabrikam", "fabrikam", AT, &[]);
        audit("contoso", "later", "2026-12-20", &waived);
        audit("contoso", "narrow", "2026-12-21", &["--pool", "lsedge.contoso.net"]);
        let baseline = this.report("contoso");
        audit("contoso", "compared", "2026-12-22", &[&waived[..], &["--baseline", text(&baseline)]].concat());
        for (name, of) in [("older", "later"), ("older-narrow", "narrow")] {
            let mut view = json(&this.report(of));
            age(&mut view);
            write(&this.report(name), &view);
        }
        this
    }

    const NAMES: [&str; 7] = ["contoso", "fabrikam", "later", "narrow", "compared", "older", "older-narrow"];

    fn folder(&self, name: &str) -> PathBuf {
        self.root.path().join("plain").join(name)
    }

    fn report(&self, name: &str) -> PathBuf {
        self.folder(name).join("report.json")
    }

    /// The same report with an `X` before every text for people.
    fn said_otherwise(&self, name: &str) -> PathBuf {
        let path = self.root.path().join("otherwise").join(name).join("report.json");
        let mut view = json(&self.report(name));
        let mut count = 0;
        each_sentence(&mut view, &mut |text| {
            text.insert(0, 'X');
            count += 1;
        });
        assert!(count > 100, "{name}: {count}");
        write(&path, &view);
        path
    }
}

fn write(path: &Path, view: &Value) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, serde_json::to_vec_pretty(view).unwrap()).unwrap();
}

/// The classes of a page in their order: its colors.
fn colors(page: &str) -> Vec<String> {
    let (_, body) = page.split_once("</style>").unwrap();
    let classes = body.split("class=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    classes.collect()
}

#[test]
fn an_index_stands_on_no_sentence() {
    let reports = Reports::new();
    for name in Reports::NAMES {
        let otherwise = reports.said_otherwise(name);
        let (plain_out, other_out) = (folder(&[]), folder(&[]));
        let plain = Batch::from_reports(reports.folder(name), &plain_out).run();
        let other = Batch::from_reports(otherwise.parent().unwrap(), &other_out).run();
        assert_eq!(plain.code, other.code, "{name}: {}", other.err);
        let index = |out: &tempfile::TempDir| {
            let mut view = without_sentences(json(&out.path().join("index.json")));
            view["estates"][0]["folder"] = Value::Null;
            view
        };
        assert_eq!(index(&plain_out), index(&other_out), "{name}");
        let page =
            |out: &tempfile::TempDir| colors(&fs::read_to_string(out.path().join("index.html")).unwrap());
        assert_eq!(page(&plain_out), page(&other_out), "{name}");
    }
}

/// The page of a report, drawn again from its file.
fn page_of(report: &Path) -> String {
    let report = Report::read(&fs::read(report).unwrap()).unwrap();
    let mut page = Vec::new();
    lyncert_report::render::html::write(&report, &mut page).unwrap();
    String::from_utf8(page).unwrap()
}

#[test]
fn a_page_that_is_drawn_again_stands_on_no_sentence() {
    let reports = Reports::new();
    for name in Reports::NAMES {
        let (plain, other) = (page_of(&reports.report(name)), page_of(&reports.said_otherwise(name)));
        assert_eq!(colors(&plain), colors(&other), "{name}");
        assert_ne!(plain, other, "{name}");
    }
    let written = fs::read_to_string(reports.folder("contoso").join("report.html")).unwrap();
    assert_eq!(page_of(&reports.report("contoso")), written);
}

#[test]
fn a_comparison_stands_on_no_sentence() {
    let reports = Reports::new();
    let diff = |old: &Path, new: &Path| {
        let run = |more: &[&str]| run(&[&["diff", text(old), text(new)], more].concat());
        let view = run(&["--format", "json"]);
        assert_eq!(view.code, 0, "{}", view.err);
        (without_sentences(view.json()), run(&["--fail-on-new"]).code)
    };
    for (old, new) in [
        ("contoso", "contoso"),
        ("contoso", "later"),
        ("later", "contoso"),
        ("contoso", "narrow"),
        ("narrow", "later"),
        ("older", "contoso"),
        ("older", "narrow"),
        ("older", "older-narrow"),
        ("later", "older-narrow"),
    ] {
        let plain = diff(&reports.report(old), &reports.report(new));
        let (old_otherwise, new_otherwise) = (reports.said_otherwise(old), reports.said_otherwise(new));
        assert_eq!(plain, diff(&old_otherwise, &new_otherwise), "{old} {new}");
        assert_eq!(plain, diff(&reports.report(old), &new_otherwise), "{old} {new}: only the new one");
        assert_eq!(plain, diff(&old_otherwise, &reports.report(new)), "{old} {new}: only the old one");
    }
}

#[test]
fn an_audit_against_a_baseline_stands_on_no_sentence_of_it() {
    let reports = Reports::new();
    let audit = |baseline: &Path| {
        let out = folder(&[]);
        let audit = Audit::of("contoso").at("2026-12-20").out(&out).set("--baseline", text(baseline));
        let code = audit.with(&["--fail-on-new"]).run().code;
        (code, without_sentences(report(&out)))
    };
    for name in ["contoso", "narrow", "older", "older-narrow"] {
        assert_eq!(audit(&reports.report(name)), audit(&reports.said_otherwise(name)), "{name}");
    }
}

/// A word of a report: the list or part that it is in, and its field.
const WORDS: &[(&str, &str, &str)] = &[
    ("contoso", "/summary", "worst"),
    ("contoso", "/summary", "state"),
    ("contoso", "/findings", "severity"),
    ("contoso", "/requirements", "verdict"),
    ("contoso", "/requirements", "assigned_by"),
    ("contoso", "/requirements/0/names", "need"),
    ("contoso", "/requirements/0/names", "added_by"),
    ("contoso", "/requirements/0/names", "status"),
    ("contoso", "/orders/0/names", "need"),
    ("contoso", "/certificates", "ca_kind"),
    ("contoso", "/certificates/0/chain", "state"),
    ("contoso", "/inputs", "kind"),
    ("contoso", "/requirements", "kind"),
    ("contoso", "/topology/sites/0/pools", "kind"),
    ("contoso", "/findings/0/holder_ref", "kind"),
    ("contoso", "/findings/0/holders", "kind"),
    ("contoso", "/consequences/0/stops", "workload"),
    ("older", "/findings", "severity"),
    ("older", "/requirements", "kind"),
    ("later", "/waivers", "state"),
    ("later", "/policy/rules", "severity"),
    ("compared", "/findings", "change"),
];

/// Reads a report in every way in which the program reads a single one.
fn readings(path: &Path, good: &Path) -> Vec<Run> {
    vec![
        run(&["diff", text(path), text(good)]),
        run(&["diff", text(good), text(path)]),
        Audit::of("contoso").set("--baseline", text(path)).run(),
        run(&["report", text(path), "--format", "json"]),
    ]
}

#[test]
fn a_word_that_nobody_knows_is_an_error_that_names_the_file_and_never_green() {
    let reports = Reports::new();
    let place = folder(&[]);
    let path = place.path().join("reports/report.json");
    for (name, part, field) in WORDS {
        let mut view = json(&reports.report(name));
        // In a list it is the last that has the field: to look at the first is not enough.
        let part_of = view.pointer_mut(part).unwrap_or_else(|| panic!("there is no {part}"));
        let row = match part_of {
            Value::Array(rows) => rows.iter_mut().rfind(|row| row[*field].is_string()),
            other => Some(other),
        };
        let row = row.unwrap_or_else(|| panic!("no row of {part} has `{field}`"));
        assert!(row[*field].is_string(), "{part} has no `{field}`");
        row[*field] = Value::from("critical");
        write(&path, &view);
        for reading in readings(&path, &reports.report("contoso")) {
            assert_eq!(reading.code, 3, "{part} {field}: {}{}", reading.out, reading.err);
            let said = format!("`{}` is not a report of lyncert", path.display());
            assert!(reading.err.contains(&said), "{part} {field}: {}", reading.err);
        }
        let out = place.path().join("out");
        let index = Batch::from_reports(path.parent().unwrap(), &out).run();
        assert_eq!(index.code, 3, "{part} {field}: {}{}", index.out, index.err);
        let index: Value = serde_json::from_slice(&fs::read(out.join("index.json")).unwrap()).unwrap();
        assert_eq!(index["estates"][0]["state"], "could-not-be-judged", "{part} {field}");
    }
}
