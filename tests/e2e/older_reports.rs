//! Reports of the first version, beside those of today.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{AT, Audit, Batch, folder, json, report, run, text};

/// Makes a report one of the first version.
pub(crate) fn age(view: &mut Value) {
    view["schema"] = "lyncert-report/1".into();
    let object = |value: &mut Value, fields: &[&str]| {
        let object = value.as_object_mut().unwrap();
        fields.iter().for_each(|field| drop(object.remove(*field)));
    };
    object(view, &["replacements"]);
    object(&mut view["summary"], &["state"]);
    view.get_mut("scope").into_iter().for_each(|scope| object(scope, &["left_out_refs"]));
    let findings = view["findings"].as_array_mut().unwrap();
    findings.iter_mut().for_each(|row| object(row, &["holder_ref", "holders", "sources"]));
}

/// Adds what was wrong at the pool that is judged in both reports, and is not any more.
fn add_mended(view: &mut Value) {
    let findings = view["findings"].as_array_mut().unwrap();
    let on_edge =
        findings.iter().find(|row| row["pool"] == "lsedge.contoso.net" && row["severity"] == "warning");
    let mut mended = on_edge.unwrap().clone();
    mended["id"] = "mended".into();
    findings.push(mended);
    let warnings = view["summary"]["warnings"].as_u64().unwrap();
    view["summary"]["warnings"] = (warnings + 1).into();
}

/// The report on everything and that on one pool, each in both versions: the first one first.
struct Reports {
    root: tempfile::TempDir,
}

impl Reports {
    fn new() -> Self {
        let this = Self { root: folder(&[]) };
        for (name, scope) in [("all", &[][..]), ("edge", &["--pool", "lsedge.contoso.net"])] {
            let out = this.root.path().join(name);
            assert_eq!(Audit::of("contoso").at(AT).out(&out).with(scope).quiet().run().code, 1);
            let mut view = report(&out);
            if name == "all" {
                add_mended(&mut view);
            }
            for version in 1..=2 {
                let path = this.path(name, version);
                if version == 1 {
                    let mut older = view.clone();
                    age(&mut older);
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    fs::write(path, serde_json::to_vec(&older).unwrap()).unwrap();
                } else {
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    fs::write(path, serde_json::to_vec(&view).unwrap()).unwrap();
                }
            }
        }
        this
    }

    fn path(&self, name: &str, version: u8) -> PathBuf {
        self.root.path().join(format!("{name}{version}/report.json"))
    }
}

/// The ids of what is told as fixed.
fn fixed(rows: &Value) -> Vec<&str> {
    let fixed = rows.as_array().unwrap().iter().filter(|row| row["change"] == "fixed");
    fixed.map(|row| row["finding"]["id"].as_str().unwrap()).collect()
}

fn diff(old: &Path, new: &Path) -> Value {
    let run = run(&["diff", text(old), text(new), "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    run.json()
}

#[test]
fn what_was_left_out_is_never_fixed_whatever_the_versions() {
    let reports = Reports::new();
    for (old, new) in [(1, 1), (1, 2), (2, 1), (2, 2)] {
        let view = diff(&reports.path("all", old), &reports.path("edge", new));
        assert_eq!(fixed(&view["changes"]), ["mended"], "/{old} and /{new}");
    }
}

#[test]
fn a_baseline_of_the_first_version_shows_what_was_fixed_and_nothing_that_was_left_out() {
    let reports = Reports::new();
    for version in [1, 2] {
        let out = folder(&[]);
        let audit = Audit::of("contoso").at(AT).out(&out).with(&["--pool", "lsedge.contoso.net"]);
        let audit = audit.set("--baseline", text(&reports.path("all", version)));
        assert_eq!(audit.quiet().run().code, 1);
        let fixed = &report(&out)["baseline"]["fixed"];
        let ids: Vec<&str> =
            fixed.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["mended"], "/{version}");
    }
}

#[test]
fn a_report_of_the_first_version_without_findings_is_not_green() {
    let place = folder(&[]);
    let path = place.path().join("fabrikam/report.json");
    assert_eq!(Audit::of("fabrikam").out(path.parent().unwrap()).quiet().run().code, 0);
    let mut view = json(&path);
    age(&mut view);
    fs::write(&path, serde_json::to_vec(&view).unwrap()).unwrap();
    let out = folder(&[]);
    let run = Batch::from_reports(&place, &out).run();
    assert_eq!(run.code, 0, "{}", run.err);
    let index = json(&out.path().join("index.json"));
    assert_eq!(index["estates"][0]["state"], "not-fully-judged");
    let verdict = "Nothing that was judged fails, but not everything was judged";
    assert_eq!(index["estates"][0]["verdict"], verdict);
    let page = fs::read_to_string(out.path().join("index.html")).unwrap();
    assert!(page.contains("<div class=\"verdict info\">"));
    assert!(page.contains("1 estate: 1 not fully judged"));
}
