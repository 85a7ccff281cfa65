//! Values of several words, which are found in sentences as they stand.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};

use super::vocabulary::is_own;

/// The values of one document, and what stands for them.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    values: BTreeMap<String, String>,
    /// What is looked for in sentences, and what takes its place.
    wanted: BTreeMap<String, Wanted>,
    order: Vec<String>,
    /// `None` while something may be added.
    matcher: Option<AhoCorasick>,
}

/// What takes the place of a phrase, and where.
#[derive(Debug)]
struct Wanted {
    pseudonym: String,
    place: Place,
}

/// Where a phrase is found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Place {
    /// Wherever it stands for itself.
    Anywhere,
    /// Between marks, which are a part of it.
    Quoted,
    /// Behind a word that says what it is, and at the end of what is said of it: `server on` of `server on, for Default`.
    Titled,
}

/// Words before the names of holders and sites.
const TITLES: [&str; 12] = [
    "Appliance",
    "Director",
    "Edge",
    "Server",
    "Site",
    "farm",
    "gateway",
    "other",
    "pool",
    "server",
    "site",
    "store",
];

/// A part of a text.
pub(super) enum Piece<'a> {
    /// What stands for a value.
    Known(&'a str),
    /// What lies between.
    Text(&'a str),
}

impl Phrases {
    /// Adds a value. One of which every word is the program's own, such as a site called `Edge`, is found in sentences only where it
    /// is quoted or follows a word that says what it is: elsewhere it is the word. Who writes a sentence with such a name in it quotes
    /// it (`lyncert_ingest::name::said`). A name of several labels is no word, though the program has files that are called so.
    pub(super) fn add(&mut self, real: &str, pseudonym: &str) {
        if real.is_empty() || self.values.insert(real.to_owned(), pseudonym.to_owned()).is_some() {
            return;
        }
        let is_own = |word: &str| !word.contains('.') && is_own(word);
        if real.chars().count() > 1 && !real.split_whitespace().all(is_own) {
            return self.want(real.to_owned(), pseudonym.to_owned(), Place::Anywhere);
        }
        for (before, after) in [("`", "`"), ("[", "]"), ("\"", "\""), ("'", "'")] {
            let quoted = |name: &str| format!("{before}{name}{after}");
            self.want(quoted(real), quoted(pseudonym), Place::Quoted);
        }
        self.want(format!("CN={real}"), format!("CN={pseudonym}"), Place::Anywhere);
        for title in TITLES {
            self.want(format!("{title} {real}"), format!("{title} {pseudonym}"), Place::Titled);
        }
    }

    fn want(&mut self, phrase: String, pseudonym: String, place: Place) {
        self.wanted.insert(phrase, Wanted { pseudonym, place });
    }

    /// What stands for a value.
    pub(super) fn known(&self, real: &str) -> Option<&str> {
        self.values.get(real).map(String::as_str)
    }

    /// Makes what was added ready to be found. Where that cannot be done, as for gigabytes of names, nothing is found, and every word
    /// is looked at by itself.
    pub(super) fn finish(&mut self) {
        self.order = self.wanted.keys().cloned().collect();
        self.matcher = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&self.order).ok();
    }

    /// A text in its pieces.
    pub(super) fn pieces<'a>(&'a self, text: &'a str) -> Vec<Piece<'a>> {
        let mut pieces = Vec::new();
        let mut done = 0;
        for found in self.matcher.iter().flat_map(|matcher| matcher.find_iter(text)) {
            let (start, end) = (found.start(), found.end());
            if is_inside_url(text.get(done..start).unwrap_or_default()) {
                continue;
            }
            let before = text.get(..start).and_then(|before| before.chars().next_back());
            let after = text.get(end..).unwrap_or_default();
            let wanted =
                self.order.get(found.pattern().as_usize()).and_then(|phrase| self.wanted.get(phrase));
            let Some(Wanted { pseudonym, .. }) = wanted.filter(|wanted| wanted.stands_between(before, after))
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

impl Wanted {
    /// Whether what stands before and behind lets it be a phrase of its own.
    fn stands_between(&self, before: Option<char>, after: &str) -> bool {
        match self.place {
            Place::Quoted => true,
            Place::Anywhere => !before.is_some_and(goes_on) && !is_longer(after),
            Place::Titled => {
                let ends = ["", ",", ";", ":", ")", " (", " for ", " go on", " is ", " has ", " hold", "`"];
                let is_end =
                    |end: &&str| if end.is_empty() { after.is_empty() } else { after.starts_with(*end) };
                !before.is_some_and(goes_on) && ends.iter().any(is_end)
            }
        }
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

/// Whether what follows this is a part of a URL, which is looked at as a whole. No longer one is looked for.
fn is_inside_url(before: &str) -> bool {
    const LONGEST: usize = 2_048;
    let before = before.as_bytes();
    let last = before.get(before.len().saturating_sub(LONGEST)..).unwrap_or_default();
    let start = last.iter().rposition(|byte| byte.is_ascii() && ends_url(char::from(*byte)));
    let last = last.get(start.map_or(0, |at| at + 1)..).unwrap_or_default();
    last.windows(3).any(|part| part == b"://")
}

/// Whether a character is no part of a URL.
pub(super) fn ends_url(c: char) -> bool {
    c.is_whitespace() || "\"'`<>|()[]{},;".contains(c)
}
