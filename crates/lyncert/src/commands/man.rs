//! `lyncert man`: the manual pages.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::CommandFactory;
use clap_mangen::Man;

use crate::args::{Args, ManArgs};
use crate::exit::{Failure, SUCCESS};
use crate::lock::Lock;
use crate::output;
use crate::ownership::check_places;
use crate::staged::Staged;

pub(crate) fn run(args: &ManArgs) -> Result<u8, Failure> {
    // `help` has no page of its own.
    let program = Args::command().disable_help_subcommand(true);
    match &args.out {
        None => output::print(|sink| write_page(program, sink))?,
        Some(folder) => {
            let written = write_pages(program, folder, args.overwrite.overwrite)?;
            output::print(|sink| output::list_written(&written, sink))?;
        }
    }
    Ok(SUCCESS)
}

fn write_pages(mut program: clap::Command, folder: &Path, overwrite: bool) -> Result<Vec<PathBuf>, Failure> {
    // Commands get their names with the program's before them, and the options that every command has.
    program.build();
    let mut pages: Vec<clap::Command> = program.get_subcommands().cloned().collect();
    pages.insert(0, program);
    let pages: Vec<(String, clap::Command)> = pages.into_iter().map(named).collect();
    let _lock = Lock::take(folder)?;
    check_places(folder, pages.iter().map(|(file, _)| file.as_str()), overwrite)?;
    let mut staged = Staged::new(folder)?;
    for (file, page) in pages {
        staged.file(&file, |sink| write_page(page, sink))?;
    }
    staged.commit()
}

/// A page with the name of its file; its title is that name too, as `man` shows it.
fn named(command: clap::Command) -> (String, clap::Command) {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    (format!("{name}.1"), command.display_name(name))
}

fn write_page(command: clap::Command, mut sink: &mut dyn Write) -> io::Result<()> {
    let title = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    Man::new(command).title(title).render(&mut sink)
}
