//! What a report rests on, one row an item and value.

use std::io::{self, Write};

use serde::Serialize;

use super::cell::{Cell, cell, sentence, spreadsheet_moment};
use super::write_table;
use crate::model::Report;

#[derive(Default, Serialize)]
struct Row {
    item: Cell,
    value: Cell,
}

/// By what, when and with what the report was made, which a report of an older program does not say; and how the estate stands, since
/// of one in order the tables of findings have no row.
///
/// # Errors
///
/// Those of the sink.
pub fn write(report: &Report, sink: &mut dyn Write) -> io::Result<()> {
    let items = report.provenance.iter().flat_map(|provenance| provenance.items(spreadsheet_moment));
    let rows = items.flat_map(|(item, values)| {
        values.into_iter().map(move |value| Row { item: cell(item), value: sentence(value) })
    });
    let state = Row { item: cell("state"), value: cell(report.summary.state) };
    write_table(rows.chain([state]), sink)
}
