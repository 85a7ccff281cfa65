//! A try before it hurts: one certificate, or the one that would come of a request, in the place of what it may be for.
//!
//! There is no second judge: the engine runs the rules of an audit on an assignment that is made up. What an audit says of a certificate
//! in use is said of it here, word for word.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use lyncert_ingest::name::DnsName;
use rayon::prelude::*;

use super::engine::{Engine, Ground};
use super::refusal::Refusal;
use super::wanted::{Groups, Wanted};
use super::{Case, Finding, Matched};
use crate::assign::{AssignedBy, Assignment, Reach, TakenFor, TakenPlace, grouped_places};
use crate::certificate::{CaKind, Certificate};
use crate::collection::Collections;
use crate::holder::Holder;
use crate::ids::CertificateId;
use crate::matching::NameSet;
use crate::names::{NameBook, NameCover};
use crate::request::CertificateRequest;
use crate::requirement::{Need, Requirement};
use crate::rule::{RULES, RequestOutlook, Rule};
use crate::severity::Severity;
use crate::stop::Stop;
use crate::usage::CertificateUsage;

/// Whether it would do.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Fits {
    /// Nothing is wrong with it there.
    Yes,
    /// It would serve, with warnings.
    WithWarnings,
    /// It would fail, or there is nothing that it could be for.
    No,
}

/// A certificate or request in the place that it fits best.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Id of the order that has all requirements that it would serve.
    pub order: String,
    /// What it would serve, in the order of the requirements. Never empty.
    pub parts: Vec<TrialPart>,
    /// How it is known that it would be for that.
    pub taken_for: TakenFor,
    /// Whether its subject is none that is expected or accepted there.
    pub lacks_subject: bool,
    /// Whether it would do.
    pub fits: Fits,
    /// Required and recommended names that it lacks, each once.
    pub missing: Vec<DnsName>,
    /// Its entries that nothing there needs.
    pub surplus: Vec<String>,
    /// What the rules of an audit say of it there, worst first.
    pub findings: Vec<Finding>,
    /// What a CA would refuse of a request, whatever it is for; empty for certificates.
    pub refusals: Vec<Refusal>,
    /// Other holders that it would do for as well, each with the usages.
    pub also_fits: Vec<(Holder, Vec<CertificateUsage>)>,
}

/// A requirement that a certificate would serve, whole or in part.
#[derive(Clone, Debug)]
pub struct TrialPart {
    /// The requirement.
    pub requirement: Requirement,
    /// The usages that it would serve.
    pub usages: Vec<CertificateUsage>,
    /// How each name of the requirement is covered, in their order.
    pub covers: Vec<Option<NameCover>>,
}

impl TrialPart {
    /// Whether a name of the requirement is needed for what the certificate would serve.
    pub fn concerns(&self, name: &crate::requirement::RequiredName) -> bool {
        name.usages.iter().any(|usage| self.usages.contains(usage))
    }
}

impl Trial {
    /// The usages of all parts.
    pub fn usages(&self) -> Vec<CertificateUsage> {
        self.parts.iter().flat_map(|part| part.usages.iter().copied()).collect()
    }

    /// The holder; all parts have the same.
    pub fn holder(&self) -> Option<&Holder> {
        self.parts.first().map(|part| &part.requirement.holder)
    }

    /// Open errors and warnings about other things than missing names, and what a CA would refuse, each in a few words.
    pub fn faults(&self) -> Vec<String> {
        let is_told = |finding: &&Finding| {
            finding.is_open() && finding.severity > Severity::Info && finding.rule.id != MISSING_NAME
        };
        let findings = self.findings.iter().filter(is_told).map(|finding| finding.message.clone());
        let mut faults: Vec<String> = self.refusals.iter().map(ToString::to_string).chain(findings).collect();
        let mut seen = HashSet::new();
        faults.retain(|fault| seen.insert(fault.clone()));
        faults
    }
}

/// The rule that tells missing names, which a trial lists by themselves.
const MISSING_NAME: &str = "san-missing";

