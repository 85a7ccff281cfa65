//! What a run reads and what it writes, and that the one is never the other. Looked at before anything is opened for writing.

use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};

use anyhow::anyhow;

use crate::args::{
    Args, AuditArgs, BatchArgs, CertsArgs, CheckArgs, CollectorArgs, Command, DiffArgs, DoctorArgs,
    ExplainArgs, ExportArgs, ForecastArgs, HistoryArgs, InitArgs, InspectArgs, ManArgs, PlanArgs, PolicyArgs,
    RedactArgs, ReportArgs, ScanArgs, TopologyArgs, VerifyArgs,
};
use crate::exit::Failure;
use crate::location::{below, folder_of, is_below, is_link, is_same, name_of, resolved};
use crate::lock;
use crate::log::{self, Event, Level};
use crate::ownership::{Kind, is_ours, is_output};
use crate::read::{doctor_files, policy_path};
use crate::windows_paths::{self, Use};

/// A path with the option or argument that names it.
#[derive(Clone, Debug)]
pub(crate) struct Named<'a> {
    /// As it is written on the command line.
    option: &'static str,
    /// As it was given, or found.
    path: Cow<'a, Path>,
}

/// The option that names the file of pseudonyms.
const REDACT_MAP: &str = "--redact-map";

/// The paths of a run.
#[derive(Debug, Default)]
pub(crate) struct Paths<'a> {
    /// Files and folders that are read.
    inputs: Vec<Named<'a>>,
    /// Folders that are written to.
    folders: Vec<Named<'a>>,
    /// Files that are written, and as what.
    files: Vec<(Named<'a>, Kind)>,
    /// Whether what is read may be what was written, as reports are when an index is made of them again.
    reads_what_was_written: bool,
}

impl<'a> Paths<'a> {
    /// Those of a command.
    pub(crate) fn of(command: &'a Command) -> Self {
        let paths = match command {
            Command::Audit(args) => return Self::of_audit(args),
            Command::Batch(args) => return Self::of_batch(args),
            Command::Plan(PlanArgs { exports, policy, out, .. }) => Self::default()
                .exports(exports)
                .policy(policy, &exports.topology)
                .folder("--out", out.as_ref()),
            Command::Forecast(ForecastArgs { exports, certs: CertsArgs { certs }, scan, policy, .. }) => {
                Self::default()
                    .exports(exports)
                    .input("--certs", certs)
                    .scan(scan)
                    .policy(policy, &exports.topology)
            }
            Command::Inspect(InspectArgs { paths, scan, .. }) => {
                Self::default().input("DIR|FILE", paths).scan(scan)
            }
            Command::Check(CheckArgs { files, topology, scan, policy, .. }) => Self::default()
                .input("FILE", files)
                .input("--topology", topology)
                .scan(scan)
                .policy(policy, topology),
            Command::Doctor(DoctorArgs { query, topology, certs, scan, policy, .. }) => Self::default()
                .found("FILE", doctor_files(query))
                .input("--topology", topology)
                .input("--certs", certs)
                .scan(scan)
                .policy(policy, topology),
            Command::Verify(VerifyArgs { evidence, topology, certs, scan }) => Self::default()
                .input("FILE.zip", [evidence])
                .input("--topology", topology)
                .input("--certs", certs)
                .scan(scan),
            Command::Diff(DiffArgs { old, new, .. }) => Self::default().input("OLD.json", [old, new]),
            Command::Report(ReportArgs { report, out, .. }) => {
                Self::default().input("REPORT.json", [report]).folder("--out", out.as_ref())
            }
            Command::Explain(ExplainArgs { rule_or_exports, policy, .. }) => {
                Self::default().input("TOPOLOGY", rule_or_exports).policy(policy, rule_or_exports)
            }
            Command::Topology(TopologyArgs { exports, .. }) => Self::default().exports(exports),
            Command::Man(ManArgs { out, .. }) => Self::default().folder("--out", out.as_ref()),
            // What these write may be named by its folder; they look at it themselves.
            Command::Collector(CollectorArgs { .. })
            | Command::Init(InitArgs { .. })
            | Command::Schedule(_)
            | Command::Completions(_) => Self::default(),
        };
        match command.redaction() {
            Some(redact) => paths.map_file(redact),
            None => paths,
        }
    }

