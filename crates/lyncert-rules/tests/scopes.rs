//! What sites, reverse proxies and pools that the policy tells of change in the requirements.

#![expect(clippy::unwrap_used, reason = "helpers of tests lie outside of test functions")]

mod common;

use lyncert_ingest::name::DnsName;
use lyncert_ingest::topology::{PoolKind, SimpleUrl, SimpleUrlComponent, Site, Topology};
use lyncert_rules::facts::{
    AutoLogonPool, EdgeFact, ExtraName, ExtraNameFor, FactSimpleUrl, Facts, ReverseProxyFact,
};
use lyncert_rules::policy::Scope;
use lyncert_rules::profile::expect;
use lyncert_rules::requirement::{Need, Requirement};
use lyncert_rules::usage::CertificateUsage;

use common::deployment;

fn name(text: &str) -> DnsName {
    text.parse().unwrap()
}

/// The deployment with a second site: a Standard Edition server of its own in Oslo.
fn two_sites() -> Topology {
    let mut topology = deployment(&["contoso.com"], 7);
    let first = &mut topology.sites[0];
    first.name = "Redmond".to_owned();
    let mut server = first.pools.iter().find(|pool| pool.kind == PoolKind::FrontEndPool).unwrap().clone();
    server.kind = PoolKind::StandardEdition;
    server.fqdn = name("oslo.contoso.com");
    server.machines.truncate(1);
    server.machines[0].fqdn = name("oslo.contoso.com");
    server.external_web_fqdns[0].value = name("weboslo.contoso.com");
    let mut second = Site { pools: vec![server], ..first.clone() };
    (second.id, second.name) = ("no".to_owned(), "Oslo".to_owned());
    topology.sites.push(second);
    topology
}

/// The topology with a Meet and a Dial-in URL of a site's own.
fn with_own_urls(mut topology: Topology, site: &str) -> Topology {
    let urls = topology.simple_urls.as_mut().unwrap();
    let own = |component: SimpleUrlComponent, host: &str| {
        let url = urls.iter().find(|url| url.component == component).unwrap();
        let host = format!("{host}-{site}.contoso.com");
        SimpleUrl {
            site: Some(site.to_owned()),
            active_url: format!("https://{host}"),
            active_host: name(&host),
            ..url.clone()
        }
    };
    let own = [own(SimpleUrlComponent::Meet, "meet"), own(SimpleUrlComponent::Dialin, "dialin")];
    urls.extend(own);
    topology
}

fn proxies(topology: &Topology, facts: &Facts) -> Vec<Requirement> {
    let requirements = expect(topology, facts).into_iter();
    requirements.filter(|requirement| requirement.has_usage(CertificateUsage::ReverseProxy)).collect()
}

fn need(requirement: &Requirement, wanted: &str) -> Option<Need> {
    requirement.names.iter().find(|found| found.name.key() == wanted).map(|found| found.need)
}

fn accepts(requirement: &Requirement, wanted: &str) -> bool {
    requirement.also_accepted.iter().any(|accepted| accepted.name.key() == wanted)
}

#[test]
fn the_reverse_proxy_has_the_simple_urls_of_every_scope_in_force() {
    let topology = with_own_urls(two_sites(), "no");
    let [proxy] = proxies(&topology, &Facts::default()).try_into().unwrap();
    for host in ["meet-no", "dialin-no", "meet", "dialin"] {
        let host = format!("{host}.contoso.com");
        assert_eq!(need(&proxy, &host), Some(Need::Required), "{host}");
    }
    assert_eq!(need(&proxy, "admin.contoso.com"), None);
    assert!(!accepts(&proxy, "admin.contoso.com"), "the control panel is not published");
}

