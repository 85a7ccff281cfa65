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
/// Findings aside, something was not judged or not understood, and `--strict` was given.
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

/// The table for `--help`.
pub(crate) const HELP: &str = "\
Exit codes:
  0   no open finding at or above --fail-on (default: error)
  1   there are such findings (--exit-zero turns this into 0)
  2   the command line or the policy is wrong, or the output cannot be written
  3   no usable input: the topology cannot be read, or no certificate was found
  4   findings aside, something was not judged or not understood, and --strict was given
  70  internal error
  75  another run is at work on the same output folder";

/// The examples and the table for the help of `check`, whose findings are about files that are not in use yet.
pub(crate) const CHECK_HELP: &str = "\
Examples:
  lyncert check new.cer --topology topology.tbxml
  lyncert check new.pfx --pfx-password-file passwords.txt --topology topology.tbxml --for edge.contoso.com
  lyncert check edge.req --topology topology.xml config.zip --usage AccessEdgeExternal --format json

Exit codes:
  0   at least one of the files fits, with warnings or without
  1   none of them fits
  2   the command line or the policy is wrong, or the output cannot be written
  3   no usable input: the topology cannot be read, or no file holds a certificate or request
  70  internal error";

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

    /// Nothing was scanned. Roots without a certificate are a mistake of the command line: every chain would be judged by them.
    pub(crate) fn scan(error: ScanError) -> Self {
        if matches!(error, ScanError::NoRoot { .. }) { Self::usage(error) } else { Self::no_input(error) }
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
    use super::*;

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
    fn the_help_names_every_code() {
        for code in [SUCCESS, FINDINGS, USAGE, NO_INPUT, PARTIAL, INTERNAL_ERROR, LOCKED] {
            assert!(HELP.lines().any(|line| line.starts_with(&format!("  {code:<4}"))), "{code}");
        }
    }
}
