//! Files as hexadecimal digits, the way that consoles show bytes: `certutil -encodehex` and `-dump`, `Format-Hex`, xxd, hexdump, od, and
//! digits with nothing or something small between them.
//!
//! What is shown is read only where nothing is lost: addresses follow each other without a gap, and the bytes are one whole structure.

use zeroize::Zeroizing;

use super::der;

/// Fewer bytes than these are no file that would be looked for.
const MIN_BYTES: usize = 64;

/// What a text of hexadecimal digits shows.
pub(super) enum Shown {
    /// All bytes of a file.
    Whole(Zeroizing<Vec<u8>>),
    /// Some bytes; others are missing.
    Part,
}

/// The bytes that a text shows; `None` for a text that shows none, or none that start as a certificate does.
pub(super) fn read_hex(text: &str) -> Option<Shown> {
    let bytes = plain_digits(text).or_else(|| in_braces(text));
    if let Some(bytes) = bytes {
        return Some(if der::is_whole(&bytes) { Shown::Whole(bytes) } else { Shown::Part });
    }
    let dump = Dump::read(text)?;
    if !starts_like_file(&dump.bytes) {
        return None;
    }
    let is_whole = !dump.has_gap && der::is_whole(&dump.bytes);
    Some(if is_whole { Shown::Whole(dump.bytes) } else { Shown::Part })
}

/// The bytes of a text that is nothing but digits, perhaps with signs between them.
fn plain_digits(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut digits = Zeroizing::new(Vec::new());
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, ':' | ',' | '-' | ';')) {
        let word = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")).unwrap_or(word);
        if !word.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        digits.extend_from_slice(word.as_bytes());
    }
    let bytes = from_digits(&digits)?;
    starts_like_file(&bytes).then_some(bytes)
}

/// Whether bytes start as a certificate, or what goes with one, does: a sequence whose length takes bytes of its own.
fn starts_like_file(bytes: &[u8]) -> bool {
    bytes.len() >= MIN_BYTES && matches!(bytes, [0x30, 0x81..=0x83, ..])
}

/// The bytes of a list in braces, as xxd and others write it for programs.
fn in_braces(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let (_, list) = text.split_once('{')?;
    let (list, _) = list.split_once('}')?;
    list.contains("0x").then(|| plain_digits(list))?
}

fn from_digits(digits: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (pairs, rest) = digits.as_chunks::<2>();
    let value = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let bytes: Option<Vec<u8>> =
        pairs.iter().map(|[high, low]| Some(value(*high)? << 4 | value(*low)?)).collect();
    bytes.filter(|_| rest.is_empty()).map(Zeroizing::new)
}

/// Lines of digits with what programs put beside them: the address in front, and the letters behind.
struct Dump {
    bytes: Zeroizing<Vec<u8>>,
    /// How many digits the address of the first line has, if it has one: all others have one, too.
    address_digits: Option<usize>,
    /// Whether an address does not follow the bytes before it.
    has_gap: bool,
}

impl Dump {
    fn read(text: &str) -> Option<Self> {
        /// So many lines may stand around a dump: a command, a path, a line of column numbers.
        const MAX_OTHER_LINES: usize = 12;
        let mut dump = Self { bytes: Zeroizing::default(), address_digits: None, has_gap: false };
        let mut others = 0;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let is_taken = match dump.line(line) {
                // A line of digits in front of the first byte is one of column numbers.
                Some(bytes) if dump.bytes.is_empty() && bytes.first() != Some(&0x30) => false,
                Some(bytes) => {
                    dump.bytes.extend_from_slice(&bytes);
                    true
                }
                None => false,
            };
            others += usize::from(!is_taken);
            if others > MAX_OTHER_LINES {
                return None;
            }
        }
        Some(dump)
    }

    /// The bytes of a line.
    fn line(&mut self, line: &str) -> Option<Zeroizing<Vec<u8>>> {
        let (address, rest) = self.split_address(line);
        let bytes = digits_in_columns(rest);
        if let Some(follows) = address
            && !(bytes.is_empty() && self.bytes.is_empty())
        {
            self.has_gap |= !follows;
            if self.bytes.is_empty() && bytes.first() == Some(&0x30) {
                let word = line.split_whitespace().next().unwrap_or_default();
                self.address_digits = Some(word.trim_end_matches(':').len());
            }
            return Some(bytes);
        }
        (!bytes.is_empty()).then_some(bytes)
    }

    /// Whether an address in front follows the bytes before it, and the line behind it.
    fn split_address<'a>(&self, line: &'a str) -> (Option<bool>, &'a str) {
        let line = line.trim_start();
        let end = line.find(char::is_whitespace).unwrap_or(line.len());
        let (word, rest) = line.split_at(end);
        let digits = word.trim_end_matches(':');
        let is_number =
            (4..=16).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_number {
            return (None, line);
        }
        let here = u64::try_from(self.bytes.len()).ok();
        let follows = [16, 10, 8].iter().any(|base| u64::from_str_radix(digits, *base).ok() == here);
        let is_expected = self.address_digits == Some(digits.len());
        // Groups of four digits look like addresses, but do not follow each other.
        if follows || is_expected || digits.len() < word.len() || digits.len() >= 6 {
            (Some(follows), rest)
        } else {
            (None, line)
        }
    }
}

/// The bytes at the start of a line, up to the column of letters.
fn digits_in_columns(line: &str) -> Zeroizing<Vec<u8>> {
    /// Columns of letters stand behind so many blanks; groups of digits stand closer.
    const BLANKS_BEFORE_LETTERS: usize = 3;
    /// Most programs show so many bytes a line.
    const BYTES_A_LINE: usize = 16;
    let mut bytes = Zeroizing::new(Vec::new());
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        let Some(group) = from_digits(word.as_bytes()).filter(|group| group.len() <= 8) else { break };
        bytes.extend_from_slice(&group);
        rest = behind.trim_start();
        let blanks = behind.len() - rest.len();
        let is_full = bytes.len().is_multiple_of(BYTES_A_LINE) && blanks > 1;
        if is_full || (blanks >= BLANKS_BEFORE_LETTERS && !behind.starts_with('\t')) {
            break;
        }
    }
    bytes
}
