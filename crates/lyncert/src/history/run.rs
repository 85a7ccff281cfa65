//! One run in its folder: how it is named, marked, read and deleted.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use lyncert_report::model::IndexView;
use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

use crate::location::{is_link, name_of};
use crate::read::{ReadFor, read_file, sha256_of_file};

/// What the folder of a run starts with.
const RUN_PREFIX: &str = "run-";
/// The list of the files that lyncert wrote into the folder of a run; without it the folder is not one of ours.
pub(super) const MARKER_FILE: &str = "lyncert-run.json";
const MARKER_SCHEMA: &str = "lyncert-run/1";
pub(super) const INDEX_FILE: &str = "index.json";

/// The marker of a run.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Marker {
    #[cfg_attr(test, schemars(extend("const" = MARKER_SCHEMA)))]
    schema: String,
    /// The time that it judged by.
    at: String,
    files: Vec<MarkedFile>,
}

#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct MarkedFile {
    /// Path below the run's folder, with `/`.
    path: String,
    /// SHA-256 of its bytes: a file that was changed since is not ours to delete.
    sha256: String,
}

/// A run that was read.
pub(super) struct Run {
    pub(super) folder: PathBuf,
    pub(super) at: OffsetDateTime,
    pub(super) index: IndexView,
}

impl Run {
    /// The names of its estates.
    pub(super) fn estates(&self) -> impl Iterator<Item = &str> {
        self.index.estates.iter().map(|row| row.estate.as_str())
    }
}

/// The name of the folder of a run; the second one of a moment and further ones have their number.
pub(super) fn run_name(at: OffsetDateTime, number: usize) -> String {
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    let at = at.to_offset(time::UtcOffset::UTC).format(format).unwrap_or_default();
    if number == 1 { format!("{RUN_PREFIX}{at}") } else { format!("{RUN_PREFIX}{at}-{number}") }
}

/// Whether a name is one that runs get.
fn is_run_name(name: &str) -> bool {
    let Some(rest) = name.strip_prefix(RUN_PREFIX) else { return false };
    let (at, number) = rest.split_once('-').unwrap_or((rest, "2"));
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    PrimitiveDateTime::parse(at, format).is_ok() && number.parse::<usize>().is_ok()
}

/// A run, if the folder is one, or why it cannot be read.
pub(super) fn read_run(folder: &Path) -> Result<Option<Run>, String> {
    if !name_of(folder).starts_with(RUN_PREFIX) {
        return Ok(None);
    }
    let kind = fs::symlink_metadata(folder).map_err(|error| error.to_string())?.file_type();
    if kind.is_symlink() {
        return Err("it is a link, and links are not followed".to_owned());
    }
    let Some(marker) = read_marker(folder)? else {
        // Folders of somebody else, and what is left in the folder of a run that was deleted.
        let has_index = folder.join(INDEX_FILE).exists();
        return if has_index { Err(format!("it has no {MARKER_FILE}")) } else { Ok(None) };
    };
    let bytes = read_file(&folder.join(INDEX_FILE), ReadFor::Report)
        .map_err(|error| format!("cannot read its {INDEX_FILE}: {error}"))?;
    let index = IndexView::read(&bytes).map_err(|error| format!("its {INDEX_FILE} {error}"))?;
    let at = OffsetDateTime::parse(&marker.at, &Rfc3339)
        .map_err(|_| format!("its {MARKER_FILE} has the time `{}`", marker.at))?;
    Ok(Some(Run { folder: folder.to_owned(), at, index }))
}

/// The marker of a run, if there is one.
fn read_marker(folder: &Path) -> Result<Option<Marker>, String> {
    let bytes = match read_file(&folder.join(MARKER_FILE), ReadFor::Settings) {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(format!("cannot read its {MARKER_FILE}: {error}")),
    };
    let marker: Marker = serde_json::from_slice(&bytes)
        .map_err(|error| format!("its {MARKER_FILE} is none of lyncert: {error}"))?;
    if marker.schema != MARKER_SCHEMA {
        return Err(format!(
            "its {MARKER_FILE} has the schema `{}`; expected `{MARKER_SCHEMA}`",
            marker.schema
        ));
    }
    Ok(Some(marker))
}

/// The marker of what lies in a folder.
pub(super) fn mark(folder: &Path, at: OffsetDateTime) -> io::Result<Marker> {
    let mut files = Vec::new();
    list_files(folder, "", &mut files)?;
    let at = lyncert_rules::timestamp::timestamp(at);
    Ok(Marker { schema: MARKER_SCHEMA.to_owned(), at, files })
}

/// Lists every file below a folder.
fn list_files(folder: &Path, above: &str, files: &mut Vec<MarkedFile>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = format!("{above}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            list_files(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.push(MarkedFile { path, sha256: sha256_of_file(&entry.path())? });
        }
    }
    Ok(())
}

/// Deletes the files of a run that are as lyncert wrote them, and the folders that are empty then. The reports go first, then
/// their folders, the index, the marker, and the folder itself: a deletion that is stopped is found again, and finished.
pub(super) fn delete_run(folder: &Path) -> io::Result<()> {
    let Ok(Some(marker)) = read_marker(folder) else { return Ok(()) };
    let (last, first): (Vec<_>, Vec<_>) = marker
        .files
        .into_iter()
        .filter(|file| is_below(folder, file))
        .partition(|file| file.path == INDEX_FILE);
    for file in &first {
        delete_unchanged(folder, file)?;
    }
    for file in &first {
        remove_empty_parents(folder, &folder.join(&file.path))?;
    }
    for file in &last {
        delete_unchanged(folder, file)?;
    }
    fs::remove_file(folder.join(MARKER_FILE))?;
    remove_if_empty(folder)?;
    Ok(())
}

