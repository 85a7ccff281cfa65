//! Which certificates of a large folder an audit will look at.

use std::collections::HashSet;

use lyncert_ingest::name::DnsName;
use lyncert_ingest::topology::Topology;
use rayon::prelude::*;

use crate::certificate::Certificate;
use crate::ids::CertificateId;
use crate::matching::lower_case;
use crate::placement::PlacementReader;
use crate::requirement::Requirement;

/// Sorts out the certificates that cannot serve any requirement, by their paths and by the names that are a holder's own. They
/// are never assigned, so their chains need not be checked.
#[derive(Clone, Debug)]
pub struct Relevance {
    placements: PlacementReader,
    /// Every subject and every name of the holder itself that a requirement knows.
    names: KnownNames,
}

impl Relevance {
    /// For a topology and the requirements that follow from it.
    pub fn new(topology: &Topology, requirements: &[Requirement]) -> Self {
        let names = requirements.iter().flat_map(|requirement| {
            let names = requirement.names.iter().filter(|name| name.kind.is_own()).map(|name| &name.name);
            names.chain(subjects(requirement))
        });
        Self { placements: PlacementReader::new(topology), names: names.collect() }
    }

    /// Whether the certificate, read from this path below the folder, may serve something.
    pub fn covers(&self, path: &str, certificate: &Certificate) -> bool {
        self.names.know(certificate) || self.placements.read(path).is_some()
    }
}

/// The certificates of servers and services that have no name of a topology at all: no required or accepted one, no subject, no
/// FQDN of a server or pool, no SIP domain. They are somebody else's, or the whole folder is.
pub(crate) fn strangers<'r>(
    topology: &Topology,
    requirements: impl Iterator<Item = &'r Requirement>,
    certificates: &[Certificate],
) -> Vec<CertificateId> {
    let of_requirements = requirements.flat_map(|requirement| {
        let names = requirement.names.iter().map(|name| &name.name);
        let accepted = requirement.also_accepted.iter().map(|accepted| &accepted.name);
        names.chain(accepted).chain(subjects(requirement))
    });
    let hosts = topology
        .pools()
        .flat_map(|pool| pool.machines.iter().map(|machine| &machine.fqdn).chain([&pool.fqdn]));
    let domains = topology.sip_domains.iter().map(|domain| &domain.name);
    let known: KnownNames = of_requirements.chain(hosts).chain(domains).collect();
    let is_strange = |one: &Certificate| one.is_end_entity() && !known.know(one);
    let strange: Vec<bool> = certificates.par_iter().map(is_strange).collect();
    let ids = CertificateId::enumerate(certificates).zip(strange);
    ids.filter(|(_, is_strange)| *is_strange).map(|((id, _), _)| id).collect()
}

/// The subjects that a requirement expects or accepts.
fn subjects(requirement: &Requirement) -> impl Iterator<Item = &DnsName> {
    requirement.accepted_subjects.iter().map(|accepted| &accepted.name).chain([&requirement.subject])
}

/// Names to which certificates are held.
#[derive(Clone, Debug)]
struct KnownNames {
    /// In the form that names are compared by.
    names: HashSet<String>,
    /// The same without their first label: what a wildcard can cover.
    parents: HashSet<String>,
}

impl<'a> FromIterator<&'a DnsName> for KnownNames {
    fn from_iter<I: IntoIterator<Item = &'a DnsName>>(names: I) -> Self {
        let names: HashSet<String> = names.into_iter().map(|name| name.key().to_owned()).collect();
        let parents = names.iter().filter_map(|name| Some(name.split_once('.')?.1.to_owned())).collect();
        Self { names, parents }
    }
}

impl KnownNames {
    /// Whether a certificate has one of them, or a wildcard for one.
    fn know(&self, certificate: &Certificate) -> bool {
        certificate.common_names.iter().chain(&certificate.dns_names).any(|name| self.has(name))
    }

    fn has(&self, name: &str) -> bool {
        let name = &*lower_case(name.trim());
        match name.split_once('.') {
            Some((first, parent)) if first.contains('*') => {
                self.parents.contains(parent) || self.names.contains(name)
            }
            _ => self.names.contains(name),
        }
    }
}
