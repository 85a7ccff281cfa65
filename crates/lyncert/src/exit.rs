//! Exit codes. They are a contract with schedulers and scripts.

use lyncert_report::scan::ScanError;

use crate::toml_reader::Mistake;

/// No open finding at or above `--fail-on`.
pub(crate) const SUCCESS: u8 = 0;
/// There are such findings.
pub(crate) const FINDINGS: u8 = 1;
/// The command line or the policy is wrong, or the output cannot be written. The argument parser uses the same code.
pub(crate) const USAGE: u8 = 2;
/// There is nothing to work on: the topology cannot be read, or the folder holds no certificate.
pub(crate) const NO_INPUT: u8 = 3;
/// Findings aside, something was not judged or not understood, and `--strict` was given; or evidence can be verified by another build only.
pub(crate) const PARTIAL: u8 = 4;
/// Another run is at work on the same output.
pub(crate) const LOCKED: u8 = 75;
/// A defect of the program.
pub(crate) const INTERNAL_ERROR: u8 = 70;

/// The worse of two exit codes: what a program or an input did wrong comes before what is wrong with certificates.
pub(crate) fn worse_code(one: u8, other: u8) -> u8 {
    const WORST_FIRST: [u8; 7] = [INTERNAL_ERROR, LOCKED, NO_INPUT, USAGE, FINDINGS, PARTIAL, SUCCESS];
    let rank = |code: u8| WORST_FIRST.iter().position(|known| *known == code);
    if rank(other) < rank(one) { other } else { one }
}

/// What a row of a table of codes says: the code, and when a command ends with it.
type Row = (u8, &'static str);

const WRONG_COMMAND_LINE: Row =
    (USAGE, "the command line or the policy is wrong, or the output cannot be written");
const NO_USABLE_INPUT: Row =
    (NO_INPUT, "no usable input: the topology cannot be read, or no certificate was found");
const CANNOT_BE_READ: Row = (NO_INPUT, "no usable input: it cannot be read");
const DEFECT: Row = (INTERNAL_ERROR, "internal error");
const AT_WORK: Row = (LOCKED, "another run is at work on the same output folder");
/// The codes of commands that judge, and those of all commands together.
const OF_JUDGMENTS: &[Row] = &[
    (SUCCESS, "no open finding at or above --fail-on (default: error)"),
    (FINDINGS, "there are such findings (--exit-zero turns this into 0)"),
    WRONG_COMMAND_LINE,
    NO_USABLE_INPUT,
    (PARTIAL, "findings aside, something was not judged or not understood, and --strict was given"),
    DEFECT,
    AT_WORK,
];
const DONE: Row = (SUCCESS, "it was done");
const PRINTED: Row = (SUCCESS, "it was printed");

/// What the help of a command says below its options.
pub(crate) struct CommandHelp {
    /// The command; empty for the program as a whole.
    pub(crate) command: &'static str,
    /// Lines that can be typed, with names of one's own files in them.
    pub(crate) examples: &'static [&'static str],
    /// The codes that it ends with.
    pub(crate) codes: &'static [Row],
}

