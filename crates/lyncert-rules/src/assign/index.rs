//! Which certificates something ties to a requirement: a name, a subject, the parent of a wildcard, or a place in the folder.
//!
//! Most certificates of a large folder serve nothing, and each requirement is tied to few of the others. So the names that
//! requirements ask for are collected first, the names of all certificates are looked up among them once, and a requirement
//! then asks only for what its own names give. That keeps the cost to requirements plus certificates, not their product.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use lyncert_ingest::name::DnsName;
use rayon::prelude::*;

use crate::certificate::Certificate;
use crate::holder::HolderKind;
use crate::ids::CertificateId;
use crate::matching::{is_sound, lower_case, parent_of};
use crate::placement::{PlacedFor, Placement};
use crate::requirement::{Need, Requirement};

/// The ties of all certificates of a folder.
pub(super) struct Index<'a> {
    /// By the key of an entry, those that have it among their names.
    by_entry: Ties<'a>,
    /// By the parent of a wildcard, those that have the wildcard.
    by_wildcard_parent: Ties<'a>,
    /// By the key of a common name.
    by_common_name: Ties<'a>,
    /// Those that name no server, by the pool and a name that its servers share. In a large pool each certificate has the names that all
    /// share, and names a server that none of the others is.
    of_no_server: HashMap<(PoolKey, &'a str), Vec<CertificateId>>,
    placed: PlacedCertificates<'a>,
}

/// The servers of one pool are one set, known by where it lies.
type PoolKey = usize;

fn pool_key(requirement: &Requirement) -> PoolKey {
    Arc::as_ptr(&requirement.siblings).addr()
}

/// Certificates by a key; only keys that some requirement asks for are in it.
#[derive(Default)]
struct Ties<'a> {
    certificates: HashMap<&'a str, Vec<CertificateId>>,
}

impl<'a> Ties<'a> {
    fn ask_for(&mut self, key: &'a str) {
        self.certificates.entry(key).or_default();
    }

    fn key(&self, key: &str) -> Option<&'a str> {
        self.certificates.get_key_value(key).map(|(key, _)| *key)
    }

    fn add(&mut self, key: &'a str, certificate: CertificateId) {
        let certificates = self.certificates.entry(key).or_default();
        // They come one after the other, and one may have a name many times.
        if certificates.last() != Some(&certificate) {
            certificates.push(certificate);
        }
    }

    fn of(&self, key: &str) -> &[CertificateId] {
        self.certificates.get(key).map_or(&[], Vec::as_slice)
    }
}

/// Certificates by what their paths say.
#[derive(Default)]
struct PlacedCertificates<'a> {
    on_host: HashMap<&'a str, Vec<CertificateId>>,
    for_reverse_proxy: Vec<CertificateId>,
    /// By the name of a reverse proxy in lower case, those of its own folder.
    for_named_proxy: HashMap<&'a str, Vec<CertificateId>>,
    for_oauth: Vec<CertificateId>,
}

/// What a certificate has that some requirement asks for.
#[derive(Default)]
struct Hits<'a> {
    entries: Vec<&'a str>,
    wildcard_parents: Vec<&'a str>,
    common_names: Vec<&'a str>,
}

impl<'a> Index<'a> {
    /// `placements` are those of the certificates, in their order.
    pub(super) fn new(
        requirements: &'a [Requirement],
        certificates: &[Certificate],
        placements: &'a [Vec<Placement>],
    ) -> Self {
        let mut index = Self {
            by_entry: Ties::default(),
            by_wildcard_parent: Ties::default(),
            by_common_name: Ties::default(),
            of_no_server: HashMap::new(),
            placed: PlacedCertificates::new(certificates, placements),
        };
        for requirement in requirements {
            for name in tying_names(requirement) {
                index.by_entry.ask_for(name.key());
                if let Some(parent) = parent_of(name.key()) {
                    index.by_wildcard_parent.ask_for(parent);
                }
            }
            for subject in subjects_of(requirement) {
                index.by_common_name.ask_for(subject.key());
            }
            if let Some(server) = &requirement.holder.server {
                index.by_entry.ask_for(server.key());
            }
        }
        let hits: Vec<Hits<'_>> =
            certificates.par_iter().map(|certificate| index.hits(certificate)).collect();
        for ((id, _), hits) in CertificateId::enumerate(certificates).zip(hits) {
            index.add(id, hits);
        }
        index.of_no_server = index.without_servers(requirements);
        index
    }

    fn without_servers(
        &self,
        requirements: &'a [Requirement],
    ) -> HashMap<(PoolKey, &'a str), Vec<CertificateId>> {
        let mut of_no_server: HashMap<(PoolKey, &str), Vec<CertificateId>> = HashMap::new();
        let mut of_servers: HashMap<PoolKey, HashSet<CertificateId>> = HashMap::new();
        for requirement in requirements.iter().filter(|one| one.holder.server.is_some()) {
            let pool = pool_key(requirement);
            let of_servers = of_servers.entry(pool).or_insert_with(|| {
                requirement.siblings.keys().flat_map(|key| self.by_entry.of(key)).copied().collect()
            });
            for name in own_names(requirement) {
                of_no_server.entry((pool, name.key())).or_insert_with(|| {
                    let all = self.by_entry.of(name.key()).iter();
                    let all = all.chain(self.by_common_name.of(name.key()));
                    each_once(all.filter(|id| !of_servers.contains(id)).copied().collect())
                });
            }
        }
        of_no_server
    }

