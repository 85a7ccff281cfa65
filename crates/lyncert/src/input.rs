//! Reading the topology and the policy.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use lyncert_ingest::Deployment;
use lyncert_report::{Estate, InputFile, Inventory, Report, ScanOptions, scan_all};
use lyncert_rules::{Case, Evidence, Relevance, Requirement, expect};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::args::{PolicyArgs, ScanArgs};
use crate::exit::Failure;
use crate::policy_file::{self, Layer, Settled};

/// File name of a policy.
pub(crate) const POLICY_FILE: &str = "lyncert.toml";

/// The exports of one deployment, read and put together.
pub(crate) struct TopologyInput {
    pub(crate) deployment: Deployment,
    pub(crate) files: Vec<InputFile>,
}

/// A policy, or none.
#[derive(Default)]
pub(crate) struct PolicyInput {
    pub(crate) settled: Settled,
    pub(crate) files: Vec<InputFile>,
    /// The names of the files, for people.
    title: Option<String>,
    /// The files themselves, by name.
    pub(crate) texts: Vec<(String, Vec<u8>)>,
}

impl PolicyInput {
    /// A policy that stands in these layers, each on top of the one before.
    pub(crate) fn of_layers(layers: impl IntoIterator<Item = PolicyLayer>) -> Self {
        let (mut together, mut files) = (Layer::default(), Vec::new());
        let mut texts = Vec::new();
        for PolicyLayer { layer, file, bytes } in layers {
            together = layer.over(together);
            texts.push((file.name.clone(), bytes));
            files.push(file);
        }
        let names: Vec<&str> = files.iter().map(|file: &InputFile| file.name.as_str()).collect();
        let title = (!names.is_empty()).then(|| names.join(", "));
        Self { settled: together.settle(), files, title, texts }
    }
}

/// One policy file.
#[derive(Clone)]
pub(crate) struct PolicyLayer {
    layer: Layer,
    file: InputFile,
    bytes: Vec<u8>,
}

impl PolicyLayer {
    /// Reads a policy file.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let bytes = fs::read(path)
            .with_context(|| format!("cannot read the policy `{}`", path.display()))
            .map_err(Failure::usage)?;
        Self::of_bytes(&file_name(path), &bytes)
    }

    /// A policy file that was read.
    pub(crate) fn of_bytes(name: &str, bytes: &[u8]) -> Result<Self, Failure> {
        let text = std::str::from_utf8(bytes)
            .map_err(|_| Failure::usage(anyhow!("the policy `{name}` is not UTF-8 text")))?;
        let layer = policy_file::parse(name, text.strip_prefix('\u{feff}').unwrap_or(text));
        let layer = layer.map_err(|mistakes| Failure::mistakes(&mistakes))?;
        Ok(Self { layer, file: InputFile::new(name, "policy", bytes), bytes: bytes.to_vec() })
    }
}

/// A deployment with its policy and name.
pub(crate) struct EstateInput {
    topology: TopologyInput,
    policy: PolicyInput,
    name: String,
}

impl EstateInput {
    /// Reads the exports at these paths and the policy that belongs to them.
    pub(crate) fn read(paths: &[PathBuf], args: &PolicyArgs) -> Result<Self, Failure> {
        let topology = topology(paths)?;
        let policy = policy(args, paths)?;
        let name = estate_name(args.estate.as_deref(), &topology.deployment);
        Ok(Self { topology, policy, name })
    }

    /// The estate for views of what is needed, which does not depend on the time.
    pub(crate) fn estate(&self) -> Estate<'_> {
        estate(&self.name, &self.topology, &self.policy, &[], OffsetDateTime::UNIX_EPOCH)
    }
}

/// A folder of certificates, read for a topology.
pub(crate) struct Folder {
    pub(crate) inventory: Inventory,
    pub(crate) requirements: Vec<Requirement>,
    evidence: Vec<Evidence>,
}

impl Folder {
    /// What there is to judge at a time.
    pub(crate) fn case<'a>(
        &'a self,
        topology: &'a TopologyInput,
        policy: &'a PolicyInput,
        now: OffsetDateTime,
    ) -> Case<'a> {
        Case {
            topology: &topology.deployment.topology,
            facts: &policy.settled.facts,
            policy: &policy.settled.policy,
            certificates: &self.inventory.certificates,
            evidence: &self.evidence,
            lists: &self.inventory.lists,
            keys: &self.inventory.keys,
            now,
        }
    }
}

/// Reads the certificates for a topology: the chains of those that may serve something in it.
pub(crate) fn folder(
    topology: &TopologyInput,
    policy: &PolicyInput,
    certs: &Path,
    options: &ScanOptions,
    progress: &dyn lyncert_report::Progress,
) -> Result<Folder, Failure> {
    let requirements = expect(&topology.deployment.topology, &policy.settled.facts);
    let mut options = options.clone();
    options.ignored.clone_from(&policy.settled.ignored);
    options.relevance = Some(Relevance::new(&topology.deployment.topology, &requirements));
    let inventory = scan_all(&[certs], &options, progress).map_err(Failure::no_input)?;
    let given = topology
        .deployment
        .assigned
        .iter()
        .map(|assigned| Evidence { path: assigned.place.document.to_string(), assigned: assigned.clone() });
    let evidence = given.chain(inventory.evidence.iter().cloned()).collect();
    Ok(Folder { inventory, requirements, evidence })
}

