use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::certificate::Eku;
use crate::citation::{CMD_REQ, L13_PIC, L13_PICFAQ, SEED, UCLOBBY};
use crate::usage::CertificateUsage;

/// The client EKU was documented for AOL only, on the external Edge (EDGE-PIC-01). In the field the web conferencing
/// service wants it on the internal Edge and on Front End servers since the .NET updates of May 2017, where there is an
/// EKU at all.
pub(super) static RULE: Rule = Rule {
    id: "eku-client-missing",
    summary: "No client EKU where it is wanted",
    severity: Severity::Warning,
    rationale: "web conferencing with people outside fails with events 41025 and 41026, unless the registry switch \
                RequireCertificateEKUs turns the check off",
    remedy: "Request the certificate with the client EKU too (`Request-CsCertificate -ClientEKU $true` with a template \
             that has it)",
    sources: &[&UCLOBBY, &SEED, &L13_PIC, &CMD_REQ, &L13_PICFAQ],
    clauses: &["EDGE-PIC-01", "GEN-EKU-02"],
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let Some(ekus) = &view.certificate.eku else { return RuleOutcome::NotApplicable };
    let advised = view.roles.iter().any(|role| role.requirement.advised_eku.contains(&Eku::ClientAuth));
    let asked_for_aol = view.serves(CertificateUsage::AccessEdgeExternal)
        && view.roles.iter().any(|role| role.requirement.eku.contains(&Eku::ClientAuth));
    if !advised && !asked_for_aol {
        return RuleOutcome::NotApplicable;
    }
    if ekus.iter().any(|eku| matches!(eku, Eku::ClientAuth | Eku::Any)) {
        return RuleOutcome::Pass;
    }
    let found = ekus.iter().map(Eku::as_str).collect::<Vec<_>>().join(", ");
    let deviation = Deviation::new("the certificate has no client EKU", "serverAuth, clientAuth", found);
    RuleOutcome::Fail(vec![if advised {
        deviation.clause("GEN-EKU-02").only(&[CertificateUsage::Default, CertificateUsage::Internal])
    } else {
        // The scenario is over, so the policy's wish is worth a note only (PICX-03).
        deviation
            .clause("EDGE-PIC-01")
            .only(&[CertificateUsage::AccessEdgeExternal])
            .severity(Severity::Info)
            .consequence("nothing today: instant messaging with AOL, which asked for it, ended on 2014-06-30")
    }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{
        certificate, check_certificate, edge, edge_external, edge_with_aol, front_end, requirement_of,
    };

    fn server_only() -> crate::certificate::Certificate {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        certificate.eku = Some([Eku::ServerAuth].into());
        certificate
    }

    #[test]
    fn a_front_end_or_internal_edge_without_it_is_a_warning() {
        for requirement in [requirement_of(&front_end(), "Default"), requirement_of(&edge(), "Internal")] {
            check_certificate(&RULE, &server_only(), &[requirement])
                .fails_with(Severity::Warning, "the certificate has no client EKU");
        }
    }

    #[test]
    fn for_aol_it_is_information() {
        check_certificate(&RULE, &server_only(), &[edge_external(&edge_with_aol())])
            .fails_with(Severity::Info, "the certificate has no client EKU");
    }

    #[test]
    fn it_is_no_matter_on_an_external_edge_without_aol_or_without_any_eku() {
        check_certificate(&RULE, &server_only(), &[edge_external(&edge())]).does_not_apply();
        let mut none = server_only();
        none.eku = None;
        check_certificate(&RULE, &none, &[requirement_of(&edge(), "Internal")]).does_not_apply();
    }

    #[test]
    fn client_or_any_purpose_passes() {
        for eku in [Eku::ClientAuth, Eku::Any] {
            let mut certificate = server_only();
            certificate.eku = Some([Eku::ServerAuth, eku].into());
            check_certificate(&RULE, &certificate, &[requirement_of(&edge(), "Internal")]).passes();
        }
    }
}
