//! What the pages say outside of their tables: gateways, a certificate of its own for A/V authentication, Office Web Apps, and what
//! orders ask for.

#![expect(clippy::unwrap_used, reason = "helpers of tests lie outside of test functions")]

mod common;

use lyncert_ingest::name::DnsName;
use lyncert_ingest::topology::{Placed, PoolKind, Topology, Trunk};
use lyncert_rules::assess::{Assessment, Case, assess};
use lyncert_rules::certificate::{Certificate, Eku};
use lyncert_rules::facts::{AvCertificate, CertificateLayout, Facts};
use lyncert_rules::order::{Order, orders};
use lyncert_rules::policy::Policy;
use lyncert_rules::profile::expect;
use lyncert_rules::requirement::Requirement;
use lyncert_rules::usage::CertificateUsage;
use time::Duration;

use common::{NOW, case, certificate, deployment};

fn name(text: &str) -> DnsName {
    text.parse().unwrap()
}

/// The deployment whose Mediation Server is a gateway with this link.
fn with_gateway(is_tls: bool, fqdns: &[&str]) -> Topology {
    let mut topology = deployment(&["contoso.com"], 7);
    let pools = &mut topology.sites[0].pools;
    let gateway = pools.iter_mut().find(|pool| pool.kind == PoolKind::Mediation).unwrap();
    gateway.kind = PoolKind::Gateway;
    gateway.fqdn = name("sbc.contoso.com");
    gateway.machines[0].fqdn = name("sbc.contoso.com");
    let place = gateway.place.clone();
    let fqdns = fqdns.iter().map(|fqdn| Placed { value: name(fqdn), place: place.clone() }).collect();
    gateway.trunk = Some(Trunk { is_tls, fqdns });
    topology
}

fn of_usage(topology: &Topology, facts: &Facts, usage: CertificateUsage) -> Vec<Requirement> {
    let requirements = expect(topology, facts).into_iter();
    requirements.filter(|requirement| requirement.has_usage(usage)).collect()
}

fn names(requirement: &Requirement) -> Vec<&str> {
    requirement.names.iter().map(|name| name.name.key()).collect()
}

fn judged(topology: &Topology, facts: &Facts, certificates: &[Certificate]) -> Assessment {
    let policy = Policy::default();
    let case = Case { policy: &policy, certificates, ..case(topology, facts) };
    assess(&case, expect(topology, facts))
}

/// The rules that speak of what serves a usage.
fn told(assessment: &Assessment, usage: CertificateUsage) -> Vec<String> {
    let about = assessment.findings.iter().filter(|finding| finding.usages.contains(&usage));
    about.map(|finding| format!("{} {}", finding.severity.as_str(), finding.rule.id)).collect()
}

#[test]
fn a_gateway_needs_a_certificate_just_where_its_link_is_tls() {
    let facts = Facts::default();
    assert_eq!(of_usage(&with_gateway(false, &[]), &facts, CertificateUsage::Gateway), []);
    let topology = with_gateway(true, &["sbc-a.contoso.com", "sbc-b.contoso.com"]);
    let [gateway] = of_usage(&topology, &facts, CertificateUsage::Gateway).try_into().unwrap();
    assert_eq!(gateway.id, "sbc.contoso.com/Gateway");
    assert_eq!((gateway.subject.key(), gateway.subject_clause), ("sbc-a.contoso.com", "GW-01"));
    assert_eq!(names(&gateway), ["sbc-a.contoso.com", "sbc-b.contoso.com"]);
    assert_eq!((gateway.eku.as_slice(), gateway.public_ca), (&[Eku::ServerAuth][..], false));
    assert_eq!(gateway.advised_eku, [Eku::ClientAuth]);
    let topology = with_gateway(true, &[]);
    let [gateway] = of_usage(&topology, &facts, CertificateUsage::Gateway).try_into().unwrap();
    assert_eq!(names(&gateway), ["sbc.contoso.com"], "without a configured FQDN it is the pool's");
}

