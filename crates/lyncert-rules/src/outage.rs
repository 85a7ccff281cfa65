//! What stops, and for whom, when a certificate ends.

use std::collections::{BTreeMap, BTreeSet};

use lyncert_ingest::name::DnsName;

use crate::holder::HolderKind;
use crate::requirement::{NameKind, Requirement};
use crate::usage::CertificateUsage;
use crate::workload::Workload;

/// What needs the certificate that serves these usages of a requirement.
pub fn workloads(requirement: &Requirement, usages: &[CertificateUsage]) -> BTreeSet<Workload> {
    usages.iter().flat_map(|usage| workloads_of_usage(requirement.holder.kind, *usage)).copied().collect()
}

fn workloads_of_usage(holder: HolderKind, usage: CertificateUsage) -> &'static [Workload] {
    use Workload::{
        ExternalSignIn, Federation, MeetingJoin, MobileDiscovery, OutsideAudioVideo, Phones, Presentations,
        ServerToServer, Telephony, WebConferencing,
    };
    match usage {
        CertificateUsage::AccessEdgeExternal => &[ExternalSignIn, Federation],
        CertificateUsage::DataEdgeExternal => &[WebConferencing],
        CertificateUsage::AudioVideoAuthentication => &[OutsideAudioVideo],
        CertificateUsage::XmppServer => &[Federation],
        CertificateUsage::Internal => &[ExternalSignIn, Federation, WebConferencing, OutsideAudioVideo],
        CertificateUsage::WebServicesInternal => &[MobileDiscovery, MeetingJoin, Phones],
        CertificateUsage::WebServicesExternal | CertificateUsage::ReverseProxy => {
            &[MobileDiscovery, MeetingJoin]
        }
        CertificateUsage::OAuthTokenIssuer => &[ServerToServer],
        CertificateUsage::OfficeWebApps => &[Presentations],
        CertificateUsage::Gateway => &[Telephony],
        CertificateUsage::Default => holder.facts().default_workloads,
    }
}

/// The SIP domains whose users a requirement serves: all, but for a listener of the reverse proxy that has names of some only.
pub(crate) fn domains_served(requirement: &Requirement, sip_domains: &[DnsName]) -> Vec<DnsName> {
    let is_named = |domain: &&DnsName| {
        let mut names = requirement.names.iter().filter(|name| is_by_domain(name.kind));
        names.any(|name| name.name.is_in(domain))
    };
    let named: Vec<DnsName> = match requirement.holder.kind {
        HolderKind::ReverseProxy => sip_domains.iter().filter(is_named).cloned().collect(),
        HolderKind::Pool(_) | HolderKind::Deployment => Vec::new(),
    };
    if named.is_empty() { sip_domains.to_vec() } else { named }
}

/// Whether there is a name of this kind for each SIP domain.
fn is_by_domain(kind: NameKind) -> bool {
    matches!(kind, NameKind::Meet | NameKind::Lyncdiscover)
}

/// What stops, by workload, with the SIP domains of those who notice.
pub fn stops<'a>(
    served: impl IntoIterator<Item = (&'a Requirement, &'a [CertificateUsage])>,
    sip_domains: &[DnsName],
) -> BTreeMap<Workload, BTreeSet<DnsName>> {
    let mut stops: BTreeMap<Workload, BTreeSet<DnsName>> = BTreeMap::new();
    for (requirement, usages) in served {
        for workload in workloads(requirement, usages) {
            stops.entry(workload).or_default().extend(domains_served(requirement, sip_domains));
        }
    }
    stops
}

/// More domains than this are counted: the sentence has to stay readable.
const MAX_NAMED_DOMAINS: usize = 5;

/// What stops in words, such as `sign-in from outside and federation stop for contoso.com`.
pub(crate) fn stops_text(stops: &BTreeMap<Workload, BTreeSet<DnsName>>) -> Option<String> {
    let workloads: Vec<String> = stops.keys().map(ToString::to_string).collect();
    let domains: BTreeSet<&DnsName> = stops.values().flatten().collect();
    let (last, others) = workloads.split_last()?;
    let is_plural = stops.keys().next_back().is_some_and(|workload| workload.is_plural());
    let what = if others.is_empty() {
        format!("{last} {}", if is_plural { "stop" } else { "stops" })
    } else {
        format!("{} and {last} stop", others.join(", "))
    };
    let whom: Vec<&str> = domains.iter().map(|domain| domain.as_str()).collect();
    Some(match whom.as_slice() {
        [] => what,
        few if few.len() <= MAX_NAMED_DOMAINS => format!("{what} for users of {}", few.join(", ")),
        many => format!("{what} for users of {} SIP domains", many.len()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::profiles;
    use crate::testing::{edge, edge_external, front_end, name, requirement_of};

    #[test]
    fn every_usage_of_every_profile_has_a_workload() {
        for profile in profiles() {
            for usage in profile.usages {
                let workloads = workloads_of_usage(profile.holder, *usage);
                assert!(!workloads.is_empty(), "{} {usage}", profile.holder.as_str());
            }
        }
    }

    #[test]
    fn a_holder_has_workloads_of_a_default_certificate_just_where_a_profile_has_one() {
        for kind in HolderKind::all() {
            let has_default = profiles()
                .any(|profile| profile.holder == kind && profile.usages.contains(&CertificateUsage::Default));
            assert_eq!(!kind.facts().default_workloads.is_empty(), has_default, "{}", kind.as_str());
        }
    }

    #[test]
    fn the_external_edge_stops_what_comes_from_outside() {
        let estate = edge();
        let requirement = edge_external(&estate);
        let domains = [name("contoso.com"), name("fabrikam.com")];
        let text = stops_text(&stops([(&requirement, requirement.usages.as_slice())], &domains)).unwrap();
        assert_eq!(
            text,
            "sign-in from outside, federation, web conferencing with people outside and audio and video with people \
             outside stop for users of contoso.com, fabrikam.com"
        );
    }

    #[test]
    fn a_listener_for_one_domain_concerns_its_users_only_and_servers_concern_all() {
        let domains = [name("contoso.com"), name("woodgrove.com")];
        let listener = requirement_of(&front_end(), "ReverseProxy");
        assert_eq!(domains_served(&listener, &domains), [name("contoso.com")]);
        let oauth = requirement_of(&front_end(), "OAuthTokenIssuer");
        assert_eq!(
            domains_served(&oauth, &domains),
            domains,
            "the FQDN of a server says nothing of its users"
        );
        assert_eq!(domains_served(&edge_external(&edge()), &domains), domains);
    }
}
