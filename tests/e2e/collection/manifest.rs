//! What manifests say: whether files are as they were written, and when they were collected.

use super::{POLICY, audited, audited_as, findings, nested, unjudged, words, written};
use crate::support::collection::{COLLECTED, COLLECTED_IN_WORDS, Collection, EDGE, STANDARD, edge, standard};
use crate::support::{AT, run, text};

#[test]
fn a_file_that_was_changed_since_is_told_and_what_it_says_does_not_count() {
    let mut files = Collection::of([standard(), edge()]).files();
    files.get_mut("certs/edge01.fabrikam.com/LocalMachine/My.xml").unwrap().push(b'\n');
    let report = audited(&files);
    assert_eq!(findings(&report), []);
    let reason = words(&report["unreadable"][0]["reason"]);
    assert!(reason.starts_with("was changed after it was collected"), "{reason}");
    let kinds: Vec<String> = unjudged(&report).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["not-collected", "input-not-understood"]);
}

#[test]
fn a_file_that_is_gone_is_told() {
    let mut files = Collection::of([standard(), edge()]).files();
    files.remove("certs/edge01.fabrikam.com/bindings.json");
    let report = audited(&files);
    let row = &report["unreadable"][0];
    assert_eq!(row["path"], "certs/edge01.fabrikam.com/bindings.json");
    assert_eq!(row["reason"], "is named in `collected.json` and is not here");
}

#[test]
fn a_collection_without_its_manifest_was_cut_off() {
    let mut files = Collection::of([standard(), edge()]).files();
    files.remove("collected.json");
    let folder = written(&files);
    let report =
        audited_as(&["audit", text(&folder.path().join("topology.xml")), "--certs", text(folder.path())]);
    let reasons: Vec<String> =
        report["unreadable"].as_array().unwrap().iter().map(|row| words(&row["reason"])).collect();
    assert_eq!(reasons.len(), 1, "{reasons:?}");
    assert!(reasons[0].starts_with("belongs to a collection without its manifest"), "{reasons:?}");
}

#[test]
fn a_manifest_that_is_there_twice_or_of_another_schema_is_told() {
    let mut files = nested();
    let again = files["certs/from-the-edge/collected.json"].clone();
    files.insert("certs/zzz/collected.json".to_owned(), again);
    files.insert("certs/newer/collected.json".to_owned(), br#"{"schema":"lyncert-collected/9"}"#.to_vec());
    let report = audited(&files);
    let told: Vec<(String, String)> = report["unreadable"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (words(&row["path"]), words(&row["reason"])))
        .filter(|(_, reason)| !reason.contains("is not here"))
        .collect();
    let reasons: Vec<&str> = told.iter().map(|(_, reason)| reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "has the schema `lyncert-collected/9`, which this lyncert does not know; expected `lyncert-collected/1`",
            "is the same manifest as `certs/from-the-edge/collected.json`: a collection lies here twice"
        ],
        "{told:?}"
    );
}

#[test]
fn the_report_says_when_its_inputs_were_collected_and_of_how_many_servers() {
    let files = Collection::of([standard(), edge().not_reached("not-reached", "AccessDenied")]).files();
    let report = audited(&files);
    let collections = report["collections"].as_array().unwrap();
    assert_eq!(collections.len(), 1);
    let row = &collections[0];
    assert_eq!((&row["path"], &row["finished"]), (&"collected.json".into(), &COLLECTED.into()));
    assert_eq!(
        row["servers"],
        serde_json::json!([
            {"fqdn": STANDARD, "status": "collected", "reason": null},
            {"fqdn": EDGE, "status": "not-reached", "reason": "AccessDenied"}
        ])
    );
    let folder = written(&files);
    let out = folder.path().join("out");
    let formats = ["--format", "html,json,prometheus"];
    let arguments = ["audit", text(folder.path()), "--at", AT, "--no-progress", "--out", text(&out)];
    let run = run(&[&arguments[..], &formats].concat());
    assert!(
        run.out.contains(&format!("as of {COLLECTED_IN_WORDS}: 1 of 2 servers collected")),
        "{}",
        run.out
    );
    let metrics = std::fs::read_to_string(out.join("lyncert.prom")).unwrap();
    assert!(
        metrics.contains("lyncert_collected_timestamp_seconds{estate=\"fabrikam.com\"} 1795147500"),
        "{metrics}"
    );
    let page = std::fs::read_to_string(out.join("report.html")).unwrap();
    assert!(page.contains(&format!("as of {COLLECTED_IN_WORDS}")), "the first screen says so");
}

#[test]
fn an_old_collection_is_a_warning_from_the_age_that_the_policy_says() {
    let old = Collection { finished: "2026-09-01T00:00:00Z", ..Collection::of([standard(), edge()]) };
    let mut files = old.files();
    assert_eq!(findings(&audited(&files)), [("collection-old".to_owned(), String::new())]);
    files.insert("old.toml".to_owned(), [POLICY, b"[collection]\nmax_age = 100\n"].concat());
    let folder = written(&files);
    let policy = folder.path().join("old.toml");
    let report = audited_as(&["audit", text(folder.path()), "--policy", text(&policy)]);
    assert_eq!(findings(&report), []);
}

#[test]
fn a_collection_that_does_not_say_when_it_was_made_gives_way_to_one_that_does_and_is_told() {
    let mut files = Collection::of([standard(), edge()]).files();
    let mut keyless = edge();
    keyless.my[0].1 = false;
    let undated = Collection { finished: "some day", ..Collection::local(keyless) };
    let undated = undated.files().into_iter().map(|(path, bytes)| (format!("certs/again/{path}"), bytes));
    files.extend(undated);
    let report = audited(&files);
    assert_eq!(report["summary"]["state"], "not-fully-judged");
    let told = words(&report["unreadable"][0]["reason"]);
    assert!(told.contains("one of them does not say when it was made"), "{told}");
}
