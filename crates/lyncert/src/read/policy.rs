//! Policy files, each on top of the one before.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use lyncert_ingest::decode::decode_unicode;
use lyncert_report::model::InputKind;
use lyncert_report::view::InputFile;
use lyncert_rules::policy::Scope;

use super::{ReadFor, file_name, read_file};
use crate::args::PolicyArgs;
use crate::exit::Failure;
use crate::policy_file::{self, PolicyLayer, ResolvedPolicy};

/// File name of a policy.
pub(crate) const POLICY_FILE: &str = "lyncert.toml";

/// The policy in force and the files that it was read from. The default is none.
#[derive(Default)]
pub(crate) struct PolicyInput {
    /// What holds.
    pub(crate) resolved: ResolvedPolicy,
    /// The files, for the list of inputs.
    pub(crate) files: Vec<InputFile>,
    /// The names of the files, for people; `None` without a file.
    pub(crate) title: Option<String>,
    /// The files themselves by name, for evidence.
    pub(crate) texts: Vec<(String, Vec<u8>)>,
    /// Where each file was found, in the order of `files`.
    pub(crate) places: Vec<String>,
    /// Policies that lie there and do not hold, since the batch forbids them.
    pub(crate) forbidden: Vec<String>,
}

impl PolicyInput {
    /// The policy of these files, each on top of the one before.
    pub(crate) fn of_files(policies: impl IntoIterator<Item = PolicyFile>) -> Self {
        let mut together = PolicyLayer::default();
        let (mut files, mut texts, mut places) = (Vec::new(), Vec::new(), Vec::new());
        for PolicyFile { layer, file, bytes, place } in policies {
            together = layer.over(together);
            texts.push((file.name.clone(), bytes));
            files.push(file);
            places.push(place);
        }
        let names: Vec<&str> = files.iter().map(|file: &InputFile| file.name.as_str()).collect();
        let title = (!names.is_empty()).then(|| names.join(", "));
        Self { resolved: together.resolve(), files, title, texts, places, forbidden: Vec::new() }
    }

    /// The same policy with another scope, which takes the place of its own.
    pub(crate) fn with_scope(mut self, scope: Scope) -> Self {
        self.resolved.policy.scope = scope;
        self
    }
}

/// One policy file.
#[derive(Clone)]
pub(crate) struct PolicyFile {
    layer: PolicyLayer,
    file: InputFile,
    bytes: Vec<u8>,
    /// Where it was found, in words that are the same on every machine.
    place: String,
}

impl PolicyFile {
    /// Reads a policy file. `place` says where it was found.
    pub(crate) fn read(path: &Path, place: &str) -> Result<Self, Failure> {
        let bytes = read_file(path, ReadFor::Settings)
            .with_context(|| format!("cannot read the policy `{}`", path.display()))
            .map_err(Failure::usage)?;
        Self::parse(&file_name(path), &bytes, place)
    }

    /// Whether policies of estates below a batch do not hold.
    pub(crate) fn forbids_local(&self) -> bool {
        self.layer.forbids_local()
    }

    /// Parses a policy file with this name.
    pub(crate) fn parse(name: &str, bytes: &[u8], place: &str) -> Result<Self, Failure> {
        let text = decode_unicode(bytes)
            .ok_or_else(|| Failure::usage(anyhow!("the policy `{name}` is neither UTF-8 nor UTF-16 text")))?;
        let layer = policy_file::parse(name, &text);
        let layer = layer.map_err(|mistakes| Failure::mistakes(&mistakes))?;
        let file = InputFile::new(name, InputKind::Policy, bytes);
        Ok(Self { layer, file, bytes: bytes.to_vec(), place: place.to_owned() })
    }
}

/// Reads the policy that the arguments name, or the one beside the first topology or above it.
pub(crate) fn read_policy(args: &PolicyArgs, topologies: &[PathBuf]) -> Result<PolicyInput, Failure> {
    match policy_path(args, topologies) {
        Some(path) => {
            let place = if args.policy.is_some() { GIVEN.to_owned() } else { place_of(&path, topologies) };
            Ok(PolicyInput::of_files([PolicyFile::read(&path, &place)?]))
        }
        None => Ok(PolicyInput::default()),
    }
}

/// The place of a policy that an argument names.
pub(crate) const GIVEN: &str = "given by --policy";

/// The place of a policy that was found beside the topology or above it. Nobody named it, so that it has to be told how far away it
/// was found.
fn place_of(policy: &Path, topologies: &[PathBuf]) -> String {
    let start = topologies.first().and_then(|topology| start_of_search(topology));
    let folders = start
        .zip(policy.parent())
        .map(|(start, folder)| start.ancestors().take_while(|ancestor| *ancestor != folder).count());
    match folders {
        Some(1) => "found 1 folder above the topology".to_owned(),
        Some(count @ 2..) => format!("found {count} folders above the topology"),
        Some(0) | None => "found beside the topology".to_owned(),
    }
}

/// Where the policy is that holds, if one does.
pub(crate) fn policy_path(args: &PolicyArgs, topologies: &[PathBuf]) -> Option<PathBuf> {
    if args.no_policy {
        return None;
    }
    args.policy.clone().or_else(|| find_policy(topologies.first()?))
}

/// The policy of a folder, if something has its name there. One that is no file, or a link to nothing, is one that cannot be read: to
/// pass it over would judge by other rules than those that were meant.
pub(crate) fn policy_in(folder: &Path) -> Option<PathBuf> {
    Some(folder.join(POLICY_FILE)).filter(|path| fs::symlink_metadata(path).is_ok())
}

/// `lyncert.toml` in the topology's folder or the nearest one above it.
fn find_policy(topology: &Path) -> Option<PathBuf> {
    start_of_search(topology)?.ancestors().find_map(policy_in)
}

/// The topology's folder; for standard input the current one.
fn start_of_search(topology: &Path) -> Option<PathBuf> {
    let start = match topology {
        path if path == Path::new("-") => Path::new("."),
        // All of an estate may lie in one folder.
        path if path.is_dir() => path,
        path => path.parent()?,
    };
    let start = if start.as_os_str().is_empty() { Path::new(".") } else { start };
    fs::canonicalize(start).ok()
}
