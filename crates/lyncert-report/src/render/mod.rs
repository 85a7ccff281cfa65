//! From views to bytes: one module a format, each a function of a view and a sink.

pub mod csv;
pub mod escape;
mod file_name;
pub mod html;
pub mod index;
pub mod json;
pub mod prometheus;
pub mod request;
mod state;
mod svg;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;

use std::io::{self, Write};

use crate::Report;

pub use file_name::file_names;

/// Writes a report in one form.
pub type WriteReport = fn(&Report, &mut dyn Write) -> io::Result<()>;

/// The files that a report becomes: name and writer.
pub static REPORT_FILES: [(&str, WriteReport); 6] = [
    ("report.html", html::write),
    ("findings.csv", csv::findings),
    ("coverage.csv", csv::coverage),
    ("certificates.csv", |report, sink| csv::certificates(&report.certificates, sink)),
    ("action-plan.csv", csv::action_plan),
    ("report.json", |report, sink| json::write(report, sink)),
];
