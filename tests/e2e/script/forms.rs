//! How the script is written: for every Windows PowerShell from 2.0 on, for every culture, and with help for whoever runs it.

use std::collections::BTreeSet;

use super::{Found, Part, invocations, text, tree};

/// Operators that Windows PowerShell 2.0 has. `-in` and `-notin` are of 3.0.
const OPERATORS: &[&str] = &[
    "-eq",
    "-ne",
    "-gt",
    "-ge",
    "-lt",
    "-le",
    "-like",
    "-match",
    "-notmatch",
    "-cmatch",
    "-ceq",
    "-contains",
    "-notcontains",
    "-cnotcontains",
    "-replace",
    "-creplace",
    "-split",
    "-join",
    "-is",
];

#[test]
fn the_script_is_ascii_with_line_ends_of_windows() {
    let script = text();
    assert!(script.is_ascii());
    assert!(script.ends_with("}\r\n"));
    assert_eq!(script.matches('\n').count(), script.matches("\r\n").count());
    assert_eq!(script.matches('\r').count(), script.matches("\r\n").count());
    let signs = script.bytes().filter(|byte| *byte < b' ' && !b"\r\n".contains(byte)).count();
    assert_eq!(signs, 0, "there are neither tabs nor other signs");
}

#[test]
fn the_script_has_the_version_of_the_program() {
    let script = text();
    let version = env!("CARGO_PKG_VERSION");
    assert!(script.contains(&format!("$ScriptVersion = '{version}'\r\n")));
    assert!(script.contains(&format!("\r\nVersion: {version}\r\n")));
}

/// The parameters of the script itself.
fn parameters(tree: &Part) -> BTreeSet<String> {
    let block = tree.child("param_block").expect("the script has parameters");
    let names = block.of_kind("script_parameter").into_iter().filter_map(|one| one.child("variable"));
    names.map(|name| name.text().trim_start_matches('$').to_owned()).collect()
}

#[test]
fn every_parameter_has_its_help_and_every_help_its_parameter() {
    let script = text();
    let help = script.split("#>").next().unwrap();
    let told: Vec<(&str, &str)> = help
        .split("\r\n.PARAMETER ")
        .skip(1)
        .map(|part| part.split_once("\r\n").unwrap())
        .map(|(name, words)| (name, words.split("\r\n.").next().unwrap().trim()))
        .collect();
    for (name, words) in &told {
        assert!(words.len() > 20, "{name}: {words}");
    }
    let told: BTreeSet<String> = told.into_iter().map(|(name, _)| name.to_owned()).collect();
    assert_eq!(told, parameters(&tree(&script)));
    for part in [".SYNOPSIS", ".DESCRIPTION", ".EXAMPLE", ".NOTES"] {
        assert!(help.contains(&format!("\r\n{part}\r\n")), "{part}");
    }
    // A line above without a blank one between them would be a part of the help, which then is none.
    assert!(
        help.starts_with("#requires -version 2.0\r\n\r\n<#\r\n.SYNOPSIS\r\n"),
        "help stands before everything else"
    );
    for code in ["0 everything", "4 a part", "3 nothing", "2 wrong"] {
        assert!(help.contains(code), "{code}");
    }
}

#[track_caller]
fn none<'a>(what: &str, found: impl Iterator<Item = &'a Found>) {
    let found: Vec<&Found> = found.collect();
    assert!(found.is_empty(), "{what}: {found:#?}");
}

#[test]
fn nothing_is_newer_than_powershell_2() {
    let script = text();
    let tree = tree(&script);
    let operators = tree.of_kind("comparison_operator").into_iter().map(|part| &part.found);
    let is_new = |found: &&Found| !OPERATORS.contains(&found.text.to_ascii_lowercase().as_str());
    none("operators", operators.filter(is_new));
    let newer = ["$using:", "$psscriptroot", "$pscommandpath", "$psitem", "$islinux", "$iswindows"];
    let variables = tree.of_kind("variable").into_iter().map(|part| &part.found);
    none(
        "variables",
        variables.filter(|found| {
            let name = found.text.to_ascii_lowercase();
            newer.iter().any(|newer| name.starts_with(newer))
        }),
    );
    let names = ["new", "where", "foreach"];
    let invoked = invocations(&tree);
    let is_newer = |name: &str| names.contains(&name.to_ascii_lowercase().as_str());
    none("members", invoked.iter().filter(|(_, name, _)| is_newer(name)).map(|(part, ..)| &part.found));
    for kind in ["class_statement", "enum_statement", "using_statement"] {
        none(kind, tree.of_kind(kind).into_iter().map(|part| &part.found));
    }
    let plain = script.to_ascii_lowercase();
    for form in ["[ordered]", "[pscustomobject]", "-nonewline", "action ignore", "get-ciminstance"] {
        assert!(!plain.contains(form), "{form}");
    }
    let raw = tree.of_kind("command_parameter").into_iter().map(|part| &part.found);
    none(
        "parameters",
        raw.filter(|found| {
            ["-raw", "-file", "-directory"].contains(&found.text.to_ascii_lowercase().as_str())
        }),
    );
}

