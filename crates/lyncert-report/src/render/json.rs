//! JSON, for programs.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use super::escape::{acts, is_plain};

/// Writes a view as indented JSON with a final line end. Values are raw, but for characters that would act where they are shown:
/// they stand there by their number, which every parser of JSON reads as the same text.
///
/// # Errors
///
/// Those of the sink.
pub fn write<T: Serialize>(view: &T, sink: &mut dyn Write) -> io::Result<()> {
    write_in(Indented::default(), view, sink)
}

/// The same with each entry of a list on a line of its own, as large views are shorter, and told apart line by line.
///
/// # Errors
///
/// Those of the sink.
pub fn write_rows<T: Serialize>(view: &T, sink: &mut dyn Write) -> io::Result<()> {
    write_in(Indented { has_rows: true, ..Indented::default() }, view, sink)
}

fn write_in<T: Serialize>(form: Indented, view: &T, sink: &mut dyn Write) -> io::Result<()> {
    let mut buffered = Buffered { sink, bytes: Vec::with_capacity(BUFFER_SIZE) };
    view.serialize(&mut Serializer::with_formatter(&mut buffered, form))?;
    buffered.write_all(b"\n")?;
    buffered.flush()
}

/// A view as one line of JSON without a line end, written in the same way; nothing where a value cannot be JSON.
pub fn line<T: Serialize>(view: &T) -> String {
    let mut bytes = Vec::new();
    let written = view.serialize(&mut Serializer::with_formatter(&mut bytes, OneLine));
    written.ok().and_then(|()| String::from_utf8(bytes).ok()).unwrap_or_default()
}

const BUFFER_SIZE: usize = 1 << 16;

/// Bytes on their way to a sink. JSON is made of very short pieces, each of which would ask the sink by itself.
struct Buffered<'a> {
    sink: &'a mut dyn Write,
    bytes: Vec<u8>,
}

impl Write for Buffered<'_> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.bytes.len() + bytes.len() > BUFFER_SIZE {
            self.pass_on()?;
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pass_on()
    }
}

impl Buffered<'_> {
    #[cold]
    fn pass_on(&mut self) -> io::Result<()> {
        self.sink.write_all(&self.bytes)?;
        self.bytes.clear();
        Ok(())
    }
}

/// One line; characters that act are written by their number.
struct OneLine;

impl Formatter for OneLine {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        write_inert(writer, fragment)
    }
}

/// Indented by two blanks a level as serde's own pretty form is, each line begun in one piece; characters that act are written by
/// their number.
#[derive(Default)]
struct Indented {
    /// Whether each entry of a list is one line.
    has_rows: bool,
    /// The depth of the entry that is being written as one line.
    row: Option<usize>,
    depth: usize,
    /// Whether something stands in the list or object that ends next.
    has_value: bool,
}

/// What stands between two values, with the indentation of as many levels as views have and more.
const NEXT: &str = ",\n                                ";
const LEVELS: usize = (NEXT.len() - 2) / 2;

impl Indented {
    #[inline]
    fn begin<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.has_value = false;
        writer.write_all(bracket)
    }

    #[inline]
    fn end<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if self.has_value && self.row.is_none() {
            self.begin_line(writer, true)?;
        }
        writer.write_all(bracket)
    }

    /// Begins the line of a value or of an end; behind a comma if one was `first`.
    #[inline]
    fn begin_line<W: ?Sized + Write>(&self, writer: &mut W, first: bool) -> io::Result<()> {
        if self.row.is_some() {
            return if first { Ok(()) } else { writer.write_all(b", ") };
        }
        let there = self.depth.min(LEVELS);
        let line = NEXT.as_bytes().get(usize::from(first)..2 + 2 * there).unwrap_or_default();
        writer.write_all(line)?;
        (there..self.depth).try_for_each(|_| writer.write_all(b"  "))
    }
}

