//! What `doctor` is asked: words, files with pasted texts, or standard input.

use std::path::{Path, PathBuf};

use anyhow::Context;
use lyncert_ingest::decode::decode;

use super::{ReadFor, file_name, read_file, read_stdin};
use crate::exit::Failure;

/// What was asked.
pub(crate) struct Asked {
    /// How it is called in messages and views: the words themselves, or names of files.
    pub(crate) title: String,
    /// The texts: arguments each by itself, or all files together.
    pub(crate) texts: Vec<String>,
    /// Whether the texts were read and are not on the command line.
    pub(crate) is_read: bool,
    /// Whether one word was asked that is written like a path, or is that of a folder, and names no file.
    pub(crate) names_no_file: bool,
}

/// The files among the arguments of `doctor`: all of them, or none where one is no file.
pub(crate) fn doctor_files(query: &[String]) -> Vec<PathBuf> {
    if !query.iter().all(|argument| argument == "-" || names_file(argument)) {
        return Vec::new();
    }
    query.iter().filter(|argument| *argument != "-").map(PathBuf::from).collect()
}

/// Whether an argument is a file: it is there, and its name is that of a file. A code or a word that happens to be the name of a file
/// is still a code.
fn names_file(argument: &str) -> bool {
    let path = Path::new(argument);
    is_path(argument) && path.is_file()
}

fn is_path(argument: &str) -> bool {
    argument.contains(['/', '\\']) || Path::new(argument).extension().is_some()
}

/// Whether the only argument looks as if a file was meant, and is none.
fn names_no_file(query: &[String]) -> bool {
    let [argument] = query else { return false };
    !argument.contains(char::is_whitespace) && (is_path(argument) || Path::new(argument).is_dir())
}

/// Reads what was asked.
pub(crate) fn read_asked(query: &[String]) -> Result<Asked, Failure> {
    let has_stdin = query.iter().any(|argument| argument == "-");
    if doctor_files(query).is_empty() && !(has_stdin && query.len() == 1) {
        return Ok(Asked {
            title: query.join(" "),
            texts: query.to_vec(),
            is_read: false,
            names_no_file: names_no_file(query),
        });
    }
    let names: Vec<String> = query.iter().map(|argument| file_name(Path::new(argument))).collect();
    let texts: Result<Vec<String>, Failure> = query.iter().map(|argument| read_text(argument)).collect();
    Ok(Asked { title: names.join(", "), texts: vec![texts?.join("\n")], is_read: true, names_no_file: false })
}

/// The event viewer and PowerShell write UTF-16.
fn read_text(argument: &str) -> Result<String, Failure> {
    let bytes = match argument {
        "-" => read_stdin(ReadFor::Text)?,
        path => read_file(Path::new(path), ReadFor::Text)
            .with_context(|| format!("cannot read `{path}`"))
            .map_err(Failure::no_input)?,
    };
    Ok(decode(&bytes).text)
}
