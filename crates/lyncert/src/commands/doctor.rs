//! `lyncert doctor`: from a code or message to what may be wrong.

use std::path::Path;

use anyhow::anyhow;
use lyncert_report::model::{DoctorView, Report};
use lyncert_report::render;

use crate::args::{DoctorArgs, PrintFormat};
use crate::estate::Estate;
use crate::exit::{Failure, SUCCESS};
use crate::read::read_scan_options;
use crate::{clock, output};

pub(crate) fn run(args: &DoctorArgs) -> Result<u8, Failure> {
    let query = args.query.join(" ");
    let report = args.certs.as_deref().map(|certs| judge(args, certs)).transpose()?;
    let view = DoctorView::new(&query, report.as_ref());
    if view.symptoms.is_empty() {
        return Err(Failure::usage(anyhow!(
            "`{query}` is not known to have to do with certificates; give an event id, an error code or words of the message"
        )));
    }
    output::print(|sink| match args.format {
        PrintFormat::Text => render::text::doctor(&view, sink),
        PrintFormat::Json => render::json::write(&view, sink),
    })?;
    Ok(SUCCESS)
}

/// The report on the estate that is given.
fn judge(args: &DoctorArgs, certs: &Path) -> Result<Report, Failure> {
    let estate = Estate::read(&args.topology, &args.policy, None)?;
    let mut options = read_scan_options(&args.scan)?;
    let at = args.at.unwrap_or_else(clock::now);
    options.at = Some(at);
    let scanned = estate.scan_with_progress(certs, &options, args.scan.no_progress)?;
    scanned.check_not_empty()?;
    Ok(scanned.report(at))
}
