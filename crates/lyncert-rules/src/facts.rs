//! What no export contains and only the operator knows.

use std::collections::BTreeSet;

use lyncert_ingest::collection::{CollectedFacts, ResolvedName};
use lyncert_ingest::name::DnsName;
use lyncert_ingest::topology::{ProductVersion, SimpleUrlComponent, Topology};

use crate::holder::HolderKind;
use crate::usage::CertificateUsage;

/// What is advised wherever nothing but AOL wants the client EKU (EDGE-PIC-01, PICX-03): orders ask for it as long as the policy does.
pub(crate) const WITHOUT_AOL: &str = "Set `pic_aol = false` in the policy: AOL ended on 2014-06-30, nothing else on the external Edge needs the client EKU, and public CAs give it up";

/// The operator's facts. `None` means "not said"; the default that then holds is given at each field.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Facts {
    /// Which pool answers automatic client sign-in. Not said: the only front end pool, where there is just one; with several a
    /// missing `sip.<domain>` on a Default certificate is information only.
    pub auto_logon_pool: Option<AutoLogonPool>,
    /// Whether clients match DNS names strictly. Not said: yes, the client's default.
    pub strict_dns_matching: Option<bool>,
    /// Whether the Edge serves automatic client configuration or federation, where `edges` does not say so of one. Not said: yes.
    pub edge_client_auto_config_or_federation: Option<bool>,
    /// How Autodiscover is published. Not said: over HTTPS from Lync Server 2013 on, not at all for 2010.
    pub autodiscover: Option<Autodiscover>,
    /// The domains that take part in XMPP federation. Not said: the default SIP domain, where there is an XMPP proxy.
    pub xmpp_domains: Option<Vec<DnsName>>,
    /// Whether public instant messaging with AOL is asked for. Not said: no.
    pub pic_aol: Option<bool>,
    /// Whether `sipinternal.<domain>` is in DNS. Not said: for the domains for which a collection found it.
    pub sipinternal: Option<bool>,
    /// Whether `sipexternal.<domain>` is in DNS. Not said: for the domains for which a collection found it.
    pub sipexternal: Option<bool>,
    /// The names with these labels that a collection found in DNS.
    pub names_in_dns: BTreeSet<DnsName>,
    /// SIP domains of the online tenant (hybrid).
    pub online_sip_domains: Vec<DnsName>,
    /// The hosts of Office Web Apps that are published. Not said: the discovery host of every farm is recommended on the reverse
    /// proxy.
    pub office_web_apps_external: Option<Vec<DnsName>>,
    /// Whether nothing is published by a reverse proxy: then none is called for.
    pub without_reverse_proxy: bool,
    /// How the reverse proxy listens.
    pub reverse_proxy_listeners: ReverseProxyListeners,
    /// Whether one certificate serves several usages of a server.
    pub certificate_layout: CertificateLayout,
    /// Whether A/V authentication shares the certificate of the other external Edge services.
    pub av_certificate: AvCertificate,
    /// Which product a `ServiceVersion` of 8 is. Not said: one of the two.
    pub edition: Option<Edition>,
    /// Simple URLs, for exports that contain none.
    pub simple_urls: Vec<FactSimpleUrl>,
    /// The reverse proxies. None said: one, for all sites.
    pub reverse_proxies: Vec<ReverseProxyFact>,
    /// What is said of single Edge pools.
    pub edges: Vec<EdgeFact>,
    /// Further names that something of the operator's needs.
    pub extra_names: Vec<ExtraName>,
}

/// Which pool answers automatic client sign-in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum AutoLogonPool {
    /// This one: a pool or one of its servers.
    Pool(DnsName),
    /// Nobody: clients do not sign in by DNS.
    Nobody,
}

/// Whether A/V authentication has a certificate of its own.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum AvCertificate {
    /// It shares that of the other external Edge services.
    #[default]
    Shared,
    /// It has one of its own (EDGE-AV-02).
    Separate,
}

/// Which of the products that exports cannot tell apart.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Edition {
    /// Skype for Business Server 2019.
    Server2019,
    /// Skype for Business Server Subscription Edition.
    SubscriptionEdition,
}

