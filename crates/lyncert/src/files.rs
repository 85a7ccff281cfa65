//! Which files a report becomes.

use lyncert_report::{IndexView, Report, render};

use crate::args::ReportFormat;
use crate::exit::Failure;
use crate::output::Staged;

/// The files of an estate that lyncert writes, and may take away again.
const REPORT_FILES: [&str; 8] = [
    "report.html",
    "findings.csv",
    "coverage.csv",
    "certificates.csv",
    "action-plan.csv",
    "report.json",
    PROMETHEUS,
    FAILURE,
];

/// Whether a file of an estate's folder is one that lyncert writes.
pub(crate) fn is_report_file(name: &str) -> bool {
    REPORT_FILES.contains(&name)
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
    if formats.contains(&ReportFormat::Html) {
        staged.file("report.html", |sink| render::html::write(report, sink))?;
    }
    if formats.contains(&ReportFormat::Csv) {
        staged.file("findings.csv", |sink| render::csv::findings(report, sink))?;
        staged.file("coverage.csv", |sink| render::csv::coverage(report, sink))?;
        staged.file("certificates.csv", |sink| render::csv::certificates(&report.certificates, sink))?;
        staged.file("action-plan.csv", |sink| render::csv::action_plan(report, sink))?;
    }
    if formats.contains(&ReportFormat::Json) {
        staged.file("report.json", |sink| render::json::write(report, sink))?;
    }
    if formats.contains(&ReportFormat::Prometheus) {
        let index = IndexView::of_report(report);
        staged.file(PROMETHEUS, |sink| render::prometheus::write(&index, sink))?;
    }
    Ok(())
}
