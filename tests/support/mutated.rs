//! Reports in which one value is another one.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use lyncert_report::model::Report;
use lyncert_report::render::FORMATS;
use serde_json::{Value, json};

use super::strict::fault;
use super::{root, sample};

/// What a text may try, in the language of each format, with characters that no XML and no page may hold.
pub(crate) const HOSTILE: &str = "=a\0\u{1}\u{1b}[31m\r\n\t\u{85}\u{202e}\u{2028}\u{fffe}\u{ffff}\u{fdd0}\u{10ffff}]]><script>alert(1)</script>\
    <img src=x onerror=\"alert(1)\">\"'`|*_[x](javascript:alert)@all #1,;+1;=1\\n{}%s&amp;&x;\r\nEND:VCALENDAR";

/// The reports that are changed: kept ones of each version, and those of samples.
pub(crate) fn reports() -> Vec<(PathBuf, Value)> {
    let kept = ["version-1", "version-2"].map(|name| root().join(format!("tests/reports/{name}.json")));
    let golden = ["fabrikam", "northwind"].map(|name| sample(name).join("expected/report.json"));
    let read = |path: PathBuf| {
        let value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        (path, value)
    };
    kept.into_iter().chain(golden).map(read).collect()
}

/// The places of all values, and what is the same for rows of one list.
pub(crate) fn places(value: &Value, place: &str, kind: &str, found: &mut Vec<(String, String)>) {
    found.push((place.to_owned(), kind.to_owned()));
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                places(value, &format!("{place}/{name}"), &format!("{kind}/{name}"), found);
            }
        }
        Value::Array(rows) => {
            for (index, row) in rows.iter().enumerate() {
                places(row, &format!("{place}/{index}"), &format!("{kind}/*"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// One place of each kind.
pub(crate) fn kinds_of_places(report: &Value) -> Vec<String> {
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    places(report, "", "", &mut found);
    found.into_iter().filter(|(_, kind)| seen.insert(kind.clone())).map(|(place, _)| place).collect()
}

/// What stands in the place of a value.
pub(crate) fn others(value: &Value) -> Vec<Value> {
    let mut others = vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(0),
        json!(1.5),
        json!(i64::MIN),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(""),
        json!(HOSTILE),
        json!("javascript:alert(1)"),
        json!([]),
        json!({}),
        json!([[[[]]]]),
        json!("0000-01-01"),
        json!("9999-12-31"),
        json!("0000-01-01T00:00:00Z"),
        json!("9999-12-31T23:59:59Z"),
    ];
    if let Value::Array(rows) = value {
        others.push(rows.iter().rev().cloned().collect());
        others.push(rows.iter().chain(rows).cloned().collect());
        others.push(rows.iter().skip(1).cloned().collect());
    }
    others
}

/// What is wrong with what becomes of the bytes of a report; whether it was read.
pub(crate) fn outcome(bytes: &[u8]) -> Result<bool, String> {
    let report = match Report::read(bytes) {
        Ok(report) => report,
        Err(error) => {
            let said = error.to_string();
            let is_short = said.chars().count() < 600;
            let is_plain = !["struct", "usize", "u32", "u64", "i64"]
                .iter()
                .any(|word| said.contains(&format!("expected {word}")));
            return if is_short && is_plain { Ok(false) } else { Err(said) };
        }
    };
    for (name, write) in FORMATS.iter().flat_map(|format| format.files) {
        let mut bytes = Vec::new();
        write(&report, &mut bytes).map_err(|error| format!("{name}: {error}"))?;
        if let Some(fault) = fault(name, &bytes) {
            return Err(format!("{name}: {fault}"));
        }
    }
    Ok(true)
}

pub(crate) fn changed(report: &Value, place: &str, value: Value) -> Vec<u8> {
    let mut report = report.clone();
    *report.pointer_mut(place).unwrap() = value;
    serde_json::to_vec(&report).unwrap()
}
