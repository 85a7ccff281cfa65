//! Writing to the terminal, and the folders and temporary names of files.

use std::ffi::OsString;
use std::fs;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anstream::{AutoStream, ColorChoice};
use anyhow::{Context, anyhow};
use clap::ValueEnum;
use lyncert_report::render::escape::visible;
use lyncert_report::render::text::Look;
use terminal_size::{Width, terminal_size_of};

use crate::args::Color;
use crate::exit::Failure;
use crate::location::{folder_of, shown};

/// Writes data to standard output. A reader that has gone away is no error.
pub(crate) fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut stdout = BufWriter::new(io::stdout().lock());
    match write(&mut stdout).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result.context("cannot write to standard output").map_err(Failure::output),
    }
}

/// Checks that the folder of a file that is to be written is there: one that is misspelled is not made.
pub(crate) fn check_has_folder(path: &Path) -> Result<(), Failure> {
    let folder = folder_of(path);
    if folder.is_dir() {
        return Ok(());
    }
    let folder = folder.display();
    Err(Failure::usage(anyhow!("there is no folder `{folder}`; expected a path in one that is there")))
}

/// How texts look on standard output: as wide as its window, and with colors on terminals that have them, unless asked otherwise.
pub(crate) fn look(color: Color) -> Look {
    let choice = match color {
        Color::Auto => ColorChoice::Auto,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    };
    let has_colors = AutoStream::new(io::stdout(), choice).current_choice() != ColorChoice::Never;
    let columns = terminal_size_of(io::stdout()).map(|(Width(columns), _)| columns);
    Look::of_window(columns, has_colors)
}

/// How wide the window is that standard error goes to, if it is one.
pub(crate) fn columns_of_errors() -> Option<u16> {
    terminal_size_of(io::stderr()).map(|(Width(columns), _)| columns)
}

/// Whether help and mistakes have colors, by the words of the command line: they are printed before it is understood. What follows
/// `--` belongs to another command.
pub(crate) fn color_of_help(words: impl Iterator<Item = OsString>) -> clap::ColorChoice {
    let mut choice = clap::ColorChoice::Auto;
    let mut is_value = false;
    for word in words.map(|word| word.to_string_lossy().into_owned()).take_while(|word| word != "--") {
        let value = if is_value { Some(word.as_str()) } else { word.strip_prefix("--color=") };
        if let Some(color) = value.and_then(|value| Color::from_str(value, false).ok()) {
            choice = match color {
                Color::Auto => clap::ColorChoice::Auto,
                Color::Always => clap::ColorChoice::Always,
                Color::Never => clap::ColorChoice::Never,
            };
        }
        is_value = word == "--color";
    }
    choice
}

/// Makes the folder for report files.
pub(crate) fn make_folder(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path)
        .map_err(|error| {
            let is_there = error.kind() == ErrorKind::AlreadyExists;
            if is_there { io::Error::new(error.kind(), "there is a file of that name") } else { error }
        })
        .with_context(|| format!("cannot make the folder `{}`", shown(path)))
        .map_err(Failure::usage)
}

/// Says which files were written.
pub(crate) fn list_written(written: &[PathBuf], sink: &mut dyn Write) -> io::Result<()> {
    written.iter().try_for_each(|path| writeln!(sink, "Wrote {}", visible(&shown(path))))
}

/// What temporary files and folders start with, whatever follows: the next run knows the leftovers of a killed one by it.
pub(crate) const TEMPORARY_PREFIX: &str = ".lyncert-tmp-";

/// What the temporary name of a file starts with that has no folder of its own: whoever locks the folder leaves it alone.
pub(crate) const SINGLE_PREFIX: &str = ".lyncert-file-";