    fn hits(&self, certificate: &Certificate) -> Hits<'a> {
        let mut hits = Hits::default();
        if !certificate.is_end_entity() {
            return hits;
        }
        // A certificate without a subject alternative name is matched by its subject (GEN-NAME-03).
        let names = if certificate.has_san { &certificate.dns_names } else { &certificate.common_names };
        for name in names {
            let lower = lower_case(name);
            let entry = self.by_entry.key(&lower);
            let parent = lower.strip_prefix("*.").and_then(|parent| self.by_wildcard_parent.key(parent));
            if (entry.is_some() || parent.is_some()) && is_sound(&lower) {
                hits.entries.extend(entry);
                hits.wildcard_parents.extend(parent);
            }
        }
        for name in &certificate.common_names {
            let lower = lower_case(name);
            hits.common_names.extend(self.by_common_name.key(&lower).filter(|_| is_sound(&lower)));
        }
        hits
    }

    fn add(&mut self, certificate: CertificateId, hits: Hits<'a>) {
        for (ties, keys) in [
            (&mut self.by_entry, hits.entries),
            (&mut self.by_wildcard_parent, hits.wildcard_parents),
            (&mut self.by_common_name, hits.common_names),
        ] {
            for key in keys {
                ties.add(key, certificate);
            }
        }
    }

    /// The certificates that have a name of the holder's own, or its subject: each once, in their order.
    pub(super) fn with_own_name(&self, requirement: &Requirement) -> Vec<CertificateId> {
        let by_name = own_names(requirement)
            .flat_map(|name| self.by_entry.of(name.key()).iter().chain(self.with_wildcard_for(name)));
        let by_subject = self.by_common_name.of(requirement.subject.key());
        each_once(by_name.chain(by_subject).copied().collect())
    }

    /// The same without those that name other servers of the pool only: they are theirs.
    pub(super) fn that_may_serve(&self, requirement: &Requirement) -> Vec<CertificateId> {
        let pool = pool_key(requirement);
        let is_known = self.of_no_server.contains_key(&(pool, requirement.subject.key()));
        let Some(server) = requirement.holder.server.as_ref().filter(|_| is_known) else {
            return self.with_own_name(requirement);
        };
        let by_name = own_names(requirement).flat_map(|name| {
            let of_no_server = self.of_no_server.get(&(pool, name.key())).map_or(&[][..], Vec::as_slice);
            of_no_server.iter().chain(self.with_wildcard_for(name))
        });
        each_once(by_name.chain(self.by_entry.of(server.key())).copied().collect())
    }

    fn with_wildcard_for(&self, name: &DnsName) -> &[CertificateId] {
        parent_of(name.key()).map_or(&[], |parent| self.by_wildcard_parent.of(parent))
    }

    /// The certificates that have one of the required names letter for letter, or an accepted subject. Names that fewer certificates
    /// have come first.
    pub(super) fn with_required_names(&self, requirement: &Requirement) -> Vec<&[CertificateId]> {
        let required = requirement.names.iter().filter(|name| name.need == Need::Required);
        let mut lists: Vec<&[CertificateId]> =
            required.map(|name| self.by_entry.of(name.name.key())).collect();
        lists.sort_by_key(|list| list.len());
        lists.extend(subjects_of(requirement).map(|subject| self.by_common_name.of(subject.key())));
        lists
    }

    /// The certificates that lie in the place of a holder: on this server, or where `server` is `None` for the holder as a whole.
    pub(super) fn placed_for(&self, requirement: &Requirement, server: Option<&DnsName>) -> &[CertificateId] {
        let placed = &self.placed;
        let host = match (server, &requirement.holder.pool, requirement.holder.kind) {
            (Some(server), ..) => Some(server),
            (None, _, HolderKind::ReverseProxy) => {
                let own = requirement.holder.name.as_ref();
                let of_own = own.and_then(|own| placed.for_named_proxy.get(own.to_lowercase().as_str()));
                return of_own.map_or(&placed.for_reverse_proxy, Vec::as_slice);
            }
            (None, _, HolderKind::Deployment) => return &placed.for_oauth,
            (None, pool, HolderKind::Pool(_)) => pool.as_ref(),
        };
        host.and_then(|host| placed.on_host.get(host.key())).map_or(&[], Vec::as_slice)
    }
}

