//! Which findings a waiver covers.

use lyncert_ingest::name::DnsName;

use super::Finding;
use crate::certificate::Certificate;
use crate::policy::{Waiver, WaiverScope};
use crate::requirement::Requirement;

impl Waiver {
    /// Whether it covers a finding, leaving its last day aside.
    pub(super) fn covers(
        &self,
        finding: &Finding,
        requirements: &[Requirement],
        certificates: &[Certificate],
    ) -> bool {
        let WaiverScope { pool, server, certificate, name } = &self.scope;
        finding.rule.id == self.rule
            && pool.as_ref().is_none_or(|pool| is_of_pool(finding, pool, requirements))
            && server.as_ref().is_none_or(|server| finding.server.as_ref() == Some(server))
            && certificate.as_ref().is_none_or(|wanted| is_certificate(finding, wanted, certificates))
            && name
                .as_ref()
                .is_none_or(|name| finding.name.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(name)))
    }
}

fn is_of_pool(finding: &Finding, pool: &DnsName, requirements: &[Requirement]) -> bool {
    let mut concerned = finding.requirements.iter().filter_map(|&index| requirements.get(index)).peekable();
    concerned.peek().is_some() && concerned.all(|requirement| requirement.holder.pool.as_ref() == Some(pool))
}

fn is_certificate(finding: &Finding, wanted: &str, certificates: &[Certificate]) -> bool {
    let certificate = finding.certificate.and_then(|index| certificates.get(index));
    let is_one = |certificate: &Certificate| {
        certificate.paths.iter().any(|path| path.eq_ignore_ascii_case(wanted))
            || wanted.parse().is_ok_and(|sha1| certificate.sha1 == sha1)
            || wanted.parse().is_ok_and(|sha256| certificate.sha256 == sha256)
    };
    certificate.is_some_and(is_one)
        || finding.file.as_ref().is_some_and(|file| file.eq_ignore_ascii_case(wanted))
}
