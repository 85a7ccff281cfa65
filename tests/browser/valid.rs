//! The pages as the Nu HTML Checker of the web's standards bodies judges them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::{is_missing, made, support};

/// Where the checker is: the `vnu.jar` of the npm package `vnu-jar`.
const PLACE: &str = "LYNCERT_VNU";

/// The checker; none where it is missing.
fn checker() -> Option<PathBuf> {
    let place = std::env::var_os(PLACE).map(PathBuf::from);
    let has_java = Command::new("java").arg("-version").output().is_ok_and(|output| output.status.success());
    match place.filter(|jar| has_java && jar.is_file()) {
        Some(jar) => Some(jar),
        None => {
            is_missing(
                &format!("java, or the Nu HTML Checker (`vnu.jar`, named by `{PLACE}`)"),
                "pages are not judged",
            );
            None
        }
    }
}

fn check(jar: &Path, files: &[&Path]) -> Output {
    let mut command = Command::new("java");
    command.arg("-jar").arg(jar).args(["--errors-only", "--format", "gnu"]).args(files);
    command.output().expect("java starts")
}

#[test]
fn every_page_is_valid_html_and_css() {
    let Some(jar) = checker() else { return };
    let files: Vec<&Path> = made::all().iter().map(|made| made.file.as_path()).collect();
    let output = check(&jar, &files);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_checker_of_the_standards_finds_what_is_not_valid() {
    let Some(jar) = checker() else { return };
    let page = fs::read_to_string(&made::sample_page().file).unwrap();
    let folder = support::folder(&[
        ("twice.html", page.replacen("<h1", "<h1 id=\"main\"", 1).as_bytes()),
        ("nested.html", page.replacen("<h1>", "<h1><p>", 1).as_bytes()),
    ]);
    for file in ["twice.html", "nested.html"] {
        assert!(!check(&jar, &[&folder.path().join(file)]).status.success(), "{file}");
    }
}
