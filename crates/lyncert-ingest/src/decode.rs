//! From bytes to text.

mod code_page;
mod console;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// A decoded text and what is worth saying about its encoding.
#[derive(Debug, Eq, PartialEq)]
pub struct Decoded {
    /// The text, without byte order mark and without white space in front.
    pub text: String,
    /// Name of the encoding.
    pub encoding: &'static str,
    /// What is worth saying about it, one sentence without a final period.
    pub note: Option<String>,
}

/// Decodes an export: a byte order mark wins, then the pattern of NUL bytes that UTF-16 makes of markup, then UTF-8 if
/// that is what it is, and then the code page of a console or of Windows whose letters the bytes look like. The declared encoding is not believed:
/// `Out-File` keeps the declaration of a text that it writes as UTF-16. White space in front of the markup is dropped.
pub fn decode(bytes: &[u8]) -> Decoded {
    let mut decoded = decode_whole(bytes);
    let trimmed =
        decoded.text.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace() || c == '\0');
    if trimmed.len() != decoded.text.len() {
        decoded.text = trimmed.to_owned();
    }
    decoded
}

/// The text of a file that somebody wrote for this program, in UTF-8 or UTF-16, without its byte order mark; `None` where it is in
/// another encoding, or damaged. Nothing is guessed here: a letter that is taken for another one would be a name or password that was
/// not meant.
pub fn decode_unicode(bytes: &[u8]) -> Option<String> {
    let (encoding, rest) = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => (encoding, bytes.get(mark..)?),
        None => (utf16_without_mark(bytes).unwrap_or(UTF_8), bytes),
    };
    encoding.decode_without_bom_handling_and_without_replacement(rest).map(|text| text.into_owned())
}

fn decode_whole(bytes: &[u8]) -> Decoded {
    // UTF-32 LE first: its mark starts with that of UTF-16 LE.
    if let Some(rest) = bytes.strip_prefix(&[0xFF, 0xFE, 0, 0]) {
        return decode_utf32(rest, u32::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(&[0, 0, 0xFE, 0xFF]) {
        return decode_utf32(rest, u32::from_be_bytes);
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return decode_with(encoding, bytes.get(mark..).unwrap_or_default());
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return decode_with(encoding, bytes);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded { text: text.to_owned(), encoding: "UTF-8", note: None },
        Err(_) if is_damaged_utf8(bytes) => decode_with(UTF_8, bytes),
        Err(error) => {
            let start = error.valid_up_to();
            console::decode_as_console(bytes, start)
                .unwrap_or_else(|| code_page::decode_as_code_page(bytes, start))
        }
    }
}

/// UTF-16 by the zeros that it has beside letters of ASCII.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0, first, ..] if first.is_ascii() && *first != 0 => Some(UTF_16BE),
        [first, 0, ..] if first.is_ascii() && *first != 0 => Some(UTF_16LE),
        _ => None,
    }
}

/// Whether bytes are UTF-8 with some damage, such as a character that was cut in two: nothing else has many characters of several
/// bytes that are right by chance.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    /// So many right ones for each that is wrong.
    const RIGHT_FOR_EACH: usize = 4;
    let (mut right, mut wrong) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        right += chunk.valid().bytes().filter(|byte| *byte >= 0xC0).count();
        wrong += usize::from(!chunk.invalid().is_empty());
    }
    right >= wrong.saturating_mul(RIGHT_FOR_EACH)
}

fn decode_with(encoding: &'static Encoding, bytes: &[u8]) -> Decoded {
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    let name = match encoding {
        encoding if encoding == UTF_8 => "UTF-8",
        _ => "UTF-16",
    };
    let note = damaged.then(|| format!("some characters are not valid {name} and were replaced"));
    Decoded { text: text.into_owned(), encoding: name, note }
}

fn decode_utf32(bytes: &[u8], number: fn([u8; 4]) -> u32) -> Decoded {
    let (units, rest) = bytes.as_chunks::<4>();
    let mut damaged = !rest.is_empty();
    let text = units
        .iter()
        .map(|unit| {
            char::from_u32(number(*unit)).unwrap_or_else(|| {
                damaged = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    let note = damaged.then(|| "some characters are not valid UTF-32 and were replaced".to_owned());
    Decoded { text, encoding: "UTF-32", note }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
        let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
        units.flat_map(|unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "<a name=\"Zürich\"/>";
        let utf8_with_mark = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        let utf32: Vec<u8> =
            [0xFEFF].into_iter().chain(text.chars().map(u32::from)).flat_map(u32::to_le_bytes).collect();
        for bytes in [
            text.as_bytes().to_vec(),
            utf8_with_mark,
            utf16(text, false, true),
            utf16(text, true, true),
            utf16(text, false, false),
            utf16(text, true, false),
            utf32,
        ] {
            let decoded = decode(&bytes);
            assert_eq!((decoded.text.as_str(), decoded.note), (text, None));
        }
    }

    #[test]
    fn bytes_that_are_no_utf8_are_read_as_windows_1252_with_a_note() {
        let decoded = decode(b"<a name=\"Z\xFCrich\"/>");
        assert_eq!(decoded.text, "<a name=\"Zürich\"/>");
        assert!(decoded.note.unwrap().starts_with("byte 10 is not UTF-8"));
    }

    #[test]
    fn what_somebody_wrote_for_this_program_may_be_any_unicode_and_nothing_else() {
        let text = "reason = \"Zürich\"\n";
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            utf16(text, false, true),
            utf16(text, true, true),
            utf16(text, false, false),
            utf16(text, true, false),
        ] {
            assert_eq!(decode_unicode(&bytes).as_deref(), Some(text));
        }
        assert_eq!(decode_unicode(b""), Some(String::new()));
        for damaged in [&b"Z\xFCrich"[..], b"\xFF\xFEa", b"\xFF\xFE\x00\xD8a\0"] {
            assert_eq!(decode_unicode(damaged), None, "{damaged:?}");
        }
    }

    #[test]
    fn white_space_and_stray_marks_in_front_are_dropped() {
        assert_eq!(decode("\u{feff}\r\n \u{feff}<a/>".as_bytes()).text, "<a/>");
    }
}