#[test]
fn filters_are_written_out() {
    // `Where-Object Name -eq x` and `ForEach-Object Name` are of 3.0.
    let tree = tree(&text());
    for command in tree.of_kind("command") {
        let name = command.child("command_name").map(Part::text);
        if matches!(name, Some("Where-Object" | "ForEach-Object")) {
            let elements = command.child("command_elements").map(|part| part.text().trim_start().to_owned());
            assert!(elements.is_some_and(|text| text.starts_with('{')), "{:?}", command.found);
        }
    }
}

#[test]
fn no_culture_gets_into_what_is_written() {
    let script = text();
    let tree = tree(&script);
    assert_eq!(tree.of_kind("format_operator").len(), 0, "-f goes by the culture");
    assert!(!script.contains("Get-Date"));
    for (part, name, arguments) in invocations(&tree) {
        if name == "ToString" {
            let digits = ["('x4')", "('X2')"].contains(&arguments.as_str());
            let is_fixed = digits || arguments == "()" || arguments.contains("nvariant");
            assert!(is_fixed, "{:?}", part.found);
        }
        assert!(!["ToLower", "ToUpper"].contains(&name.as_str()), "{:?}", part.found);
    }
    let writing = ["Set-Content", "Add-Content", "Export-Clixml"];
    for command in tree.of_kind("command") {
        if command.child("command_name").is_some_and(|name| writing.contains(&name.text())) {
            let text = command.text();
            assert!(text.contains("-Encoding UTF8") || text.contains("-Encoding Byte"), "{text}");
        }
    }
}

#[test]
fn nothing_asks_anybody() {
    let script = text();
    let tree = tree(&script);
    // A parameter that is missing would be asked for.
    assert!(!script.contains("Mandatory"));
    for command in tree.of_kind("command") {
        let name = command.child("command_name").map(Part::text);
        if name == Some("Remove-Item") {
            assert!(command.text().contains("-Confirm:$false"), "{}", command.text());
            assert!(!command.text().contains("-Recurse"), "{}", command.text());
        }
    }
}

#[test]
fn strictness_and_its_like_bind_nothing_but_the_script() {
    // Outside of a function it would reach the product's modules, and stay in an administrator's session.
    let script = text();
    let tree = tree(&script);
    let strict: Vec<&Found> = tree
        .of_kind("command_name")
        .into_iter()
        .map(|part| &part.found)
        .filter(|found| found.text == "Set-StrictMode")
        .collect();
    let inside: Vec<&str> = strict.iter().map(|found| found.function.as_str()).collect();
    assert_eq!(inside, ["Get-Everything", "Invoke-Main"]);
    // What a profile sets decides nothing.
    for preference in
        ["$ConfirmPreference = 'None'", "$WhatIfPreference = $false", "$PSDefaultParameterValues = @{}"]
    {
        assert!(script.contains(&format!("\r\n{preference}\r\n")), "{preference}");
    }
}

#[test]
fn the_block_for_servers_uses_nothing_of_this_computer() {
    // What runs elsewhere has neither the script's functions nor its variables.
    let script = text();
    let tree = tree(&script);
    let block = assigned_block(&tree, "$ServerBlock");
    let inside: BTreeSet<&str> = block.of_kind("function_name").into_iter().map(Part::text).collect();
    let outside: BTreeSet<&str> = tree
        .of_kind("function_name")
        .into_iter()
        .filter(|name| !block.bytes.contains(&name.bytes.start))
        .map(Part::text)
        .collect();
    assert!(inside.len() > 8, "{inside:?}");
    let calls = block.of_kind("command_name").into_iter().map(|part| &part.found);
    none("functions", calls.filter(|found| outside.contains(found.text.as_str())));
    let scoped = block.of_kind("variable").into_iter().map(|part| &part.found);
    none("variables", scoped.filter(|found| found.text.to_ascii_lowercase().starts_with("$script:")));
    // And the other way round.
    let elsewhere =
        tree.of_kind("command_name").into_iter().filter(|part| !block.bytes.contains(&part.bytes.start));
    none(
        "functions of the block",
        elsewhere.map(|part| &part.found).filter(|found| inside.contains(found.text.as_str())),
    );
}

/// The block that is assigned to a variable.
fn assigned_block<'a>(tree: &'a Part, variable: &str) -> &'a Part {
    let assigned = tree.of_kind("assignment_expression").into_iter();
    assigned
        .filter(|part| part.children.first().is_some_and(|left| left.text() == variable))
        .find_map(|part| part.of_kind("script_block_expression").first().copied())
        .unwrap_or_else(|| panic!("{variable} is a block"))
}
