//! `lyncert doctor`: from a code or message to what may be wrong.

use std::path::Path;

use anyhow::anyhow;
use lyncert_report::{DoctorView, Report, render};

use crate::args::{DoctorArgs, PrintFormat};
use crate::estate::Estate;
use crate::exit::{Failure, SUCCESS};
use crate::{input, output};

pub(crate) fn run(args: &DoctorArgs) -> Result<u8, Failure> {
    let query = args.query.join(" ");
    let report = args.certs.as_deref().map(|certs| report(args, certs)).transpose()?;
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
fn report(args: &DoctorArgs, certs: &Path) -> Result<Report, Failure> {
    let estate = Estate::read(&args.topology, certs, &args.policy, &args.scan, args.at)?;
    let report = estate.report_with_progress(args.scan.no_progress)?;
    if report.certificates.is_empty() {
        return Err(input::no_certificate(certs));
    }
    Ok(report)
}
