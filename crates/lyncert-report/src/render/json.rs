//! JSON, for programs.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

use super::escape::{acts, is_plain};

/// Writes a view as indented JSON with a final line end. Values are raw, but for characters that would act where they are shown:
/// they stand there by their number, which every parser of JSON reads as the same text.
///
/// # Errors
///
/// Those of the sink.
pub fn write<T: Serialize>(view: &T, sink: &mut dyn Write) -> io::Result<()> {
    let formatter = Inert(PrettyFormatter::new());
    view.serialize(&mut Serializer::with_formatter(&mut *sink, formatter))?;
    sink.write_all(b"\n")
}

/// A view as one line of JSON without a line end, written in the same way; nothing where a value cannot be JSON.
pub fn line<T: Serialize>(view: &T) -> String {
    let mut bytes = Vec::new();
    let written = view.serialize(&mut Serializer::with_formatter(&mut bytes, Inert(CompactFormatter)));
    written.ok().and_then(|()| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// Writes characters that act by their number, and leaves all else to another formatter.
struct Inert<F>(F);

impl<F: Formatter> Formatter for Inert<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if is_plain(fragment) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
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

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
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
    fn views_look_as_they_do_without_escapes() {
        let view = serde_json::json!({"a": [1, {"b": null}], "c": {}, "d": [], "e": "\u{85}"});
        let mut bytes = Vec::new();
        write(&view, &mut bytes).unwrap();
        let plain = serde_json::to_string_pretty(&view).unwrap().replace('\u{85}', "\\u0085");
        assert_eq!(String::from_utf8(bytes).unwrap(), format!("{plain}\n"));
    }
}
