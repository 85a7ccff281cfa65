//! The commands that tell what is in a file, or what a topology calls for.

use std::path::PathBuf;
use std::time::Duration;

use clap::ArgAction;
use time::OffsetDateTime;

use super::OUTPUT;
use super::shared::{
    ExportArgs, FilesArgs, OverwriteArgs, PolicyArgs, PrintArgs, RedactArgs, ScanArgs, ShownArgs, TableArgs,
};
use super::values::{FailOn, PlanFormat, out_folder, parse_seconds, parse_thumbprint, parse_time};

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
    #[command(flatten)]
    pub(crate) print: TableArgs,
    /// Exit with 4 when something was not understood
    #[arg(long)]
    pub(crate) strict: bool,
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
    #[command(flatten)]
    pub(crate) print: PrintArgs,
    #[command(flatten)]
    pub(crate) redact: RedactArgs,
}

/// `lyncert topology`
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help_of("topology"))]
pub(crate) struct TopologyArgs {
    #[command(flatten)]
    pub(crate) exports: ExportArgs,
    #[command(flatten)]
    pub(crate) print: PrintArgs,
    #[command(flatten)]
    pub(crate) redact: RedactArgs,
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
    #[command(flatten)]
    pub(crate) print: TableArgs,
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
    #[command(flatten)]
    pub(crate) files: FilesArgs,
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
