//! Which certificate serves which requirement, and how that is known.
//!
//! What exports say of assigned certificates counts first, then where a file was placed in the folder, then the best match of
//! names. `eligible` says which certificates are looked at, `score` which of several is the best.

mod choice;
mod eligible;
mod index;
mod observed;
mod over_time;
mod score;

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use lyncert_ingest::name::DnsName;
use lyncert_ingest::topology::Topology;
use rayon::prelude::*;
use time::OffsetDateTime;

use self::choice::Choice;
use self::eligible::FoundIn;
use self::index::Index;
pub use self::observed::{BoundAt, ObservedUse, Stored};
pub(crate) use self::over_time::Tie;
use self::score::SortKey;
use crate::assignment_record::{
    AssignmentRecord, AssignmentRecords, MissingCertificate, RollOver, UsageOnServer,
};
use crate::certificate::Certificate;
use crate::collection::{Collections, Gap};
use crate::ids::CertificateId;
use crate::names::{CertificateNames, NameBook};
use crate::placement::{Placement, PlacementReader};
use crate::requirement::{Need, Requirement};
use crate::usage::CertificateUsage;

/// How it is known that a certificate serves a requirement, the weakest first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum AssignedBy {
    /// Of all certificates it meets most of the requirement.
    BestMatch,
    /// Its path names the holder.
    Placed,
    /// An export of what is assigned names it.
    Assigned,
}

impl AssignedBy {
    /// The name that programs read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BestMatch => "best-match",
            Self::Placed => "placed",
            Self::Assigned => "assigned",
        }
    }
}

/// The certificate that serves some servers and usages of a requirement.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Holding {
    /// The servers; empty for holders that are no servers of the topology.
    pub servers: Vec<DnsName>,
    /// The usages that it serves there.
    pub usages: Vec<CertificateUsage>,
    /// The certificate.
    pub certificate: CertificateId,
    /// How it is known that it serves them.
    pub assigned_by: AssignedBy,
}

/// How a requirement is served.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Assignment {
    /// The certificates that serve it, those of most servers first. Empty: it is unmet.
    pub holdings: Vec<Holding>,
    /// For an unmet requirement the certificate that comes nearest, in one sentence.
    pub nearest_miss: Option<String>,
    /// Certificates that exports name, and that the folder does not hold.
    pub missing: Vec<MissingCertificate>,
    /// Newer certificates that would serve as well as the assigned ones.
    pub renewals: Vec<Renewal>,
    /// New certificates that exports say will take over.
    pub roll_overs: Vec<RollOver>,
    /// Servers whose list of assigned certificates has none for XMPP, though they need one.
    pub without_xmpp: Vec<DnsName>,
    /// Servers of which a collection took too little to say what serves them. Nothing is put in its place.
    pub not_collected: Vec<DnsName>,
    /// What collections saw of the certificates that are assigned.
    pub observed: Vec<ObservedUse>,
}

/// An assigned certificate, and a newer one that would serve as well.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Renewal {
    /// The one that is assigned.
    pub assigned: CertificateId,
    /// The newer one.
    pub newer: CertificateId,
}

/// Ties certificates to requirements; the answers are in the order of `requirements`.
pub(crate) fn assign(
    topology: &Topology,
    requirements: &[Requirement],
    names: &NameBook<'_>,
    records: &[AssignmentRecord],
    collections: &Collections,
    now: OffsetDateTime,
) -> Vec<Assignment> {
    let placements = read_placements(topology, names.certificates(), collections);
    let candidates = Candidates::new(topology, requirements, names, &placements, records, collections, now);
    requirements.par_iter().map(|requirement| candidates.assignment(requirement)).collect()
}

/// What the paths of each certificate say. Of the certificates of a server that the product does not manage, the one that HTTP.sys
/// serves there is the one in use.
pub(crate) fn read_placements(
    topology: &Topology,
    certificates: &[Certificate],
    collections: &Collections,
) -> Vec<Vec<Placement>> {
    let reader = PlacementReader::new(topology);
    let of_certificate = |certificate: &Certificate| {
        let read = |path: &Arc<str>| {
            let placement = reader.read(path)?;
            let is_served = collections.serves_at(path, certificate.sha1);
            Some(if is_served { reader.as_served(placement) } else { placement })
        };
        certificate.paths.iter().filter_map(read).collect()
    };
    certificates.par_iter().map(of_certificate).collect()
}

