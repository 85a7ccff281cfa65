//! How a text looks: how wide it is, and whether words have colors.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use crate::model::Severity;

/// How a text for people looks. Data for programs has no look.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Look {
    width: usize,
    colors: bool,
}

impl Look {
    /// Files and pipes: as wide as most windows, without colors.
    pub const PLAIN: Self = Self { width: 100, colors: false };
    /// In a narrower window lines are broken by the window.
    const MIN_WIDTH: usize = 40;
    /// Longer lines are hard to read.
    const MAX_WIDTH: usize = 120;

    /// A window with so many columns, where that is known.
    pub fn of_window(columns: Option<u16>, colors: bool) -> Self {
        let width = columns.map_or(Self::PLAIN.width, |columns| {
            usize::from(columns).clamp(Self::MIN_WIDTH, Self::MAX_WIDTH)
        });
        Self { width, colors }
    }
}

/// Where a text goes, and its look.
pub(super) struct Page<'a> {
    look: Look,
    sink: &'a mut dyn Write,
}

/// The column in which a text begins that stands below its lead.
pub(super) fn indent_below(lead: &str) -> usize {
    lead.len() - lead.trim_start().len() + 2
}

/// What a part of a line is. Its words and symbols say so too: color alone carries no meaning.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Ink {
    Plain,
    Title,
    Bad,
    Warning,
    Good,
    Advice,
}

impl Ink {
    pub(super) fn of(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Bad,
            Severity::Warning => Self::Warning,
            Severity::Info => Self::Advice,
        }
    }

    /// The symbol, which pages have too.
    pub(super) fn symbol(self) -> &'static str {
        match self {
            Self::Plain | Self::Title => " ",
            Self::Bad => "✕",
            Self::Warning => "▲",
            Self::Good => "✓",
            Self::Advice => "·",
        }
    }

    fn style(self) -> Style {
        let color = |color: AnsiColor| Style::new().fg_color(Some(color.into()));
        match self {
            Self::Plain => Style::new(),
            Self::Title => Style::new().bold(),
            Self::Bad => color(AnsiColor::Red).bold(),
            Self::Warning => color(AnsiColor::Yellow),
            Self::Good => color(AnsiColor::Green),
            Self::Advice => color(AnsiColor::Cyan),
        }
    }
}

impl<'a> Page<'a> {
    pub(super) fn new(look: Look, sink: &'a mut dyn Write) -> Self {
        Self { look, sink }
    }

    /// The columns of a line.
    pub(super) fn width(&self) -> usize {
        self.look.width
    }

    /// So many columns there have to be behind a lead for texts to stand there: most names of hosts are shorter.
    const MIN_ROOM: usize = 40;
    /// Leads up to this width, such as numbers, take no room that matters.
    const SHORT_LEAD: usize = 9;

    /// Whether long texts have no room behind a lead.
    pub(super) fn is_narrow_behind(&self, lead: &str) -> bool {
        lead.width() > Self::SHORT_LEAD && lead.width() + Self::MIN_ROOM > self.width()
    }

    /// The column in which what belongs to a lead begins: behind it, or where it is narrow there, below it.
    pub(super) fn indent_behind(&self, lead: &str) -> usize {
        if self.is_narrow_behind(lead) { indent_below(lead) } else { lead.width() }
    }

    /// A text as it is: what comes from inputs was made harmless before.
    pub(super) fn put(&mut self, text: &str) -> io::Result<()> {
        self.sink.write_all(text.as_bytes())
    }

    /// The same in color, where there are colors.
    pub(super) fn put_in(&mut self, ink: Ink, text: &str) -> io::Result<()> {
        if !self.look.colors || ink == Ink::Plain || text.trim().is_empty() {
            return self.put(text);
        }
        let style = ink.style();
        write!(self.sink, "{style}{text}{style:#}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_as_wide_as_its_window_within_limits() {
        for (columns, width) in [
            (None, 100),
            (Some(0), 40),
            (Some(39), 40),
            (Some(41), 41),
            (Some(97), 97),
            (Some(120), 120),
            (Some(999), 120),
        ] {
            assert_eq!(Look::of_window(columns, false).width, width, "{columns:?}");
        }
        assert_eq!(Look::of_window(None, false), Look::PLAIN);
    }

    #[test]
    fn colors_are_written_only_where_they_are_wanted() {
        let written = |colors: bool| {
            let mut bytes = Vec::new();
            Page::new(Look::of_window(None, colors), &mut bytes).put_in(Ink::Bad, "✕").unwrap();
            String::from_utf8(bytes).unwrap()
        };
        assert_eq!(written(false), "✕");
        assert_eq!(written(true), "\u{1b}[1m\u{1b}[31m✕\u{1b}[0m");
    }
}
