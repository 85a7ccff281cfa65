//! Command lines of the program, in the words of tests.

use std::path::Path;
use std::process::Command;

use super::{AT, Run, lyncert, run, run_with_input, sample, text};

/// What `audit` is given.
pub(crate) struct Audit;

impl Audit {
    /// A sample as it lies there, at the time that samples are judged by.
    pub(crate) fn of(estate: &str) -> CommandLine {
        CommandLine::of_sample("audit", estate)
    }
}

/// What `forecast` is given.
pub(crate) struct Forecast;

impl Forecast {
    /// A sample as it lies there, from the time on that samples are judged by.
    pub(crate) fn of(estate: &str) -> CommandLine {
        CommandLine::of_sample("forecast", estate)
    }
}

/// What `plan` is given.
pub(crate) struct Plan;

impl Plan {
    pub(crate) fn of(topology: impl AsRef<Path>) -> CommandLine {
        CommandLine::new("plan").input(topology)
    }
}

/// What `inspect` is given.
pub(crate) struct Inspect;

impl Inspect {
    pub(crate) fn of(folder: impl AsRef<Path>) -> CommandLine {
        CommandLine::new("inspect").input(folder).at(AT)
    }
}

/// What `check` is given.
pub(crate) struct Check;

impl Check {
    /// The topology of a sample, at the time that samples are judged by.
    pub(crate) fn of(estate: &str) -> CommandLine {
        let topology = sample(estate).join(topology_of(estate));
        CommandLine::new("check").set("--topology", text(&topology)).at(AT)
    }
}

/// The export of a sample.
fn topology_of(estate: &str) -> &'static str {
    match estate {
        "contoso" => "topology.tbxml",
        "fabrikam" => "topology.xml",
        other => panic!("there is no sample `{other}`"),
    }
}

/// What `verify` is given.
pub(crate) struct Verify;

impl Verify {
    pub(crate) fn of(evidence: impl AsRef<Path>) -> CommandLine {
        CommandLine::new("verify").input(evidence)
    }
}

/// What `batch` is given.
pub(crate) struct Batch;

impl Batch {
    /// A folder of estates or a manifest, at the time that samples are judged by.
    pub(crate) fn of(estates: impl AsRef<Path>, out: impl AsRef<Path>) -> CommandLine {
        CommandLine::new("batch").input(estates).out(out).at(AT)
    }

    /// An index of reports that are there already.
    pub(crate) fn from_reports(reports: impl AsRef<Path>, out: impl AsRef<Path>) -> CommandLine {
        CommandLine::new("batch").set("--from-reports", text(reports.as_ref())).out(out).quiet()
    }
}

/// A command line. An option that is set again has the later value; what is given by [`CommandLine::with`] goes to the
/// program as it is.
#[derive(Clone)]
pub(crate) struct CommandLine {
    command: &'static str,
    inputs: Vec<String>,
    options: Vec<(&'static str, String)>,
    more: Vec<String>,
}

impl CommandLine {
    fn new(command: &'static str) -> Self {
        Self { command, inputs: Vec::new(), options: Vec::new(), more: Vec::new() }
    }

    fn of_sample(command: &'static str, estate: &str) -> Self {
        let topology = topology_of(estate);
        let folder = sample(estate);
        Self::new(command).input(folder.join(topology)).certs(folder.join("certs")).at(AT)
    }

    /// One more file or folder to work on.
    pub(crate) fn input(mut self, path: impl AsRef<Path>) -> Self {
        self.inputs.push(text(path.as_ref()).to_owned());
        self
    }

    /// This file in place of the sample's topology.
    pub(crate) fn topology(mut self, path: impl AsRef<Path>) -> Self {
        self.inputs.clear();
        self.input(path)
    }

    pub(crate) fn certs(self, folder: impl AsRef<Path>) -> Self {
        self.set("--certs", text(folder.as_ref()))
    }

    pub(crate) fn out(self, folder: impl AsRef<Path>) -> Self {
        self.set("--out", text(folder.as_ref()))
    }

    pub(crate) fn policy(self, file: impl AsRef<Path>) -> Self {
        self.set("--policy", text(file.as_ref()))
    }

    pub(crate) fn at(self, time: &str) -> Self {
        self.set("--at", time)
    }

    pub(crate) fn format(self, name: &str) -> Self {
        self.set("--format", name)
    }

    pub(crate) fn quiet(self) -> Self {
        self.with(&["-q"])
    }

    pub(crate) fn set(mut self, option: &'static str, value: &str) -> Self {
        self.options.retain(|(known, _)| *known != option);
        self.options.push((option, value.to_owned()));
        self
    }

    /// Further arguments, word by word.
    pub(crate) fn with(mut self, arguments: &[&str]) -> Self {
        self.more.extend(arguments.iter().map(ToString::to_string));
        self
    }

    pub(crate) fn arguments(&self) -> Vec<&str> {
        let inputs = self.inputs.iter().map(String::as_str);
        let options = self.options.iter().flat_map(|(option, value)| [*option, value.as_str()]);
        std::iter::once(self.command)
            .chain(inputs)
            .chain(options)
            .chain(self.more.iter().map(String::as_str))
            .collect()
    }

    pub(crate) fn command(&self) -> Command {
        lyncert(&self.arguments())
    }

    pub(crate) fn run(&self) -> Run {
        run(&self.arguments())
    }

    pub(crate) fn run_with_input(&self, input: &[u8]) -> Run {
        run_with_input(&self.arguments(), input)
    }
}