impl Facts {
    /// Takes from a collection what the operator does not say himself. Gives what was taken, and what should be said, with the source:
    /// a sentence each, without a final period.
    pub fn complete_by(&mut self, collected: &CollectedFacts, topology: &Topology) -> Vec<String> {
        let mut notes = Vec::new();
        let source = &collected.document;
        if self.edge_client_auto_config_or_federation.is_none() {
            self.edge_client_auto_config_or_federation = collected.serves_outside();
            notes.extend(collected.serves_outside().map(|serves| {
                let says = if serves { "are let in" } else { "are not let in" };
                format!(
                    "edge_client_auto_config_or_federation = {serves}, since `{source}` says that users from outside and of other domains {says}"
                )
            }));
        }
        if self.pic_aol.is_none() && collected.has_aol() {
            self.pic_aol = Some(true);
            notes.push(format!("pic_aol = true, since `{source}` says that the provider AOL is switched on"));
        }
        if let Some(provider) = collected.hybrid_provider().filter(|_| self.online_sip_domains.is_empty()) {
            notes.push(format!(
                "`{source}` says that `{}` hosts users of the same SIP domains (hybrid): name those that live only online in `online_sip_domains` of the policy",
                provider.name
            ));
        }
        notes.extend(self.complete_by_names(collected, topology));
        notes.extend(collected.farms.iter().filter(|farm| farm.is_offloaded).map(|farm| {
            format!(
                "`{source}` says that TLS ends in front of the Office Web Apps farm of `{}`: look for its certificate there",
                farm.server
            )
        }));
        notes
    }

    /// What the names in DNS say, as the collecting computer's resolver saw them. A name that is not there says nothing: another
    /// resolver may have it.
    fn complete_by_names(&mut self, collected: &CollectedFacts, topology: &Topology) -> Vec<String> {
        let mut notes = Vec::new();
        let source = &collected.document;
        for (said, key, label) in [
            (self.sipinternal, "sipinternal", "sipinternal."),
            (self.sipexternal, "sipexternal", "sipexternal."),
        ] {
            let names = collected.names.iter().filter(|name| name.name.starts_with(label));
            let found: BTreeSet<DnsName> = names.filter_map(|name| name.name.parse().ok()).collect();
            if said.is_some() || found.is_empty() {
                continue;
            }
            let shown: Vec<String> = found.iter().take(MAX_SHOWN).map(|name| format!("`{name}`")).collect();
            let more = match found.len().saturating_sub(MAX_SHOWN) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            notes.push(format!(
                "{key} counts for {}{more} alone, since `{source}` says what is in DNS",
                shown.join(", ")
            ));
            self.names_in_dns.extend(found);
        }
        // A service may lead to an alias, of which it is not known whose it is.
        let services = collected.names.iter().filter(|name| name.name.starts_with("_sipinternaltls._tcp."));
        let pools: BTreeSet<DnsName> = services
            .clone()
            .flat_map(ResolvedName::hosts)
            .filter_map(|host| host.parse().ok())
            .filter(|host| is_front_end(topology, host))
            .collect();
        if let (None, [pool], Some(service)) =
            (&self.auto_logon_pool, pools.into_iter().collect::<Vec<_>>().as_slice(), services.clone().next())
        {
            notes.push(format!(
                "auto_logon_pool = {pool}, since `{source}` says that `{}` leads there",
                service.name
            ));
            self.auto_logon_pool = Some(AutoLogonPool::Pool(pool.clone()));
        }
        notes
    }
}

/// So many names are shown in one note.
const MAX_SHOWN: usize = 3;

/// Whether a name is that of a front end, or of one of its servers: others answer no automatic sign-in.
pub fn is_front_end(topology: &Topology, name: &DnsName) -> bool {
    let mut front_ends = topology.pools().filter(|pool| HolderKind::Pool(pool.kind).is_front_end());
    front_ends.any(|pool| pool.fqdn == *name || pool.machines.iter().any(|machine| machine.fqdn == *name))
}

/// How Autodiscover is published.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Autodiscover {
    /// On port 443.
    Https,
    /// The first request on port 80.
    Http80,
    /// Not at all.
    None,
}

/// How the reverse proxy listens.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum ReverseProxyListeners {
    /// One listener, one certificate.
    #[default]
    One,
    /// A listener with a certificate of its own for each published service.
    Several,
}

/// Whether one certificate serves several usages of a server.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum CertificateLayout {
    /// Not said: a plan orders combined certificates, an audit takes what it finds.
    #[default]
    Auto,
    /// One certificate for `Default`, `WebServicesInternal` and `WebServicesExternal`.
    Combined,
    /// One certificate for each.
    Separate,
}

