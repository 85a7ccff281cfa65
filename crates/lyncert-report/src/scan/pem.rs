//! PEM as Windows folders really hold it.
//!
//! No published reader copes with all of it (byte order marks, UTF-16, lone CRs, indentation, missing padding, one damaged
//! block among good ones), so this one is our own. It never stops at a bad block.

use data_encoding::{Encoding, Specification};
use zeroize::Zeroizing;

/// One `BEGIN` … `END` block.
#[derive(Debug)]
pub(super) struct Block {
    /// Label, such as `CERTIFICATE`.
    pub(super) label: String,
    /// Line of its `BEGIN`, from 1.
    pub(super) line: usize,
    /// What it encodes, or why it cannot be decoded.
    pub(super) data: Result<Zeroizing<Vec<u8>>, String>,
    /// Whether its label or its headers say that it is encrypted.
    pub(super) encrypted: bool,
    /// The friendly name that OpenSSL prints in front of it.
    pub(super) friendly_name: Option<String>,
}

/// All blocks of a text.
pub(super) fn parse_blocks(text: &str) -> Vec<Block> {
    let markers = find_markers(text);
    let mut lines = LineCounter::new(text);
    let mut blocks = Vec::new();
    for (index, marker) in markers.iter().enumerate().filter(|(_, marker)| marker.is_begin) {
        // Whatever marker comes next ends the block: its own END, another END, or the next BEGIN where the END is missing.
        let end = markers.get(index + 1).map_or(text.len(), |next| next.start);
        let content = text.get(marker.end..end).unwrap_or_default();
        let before =
            index.checked_sub(1).and_then(|before| markers.get(before)).map_or(0, |before| before.end);
        let comments = text.get(before..marker.start).unwrap_or_default();
        blocks.push(parse_block(marker, lines.line_of(marker.start), content, comments));
    }
    blocks
}

/// The bytes of a text that is nothing but base64; too short a text is a word, not a certificate.
pub(super) fn raw_base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    const MIN_BASE64_LENGTH: usize = 128;
    let text = match text.split_once(";base64,") {
        Some((kind, rest)) if kind.starts_with("data:") => rest,
        Some(_) | None => text,
    };
    // Addresses have letters of their own in place of two.
    let is_encoded = text.trim_start().starts_with("MII");
    let letter = |c: char| match c {
        '-' if is_encoded => '+',
        '_' if is_encoded => '/',
        other => other,
    };
    let compact: Zeroizing<String> =
        Zeroizing::new(text.chars().filter(|c| !c.is_whitespace()).map(letter).collect());
    let is_base64 = compact.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte));
    if compact.len() < MIN_BASE64_LENGTH || !is_base64 {
        return None;
    }
    decode_base64(&compact).ok()
}

/// The bytes of base64 that may have white space in it.
pub(super) fn decode_text(text: &str) -> Result<Zeroizing<Vec<u8>>, String> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    decode_base64(&Zeroizing::new(compact))
}

struct Marker {
    is_begin: bool,
    label: String,
    /// Position of its first dash.
    start: usize,
    /// Where the text after its last dash starts.
    end: usize,
}

/// Every `-----BEGIN …-----` and `-----END …-----`, also within a line, and with the dashes that text programs make of
/// hyphens.
fn find_markers(text: &str) -> Vec<Marker> {
    let mut markers = Vec::new();
    for (word, is_begin) in [("BEGIN ", true), ("END ", false)] {
        for (position, _) in text.match_indices(word) {
            let Some(before) = text.get(..position) else { continue };
            let start = before.trim_end_matches(is_dash).len();
            // Words without dashes in front are left first: no text is then looked at twice for the end of a label.
            if start == position {
                continue;
            }
            let Some(after) = text.get(position + word.len()..) else { continue };
            let label = after.split(|c| is_dash(c) || matches!(c, '\n' | '\r')).next().unwrap_or_default();
            let behind = after.get(label.len()..).unwrap_or_default();
            let dashes = behind.len() - behind.trim_start_matches(is_dash).len();
            if dashes > 0 && !label.trim().is_empty() {
                let end = position + word.len() + label.len() + dashes;
                markers.push(Marker { is_begin, label: label.trim().to_uppercase(), start, end });
            }
        }
    }
    markers.sort_by_key(|marker| marker.start);
    markers
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}')
}

fn parse_block(marker: &Marker, line: usize, content: &str, comments: &str) -> Block {
    let encrypted = marker.label.contains("ENCRYPTED") || content.contains("ENCRYPTED");
    // Of an encrypted key there is nothing to decode.
    let data = if encrypted { Ok(Zeroizing::default()) } else { decode_body(content) };
    let friendly_name = comments.lines().filter_map(|line| line.trim().strip_prefix("friendlyName:"));
    let friendly_name = friendly_name.map(|name| name.trim().to_owned()).rfind(|name| !name.is_empty());
    Block { label: marker.label.clone(), line, data, encrypted, friendly_name }
}

/// What a block encodes: as it stands, or else with what programs put around each line, such as the time in a log, numbers, the marks of
/// a comparison, or the quotes of a programming language. That counts only if it gives one whole structure.
fn decode_body(content: &str) -> Result<Zeroizing<Vec<u8>>, String> {
    let plain = decode_base64(&block_body(content));
    if plain.as_ref().is_ok_and(|bytes| is_structure(bytes)) {
        return plain;
    }
    let other = UNDRESS
        .iter()
        .find_map(|undress| decode_base64(&undress(content)).ok().filter(|bytes| is_structure(bytes)));
    other.map_or(plain, Ok)
}

