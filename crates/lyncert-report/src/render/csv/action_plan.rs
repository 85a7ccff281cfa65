//! The table for the person who renews.

use std::collections::{HashMap, HashSet};
use std::io::{self, Read, Write};

use csv::{ByteRecord, ReaderBuilder};
use serde::Serialize;

use super::cell::{Cell, cell, list, optional, sentence, yes_no};
use super::write_table;
use crate::model::{OrderRow, ReplacementAction, ReplacementRow, Report};

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
    /// Behind those, where further columns come: what does it, if it is a line for a shell.
    command: Cell,
}

/// One row a certificate to replace, request, install or move, for the person who renews: with columns to fill in. The soonest due
/// comes first, as in the report.
///
/// # Errors
///
/// Those of the sink.
pub fn write(report: &Report, sink: &mut dyn Write) -> io::Result<()> {
    let orders: HashMap<&str, &OrderRow> =
        report.orders.iter().map(|order| (order.id.as_str(), order)).collect();
    let files: HashMap<&str, &str> = report
        .certificates
        .iter()
        .map(|certificate| (certificate.sha1.as_str(), &*certificate.path))
        .collect();
    let rows = report.replacements.iter().filter_map(|replacement| {
        let file = replacement.certificate.as_ref().and_then(|sha1| files.get(sha1.as_str()));
        Some(row(report, orders.get(replacement.order.as_str())?, replacement, file.copied()))
    });
    write_table(rows, sink)
}

fn row(report: &Report, order: &OrderRow, replacement: &ReplacementRow, file: Option<&str>) -> Row {
    Row {
        estate: cell(&report.estate),
        order: cell(&order.id),
        action: cell(replacement.action.verb()),
        subject: cell(format_args!("CN={}", order.subject)),
        names: list(names(order, replacement)),
        usages: list(&replacement.usages),
        install_on: list(&replacement.servers),
        ca: cell(order.ca()),
        key_bits: cell(order.key.bits),
        exportable: yes_no(order.key.exportable),
        due: cell(replacement.due),
        reason: sentence(reason(replacement, file)),
        command: optional(replacement.command.as_ref()),
        ..Row::default()
    }
}

/// All names of the certificate: those of the order in its order, then what it has besides.
fn names<'a>(order: &'a OrderRow, replacement: &'a ReplacementRow) -> Vec<&'a str> {
    let own: Vec<&str> = order.names.iter().map(|name| name.name.as_str()).collect();
    let all = replacement.keep_names.iter().chain(&replacement.add_names).map(String::as_str);
    let known: HashSet<&str> = own.iter().copied().collect();
    let further = all.filter(|name| !known.contains(name));
    own.iter().copied().chain(further).collect()
}

/// Why, and which file it is about where a certificate is there already.
fn reason(replacement: &ReplacementRow, file: Option<&str>) -> String {
    if let Some(request) = &replacement.request {
        return format!("{} (have {request} signed)", replacement.reason);
    }
    match (replacement.action, file) {
        (ReplacementAction::Install | ReplacementAction::Move, Some(file)) => {
            format!("{} (fits: {file})", replacement.reason)
        }
        (ReplacementAction::Install | ReplacementAction::Move, None)
        | (ReplacementAction::Replace | ReplacementAction::Request, _) => replacement.reason.clone(),
    }
}

/// What the reader fills in: owner, ticket, done.
const OWN_COLUMNS: usize = 3;
/// Columns behind those, which earlier versions did not write.
const LATER_COLUMNS: usize = 1;

/// Whether somebody wrote into a table that is an action plan by its first columns: a field of the columns for that, or a column of their
/// own. A table that cannot be read is nobody's but theirs.
pub fn is_filled_in(table: impl Read) -> bool {
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(table);
    let mut records = reader.byte_records();
    let Some(header) = records.next() else { return false };
    let Ok(header) = header else { return true };
    let known = super::columns::<Row>().unwrap_or_default();
    let is_as_written = known.iter().zip(&header).skip(1).all(|(own, found)| own.as_bytes() == found);
    let behind_own = known.len() - LATER_COLUMNS;
    if !is_as_written || ![behind_own, known.len()].contains(&header.len()) {
        return true;
    }
    let is_written_in = |record: Result<ByteRecord, csv::Error>| {
        record.map_or(true, |record| {
            let mut own = record.iter().take(behind_own).skip(behind_own - OWN_COLUMNS);
            record.len() != header.len() || own.any(|field| !field.is_empty())
        })
    };
    records.any(is_written_in)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::testing::plain_report;

    fn table(report: &Report) -> String {
        let mut table = Vec::new();
        write(report, &mut table).unwrap();
        String::from_utf8(table).unwrap()
    }

    #[test]
    fn a_plan_is_its_readers_as_soon_as_anything_stands_in_their_columns() {
        let empty = "\"\",\"\",\"\",\"Request-CsCertificate -New\"\r\n";
        let mut report = plain_report(2);
        for replacement in &mut report.replacements {
            replacement.command = Some("Request-CsCertificate -New".to_owned());
        }
        let table = table(&report);
        assert!(table.lines().count() > 1 && table.ends_with(empty), "{table}");
        let older = table.replace(",\"command\"", "").replace(",\"Request-CsCertificate -New\"", "");
        assert!(older.ends_with("\"\",\"\",\"\"\r\n"), "{older}");
        for table in [&table, &older] {
            assert!(!is_filled_in(table.as_bytes()));
            assert!(!is_filled_in(table.lines().next().unwrap_or_default().as_bytes()));
            for (old, new) in [
                ("\"\",\"\",\"\"", "\"Anna\",\"\",\"\""),
                ("\"\",\"\",\"\"", "\"\",\"CHG-4711\",\"\""),
                ("\"\",\"\",\"\"", "\"\",\"\",\"yes\""),
                ("\"\r\n", "\",\"seen\"\r\n"),
                ("\"done\"", "\"done\",\"seen by\""),
                ("\"done\"", "\"ready\""),
            ] {
                assert!(is_filled_in(table.replacen(old, new, 1).as_bytes()), "{new}");
                assert!(table.contains(old));
            }
        }
    }
}
