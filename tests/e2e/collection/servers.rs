//! What was not reached is not judged, and what was seen on servers is.

use serde_json::{Value, json};

use super::{audited, findings, unjudged, verdicts, words};
use crate::support::collection::{Certificate, Collection, EDGE, STANDARD, Server, edge, standard};

#[test]
fn a_server_that_was_not_reached_is_not_judged_and_gives_no_errors() {
    let down = edge().not_reached("not-reached", "CannotConnect");
    let report = audited(&Collection::of([standard(), down]).files());
    assert_eq!(findings(&report), []);
    assert_eq!(unjudged(&report), [("not-collected".to_owned(), format!("the certificates of {EDGE}"))]);
    let row = &report["summary"]["unjudged"][0];
    assert!(words(&row["why"]).contains("`CannotConnect`"), "{row}");
    assert!(words(&row["remedy"]).contains("-LocalOnly"), "{row}");
    assert_eq!(report["summary"]["state"], "not-fully-judged");
    for (id, verdict) in verdicts(&report) {
        let expected = if id.starts_with("edge01.") { "not-judged" } else { "met" };
        assert_eq!(verdict, expected, "{id}");
    }
}

#[test]
fn an_edge_that_was_left_out_says_how_it_is_collected() {
    let report =
        audited(&Collection::of([standard(), edge().not_reached("skipped", "edge-local-run")]).files());
    let remedy = words(&report["summary"]["unjudged"][0]["remedy"]);
    assert!(remedy.starts_with("Run `Export-LyncertCollection.ps1 -LocalOnly"), "{remedy}");
}

#[test]
fn a_usage_that_a_whole_list_lacks_is_assigned_to_nothing() {
    let mut first = standard();
    first.assigned.retain(|(usage, _)| *usage != "WebServicesExternal");
    let report = audited(&Collection::of([first, edge()]).files());
    assert_eq!(findings(&report), [("usage-unassigned".to_owned(), STANDARD.to_owned())]);
}

#[test]
fn a_server_without_any_assigned_certificate_is_not_guessed_at() {
    let mut second = edge();
    second.assigned.clear();
    let report = audited(&Collection::of([standard(), second]).files());
    let mut rules: Vec<String> = findings(&report).into_iter().map(|(rule, _)| rule).collect();
    rules.dedup();
    assert_eq!(rules, ["usage-unassigned"]);
    assert_eq!(verdicts(&report)["edge01.fabrikam.com/Internal"], "unmet");
}

#[test]
fn an_assigned_certificate_that_is_not_in_the_store_is_an_error_although_another_server_has_it() {
    let mut first = standard();
    let own = first.my.remove(0);
    let mut second = edge();
    second.my.push((own.0, false));
    let report = audited(&Collection::of([first, second]).files());
    let expected = vec![("assigned-not-in-store".to_owned(), STANDARD.to_owned()); 3];
    assert_eq!(findings(&report), expected);
}

#[test]
fn an_assigned_certificate_that_nobody_has_is_told_once() {
    let mut first = standard();
    first.my.remove(0);
    first.bindings.clear();
    let report = audited(&Collection::of([first, edge()]).files());
    let expected = vec![("assigned-not-in-store".to_owned(), STANDARD.to_owned()); 3];
    assert_eq!(findings(&report), expected);
}

#[test]
fn an_assigned_certificate_without_its_key_is_an_error() {
    let mut second = edge();
    second.my[0].1 = false;
    let report = audited(&Collection::of([standard(), second]).files());
    assert_eq!(findings(&report), [("key-missing".to_owned(), EDGE.to_owned())]);
    assert_eq!(verdicts(&report)["edge01.fabrikam.com/Internal"], "failed");
}

#[test]
fn another_certificate_at_a_binding_is_an_error() {
    let mut first = standard();
    first.bindings[2].1 = Certificate::of_sample("oauth/OAuthTokenIssuer.pem");
    let report = audited(&Collection::of([first, edge()]).files());
    assert_eq!(findings(&report), [("binding-differs".to_owned(), STANDARD.to_owned())]);
    assert_eq!(report["findings"][0]["usages"], serde_json::json!(["WebServicesExternal"]));
}

#[test]
fn a_clock_that_is_far_off_is_a_warning() {
    for (offset, expected) in [(-299.0, vec![]), (420.0, vec![("clock-skew".to_owned(), EDGE.to_owned())])] {
        let skewed = Server { clock_offset_seconds: offset, ..edge() };
        let report = audited(&Collection::of([standard(), skewed]).files());
        assert_eq!(findings(&report), expected);
    }
}

#[test]
fn an_edge_with_another_copy_of_the_topology_is_a_warning() {
    let mut files = Collection::of([standard(), edge().not_reached("skipped", "edge-local-run")]).files();
    let local = Collection { signature: "b2xkZXI=", ..Collection::local(edge()) }.files();
    files.extend(local.into_iter().map(|(path, bytes)| (format!("certs/from-the-edge/{path}"), bytes)));
    let report = audited(&files);
    assert_eq!(findings(&report), [("replica-differs".to_owned(), EDGE.to_owned())]);
}

/// How often a rule passed and had nothing to look at, and what it missed.
fn tally(report: &Value, id: &str) -> Value {
    let rule = report["rules"].as_array().unwrap().iter().find(|rule| rule["id"] == id).unwrap();
    json!([rule["passed"], rule["nothing_to_look_at"], rule["missing"]])
}

const RULES_ON_STORES: [(&str, &str); 3] =
    [("friendly-name-dup", "My"), ("intermediate-as-root", "Root"), ("root-in-intermediate-place", "CA")];

#[test]
fn stores_that_were_taken_whole_are_looked_at_even_where_there_is_nothing_in_them() {
    let files = Collection::of([standard(), edge()]).files();
    let whole = audited(&files);
    for (rule, store) in RULES_ON_STORES {
        assert_eq!(tally(&whole, rule), json!([1, 0, null]), "{rule}");
        // Of the first of both servers this store was not taken whole.
        let manifest = String::from_utf8(files["collected.json"].clone()).unwrap();
        let complete = format!(r#""name":"{store}","status":"complete""#);
        assert_eq!(manifest.matches(&complete).count(), 2, "{manifest}");
        let manifest = manifest.replacen(&complete, &complete.replace("complete", "partial"), 1);
        let mut files = files.clone();
        files.insert("collected.json".to_owned(), manifest.into_bytes());
        let missing = "no whole listing of a certificate store of some server";
        assert_eq!(tally(&audited(&files), rule), json!([0, 1, missing]), "{rule}");
    }
}

#[test]
fn a_store_of_which_a_file_was_changed_is_not_taken_for_a_whole_one() {
    let mut files = Collection::of([standard(), edge()]).files();
    files.get_mut("certs/se01.fabrikam.com/LocalMachine/Root.xml").unwrap().push(b'\n');
    let missing = "no whole listing of a certificate store of some server";
    assert_eq!(tally(&audited(&files), "intermediate-as-root"), json!([0, 1, missing]));
}

#[test]
fn what_http_does_not_serve_has_no_binding_that_could_differ() {
    let report = audited(&Collection::of([standard(), edge()]).files());
    assert_eq!(tally(&report, "binding-differs"), json!([4, 0, null]));
}
