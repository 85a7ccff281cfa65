//! Names from files are hostile: what they may not do to a page, a spreadsheet or a terminal.

use std::borrow::Cow;
use std::fmt::{self, Write};

/// Makes characters visible that would act on a terminal or hide in a text: control characters, marks that change the
/// direction of writing, and characters without width. `U+202E` becomes `⟨U+202E⟩`.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_active) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_active(c) {
            // Writing to a string does not fail.
            let _ = write!(shown, "⟨U+{:04X}⟩", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

fn is_active(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// A spreadsheet cell: visible, and never a formula. Spreadsheets take a cell for a formula when it starts with one of
/// `= + - @`, also in full width and behind blanks; a leading apostrophe keeps it text.
pub fn cell(text: &str) -> Cow<'_, str> {
    let shown = visible(text);
    let is_formula = shown
        .trim_start()
        .starts_with(['=', '+', '-', '@', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}', '\t', '\r', '\n']);
    if is_formula { Cow::Owned(format!("'{shown}")) } else { shown }
}

/// The template engine's escaper for HTML, which also makes characters visible.
#[derive(Clone, Copy, Debug)]
pub struct VisibleHtml;

impl askama::filters::Escaper for VisibleHtml {
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
            ("Zürich 東京", "Zürich 東京"),
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
}
