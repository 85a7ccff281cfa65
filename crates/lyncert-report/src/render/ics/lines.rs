//! Content lines of iCalendar (RFC 5545, section 3.1): folded behind at most 75 octets, never within a character, and ended by CRLF.

use std::io::{self, Write};

use crate::render::escape::visible;

/// No line is longer, in octets without its end.
const MAX_OCTETS: usize = 75;

/// Lines on their way to a sink.
pub(super) struct Lines<'a> {
    sink: &'a mut dyn Write,
}

impl<'a> Lines<'a> {
    pub(super) fn new(sink: &'a mut dyn Write) -> Self {
        Self { sink }
    }

    /// A value that is no text: a word, a day, a moment.
    pub(super) fn plain(&mut self, name: &str, value: &str) -> io::Result<()> {
        self.folded(&format!("{name}:{value}"))
    }

    /// A text.
    pub(super) fn text(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.plain(name, &escaped(text))
    }

    /// A text of several lines.
    pub(super) fn lines(&mut self, name: &str, texts: &[&str]) -> io::Result<()> {
        let texts: Vec<String> = texts.iter().map(|text| escaped(text)).collect();
        self.plain(name, &texts.join("\\n"))
    }

    fn folded(&mut self, line: &str) -> io::Result<()> {
        let mut octets = 0;
        for c in line.chars() {
            if octets + c.len_utf8() > MAX_OCTETS {
                self.sink.write_all(b"\r\n ")?;
                octets = 1;
            }
            self.sink.write_all(c.encode_utf8(&mut [0; 4]).as_bytes())?;
            octets += c.len_utf8();
        }
        self.sink.write_all(b"\r\n")
    }
}

/// What parts values is escaped (section 3.3.11); marks around names are markup, which calendars do not know.
fn escaped(text: &str) -> String {
    let shown = visible(text);
    let mut escaped = String::with_capacity(shown.len());
    for c in shown.chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '`' => escaped.push('\''),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(text: &str) -> String {
        let mut bytes = Vec::new();
        Lines::new(&mut bytes).text("SUMMARY", text).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn what_parts_values_is_escaped() {
        assert_eq!(written("a;b,c\\d `e`"), "SUMMARY:a\\;b\\,c\\\\d 'e'\r\n");
        assert_eq!(written("a\r\nEND:VEVENT"), "SUMMARY:a⟨U+000D⟩⟨U+000A⟩END:VEVENT\r\n");
    }

    proptest! {
        #[test]
        fn lines_are_folded_at_75_octets_and_read_as_they_were(text in "[ -~é東😀]{0,300}") {
            let folded = written(&text);
            prop_assert!(folded.split("\r\n").all(|line| line.len() <= MAX_OCTETS));
            prop_assert_eq!(folded.replace("\r\n ", ""), format!("SUMMARY:{}\r\n", escaped(&text)));
        }
    }
}
