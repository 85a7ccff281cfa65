//! How a file of lyncert is told from one of somebody else: by its name, and by what is in it.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::Path;

use anyhow::anyhow;
use lyncert_report::render::{FAILURE_FILES, FORMATS, INDEX_FILES};

use crate::exit::Failure;
use crate::location::{is_link, shown};

/// What a run that nobody watches says.
pub(crate) const LOG_FILE: &str = "lyncert.log";
/// The report of an estate, for programs.
pub(crate) const REPORT: &str = "report.json";
/// The table that people write into.
const ACTION_PLAN: &str = "action-plan.csv";
/// Says that the folders of a batch and its index are changing: until it goes they may be of two runs.
pub(crate) const BEING_WRITTEN: &str = "being-written.txt";
/// How that file begins.
pub(crate) const BEING_WRITTEN_START: &str = "lyncert is writing the folders beside this file";
/// What is said of an estate that could not be judged, for programs.
pub(crate) const FAILURE: &str = "failure.json";

/// What a file of lyncert is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// What the ending of its name says: a page, a table, metrics, requests.
    ByName,
    /// Evidence, whatever it is called.
    Evidence,
    /// A log, whatever it is called.
    Log,
    /// What pseudonyms stand for, whatever it is called.
    RedactionMap,
}

/// So much of a file shows what it is.
const HEAD_BYTES: u64 = 4096;

/// A text that shows that a file is lyncert's: the ending of its name, whether the text starts it, and the text.
type Mark = (&'static str, bool, &'static str);

/// What files of lyncert have at their head, by the ending of their names. A table's mark is its first columns.
const MARKS: &[Mark] = &[
    ("html", false, "content=\"default-src 'none'; style-src 'sha256-"),
    ("json", false, "\"schema\": \"lyncert-"),
    ("prom", true, "# HELP lyncert_"),
    ("csv", true, "estate,site,pool,"),
    ("csv", true, "path,also_in,subject,"),
    ("csv", true, "estate,order,action,"),
    ("csv", true, "estate,order,holder,"),
    ("csv", true, "item,value\r\njudged at,"),
    // Of a report of an older program only the state is known.
    ("csv", true, "item,value\r\nstate,"),
    ("csv", true, "estate,state,"),
    ("csv", true, "estate,status,"),
    ("sarif", false, "\"name\": \"lyncert\""),
    ("xml", false, "<testsuites name=\"lyncert: "),
    ("ics", false, "PRODID:-//lyncert//"),
    ("md", true, "# lyncert: "),
    ("ps1", true, "# Certificate requests of "),
    ("txt", true, BEING_WRITTEN_START),
    ("txt", false, " certificates to request"),
    ("txt", false, " certificate to request"),
    ("txt", false, "what the wizard requests, and what it leaves out"),
    ("inf", false, "[NewRequest]"),
    ("cnf", false, "req_extensions = extensions"),
    ("1", false, ".TH lyncert"),
];

/// Whether a name is that of a file that lyncert writes into a folder of reports or beside it.
pub(crate) fn is_output(name: &str) -> bool {
    is_report_file(name) || names_beside_estates().any(|known| known == name && name != LOG_FILE)
}

/// Whether a file of an estate's folder has a name that lyncert writes.
pub(crate) fn is_report_file(name: &str) -> bool {
    let mut reports = FORMATS.iter().flat_map(|format| format.files).map(|(known, _)| *known);
    FAILURE_FILES.iter().any(|(known, _)| *known == name) || reports.any(|known| known == name)
}

/// Whether a file of an estate's folder is one that lyncert wrote: by its name and by what is in it.
pub(crate) fn is_report(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    is_report_file(&name) && is_ours(path, Kind::ByName)
}

/// The names of the files beside the folders of estates.
pub(crate) fn names_beside_estates() -> impl Iterator<Item = &'static str> {
    INDEX_FILES.iter().map(|(name, _)| *name).chain([LOG_FILE, BEING_WRITTEN])
}

/// Whether nothing of somebody else is lost when a file takes this place: nothing is there, or nothing is in it, or lyncert
/// wrote it.
pub(crate) fn is_ours(path: &Path, kind: Kind) -> bool {
    match fs::symlink_metadata(path) {
        Err(error) => matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory),
        Ok(metadata) if metadata.is_file() => {
            metadata.len() == 0 || is_marked(path, kind) && !is_filled_in(path)
        }
        Ok(_) => false,
    }
}

/// Whether it can be read without waiting for somebody.
fn is_regular(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file())
}

fn is_marked(path: &Path, kind: Kind) -> bool {
    if kind == Kind::ByName && path.extension().is_some_and(|ending| ending == "xlsx") {
        return File::open(path)
            .is_ok_and(|file| lyncert_report::render::xlsx::is_as_written(BufReader::new(file)));
    }
    read_head(path).is_ok_and(|head| has_mark(path, kind, &head))
}

/// Whether it is an action plan in which somebody keeps who does what: then it is theirs.
fn is_filled_in(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == ACTION_PLAN)
        && File::open(path).is_ok_and(|file| lyncert_report::render::csv::is_filled_in(BufReader::new(file)))
}

