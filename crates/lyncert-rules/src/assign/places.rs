//! The places that each certificate may take by itself, whatever else lies beside it: for certificates before they are installed, and
//! for requests before they are sent.

use std::collections::BTreeMap;

use lyncert_ingest::name::DnsName;

use super::eligible::FoundIn;
use super::{Candidate, Candidates};
use crate::ids::{CertificateId, RequirementId};
use crate::requirement::Requirement;
use crate::usage::CertificateUsage;

/// How it is known what a certificate would be for, the weakest first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum TakenFor {
    /// It has some of the names, and too few to be taken for it in an audit.
    Nearest,
    /// Its names fit.
    Fitting,
    /// Its path says so.
    Placed,
    /// Somebody asks.
    Asked,
}

/// A requirement that a certificate may serve.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct TakenPlace {
    pub(crate) requirement: RequirementId,
    /// The usages of the requirement that it would serve.
    pub(crate) usages: Vec<CertificateUsage>,
    pub(crate) taken_for: TakenFor,
    /// Whether its subject is another than the requirement's: who requested it, says by the subject what for.
    pub(crate) lacks_subject: bool,
    /// How badly it fits, lower is better: missing names, names by a wildcard, and what else differs.
    pub(crate) penalty: (usize, usize, usize),
}

/// Which certificates are held against requirements that nothing ties them to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reach {
    /// Only those that have a name of the holder's own or lie in its place.
    Tied,
    /// Also those that have any required name.
    AnyName,
}

impl Candidates<'_> {
    /// The places of each certificate, in the order of certificates; of each only those that are known best.
    pub(crate) fn places(
        &self,
        requirements: &[Requirement],
        is_asked: &dyn Fn(&Requirement) -> Option<Vec<CertificateUsage>>,
        reach: Reach,
    ) -> Vec<Vec<TakenPlace>> {
        let certificates = self.names.certificates();
        let mut places: Vec<Vec<TakenPlace>> = certificates.iter().map(|_| Vec::new()).collect();
        let mut take = |id: CertificateId, place: TakenPlace| places[id.index()].push(place);
        for (requirement_id, requirement) in RequirementId::enumerate(requirements) {
            let asked = is_asked(requirement);
            let tied: Vec<CertificateId> = match (&asked, reach) {
                (Some(_), _) => CertificateId::enumerate(certificates).map(|(id, _)| id).collect(),
                (None, Reach::Tied | Reach::AnyName) => self.tied(requirement, reach),
            };
            let tied: Vec<Candidate<'_>> = tied
                .into_iter()
                .filter(|id| id.of(certificates).is_end_entity())
                .map(|id| self.candidate(id))
                .collect();
            let unnamed = unnamed_usages(requirement, &tied);
            for candidate in tied {
                let id = candidate.id;
                let (taken_for, usages) = match &asked {
                    Some(usages) => (TakenFor::Asked, usages.clone()),
                    None => match candidate.taken_for(requirement, &unnamed) {
                        Some(found) => found,
                        None => continue,
                    },
                };
                let fit = candidate.fit(requirement);
                let (lacks_subject, penalty) = (fit.lacks_subject(), fit.penalty());
                let requirement = requirement_id;
                take(id, TakenPlace { requirement, usages, taken_for, lacks_subject, penalty });
            }
        }
        for places in &mut places {
            let best = places.iter().map(|place| place.taken_for).max();
            places.retain(|place| Some(place.taken_for) == best);
            if best == Some(TakenFor::Nearest) {
                let badness = |place: &TakenPlace| (place.lacks_subject, place.penalty);
                let least = places.iter().map(badness).min();
                places.retain(|place| Some(badness(place)) == least);
            }
        }
        places
    }

    /// The certificates that have a name of the holder's own or lie in its place.
    fn tied(&self, requirement: &Requirement, reach: Reach) -> Vec<CertificateId> {
        let servers = requirement.install_on().iter().map(Some).chain([None]);
        let placed = servers.flat_map(|server| self.index.placed_for(requirement, server)).copied();
        let mut tied: Vec<CertificateId> = placed.chain(self.index.with_own_name(requirement)).collect();
        if reach == Reach::AnyName {
            tied.extend(self.index.with_required_names(requirement).into_iter().flatten());
        }
        tied.sort_unstable();
        tied.dedup();
        tied
    }
}

