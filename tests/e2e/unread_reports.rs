//! An index of reports that cannot all be read.

use std::fs;

#[cfg(unix)]
use crate::support::estates::estates;
use crate::support::{Audit, Batch, folder, json};

/// A folder with a report in which a severity is a word that nobody knows, and if asked for a good one beside it.
fn reports(with_good: bool) -> tempfile::TempDir {
    let place = folder(&[]);
    let bad = place.path().join("bad");
    assert_eq!(Audit::of("contoso").out(&bad).quiet().run().code, 1);
    let path = bad.join("report.json");
    let report = fs::read_to_string(&path).unwrap();
    fs::write(&path, report.replacen(r#""severity": "error""#, r#""severity": "critical""#, 1)).unwrap();
    if with_good {
        assert_eq!(Audit::of("fabrikam").out(place.path().join("good")).quiet().run().code, 0);
    }
    place
}

#[test]
fn a_report_that_cannot_be_read_is_named_and_keeps_the_index_from_success() {
    for with_good in [true, false] {
        let (place, out) = (reports(with_good), folder(&[]));
        let run = Batch::from_reports(&place, &out).run();
        assert_eq!(run.code, 3, "{}", run.err);
        let said = format!(
            "`{}` is not a report of lyncert",
            place.path().join("bad").join("report.json").display()
        );
        assert!(run.err.contains(&said), "{}", run.err);
    }
}

/// What is left of a good report when it is cut off, saved by another editor, or mended by hand.
fn damaged(report: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let utf16 = [0xFF, 0xFE].into_iter().chain(report.iter().flat_map(|byte| [*byte, 0])).collect();
    let text = String::from_utf8(report.to_vec()).unwrap();
    vec![
        ("empty", Vec::new()),
        ("cut off", report[..report.len() / 3].to_vec()),
        ("in UTF-16", utf16),
        ("without a schema", text.replacen(r#""schema": "lyncert-report/2","#, "", 1).into_bytes()),
        ("without findings", text.replacen(r#""findings": ["#, r#""no_findings": ["#, 1).into_bytes()),
        (
            "said to be in order",
            text.replacen(r#""state": "errors""#, r#""state": "in-order""#, 1).into_bytes(),
        ),
        ("said to have no error", text.replacen(r#""errors": 9"#, r#""errors": 0"#, 1).into_bytes()),
    ]
}

#[test]
fn a_damaged_report_is_never_left_aside_as_another_programs() {
    let place = folder(&[]);
    let bad = place.path().join("contoso");
    let path = bad.join("report.json");
    assert_eq!(Audit::of("contoso").out(&bad).quiet().run().code, 1);
    assert_eq!(Audit::of("fabrikam").out(place.path().join("good")).quiet().run().code, 0);
    let report = fs::read(&path).unwrap();
    for (how, bytes) in damaged(&report) {
        assert_ne!(bytes, report, "{how}");
        fs::write(&path, bytes).unwrap();
        let out = folder(&[]);
        let run = Batch::from_reports(&place, &out).run();
        assert_eq!(run.code, 3, "{how}: {}", run.err);
        let said = format!("`{}` is not a report of lyncert: ", path.display());
        assert!(run.err.contains(&said), "{how}: {}", run.err);
        assert!(run.err.contains("make it again with this version of lyncert"), "{how}: {}", run.err);
        let index = json(&out.path().join("index.json"));
        let state = (&index["estates"][0]["estate"], &index["estates"][0]["state"]);
        assert_eq!(state, (&"contoso".into(), &"could-not-be-judged".into()), "{how}");
    }
}

#[test]
fn the_mark_of_utf8_and_reports_of_other_programs_keep_no_index_from_success() {
    let place = folder(&[
        ("coverage/report.json", br#"{"schema": "coverage/3", "findings": []}"#),
        ("other/report.json", br#"{"title": "Numbers of the week"}"#),
    ]);
    let path = place.path().join("good/report.json");
    assert_eq!(Audit::of("fabrikam").out(path.parent().unwrap()).quiet().run().code, 0);
    fs::write(&path, [b"\xEF\xBB\xBF", &fs::read(&path).unwrap()[..]].concat()).unwrap();
    let out = folder(&[]);
    let run = Batch::from_reports(&place, &out).run();
    assert_eq!(run.code, 0, "{}", run.err);
    let index = json(&out.path().join("index.json"));
    assert_eq!(index["estates"].as_array().unwrap().len(), 1);
    assert_eq!(index["skipped"].as_array().unwrap().len(), 2);
}

/// Sets who may read a folder; whether nobody may, which never holds for root.
#[cfg(unix)]
fn set_mode(folder: &std::path::Path, mode: u32) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(mode)).unwrap();
    fs::read_dir(folder).is_err()
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_read_keeps_a_batch_from_success() {
    let (estates, reports, out) = (estates(1), folder(&[]), folder(&[]));
    assert_eq!(Batch::of(&estates, reports.path().join("all")).quiet().run().code, 0);
    for (root, batch) in
        [(&estates, Batch::of(&estates, &out).quiet()), (&reports, Batch::from_reports(&reports, &out))]
    {
        let locked = root.path().join("locked");
        fs::create_dir(&locked).unwrap();
        let is_locked = set_mode(&locked, 0o000);
        let run = batch.run();
        // It could not be cleared away else.
        set_mode(&locked, 0o700);
        assert_eq!(run.code, if is_locked { 3 } else { 0 }, "{}", run.err);
        let index = json(&out.path().join("index.json"));
        let rows = index["estates"].as_array().unwrap();
        let locked =
            rows.iter().filter(|row| row["estate"] == "locked" && row["state"] == "could-not-be-judged");
        assert_eq!((rows.len(), locked.count()), if is_locked { (2, 1) } else { (1, 0) });
    }
}
