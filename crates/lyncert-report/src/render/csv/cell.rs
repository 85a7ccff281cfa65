//! The one kind of field that tables are made of.

use std::fmt::Display;

use serde::{Serialize, Serializer};

use crate::model::Timestamp;
use crate::render::escape;

/// A field of a table: a text that no spreadsheet takes for a formula and that hides nothing.
#[derive(Debug, Default)]
pub(super) struct Cell(String);

/// The text of a value.
pub(super) fn cell(value: impl Display) -> Cell {
    Cell(value.to_string())
}

/// A sentence: its marks around names are markup, which spreadsheets do not know, and become quotation marks.
pub(super) fn sentence(text: impl Display) -> Cell {
    Cell(text.to_string().replace('`', "'"))
}

/// A moment in UTC as spreadsheets take it for one: without the letters between and behind its parts.
pub(super) fn moment(moment: Timestamp) -> Cell {
    cell(spreadsheet_moment(moment))
}

/// The text of [`moment`].
pub(super) fn spreadsheet_moment(moment: Timestamp) -> String {
    moment.to_string().replace('T', " ").trim_end_matches('Z').to_owned()
}

/// The text of a value, or nothing.
pub(super) fn optional(value: Option<impl Display>) -> Cell {
    value.map(cell).unwrap_or_default()
}

/// The texts of some values in one field.
pub(super) fn list(values: impl IntoIterator<Item: Display>) -> Cell {
    let texts: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    cell(texts.join("; "))
}

/// `yes` or `no`.
pub(super) fn yes_no(is_so: bool) -> Cell {
    cell(if is_so { "yes" } else { "no" })
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&escape::cell(&self.0))
    }
}
