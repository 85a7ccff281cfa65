//! Options that several commands have.

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use clap::builder::TypedValueParser;
use lyncert_report::render::{FORMATS, Format};
use time::OffsetDateTime;

use super::values::{FailOn, PrintFormat, TableFormat, parse_seconds, parse_time, report_formats};
use super::{EXIT_CODE, HISTORY, JUDGED, MESSAGES, OUTPUT, POLICY, READING};
use crate::retention::Retention;

/// The topology.
#[derive(Debug, clap::Args)]
pub(crate) struct ExportArgs {
    /// Exports of one deployment, which complete each other: a Topology Builder file (.tbxml), `Get-CsTopology -AsXml`, the
    /// ZIP of `Export-CsConfiguration`, simple URLs, `Get-CsCertificate` output; `-` reads standard input
    #[arg(required = true, value_name = "TOPOLOGY")]
    pub(crate) topology: Vec<PathBuf>,
}

/// When texts have colors.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal
    Auto,
    /// In pipes and files too
    Always,
    /// Never
    Never,
}

/// What is said while it works.
#[derive(Debug, clap::Args)]
pub(crate) struct LogArgs {
    /// How messages are written: lines for people, or JSON for machines
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = LogFormat::Text, global = true, help_heading = MESSAGES)]
    pub(crate) log_format: LogFormat,
    /// Append messages to this file too
    #[arg(long, value_name = "FILE", global = true, help_heading = MESSAGES)]
    pub(crate) log_file: Option<PathBuf>,
}

/// How messages are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

/// What may be replaced.
#[derive(Debug, clap::Args)]
pub(crate) struct OverwriteArgs {
    /// Replace files of these names that lyncert did not write, too; folders and inputs never
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) overwrite: bool,
}

/// What people are shown.
#[derive(Debug, clap::Args)]
pub(crate) struct ShownArgs {
    /// Show only findings of this severity or worse on the terminal, on pages, in Markdown and in workbooks. What programs read is
    /// whole; numbers, states and exit codes count all
    #[arg(long, value_name = "SEVERITY", value_enum, help_heading = OUTPUT)]
    pub(crate) min_severity: Option<FailOn>,
}

impl ShownArgs {
    /// The least severity that is shown.
    pub(crate) fn least(&self) -> Option<lyncert_report::model::Severity> {
        self.min_severity.map(|least| least.severity().into())
    }
}

/// What is judged.
#[derive(Debug, clap::Args)]
pub(crate) struct ScopeArgs {
    /// Judge only this pool, or `reverse-proxy` or `oauth`; repeatable. The report says what was left out
    #[arg(long, value_name = "FQDN", help_heading = JUDGED)]
    pub(crate) pool: Vec<String>,
    /// Judge only the pools of this site; repeatable
    #[arg(long, value_name = "NAME", help_heading = JUDGED)]
    pub(crate) site: Vec<String>,
}

/// What is remembered of runs.
#[derive(Debug, clap::Args)]
pub(crate) struct HistoryArgs {
    /// Keep each run in this folder: the newest is the baseline of the next, and all give the trend
    #[arg(long, value_name = "DIR", help_heading = HISTORY)]
    pub(crate) history: Option<PathBuf>,
    /// Keep so many runs, and delete older ones that lyncert wrote
    #[arg(long, value_name = "N", requires = "history", value_parser = clap::value_parser!(u16).range(1..).map(usize::from), help_heading = HISTORY)]
    pub(crate) keep: Option<usize>,
    /// Keep runs of so many days, and delete older ones that lyncert wrote
    #[arg(long, value_name = "DAYS", requires = "history", help_heading = HISTORY)]
    pub(crate) keep_days: Option<u16>,
}

impl HistoryArgs {
    pub(crate) fn retention(&self) -> Retention {
        Retention { runs: self.keep, days: self.keep_days }
    }
}

/// What the exit code depends on.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct GateArgs {
    /// Exit with 1 when there is a finding of this severity or worse
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t = FailOn::Error, help_heading = EXIT_CODE)]
    pub(crate) fail_on: FailOn,
    /// Let only findings count that are new since the baseline: new, worse, expired since, no longer waived
    #[arg(long, help_heading = EXIT_CODE)]
    pub(crate) fail_on_new: bool,
    /// Exit with 0 even when there are findings
    #[arg(long, help_heading = EXIT_CODE)]
    pub(crate) exit_zero: bool,
    /// Exit with 4 when something was not judged, and nothing gives a worse code
    #[arg(long, help_heading = EXIT_CODE)]
    pub(crate) strict: bool,
}

