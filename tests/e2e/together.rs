//! Several exports of one deployment.

use serde_json::Value;

use crate::support::{Audit, Plan, folder, run, sample, text};

const URLS: &str = r#"<SimpleUrlConfiguration xmlns="urn:schema:Microsoft.Rtc.Management.Settings.SimpleUrl.2008"><SimpleUrl Component="Meet" Domain="fabrikam.com" ActiveUrl="https://join.fabrikam.com" /></SimpleUrlConfiguration>"#;

#[test]
fn simple_urls_of_one_file_complete_the_topology_of_another() {
    let files = folder(&[("urls.xml", URLS.as_bytes())]);
    let (topology, urls) = (sample("fabrikam/topology.xml"), files.path().join("urls.xml"));
    let plan = Plan::of(&topology).with(&["--no-policy"]).format("json");
    let alone = plan.run().json();
    let notes = |plan: &Value| {
        let notes = plan["topology"]["notes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|note| note.as_str().unwrap().to_owned());
        notes.filter(|note| note.contains("not all simple URLs are known")).count()
    };
    assert_eq!(notes(&alone), 1, "said once");
    let together = plan.clone().input(&urls).run().json();
    assert_eq!(notes(&together), 0);
    let names = |plan: &Value| plan["orders"].to_string();
    assert!(!names(&alone).contains("join.fabrikam.com") && names(&together).contains("join.fabrikam.com"));
    assert!(names(&together).contains("(urls.xml:1:"), "the origin is told");
    let piped = plan.input("-").run_with_input(URLS.as_bytes());
    assert_eq!(piped.code, 0);
    assert!(piped.out.contains("join.fabrikam.com"));
}

#[test]
fn an_audit_without_simple_urls_says_so_once_in_every_format() {
    let out = folder(&[]);
    let found = Audit::of("fabrikam").at("2026-11-22").out(&out).with(&["--no-policy"]).run();
    let page = std::fs::read_to_string(out.path().join("report.html")).unwrap();
    let flat: String = found.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for text in [flat, page] {
        assert_eq!(text.matches("not all simple URLs are known").count(), 1);
    }
}

#[test]
fn two_topologies_that_disagree_are_told_apart() {
    let (one, other) = (sample("fabrikam/topology.xml"), sample("contoso/topology.tbxml"));
    let run = run(&["topology", text(&one), text(&other)]);
    assert_eq!(run.code, 0);
    let flat: String = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("`topology.tbxml` has the SIP domain contoso.com, which `topology.xml` lacks"),
        "{flat}"
    );
    assert!(!flat.contains("fe01.contoso.net"), "of a pool that is missing nothing more is told");
}

#[test]
fn files_without_any_topology_are_no_usable_input() {
    let files = folder(&[("urls.xml", URLS.as_bytes())]);
    let run = run(&["topology", text(&files.path().join("urls.xml"))]);
    assert_eq!(run.code, 3);
    assert!(run.err.starts_with("lyncert: error: there is no topology in `urls.xml`"), "{}", run.err);
}