/// Every command, and the program as a whole.
pub(crate) static HELPS: &[CommandHelp] = &[
    CommandHelp {
        command: "",
        examples: &[
            "lyncert audit topology.tbxml --certs certs --out report",
            "lyncert plan topology.tbxml",
            "lyncert explain san-missing",
        ],
        codes: OF_JUDGMENTS,
    },
    CommandHelp {
        command: "audit",
        examples: &[
            "lyncert audit topology.tbxml --certs certs --out report",
            "lyncert audit topology.xml config.zip --certs certs --out report --format html,csv,json",
            "lyncert audit collection --format json",
            "lyncert audit topology.tbxml --certs certs --pool pool01.contoso.com --fail-on warning",
        ],
        codes: OF_JUDGMENTS,
    },
    CommandHelp {
        command: "batch",
        examples: &[
            "lyncert batch estates --out reports",
            "lyncert batch estates.toml --out reports --history history --keep 90",
        ],
        codes: OF_JUDGMENTS,
    },
    CommandHelp {
        command: "plan",
        examples: &[
            "lyncert plan topology.tbxml",
            "lyncert plan topology.tbxml --order 2 --format powershell",
            "lyncert plan old.tbxml new.tbxml --diff",
        ],
        codes: &[PRINTED, WRONG_COMMAND_LINE, CANNOT_BE_READ, DEFECT, AT_WORK],
    },
    CommandHelp {
        command: "inspect",
        examples: &["lyncert inspect certs", "lyncert inspect certs --format csv"],
        codes: &[
            PRINTED,
            WRONG_COMMAND_LINE,
            (NO_INPUT, "no usable input: nothing was found that could be read"),
            (PARTIAL, "something was not understood, and --strict was given"),
            DEFECT,
        ],
    },
    CommandHelp {
        command: "check",
        examples: &[
            "lyncert check new.cer --topology topology.tbxml",
            "lyncert check new.pfx --pfx-password-file passwords.txt --topology topology.tbxml --for edge.contoso.com",
            "lyncert check edge.req --topology topology.xml --topology config.zip --usage AccessEdgeExternal --format json",
        ],
        codes: &[
            (SUCCESS, "at least one of the files fits, with warnings or without"),
            (FINDINGS, "none of them fits"),
            WRONG_COMMAND_LINE,
            (
                NO_INPUT,
                "no usable input: the topology cannot be read, or no file holds a certificate or request",
            ),
            DEFECT,
        ],
    },
    CommandHelp {
        command: "forecast",
        examples: &[
            "lyncert forecast topology.tbxml --certs certs",
            "lyncert forecast topology.tbxml --certs certs --until 2027-12-31 --format csv",
            "lyncert forecast topology.tbxml --certs certs --pool edge.contoso.com",
        ],
        codes: &[PRINTED, WRONG_COMMAND_LINE, NO_USABLE_INPUT, DEFECT],
    },
    CommandHelp {
        command: "diff",
        examples: &["lyncert diff old/report.json new/report.json"],
        codes: &[
            PRINTED,
            (FINDINGS, "there is news at or above --fail-on, and --fail-on-new was given"),
            WRONG_COMMAND_LINE,
            CANNOT_BE_READ,
            DEFECT,
        ],
    },
    CommandHelp {
        command: "report",
        examples: &[
            "lyncert report report.json --format html,csv --out again",
            "lyncert report report.json --format json",
        ],
        codes: &[(SUCCESS, "it was written or printed"), WRONG_COMMAND_LINE, CANNOT_BE_READ, DEFECT, AT_WORK],
    },
    CommandHelp {
        command: "doctor",
        examples: &[
            "lyncert doctor 0x800b0109",
            "lyncert doctor 41026 --topology topology.tbxml --certs certs",
        ],
        codes: &[
            PRINTED,
            (USAGE, "nothing of it is known, or the command line or the policy is wrong"),
            NO_USABLE_INPUT,
            DEFECT,
        ],
    },
    CommandHelp {
        command: "explain",
        examples: &[
            "lyncert explain san-missing",
            "lyncert explain topology.tbxml --name meet.contoso.com",
            "lyncert explain --list",
        ],
        codes: &[PRINTED, WRONG_COMMAND_LINE, CANNOT_BE_READ, DEFECT],
    },
    CommandHelp {
        command: "topology",
        examples: &[
            "lyncert topology topology.tbxml",
            "lyncert topology topology.xml config.zip --format json",
        ],
        codes: &[PRINTED, WRONG_COMMAND_LINE, CANNOT_BE_READ, DEFECT],
    },
    CommandHelp {
        command: "schedule",
        examples: &[
            "lyncert schedule systemd --time 03:30 -- batch /srv/estates --out /srv/reports",
            r"lyncert schedule windows --program C:\lyncert\lyncert.exe -- batch D:\estates --out D:\reports",
            r"lyncert schedule windows --name lyncert-collect --user CONTOSO\lync$ -- collector C:\lyncert\Export-LyncertCollection.ps1 -OutputPath D:\estates\contoso -Replace",
        ],
        codes: &[PRINTED, WRONG_COMMAND_LINE, DEFECT],
    },
    CommandHelp {
        command: "verify",
        examples: &[
            "lyncert verify evidence.zip",
            "lyncert verify evidence.zip --topology topology.tbxml --certs certs",
        ],
        codes: &[
            (SUCCESS, "the evidence is as it was written"),
            (FINDINGS, "it is not, or the inputs do not give the same report again"),
            WRONG_COMMAND_LINE,
            CANNOT_BE_READ,
            (PARTIAL, "nothing fails, but another build made it, and only that one can verify all of it"),
            DEFECT,
        ],
    },
    CommandHelp {
        command: "collector",
        examples: &["lyncert collector Export-LyncertCollection.ps1", r"lyncert collector C:\lyncert"],
        codes: &[DONE, WRONG_COMMAND_LINE, DEFECT],
    },
    CommandHelp {
        command: "init",
        examples: &["lyncert init", "lyncert init -"],
        codes: &[DONE, WRONG_COMMAND_LINE, DEFECT],
    },
    CommandHelp {
        command: "completions",
        examples: &["lyncert completions powershell", "lyncert completions bash"],
        codes: &[PRINTED, WRONG_COMMAND_LINE, DEFECT],
    },
    CommandHelp {
        command: "man",
        examples: &["lyncert man", "lyncert man --out man1"],
        codes: &[DONE, WRONG_COMMAND_LINE, DEFECT, AT_WORK],
    },
];

