//! What repairs what the rules found: one entry for each certificate that has to be replaced, requested, installed or put elsewhere.
//!
//! A certificate is only called fit after all rules have looked at it in the place that it is meant for, and a day is only called the
//! first on which something breaks after they have judged that day.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use lyncert_ingest::name::DnsName;
use rayon::prelude::*;
use time::{Duration, OffsetDateTime};

use super::engine::{Engine, Ground};
use super::repair_names::{RepairNames, names_of_repair};
use super::{Case, Finding, Matched};
use crate::assign::{AssignedBy, Assignment, Candidates};
use crate::certificate::{CaKind, Certificate};
use crate::holder::Holder;
use crate::ids::{CertificateId, RequirementId};
use crate::matching::lower_case;
use crate::names::{CertificateNames, NameBook};
use crate::order::{Order, Part, order_as_it_lies, order_of, parts_as_served};
use crate::repair::{Repair, RepairAction};
use crate::request::CertificateRequest;
use crate::rule::{Cure, RULES, Rule};
use crate::severity::Severity;

/// What repairs are planned from.
pub(super) struct Planner<'a> {
    pub(super) case: &'a Case<'a>,
    pub(super) ground: &'a Ground<'a>,
    pub(super) matched: &'a [Matched<'a>],
    pub(super) names: &'a NameBook<'a>,
    pub(super) candidates: &'a Candidates<'a>,
    pub(super) findings: &'a [Finding],
}

/// The certificates that are needed, by what serves now, and what has to be done.
pub(super) struct Planned {
    pub(super) orders: Vec<Order>,
    /// The soonest due first, then in the order of the orders.
    pub(super) repairs: Vec<Repair>,
}

/// So many certificates are tried in a place: the best by their names.
const MAX_TRIED: usize = 4;
/// At so many moments it is looked whether something breaks: those at which a certificate of the chain ends.
const MAX_MOMENTS: usize = 16;

/// What is known of the whole, looked up for each repair.
struct Known<'a> {
    /// The open findings that another certificate cures, as places in the list, by requirement.
    by_requirement: Vec<Vec<usize>>,
    /// By the id of a requirement.
    ids: HashMap<&'a str, RequirementId>,
    /// The certificates in use about which there is no error.
    sound: HashSet<CertificateId>,
    /// The certificates in use, with their holders.
    held: HashSet<(CertificateId, HolderKey<'a>)>,
    /// All names that requirements ask for or accept which the policy leaves out: what they need is not for this plan to drop.
    left_out: HashMap<&'a str, &'a DnsName>,
    /// The rules that look at what serves.
    rules: Vec<&'static Rule>,
}

/// Pool and server of a holder.
type HolderKey<'a> = (Option<&'a str>, Option<&'a str>);

fn key_of(holder: &Holder) -> HolderKey<'_> {
    (holder.pool.as_ref().map(DnsName::key), holder.server.as_ref().map(DnsName::key))
}

/// A certificate to be, and what serves now what it is to serve.
struct Place<'a> {
    parts: Vec<Part<'a>>,
    order: Order,
    /// The certificates that serve it, each once.
    present: Vec<CertificateId>,
}

