//! Another build is known by its identity, wherever and on whichever system it was made.

#![expect(clippy::unwrap_used, reason = "helpers of tests lie outside of test functions")]

#[path = "../build/identity.rs"]
mod identity;

use std::fs;
use std::path::{Path, PathBuf};

use identity::{PARTS, identity, list};
use lyncert_report::evidence::BUILD_SHA256;
use tempfile::TempDir;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The sources in another folder.
fn copied() -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for part in PARTS {
        list(&root(), part, &mut files).unwrap();
    }
    for (name, path) in files {
        let target = copy.path().join(name);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(path, target).unwrap();
    }
    copy
}

fn of(sources: &TempDir) -> String {
    identity(sources.path(), &["pfx"]).unwrap()
}

#[test]
fn whatever_decides_what_a_report_says_makes_another_build() {
    let sources = copied();
    let before = of(&sources);
    for part in [
        "crates/lyncert-report/templates/report.html",
        "crates/lyncert-rules/src/rule/san_missing.rs",
        "crates/lyncert-rules/src/profile/mod.rs",
        "crates/lyncert-ingest/src/xml.rs",
        "crates/lyncert-report/src/render/csv/findings.rs",
        "crates/lyncert/src/estate.rs",
        "Cargo.lock",
    ] {
        let path = sources.path().join(part);
        let old = fs::read(&path).unwrap();
        fs::write(&path, [&old[..], b" "].concat()).unwrap();
        assert_ne!(of(&sources), before, "{part}");
        fs::write(&path, old).unwrap();
        assert_eq!(of(&sources), before, "{part}");
    }
    let (name, other) = ["san_missing.rs", "san_absent.rs"]
        .map(|name| sources.path().join("crates/lyncert-rules/src/rule").join(name))
        .into();
    fs::rename(name, other).unwrap();
    assert_ne!(of(&sources), before, "a file has another name");
}

#[test]
fn where_the_sources_lie_and_what_editors_leave_there_does_not_matter() {
    let (here, there) = (copied(), copied());
    assert_eq!(of(&here), of(&there));
    assert_eq!(of(&here), identity(&root(), &["pfx"]).unwrap());
    for left in [".DS_Store", ".report.html.swp", "report.html~"] {
        fs::write(here.path().join("crates/lyncert-report/templates").join(left), "x").unwrap();
    }
    assert_eq!(of(&here), of(&there));
}

#[test]
fn this_build_has_the_identity_of_its_sources() {
    let with = |features: &[&str]| identity(&root(), features).unwrap();
    let expected = if cfg!(feature = "pfx") { with(&["pfx"]) } else { with(&[]) };
    assert_eq!(BUILD_SHA256, expected);
    assert_ne!(with(&["pfx"]), with(&[]), "one that reads no archives judges otherwise");
}

#[test]
fn no_source_has_line_ends_that_depend_on_the_clone() {
    let mut files = Vec::new();
    for part in PARTS {
        list(&root(), part, &mut files).unwrap();
    }
    assert!(files.len() > 300, "{}", files.len());
    for (name, path) in files {
        assert!(!fs::read(path).unwrap().contains(&b'\r'), "{name}");
    }
}
