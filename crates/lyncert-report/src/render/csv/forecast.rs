//! The table of what comes.

use std::io::{self, Write};

use serde::Serialize;

use super::cell::{Cell, cell, moment, optional, sentence};
use super::write_table;
use crate::model::{ForecastRow, ForecastView};

#[derive(Default, Serialize)]
struct Row {
    estate: Cell,
    at: Cell,
    days: Cell,
    severity: Cell,
    rule: Cell,
    holder: Cell,
    message: Cell,
    consequence: Cell,
    remedy: Cell,
    source: Cell,
    certificate_file: Cell,
    certificate_sha1: Cell,
}

/// One row a thing that comes.
///
/// # Errors
///
/// Those of the sink.
pub fn write(view: &ForecastView, sink: &mut dyn Write) -> io::Result<()> {
    write_table(view.events.iter().map(|event| row(view, event)), sink)
}

fn row(view: &ForecastView, event: &ForecastRow) -> Row {
    Row {
        estate: cell(&view.estate),
        at: moment(event.at),
        days: cell(event.days),
        severity: cell(event.severity),
        rule: cell(&event.rule),
        holder: cell(&event.holder),
        message: sentence(&event.message),
        consequence: sentence(&event.consequence),
        remedy: sentence(&event.remedy),
        source: cell(&event.source),
        certificate_file: optional(event.certificate_file.as_ref()),
        certificate_sha1: optional(event.certificate.as_ref()),
    }
}
