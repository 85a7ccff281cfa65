use super::{Check, Cure, Deviation, PolicyView, Rule, RuleOutcome, Severity};
use crate::citation::INSPEC;

/// A waiver needs a known rule, at least one name and a reason.
pub(super) static RULE: Rule = Rule {
    id: "waiver-malformed",
    summary: "A waiver that cannot be understood",
    severity: Severity::Error,
    rationale: "the exception has no effect, and what it should cover counts",
    remedy: "Correct the waiver in the policy file",
    sources: &[&INSPEC],
    cure: Cure::Elsewhere,
    check: Check::Policy(check),
    ..Rule::DEFAULTS
};

fn check(view: &PolicyView<'_>) -> RuleOutcome {
    view.policy
        .malformed_waivers
        .iter()
        .map(|waiver| {
            let message =
                format!("the waiver at {} has no effect: {}", waiver.place, waiver.mistakes.join("; "));
            Deviation::new(
                message,
                "a rule, a pool, server, certificate or name, and a reason",
                waiver.mistakes.join("; "),
            )
            .name(waiver.place.clone())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{MalformedWaiver, Policy};
    use crate::testing::check_policy;

    #[test]
    fn its_mistakes_are_told() {
        check_policy(&RULE, &Policy::default(), &[]).passes();
        let waiver = MalformedWaiver {
            place: "lyncert.toml:3:1".to_owned(),
            mistakes: vec!["it has no reason".to_owned()],
        };
        let policy = Policy { malformed_waivers: vec![waiver], ..Policy::default() };
        check_policy(&RULE, &policy, &[])
            .fails_with(Severity::Error, "the waiver at lyncert.toml:3:1 has no effect: it has no reason");
    }
}
