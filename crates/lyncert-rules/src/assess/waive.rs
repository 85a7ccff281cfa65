//! Which findings a waiver covers.

use std::collections::HashMap;

use lyncert_ingest::name::DnsName;
use time::OffsetDateTime;

use super::{Finding, Matched};
use crate::certificate::Certificate;
use crate::ids::RequirementId;
use crate::policy::{Waiver, WaiverScope};

/// The waivers in force, by what findings they can cover: a policy may have many, and an estate many findings.
pub(super) struct WaiverIndex<'a> {
    /// By rule and name, in lower case.
    by_name: HashMap<(&'a str, String), Vec<usize>>,
    /// By rule and server, those that give no name.
    by_server: HashMap<(&'a str, &'a DnsName), Vec<usize>>,
    /// By rule, those that give neither.
    others: HashMap<&'a str, Vec<usize>>,
}

impl<'a> WaiverIndex<'a> {
    pub(super) fn new(waivers: &'a [Waiver], now: OffsetDateTime) -> Self {
        let mut index = Self { by_name: HashMap::new(), by_server: HashMap::new(), others: HashMap::new() };
        for (place, waiver) in waivers.iter().enumerate().filter(|(_, waiver)| !waiver.has_expired_at(now)) {
            let places = match (&waiver.scope.name, &waiver.scope.server) {
                (Some(name), _) => index.by_name.entry((waiver.rule, name.to_ascii_lowercase())).or_default(),
                (None, Some(server)) => index.by_server.entry((waiver.rule, server)).or_default(),
                (None, None) => index.others.entry(waiver.rule).or_default(),
            };
            places.push(place);
        }
        index
    }

    /// The places of those that may cover a finding.
    pub(super) fn for_finding<'f>(&'f self, finding: &'f Finding) -> impl Iterator<Item = usize> + 'f {
        let rule = finding.rule.id;
        let name = finding.name.as_ref().filter(|_| !self.by_name.is_empty());
        let by_name = name.and_then(|name| self.by_name.get(&(rule, name.to_ascii_lowercase())));
        let by_server = finding.server.as_ref().and_then(|server| self.by_server.get(&(rule, server)));
        let lists = [by_name, by_server, self.others.get(rule)];
        lists.into_iter().flatten().flatten().copied()
    }
}

impl Waiver {
    /// Whether it covers a finding, leaving its last day aside.
    pub(super) fn covers(
        &self,
        finding: &Finding,
        matched: &[Matched<'_>],
        certificates: &[Certificate],
    ) -> bool {
        let WaiverScope { pool, server, certificate, name } = &self.scope;
        finding.rule.id == self.rule
            && pool.as_ref().is_none_or(|pool| is_of_pool(finding, pool, matched))
            && server.as_ref().is_none_or(|server| finding.server.as_ref() == Some(server))
            && certificate.as_ref().is_none_or(|wanted| is_certificate(finding, wanted, certificates))
            && name
                .as_ref()
                .is_none_or(|name| finding.name.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(name)))
    }
}

fn is_of_pool(finding: &Finding, pool: &DnsName, matched: &[Matched<'_>]) -> bool {
    let is_of_pool = |id: &RequirementId| id.of(matched).requirement.holder.pool.as_ref() == Some(pool);
    let lies_there = finding.place.as_ref().is_some_and(|holder| holder.pool.as_ref() == Some(pool));
    lies_there || !finding.requirements.is_empty() && finding.requirements.iter().all(is_of_pool)
}

fn is_certificate(finding: &Finding, wanted: &str, certificates: &[Certificate]) -> bool {
    let certificate = finding.certificate.map(|id| id.of(certificates));
    let is_one = |certificate: &Certificate| {
        // A path names one file. What was accepted there was not accepted where a copy lies.
        certificate.paths.iter().all(|path| path.eq_ignore_ascii_case(wanted))
            || wanted.parse().is_ok_and(|sha1| certificate.sha1 == sha1)
            || wanted.parse().is_ok_and(|sha256| certificate.sha256 == sha256)
    };
    certificate.is_some_and(is_one)
        || finding.file.as_ref().is_some_and(|file| file.eq_ignore_ascii_case(wanted))
}
