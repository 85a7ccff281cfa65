//! A trial says of a certificate what an audit says of it in use.

mod common;

use std::collections::BTreeSet;
use std::sync::Arc;

use lyncert_ingest::topology::Topology;
use lyncert_rules::assess::{Case, Finding, Fits, Trial, Wanted, assess, try_certificates, try_requests};
use lyncert_rules::assign::Reach;
use lyncert_rules::certificate::{Certificate, Eku};
use lyncert_rules::facts::{CertificateLayout, Facts};
use lyncert_rules::fixture::request;
use lyncert_rules::policy::{Policy, RuleSetting};
use lyncert_rules::profile::expect;
use lyncert_rules::severity::Severity;
use proptest::prelude::*;
use time::Duration;

use common::{NOW, case, clean, deployment};

/// Gives a case of these certificates to what looks at it.
fn with_case<T>(
    topology: &Topology,
    certificates: &[Certificate],
    policy: &Policy,
    look: impl FnOnce(&Case<'_>) -> T,
) -> T {
    look(&Case { policy, certificates, ..case(topology, &Facts::default()) })
}

fn told<'f>(findings: impl Iterator<Item = &'f Finding>) -> BTreeSet<String> {
    findings
        .map(|one| format!("{} {} {:?} {}", one.severity.as_str(), one.rule.id, one.name, one.message))
        .collect()
}

/// Rules that compare a certificate with others, or look at a folder.
const OF_SEVERAL: [&str; 5] =
    ["superseded", "duplicate-file", "key-shared", "friendly-name-dup", "ca-differs"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn an_audit_and_a_trial_say_the_same_of_a_damaged_certificate(
        version in 5_u32..8,
        which in any::<prop::sample::Index>(),
        name in any::<prop::sample::Index>(),
        damage in 0..7,
    ) {
        let topology = deployment(&["contoso.com", "fabrikam.com"], version);
        let mut certificates = clean(&topology, CertificateLayout::Combined, true);
        let certificate = which.get(&certificates).sha256;
        let damaged = certificates.iter_mut().find(|one| one.sha256 == certificate).unwrap();
        match damage {
            0 if damaged.dns_names.len() > 1 => _ = damaged.dns_names.remove(name.index(damaged.dns_names.len())),
            1 => Arc::make_mut(&mut damaged.key).bits = Some(1024),
            2 => damaged.not_after = NOW - Duration::DAY,
            3 => damaged.eku = Some([Eku::ClientAuth].into()),
            4 => damaged.dns_names.push("old.contoso.com".to_owned()),
            5 => damaged.common_names = vec!["other.contoso.com".to_owned()],
            _ => damaged.dns_names = vec!["*.contoso.com".to_owned(), "*.fabrikam.com".to_owned()],
        }
        let requirements = expect(&topology, &Facts::default());
        let policy = Policy::default();
        let (assessment, trials) = with_case(&topology, &certificates, &policy, |case| {
            (assess(case, requirements.clone()), try_certificates(case, &requirements, &Wanted::default()))
        });
        let mut compared = 0;
        for ((index, certificate), trial) in certificates.iter().enumerate().zip(&trials) {
            let serves: BTreeSet<&str> = assessment
                .judgments
                .iter()
                .filter(|one| one.assignment.holdings.iter().any(|holding| holding.certificate.index() == index))
                .map(|one| one.requirement.id.as_str())
                .collect();
            let Some(trial) = trial else {
                prop_assert!(serves.is_empty(), "{:?} {serves:?}", certificate.paths);
                continue;
            };
            let would_serve: BTreeSet<&str> = trial.parts.iter().map(|part| part.requirement.id.as_str()).collect();
            if would_serve != serves {
                continue;
            }
            let its = |one: &&Finding| one.certificate.is_some_and(|id| id.index() == index) && !OF_SEVERAL.contains(&one.rule.id);
            prop_assert_eq!(told(assessment.findings.iter().filter(its)), told(trial.findings.iter().filter(its)));
            compared += 1;
        }
        prop_assert!(compared + 2 >= certificates.len(), "{compared} of {}", certificates.len());
    }
}

fn trial_of(certificates: &[Certificate], policy: &Policy, path: &str) -> Trial {
    let topology = deployment(&["contoso.com", "fabrikam.com"], 6);
    let requirements = expect(&topology, &Facts::default());
    let index = certificates.iter().position(|one| one.paths.iter().any(|own| own.contains(path)));
    let index = index.expect("a certificate lies there");
    let trials = with_case(&topology, certificates, policy, |case| {
        try_certificates(case, &requirements, &Wanted::default())
    });
    trials[index].clone().expect("it is for something")
}

