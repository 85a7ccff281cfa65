use super::{Check, Cure, Deviation, RequirementView, Rule, RuleOutcome, Severity};
use crate::citation::{CMD_IMP, CMD_REQ};

/// A request that no certificate answers, for something that a certificate serves: it waits for a CA, or it was forgotten, and it is
/// judged as the certificate that would come of it. Where nothing serves the requirement, `requirement-unmet` tells of it.
pub(super) static RULE: Rule = Rule {
    id: "request-unanswered",
    summary: "A request that no certificate answers",
    severity: Severity::Info,
    rationale: "nothing today: another certificate is in use",
    remedy: "Have the request signed and the certificate imported on the server that made it, or delete the request",
    sources: &[&CMD_REQ, &CMD_IMP],
    // Another certificate leaves the request where it is.
    cure: Cure::Elsewhere,
    check: Check::Requirement(check),
    ..Rule::DEFAULTS
};

fn check(view: &RequirementView<'_>) -> RuleOutcome {
    if view.assignment.holdings.is_empty() || view.requests.is_empty() {
        return RuleOutcome::NotApplicable;
    }
    let told = view.waiting().filter(|request| request.is_told_here);
    told.map(|request| {
        let usages: Vec<&str> = request.usages.iter().map(|usage| usage.as_str()).collect();
        let usages = usages.join(", ");
        let deviation = Deviation::new(
            format!("for {usages}, {}", request.text()),
            "a certificate that answers it",
            "none in the folder",
        )
        .file(&*request.path);
        if request.would_do_well {
            deviation
        } else if request.would_do {
            deviation.remedy("Make a new request without these faults as the plan has it (`lyncert plan`), or delete this one where none is wanted")
        } else {
            deviation
                .consequence(
                    "nothing now; the certificate that comes of the request would not fit in the place of the one in use",
                )
                .remedy("Make a new request as the plan has it (`lyncert plan`), and do not send this one")
        }
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::CertificateRequest;
    use crate::testing::{certificate, check_requirement_with_requests, front_end, request, requirement_of};

    fn checked(requests: &[CertificateRequest]) -> crate::testing::Outcome {
        let own = certificate(
            "pool.contoso.com",
            &["pool.contoso.com", "fe1.contoso.com", "sip.contoso.com", "sip.fabrikam.com"],
        );
        let estate = front_end();
        check_requirement_with_requests(&RULE, &[own], requests, &requirement_of(&estate, "Default"), &estate)
    }

    #[test]
    fn a_request_that_would_do_is_told() {
        let whole = request(
            "pool.contoso.com",
            &["pool.contoso.com", "fe1.contoso.com", "sip.contoso.com", "sip.fabrikam.com"],
            2048,
        );
        checked(&[whole])
            .fails_with(Severity::Info, "for Default, the request `new.req` would meet it: have it signed");
    }

    #[test]
    fn a_request_that_would_not_do_is_told_with_what_it_lacks() {
        let weak = request("pool.contoso.com", &["pool.contoso.com"], 1024);
        let outcome = checked(&[weak]);
        let message = outcome.messages().concat();
        assert!(
            message.starts_with("for Default, the request `new.req` would not do: it lacks "),
            "{message}"
        );
        assert!(message.contains("the RSA key has 1024 bits"), "{message}");
        assert!(outcome.remedy().unwrap().contains("do not send this one"));
    }

    #[test]
    fn a_request_that_is_answered_passes_and_none_at_all_is_no_matter() {
        let answered = CertificateRequest {
            answered_by: vec![[1; 20].into()],
            ..request("pool.contoso.com", &["pool.contoso.com"], 1024)
        };
        checked(&[answered]).passes();
        checked(&[]).does_not_apply();
    }
}
