//! Collections are read as the collector writes them: what was not reached is not judged, and what was seen on servers is.

use std::collections::BTreeMap;
use std::path::Path;

use lyncert_report::view::sha256_of;
use serde_json::Value;

use crate::support::collection::{
    COLLECTED, COLLECTED_IN_WORDS, Certificate, Collection, EDGE, Encoding, Form, STANDARD, Server, edge,
    packed, standard,
};
use crate::support::{AT, Run, folder, json, report, run, text};

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

#[test]
fn a_whole_collection_is_judged_by_what_is_in_use_in_every_form() {
    for form in [Form::Ms, Form::Props] {
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            let collection = Collection { form, encoding, ..Collection::of([standard(), edge()]) };
            is_golden(&audited(&collection.files()));
        }
    }
}

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

/// A central collection without the Edge, and one of the Edge by itself below its certificates.
fn nested() -> Files {
    let mut files = Collection::of([standard(), edge().not_reached("skipped", "edge-local-run")]).files();
    let local = Collection::local(edge()).files();
    files.extend(local.into_iter().map(|(path, bytes)| (format!("certs/from-the-edge/{path}"), bytes)));
    files
}

#[test]
fn an_edge_that_was_collected_by_itself_is_found_below_the_certificates() {
    is_golden(&audited(&nested()));
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
fn a_packed_collection_is_read_whatever_stands_between_its_folders() {
    for separator in ['/', '\\'] {
        let archive = packed(&Collection::of([standard(), edge()]).files(), separator);
        let folder = folder(&[("collection.zip", &archive), ("lyncert.toml", POLICY)]);
        let archive = folder.path().join("collection.zip");
        is_golden(&audited_as(&["audit", text(&archive)]));
    }
}

#[test]
fn a_collection_is_found_from_its_topology_and_certificates() {
    let folder = written(&nested());
    let (topology, certs) = (folder.path().join("topology.xml"), folder.path().join("certs"));
    is_golden(&audited_as(&["audit", text(&topology), "--certs", text(&certs)]));
}

#[test]
fn collections_in_several_places_add_up_and_the_newest_of_a_server_counts() {
    let central =
        written(&Collection::of([standard(), edge().not_reached("skipped", "edge-local-run")]).files());
    let mut wrong = edge();
    wrong.my[0].1 = false;
    let older = Collection { finished: "2026-11-01T00:00:00Z", ..Collection::local(wrong) };
    let older = written(&older.files());
    let newer = written(&Collection::local(edge()).files());
    let topology = central.path().join("topology.xml");
    let central = central.path().join("certs");
    is_golden(&audited_as(&[
        "audit",
        text(&topology),
        "--certs",
        text(&central),
        "--certs",
        text(older.path()),
        "--certs",
        text(newer.path()),
    ]));
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
fn what_a_collection_knows_of_the_deployment_is_told_with_its_source() {
    let report = audited(&Collection::of([standard(), edge()]).files());
    let notes: Vec<String> = report["topology"]["notes"].as_array().unwrap().iter().map(words).collect();
    let told = notes
        .iter()
        .any(|note| note.starts_with("edge_client_auto_config_or_federation = true, since `facts.json`"));
    assert!(told, "{notes:?}");
    assert_eq!(report["topology"]["simple_urls"].as_array().unwrap().len(), 2);
}

#[test]
fn a_batch_takes_a_collection_as_one_estate_packed_or_not() {
    let whole = Collection::of([standard(), edge()]).files();
    let archive = packed(&whole, '\\');
    let mut files: Vec<(String, Vec<u8>)> =
        whole.into_iter().map(|(path, bytes)| (format!("folder/{path}"), bytes)).collect();
    for name in ["packed/one.zip", "several/one.zip", "several/two.zip"] {
        files.push((name.to_owned(), archive.clone()));
    }
    for name in ["folder", "packed", "several"] {
        files.push((format!("{name}/lyncert.toml"), POLICY.to_vec()));
    }
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
    let estates = folder(&files);
    let out = folder(&[]);
    let run = run(&["batch", text(estates.path()), "--out", text(out.path()), "--at", AT, "--no-progress"]);
    assert_eq!(run.code, 0, "{run:?}");
    for estate in ["folder", "packed", "several/one", "several/two"] {
        is_golden(&estate_report(out.path(), estate));
    }
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

/// The names that a requirement calls for.
fn names_of<'a>(report: &'a Value, id: &str) -> Vec<&'a str> {
    let rows = report["requirements"].as_array().unwrap();
    let row = rows.iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("{id}"));
    row["names"].as_array().unwrap().iter().map(|name| name["name"].as_str().unwrap()).collect()
}

/// A whole collection whose facts have another text in the place of one, with the hash that goes with it.
fn with_facts(from: &str, to: &str) -> Files {
    let mut files = Collection::of([standard(), edge()]).files();
    let facts = String::from_utf8(files["facts.json"].clone()).unwrap();
    assert!(facts.contains(from), "{facts}");
    let changed = facts.replace(from, to).into_bytes();
    let manifest = String::from_utf8(files["collected.json"].clone()).unwrap();
    let manifest = manifest.replace(&sha256_of(facts.as_bytes()), &sha256_of(&changed));
    files.insert("facts.json".to_owned(), changed);
    files.insert("collected.json".to_owned(), manifest.into_bytes());
    files
}

