//! Sheets, rows and cells, within what Excel takes.

use std::fmt::Display;

use rust_xlsxwriter::{Color, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};
use time::Date;

use crate::model::{Timestamp, grouped};
use crate::render::escape::visible;

/// A column: its title, and its width in characters.
pub(super) type Column = (&'static str, u8);

/// So many UTF-16 units fit into a cell.
const MAX_UNITS: usize = 32_767;
/// What stands at the end of a text that does not fit.
const CUT: &str = " … (cut off: all of it stands in report.json)";
/// So many rows fit into a sheet, with that of the titles.
const MAX_ROWS: u32 = 1_048_576;

/// What stands in a cell.
pub(super) enum Value {
    Empty,
    Text(String),
    /// A word with a color, which never stands for itself alone.
    State(String, &'static str),
    Number(i64),
    /// A day in UTC.
    Day(Date),
    /// A moment in UTC.
    Moment(Timestamp),
}

impl Value {
    pub(super) fn text(text: &str) -> Self {
        Self::Text(visible(text).into_owned())
    }

    /// A sentence: its marks around names are markup, which spreadsheets do not know.
    pub(super) fn sentence(text: &str) -> Self {
        Self::Text(visible(text).replace('`', "'"))
    }

    pub(super) fn optional(value: Option<impl Display>) -> Self {
        value.map_or(Self::Empty, |value| Self::text(&value.to_string()))
    }

    pub(super) fn list(values: impl IntoIterator<Item: Display>) -> Self {
        let texts: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
        Self::text(&texts.join("; "))
    }
}

/// A moment as Excel counts it; `None` before 1900, which it does not know.
pub(super) fn excel_time(moment: Timestamp) -> Option<ExcelDateTime> {
    ExcelDateTime::from_timestamp(moment.unix_seconds()).ok()
}

/// A moment as the time at which a workbook was made; the first that Excel knows stands for those before it.
pub(super) fn creation_time(moment: Timestamp) -> Result<ExcelDateTime, XlsxError> {
    excel_time(moment).map_or_else(|| ExcelDateTime::from_ymd(1900, 1, 1), Ok)
}

fn excel_day(day: Date) -> Option<ExcelDateTime> {
    ExcelDateTime::from_ymd(u16::try_from(day.year()).ok()?, day.month().into(), day.day()).ok()
}

/// How cells look.
pub(super) struct Looks {
    head: Format,
    text: Format,
    day: Format,
    moment: Format,
    states: [(&'static str, Format); 6],
}

impl Looks {
    pub(super) fn new() -> Self {
        let cell = || Format::new().set_align(FormatAlign::Top);
        let state =
            |fill: u32| cell().set_bold().set_background_color(Color::RGB(fill)).set_font_color(Color::Black);
        Self {
            head: Format::new().set_bold().set_background_color(Color::RGB(0x00E7_E9EC)).set_text_wrap(),
            text: cell().set_text_wrap(),
            day: cell().set_num_format("yyyy-mm-dd"),
            moment: cell().set_num_format("yyyy-mm-dd hh:mm:ss"),
            states: [
                ("ok", state(0x00C8_E6C9)),
                ("warn", state(0x00FF_E0A3)),
                ("bad", state(0x00F8_C4C0)),
                ("unmet", state(0x00E6_C9F0)),
                ("info", state(0x00CB_DFF7)),
                ("none", state(0x00EE_EEEE)),
            ],
        }
    }

    fn state(&self, class: &str) -> &Format {
        self.states.iter().find(|(known, _)| *known == class).map_or(&self.text, |(_, format)| format)
    }
}

/// A sheet that is being filled.
pub(super) struct Sheet<'a> {
    sheet: &'a mut Worksheet,
    looks: &'a Looks,
    columns: &'static [Column],
    /// The file with all rows.
    all: &'static str,
    /// How many rows are written, with that of the titles.
    rows: u32,
    max_rows: u32,
    left_out: usize,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(
        book: &'a mut Workbook,
        looks: &'a Looks,
        name: &str,
        columns: &'static [Column],
        all: &'static str,
    ) -> Result<Self, XlsxError> {
        let sheet = book.add_worksheet();
        sheet.set_name(name)?;
        for (column, (title, width)) in (0..).zip(columns) {
            sheet.set_column_width(column, *width)?;
            sheet.write_string_with_format(0, column, *title, &looks.head)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        // The last row is for what does not fit.
        Ok(Self { sheet, looks, columns, all, rows: 1, max_rows: MAX_ROWS - 1, left_out: 0 })
    }

    /// Takes no more rows than these, with that of the titles.
    #[cfg(test)]
    pub(super) fn limited_to(self, max_rows: u32) -> Self {
        Self { max_rows, ..self }
    }

    pub(super) fn row(&mut self, values: Vec<Value>) -> Result<(), XlsxError> {
        if self.rows >= self.max_rows {
            self.left_out += 1;
            return Ok(());
        }
        let row = self.rows;
        for (column, value) in (0..).zip(values) {
            self.cell(row, column, value)?;
        }
        self.rows += 1;
        Ok(())
    }

    fn cell(&mut self, row: u32, column: u16, value: Value) -> Result<(), XlsxError> {
        let looks = self.looks;
        let (time, shown, format) = match value {
            Value::Empty => return Ok(()),
            Value::Text(text) if text.is_empty() => return Ok(()),
            Value::Text(text) => (None, text, &looks.text),
            Value::State(word, class) => (None, word, looks.state(class)),
            Value::Number(number) => {
                // Days: far from where a number of 64 bits is not exact.
                #[expect(clippy::cast_precision_loss, reason = "numbers of days are small")]
                self.sheet.write_number(row, column, number as f64)?;
                return Ok(());
            }
            Value::Day(day) => (excel_day(day), day.to_string(), &looks.day),
            Value::Moment(moment) => (excel_time(moment), moment.to_string(), &looks.moment),
        };
        match time {
            Some(time) => self.sheet.write_datetime_with_format(row, column, time, format)?,
            None => self.sheet.write_string_with_format(row, column, fitting(shown), format)?,
        };
        Ok(())
    }

    /// Says what did not fit, and lets people filter by what stands in the columns.
    pub(super) fn finish(&mut self) -> Result<(), XlsxError> {
        let last_column = u16::try_from(self.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
        self.sheet.autofilter(0, 0, self.rows - 1, last_column)?;
        if self.left_out > 0 {
            let text = format!("and {} more rows, which stand in {}", grouped(self.left_out), self.all);
            self.sheet.write_string(self.rows, 0, text)?;
        }
        Ok(())
    }
}

/// A text that a cell takes.
fn fitting(text: String) -> String {
    // No text has more UTF-16 units than octets.
    if text.len() <= MAX_UNITS || text.encode_utf16().count() <= MAX_UNITS {
        return text;
    }
    let room = MAX_UNITS - CUT.encode_utf16().count();
    let mut units = 0;
    let is_within = |c: &char| {
        units += c.len_utf16();
        units <= room
    };
    let mut cut: String = text.chars().take_while(is_within).collect();
    cut.push_str(CUT);
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_too_long_is_cut_and_says_so() {
        for (text, is_cut) in [
            ("a".repeat(MAX_UNITS), false),
            ("a".repeat(MAX_UNITS + 1), true),
            ("😀".repeat(MAX_UNITS), true),
        ] {
            let shown = fitting(text.clone());
            assert!(shown.encode_utf16().count() <= MAX_UNITS);
            assert_eq!((shown != text, shown.ends_with(CUT)), (is_cut, is_cut));
        }
    }
}
