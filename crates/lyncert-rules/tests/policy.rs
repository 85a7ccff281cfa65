//! What the operator's decisions change, through the public functions.

mod common;

use lyncert_ingest::topology::Topology;
use lyncert_rules::assess::{Assessment, Case, Finding, Judgment, RequirementVerdict, assess};
use lyncert_rules::certificate::Certificate;
use lyncert_rules::facts::{CertificateLayout, Facts};
use lyncert_rules::policy::{ExpiryThresholds, Policy, RuleSetting, Scope, Threshold, Waiver, WaiverScope};
use lyncert_rules::profile::expect;
use lyncert_rules::rule::rule;
use lyncert_rules::severity::Severity;
use time::{Duration, OffsetDateTime};

use common::{NOW, case, clean, deployment};

/// A deployment whose Front End certificates lack `dialin.contoso.com`.
struct Estate {
    topology: Topology,
    certificates: Vec<Certificate>,
}

const MISSING: &str = "dialin.contoso.com";

fn estate() -> Estate {
    let topology = deployment(&["contoso.com"], 7);
    let mut certificates = clean(&topology, CertificateLayout::Combined, false);
    for certificate in &mut certificates {
        if certificate.subject == "CN=pool.contoso.com" {
            certificate.dns_names.retain(|name| name != MISSING);
        }
    }
    Estate { topology, certificates }
}

impl Estate {
    fn judged(&self, policy: &Policy, now: OffsetDateTime) -> Assessment {
        let facts = Facts::default();
        let case = Case { policy, certificates: &self.certificates, now, ..case(&self.topology, &facts) };
        assess(&case, expect(&self.topology, &facts))
    }
}

fn waiver(scope: WaiverScope) -> Waiver {
    Waiver {
        rule: "san-missing",
        scope,
        reason: "Dial-in conferencing is retired; CHG-4711".to_owned(),
        by: None,
        owner: None,
        approver: None,
        expires: None,
        place: "lyncert.toml:1:1".to_owned(),
    }
}

fn with_waiver(scope: WaiverScope) -> Policy {
    Policy { waivers: vec![waiver(scope)], ..Policy::default() }
}

fn named(name: &str) -> WaiverScope {
    WaiverScope { name: Some(name.to_owned()), ..WaiverScope::default() }
}

fn missing(assessment: &Assessment) -> Vec<&Finding> {
    assessment.findings.iter().filter(|finding| finding.rule.id == "san-missing").collect()
}

fn verdicts(assessment: &Assessment, pool: &str) -> Vec<RequirementVerdict> {
    let is_of_pool = |judgment: &&Judgment| {
        judgment.requirement.holder.pool.as_ref().is_some_and(|own| own.as_str() == pool)
    };
    assessment.judgments.iter().filter(is_of_pool).map(|judgment| judgment.verdict).collect()
}

#[test]
fn without_a_waiver_the_finding_counts() {
    let assessment = estate().judged(&Policy::default(), NOW);
    assert!(!missing(&assessment).is_empty());
    assert!(missing(&assessment).iter().all(|finding| finding.is_open()));
    assert!(verdicts(&assessment, "pool.contoso.com").contains(&RequirementVerdict::Failed));
}

#[test]
fn a_waived_finding_keeps_its_severity_and_counts_no_more() {
    let assessment = estate().judged(&with_waiver(named("DIALIN.contoso.com")), NOW);
    for finding in missing(&assessment) {
        assert_eq!((finding.waived, finding.severity), (Some(0), Severity::Error));
    }
    assert_eq!(assessment.waived, [missing(&assessment).len()]);
    let verdicts = verdicts(&assessment, "pool.contoso.com");
    assert!(verdicts.contains(&RequirementVerdict::Waived));
    assert!(!verdicts.contains(&RequirementVerdict::Failed));
    assert!(assessment.findings.iter().all(|finding| !finding.rule.is_about_the_policy()));
}

#[test]
fn all_names_of_a_waiver_have_to_agree() {
    let estate = estate();
    let certificate = &estate.certificates.iter().find(|c| c.subject == "CN=pool.contoso.com").unwrap();
    let scope = |pool: &str, server: Option<&str>, certificate: Option<String>| WaiverScope {
        pool: Some(pool.parse().unwrap()),
        server: server.map(|server| server.parse().unwrap()),
        certificate,
        name: Some(MISSING.to_owned()),
    };
    let sha1 = certificate.sha1.to_string();
    for (scope, covers) in [
        (scope("pool.contoso.com", None, None), true),
        (scope("POOL.contoso.com", None, None), true),
        (scope("dir.contoso.com", None, None), false),
        (scope("pool.contoso.com", None, Some(sha1.clone())), true),
        (scope("pool.contoso.com", None, Some(sha1.to_lowercase())), true),
        (scope("pool.contoso.com", None, Some(certificate.first_path().to_uppercase())), true),
        (scope("pool.contoso.com", None, Some("AB".repeat(20))), false),
        (scope("pool.contoso.com", Some("sba.contoso.com"), None), false),
        (named("meet.contoso.com"), false),
    ] {
        let assessment = estate.judged(&with_waiver(scope.clone()), NOW);
        assert_eq!(assessment.waived[0] > 0, covers, "{scope:?}");
        let unused = assessment.findings.iter().any(|finding| finding.rule.id == "waiver-unused");
        assert_eq!(unused, !covers, "{scope:?}");
    }
}

