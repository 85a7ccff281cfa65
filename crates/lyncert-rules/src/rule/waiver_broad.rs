use super::{Check, Cure, Deviation, PolicyView, Rule, RuleOutcome, Severity};
use crate::citation::INSPEC;

/// More findings than the policy allows; 10 without.
pub(super) static RULE: Rule = Rule {
    id: "waiver-broad",
    summary: "A waiver that covers much",
    severity: Severity::Warning,
    rationale: "new defects of that kind are covered unseen",
    remedy: "Name the certificate or the name that the exception is about",
    sources: &[&INSPEC],
    cure: Cure::Elsewhere,
    check: Check::Policy(check),
    ..Rule::DEFAULTS
};

fn check(view: &PolicyView<'_>) -> RuleOutcome {
    let limit = usize::from(view.policy.waiver_limits.broad);
    let in_force = view.policy.waivers.iter().zip(view.covered).filter(|(_, covered)| **covered > limit);
    in_force
        .map(|(waiver, covered)| {
            let message = format!("the waiver of {} covers {covered} findings", waiver.title());
            let found = format!("{covered} ({})", waiver.place);
            Deviation::new(message, format!("{limit} findings at most"), found).name(waiver.title())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;
    use crate::testing::{check_policy, waiver};

    #[test]
    fn the_limit_itself_is_allowed() {
        let policy = Policy { waivers: vec![waiver("san-missing")], ..Policy::default() };
        check_policy(&RULE, &policy, &[10]).passes();
        check_policy(&RULE, &policy, &[11]).fails_with(
            Severity::Warning,
            "the waiver of `san-missing` for name `a.contoso.com` covers 11 findings",
        );
    }
}
