//! The command line.

mod judging;
mod setting_up;
mod shared;
mod telling;
mod values;

use std::sync::LazyLock;

use clap::{Parser, Subcommand};
use lyncert_report::evidence::BUILD_SHA256;

pub(crate) use judging::{AuditArgs, BatchArgs, CheckArgs, DoctorArgs, ForecastArgs, VerifyArgs};
pub(crate) use setting_up::{CollectorArgs, CompletionsArgs, InitArgs, ManArgs, ScheduleArgs, Scheduler};
pub(crate) use shared::{
    CertsArgs, Color, ExportArgs, FilesArgs, GateArgs, HistoryArgs, LogArgs, LogFormat, OverwriteArgs,
    PolicyArgs, RedactArgs, ScanArgs, ScopeArgs, ShownArgs, TimeArgs,
};
pub(crate) use telling::{DiffArgs, ExplainArgs, InspectArgs, PlanArgs, ReportArgs, TopologyArgs};
pub(crate) use values::{PlanFormat, PrintFormat, TableFormat};

/// Audits Lync Server and Skype for Business Server certificates against an exported topology.
///
/// Works offline: files in, files out.
#[derive(Debug, Parser)]
#[command(name = "lyncert", bin_name = "lyncert", version, long_version = LONG_VERSION.as_str(), after_help = crate::exit::help_of(""), max_term_width = 100)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// When texts have colors: on terminals, always, or never. NO_COLOR and CLICOLOR_FORCE are heeded
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto, global = true, help_heading = MESSAGES)]
    pub(crate) color: Color,
    #[command(flatten)]
    pub(crate) log: LogArgs,
}

/// What `--version` says, where `-V` has the number alone: evidence names the build that it was made with.
static LONG_VERSION: LazyLock<String> = LazyLock::new(|| {
    format!("{}\nbuild {BUILD_SHA256}\nrules {}", env!("CARGO_PKG_VERSION"), lyncert_rules::RULES_VERSION)
});

/// The headings that options stand under.
const OUTPUT: &str = "Output";
const READING: &str = "Reading certificates";
const POLICY: &str = "Policy";
const JUDGED: &str = "What is judged";
const HISTORY: &str = "History";
const EXIT_CODE: &str = "Exit code";
/// That of options that every command has.
const MESSAGES: &str = "Messages";

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Compare a folder of certificates with what the topology needs, and write a report
    Audit(AuditArgs),
    /// Audit many estates, and write an index of all
    Batch(BatchArgs),
    /// Print which certificates the topology needs: subject, names and why; also as requests
    Plan(PlanArgs),
    /// Print the certificates, requests, revocation lists and keys of a folder, without any topology
    Inspect(InspectArgs),
    /// Try a certificate before it is installed, or a request before it is sent: what it would be for, name by name
    Check(CheckArgs),
    /// Print what will turn red, when, and why, if nobody does anything
    Forecast(ForecastArgs),
    /// Print what became of the findings between two reports: new, worse, expired since, no longer waived, fixed
    Diff(DiffArgs),
    /// Draw the files of a report again from its report.json, without any of its inputs
    Report(ReportArgs),
    /// Print what an event id, an error code, a message or a pasted event may have to do with certificates
    Doctor(DoctorArgs),
    /// Print why a rule exists, or why a certificate needs a name
    Explain(ExplainArgs),
    /// Print what was understood from the export
    Topology(TopologyArgs),
    /// Print what a scheduler needs to run an audit or a batch every day; nothing is registered
    Schedule(ScheduleArgs),
    /// Check an evidence file: that nothing in it was changed, and with the inputs that it comes out the same again
    Verify(VerifyArgs),
    /// Print the Windows PowerShell script that collects what an audit reads, or write it to a file
    Collector(CollectorArgs),
    /// Write a commented policy file that is valid as it stands
    Init(InitArgs),
    /// Print what a shell needs to complete commands, options and their values
    Completions(CompletionsArgs),
    /// Print the manual page, or write one for the program and one for each command
    Man(ManArgs),
}

impl Command {
    /// What of names it shows; `None` for commands that show none, or nothing but what is real.
    pub(crate) fn redaction(&self) -> Option<&RedactArgs> {
        match self {
            Self::Audit(args) => Some(&args.redact),
            Self::Batch(args) => Some(&args.redact),
            Self::Plan(args) => Some(&args.redact),
            Self::Inspect(args) => Some(&args.redact),
            Self::Check(args) => Some(&args.redact),
            Self::Forecast(args) => Some(&args.redact),
            Self::Diff(args) => Some(&args.redact),
            Self::Doctor(args) => Some(&args.redact),
            Self::Explain(args) => Some(&args.redact),
            Self::Topology(args) => Some(&args.redact),
            Self::Report(args) => Some(&args.redact),
            Self::Schedule(_)
            | Self::Verify(_)
            | Self::Init(_)
            | Self::Collector(_)
            | Self::Completions(_)
            | Self::Man(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Args::command().debug_assert();
    }
}
