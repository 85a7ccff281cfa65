//! The published schemas: made from the types, and what every JSON that the program writes is of.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use jsonschema::Validator;
use lyncert_report::model::{FailureView, IndexView, Report};
use lyncert_report::schemas::schemas;
use serde_json::{Value, json};

use crate::support::{Audit, Batch, Check, Forecast, Inspect, folder, golden, json, root, run, sample, text};

/// The published schemas by the versions that documents name.
fn published() -> BTreeMap<String, Validator> {
    let all = fs::read_dir(root().join("schemas")).unwrap().map(|entry| json(&entry.unwrap().path()));
    all.map(|schema| {
        let version = schema["title"].as_str().unwrap().to_owned();
        jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("{version}: {error}"));
        let options = jsonschema::options().should_validate_formats(true);
        (version, options.build(&schema).unwrap())
    })
    .collect()
}

/// Asserts that a document is of the schema that it names.
#[track_caller]
fn assert_is_of_its_schema(all: &BTreeMap<String, Validator>, document: &Value, what: &str) -> String {
    let version = document["schema"].as_str().unwrap_or_else(|| panic!("{what} names no schema")).to_owned();
    let validator = all.get(&version).unwrap_or_else(|| panic!("{what}: {version} is not published"));
    if let Some(error) = validator.iter_errors(document).next() {
        panic!("{what} is not of {version}: {} {error}", error.instance_path());
    }
    version
}

#[test]
fn the_published_schemas_are_those_of_the_types() {
    let mut files: BTreeSet<String> = BTreeSet::new();
    for schema in schemas() {
        assert!(!schema.version.is_empty(), "{:#}", schema.schema);
        golden(&root().join("schemas").join(schema.file_name()), schema.text().as_bytes());
        files.insert(schema.file_name());
    }
    let own = ["lyncert-log-1.schema.json", "lyncert-run-1.schema.json"];
    files.extend(own.map(str::to_owned));
    let there = fs::read_dir(root().join("schemas")).unwrap();
    let there = there.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(there.collect::<BTreeSet<_>>(), files, "a schema without a document, or the other way round");
    let page = fs::read_to_string(root().join("docs/schemas.md")).unwrap();
    for file in files {
        assert!(page.contains(&format!("(../schemas/{file})")), "{file}");
    }
}

/// Every JSON that a command prints or writes over the samples.
fn documents() -> Vec<(String, Value)> {
    let topology = sample("contoso/topology.tbxml");
    let other = sample("fabrikam/topology.xml");
    let certs = sample("contoso/certs");
    let (topology, other) = (text(&topology), text(&other));
    let mut all: Vec<(String, Value)> = Vec::new();
    let lines: [&[&str]; 8] = [
        &["plan", topology],
        &["plan", topology, "--diff", other],
        &["topology", topology],
        &["explain", "san-missing"],
        &["explain", "EDGE-EXT-03"],
        &["explain", "--list"],
        &["explain", topology, "--name", "sip.contoso.com"],
        &["doctor", "0x800b0109", "41026", "--topology", topology, "--certs", text(&certs)],
    ];
    for line in lines {
        let line = [line, &["--format", "json"]].concat();
        all.push((line.join(" "), run(&line).json()));
    }
    for estate in ["contoso", "fabrikam"] {
        let out = folder(&[]);
        let evidence = out.path().join("evidence.zip");
        let baseline = sample("contoso/expected/report.json");
        let audit =
            Audit::of(estate).out(&out).set("--evidence", text(&evidence)).set("--baseline", text(&baseline));
        audit.quiet().run();
        all.push((format!("report of {estate}"), json(&out.path().join("report.json"))));
        all.push((format!("evidence of {estate}"), manifest_of(&evidence)));
        all.push((format!("forecast of {estate}"), Forecast::of(estate).format("json").run().json()));
        all.push((format!("inventory of {estate}"), Inspect::of(sample(estate)).format("json").run().json()));
    }
    let requests = root().join("tests/requests");
    let checked = Check::of("contoso").input(&requests).input(sample("contoso/certs"));
    all.push(("check".to_owned(), checked.format("json").run().json()));
    let old = sample("contoso/expected/report.json");
    let new = sample("fabrikam/expected/report.json");
    all.push(("diff".to_owned(), run(&["diff", text(&old), text(&new), "--format", "json"]).json()));
    all.extend(batch());
    let place = folder(&[]);
    let map = place.path().join("map.json");
    run(&["topology", topology, "--redact", "--redact-map", text(&map)]);
    all.push(("redaction map".to_owned(), json(&map)));
    all
}

