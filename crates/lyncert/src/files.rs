//! Which files a report becomes.

use lyncert_report::model::{IndexView, Report};
use lyncert_report::render::{FORMATS, Format, INDEX_FILES};

use crate::exit::Failure;
use crate::output::Staged;

/// What a run that nobody watches says.
pub(crate) const LOG_FILE: &str = "lyncert.log";
/// What is said of an estate that could not be judged.
pub(crate) const FAILURE: &str = "failure.json";

/// Whether a file of an estate's folder is one that lyncert writes.
pub(crate) fn is_report_file(name: &str) -> bool {
    let mut reports = FORMATS.iter().flat_map(|format| format.files);
    name == FAILURE || reports.any(|(known, _)| *known == name)
}

/// The names of the files beside the folders of estates.
pub(crate) fn names_beside_estates() -> impl Iterator<Item = &'static str> {
    INDEX_FILES.iter().map(|(name, _)| *name).chain([LOG_FILE])
}

/// Stages the files of a report, in the order of the table of formats, however often and in which order they were asked for.
pub(crate) fn report(report: &Report, asked: &[&Format], staged: &mut Staged) -> Result<(), Failure> {
    let is_asked = |format: &&Format| asked.iter().any(|asked| asked.id == format.id);
    for (name, write) in FORMATS.iter().filter(is_asked).flat_map(|format| format.files) {
        staged.file(name, |sink| write(report, sink))?;
    }
    Ok(())
}

/// Stages the files of an index.
pub(crate) fn index(index: &IndexView, staged: &mut Staged) -> Result<(), Failure> {
    for (name, write) in INDEX_FILES {
        staged.file(name, |sink| write(index, sink))?;
    }
    Ok(())
}
