//! Where in which document something stands.

use std::fmt;
use std::sync::Arc;

/// A place in an export.
///
/// Shown as `Cluster[pool01.contoso.com]/Machine[fe01.contoso.com] (topology.xml:12:7)`: the element path comes
/// first, since many exports are one long line.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Place {
    /// Name of the document, as the user gave it, without folders.
    pub document: Arc<str>,
    /// The way to the element from the part of the document that matters: element names, each with its naming
    /// attribute in brackets where it has one, joined by `/`.
    pub path: Arc<str>,
    /// Line of the element's `<`, from 1.
    pub line: u32,
    /// Column of the element's `<` in characters, from 1.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}:{}:{})", self.path, self.document, self.line, self.column)
    }
}

/// A decoded document: text without byte order mark, and where its lines start.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) name: Arc<str>,
    pub(crate) text: String,
    line_starts: Vec<usize>,
}

impl Source {
    /// `name` is what the user gave; only its last component is kept, so that reports show no private folders.
    pub(crate) fn new(name: &str, text: String) -> Self {
        let shown = name.rsplit(['/', '\\']).next().filter(|last| !last.is_empty()).unwrap_or(name);
        Self { name: shown.into(), line_starts: line_starts(&text), text }
    }

    /// Line and column of a byte offset, both from 1, the column in characters.
    pub(crate) fn line_column(&self, offset: usize) -> (u32, u32) {
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|index| self.line_starts.get(index)).copied().unwrap_or(0);
        let column = self.text.get(start..offset).map_or(0, |before| before.chars().count());
        (saturate(line), saturate(column + 1))
    }
}

fn saturate(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// LF, CRLF and a lone CR each end a line.
fn line_starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let ends = bytes.iter().enumerate().filter(|(index, byte)| match **byte {
        b'\n' => true,
        b'\r' => bytes.get(index + 1) != Some(&b'\n'),
        _ => false,
    });
    std::iter::once(0).chain(ends.map(|(index, _)| index + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one_in_characters() {
        let source = Source::new("C:\\plans\\a.tbxml", "a\nbü<\r\nc\rd".to_owned());
        assert_eq!(&*source.name, "a.tbxml");
        for (offset, place) in
            [(0, (1, 1)), (2, (2, 1)), (5, (2, 3)), (8, (3, 1)), (10, (4, 1)), (11, (4, 2))]
        {
            assert_eq!(source.line_column(offset), place, "offset {offset}");
        }
    }
}
