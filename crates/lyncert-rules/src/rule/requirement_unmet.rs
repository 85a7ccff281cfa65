use super::{Check, Cure, Deviation, RequirementView, Rule, RuleOutcome, Severity};
use crate::citation::{L13_CERTSRV, L13_DIR1, L13_OAUTH};
use crate::usage::CertificateUsage;

/// Every usage has a certificate (GEN-CNT-01, OAUTH-01). For holders that the product does not manage it is information:
/// the folder may have been collected without them.
pub(super) static RULE: Rule = Rule {
    id: "requirement-unmet",
    summary: "No certificate serves a requirement",
    severity: Severity::Error,
    rationale: "the services that need it do not start or are refused by clients",
    remedy: "Put a certificate that fits into its place, or request one; where one is in use, add its file to the folder",
    sources: &[&L13_CERTSRV, &L13_DIR1, &L13_OAUTH],
    clauses: &["GEN-CNT-01", "OAUTH-01"],
    cure: Cure::Assignment,
    check: Check::Requirement(check),
    prominence: 6,
    ..Rule::DEFAULTS
};

fn check(view: &RequirementView<'_>) -> RuleOutcome {
    if !view.assignment.holdings.is_empty() {
        return RuleOutcome::Pass;
    }
    // What is assigned and not in the folder is reported by `assigned-not-found`, what is assigned to nothing by `usage-unassigned`; of
    // what was not collected nothing follows.
    let assignment = view.assignment;
    if !assignment.missing.is_empty()
        || !assignment.unassigned.is_empty()
        || !assignment.not_collected.is_empty()
    {
        return RuleOutcome::NotApplicable;
    }
    let requirement = view.requirement;
    let managed = requirement.holder.kind.is_managed();
    let clause =
        if requirement.has_usage(CertificateUsage::OAuthTokenIssuer) { "OAUTH-01" } else { "GEN-CNT-01" };
    let nearest = match &view.assignment.nearest_miss {
        Some(miss) => format!("none; nearest: {miss}"),
        None => "none that has any of its names".to_owned(),
    };
    let requests: String = view.waiting().map(|request| format!("; {}", request.text())).collect();
    let deviation = Deviation::new(
        format!("no certificate in the folder serves {}{requests}", requirement.usage_list()),
        format!("a certificate with subject `CN={}`", requirement.subject),
        nearest,
    )
    .clause(clause)
    .severity(if managed { Severity::Error } else { Severity::Info });
    let deviation = if managed {
        deviation
    } else {
        deviation.consequence("nothing is known: what serves there was not collected")
    };
    // One that would do only waits for a CA.
    let waiting = view.waiting().find(|request| request.would_do_well);
    let deviation = match waiting {
        Some(request) => deviation.remedy(format!(
            "Have the request `{}` signed, and import the certificate on the server that made it",
            request.path
        )),
        None => deviation,
    };
    RuleOutcome::Fail(vec![deviation])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{
        certificate, check_requirement, check_requirement_with_requests, front_end, request, requirement_of,
    };

    #[test]
    fn a_managed_holder_without_certificate_is_an_error() {
        check_requirement(&RULE, &[], &requirement_of(&front_end(), "Default"), &front_end())
            .fails_with(Severity::Error, "no certificate in the folder serves Default");
    }

    #[test]
    fn a_holder_that_the_product_does_not_manage_is_information() {
        check_requirement(&RULE, &[], &requirement_of(&front_end(), "ReverseProxy"), &front_end())
            .fails_with(Severity::Info, "no certificate in the folder serves ReverseProxy");
    }

    #[test]
    fn the_nearest_miss_is_named() {
        let near = certificate("fe2.contoso.com", &["fe2.contoso.com", "pool.contoso.com"]);
        let outcome =
            check_requirement(&RULE, &[near], &requirement_of(&front_end(), "Default"), &front_end());
        assert_eq!(outcome.found(), "none; nearest: `test.cer` is one name short: `fe1.contoso.com`");
    }

    #[test]
    fn a_request_that_would_meet_it_is_named_and_one_that_would_not_with_what_it_lacks() {
        let names = ["pool.contoso.com", "fe1.contoso.com", "sip.contoso.com", "sip.fabrikam.com"];
        let (estate, whole) = (front_end(), request("pool.contoso.com", &names, 2048));
        let checked = |requests: &[_]| {
            let requirement = requirement_of(&estate, "Default");
            check_requirement_with_requests(&RULE, &[], requests, &requirement, &estate)
        };
        let outcome = checked(&[whole]);
        outcome.fails_with(
            Severity::Error,
            "no certificate in the folder serves Default; the request `new.req` would meet it: have it signed",
        );
        assert!(outcome.remedy().unwrap().starts_with("Have the request `new.req` signed"));
        let message = checked(&[request("pool.contoso.com", &names[..1], 1024)]).messages().concat();
        assert!(message.contains("the request `new.req` would not do: it lacks "), "{message}");
        assert!(message.contains("the RSA key has 1024 bits"), "{message}");
    }

    #[test]
    fn a_served_requirement_passes() {
        let own = certificate("pool.contoso.com", &["pool.contoso.com", "fe1.contoso.com"]);
        check_requirement(&RULE, &[own], &requirement_of(&front_end(), "Default"), &front_end()).passes();
    }
}
