//! Which certificate serves which requirement, and how that is known.
//!
//! What exports say of assigned certificates counts first, then where a file was placed in the folder, then the best match of
//! names. `eligible` says which certificates are looked at, `score` which of several is the best.

mod choice;
mod eligible;
mod index;
mod observed;
mod over_time;
mod places;
mod score;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use lyncert_ingest::name::DnsName;
use lyncert_ingest::topology::Topology;
use rayon::prelude::*;
use time::OffsetDateTime;

use self::choice::{Choice, Notes, ServerChoices};
use self::eligible::FoundIn;
use self::index::Index;
pub(crate) use self::observed::is_served_by_http;
pub use self::observed::{BoundAt, ObservedUse, Stored};
pub(crate) use self::over_time::Tie;
pub use self::places::{Reach, TakenFor};
pub(crate) use self::places::{TakenPlace, grouped_places};
use self::score::{Matches, SortKey};
use crate::assignment_record::{
    Answer, AssignmentRecord, AssignmentRecords, MissingCertificate, Precedence, RecordId, RollOver,
    UsageOnServer,
};
use crate::certificate::Certificate;
use crate::collection::{Collections, Gap};
use crate::ids::CertificateId;
use crate::names::{CertificateNames, NameBook};
use crate::placement::{Placement, PlacementReader};
use crate::requirement::Requirement;
use crate::stop::Stop;
use crate::usage::CertificateUsage;

/// How it is known that a certificate serves a requirement, the weakest first.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
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
    /// Usages that complete lists do not name: nothing serves them there.
    pub unassigned: Vec<UnassignedUsage>,
    /// Exports and places of files that name different certificates, where no time decides.
    pub contradictions: Vec<Contradiction>,
    /// What exports say that counted here.
    pub records: Vec<RecordId>,
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

impl Assignment {
    /// One certificate for these usages on all servers, as if it served there already.
    pub(crate) fn supposed(
        requirement: &Requirement,
        usages: &[CertificateUsage],
        certificate: CertificateId,
        assigned_by: AssignedBy,
    ) -> Self {
        let servers = requirement.install_on().to_vec();
        let holding = Holding { servers, usages: usages.to_vec(), certificate, assigned_by };
        Self { holdings: vec![holding], ..Self::default() }
    }

    /// The holdings as certificates on servers, however it is known for each usage: rules look at what serves, and not at the signs.
    pub(crate) fn by_certificate(&self) -> Vec<Cow<'_, Holding>> {
        let mut certificates = HashSet::new();
        if self.holdings.iter().all(|holding| certificates.insert(holding.certificate)) {
            return self.holdings.iter().map(Cow::Borrowed).collect();
        }
        let mut usages: HashMap<(CertificateId, Option<&DnsName>), Vec<CertificateUsage>> = HashMap::new();
        let mut order = Vec::new();
        for holding in &self.holdings {
            let servers = holding.servers.iter().map(Some).chain(holding.servers.is_empty().then_some(None));
            for server in servers {
                let key = (holding.certificate, server);
                let known = usages.entry(key).or_insert_with(|| {
                    order.push((key, holding.assigned_by));
                    Vec::new()
                });
                known.extend(&holding.usages);
            }
        }
        let mut joined: Vec<Holding> = Vec::new();
        let mut places: HashMap<(CertificateId, Vec<CertificateUsage>), usize> = HashMap::new();
        for (key, assigned_by) in order {
            let mut usages = usages.remove(&key).unwrap_or_default();
            usages.sort_unstable();
            let (certificate, server) = key;
            let place = *places.entry((certificate, usages.clone())).or_insert_with(|| {
                joined.push(Holding { servers: Vec::new(), usages, certificate, assigned_by });
                joined.len() - 1
            });
            if let Some(holding) = joined.get_mut(place) {
                holding.servers.extend(server.cloned());
                holding.assigned_by = holding.assigned_by.min(assigned_by);
            }
        }
        joined.into_iter().map(Cow::Owned).collect()
    }
}

