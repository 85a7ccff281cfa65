use std::collections::BTreeMap;

use lyncert_ingest::name::said_list;

use super::{Check, Cure, Deviation, RequirementView, Rule, RuleOutcome, Severity};
use crate::citation::{CMD_SET, L13_OAUTH};
use crate::digest::Thumbprint;
use crate::usage::CertificateUsage;

/// There is one OAuth certificate for the whole deployment, replicated to every server (OAUTH-02).
pub(super) static RULE: Rule = Rule {
    id: "oauth-differs",
    summary: "More than one certificate for OAuth",
    severity: Severity::Error,
    rationale: "servers refuse each other's tokens: Exchange integration, hybrid and unified contacts fail on some servers",
    remedy: "Assign one certificate for all: `Set-CsCertificate -Identity Global -Type OAuthTokenIssuer -Thumbprint ...`, and wait for replication",
    sources: &[&L13_OAUTH, &CMD_SET],
    clauses: &["OAUTH-02"],
    cure: Cure::Assignment,
    check: Check::Requirement(check),
    ..Rule::DEFAULTS
};

fn check(view: &RequirementView<'_>) -> RuleOutcome {
    if !view.requirement.has_usage(CertificateUsage::OAuthTokenIssuer) || view.assignment.holdings.is_empty()
    {
        return RuleOutcome::NotApplicable;
    }
    let mut holders: BTreeMap<Thumbprint, Vec<String>> = BTreeMap::new();
    for holding in &view.assignment.holdings {
        let certificate = holding.certificate.of(view.certificates);
        holders.entry(certificate.sha1).or_default().extend(holding.servers.iter().map(ToString::to_string));
    }
    let found: Vec<_> =
        holders.iter().map(|(sha1, servers)| format!("{sha1} on {}", said_list(servers))).collect();
    RuleOutcome::from_deviation((found.len() > 1).then(|| {
        let message = format!("{} different certificates serve OAuthTokenIssuer", found.len());
        Deviation::new(message, "one certificate for the whole deployment", found.join("; "))
            .clause("OAUTH-02")
    }))
    .unless_lacking(view.lacks_places())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::Certificate;
    use crate::testing::{certificate, check_requirement, front_end, requirement_of};

    fn oauth(number: u8, path: &str) -> Certificate {
        let mut certificate = certificate("contoso.com", &[]);
        certificate.sha1 = [number; 20].into();
        certificate.sha256 = [number; 32].into();
        certificate.paths = vec![path.into()];
        certificate
    }

    #[test]
    fn different_certificates_on_servers_fail() {
        let certificates = [
            oauth(1, "fe1.contoso.com/OAuthTokenIssuer.cer"),
            oauth(2, "fe2.contoso.com/OAuthTokenIssuer.cer"),
        ];
        check_requirement(
            &RULE,
            &certificates,
            &requirement_of(&front_end(), "OAuthTokenIssuer"),
            &front_end(),
        )
        .fails_with(Severity::Error, "2 different certificates serve OAuthTokenIssuer");
    }

    #[test]
    fn one_for_all_passes() {
        let certificates = [oauth(1, "oauth/OAuthTokenIssuer.cer")];
        let requirement = requirement_of(&front_end(), "OAuthTokenIssuer");
        check_requirement(&RULE, &certificates, &requirement, &front_end()).passes();
        check_requirement(&RULE, &[], &requirement, &front_end()).does_not_apply();
    }
}