/// What of names is shown.
#[derive(Debug, clap::Args)]
pub(crate) struct RedactArgs {
    /// Give pseudonyms to all names, addresses, hashes and paths, and leave out what people wrote: for a result that leaves the house
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) redact: bool,
    /// File that says what the pseudonyms stand for: read where it is there, so that names keep theirs, and written again. It stays
    /// with you
    #[arg(long, value_name = "FILE", requires = "redact", help_heading = OUTPUT)]
    pub(crate) redact_map: Option<PathBuf>,
}

/// How a folder of certificates is read.
#[derive(Debug, clap::Args)]
pub(crate) struct ScanArgs {
    /// File with passwords of PKCS#12 archives, one a line; the empty password is always tried, and one in the environment
    /// variable LYNCERT_PFX_PASSWORD
    #[arg(long, value_name = "FILE", help_heading = READING)]
    pub(crate) pfx_password_file: Option<PathBuf>,
    /// Read a password of PKCS#12 archives from standard input
    #[arg(long, help_heading = READING)]
    pub(crate) pfx_password_stdin: bool,
    /// Folder or file of root certificates: chains have to end in one of them
    #[arg(long, value_name = "DIR", help_heading = READING)]
    pub(crate) roots: Option<PathBuf>,
    /// Show no progress
    #[arg(long, help_heading = READING)]
    pub(crate) no_progress: bool,
    /// Give up after so many seconds what is not read, judged and made into files until then; in a batch that one estate. Files that
    /// are all made still get their names, and what is printed is printed to its end
    #[arg(long, value_name = "SECONDS", value_parser = parse_seconds, help_heading = READING)]
    pub(crate) time_limit: Option<Duration>,
}

/// Which policy holds.
#[derive(Debug, clap::Args)]
pub(crate) struct PolicyArgs {
    /// Policy file; without it `lyncert.toml` beside the topology or in a folder above it
    #[arg(long, value_name = "FILE", alias = "policy-file", help_heading = POLICY)]
    pub(crate) policy: Option<PathBuf>,
    /// Use no policy file
    #[arg(long, conflicts_with = "policy", help_heading = POLICY)]
    pub(crate) no_policy: bool,
    /// Name of the estate in reports; without it the default SIP domain
    #[arg(long, value_name = "NAME", help_heading = POLICY)]
    pub(crate) estate: Option<String>,
}

/// The folder of certificates.
#[derive(Debug, clap::Args)]
pub(crate) struct CertsArgs {
    /// Folder of certificate files, one file, or the ZIP of a collection; repeatable. Not needed where TOPOLOGY is a folder with an
    /// export and its certificates, such as a collection, or the ZIP of one
    #[arg(long, value_name = "DIR", aliases = ["cert", "certificates"])]
    pub(crate) certs: Vec<PathBuf>,
}

/// When it is judged.
#[derive(Debug, clap::Args)]
pub(crate) struct TimeArgs {
    /// Judge by this time instead of now, such as 2027-03-15 or 2027-03-15T12:00:00Z
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) at: Option<OffsetDateTime>,
}

/// How a view is printed.
#[derive(Debug, clap::Args)]
pub(crate) struct PrintArgs {
    /// How to print it
    #[arg(long, value_enum, default_value_t = PrintFormat::Text)]
    pub(crate) format: PrintFormat,
}

/// How a table is printed.
#[derive(Debug, clap::Args)]
pub(crate) struct TableArgs {
    /// How to print it
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub(crate) format: TableFormat,
}

/// Which files a report becomes.
#[derive(Debug, clap::Args)]
pub(crate) struct FilesArgs {
    /// Report files to write, by default html,csv,json. Without --out `json` alone prints the report, and nothing else
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = report_formats(), help_heading = OUTPUT)]
    pub(crate) format: Vec<&'static Format>,
}

impl FilesArgs {
    /// The report files to write: those that were asked for, and where none was those that are written when nobody chooses.
    pub(crate) fn formats(&self) -> Vec<&'static Format> {
        if self.format.is_empty() {
            FORMATS.iter().filter(|format| format.by_default).collect()
        } else {
            self.format.clone()
        }
    }
}
