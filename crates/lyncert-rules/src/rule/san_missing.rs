use super::view::list_or_none;
use super::{Check, Deviation, HoldingView, Rule, RuleOutcome, Severity};
use crate::citation::{L13_EXT, L13_INT, L13_RPREQ, RFC9525, S15_EDGE, S15_ENV, SEED};
use crate::requirement::{Need, RequiredName};
use crate::{consequence, remedy};

/// A name that the requirement asks for is not there, not even by a wildcard. How bad that is says the name's need, and
/// the name's clause says why.
pub(super) static RULE: Rule = Rule {
    id: "san-missing",
    summary: "A required name is missing",
    severity: Severity::Error,
    rationale: "whoever connects to that name gets a certificate error",
    remedy: "Request a new certificate that has the name too, and assign it",
    sources: &[&SEED, &L13_INT, &L13_EXT, &L13_RPREQ, &S15_ENV, &S15_EDGE, &RFC9525],
    check: Check::Holding(check),
    prominence: 1,
    judges_requests: true,
    ..Rule::DEFAULTS
};

fn check(view: &HoldingView<'_>) -> RuleOutcome {
    if view.required().next().is_none() {
        return RuleOutcome::NotApplicable;
    }
    let missing = view.required().filter(|(_, cover)| cover.is_none());
    missing.map(|(name, _)| deviation(view, name)).collect()
}

fn deviation(view: &HoldingView<'_>, required: &RequiredName) -> Deviation {
    let name = &required.name;
    let deviation = Deviation::new(
        format!("`{name}` is not among the certificate's names"),
        format!("`{name}` among the subject alternative names, because of {}", required.reason()),
        list_or_none(&view.certificate.dns_names),
    )
    .of_request(format!("`{name}` is not among the names that the request asks for"))
    .policy_reasons(required.policy_reasons())
    .clause(required.clause)
    .severity(required.need.severity())
    .name(name.to_string())
    .consequence(consequence::of_missing(required));
    let deviation = match required.need {
        Need::Optional => deviation.consequence("nothing for most clients: only some look for this name"),
        Need::Recommended | Need::Required => deviation,
    };
    let way = remedy::assign([&view.requirement.holder]);
    deviation.remedy(format!("Request a new certificate with all names of all that it serves, and {way}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{certificate, check_holding, edge, edge_external, front_end, requirement_of};

    #[test]
    fn a_missing_name_fails_with_its_clause_and_need() {
        let certificate = certificate("sip.contoso.com", &["sip.contoso.com", "webcon.contoso.com"]);
        let outcome = check_holding(&RULE, &certificate, &edge_external(&edge()));
        outcome.fails_with(Severity::Error, "`sip.fabrikam.com` is not among the certificate's names");
        assert_eq!(outcome.clause(), Some("EDGE-EXT-03"));
    }

    #[test]
    fn a_subject_does_not_stand_in_for_an_alternative_name_without_host_names() {
        let of = |has_san: bool| {
            let mut certificate = certificate("sip.contoso.com", &[]);
            certificate.has_san = has_san;
            check_holding(&RULE, &certificate, &edge_external(&edge()))
        };
        let missing = "`sip.contoso.com` is not among the certificate's names";
        assert!(of(true).messages().contains(&missing));
        assert!(!of(false).messages().contains(&missing));
    }

    #[test]
    fn a_recommended_name_is_a_warning() {
        let names = ["pool.contoso.com", "fe1.contoso.com", "meet.contoso.com", "dialin.contoso.com"];
        let internal = requirement_of(&front_end(), "WebServicesInternal");
        let mut all: Vec<&str> = names.to_vec();
        all.extend(["lyncdiscoverinternal.contoso.com", "lyncdiscoverinternal.fabrikam.com"]);
        let outcome = check_holding(&RULE, &certificate("pool.contoso.com", &all), &internal);
        outcome.fails_with(Severity::Warning, "`admin.contoso.com` is not among the certificate's names");
    }

    #[test]
    fn a_name_in_the_subject_only_is_missing_when_there_are_other_names() {
        let certificate = certificate("sip.contoso.com", &["webcon.contoso.com", "sip.fabrikam.com"]);
        check_holding(&RULE, &certificate, &edge_external(&edge()))
            .fails_with(Severity::Error, "`sip.contoso.com` is not among the certificate's names");
    }

    #[test]
    fn all_names_in_any_order_and_case_pass() {
        let certificate =
            certificate("sip.contoso.com", &["Sip.Fabrikam.com", "WEBCON.contoso.com", "sip.contoso.com"]);
        check_holding(&RULE, &certificate, &edge_external(&edge())).passes();
    }

    #[test]
    fn an_internal_edge_needs_no_names() {
        let certificate = certificate("edge.contoso.com", &[]);
        check_holding(&RULE, &certificate, &requirement_of(&edge(), "Internal")).does_not_apply();
    }
}
