//! What collections know of the deployment.

use lyncert_report::view::sha256_of;
use serde_json::Value;

use super::{Files, POLICY, audited, audited_as, words, written};
use crate::support::collection::{Collection, edge, standard};
use crate::support::text;

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