impl Candidate<'_> {
    /// Whether it would be taken for the certificate of a requirement, how that is known, and for which usages.
    /// It has those that no path names with the first one, as in an audit.
    fn taken_for(
        &self,
        requirement: &Requirement,
        unnamed: &[CertificateUsage],
    ) -> Option<(TakenFor, Vec<CertificateUsage>)> {
        let installed_on = requirement.install_on();
        let servers = || installed_on.iter().map(Some).chain(installed_on.is_empty().then_some(None));
        if let Some(named) = self.placed_usages(requirement) {
            let is_first = named.first() == requirement.usages.first();
            let is_its =
                |usage: &CertificateUsage| named.contains(usage) || is_first && unnamed.contains(usage);
            let usages = requirement.usages.iter().copied().filter(is_its).collect();
            return Some((TakenFor::Placed, usages));
        }
        let is_eligible = |found_in| {
            servers().any(|server: Option<&DnsName>| self.is_eligible(requirement, server, found_in))
        };
        let all = || requirement.usages.clone();
        if self.is_placed_on(requirement, None) && is_eligible(FoundIn::HoldersFolder) {
            return Some((TakenFor::Placed, all()));
        }
        if self.is_placed_elsewhere(requirement) {
            return None;
        }
        if is_eligible(FoundIn::AnyFolder) {
            return Some((TakenFor::Fitting, all()));
        }
        self.shortfall(requirement).is_some().then(|| (TakenFor::Nearest, all()))
    }

    /// The usages of a requirement that its paths name in the holder's place.
    fn placed_usages(&self, requirement: &Requirement) -> Option<Vec<CertificateUsage>> {
        let is_named = |usage: &CertificateUsage| self.is_placed_on(requirement, Some(*usage));
        let usages: Vec<CertificateUsage> =
            requirement.usages.iter().copied().filter(|usage| is_named(usage)).collect();
        (!usages.is_empty()).then_some(usages)
    }

    /// Whether a path puts it on the holder or one of its servers, and names this usage, or no usage.
    fn is_placed_on(&self, requirement: &Requirement, usage: Option<CertificateUsage>) -> bool {
        self.placements.iter().any(|placement| {
            let servers = requirement.install_on().iter();
            let is_there = placement.is_on(requirement, None, false)
                || servers.into_iter().any(|server| placement.is_on(requirement, Some(server), true));
            is_there
                && match (&placement.usages, usage) {
                    (Some(named), Some(usage)) => named.contains(&usage),
                    (None, None) => true,
                    (Some(_), None) | (None, Some(_)) => false,
                }
        })
    }
}

/// The usages of a requirement that no path of these certificates names in the holder's place.
fn unnamed_usages(requirement: &Requirement, tied: &[Candidate<'_>]) -> Vec<CertificateUsage> {
    let is_named = |usage: &CertificateUsage| {
        tied.iter().any(|candidate| candidate.is_placed_on(requirement, Some(*usage)))
    };
    requirement.usages.iter().copied().filter(|usage| !is_named(usage)).collect()
}

/// Places that one certificate takes together: those in one group, by `group_of`.
pub(crate) fn grouped_places(
    places: &[TakenPlace],
    group_of: &dyn Fn(RequirementId) -> usize,
) -> Vec<Vec<TakenPlace>> {
    let mut groups: BTreeMap<usize, Vec<TakenPlace>> = BTreeMap::new();
    for place in places {
        groups.entry(group_of(place.requirement)).or_default().push(place.clone());
    }
    groups.into_values().collect()
}