#[test]
fn global_simple_urls_that_no_site_uses_are_accepted_only() {
    let first = two_sites().sites[0].id.clone();
    let topology = with_own_urls(with_own_urls(two_sites(), "no"), &first);
    let [proxy] = proxies(&topology, &Facts::default()).try_into().unwrap();
    assert_eq!(need(&proxy, "meet.contoso.com"), None);
    assert!(accepts(&proxy, "meet.contoso.com") && accepts(&proxy, "dialin.contoso.com"));
    assert!(!accepts(&proxy, "admin.contoso.com"), "the control panel is not published");
    assert_eq!(need(&proxy, "meet-no.contoso.com"), Some(Need::Required));
}

#[test]
fn each_of_several_reverse_proxies_has_the_names_of_its_sites() {
    let proxy =
        |name: &str, site: &str| ReverseProxyFact { name: name.to_owned(), sites: vec![site.to_owned()] };
    let facts =
        Facts { reverse_proxies: vec![proxy("west", "redmond"), proxy("east", "no")], ..Facts::default() };
    let topology = with_own_urls(two_sites(), "no");
    let [west, east] = proxies(&topology, &facts).try_into().unwrap();
    assert_eq!((west.id.as_str(), east.id.as_str()), ("reverse-proxy-west", "reverse-proxy-east"));
    assert_eq!(west.holder.to_string(), "reverse proxy west");
    for (host, in_west, in_east) in [
        ("webext.contoso.com", Some(Need::Required), None),
        ("weboslo.contoso.com", None, Some(Need::Required)),
        ("meet.contoso.com", Some(Need::Required), None),
        ("meet-no.contoso.com", None, Some(Need::Required)),
        ("owa.contoso.com", Some(Need::Recommended), None),
        ("lyncdiscover.contoso.com", Some(Need::Required), Some(Need::Required)),
    ] {
        assert_eq!((need(&west, host), need(&east, host)), (in_west, in_east), "{host}");
    }
    let one = Facts { reverse_proxies: vec![proxy("west", "Redmond")], ..Facts::default() };
    let [only] = proxies(&topology, &one).try_into().unwrap();
    assert_eq!((only.id.as_str(), need(&only, "weboslo.contoso.com")), ("reverse-proxy", None));
}

/// A Meet URL for the SIP domain and one for dial-in, as a policy tells of them.
fn urls_of(site: Option<&str>, domain: &str) -> [FactSimpleUrl; 2] {
    let url = |component: SimpleUrlComponent, label: &str| FactSimpleUrl {
        component,
        domain: "contoso.com".to_owned(),
        site: site.map(str::to_owned),
        url: format!("https://{label}.{domain}"),
        host: name(&format!("{label}.{domain}")),
    };
    [url(SimpleUrlComponent::Meet, "meet"), url(SimpleUrlComponent::Dialin, "dialin")]
}

#[test]
fn simple_urls_of_the_policy_can_be_those_of_a_site() {
    let mut topology = two_sites();
    topology.simple_urls = None;
    let of_oslo = || urls_of(Some("oslo"), "oslo.contoso.com");
    let one = Facts { simple_urls: of_oslo().to_vec(), ..Facts::default() };
    let requirements = expect(&topology, &one);
    let of = |id: &str| requirements.iter().find(|requirement| requirement.id == id).unwrap();
    let oslo = of("oslo.contoso.com/WebServicesInternal");
    assert_eq!((need(oslo, "meet.oslo.contoso.com"), oslo.needs_unknown_urls), (Some(Need::Required), false));
    let redmond = of("pool.contoso.com/fe1.contoso.com/WebServicesInternal");
    assert_eq!((need(redmond, "meet.oslo.contoso.com"), redmond.needs_unknown_urls), (None, true));
    assert!(of("reverse-proxy").needs_unknown_urls, "the global set is not known");
    let of_all = of_oslo().into_iter().chain(urls_of(None, "contoso.com"));
    let both = Facts { simple_urls: of_all.collect(), ..Facts::default() };
    assert!(expect(&topology, &both).iter().all(|requirement| !requirement.needs_unknown_urls));
}

