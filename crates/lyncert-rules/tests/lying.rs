//! What lies in the place of a server is judged by itself, even where nothing asks for it.

#![expect(clippy::unwrap_used, reason = "helpers of tests lie outside of test functions")]

mod common;

use common::{NOW, case, certificate, clean, deployment};
use lyncert_ingest::topology::{PoolKind, Topology};
use lyncert_rules::assess::{Assessment, Case, Finding, RequirementVerdict, assess, assess_over_time};
use lyncert_rules::certificate::Certificate;
use lyncert_rules::facts::{CertificateLayout, Facts};
use lyncert_rules::policy::{Policy, Scope, Waiver, WaiverScope};
use lyncert_rules::profile::expect;
use lyncert_rules::severity::Severity;
use time::Duration;

/// The usual deployment, with a database server beside.
fn topology() -> Topology {
    let mut topology = deployment(&["contoso.com"], 7);
    let pools = &mut topology.sites[0].pools;
    let mut database = pools.iter().find(|pool| pool.fqdn.as_str() == "med.contoso.com").unwrap().clone();
    database.kind = PoolKind::Database;
    database.fqdn = "sql.contoso.com".parse().unwrap();
    database.machines[0].fqdn = "sql1.contoso.com".parse().unwrap();
    database.services.clear();
    pools.push(database);
    topology
}

/// A faultless estate, and an expired certificate with a name of nobody's in this folder.
fn estate(folder: &str) -> Vec<Certificate> {
    let mut certificates = clean(&topology(), CertificateLayout::Auto, true);
    let ended = certificate(&format!("{folder}/old.cer"), &["appliance.local"]);
    certificates.push(Certificate {
        subject: "CN=appliance.local".to_owned(),
        not_after: NOW - Duration::DAY,
        ..ended
    });
    certificates
}

fn judged(certificates: &[Certificate], policy: &Policy) -> Assessment {
    let (topology, facts) = (topology(), Facts::default());
    let case = Case { certificates, policy, ..case(&topology, &facts) };
    assess(&case, expect(&topology, &facts))
}

fn ended(assessment: &Assessment) -> Vec<&Finding> {
    assessment.findings.iter().filter(|finding| finding.rule.id == "expired").collect()
}

#[test]
fn an_expired_certificate_on_a_host_that_needs_none_is_an_error_that_names_the_host() {
    for (folder, id) in
        [("sql1.contoso.com", "expired/sql1.contoso.com"), ("SQL.contoso.com", "expired/sql.contoso.com")]
    {
        let assessment = judged(&estate(folder), &Policy::default());
        let [finding] = ended(&assessment)[..] else { panic!("{folder}: {:?}", ended(&assessment)) };
        assert_eq!((finding.id.as_str(), finding.severity), (id, Severity::Error));
        let place = finding.place.as_ref().unwrap();
        assert_eq!(place.pool.as_ref().unwrap().as_str(), "sql.contoso.com");
        assert!(finding.requirements.is_empty() && finding.certificate.is_some());
        let is_met = |verdict| verdict == RequirementVerdict::Met;
        assert!(assessment.judgments.iter().all(|judgment| is_met(judgment.verdict)), "no requirement fails");
    }
}

#[test]
fn only_qualities_of_its_own_are_judged_there() {
    let assessment = judged(&estate("sql1.contoso.com"), &Policy::default());
    let of_place = assessment.findings.iter().filter(|finding| finding.place.is_some());
    let rules: Vec<&str> = of_place.map(|finding| finding.rule.id).collect();
    assert_eq!(rules, ["expired"], "nobody knows which names it should have");
}

#[test]
fn where_another_certificate_is_in_use_it_is_advice_and_an_older_one_is_none() {
    let mut certificates = estate("med1.contoso.com");
    let assessment = judged(&certificates, &Policy::default());
    assert_eq!(ended(&assessment)[0].severity, Severity::Info);
    let in_use = certificates.iter().find(|one| one.paths.iter().any(|path| path.starts_with("med1.")));
    let subject = in_use.unwrap().subject.clone();
    certificates.last_mut().unwrap().subject = subject;
    assert!(ended(&judged(&certificates, &Policy::default())).is_empty());
}

#[test]
fn what_lies_nowhere_in_particular_is_not_judged() {
    for folder in ["archive", "ca", "appliance.local"] {
        assert!(ended(&judged(&estate(folder), &Policy::default())).is_empty(), "{folder}");
    }
}

#[test]
fn scope_and_waivers_know_the_host() {
    let certificates = estate("sql1.contoso.com");
    let scope = |pool: &str| Scope { holders: vec![pool.parse().unwrap()], ..Scope::default() };
    let scoped = |pool: &str| Policy { scope: scope(pool), ..Policy::default() };
    assert_eq!(ended(&judged(&certificates, &scoped("sql.contoso.com"))).len(), 1);
    assert!(ended(&judged(&certificates, &scoped("med.contoso.com"))).is_empty());
    let waiver = |scope| Waiver {
        rule: "expired",
        scope,
        reason: "CHG-4711".to_owned(),
        by: None,
        owner: None,
        approver: None,
        expires: None,
        place: "lyncert.toml:1:1".to_owned(),
    };
    for scope in [
        WaiverScope { pool: Some("sql.contoso.com".parse().unwrap()), ..WaiverScope::default() },
        WaiverScope { server: Some("sql1.contoso.com".parse().unwrap()), ..WaiverScope::default() },
    ] {
        let policy = Policy { waivers: vec![waiver(scope)], ..Policy::default() };
        assert!(!ended(&judged(&certificates, &policy))[0].is_open());
    }
}

#[test]
fn its_end_is_foretold() {
    let mut certificates = estate("sql1.contoso.com");
    certificates.last_mut().unwrap().not_after = NOW + Duration::days(200);
    let (topology, facts, policy) = (topology(), Facts::default(), Policy::default());
    let case = Case { certificates: &certificates, policy: &policy, ..case(&topology, &facts) };
    let mut told = Vec::new();
    assess_over_time(&case, &expect(&topology, &facts), NOW + Duration::days(300), &mut |appeared| {
        if appeared.finding.place.is_some() {
            told.push((appeared.at - NOW, appeared.finding.id.clone()));
        }
    });
    assert_eq!(
        told.last().unwrap(),
        &(Duration::days(200) + Duration::SECOND, "expired/sql1.contoso.com".to_owned())
    );
    assert!(told.iter().any(|(_, id)| id == "expiring/sql1.contoso.com"), "{told:?}");
}

#[test]
fn certificates_without_a_name_of_the_topology_are_strangers() {
    let mut certificates = clean(&topology(), CertificateLayout::Auto, true);
    let own = certificates.len();
    for (path, names) in [
        ("a.cer", &["www.fabrikam.com"][..]),
        ("b.cer", &["other.net", "SQL1.contoso.com"][..]),
        ("c.cer", &["*.contoso.com"][..]),
        ("d.cer", &["*.fabrikam.com"][..]),
        ("e.cer", &["contoso.com"][..]),
    ] {
        certificates.push(certificate(path, names));
    }
    let mut authority = certificate("ca.cer", &["Fabrikam CA"]);
    authority.is_ca = true;
    certificates.push(authority);
    let strangers = judged(&certificates, &Policy::default()).strangers;
    let strange: Vec<usize> = strangers.iter().map(|id| id.index() - own).collect();
    assert_eq!(strange, [0, 3], "a host, a wildcard for one, a SIP domain and a CA are none");
}
