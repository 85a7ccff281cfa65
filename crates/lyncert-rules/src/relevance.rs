//! Which certificates of a large folder an audit will look at.

use std::collections::HashSet;

use lyncert_ingest::name::DnsName;
use lyncert_ingest::topology::Topology;

use crate::certificate::Certificate;
use crate::matching::lower_case;
use crate::placement::PlacementReader;
use crate::requirement::Requirement;

/// Sorts out the certificates that cannot serve any requirement, by their paths and by the names that are a holder's own. They
/// are never assigned, so their chains need not be checked.
#[derive(Clone, Debug)]
pub struct Relevance {
    placements: PlacementReader,
    /// Every subject and every name of the holder itself that a requirement knows, in lower case.
    names: HashSet<String>,
    /// The same without their first label: what a wildcard can cover.
    parents: HashSet<String>,
}

impl Relevance {
    /// For a topology and the requirements that follow from it.
    pub fn new(topology: &Topology, requirements: &[Requirement]) -> Self {
        let known = requirements.iter().flat_map(|requirement| {
            let names = requirement.names.iter().filter(|name| name.kind.is_own()).map(|name| &name.name);
            let subjects = requirement.accepted_subjects.iter().map(|accepted| &accepted.name);
            names.chain(subjects).chain([&requirement.subject]).map(DnsName::key)
        });
        let names: HashSet<String> = known.map(|key| key.to_string()).collect();
        let parents = names.iter().filter_map(|name| Some(name.split_once('.')?.1.to_owned())).collect();
        Self { placements: PlacementReader::new(topology), names, parents }
    }

    /// Whether the certificate, read from this path below the folder, may serve something.
    pub fn covers(&self, path: &str, certificate: &Certificate) -> bool {
        let mut names = certificate.common_names.iter().chain(&certificate.dns_names);
        names.any(|name| self.knows(name)) || self.placements.read(path).is_some()
    }

    fn knows(&self, name: &str) -> bool {
        let name = &*lower_case(name.trim());
        match name.split_once('.') {
            Some((first, parent)) if first.contains('*') => {
                self.parents.contains(parent) || self.names.contains(name)
            }
            _ => self.names.contains(name),
        }
    }
}