impl<'a> PlacedCertificates<'a> {
    fn new(certificates: &[Certificate], placements: &'a [Vec<Placement>]) -> Self {
        let mut placed = Self::default();
        for ((id, _), placements) in CertificateId::enumerate(certificates).zip(placements) {
            for placement in placements {
                let list = match &placement.holder {
                    PlacedFor::Unnamed => continue,
                    PlacedFor::Host(host) => placed.on_host.entry(host.key()).or_default(),
                    PlacedFor::ReverseProxy => &mut placed.for_reverse_proxy,
                    PlacedFor::NamedReverseProxy(name) => {
                        placed.for_named_proxy.entry(name.as_str()).or_default()
                    }
                    PlacedFor::OAuth => &mut placed.for_oauth,
                };
                if list.last() != Some(&id) {
                    list.push(id);
                }
            }
        }
        placed
    }
}

/// The names that only its holder has, and its subject.
fn own_names(requirement: &Requirement) -> impl Iterator<Item = &DnsName> {
    let own = requirement.names.iter().filter(|name| name.kind.is_own()).map(|name| &name.name);
    own.chain([&requirement.subject])
}

/// The names that tie a certificate to a requirement: its own, and those that are required of it.
fn tying_names(requirement: &Requirement) -> impl Iterator<Item = &DnsName> {
    let names = requirement.names.iter().filter(|name| name.kind.is_own() || name.need == Need::Required);
    names.map(|name| &name.name).chain([&requirement.subject])
}

/// The common names that are expected or accepted.
fn subjects_of(requirement: &Requirement) -> impl Iterator<Item = &DnsName> {
    let accepted = requirement.accepted_subjects.iter().map(|accepted| &accepted.name);
    accepted.chain([&requirement.subject])
}

fn each_once(mut certificates: Vec<CertificateId>) -> Vec<CertificateId> {
    certificates.sort_unstable();
    certificates.dedup();
    certificates
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::assign::Candidate;
    use crate::assign::eligible::FoundIn;
    use crate::fixture::certificate;
    use crate::names::CertificateNames;
    use crate::placement::PlacementReader;
    use crate::profile::expect;
    use crate::testing::{edge_pool, front_end};

    /// Names that tie, nearly tie and do not tie.
    const NAMES: [&str; 14] = [
        "pool.contoso.com",
        "FE1.contoso.com",
        "*.contoso.com",
        "*.fabrikam.com",
        "sip.contoso.com",
        "sip.fabrikam.com",
        "meet.contoso.com",
        "edge.contoso.com",
        "access.contoso.com",
        "web.contoso.com",
        "contoso.com",
        "other.example",
        "pool.contoso.com.",
        "bad name",
    ];
    const FOLDERS: [&str; 4] =
        ["a.cer", "pool.contoso.com/b.cer", "fe1.contoso.com/Default.cer", "oauth/c.cer"];

    proptest! {
        /// The index is only a shorter way to the same answers: whoever may serve a requirement is found through it.
        #[test]
        fn every_certificate_that_may_serve_is_found_through_the_index(
            subjects in prop::collection::vec(0..NAMES.len(), 1..6),
            names in prop::collection::vec(prop::collection::vec(0..NAMES.len(), 0..6), 6),
            folders in prop::collection::vec(0..FOLDERS.len(), 6),
        ) {
            let certificates: Vec<Certificate> = (subjects.iter().zip(&names).zip(&folders))
                .map(|((subject, names), folder)| {
                    let names: Vec<&str> = names.iter().map(|name| NAMES[*name]).collect();
                    let made = certificate(NAMES[*subject], &names);
                    Certificate { paths: vec![FOLDERS[*folder].into()], ..made }
                })
                .collect();
            for estate in [front_end(), edge_pool()] {
                let requirements = expect(&estate.topology, &estate.facts);
                let reader = PlacementReader::new(&estate.topology);
                let placements: Vec<Vec<Placement>> = certificates
                    .iter()
                    .map(|one| one.paths.iter().filter_map(|path| reader.read(path)).collect())
                    .collect();
                let index = Index::new(&requirements, &certificates, &placements);
                for requirement in &requirements {
                    let server = requirement.install_on().first();
                    let own = index.that_may_serve(requirement);
                    let near: Vec<CertificateId> =
                        index.with_required_names(requirement).concat();
                    for (id, certificate) in CertificateId::enumerate(&certificates) {
                        let names = CertificateNames::new(certificate);
                        let placements = &placements[id.index()];
                        let candidate = Candidate { id, certificate, names: &names, placements, matches: None };
                        if candidate.is_eligible(requirement, server, FoundIn::AnyFolder) {
                            prop_assert!(own.contains(&id), "{} for {}", certificate.subject, requirement.id);
                        }
                        if candidate.shortfall(requirement).is_some() {
                            prop_assert!(near.contains(&id), "{} near {}", certificate.subject, requirement.id);
                        }
                        for on_server in [true, false] {
                            let server = server.filter(|_| on_server);
                            let is_on = |placement: &Placement| placement.is_on(requirement, server, on_server);
                            let found = index.placed_for(requirement, server).contains(&id);
                            if placements.iter().any(is_on) && (!on_server || server.is_some()) {
                                prop_assert!(found, "{} in the place of {}", certificate.subject, requirement.id);
                            }
                        }
                    }
                }
            }
        }
    }
}
