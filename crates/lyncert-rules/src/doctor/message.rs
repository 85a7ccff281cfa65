//! Messages and topics, found in a text by their words.

use std::collections::BTreeSet;
use std::ops::Range;

use super::words::words;

/// Where the given phrases stand in a text, in its order: letter case, line breaks and the kind of quotation marks make no
/// difference, and each begins and ends with a whole word.
pub(super) fn phrases<T: Copy>(text: &str, known: &[(&str, T)]) -> Vec<(Range<usize>, T)> {
    let mut found = Vec::new();
    for word in words(text) {
        let rest = text.get(word.start..).unwrap_or_default();
        let here = known.iter().filter_map(|(phrase, what)| Some((phrase_at(rest, phrase)?, *what)));
        found.extend(here.map(|(length, what)| (word.start..word.start + length, what)));
    }
    found
}

/// How long a phrase is with which a text begins.
fn phrase_at(text: &str, phrase: &str) -> Option<usize> {
    let mut rest = text;
    for expected in phrase.chars() {
        let found = rest.chars().next()?;
        let is_same = match expected {
            ' ' => found.is_whitespace(),
            '\'' => matches!(found, '\'' | '\u{2018}' | '\u{2019}' | '\u{b4}'),
            _ => found.eq_ignore_ascii_case(&expected),
        };
        if !is_same {
            return None;
        }
        rest = rest.get(found.len_utf8()..)?;
        if expected == ' ' {
            rest = rest.trim_start();
        }
    }
    let ends_inside_word = rest.chars().next().is_some_and(char::is_alphanumeric);
    (!ends_inside_word).then_some(text.len() - rest.len())
}

/// Whether a short text is a part of a phrase, by whole words: at least two of them.
pub(super) fn is_part_of(text: &str, phrase: &str) -> bool {
    let has_several_words = words(text).nth(1).is_some();
    has_several_words && !phrases(phrase, &[(text.trim(), ())]).is_empty()
}

/// Shorter words say nothing of what a message is about.
const MIN_LETTERS: usize = 4;

/// The phrases that share the most words with a text, the nearest first: at least two, and half of theirs.
pub(super) fn nearest<'p>(text: &str, known: impl Iterator<Item = &'p str>) -> Vec<&'p str> {
    let of = |text: &str| -> BTreeSet<String> {
        let long = words(text).filter(|word| word.text.len() >= MIN_LETTERS);
        long.map(|word| word.text.to_lowercase()).collect()
    };
    let asked = of(text);
    let mut near: Vec<(usize, &str)> = known
        .filter_map(|phrase| {
            let wanted = of(phrase);
            let shared = wanted.intersection(&asked).count();
            (shared >= 2 && shared * 2 >= wanted.len()).then_some((shared, phrase))
        })
        .collect();
    near.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
    near.into_iter().map(|(_, phrase)| phrase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_found_over_line_breaks_and_whatever_quotes_they_have() {
        let known = [("can't verify the certificate", 1), ("time zone", 2)];
        let text = "a Time\n  zone; Can\u{2019}t verify the certificate from";
        let found: Vec<_> =
            phrases(text, &known).into_iter().map(|(place, what)| (text.get(place).unwrap(), what)).collect();
        assert_eq!(found, [("Time\n  zone", 2), ("Can\u{2019}t verify the certificate", 1)]);
    }

    #[test]
    fn parts_of_words_are_no_phrases() {
        assert!(phrases("clockwork o clocks", &[("clock", ())]).is_empty());
        assert!(is_part_of("principal name", "target principal name is incorrect"));
        for text in ["name", "principal nam", "", "other words"] {
            assert!(!is_part_of(text, "target principal name is incorrect"), "{text}");
        }
    }

    #[test]
    fn the_nearest_phrases_share_most_words() {
        let known =
            ["server certificate was revoked", "target principal name is incorrect", "no private key"];
        assert_eq!(nearest("the principal name is wrong, incorrect", known.into_iter()), [known[1]]);
        assert_eq!(nearest("hello certificate", known.into_iter()), [""; 0]);
    }
}