/// How many servers have each usage.
fn server_counts(requirements: &[Requirement]) -> HashMap<CertificateUsage, usize> {
    let mut counts: HashMap<CertificateUsage, usize> = HashMap::new();
    for requirement in requirements {
        for usage in &requirement.usages {
            *counts.entry(*usage).or_default() += requirement.install_on().len().max(1);
        }
    }
    counts
}

/// A certificate that may serve something.
#[derive(Clone, Copy)]
struct Candidate<'a> {
    id: CertificateId,
    certificate: &'a Certificate,
    names: &'a CertificateNames,
    /// What its paths say; a path that says nothing has none.
    placements: &'a [Placement],
}

impl Candidate<'_> {
    /// The required names that it does not cover.
    fn missing_names<'r>(&self, requirement: &'r Requirement) -> impl Iterator<Item = &'r DnsName> {
        let required = requirement.names.iter().filter(|name| name.need == Need::Required);
        required.map(|name| &name.name).filter(|name| self.names.cover_of(name).is_none())
    }
}

/// The certificates to choose from, and what helps to choose.
pub(crate) struct Candidates<'a> {
    topology: &'a Topology,
    record_list: &'a [AssignmentRecord],
    names: &'a NameBook<'a>,
    index: Index<'a>,
    /// What the paths of each certificate say.
    placements: &'a [Vec<Placement>],
    records: AssignmentRecords,
    server_counts: HashMap<CertificateUsage, usize>,
    /// The subjects that requirements ask for.
    subjects: HashSet<&'a str>,
    collections: &'a Collections,
    now: OffsetDateTime,
}

/// The certificates of one server, a choice for each usage or none at all.
struct ServerChoices<'a> {
    server: Option<&'a DnsName>,
    choices: Vec<(CertificateUsage, Choice)>,
    /// Whether an export names a certificate for it that the folder does not hold.
    is_missing: bool,
}

impl<'a> Candidates<'a> {
    /// `placements` are those of the certificates, in their order.
    pub(crate) fn new(
        topology: &'a Topology,
        requirements: &'a [Requirement],
        names: &'a NameBook<'a>,
        placements: &'a [Vec<Placement>],
        records: &'a [AssignmentRecord],
        collections: &'a Collections,
        now: OffsetDateTime,
    ) -> Self {
        let certificates = names.certificates();
        Self {
            topology,
            record_list: records,
            names,
            index: Index::new(requirements, certificates, placements),
            placements,
            records: AssignmentRecords::new(records, certificates, &PlacementReader::new(topology), now),
            server_counts: server_counts(requirements),
            subjects: requirements.iter().map(|requirement| requirement.subject.key()).collect(),
            collections,
            now,
        }
    }

