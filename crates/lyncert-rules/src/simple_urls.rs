//! What a set of simple URLs has to have.

use lyncert_ingest::topology::SipDomain;

/// The SIP domains without a Meet URL, by the domains that the Meet URLs of the set are for; `*` is for all.
pub(crate) fn without_meet<'a>(
    sip_domains: &'a [SipDomain],
    meet_domains: &[&str],
) -> impl Iterator<Item = &'a SipDomain> {
    let known: Vec<String> = meet_domains.iter().map(|domain| domain.trim().to_ascii_lowercase()).collect();
    let serves_all = known.iter().any(|domain| domain == "*" || domain.is_empty());
    sip_domains.iter().filter(move |domain| {
        let is_there = |text: &str| known.iter().any(|known| known == text);
        !serves_all && !is_there(domain.name.key()) && !is_there(&domain.name.as_str().to_ascii_lowercase())
    })
}
