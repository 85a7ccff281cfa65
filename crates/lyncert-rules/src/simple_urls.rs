//! What a set of simple URLs has to have.

use std::collections::HashSet;

use lyncert_ingest::topology::SipDomain;

/// The SIP domains without a Meet URL, by the domains that the Meet URLs of the set are for; `*` is for all.
pub(crate) fn without_meet<'a, 'm>(
    sip_domains: &'a [SipDomain],
    meet_domains: impl Iterator<Item = &'m str>,
) -> impl Iterator<Item = &'a SipDomain> {
    let known: HashSet<String> = meet_domains.map(|domain| domain.trim().to_ascii_lowercase()).collect();
    let asked = if known.contains("*") || known.contains("") { &[] } else { sip_domains };
    asked.iter().filter(move |domain| {
        !known.contains(domain.name.key()) && !known.contains(&domain.name.as_str().to_ascii_lowercase())
    })
}
