//! Texts of others in Markdown: nothing in them is a link, a mention, an image, HTML or markup, on any of the sites and programs that
//! show Markdown in a way of their own.
//!
//! A backslash before a mark is not enough: sites look for names behind `@`, numbers behind `#` and addresses in what is left when
//! the marks are gone. They leave code alone, so every word that could be more than a word stands in a code span.

use crate::render::escape::visible;

/// A text in one line: words as they are, and in code spans what stands between grave accents and every word that could act.
pub(crate) fn inline(text: &str) -> String {
    let text = visible(text);
    let mut line = Line::default();
    // Where one is missing, nobody knows which parts are quoted.
    let is_quoting = text.matches('`').count().is_multiple_of(2);
    for (index, part) in text.split('`').enumerate() {
        if is_quoting && index % 2 == 1 {
            line.code(part);
            continue;
        }
        if !is_quoting && index > 0 {
            line.plain("'");
        }
        for (index, word) in part.split(' ').enumerate() {
            if index > 0 {
                line.plain(" ");
            }
            line.word(word);
        }
    }
    line.finish()
}

/// A text as one code span, whatever it is.
pub(crate) fn code(text: &str) -> String {
    let mut line = Line::default();
    line.code(&visible(text));
    line.finish()
}

/// What was written so far of a line. Two code spans side by side would be none, so they become one.
#[derive(Default)]
struct Line {
    text: String,
    is_in_code: bool,
}

impl Line {
    fn plain(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.is_in_code {
            self.text.push('`');
            self.is_in_code = false;
        }
        self.text.push_str(text);
    }

    fn code(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if !self.is_in_code {
            self.text.push('`');
            self.is_in_code = true;
        }
        for c in text.chars() {
            match c {
                '`' => self.text.push('\''),
                // It would end the cell of a table, in code too.
                '|' => self.text.push_str("⟨U+007C⟩"),
                other => self.text.push(other),
            }
        }
    }

    fn word(&mut self, word: &str) {
        let rest = word.trim_start_matches(is_before_a_word);
        let inner = rest.trim_end_matches(is_behind_a_word);
        let before = word.strip_suffix(rest).unwrap_or_default();
        let behind = rest.strip_prefix(inner).unwrap_or_default();
        if inner.is_empty() || is_plain_word(inner) {
            self.plain(word);
        } else {
            self.plain(before);
            self.code(inner);
            self.plain(behind);
        }
    }

    fn finish(mut self) -> String {
        if self.is_in_code {
            self.text.push('`');
        }
        self.text
    }
}

fn is_before_a_word(c: char) -> bool {
    matches!(c, '(' | '"' | '\'')
}

fn is_behind_a_word(c: char) -> bool {
    matches!(c, '.' | ',' | ';' | ':' | ')' | '"' | '\'' | '?')
}

/// Whether a word is nothing but a word or a number anywhere.
fn is_plain_word(word: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphabetic() || !c.is_ascii() || matches!(c, '-' | '/' | '\'');
    let is_digit = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '%');
    // Marks alone can be a rule or the start of a list.
    let says_something = word.chars().any(|c| c.is_alphanumeric() || !c.is_ascii());
    says_something && (word.chars().all(is_letter) || word.chars().all(is_digit))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_stay_words_and_names_become_code() {
        for (text, expected) in [
            ("the certificate expires on 2026-12-09", "the certificate expires on 2026-12-09"),
            ("expected `sip.contoso.com`, found nothing", "expected `sip.contoso.com`, found nothing"),
            ("sip.contoso.com; meet.contoso.com.", "`sip.contoso.com`; `meet.contoso.com`."),
            ("(see fe1/Default.cer)", "(see `fe1/Default.cer`)"),
            ("47 of 49 names, 50% and 1,234 more", "47 of 49 names, 50% and 1,234 more"),
            ("Zürich 東京 sign-in", "Zürich 東京 sign-in"),
            ("", ""),
        ] {
            assert_eq!(inline(text), expected);
        }
    }

    #[test]
    fn nothing_of_others_links_mentions_or_marks_anything_up() {
        for (text, expected) in [
            ("[x](http://evil.example)", "`[x](http://evil.example`)"),
            ("![x](y)", "`![x](y`)"),
            ("<b>bold</b> &amp; @team", "`<b>bold</b>` `&amp`; `@team`"),
            ("a|b", "`a⟨U+007C⟩b`"),
            ("# heading - list", "`#` heading `-` list"),
            ("*a* _b_ ~~c~~ $d$", "`*a*` `_b_` `~~c~~` `$d$`"),
            ("www.contoso.com a@b.c GH-12 #1 :tada:", "`www.contoso.com` `a@b.c` `GH-12` `#1` `:tada`:"),
            ("a ` b", "a ' b"),
            ("line\r\nnext", "`line⟨U+000D⟩⟨U+000A⟩next`"),
        ] {
            assert_eq!(inline(text), expected);
        }
        assert_eq!(inline("x.y`z`"), "`x.yz`", "two code spans side by side would be none");
        assert_eq!(code("a`b|c"), "`a'b⟨U+007C⟩c`");
    }

    /// What stands outside of code spans; `None` where they do not come in pairs.
    fn outside_of_code(line: &str) -> Option<String> {
        let parts: Vec<&str> = line.split('`').collect();
        let is_paired = parts.len() % 2 == 1 && !line.contains("``");
        is_paired.then(|| parts.iter().step_by(2).copied().collect())
    }

    proptest! {
        #[test]
        fn outside_of_code_spans_no_character_acts(text in "[ -~\n\u{202e}é]{0,60}") {
            let line = inline(&text);
            let outside = outside_of_code(&line).unwrap();
            prop_assert!(
                !outside.contains(['<', '>', '[', ']', '*', '_', '~', '#', '@', '|', '\\', '&', '!', '$', '=', '+', '{', '\n']),
                "{line}"
            );
            prop_assert!(!outside.contains("://") && !outside.contains("www."), "{line}");
            prop_assert!(!line.contains(['|', '\n', '\u{202e}']), "{line}");
        }
    }
}
