//! The sources of a crate as text, read as far as sentences about them need.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::root;

/// The crates, from the roof to the ground.
pub(super) const CRATES: [&str; 4] = ["lyncert", "lyncert-report", "lyncert-rules", "lyncert-ingest"];

/// A file of a crate, without its tests and comments.
pub(super) struct Module {
    pub(super) of: &'static str,
    /// `["scan", "der"]` for `scan/der.rs`; empty for the crate's root.
    pub(super) path: Vec<String>,
    pub(super) code: String,
}

impl Module {
    /// `lyncert-report::scan::der`.
    pub(super) fn full_name(&self) -> String {
        let mut parts = vec![self.of.to_owned()];
        parts.extend(self.path.iter().cloned());
        parts.join("::")
    }
}

/// Whether a module is this one or within it.
pub(super) fn is_below(name: &str, place: &str) -> bool {
    name.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Every file of a crate that is not for tests only.
pub(super) fn modules(name: &'static str) -> Vec<Module> {
    let folder = root().join("crates").join(name).join("src");
    let mut files = Vec::new();
    collect(&folder, &mut files);
    files.sort();
    let for_tests =
        ["testing.rs", "tests.rs", "edge_tests.rs", "container_tests.rs", "making.rs", "fixture.rs"];
    let files = files.iter().filter(|file| !for_tests.iter().any(|name| file.ends_with(name)));
    files
        .map(|file| {
            let below = file.strip_prefix(&folder).unwrap().with_extension("");
            let mut path: Vec<String> = below.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
            if matches!(path.last().map(String::as_str), Some("mod" | "lib" | "main")) {
                path.pop();
            }
            Module { of: name, path, code: code(&fs::read_to_string(file).unwrap()) }
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// A text without the tests at its end and without comments.
fn code(text: &str) -> String {
    let before_tests = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = before_tests.lines().map(|line| match line.split_once("//") {
        // An address in a text is no comment.
        Some((before, _)) if !before.ends_with(':') => before,
        _ => line,
    });
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// Whether a line has a word that is not the end of a longer one.
pub(super) fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let (before, _) = line.split_at(at);
        before.chars().next_back().is_none_or(|before| !before.is_alphanumeric() && before != '_')
    })
}

/// Whether code names an external crate: in a path or an import.
pub(super) fn names_crate(code: &str, external: &str) -> bool {
    let path = format!("{external}::");
    let import = format!("use {external}");
    code.lines().any(|line| {
        // A module of one's own may bear the name.
        let line = line.trim_start();
        has_word(line, &path) && !line.contains(&format!("::{path}"))
            || line.starts_with(&format!("{import};"))
    })
}

/// What a crate depends on outside of tests.
pub(super) fn dependencies(name: &str) -> BTreeSet<String> {
    let manifest = fs::read_to_string(root().join("crates").join(name).join("Cargo.toml")).unwrap();
    let mut of_program = false;
    let mut found = BTreeSet::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            of_program = line.ends_with("dependencies]") && !line.contains("dev-");
        } else if of_program && !line.starts_with('#') {
            found.extend(
                line.split(['.', ' ', '=']).next().filter(|name| !name.is_empty()).map(str::to_owned),
            );
        }
    }
    found
}

#[test]
fn a_crate_is_named_in_paths_and_imports_and_not_by_its_namesakes() {
    for code in ["use zip::ZipArchive;", "let a = zip::read(b);", "use zip;"] {
        assert!(names_crate(code, "zip"), "{code}");
    }
    for code in ["a.zip(b)", "use crate::zip::Archive;", "unzip::all()", "use zipper;"] {
        assert!(!names_crate(code, "zip"), "{code}");
    }
}

#[test]
fn tests_and_comments_are_no_code() {
    let text = "use a::B; // not zip::Archive\nlet url = \"https://x\";\n#[cfg(test)]\nmod tests {\n    use zip::C;\n}\n";
    assert_eq!(code(text), "use a::B; \nlet url = \"https://x\";\n");
}