/// The estate for views of what is there at a time.
pub(crate) fn estate<'a>(
    name: &'a str,
    topology: &'a TopologyInput,
    policy: &'a PolicyInput,
    inputs: &'a [InputFile],
    at: OffsetDateTime,
) -> Estate<'a> {
    Estate {
        name,
        deployment: &topology.deployment,
        facts: &policy.settled.facts,
        policy: &policy.settled.policy,
        ignored: &policy.settled.ignored,
        policy_file: policy.title.as_deref(),
        inputs,
        at,
    }
}

/// A folder without any certificate is no usable input.
pub(crate) fn no_certificate(certs: &Path) -> Failure {
    Failure::no_input(anyhow!("`{}` holds no certificate that could be read", certs.display()))
}

/// Reads the exports at these paths; `-` is standard input.
pub(crate) fn topology(paths: &[PathBuf]) -> Result<TopologyInput, Failure> {
    let mut exports = Vec::new();
    for path in paths {
        exports.push(if path == Path::new("-") {
            ("standard input".to_owned(), stdin()?)
        } else {
            let bytes =
                fs::read(path).with_context(|| format!("cannot read the topology `{}`", path.display()));
            (file_name(path), bytes.map_err(Failure::no_input)?)
        });
    }
    topology_of(exports)
}

/// The deployment that these exports, by name and bytes, describe together.
pub(crate) fn topology_of(exports: Vec<(String, Vec<u8>)>) -> Result<TopologyInput, Failure> {
    let mut documents = Vec::new();
    let mut files = Vec::new();
    for (name, bytes) in exports {
        documents.push(lyncert_ingest::read(&name, &bytes).map_err(Failure::no_input)?);
        files.push(InputFile::new(name, "topology", &bytes));
    }
    let deployment = lyncert_ingest::combine(documents).map_err(Failure::no_input)?;
    Ok(TopologyInput { deployment, files })
}

/// Reads a report that an audit has written.
pub(crate) fn report(path: &Path) -> Result<Report, Failure> {
    let shown = path.display();
    let bytes = fs::read(path).with_context(|| format!("cannot read the report `{shown}`"));
    Report::read(&bytes.map_err(Failure::no_input)?)
        .map_err(|error| Failure::no_input(anyhow!("`{shown}` {error}")))
}

fn stdin() -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = io::stdin().lock().read_to_end(&mut bytes);
    read.context("cannot read standard input").map_err(Failure::no_input)?;
    Ok(bytes)
}

/// Reads the policy that the arguments name, or the one beside the topology or above it.
pub(crate) fn policy(args: &PolicyArgs, topologies: &[PathBuf]) -> Result<PolicyInput, Failure> {
    if args.no_policy {
        return Ok(PolicyInput::default());
    }
    let Some(path) = args.policy.clone().or_else(|| discover(topologies.first()?)) else {
        return Ok(PolicyInput::default());
    };
    Ok(PolicyInput::of_layers([PolicyLayer::read(&path)?]))
}

/// `lyncert.toml` in the topology's folder or the nearest one above it; for standard input, from the current folder.
fn discover(topology: &Path) -> Option<PathBuf> {
    let start = if topology == Path::new("-") { Path::new(".") } else { topology.parent()? };
    let start = if start.as_os_str().is_empty() { Path::new(".") } else { start };
    let start = fs::canonicalize(start).ok()?;
    start.ancestors().map(|folder| folder.join(POLICY_FILE)).find(|path| path.is_file())
}

/// The name of the estate: the one given, else the default SIP domain, else a word.
pub(crate) fn estate_name(given: Option<&str>, deployment: &Deployment) -> String {
    let topology = &deployment.topology;
    let domain = || topology.default_sip_domain.as_ref().map(|domain| domain.value.to_string());
    let first = || topology.sip_domains.first().map(|domain| domain.name.to_string());
    given.map(str::to_owned).or_else(domain).or_else(first).unwrap_or_else(|| "unnamed estate".to_owned())
}

/// Environment variable with a password of archives.
const PASSWORD_VARIABLE: &str = "LYNCERT_PFX_PASSWORD";

/// How to scan: the passwords that are given, never as an argument, and the roots.
pub(crate) fn scan_options(args: &ScanArgs) -> Result<ScanOptions, Failure> {
    let mut options = ScanOptions::default();
    if let Some(path) = &args.pfx_password_file {
        let text = fs::read_to_string(path)
            .map(Zeroizing::new)
            .with_context(|| format!("cannot read the password file `{}`", path.display()))
            .map_err(Failure::usage)?;
        options.passwords.extend(passwords(&text));
    }
    if let Ok(password) = std::env::var(PASSWORD_VARIABLE) {
        options.passwords.push(Zeroizing::new(password));
    }
    if args.pfx_password_stdin {
        let bytes = Zeroizing::new(stdin()?);
        let text = std::str::from_utf8(&bytes)
            .map_err(|_| Failure::usage(anyhow!("the password on standard input is not UTF-8 text")))?;
        options.passwords.extend(passwords(text));
    }
    options.roots.clone_from(&args.roots);
    Ok(options)
}

/// One password a line; an editor's byte order mark and line ends are no part of it.
fn passwords(text: &str) -> Vec<Zeroizing<String>> {
    let lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines().filter(|line| !line.is_empty());
    lines.map(|line| Zeroizing::new(line.to_owned())).collect()
}

/// The time now, to the second.
pub(crate) fn now() -> OffsetDateTime {
    let now = OffsetDateTime::now_utc();
    now.replace_nanosecond(0).unwrap_or(now)
}

pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}
