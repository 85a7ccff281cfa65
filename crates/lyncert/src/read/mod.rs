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
use lyncert_report::view::sha256_of_all;

use crate::exit::Failure;

pub(crate) use asked::{Asked, doctor_files, read_asked};
pub(crate) use passwords::read_scan_options;
pub(crate) use policy::{POLICY_FILE, PolicyFile, PolicyInput, policy_in, policy_path, read_policy};
pub(crate) use report::{read_report, read_report_bytes};
pub(crate) use topology::{
    TopologyInput, choose_topology, estates_of, parse_topology, read_export, read_topology,
};

/// All of standard input.
fn read_stdin() -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = io::stdin().lock().read_to_end(&mut bytes);
    read.context("cannot read standard input").map_err(Failure::no_input)?;
    Ok(bytes)
}

/// What is read of a file at most: the reports of the largest estates have a tenth of it.
const MAX_FILE_BYTES: u64 = 1 << 30;

/// All of a file that an argument names. A folder is refused, and so is what never ends or waits for somebody, such as a device or
/// a named pipe; what the shell hands over (`<(...)`) is read.
pub(crate) fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    read_at_most(path, MAX_FILE_BYTES)
}

fn read_at_most(path: &Path, max_bytes: u64) -> io::Result<Vec<u8>> {
    let refused = |reason: String| Err(io::Error::new(ErrorKind::InvalidInput, reason));
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return refused("it is a folder; expected a file".to_owned());
    }
    let is_handed_over = path.starts_with("/dev/fd") || path == Path::new("/dev/stdin");
    if !metadata.is_file() && !is_handed_over {
        return refused("it is no regular file".to_owned());
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(max_bytes + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > max_bytes {
        return refused(format!("it has more than {max_bytes} bytes"));
    }
    Ok(bytes)
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
        assert_eq!(read_file(&file).unwrap(), b"1234");
        assert_eq!(read_at_most(&file, 4).unwrap(), b"1234");
        let reason = |result: io::Result<Vec<u8>>| result.unwrap_err().to_string();
        assert_eq!(reason(read_at_most(&file, 3)), "it has more than 3 bytes");
        assert_eq!(reason(read_file(folder.path())), "it is a folder; expected a file");
    }

    #[cfg(unix)]
    #[test]
    fn nothing_without_an_end_is_read() {
        assert_eq!(read_file(Path::new("/dev/zero")).unwrap_err().to_string(), "it is no regular file");
    }
}
