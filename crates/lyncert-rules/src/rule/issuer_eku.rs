use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::certificate::Eku;
use crate::citation::{MS_USAGE_MATCH, RFC5280, SYSADMINS_EKU};
use crate::usage::CertificateUsage;

/// A CA certificate with extended key usages issues for these only. RFC 5280 speaks of the certificate itself alone; Windows asks that
/// every certificate of the path supports the usage, by naming it or by naming none, and so does OpenSSL with `-purpose`. An Office Web
/// Apps farm needs no EKU in its own certificate, but it is a server like any other to those who look at the path.
pub(super) static RULE: Rule = Rule {
    id: "issuer-eku",
    summary: "A CA that may not issue for this purpose",
    severity: Severity::Error,
    rationale: "Windows and other clients refuse the certificate for this purpose, whatever it says itself",
    remedy: "Request the certificate from a CA whose own certificate allows the purpose",
    sources: &[&MS_USAGE_MATCH, &SYSADMINS_EKU, &RFC5280],
    check: Check::Certificate(check),
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let issuers = view.certificate.chain.issuers_at(view.now);
    let limited = issuers.iter().filter_map(|issuer| Some((issuer, issuer.eku.as_deref()?)));
    let limited: Vec<_> = limited.filter(|(_, usages)| !usages.contains(&Eku::Any)).collect();
    if limited.is_empty() {
        return RuleOutcome::NotApplicable;
    }
    let of_farm = view.serves(CertificateUsage::OfficeWebApps).then_some(&Eku::ServerAuth);
    let of_roles = view.roles.iter().flat_map(|role| &role.requirement.eku);
    let mut needed: Vec<&Eku> = of_roles.chain(of_farm).collect();
    needed.sort_unstable();
    needed.dedup();
    let lacking = limited.iter().flat_map(|(issuer, usages)| {
        let lacks = needed.iter().filter(|usage| !usages.contains(usage));
        lacks.map(move |usage| (issuer, *usages, usage.as_str()))
    });
    lacking
        .map(|(issuer, usages, usage)| {
            let subject = &issuer.subject;
            let message = format!("its CA `{subject}` may not issue certificates for `{usage}`");
            let found: Vec<&str> = usages.iter().map(Eku::as_str).collect();
            Deviation::new(message, usage, found.join(", ")).name(format!("{subject}, {usage}"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use lyncert_ingest::topology::PoolKind;

    use super::*;
    use crate::certificate::{Certificate, Chain, Issuer};
    use crate::requirement::Requirement;
    use crate::testing::{Outcome, certificate, check_certificate, estate, front_end, pool, requirement_of};

    fn below_ca_for(usages: Option<&[Eku]>) -> Outcome {
        serving(&requirement_of(&front_end(), "Default"), usages)
    }

    fn serving(requirement: &Requirement, usages: Option<&[Eku]>) -> Outcome {
        let mut certificate: Certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        let issuer = Issuer {
            eku: usages.map(Into::into),
            subject: "CN=Contoso Mail CA".to_owned(),
            ..Issuer::from(&certificate)
        };
        certificate.chain = Chain::verified(vec![issuer], String::new()).into();
        check_certificate(&RULE, &certificate, std::slice::from_ref(requirement))
    }

    #[test]
    fn a_ca_without_the_purpose_fails_and_one_that_names_none_or_any_does_not() {
        below_ca_for(None).does_not_apply();
        below_ca_for(Some(&[Eku::Any])).does_not_apply();
        below_ca_for(Some(&[Eku::ServerAuth, Eku::ClientAuth])).passes();
        below_ca_for(Some(&[Eku::ClientAuth])).fails_with(
            Severity::Error,
            "its CA `CN=Contoso Mail CA` may not issue certificates for `serverAuth`",
        );
    }

    #[test]
    fn a_farm_that_needs_no_eku_of_its_own_needs_a_ca_for_servers_all_the_same() {
        let farm = estate(pool(PoolKind::OfficeWebApps, "owa.contoso.com", &["owa.contoso.com"]));
        let requirement = requirement_of(&farm, "OfficeWebApps");
        serving(&requirement, Some(&[Eku::ServerAuth])).passes();
        serving(&requirement, Some(&[Eku::ClientAuth])).fails_with(
            Severity::Error,
            "its CA `CN=Contoso Mail CA` may not issue certificates for `serverAuth`",
        );
    }
}
