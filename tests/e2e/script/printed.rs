//! `lyncert collector` gives the script as it is, and replaces nothing else.

use std::fs;
use std::process::Command;

use lyncert_report::view::sha256_of;

use super::text as script;
use crate::support::{folder, root, run, text};

const NAME: &str = "Export-LyncertCollection.ps1";

#[test]
fn the_script_is_printed_byte_for_byte() {
    let printed = run(&["collector"]);
    assert_eq!((printed.code, printed.err.as_str()), (0, ""));
    assert!(printed.out == script(), "another text is printed");
    assert!(run(&["collector", "-"]).out == script(), "another text is printed");
}

#[test]
fn the_script_is_written_to_a_file_or_into_a_folder() {
    let place = folder(&[]);
    let file = place.path().join("collect.ps1");
    let written = run(&["collector", text(&file)]);
    assert_eq!(written.code, 0, "{}", written.err);
    assert!(written.out.contains(&format!("Wrote {}", file.display())), "{}", written.out);
    assert!(fs::read_to_string(&file).unwrap() == script(), "another text is written");
    let written = run(&["collector", text(place.path())]);
    assert_eq!(written.code, 0, "{}", written.err);
    assert!(fs::read_to_string(place.path().join(NAME)).unwrap() == script(), "another text is written");
    // The same bytes are nobody's loss.
    assert_eq!(run(&["collector", text(place.path())]).code, 0);
}

#[test]
fn a_script_that_was_changed_or_signed_is_not_overwritten() {
    let signed = format!("{}# SIG # Begin signature block\r\n", script());
    let place = folder(&[(NAME, signed.as_bytes())]);
    let file = place.path().join(NAME);
    let refused = run(&["collector", text(&file)]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("is not this version of the script"), "{}", refused.err);
    assert!(fs::read_to_string(&file).unwrap() == signed, "it is as it was");
    assert_eq!(run(&["collector", text(&file), "--overwrite"]).code, 0);
    assert!(fs::read_to_string(&file).unwrap() == script(), "another text is written");
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let place = folder(&[("mine.txt", b"mine")]);
    let link = place.path().join(NAME);
    std::os::unix::fs::symlink(place.path().join("mine.txt"), &link).unwrap();
    for more in [&[][..], &["--overwrite"]] {
        let refused = run(&[&["collector", text(&link)][..], more].concat());
        assert_eq!(refused.code, 2, "{}", refused.err);
    }
    assert_eq!(fs::read(place.path().join("mine.txt")).unwrap(), b"mine");
}

#[test]
fn the_page_for_administrators_has_the_hash_of_the_script_and_fits_on_a_screen() {
    let page = fs::read_to_string(root().join("docs/collecting.md")).unwrap();
    let hash = sha256_of(script().as_bytes());
    assert!(page.contains(&format!("`{hash}`")), "the hash of the script is {hash}");
    assert!(page.lines().count() <= 50, "{} lines", page.lines().count());
    for named in ["-LocalOnly", "-Replace", "-Listener", "collect.log", "lyncert schedule windows"] {
        assert!(page.contains(named), "{named}");
    }
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.contains("(docs/collecting.md)"), "the README leads there");
}

/// The mocked runs need PowerShell, which is not everywhere.
#[test]
fn the_functions_hold_under_powershell_where_it_is_at_hand() {
    let tests = root().join("tests/pwsh/collector.tests.ps1");
    let pwsh = Command::new("pwsh").args(["-NoProfile", "-NonInteractive", "-File"]).arg(&tests).output();
    match pwsh {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{said}\n{errors}");
            assert!(said.contains(" passed, 0 failed"), "{said}");
        }
        Err(error) => {
            assert!(tests.is_file(), "the mocked runs are there");
            eprintln!("skipped, since PowerShell is not here: {error}");
        }
    }
}
