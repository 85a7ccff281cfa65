//! What users do, and which certificates it needs: what stops, and for whom, when one ends.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use lyncert_ingest::name::DnsName;

use crate::holder::HolderKind;
use crate::requirement::{NameKind, Requirement};
use crate::usage::CertificateUsage;

/// Something that users do.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Workload {
    /// Sign-in of clients inside.
    InternalSignIn,
    /// Sign-in of clients outside.
    ExternalSignIn,
    /// Presence, messages and calls with partners.
    Federation,
    /// Web conferences with people outside.
    WebConferencing,
    /// Audio and video with people outside.
    OutsideAudioVideo,
    /// Clients and phones find their pool by Autodiscover.
    MobileDiscovery,
    /// Meetings are joined by their links, and their dial-in page opens.
    MeetingJoin,
    /// Desk phones sign in and get their settings.
    Phones,
    /// Calls to and from the telephone network.
    Telephony,
    /// Servers call each other in the name of users: Exchange, SharePoint, other servers.
    ServerToServer,
    /// Presentations in meetings.
    Presentations,
    /// Chat rooms.
    ChatRooms,
    /// Applications of the organization or of partners.
    Applications,
}

impl Workload {
    /// All of them, in the order of tables.
    pub const ALL: [Self; 13] = [
        Self::InternalSignIn,
        Self::ExternalSignIn,
        Self::Federation,
        Self::WebConferencing,
        Self::OutsideAudioVideo,
        Self::MobileDiscovery,
        Self::MeetingJoin,
        Self::Phones,
        Self::Telephony,
        Self::ServerToServer,
        Self::Presentations,
        Self::ChatRooms,
        Self::Applications,
    ];

    /// The name that programs read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InternalSignIn => "internal-sign-in",
            Self::ExternalSignIn => "external-sign-in",
            Self::Federation => "federation",
            Self::WebConferencing => "web-conferencing",
            Self::OutsideAudioVideo => "outside-audio-video",
            Self::MobileDiscovery => "mobile-discovery",
            Self::MeetingJoin => "meeting-join",
            Self::Phones => "phones",
            Self::Telephony => "telephony",
            Self::ServerToServer => "server-to-server",
            Self::Presentations => "presentations",
            Self::ChatRooms => "chat-rooms",
            Self::Applications => "applications",
        }
    }
}

impl fmt::Display for Workload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InternalSignIn => "sign-in inside",
            Self::ExternalSignIn => "sign-in from outside",
            Self::Federation => "federation",
            Self::WebConferencing => "web conferencing with people outside",
            Self::OutsideAudioVideo => "audio and video with people outside",
            Self::MobileDiscovery => "Autodiscover of mobile clients",
            Self::MeetingJoin => "joining meetings by link",
            Self::Phones => "desk phones",
            Self::Telephony => "telephone calls",
            Self::ServerToServer => "server-to-server calls",
            Self::Presentations => "presentations in meetings",
            Self::ChatRooms => "chat rooms",
            Self::Applications => "trusted applications",
        })
    }
}

/// What needs the certificate that serves these usages of a requirement.
pub fn workloads(requirement: &Requirement, usages: &[CertificateUsage]) -> BTreeSet<Workload> {
    usages.iter().flat_map(|usage| of_usage(requirement.holder.kind, *usage)).copied().collect()
}

fn of_usage(holder: HolderKind, usage: CertificateUsage) -> &'static [Workload] {
    use Workload::{
        ExternalSignIn, Federation, MeetingJoin, MobileDiscovery, OutsideAudioVideo, Phones, Presentations,
        ServerToServer, WebConferencing,
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

/// The same in words, such as `sign-in from outside and federation stop for contoso.com`.
pub(crate) fn stops_text(stops: &BTreeMap<Workload, BTreeSet<DnsName>>) -> Option<String> {
    let workloads: Vec<String> = stops.keys().map(ToString::to_string).collect();
    let domains: BTreeSet<&DnsName> = stops.values().flatten().collect();
    let (last, others) = workloads.split_last()?;
    let what = if others.is_empty() {
        format!("{last} stops")
    } else {
        format!("{} and {last} stop", others.join(", "))
    };
    let whom: Vec<&str> = domains.iter().map(|domain| domain.as_str()).collect();
    Some(match whom.as_slice() {
        [] => what,
        few if few.len() <= 5 => format!("{what} for users of {}", few.join(", ")),
        many => format!("{what} for users of {} SIP domains", many.len()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::PROFILES;
    use crate::testing::{edge, edge_external, front_end, name, requirement_of};

    #[test]
    fn every_usage_of_every_profile_has_a_workload() {
        for profile in PROFILES.iter().flat_map(|table| table.iter()) {
            for usage in profile.usages {
                let workloads = of_usage(profile.holder, *usage);
                assert!(!workloads.is_empty(), "{} {usage}", profile.holder.as_str());
            }
        }
    }

    #[test]
    fn a_holder_has_workloads_of_a_default_certificate_just_where_a_profile_has_one() {
        for kind in HolderKind::all() {
            let has_default = PROFILES
                .iter()
                .flat_map(|table| table.iter())
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