/// The examples and the codes for the help of a command.
pub(crate) fn help_of(command: &str) -> String {
    let Some(help) = HELPS.iter().find(|help| help.command == command) else { return String::new() };
    let mut lines = vec!["Examples:".to_owned()];
    lines.extend(help.examples.iter().map(|example| format!("  {example}")));
    lines.extend([String::new(), "Exit codes:".to_owned()]);
    lines.extend(help.codes.iter().map(|(code, meaning)| format!("  {code:<3} {meaning}")));
    lines.join("\n")
}

/// An error that ends the run, and its exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What the program ends with.
    pub(crate) code: u8,
    /// What went wrong, with its causes.
    pub(crate) error: anyhow::Error,
    /// Further mistakes of the same kind.
    pub(crate) more: Vec<String>,
}

impl Failure {
    /// What went wrong, with its causes, in one line.
    pub(crate) fn message(&self) -> String {
        without_numbers(&format!("{:#}", self.error))
    }

    /// The command line, the policy or an output path is wrong.
    pub(crate) fn usage(error: impl Into<anyhow::Error>) -> Self {
        Self { code: USAGE, error: error.into(), more: Vec::new() }
    }

    /// A file that people write has mistakes: at least one.
    pub(crate) fn mistakes(mistakes: &[Mistake]) -> Self {
        let mut messages = mistakes.iter().map(|mistake| format!("{}: {}", mistake.place, mistake.message));
        let first = messages.next().unwrap_or_default();
        Self { more: messages.collect(), ..Self::usage(anyhow::anyhow!(first)) }
    }

    /// There is nothing to work on.
    pub(crate) fn no_input(error: impl Into<anyhow::Error>) -> Self {
        Self { code: NO_INPUT, error: error.into(), more: Vec::new() }
    }

    /// Nothing was scanned of what was given as `what`. Roots without a certificate are a mistake of the command line: every chain would
    /// be judged by them.
    pub(crate) fn scan(what: &'static str) -> impl Fn(ScanError) -> Self {
        move |error| match error {
            ScanError::Unreadable { path, reason } => {
                Self::no_input(anyhow::anyhow!("cannot read the {what} `{}`: {reason}", path.display()))
            }
            ScanError::NoRoot { .. } => Self::usage(error),
            ScanError::UnreadableRoots { .. } => Self::no_input(error),
        }
    }

