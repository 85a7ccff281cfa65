use super::view::list_or_none;
use super::{Check, Deviation, HoldingView, Rule, RuleOutcome, Severity};
use crate::citation::{L13_RPREQ, RFC9525, S15_EDGE, SEED};
use crate::matching::{Cover, DnsPattern};
use crate::wildcard::honor_subject;

/// The subject is repeated among the names as soon as there are any (GEN-SN-01), spelled out or by a wildcard that the
/// role honors. Without any name the subject itself is matched, so there is nothing to repeat (GEN-NAME-03).
pub(super) static RULE: Rule = Rule {
    id: "cn-not-in-san",
    summary: "The subject is not repeated among the names",
    severity: Severity::Warning,
    rationale: "TLS looks at the names only, so whoever connects to the subject's name gets a certificate error",
    remedy: "Request a certificate that repeats the common name in the subject alternative name",
    sources: &[&SEED, &S15_EDGE, &L13_RPREQ, &RFC9525],
    clauses: &["GEN-SN-01"],
    check: Check::Holding(check),
    judges_requests: true,
    ..Rule::DEFAULTS
};

fn check(view: &HoldingView<'_>) -> RuleOutcome {
    let certificate = view.certificate;
    if view.is_oauth() || view.has_no_names_to_check() || certificate.dns_names.is_empty() {
        return RuleOutcome::NotApplicable;
    }
    let severity =
        if view.is_edge_external() || view.is_reverse_proxy() { Severity::Error } else { Severity::Warning };
    certificate
        .common_names
        .iter()
        .filter(|common_name| !is_repeated(common_name, view))
        .map(|common_name| {
            Deviation::new(
                format!("the common name `{common_name}` is not among the subject alternative names"),
                format!("`{common_name}` among the subject alternative names"),
                list_or_none(&certificate.dns_names),
            )
            .clause("GEN-SN-01")
            .name(common_name)
            .severity(severity)
        })
        .collect()
}

fn is_repeated(common_name: &str, view: &HoldingView<'_>) -> bool {
    if view.certificate.dns_names.iter().any(|name| name.eq_ignore_ascii_case(common_name)) {
        return true;
    }
    let Ok(name) = common_name.parse() else { return false };
    let mut patterns = view.certificate.dns_names.iter().map(|name| DnsPattern::new(name));
    patterns.any(|pattern| match pattern.covers(&name) {
        Some(Cover::Exact) => true,
        Some(Cover::Wildcard) => honor_subject(view.requirement),
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{certificate, check_holding, edge, edge_external, front_end, requirement_of};

    #[test]
    fn a_subject_beside_other_names_is_an_error_on_the_external_edge() {
        let certificate = certificate("sip.contoso.com", &["webcon.contoso.com"]);
        check_holding(&RULE, &certificate, &edge_external(&edge())).fails_with(
            Severity::Error,
            "the common name `sip.contoso.com` is not among the subject alternative names",
        );
    }

    #[test]
    fn elsewhere_it_is_a_warning() {
        let certificate = certificate("fe1.contoso.com", &["webext.contoso.com"]);
        check_holding(&RULE, &certificate, &requirement_of(&front_end(), "WebServicesExternal")).fails_with(
            Severity::Warning,
            "the common name `fe1.contoso.com` is not among the subject alternative names",
        );
    }

    #[test]
    fn spelled_out_in_another_case_or_by_an_honored_wildcard_it_passes() {
        for names in [["FE1.contoso.com"], ["*.contoso.com"]] {
            let certificate = certificate("fe1.contoso.com", &names);
            check_holding(&RULE, &certificate, &requirement_of(&front_end(), "WebServicesExternal")).passes();
        }
    }

    #[test]
    fn a_certificate_without_names_has_nothing_to_repeat() {
        let certificate = certificate("sip.contoso.com", &[]);
        check_holding(&RULE, &certificate, &edge_external(&edge())).does_not_apply();
    }
}
