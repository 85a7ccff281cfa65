//! `lyncert report`: the files of a report, drawn again from its `report.json`.

use std::path::Path;

use anyhow::anyhow;
use lyncert_report::render;

use crate::args::ReportArgs;
use crate::commands::audit::prints_report;
use crate::exit::{Failure, SUCCESS};
use crate::files;
use crate::location::is_same;
use crate::lock::Lock;
use crate::output;
use crate::ownership::check_places;
use crate::read::read_report;
use crate::redaction;
use crate::staged::Staged;

pub(crate) fn run(args: &ReportArgs) -> Result<u8, Failure> {
    if prints_report(args.out.as_deref(), &args.files.format)? {
        let report = redaction::report(read_report(&args.report)?)?;
        output::print(|sink| render::json::write_rows(&report, sink))?;
        return Ok(SUCCESS);
    }
    let Some(folder) = &args.out else {
        return Err(Failure::usage(anyhow!(
            "expected `--out` with a folder for the files, or `--format json`, which prints the report"
        )));
    };
    check_not_itself(args, folder)?;
    check_places(folder, files::names_of(&args.files.formats()), args.overwrite.overwrite)?;
    let report = redaction::report(read_report(&args.report)?)?;
    let _lock = Lock::take(folder)?;
    let mut staged = Staged::new(folder)?;
    files::report(&report, &args.files.formats(), args.shown.least(), &mut staged)?;
    // Something may have come there meanwhile.
    check_places(folder, files::names_of(&args.files.formats()), args.overwrite.overwrite)?;
    let written = staged.commit()?;
    if !args.quiet {
        output::print(|sink| output::list_written(&written, sink))?;
    }
    Ok(SUCCESS)
}

/// A report that is read is an input, and no output takes its place: of an older version it would be lost.
fn check_not_itself(args: &ReportArgs, folder: &Path) -> Result<(), Failure> {
    match files::names_of(&args.files.formats()).find(|name| is_same(&folder.join(name), &args.report)) {
        Some(name) => Err(Failure::usage(anyhow!(
            "`{}` is what the report is drawn from, and would be replaced by the new {name}; expected another folder, or `--format` \
             without the one that it is of",
            args.report.display()
        ))),
        None => Ok(()),
    }
}
