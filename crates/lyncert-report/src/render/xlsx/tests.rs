//! The workbook as another reader, and a library of others, sees it.

use std::io::{Cursor, Read};

use zip::{DateTime, ZipArchive};

use super::*;
use crate::render::testing::{hostile_report, plain_report};

fn written(report: &Report) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(report, &mut bytes).unwrap();
    bytes
}

/// The parts of a workbook.
fn parts(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut parts = Vec::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        assert_eq!(part.last_modified(), Some(DateTime::default()), "no time of the machine");
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        parts.push((part.name().unwrap().into_owned(), text));
    }
    parts
}

/// All texts of a workbook.
pub(in crate::render) fn texts(bytes: &[u8]) -> String {
    parts(bytes).into_iter().map(|(_, text)| text).collect()
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    for report in [plain_report(3), hostile_report()] {
        let first = written(&report);
        assert!((0..3).all(|_| written(&report) == first));
    }
}

#[test]
fn nothing_is_a_formula_a_link_or_a_macro() {
    let parts = parts(&written(&hostile_report()));
    let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.iter().filter(|name| name.starts_with("xl/worksheets/sheet")).count(), 5, "{names:?}");
    assert!(!names.iter().any(|name| name.contains("vba") || name.contains("externalLink")), "{names:?}");
    for (name, text) in parts.iter().filter(|(name, _)| name.starts_with("xl/")) {
        assert!(!text.contains("<f>") && !text.contains("<hyperlink"), "{name}");
        assert!(!text.contains("<script>") && !text.contains('\u{202e}'), "{name}");
    }
    let strings = &parts.iter().find(|(name, _)| name == "xl/sharedStrings.xml").unwrap().1;
    assert!(strings.contains("=HYPERLINK(\"http://evil.example\")"), "as it is, and a text: {strings}");
}

#[test]
fn every_sheet_has_a_frozen_head_and_filters() {
    for (name, text) in parts(&written(&plain_report(2))) {
        if name.starts_with("xl/worksheets/sheet") {
            assert!(text.contains("<pane ySplit=\"1\"") && text.contains("<autoFilter ref=\"A1:"), "{name}");
        }
    }
}

#[test]
fn a_workbook_that_somebody_saved_is_theirs() {
    let own = written(&plain_report(1));
    assert!(is_as_written(Cursor::new(&own)));
    for other in [&b""[..], b"PK\x03\x04", b"mine"] {
        assert!(!is_as_written(Cursor::new(other)));
    }
    let mut foreign = Workbook::new();
    foreign.add_worksheet();
    foreign.set_properties(&DocProperties::new().set_author("Anna"));
    assert!(!is_as_written(Cursor::new(foreign.save_to_buffer().unwrap())));
}

#[test]
fn rows_that_do_not_fit_are_counted() {
    let mut book = Workbook::new();
    let looks = Looks::new();
    let mut sheet = Sheet::new(&mut book, &looks, "Few", &[("a", 10)], "findings.csv").unwrap().limited_to(3);
    for index in 0..1_237 {
        sheet.row(vec![Value::Number(index)]).unwrap();
    }
    sheet.finish().unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let strings = parts(&bytes).into_iter().find(|(name, _)| name == "xl/sharedStrings.xml").unwrap().1;
    assert!(strings.contains("and 1,235 more rows, which stand in findings.csv"), "{strings}");
}

#[test]
fn moments_before_1900_are_texts() {
    let mut report = plain_report(1);
    report.certificates[0].not_before = time::macros::datetime!(1601-01-01 00:00:00 UTC).into();
    let strings =
        parts(&written(&report)).into_iter().find(|(name, _)| name == "xl/sharedStrings.xml").unwrap().1;
    assert!(strings.contains("1601-01-01T00:00:00Z"), "{strings}");
}

#[test]
fn a_workbook_judged_before_1900_was_made_at_a_day_that_there_is() {
    let mut report = plain_report(1);
    report.at = time::macros::datetime!(0001-01-01 00:00:00 UTC).into();
    let core = parts(&written(&report)).into_iter().find(|(name, _)| name == "docProps/core.xml").unwrap().1;
    assert!(core.contains(">1900-01-01T00:00:00Z</dcterms:created>"), "{core}");
}
