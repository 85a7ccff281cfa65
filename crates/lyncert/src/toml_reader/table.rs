//! Tables: the values of keys, each of the kind that is asked for.

use std::ops::RangeInclusive;

use time::{Date, Month};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Located, Reader, one_of};
use crate::did_you_mean::hint;

/// A table whose keys are asked for one by one; [`Table::finish`] reports those that were not.
pub(crate) struct Table<'r, 'a> {
    reader: &'r Reader<'a>,
    /// As it is written, such as `[facts]`; empty for the file as a whole.
    title: String,
    /// Where it begins, in bytes from the start of the file.
    pub(crate) offset: usize,
    table: &'r DeTable<'a>,
    known: Vec<&'static str>,
}

/// What people write has fewer tables of one kind. Each waiver, pattern or name is held against each finding, file or requirement.
pub(super) const MAX_TABLES: usize = 10_000;
/// The same for texts of one list.
const MAX_TEXTS: usize = 10_000;

impl<'r, 'a> Table<'r, 'a> {
    /// The file as a whole.
    pub(super) fn root(reader: &'r Reader<'a>, table: &'r DeTable<'a>) -> Self {
        Self { reader, title: String::new(), offset: 0, table, known: Vec::new() }
    }

    /// The value of a key.
    fn value(&mut self, key: &'static str) -> Option<&'r Spanned<DeValue<'a>>> {
        self.known.push(key);
        self.table.get(key)
    }

    /// A value of the kind that `take` takes; another kind is a mistake.
    fn kind<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        take: impl FnOnce(&'r DeValue<'a>) -> Option<T>,
    ) -> Option<Located<T>> {
        let value = self.value(key)?;
        let offset = value.span().start;
        let taken = take(value.get_ref());
        if taken.is_none() {
            let found = shown(value.get_ref());
            self.reader.add_mistake(offset, format!("`{key}` is {found}; expected {expected}"));
        }
        taken.map(|value| Located { value, offset })
    }

    /// A text.
    pub(crate) fn string(&mut self, key: &'static str) -> Option<Located<&'r str>> {
        self.kind(key, "a text in quotes", DeValue::as_str)
    }

    /// A text that is not empty.
    pub(crate) fn words(&mut self, key: &'static str, expected: &str) -> Option<String> {
        let text = self.string(key)?;
        if text.value.trim().is_empty() {
            self.reader.add_mistake(text.offset, format!("`{key}` is empty; expected {expected}"));
            return None;
        }
        Some(text.value.to_owned())
    }

    /// True or false.
    pub(crate) fn boolean(&mut self, key: &'static str) -> Option<bool> {
        self.kind(key, "true or false", DeValue::as_bool).map(|at| at.value)
    }

    /// A whole number within these bounds.
    pub(crate) fn number(&mut self, key: &'static str, bounds: RangeInclusive<u16>) -> Option<u16> {
        let expected = format!("a whole number from {} to {}", bounds.start(), bounds.end());
        self.kind(key, &expected, |value| whole(value).filter(|number| bounds.contains(number)))
            .map(|at| at.value)
    }

    /// A whole number or a text that `take` takes; anything else is a mistake.
    pub(crate) fn number_or_text<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        take: impl FnOnce(NumberOrText<'r>) -> Option<T>,
    ) -> Option<T> {
        let value = |value: &'r DeValue<'a>| match value.as_str() {
            Some(text) => take(NumberOrText::Text(text)),
            None => whole(value).and_then(|number| take(NumberOrText::Number(number))),
        };
        self.kind(key, expected, value).map(|at| at.value)
    }

    /// One of these words.
    pub(crate) fn one_of<T: Copy>(&mut self, key: &'static str, words: &[(&'static str, T)]) -> Option<T> {
        let text = self.string(key)?;
        self.reader.parse(text, |text| one_of(key, text, words))
    }

    /// A day, as TOML writes it or in quotes.
    pub(crate) fn day(&mut self, key: &'static str) -> Option<Date> {
        let day_of = |value: &DeValue<'_>| match value {
            DeValue::Datetime(toml::value::Datetime { date: Some(date), time: None, offset: None }) => {
                let month = Month::try_from(date.month).ok()?;
                Date::from_calendar_date(i32::from(date.year), month, date.day).ok()
            }
            DeValue::String(text) => {
                let format = time::macros::format_description!("[year]-[month]-[day]");
                Date::parse(text, format).ok()
            }
            DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => None,
        };
        self.kind(key, "a day such as 2027-03-31", day_of).map(|at| at.value)
    }

    /// A list of texts.
    pub(crate) fn strings(&mut self, key: &'static str) -> Option<Vec<Located<&'r str>>> {
        let list = self.kind(key, "a list of texts, such as [\"contoso.com\"]", DeValue::as_array)?;
        let count = list.value.len();
        if count > MAX_TEXTS {
            let text = format!("`{key}` has {count} texts; expected at most {MAX_TEXTS}");
            self.reader.add_mistake(list.offset, text);
            return None;
        }
        let item = |item: &'r Spanned<DeValue<'a>>| {
            let offset = item.span().start;
            let text = item.get_ref().as_str();
            if text.is_none() {
                let found = shown(item.get_ref());
                self.reader.add_mistake(
                    offset,
                    format!("`{key}` has {found} in its list; expected a text in quotes"),
                );
            }
            text.map(|value| Located { value, offset })
        };
        Some(list.value.iter().filter_map(item).collect())
    }

    /// A text, or a list of texts.
    pub(crate) fn string_or_strings(&mut self, key: &'static str) -> Option<Vec<Located<&'r str>>> {
        match self.table.get(key).map(Spanned::get_ref) {
            Some(DeValue::String(_)) => self.string(key).map(|text| vec![text]),
            _ => self.strings(key),
        }
    }

    /// A table below this one; `title` as it is written, such as `[facts]`.
    pub(crate) fn table(&mut self, key: &'static str, title: &str) -> Option<Self> {
        let expected = format!("a table; write `{title}` on a line of its own");
        let found = self.kind(key, &expected, DeValue::as_table)?;
        Some(self.below(title, found))
    }

    /// The tables of a list; `title` as each is written, such as `[[waiver]]`.
    pub(crate) fn tables(&mut self, key: &'static str, title: &str) -> Vec<Self> {
        let expected = format!("a list of tables; write `{title}` on a line of its own");
        let Some(list) = self.kind(key, &expected, DeValue::as_array) else { return Vec::new() };
        let count = list.value.len();
        if count > MAX_TABLES {
            let text = format!("there are {count} `{title}`; expected at most {MAX_TABLES}");
            self.reader.add_mistake(list.offset, text);
            return Vec::new();
        }
        let item = |item: &'r Spanned<DeValue<'a>>| {
            let offset = item.span().start;
            let table = item.get_ref().as_table();
            if table.is_none() {
                let found = shown(item.get_ref());
                self.reader
                    .add_mistake(offset, format!("`{key}` has {found} in its list; expected {expected}"));
            }
            table.map(|value| self.below(title, Located { value, offset }))
        };
        list.value.iter().filter_map(item).collect()
    }

    fn below(&self, title: &str, found: Located<&'r DeTable<'a>>) -> Self {
        Self {
            reader: self.reader,
            title: title.to_owned(),
            offset: found.offset,
            table: found.value,
            known: Vec::new(),
        }
    }

    /// All keys with their values, for a table whose keys are names.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (Located<&'r str>, Entry<'r, 'a>)> {
        let reader = self.reader;
        self.table.iter().map(move |(key, value)| {
            let at = Located { value: &**key.get_ref(), offset: key.span().start };
            (at, Entry { reader, value })
        })
    }

    /// That a key is there.
    pub(crate) fn require(&self, key: &str, why: &str) {
        if !self.table.contains_key(key) {
            let title = if self.title.is_empty() { "the file" } else { &self.title };
            self.reader.add_mistake(self.offset, format!("{title} has no `{key}`; expected {why}"));
        }
    }

    /// Reports the keys that were not asked for.
    pub(crate) fn finish(self) {
        for (key, _) in self.table.iter().filter(|(key, _)| !self.known.contains(&&**key.get_ref())) {
            let inside = if self.title.is_empty() { String::new() } else { format!(" in {}", self.title) };
            let hinted = hint(key.get_ref(), self.known.iter().copied());
            self.reader
                .add_mistake(key.span().start, format!("unknown key `{}`{inside}; {hinted}", key.get_ref()));
        }
    }
}

