//! What was not reached is not judged, and what was seen on servers is.

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
