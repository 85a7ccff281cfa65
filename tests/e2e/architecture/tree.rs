//! The tree of ARCHITECTURE.md, held against the folders.

use std::collections::BTreeSet;
use std::fs;

use lyncert_rules::rule::RULES;

use super::sources::{CRATES, modules};
use super::{Exceptions, assert_only};
use crate::support::root;

/// Every path of the tree, from the root of the repository.
fn paths() -> BTreeSet<String> {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let tree = page.split("```\n").nth(1).unwrap();
    let mut paths = BTreeSet::new();
    let mut base = "";
    for line in tree.lines() {
        let names = line.trim_start().split("  ").next().unwrap().split_whitespace();
        // `rule/<id>.rs` is something in `rule/`.
        let names: Vec<&str> = names.map(|name| name.split('<').next().unwrap()).collect();
        match line.len() - line.trim_start().len() {
            0 => paths.extend(names.into_iter().map(str::to_owned)),
            2 => {
                base = names[0];
                paths.insert(format!("crates/{base}"));
            }
            4 => paths.extend(names.into_iter().map(|name| format!("crates/{base}src/{name}"))),
            // The line before goes on.
            _ => {}
        }
    }
    paths
}

#[test]
fn everything_in_the_tree_exists() {
    let paths = paths();
    assert!(paths.len() > 40, "the tree is read: {paths:?}");
    let missing: Vec<&String> = paths.iter().filter(|path| !root().join(path).exists()).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_module_of_a_crate_stands_in_the_tree() {
    let paths = paths();
    let mut untold = BTreeSet::new();
    for name in CRATES {
        for first in modules(name).into_iter().filter_map(|module| module.path.into_iter().next()) {
            let is_told =
                [".rs", "/"].iter().any(|end| paths.contains(&format!("crates/{name}/src/{first}{end}")));
            if !is_told {
                untold.insert(format!("{name}::{first}"));
            }
        }
    }
    assert_only(&untold, UNTOLD);
}

/// What the page leaves out.
const UNTOLD: Exceptions = &[
    ("lyncert-ingest::error", "is what its name says"),
    ("lyncert-ingest::lowering", "stands in the line of `lower/`, which it serves"),
    ("lyncert-ingest::problem", "is what its name says"),
    ("lyncert-rules::consequence", "a table of texts"),
    ("lyncert-rules::digest", "a small type"),
    ("lyncert::commands", "stands in the line of the crate"),
    ("lyncert::exit", "stands in the line of the crate"),
    ("lyncert::files", "stands in the line of the crate"),
    ("lyncert::progress", "is what its name says"),
];

#[test]
fn every_rule_has_a_file_of_its_own() {
    let files = modules("lyncert-rules").into_iter().filter_map(|module| match module.path.as_slice() {
        [folder, file] if folder == "rule" => Some(file.replace('_', "-")),
        _ => None,
    });
    let files: BTreeSet<String> = files.collect();
    let rules: BTreeSet<String> = RULES.iter().map(|rule| rule.id.to_owned()).collect();
    let without: Vec<_> = rules.difference(&files).collect();
    assert!(without.is_empty(), "{without:?}");
    assert_only(&files.difference(&rules).cloned().collect(), BESIDE_RULES);
}

/// Files beside the rules.
const BESIDE_RULES: Exceptions =
    &[("sharing", "what the rules on pools have in common"), ("view", "what rules are shown")];
