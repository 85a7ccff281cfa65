//! Which files a report becomes.

use std::borrow::Cow;
use std::path::Path;

use lyncert_report::model::{IndexView, Report, Severity};
use lyncert_report::render::{FORMATS, Format, INDEX_FILES, WriteReport};

use crate::exit::Failure;
use crate::staged::Staged;

/// The names of the files of a report in these formats.
pub(crate) fn names_of<'a>(asked: &'a [&Format]) -> impl Iterator<Item = &'static str> + use<'a> {
    formats_of(asked).flat_map(|format| format.files).map(|(name, _)| *name)
}

/// These formats, each once, in the order of their table.
fn formats_of<'a>(asked: &'a [&Format]) -> impl Iterator<Item = &'static Format> + use<'a> {
    FORMATS.iter().filter(|format| asked.iter().any(|asked| asked.id == format.id))
}

/// The files of an earlier report that were not asked for this time: they still say what that one said.
pub(crate) fn older_beside(folder: &Path, asked: &[&Format]) -> Vec<&'static str> {
    let asked: Vec<&str> = names_of(asked).collect();
    let all = FORMATS.iter().flat_map(|format| format.files).map(|(name, _)| *name);
    all.filter(|name| !asked.contains(name) && folder.join(name).is_file()).collect()
}

/// Stages the files of a report, in the order of the table of formats, however often and in which order they were asked for. What
/// people look at shows findings of the least severity that they want to see, or worse.
pub(crate) fn report(
    report: &Report,
    asked: &[&Format],
    least: Option<Severity>,
    staged: &mut Staged,
) -> Result<(), Failure> {
    let shown = shown(report, least);
    let files: Vec<(&Report, &(&str, WriteReport))> = formats_of(asked)
        .flat_map(|format| {
            let report = if format.for_people { &*shown } else { report };
            format.files.iter().map(move |file| (report, file))
        })
        .collect();
    staged.files(&files, |(_, (name, _))| name, |(report, (_, write)), sink| write(report, sink))
}

/// The report as people want to see it.
pub(crate) fn shown(report: &Report, least: Option<Severity>) -> Cow<'_, Report> {
    match least {
        None | Some(Severity::Info) => Cow::Borrowed(report),
        Some(least @ (Severity::Warning | Severity::Error)) => Cow::Owned(report.shown_from(least)),
    }
}

/// Stages the files of an index.
pub(crate) fn index(index: &IndexView, staged: &mut Staged) -> Result<(), Failure> {
    staged.files(INDEX_FILES, |(name, _)| name, |(_, write), sink| write(index, sink))
}