    fn candidate(&self, id: CertificateId) -> Candidate<'_> {
        Candidate {
            id,
            certificate: id.of(self.names.certificates()),
            names: self.names.names(id),
            placements: &self.placements[id.index()],
        }
    }

    /// How a requirement is served.
    pub(crate) fn assignment(&self, requirement: &Requirement) -> Assignment {
        let installed_on = requirement.install_on();
        let servers: Vec<Option<&DnsName>> =
            if installed_on.is_empty() { vec![None] } else { installed_on.iter().map(Some).collect() };
        let mut missing = Vec::new();
        let mut by_server: Vec<ServerChoices<'_>> = servers
            .iter()
            .map(|server| {
                let known = missing.len();
                let mut choices = self.recorded_choices(requirement, *server, &mut missing);
                if let Some(gap) = self.gap(requirement, *server) {
                    choices.retain(|(_, choice)| is_known(*choice, gap));
                }
                ServerChoices { server: *server, choices, is_missing: missing.len() > known }
            })
            .collect();
        let not_collected = self.not_collected(requirement, &by_server);
        self.fill_in(requirement, &mut by_server);
        let without_xmpp = self.without_xmpp(requirement, &servers);
        for one in &mut by_server {
            if one.server.is_some_and(|server| without_xmpp.contains(server)) {
                one.choices.retain(|(usage, _)| *usage != CertificateUsage::XmppServer);
            }
        }
        let holdings = group_servers(&by_server);
        let is_unmet = holdings.is_empty() && not_collected.is_empty();
        let nearest_miss = if is_unmet { self.nearest_miss(requirement) } else { None };
        let renewals = self.renewals(requirement, &holdings);
        let roll_overs = self.roll_overs(requirement, &servers);
        let observed = self.observed(requirement);
        Assignment {
            holdings,
            nearest_miss,
            missing,
            renewals,
            roll_overs,
            without_xmpp,
            not_collected,
            observed,
        }
    }

    /// What collections do not tell of a server.
    fn gap(&self, requirement: &Requirement, server: Option<&DnsName>) -> Option<Gap> {
        self.collections.gap(server?, &requirement.holder)
    }

    /// The servers of which collections took too little to say what serves each usage.
    fn not_collected(&self, requirement: &Requirement, by_server: &[ServerChoices<'_>]) -> Vec<DnsName> {
        let is_open = |one: &&ServerChoices<'_>| {
            self.gap(requirement, one.server).is_some() && one.choices.len() < requirement.usages.len()
        };
        by_server.iter().filter(is_open).filter_map(|one| one.server).cloned().collect()
    }

    /// Servers of which nothing is known are taken to hold what the others of the pool hold; where nothing is known of any,
    /// the best match of names.
    fn fill_in(&self, requirement: &Requirement, by_server: &mut [ServerChoices<'_>]) {
        let known = by_server.iter().map(|one| &one.choices).find(|choices| !choices.is_empty());
        let fallback = match known {
            Some(choices) => choices.iter().map(|(usage, choice)| (*usage, choice.as_best_match())).collect(),
            None => self.best_choices(requirement, by_server.first().and_then(|one| one.server)),
        };
        let is_open = |one: &&mut ServerChoices<'_>| {
            one.choices.is_empty() && !one.is_missing && self.gap(requirement, one.server).is_none()
        };
        for one in by_server.iter_mut().filter(is_open) {
            one.choices.clone_from(&fallback);
        }
    }

    fn on_server<'r>(
        &self,
        requirement: &'r Requirement,
        server: Option<&'r DnsName>,
        usage: CertificateUsage,
    ) -> UsageOnServer<'r> {
        let is_only_holder = self.server_counts.get(&usage) == Some(&1);
        UsageOnServer { requirement, server, usage, is_only_holder }
    }

    /// The servers that have a list of what is assigned to them, without a certificate for XMPP (EDGE-XMPP-03).
    fn without_xmpp(&self, requirement: &Requirement, servers: &[Option<&DnsName>]) -> Vec<DnsName> {
        const XMPP: CertificateUsage = CertificateUsage::XmppServer;
        if !requirement.has_usage(XMPP) {
            return Vec::new();
        }
        let has_none = |server: &&DnsName| {
            let usage =
                UsageOnServer { requirement, server: Some(server), usage: XMPP, is_only_holder: false };
            self.records.has_snapshot_of(server) && self.records.assigned_to(&usage).is_none()
        };
        servers.iter().copied().flatten().filter(has_none).cloned().collect()
    }

    /// What is staged on the servers, each once.
    fn roll_overs(&self, requirement: &Requirement, servers: &[Option<&DnsName>]) -> Vec<RollOver> {
        let mut known: Vec<RollOver> = Vec::new();
        for server in servers {
            for &usage in &requirement.usages {
                let on_server = self.on_server(requirement, *server, usage);
                let Some(staged) = self.records.roll_over(&on_server) else { continue };
                let same = |other: &&mut RollOver| {
                    (other.current, other.next, other.effective)
                        == (staged.current, staged.next, staged.effective)
                };
                match known.iter_mut().find(same) {
                    Some(other) if other.usages.contains(&usage) => {}
                    Some(other) => other.usages.push(usage),
                    None => known.push(staged),
                }
            }
        }
        known
    }

    /// For each assigned certificate a newer one that is valid, fits as well, and is assigned to nothing.
    fn renewals(&self, requirement: &Requirement, holdings: &[Holding]) -> Vec<Renewal> {
        let mut renewals = Vec::new();
        for holding in holdings.iter().filter(|holding| holding.assigned_by == AssignedBy::Assigned) {
            let assigned = self.candidate(holding.certificate);
            let missing = assigned.missing_names(requirement).count();
            let fits = |other: &Candidate<'_>| {
                other.certificate.not_before > assigned.certificate.not_before
                    && other.certificate.is_valid_at(self.now)
                    && !self.records.mention(other.id, other.certificate.sha1)
                    // What lies in the place of another holder is in use there.
                    && !other.is_placed_elsewhere(requirement)
                    && other.is_eligible(requirement, holding.servers.first(), FoundIn::AnyFolder)
                    && other.missing_names(requirement).count() <= missing
            };
            let tied = self.index.with_own_name(requirement).into_iter().map(|id| self.candidate(id));
            if let Some(newer) = self.best(requirement, tied.filter(fits)) {
                let renewal = Renewal { assigned: holding.certificate, newer };
                if !renewals.contains(&renewal) {
                    renewals.push(renewal);
                }
            }
        }
        renewals
    }

    /// The certificate that comes nearest to an unmet requirement, and what it is short of.
    fn nearest_miss(&self, requirement: &Requirement) -> Option<String> {
        let mut looked_at = HashSet::new();
        let mut nearest: Option<(usize, SortKey, Candidate<'_>, Vec<&DnsName>)> = None;
        for (rank, tied) in self.index.with_required_names(requirement).into_iter().enumerate() {
            // A certificate that none of the lists before has lacks at least that many names, and the lists grow longer.
            if nearest.as_ref().is_some_and(|(lacking, ..)| *lacking < rank) {
                break;
            }
            for &id in tied.iter().filter(|id| looked_at.insert(**id)) {
                let candidate = self.candidate(id);
                let Some(missing) = candidate.shortfall(requirement) else { continue };
                let is_nearer = |(lacking, key, ..): &(usize, SortKey, Candidate<'_>, Vec<&DnsName>)| {
                    (missing.len(), self.sort_key(requirement, &candidate)) < (*lacking, *key)
                };
                if nearest.as_ref().is_none_or(is_nearer) {
                    let key = self.sort_key(requirement, &candidate);
                    nearest = Some((missing.len(), key, candidate, missing));
                }
            }
        }
        let (_, _, candidate, missing) = nearest?;
        let path = candidate.certificate.first_path();
        let missing: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
        Some(match missing.as_slice() {
            [] => format!("`{path}` has the names, but is not for this holder"),
            [one] => format!("`{path}` is one name short: {one}"),
            several => format!("`{path}` is {} names short: {}", several.len(), several.join(", ")),
        })
    }
}

