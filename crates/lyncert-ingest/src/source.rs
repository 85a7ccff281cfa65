//! A decoded document, and the lines and columns in it.

use std::sync::Arc;

/// A decoded document: text without byte order mark, and where its lines start.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) name: Arc<str>,
    pub(crate) text: String,
    line_starts: Vec<usize>,
    /// Characters before each block of bytes. Exports are often one line of megabytes, where counting from the line's start
    /// for every place would take quadratic time.
    characters: Vec<usize>,
}

/// Bytes of a block.
const BLOCK_BYTES: usize = 1024;

impl Source {
    /// `name` is what the user gave; only its last component is kept, so that reports show no private folders.
    pub(crate) fn new(name: &str, text: String) -> Self {
        let shown = name.rsplit(['/', '\\']).next().filter(|last| !last.is_empty()).unwrap_or(name);
        Self {
            name: shown.into(),
            line_starts: line_starts(&text),
            characters: characters_before_blocks(&text),
            text,
        }
    }

    /// Line and column of a byte offset, both from 1, the column in characters.
    pub(crate) fn line_column(&self, offset: usize) -> (u32, u32) {
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|index| self.line_starts.get(index)).copied().unwrap_or(0);
        let column = self.characters_before(offset).saturating_sub(self.characters_before(start));
        (saturating_u32(line), saturating_u32(column + 1))
    }

    fn characters_before(&self, offset: usize) -> usize {
        let block = offset / BLOCK_BYTES;
        let counted = self.characters.get(block).copied().unwrap_or_default();
        counted + self.text.as_bytes().get(block * BLOCK_BYTES..offset).map_or(0, count_characters)
    }
}

fn saturating_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The characters that start in these bytes: all but continuation bytes.
fn count_characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

fn characters_before_blocks(text: &str) -> Vec<usize> {
    let mut before = 0;
    let mut blocks = vec![0];
    for block in text.as_bytes().chunks(BLOCK_BYTES) {
        before += count_characters(block);
        blocks.push(before);
    }
    blocks
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
    fn columns_of_a_very_long_line_are_those_of_counting() {
        let text = "aü漢x".repeat(2_000);
        let source = Source::new("a", text.clone());
        for (column, (offset, _)) in text.char_indices().enumerate().step_by(97) {
            assert_eq!(
                source.line_column(offset),
                (1, u32::try_from(column).unwrap() + 1),
                "offset {offset}"
            );
        }
    }

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
