//! What the servers of a pool really hold that should share a certificate.

use lyncert_ingest::name::said_list;

use super::RequirementView;
use crate::certificate::Certificate;
use crate::usage::CertificateUsage;

/// A certificate, and the servers that hold it for some usage.
pub(super) struct HeldCertificate<'a> {
    pub(super) certificate: &'a Certificate,
    pub(super) servers: Vec<String>,
}

/// How certificates differ that should be one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Difference {
    /// Renewed with the same key on some servers: tokens are still understood.
    SameKey,
    /// Some servers were forgotten when the others got a new certificate.
    Forgotten,
    /// The same names, each with a key of its own.
    OtherKey,
    /// Other names.
    OtherNames,
}

/// A renewal comes at least this many days after the certificate that it replaces. Certificates that are requested one for each
/// server come within days of each other, and even certificates that live 47 days are usually renewed after about a month.
const RENEWAL_DAYS: i64 = 30;

pub(super) fn is_shared(view: &RequirementView<'_>) -> bool {
    let requirement = view.requirement;
    !requirement.shared_by.is_empty()
        && !requirement.has_usage(CertificateUsage::OAuthTokenIssuer)
        && !view.assignment.holdings.is_empty()
}

/// What the servers hold for a usage, that of most servers first.
pub(super) fn certificates_held<'a>(
    view: &RequirementView<'a>,
    usage: CertificateUsage,
) -> Vec<HeldCertificate<'a>> {
    let mut held: Vec<HeldCertificate<'a>> = Vec::new();
    for holding in view.assignment.holdings.iter().filter(|holding| holding.usages.contains(&usage)) {
        let certificate = holding.certificate.of(view.certificates);
        let servers = holding.servers.iter().map(ToString::to_string);
        match held.iter_mut().find(|known| known.certificate.sha256 == certificate.sha256) {
            Some(known) => known.servers.extend(servers),
            None => held.push(HeldCertificate { certificate, servers: servers.collect() }),
        }
    }
    held
}

/// How they differ; `None` for one certificate.
pub(super) fn difference(held: &[HeldCertificate<'_>]) -> Option<Difference> {
    let (first, others) = held.split_first()?;
    if others.is_empty() {
        return None;
    }
    let all = |same: fn(&Certificate, &Certificate) -> bool| {
        others.iter().all(|other| same(first.certificate, other.certificate))
    };
    Some(if all(|one, other| one.key_sha256 == other.key_sha256) {
        Difference::SameKey
    } else if !all(|one, other| sorted_names(one) == sorted_names(other)) {
        Difference::OtherNames
    } else if forgotten(held).is_empty() {
        Difference::OtherKey
    } else {
        Difference::Forgotten
    })
}

/// Those that hold an older certificate than others: it was replaced, and they were left out.
pub(super) fn forgotten<'h, 'a>(held: &'h [HeldCertificate<'a>]) -> Vec<&'h HeldCertificate<'a>> {
    let newest = held.iter().map(|held| held.certificate.not_before).max();
    let is_old = |held: &&HeldCertificate<'_>| {
        newest.is_some_and(|newest| (newest - held.certificate.not_before).whole_days() >= RENEWAL_DAYS)
    };
    held.iter().filter(is_old).collect()
}

pub(super) fn list_servers(held: &[HeldCertificate<'_>]) -> String {
    let each = held.iter().map(|held| format!("{} on {}", held.certificate.sha1, said_list(&held.servers)));
    each.collect::<Vec<_>>().join("; ")
}

fn sorted_names(certificate: &Certificate) -> Vec<String> {
    let mut names: Vec<String> = certificate.dns_names.iter().map(|name| name.to_ascii_lowercase()).collect();
    names.sort_unstable();
    names.dedup();
    names
}
