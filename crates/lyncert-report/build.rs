//! The identity of a build: a hash of all that decides what a report says and how it looks. Two programs of one version can still
//! draw different pages; by this an auditor tells an older program from a changed report.

#[path = "build/identity.rs"]
mod identity;

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io;
use std::path::Path;

use self::identity::{PARTS, identity, list};

/// What can be switched on and decides what a report says.
const FEATURES: [&str; 1] = ["pfx"];

fn main() -> io::Result<()> {
    let root = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../..");
    for part in PARTS {
        println!("cargo::rerun-if-changed={}", root.join(part).display());
    }
    let is_on = |feature: &str| env::var_os(format!("CARGO_FEATURE_{}", feature.to_uppercase())).is_some();
    let features: Vec<&str> = FEATURES.into_iter().filter(|feature| is_on(feature)).collect();
    println!("cargo::rustc-env=LYNCERT_BUILD_SHA256={}", identity(&root, &features)?);
    write_vocabulary(&root)
}

/// Where the sentences of the program stand.
const TEXTS: [&str; 4] = [
    "crates/lyncert-ingest/src",
    "crates/lyncert-rules/src",
    "crates/lyncert-report/src",
    "crates/lyncert/src",
];

/// Writes what the program itself says: every word and URL of the texts in its sources, without its tests. Whatever else stands in a
/// sentence of a report came from an input, so that redaction takes it out.
fn write_vocabulary(root: &Path) -> io::Result<()> {
    let mut words = BTreeSet::new();
    for part in TEXTS {
        let mut files = Vec::new();
        list(root, part, &mut files)?;
        for (name, path) in files {
            let is_test = ["tests", "testing", "fixture"].iter().any(|word| name.contains(word));
            if !is_test && name.ends_with(".rs") {
                let source = fs::read_to_string(path)?;
                let code = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
                literals(code).iter().for_each(|literal| add_words(literal, &mut words));
            }
        }
    }
    let out = Path::new(&env::var_os("OUT_DIR").unwrap_or_default()).join("vocabulary.txt");
    fs::write(out, words.into_iter().collect::<Vec<_>>().join("\n"))
}

/// The texts between quotation marks of a source, without comments.
fn literals(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find(['"', '/', '\'']) {
        let (before, here) = rest.split_at(at);
        rest = if here.starts_with("//") {
            here.split_once('\n').map_or("", |(_, after)| after)
        } else if here.starts_with("'\"'") || here.starts_with("'\\\"'") {
            here.get(3..).unwrap_or_default().trim_start_matches('\'')
        } else if let Some(inside) = here.strip_prefix('"') {
            let hashes = before.len() - before.trim_end_matches('#').len();
            let is_raw = before.trim_end_matches('#').ends_with('r') && (hashes > 0 || before.ends_with('r'));
            let end = format!("\"{}", "#".repeat(if is_raw { hashes } else { 0 }));
            let mut from = 0;
            let length = loop {
                let Some(next) = inside.get(from..).and_then(|text| text.find(&end)) else {
                    break inside.len();
                };
                let before = inside.get(..from + next).unwrap_or_default();
                let slashes = before.bytes().rev().take_while(|byte| *byte == b'\\').count();
                if is_raw || slashes % 2 == 0 {
                    break from + next;
                }
                from += next + 1;
            };
            found.push(inside.get(..length).unwrap_or_default().to_owned());
            inside.get(length + end.len()..).unwrap_or_default()
        } else {
            here.get(1..).unwrap_or_default()
        };
    }
    found
}

/// Names in examples that the help and the documents of the program use.
const EXAMPLES: [&str; 4] = ["contoso", "fabrikam", "example", "alice"];

/// The words of a text, and its URLs.
fn add_words(literal: &str, words: &mut BTreeSet<String>) {
    let plain = literal.replace("\\n", " ").replace('\\', " ");
    for url in
        plain.split_whitespace().filter(|word| word.starts_with("https://") || word.starts_with("http://"))
    {
        // Those of examples may be somebody's.
        let host = url.split('/').nth(2).unwrap_or_default();
        if !EXAMPLES.iter().any(|example| host.contains(example)) {
            words.insert(url.trim_end_matches([',', '.', ')', ';']).to_owned());
        }
    }
    let is_word = |c: char| c.is_alphanumeric() || "._-@".contains(c);
    let pieces = plain.split(|c| !is_word(c)).map(|word| word.trim_matches(['.', '-', '_', '@']));
    for word in pieces.filter(|word| word.len() > 1 && word.chars().any(char::is_alphabetic)) {
        let lower = word.to_ascii_lowercase();
        let is_file = lower.rsplit_once('.').is_some_and(|(_, end)| ENDINGS.contains(&end))
            || ["e.g", "i.e"].contains(&&*lower);
        // No host ends in a number, as `X.509` does.
        let is_standard =
            lower.rsplit_once('.').is_some_and(|(_, end)| end.bytes().all(|byte| byte.is_ascii_digit()));
        let is_name = lower.contains(['.', '@']) && !is_file && !is_standard;
        if !is_name && !EXAMPLES.iter().any(|example| lower.contains(example)) {
            words.insert(lower);
        }
    }
}

/// The endings of files that the program names.
const ENDINGS: [&str; 11] = ["csv", "html", "ics", "json", "log", "md", "prom", "sys", "toml", "xlsx", "xml"];
