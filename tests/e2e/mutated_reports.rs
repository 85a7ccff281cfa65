//! Reports in which one value is another one: refused in one sentence, or drawn as files that every reader takes.

use std::fs;

use lyncert_report::model::Report;
use lyncert_report::render::escape::acts;
use proptest::prelude::{ProptestConfig, any, prop_assert, proptest};
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::support::mutated::{HOSTILE, changed, kinds_of_places, others, outcome, places, reports};
use crate::support::{files_of, folder, root, run, text};

#[test]
fn reports_are_drawn_as_files_that_strict_readers_take() {
    for (path, report) in reports() {
        assert_eq!(outcome(&serde_json::to_vec(&report).unwrap()), Ok(true), "{}", path.display());
    }
}

#[test]
fn a_field_that_is_there_twice_or_not_at_all_is_refused_or_drawn_whole() {
    let (_, report) = reports().pop().unwrap();
    for place in kinds_of_places(&report) {
        let Some((parent, field)) = place.rsplit_once('/') else { continue };
        let mut without = report.clone();
        let Some(object) = without.pointer_mut(parent).and_then(Value::as_object_mut) else { continue };
        let value = object.remove(field).unwrap();
        assert!(outcome(&serde_json::to_vec(&without).unwrap()).is_ok(), "{place}");
        object_twice(&mut without, parent, field, value);
    }
}

/// The same field twice in one object is no report.
fn object_twice(report: &mut Value, parent: &str, field: &str, value: Value) {
    const MARK: &str = "the same once more";
    let object = report.pointer_mut(parent).and_then(Value::as_object_mut).unwrap();
    object.insert(field.to_owned(), value.clone());
    object.insert(MARK.to_owned(), value);
    let text = serde_json::to_string(&report).unwrap().replace(MARK, field);
    assert_eq!(outcome(text.as_bytes()), Ok(false), "{parent}/{field}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn reports_of_every_version_with_any_value_anywhere_are_refused_or_drawn_whole(
        which in any::<Index>(), place in any::<Index>(), other in any::<Index>(),
    ) {
        let reports = reports();
        let (path, report) = which.get(&reports);
        let mut found = Vec::new();
        places(report, "", "", &mut found);
        let (place, _) = place.get(&found);
        let others = others(report.pointer(place).unwrap());
        let other = other.get(&others);
        let outcome = outcome(&changed(report, place, other.clone()));
        prop_assert!(outcome.is_ok(), "{}: {place} as {other}: {outcome:?}", path.display());
    }
}

#[test]
fn texts_of_others_are_inert_in_every_format_wherever_they_stand() {
    for (path, report) in reports().into_iter().skip(2) {
        let mut hostile = report.clone();
        let mut count = 0;
        for place in kinds_of_places(&report) {
            let Some(before) = report.pointer(&place).filter(|value| value.is_string()) else { continue };
            *hostile.pointer_mut(&place).unwrap() = HOSTILE.into();
            // What is an id, a time or a word stays.
            if Report::read(&serde_json::to_vec(&hostile).unwrap()).is_ok() {
                count += 1;
            } else {
                *hostile.pointer_mut(&place).unwrap() = before.clone();
            }
        }
        assert!(count > 60, "{}: {count} texts are hostile together", path.display());
        let outcome = outcome(&serde_json::to_vec(&hostile).unwrap());
        assert_eq!(outcome, Ok(true), "{}", path.display());
    }
}

#[test]
fn what_is_refused_is_told_in_one_line_and_nothing_is_written() {
    let bytes = fs::read(root().join("tests/reports/version-2.json")).unwrap();
    let report: Value = serde_json::from_slice(&bytes).unwrap();
    let good = std::str::from_utf8(&bytes).unwrap();
    let long = changed(&report, "/at", "x".repeat(1 << 20).into());
    let place = folder(&[
        ("hostile.json", &changed(&report, "/summary/state", HOSTILE.into())),
        ("long.json", &long),
        ("deep.json", format!("{}{}", "[".repeat(1 << 20), "]".repeat(1 << 20)).as_bytes()),
        ("deep in it.json", &changed(&report, "/estate", (0..90).fold(json!(1), |inner, _| json!([inner])))),
        ("surrogate.json", good.replacen("contoso.com", "\\ud800", 1).as_bytes()),
        ("nothing.json", good.replacen("\"errors\": ", "\"errors\": NaN", 1).as_bytes()),
        ("huge.json", good.replacen("\"errors\": ", "\"errors\": 1e999", 1).as_bytes()),
        ("lost.json", &changed(&report, "/findings/0/certificate", "AB".into())),
    ]);
    for name in ["hostile", "long", "deep", "deep in it", "surrogate", "nothing", "huge", "lost"]
        .map(|name| format!("{name}.json"))
    {
        let (path, out) = (place.path().join(&name), place.path().join("out"));
        let path = text(&path);
        for command in [
            vec!["report", path, "--out", text(&out)],
            vec!["diff", path, path],
            vec!["report", path, "--format", "json"],
        ] {
            let run = run(&command);
            assert_eq!((run.code, run.out.as_str()), (3, ""), "{name}: {}", run.err);
            let line = run.err.strip_suffix('\n').unwrap();
            assert!(!line.chars().any(acts) && line.len() < 2_000, "{name}: {line}");
            assert!(line.contains("is not a report of lyncert: "), "{name}: {line}");
        }
        assert!(files_of(|_| true).all(|file| !out.join(file).exists()), "{name}");
    }
}