#[test]
fn the_certificates_of_a_clean_estate_fit_and_the_policy_holds_in_a_trial_too() {
    let topology = deployment(&["contoso.com", "fabrikam.com"], 6);
    let mut certificates = clean(&topology, CertificateLayout::Combined, true);
    let mut policy = Policy::default();
    assert_eq!(trial_of(&certificates, &policy, "fe1.contoso.com").fits, Fits::Yes);
    let front_end =
        certificates.iter_mut().find(|one| one.paths.iter().any(|path| path.contains("fe1.contoso.com")));
    front_end.unwrap().not_after = NOW - Duration::DAY;
    let trial = trial_of(&certificates, &policy, "fe1.contoso.com");
    assert_eq!((trial.fits, trial.missing), (Fits::No, Vec::new()));
    let softened = RuleSetting { severity: Some(Severity::Warning), reason: None };
    policy.rules.insert("expired", softened);
    assert_eq!(trial_of(&certificates, &policy, "fe1.contoso.com").fits, Fits::WithWarnings);
}

#[test]
fn a_request_is_not_blamed_for_what_only_a_ca_decides() {
    let topology = deployment(&["contoso.com", "fabrikam.com"], 6);
    let requirements = expect(&topology, &Facts::default());
    let front_end = requirements.iter().find(|one| one.id.contains("fe1.contoso.com")).unwrap();
    let names: Vec<&str> = front_end.names.iter().map(|name| name.name.as_str()).collect();
    let asked = [request(front_end.subject.as_str(), &names, 2048)];
    let policy = Policy::default();
    let trials = with_case(&topology, &[], &policy, |case| {
        try_requests(case, &requirements, &asked, &Wanted::default(), Reach::Tied)
    });
    let trial = trials[0].as_ref().unwrap();
    let blamed: Vec<&str> = trial.findings.iter().map(|finding| finding.rule.id).collect();
    for rule in
        ["expired", "cdp-missing", "aia-missing", "ku-absent", "eku-absent", "chain-incomplete", "serial-bad"]
    {
        assert!(!blamed.contains(&rule), "{blamed:?}");
    }
}

#[test]
fn a_request_is_told_what_it_asks_for_and_not_what_a_certificate_has() {
    let topology = deployment(&["contoso.com", "fabrikam.com"], 6);
    let requirements = expect(&topology, &Facts::default());
    let front_end = requirements.iter().find(|one| one.id.contains("fe1.contoso.com")).unwrap();
    let mut asked = request(front_end.subject.as_str(), &["pool.contoso.com", "old.contoso.com"], 2048);
    asked.eku = Some(vec![Eku::ClientAuth]);
    let policy = Policy::default();
    let trials = with_case(&topology, &[], &policy, |case| {
        try_requests(case, &requirements, &[asked], &Wanted::default(), Reach::AnyName)
    });
    let trial = trials[0].as_ref().unwrap();
    let said: Vec<&str> = trial.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert!(said.contains(&"the request asks for no server EKU"), "{said:?}");
    assert!(said.contains(&"nothing that the request is for needs `old.contoso.com`"), "{said:?}");
    assert!(said.iter().all(|message| !message.contains("the certificate")), "{said:?}");
    for finding in trial.findings.iter().filter(|finding| finding.severity > Severity::Info) {
        assert!(finding.remedy.starts_with("Make a new request as the plan has it"), "{}", finding.remedy);
    }
}

#[test]
fn the_subject_says_first_what_a_certificate_is_for() {
    let topology = deployment(&["contoso.com"], 6);
    let requirements = expect(&topology, &Facts::default());
    let policy = Policy::default();
    let find = |usage: &str| {
        let is_it = |own: &lyncert_rules::usage::CertificateUsage| own.as_str() == usage;
        requirements.iter().find(|one| one.usages.iter().any(is_it)).unwrap()
    };
    let (default, edge) = (find("Default"), find("AccessEdgeExternal"));
    let names_of = |requirement: &lyncert_rules::requirement::Requirement| {
        requirement.names.iter().map(|name| name.name.to_string()).collect::<Vec<_>>()
    };
    // All names of the one, and all but one of the other, whose subject it has.
    let mut names: Vec<String> = names_of(edge).into_iter().chain(names_of(default)).collect();
    names.retain(|name| name != default.holder.server.as_ref().unwrap().as_str());
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut own = common::certificate("given.cer", &names);
    own.common_names = vec![default.subject.to_string()];
    own.subject = format!("CN={}", default.subject);
    let trials = with_case(&topology, &[own], &policy, |case| {
        try_certificates(case, &requirements, &Wanted::default())
    });
    let trial = trials[0].as_ref().unwrap();
    assert_eq!(trial.holder().unwrap().pool, default.holder.pool, "{:?}", trial.parts);
    assert!(trial.also_fits.iter().any(|(_, usages)| *usages == edge.usages), "{:?}", trial.also_fits);
}
