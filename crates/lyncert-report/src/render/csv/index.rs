//! The table of estates.

use std::io::{self, Write};

use serde::Serialize;

use super::cell::{Cell, cell, list, moment, optional};
use super::write_table;
use crate::model::{ChangeCounts, EstateRow, IndexView};

#[derive(Default, Serialize)]
struct Row {
    estate: Cell,
    state: Cell,
    exit_code: Cell,
    verdict: Cell,
    at: Cell,
    product: Cell,
    errors: Cell,
    warnings: Cell,
    infos: Cell,
    waived: Cell,
    requirements: Cell,
    met: Cell,
    failed: Cell,
    unmet: Cell,
    names: Cell,
    names_covered: Cell,
    certificates_serving: Cell,
    not_understood: Cell,
    next_deadline: Cell,
    days_left: Cell,
    next_deadline_holder: Cell,
    since: Cell,
    news: Cell,
    fixed: Cell,
    folder: Cell,
    unjudged: Cell,
    policy: Cell,
}

/// One row an estate, worst first.
///
/// # Errors
///
/// Those of the sink.
pub fn write(view: &IndexView, sink: &mut dyn Write) -> io::Result<()> {
    write_table(view.estates.iter().map(row), sink)
}

fn row(estate: &EstateRow) -> Row {
    let changes = estate.changes.as_ref();
    Row {
        estate: cell(&estate.estate),
        state: cell(estate.state),
        exit_code: cell(estate.exit_code),
        verdict: cell(&estate.verdict),
        at: moment(estate.at),
        product: cell(&estate.product),
        errors: cell(estate.errors),
        warnings: cell(estate.warnings),
        infos: cell(estate.infos),
        waived: cell(estate.waived),
        requirements: cell(estate.requirements),
        met: cell(estate.met),
        failed: cell(estate.failed),
        unmet: cell(estate.unmet),
        names: cell(estate.names),
        names_covered: cell(estate.names_covered),
        certificates_serving: cell(estate.certificates_serving),
        not_understood: cell(estate.not_understood),
        next_deadline: estate.next_deadline.map(moment).unwrap_or_default(),
        days_left: optional(estate.next_deadline_days),
        next_deadline_holder: optional(estate.next_deadline_holder.as_ref()),
        since: estate.since.map(moment).unwrap_or_default(),
        news: optional(changes.map(ChangeCounts::news)),
        fixed: optional(changes.map(|counts| counts.fixed)),
        folder: optional(estate.folder.as_ref()),
        unjudged: list(estate.unjudged.iter().map(|row| row.kind)),
        policy: optional(estate.policy.as_ref()),
    }
}
