//! `lyncert forecast`: what will turn red, and when.

use anyhow::anyhow;
use lyncert_report::model::ForecastView;
use lyncert_report::render;
use lyncert_report::render::text::Look;
use lyncert_rules::timestamp::timestamp;
use time::Duration;

use crate::args::{ForecastArgs, TableFormat};
use crate::estate::Estate;
use crate::exit::{Failure, SUCCESS};
use crate::log::{Event, Level};
use crate::read::read_scan_options;
use crate::redaction;
use crate::scope::scope_of_args;
use crate::time_limit::TimeLimit;
use crate::{clock, output};

/// How far it looks without `--until`: the usual lifetime of certificates of an internal CA.
const DEFAULT_DAYS: i64 = 2 * 365;

pub(crate) fn run(args: &ForecastArgs, look: Look) -> Result<u8, Failure> {
    let limit = TimeLimit::from_now(args.scan.time_limit);
    let at = args.at.unwrap_or_else(clock::now);
    if let Some(until) = args.until.filter(|until| *until < at) {
        let (until, at) = (timestamp(until), timestamp(at));
        return Err(Failure::usage(anyhow!(
            "--until {until} is before {at}, where the forecast starts; expected a later time"
        )));
    }
    let scope = scope_of_args(&args.scope)?;
    let (estate, certificates) =
        Estate::read_with_certificates(&args.exports.topology, &args.certs.certs, &args.policy, scope)?;
    let mut options = read_scan_options(&args.scan)?;
    options.at = Some(at);
    let until = args.until.or_else(|| at.checked_add(Duration::days(DEFAULT_DAYS))).unwrap_or(at);
    let is_hidden = args.scan.no_progress;
    let (view, is_empty) = limit.run("the estate was not judged", move |stop| {
        options.stop = stop.clone();
        let scanned = estate.scan_with_progress(&certificates, &options, is_hidden)?;
        scanned.tell_names(at)?;
        Ok((scanned.forecast(at, until), scanned.check_not_empty()))
    })?;
    let view = redaction::view(view)?;
    output::print(|sink| match args.print.format {
        TableFormat::Text => render::text::forecast(&view, look, sink),
        TableFormat::Json => render::json::write(&view, sink),
        TableFormat::Csv => render::csv::forecast(&view, sink),
    })?;
    if args.print.format == TableFormat::Csv {
        tell_scope(&view);
    }
    is_empty?;
    Ok(SUCCESS)
}

/// A table has one kind of rows and no place for a sentence about all of them, so the scope is said on standard error.
fn tell_scope(view: &ForecastView) {
    let Some(scope) = &view.scope else { return };
    let message = format!("note: {}", scope.sentence());
    Event::new(Level::Warning, "scope", &message).say();
}
