//! Values of several words, which are found in sentences as they stand.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};

use super::vocabulary::is_own;

/// The values of one document, and what stands for them.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    pseudonyms: BTreeMap<String, String>,
    order: Vec<String>,
    /// `None` while something may be added.
    matcher: Option<AhoCorasick>,
}

/// A part of a text.
pub(super) enum Piece<'a> {
    /// What stands for a value.
    Known(&'a str),
    /// What lies between.
    Text(&'a str),
}

impl Phrases {
    /// Adds a value. One that is a word of the program's own, such as a site called `Edge`, is found in its fields only: in sentences
    /// it cannot be told from the word, and says nothing there.
    pub(super) fn add(&mut self, real: &str, pseudonym: &str) {
        if real.chars().count() > 1 && !is_own(real) {
            self.pseudonyms.insert(real.to_owned(), pseudonym.to_owned());
        }
    }

    /// What stands for a value.
    pub(super) fn known(&self, real: &str) -> Option<&str> {
        self.pseudonyms.get(real).map(String::as_str)
    }

    /// Makes what was added ready to be found. Where that cannot be done, as for gigabytes of names, nothing is found, and every word
    /// is looked at by itself.
    pub(super) fn finish(&mut self) {
        self.order = self.pseudonyms.keys().cloned().collect();
        self.matcher = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&self.order).ok();
    }

    /// A text in its pieces.
    pub(super) fn pieces<'a>(&'a self, text: &'a str) -> Vec<Piece<'a>> {
        let mut pieces = Vec::new();
        let mut done = 0;
        for found in self.matcher.iter().flat_map(|matcher| matcher.find_iter(text)) {
            let (start, end) = (found.start(), found.end());
            let before = text.get(..start).and_then(|before| before.chars().next_back());
            let after = text.get(end..).unwrap_or_default();
            let pseudonym =
                self.order.get(found.pattern().as_usize()).and_then(|real| self.pseudonyms.get(real));
            let Some(pseudonym) = pseudonym.filter(|_| !before.is_some_and(goes_on) && !is_longer(after))
            else {
                continue;
            };
            pieces.push(Piece::Text(text.get(done..start).unwrap_or_default()));
            pieces.push(Piece::Known(pseudonym));
            done = end;
        }
        pieces.push(Piece::Text(text.get(done..).unwrap_or_default()));
        pieces
    }
}

fn goes_on(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '@')
}

/// Whether what follows is a part of the same word. A stop is none where a blank follows.
fn is_longer(after: &str) -> bool {
    let mut chars = after.chars();
    match chars.next() {
        Some('.') => chars.next().is_some_and(char::is_alphanumeric),
        Some(c) => goes_on(c),
        None => false,
    }
}