/// A simple URL that the operator names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FactSimpleUrl {
    /// What it leads to.
    pub component: SimpleUrlComponent,
    /// The SIP domain that it is for, or `*`.
    pub domain: String,
    /// The site whose own it is, by name or id; `None` for the global set.
    pub site: Option<String>,
    /// The URL as the policy writes it.
    pub url: String,
    /// Host of the URL.
    pub host: DnsName,
}

/// A reverse proxy, where the operator tells of them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReverseProxyFact {
    /// What it is called.
    pub name: String,
    /// The sites that it publishes, by name or id; empty for all.
    pub sites: Vec<String>,
}

/// What the operator says of one Edge pool.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EdgeFact {
    /// The pool, by its internal FQDN.
    pub pool: DnsName,
    /// Whether it serves automatic client configuration or federation.
    pub client_auto_config_or_federation: bool,
}

/// Whose certificate an extra name belongs on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ExtraNameFor {
    /// That of every holder of the usage; for `Default` only of those that users sign in to.
    AllThatFit,
    /// Those of this pool.
    Pool(DnsName),
    /// Those of this server.
    Server(DnsName),
    /// Those of this site, by name or id.
    Site(String),
}

/// A name that something of the operator's needs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ExtraName {
    /// The usage whose certificate needs it.
    pub usage: CertificateUsage,
    /// The name; a wildcard is met by that same wildcard only.
    pub name: DnsName,
    /// Whose certificate needs it.
    pub holder: ExtraNameFor,
    /// What needs it, for reports.
    pub reason: String,
}

impl Facts {
    /// The name of a product generation, by what is said of the edition.
    pub fn product_title(&self, version: ProductVersion) -> String {
        match (version, self.edition) {
            (ProductVersion::Sfb2019, Some(Edition::Server2019)) => {
                "Skype for Business Server 2019".to_owned()
            }
            (ProductVersion::Sfb2019, Some(Edition::SubscriptionEdition)) => {
                "Skype for Business Server Subscription Edition".to_owned()
            }
            (version, _) => version.to_string(),
        }
    }

    /// Whether an Edge pool serves automatic client configuration or federation: what is said of it, else of all, else yes.
    pub(crate) fn serves_federation(&self, edge: Option<&DnsName>) -> bool {
        let of_pool = self.edges.iter().rev().find(|fact| Some(&fact.pool) == edge);
        let said = of_pool.map(|fact| fact.client_auto_config_or_federation);
        said.or(self.edge_client_auto_config_or_federation).unwrap_or(true)
    }
}

#[cfg(test)]
mod tests {
    use lyncert_ingest::collection::{CollectedFarm, HostingProvider, PublicProvider};

    use super::*;
    use crate::profile::expect;
    use crate::testing::{edge, front_end, sip_domain};

    fn collected() -> CollectedFacts {
        let provider = HostingProvider {
            name: "Online".to_owned(),
            is_enabled: true,
            shares_address_space: true,
            hosts_users: true,
            is_local: false,
        };
        let mut collected = CollectedFacts::default();
        collected.document = "facts.json".into();
        collected.allows_outside_users = Some(false);
        collected.allows_federated_users = Some(false);
        collected.public_providers = vec![PublicProvider { name: "AOL".to_owned(), is_enabled: true }];
        collected.hosting_providers = vec![provider];
        collected
    }

    #[test]
    fn what_the_operator_does_not_say_is_taken_from_the_collection_and_told() {
        let mut facts = Facts::default();
        let notes = facts.complete_by(&collected(), &front_end().topology);
        assert_eq!((facts.edge_client_auto_config_or_federation, facts.pic_aol), (Some(false), Some(true)));
        assert_eq!(notes.len(), 3);
        assert!(notes.iter().all(|note| note.contains("`facts.json`")), "{notes:?}");
        assert!(notes[2].contains("`online_sip_domains`"), "{notes:?}");
    }

    fn in_dns(names: &[(&str, &str)]) -> CollectedFacts {
        let mut collected = CollectedFacts::default();
        collected.document = "facts.json".into();
        collected.names = names
            .iter()
            .map(|(name, answer)| ResolvedName {
                name: (*name).to_owned(),
                answers: vec![(*answer).to_owned()],
            })
            .collect();
        collected
    }