    /// The file of pseudonyms, which is read and written.
    fn map_file(self, redact: &'a RedactArgs) -> Self {
        self.file(REDACT_MAP, redact.redact_map.as_ref(), Kind::RedactionMap)
    }

    /// Those of an audit.
    pub(crate) fn of_audit(args: &'a AuditArgs) -> Self {
        let AuditArgs { exports, certs, scan, out, evidence, policy, baseline, history, redact, .. } = args;
        let CertsArgs { certs } = certs;
        Self::default()
            .exports(exports)
            .input("--certs", certs)
            .scan(scan)
            .policy(policy, &exports.topology)
            .input("--baseline", baseline)
            .folder("--out", out.as_ref())
            .history(history)
            .file("--evidence", evidence.as_ref(), Kind::Evidence)
            .map_file(redact)
    }

    /// Those of a batch.
    pub(crate) fn of_batch(args: &'a BatchArgs) -> Self {
        let BatchArgs { path, out, from_reports, scan, policy, history, redact, .. } = args;
        let paths = Self { reads_what_was_written: !from_reports.is_empty(), ..Self::default() };
        paths
            .input("DIR|MANIFEST", path)
            .input("--from-reports", from_reports)
            .scan(scan)
            .input("--policy", policy)
            .folder("--out", Some(out))
            .history(history)
            .map_file(redact)
    }

    fn input(mut self, option: &'static str, paths: impl IntoIterator<Item = &'a PathBuf>) -> Self {
        let paths = paths.into_iter().filter(|path| path.as_path() != Path::new("-"));
        self.inputs.extend(paths.map(|path| Named { option, path: Cow::Borrowed(path) }));
        self
    }

    /// Paths that are made of other arguments.
    fn found(mut self, option: &'static str, paths: Vec<PathBuf>) -> Self {
        self.inputs.extend(paths.into_iter().map(|path| Named { option, path: Cow::Owned(path) }));
        self
    }

    fn exports(self, exports: &'a ExportArgs) -> Self {
        self.input("TOPOLOGY", &exports.topology)
    }

    /// The policy that is given, or found beside the exports.
    fn policy(mut self, policy: &PolicyArgs, exports: &[PathBuf]) -> Self {
        let path = policy_path(policy, exports);
        self.inputs.extend(path.map(|path| Named { option: "--policy", path: Cow::Owned(path) }));
        self
    }

    fn scan(self, scan: &'a ScanArgs) -> Self {
        self.input("--pfx-password-file", &scan.pfx_password_file).input("--roots", &scan.roots)
    }

    fn folder(mut self, option: &'static str, path: Option<&'a PathBuf>) -> Self {
        self.folders.extend(path.map(|path| Named { option, path: Cow::Borrowed(path) }));
        self
    }

    fn history(self, history: &'a HistoryArgs) -> Self {
        self.folder("--history", history.history.as_ref())
    }

    fn file(mut self, option: &'static str, path: Option<&'a PathBuf>, kind: Kind) -> Self {
        self.files.extend(path.map(|path| (Named { option, path: Cow::Borrowed(path.as_path()) }, kind)));
        self
    }

