//! Readers of the formats that forgive nothing: what a file has to be whatever was in the report.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use lyncert_report::model::Report;
use lyncert_report::render::escape::acts;
use serde_json::Value;

/// What is wrong with a file of a report, by the format that its name says.
pub(crate) fn fault(name: &str, bytes: &[u8]) -> Option<String> {
    if name.ends_with(".xlsx") {
        return workbook(bytes).err();
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return Some("it is no UTF-8".to_owned()) };
    let line_end = if name.ends_with(".csv") || name.ends_with(".ics") { "\r\n" } else { "\n" };
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text).replace(line_end, "");
    if let Some(acting) = bare.chars().find(|c| acts(*c)) {
        return Some(format!("U+{:04X} stands in it", u32::from(acting)));
    }
    match name.rsplit('.').next() {
        Some("json") => Report::read(bytes).err().map(|error| error.to_string()),
        Some("sarif") => serde_json::from_slice::<Value>(bytes).err().map(|error| error.to_string()),
        Some("xml") => markup(text).err(),
        Some("csv") => table(text).err(),
        Some("ics") => calendar(text).err(),
        Some("prom") => metrics(text).err(),
        Some("html") => page(text).err(),
        Some("md") => None,
        _ => Some("it is of no format that is known".to_owned()),
    }
}

/// RFC 4180: every field in quotes, as many of them in each line; and none that is a formula.
fn table(text: &str) -> Result<(), String> {
    let text = text.strip_prefix('\u{feff}').ok_or("there is no byte order mark")?;
    let mut columns = None;
    for line in text.strip_suffix("\r\n").ok_or("the last line is not ended")?.split("\r\n") {
        let inner = line.strip_prefix('"').and_then(|line| line.strip_suffix('"'));
        let fields: Vec<&str> =
            inner.ok_or_else(|| format!("not in quotes: {line}"))?.split("\",\"").collect();
        for field in &fields {
            if field.replace("\"\"", "").contains('"') {
                return Err(format!("a quote ends the field {field}"));
            }
            if field.trim_start().starts_with(['=', '+', '-', '@']) && field.parse::<i64>().is_err() {
                return Err(format!("a formula: {field}"));
            }
        }
        if *columns.get_or_insert(fields.len()) != fields.len() {
            return Err(format!("{} fields: {line}", fields.len()));
        }
    }
    Ok(())
}

/// RFC 5545: lines of 75 octets, components that end, days that there are, UIDs of one event each.
fn calendar(text: &str) -> Result<(), String> {
    if let Some(long) = text.split("\r\n").find(|line| line.len() > 75) {
        return Err(format!("too long: {long}"));
    }
    let (mut open, mut uids) = (Vec::new(), BTreeSet::new());
    for line in text.replace("\r\n ", "").split_terminator("\r\n") {
        let (name, value) = line.split_once(':').ok_or_else(|| format!("no value: {line}"))?;
        // Readers know no year 0.
        let is_day = |value: &str| {
            value.len() == 8 && value.bytes().all(|byte| byte.is_ascii_digit()) && !value.starts_with("0000")
        };
        match name {
            "BEGIN" => open.push(value.to_owned()),
            "END" if open.pop().as_deref() == Some(value) => {}
            "END" => return Err(format!("{value} was not begun")),
            "UID" if !uids.insert(value.to_owned()) => return Err(format!("{value} is there twice")),
            "DTSTART;VALUE=DATE" | "DTEND;VALUE=DATE" if !is_day(value) => {
                return Err(format!("no day: {line}"));
            }
            _ => {}
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("{open:?} has no end")) }
}

/// The text format of Prometheus: names, labels with three escapes, numbers, and no sample twice.
fn metrics(text: &str) -> Result<(), String> {
    let mut samples = BTreeSet::new();
    for line in text.lines().filter(|line| !line.starts_with("# ")) {
        let (sample, value) = line.rsplit_once(' ').ok_or_else(|| format!("no value: {line}"))?;
        value.parse::<f64>().map_err(|error| format!("{error}: {line}"))?;
        let (name, labels) = sample.split_once('{').ok_or_else(|| format!("no labels: {line}"))?;
        if !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
            return Err(format!("no name: {line}"));
        }
        let labels = labels.strip_suffix('}').ok_or_else(|| format!("labels without an end: {line}"))?;
        let bare = labels.replace("\\\\", "").replace("\\\"", "").replace("\\n", "");
        if bare.contains('\\') || bare.matches('"').count() != 2 * bare.matches("=\"").count() {
            return Err(format!("a quote ends a label: {line}"));
        }
        if !samples.insert(sample) {
            return Err(format!("there twice: {sample}"));
        }
    }
    Ok(())
}