/// A usage that nothing is assigned for on a server, by its complete list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnassignedUsage {
    /// The server.
    pub server: DnsName,
    /// The usage.
    pub usage: CertificateUsage,
    /// The list.
    pub source: String,
}

/// Statements that name different certificates for one server and usage, where no time decides.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Contradiction {
    /// The server, if the holder has one.
    pub server: Option<DnsName>,
    /// The usages that it is about.
    pub usages: Vec<CertificateUsage>,
    /// The file that counted.
    pub counted: String,
    /// The files that say otherwise.
    pub others: Vec<String>,
    /// Why the first one counted.
    pub because: Precedence,
}

/// An assigned certificate, and a newer one that would serve as well.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Renewal {
    /// The one that is assigned.
    pub assigned: CertificateId,
    /// The newer one.
    pub newer: CertificateId,
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

/// So many certificates are looked at for the one that comes nearest to an unmet requirement.
const MAX_NEAR: usize = 250;

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
    /// How candidates match requirements, where that is asked again and again.
    matches: Option<&'a Matches>,
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
    stop: Stop,
    matches: Option<Matches>,
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
            stop: Stop::never(),
            matches: None,
        }
    }

    /// The same, to be asked for the same requirements at many times: how a certificate matches a requirement does not change, and is
    /// kept.
    pub(crate) fn over_time(self) -> Self {
        Self { matches: Some(Matches::default()), ..self }
    }

    /// The same, for as long as somebody waits for it.
    pub(crate) fn until(self, stop: &Stop) -> Self {
        Self { stop: stop.clone(), ..self }
    }

    fn candidate(&self, id: CertificateId) -> Candidate<'_> {
        Candidate {
            id,
            certificate: id.of(self.names.certificates()),
            names: self.names.names(id),
            placements: &self.placements[id.index()],
            matches: self.matches.as_ref(),
        }
    }

    /// How each requirement is served, in their order.
    pub(crate) fn assignments(&self, requirements: &[Requirement]) -> Vec<Assignment> {
        let assignment = |requirement: &Requirement| {
            if self.stop.is_said() { Assignment::default() } else { self.assignment(requirement) }
        };
        requirements.par_iter().map(assignment).collect()
    }

    /// What exports say.
    pub(crate) fn records(&self) -> &AssignmentRecords {
        &self.records
    }

    /// How many servers have each usage.
    pub(crate) fn server_counts(&self) -> &HashMap<CertificateUsage, usize> {
        &self.server_counts
    }

    /// How a requirement is served.
    pub(crate) fn assignment(&self, requirement: &Requirement) -> Assignment {
        let installed_on = requirement.install_on();
        let servers: Vec<Option<&DnsName>> =
            if installed_on.is_empty() { vec![None] } else { installed_on.iter().map(Some).collect() };
        let mut notes = Notes::default();
        let mut by_server: Vec<ServerChoices<'_>> = servers
            .iter()
            .map(|server| {
                let mut one = self.recorded_choices(requirement, *server, &mut notes);
                if let Some(gap) = self.gap(requirement, *server) {
                    one.choices.retain(|(_, choice)| is_known(*choice, gap));
                }
                one
            })
            .collect();
        let not_collected = self.not_collected(requirement, &by_server);
        self.fill_in(requirement, &mut by_server);
        let without_xmpp = self.without_xmpp(requirement, &servers);
        let is_without: HashSet<&DnsName> = without_xmpp.iter().collect();
        for one in &mut by_server {
            if one.server.is_some_and(|server| is_without.contains(server)) {
                one.choices.retain(|(usage, _)| *usage != CertificateUsage::XmppServer);
            }
        }
        let holdings = group_servers(&by_server);
        let is_unmet = holdings.is_empty() && not_collected.is_empty();
        let nearest_miss = if is_unmet { self.nearest_miss(requirement) } else { None };
        let renewals = self.renewals(requirement, &holdings);
        let roll_overs = self.roll_overs(requirement, &servers);
        let Notes { missing, unassigned, contradictions, records } = notes;
        let observed = self.observed(requirement);
        Assignment {
            holdings,
            nearest_miss,
            missing,
            unassigned,
            contradictions,
            records,
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

    /// Servers of which nothing is known are taken to hold what the others of the pool hold, usage by usage; where nothing is known of
    /// any, the best match of names.
    fn fill_in(&self, requirement: &Requirement, by_server: &mut [ServerChoices<'_>]) {
        if by_server.iter().all(|one| one.lacks_some || !one.choices.is_empty()) {
            return;
        }
        let of_others = |usage: CertificateUsage| {
            let known = by_server.iter().flat_map(|one| &one.choices);
            known.into_iter().find(|(known, _)| *known == usage).map(|(_, choice)| choice.as_best_match())
        };
        let known: Vec<_> = requirement.usages.iter().map(|usage| (*usage, of_others(*usage))).collect();
        let best = if known.iter().all(|(_, choice)| choice.is_some()) {
            Vec::new()
        } else {
            self.best_choices(requirement, by_server.first().and_then(|one| one.server))
        };
        let of_best =
            |usage: CertificateUsage| best.iter().find(|(own, _)| *own == usage).map(|(_, choice)| *choice);
        let fallback: Vec<_> = known
            .into_iter()
            .filter_map(|(usage, choice)| Some((usage, choice.or_else(|| of_best(usage))?)))
            .collect();
        let is_open = |one: &&mut ServerChoices<'_>| {
            one.choices.is_empty() && !one.lacks_some && self.gap(requirement, one.server).is_none()
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

    /// The servers that have a list of all that is assigned to them, without a certificate for XMPP (EDGE-XMPP-03).
    fn without_xmpp(&self, requirement: &Requirement, servers: &[Option<&DnsName>]) -> Vec<DnsName> {
        const XMPP: CertificateUsage = CertificateUsage::XmppServer;
        if !requirement.has_usage(XMPP) {
            return Vec::new();
        }
        let has_none = |server: &&DnsName| {
            let usage =
                UsageOnServer { requirement, server: Some(server), usage: XMPP, is_only_holder: false };
            self.records.has_complete_list_of(server)
                && matches!(self.records.answer(&usage), Answer::Unknown)
        };
        servers.iter().copied().flatten().filter(has_none).cloned().collect()
    }

    /// What is staged on the servers, each once.
    fn roll_overs(&self, requirement: &Requirement, servers: &[Option<&DnsName>]) -> Vec<RollOver> {
        let mut known: Vec<RollOver> = Vec::new();
        let mut places: HashMap<_, usize> = HashMap::new();
        for server in servers {
            for &usage in &requirement.usages {
                let on_server = self.on_server(requirement, *server, usage);
                let Some(staged) = self.records.roll_over(&on_server) else { continue };
                let key = (staged.current, staged.next, staged.effective);
                match places.get(&key).and_then(|place| known.get_mut(*place)) {
                    Some(other) if other.usages.contains(&usage) => {}
                    Some(other) => other.usages.push(usage),
                    None => {
                        places.insert(key, known.len());
                        known.push(staged);
                    }
                }
            }
        }
        known
    }

    /// For each assigned certificate a newer one that ends later, is valid, fits as well, and serves nothing else, by what exports say
    /// and by its places.
    fn renewals(&self, requirement: &Requirement, holdings: &[Holding]) -> Vec<Renewal> {
        let mut renewals = Vec::new();
        for holding in holdings.iter().filter(|holding| holding.assigned_by == AssignedBy::Assigned) {
            let assigned = self.candidate(holding.certificate);
            let fit = assigned.fit(requirement);
            let fits = |other: &Candidate<'_>| {
                other.certificate.not_before > assigned.certificate.not_before
                    && other.certificate.not_after > assigned.certificate.not_after
                    && other.certificate.is_valid_at(self.now)
                    && other.placements.iter().all(|placement| placement.may_mean(requirement))
                    && !self.records.mention(other.id, other.certificate.sha1)
                    // What lies in the place of another holder is in use there.
                    && !other.is_placed_elsewhere(requirement)
                    && other.is_eligible(requirement, holding.servers.first(), FoundIn::AnyFolder)
                    && other.fit(requirement).is_as_good_as(fit)
            };
            let tied = self.index.that_may_serve(requirement).into_iter().map(|id| self.candidate(id));
            if let Some(newer) = self.best(requirement, tied.filter(fits)) {
                let renewal = Renewal { assigned: holding.certificate, newer };
                if !renewals.contains(&renewal) {
                    renewals.push(renewal);
                }
            }
        }
        renewals
    }

    /// Certificates that may serve a requirement by their names and are valid, though a path or an export may say that they are
    /// somebody else's: at most so many, the best in front.
    pub(crate) fn spares(&self, requirement: &Requirement, most: usize) -> Vec<CertificateId> {
        let tied = self.index.that_may_serve(requirement).into_iter().map(|id| self.candidate(id));
        let server = requirement.holder.server.as_ref();
        let eligible = tied.filter(|candidate| {
            candidate.certificate.is_valid_at(self.now)
                && candidate.is_eligible(requirement, server, FoundIn::AnyFolder)
        });
        let mut keyed: Vec<_> =
            eligible.map(|candidate| (self.sort_key(requirement, &candidate), candidate.id)).collect();
        keyed.sort_unstable();
        keyed.into_iter().take(most).map(|(_, id)| id).collect()
    }

    /// Whether each path of a certificate says that it serves other holders or other usages only.
    pub(crate) fn is_placed_elsewhere(&self, id: CertificateId, requirement: &Requirement) -> bool {
        self.candidate(id).is_placed_elsewhere(requirement)
    }

    /// The certificate that comes nearest to an unmet requirement, and what it is short of. In a large pool all certificates have names
    /// that each server needs: the first [`MAX_NEAR`] of those with the rarest names are looked at.
    fn nearest_miss(&self, requirement: &Requirement) -> Option<String> {
        let (mut looked_at, mut has_more) = (HashSet::new(), false);
        let mut nearest: Option<(usize, SortKey, Candidate<'_>, Vec<&DnsName>)> = None;
        for (rank, tied) in self.index.with_required_names(requirement).into_iter().enumerate() {
            // A certificate that none of the lists before has lacks at least that many names, and the lists grow longer.
            if nearest.as_ref().is_some_and(|(lacking, ..)| *lacking < rank) {
                break;
            }
            for &id in tied {
                if looked_at.contains(&id) {
                    continue;
                }
                if looked_at.len() == MAX_NEAR {
                    has_more = true;
                    break;
                }
                looked_at.insert(id);
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
        let told = match missing.as_slice() {
            [] => format!("`{path}` has the names, but is not for this holder"),
            [one] => format!("`{path}` is one name short: {one}"),
            several => format!("`{path}` is {} names short: {}", several.len(), several.join(", ")),
        };
        Some(if has_more { format!("{told} (the nearest of {MAX_NEAR} that were looked at)") } else { told })
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
    let mut places: HashMap<_, usize> = HashMap::new();
    for one in by_server {
        let mut of_server: Vec<Holding> = Vec::new();
        for (usage, choice) in &one.choices {
            let is_same = |holding: &&mut Holding| {
                holding.certificate == choice.certificate && holding.assigned_by == choice.assigned_by
            };
            match of_server.iter_mut().find(is_same) {
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
            let key = (holding.certificate, holding.usages.clone(), holding.assigned_by);
            match places.get(&key).and_then(|place| holdings.get_mut(*place)) {
                Some(known) => known.servers.extend(holding.servers),
                None => {
                    places.insert(key, holdings.len());
                    holdings.push(holding);
                }
            }
        }
    }
    holdings.sort_by_key(|holding| Reverse(holding.servers.len()));
    holdings
}