#[test]
fn after_its_last_day_a_waiver_covers_nothing() {
    let estate = estate();
    let day = NOW.date();
    let policy = Policy {
        waivers: vec![Waiver { expires: Some(day), ..waiver(named(MISSING)) }],
        ..Policy::default()
    };
    let midnight = (day + Duration::DAY).midnight().assume_utc();
    let last = estate.judged(&policy, midnight - Duration::SECOND);
    assert!(missing(&last).iter().all(|finding| !finding.is_open()));
    let after = estate.judged(&policy, midnight);
    assert!(missing(&after).iter().all(|finding| finding.is_open()));
    let told: Vec<&str> =
        after.findings.iter().filter(|f| f.rule.is_about_the_policy()).map(|f| f.rule.id).collect();
    assert_eq!(told, ["waiver-expired"]);
}

#[test]
fn waivers_of_waivers_are_told_and_judged_last() {
    let mut policy = with_waiver(named(MISSING));
    policy.waiver_limits.broad = 1;
    let count = estate().judged(&policy, NOW).waived[0];
    assert!(count > 1);
    let assessment = estate().judged(&policy, NOW);
    assert!(assessment.findings.iter().any(|finding| finding.rule.id == "waiver-broad"));
}

#[test]
fn the_policy_sets_how_grave_a_rule_is_and_switches_it_off() {
    let setting = |severity| {
        let setting = RuleSetting { severity, reason: Some("CHG-4711".to_owned()) };
        Policy { rules: [(rule("san-missing").unwrap().id, setting)].into(), ..Policy::default() }
    };
    let judged = |severity| estate().judged(&setting(severity), NOW);
    let milder = judged(Some(Severity::Info));
    assert!(missing(&milder).iter().all(|finding| finding.severity == Severity::Info));
    assert!(!verdicts(&milder, "pool.contoso.com").contains(&RequirementVerdict::Failed));
    let off = judged(None);
    assert!(missing(&off).is_empty());
    let count = missing(&estate().judged(&Policy::default(), NOW)).len();
    assert_eq!(off.switched_off.into_iter().collect::<Vec<_>>(), [("san-missing", count)]);
}

#[test]
fn the_policy_sets_when_an_expiry_is_told() {
    let year = 365 * 86_400;
    let days = |(warning, info): (i64, i64)| (warning / 86_400, info / 86_400);
    let thresholds = |warning, info| ExpiryThresholds { warning, info };
    for (thresholds, lifetime, expected) in [
        (thresholds(None, None), year, (30, 60)),
        (thresholds(None, None), 90 * 86_400, (30, 30)),
        (thresholds(None, None), 47 * 86_400, (15, 15)),
        (thresholds(Some(Threshold::Days(45)), Some(Threshold::Days(90))), year, (45, 90)),
        (thresholds(Some(Threshold::Percent(20)), None), year, (73, 60)),
        (thresholds(Some(Threshold::Percent(20)), Some(Threshold::Percent(40))), 47 * 86_400, (9, 18)),
        (thresholds(Some(Threshold::Days(45)), None), 47 * 86_400, (15, 15)),
    ] {
        assert_eq!(days(thresholds.seconds_before_end(lifetime)), expected, "{thresholds:?}");
    }
    let policy = Policy {
        expiry: ExpiryThresholds { warning: Some(Threshold::Days(3650)), info: None },
        ..Policy::default()
    };
    let told = estate().judged(&policy, NOW);
    assert!(told.findings.iter().any(|f| f.rule.id == "expiring" && f.severity == Severity::Warning));
}

#[test]
fn a_requirement_without_a_certificate_can_be_waived() {
    let mut estate = estate();
    estate.certificates.retain(|certificate| certificate.subject != "CN=med.contoso.com");
    let of_mediation = |policy: &Policy| verdicts(&estate.judged(policy, NOW), "med.contoso.com");
    assert_eq!(of_mediation(&Policy::default()), [RequirementVerdict::Unmet]);
    let scope = WaiverScope { pool: Some("med.contoso.com".parse().unwrap()), ..WaiverScope::default() };
    let waived = |rule: &'static str| Policy {
        waivers: vec![Waiver { rule, ..waiver(scope.clone()) }],
        ..Policy::default()
    };
    assert_eq!(of_mediation(&waived("requirement-unmet")), [RequirementVerdict::Waived]);
    assert_eq!(of_mediation(&waived("expired")), [RequirementVerdict::Unmet]);
}

#[test]
fn what_is_out_of_scope_is_left_out_and_the_rest_is_judged_the_same() {
    let estate = estate();
    let whole = estate.judged(&Policy::default(), NOW);
    let scope = Scope { holders: vec!["pool.contoso.com".parse().unwrap()], ..Scope::default() };
    let narrow = estate.judged(&Policy { scope, ..Policy::default() }, NOW);
    let mut pools =
        narrow.judgments.iter().map(|judgment| judgment.requirement.holder.pool.as_ref().unwrap());
    assert!(pools.all(|pool| pool.as_str() == "pool.contoso.com"));
    assert_eq!(narrow.judgments.len() + narrow.out_of_scope.len(), whole.judgments.len());
    assert_eq!(verdicts(&narrow, "pool.contoso.com"), verdicts(&whole, "pool.contoso.com"));
    let ids = |assessment: &Assessment| -> Vec<String> {
        missing(assessment).iter().map(|f| f.id.clone()).collect()
    };
    assert_eq!(ids(&narrow), ids(&whole), "all that is missing is missing there");
    for finding in &narrow.findings {
        assert!(narrow.concerned(finding).all(|requirement| requirement.id.starts_with("pool.contoso.com")));
    }
}