    #[test]
    fn names_in_dns_say_which_pool_answers_sign_in_and_which_names_are_there() {
        let collected = in_dns(&[
            ("_sipinternaltls._tcp.contoso.com", "pool.contoso.com:5061"),
            ("sipinternal.contoso.com", "192.0.2.7"),
        ]);
        let mut facts = Facts::default();
        let notes = facts.complete_by(&collected, &front_end().topology);
        let pool = AutoLogonPool::Pool("pool.contoso.com".parse().unwrap());
        assert_eq!((facts.auto_logon_pool, facts.sipinternal, facts.sipexternal), (Some(pool), None, None));
        assert_eq!(facts.names_in_dns, BTreeSet::from(["sipinternal.contoso.com".parse().unwrap()]));
        assert_eq!(notes.len(), 2);
        assert!(notes.iter().all(|note| note.contains("`facts.json`")), "{notes:?}");
    }

    #[test]
    fn a_name_that_is_in_dns_for_one_domain_is_asked_for_in_no_other() {
        let mut estate = front_end();
        estate.topology.sip_domains.push(sip_domain("fabrikam.com"));
        let asked = |facts: &Facts| -> Vec<String> {
            let requirements = expect(&estate.topology, facts);
            let default = requirements.iter().find(|one| one.has_usage(CertificateUsage::Default)).unwrap();
            let names = default.names.iter().filter(|one| one.name.as_str().starts_with("sipinternal."));
            names.map(|one| one.name.to_string()).collect()
        };
        let mut found = Facts::default();
        let notes =
            found.complete_by(&in_dns(&[("sipinternal.fabrikam.com", "192.0.2.7")]), &estate.topology);
        assert_eq!(
            notes,
            [
                "sipinternal counts for `sipinternal.fabrikam.com` alone, since `facts.json` says what is in DNS"
            ]
        );
        assert_eq!(asked(&found), ["sipinternal.fabrikam.com"]);
        let said = Facts { sipinternal: Some(true), ..Facts::default() };
        assert_eq!(asked(&said), ["sipinternal.contoso.com", "sipinternal.fabrikam.com"]);
    }

    #[test]
    fn a_service_that_leads_to_a_server_without_sign_in_says_nothing() {
        let collected = in_dns(&[("_sipinternaltls._tcp.contoso.com", "edge.contoso.com:5061")]);
        let mut facts = Facts::default();
        assert_eq!(facts.complete_by(&collected, &edge().topology), [""; 0]);
        assert_eq!(facts.auto_logon_pool, None);
    }

    #[test]
    fn a_service_that_leads_to_an_alias_or_to_several_pools_says_nothing() {
        for answers in [&["sip.contoso.com:5061"][..], &["fe1.contoso.com:5061", "fe2.contoso.com:5061"]] {
            let names: Vec<(&str, &str)> =
                answers.iter().map(|answer| ("_sipinternaltls._tcp.contoso.com", *answer)).collect();
            let mut facts = Facts::default();
            assert_eq!(facts.complete_by(&in_dns(&names), &front_end().topology), [""; 0]);
            assert_eq!(facts.auto_logon_pool, None);
        }
    }

    #[test]
    fn what_the_operator_says_of_names_in_dns_counts() {
        let said = Facts {
            auto_logon_pool: Some(AutoLogonPool::Nobody),
            sipinternal: Some(false),
            ..Facts::default()
        };
        let collected = in_dns(&[
            ("_sipinternaltls._tcp.contoso.com", "pool.contoso.com:5061"),
            ("sipinternal.contoso.com", "192.0.2.7"),
        ]);
        let mut facts = said.clone();
        assert_eq!(facts.complete_by(&collected, &front_end().topology), [""; 0]);
        assert_eq!(facts, said);
    }

    #[test]
    fn a_farm_whose_tls_ends_in_front_of_it_is_told() {
        let mut collected = in_dns(&[]);
        collected.farms = vec![CollectedFarm { server: "wac01.contoso.com".to_owned(), is_offloaded: true }];
        let notes = Facts::default().complete_by(&collected, &front_end().topology);
        assert_eq!(notes.len(), 1);
        assert!(notes[0].contains("`wac01.contoso.com`"), "{notes:?}");
    }

    #[test]
    fn what_the_operator_says_counts() {
        let said = Facts {
            edge_client_auto_config_or_federation: Some(true),
            pic_aol: Some(false),
            online_sip_domains: vec!["fabrikam.com".parse().unwrap()],
            ..Facts::default()
        };
        let mut facts = said.clone();
        assert_eq!(facts.complete_by(&collected(), &front_end().topology), [""; 0]);
        assert_eq!(facts, said);
        assert_eq!(Facts::default().complete_by(&CollectedFacts::default(), &front_end().topology), [""; 0]);
    }
}
