//! What may have been meant by a word that is not known.

use std::collections::HashSet;

/// A word is near with at most this many letters wrong, missing, too many or swapped with the next one …
const MAX_DISTANCE: usize = 3;
/// … and with less than one in this many of its letters: of a short word little would be left.
const MIN_LETTERS_PER_MISTAKE: usize = 2;

/// The known words that are near, the nearest first. Letter case makes no difference.
pub(crate) fn near<'k>(text: &str, known: impl IntoIterator<Item = &'k str>) -> Vec<&'k str> {
    let text = text.to_ascii_lowercase();
    let distance = |word: &str| strsim::damerau_levenshtein(&text, &word.to_ascii_lowercase());
    let is_near = |distance: usize, word: &str| {
        distance <= MAX_DISTANCE
            && distance * MIN_LETTERS_PER_MISTAKE < word.len().max(MIN_LETTERS_PER_MISTAKE)
    };
    let distances = known.into_iter().map(|word| (distance(word), word));
    let mut near: Vec<_> = distances.filter(|(distance, word)| is_near(*distance, word)).collect();
    near.sort_unstable();
    near.into_iter().map(|(_, word)| word).collect()
}

/// The known word that is most like a text, however far it is.
pub(crate) fn nearest<'k>(text: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    nearest_few(text, known, 1).pop()
}

/// So many of the known words that are most like a text, however far they are: those that contain it, else those that share a part with
/// it, else by their letters. Where some contain it the others are left out.
fn nearest_few<'k>(text: &str, known: impl IntoIterator<Item = &'k str>, count: usize) -> Vec<&'k str> {
    let text = text.to_ascii_lowercase();
    let own_parts: HashSet<&str> = parts(&text).collect();
    let likeness = |word: &str| {
        let word = word.to_ascii_lowercase();
        let shares_part = parts(&word).any(|part| part.len() > 2 && own_parts.contains(part));
        (word.contains(&text), shares_part, strsim::jaro_winkler(&text, &word))
    };
    let mut all: Vec<_> = known.into_iter().map(|word| (likeness(word), word)).collect();
    // The sort keeps the order of those that are as like.
    all.sort_by(|((contains, shares, letters), _), ((contained, shared, others), _)| {
        contained.cmp(contains).then(shared.cmp(shares)).then(others.total_cmp(letters))
    });
    let is_contained = all.first().is_some_and(|((contains, ..), _)| *contains);
    let meant = all.into_iter().take_while(|((contains, ..), _)| *contains == is_contained);
    meant.take(count).map(|(_, word)| word).collect()
}

/// The parts of an id or of the name of a host.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(['-', '.', '/', '+'])
}

/// The nearest known word as a question, or else all that would do.
pub(crate) fn hint<'k>(text: &str, known: impl IntoIterator<Item = &'k str> + Clone) -> String {
    match near(text, known.clone()).first() {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("expected one of {}", known.into_iter().collect::<Vec<_>>().join(", ")),
    }
}

/// A longer list of words is no help in a message.
const MAX_LISTED_BYTES: usize = 240;
/// So many words are named instead.
const NAMED: usize = 3;

/// The same where there can be any number of words, such as names of an estate: if all make no short list, the few that are most like
/// it.
pub(crate) fn short_hint<'k>(text: &str, known: impl IntoIterator<Item = &'k str> + Clone) -> String {
    if known.clone().into_iter().next().is_none() {
        return "there is none".to_owned();
    }
    let all = hint(text, known.clone());
    if all.len() <= MAX_LISTED_BYTES {
        return all;
    }
    let count = known.clone().into_iter().count();
    let few: Vec<String> = nearest_few(text, known, NAMED).iter().map(|word| format!("`{word}`")).collect();
    let verb = if few.len() == 1 { "is" } else { "are" };
    format!("the nearest of {count} {verb} {}", few.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_come_first_and_far_ones_not_at_all() {
        let known = ["san-missing", "san-extra", "issuer-missing", "none", "one"];
        assert_eq!(near("san-mising", known), ["san-missing"]);
        assert_eq!(near("SAN-MISSNIG", known), ["san-missing"], "a swap is one mistake");
        assert_eq!(near("nne", known), ["none", "one"]);
        assert_eq!(near("expired", known), [""; 0]);
        assert_eq!(near("xx", known), [""; 0], "nothing of a short word would be left");
    }

    #[test]
    fn there_is_always_a_nearest_one_and_a_shared_part_counts_most() {
        let known = ["expired", "san-wildcard-before-fqdn", "chain-incomplete"];
        assert_eq!(nearest("wildcard", known), Some("san-wildcard-before-fqdn"));
        assert_eq!(nearest("expiry-of-all", known), Some("expired"));
        assert_eq!(nearest("", known), Some("expired"));
        assert_eq!(nearest("any", []), None);
    }

    #[test]
    fn a_hint_asks_or_lists() {
        assert_eq!(hint("htps", ["https", "none"]), "did you mean `https`?");
        assert_eq!(hint("ftp", ["https", "none"]), "expected one of https, none");
    }

    #[test]
    fn of_many_words_a_short_hint_names_the_few_that_are_most_like_it() {
        let known: Vec<String> = (0..300)
            .flat_map(|pool| {
                ["Default", "Internal"].map(|usage| format!("pool{pool:03}.contoso.com/{usage}"))
            })
            .collect();
        let hint = |text: &str| short_hint(text, known.iter().map(String::as_str));
        assert_eq!(
            hint("POOL217"),
            "the nearest of 600 are `pool217.contoso.com/Default`, `pool217.contoso.com/Internal`"
        );
        assert_eq!(hint("pool217.contoso.com/Defualt"), "did you mean `pool217.contoso.com/Default`?");
        assert!(hint("nothing of the kind").len() < 150);
        assert_eq!(short_hint("ftp", ["https", "none"]), "expected one of https, none");
    }
}
