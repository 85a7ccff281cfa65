//! What an expert would say: nothing of a clean estate, and the same of the same estate however its files lie.

mod common;

use std::collections::BTreeSet;

use lyncert_ingest::topology::Topology;
use lyncert_rules::assess::{Assessment, Case, assess};
use lyncert_rules::certificate::{Certificate, Eku};
use lyncert_rules::facts::{CertificateLayout, Facts};
use lyncert_rules::order::orders;
use lyncert_rules::profile::expect;
use lyncert_rules::severity::Severity;
use proptest::prelude::*;
use time::{Duration, OffsetDateTime};

use common::{NOW, case, certificate, clean, deployment, digest, issued};

fn assessed(topology: &Topology, certificates: &[Certificate], now: OffsetDateTime) -> Assessment {
    let facts = Facts::default();
    let case = Case { certificates, now, ..case(topology, &facts) };
    assess(&case, expect(topology, &facts))
}

fn told(assessment: &Assessment) -> Vec<String> {
    let findings = assessment.findings.iter();
    findings
        .map(|finding| format!("{} {} {}", finding.severity.as_str(), finding.id, finding.message))
        .collect()
}

/// Errors and warnings by what they are about: the certificate and name, or the requirement.
fn matters(assessment: &Assessment, certificates: &[Certificate]) -> BTreeSet<String> {
    let grave = assessment.findings.iter().filter(|finding| finding.severity > Severity::Info);
    grave
        .map(|finding| match finding.certificate {
            Some(id) => format!("{} {} {:?}", finding.rule.id, id.of(certificates).sha256, finding.name),
            None => finding.id.clone(),
        })
        .collect()
}

#[test]
fn a_clean_estate_gives_no_finding_in_any_version_layout_or_placement() {
    for version in [5, 6, 7] {
        for layout in [CertificateLayout::Combined, CertificateLayout::Separate] {
            for is_placed in [true, false] {
                let topology = deployment(&["contoso.com", "fabrikam.com"], version);
                let certificates = clean(&topology, layout, is_placed);
                let assessment = assessed(&topology, &certificates, NOW);
                assert_eq!(told(&assessment), [""; 0], "version {version}, {layout:?}, placed: {is_placed}");
            }
        }
    }
}

#[test]
fn on_the_2019_generation_only_the_xmpp_proxy_is_told() {
    let topology = deployment(&["contoso.com"], 8);
    let certificates = clean(&topology, CertificateLayout::Combined, true);
    let told = told(&assessed(&topology, &certificates, NOW));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("info scenario-ended"), "{told:?}");
}

#[test]
fn certificates_of_cas_are_never_judged_as_servers() {
    let topology = deployment(&["contoso.com"], 7);
    let mut certificates = clean(&topology, CertificateLayout::Combined, true);
    let mut root = certificate("pool.contoso.com/root.cer", &[]);
    root.is_ca = true;
    root.eku = None;
    root.key_usage = None;
    root.crl_distribution_points = None;
    root.not_after = NOW - Duration::DAY;
    certificates.push(root);
    assert_eq!(told(&assessed(&topology, &certificates, NOW)), [""; 0]);
}

/// A defect that a certificate can have.
#[derive(Clone, Copy, Debug)]
enum Defect {
    None,
    Expired,
    Future,
    NameShort,
    NoServerEku,
    Foreign,
}

fn with(defect: Defect, mut certificate: Certificate) -> Certificate {
    match defect {
        Defect::None => {}
        Defect::Expired => certificate.not_after = NOW - Duration::days(3),
        Defect::Future => certificate.not_before = NOW + Duration::days(3),
        Defect::NameShort => {
            certificate.dns_names.pop();
        }
        Defect::NoServerEku => certificate.eku = Some([Eku::ClientAuth].into()),
        Defect::Foreign => certificate.dns_names.push("other.woodgrove.com".to_owned()),
    }
    certificate
}

fn defects() -> impl Strategy<Value = Vec<Defect>> {
    use Defect::{Expired, Foreign, Future, NameShort, NoServerEku, None};
    let defect =
        prop::sample::select(vec![None, None, None, Expired, Future, NameShort, NoServerEku, Foreign]);
    prop::collection::vec(defect, 24)
}

/// The estate, with defects.
fn damaged(topology: &Topology, defects: &[Defect], is_placed: bool) -> Vec<Certificate> {
    let certificates = clean(topology, CertificateLayout::Combined, is_placed);
    certificates
        .into_iter()
        .zip(defects.iter().cycle())
        .map(|(certificate, defect)| with(*defect, certificate))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn names_of_files_and_their_order_and_repetition_change_no_finding(
        defects in defects(),
        seed in any::<u64>(),
    ) {
        let topology = deployment(&["contoso.com", "fabrikam.com"], 7);
        let certificates = damaged(&topology, &defects, false);
        let mut others = certificates.clone();
        for (number, certificate) in others.iter_mut().enumerate() {
            // Another folder and name for each, and a second copy elsewhere for some.
            let name = format!("{}/{number}", seed % 7);
            certificate.paths = vec![format!("{name}.crt").into()];
            if (seed >> (number % 60)) & 1 == 1 {
                certificate.paths.push(format!("copies/{name}.pem").into());
            }
        }
        let length = others.len();
        others.rotate_left(usize::try_from(seed).unwrap_or(0) % length.max(1));
        if seed % 2 == 0 {
            others.reverse();
        }
        let of = |certificates: &[Certificate]| matters(&assessed(&topology, certificates, NOW), certificates);
        prop_assert_eq!(of(&certificates), of(&others));
    }

    #[test]
    fn to_renew_a_certificate_never_adds_an_error_or_warning(defects in defects(), which in 0_usize..24, keep: bool) {
        let topology = deployment(&["contoso.com", "fabrikam.com"], 7);
        let before = damaged(&topology, &defects, false);
        let orders = orders(&expect(&topology, &Facts::default()), CertificateLayout::Combined);
        let which = which % before.len();
        let mut renewed = issued(&orders[which], 900);
        renewed.not_before = NOW - Duration::HOUR;
        renewed.not_after = renewed.not_before + Duration::days(150);
        renewed.sha256 = digest("renewed");
        renewed.key_sha256 = digest("renewed key");
        let mut after = before.clone();
        if keep {
            after.push(renewed);
        } else {
            after[which] = renewed;
        }
        let of = |certificates: &[Certificate]| matters(&assessed(&topology, certificates, NOW), certificates);
        // The successor takes the place of what it renews.
        let replaced = before[which].sha256.to_string();
        let new = of(&after).into_iter().map(|matter| matter.replace(&digest("renewed").to_string(), &replaced));
        let (old, new) = (of(&before), new.collect::<BTreeSet<_>>());
        let added: Vec<_> = new.difference(&old).collect();
        prop_assert!(added.is_empty(), "{added:?} after {:?}", orders[which].id);
    }

    #[test]
    fn what_has_expired_stays_expired(days in 0_i64..3000, further in 0_i64..3000) {
        let topology = deployment(&["contoso.com"], 7);
        let certificates = clean(&topology, CertificateLayout::Combined, true);
        let expired = |days: i64| -> BTreeSet<String> {
            let assessment = assessed(&topology, &certificates, NOW + Duration::days(days));
            let of_rule = assessment.findings.iter().filter(|finding| finding.rule.id == "expired");
            of_rule.map(|finding| finding.id.clone()).collect()
        };
        let (sooner, later) = (expired(days), expired(days + further));
        prop_assert!(sooner.is_subset(&later), "{sooner:?} and {later:?}");
    }
}
