//! The commands that set up what else is needed.

use std::path::PathBuf;

use clap::ValueEnum;
use clap_complete::Shell;

use super::shared::OverwriteArgs;
use super::values::{out_folder, parse_clock, parse_job_name};

/// `lyncert schedule`
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help_of("schedule"))]
pub(crate) struct ScheduleArgs {
    /// For whom
    #[arg(value_enum)]
    pub(crate) scheduler: Scheduler,
    /// The command to run: `audit` or `batch` and its arguments, with absolute paths; for Windows also `collector`, the path of
    /// Export-LyncertCollection.ps1 and its arguments
    #[arg(last = true, required = true, value_name = "ARGUMENTS")]
    pub(crate) arguments: Vec<String>,
    /// Name of the task or the units
    #[arg(long, value_name = "NAME", default_value = "lyncert-audit", value_parser = parse_job_name)]
    pub(crate) name: String,
    /// When to run it, every day
    #[arg(long, value_name = "HH:MM", default_value = "03:30", value_parser = parse_clock)]
    pub(crate) time: (u8, u8),
    /// By how many minutes the start varies, so that many machines do not start together
    #[arg(long, value_name = "MINUTES", default_value_t = 30, value_parser = clap::value_parser!(u16).range(0..=720))]
    pub(crate) random_delay: u16,
    /// The account to run it as; by default the local service account on Windows, and whoever owns the unit or crontab
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) user: Option<String>,
    /// Path of lyncert where it will run; by default that of this program
    #[arg(long, value_name = "FILE")]
    pub(crate) program: Option<PathBuf>,
}

/// Who runs a command every day.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Scheduler {
    /// Task Scheduler: a task as XML
    Windows,
    /// systemd: a service and a timer
    Systemd,
    /// cron: a line
    Cron,
}

/// `lyncert init`
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help_of("init"))]
pub(crate) struct InitArgs {
    /// File to write, or a folder to write lyncert.toml to; `-` prints it. A file that is there is left alone
    #[arg(value_name = "FILE", default_value = ".")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) overwrite: OverwriteArgs,
}

/// `lyncert collector`
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help_of("collector"))]
pub(crate) struct CollectorArgs {
    /// File to write, or a folder to write Export-LyncertCollection.ps1 to; without it the script is printed. A file that is there is
    /// left alone
    #[arg(value_name = "FILE")]
    pub(crate) path: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) overwrite: OverwriteArgs,
}

/// `lyncert completions`
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help_of("completions"))]
pub(crate) struct CompletionsArgs {
    /// For which shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

/// `lyncert man`
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help_of("man"))]
pub(crate) struct ManArgs {
    /// Folder to write the pages to: lyncert.1 and one for each command; without it that of the program is printed
    #[arg(long, value_name = "DIR", value_parser = out_folder())]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) overwrite: OverwriteArgs,
}