/// Ways to take off what programs put around lines of base64.
const UNDRESS: [fn(&str) -> Zeroizing<String>; 5] = [
    // The last word of each line.
    |content| of_lines(content, |line| line.split([' ', '\t', ':', '|', '"']).rfind(|word| !word.is_empty())),
    // The mark of a comparison, a quote or a comment in front; a line of base64 can start with one of them, too.
    |content| {
        of_lines(content, |line| {
            let line = line.trim();
            Some(line.strip_prefix(['+', '>', '-', '<', '|', '#', '*']).unwrap_or(line))
        })
    },
    // Strings of JSON and of programming languages.
    |content| {
        let mut text = Zeroizing::new(content.to_owned());
        for (written, meant) in [
            ("\\r", ""),
            ("\\n", ""),
            ("\\u002B", "+"),
            ("\\u002b", "+"),
            ("\\u002F", "/"),
            ("\\u002f", "/"),
            ("\\/", "/"),
        ] {
            text = Zeroizing::new(text.replace(written, meant));
        }
        without(&text, |c| matches!(c, '"' | '\'' | '`' | ',' | ';' | '\\' | '&' | '.'))
    },
    // Markup.
    |content| {
        let mut is_tag = false;
        without(content, |c| {
            let is_in = is_tag || c == '<';
            is_tag = is_in && c != '>';
            is_in
        })
    },
    // Mails in quoted-printable.
    |content| {
        let joined = Zeroizing::new(content.replace("=\r\n", "").replace("=\n", ""));
        let text = joined.replace("=3D", "=").replace("=2B", "+").replace("=2F", "/");
        without(&Zeroizing::new(text), |_| false)
    },
];

/// The whole lines put together. Behind the last line stands what is in front of the `END`.
fn of_lines(content: &str, of_line: impl Fn(&str) -> Option<&str>) -> Zeroizing<String> {
    let whole = content.rfind(['\n', '\r']).and_then(|end| content.get(..end)).unwrap_or_default();
    Zeroizing::new(
        whole
            .split(['\n', '\r'])
            .filter_map(of_line)
            .flat_map(|line| line.chars())
            .filter(|c| !c.is_whitespace())
            .collect(),
    )
}

/// The text without white space and these characters.
fn without(text: &str, mut is_left_out: impl FnMut(char) -> bool) -> Zeroizing<String> {
    Zeroizing::new(text.chars().filter(|c| !is_left_out(*c) && !c.is_whitespace()).collect())
}

/// Whether bytes are an ASN.1 sequence of just this length, as far as its first bytes say.
fn is_structure(bytes: &[u8]) -> bool {
    match bytes {
        [0x30, length @ 0..=0x7F, rest @ ..] => rest.len() == usize::from(*length),
        [0x30, 0x81, length, rest @ ..] => rest.len() == usize::from(*length),
        [0x30, 0x82, one, two, rest @ ..] => rest.len() == usize::from(u16::from_be_bytes([*one, *two])),
        _ => false,
    }
}

/// The base64 of a block: without headers such as `Proc-Type`, which have a colon, and without white space.
fn block_body(content: &str) -> Zeroizing<String> {
    let lines = content.split(['\n', '\r']).filter(|line| !line.contains(':'));
    Zeroizing::new(lines.flat_map(str::chars).filter(|c| !c.is_whitespace()).collect())
}

/// Counts the lines of a text once, whatever is asked for in its order. LF, CRLF and a lone CR each end a line.
struct LineCounter<'a> {
    text: &'a str,
    offset: usize,
    line: usize,
}

impl<'a> LineCounter<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, offset: 0, line: 1 }
    }

    /// The line of an offset that is not before the last one.
    fn line_of(&mut self, offset: usize) -> usize {
        let bytes = self.text.as_bytes();
        let between = bytes.get(self.offset..offset).unwrap_or_default();
        let is_end = |(index, byte): &(usize, &u8)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(self.offset + index + 1) != Some(&b'\n'),
            _ => false,
        };
        self.line += between.iter().enumerate().filter(is_end).count();
        self.offset = self.offset.max(offset);
        self.line
    }
}

fn decode_base64(text: &str) -> Result<Zeroizing<Vec<u8>>, String> {
    if text.is_empty() {
        return Err("it is empty".to_owned());
    }
    let text = text.trim_end_matches('=');
    base64_encoding()?.decode(text.as_bytes()).map(Zeroizing::new).map_err(|error| {
        match text.chars().nth(error.position) {
            Some(found) if !found.is_ascii_alphanumeric() && found != '+' && found != '/' => {
                format!("`{found}` is no base64 character")
            }
            Some(_) | None => "its base64 is incomplete".to_owned(),
        }
    })
}

/// Base64 without padding and without a look at the bits that padding leaves over.
fn base64_encoding() -> Result<Encoding, String> {
    let mut specification = Specification::new();
    specification.symbols.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    specification.check_trailing_bits = false;
    specification.encoding().map_err(|error| error.to_string())
}
