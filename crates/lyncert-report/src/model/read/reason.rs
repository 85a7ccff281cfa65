//! What the parser says of a document, in words for people.

/// What the library calls things of JSON by words of Rust, and what they are.
const WORDS: &[(&str, &str)] = &[
    ("expected usize", "expected a whole number from 0 on"),
    ("expected u64", "expected a whole number from 0 on"),
    ("expected u32", "expected a whole number up to 4294967295"),
    ("expected u8", "expected a whole number up to 255"),
    ("expected i64", "expected a whole number"),
    ("expected a sequence", "expected a list"),
    ("invalid type: sequence", "invalid type: list"),
    ("expected a map", "expected an object"),
    ("invalid type: map", "invalid type: object"),
];
/// What stands before the name of a type of ours.
const STRUCT: &str = "expected struct ";
/// So much of a long message is shown at either end: values of others stand in its middle.
const SHOWN: usize = 160;

/// A message of the parser without the words of its language, and no longer than a line or two.
pub(super) fn plain(message: &str) -> String {
    let short = shortened(message);
    // What was expected stands last, behind values that may hold anything.
    let Some(at) = short.rfind("expected ") else { return said(&short) };
    let (before, expected) = short.split_at(at);
    match expected.strip_prefix(STRUCT) {
        Some(named) => {
            let behind = named.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
            format!("{}expected an object{behind}", said(before))
        }
        None => format!("{}{}", said(before), said(expected)),
    }
}

/// The message with the words of JSON, where it begins with one that is not.
fn said(part: &str) -> String {
    let known = WORDS.iter().find_map(|(word, plain)| {
        // The word stands first, or behind the place in the document.
        let at = part
            .find(word)
            .filter(|at| !part.get(..*at).is_some_and(|before| before.contains(['"', '`'])))?;
        let behind = part.get(at + word.len()..)?;
        let ends = !behind.starts_with(|c: char| c.is_ascii_alphanumeric());
        ends.then(|| format!("{}{plain}{behind}", part.get(..at).unwrap_or_default()))
    });
    known.unwrap_or_else(|| part.to_owned())
}

/// A long text with its middle left out.
pub(super) fn shortened(text: &str) -> String {
    let count = text.chars().count();
    if count <= 2 * SHOWN + 1 {
        return text.to_owned();
    }
    let (first, last) = (text.chars().take(SHOWN), text.chars().skip(count - SHOWN));
    first.chain(std::iter::once('…')).chain(last).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_language_are_those_of_json() {
        for (message, said) in [
            (
                "summary.errors: invalid type: string \"x\", expected usize at line 3 column 4",
                "summary.errors: invalid type: string \"x\", expected a whole number from 0 on at line 3 column 4",
            ),
            (
                "findings[0].holder_ref: invalid type: sequence, expected struct HolderRef at line 1 column 2",
                "findings[0].holder_ref: invalid type: list, expected an object at line 1 column 2",
            ),
            (
                "findings: invalid type: map, expected a sequence",
                "findings: invalid type: object, expected a list",
            ),
            (
                "unknown variant `expected usize2`, expected one of `a`, `b`",
                "unknown variant `expected usize2`, expected one of `a`, `b`",
            ),
            ("missing field `id` at line 1 column 9", "missing field `id` at line 1 column 9"),
        ] {
            assert_eq!(plain(message), said);
        }
    }

    #[test]
    fn long_values_are_told_by_their_ends() {
        let plain =
            plain(&format!("at: invalid value: string \"{}\", expected u32 at line 1", "東".repeat(9_000)));
        assert!(plain.starts_with("at: invalid value: string \"東"), "{plain}");
        assert!(plain.ends_with("東\", expected a whole number up to 4294967295 at line 1"), "{plain}");
        assert!(plain.contains('…') && plain.chars().count() < 3 * SHOWN, "{plain}");
    }
}
