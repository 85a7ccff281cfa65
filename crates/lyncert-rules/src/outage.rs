//! What stops, and for whom, when a certificate ends.

use std::collections::{BTreeMap, BTreeSet};

use lyncert_ingest::name::{DnsName, said_list};

use crate::holder::{FrontEnd, HolderKind};
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

/// A place that a certificate takes: usages of a requirement, on some of its servers.
#[derive(Clone, Copy, Debug)]
pub struct Served<'a> {
    /// The requirement.
    pub requirement: &'a Requirement,
    /// The usages that the certificate serves there.
    pub usages: &'a [CertificateUsage],
    /// The servers that hold it; empty for holders that are no servers of the topology.
    pub servers: &'a [DnsName],
}

/// What stops, and for whom.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Stop {
    /// What users do.
    pub workload: Workload,
    /// Where it stops.
    pub at: StopsAt,
    /// The SIP domains of those who may notice.
    pub sip_domains: BTreeSet<DnsName>,
}

/// Where something stops.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StopsAt {
    /// The kind of holder.
    pub kind: HolderKind,
    /// The pool; `None` for the reverse proxy and the deployment as a whole.
    pub pool: Option<DnsName>,
    /// The servers that hold the certificate.
    pub servers: BTreeSet<DnsName>,
    /// Whether these are all servers there: else the others go on.
    pub all_servers: bool,
}

/// What stops, by workload, then by where it does.
pub fn stops<'a>(served: impl IntoIterator<Item = Served<'a>>, sip_domains: &[DnsName]) -> Vec<Stop> {
    /// Usages of one holder, with all servers of it that hold the certificate.
    struct Part<'a> {
        requirement: &'a Requirement,
        servers: BTreeSet<DnsName>,
        domains: BTreeSet<DnsName>,
    }
    let mut parts: BTreeMap<(Workload, Option<&DnsName>, &str), Part<'_>> = BTreeMap::new();
    for Served { requirement, usages, servers } in served {
        let holder = &requirement.holder;
        for workload in workloads(requirement, usages) {
            let part = parts
                .entry((workload, holder.pool.as_ref(), holder.kind.as_str()))
                .or_insert_with(|| Part { requirement, servers: BTreeSet::new(), domains: BTreeSet::new() });
            part.servers.extend(servers.iter().chain(&holder.server).cloned());
            part.domains.extend(domains_served(requirement, sip_domains));
        }
    }
    let stop = |((workload, pool, _), part): ((Workload, Option<&DnsName>, &str), Part<'_>)| Stop {
        workload,
        at: StopsAt {
            kind: part.requirement.holder.kind,
            pool: pool.cloned(),
            all_servers: are_all(part.requirement, &part.servers),
            servers: part.servers,
        },
        sip_domains: part.domains,
    };
    parts.into_iter().map(stop).collect()
}

/// Whether these are all servers of a requirement's holder.
fn are_all(requirement: &Requirement, servers: &BTreeSet<DnsName>) -> bool {
    requirement.siblings.is_within(servers)
        && requirement.shared_by.iter().all(|server| servers.contains(server))
}

/// More names than this are counted: the sentence has to stay readable.
const MAX_NAMED: usize = 5;

impl Stop {
    /// Whom it stops for, such as `for users of pool.contoso.com`: those of a pool, what goes through it, or where one of its
    /// servers answers.
    pub fn whom(&self) -> String {
        let StopsAt { kind, pool, servers, all_servers } = &self.at;
        let title = kind.title();
        match pool {
            Some(pool) if !all_servers => {
                format!("where {} answers, while the other servers of {title} {pool} go on", one_of(servers))
            }
            None if !all_servers => format!("where {} answers, while other servers go on", one_of(servers)),
            Some(pool) if kind.facts().front_end == Some(FrontEnd::HomesUsers) => {
                format!("for users of {title} {pool}")
            }
            Some(pool) => format!("for all that goes through {title} {pool}"),
            None if self.sip_domains.is_empty() => "for all users".to_owned(),
            None => format!("for users of {}", counted(self.sip_domains.iter(), "SIP domains")),
        }
    }
}

/// The only server, or one of them.
fn one_of(servers: &BTreeSet<DnsName>) -> String {
    let counted = counted(servers.iter(), "servers");
    if servers.len() == 1 { counted } else { format!("one of {counted}") }
}

