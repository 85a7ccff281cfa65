//! The exports of one deployment.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::Context;
use lyncert_ingest::deployment::Deployment;
use lyncert_ingest::name::DnsName;
use lyncert_report::model::InputKind;
use lyncert_report::view::InputFile;

use super::{ReadFor, file_name, read_file, read_stdin};
use crate::exit::Failure;

/// The exports of one deployment, read and put together.
pub(crate) struct TopologyInput {
    /// What they describe together.
    pub(crate) deployment: Deployment,
    /// The files, for the list of inputs.
    pub(crate) files: Vec<InputFile>,
}

/// What in a folder looks like an export of its deployment.
#[derive(Default)]
pub(crate) struct FoundExports {
    /// Those that were read, by name and bytes.
    pub(crate) read: Vec<(String, Vec<u8>)>,
    /// The names of those that are larger than any export, and were not read.
    pub(crate) too_large: Vec<String>,
}

impl FoundExports {
    /// Whether there is nothing that looks like one.
    pub(crate) fn is_empty(&self) -> bool {
        self.read.is_empty() && self.too_large.is_empty()
    }

    /// Their names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.read.iter().map(|(name, _)| name.as_str()).chain(self.too_large.iter().map(String::as_str))
    }
}

/// The exports at these paths, those of one deployment together: they have a pool in common, or no pool at all and complete what stands
/// before them. In the order that they are given in.
pub(crate) fn estates_of(paths: &[PathBuf]) -> Result<Vec<Vec<PathBuf>>, Failure> {
    // Standard input can be read once only, and one export is one deployment.
    if paths.len() < 2 || paths.iter().any(|path| path == Path::new("-")) {
        return Ok(vec![paths.to_vec()]);
    }
    let mut groups: Vec<(HashSet<DnsName>, Vec<PathBuf>)> = Vec::new();
    let mut leading: Vec<PathBuf> = Vec::new();
    for path in paths {
        let (name, bytes) = read_export(path)?;
        let document = lyncert_ingest::format::read(&name, &bytes).map_err(Failure::no_input)?;
        let pools = document.topology.iter().flat_map(|topology| topology.pools());
        let pools: HashSet<DnsName> = pools.map(|pool| pool.fqdn.clone()).collect();
        let same = groups.iter().position(|(known, _)| !known.is_disjoint(&pools));
        match (same, pools.is_empty()) {
            (Some(index), _) => {
                groups[index].0.extend(pools);
                groups[index].1.push(path.clone());
            }
            (None, true) => match groups.last_mut() {
                Some((_, group)) => group.push(path.clone()),
                None => leading.push(path.clone()),
            },
            (None, false) => {
                let mut group = vec![path.clone()];
                group.append(&mut leading);
                groups.push((pools, group));
            }
        }
    }
    if groups.is_empty() {
        return Ok(vec![leading]);
    }
    Ok(groups.into_iter().map(|(_, group)| group).collect())
}

/// Name and bytes of one export.
pub(crate) fn read_export(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    if path == Path::new("-") {
        return Ok(("standard input".to_owned(), read_stdin(ReadFor::Export)?));
    }
    let bytes = read_file(path, ReadFor::Export)
        .with_context(|| format!("cannot read the topology `{}`", path.display()));
    Ok((file_name(path), bytes.map_err(Failure::no_input)?))
}

/// The deployment that these exports, by name and bytes, describe together.
pub(crate) fn parse_topology(exports: Vec<(String, Vec<u8>)>) -> Result<TopologyInput, Failure> {
    let mut documents = Vec::new();
    let mut files = Vec::new();
    for (name, bytes) in exports {
        documents.push(lyncert_ingest::format::read(&name, &bytes).map_err(Failure::no_input)?);
        files.push(InputFile::new(name, InputKind::Topology, &bytes));
    }
    let deployment = lyncert_ingest::deployment::combine(documents).map_err(Failure::no_input)?;
    Ok(TopologyInput { deployment, files })
}

/// The deployment that the exports of one folder describe. Nobody has put them in an order, so that their names and what is in them
/// decide.
pub(crate) fn choose_topology(exports: FoundExports) -> Result<TopologyInput, Failure> {
    let FoundExports { read, too_large } = exports;
    let files = read.iter().map(|(name, bytes)| InputFile::new(name.as_str(), InputKind::Topology, bytes));
    let files = files.collect();
    let read = read.into_iter().map(|(name, bytes)| {
        let document = lyncert_ingest::format::read(&name, &bytes);
        (name, document)
    });
    let too_large = too_large.into_iter().map(|name| {
        let error = lyncert_ingest::format::too_large(&name);
        (name, Err(error))
    });
    let deployment =
        lyncert_ingest::choice::choose(read.chain(too_large).collect()).map_err(Failure::no_input)?;
    Ok(TopologyInput { deployment, files })
}
