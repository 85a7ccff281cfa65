//! In order means looked at: an estate is in order only while everything that shows it is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use serde_json::Value;

use crate::support::{AT, folder, json, run, sample, text};

/// Files of an estate by their paths.
type Files = BTreeMap<String, Vec<u8>>;

const SERVERS: [&str; 2] = ["se01.fabrikam.com", "edge01.fabrikam.com"];
const POLICY: &str = "lyncert.toml";

/// The sample's certificates under names that say nothing, what `Get-CsCertificate` prints on each server, the proxy's certificate in
/// its place, and the policy.
fn flat_estate() -> Files {
    let report = json(&sample("fabrikam/expected/report.json"));
    let certificates = report["certificates"].as_array().unwrap();
    let mut files = Files::new();
    for (index, certificate) in certificates.iter().enumerate() {
        let path = certificate["path"].as_str().unwrap();
        let place = if path.starts_with("reverse-proxy/") { "reverse-proxy/" } else { "" };
        let bytes = fs::read(sample("fabrikam/certs").join(path)).unwrap();
        files.insert(format!("certs/{place}f{index}.cer"), bytes);
    }
    for server in SERVERS {
        files.insert(format!("certs/{server}.txt"), printed(&report, server).into_bytes());
    }
    files.insert(POLICY.to_owned(), fs::read(sample("fabrikam/lyncert.toml")).unwrap());
    files
}

/// What `Get-CsCertificate` prints on a server, by the report on it.
fn printed(report: &Value, server: &str) -> String {
    let mut printed = String::new();
    for holding in
        report["requirements"].as_array().unwrap().iter().flat_map(|row| row["holdings"].as_array().unwrap())
    {
        if !holding["servers"].as_array().unwrap().iter().any(|on| on == server) {
            continue;
        }
        let sha1 = &holding["certificate"];
        let certificates = report["certificates"].as_array().unwrap();
        let certificate = certificates.iter().find(|row| row["sha1"] == *sha1).unwrap();
        for usage in holding["usages"].as_array().unwrap() {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let (issuer, subject) = (text(&certificate["issuer"]), text(&certificate["subject"]));
            let (sha1, usage) = (text(sha1), text(usage));
            write!(
                printed,
                "Issuer     : {issuer}\r\nSubject    : {subject}\r\nThumbprint : {sha1}\r\nUse        : {usage}\r\n\r\n"
            )
            .unwrap();
        }
    }
    printed
}

/// How an estate stands.
#[derive(Debug, Eq, PartialEq)]
struct Standing {
    state: String,
    code: i32,
    /// What no rule had anything to look at for.
    not_looked_at: BTreeSet<String>,
    /// The kinds of what was not judged.
    unjudged: BTreeSet<String>,
}

fn judge(files: &Files) -> Standing {
    let topology = fs::read(sample("fabrikam/topology.xml")).unwrap();
    let mut all: Vec<(&str, &[u8])> = vec![("topology.xml", &topology)];
    all.extend(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    let (place, out) = (folder(&all), folder(&[]));
    fs::create_dir_all(place.path().join("certs")).unwrap();
    let (topology, certs) = (place.path().join("topology.xml"), place.path().join("certs"));
    let run = run(&[
        "audit",
        text(&topology),
        "--certs",
        text(&certs),
        "--at",
        AT,
        "--strict",
        "--format",
        "json",
        "--out",
        text(out.path()),
        "-q",
    ]);
    let path = out.path().join("report.json");
    if !path.exists() {
        return Standing {
            state: "could-not-be-judged".to_owned(),
            code: run.code,
            not_looked_at: BTreeSet::new(),
            unjudged: BTreeSet::new(),
        };
    }
    let summary = &json(&path)["summary"];
    let words = |list: &Value, field: Option<&str>| {
        let word = |row: &Value| field.map_or(row, |field| &row[field]).as_str().unwrap().to_owned();
        list.as_array().unwrap().iter().map(word).collect()
    };
    Standing {
        state: summary["state"].as_str().unwrap().to_owned(),
        code: run.code,
        not_looked_at: words(&summary["not_looked_at"], None),
        unjudged: words(&summary["unjudged"], Some("kind")),
    }
}

#[test]
fn lists_of_every_server_and_the_proxys_place_are_enough_to_be_in_order() {
    let standing = judge(&flat_estate());
    assert_eq!((standing.state.as_str(), standing.code), ("in-order", 0), "{standing:?}");
    assert!(standing.unjudged.is_empty(), "{standing:?}");
    assert!(standing.not_looked_at.contains("revocation"), "there is no list: {standing:?}");
}

#[test]
fn without_any_one_file_it_is_no_more_in_order_unless_that_is_told() {
    let files = flat_estate();
    let whole = judge(&files);
    for left_out in files.keys() {
        let mut fewer = files.clone();
        fewer.remove(left_out);
        let standing = judge(&fewer);
        let is_told = standing.not_looked_at != whole.not_looked_at;
        assert!(standing.state != "in-order" || is_told, "without {left_out}: {standing:?}");
        let expected = match (standing.state.as_str(), standing.unjudged.is_empty()) {
            ("errors", _) => 1,
            ("could-not-be-judged", _) => 3,
            (_, false) => 4,
            (_, true) => 0,
        };
        assert_eq!(standing.code, expected, "without {left_out}: {standing:?}");
    }
}

#[test]
fn no_single_file_makes_an_estate_without_evidence_green() {
    let whole = flat_estate();
    let is_evidence = |path: &String| path.ends_with(".txt") || path.contains("reverse-proxy/");
    let bare: Files = whole.clone().into_iter().filter(|(path, _)| !is_evidence(path)).collect();
    assert_ne!(judge(&bare).state, "in-order");
    for (path, bytes) in whole.iter().filter(|(path, _)| is_evidence(path)) {
        let mut more = bare.clone();
        more.insert(path.clone(), bytes.clone());
        let standing = judge(&more);
        assert_ne!(standing.state, "in-order", "with {path}: {standing:?}");
        assert!(!standing.unjudged.is_empty() || standing.code == 1, "with {path}: {standing:?}");
    }
}

#[test]
fn a_file_that_nobody_understands_takes_the_green_away() {
    for (path, bytes) in [
        ("certs/cut.cer", &b"-----BEGIN CERTIFICATE-----\nMIIB!!!!\n-----END CERTIFICATE-----\n"[..]),
        ("certs/unknown.txt", b"Thumbprint : 00\r\nUse : Default\r\n"),
        ("certs/list.txt", printed_elsewhere().as_bytes()),
    ] {
        let mut files = flat_estate();
        files.insert(path.to_owned(), bytes.to_vec());
        let standing = judge(&files);
        assert_eq!((standing.state.as_str(), standing.code), ("not-fully-judged", 4), "{path}: {standing:?}");
        assert!(!standing.unjudged.is_empty(), "{path}");
    }
}

/// A list from a computer that is none of the topology's.
fn printed_elsewhere() -> String {
    let report = json(&sample("fabrikam/expected/report.json"));
    printed(&report, SERVERS[0]).replace("Use ", "PSComputerName : pc7.contoso.com\r\nUse ")
}