    /// Checks that nothing is written where something is read, or twice, or through a link.
    fn check(&self) -> Result<(), Failure> {
        for input in &self.inputs {
            check_text(input.option, &input.path, Use::Read)?;
        }
        for written in self.folders.iter().chain(self.files.iter().map(|(file, _)| file)) {
            check_text(written.option, &written.path, Use::Written)?;
        }
        for folder in &self.folders {
            check_no_link(folder)?;
            for input in self.inputs.iter().filter(|_| !self.reads_what_was_written) {
                if is_same(&input.path, &folder.path) {
                    return Err(is_input(folder, input));
                }
            }
        }
        for (index, one) in self.folders.iter().enumerate() {
            if let Some(other) =
                self.folders.iter().skip(index + 1).find(|other| is_same(&one.path, &other.path))
            {
                return Err(Failure::usage(anyhow!(
                    "{} and {} are the same folder; expected two folders",
                    one.option,
                    other.option
                )));
            }
        }
        for (index, (file, kind)) in self.files.iter().enumerate() {
            check_no_link(file)?;
            self.check_file(file, *kind)?;
            if self.files.iter().skip(index + 1).any(|(other, _)| is_same(&file.path, &other.path)) {
                return Err(Failure::usage(anyhow!(
                    "`{}` is named for two files; expected two paths",
                    file.path.display()
                )));
            }
        }
        Ok(())
    }

    /// Checks that a file that is written is none that is read, and none that is written by another name.
    fn check_file(&self, file: &Named<'_>, kind: Kind) -> Result<(), Failure> {
        for input in &self.inputs {
            let is_input_itself = is_same(&input.path, &file.path);
            let is_in_input = is_below(&file.path, &input.path) && !is_ours(&resolved(&file.path), kind);
            if is_input_itself || is_in_input {
                return Err(is_input(file, input));
            }
        }
        let with_others = self.folders.iter().find(|folder| is_below(&file.path, &folder.path));
        if let Some(folder) = with_others.filter(|_| kind == Kind::RedactionMap) {
            return Err(Failure::usage(anyhow!(
                "{} `{}` lies in {} `{}`, which is what leaves the house; expected a path elsewhere",
                file.option,
                file.path.display(),
                folder.option,
                folder.path.display()
            )));
        }
        let name = name_of(&file.path);
        let folder = folder_of(&file.path);
        let is_taken = is_output(&name) || name.starts_with(lock::OWN_PREFIX);
        let taken = self.folders.iter().find(|written| is_same(&written.path, folder) && is_taken);
        match taken {
            Some(written) => Err(Failure::usage(anyhow!(
                "{} `{}` is a file of {}; expected another name",
                file.option,
                file.path.display(),
                written.option
            ))),
            None => Ok(()),
        }
    }

    /// What a scan has to leave out besides the log: all that this run writes, as absolute paths without links.
    pub(crate) fn written(&self) -> Vec<PathBuf> {
        let folders = self.folders.iter().map(|folder| folder.path.to_path_buf());
        let files = self.files.iter().flat_map(|(file, _)| lock::files_beside(&file.path));
        folders.chain(files).map(|path| resolved(&path)).collect()
    }

    /// What this run writes below a folder, as paths below it with `/`: evidence says so, since it is left out again when the
    /// evidence is checked.
    pub(crate) fn written_below(&self, folder: &Path) -> Vec<String> {
        let all =
            self.folders.iter().chain(self.files.iter().map(|(file, _)| file)).map(|named| &*named.path);
        let below = all.chain(log::path()).filter_map(|path| {
            let below = below(path, folder)?;
            let parts = below.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
            Some(parts.collect::<Vec<_>>().join("/")).filter(|below| !below.is_empty())
        });
        let mut below: Vec<String> = below.collect();
        below.sort();
        below.dedup();
        below
    }

    /// Says what of that lies within the inputs.
    pub(crate) fn tell_left_out(&self, is_quiet: bool) {
        let level = if is_quiet { Level::Info } else { Level::Warning };
        for written in self.folders.iter().chain(self.files.iter().map(|(file, _)| file)) {
            if let Some(input) = self.inputs.iter().find(|input| is_below(&written.path, &input.path)) {
                let message = format!(
                    "note: {} `{}` lies within {} `{}` and is left out of what is read",
                    written.option,
                    written.path.display(),
                    input.option,
                    input.path.display()
                );
                Event::new(level, "output-left-out", &message).say();
            }
        }
    }

