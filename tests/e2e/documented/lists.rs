//! That the lists of the pages are whole: commands, exit codes, formats, and keys of the policy.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use lyncert_report::render::FORMATS;

use super::options::commands;
use super::page::{Page, manual};
use crate::support::{Audit, Batch, files_of, folder, run};

/// The cells of the tables of a page.
fn rows(page: &Page) -> Vec<Vec<String>> {
    let rows = page.prose().filter(|(_, line)| line.starts_with('|'));
    let rows = rows.map(|(_, line)| {
        let line = line.replace("\\|", "\u{1}");
        line.trim_matches('|').split('|').map(|cell| cell.trim().replace('\u{1}', "|")).collect()
    });
    rows.collect()
}

#[test]
fn the_page_on_commands_lists_each_and_no_other() {
    let page = Page::read("docs/commands.md");
    let listed: BTreeSet<String> = rows(&page)
        .iter()
        .filter_map(|row| row.first()?.strip_prefix("`lyncert ")?.split([' ', '`']).next().map(str::to_owned))
        .collect();
    assert_eq!(listed, commands().into_iter().collect());
}

/// The codes that a help lists, with what is said of each.
fn codes(help: &str) -> Vec<(u8, String)> {
    let (_, list) = help.split_once("Exit codes:").unwrap();
    let codes = list.lines().filter_map(|line| {
        let (code, meaning) = line.trim().split_once(' ')?;
        Some((code.parse().ok()?, meaning.trim().to_owned()))
    });
    codes.collect()
}

#[test]
fn the_page_on_commands_has_the_exit_codes_of_each() {
    let rows = rows(&Page::read("docs/commands.md"));
    for command in commands().iter().filter(|command| *command != "help") {
        let listed = codes(&run(&[command, "--help"]).out);
        let numbers: Vec<String> = listed.iter().map(|(code, _)| code.to_string()).collect();
        let row = rows.iter().find(|row| row.len() == 2 && row[0] == format!("`{command}`"));
        assert_eq!(row.map(|row| row[1].as_str()), Some(numbers.join(", ").as_str()), "{command}");
    }
    for (code, meaning) in codes(&run(&["audit", "--help"]).out) {
        let row = rows.iter().find(|row| row[0] == code.to_string()).unwrap();
        // The help says in brackets which options change it; the page says so below the table.
        let meaning = meaning.split(" (--exit-zero").next().unwrap();
        assert_eq!(row[1].replace('`', ""), meaning, "{code}");
    }
}

#[test]
fn the_pages_name_every_format_and_every_file() {
    let commands = Page::read("docs/commands.md").text();
    let (_, list) = commands.split_once("--format html").expect("the page says how formats are chosen");
    let (list, _) = list.split_once('`').unwrap();
    let named: Vec<&str> = std::iter::once("html").chain(list.split(',').skip(1)).collect();
    assert_eq!(named, FORMATS.iter().map(|format| format.id).collect::<Vec<_>>());
    let formats = Page::read("docs/formats.md");
    let first: Vec<String> = rows(&formats).into_iter().map(|row| row[0].clone()).collect();
    for file in files_of(|_| true) {
        assert!(first.iter().any(|cell| cell.contains(&format!("`{file}`"))), "{file}");
    }
}

/// The keys that a policy says, each behind the name of its table.
fn keys(policy: &str) -> BTreeSet<String> {
    let mut table = String::new();
    let mut keys = BTreeSet::new();
    for line in policy.lines() {
        if line.starts_with('[') {
            table = line.split(']').next().unwrap().trim_matches('[').to_owned();
        } else if let Some((key, _)) = line.split_once(" = ").filter(|(key, _)| !key.contains(' ')) {
            // Rules are told on a page of their own.
            let key = if table == "rules" { "…" } else { key };
            keys.insert(format!("{table}.{key}"));
        }
    }
    keys
}

#[test]
fn the_page_on_policies_has_every_key_of_the_template_and_no_other() {
    let template = run(&["init", "-"]).out;
    let in_use = template.lines().map(|line| match line.strip_prefix('#') {
        Some(setting) if !setting.starts_with(' ') => setting,
        _ => line,
    });
    let template = keys(&in_use.collect::<Vec<_>>().join("\n"));
    assert!(template.contains("waiver.approver") && template.contains("facts.edition"), "{template:?}");
    let page = Page::read("docs/policy.md");
    let listed: String = page
        .blocks()
        .iter()
        .filter(|block| block.language == "toml")
        .map(|block| block.lines.join("\n") + "\n")
        .collect();
    assert_eq!(keys(&listed), template);
}

#[test]
fn every_policy_and_manifest_of_the_pages_is_valid() {
    let mut policies: BTreeMap<String, String> = BTreeMap::new();
    let mut manifests = Vec::new();
    for page in manual() {
        for block in page.blocks().into_iter().filter(|block| block.language == "toml") {
            assert!(!block.lines.is_empty(), "{}:{}: nothing is in it", page.path, block.line);
            let text = block.lines.join("\n") + "\n";
            if text.contains("[[estate]]") {
                manifests.push(text);
            } else {
                policies.entry(page.path.clone()).or_default().push_str(&text);
            }
        }
    }
    assert!(policies.contains_key("docs/policy.md") && manifests.len() == 1);
    for (page, policy) in policies {
        let place = folder(&[("lyncert.toml", policy.as_bytes())]);
        let out = place.path().join("out");
        let audit = Audit::of("contoso").policy(place.path().join("lyncert.toml")).out(&out).quiet().run();
        assert!(matches!(audit.code, 0 | 1), "{page}: {}", audit.err);
        let report = fs::read_to_string(out.join("report.json")).unwrap();
        assert!(!report.contains("\"malformed\""), "{page}: the waiver holds");
    }
    let place = folder(&[
        ("batch.toml", manifests[0].as_bytes()),
        ("defaults.toml", b""),
        ("contoso/lyncert.toml", b""),
    ]);
    let batch = Batch::of(place.path().join("batch.toml"), place.path().join("fleet")).run();
    assert_eq!(batch.code, 3, "{}", batch.err);
    assert!(batch.out.contains("Contoso: could not be judged: cannot read the topology"), "{}", batch.out);
}
