//! That the commands and options which the text names are there.

use std::collections::{BTreeMap, BTreeSet};

use super::page::{Page, manual};
use crate::support::run;

/// What other programs take.
const OF_OTHERS: &[(&str, &str)] = &[
    ("--workspace", "cargo"),
    ("--locked", "cargo"),
    ("--release", "cargo"),
    ("--root", "cargo"),
    ("--collector.textfile.directory", "node_exporter"),
    ("--body-file", "gh"),
    ("--install", "apt-get"),
    ("--no-install-recommends", "apt-get"),
    ("--ignore-scripts", "npm"),
    ("--prefix", "npm"),
];

/// The options that the help of each command lists.
pub(super) fn options_by_command() -> BTreeMap<String, BTreeSet<String>> {
    commands()
        .into_iter()
        .map(|command| (command.clone(), options_of(&run(&[&command, "--help"]).out)))
        .collect()
}

/// The commands that the help of the program lists.
pub(super) fn commands() -> Vec<String> {
    let help = run(&["--help"]).out;
    let (_, list) = help.split_once("Commands:\n").unwrap();
    let (list, _) = list.split_once("\n\n").unwrap();
    let is_command = |line: &&str| line.starts_with("  ") && !line.starts_with("   ");
    let commands: Vec<String> = list
        .lines()
        .filter(is_command)
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect();
    assert!(commands.contains(&"audit".to_owned()), "{help}");
    commands
}

/// The long and short options in a text.
fn options_of(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '.')));
    let is_option = |word: &&str| {
        let name = word.strip_prefix("--").or_else(|| word.strip_prefix('-')).unwrap_or_default();
        name.starts_with(|c: char| c.is_ascii_lowercase()) && (word.starts_with("--") || word.len() == 2)
    };
    words.filter(is_option).map(|word| word.trim_end_matches(['.', '-']).to_owned()).collect()
}

/// What is wrong with a command between backticks.
fn mistakes(code: &str, known: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    // What follows `--` is for another program, or for the command that a scheduler runs.
    let code = code.replace("\\|", "|");
    let code = code.split(" -- ").next().unwrap();
    let Some(rest) = code.strip_prefix("lyncert ") else {
        let of_any = |option: &String| known.values().any(|options| options.contains(option));
        let of_others = |option: &String| OF_OTHERS.iter().any(|(other, _)| other == option);
        let unknown = options_of(code).into_iter().filter(|option| option.starts_with("--"));
        return unknown.filter(|option| !of_any(option) && !of_others(option)).collect();
    };
    let command = rest.split_whitespace().next().unwrap();
    if command == "COMMAND" || code == "lyncert --version" {
        return Vec::new();
    }
    let Some(options) = known.get(command) else { return vec![format!("no command `{command}`")] };
    options_of(rest).into_iter().filter(|option| !options.contains(option)).collect()
}

#[test]
fn every_command_and_option_between_backticks_exists() {
    let known = options_by_command();
    let mut found = 0;
    let mut wrong = Vec::new();
    let others = ["SECURITY.md", "CONTRIBUTING.md"].map(Page::read);
    for page in manual().into_iter().chain(others) {
        for code in page.inline_code() {
            found += usize::from(code.starts_with("lyncert ") || code.starts_with("--"));
            let mistakes = mistakes(&code, &known);
            if !mistakes.is_empty() {
                wrong.push(format!("{}: `{code}`: {}", page.path, mistakes.join(", ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(found > 100, "commands and options are found: {found}");
}

/// Whether a word behind a command is an option, a choice, or stands for what the reader gives.
fn is_placeholder(word: &str) -> bool {
    word.trim_start_matches('[').starts_with('-')
        || word.contains(['|', '…'])
        || word.contains(|c: char| c.is_ascii_uppercase())
}

#[test]
fn a_command_that_could_be_run_stands_in_a_fence_where_it_is() {
    for page in manual() {
        for code in page.inline_code() {
            let Some(rest) = code.strip_prefix("lyncert ") else { continue };
            let can_run = rest.split_whitespace().skip(1).find(|word| !is_placeholder(word));
            assert_eq!(can_run, None, "{}: `{code}`", page.path);
        }
    }
    assert!(!is_placeholder("topology.tbxml") && is_placeholder("TOPOLOGY…"));
}

#[test]
fn what_is_not_there_is_found() {
    let known = options_by_command();
    for (code, mistake) in [
        ("lyncert audit --certificates DIR", "--certificates"),
        ("lyncert judge DIR", "no command `judge`"),
        ("--histories", "--histories"),
        ("lyncert topology FILE --certs DIR", "--certs"),
    ] {
        assert_eq!(mistakes(code, &known), [mistake], "{code}");
    }
    assert!(mistakes("lyncert schedule cron -- audit --nothing", &known).is_empty());
}