/// Each server's or service's certificate of a case in the place that it fits best; `None` for those that could be for nothing, and
/// for certificates of CAs. In the order of the certificates.
pub fn try_certificates(
    case: &Case<'_>,
    requirements: &[Requirement],
    wanted: &Wanted,
) -> Vec<Option<Trial>> {
    let names = NameBook::new(case.certificates);
    let ground = Ground::new(case, requirements, &Stop::never());
    let bench = Bench { of_requests: false, case, ground, names: &names };
    let rules: Vec<&'static Rule> =
        RULES.iter().copied().filter(|rule| rule.check.judges_what_serves()).collect();
    let groups = Groups::new(requirements, case.facts);
    let places = groups.places(case, &names, wanted, Reach::AnyName);
    let ids: Vec<CertificateId> = CertificateId::enumerate(case.certificates).map(|(id, _)| id).collect();
    let tried = ids.par_iter().zip(&places).map(|(id, places)| {
        let judge = |group: &[TakenPlace]| bench.trial(*id, group, &groups, &rules, Vec::new());
        best_of(places, &groups, &judge)
    });
    tried.collect()
}

/// The certificate that would come of each request, if a CA issued what it asks for, in the place that it fits best. In the order of the
/// requests.
pub fn try_requests(
    case: &Case<'_>,
    requirements: &[Requirement],
    requests: &[CertificateRequest],
    wanted: &Wanted,
    reach: Reach,
) -> Vec<Option<Trial>> {
    if requests.is_empty() {
        return Vec::new();
    }
    let issued = |ca_kind: CaKind| -> Vec<Certificate> {
        requests.iter().map(|request| request.as_issued(ca_kind, case.now)).collect()
    };
    let (by_any, by_public) = (issued(CaKind::Unknown), issued(CaKind::Public));
    let collections = Collections::default();
    let of_issued = |certificates| Case {
        certificates,
        assignment_records: &[],
        collections: &collections,
        lists: &[],
        keys: &[],
        requests: &[],
        ..*case
    };
    let (case_any, case_public) = (of_issued(&by_any), of_issued(&by_public));
    let (names_any, names_public) = (NameBook::new(&by_any), NameBook::new(&by_public));
    let ground = |case| Ground::new(case, requirements, &Stop::never());
    let bench = |case, names| Bench { of_requests: true, case, ground: ground(case), names };
    let (any, public) = (bench(&case_any, &names_any), bench(&case_public, &names_public));
    let rules: Vec<&'static Rule> = RULES.iter().copied().filter(|rule| rule.judges_requests).collect();
    let groups = Groups::new(requirements, case.facts);
    let places = groups.places(&case_any, &names_any, wanted, reach);
    let of_requests = CertificateId::enumerate(&by_any).map(|(id, _)| id).zip(requests);
    let of_requests: Vec<_> = of_requests.zip(places).collect();
    let tried = of_requests.par_iter().map(|((id, request), places)| {
        let judge = |group: &[TakenPlace]| {
            let is_public = group.iter().any(|place| place.requirement.of(requirements).public_ca);
            let bench = if is_public { &public } else { &any };
            bench.trial(*id, group, &groups, &rules, Refusal::of(request, is_public, case.now))
        };
        best_of(places, &groups, &judge)
    });
    tried.collect()
}

/// So many places are looked at closely; those that fit worse are not better than the worst of these.
const MAX_TRIED: usize = 8;

/// The trial that comes out best, with the holders that it would do for as well.
fn best_of(
    places: &[TakenPlace],
    groups: &Groups<'_>,
    judge: &dyn Fn(&[TakenPlace]) -> Trial,
) -> Option<Trial> {
    let mut sets = grouped_places(places, &|requirement| groups.group_of(requirement));
    let penalty = |set: &Vec<TakenPlace>| {
        let sum = |of: fn(&TakenPlace) -> usize| set.iter().map(of).sum::<usize>();
        (sum(|place| place.penalty.0), sum(|place| place.penalty.1), sum(|place| place.penalty.2))
    };
    sets.sort_by_key(|set| (lacks_subject(set), penalty(set)));
    // What it is for its names and subject say, whether or not it would do there.
    let mut trials: Vec<_> = sets
        .iter()
        .take(MAX_TRIED)
        .map(|set| {
            let (_, by_wildcard, other) = penalty(set);
            let trial = judge(set);
            let key = (trial.missing.len(), other, by_wildcard, trial.fits, Reverse(trial.parts.len()));
            ((lacks_subject(set), key), trial)
        })
        .collect();
    trials.sort_by_key(|(key, _)| *key);
    let mut trials = trials.into_iter().map(|(_, trial)| trial);
    let best = trials.next()?;
    let others = trials.filter(|other| other.fits < Fits::No);
    let also_fits = others.filter_map(|other| Some((other.holder()?.clone(), other.usages()))).collect();
    Some(Trial { also_fits, ..best })
}

