//! `lyncert doctor`: from a code or message to what may be wrong.

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
    let report = (!args.topology.is_empty()).then(|| judge(args)).transpose()?;
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
fn judge(args: &DoctorArgs) -> Result<Report, Failure> {
    let (estate, certificates) =
        Estate::read_with_certificates(&args.topology, &args.certs, &args.policy, None)?;
    let options = read_scan_options(&args.scan)?;
    let scanned = estate.scan_with_progress(&certificates, &options, args.scan.no_progress)?;
    scanned.check_not_empty()?;
    Ok(scanned.report(args.at.unwrap_or_else(clock::now)))
}