#[test]
fn a_gateway_without_a_certificate_is_information_and_one_in_its_place_is_judged() {
    let topology = with_gateway(true, &["sbc.contoso.com"]);
    let facts = Facts::default();
    let nothing = judged(&topology, &facts, &[]);
    assert_eq!(told(&nothing, CertificateUsage::Gateway), ["info requirement-unmet"]);
    let sound = certificate("sbc.contoso.com/gateway.cer", &["sbc.contoso.com"]);
    assert_eq!(
        told(&judged(&topology, &facts, std::slice::from_ref(&sound)), CertificateUsage::Gateway),
        [""; 0]
    );
    let mut ended = certificate("sbc.contoso.com/gateway.cer", &["other.fabrikam.com"]);
    ended.not_after = NOW - Duration::days(3);
    let told_of_ended = told(&judged(&topology, &facts, &[ended]), CertificateUsage::Gateway);
    for expected in ["error expired", "error san-missing"] {
        assert!(told_of_ended.iter().any(|told| told == expected), "{expected}: {told_of_ended:?}");
    }
    let server_only = Certificate { eku: Some([Eku::ServerAuth].into()), ..sound };
    let told = told(&judged(&topology, &facts, &[server_only]), CertificateUsage::Gateway);
    assert_eq!(told, ["info eku-client-missing"]);
}

#[test]
fn av_authentication_can_have_a_certificate_of_its_own() {
    let topology = deployment(&["contoso.com"], 7);
    let separate = Facts { av_certificate: AvCertificate::Separate, ..Facts::default() };
    let [shared] = of_usage(&topology, &Facts::default(), CertificateUsage::AudioVideoAuthentication)
        .try_into()
        .unwrap();
    assert!(shared.has_usage(CertificateUsage::AccessEdgeExternal));
    let [own] =
        of_usage(&topology, &separate, CertificateUsage::AudioVideoAuthentication).try_into().unwrap();
    assert_eq!(own.id, "edge.contoso.com/AudioVideoAuthentication");
    assert_eq!(own.usages, [CertificateUsage::AudioVideoAuthentication]);
    assert_eq!((own.subject_clause, own.names.len(), own.shared_by.len()), ("EDGE-AV-02", 0, 2));
    let [others] = of_usage(&topology, &separate, CertificateUsage::AccessEdgeExternal).try_into().unwrap();
    assert!(others.has_usage(CertificateUsage::DataEdgeExternal));
    assert!(!others.has_usage(CertificateUsage::AudioVideoAuthentication));
    let requirements = expect(&topology, &separate);
    let orders = orders(&requirements, CertificateLayout::Auto);
    let order = orders.iter().find(|order| order.usages == own.usages).unwrap();
    assert!(order.exportable && !order.public_ca, "one key for all servers, from any CA");
}

#[test]
fn a_separate_av_certificate_is_judged_alone_and_one_key_serves_the_pool() {
    let topology = deployment(&["contoso.com"], 7);
    let facts = Facts { av_certificate: AvCertificate::Separate, ..Facts::default() };
    let av = |server: &str, key: &str| {
        let path = format!("{server}/AudioVideoAuthentication.cer");
        let mut certificate = certificate(&path, &["av-tokens.contoso.com"]);
        certificate.sha256 = common::digest(key);
        certificate.key_sha256 = common::digest(key);
        certificate
    };
    let mut shared = av("edge1.contoso.com", "one");
    shared.paths.push("edge2.contoso.com/AudioVideoAuthentication.cer".into());
    let usage = CertificateUsage::AudioVideoAuthentication;
    assert_eq!(told(&judged(&topology, &facts, &[shared]), usage), [""; 0], "no client checks its names");
    let two = [av("edge1.contoso.com", "one"), av("edge2.contoso.com", "two")];
    let told_of_two = told(&judged(&topology, &facts, &two), usage);
    assert_eq!(told_of_two, ["error pool-same-names-other-key"]);
}

#[test]
fn keys_are_exportable_wherever_a_page_asks_for_it() {
    let mut topology = deployment(&["contoso.com"], 7);
    let edge = topology.sites[0].pools.iter_mut().find(|pool| pool.kind == PoolKind::Edge).unwrap();
    edge.machines.truncate(1);
    let requirements = expect(&topology, &Facts::default());
    let orders = orders(&requirements, CertificateLayout::Auto);
    let exportable = |usage| {
        let order: &Order = orders.iter().find(|order| order.usages.contains(&usage)).unwrap();
        (order.exportable, order.install_on.len())
    };
    assert_eq!(exportable(CertificateUsage::AccessEdgeExternal), (true, 1));
    assert_eq!(exportable(CertificateUsage::OfficeWebApps), (true, 1));
    assert_eq!(exportable(CertificateUsage::OAuthTokenIssuer), (true, 3));
    assert_eq!(exportable(CertificateUsage::Internal), (false, 1));
    assert_eq!(exportable(CertificateUsage::Default), (false, 1));
}