    /// Another run holds the lock of the output folder.
    pub(crate) fn locked(error: impl Into<anyhow::Error>) -> Self {
        Self { code: LOCKED, error: error.into(), more: Vec::new() }
    }

    /// The output could not be written. Where it goes is said on the command line, so the code is that of a wrong one: a scheduler
    /// has to ask for room or another place, and not for a repair of the program.
    pub(crate) fn output(error: impl Into<anyhow::Error>) -> Self {
        Self::usage(error)
    }

    /// A defect of the program, or a system that does not give it what every program gets.
    pub(crate) fn internal(error: impl Into<anyhow::Error>) -> Self {
        Self { code: INTERNAL_ERROR, error: error.into(), more: Vec::new() }
    }
}

/// A message without the numbers that the standard library puts behind the words of the operating system.
fn without_numbers(message: &str) -> String {
    const MARK: &str = " (os error ";
    let mut plain = String::with_capacity(message.len());
    let mut rest = message;
    while let Some((before, after)) = rest.split_once(MARK) {
        plain.push_str(before);
        rest = match after.split_once(')') {
            Some((number, behind)) if number.bytes().all(|byte| byte.is_ascii_digit()) => behind,
            Some(_) | None => {
                plain.push_str(MARK);
                after
            }
        };
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::{CommandFactory, Parser};

    use super::*;
    use crate::args::Args;

    #[test]
    fn the_worst_code_stands_for_all() {
        for (one, other, expected) in [
            (SUCCESS, SUCCESS, SUCCESS),
            (SUCCESS, PARTIAL, PARTIAL),
            (FINDINGS, PARTIAL, FINDINGS),
            (NO_INPUT, FINDINGS, NO_INPUT),
            (USAGE, NO_INPUT, NO_INPUT),
            (INTERNAL_ERROR, NO_INPUT, INTERNAL_ERROR),
        ] {
            assert_eq!((worse_code(one, other), worse_code(other, one)), (expected, expected));
        }
    }

    #[test]
    fn messages_have_the_words_of_the_system_and_not_its_numbers() {
        let error = std::io::Error::from_raw_os_error(21);
        let failure = Failure::usage(anyhow::Error::from(error).context("cannot read `a (os error x)`"));
        let message = failure.message();
        assert!(message.starts_with("cannot read `a (os error x)`: "), "{message}");
        assert!(!message.contains("(os error 21)"), "{message}");
    }

    #[test]
    fn the_help_of_the_program_names_every_code() {
        let help = help_of("");
        for code in [SUCCESS, FINDINGS, USAGE, NO_INPUT, PARTIAL, INTERNAL_ERROR, LOCKED] {
            assert!(help.lines().any(|line| line.starts_with(&format!("  {code:<4}"))), "{code}");
        }
    }

    #[test]
    fn every_command_has_examples_that_it_takes_and_the_codes_of_all_commands() {
        let program = Args::command();
        let commands: Vec<&str> = program.get_subcommands().map(|command| command.get_name()).collect();
        let told: Vec<&str> = HELPS.iter().map(|help| help.command).filter(|name| !name.is_empty()).collect();
        assert_eq!(BTreeSet::from_iter(commands), BTreeSet::from_iter(told));
        for CommandHelp { command, examples, codes } in HELPS {
            for example in *examples {
                let parsed = Args::try_parse_from(example.split(' '));
                assert!(parsed.is_ok(), "{example}: {}", parsed.err().unwrap());
                assert!(example.starts_with(format!("lyncert {command}").trim_end()), "{example}");
            }
            assert!(
                !examples.is_empty() && codes.is_sorted_by(|(one, _), (next, _)| one < next),
                "{command}"
            );
        }
    }
}
