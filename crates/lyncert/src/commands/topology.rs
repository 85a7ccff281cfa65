//! `lyncert topology`: what was understood from the export.

use lyncert_report::model::TopologyView;
use lyncert_report::render;
use lyncert_report::render::text::Look;

use crate::args::{PrintFormat, TopologyArgs};
use crate::exit::{Failure, SUCCESS};
use crate::inputs::read_exports;
use crate::output;
use crate::redaction;

pub(crate) fn run(args: &TopologyArgs, look: Look) -> Result<u8, Failure> {
    let topology = read_exports(&args.exports.topology)?;
    let view = redaction::view(TopologyView::new(&topology.deployment))?;
    output::print(|sink| match args.print.format {
        PrintFormat::Text => render::text::topology(&view, look, sink),
        PrintFormat::Json => render::json::write(&view, sink),
    })?;
    Ok(SUCCESS)
}
