//! The readers of others.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{folder, root, text};

/// The interpreter that has the packages of `requirements.txt`.
const PYTHON: &str = "LYNCERT_PYTHON";

/// Says that a tool is not there. CI must have them all.
fn is_missing(tool: &str, so: &str) {
    assert!(env::var_os("CI").is_none(), "{tool} is missing, and {so}");
    eprintln!("{tool} is missing, and {so}");
}

/// What `check.py` finds in a file; none where Python is missing. Whatever it refuses fails the test.
pub(crate) fn read(kind: &str, file: &Path, more: &[&str]) -> Option<Value> {
    let Some(python) = env::var_os(PYTHON) else {
        is_missing(
            &format!("Python with the packages of tests/formats (`{PYTHON}`)"),
            "files are not read by others",
        );
        return None;
    };
    let script = root().join("tests/formats/check.py");
    let mut command = Command::new(python);
    command.arg(&script).args([kind, text(file)]).args(more).env("PYTHONDONTWRITEBYTECODE", "1");
    let output = command.output().expect("Python starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", file.display());
    Some(serde_json::from_slice(&output.stdout).expect("it tells JSON"))
}

/// The sheets of a workbook as LibreOffice shows them, as CSV by their names; none where it is missing.
pub(crate) fn recalculated(file: &Path) -> Option<BTreeMap<String, String>> {
    if Command::new("soffice").arg("--version").output().is_err() {
        is_missing("LibreOffice (`soffice`)", "workbooks are not opened by it");
        return None;
    }
    let (out, profile) = (folder(&[]), folder(&[]));
    let output = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}", profile.path().display()))
        // Comma, quotation mark, UTF-8, every sheet to a file of its own.
        .args([
            "--headless",
            "--convert-to",
            "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1",
        ])
        .arg("--outdir")
        .args([out.path(), file])
        .output()
        .expect("LibreOffice starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let files = fs::read_dir(out.path()).unwrap().map(|entry| entry.unwrap().path());
    let sheets = files.map(|path| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name.trim_start_matches("report-").to_owned(), fs::read_to_string(&path).unwrap())
    });
    Some(sheets.collect())
}
