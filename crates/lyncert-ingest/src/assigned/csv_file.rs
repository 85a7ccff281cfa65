//! `Export-Csv`: with any delimiter, with or without the lines that name the type or the delimiter; tables of Markdown and those that
//! spreadsheets copy are the same.

use super::AssignedCertificate;
use super::object::{Object, Value};
use crate::place::Place;
use crate::problem::Problem;
use crate::source::Source;

/// What stands between the columns: commas and semicolons in files, tabs in what spreadsheets copy, bars in Markdown.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Whether the header of a text names a thumbprint column.
pub(crate) fn is_csv(text: &str) -> bool {
    find_header(text).is_some()
}

/// The delimiter, and how many lines come before the header.
fn find_header(text: &str) -> Option<(u8, usize)> {
    let lead_in = |line: &&str| {
        let line = line.trim().trim_start_matches('"').to_ascii_lowercase();
        line.is_empty() || line.starts_with("#type") || line.starts_with("sep=")
    };
    let skip = text.lines().take_while(lead_in).count();
    let line = text.lines().nth(skip)?.to_ascii_lowercase();
    let has_thumbprint = |delimiter: u8| {
        let columns = line.split(char::from(delimiter)).map(|column| column.trim().trim_matches('"'));
        // A command that somebody typed names columns too.
        let are_names = columns.clone().all(|column| {
            column.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'_'))
        });
        line.contains(char::from(delimiter))
            && are_names
            && columns.clone().any(|column| column == "thumbprint")
    };
    DELIMITERS.into_iter().find(|delimiter| has_thumbprint(*delimiter)).map(|delimiter| (delimiter, skip))
}

/// Every certificate of the table.
pub(crate) fn read_csv(
    source: &Source,
    problems: &mut Vec<Problem>,
    notes: &mut Vec<String>,
) -> Vec<AssignedCertificate> {
    let Some((delimiter, skip)) = find_header(&source.text) else { return Vec::new() };
    let body = source.text.split_inclusive('\n').skip(skip).collect::<String>();
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(body.as_bytes());
    let columns = reader.headers().cloned().unwrap_or_default();
    let mut certificates = Vec::new();
    for row in reader.records() {
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                problems.push(Problem {
                    place: place_of_line(source, line, skip),
                    text: "the row cannot be read".to_owned(),
                });
                continue;
            }
        };
        // The line under a header of Markdown, and rows that spreadsheets leave empty.
        if row.iter().all(|cell| cell.trim().chars().all(|c| matches!(c, '-' | ':'))) {
            continue;
        }
        let place = place_of_line(source, row.position().map_or(0, csv::Position::line), skip);
        let mut object = Object::default();
        for (name, value) in columns.iter().zip(&row) {
            object.push(name, Value::Text(value.to_owned()));
        }
        match object.certificate(place.clone()) {
            Ok(certificate) => certificates.push(certificate),
            Err(text) => problems.push(Problem { place, text }),
        }
    }
    if certificates.iter().any(|certificate| !certificate.names_complete) {
        notes.push("the CSV lost the subject alternative names, as PowerShell writes lists; only thumbprints and uses are taken".to_owned());
    }
    certificates
}

fn place_of_line(source: &Source, line: u64, skip: usize) -> Place {
    let line =
        u32::try_from(line).unwrap_or(u32::MAX).saturating_add(u32::try_from(skip).unwrap_or(0)).max(1);
    Place {
        document: std::sync::Arc::clone(&source.name),
        path: format!("row[{line}]").into(),
        line,
        column: 1,
    }
}
