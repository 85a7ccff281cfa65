//! The table for the person who renews.

use std::io::{self, Write};

use serde::Serialize;

use super::cell::{Cell, cell, list, yes_no};
use super::write_table;
use crate::model::{OrderRow, ReplacementRow, Report};

#[derive(Default, Serialize)]
struct Row {
    estate: Cell,
    order: Cell,
    action: Cell,
    subject: Cell,
    names: Cell,
    usages: Cell,
    install_on: Cell,
    ca: Cell,
    key_bits: Cell,
    exportable: Cell,
    due: Cell,
    reason: Cell,
    /// For the reader to fill in; so are the two behind it.
    owner: Cell,
    ticket: Cell,
    done: Cell,
}

/// One row a certificate to replace or request, for the person who renews: with columns to fill in. In the order of the orders,
/// as the order sheet has them.
///
/// # Errors
///
/// Those of the sink.
pub fn write(report: &Report, sink: &mut dyn Write) -> io::Result<()> {
    let rows = report.orders.iter().flat_map(|order| {
        let of_order = report.replacements.iter().filter(move |replacement| replacement.order == order.id);
        of_order.map(move |replacement| row(report, order, replacement))
    });
    write_table(rows, sink)
}

fn row(report: &Report, order: &OrderRow, replacement: &ReplacementRow) -> Row {
    Row {
        estate: cell(&report.estate),
        order: cell(&order.id),
        action: cell(replacement.action.title()),
        subject: cell(format_args!("CN={}", order.subject)),
        names: list(order.names.iter().map(|name| &name.name)),
        usages: list(&order.usages),
        install_on: list(&order.install_on),
        ca: cell(order.ca()),
        key_bits: cell(order.key.bits),
        exportable: yes_no(order.key.exportable),
        due: cell(replacement.due),
        reason: cell(&replacement.reason),
        ..Row::default()
    }
}