impl Formatter for Indented {
    #[inline]
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        write_inert(writer, fragment)
    }

    #[inline]
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"[")
    }

    #[inline]
    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"]")
    }

    #[inline]
    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.begin_line(writer, first)?;
        if self.has_rows && self.row.is_none() {
            self.row = Some(self.depth);
        }
        Ok(())
    }

    #[inline]
    fn end_array_value<W: ?Sized + Write>(&mut self, _writer: &mut W) -> io::Result<()> {
        self.has_value = true;
        if self.row == Some(self.depth) {
            self.row = None;
        }
        Ok(())
    }

    #[inline]
    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"{")
    }

    #[inline]
    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"}")
    }

    #[inline]
    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.begin_line(writer, first)
    }

    #[inline]
    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    #[inline]
    fn end_object_value<W: ?Sized + Write>(&mut self, _writer: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }
}

/// Writes a part of a string that JSON needs no escape for, and characters that act by their number.
#[inline]
fn write_inert<W: ?Sized + Write>(writer: &mut W, text: &str) -> io::Result<()> {
    if is_plain(text) { writer.write_all(text.as_bytes()) } else { write_acting(writer, text) }
}

#[cold]
fn write_acting<W: ?Sized + Write>(writer: &mut W, text: &str) -> io::Result<()> {
    let mut rest = text;
    while let Some((before, acting, after)) = split_at_acting(rest) {
        writer.write_all(before.as_bytes())?;
        let mut units = [0; 2];
        for unit in acting.encode_utf16(&mut units) {
            write!(writer, "\\u{unit:04x}")?;
        }
        rest = after;
    }
    writer.write_all(rest.as_bytes())
}

/// What stands before the first character that acts, that character, and what follows.
fn split_at_acting(text: &str) -> Option<(&str, char, &str)> {
    let (index, acting) = text.char_indices().find(|(_, c)| acts(*c))?;
    let (before, from) = text.split_at_checked(index)?;
    Some((before, acting, from.split_at_checked(acting.len_utf8())?.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_written_by_its_number_and_read_as_it_was() {
        for (text, json) in [
            ("Zürich 東京", "\"Zürich 東京\""),
            ("a\u{9b}31m", "\"a\\u009b31m\""),
            ("\u{202E}b\u{2028}", "\"\\u202eb\\u2028\""),
            ("\u{E0041}", "\"\\udb40\\udc41\""),
            ("\u{1b}\n\"", "\"\\u001b\\n\\\"\""),
        ] {
            assert_eq!(line(&text), json);
            assert_eq!(serde_json::from_str::<String>(json).unwrap(), text);
        }
    }

    #[test]
    fn each_entry_of_a_list_can_be_a_line() {
        let view = serde_json::json!({
            "a": [1, {"b": null, "c": [[], [2, {"d": {}}]]}, "e"], "f": {"g": [], "h": [{}], "i": {"j": 3}}, "k": [],
        });
        let mut bytes = Vec::new();
        write_rows(&view, &mut bytes).unwrap();
        let lines = r#"{
  "a": [
    1,
    {"b": null, "c": [[], [2, {"d": {}}]]},
    "e"
  ],
  "f": {
    "g": [],
    "h": [
      {}
    ],
    "i": {
      "j": 3
    }
  },
  "k": []
}
"#;
        assert_eq!(String::from_utf8(bytes).unwrap(), lines);
    }

    #[test]
    fn views_look_as_they_do_without_escapes() {
        let deep =
            (0..2 * LEVELS).fold(serde_json::json!([]), |inner, _| serde_json::json!({"a": [inner, {}]}));
        let long = "long ".repeat(BUFFER_SIZE);
        let view = serde_json::json!({
            "a": [1, {"b": null}], "c": {}, "d": [], "e": "\u{85}", "f": [[], [[]], deep], "g": [long, long],
        });
        let mut bytes = Vec::new();
        write(&view, &mut bytes).unwrap();
        let plain = serde_json::to_string_pretty(&view).unwrap().replace('\u{85}', "\\u0085");
        assert_eq!(String::from_utf8(bytes).unwrap(), format!("{plain}\n"));
    }
}