    /// Names within a folder that lead to inputs or other outputs: nothing else may get them.
    pub(crate) fn names_within(&self, folder: &Path) -> Vec<String> {
        let all = self.inputs.iter().chain(&self.folders).map(|named| &*named.path);
        all.chain(self.files.iter().map(|(file, _)| &*file.path))
            .chain(log::path())
            .filter_map(|path| match below(path, folder)?.components().next()? {
                Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
                Component::Prefix(_) | Component::RootDir | Component::CurDir | Component::ParentDir => None,
            })
            .collect()
    }
}

/// Checks the paths of a run before it opens even its log.
pub(crate) fn check(args: &Args) -> Result<(), Failure> {
    let paths = Paths::of(&args.command).file("--log-file", args.log.log_file.as_ref(), Kind::Log);
    paths.check()
}

/// Refuses a path by its text, where Windows would take it for something else or say little.
pub(crate) fn check_text(option: &str, path: &Path, used: Use) -> Result<(), Failure> {
    let reason = path.to_str().filter(|_| cfg!(windows)).and_then(|path| windows_paths::refusal(path, used));
    match reason {
        Some(reason) => Err(Failure::usage(anyhow!("{option} `{}` {reason}", path.display()))),
        None => Ok(()),
    }
}

fn is_input(written: &Named<'_>, input: &Named<'_>) -> Failure {
    Failure::usage(anyhow!(
        "{} `{}` is an input, {}; expected a path where nothing is read",
        written.option,
        written.path.display(),
        input.option
    ))
}

/// Refuses a link in the place of an output: what is written, replaced and deleted there would be somebody else's.
fn check_no_link(written: &Named<'_>) -> Result<(), Failure> {
    if is_link(&written.path) {
        return Err(Failure::usage(anyhow!(
            "{} `{}` is a link, and nothing is written through links; expected what it leads to",
            written.option,
            written.path.display()
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::any::TypeId;

    use clap::{CommandFactory, Parser};

    use super::*;

    /// Command lines without the options that are looked at.
    const COMMANDS: [&[&str]; 11] = [
        &["audit", "t.xml", "--certs", "certs"],
        &["batch", "estates", "--out", "out"],
        &["batch", "--from-reports", "reports", "--out", "out"],
        &["plan", "t.xml"],
        &["inspect", "certs"],
        &["forecast", "t.xml", "--certs", "certs"],
        &["doctor", "41026", "--topology", "t.xml", "--certs", "certs"],
        &["verify", "e.zip", "--topology", "t.xml", "--certs", "certs"],
        &["explain", "t.xml"],
        &["report", "report.json"],
        &["man"],
    ];

    #[test]
    fn every_option_that_is_a_path_is_read_or_written() {
        let commands = Args::command();
        for base in COMMANDS {
            let command = commands.find_subcommand(base[0]).unwrap();
            let takes_path =
                |option: &&clap::Arg| option.get_value_parser().type_id() == TypeId::of::<PathBuf>();
            let flags = command.get_arguments().filter(takes_path).filter_map(|option| option.get_long());
            let new = flags.map(|flag| format!("--{flag}")).filter(|flag| !base.contains(&flag.as_str()));
            for flag in new.filter(|flag| flag != "--log-file") {
                let redacts: &[&str] = if flag == REDACT_MAP { &["--redact"] } else { &[] };
                let line = [&["lyncert"], base, &[flag.as_str(), "the/path"], redacts].concat();
                let Ok(args) = Args::try_parse_from(line) else {
                    // It does not go with the others.
                    continue;
                };
                let paths = Paths::of(&args.command);
                let mut all =
                    paths.inputs.iter().chain(&paths.folders).chain(paths.files.iter().map(|(file, _)| file));
                assert!(all.any(|named| *named.path == *Path::new("the/path")), "{base:?} {flag}");
            }
        }
    }
}
