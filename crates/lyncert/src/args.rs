//! The command line.

mod values;

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use clap::builder::{PathBufValueParser, PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use lyncert_report::evidence::BUILD_SHA256;
use lyncert_report::render::{FORMATS, Format};
use lyncert_rules::severity::Severity;
use lyncert_rules::usage::CertificateUsage;
use time::OffsetDateTime;

use self::values::{parse_clock, parse_job_name, parse_seconds, parse_thumbprint, parse_time, parse_usage};
use crate::retention::Retention;

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

impl AuditArgs {
    /// The report files to write.
    pub(crate) fn formats(&self) -> Vec<&'static Format> {
        formats_or_default(&self.format)
    }
}

impl ReportArgs {
    /// The report files to write.
    pub(crate) fn formats(&self) -> Vec<&'static Format> {
        formats_or_default(&self.format)
    }
}

/// The formats that were asked for, and those that are written when nobody chooses where none was.
fn formats_or_default(asked: &[&'static Format]) -> Vec<&'static Format> {
    if asked.is_empty() {
        FORMATS.iter().filter(|format| format.by_default).collect()
    } else {
        asked.to_vec()
    }
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

/// `lyncert audit`
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help_of("audit"))]
pub(crate) struct AuditArgs {
    #[command(flatten)]
    pub(crate) exports: ExportArgs,
    /// Folder of certificate files, one file, or the ZIP of a collection; repeatable. Not needed where TOPOLOGY is a folder with an
    /// export and its certificates, such as a collection, or the ZIP of one
    #[arg(long, value_name = "DIR", aliases = ["cert", "certificates"])]
    pub(crate) certs: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) scan: ScanArgs,
    /// Folder to write the report files to; without it only the summary is printed
    #[arg(long, value_name = "DIR", value_parser = out_folder(), help_heading = OUTPUT)]
    pub(crate) out: Option<PathBuf>,
    /// Write this ZIP too: the report, the policy, and the hashes of all inputs, for `lyncert verify`
    #[arg(long, value_name = "FILE.zip", help_heading = OUTPUT)]
    pub(crate) evidence: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) overwrite: OverwriteArgs,
    /// Report files to write: html, csv and json where nothing is said. Without --out `json` alone prints the report, and nothing else
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = report_formats(), help_heading = OUTPUT)]
    pub(crate) format: Vec<&'static Format>,
    #[command(flatten)]
    pub(crate) shown: ShownArgs,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    /// Judge by this time instead of now, such as 2027-03-15 or 2027-03-15T12:00:00Z
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) at: Option<OffsetDateTime>,
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,
    /// Compare with this older report.json: what is new, worse, expired since, no longer waived, fixed
    #[arg(long, value_name = "REPORT.json")]
    pub(crate) baseline: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) history: HistoryArgs,
    #[command(flatten)]
    pub(crate) gate: GateArgs,
    /// Print nothing but errors
    #[arg(long, short, action = ArgAction::SetTrue)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) redact: RedactArgs,
}

