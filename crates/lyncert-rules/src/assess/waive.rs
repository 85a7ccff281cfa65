//! Which findings a waiver covers.

use lyncert_ingest::name::DnsName;

use super::{Finding, Matched};
use crate::certificate::Certificate;
use crate::ids::RequirementId;
use crate::policy::{Waiver, WaiverScope};

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
