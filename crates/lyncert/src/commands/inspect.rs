//! `lyncert inspect`: what a folder of certificates holds.

use std::path::Path;

use anyhow::anyhow;
use lyncert_report::model::InventoryView;
use lyncert_report::render;
use lyncert_report::render::text::Look;
use lyncert_report::scan::scan_all;

use crate::args::{InspectArgs, TableFormat};
use crate::exit::{Failure, PARTIAL, SUCCESS};
use crate::progress::ShownProgress;
use crate::read::read_scan_options;
use crate::redaction;
use crate::time_limit::TimeLimit;
use crate::{clock, output};

pub(crate) fn run(args: &InspectArgs, look: Look) -> Result<u8, Failure> {
    let limit = TimeLimit::from_now(args.scan.time_limit);
    let mut options = read_scan_options(&args.scan)?;
    let at = args.at.unwrap_or_else(clock::now);
    options.at = Some(at);
    let (paths, is_hidden) = (args.paths.clone(), args.scan.no_progress);
    let mut view = limit.run("the files were not read", move |stop| {
        options.stop = stop.clone();
        let paths: Vec<&Path> = paths.iter().map(AsRef::as_ref).collect();
        let progress = ShownProgress::new(is_hidden);
        let inventory = scan_all(&paths, &options, &progress).map_err(Failure::scan("folder or file"))?;
        progress.finish();
        Ok(InventoryView::new(inventory, at))
    })?;
    let found = !(view.certificates.is_empty()
        && view.requests.is_empty()
        && view.crls.is_empty()
        && view.assigned.is_empty());
    if !args.thumbprint.is_empty() {
        view.retain(&args.thumbprint);
    }
    let view = redaction::view(view)?;
    output::print(|sink| match args.print.format {
        TableFormat::Text => render::text::inventory(&view, look, sink),
        TableFormat::Json => render::json::write_rows(&view, sink),
        TableFormat::Csv => render::csv::certificates(&view.certificates, sink),
    })?;
    if !found {
        return Err(Failure::no_input(anyhow!("nothing was found that could be read")));
    }
    let code = if args.strict && !view.unreadable.is_empty() { PARTIAL } else { SUCCESS };
    // Its memory goes with the process; to free what is kept of many thousands of certificates one by one takes time.
    std::mem::forget(view);
    Ok(code)
}