/// Marked paths never leave the folder, not through a link either; a marker that says otherwise was not written by lyncert.
fn is_below(folder: &Path, MarkedFile { path, .. }: &MarkedFile) -> bool {
    let is_plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':']);
    let mut parents = folder.join(path);
    let mut has_link = false;
    while parents.pop() && parents != folder {
        has_link |= is_link(&parents);
    }
    path.split('/').all(is_plain) && !has_link
}

fn delete_unchanged(folder: &Path, file: &MarkedFile) -> io::Result<()> {
    let path = folder.join(&file.path);
    let is_file = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file());
    if is_file && sha256_of_file(&path).is_ok_and(|found| found == file.sha256) {
        fs::remove_file(&path)?;
    }
    Ok(())
}

/// Removes the folders between a file that is gone and the run's folder, as far as nothing is in them.
fn remove_empty_parents(folder: &Path, file: &Path) -> io::Result<()> {
    let between = file.ancestors().skip(1).take_while(|parent| *parent != folder);
    for parent in between {
        if !remove_if_empty(parent)? {
            break;
        }
    }
    Ok(())
}

/// Removes a folder that nothing is in, and says whether it is gone.
fn remove_if_empty(folder: &Path) -> io::Result<bool> {
    match fs::remove_dir(folder) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(false),
        Err(error) => Err(error),
    }
}

/// Finishes a deletion that was stopped: a run without any file but its marker, and a folder with the name of a run that holds
/// nothing but folders. Says whether it was one.
pub(super) fn clear_stopped_deletion(folder: &Path) -> io::Result<bool> {
    let is_folder = fs::symlink_metadata(folder).is_ok_and(|metadata| metadata.is_dir());
    if !is_folder || !is_run_name(&name_of(folder)) {
        return Ok(false);
    }
    if let Ok(Some(marker)) = read_marker(folder) {
        let is_gone = |file: &MarkedFile| fs::symlink_metadata(folder.join(&file.path)).is_err();
        if !marker.files.iter().all(is_gone) {
            return Ok(false);
        }
        delete_run(folder)?;
        return Ok(true);
    }
    if !holds_only_folders(folder)? {
        return Ok(false);
    }
    fs::remove_dir_all(folder)?;
    Ok(true)
}

fn holds_only_folders(folder: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() || !holds_only_folders(&entry.path())? {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::schema_files::golden;

    #[test]
    fn the_schema_of_a_marker_is_published_and_markers_are_of_it() {
        let schema = lyncert_report::schemas::DocumentSchema::of::<Marker>();
        golden(&schema);
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("index.json"), "{}").unwrap();
        let marker = mark(folder.path(), datetime!(2026-11-22 12:00:00 UTC)).unwrap();
        let mut marker = serde_json::to_value(marker).unwrap();
        assert!(jsonschema::is_valid(&schema.schema, &marker), "{marker}");
        marker["schema"] = "lyncert-run/2".into();
        assert!(!jsonschema::is_valid(&schema.schema, &marker), "{marker}");
    }

    #[test]
    fn runs_are_known_by_their_names() {
        let at = datetime!(2026-11-22 12:00:00 UTC);
        assert_eq!(run_name(at, 1), "run-20261122T120000Z");
        assert_eq!(run_name(at, 3), "run-20261122T120000Z-3");
        for (name, is_run) in [
            ("run-20261122T120000Z", true),
            ("run-20261122T120000Z-3", true),
            ("run-20261122T120000Z-x", false),
            ("run-notes", false),
            ("20261122T120000Z", false),
        ] {
            assert_eq!(is_run_name(name), is_run, "{name}");
        }
    }

    #[test]
    fn a_deletion_that_was_stopped_is_finished_and_nothing_else_goes() {
        let root = tempfile::tempdir().unwrap();
        let folder = |path: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(&path).unwrap();
            path
        };
        folder("run-20261120T000000Z/a/b");
        folder("run-notes/a");
        fs::write(folder("run-20261121T000000Z/a").join("notes.txt"), "mine").unwrap();
        let marked = folder("run-20261122T000000Z");
        fs::write(marked.join(INDEX_FILE), "{}").unwrap();
        let marker = mark(&marked, datetime!(2026-11-22 00:00:00 UTC)).unwrap();
        fs::write(marked.join(MARKER_FILE), serde_json::to_vec(&marker).unwrap()).unwrap();
        assert!(!clear_stopped_deletion(&marked).unwrap(), "it is whole");
        fs::remove_file(marked.join(INDEX_FILE)).unwrap();
        for (name, is_cleared) in [
            ("run-20261120T000000Z", true),
            ("run-20261121T000000Z", false),
            ("run-20261122T000000Z", true),
            ("run-notes", false),
        ] {
            let path = root.path().join(name);
            assert_eq!(clear_stopped_deletion(&path).unwrap(), is_cleared, "{name}");
            assert_eq!(path.exists(), !is_cleared, "{name}");
        }
    }
}
