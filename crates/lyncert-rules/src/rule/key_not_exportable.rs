use std::collections::BTreeSet;

use super::{Check, Deviation, RequirementView, Rule, RuleOutcome, Severity};
use crate::citation::{L13_EXT, L13_PLAN, L13_ROLL, OOS, S15_WIZ};
use crate::ids::CertificateId;
use crate::lacking::Lacking;
use crate::usage::CertificateUsage;

/// A certificate that several servers share travels with its key (EDGE-EXT-07, OAUTH-05); a farm wants it on a single server too
/// (OOS-01). Only an export of a store that is deep
/// enough, or an archive, shows whether the key can.
pub(super) static RULE: Rule = Rule {
    id: "key-not-exportable",
    summary: "A private key that cannot be exported, where it has to be shared",
    severity: Severity::Warning,
    rationale: "the certificate cannot be brought to the other servers of the pool, so each gets another one and they do not understand each other",
    remedy: "Request the certificate again with an exportable key (`Request-CsCertificate -PrivateKeyExportable $true`)",
    sources: &[&L13_EXT, &L13_PLAN, &L13_ROLL, &S15_WIZ, &OOS],
    clauses: &["EDGE-EXT-07", "OAUTH-05", "OOS-01"],
    check: Check::Requirement(check),
    ..Rule::DEFAULTS
};

const EDGE_EXTERNAL: [CertificateUsage; 3] = [
    CertificateUsage::AccessEdgeExternal,
    CertificateUsage::DataEdgeExternal,
    CertificateUsage::AudioVideoAuthentication,
];

fn check(view: &RequirementView<'_>) -> RuleOutcome {
    let requirement = view.requirement;
    let is_oauth = requirement.has_usage(CertificateUsage::OAuthTokenIssuer);
    let is_edge = EDGE_EXTERNAL.iter().any(|usage| requirement.has_usage(*usage));
    let is_farm = requirement.has_usage(CertificateUsage::OfficeWebApps);
    if !is_oauth && !is_edge && !is_farm {
        return RuleOutcome::NotApplicable;
    }
    let held: BTreeSet<CertificateId> =
        view.assignment.holdings.iter().map(|holding| holding.certificate).collect();
    let is_pool = requirement.shared_by.len() > 1;
    // Servers that have the same certificate got it somehow.
    if is_edge && is_pool && held.len() == 1 {
        return RuleOutcome::Pass;
    }
    let (severity, clause) = match (is_oauth || is_farm, is_pool) {
        (true, _) if is_farm => (Severity::Warning, "OOS-01"),
        (true, _) => (Severity::Warning, "OAUTH-05"),
        (false, true) => (Severity::Error, "EDGE-EXT-07"),
        (false, false) => (Severity::Info, "EDGE-EXT-07"),
    };
    let is_blind = held.iter().all(|id| id.of(view.certificates).key_exportable.is_none());
    let locked =
        held.iter().map(|id| id.of(view.certificates)).filter(|facts| facts.key_exportable == Some(false));
    let outcome: RuleOutcome = locked
        .map(|certificate| {
            let message = format!("the private key of `{}` cannot be exported", certificate.subject);
            let deviation = Deviation::new(message, "an exportable key", "not exportable")
                .name(certificate.sha1.to_string())
                .clause(clause)
                .severity(severity);
            if is_farm {
                deviation
                    .remedy("Request the certificate again with an exportable key, as the farm's page asks")
            } else {
                deviation
            }
        })
        .collect();
    outcome.unless_lacking((is_blind && !held.is_empty()).then_some(Lacking::KeyFacts))
}

#[cfg(test)]
mod tests {
    use lyncert_ingest::topology::PoolKind;

    use super::*;
    use crate::certificate::Certificate;
    use crate::testing::{
        certificate, check_requirement, edge, edge_external, edge_pool, estate, front_end, pool,
        requirement_of,
    };

    fn locked(number: u8, server: &str) -> Certificate {
        let names = ["sip.contoso.com", "webcon.contoso.com", "sip.fabrikam.com"];
        let mut certificate = certificate("sip.contoso.com", &names);
        certificate.key_exportable = Some(false);
        certificate.sha1 = [number; 20].into();
        certificate.sha256 = [number; 32].into();
        certificate.paths = vec![format!("{server}.contoso.com/AccessEdgeExternal.cer").into()];
        certificate
    }

    #[test]
    fn severity_follows_what_has_to_be_shared() {
        let pool = [locked(1, "edge1"), locked(2, "edge2")];
        let outcome = check_requirement(&RULE, &pool, &edge_external(&edge_pool()), &edge_pool());
        assert_eq!(outcome.severity(), Some(Severity::Error), "each server has another one");
        let single = [locked(1, "edge")];
        check_requirement(&RULE, &single, &edge_external(&edge()), &edge())
            .fails_with(Severity::Info, "the private key of `CN=sip.contoso.com` cannot be exported");
        let oauth = Certificate { paths: vec!["oauth/OAuthTokenIssuer.cer".into()], ..locked(3, "x") };
        let outcome = check_requirement(
            &RULE,
            &[oauth],
            &requirement_of(&front_end(), "OAuthTokenIssuer"),
            &front_end(),
        );
        assert_eq!(outcome.severity(), Some(Severity::Warning));
    }

    #[test]
    fn a_farm_of_one_server_wants_an_exportable_key_too() {
        let farm = estate(pool(PoolKind::OfficeWebApps, "owa.contoso.com", &["owa.contoso.com"]));
        let requirement = requirement_of(&farm, "OfficeWebApps");
        for (exportable, severity) in [(Some(false), Some(Severity::Warning)), (Some(true), None)] {
            let mut certificate = certificate("owa.contoso.com", &["owa.contoso.com"]);
            certificate.key_exportable = exportable;
            let outcome = check_requirement(&RULE, &[certificate], &requirement, &farm);
            assert_eq!(outcome.severity(), severity);
            assert_eq!(outcome.clause(), severity.map(|_| "OOS-01"));
        }
    }

    #[test]
    fn what_is_shared_already_and_what_can_be_exported_passes() {
        let mut shared = locked(1, "edge1");
        shared.paths.push("edge2.contoso.com/AccessEdgeExternal.cer".into());
        check_requirement(&RULE, &[shared], &edge_external(&edge_pool()), &edge_pool()).passes();
        let exportable = Certificate { key_exportable: Some(true), ..locked(1, "edge") };
        check_requirement(&RULE, &[exportable], &edge_external(&edge()), &edge()).passes();
        let unknown = Certificate { key_exportable: None, ..locked(1, "edge") };
        check_requirement(&RULE, &[unknown], &edge_external(&edge()), &edge())
            .has_nothing_to_look_at(Lacking::KeyFacts);
        check_requirement(&RULE, &[], &requirement_of(&front_end(), "Default"), &front_end())
            .does_not_apply();
    }
}
