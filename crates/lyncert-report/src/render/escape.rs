//! Names from files are hostile: what they may not do to a page, a spreadsheet or a terminal.
//!
//! One set of characters, [`acts`], is made visible in every text for people (`⟨U+202E⟩`), and written by number in every JSON, on
//! a terminal or not (`\u202e`), so that bytes do not depend on where they go. It covers what acts or hides on any terminal and
//! page: the control characters C0 and C1 with line ends, DEL, marks of direction, separators of lines and paragraphs, characters
//! without width, annotations, tags, and the noncharacters, which XML and HTML do not allow. What it does not cover is shown as it
//! is, since real names hold it or nothing acts on it: letters of other scripts that look like Latin ones, combining marks, the grapheme joiner U+034F, variation selectors
//! (U+FE00 to U+FE0F, U+E0100 to U+E01EF), and fillers that are shown as blanks (U+3164, U+2800). Whether a name looks like
//! another one is for rules to say, not for what shows it.

use std::borrow::Cow;
use std::fmt::{self, Write};

/// Makes characters visible that would act on a terminal or hide in a text, or that no document may hold: control characters, marks
/// that change the direction of writing, characters without width, noncharacters. `U+202E` becomes `⟨U+202E⟩`.
pub fn visible(text: &str) -> Cow<'_, str> {
    if is_plain(text) || !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if acts(c) {
            // Writing to a string does not fail.
            let _ = write!(shown, "⟨U+{:04X}⟩", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// How many bytes are looked at together.
const PIECE: usize = 32;

/// Whether a text is printable ASCII all through, as most are: nothing of it acts, and that is seen at once.
pub(super) fn is_plain(text: &str) -> bool {
    is_all(text, is_printable)
}

fn is_printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

/// Whether all bytes of a text are of a kind. Pieces of which every byte is looked at take a few instructions, where stopping at
/// the first other byte takes some for each.
fn is_all(text: &str, is_so: impl Fn(u8) -> bool) -> bool {
    let is_piece_so = |piece: &[u8]| piece.iter().fold(true, |so_far, byte| so_far & is_so(*byte));
    text.as_bytes().chunks(PIECE).all(is_piece_so)
}

/// Whether a character would act on a terminal or hide in a text, or is none; which ones are is said above.
pub fn acts(c: char) -> bool {
    c.is_control()
        || is_noncharacter(c)
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// The 66 code points that Unicode keeps for the inside of programs (The Unicode Standard, section 23.7). XML 1.0 has no way to write
/// U+FFFE and U+FFFF, and in HTML all of them are errors.
fn is_noncharacter(c: char) -> bool {
    matches!(u32::from(c), 0xFDD0..=0xFDEF) || u32::from(c) & 0xFFFE == 0xFFFE
}

/// A spreadsheet cell: visible, and never a formula. Spreadsheets take a cell for a formula when it starts with one of
/// `= + - @`, also in full width and behind blanks; a leading apostrophe keeps it text. Where the system's list separator is no
/// comma, a spreadsheet splits a line at other places than meant: so what follows a separator within the text is kept from being
/// a formula as well.
pub fn cell(text: &str) -> Cow<'_, str> {
    /// What systems and people separate lists by.
    const SEPARATORS: [char; 3] = [';', ',', '|'];
    let in_one_part = |byte| is_printable(byte) && !SEPARATORS.contains(&char::from(byte));
    if is_all(text, in_one_part) && !is_formula(text) {
        return Cow::Borrowed(text);
    }
    let shown = visible(text);
    if !shown.split(SEPARATORS).any(is_formula) {
        return shown;
    }
    let mut inert = String::with_capacity(shown.len() + 4);
    for part in shown.split_inclusive(SEPARATORS) {
        let after_blanks = part.trim_start();
        if is_formula(part) && inert.is_empty() {
            inert.push('\'');
            inert.push_str(part);
        } else if is_formula(part) {
            inert.extend(part.chars().take_while(|c| c.is_whitespace()));
            inert.push('\'');
            inert.push_str(after_blanks);
        } else {
            inert.push_str(part);
        }
    }
    Cow::Owned(inert)
}

fn is_formula(text: &str) -> bool {
    text.trim_start().starts_with(['=', '+', '-', '@', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}'])
}

/// The template engine's escaper for HTML and XML, which also makes characters visible.
#[derive(Clone, Copy, Debug)]
pub struct VisibleMarkup;

impl askama::filters::Escaper for VisibleMarkup {
    fn write_escaped_str<W: Write>(&self, dest: W, string: &str) -> fmt::Result {
        askama::filters::Html.write_escaped_str(dest, &visible(string))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_act_are_shown() {
        for (text, shown) in [
            ("sip.contoso.com", "sip.contoso.com"),
            ("a\u{202E}b", "a⟨U+202E⟩b"),
            ("a\u{200B}b", "a⟨U+200B⟩b"),
            ("\u{1B}[31m", "⟨U+001B⟩[31m"),
            ("a\r\nb\0", "a⟨U+000D⟩⟨U+000A⟩b⟨U+0000⟩"),
            ("a\u{FFFE}b\u{FFFF}\u{FDD0}", "a⟨U+FFFE⟩b⟨U+FFFF⟩⟨U+FDD0⟩"),
            ("\u{1FFFE}\u{10FFFF}", "⟨U+1FFFE⟩⟨U+10FFFF⟩"),
            ("Zürich 東京 \u{FFFD}\u{FDCF}\u{FDF0}", "Zürich 東京 \u{FFFD}\u{FDCF}\u{FDF0}"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn no_cell_starts_a_formula() {
        for start in ["=", "+", "-", "@", "＝", "＋", "－", "＠", " =", "  +"] {
            let text = format!("{start}SUM(A1)");
            assert_eq!(cell(&text), format!("'{text}"));
        }
        for start in ["\t", "\r", "\n"] {
            assert!(cell(&format!("{start}=1")).starts_with('⟨'));
        }
        assert_eq!(cell("sip.contoso.com"), "sip.contoso.com");
        assert_eq!(cell(""), "");
    }

    #[test]
    fn no_entry_of_a_list_starts_a_formula() {
        for (text, inert) in [
            ("a.contoso.com; =cmd", "a.contoso.com; '=cmd"),
            ("=a;+b,-c|@d", "'=a;'+b,'-c|'@d"),
            ("a;  \u{FF1D}b; c", "a;  '\u{FF1D}b; c"),
            ("a-b; c=d, e@f", "a-b; c=d, e@f"),
        ] {
            assert_eq!(cell(text), inert);
        }
    }
}
