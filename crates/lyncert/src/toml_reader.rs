//! TOML that people write: every mistake at its line, with what was expected.

mod table;

use std::cell::RefCell;

use toml::de::DeTable;

use crate::did_you_mean::hint;

pub(crate) use table::{NumberOrText, Table};

/// A file and the mistakes met in it so far.
pub(crate) struct Reader<'a> {
    name: &'a str,
    text: &'a str,
    /// Where each line begins. Every mistake and every waiver has a place.
    line_starts: Vec<usize>,
    mistakes: RefCell<Vec<Mistake>>,
}

/// A mistake, with its place.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Mistake {
    offset: usize,
    /// File, line and column.
    pub(crate) place: String,
    /// What is wrong and what was expected, in one sentence.
    pub(crate) message: String,
}

/// A value, with its offset in the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Located<T> {
    /// The value.
    pub(crate) value: T,
    /// Where it begins, in bytes from the start of the file.
    pub(crate) offset: usize,
}

impl<'a> Reader<'a> {
    /// Reads a file. `name` is the file's name for messages.
    ///
    /// # Errors
    ///
    /// All mistakes, in the file's order: where it is no TOML, or where `read` found some.
    pub(crate) fn read<T>(
        name: &'a str,
        text: &'a str,
        read: impl FnOnce(&Self, Table<'_, 'a>) -> T,
    ) -> Result<T, Vec<Mistake>> {
        let line_ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0).chain(line_ends.map(|(index, _)| index + 1)).collect();
        let reader = Self { name, text, line_starts, mistakes: RefCell::default() };
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            // The parser's message may span lines; the sentence may not.
            let message = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
            reader.add_mistake(error.span().map_or(0, |span| span.start), message);
        }
        if reader.mistakes.borrow().is_empty() {
            let root = Table::root(&reader, table.get_ref());
            let value = read(&reader, root);
            if reader.mistakes.borrow().is_empty() {
                return Ok(value);
            }
        }
        Err(reader.drain(0))
    }

    /// Notes a mistake at an offset of the file.
    pub(crate) fn add_mistake(&self, offset: usize, message: impl Into<String>) {
        let mistake = Mistake { offset, place: self.place(offset), message: message.into() };
        self.mistakes.borrow_mut().push(mistake);
    }

    /// How many mistakes were met so far.
    pub(crate) fn count(&self) -> usize {
        self.mistakes.borrow().len()
    }

    /// Takes the mistakes back that were met after so many.
    pub(crate) fn drain(&self, from: usize) -> Vec<Mistake> {
        let mut mistakes: Vec<Mistake> = self.mistakes.borrow_mut().drain(from..).collect();
        mistakes.sort();
        mistakes
    }

    /// File, line and column of an offset.
    pub(crate) fn place(&self, offset: usize) -> String {
        let line = self.line_starts.partition_point(|start| *start <= offset).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0);
        let column = self.text.get(start..offset).map_or(0, |before| before.chars().count()) + 1;
        format!("{}:{line}:{column}", self.name)
    }

    /// Parses what a string says.
    pub(crate) fn parse<T>(
        &self,
        text: Located<&str>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        match parse(text.value) {
            Ok(value) => Some(value),
            Err(message) => {
                self.add_mistake(text.offset, message);
                None
            }
        }
    }
}

/// The word, or what is wrong with it.
pub(crate) fn one_of<T: Copy>(key: &str, text: &str, words: &[(&'static str, T)]) -> Result<T, String> {
    let found = words.iter().find(|(word, _)| *word == text);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        format!("`{key}` is `{text}`; {}", hint(text, known.into_iter()))
    })
}