/// The index of a batch, and what it says of an estate that could not be judged.
fn batch() -> Vec<(String, Value)> {
    let estates = folder(&[("broken/topology.xml", b"<Topology"), ("broken/certs/a.txt", b"x")]);
    let export = fs::read(sample("contoso/topology.tbxml")).unwrap();
    let place = estates.path().join("contoso");
    fs::create_dir_all(place.join("certs")).unwrap();
    fs::write(place.join("topology.tbxml"), export).unwrap();
    fs::copy(sample("contoso/certs/oauth/OAuthTokenIssuer.cer"), place.join("certs/oauth.cer")).unwrap();
    let out = folder(&[]);
    let run = Batch::of(&estates, &out).quiet().run();
    assert_eq!(run.code, 3, "{}", run.err);
    ["index.json", "contoso/report.json", "broken/failure.json"]
        .map(|file| (file.to_owned(), json(&out.path().join(file))))
        .to_vec()
}

fn manifest_of(evidence: &Path) -> Value {
    let mut archive = zip::ZipArchive::new(fs::File::open(evidence).unwrap()).unwrap();
    serde_json::from_reader(archive.by_name("manifest.json").unwrap()).unwrap()
}

#[test]
fn everything_that_is_written_is_of_its_schema() {
    let all = published();
    let mut seen = BTreeSet::new();
    for (what, document) in documents() {
        seen.insert(assert_is_of_its_schema(&all, &document, &what));
    }
    // What the program alone writes is held against its schema where it is made.
    let elsewhere = ["lyncert-log/1", "lyncert-run/1"].map(str::to_owned);
    let unseen: Vec<_> =
        all.keys().filter(|version| !seen.contains(*version) && !elsewhere.contains(version)).collect();
    assert!(unseen.is_empty(), "no document was held against {unseen:?}");
}

#[test]
fn golden_reports_are_of_their_schemas() {
    let all = published();
    let mut count = 0;
    for entry in walkdir::WalkDir::new(root().join("samples")) {
        let path = entry.unwrap().into_path();
        // What a collector wrote lies among the samples too.
        let is_golden = path.parent().is_some_and(|folder| folder.ends_with("expected"));
        if is_golden && path.extension().is_some_and(|ending| ending == "json") {
            let document = json(&path);
            if document["schema"].as_str().is_some_and(|schema| schema.starts_with("lyncert-report")) {
                assert_is_of_its_schema(&all, &document, &path.display().to_string());
                count += 1;
            }
        }
    }
    assert!(count >= 2);
}

/// The places of all values, one for each way of names: rows of a list are alike.
fn places(document: &Value) -> Vec<String> {
    fn add(value: &Value, place: &str, way: &str, seen: &mut BTreeSet<String>, places: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    add(value, &format!("{place}/{name}"), &format!("{way}/{name}"), seen, places);
                }
            }
            Value::Array(rows) => {
                for (index, row) in rows.iter().enumerate() {
                    add(row, &format!("{place}/{index}"), &format!("{way}/-"), seen, places);
                }
            }
            Value::Null => {}
            Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                if seen.insert(way.to_owned()) {
                    places.push(place.to_owned());
                }
            }
        }
    }
    let mut places_found = Vec::new();
    add(document, "", "", &mut BTreeSet::new(), &mut places_found);
    places_found
}

/// A document with as few rows as show every field.
fn shortened(document: &Value) -> Value {
    match document {
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), shortened(value))).collect()
        }
        Value::Array(rows) => rows.iter().take(2).map(shortened).collect(),
        other => other.clone(),
    }
}

/// What the strict readers refuse for a wrong word, time or kind of value, the schema refuses too. What a report says of itself in
/// numbers no schema can hold; such mutations leave it as it is.
#[test]
fn what_the_reader_refuses_the_schema_refuses() {
    let all = published();
    let index = batch().remove(0).1;
    let failure = batch().remove(2).1;
    let report = json(&sample("contoso/expected/report.json"));
    type Reads = fn(&[u8]) -> Result<(), String>;
    let cases: [(Value, Reads); 3] = [
        (report, |bytes| Report::read(bytes).map(drop).map_err(|error| error.to_string())),
        (index, |bytes| IndexView::read(bytes).map(drop).map_err(|error| error.to_string())),
        (failure, |bytes| FailureView::read(bytes).map(drop).map_err(|error| error.to_string())),
    ];
    for (document, read) in cases {
        let document = shortened(&document);
        let version = assert_is_of_its_schema(&all, &document, "the document");
        let (mut refused, places) = (0, places(&document));
        for place in &places {
            for wrong in [json!("unheard-of"), json!(-7.5), json!({})] {
                let mut mutated = document.clone();
                *mutated.pointer_mut(place).unwrap() = wrong.clone();
                let error = read(mutated.to_string().as_bytes()).err();
                // The reader names the place of a value that it cannot take; a contradiction it tells in words.
                let name = place.rsplit('/').find(|part| part.parse::<usize>().is_err()).unwrap();
                let is_refused = error.is_some_and(|error| error.contains(name) && !error.contains("its "));
                if is_refused {
                    refused += 1;
                    assert!(!all[&version].is_valid(&mutated), "{version} takes {wrong} at {place}");
                }
            }
        }
        assert!(refused > places.len(), "{version}: {refused} of {} places", places.len());
        let mut other = document.clone();
        other["schema"] = json!("lyncert-other/9");
        assert!(!all[&version].is_valid(&other), "{version} takes another version");
    }
}
