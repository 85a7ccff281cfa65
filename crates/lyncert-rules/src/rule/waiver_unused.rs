use super::{Check, Cure, Deviation, PolicyView, Rule, RuleOutcome, Severity};
use crate::citation::INSPEC;
use crate::policy::WaiverState;

/// What a waiver was for is solved, or its names are not those of any finding.
pub(super) static RULE: Rule = Rule {
    id: "waiver-unused",
    summary: "A waiver that covers nothing",
    severity: Severity::Warning,
    rationale: "nothing today; but a later defect of that kind would be covered unseen",
    remedy: "Remove the waiver from the policy, or correct the names that it is about",
    sources: &[&INSPEC],
    cure: Cure::Elsewhere,
    check: Check::Policy(check),
    ..Rule::DEFAULTS
};

fn check(view: &PolicyView<'_>) -> RuleOutcome {
    view.waivers(WaiverState::Unused)
        .map(|(waiver, _)| {
            let message = format!("the waiver of {} covers nothing", waiver.title());
            Deviation::new(
                message,
                "a finding of that rule about those names",
                format!("none ({})", waiver.place),
            )
            .name(waiver.title())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;
    use crate::testing::{check_policy, waiver};

    #[test]
    fn a_waiver_has_to_cover_something() {
        let policy = Policy { waivers: vec![waiver("san-missing")], ..Policy::default() };
        check_policy(&RULE, &policy, &[1]).passes();
        check_policy(&RULE, &policy, &[0]).fails_with(
            Severity::Warning,
            "the waiver of `san-missing` for name `a.contoso.com` covers nothing",
        );
    }
}