/// `lyncert batch`
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help_of("batch"))]
pub(crate) struct BatchArgs {
    /// Folder with a folder for each estate (its export, and its certificates in `certs` or beside it), or a manifest (TOML)
    /// with an `[[estate]]` for each: name, topology, certs, policy
    #[arg(value_name = "DIR|MANIFEST", conflicts_with = "from_reports")]
    pub(crate) path: Option<PathBuf>,
    /// Folder to write to: index.html, index.csv, index.json, lyncert.prom, and a folder for each estate
    #[arg(long, value_name = "DIR", value_parser = out_folder())]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) overwrite: OverwriteArgs,
    /// Make the index from the report.json files below these folders, which were made elsewhere; repeatable
    #[arg(long, value_name = "DIR", num_args = 1.., conflicts_with_all = ["history", "policy", "no_policy"])]
    pub(crate) from_reports: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) scan: ScanArgs,
    /// Report files to write for each estate; report.json is always written
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = report_formats(), default_values = default_formats())]
    pub(crate) format: Vec<&'static Format>,
    #[command(flatten)]
    pub(crate) shown: ShownArgs,
    /// Policy file that holds for all estates, below their own; without it `lyncert.toml` in the batch's folder
    #[arg(long, value_name = "FILE", alias = "policy-file")]
    pub(crate) policy: Option<PathBuf>,
    /// Use no policy file at all
    #[arg(long, conflicts_with = "policy")]
    pub(crate) no_policy: bool,
    /// Judge by this time instead of now
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) at: Option<OffsetDateTime>,
    /// How many estates are judged at a time; without it as many as there are cores
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024).map(usize::from))]
    pub(crate) jobs: Option<usize>,
    #[command(flatten)]
    pub(crate) history: HistoryArgs,
    #[command(flatten)]
    pub(crate) gate: GateArgs,
    /// Print nothing but errors
    #[arg(long, short, action = ArgAction::SetTrue)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) redact: RedactArgs,
}

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

/// `lyncert verify`
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help_of("verify"))]
pub(crate) struct VerifyArgs {
    /// Evidence that `audit --evidence` wrote
    #[arg(value_name = "FILE.zip")]
    pub(crate) evidence: PathBuf,
    /// The exports that it was made from, to judge them again; repeatable
    #[arg(long, value_name = "FILE")]
    pub(crate) topology: Vec<PathBuf>,
    /// The folder of certificates that it was made from; repeatable
    #[arg(long, value_name = "DIR", aliases = ["cert", "certificates"], requires = "topology")]
    pub(crate) certs: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) scan: ScanArgs,
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

/// `lyncert diff`
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help_of("diff"))]
pub(crate) struct DiffArgs {
    /// The older report.json
    #[arg(value_name = "OLD.json")]
    pub(crate) old: PathBuf,
    /// The newer report.json
    #[arg(value_name = "NEW.json")]
    pub(crate) new: PathBuf,
    /// Exit with 1 when there is a new finding of the severity of --fail-on or worse
    #[arg(long)]
    pub(crate) fail_on_new: bool,
    /// The least severity that counts for --fail-on-new
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t = FailOn::Error)]
    pub(crate) fail_on: FailOn,
    /// How to print it
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub(crate) format: TableFormat,
    #[command(flatten)]
    pub(crate) redact: RedactArgs,
}

/// `lyncert report`
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help_of("report"))]
pub(crate) struct ReportArgs {
    /// The report.json that an audit wrote, of this version or an earlier one
    #[arg(value_name = "REPORT.json")]
    pub(crate) report: PathBuf,
    /// Report files to write: html, csv and json where nothing is said. Without --out `json` alone prints the report, and nothing else
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = report_formats(), help_heading = OUTPUT)]
    pub(crate) format: Vec<&'static Format>,
    #[command(flatten)]
    pub(crate) shown: ShownArgs,
    /// Folder to write the report files to
    #[arg(long, value_name = "DIR", value_parser = out_folder(), help_heading = OUTPUT)]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) overwrite: OverwriteArgs,
    /// Print nothing but errors
    #[arg(long, short, action = ArgAction::SetTrue)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) redact: RedactArgs,
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

/// `lyncert doctor`
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help_of("doctor"))]
pub(crate) struct DoctorArgs {
    /// Event id (41026), error code in any notation (0x800b0109, -2146762487), name of an error, words of a message, or a pasted
    /// text of any length; files with events or errors as text, XML or CSV; `-` reads standard input
    #[arg(required = true, value_name = "CODE|TEXT|FILE", allow_negative_numbers = true)]
    pub(crate) query: Vec<String>,
    /// Export of a deployment, to see whether it is affected; repeatable
    #[arg(long, value_name = "FILE")]
    pub(crate) topology: Vec<PathBuf>,
    /// Folder of its certificate files; repeatable
    #[arg(long, value_name = "DIR", aliases = ["cert", "certificates"], requires = "topology")]
    pub(crate) certs: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) scan: ScanArgs,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    /// Judge by this time instead of now
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) at: Option<OffsetDateTime>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = PrintFormat::Text)]
    pub(crate) format: PrintFormat,
    #[command(flatten)]
    pub(crate) redact: RedactArgs,
}

