use lyncert_ingest::topology::ProductVersion;

use super::{CertificateView, Check, Cure, Deviation, Rule, RuleOutcome, Severity};
use crate::certificate::Eku;
use crate::citation::{CMD_REQ, KB_4023993, L13_PIC, L13_PICFAQ, SEED, UCLOBBY};
use crate::facts::WITHOUT_AOL;
use crate::usage::CertificateUsage;

/// The client EKU was documented for AOL only, on the external Edge (EDGE-PIC-01). In the field the web conferencing
/// service wants it on the internal Edge and on Front End servers since the .NET updates of May 2017, where there is an
/// EKU at all (GEN-EKU-03). The sources name the generations up to 2015.
pub(super) static RULE: Rule = Rule {
    id: "eku-client-missing",
    summary: "No client EKU where it is wanted",
    severity: Severity::Warning,
    rationale: "web conferencing with people outside fails with events 41025 and 41026, or 41029 and 41031",
    remedy: "Request the certificate with the client EKU too (`Request-CsCertificate -ClientEKU $true` with a template \
             that has it); until then the registry switch `RequireCertificateEKUs` may turn the check off",
    sources: &[&KB_4023993, &UCLOBBY, &SEED, &L13_PIC, &CMD_REQ, &L13_PICFAQ],
    clauses: &["EDGE-PIC-01", "GEN-EKU-03", "GW-01"],
    check: Check::Certificate(check),
    judges_requests: true,
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let Some(ekus) = &view.certificate.eku else { return RuleOutcome::NotApplicable };
    let advising =
        || view.roles.iter().filter(|role| role.requirement.advised_eku.contains(&Eku::ClientAuth));
    let advised = advising().next().is_some();
    let asked_for_aol = view.serves(CertificateUsage::AccessEdgeExternal)
        && view.roles.iter().any(|role| role.requirement.eku.contains(&Eku::ClientAuth));
    if !advised && !asked_for_aol {
        return RuleOutcome::NotApplicable;
    }
    if ekus.iter().any(|eku| matches!(eku, Eku::ClientAuth | Eku::Any)) {
        return RuleOutcome::Pass;
    }
    let found = ekus.iter().map(Eku::as_str).collect::<Vec<_>>().join(", ");
    let deviation = Deviation::new("the certificate has no client EKU", "serverAuth, clientAuth", found)
        .of_request("the request asks for no client EKU");
    RuleOutcome::Fail(vec![if advised {
        if advising().all(|role| role.usages == [CertificateUsage::Gateway]) {
            return RuleOutcome::Fail(vec![
                deviation
                    .clause("GW-01")
                    .severity(Severity::Info)
                    .consequence("nothing while the gateway opens no calls by mutual TLS")
                    .remedy("Ask whoever runs the gateway for a certificate with server and client EKU"),
            ]);
        }
        let is_named = advising().any(|role| role.requirement.holder.version < ProductVersion::Sfb2019);
        let deviation = deviation
            .clause("GEN-EKU-03")
            .only(&[CertificateUsage::Default, CertificateUsage::Internal])
            .severity(if is_named { Severity::Warning } else { Severity::Info });
        // Public CAs leave the client EKU out, and from 2027-03-15 on none has it (EKU-01).
        if view.is_public() {
            deviation
                .remedy("Use a certificate of an internal CA with the client EKU here: public CAs give it up")
        } else {
            deviation
        }
    } else {
        // The scenario is over, so the policy's wish is worth a note only (PICX-03), and no certificate is replaced for it: a public CA
        // would not give what it asks for.
        deviation
            .clause("EDGE-PIC-01")
            .only(&[CertificateUsage::AccessEdgeExternal])
            .severity(Severity::Info)
            .consequence("nothing today: instant messaging with AOL, which asked for it, ended on 2014-06-30")
            .remedy(WITHOUT_AOL)
            .cure(Cure::Elsewhere)
    }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::CaKind;
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
    fn in_generations_that_no_source_names_it_is_information() {
        let mut requirement = requirement_of(&front_end(), "Default");
        for (version, severity) in [
            (ProductVersion::Lync2010, Severity::Warning),
            (ProductVersion::Sfb2015, Severity::Warning),
            (ProductVersion::Sfb2019, Severity::Info),
        ] {
            requirement.holder.version = version;
            let outcome = check_certificate(&RULE, &server_only(), &[requirement.clone()]);
            outcome.fails_with(severity, "the certificate has no client EKU");
            assert_eq!(outcome.clause(), Some("GEN-EKU-03"));
        }
    }

    #[test]
    fn on_a_public_certificate_the_way_out_is_an_internal_one() {
        let public = crate::certificate::Certificate { ca_kind: CaKind::Public, ..server_only() };
        let requirement = [requirement_of(&front_end(), "Default")];
        let remedy = check_certificate(&RULE, &public, &requirement).remedy();
        assert!(remedy.is_some_and(|text| text.contains("internal CA")));
        assert_eq!(check_certificate(&RULE, &server_only(), &requirement).remedy(), None);
    }

    #[test]
    fn for_aol_it_is_information() {
        let outcome = check_certificate(&RULE, &server_only(), &[edge_external(&edge_with_aol())]);
        outcome.fails_with(Severity::Info, "the certificate has no client EKU");
        assert_eq!(outcome.remedy().as_deref(), Some(WITHOUT_AOL));
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
