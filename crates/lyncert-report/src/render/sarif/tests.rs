//! What GitHub and other readers of SARIF ask for.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::*;
use crate::model::Day;
use crate::render::testing::{hostile_report, in_order_report, plain_report, unjudged_row};

fn written(report: &Report) -> Value {
    let mut bytes = Vec::new();
    write(report, &mut bytes).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

fn results(log: &Value) -> Vec<&Value> {
    log["runs"].as_array().unwrap().iter().flat_map(|run| run["results"].as_array().unwrap()).collect()
}

/// Every text of a file with the names of the fields that lead to it.
fn texts<'a>(value: &'a Value, path: &str, found: &mut Vec<(String, &'a str)>) {
    match value {
        Value::String(text) => found.push((path.to_owned(), text)),
        Value::Array(items) => items.iter().for_each(|item| texts(item, path, found)),
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| texts(value, &format!("{path}/{name}"), found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn github_takes_every_file() {
    for report in [plain_report(3), hostile_report(), in_order_report()] {
        let log = written(&report);
        assert_eq!(log["version"], "2.1.0");
        for run in log["runs"].as_array().unwrap() {
            let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
            let ids: BTreeSet<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
            assert_eq!(ids.len(), rules.len(), "rules have ids of their own");
            for rule in rules {
                assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 10);
                assert!(rule["properties"].get("security-severity").is_none());
                for description in ["shortDescription", "fullDescription"] {
                    let text = rule[description]["text"].as_str().unwrap();
                    assert!(!text.is_empty() && text.chars().count() <= 1024, "{text}");
                }
            }
            for result in run["results"].as_array().unwrap() {
                let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
                assert_eq!(rules[index]["id"], result["ruleId"]);
                assert!(!result["message"]["text"].as_str().unwrap().is_empty());
                let locations = result["locations"].as_array().unwrap();
                assert!((1..=100).contains(&locations.len()));
                let physical = &locations[0]["physicalLocation"];
                assert!(physical["region"]["startLine"].as_u64().unwrap() >= 1);
                let uri = physical["artifactLocation"]["uri"].as_str().unwrap();
                let is_relative = !uri.starts_with('/') && !uri.contains([':', '\\', ' ', '?', '#', '<']);
                assert!(is_relative && !uri.is_empty(), "{uri}");
                assert!(result["partialFingerprints"]["primaryLocationLineHash"].is_string());
            }
        }
    }
}

#[test]
fn more_findings_than_a_run_may_have_become_runs_of_other_categories() {
    let mut report = plain_report(1);
    let finding = report.findings[0].clone();
    let finding = |index| FindingRow { id: format!("x/{index}"), ..finding.clone() };
    report.findings = (0..=MAX_RESULTS).map(finding).collect();
    let log = written(&report);
    let runs = log["runs"].as_array().unwrap();
    let counts: Vec<usize> = runs.iter().map(|run| run["results"].as_array().unwrap().len()).collect();
    assert_eq!(counts, [MAX_RESULTS, 1]);
    let categories: Vec<&str> =
        runs.iter().map(|run| run["automationDetails"]["id"].as_str().unwrap()).collect();
    assert_eq!(categories, ["lyncert/contoso.com/", "lyncert/contoso.com/part-2/"]);
    let hashes: BTreeSet<&str> = results(&log)
        .iter()
        .map(|one| one["partialFingerprints"]["lyncertFindingId/v1"].as_str().unwrap())
        .collect();
    assert_eq!(hashes.len(), MAX_RESULTS + 1);
}

#[test]
fn a_finding_is_known_again_by_its_id_alone() {
    let mut report = plain_report(1);
    let before = results(&written(&report))[0]["partialFingerprints"].clone();
    report.findings[0].message = "said otherwise".to_owned();
    report.findings[0].places[0].line += 40;
    assert_eq!(results(&written(&report))[0]["partialFingerprints"], before);
    report.findings[0].id = "other".to_owned();
    assert_ne!(results(&written(&report))[0]["partialFingerprints"], before);
}

#[test]
fn a_finding_is_at_the_certificate_and_what_asks_for_it_is_told_with_its_line() {
    let report = plain_report(1);
    let log = written(&report);
    let result = results(&log)[0];
    let physical = &result["locations"][0]["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "fe00.contoso.net/Default.cer");
    assert_eq!(physical["artifactLocation"]["uriBaseId"], "CERTIFICATES");
    let related = &result["relatedLocations"][0]["physicalLocation"];
    assert_eq!(related["artifactLocation"]["uri"], "topology.tbxml");
    assert_eq!(related["artifactLocation"]["uriBaseId"], "TOPOLOGY");
    assert_eq!((&related["region"]["startLine"], &related["region"]["startColumn"]), (&7.into(), &9.into()));
    let logical = &result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"];
    assert_eq!(logical, "FrontEndPool/pool01.contoso.net/fe00.contoso.net");
}

#[test]
fn what_has_no_certificate_is_at_its_place_in_the_topology_or_at_the_head_of_the_export() {
    let mut report = plain_report(1);
    report.findings[0].certificate_file = None;
    let place = |report: &Report| results(&written(report))[0]["locations"][0]["physicalLocation"].clone();
    assert_eq!(place(&report)["region"]["startLine"], 7);
    report.findings[0].places.clear();
    let head = place(&report);
    assert_eq!(head["artifactLocation"]["uri"], "topology.tbxml");
    assert_eq!(head["region"]["startLine"], 1);
}

#[test]
fn a_waiver_is_a_suppression_with_its_reason() {
    let mut report = plain_report(1);
    report.findings[0].waived = Some(Box::new(WaivedRow {
        reason: "CHG-4711".to_owned(),
        expires: Some(Day::from(time::macros::date!(2027 - 03 - 31))),
        by: Some("UC operations".to_owned()),
        owner: None,
        approver: None,
        place: "lyncert.toml:3:1".to_owned(),
    }));
    let log = written(&report);
    let suppression = &results(&log)[0]["suppressions"][0];
    assert_eq!((&suppression["kind"], &suppression["status"]), (&"external".into(), &"accepted".into()));
    assert_eq!(suppression["justification"], "CHG-4711");
    assert_eq!(suppression["properties"]["expires"], "2027-03-31");
}

#[test]
fn every_change_has_its_baseline_state_and_none_has_one_without_a_comparison() {
    let mut report = plain_report(1);
    assert!(results(&written(&report))[0].get("baselineState").is_none());
    let mut told = BTreeMap::new();
    for change in Change::ALL {
        report.findings[0].change = Some(*change);
        let state = results(&written(&report))[0]["baselineState"].as_str().unwrap().to_owned();
        told.insert(change.as_str(), state);
    }
    assert_eq!((&*told["new"], &*told["worse"], &*told["unchanged"]), ("new", "updated", "unchanged"));
    assert!(told.values().all(|state| ["new", "updated", "unchanged", "absent"].contains(&state.as_str())));
}

#[test]
fn what_was_not_judged_or_understood_is_a_notification() {
    let mut report = plain_report(1);
    report.summary.unjudged = UnjudgedKind::ALL.iter().map(|kind| unjudged_row(*kind)).collect();
    let log = written(&report);
    let notes = log["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(notes.len(), report.problems.len() + report.unreadable.len() + UnjudgedKind::ALL.len());
    let kinds = log["runs"][0]["tool"]["driver"]["notifications"].as_array().unwrap();
    for note in notes {
        let kind = kinds.iter().find(|kind| kind["id"] == note["descriptor"]["id"]).unwrap();
        assert_eq!(kind["defaultConfiguration"]["level"], note["level"]);
    }
    assert_eq!(notes[0]["locations"][0]["physicalLocation"]["region"]["startLine"], 3);
}

#[test]
fn no_text_of_others_is_a_link_an_argument_or_acts() {
    let mut report = hostile_report();
    report.findings[0].message = "[click](http://evil.example) {0} {1}".to_owned();
    let log = written(&report);
    let mut found = Vec::new();
    texts(&log, "", &mut found);
    // Properties and our own documents are no messages.
    let messages = found.iter().filter(|(path, _)| path.ends_with("/text"));
    for (path, text) in messages {
        assert!(!text.contains("](") && !text.contains("{0") && !text.contains("{1"), "{path}: {text}");
        assert!(!text.chars().any(crate::render::escape::acts), "{path}: {text}");
    }
}
