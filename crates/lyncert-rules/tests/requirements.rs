//! Requirements of whole deployments, and the laws that hold for all of them.

#![expect(clippy::unwrap_used, reason = "helpers of tests lie outside of test functions")]

mod common;

use lyncert_rules::clause::clause;
use lyncert_rules::explain::find_uses;
use lyncert_rules::facts::{
    AutoLogonPool, Autodiscover, CertificateLayout, ExtraName, ExtraNameFor, Facts, ReverseProxyListeners,
};
use lyncert_rules::order::orders;
use lyncert_rules::profile::expect;
use lyncert_rules::requirement::{AddedBy, Need, Requirement};
use lyncert_rules::usage::CertificateUsage;
use proptest::prelude::*;

use common::{NS, deployment};

fn of<'a>(requirements: &'a [Requirement], id: &str) -> &'a Requirement {
    requirements.iter().find(|requirement| requirement.id == id).unwrap()
}

/// The names with at least this need.
fn names(requirement: &Requirement, need: Need) -> Vec<String> {
    let mut names: Vec<String> = requirement
        .names
        .iter()
        .filter(|name| name.need >= need)
        .map(|name| name.name.key().to_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_name_that_many_pools_ask_for_has_every_cause_once_in_their_order() {
    let mut topology = deployment(&["contoso.com"], 7);
    let pools = &mut topology.sites[0].pools;
    let at = pools.iter().position(|pool| !pool.external_web_fqdns.is_empty()).unwrap();
    for number in 0..40 {
        let mut pool = pools[at].clone();
        pool.fqdn = format!("pool{}.contoso.com", number / 2).parse().unwrap();
        // Two pools in a row say the same at the same place.
        pool.external_web_fqdns[0].place.line = 1_000 + number / 2;
        pools.push(pool);
    }
    let shared = pools[at].external_web_fqdns[0].value.clone();
    let requirements = expect(&topology, &Facts::default());
    let proxy = requirements.iter().find(|one| one.usages == [CertificateUsage::ReverseProxy]).unwrap();
    let name = proxy.names.iter().find(|required| required.name == shared).unwrap();
    let lines: Vec<u32> = name
        .causes
        .iter()
        .filter_map(|cause| Some(cause.place.as_ref()?.line))
        .filter(|line| *line >= 1_000)
        .collect();
    let each_once: Vec<u32> = {
        let mut lines = lines.clone();
        lines.dedup();
        lines
    };
    assert_eq!(each_once.len(), lines.len(), "{lines:?}");
    assert_eq!(lines.len() % 20, 0, "{lines:?}");
    assert!(lines.contains(&1_000) && lines.contains(&1_019));
}

#[test]
fn every_holder_of_a_deployment_has_its_requirements() {
    let requirements = expect(&deployment(&["contoso.com", "fabrikam.com"], 7), &Facts::default());
    let list: Vec<String> = requirements
        .iter()
        .map(|requirement| {
            format!(
                "{} CN={} {}",
                requirement.id,
                requirement.subject,
                names(requirement, Need::Recommended).join(" ")
            )
        })
        .collect();
    expect_test::expect![[r#"
        pool.contoso.com/fe1.contoso.com/Default CN=pool.contoso.com fe1.contoso.com pool.contoso.com
        pool.contoso.com/fe2.contoso.com/Default CN=pool.contoso.com fe2.contoso.com pool.contoso.com
        pool.contoso.com/fe1.contoso.com/WebServicesInternal CN=pool.contoso.com admin.contoso.com dialin.contoso.com fe1.contoso.com lyncdiscoverinternal.contoso.com lyncdiscoverinternal.fabrikam.com meet.contoso.com meet.fabrikam.com pool.contoso.com webint.contoso.com
        pool.contoso.com/fe2.contoso.com/WebServicesInternal CN=pool.contoso.com admin.contoso.com dialin.contoso.com fe2.contoso.com lyncdiscoverinternal.contoso.com lyncdiscoverinternal.fabrikam.com meet.contoso.com meet.fabrikam.com pool.contoso.com webint.contoso.com
        pool.contoso.com/fe1.contoso.com/WebServicesExternal CN=pool.contoso.com dialin.contoso.com lyncdiscover.contoso.com lyncdiscover.fabrikam.com meet.contoso.com meet.fabrikam.com webext.contoso.com
        pool.contoso.com/fe2.contoso.com/WebServicesExternal CN=pool.contoso.com dialin.contoso.com lyncdiscover.contoso.com lyncdiscover.fabrikam.com meet.contoso.com meet.fabrikam.com webext.contoso.com
        dir.contoso.com/Default CN=dir.contoso.com dir.contoso.com
        dir.contoso.com/WebServicesInternal CN=dir.contoso.com admin.contoso.com dialin.contoso.com dir.contoso.com lyncdiscoverinternal.contoso.com lyncdiscoverinternal.fabrikam.com meet.contoso.com meet.fabrikam.com
        dir.contoso.com/WebServicesExternal CN=dir.contoso.com dialin.contoso.com lyncdiscover.contoso.com lyncdiscover.fabrikam.com meet.contoso.com meet.fabrikam.com webdir.contoso.com
        edge.contoso.com/AccessEdgeExternal CN=access.contoso.com access.contoso.com conf.contoso.com contoso.com fabrikam.com sip.contoso.com sip.fabrikam.com
        edge.contoso.com/Internal CN=edge.contoso.com 
        med.contoso.com/med1.contoso.com/Default CN=med.contoso.com med.contoso.com med1.contoso.com
        apps.contoso.com/Default CN=apps.contoso.com app1.contoso.com app2.contoso.com apps.contoso.com
        owa.contoso.com/OfficeWebApps CN=owa.contoso.com owa.contoso.com
        sba.contoso.com/Default CN=sba.contoso.com sip.contoso.com sip.fabrikam.com
        deployment/OAuthTokenIssuer CN=contoso.com 
        reverse-proxy CN=webext.contoso.com dialin.contoso.com lyncdiscover.contoso.com lyncdiscover.fabrikam.com meet.contoso.com meet.fabrikam.com owa.contoso.com webdir.contoso.com webext.contoso.com"#]]
    .assert_eq(&list.join("\n"));
}

#[test]
fn the_sign_in_pool_needs_the_sip_names_that_others_may_have() {
    let topology = deployment(&["contoso.com"], 7);
    let facts = |pool: &str, strict| Facts {
        auto_logon_pool: Some(AutoLogonPool::Pool(pool.parse().unwrap())),
        strict_dns_matching: strict,
        ..Facts::default()
    };
    let need = |facts: &Facts, id: &str| {
        let requirements = expect(&topology, facts);
        of(&requirements, id)
            .names
            .iter()
            .find(|name| name.name.key() == "sip.contoso.com")
            .map(|name| name.need)
    };
    let pool = "pool.contoso.com/fe1.contoso.com/Default";
    assert_eq!(need(&Facts::default(), pool), Some(Need::Optional), "nobody says which pool answers");
    assert_eq!(need(&facts("POOL.contoso.com", None), pool), Some(Need::Required));
    assert_eq!(need(&facts("pool.contoso.com", Some(false)), pool), Some(Need::Optional));
    assert_eq!(
        need(&facts("pool.contoso.com", None), "dir.contoso.com/Default"),
        None,
        "another pool answers"
    );
}

#[test]
fn autodiscover_decides_the_discovery_names() {
    let need = |version, autodiscover| {
        let facts = Facts { autodiscover, ..Facts::default() };
        let requirements = expect(&deployment(&["contoso.com"], version), &facts);
        let has = |id: &str, name: &str| {
            of(&requirements, id).names.iter().find(|found| found.name.key() == name).map(|found| found.need)
        };
        (
            has("pool.contoso.com/fe1.contoso.com/WebServicesInternal", "lyncdiscoverinternal.contoso.com"),
            has("pool.contoso.com/fe1.contoso.com/WebServicesExternal", "lyncdiscover.contoso.com"),
            has("reverse-proxy", "lyncdiscover.contoso.com"),
        )
    };
    let (required, recommended) = (Some(Need::Required), Some(Need::Recommended));
    assert_eq!(need(7, None), (required, recommended, required));
    assert_eq!(need(7, Some(Autodiscover::Http80)), (required, None, None));
    assert_eq!(need(7, Some(Autodiscover::None)), (None, None, None));
    assert_eq!(need(5, None), (None, None, None), "Lync Server 2010 has it only after an update");
    assert_eq!(need(5, Some(Autodiscover::Https)), (required, recommended, required));
}

#[test]
fn versions_decide_oauth_and_xmpp() {
    let has_oauth = |version| {
        expect(&deployment(&["contoso.com"], version), &Facts::default())
            .iter()
            .any(|requirement| requirement.has_usage(CertificateUsage::OAuthTokenIssuer))
    };
    assert!(!has_oauth(5) && has_oauth(6) && has_oauth(8));
    for (version, usage, need) in
        [(6, true, Some(Need::Required)), (7, true, Some(Need::Required)), (8, false, Some(Need::Optional))]
    {
        let requirements = expect(&deployment(&["contoso.com"], version), &Facts::default());
        let edge = of(&requirements, "edge.contoso.com/AccessEdgeExternal");
        assert_eq!(edge.has_usage(CertificateUsage::XmppServer), usage, "{version}");
        let bare = edge.names.iter().find(|name| name.name.key() == "contoso.com").map(|name| name.need);
        assert_eq!(bare, need, "{version}");
    }
    assert_eq!(
        expect(&deployment(&["contoso.com"], 4), &Facts::default()).len(),
        1,
        "the reverse proxy alone"
    );
}

#[test]
fn facts_of_the_edge_change_its_names_and_usages() {
    let topology = deployment(&["contoso.com", "fabrikam.com"], 7);
    let edge = |facts: Facts| of(&expect(&topology, &facts), "edge.contoso.com/AccessEdgeExternal").clone();
    let listed =
        edge(Facts { xmpp_domains: Some(vec!["corp.contoso.com".parse().unwrap()]), ..Facts::default() });
    assert!(names(&listed, Need::Required).contains(&"corp.contoso.com".to_owned()));
    assert!(!names(&listed, Need::Optional).contains(&"contoso.com".to_owned()));
    let closed = edge(Facts { edge_client_auto_config_or_federation: Some(false), ..Facts::default() });
    assert!(!names(&closed, Need::Recommended).contains(&"sip.contoso.com".to_owned()));
    let aol = edge(Facts { pic_aol: Some(true), ..Facts::default() });
    assert_eq!(aol.eku.len(), 2);
    let online = ["litware.com", "contoso.onmicrosoft.com"].map(|name| name.parse().unwrap()).to_vec();
    let hybrid = edge(Facts { online_sip_domains: online, ..Facts::default() });
    assert!(names(&hybrid, Need::Required).contains(&"sip.litware.com".to_owned()));
    assert!(!names(&hybrid, Need::Optional).iter().any(|name| name.contains("onmicrosoft")));
    let extra = ExtraName {
        usage: CertificateUsage::AccessEdgeExternal,
        name: "legacy.contoso.com".parse().unwrap(),
        holder: ExtraNameFor::AllThatFit,
        reason: "a partner".to_owned(),
    };
    let extra = edge(Facts { extra_names: vec![extra], sipexternal: Some(true), ..Facts::default() });
    assert!(names(&extra, Need::Required).contains(&"legacy.contoso.com".to_owned()));
    assert!(names(&extra, Need::Required).contains(&"sipexternal.contoso.com".to_owned()));
}

#[test]
fn the_wizard_is_trusted_with_nothing_that_logs_do_not_show() {
    let requirements = expect(&deployment(&["contoso.com", "fabrikam.com"], 7), &Facts::default());
    let added_by = |id: &str, name: &str| {
        of(&requirements, id).names.iter().find(|found| found.name.key() == name).map(|found| found.added_by)
    };
    let (web, edge) =
        ("pool.contoso.com/fe1.contoso.com/WebServicesInternal", "edge.contoso.com/AccessEdgeExternal");
    for (id, name, by) in [
        (web, "meet.contoso.com", AddedBy::Wizard),
        (web, "lyncdiscoverinternal.contoso.com", AddedBy::Wizard),
        (web, "lyncdiscoverinternal.fabrikam.com", AddedBy::Person),
        ("pool.contoso.com/fe1.contoso.com/Default", "sip.contoso.com", AddedBy::Person),
        (edge, "access.contoso.com", AddedBy::Wizard),
        (edge, "sip.contoso.com", AddedBy::Person),
        (edge, "contoso.com", AddedBy::Wizard),
        (edge, "fabrikam.com", AddedBy::Person),
        ("reverse-proxy", "meet.contoso.com", AddedBy::Person),
    ] {
        assert_eq!(added_by(id, name), Some(by), "{id} {name}");
    }
}

#[test]
fn several_listeners_each_need_their_own_name_only() {
    let facts = Facts { reverse_proxy_listeners: ReverseProxyListeners::Several, ..Facts::default() };
    let requirements = expect(&deployment(&["contoso.com"], 7), &facts);
    let listeners: Vec<_> = requirements
        .iter()
        .filter(|requirement| requirement.has_usage(CertificateUsage::ReverseProxy))
        .collect();
    assert!(listeners.len() > 3);
    for listener in listeners {
        assert_eq!(names(listener, Need::Optional), [listener.subject.key()]);
    }
}

#[test]
fn layouts_decide_how_many_certificates_are_ordered() {
    let requirements = expect(&deployment(&["contoso.com"], 7), &Facts::default());
    let separate = orders(&requirements, CertificateLayout::Separate);
    assert_eq!(separate.len(), requirements.len());
    let combined = orders(&requirements, CertificateLayout::Auto);
    let front_end =
        combined.iter().find(|order| order.install_on.iter().any(|server| server.key() == "fe1.contoso.com"));
    let front_end = front_end.unwrap();
    assert_eq!(
        front_end.id,
        "pool.contoso.com/fe1.contoso.com/Default+WebServicesInternal+WebServicesExternal"
    );
    assert_eq!(front_end.usages.len(), 3);
    for order in separate.iter().chain(&combined) {
        let has_subject = order.names.iter().any(|name| name.name == order.subject);
        assert!(has_subject, "{} repeats its subject", order.id);
    }
    let edge =
        combined.iter().find(|order| order.usages.contains(&CertificateUsage::AccessEdgeExternal)).unwrap();
    assert!(edge.exportable && edge.public_ca);
}

#[test]
fn an_edge_with_one_fqdn_needs_it_once() {
    let text = format!(
        r#"<PartialTopology xmlns="{NS}WritableTopology.2008"><InternalDomains DefaultDomain="a.com"><InternalDomain Name="a.com" /></InternalDomains>
<CentralSites><CentralSite SiteId="1"><Clusters><Cluster UniqueId="e" Fqdn="e.a.com"><Machines><Machine /></Machines></Cluster></Clusters></CentralSite></CentralSites>
<Services><Service RoleName="EdgeServer" InstalledOn="e" ServiceVersion="7"><Ports><Port Owner="urn:component:AccessEdge" InterfaceSide="External" ConfiguredFqdn="sip.a.com" /><Port Owner="urn:component:DataEdge" InterfaceSide="External" ConfiguredFqdn="SIP.a.com" /></Ports></Service></Services></PartialTopology>"#
    );
    let topology =
        lyncert_ingest::deployment::read_deployment(&[("t.xml", text.as_bytes())]).unwrap().topology;
    let requirements = expect(&topology, &Facts::default());
    let external = &requirements[0];
    assert_eq!(names(external, Need::Optional), ["sip.a.com"]);
    assert_eq!(external.names[0].causes.len(), 3, "every cause is kept: {}", external.names[0].because());
    assert_eq!(external.names[0].added_by, AddedBy::Wizard);
}

fn domain() -> impl Strategy<Value = String> {
    "[a-z]{1,8}\\.(com|net)"
}

proptest! {
    #[test]
    fn a_further_sip_domain_only_adds_names(mut domains in prop::collection::vec(domain(), 1..4), more in domain()) {
        domains.dedup();
        let before: Vec<&str> = domains.iter().map(String::as_str).collect();
        let after: Vec<&str> = before.iter().copied().chain((!domains.contains(&more)).then_some(more.as_str())).collect();
        prop_assume!(before.iter().collect::<std::collections::BTreeSet<_>>().len() == before.len());
        let old = expect(&deployment(&before, 7), &Facts::default());
        let new = expect(&deployment(&after, 7), &Facts::default());
        for requirement in &old {
            let successor = of(&new, &requirement.id);
            for name in &requirement.names {
                let kept = successor.names.iter().find(|kept| kept.name == name.name);
                prop_assert!(kept.is_some_and(|kept| kept.need >= name.need), "{} {}", requirement.id, name.name);
            }
        }
    }

    #[test]
    fn letter_case_of_the_export_changes_nothing(upper: bool, domains in prop::collection::vec(domain(), 1..3)) {
        let cased: Vec<String> = domains.iter().map(|domain| if upper { domain.to_uppercase() } else { domain.clone() }).collect();
        prop_assume!(domains.iter().collect::<std::collections::BTreeSet<_>>().len() == domains.len());
        let ids = |domains: &[String]| {
            let domains: Vec<&str> = domains.iter().map(String::as_str).collect();
            let requirements = expect(&deployment(&domains, 7), &Facts::default());
            requirements.iter().map(|requirement| (requirement.id.clone(), names(requirement, Need::Optional))).collect::<Vec<_>>()
        };
        prop_assert_eq!(ids(&domains), ids(&cased));
    }

    #[test]
    fn order_and_repetition_of_sip_domains_change_nothing(
        further in Just(vec!["fabrikam.com", "litware.com", "eu.contoso.com"]).prop_shuffle(),
        repeated in 0_usize..4,
    ) {
        let sets = |domains: &[&str]| {
            let requirements = expect(&deployment(domains, 7), &Facts::default());
            requirements
                .iter()
                .map(|requirement| (requirement.id.clone(), requirement.subject.clone(), names(requirement, Need::Optional)))
                .collect::<Vec<_>>()
        };
        let plain = ["contoso.com", "eu.contoso.com", "fabrikam.com", "litware.com"];
        let mut mixed: Vec<&str> = std::iter::once("contoso.com").chain(further).collect();
        mixed.extend(plain.iter().cycle().take(repeated).map(|domain| domain as &str).collect::<Vec<_>>());
        prop_assert_eq!(sets(&mixed), sets(&plain));
    }

    #[test]
    fn every_needed_name_is_explained(version in 5_u32..9, one: bool) {
        let domains: &[&str] = if one { &["contoso.com"] } else { &["contoso.com", "fabrikam.com"] };
        let requirements = expect(&deployment(domains, version), &Facts::default());
        for (index, requirement) in requirements.iter().enumerate() {
            for name in &requirement.names {
                let uses = find_uses(&requirements, &name.name);
                let own = uses.iter().find(|used| used.requirement.id == requirement.id);
                prop_assert!(own.is_some_and(|own| own.required == Some(name)), "{index} {}", name.name);
            }
        }
    }

    #[test]
    fn every_name_has_a_cause_and_a_clause_with_a_source(version in 5_u32..9, aol: bool, separate: bool) {
        let layout = if separate { CertificateLayout::Separate } else { CertificateLayout::Combined };
        let facts = Facts { pic_aol: Some(aol), certificate_layout: layout, ..Facts::default() };
        let requirements = expect(&deployment(&["contoso.com", "fabrikam.com"], version), &facts);
        for name in requirements.iter().flat_map(|requirement| &requirement.names) {
            prop_assert!(!name.causes.is_empty() && !name.usages.is_empty());
            prop_assert!(clause(name.clause).is_some_and(|clause| !clause.sources.is_empty()), "{}", name.clause);
        }
    }
}