#[test]
fn every_office_web_apps_farm_is_recommended_on_the_proxy_unless_the_policy_says_what_is_published() {
    let topology = two_sites();
    let need_by = |published: Option<Vec<DnsName>>| {
        let facts = Facts { office_web_apps_external: published, ..Facts::default() };
        let [proxy] = proxies(&topology, &facts).try_into().unwrap();
        need(&proxy, "owa.contoso.com")
    };
    assert_eq!(need_by(None), Some(Need::Recommended));
    assert_eq!(need_by(Some(Vec::new())), None);
    assert_eq!(need_by(Some(vec![name("owa.contoso.com")])), Some(Need::Required));
}

#[test]
fn without_a_reverse_proxy_none_is_called_for() {
    let facts = Facts { without_reverse_proxy: true, ..Facts::default() };
    assert_eq!(proxies(&two_sites(), &facts), []);
}

#[test]
fn an_extra_name_belongs_to_its_pool_server_or_site_or_to_all_that_sign_users_in() {
    let topology = two_sites();
    let holders = |holder: ExtraNameFor| -> Vec<String> {
        let extra = ExtraName {
            usage: CertificateUsage::Default,
            name: name("srv.fabrikam.com"),
            holder,
            reason: "target of a record".to_owned(),
        };
        let requirements = expect(&topology, &Facts { extra_names: vec![extra], ..Facts::default() });
        let asked = requirements.iter().filter(|one| need(one, "srv.fabrikam.com") == Some(Need::Required));
        asked.map(|one| one.id.clone()).collect()
    };
    let (fe1, fe2) = ("pool.contoso.com/fe1.contoso.com/Default", "pool.contoso.com/fe2.contoso.com/Default");
    assert_eq!(holders(ExtraNameFor::Pool(name("pool.contoso.com"))), [fe1, fe2]);
    assert_eq!(holders(ExtraNameFor::Server(name("fe2.contoso.com"))), [fe2]);
    assert_eq!(holders(ExtraNameFor::Server(name("app1.contoso.com"))), ["apps.contoso.com/Default"]);
    assert_eq!(holders(ExtraNameFor::Site("OSLO".to_owned())), ["oslo.contoso.com/Default"]);
    assert_eq!(
        holders(ExtraNameFor::AllThatFit),
        [fe1, fe2, "dir.contoso.com/Default", "sba.contoso.com/Default", "oslo.contoso.com/Default"],
        "not the Mediation Server and not the applications"
    );
}

#[test]
fn the_only_pool_that_signs_users_in_should_have_the_sip_names() {
    let need_by = |pools: &[PoolKind], facts: &Facts| {
        let mut topology = deployment(&["contoso.com"], 7);
        topology.sites[0].pools.retain(|pool| pools.contains(&pool.kind));
        let requirements = expect(&topology, facts);
        let pool = requirements.iter().find(|one| one.id == "pool.contoso.com/fe1.contoso.com/Default");
        need(pool.unwrap(), "sip.contoso.com")
    };
    let (only, both) = ([PoolKind::FrontEndPool], [PoolKind::FrontEndPool, PoolKind::Director]);
    assert_eq!(need_by(&only, &Facts::default()), Some(Need::Recommended));
    assert_eq!(need_by(&both, &Facts::default()), Some(Need::Optional));
    let nobody = Facts { auto_logon_pool: Some(AutoLogonPool::Nobody), ..Facts::default() };
    assert_eq!(need_by(&only, &nobody), None);
    let lax = Facts { strict_dns_matching: Some(false), ..Facts::default() };
    assert_eq!(need_by(&only, &lax), Some(Need::Optional));
}