/// A few names, or how many there are.
fn counted<'a>(names: impl ExactSizeIterator<Item = &'a DnsName>, what: &str) -> String {
    let count = names.len();
    if count > MAX_NAMED {
        return format!("{count} {what}");
    }
    said_list(names)
}

/// What stops in words, such as `sign-in from outside and federation stop for all that goes through Edge edge.contoso.com`. What
/// stops for the same is put together.
pub(crate) fn stops_text(stops: &[Stop]) -> Option<String> {
    let mut together: Vec<(String, Vec<Workload>)> = Vec::new();
    for stop in stops {
        let whom = stop.whom();
        match together.iter_mut().find(|(known, _)| *known == whom) {
            Some((_, workloads)) => workloads.push(stop.workload),
            None => together.push((whom, vec![stop.workload])),
        }
    }
    let left_out = together.len().saturating_sub(MAX_NAMED);
    let told = together.iter().take(MAX_NAMED);
    let mut texts: Vec<String> = told
        .filter_map(|(whom, workloads)| Some(format!("{} {whom}", Workload::stop_text(workloads)?)))
        .collect();
    if left_out > 0 {
        texts.push(format!("and more for {left_out} others"));
    }
    (!texts.is_empty()).then(|| texts.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::profiles;
    use crate::testing::{edge, edge_external, edge_pool, front_end, name, requirement_of};

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

    /// What stops when the certificate on these servers ends, in words.
    fn text(requirement: &Requirement, servers: &[&str]) -> String {
        let servers: Vec<DnsName> = servers.iter().copied().map(name).collect();
        let served = Served { requirement, usages: &requirement.usages, servers: &servers };
        stops_text(&stops([served], &[name("contoso.com"), name("fabrikam.com")])).unwrap()
    }

    #[test]
    fn the_external_edge_stops_what_comes_from_outside() {
        assert_eq!(
            text(&edge_external(&edge()), &["edge.contoso.com"]),
            "sign-in from outside, federation, web conferencing with people outside and audio and video with people \
             outside stop for all that goes through Edge edge.contoso.com"
        );
    }

    #[test]
    fn one_server_of_several_stops_what_reaches_it_and_no_more() {
        let whole = text(&edge_external(&edge_pool()), &["edge1.contoso.com", "edge2.contoso.com"]);
        assert!(whole.ends_with("stop for all that goes through Edge edge.contoso.com"), "{whole}");
        let one = text(&edge_external(&edge_pool()), &["edge2.contoso.com"]);
        let end =
            "stop where edge2.contoso.com answers, while the other servers of Edge edge.contoso.com go on";
        assert!(one.ends_with(end), "{one}");
        let front_end = requirement_of(&front_end(), "Default");
        let server = front_end.holder.server.clone().unwrap();
        let one = text(&front_end, &[server.as_str()]);
        assert!(one.contains(&format!("where {server} answers, while")), "{one}");
    }

    #[test]
    fn a_certificate_on_each_server_of_a_pool_stops_its_users_and_no_others() {
        let estate = front_end();
        let expected = crate::profile::expect(&estate.topology, &estate.facts);
        let each = expected.iter().filter(|requirement| requirement.has_usage(CertificateUsage::Default));
        let served = each.map(|requirement| Served {
            requirement,
            usages: &requirement.usages,
            servers: requirement.install_on(),
        });
        let stops = stops(served, &[name("contoso.com")]);
        assert!(stops.iter().all(|stop| stop.at.all_servers && stop.at.servers.len() == 2), "{stops:?}");
        let text = stops_text(&stops).unwrap();
        assert!(text.ends_with("stop for users of Front End pool pool.contoso.com"), "{text}");
    }

    #[test]
    fn what_is_one_or_many_stops_or_stop() {
        let told = Workload::ALL.map(|workload| Workload::stop_text(&[workload]).unwrap());
        let expected = [
            "sign-in inside stops",
            "sign-in from outside stops",
            "federation stops",
            "web conferencing with people outside stops",
            "audio and video with people outside stop",
            "Autodiscover of mobile clients stops",
            "joining meetings by link stops",
            "desk phones stop",
            "telephone calls stop",
            "server-to-server calls stop",
            "presentations in meetings stop",
            "chat rooms stop",
            "trusted applications stop",
        ];
        assert_eq!(told, expected);
        assert_eq!(Workload::stop_text(&[]), None);
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
