//! Events that were exported as a table: which column holds their ids.

use std::ops::Range;

/// The cells with ids of events in a table that is separated by commas, semicolons or tabs, as the event viewer and PowerShell write
/// it. Empty for a text without such a table.
pub(super) fn event_cells(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.len() <= MAX_HEADER_BYTES
            && let Some(header) = header(line)
        {
            return cells(text, start + line.len(), header);
        }
        start += line.len();
    }
    Vec::new()
}

/// A longer line is no header.
const MAX_HEADER_BYTES: usize = 1000;

/// Where the ids stand.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Header {
    separator: char,
    column: usize,
}

/// The names of the column, where they say enough by themselves.
const EVENT_COLUMNS: &[&str] = &["event id", "eventid", "event code", "eventcode", "instanceid"];
/// The columns of events that stand beside one that is just called `Id`.
const COLUMNS_BESIDE: &[&str] =
    &["providername", "leveldisplayname", "timecreated", "logname", "source", "taskdisplayname"];

fn header(line: &str) -> Option<Header> {
    [',', ';', '\t'].into_iter().find_map(|separator| {
        let names =
            line.trim_end().split(separator).map(|name| name.trim().trim_matches('"').to_ascii_lowercase());
        let names: Vec<String> = names.collect();
        let is_of_events = |name: &String| EVENT_COLUMNS.contains(&name.as_str());
        let is_beside = |name: &String| COLUMNS_BESIDE.contains(&name.as_str());
        // A sentence with a comma in it is no header.
        let is_header =
            names.len() > 2 && !names.iter().any(|name| name.starts_with(|c: char| c.is_ascii_digit()));
        let column = names.iter().position(is_of_events).or_else(|| {
            names.iter().any(is_beside).then(|| names.iter().position(|name| name == "id")).flatten()
        });
        column.filter(|_| is_header).map(|column| Header { separator, column })
    })
}

/// The cells of the column in all records from `start` on. Texts in quotation marks may go over several lines.
fn cells(text: &str, start: usize, header: Header) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut column, mut cell, mut is_quoted) = (0, start, false);
    let mut end_cell = |column: usize, cell: Range<usize>| {
        if column == header.column {
            found.push(cell);
        }
    };
    for (place, c) in text.get(start..).unwrap_or_default().char_indices() {
        let place = start + place;
        match c {
            '"' => is_quoted = !is_quoted,
            '\n' if !is_quoted => {
                end_cell(column, cell..place);
                (column, cell) = (0, place + 1);
            }
            _ if c == header.separator && !is_quoted => {
                end_cell(column, cell..place);
                (column, cell) = (column + 1, place + c.len_utf8());
            }
            _ => {}
        }
    }
    end_cell(column, cell..text.len());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<&str> {
        event_cells(text)
            .into_iter()
            .map(|cell| text.get(cell).unwrap().trim())
            .filter(|id| !id.is_empty())
            .collect()
    }

    #[test]
    fn the_column_of_ids_is_found_by_its_name() {
        let viewer = "Level,Date and Time,Source,Event ID,Task Category\nError,11/26/2026 4:00:01 AM,LS Data MCU,41026,(1006),\"a, b\nc\"\nError,11/26/2026,Schannel,36887,None,x\n";
        assert_eq!(ids(viewer), ["41026", "36887"]);
        let shell = "#TYPE System\n\"Message\";\"Id\";\"ProviderName\"\n\"one \"\"two\"\"\nthree\";\"36888\";\"Schannel\"\n";
        assert_eq!(ids(shell), ["\"36888\""]);
    }

    #[test]
    fn a_text_that_is_no_table_has_none() {
        for text in ["", "Event ID: 41026\nLevel: Error", "id,name\n1,2", "the event id, as said\n41026,5"] {
            assert_eq!(ids(text), [""; 0], "{text}");
        }
    }
}
