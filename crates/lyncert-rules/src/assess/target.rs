//! Whom a deviation concerns, and the finding that comes of both.

use std::borrow::Cow;

use lyncert_ingest::name::DnsName;

use super::Finding;
use super::lying::Lying;
use crate::assign::Holding;
use crate::holder::Holder;
use crate::ids::{CertificateId, RequirementId};
use crate::requirement::Requirement;
use crate::rule::{Deviation, Rule};
use crate::severity::Severity;
use crate::usage::CertificateUsage;

/// Whom a deviation concerns: requirements, each with the servers and usages that are meant.
pub(super) struct Target {
    pub(super) parts: Vec<TargetPart>,
    pub(super) certificate: Option<CertificateId>,
    /// In whose place the certificate lies, where it serves nothing.
    pub(super) place: Option<Holder>,
    /// Findings are no more severe than this.
    pub(super) at_most: Severity,
}

/// A requirement, or a part of it.
pub(super) struct TargetPart {
    pub(super) requirement: RequirementId,
    pub(super) servers: Vec<DnsName>,
    pub(super) usages: Vec<CertificateUsage>,
}

impl Target {
    pub(super) fn new(parts: Vec<TargetPart>, certificate: Option<CertificateId>) -> Self {
        Self { parts, certificate, place: None, at_most: Severity::Error }
    }

    /// A certificate that lies in the place of a server or pool and serves nothing.
    pub(super) fn of_idle(idle: &Lying) -> Self {
        let Lying { certificate, holder, is_called_for } = idle;
        Self {
            place: Some(holder.clone()),
            at_most: if *is_called_for { Severity::Info } else { Severity::Error },
            ..Self::new(Vec::new(), Some(*certificate))
        }
    }

    /// Nobody's certificate: a statement about the whole topology, folder or policy.
    pub(super) fn whole() -> Self {
        Self::new(Vec::new(), None)
    }

    /// A certificate with all that it serves.
    pub(super) fn of_certificate(certificate: CertificateId, served: &[(RequirementId, &Holding)]) -> Self {
        let part = |(requirement, holding): &(RequirementId, &Holding)| TargetPart {
            requirement: *requirement,
            servers: holding.servers.clone(),
            usages: holding.usages.clone(),
        };
        Self::new(served.iter().map(part).collect(), Some(certificate))
    }

    /// A requirement with all that serves it.
    pub(super) fn of_requirement(id: RequirementId, requirement: &Requirement) -> Self {
        let part = TargetPart {
            requirement: id,
            servers: requirement.holder.server.iter().cloned().collect(),
            usages: requirement.usages.clone(),
        };
        Self::new(vec![part], None)
    }

    /// One target where the certificate is on all servers of the holder, else one for each server.
    pub(super) fn of_holding(id: RequirementId, requirement: &Requirement, holding: &Holding) -> Vec<Self> {
        let target = |servers: Vec<DnsName>| {
            let part = TargetPart { requirement: id, servers, usages: holding.usages.clone() };
            Self::new(vec![part], Some(holding.certificate))
        };
        if is_one_target(requirement, holding) {
            return vec![target(requirement.holder.server.iter().cloned().collect())];
        }
        holding.servers.iter().map(|server| target(vec![server.clone()])).collect()
    }

    /// How many targets a holding is.
    pub(super) fn count_of_holding(requirement: &Requirement, holding: &Holding) -> usize {
        if is_one_target(requirement, holding) { 1 } else { holding.servers.len() }
    }

    /// The parts with one of these usages; all where none is given.
    fn parts_for(&self, only: &[CertificateUsage]) -> Vec<&TargetPart> {
        let concerned =
            |part: &&TargetPart| only.is_empty() || part.usages.iter().any(|usage| only.contains(usage));
        self.parts.iter().filter(concerned).collect()
    }
}

fn is_one_target(requirement: &Requirement, holding: &Holding) -> bool {
    requirement.holder.server.is_some() || holding.servers.len() >= requirement.shared_by.len()
}

/// What a rule says of a target.
pub(super) fn build_finding(rule: &'static Rule, target: &Target, deviation: Deviation) -> Finding {
    let parts = target.parts_for(deviation.only);
    let of_place = target.place.iter().filter_map(|holder| holder.server.as_ref());
    let mut servers: Vec<&DnsName> = parts.iter().flat_map(|part| &part.servers).chain(of_place).collect();
    servers.sort();
    servers.dedup();
    let of_parts = || if let [only] = servers.as_slice() { Some((*only).clone()) } else { None };
    let usages_of_parts = || parts.iter().flat_map(|part| part.usages.iter().copied()).collect();
    let (server, usages) = match deviation.on_server {
        Some((server, usages)) => (Some(server), usages),
        None => (of_parts(), usages_of_parts()),
    };
    let mut requirements: Vec<RequirementId> = parts.iter().map(|part| part.requirement).collect();
    // A certificate serves one several times that is held by some servers for other usages, or known there in another way.
    requirements.dedup();
    let said = deviation.severity.unwrap_or(rule.severity);
    let severity = said.min(target.at_most);
    Finding {
        id: String::new(),
        rule,
        clause: deviation.clause,
        severity,
        requirements,
        server,
        usages,
        certificate: target.certificate,
        place: target.place.clone(),
        file: deviation.file,
        name: deviation.name,
        message: deviation.message,
        expected: deviation.expected,
        policy_reasons: deviation.policy_reasons,
        found: deviation.found,
        consequence: consequence(rule, severity, said, deviation.consequence),
        remedy: deviation.remedy.map_or(Cow::Borrowed(rule.remedy), Cow::Owned),
        cure: deviation.cure.unwrap_or(rule.cure),
        waived: None,
    }
}

/// What is said of information whose rule tells no consequence of its own for it: what it says of errors is not so here.
const BREAKS_NOTHING: &str = "nothing breaks by this alone";
/// What users notice of a certificate that nothing uses.
const SERVES_NOTHING: &str = "nothing, as long as the certificate serves nothing";

/// What users notice. Information never tells of an outage: where a rule's usual consequence is one, it does not hold.
fn consequence(
    rule: &'static Rule,
    severity: Severity,
    said: Severity,
    own: Option<String>,
) -> Cow<'static, str> {
    if severity < said {
        return Cow::Borrowed(SERVES_NOTHING);
    }
    let is_less = severity == Severity::Info && rule.severity > Severity::Info;
    own.map_or(Cow::Borrowed(if is_less { BREAKS_NOTHING } else { rule.rationale }), Cow::Owned)
}