/// Whether the subject says for none of these places that it is for it.
fn lacks_subject(places: &[TakenPlace]) -> bool {
    places.iter().all(|place| place.lacks_subject)
}

/// Where certificates are tried.
struct Bench<'a> {
    /// Whether what is tried are requests.
    of_requests: bool,
    case: &'a Case<'a>,
    ground: Ground<'a>,
    names: &'a NameBook<'a>,
}

impl Bench<'_> {
    /// What the rules say of a certificate in these places.
    fn trial(
        &self,
        id: CertificateId,
        places: &[TakenPlace],
        groups: &Groups<'_>,
        rules: &[&'static Rule],
        refusals: Vec<Refusal>,
    ) -> Trial {
        let requirement_of = |place: &TakenPlace| place.requirement.of(groups.requirements);
        let assignment = |place: &TakenPlace| {
            Assignment::supposed(requirement_of(place), &place.usages, id, AssignedBy::Placed)
        };
        let assignments: Vec<Assignment> = places.iter().map(assignment).collect();
        let pairs = places.iter().zip(&assignments);
        let matched: Vec<Matched<'_>> = pairs
            .map(|(place, assignment)| Matched { requirement: requirement_of(place), assignment })
            .collect();
        let engine =
            Engine::new(self.case, &self.ground, &matched, self.names).speaking_of_requests(self.of_requests);
        let findings = engine.findings_of(rules, &[]);
        let own = self.names.names(id);
        let part = |place: &TakenPlace| TrialPart {
            requirement: requirement_of(place).clone(),
            usages: place.usages.clone(),
            covers: requirement_of(place).names.iter().map(|name| own.cover(&name.name)).collect(),
        };
        let parts: Vec<TrialPart> = places.iter().map(part).collect();
        let needed: NameSet<'_> = parts.iter().flat_map(|part| part.requirement.known_names()).collect();
        let surplus = own.patterns.iter().filter(|entry| !needed.has_covered_by(entry));
        let open = findings.iter().filter(|finding| finding.is_open()).map(|finding| finding.severity);
        let worst = open.chain(refusals.iter().map(Refusal::severity)).max();
        Trial {
            order: places.first().map_or("", |place| groups.order_id(place.requirement)).to_owned(),
            taken_for: places.first().map_or(TakenFor::Nearest, |place| place.taken_for),
            lacks_subject: lacks_subject(places),
            fits: match worst {
                Some(Severity::Error) => Fits::No,
                Some(Severity::Warning) => Fits::WithWarnings,
                Some(Severity::Info) | None => Fits::Yes,
            },
            missing: missing(&parts),
            surplus: surplus.map(|entry| entry.as_str().to_owned()).collect(),
            parts,
            findings,
            refusals,
            also_fits: Vec::new(),
        }
    }
}

/// The required and recommended names that nothing covers, each once.
fn missing(parts: &[TrialPart]) -> Vec<DnsName> {
    let mut missing: Vec<DnsName> = Vec::new();
    let mut seen: HashSet<&DnsName> = HashSet::new();
    for part in parts {
        for (name, cover) in part.requirement.names.iter().zip(&part.covers) {
            let is_missing = cover.is_none() && name.need > Need::Optional && part.concerns(name);
            if is_missing && seen.insert(&name.name) {
                missing.push(name.name.clone());
            }
        }
    }
    missing
}

/// The requests, by the ids of the requirements that they would be for.
pub(crate) fn outlooks(
    requests: &[CertificateRequest],
    tried: &[Option<Trial>],
) -> HashMap<String, Vec<RequestOutlook>> {
    let mut outlooks: HashMap<String, Vec<RequestOutlook>> = HashMap::new();
    for (place, (request, trial)) in requests.iter().zip(tried).enumerate() {
        let Some(trial) = trial else { continue };
        for (index, part) in trial.parts.iter().enumerate() {
            outlooks.entry(part.requirement.id.clone()).or_default().push(RequestOutlook {
                index: place,
                path: request.path.clone(),
                is_answered: !request.answered_by.is_empty(),
                usages: trial.usages(),
                is_told_here: index == 0,
                missing: trial.missing.clone(),
                faults: trial.faults(),
                would_do: trial.fits < Fits::No,
                would_do_well: trial.fits == Fits::Yes,
            });
        }
    }
    outlooks
}