/// A value that may be written in two ways.
pub(crate) enum NumberOrText<'r> {
    /// A whole number.
    Number(u16),
    /// A text in quotes.
    Text(&'r str),
}

/// A value whose key is a name.
pub(crate) struct Entry<'r, 'a> {
    reader: &'r Reader<'a>,
    value: &'r Spanned<DeValue<'a>>,
}

impl<'r, 'a> Entry<'r, 'a> {
    /// A text, if it is one.
    pub(crate) fn text(&self) -> Option<Located<&'r str>> {
        let value = self.value.get_ref().as_str()?;
        Some(Located { value, offset: self.value.span().start })
    }

    /// A table, or a mistake that says what was expected.
    pub(crate) fn table(&self, title: &str, expected: &str) -> Option<Table<'r, 'a>> {
        let offset = self.value.span().start;
        let Some(table) = self.value.get_ref().as_table() else {
            let found = shown(self.value.get_ref());
            self.reader.add_mistake(offset, format!("{title} is {found}; expected {expected}"));
            return None;
        };
        Some(Table { reader: self.reader, title: title.to_owned(), offset, table, known: Vec::new() })
    }
}

/// A whole number that is not negative and not large.
fn whole(value: &DeValue<'_>) -> Option<u16> {
    let number = value.as_integer()?;
    u16::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok()
}

fn shown(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the text \"{text}\""),
        DeValue::Integer(number) => format!("the number {}", number.as_str()),
        DeValue::Float(number) => format!("the number {}", number.as_str()),
        DeValue::Boolean(value) => value.to_string(),
        DeValue::Datetime(time) => format!("the time {time}"),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}
