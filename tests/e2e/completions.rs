//! What shells and `man` are given: all of the command line, in the same bytes everywhere.

use std::collections::BTreeSet;
use std::fs;
#[cfg(unix)]
use std::io::Write;
use std::process::Command;
#[cfg(unix)]
use std::process::Stdio;

use crate::support::{folder, run, text};

const SHELLS: [&str; 4] = ["bash", "fish", "powershell", "zsh"];

/// The commands that the help lists.
fn commands() -> Vec<String> {
    let help = run(&["--help"]).out;
    let (_, list) = help.split_once("Commands:\n").unwrap();
    let lines = list.lines().take_while(|line| line.starts_with("  "));
    let names =
        lines.filter(|line| !line.starts_with("    ")).map(|line| line.split_whitespace().next().unwrap());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

/// The long options that the help of a command lists.
fn options(command: &str) -> BTreeSet<String> {
    let help = run(&[command, "--help"]).out;
    let lines = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let words = lines.flat_map(|line| line.split([' ', ',']).take(3).map(str::to_owned).collect::<Vec<_>>());
    words.filter(|word| word.starts_with("--") && word.len() > 2).collect()
}

fn completions(shell: &str) -> String {
    let run = run(&["completions", shell]);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{shell}");
    run.out
}

#[test]
fn every_command_and_option_is_in_the_completions_of_every_shell() {
    let commands = commands();
    assert!(commands.len() > 14, "{commands:?}");
    for shell in SHELLS {
        let script = completions(shell);
        for command in &commands {
            assert!(script.contains(command.as_str()), "{shell} lacks {command}");
            for option in options(command) {
                // fish writes them without their hyphens.
                let bare = option.trim_start_matches("--");
                let written = if shell == "fish" { format!("-l {bare}") } else { option.clone() };
                assert!(script.contains(&written), "{shell} lacks {command} {option}");
            }
        }
    }
}

#[test]
fn a_shell_that_is_not_known_is_refused_with_those_that_are() {
    let run = run(&["completions", "cmd"]);
    assert_eq!(run.code, 2);
    for shell in SHELLS {
        assert!(run.err.contains(shell), "{}", run.err);
    }
}

/// What bash offers after a line.
#[cfg(unix)]
fn offered_by_bash(line: &[&str]) -> Vec<String> {
    let words: Vec<String> = line.iter().map(|word| format!("'{word}'")).collect();
    let script = format!(
        "{}\nCOMP_WORDS=({})\nCOMP_CWORD={}\n_lyncert lyncert '{}' '{}'\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n",
        completions("bash"),
        words.join(" "),
        line.len() - 1,
        line[line.len() - 1],
        line[line.len() - 2],
    );
    let mut bash = Command::new("bash")
        .args(["--noprofile", "--norc"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    bash.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let output = bash.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// Bash is where Unix is; nothing else here needs it.
#[cfg(unix)]
#[test]
fn bash_completes_commands_options_and_their_values() {
    assert_eq!(offered_by_bash(&["lyncert", "fore"]), ["forecast"]);
    assert_eq!(offered_by_bash(&["lyncert", "audit", "--fail-on-"]), ["--fail-on-new"]);
    assert_eq!(offered_by_bash(&["lyncert", "audit", "--fail-on", ""]), ["error", "warning", "info"]);
    assert_eq!(offered_by_bash(&["lyncert", "schedule", "s"]), ["systemd"]);
}

#[test]
fn every_command_and_option_is_in_the_manual_pages() {
    let out = folder(&[]);
    let run_out = run(&["man", "--out", text(out.path())]);
    assert_eq!((run_out.code, run_out.err.as_str()), (0, ""));
    let main = fs::read_to_string(out.path().join("lyncert.1")).unwrap();
    // Manual pages write a hyphen that is one as `\-`.
    let shown = |page: &str| page.replace("\\-", "-");
    let commands = commands();
    for command in &commands {
        assert!(shown(&main).contains(&format!("lyncert-{command}(1)")), "{command}");
        let page = fs::read_to_string(out.path().join(format!("lyncert-{command}.1"))).unwrap();
        assert!(page.contains("\n.SH NAME\n") && page.contains("Exit codes:"), "{command}");
        for option in options(command) {
            assert!(shown(&page).contains(&option), "{command} {option}");
        }
    }
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), commands.len() + 1);
    assert_eq!(shown(&main).matches("(1)\n").count(), commands.len(), "no page is named that is not there");
}

#[test]
fn manual_pages_are_the_same_bytes_again_and_take_no_file_of_others() {
    let out = folder(&[("lyncert-audit.1", b".TH mine 1\n")]);
    let refused = run(&["man", "--out", text(out.path())]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("not written by lyncert"), "{}", refused.err);
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 1, "nothing was written");
    let first = folder(&[]);
    let page = |name: &str| fs::read(first.path().join(name)).unwrap();
    assert_eq!(run(&["man", "--out", text(first.path())]).code, 0);
    let (main, audit) = (page("lyncert.1"), page("lyncert-audit.1"));
    assert_eq!(run(&["man", "--out", text(first.path())]).code, 0, "its own pages are replaced");
    assert!(main == page("lyncert.1") && audit == page("lyncert-audit.1"));
    assert_eq!(run(&["man"]).out.as_bytes(), main, "the page of the program is printed");
}

/// groff and mandoc read the pages without a warning, where they are.
#[test]
fn manual_pages_are_read_without_a_warning() {
    let out = folder(&[]);
    assert_eq!(run(&["man", "--out", text(out.path())]).code, 0);
    for (program, arguments) in
        [("groff", &["-man", "-Tutf8", "-ww", "-z"][..]), ("mandoc", &["-Tlint", "-Wwarning"])]
    {
        for entry in fs::read_dir(out.path()).unwrap() {
            let page = entry.unwrap().path();
            let Ok(output) = Command::new(program).args(arguments).arg(&page).output() else {
                assert!(std::env::var_os("CI").is_none() || program == "mandoc", "{program} is missing");
                continue;
            };
            let said = [output.stdout, output.stderr].concat();
            assert_eq!(String::from_utf8_lossy(&said), "", "{program} {}", page.display());
        }
    }
}