/// Whether a choice holds although a collection took too little of the server: what an export names does, and what somebody put into
/// the place of a server that was not reached. All that lies in the place of one that was reached is the whole of its store.
fn is_known(choice: Choice, gap: Gap) -> bool {
    match (choice.assigned_by, gap) {
        (AssignedBy::Assigned, _) | (AssignedBy::Placed, Gap::NotReached) => true,
        (AssignedBy::Placed, Gap::NotWhole) | (AssignedBy::BestMatch, _) => false,
    }
}

/// Groups servers with equal certificates for equal usages.
fn group_servers(by_server: &[ServerChoices<'_>]) -> Vec<Holding> {
    let mut holdings: Vec<Holding> = Vec::new();
    for one in by_server {
        let mut of_server: Vec<Holding> = Vec::new();
        for (usage, choice) in &one.choices {
            match of_server.iter_mut().find(|holding| holding.certificate == choice.certificate) {
                Some(holding) => holding.usages.push(*usage),
                None => of_server.push(Holding {
                    servers: one.server.iter().map(|server| (*server).clone()).collect(),
                    usages: vec![*usage],
                    certificate: choice.certificate,
                    assigned_by: choice.assigned_by,
                }),
            }
        }
        for holding in of_server {
            match holdings
                .iter_mut()
                .find(|known| known.certificate == holding.certificate && known.usages == holding.usages)
            {
                Some(known) => {
                    known.servers.extend(holding.servers);
                    known.assigned_by = known.assigned_by.max(holding.assigned_by);
                }
                None => holdings.push(holding),
            }
        }
    }
    holdings.sort_by_key(|holding| Reverse(holding.servers.len()));
    holdings
}
