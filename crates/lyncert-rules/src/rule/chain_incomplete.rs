use super::{CertificateView, Check, Cure, Deviation, Rule, RuleOutcome, Severity};
use crate::certificate::{ChainFault, SelfSigned};
use crate::citation::{L13_CERTSRV, L13_EDGEEXT};
use crate::holder::HolderKind;

/// An intermediate certificate that is missing on a server is missing for everybody whom it does not reach otherwise. A folder
/// need not hold chains: only beside certificates of CAs that belong to no other certificate there a missing one is reported. Roots
/// lie in the trusted store of every computer, so a missing root is not.
pub(super) static RULE: Rule = Rule {
    id: "chain-incomplete",
    summary: "An intermediate certificate is missing",
    severity: Severity::Warning,
    rationale: "partners and clients that do not know the intermediate CA refuse the certificate: presence is unknown, federation fails with WSAECONNRESET",
    remedy: "Get the certificate of the issuing CA, install it as an intermediate CA on every server that holds the certificate, and put it into the folder",
    sources: &[&L13_EDGEEXT, &L13_CERTSRV],
    clauses: &["GEN-CHAIN-01"],
    judges_own_quality: true,
    cure: Cure::Elsewhere,
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let (certificate, chain) = (view.certificate, &view.certificate.chain);
    if !view.lies_beside_cas || certificate.self_signed != SelfSigned::No {
        return RuleOutcome::NotApplicable;
    }
    let lacks = chain.fault == Some(ChainFault::Incomplete) && chain.issuers.is_empty();
    RuleOutcome::from_deviation(lacks.then(|| {
        let issuer = &certificate.issuer;
        let deviation = Deviation::new(
            format!("the certificate of its issuer `{issuer}` is not in the folder"),
            "its issuer's certificate",
            "none",
        )
        .clause("GEN-CHAIN-01");
        if view.roles.iter().all(|role| role.requirement.holder.kind == HolderKind::ReverseProxy) {
            deviation.consequence(
                "mobile clients and browsers that do not know the intermediate CA refuse the certificate: sign-in of mobile clients and meeting links fail",
            )
        } else {
            deviation
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::{Certificate, Chain, Issuer};
    use crate::testing::{certificate, front_end, requirement_of};

    fn without_issuer() -> Certificate {
        let chain = Chain::broken(Vec::new(), ChainFault::Incomplete, "a reason".to_owned());
        Certificate { chain: chain.into(), ..certificate("pool.contoso.com", &["pool.contoso.com"]) }
    }

    #[test]
    fn a_missing_issuer_is_told_where_the_folder_holds_cas() {
        let view_says = |lies_beside_cas| {
            let requirement = requirement_of(&front_end(), "Default");
            crate::testing::check_certificate_beside_cas(
                &RULE,
                &without_issuer(),
                &[requirement],
                lies_beside_cas,
            )
        };
        view_says(true).fails_with(
            Severity::Warning,
            "the certificate of its issuer `CN=Contoso Issuing CA` is not in the folder",
        );
        view_says(false).does_not_apply();
    }

    #[test]
    fn a_missing_root_is_looked_for_in_the_store() {
        let requirement = requirement_of(&front_end(), "Default");
        let mut certificate = without_issuer();
        let issuers = vec![Issuer::from(&certificate)];
        certificate.chain = Chain::broken(issuers, ChainFault::Incomplete, "a reason".to_owned()).into();
        crate::testing::check_certificate_beside_cas(&RULE, &certificate, &[requirement], true).passes();
    }
}
