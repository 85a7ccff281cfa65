//! `lyncert forecast`: what will turn red, and when.

use lyncert_report::{ForecastView, render};
use time::Duration;

use crate::args::{ForecastArgs, TableFormat};
use crate::exit::{Failure, SUCCESS};
use crate::progress::Progress;
use crate::{input, output};

/// How far it looks when nobody says so.
const DAYS: i64 = 2 * 365;

pub(crate) fn run(args: &ForecastArgs) -> Result<u8, Failure> {
    let topology = input::topology(&args.exports.topology)?;
    let policy = input::policy(&args.policy, &args.exports.topology)?;
    let progress = Progress::new(args.scan.no_progress);
    let options = input::scan_options(&args.scan)?;
    let folder = input::folder(&topology, &policy, &args.certs, &options, &progress)?;
    progress.finish();
    let at = args.at.unwrap_or_else(input::now);
    let until = args.until.or_else(|| at.checked_add(Duration::days(DAYS))).unwrap_or(at);
    let name = input::estate_name(args.policy.estate.as_deref(), &topology.deployment);
    let estate = input::estate(&name, &topology, &policy, &[], at);
    let case = folder.case(&topology, &policy, at);
    let view = ForecastView::new(&estate, &case, &folder.requirements, until);
    output::print(|sink| match args.format {
        TableFormat::Text => render::text::forecast(&view, sink),
        TableFormat::Json => render::json::write(&view, sink),
        TableFormat::Csv => render::csv::forecast(&view, sink),
    })?;
    if folder.inventory.certificates.is_empty() {
        return Err(input::no_certificate(&args.certs));
    }
    Ok(SUCCESS)
}
