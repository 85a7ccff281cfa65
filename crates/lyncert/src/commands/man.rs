//! `lyncert man`: the manual pages.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, CommandFactory};
use clap_mangen::Man;

use crate::args::{Args, ManArgs};
use crate::exit::{Failure, SUCCESS};
use crate::lock::Lock;
use crate::output;
use crate::ownership::check_places;
use crate::staged::Staged;

pub(crate) fn run(args: &ManArgs) -> Result<u8, Failure> {
    // `help` has no page of its own.
    let mut program = Args::command().disable_help_subcommand(true);
    // Commands get their names with the program's before them, and the options that every command has.
    program.build();
    match &args.out {
        None => output::print(|sink| write_page(program, sink))?,
        Some(folder) => {
            let written = write_pages(program, folder, args.overwrite.overwrite)?;
            output::print(|sink| output::list_written(&written, sink))?;
        }
    }
    Ok(SUCCESS)
}

fn write_pages(program: clap::Command, folder: &Path, overwrite: bool) -> Result<Vec<PathBuf>, Failure> {
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
    let usage = usage_of(&command);
    Man::new(command.override_usage(usage)).title(title).render(&mut sink)
}

/// How a command is typed: each option with its value, what can be left out in brackets, what can be repeated with dots.
fn usage_of(command: &clap::Command) -> String {
    let mut words = vec![command.get_bin_name().unwrap_or_else(|| command.get_name()).to_owned()];
    let shown = || command.get_arguments().filter(|argument| !argument.is_hide_set());
    let (positional, options): (Vec<&Arg>, Vec<&Arg>) =
        shown().partition(|argument| argument.is_positional());
    words.extend(options.into_iter().chain(positional).map(usage_of_argument));
    if command.has_subcommands() {
        words.push("COMMAND".to_owned());
    }
    words.join(" ")
}

fn usage_of_argument(argument: &Arg) -> String {
    let names = [
        argument.get_short().map(|short| format!("-{short}")),
        argument.get_long().map(|long| format!("--{long}")),
    ];
    let name = names.into_iter().flatten().collect::<Vec<_>>().join("|");
    let takes_values = argument.get_action().takes_values();
    let values = argument.get_value_names().filter(|_| takes_values).unwrap_or_default();
    let values: Vec<&str> = values.iter().map(clap::builder::Str::as_str).collect();
    let name = if argument.is_last_set() { "--".to_owned() } else { name };
    let words: Vec<&str> =
        std::iter::once(name.as_str()).filter(|name| !name.is_empty()).chain(values).collect();
    let usage = words.join(" ");
    let usage = if argument.is_required_set() { usage } else { format!("[{usage}]") };
    let has_many = argument.get_num_args().is_some_and(|count| count.max_values() > 1);
    if has_many || matches!(argument.get_action(), ArgAction::Append) { format!("{usage}...") } else { usage }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_synopsis_has_each_option_with_its_value() {
        let mut program = Args::command();
        program.build();
        let usage = |name: &str| usage_of(program.find_subcommand(name).unwrap());
        let audit = usage("audit");
        assert!(audit.starts_with("lyncert audit [--certs DIR]... "), "{audit}");
        assert!(audit.contains(" [--at TIME] ") && audit.contains(" [-q|--quiet] "), "{audit}");
        assert!(audit.ends_with(" TOPOLOGY..."), "{audit}");
        assert!(usage("check").contains(" --topology TOPOLOGY... "));
        assert!(usage("schedule").ends_with(" SCHEDULER -- ARGUMENTS..."), "{}", usage("schedule"));
        assert!(usage("collector").ends_with(" [FILE]"));
        assert!(usage_of(&program).ends_with(" COMMAND"));
        for command in program.get_subcommands() {
            let usage = usage_of(command);
            for long in command.get_arguments().filter_map(Arg::get_long) {
                assert!(usage.contains(&format!("--{long}")), "{usage}");
            }
        }
        let mut page = Vec::new();
        write_page(program.find_subcommand("audit").unwrap().clone(), &mut page).unwrap();
        assert!(String::from_utf8(page).unwrap().contains(r"[\-\-certs DIR]... "));
    }
}