/// Checks that a file may take a place. With `overwrite` it may take that of a file or link of anybody, and never a folder's.
pub(crate) fn check_place(path: &Path, kind: Kind, overwrite: bool) -> Result<(), Failure> {
    let is_folder = || fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir());
    if is_ours(path, kind) || (overwrite && !is_folder()) {
        return Ok(());
    }
    let shown = shown(path);
    Err(Failure::usage(if is_folder() {
        anyhow!("`{shown}` is a folder where a file is written; move it away")
    } else if is_link(path) {
        anyhow!("`{shown}` is a link, and nothing is written through links; remove it, or give --overwrite")
    } else if is_regular(path) && is_marked(path, kind) {
        anyhow!(
            "`{shown}` has been filled in by somebody; move it away, or give --overwrite to lose what it says"
        )
    } else {
        anyhow!("`{shown}` is there already and not written by lyncert; move it away, or give --overwrite")
    }))
}

/// The same for several files of a folder.
pub(crate) fn check_places<'a>(
    folder: &Path,
    names: impl IntoIterator<Item = &'a str>,
    overwrite: bool,
) -> Result<(), Failure> {
    names.into_iter().try_for_each(|name| check_place(&folder.join(name), Kind::ByName, overwrite))
}

fn read_head(path: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    File::open(path)?.take(HEAD_BYTES).read_to_end(&mut head)?;
    Ok(head)
}

fn has_mark(path: &Path, kind: Kind, head: &[u8]) -> bool {
    match kind {
        Kind::Evidence => lyncert_report::evidence::looks_like_evidence(head),
        Kind::Log => looks_like_log(head),
        Kind::RedactionMap => String::from_utf8_lossy(head).contains("\"schema\": \"lyncert-redaction/"),
        Kind::ByName => {
            let text = String::from_utf8_lossy(head);
            let plain = text.trim_start_matches('\u{feff}').replace(['"'], "");
            let ending = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
            MARKS.iter().filter(|(of, ..)| *of == ending).any(|(_, starts, mark)| {
                let mark = mark.replace(['"'], "");
                if *starts { plain.starts_with(&mark) } else { plain.contains(&mark) }
            })
        }
    }
}

/// A line of a log starts with its time, or is an object that does.
fn looks_like_log(head: &[u8]) -> bool {
    const JSON_START: &[u8] = b"{\"time\":\"";
    let line = head.strip_prefix(JSON_START).unwrap_or(head);
    let is_like = |(found, expected): (&u8, &u8)| match expected {
        b'0' => found.is_ascii_digit(),
        exact => found == exact,
    };
    let shape = b"0000-00-00T00:00:00Z";
    line.len() >= shape.len() && line.iter().zip(shape).all(is_like)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lyncert_writes_is_known_by_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let is_known = |name: &str, kind, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            is_ours(&path, kind)
        };
        for (name, kind, own, foreign) in [
            ("report.json", Kind::ByName, "{\n  \"schema\": \"lyncert-report/2\"", "{\"mine\":1}"),
            (
                "findings.csv",
                Kind::ByName,
                "\u{feff}\"estate\",\"site\",\"pool\",",
                "estate,price,street\r\n",
            ),
            ("lyncert.prom", Kind::ByName, "# HELP lyncert_state x", "# HELP node_load x"),
            ("lyncert.log", Kind::Log, "2026-11-22T12:00:00Z info    ended", "<Topology/>"),
            ("json.log", Kind::Log, "{\"time\":\"2026-11-22T12:00:00Z\",", "{\"when\":1}"),
        ] {
            assert!(is_known(name, kind, own) && !is_known(name, kind, foreign), "{name}");
            assert!(is_known(name, kind, ""), "an empty file holds nothing");
        }
        assert!(is_ours(&folder.path().join("gone.html"), Kind::ByName));
    }

    #[test]
    fn a_plan_that_somebody_filled_in_is_theirs() {
        let folder = tempfile::tempdir().unwrap();
        let plan = folder.path().join(ACTION_PLAN);
        let columns = "estate,order,action,subject,names,usages,install_on,ca,key_bits,exportable,due,reason,owner,ticket,done";
        let row = "contoso.com,oauth,renew,CN=a,a,OAuthTokenIssuer,fe1,internal,2048,yes,2026-11-22,why";
        fs::write(&plan, format!("\u{feff}{columns}\r\n{row},,,\r\n")).unwrap();
        assert!(check_place(&plan, Kind::ByName, false).is_ok());
        fs::write(&plan, format!("{columns}\r\n{row},Anna,,\r\n")).unwrap();
        let refused = check_place(&plan, Kind::ByName, false).unwrap_err().error.to_string();
        assert!(refused.contains("has been filled in by somebody"), "{refused}");
        assert!(check_place(&plan, Kind::ByName, true).is_ok());
    }

    #[test]
    fn nothing_takes_the_place_of_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("report.html");
        fs::create_dir(&place).unwrap();
        for overwrite in [false, true] {
            let refused = check_place(&place, Kind::ByName, overwrite).unwrap_err();
            assert!(refused.error.to_string().ends_with("is a folder where a file is written; move it away"));
        }
        let foreign = folder.path().join("report.json");
        fs::write(&foreign, "mine").unwrap();
        assert!(check_place(&foreign, Kind::ByName, false).is_err());
        assert!(check_place(&foreign, Kind::ByName, true).is_ok());
    }
}
