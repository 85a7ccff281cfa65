//! Long lists on a terminal: the first of each kind, and how many more there are.

use std::collections::HashMap;
use std::io;

use crate::model::grouped;

use super::look::Ink;
use super::{Page, inked, wrapped};

/// Rows without a mark.
pub(super) const BARE: (Ink, &str) = (Ink::Plain, "  ");

/// A row of a list: its kind, how many things it tells of, and its text.
pub(super) type Counted<T> = (String, usize, T);

/// Writes the first rows of each kind, in their order, and then for each kind how many more there are. Files and machine formats have all
/// of them: a terminal with many thousand lines tells nobody anything. `all` says where all of them stand. Each row has `lead` before it,
/// in this ink.
pub(super) fn first_of_each_kind<T: Fn() -> String>(
    rows: impl Iterator<Item = Counted<T>>,
    shown: usize,
    all: &str,
    (ink, lead): (Ink, &str),
    page: &mut Page<'_>,
) -> io::Result<()> {
    let mut kinds: HashMap<String, usize> = HashMap::new();
    // Of each kind its rows, and the things that those beyond the shown ones tell of.
    let mut order: Vec<(String, usize, usize)> = Vec::new();
    for (kind, things, text) in rows {
        let place = *kinds.entry(kind).or_insert_with_key(|kind| {
            order.push((kind.clone(), 0, 0));
            order.len() - 1
        });
        let Some((_, count, beyond)) = order.get_mut(place) else { continue };
        *count += 1;
        if *count <= shown {
            inked(page, ink, lead, &text())?;
        } else {
            *beyond += things;
        }
    }
    for (kind, _, beyond) in order.iter().filter(|(_, count, _)| *count > shown) {
        wrapped(page, "  ", &format!("and {} more in {all}: {kind}", grouped(*beyond)))?;
    }
    Ok(())
}

/// What a message is about: the same for all that differ in numbers and in what is quoted only.
pub(super) fn kind_of(message: &str) -> String {
    let mut kind = String::with_capacity(message.len());
    for (index, part) in message.split('`').enumerate() {
        if index % 2 == 1 {
            kind.push('…');
            continue;
        }
        let mut was_digit = false;
        for c in part.chars() {
            let is_digit = c.is_ascii_digit();
            if !is_digit {
                kind.push(c);
            } else if !was_digit {
                kind.push('…');
            }
            was_digit = is_digit;
        }
    }
    kind
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::text::Look;

    fn written(rows: &[(&str, String)], shown: usize) -> String {
        let rows = rows.iter().map(|(kind, text)| ((*kind).to_owned(), 1, || text.clone()));
        let mut bytes = Vec::new();
        let page = &mut Page::new(Look::PLAIN, &mut bytes);
        first_of_each_kind(rows, shown, "report.json", BARE, page).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn the_first_of_each_kind_are_written_and_the_others_counted() {
        let mut rows: Vec<(&str, String)> =
            (0..1_237).map(|number| ("is empty", format!("{number}: is empty"))).collect();
        rows.insert(1, ("is a link", "x: is a link".to_owned()));
        assert_eq!(
            written(&rows, 3),
            "  0: is empty\n  x: is a link\n  1: is empty\n  2: is empty\n  and 1,234 more in report.json: is empty\n"
        );
        assert_eq!(written(&rows[..4], 3), "  0: is empty\n  x: is a link\n  1: is empty\n  2: is empty\n");
    }

    #[test]
    fn messages_that_differ_in_numbers_and_names_are_of_one_kind() {
        let one = kind_of("has a block at line 7 that is `A`, of 120 bytes");
        assert_eq!(one, kind_of("has a block at line 1234 that is `B`, of 3 bytes"));
        assert_eq!(one, "has a block at line … that is …, of … bytes");
        assert_ne!(one, kind_of("is empty"));
    }
}
