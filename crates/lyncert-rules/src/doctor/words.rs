//! A text as words and what stands between them, with the place of each.

/// A run of letters, digits and underscores.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Word<'t> {
    /// As it is written.
    pub(super) text: &'t str,
    /// What stands between it and the word before.
    pub(super) gap: &'t str,
    /// Where it begins, in bytes.
    pub(super) start: usize,
}

impl Word<'_> {
    /// Where it ends, in bytes.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// The words of a text, in their order.
pub(super) fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut end = 0;
    std::iter::from_fn(move || {
        let rest = text.get(end..)?;
        let start = end + rest.find(is_part)?;
        let word = text.get(start..)?;
        let word = word.find(|c| !is_part(c)).and_then(|length| word.get(..length)).unwrap_or(word);
        let gap = text.get(end..start)?;
        end = start + word.len();
        Some(Word { text: word, gap, start })
    })
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_know_their_place_and_what_stands_in_front_of_them() {
        let text = "Event ID:  41026 (größer)";
        let found: Vec<_> = words(text).map(|word| (word.gap, word.text)).collect();
        assert_eq!(found, [("", "Event"), (" ", "ID"), (":  ", "41026"), (" (", "größer")]);
        assert!(words(text).all(|word| text.get(word.start..word.end()) == Some(word.text)));
        assert_eq!(words(" ... ").count(), 0);
    }
}
