//! Where collections lie, and in which forms: in folders, archives, below each other, and in batches.

use std::path::Path;

use serde_json::Value;

use super::{POLICY, audited, audited_as, is_golden, nested, words, written};
use crate::support::collection::{Certificate, Collection, Encoding, Form, Server, edge, packed, standard};
use crate::support::{AT, folder, json, run, text};

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
fn an_edge_that_was_collected_by_itself_is_found_below_the_certificates() {
    is_golden(&audited(&nested()));
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

fn estate_report(out: &Path, estate: &str) -> Value {
    let index = json(&out.join("index.json"));
    let rows = index["estates"].as_array().unwrap();
    let row = rows.iter().find(|row| row["estate"] == estate);
    let row = row.unwrap_or_else(|| panic!("{estate} in {index}"));
    json(&out.join(words(&row["folder"])).join("report.json"))
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
