//! Reading the files that a command is given: exports, policies, reports, passwords.

mod asked;
mod passwords;
mod policy;
mod report;
mod topology;

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use anyhow::Context;
use lyncert_ingest::format::MAX_DOCUMENT_BYTES;
use lyncert_report::view::sha256_of_all;

use crate::exit::Failure;

pub(crate) use asked::{Asked, doctor_files, read_asked};
pub(crate) use passwords::read_scan_options;
pub(crate) use policy::{POLICY_FILE, PolicyFile, PolicyInput, policy_in, policy_path, read_policy};
pub(crate) use report::{read_report, read_report_bytes};
pub(crate) use topology::{
    FoundExports, TopologyInput, choose_topology, estates_of, parse_topology, read_export,
};

/// What a file is read for. So much of it is read at most: a byte more, and it is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ReadFor {
    /// An export, or a collection in an archive.
    Export,
    /// A policy or a manifest of estates, which people write.
    Settings,
    /// A list of passwords.
    Passwords,
    /// A text with events, for `doctor`.
    Text,
    /// A report, an index or evidence, which lyncert wrote: those of the largest estates have a tenth of it.
    Report,
}

impl ReadFor {
    fn max_bytes(self) -> u64 {
        const MIB: u64 = 1 << 20;
        match self {
            Self::Export => MAX_DOCUMENT_BYTES as u64,
            Self::Settings => 16 * MIB,
            Self::Passwords => MIB,
            Self::Text => 64 * MIB,
            Self::Report => 1024 * MIB,
        }
    }
}

/// All of standard input.
fn read_stdin(read_for: ReadFor) -> Result<Vec<u8>, Failure> {
    let read = read_whole(io::stdin().lock(), read_for.max_bytes());
    read.context("cannot read standard input").map_err(Failure::no_input)
}

/// All of a file that an argument names. A folder is refused, and so is what never ends or waits for somebody, such as a device or
/// a named pipe; what the shell hands over (`<(...)`) is read.
pub(crate) fn read_file(path: &Path, read_for: ReadFor) -> io::Result<Vec<u8>> {
    read_at_most(path, read_for.max_bytes()).map_err(in_plain_words)
}

/// What is wrong most often, in words that are the same on every system.
fn in_plain_words(error: io::Error) -> io::Error {
    const WORDS: [(ErrorKind, &str); 2] =
        [(ErrorKind::NotFound, "it does not exist"), (ErrorKind::PermissionDenied, "permission denied")];
    let words = WORDS.iter().find(|(kind, _)| *kind == error.kind());
    words.map_or(error, |(kind, words)| io::Error::new(*kind, *words))
}

/// All that there is to read, up to a limit.
fn read_whole(source: impl Read, max_bytes: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > max_bytes {
        return Err(refused(format!("it has more than {max_bytes} bytes")));
    }
    Ok(bytes)
}

fn refused(reason: String) -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, reason)
}

fn read_at_most(path: &Path, max_bytes: u64) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(refused("it is a folder; expected a file".to_owned()));
    }
    let is_handed_over = path.starts_with("/dev/fd") || path == Path::new("/dev/stdin");
    if !metadata.is_file() && !is_handed_over {
        return Err(refused("it is no regular file".to_owned()));
    }
    read_whole(File::open(path)?, max_bytes)
}

/// SHA-256 of a file, read in pieces, in upper-case hexadecimal.
pub(crate) fn sha256_of_file(path: &Path) -> io::Result<String> {
    sha256_of_all(File::open(path)?)
}

/// The last part of a path, for messages and reports: they should not depend on where a file lies.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_up_to_a_limit_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        fs::write(&file, b"1234").unwrap();
        assert_eq!(read_file(&file, ReadFor::Passwords).unwrap(), b"1234");
        assert_eq!(read_at_most(&file, 4).unwrap(), b"1234");
        let reason = |result: io::Result<Vec<u8>>| result.unwrap_err().to_string();
        assert_eq!(reason(read_at_most(&file, 3)), "it has more than 3 bytes");
        assert_eq!(reason(read_file(folder.path(), ReadFor::Export)), "it is a folder; expected a file");
    }

    #[test]
    fn each_kind_of_file_is_read_up_to_its_limit_and_a_byte() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        for (read_for, limit) in [
            (ReadFor::Export, 67_108_864),
            (ReadFor::Settings, 16_777_216),
            (ReadFor::Passwords, 1_048_576),
            (ReadFor::Text, 67_108_864),
        ] {
            // A file with holes takes no room.
            let file = File::create(&path).unwrap();
            file.set_len(limit).unwrap();
            assert_eq!(read_file(&path, read_for).unwrap().len() as u64, limit, "{read_for:?}");
            file.set_len(limit + 1).unwrap();
            let reason = read_file(&path, read_for).unwrap_err().to_string();
            assert_eq!(reason, format!("it has more than {limit} bytes"));
        }
        File::create(&path).unwrap().set_len(1 << 40).unwrap();
        assert!(read_file(&path, ReadFor::Passwords).is_err(), "what is far too large is not read first");
    }

    #[cfg(unix)]
    #[test]
    fn nothing_without_an_end_is_read() {
        assert_eq!(
            read_file(Path::new("/dev/zero"), ReadFor::Text).unwrap_err().to_string(),
            "it is no regular file"
        );
    }
}
