//! Collections are read as the collector writes them.

mod facts;
mod manifest;
mod places;
mod servers;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::collection::{Collection, edge, standard};
use crate::support::{AT, Run, folder, report, run, text};

/// Facts that no collection has.
const POLICY: &[u8] = b"[facts]\nauto_logon_pool = \"se01.fabrikam.com\"\n";

type Files = BTreeMap<String, Vec<u8>>;

/// A folder with these files and the policy.
fn written(files: &Files) -> tempfile::TempDir {
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
    folder(&[&files[..], &[("lyncert.toml", POLICY)]].concat())
}

/// The report on a collection, which is given as its folder.
fn audited(files: &Files) -> Value {
    let folder = written(files);
    audited_as(&["audit", text(folder.path())])
}

fn audited_as(arguments: &[&str]) -> Value {
    let run = judged(arguments);
    assert!([0, 1].contains(&run.1.code), "{:?}", run.1);
    run.0
}

fn judged(arguments: &[&str]) -> (Value, Run) {
    let out = folder(&[]);
    let run = run(&[arguments, &["--at", AT, "--out", text(out.path()), "--no-progress"]].concat());
    (report(out.path()), run)
}

/// The errors and warnings, as rule and server.
fn findings(report: &Value) -> Vec<(String, String)> {
    let grave = report["findings"].as_array().unwrap().iter().filter(|finding| finding["severity"] != "info");
    grave.map(|finding| (words(&finding["rule"]), words(&finding["server"]))).collect()
}

fn words(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// What was not judged, as kind and the words about it.
fn unjudged(report: &Value) -> Vec<(String, String)> {
    let rows = report["summary"]["unjudged"].as_array().unwrap().iter();
    rows.map(|row| (words(&row["kind"]), words(&row["what"]))).collect()
}

fn verdicts(report: &Value) -> BTreeMap<String, String> {
    let rows = report["requirements"].as_array().unwrap().iter();
    rows.map(|row| (words(&row["id"]), words(&row["verdict"]))).collect()
}

/// That everything was looked at, by what is in use, and is in order.
#[track_caller]
fn is_golden(report: &Value) {
    assert_eq!(findings(report), []);
    assert_eq!(unjudged(report), []);
    assert_eq!(report["unreadable"].as_array().unwrap().len(), 0, "{}", report["unreadable"]);
    assert_eq!(report["summary"]["state"], "in-order");
    for row in report["requirements"].as_array().unwrap() {
        let expected = if row["id"] == "reverse-proxy" { "placed" } else { "assigned" };
        assert_eq!(row["assigned_by"], expected, "{}", row["id"]);
    }
}

/// A central collection without the Edge, and one of the Edge by itself below its certificates.
fn nested() -> Files {
    let mut files = Collection::of([standard(), edge().not_reached("skipped", "edge-local-run")]).files();
    let local = Collection::local(edge()).files();
    files.extend(local.into_iter().map(|(path, bytes)| (format!("certs/from-the-edge/{path}"), bytes)));
    files
}
