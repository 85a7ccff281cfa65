//! What Windows makes of a path, told by its text alone, so that every system can test it.

use std::borrow::Cow;
use std::ffi::OsString;

use lyncert_report::render::is_device_name;

/// How a path starts: from where it is counted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Start {
    /// `C:\…`.
    Drive,
    /// `C:…`: below the folder that the drive stands in, whichever that is.
    FolderOfDrive,
    /// `\…`: on the drive that the program stands in.
    RootOfDrive,
    /// `\\server\share\…`.
    Share,
    /// `\\?\…`: taken as it stands, with nothing dropped or resolved.
    Verbatim,
    /// `\\.\…`: a device, such as a pipe.
    Device,
    /// Below the folder that the program stands in.
    Folder,
}

/// How a path starts, and what follows.
pub(crate) fn start_of(path: &str) -> (Start, &str) {
    if let Some(rest) = path.strip_prefix(r"\\?\") {
        return (Start::Verbatim, rest.strip_prefix(r"UNC\").unwrap_or_else(|| after_drive(rest)));
    }
    let mut rest = path.chars();
    match (rest.next(), rest.next(), rest.next(), rest.next()) {
        (Some('\\' | '/'), Some('\\' | '/'), Some('.' | '?'), Some('\\' | '/')) => {
            (Start::Device, rest.as_str())
        }
        (Some('\\' | '/'), Some('\\' | '/'), Some(_), _) => {
            (Start::Share, path.trim_start_matches(SEPARATORS))
        }
        (Some('\\' | '/'), ..) => (Start::RootOfDrive, path.trim_start_matches(SEPARATORS)),
        (Some(drive), Some(':'), Some('\\' | '/'), _) if drive.is_ascii_alphabetic() => {
            (Start::Drive, after_drive(path))
        }
        (Some(drive), Some(':'), ..) if drive.is_ascii_alphabetic() => {
            (Start::FolderOfDrive, after_drive(path))
        }
        _ => (Start::Folder, path),
    }
}

const SEPARATORS: [char; 2] = ['\\', '/'];

/// A path without the letter of its drive.
fn after_drive(path: &str) -> &str {
    match path.split_once(':') {
        Some((drive, rest)) if drive.len() == 1 && drive.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            rest
        }
        Some(_) | None => path,
    }
}

/// Whether a path leads to the same place from wherever it is looked at.
pub(crate) fn is_absolute(path: &str) -> bool {
    match start_of(path).0 {
        Start::Drive | Start::Share | Start::Verbatim | Start::Device => true,
        Start::FolderOfDrive | Start::RootOfDrive | Start::Folder => false,
    }
}

/// What is done at a path.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Use {
    /// Something is read.
    Read,
    /// Something is written.
    Written,
}

/// Why a path cannot be what was meant, where Windows itself would say no more than "invalid name", or would take something else
/// without a word: a device, a stream, or the name without its end.
pub(crate) fn refusal(path: &str, used: Use) -> Option<String> {
    let (start, rest) = start_of(path);
    if start == Start::Device {
        return Some("is the path of a device; expected a file or folder".to_owned());
    }
    if path.contains('"') {
        return Some(STRAY_QUOTE.to_owned());
    }
    if rest.contains(['*', '?']) {
        let meant = "is a pattern, which neither the shells of Windows nor lyncert expand";
        return Some(format!("{meant}; expected the files by their names, or the folder that they lie in"));
    }
    if let Some(c) = rest.chars().find(|c| c.is_control() || matches!(c, '<' | '>' | '|')) {
        return Some(format!("has a `{}` in it, which no path of Windows can have", c.escape_default()));
    }
    if rest.contains(':') {
        return Some(
            "has a `:` behind the drive, which names a part of a file; expected a file or folder".to_owned(),
        );
    }
    for part in rest.split(SEPARATORS).filter(|part| !matches!(*part, "" | "." | "..")) {
        if is_device_name(part) {
            return Some(format!("has the name of a device in it, `{part}`; expected another name"));
        }
        if used == Use::Written && part.ends_with(['.', ' ']) {
            return Some(format!(
                "has a name in it that ends with a dot or a space, `{part}`, which Windows drops; expected it without"
            ));
        }
    }
    None
}

