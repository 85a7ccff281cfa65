//! Running the program, and what its tests share.

pub(crate) mod collection;
mod command;
pub(crate) mod estates;
pub(crate) mod evidence;
pub(crate) mod mutated;
mod strict;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use lyncert_report::render::{FORMATS, Format};
use serde_json::Value;

pub(crate) use command::{Audit, Batch, Check, CommandLine, Forecast, Inspect, Plan, Verify};

/// The time that samples are judged by.
pub(crate) const AT: &str = "2026-11-22T12:00:00Z";

pub(crate) fn root() -> PathBuf {
    // A program that was built elsewhere for Windows knows this path without a drive.
    std::path::absolute(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).expect("the test has a folder")
}

pub(crate) fn sample(path: &str) -> PathBuf {
    root().join("samples").join(path)
}

/// The names of the files that these formats become, in the order in which they are written.
pub(crate) fn files_of(is_meant: fn(&Format) -> bool) -> impl Iterator<Item = &'static str> {
    let formats = FORMATS.iter().filter(move |format| is_meant(format));
    formats.flat_map(|format| format.files).map(|(name, _)| *name)
}

/// The names of the files that an audit writes when nobody chooses formats.
pub(crate) fn default_files() -> impl Iterator<Item = &'static str> {
    files_of(|format| format.by_default)
}

/// The program, without what the environment may add.
pub(crate) fn lyncert(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lyncert"));
    command.args(arguments).env_remove("RUST_BACKTRACE").stdin(Stdio::null());
    command
}

pub(crate) fn run(arguments: &[&str]) -> Run {
    Run::from(lyncert(arguments).output().expect("the program starts"))
}

pub(crate) fn run_with_input(arguments: &[&str], input: &[u8]) -> Run {
    let mut child = lyncert(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child
        .stdin
        .take()
        .expect("standard input is a pipe")
        .write_all(input)
        .expect("the program reads its input");
    Run::from(child.wait_with_output().expect("the program ends"))
}

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().expect("the program is not killed"),
            out: String::from_utf8(output.stdout).expect("output is UTF-8"),
            err: String::from_utf8(output.stderr).expect("messages are UTF-8"),
        }
    }
}

impl Run {
    /// What was printed, as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }
}

/// A file of JSON.
pub(crate) fn json(path: &Path) -> Value {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The report in an output folder.
pub(crate) fn report(out: impl AsRef<Path>) -> Value {
    json(&out.as_ref().join("report.json"))
}

/// An argument for a path.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("test paths are UTF-8")
}

/// Writes files into a new folder.
pub(crate) fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    }
    folder
}

/// Compares bytes with a golden file, or writes it when `UPDATE_EXPECT` is set. Byte for byte: line ends are a part of
/// the promise.
pub(crate) fn golden(path: &Path, found: &[u8]) {
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::create_dir_all(path.parent().expect("a file has a folder"))
            .expect("the folder of golden files");
        std::fs::write(path, found).expect("the golden file");
        return;
    }
    let expected = std::fs::read(path).unwrap_or_default();
    if expected != found {
        let (expected, found) = (String::from_utf8_lossy(&expected), String::from_utf8_lossy(found));
        let difference =
            expected.lines().zip(found.lines()).enumerate().find(|(_, (one, other))| one != other);
        panic!(
            "{} differs from what was found (`just update` rewrites it); first difference: {difference:#?}",
            path.display()
        );
    }
}