/// XML 1.0 as we write it: balanced elements, attributes in double quotes, no reference but to the five that are always there.
fn markup(text: &str) -> Result<(), String> {
    let mut open = Vec::new();
    let mut rest = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>").unwrap_or(text);
    // Parts of a workbook have it with a line end, or say that they stand alone.
    if let Some(declared) = rest.strip_prefix("<?xml ") {
        rest = declared.split_once("?>").ok_or("the declaration has no end")?.1;
    }
    while let Some((before, tag)) = rest.split_once('<') {
        is_inert(before)?;
        let (tag, behind) = tag.split_once('>').ok_or("a tag has no end")?;
        rest = behind;
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Err(format!("{name} was not begun"));
            }
            continue;
        }
        let (tag, is_empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
        let pieces: Vec<&str> = attributes.split('"').collect();
        if pieces.len().is_multiple_of(2) {
            return Err(format!("a quote ends an attribute: {tag}"));
        }
        for (index, piece) in pieces.iter().enumerate() {
            let is_name = index % 2 == 0;
            if is_name && !piece.trim().is_empty() && !piece.ends_with('=') {
                return Err(format!("no attribute: {tag}"));
            }
            is_inert(piece)?;
        }
        if !is_empty {
            open.push(name);
        }
    }
    is_inert(rest)?;
    if open.is_empty() { Ok(()) } else { Err(format!("{open:?} has no end")) }
}

/// Text or a value of XML: its characters are allowed, and every reference is known.
fn is_inert(text: &str) -> Result<(), String> {
    let is_forbidden = |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if let Some(forbidden) = text.chars().find(|c| is_forbidden(*c)) {
        return Err(format!("U+{:04X} stands in it", u32::from(forbidden)));
    }
    for reference in text.split('&').skip(1) {
        let (name, _) = reference.split_once(';').ok_or_else(|| format!("no reference: &{reference}"))?;
        let is_known = ["lt", "gt", "amp", "quot", "apos"].contains(&name) || name.starts_with('#');
        if !is_known {
            return Err(format!("no reference: &{reference}"));
        }
    }
    Ok(())
}

/// A page of ours: ids of one element each, links that lead there, and no element of others.
fn page(text: &str) -> Result<(), String> {
    // What the page brings itself has no text of others in it.
    let body = text.split_once("<body").ok_or("there is no body")?.1;
    let values = |attribute: &str| -> Vec<String> {
        let start = format!(" {attribute}=\"");
        let parts = body.split(&start).skip(1);
        parts.filter_map(|part| part.split_once('"')).map(|(value, _)| value.to_owned()).collect()
    };
    let ids = values("id");
    let known: BTreeSet<&String> = ids.iter().collect();
    if known.len() != ids.len() {
        return Err("an id is there twice".to_owned());
    }
    for link in values("href").iter().filter_map(|link| link.strip_prefix('#')) {
        if !known.iter().any(|id| *id == link) {
            return Err(format!("a link leads nowhere: {link}"));
        }
    }
    match ["<script>alert", "<img", "<iframe", "onerror=\"", "href=\"javascript:"]
        .iter()
        .find(|part| body.contains(**part))
    {
        Some(part) => Err(format!("it has `{part}`")),
        None => Ok(()),
    }
}

/// A ZIP of XML: no text is longer than a cell may be, and none is a formula.
fn workbook(bytes: &[u8]) -> Result<(), String> {
    const MAX_CELL: usize = 32_767;
    let mut parts = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    for index in 0..parts.len() {
        let mut part = parts.by_index(index).map_err(|error| error.to_string())?;
        let name = part.name().map_err(|error| error.to_string())?.into_owned();
        let mut text = String::new();
        part.read_to_string(&mut text).map_err(|error| error.to_string())?;
        markup(&text).map_err(|fault| format!("{name}: {fault}"))?;
        let cells = text.split("<t").skip(1).filter_map(|cell| cell.split_once('>')?.1.split_once("</t>"));
        for (cell, _) in cells {
            let shown = cell.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
            if shown.encode_utf16().count() > MAX_CELL {
                return Err("a cell is too long".to_owned());
            }
        }
        if text.contains("<f>") || text.contains("<hyperlink") {
            return Err(format!("{name}: there is a formula or a link"));
        }
    }
    Ok(())
}