impl<'a> Planner<'a> {
    pub(super) fn plan(&self) -> Planned {
        let scope = &self.case.policy.scope;
        let judged = || self.matched.iter().filter(|matched| scope.includes(&matched.requirement.holder));
        let served = judged().map(|matched| (matched.requirement, matched.assignment));
        let known = self.known();
        let place = |parts: Vec<Part<'a>>| {
            Some(Place { order: order_of(&parts)?, present: self.present(&parts, &known), parts })
        };
        let groups = parts_as_served(served, self.case.facts.certificate_layout);
        let places: Vec<Place<'_>> = groups.into_par_iter().filter_map(place).collect();
        let mut repairs: Vec<Repair> =
            places.par_iter().filter_map(|place| self.repair(place, &known)).collect();
        let mut orders: Vec<Order> = places.into_iter().map(|place| place.order).collect();
        for (order, repair) in self.repairs_of_idle() {
            orders.push(order);
            repairs.push(repair);
        }
        repairs.sort_by_key(|repair| repair.due.date());
        Planned { orders, repairs }
    }

    fn known(&self) -> Known<'a> {
        let mut by_requirement = vec![Vec::new(); self.matched.len()];
        let mut faulty: HashSet<CertificateId> = HashSet::new();
        for (index, finding) in self.findings.iter().enumerate().filter(|(_, finding)| finding.is_open()) {
            if finding.severity == Severity::Error {
                faulty.extend(finding.certificate);
            }
            if is_cured_by_certificate(finding) {
                finding.requirements.iter().for_each(|id| by_requirement[id.index()].push(index));
            }
        }
        let used = self.matched.iter().flat_map(|matched| &matched.assignment.holdings);
        let scope = &self.case.policy.scope;
        let left_out = self.matched.iter().filter(|matched| !scope.includes(&matched.requirement.holder));
        let held = self.matched.iter().flat_map(|matched| {
            let key = key_of(&matched.requirement.holder);
            matched.assignment.holdings.iter().map(move |holding| (holding.certificate, key))
        });
        Known {
            held: held.collect(),
            by_requirement,
            ids: RequirementId::enumerate(self.matched)
                .map(|(id, matched)| (matched.requirement.id.as_str(), id))
                .collect(),
            sound: used.map(|holding| holding.certificate).filter(|id| !faulty.contains(id)).collect(),
            left_out: left_out
                .flat_map(|matched| matched.requirement.known_names())
                .map(|name| (name.key(), name))
                .collect(),
            rules: RULES.iter().copied().filter(|rule| rule.check.judges_what_serves()).collect(),
        }
    }

    fn present(&self, parts: &[Part<'_>], known: &Known<'_>) -> Vec<CertificateId> {
        let mut present = Vec::new();
        let mut seen = HashSet::new();
        for part in parts {
            let Some(id) = known.ids.get(part.requirement.id.as_str()) else { continue };
            let holdings = &id.of(self.matched).assignment.holdings;
            let of_part = holdings
                .iter()
                .filter(|holding| holding.usages.iter().any(|usage| part.usages.contains(usage)));
            present.extend(of_part.map(|holding| holding.certificate).filter(|id| seen.insert(*id)));
        }
        present
    }

    /// What to do about a certificate; `None`: nothing yet.
    fn repair(&self, place: &Place<'a>, known: &Known<'_>) -> Option<Repair> {
        let findings = self.findings_on(&place.parts, known);
        if !findings.iter().any(|finding| asks_for_work(finding)) {
            return None;
        }
        let certificates = self.case.certificates;
        let fitting = self.fitting(place, &findings, known);
        let (action, certificate) = match fitting {
            Some(id) if self.lies_at_the_wrong_place(id, place) => (RepairAction::Move, Some(id)),
            Some(id) => (RepairAction::Install, Some(id)),
            None => {
                let blamed = findings.iter().filter_map(|finding| finding.certificate);
                let present: HashSet<&CertificateId> = place.present.iter().collect();
                let blamed = blamed.into_iter().find(|id| present.contains(id));
                let first_to_end =
                    || place.present.iter().copied().min_by_key(|id| id.of(certificates).not_after);
                match blamed.or_else(first_to_end) {
                    Some(id) => (RepairAction::Replace, Some(id)),
                    None => (RepairAction::Request, None),
                }
            }
        };
        let blamed: HashSet<&str> = findings
            .iter()
            .filter(|finding| finding.certificate == certificate && finding.severity > Severity::Info)
            .filter_map(|finding| finding.name.as_deref())
            .collect();
        let is_new = matches!(action, RepairAction::Replace | RepairAction::Request);
        let request = if is_new { self.waiting_request(&place.parts) } else { None };
        let issued = request.map(|request| request.as_issued(CaKind::Unknown, self.case.now));
        let asked = issued.as_ref().map(CertificateNames::new);
        let names = names_of_repair(&RepairNames {
            order: &place.order,
            parts: &place.parts,
            present: certificate.map(|id| self.names.names(id)),
            is_new,
            asked: asked.as_ref(),
            left_out: &known.left_out,
            blamed: &blamed,
        });
        // A name that is merely optional and not there stays away.
        let mentioned = names.mentioned();
        let is_about_it = |finding: &&&Finding| {
            let name = finding.name.as_ref();
            finding.severity > Severity::Info
                || name.is_none_or(|name| mentioned.contains(&*lower_case(name)))
        };
        let why = findings.iter().filter(is_about_it).map(|finding| finding.id.clone()).collect();
        Some(Repair {
            order: place.order.id.clone(),
            due: self.breaks_at(place, &findings, known),
            why,
            action,
            certificate,
            request: request.map(|request| request.path.clone()),
            keep: names.keep,
            add: names.add,
            further: names.further,
            drop: names.drop,
        })
    }

    /// The open findings that another certificate in this place cures, in the order of the report.
    fn findings_on(&self, parts: &[Part<'_>], known: &Known<'_>) -> Vec<&'a Finding> {
        let mut indices: BTreeSet<usize> = BTreeSet::new();
        for part in parts {
            let Some(id) = known.ids.get(part.requirement.id.as_str()) else { continue };
            let of_part = id.of(&known.by_requirement).iter().copied();
            indices.extend(of_part.filter(|index| concerns(&self.findings[*index], part)));
        }
        indices.into_iter().map(|index| &self.findings[index]).collect()
    }

    /// A request of the folder that no certificate answers, and that asks for just what is needed in this place.
    fn waiting_request(&self, parts: &[Part<'_>]) -> Option<&'a CertificateRequest> {
        let (first, others) = parts.split_first()?;
        let waiting = |part: &Part<'_>| {
            let outlooks = self.ground.requests_for(part.requirement).iter();
            let usages = part.usages.clone();
            outlooks.filter(move |outlook| {
                let has_all = usages.iter().all(|usage| outlook.usages.contains(usage));
                !outlook.is_answered && outlook.would_do_well && has_all
            })
        };
        let mut indices: Vec<usize> = waiting(first).map(|outlook| outlook.index).collect();
        for part in others {
            let of_part: HashSet<usize> = waiting(part).map(|outlook| outlook.index).collect();
            indices.retain(|index| of_part.contains(index));
        }
        let index = *indices.first()?;
        self.case.requests.get(index)
    }

    /// A certificate of the folder that is as it should be in this place, and is not what serves there already.
    fn fitting(&self, place: &Place<'a>, findings: &[&Finding], known: &Known<'_>) -> Option<CertificateId> {
        let first = place.parts.first()?;
        // One certificate that serves all is no way out, unless it is well and only not where it belongs.
        let is_out_of_place = |finding: &&&Finding| finding.cure == Cure::Assignment;
        let may_stay = place.present.len() > 1 || findings.iter().any(|finding| is_out_of_place(&finding));
        let present = place.present.iter().copied().filter(|_| may_stay);
        let spares = self.candidates.spares(first.requirement, MAX_TRIED);
        let mut tried = HashSet::new();
        // What serves somebody else well, is theirs; what serves the same holder for something else badly, is replaced there.
        let is_free = |id: &CertificateId| {
            let is_held = known.held.contains(&(*id, key_of(&first.requirement.holder)));
            !place.present.contains(id) && !known.sound.contains(id) && !is_held
        };
        let others = spares.into_iter().filter(is_free);
        let all = present.take(MAX_TRIED).chain(others);
        all.filter(|id| tried.insert(*id)).find(|id| self.fits(*id, &place.parts, known))
    }

    /// Whether no rule has anything against a certificate in this place that another certificate would cure.
    fn fits(&self, id: CertificateId, parts: &[Part<'_>], known: &Known<'_>) -> bool {
        if !id.of(self.case.certificates).is_valid_at(self.case.now) {
            return false;
        }
        let assignment =
            |part: &Part<'_>| Assignment::supposed(part.requirement, &part.usages, id, AssignedBy::Assigned);
        let assignments: Vec<Assignment> = parts.iter().map(assignment).collect();
        let pairs = parts.iter().zip(&assignments);
        let matched: Vec<Matched<'_>> =
            pairs.map(|(part, assignment)| Matched { requirement: part.requirement, assignment }).collect();
        let findings =
            Engine::new(self.case, self.ground, &matched, self.names).findings_of(&known.rules, &[]);
        let speaks_against = |finding: &Finding| {
            finding.is_open() && (asks_for_work(finding) || finding.severity == Severity::Error)
        };
        !findings.iter().any(speaks_against)
    }

    /// Whether a certificate that would fit here lies in the place of another holder only, and does no good there.
    fn lies_at_the_wrong_place(&self, id: CertificateId, place: &Place<'_>) -> bool {
        !place.present.contains(&id)
            && place.parts.iter().all(|part| self.candidates.is_placed_elsewhere(id, part.requirement))
    }

    /// The first moment at which something breaks there.
    fn breaks_at(&self, place: &Place<'_>, findings: &[&Finding], known: &Known<'_>) -> OffsetDateTime {
        let now = self.case.now;
        let is_broken =
            place.present.is_empty() || findings.iter().any(|finding| finding.severity == Severity::Error);
        if is_broken {
            return now;
        }
        let after = |end: OffsetDateTime| end.checked_add(Duration::SECOND).filter(|moment| *moment > now);
        let present = || place.present.iter().map(|id| id.of(self.case.certificates));
        let ends = present().flat_map(|certificate| {
            let issuers = certificate.chain.paths().flatten().map(|issuer| issuer.not_after);
            std::iter::once(certificate.not_after).chain(issuers)
        });
        // What is wrong now and is cured by other means counts too: it is broken.
        let moments: BTreeSet<OffsetDateTime> = ends.filter_map(after).chain([now]).collect();
        let breaks =
            moments.into_iter().take(MAX_MOMENTS).find(|moment| self.has_error_at(*moment, place, known));
        // What the policy lets pass, breaks nothing: then it is the end.
        breaks
            .or_else(|| present().filter_map(|certificate| after(certificate.not_after)).min())
            .unwrap_or(now)
    }

    fn has_error_at(&self, moment: OffsetDateTime, place: &Place<'_>, known: &Known<'_>) -> bool {
        let case = Case { now: moment, ..*self.case };
        let ids = place.parts.iter().filter_map(|part| known.ids.get(part.requirement.id.as_str()));
        let matched: Vec<Matched<'_>> = ids.map(|id| *id.of(self.matched)).collect();
        let findings = Engine::new(&case, self.ground, &matched, self.names).findings_of(&known.rules, &[]);
        let is_error = |finding: &Finding| finding.is_open() && finding.severity == Severity::Error;
        findings
            .iter()
            .filter(|finding| is_error(finding))
            .any(|finding| place.parts.iter().any(|part| concerns(finding, part)))
    }

    /// What lies in the place of a server or gateway for which the topology calls for no certificate, and is not as it should be: one
    /// like it, for each such place where none is well.
    fn repairs_of_idle(&self) -> Vec<(Order, Repair)> {
        let mut by_place: BTreeMap<&str, (&Holder, Vec<&Finding>)> = BTreeMap::new();
        let mut bad: HashSet<CertificateId> = HashSet::new();
        let scope = &self.case.policy.scope;
        for finding in
            self.findings.iter().filter(|finding| finding.is_open() && is_cured_by_certificate(finding))
        {
            let Some(holder) = finding.place.as_ref().filter(|holder| scope.includes(holder)) else {
                continue;
            };
            let Some(host) = holder.server.as_ref().or(holder.pool.as_ref()) else { continue };
            by_place.entry(host.key()).or_insert_with(|| (holder, Vec::new())).1.push(finding);
            if asks_for_work(finding) {
                bad.extend(finding.certificate);
            }
        }
        let host_of = |holder: &Holder| holder.server.clone().or_else(|| holder.pool.clone());
        let well: HashSet<DnsName> = self
            .ground
            .lying()
            .filter(|lying| !bad.contains(&lying.certificate))
            .filter_map(|lying| host_of(&lying.holder))
            .collect();
        let repair = |(holder, findings): (&Holder, Vec<&Finding>)| {
            let asking = findings.iter().filter(|finding| asks_for_work(finding));
            let certificates = self.case.certificates;
            let id = asking
                .filter_map(|finding| finding.certificate)
                .max_by_key(|id| id.of(certificates).not_after)?;
            if host_of(holder).is_none_or(|host| well.contains(&host)) {
                return None;
            }
            let certificate: &Certificate = id.of(certificates);
            let order = order_as_it_lies(holder, certificate)?;
            let of_it: Vec<&Finding> =
                findings.into_iter().filter(|finding| finding.certificate == Some(id)).collect();
            let is_broken = of_it.iter().any(|finding| finding.severity == Severity::Error);
            let ends = certificate.not_after.checked_add(Duration::SECOND).filter(|_| !is_broken);
            let repair = Repair {
                order: order.id.clone(),
                action: RepairAction::Replace,
                certificate: Some(id),
                request: None,
                due: ends.unwrap_or(self.case.now).max(self.case.now),
                why: of_it.iter().map(|finding| finding.id.clone()).collect(),
                keep: order.names.iter().map(|name| name.name.to_string()).collect(),
                add: Vec::new(),
                further: Vec::new(),
                drop: Vec::new(),
            };
            Some((order, repair))
        };
        by_place.into_values().filter_map(repair).collect()
    }
}

/// Whether another certificate, or one in another place, makes it go away.
fn is_cured_by_certificate(finding: &Finding) -> bool {
    match finding.cure {
        Cure::NewCertificate | Cure::Successor | Cure::Assignment => true,
        Cure::Elsewhere => false,
    }
}

/// Whether something has to be done: advice alone is followed when a certificate is renewed anyway, and that is planned as soon as its
/// end is near.
fn asks_for_work(finding: &Finding) -> bool {
    match finding.cure {
        Cure::Successor => true,
        Cure::NewCertificate | Cure::Assignment => finding.severity > Severity::Info,
        Cure::Elsewhere => false,
    }
}

/// Whether a finding on a requirement is about this part of it.
fn concerns(finding: &Finding, part: &Part<'_>) -> bool {
    finding.usages.is_empty() || finding.usages.iter().any(|usage| part.usages.contains(usage))
}