/// `lyncert forecast`
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help_of("forecast"))]
pub(crate) struct ForecastArgs {
    #[command(flatten)]
    pub(crate) exports: ExportArgs,
    /// Folder of certificate files, one file, or the ZIP of a collection; repeatable. Not needed where TOPOLOGY is a folder with an
    /// export and its certificates, such as a collection, or the ZIP of one
    #[arg(long, value_name = "DIR", aliases = ["cert", "certificates"])]
    pub(crate) certs: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) scan: ScanArgs,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,
    /// Start from this time instead of now
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) at: Option<OffsetDateTime>,
    /// Look until this time; without it two years from the start
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) until: Option<OffsetDateTime>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub(crate) format: TableFormat,
    #[command(flatten)]
    pub(crate) redact: RedactArgs,
}

/// `lyncert check`
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help_of("check"))]
pub(crate) struct CheckArgs {
    /// Certificates and requests in any form that an audit reads; their folders may say whose they are, such as
    /// `edge.contoso.com/Internal.cer`. Certificates of CAs complete the chains of the others
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Exports of the topology. Those of the same pools complete each other; of several topologies the one counts that a file fits
    /// best, and is named
    #[arg(long, required = true, num_args = 1.., value_name = "TOPOLOGY")]
    pub(crate) topology: Vec<PathBuf>,
    /// Hold the files against what this holder needs: a pool, a server, `reverse-proxy`, `oauth`, or the id of an order or requirement
    #[arg(long = "for", value_name = "HOLDER")]
    pub(crate) holder: Option<String>,
    /// Hold the files against these usages, such as Default or AccessEdgeExternal; repeatable
    #[arg(long, value_name = "USAGE", value_delimiter = ',', value_parser = parse_usage)]
    pub(crate) usage: Vec<CertificateUsage>,
    #[command(flatten)]
    pub(crate) scan: ScanArgs,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,
    /// Judge by this time instead of now
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) at: Option<OffsetDateTime>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = PrintFormat::Text)]
    pub(crate) format: PrintFormat,
    #[command(flatten)]
    pub(crate) redact: RedactArgs,
}

/// `lyncert inspect`
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help_of("inspect"))]
pub(crate) struct InspectArgs {
    /// Folders or files
    #[arg(required = true, value_name = "DIR|FILE")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) scan: ScanArgs,
    /// Only certificates with this SHA-1 or SHA-256 thumbprint, as Windows shows it or without blanks; repeatable
    #[arg(long, value_name = "HEX", value_parser = parse_thumbprint)]
    pub(crate) thumbprint: Vec<String>,
    /// Count days from this time instead of now
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) at: Option<OffsetDateTime>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub(crate) format: TableFormat,
    /// Exit with 4 when something was not understood
    #[arg(long)]
    pub(crate) strict: bool,
    #[command(flatten)]
    pub(crate) redact: RedactArgs,
}