#[test]
fn office_web_apps_came_with_lync_server_2013() {
    let has_farm = |version| {
        let topology = deployment(&["contoso.com"], version);
        !of_usage(&topology, &Facts::default(), CertificateUsage::OfficeWebApps).is_empty()
    };
    assert!(!has_farm(5) && has_farm(6) && has_farm(8));
}

/// Everything that is said of a name, by rule.
fn told_of(assessment: &Assessment, name: &str) -> Vec<String> {
    let about = assessment.findings.iter().filter(|finding| finding.message.contains(name));
    about.map(|finding| format!("{} {}", finding.severity.as_str(), finding.rule.id)).collect()
}

#[test]
fn an_address_in_the_topology_is_one_error_and_the_right_name_is_never_superfluous() {
    let mut topology = deployment(&["contoso.com"], 7);
    let pools = &mut topology.sites[0].pools;
    let pool = pools.iter_mut().find(|pool| pool.kind == PoolKind::FrontEndPool).unwrap();
    pool.external_web_fqdns[0].value = name("203.0.113.20");
    let facts = Facts::default();
    let right = "webext.contoso.com";
    let requirements = expect(&topology, &facts);
    let certificates: Vec<Certificate> = orders(&requirements, CertificateLayout::Separate)
        .iter()
        .filter(|order| order.usages == [CertificateUsage::ReverseProxy])
        .map(|order| {
            let ordered = order.names.iter().map(|ordered| ordered.name.as_str());
            let names: Vec<&str> = std::iter::once(right).chain(ordered).collect();
            assert!(!names.contains(&"203.0.113.20"));
            certificate("reverse-proxy/ReverseProxy.cer", &names)
        })
        .collect();
    let assessment = judged(&topology, &facts, &certificates);
    assert_eq!(told_of(&assessment, "203.0.113.20"), ["error topology-name"]);
    assert_eq!(told_of(&assessment, right), [""; 0]);
    let finding = assessment.findings.iter().find(|finding| finding.rule.id == "topology-name").unwrap();
    assert_eq!(finding.usages, [], "it is no fault of a certificate");
}

#[test]
fn simple_urls_in_an_internal_domain_are_a_fault_of_the_topology_and_of_no_certificate() {
    let mut topology = deployment(&["contoso.com"], 7);
    for url in topology.simple_urls.as_mut().unwrap() {
        let host = url.active_host.as_str().replace(".com", ".local");
        (url.active_url, url.active_host) = (format!("https://{host}"), name(&host));
    }
    let facts = Facts::default();
    let requirements = expect(&topology, &facts);
    let asks =
        |host: &str| requirements.iter().any(|one| one.names.iter().any(|name| name.name.key() == host));
    assert!(!asks("meet.contoso.local") && !asks("dialin.contoso.local"));
    assert!(asks("admin.contoso.local"), "an internal CA issues what is for the inside only");
    let names = [
        "webext.contoso.com",
        "webdir.contoso.com",
        "meet.contoso.com",
        "lyncdiscover.contoso.com",
        "owa.contoso.com",
    ];
    let assessment = judged(&topology, &facts, &[certificate("reverse-proxy/ReverseProxy.cer", &names)]);
    assert_eq!(told_of(&assessment, "meet.contoso.local"), ["error topology-name"]);
    assert_eq!(told_of(&assessment, "meet.contoso.com"), [""; 0], "the right name is not called superfluous");
    let inside = Facts { without_reverse_proxy: true, ..facts };
    let assessment = judged(&topology, &inside, &[]);
    assert_eq!(told_of(&assessment, "meet.contoso.local"), [""; 0], "nobody outside needs it");
    assert!(
        expect(&topology, &inside)
            .iter()
            .any(|one| one.names.iter().any(|name| name.name.key() == "meet.contoso.local"))
    );
}

#[test]
fn names_that_ran_together_are_told_with_their_cause_and_not_as_superfluous() {
    let topology = deployment(&["contoso.com"], 7);
    let path = "fe1.contoso.com/Default.cer";
    let joined = "fe1.contoso.comdns=sip.contoso.com";
    let made = certificate(path, &["pool.contoso.com", "fe1.contoso.com", joined]);
    let assessment = judged(&topology, &Facts::default(), &[made]);
    assert_eq!(told_of(&assessment, joined), ["error san-bad-name"]);
}
