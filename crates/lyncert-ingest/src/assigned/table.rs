//! `Get-CsCertificate | Format-Table`, which is also how PowerShell prints up to four selected properties: columns by their
//! headers, which are underlined.

use super::AssignedCertificate;
use super::object::{Object, Value, is_cut};
use crate::place::Place;
use crate::problem::Problem;
use crate::source::Source;

/// The properties of the cmdlet's objects.
const PROPERTIES: [&str; 13] = [
    "Issuer",
    "NotAfter",
    "NotBefore",
    "SerialNumber",
    "Subject",
    "AlternativeNames",
    "Thumbprint",
    "EffectiveDate",
    "PreviousThumbprint",
    "UpdateTime",
    "Use",
    "SourceScope",
    "PSComputerName",
];

/// Whether a text has a table with two columns of the cmdlet's objects.
pub(crate) fn is_table(text: &str) -> bool {
    let mut before = "";
    for line in text.lines() {
        if Columns::under(before, line).is_some() {
            return true;
        }
        if !line.trim().is_empty() {
            before = line;
        }
    }
    false
}

/// Every certificate of the tables of a text. A row that cannot be read is a problem at its line.
pub(crate) fn read_table(source: &Source, problems: &mut Vec<Problem>) -> Vec<AssignedCertificate> {
    let mut certificates = Vec::new();
    let mut columns: Option<Columns> = None;
    let mut is_over = false;
    let lines: Vec<(&str, u32)> =
        source.text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty()).collect();
    let mut last_line = 0;
    let mut rest = lines.iter().peekable();
    while let Some((line, number)) = rest.next() {
        let found = rest.peek().and_then(|(below, _)| Columns::under(line, below));
        if let Some(found) = found {
            if let Some(lacking) = found.lacking() {
                problems.push(Problem { place: place(source, *number), text: lacking });
            }
            columns = Some(found).filter(|found| found.lacking().is_none());
            is_over = false;
            last_line = rest.next().map_or(*number, |(_, number)| *number);
            continue;
        }
        let Some(columns) = &columns else { continue };
        let is_next = *number == last_line + 1;
        last_line = *number;
        let row = columns.read(line).and_then(|object| object.certificate(place(source, *number)));
        match row {
            Ok(certificate) => certificates.push(certificate),
            // Behind a blank line may stand anything, such as the next prompt.
            Err(_) if is_over || !is_next => is_over = true,
            Err(text) => problems.push(Problem { place: place(source, *number), text }),
        }
    }
    certificates
}

fn place(source: &Source, line: u32) -> Place {
    Place {
        document: std::sync::Arc::clone(&source.name),
        path: format!("row[{line}]").into(),
        line,
        column: 1,
    }
}

/// The columns of a table: their names, and the characters at which they start.
struct Columns {
    starts: Vec<(String, usize)>,
}

impl Columns {
    /// The columns of a header that is underlined by the line below it.
    fn under(header: &str, below: &str) -> Option<Self> {
        let is_underline = below.contains("--") && below.trim_end().chars().all(|c| c == '-' || c == ' ');
        if !is_underline {
            return None;
        }
        let mut starts: Vec<usize> = Vec::new();
        let mut before = ' ';
        for (at, character) in below.chars().enumerate() {
            if character == '-' && before == ' ' {
                starts.push(at);
            }
            before = character;
        }
        let names = cells(header, &starts);
        let known = |name: &&String| PROPERTIES.iter().any(|known| known.eq_ignore_ascii_case(name));
        (names.iter().filter(known).count() > 1)
            .then(|| Self { starts: names.into_iter().zip(starts).collect() })
    }

    /// Which column is not there without which nothing is told.
    fn lacking(&self) -> Option<String> {
        let has = |name: &str| self.starts.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
        let lacking = ["Thumbprint", "Use"].into_iter().find(|name| !has(name))?;
        Some(format!("the table has no column `{lacking}`; list all of it by `{}`", super::EXPORT_COMMAND))
    }

    fn read(&self, line: &str) -> Result<Object, String> {
        let starts: Vec<usize> = self.starts.iter().map(|(_, start)| *start).collect();
        let characters: Vec<char> = line.chars().collect();
        let is_straddled =
            |start: &usize| *start > 0 && characters.get(start - 1).is_some_and(|before| *before != ' ');
        if starts.iter().any(is_straddled) {
            return Err("the row does not stand in its columns".to_owned());
        }
        let mut object = Object::default();
        for ((name, _), cell) in self.starts.iter().zip(cells(line, &starts)) {
            // Of a usage nothing may be lost; of the other lists it is told.
            let value = if is_cut(&cell) && name.eq_ignore_ascii_case("PSComputerName") {
                String::new()
            } else {
                cell
            };
            object.push(name, Value::Text(value));
        }
        Ok(object)
    }
}

/// What stands between one start and the next.
fn cells(line: &str, starts: &[usize]) -> Vec<String> {
    let characters: Vec<char> = line.chars().collect();
    let ends = starts.iter().skip(1).copied().chain([usize::MAX]);
    let cell = |(start, end): (&usize, usize)| {
        let inner = characters.get(*start..end.min(characters.len()).max(*start)).unwrap_or_default();
        inner.iter().collect::<String>().trim().to_owned()
    };
    starts.iter().zip(ends).map(cell).collect()
}
