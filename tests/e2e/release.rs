//! The number of the release stands in every place that has one.

use std::fs;

use crate::support::{root, run};

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

#[test]
fn the_newest_entry_of_the_changelog_is_this_version() {
    let changelog = read("CHANGELOG.md");
    let entries: Vec<&str> = changelog.lines().filter_map(|line| line.strip_prefix("## [")).collect();
    let (version, day) = entries[0].split_once("] - ").unwrap();
    assert_eq!(version, VERSION);
    let day: Vec<&str> = day.split('-').collect();
    assert_eq!(day.iter().map(|part| part.len()).collect::<Vec<_>>(), [4, 2, 2], "{day:?}");
    let rules = format!("Rules of version {}.", lyncert_rules::RULES_VERSION);
    assert!(changelog.contains(&rules), "{rules}");
}

#[test]
fn the_page_on_installing_names_the_archives_of_this_version() {
    let page = read("docs/installing.md");
    let named: Vec<&str> =
        page.split("lyncert-").filter_map(|part| part.split_once("-x86_64-")).map(|(v, _)| v).collect();
    assert!(named.len() > 4, "{named:?}");
    assert!(named.iter().all(|version| *version == VERSION), "{named:?}");
}

#[test]
fn the_targets_that_are_fuzzed_are_locked_to_this_version() {
    for name in ["lyncert", "lyncert-ingest", "lyncert-report"] {
        let lock = read(&format!("crates/{name}/fuzz/Cargo.lock"));
        let ours: Vec<&str> = lock.split("name = \"").filter(|entry| entry.starts_with("lyncert")).collect();
        let libraries = ours.iter().filter_map(|entry| entry.split_once("\"\nversion = \""));
        let libraries: Vec<_> = libraries.filter(|(library, _)| !library.ends_with("-fuzz")).collect();
        assert!(!libraries.is_empty(), "{name}");
        assert!(
            libraries.iter().all(|(_, rest)| rest.starts_with(&format!("{VERSION}\""))),
            "{name}: {libraries:?}"
        );
    }
}

#[test]
fn the_manual_pages_and_the_version_tell_of_the_same_build() {
    let version = run(&["--version"]).out;
    let build = version.lines().nth(1).unwrap();
    assert!(run(&["man"]).out.contains(build), "{build}");
}
