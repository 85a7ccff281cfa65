//! What the script writes has the fields that the collections of tests and of the samples have: so what is tested by those is what
//! the script gives.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::text;
use crate::support::collection::{Collection, edge, standard};
use crate::support::{json, sample};

/// The names in the lists of a function of the script: those of objects whose properties keep their order.
fn names_in(function: &str) -> Vec<BTreeSet<String>> {
    let script = text();
    let (_, body) = script.split_once(&format!("function {function} {{")).expect("the function is there");
    let body = body.split("\r\nfunction ").next().unwrap();
    let lists = body.split("@('").skip(1).map(|list| list.split(')').next().unwrap());
    lists.map(|list| list.split('\'').step_by(2).map(str::to_owned).collect()).collect()
}

fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().unwrap_or_else(|| panic!("{value}")).keys().cloned().collect()
}

/// The manifests and facts of a collection of the tests, and of the sample.
fn written(name: &str) -> [Value; 2] {
    let files = Collection::of([standard(), edge()]).files();
    let path = sample("northwind/collection").join(name);
    let of_sample = fs::read_to_string(path).unwrap();
    [
        serde_json::from_slice(&files[name]).unwrap(),
        serde_json::from_str(of_sample.trim_start_matches('\u{feff}')).unwrap(),
    ]
}

#[test]
fn manifests_have_the_fields_that_the_script_writes() {
    let manifest = names_in("Write-Manifest").into_iter().find(|names| names.contains("schema")).unwrap();
    let server: BTreeSet<String> = names_in("Get-ServerRow").into_iter().flatten().collect();
    let file = together(names_in("Get-FileRows"));
    for written in written("collected.json") {
        assert_eq!(keys(&written), manifest);
        for row in written["servers"].as_array().unwrap() {
            assert_eq!(keys(row), server);
        }
        for row in written["files"].as_array().unwrap() {
            assert_eq!(keys(row), file);
        }
        assert_eq!(keys(&written["topology"]).len(), 4);
    }
}

#[test]
fn facts_have_the_fields_that_the_script_writes() {
    let facts = together(names_in("Write-Facts"));
    let url = names_in("Read-SimpleUrls").into_iter().find(|names| names.contains("active_url")).unwrap();
    for written in written("facts.json") {
        assert_eq!(keys(&written), facts);
        for row in written["simple_urls"].as_array().unwrap() {
            assert_eq!(keys(row), url);
        }
    }
}

#[test]
fn bindings_have_the_fields_that_the_script_writes() {
    let binding = names_in("Save-Files").into_iter().find(|names| names.contains("endpoint")).unwrap();
    let files = Collection::of([standard()]).files();
    let bindings: Value = serde_json::from_slice(&files["certs/se01.fabrikam.com/bindings.json"]).unwrap();
    for row in bindings.as_array().unwrap() {
        assert_eq!(keys(row), binding);
    }
}

#[test]
fn the_schemas_are_those_that_are_read() {
    let script = text();
    let report = json(&sample("northwind/expected/report.json"));
    assert_eq!(report["collections"].as_array().unwrap().len(), 2, "both manifests of the sample are read");
    for schema in ["lyncert-collected/1", "lyncert-facts/1"] {
        assert!(script.contains(&format!("'{schema}'")), "{schema}");
    }
}

/// All names of several lists.
fn together(lists: Vec<BTreeSet<String>>) -> BTreeSet<String> {
    lists.into_iter().flatten().collect()
}