#[test]
fn what_is_said_of_one_edge_pool_counts_before_what_is_said_of_all() {
    let topology = deployment(&["contoso.com"], 7);
    let need_by = |edge: Option<bool>, all: Option<bool>| {
        let pool = name("edge.contoso.com");
        let fact = |given| EdgeFact { pool: pool.clone(), client_auto_config_or_federation: given };
        let facts = Facts {
            edges: edge.map(fact).into_iter().collect(),
            edge_client_auto_config_or_federation: all,
            ..Facts::default()
        };
        let requirements = expect(&topology, &facts);
        let edge = requirements.iter().find(|one| one.has_usage(CertificateUsage::AccessEdgeExternal));
        need(edge.unwrap(), "sip.contoso.com")
    };
    assert_eq!(need_by(Some(false), Some(true)), Some(Need::Optional));
    assert_eq!(need_by(Some(true), Some(false)), Some(Need::Required));
    assert_eq!(need_by(None, Some(false)), Some(Need::Optional));
    assert_eq!(need_by(None, None), Some(Need::Required));
}

#[test]
fn what_somebody_else_audits_is_out_of_scope() {
    let topology = deployment(&["contoso.com"], 7);
    let scope = |except: &[&str]| Scope {
        except: except.iter().map(|name| name.parse().unwrap()).collect(),
        ..Scope::default()
    };
    let proxy = proxies(&topology, &Facts::default()).remove(0).holder;
    let farm = expect(&topology, &Facts::default());
    let farm = &farm.iter().find(|one| one.has_usage(CertificateUsage::OfficeWebApps)).unwrap().holder;
    let excepting = scope(&["Reverse-Proxy", "OWA.contoso.com"]);
    assert!(!excepting.is_everything());
    assert!(!excepting.includes(&proxy) && !excepting.includes(farm));
    assert!(scope(&["oauth"]).includes(&proxy) && scope(&["oauth"]).includes(farm));
    let asked = Scope { holders: vec!["reverse-proxy".parse().unwrap()], ..Scope::default() };
    let asked = asked.without(&excepting.except);
    assert!(asked.includes(&proxy), "what is asked for by name is not excepted");
    assert!(!asked.includes(farm));
}

#[test]
fn a_set_without_the_urls_that_every_deployment_has_is_not_known() {
    let unknown = |topology: &Topology, simple_urls: Vec<FactSimpleUrl>| {
        let requirements = expect(topology, &Facts { simple_urls, ..Facts::default() });
        requirements.iter().any(|requirement| requirement.needs_unknown_urls)
    };
    let exported = two_sites();
    assert!(!unknown(&exported, Vec::new()));
    let with_urls = |urls: Option<Vec<SimpleUrl>>| Topology { simple_urls: urls, ..two_sites() };
    let [meet, dialin] = urls_of(None, "contoso.com");
    for nothing in [with_urls(None), with_urls(Some(Vec::new()))] {
        assert!(unknown(&nothing, Vec::new()));
        assert!(unknown(&nothing, vec![meet.clone()]), "no URL for dial-in");
        assert!(unknown(&nothing, vec![dialin.clone()]), "no Meet URL");
        let of_another = FactSimpleUrl { domain: "fabrikam.com".to_owned(), ..meet.clone() };
        assert!(unknown(&nothing, vec![of_another, dialin.clone()]), "no Meet URL for the SIP domain");
        assert!(!unknown(&nothing, vec![meet.clone(), dialin.clone()]));
        let of_all = FactSimpleUrl { domain: "*".to_owned(), ..meet.clone() };
        assert!(!unknown(&nothing, vec![of_all, dialin.clone()]));
    }
    // What an export itself lacks is a fault of the topology.
    let mut urls = exported.simple_urls.unwrap();
    urls.retain(|url| url.component != SimpleUrlComponent::Dialin);
    assert!(!unknown(&with_urls(Some(urls)), Vec::new()));
    let of_oslo_only = with_own_urls(two_sites(), "no").simple_urls.unwrap();
    let of_oslo_only = of_oslo_only.into_iter().filter(|url| url.site.is_some()).collect();
    assert!(unknown(&with_urls(Some(of_oslo_only)), Vec::new()), "the other site uses the global set");
}
