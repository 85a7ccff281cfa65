//! Giving the files of a batch their places.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use lyncert_report::model::{EstateRow, IndexView};
use lyncert_report::render::{self, FAILURE_FILES, FORMATS};

use crate::args::BatchArgs;
use crate::batch::{Entry, Origin};
use crate::exit::{Failure, USAGE};
use crate::files;
use crate::location::{is_same, shown};
use crate::lock::tell_not_cleared;
use crate::log::{Event, Level};
use crate::ownership::{
    BEING_WRITTEN, BEING_WRITTEN_START, Kind, check_place, check_places, is_report, is_report_file,
};
use crate::read::{ReadFor, read_file};
use crate::replace::RealDisk;
use crate::staged::Staged;
use crate::swap;

/// Gives everything its place: the folders of the estates first, each as a whole, then the index. An estate whose files cannot get
/// theirs is a row that says so.
pub(super) fn place_all(
    args: &BatchArgs,
    rows: &mut [EstateRow],
    index_of: &dyn Fn(&[EstateRow]) -> IndexView,
    folders: &[String],
    staged: &[(String, PathBuf)],
) -> Result<Vec<PathBuf>, Failure> {
    // Staged before anything gets its place: where the disk is full, all stays as it was.
    let mut index_files = stage_index(args, &index_of(rows))?;
    let before = known_folders(&args.out);
    let marker = if staged.is_empty() { None } else { Some(Marker::set(&args.out)?) };
    let refused = put_in_place(args, staged);
    for (folder, reason) in &refused {
        let is_it = |row: &&mut EstateRow| row.folder.as_deref() == Some(folder);
        if let Some(row) = rows.iter_mut().find(is_it) {
            *row = not_written(row, reason);
        }
    }
    if !refused.is_empty() {
        index_files = stage_index(args, &index_of(rows))?;
    }
    let written = index_files.commit()?;
    if args.from_reports.is_empty() {
        clear_gone(args, &before, folders)?;
    }
    marker.into_iter().for_each(Marker::remove);
    Ok(written)
}

/// A file that says that the folders and the index may be of two runs. Each of them changes as a whole, and not all of them at once:
/// a run that is stopped in between leaves it there for people, for `--from-reports`, and for the next run, which takes it away.
struct Marker(PathBuf);

impl Marker {
    fn set(out: &Path) -> Result<Self, Failure> {
        let path = out.join(BEING_WRITTEN);
        check_place(&path, Kind::ByName, false)?;
        let text = format!(
            "{BEING_WRITTEN_START}.\r\nWhere no lyncert is at work, a run was stopped here, and the folders and the index may be of two \
             runs: run the batch again.\r\n"
        );
        fs::write(&path, text)
            .with_context(|| format!("cannot write `{}`", shown(&path)))
            .map_err(Failure::usage)?;
        Ok(Self(path))
    }

    fn remove(self) {
        // Where it stays, it tells people to run the batch again, which does no harm.
        let _ = fs::remove_file(self.0);
    }
}

/// Checks that the folder of an estate can take its place, and its files theirs, and that it is not what the estate is read from.
pub(super) fn check_estate_place(args: &BatchArgs, entry: &Entry, target: &Path) -> Result<(), Failure> {
    let read = match &entry.origin {
        Origin::Folder(folder) => Some(folder),
        Origin::Named { certs, .. } => Some(certs),
        Origin::Unreadable(_) => None,
    };
    let written = [Some(target), Some(&args.out), args.history.history.as_deref()];
    if let Some(written) =
        written.into_iter().flatten().find(|written| read.is_some_and(|read| is_same(written, read)))
    {
        return Err(Failure::usage(anyhow!(
            "`{}` is an input; expected --out and --history where nothing is read",
            written.display()
        )));
    }
    swap::check_folder_place(target).map_err(Failure::usage)?;
    let of_reports = FORMATS.iter().flat_map(|format| format.files).map(|(name, _)| *name);
    let names = of_reports.chain(FAILURE_FILES.iter().map(|(name, _)| *name));
    check_places(target, names, args.overwrite.overwrite)
}

/// The row of an estate that was judged, and whose files could not get their place: the older ones stand there.
fn not_written(row: &EstateRow, reason: &str) -> EstateRow {
    let event = Event::new(Level::Error, "estate-not-written", reason).of_estate(&row.estate);
    event.with_exit_code(USAGE).say();
    EstateRow::not_judged(&row.estate, row.at, row.folder.clone(), USAGE, reason)
}

/// Writes the files of the index, yet without their names.
fn stage_index(args: &BatchArgs, index: &IndexView) -> Result<Staged, Failure> {
    let mut staged = Staged::new(&args.out)?;
    files::index(index, &mut staged)?;
    Ok(staged)
}

/// Gives the folders of the estates their place, each as a whole. Those that cannot get it are returned with the reason.
fn put_in_place(args: &BatchArgs, staged: &[(String, PathBuf)]) -> Vec<(String, String)> {
    let overwrite = args.overwrite.overwrite;
    let is_ours = |path: &Path| {
        let is_named = path.file_name().is_some_and(|name| is_report_file(&name.to_string_lossy()));
        is_report(path) || (overwrite && is_named && !path.is_dir())
    };
    let put = |(folder, path): &(String, PathBuf)| {
        let target = args.out.join(folder);
        let refused = swap::replace_folder(&RealDisk, path, &target, &is_ours).err()?;
        Some((folder.clone(), format!("{refused:#}")))
    };
    staged.iter().filter_map(put).collect()
}

/// Clears the folders of estates that are gone: a report on one of them should not be found when reports are merged.
fn clear_gone(args: &BatchArgs, before: &[String], now: &[String]) -> Result<(), Failure> {
    for folder in before.iter().filter(|folder| !now.contains(folder)) {
        let path = args.out.join(folder);
        if is_folder(&path) {
            swap::remove_ours(&path, &is_report)
                .with_context(|| format!("cannot clear `{}`", shown(&path)))
                .map_err(Failure::usage)?;
        }
    }
    Ok(())
}

/// Clears what a run that was stopped has left in the folders of estates, while their files were changing.
pub(super) fn clear_folders(out: &Path) {
    for path in known_folders(out).iter().map(|folder| out.join(folder)).filter(|path| is_folder(path)) {
        if let Err(error) = swap::clear_leftovers(&path, &is_report) {
            tell_not_cleared(&path, &error);
        }
    }
}

/// Whether a path is a folder, and no link to one.
fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

/// The folders that the index before this one names.
fn known_folders(out: &Path) -> Vec<String> {
    let index = read_file(&out.join("index.json"), ReadFor::Report).ok();
    let index = index.and_then(|bytes| IndexView::read(&bytes).ok());
    let folders = index.map(|index| index.estates.into_iter().filter_map(|row| row.folder).collect());
    let is_plain = |folder: &String| render::file_names([folder.as_str()], "") == [folder.as_str()];
    let mut folders: Vec<String> = folders.unwrap_or_default();
    folders.retain(is_plain);
    folders
}