/// `"D:\certs\"`: for programs of Windows a backslash and a quotation mark are the mark itself, and all that follows belongs to the
/// argument.
pub(crate) const STRAY_QUOTE: &str = r#"has a `"` in it: behind a backslash a quotation mark does not end an argument; expected `"D:\certs"` in the place of `"D:\certs\"`"#;

/// Whether a quotation mark has got into a word of the command line so: no path and no name of ours has one.
pub(crate) fn has_stray_quote(words: impl Iterator<Item = OsString>) -> bool {
    words.skip(1).any(|word| word.to_string_lossy().contains('"'))
}

/// A path as it is compared with others: with backslashes, without what Windows drops, and without a difference between small and
/// large letters.
pub(crate) fn comparable(path: &str) -> String {
    let (start, _) = start_of(path);
    let plain = match path.strip_prefix(r"\\?\") {
        Some(rest) => {
            rest.strip_prefix(r"UNC\").map_or(Cow::Borrowed(rest), |share| Cow::Owned(format!(r"\\{share}")))
        }
        None => Cow::Borrowed(path),
    };
    let is_share = plain.starts_with(r"\\") || start == Start::Share;
    let is_rooted = plain.starts_with(SEPARATORS);
    let parts = plain.split(SEPARATORS).filter(|part| !matches!(*part, "" | "."));
    let parts: Vec<String> = parts.map(|part| upper(without_end(part))).collect();
    let front = match (is_share, is_rooted) {
        (true, _) => r"\\",
        (false, true) => r"\",
        (false, false) => "",
    };
    let is_drive_alone = matches!(parts.as_slice(), [drive] if drive.ends_with(':'));
    let end = if is_drive_alone && plain.ends_with(SEPARATORS) { r"\" } else { "" };
    format!("{front}{}{end}", parts.join(r"\"))
}

/// A name without the dots and spaces at its end.
fn without_end(part: &str) -> &str {
    if part == ".." { part } else { part.trim_end_matches(['.', ' ']) }
}

/// Large letters, one for one, as the file system has them: `ß` stays.
fn upper(part: &str) -> String {
    part.chars()
        .map(|c| {
            let mut upper = c.to_uppercase();
            match (upper.next(), upper.next()) {
                (Some(one), None) => one,
                _ => c,
            }
        })
        .collect()
}

/// A path as it is shown: where both separators are in it, because names were put behind what somebody gave with slashes, it gets
/// those of Windows.
pub(crate) fn with_one_separator(path: &str) -> Cow<'_, str> {
    if path.contains('\\') && path.contains('/') {
        Cow::Owned(path.replace('/', r"\"))
    } else {
        Cow::Borrowed(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_starts_at_a_drive_a_share_or_a_folder() {
        for (path, start, rest) in [
            (r"C:\certs\a.cer", Start::Drive, r"\certs\a.cer"),
            ("c:/certs", Start::Drive, "/certs"),
            ("C:certs", Start::FolderOfDrive, "certs"),
            ("C:", Start::FolderOfDrive, ""),
            (r"\certs", Start::RootOfDrive, "certs"),
            ("/certs", Start::RootOfDrive, "certs"),
            (r"\", Start::RootOfDrive, ""),
            (r"\\fs01\pki\certs", Start::Share, r"fs01\pki\certs"),
            ("//fs01/pki", Start::Share, "fs01/pki"),
            (r"\\?\C:\certs", Start::Verbatim, r"\certs"),
            (r"\\?\UNC\fs01\pki", Start::Verbatim, r"fs01\pki"),
            (r"\\.\pipe\x", Start::Device, r"pipe\x"),
            ("//?/C:/certs", Start::Device, "C:/certs"),
            (r"certs\a.cer", Start::Folder, r"certs\a.cer"),
            ("1:x", Start::Folder, "1:x"),
            ("é:x", Start::Folder, "é:x"),
            ("", Start::Folder, ""),
        ] {
            assert_eq!(start_of(path), (start, rest), "{path}");
        }
    }

    #[test]
    fn a_path_is_absolute_where_it_names_drive_and_root_or_a_share() {
        for (path, expected) in [
            (r"C:\a", true),
            ("C:/a", true),
            (r"\\fs01\pki", true),
            (r"\\?\C:\a", true),
            ("C:a", false),
            (r"\a", false),
            ("a", false),
            ("", false),
        ] {
            assert_eq!(is_absolute(path), expected, "{path}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_what_is_expected() {
        for (path, part) in [
            ("*.tbxml", "is a pattern"),
            (r"D:\exports\topology?.xml", "is a pattern"),
            (r"\\?\C:\a*", "is a pattern"),
            ("D:\\certs\" --out o", "does not end an argument"),
            ("a|b", "has a `|` in it"),
            ("a\tb", r"has a `\t` in it"),
            (r"C:\a.cer:Zone.Identifier", "names a part of a file"),
            ("a:b:c", "names a part of a file"),
            ("nul", "the name of a device in it, `nul`"),
            (r"D:\CON\a.cer", "the name of a device in it, `CON`"),
            ("out/com1.txt", "the name of a device in it, `com1.txt`"),
            (r"\\?\C:\aux", "the name of a device in it, `aux`"),
            (r"\\.\COM1", "is the path of a device"),
            ("//./pipe/x", "is the path of a device"),
        ] {
            for used in [Use::Read, Use::Written] {
                let found = refusal(path, used).unwrap_or_else(|| panic!("{path} is taken"));
                assert!(found.contains(part), "{path}: {found}");
            }
        }
    }

    #[test]
    fn what_windows_reads_is_taken() {
        for path in [
            r"C:\certs\a.cer",
            "C:certs",
            r"\\fs01\pki\certs\",
            r"\\?\C:\certs",
            r"\\?\UNC\fs01\pki",
            "../certs/./a.cer",
            "..",
            ".",
            "",
            "console.txt",
            "com10",
            "umlaut ä.cer",
            "%TEMP%",
        ] {
            for used in [Use::Read, Use::Written] {
                assert_eq!(refusal(path, used), None, "{path}");
            }
        }
    }

    #[test]
    fn a_quotation_mark_behind_a_backslash_is_seen_in_any_word_but_the_first() {
        let has = |words: &[&str]| has_stray_quote(words.iter().map(|word| OsString::from(*word)));
        assert!(has(&["lyncert", "batch", "D:\\estates\" --out o"]));
        assert!(!has(&["a\"b", "batch", r"D:\estates\"]));
        assert!(!has(&[]));
    }

    #[test]
    fn what_windows_would_drop_is_not_written() {
        for path in ["out.", r"D:\out \x", "a/b. ", r"\\?\C:\out."] {
            assert_eq!(refusal(path, Use::Read), None, "{path}");
            assert!(refusal(path, Use::Written).is_some_and(|why| why.contains("Windows drops")), "{path}");
        }
    }

    #[test]
    fn paths_that_lead_to_the_same_place_are_compared_as_the_same() {
        for (one, other) in [
            (r"C:\Certs\A.cer", "c:/certs/a.CER"),
            (r"\\?\C:\certs", r"C:\certs\"),
            (r"\\?\UNC\FS01\pki", r"\\fs01\PKI\"),
            ("//fs01/pki", r"\\fs01\pki"),
            (r"C:\out. .", r"C:\out"),
            (r"C:\a\\b\.\c", r"C:\a\b\c"),
            (r"C:\ÄRGER", r"C:\ärger"),
            (r"\\?\C:\", "c:/"),
        ] {
            assert_eq!(comparable(one), comparable(other), "{one} {other}");
        }
        for (one, other) in [
            (r"C:\a", r"D:\a"),
            (r"C:\a", "C:a"),
            (r"C:\", "C:"),
            (r"\a", "a"),
            (r"\\a\b", r"\a\b"),
            (r"C:\straße", r"C:\strasse"),
            (r"C:\a\..", r"C:\a"),
        ] {
            assert_ne!(comparable(one), comparable(other), "{one} {other}");
        }
    }

    #[test]
    fn a_shown_path_has_one_kind_of_separator() {
        for (path, expected) in [
            (r"o/x\report.html", r"o\x\report.html"),
            ("o/x/report.html", "o/x/report.html"),
            (r"o\x", r"o\x"),
            ("report.html", "report.html"),
        ] {
            assert_eq!(with_one_separator(path), expected);
        }
    }
}
