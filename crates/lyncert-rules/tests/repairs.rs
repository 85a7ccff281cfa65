//! Repairs held against the forecast of the same case.

mod common;

use lyncert_rules::assess::{Case, assess, assess_over_time};
use lyncert_rules::certificate::{Certificate, Chain, Eku, Issuer};
use lyncert_rules::facts::{CertificateLayout, Facts};
use lyncert_rules::policy::Policy;
use lyncert_rules::profile::expect;
use lyncert_rules::severity::Severity;
use proptest::prelude::*;
use time::{Duration, OffsetDateTime};

use common::{NOW, case, clean, deployment};

/// Further than any certificate of these estates lives.
const HORIZON: Duration = Duration::days(1_000);

/// Each repair is due when the forecast tells of the first error of what it is about, or at once where there is one.
fn check_due(certificates: &[Certificate]) {
    let topology = deployment(&["contoso.com", "fabrikam.com"], 7);
    let (facts, policy) = (Facts::default(), Policy::default());
    let case = Case { policy: &policy, certificates, ..case(&topology, &facts) };
    let requirements = expect(&topology, &facts);
    let mut errors: Vec<(OffsetDateTime, Vec<String>)> = Vec::new();
    assess_over_time(&case, &requirements, NOW + HORIZON, &mut |appeared| {
        if appeared.finding.severity == Severity::Error {
            let concerned = appeared.requirements.iter().map(|one| one.id.clone()).collect();
            errors.push((appeared.at, concerned));
        }
    });
    let assessment = assess(&case, requirements);
    for repair in &assessment.repairs {
        let order = assessment.orders.iter().find(|order| order.id == repair.order).expect("its order");
        let concerns = |ids: &[String]| ids.iter().any(|id| order.requirements.contains(id));
        let is_broken = assessment.findings.iter().any(|finding| {
            let concerned: Vec<String> = assessment.concerned(finding).map(|one| one.id.clone()).collect();
            finding.severity == Severity::Error && concerns(&concerned)
        });
        let first = errors.iter().find(|(_, ids)| concerns(ids)).map(|(at, _)| *at);
        let due = if is_broken { Some(NOW) } else { first };
        assert_eq!(Some(repair.due), due, "{}: {:?}", repair.order, repair.why);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn a_repair_is_due_when_the_forecast_tells_of_the_first_error(
        days in prop::collection::vec(-5_i64..900, 24),
        lacking in prop::collection::vec(any::<bool>(), 24),
        issuer_days in prop::collection::vec(prop::option::of(1_i64..900), 24),
    ) {
        let topology = deployment(&["contoso.com", "fabrikam.com"], 7);
        let mut certificates = clean(&topology, CertificateLayout::Combined, true);
        for (index, certificate) in certificates.iter_mut().enumerate() {
            let at = index % days.len();
            certificate.not_after = certificate.not_after.min(NOW + Duration::days(days[at]));
            if lacking[at] {
                certificate.eku = Some([Eku::ServerAuth].into());
            }
            if let Some(days) = issuer_days[at] {
                let issuer = Issuer { not_after: NOW + Duration::days(days), ..Issuer::from(&*certificate) };
                certificate.chain = Chain::verified(vec![issuer], String::new()).into();
            }
        }
        check_due(&certificates);
    }
}
