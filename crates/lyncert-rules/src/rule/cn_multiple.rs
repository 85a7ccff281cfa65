use super::view::list_or_none;
use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::{BR_COMMON_NAME, RFC9525};

/// Of several common names some software takes the first and some the last, so the subject says nothing for sure
/// (RFC 9525 leaves common names out for good).
pub(super) static RULE: Rule = Rule {
    id: "cn-multiple",
    summary: "Several common names",
    severity: Severity::Warning,
    rationale: "which of the names counts depends on who looks: the wizard, a gateway and a phone can disagree",
    remedy: "Request a certificate with one common name, and the others as subject alternative names",
    sources: &[&RFC9525, &BR_COMMON_NAME],
    check: Check::Certificate(check),
    judges_requests: true,
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let names = &view.certificate.common_names;
    RuleOutcome::from_deviation((names.len() > 1).then(|| {
        Deviation::new(
            format!("the subject has {} common names", names.len()),
            "one common name",
            list_or_none(names),
        )
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{certificate, check_certificate, front_end, requirement_of};

    #[test]
    fn more_than_one_common_name_fails() {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com"]);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).passes();
        certificate.common_names.push("fe1.contoso.com".to_owned());
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")])
            .fails_with(Severity::Warning, "the subject has 2 common names");
        certificate.common_names.clear();
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).passes();
    }
}