#[test]
fn a_simple_url_of_a_site_is_called_for_at_the_pools_of_that_site_only() {
    // The Meet URL of the site takes the place of the global one.
    let global = r#""scope":"global","site":null,"urls":["https://meet.fabrikam.com"]"#;
    let id = "se01.fabrikam.com/WebServicesExternal";
    // It has the site's own URLs, and so not the global ones.
    for (site, expected) in [
        ("Seattle", &["webext.fabrikam.com", "meet.fabrikam.com", "lyncdiscover.fabrikam.com"]),
        ("Elsewhere", &["webext.fabrikam.com", "dialin.fabrikam.com", "lyncdiscover.fabrikam.com"]),
    ] {
        let of_site = format!(r#""scope":"site","site":"{site}","urls":["https://meet.fabrikam.com"]"#);
        let report = audited(&with_facts(global, &of_site));
        assert_eq!(names_of(&report, id), expected, "{site}");
        let problems: Vec<String> =
            report["problems"].as_array().unwrap().iter().map(ToString::to_string).collect();
        let is_told = problems.iter().any(|text| text.contains("which the topology does not have"));
        assert_eq!(is_told, site == "Elsewhere", "{problems:?}");
    }
}

#[test]
fn the_policy_outranks_what_was_collected() {
    let files = with_facts(r#""enabled":false,"name":"AOL""#, r#""enabled":true,"name":"AOL""#);
    let told = |report: &Value| {
        let notes = report["topology"]["notes"].as_array().unwrap().iter().map(words);
        notes.filter(|note| note.starts_with("pic_aol = true, since `facts.json`")).count()
    };
    assert_eq!(told(&audited(&files)), 1);
    let folder = written(&files);
    let policy = folder.path().join("said.toml");
    std::fs::write(&policy, [POLICY, b"pic_aol = false\n"].concat()).unwrap();
    assert_eq!(told(&audited_as(&["audit", text(folder.path()), "--policy", text(&policy)])), 0);
}

#[test]
fn names_that_were_found_in_dns_take_the_place_of_what_the_policy_does_not_say() {
    let dns = r#""dns":[{"name":"_sipinternaltls._tcp.fabrikam.com","type":"SRV","status":"answered","answers":["se01.fabrikam.com:5061"],"message":null}]"#;
    let files = with_facts(r#""dns":[]"#, dns);
    let folder = written(&files);
    let report = audited_as(&["audit", text(folder.path()), "--no-policy"]);
    let notes: Vec<String> = report["topology"]["notes"].as_array().unwrap().iter().map(words).collect();
    let expected = "auto_logon_pool = se01.fabrikam.com, since `facts.json`";
    assert!(notes.iter().any(|note| note.starts_with(expected)), "{notes:?}");
}

#[test]
fn a_reverse_proxy_that_was_collected_by_itself_is_judged_by_what_it_serves() {
    let served = Certificate::of_sample("reverse-proxy/ReverseProxy.cer");
    let other = Certificate::of_sample("oauth/OAuthTokenIssuer.pem");
    let proxy = Server {
        fqdn: "proxy01.fabrikam.com",
        holder: Some("reverse-proxy"),
        assigned: Vec::new(),
        my: vec![(other, true), (served.clone(), true)],
        root: Vec::new(),
        bindings: vec![("0.0.0.0:443", served.clone())],
        ..standard()
    };
    let mut files = Collection::of([standard(), edge()]).files();
    files.remove("certs/reverse-proxy/ReverseProxy/meet.fabrikam.com_443.pem");
    let path = "certs/reverse-proxy/ReverseProxy/meet.fabrikam.com_443.pem";
    let mut manifest: Value = serde_json::from_slice(&files["collected.json"]).unwrap();
    manifest["files"].as_array_mut().unwrap().retain(|row| row["path"] != path);
    files.insert("collected.json".to_owned(), manifest.to_string().into_bytes());
    let local = Collection::local(proxy).files();
    files.extend(local.into_iter().map(|(path, bytes)| (format!("certs/from-the-proxy/{path}"), bytes)));
    let report = audited(&files);
    is_golden(&report);
    let rows = report["requirements"].as_array().unwrap();
    let row = rows.iter().find(|row| row["id"] == "reverse-proxy").unwrap();
    assert_eq!(row["certificate"], served.thumbprint.as_str());
}

fn estate_report(out: &Path, estate: &str) -> Value {
    let index = json(&out.join("index.json"));
    let rows = index["estates"].as_array().unwrap();
    let row = rows.iter().find(|row| row["estate"] == estate);
    let row = row.unwrap_or_else(|| panic!("{estate} in {index}"));
    json(&out.join(words(&row["folder"])).join("report.json"))
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