/// The topology.
#[derive(Debug, clap::Args)]
pub(crate) struct ExportArgs {
    /// Exports of one deployment, which complete each other: a Topology Builder file (.tbxml), `Get-CsTopology -AsXml`, the
    /// ZIP of `Export-CsConfiguration`, simple URLs, `Get-CsCertificate` output; `-` reads standard input
    #[arg(required = true, value_name = "TOPOLOGY")]
    pub(crate) topology: Vec<PathBuf>,
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

/// `lyncert plan`
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help_of("plan"))]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) exports: ExportArgs,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    /// How to print it
    #[arg(long, value_enum, default_value_t = PlanFormat::Text)]
    pub(crate) format: PlanFormat,
    /// Show what the product's own wizard will request beside what is needed (text, csv or json)
    #[arg(long, conflicts_with = "diff")]
    pub(crate) wizard: bool,
    /// Take the first TOPOLOGY for the old one and the second for the new one: which certificates must be reissued before the
    /// new one is published (text or json)
    #[arg(long, requires = "topology")]
    pub(crate) diff: bool,
    /// Give up after so many seconds what is not worked out and made into files until then
    #[arg(long, value_name = "SECONDS", value_parser = parse_seconds)]
    pub(crate) time_limit: Option<Duration>,
    /// Only this certificate, by its id or number in the list; repeatable
    #[arg(long, value_name = "ID", conflicts_with = "diff")]
    pub(crate) order: Vec<String>,
    /// Folder to write to instead of standard output; certreq and openssl get one file for each certificate
    #[arg(long, value_name = "DIR", value_parser = out_folder())]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) overwrite: OverwriteArgs,
    #[command(flatten)]
    pub(crate) redact: RedactArgs,
}

/// `lyncert explain`
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help_of("explain"))]
pub(crate) struct ExplainArgs {
    /// Id of a rule (san-missing) or clause (EDGE-EXT-03); with --name the exports of one deployment
    #[arg(required_unless_present = "list", value_name = "RULE|TOPOLOGY")]
    pub(crate) rule_or_exports: Vec<PathBuf>,
    /// List all rules and clauses that can be explained
    #[arg(long, conflicts_with_all = ["rule_or_exports", "name"])]
    pub(crate) list: bool,
    /// A name: why a certificate of this deployment needs it, who uses it and what breaks without it
    #[arg(long, value_name = "FQDN")]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    /// How to print it
    #[arg(long, value_enum, default_value_t = PrintFormat::Text)]
    pub(crate) format: PrintFormat,
    #[command(flatten)]
    pub(crate) redact: RedactArgs,
}

/// `lyncert topology`
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help_of("topology"))]
pub(crate) struct TopologyArgs {
    #[command(flatten)]
    pub(crate) exports: ExportArgs,
    /// How to print it
    #[arg(long, value_enum, default_value_t = PrintFormat::Text)]
    pub(crate) format: PrintFormat,
    #[command(flatten)]
    pub(crate) redact: RedactArgs,
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

/// How to print a view.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum PrintFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

/// How to print a table.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum TableFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// For a spreadsheet: one row each
    Csv,
}

/// How to print a plan.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum PlanFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// For a spreadsheet: one row a certificate
    Csv,
    /// Request-CsCertificate and Set-CsCertificate lines
    Powershell,
    /// Request policies (INF) for certreq
    Certreq,
    /// Configurations for openssl req
    Openssl,
}

/// A word of the table of report formats.
fn report_formats() -> impl TypedValueParser<Value = &'static Format> {
    let words = FORMATS.iter().map(|format| PossibleValue::new(format.id).help(format.help));
    PossibleValuesParser::new(words).try_map(|id| Format::named(&id).ok_or("expected a format"))
}

/// A folder to write to. Several files are no stream, so `-` is not standard output, and nobody means a folder of that name.
fn out_folder() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| {
        if path.as_os_str() == "-" {
            return Err("expected a folder: `-` is no place for files; `audit --format json` without --out prints the report");
        }
        Ok(path)
    })
}

/// The formats that are written when nobody chooses.
fn default_formats() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().filter(|format| format.by_default).map(|format| format.id)
}

/// The least severity that fails the run.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum FailOn {
    /// Something breaks
    Error,
    /// A source says should
    Warning,
    /// Advice
    Info,
}

impl FailOn {
    pub(crate) fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Info => Severity::Info,
        }
    }

    /// Whether a finding of this severity fails the run.
    pub(crate) fn fails_on(self, severity: lyncert_report::model::Severity) -> bool {
        severity >= self.severity().into()
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
