//! What may have been meant by a word that is not known.

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

/// The known word that is most like a text, however far it is: one that shares a part with it, else by its letters.
pub(crate) fn nearest<'k>(text: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let text = text.to_ascii_lowercase();
    let likeness = |word: &str| {
        let word = word.to_ascii_lowercase();
        let shares_part =
            word.split('-').any(|part| part.len() > 2 && text.split('-').any(|own| own == part));
        (shares_part, strsim::jaro_winkler(&text, &word))
    };
    let all = known.into_iter().map(|word| (likeness(word), word));
    let best = all.reduce(|best, other| {
        let is_better = (other.0.0, other.0.1) > (best.0.0, best.0.1);
        if is_better { other } else { best }
    });
    best.map(|(_, word)| word)
}

/// The nearest known word as a question, or else all that would do.
pub(crate) fn hint<'k>(text: &str, known: impl IntoIterator<Item = &'k str> + Clone) -> String {
    match near(text, known.clone()).first() {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("expected one of {}", known.into_iter().collect::<Vec<_>>().join(", ")),
    }
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
}
