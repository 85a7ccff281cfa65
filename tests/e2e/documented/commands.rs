//! Every command of the pages is run, and gives the exit code and the output that they show.

use std::collections::BTreeSet;

use super::desk::Desk;
use super::page::{Block, Page, manual};
use super::reviewed::{COMMANDS, NO_COMMANDS, NOT_RUN};

/// A command with what the page says of it.
#[derive(Debug, Eq, PartialEq)]
struct Shown {
    command: String,
    /// The exit code that the page tells; success where it tells none.
    code: i32,
    output: Vec<String>,
}

/// The commands of a block.
fn shown(block: &Block) -> Vec<Shown> {
    if block.language != "console" {
        let lines = block.lines.iter().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
        return lines.map(|line| line_of_script(line)).collect();
    }
    let mut all: Vec<Shown> = Vec::new();
    let mut is_code = false;
    for line in &block.lines {
        match (line.strip_prefix("$ "), all.last_mut()) {
            (Some("echo $?"), Some(_)) => is_code = true,
            (Some(command), _) => {
                is_code = false;
                all.push(Shown { command: command.to_owned(), code: 0, output: Vec::new() });
            }
            (None, Some(last)) if is_code => last.code = line.parse().expect("a code follows `echo $?`"),
            (None, Some(last)) => last.output.push(line.clone()),
            (None, None) => panic!("line {}: a block of the console begins with a command", block.line),
        }
    }
    all
}

/// A command of a script, whose comment may say with which code it ends.
fn line_of_script(line: &str) -> Shown {
    let (command, comment) = line.split_once("  #").unwrap_or((line, ""));
    let code = comment.split_once("ends with ").map(|(_, code)| {
        let digits: String = code.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().expect("a code follows `ends with`")
    });
    Shown { command: command.trim().to_owned(), code: code.unwrap_or(0), output: Vec::new() }
}

/// What is behind `lyncert` in a command, also where the sources run it.
fn of_lyncert(command: &str) -> Option<&str> {
    let starts = ["lyncert ", "cargo run --release -p lyncert -- "];
    starts.into_iter().find_map(|start| command.strip_prefix(start))
}

/// Why what was printed is not what is shown; a line `…` stands for any lines.
fn difference(shown: &[String], printed: &str) -> Option<String> {
    let printed: Vec<&str> = printed.trim_end().lines().collect();
    let is_cut = |line: &String| line.trim() == "…";
    let parts: Vec<&[String]> = shown.split(is_cut).collect();
    let mut from = 0;
    for (index, part) in parts.iter().enumerate() {
        let is_first = index == 0;
        let is_last = index + 1 == parts.len();
        let here = |start: usize| {
            let there = printed.get(start..start + part.len());
            there.is_some_and(|there| there.iter().zip(*part).all(|(one, other)| one == other))
        };
        let last_start = printed.len().saturating_sub(part.len());
        let found = match (is_first, is_last) {
            (true, true) => (printed.len() == part.len() && here(0)).then_some(0),
            (true, false) => here(0).then_some(0),
            (false, true) => (last_start >= from && here(last_start)).then_some(last_start),
            (false, false) => (from..=last_start).find(|start| here(*start)),
        };
        let Some(start) = found else { return Some(part.join("\n")) };
        from = start + part.len();
    }
    None
}

/// Runs a page; what does not hold, and the commands that are left to review.
fn run_page(page: &Page) -> (Vec<String>, Vec<String>, usize) {
    let (mut wrong, mut left, mut count) = (Vec::new(), Vec::new(), 0);
    let desk = Desk::new();
    for block in page.blocks() {
        let place = format!("{}:{}", page.path, block.line);
        if NO_COMMANDS.contains(&block.language.as_str()) {
            continue;
        }
        if !COMMANDS.contains(&block.language.as_str()) {
            wrong.push(format!("{place}: `{}` says not whether there are commands", block.language));
            continue;
        }
        for shown in shown(&block) {
            let Some(command) = of_lyncert(&shown.command) else {
                left.push(shown.command);
                continue;
            };
            count += 1;
            let given = desk.run(command);
            let run = given.run;
            let printed = format!("{}{}", run.out, run.err);
            let is_expected = run.code == shown.code || given.is_of_reader && matches!(run.code, 0 | 1);
            if !is_expected {
                let (command, code) = (&shown.command, shown.code);
                wrong.push(format!("{place}: `{command}` ends with {}, not {code}:\n{printed}", run.code));
            }
            if let Some(lines) = difference(&shown.output, &printed).filter(|_| !shown.output.is_empty()) {
                wrong.push(format!("{place}: `{}` does not print\n{lines}\nbut\n{printed}", shown.command));
            }
        }
    }
    (wrong, left, count)
}

#[test]
fn every_command_of_the_pages_runs_and_prints_what_they_show() {
    let (mut wrong, mut left, mut count) = (Vec::new(), BTreeSet::new(), 0);
    for page in manual() {
        let (of_page, left_by_page, run) = run_page(&page);
        wrong.extend(of_page);
        left.extend(left_by_page.into_iter().map(|command| (page.path.clone(), command)));
        count += run;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    let reviewed: BTreeSet<(String, String)> =
        NOT_RUN.iter().map(|(page, line, _)| ((*page).to_owned(), (*line).to_owned())).collect();
    let unknown: Vec<_> = left.difference(&reviewed).collect();
    assert!(unknown.is_empty(), "neither run nor reviewed: {unknown:#?}");
    let gone: Vec<_> = reviewed.difference(&left).collect();
    assert!(gone.is_empty(), "reviewed and on no page: {gone:#?}");
    assert!(NOT_RUN.iter().all(|(_, _, reason)| !reason.is_empty()));
    assert!(count > 40, "commands are found: {count}");
}

#[test]
fn no_command_hides_where_nothing_runs_it() {
    for page in manual() {
        for (number, line) in page.prose() {
            let is_indented = line.starts_with("    ") && of_lyncert(line.trim_start()).is_some();
            assert!(!is_indented, "{}:{number}: expected a fence around `{}`", page.path, line.trim());
        }
    }
}

#[test]
fn what_is_shown_is_held_against_every_line() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let printed = "one\ntwo\nthree\nfour\n";
    for same in ["one\ntwo\nthree\nfour", "one\n…", "…\nfour", "one\n…\nthree\n…", "…\ntwo\n…\nfour", "…"]
    {
        assert_eq!(difference(&lines(same), printed), None, "{same}");
    }
    for other in
        ["one", "two\n…", "…\nthree", "one\n…\nthree", "…\nthree\n…\ntwo\n…", "one\ntwo\nthree\nfour\nfive"]
    {
        assert!(difference(&lines(other), printed).is_some(), "{other}");
    }
}

#[test]
fn codes_are_read_where_pages_tell_them() {
    let block = |language: &str, lines: &[&str]| Block {
        line: 1,
        language: language.to_owned(),
        lines: lines.iter().map(ToString::to_string).collect(),
    };
    let console = shown(&block("console", &["$ lyncert a", "out", "$ echo $?", "3", "$ lyncert b"]));
    let expected = |command: &str, code, output: &[&str]| Shown {
        command: command.to_owned(),
        code,
        output: output.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(console, [expected("lyncert a", 3, &["out"]), expected("lyncert b", 0, &[])]);
    let script = shown(&block(
        "sh",
        &["# a comment", "lyncert a  # ends with 1: it has errors", "lyncert b  # nothing"],
    ));
    assert_eq!(script, [expected("lyncert a", 1, &[]), expected("lyncert b", 0, &[])]);
}
