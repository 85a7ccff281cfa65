//! Passwords of archives, and what else a scan is told.

use anyhow::{Context, anyhow};
use lyncert_ingest::decode::decode_unicode;
use lyncert_report::scan::ScanOptions;
use zeroize::Zeroizing;

use super::{ReadFor, read_file, read_stdin};
use crate::args::ScanArgs;
use crate::exit::Failure;
use crate::location::resolved;
use crate::log;

/// Environment variable with a password of archives.
const PASSWORD_VARIABLE: &str = "LYNCERT_PFX_PASSWORD";

/// How to scan by the arguments: passwords from a file, the environment or standard input, the roots, and what is left
/// out.
pub(crate) fn read_scan_options(args: &ScanArgs) -> Result<ScanOptions, Failure> {
    let mut options = ScanOptions::default();
    options.passwords = read_passwords(args)?;
    options.roots.clone_from(&args.roots);
    // What this run says is no input of it.
    options.left_out.extend(log::path().map(resolved));
    Ok(options)
}

/// The passwords, never given as an argument: other users of the machine can read the arguments of a process.
fn read_passwords(args: &ScanArgs) -> Result<Vec<Zeroizing<String>>, Failure> {
    let mut passwords = Vec::new();
    if let Some(path) = &args.pfx_password_file {
        let bytes = read_file(path, ReadFor::Passwords)
            .map(Zeroizing::new)
            .with_context(|| format!("cannot read the password file `{}`", path.display()))
            .map_err(Failure::usage)?;
        let text = unicode_text(&bytes).ok_or_else(|| {
            Failure::usage(anyhow!("the password file `{}` is neither UTF-8 nor UTF-16 text", path.display()))
        })?;
        passwords.extend(password_lines(&text));
    }
    if let Ok(password) = std::env::var(PASSWORD_VARIABLE) {
        passwords.push(Zeroizing::new(password));
    }
    if args.pfx_password_stdin {
        let bytes = Zeroizing::new(read_stdin(ReadFor::Passwords)?);
        let text = unicode_text(&bytes).ok_or_else(|| {
            Failure::usage(anyhow!("the password on standard input is neither UTF-8 nor UTF-16 text"))
        })?;
        passwords.extend(password_lines(&text));
    }
    Ok(passwords)
}

/// A text that is overwritten once it is not needed any more.
fn unicode_text(bytes: &[u8]) -> Option<Zeroizing<String>> {
    decode_unicode(bytes).map(Zeroizing::new)
}

/// One password a line, without line ends.
fn password_lines(text: &str) -> Vec<Zeroizing<String>> {
    let lines = text.lines().filter(|line| !line.is_empty());
    lines.map(|line| Zeroizing::new(line.to_owned())).collect()
}
