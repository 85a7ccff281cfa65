//! Writing to the terminal, and the folders and temporary names of files.

use std::fs;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anstream::{AutoStream, ColorChoice};
use anyhow::Context;
use lyncert_report::render::escape::visible;
use lyncert_report::render::text::Look;
use terminal_size::{Width, terminal_size_of};

use crate::args::Color;
use crate::exit::Failure;

/// Writes data to standard output. A reader that has gone away is no error.
pub(crate) fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut stdout = BufWriter::new(io::stdout().lock());
    match write(&mut stdout).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result.context("cannot write to standard output").map_err(Failure::output),
    }
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

/// Makes the folder for report files.
pub(crate) fn make_folder(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path)
        .with_context(|| format!("cannot make the folder `{}`", path.display()))
        .map_err(Failure::usage)
}

/// Says which files were written.
pub(crate) fn list_written(written: &[PathBuf], sink: &mut dyn Write) -> io::Result<()> {
    written.iter().try_for_each(|path| writeln!(sink, "Wrote {}", visible(&path.display().to_string())))
}

/// What temporary files and folders start with, whatever follows: the next run knows the leftovers of a killed one by it.
pub(crate) const TEMPORARY_PREFIX: &str = ".lyncert-tmp-";

/// What the temporary name of a file starts with that has no folder of its own: whoever locks the folder leaves it alone.
pub(crate) const SINGLE_PREFIX: &str = ".lyncert-file-";
