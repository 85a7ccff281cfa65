//! `lyncert doctor`: from a code or message to what may be wrong.

use std::path::Path;

use anyhow::anyhow;
use lyncert_report::{DoctorView, Report, render};

use crate::args::{DoctorArgs, PrintFormat};
use crate::estate::Estate;
use crate::exit::{Failure, SUCCESS};
use crate::progress::Progress;
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
    let topology = input::topology(&args.topology)?;
    let policy = input::policy(&args.policy, &args.topology)?;
    let name = input::estate_name(args.policy.estate.as_deref(), &topology.deployment);
    let options = input::scan_options(&args.scan)?;
    let at = args.at.unwrap_or_else(input::now);
    let estate = Estate { topology, policy, name, certs: certs.to_owned(), options, at };
    let progress = Progress::new(args.scan.no_progress);
    let report = estate.report(&progress)?;
    progress.finish();
    if report.certificates.is_empty() {
        return Err(input::no_certificate(certs));
    }
    Ok(report)
}
