//! The commands that hold certificates against a topology.

use std::path::PathBuf;

use clap::ArgAction;
use clap::builder::TypedValueParser;
use lyncert_report::render::Format;
use lyncert_rules::usage::CertificateUsage;
use time::OffsetDateTime;

use super::OUTPUT;
use super::shared::{
    CertsArgs, ExportArgs, FilesArgs, GateArgs, HistoryArgs, OverwriteArgs, PolicyArgs, PrintArgs,
    RedactArgs, ScanArgs, ScopeArgs, ShownArgs, TableArgs, TimeArgs,
};
use super::values::{default_formats, out_folder, parse_time, parse_usage, report_formats};

/// `lyncert audit`
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help_of("audit"))]
pub(crate) struct AuditArgs {
    #[command(flatten)]
    pub(crate) exports: ExportArgs,
    #[command(flatten)]
    pub(crate) certs: CertsArgs,
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
    #[command(flatten)]
    pub(crate) files: FilesArgs,
    #[command(flatten)]
    pub(crate) shown: ShownArgs,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    #[command(flatten)]
    pub(crate) time: TimeArgs,
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
    /// Report files to write for each estate, by default html,csv,json; report.json is always written
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = report_formats(), default_values = default_formats(), hide_default_value = true)]
    pub(crate) format: Vec<&'static Format>,
    #[command(flatten)]
    pub(crate) shown: ShownArgs,
    /// Policy file that holds for all estates, below their own; without it `lyncert.toml` in the batch's folder
    #[arg(long, value_name = "FILE", alias = "policy-file")]
    pub(crate) policy: Option<PathBuf>,
    /// Use no policy file at all
    #[arg(long, conflicts_with = "policy")]
    pub(crate) no_policy: bool,
    #[command(flatten)]
    pub(crate) time: TimeArgs,
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
    #[command(flatten)]
    pub(crate) time: TimeArgs,
    #[command(flatten)]
    pub(crate) print: PrintArgs,
    #[command(flatten)]
    pub(crate) redact: RedactArgs,
}

/// `lyncert forecast`
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help_of("forecast"))]
pub(crate) struct ForecastArgs {
    #[command(flatten)]
    pub(crate) exports: ExportArgs,
    #[command(flatten)]
    pub(crate) certs: CertsArgs,
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
    #[command(flatten)]
    pub(crate) print: TableArgs,
    #[command(flatten)]
    pub(crate) redact: RedactArgs,
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
    #[command(flatten)]
    pub(crate) time: TimeArgs,
    #[command(flatten)]
    pub(crate) print: PrintArgs,
    #[command(flatten)]
    pub(crate) redact: RedactArgs,
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
