//! Which files a report becomes.

use lyncert_report::{IndexView, Report, render};

use crate::args::ReportFormat;
use crate::exit::Failure;
use crate::output::Staged;

/// Whether a file of an estate's folder is one that lyncert writes.
pub(crate) fn is_report_file(name: &str) -> bool {
    let mut known = render::REPORT_FILES.iter().map(|(known, _)| *known).chain([PROMETHEUS, FAILURE]);
    known.any(|known| known == name)
}

/// The files of an index beside the folders of its estates.
pub(crate) const INDEX_FILES: [&str; 4] = ["index.html", "index.csv", "index.json", PROMETHEUS];

/// What a run that nobody watches says.
pub(crate) const LOG_FILE: &str = "lyncert.log";

/// Metrics for a monitoring system.
pub(crate) const PROMETHEUS: &str = "lyncert.prom";
/// What is said of an estate that could not be judged.
pub(crate) const FAILURE: &str = "failure.json";

/// Stages the files of a report.
pub(crate) fn report(report: &Report, formats: &[ReportFormat], staged: &mut Staged) -> Result<(), Failure> {
    for (name, write) in render::REPORT_FILES {
        let is_asked = |format: &ReportFormat| match format {
            ReportFormat::Html => name.ends_with(".html"),
            ReportFormat::Csv => name.ends_with(".csv"),
            ReportFormat::Json => name.ends_with(".json"),
            ReportFormat::Prometheus => false,
        };
        if formats.iter().any(is_asked) {
            staged.file(name, |sink| write(report, sink))?;
        }
    }
    if formats.contains(&ReportFormat::Prometheus) {
        let index = IndexView::of_report(report);
        staged.file(PROMETHEUS, |sink| render::prometheus::write(&index, sink))?;
    }
    Ok(())
}
