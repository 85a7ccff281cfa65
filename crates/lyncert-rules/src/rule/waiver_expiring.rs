use super::{Check, Cure, Deviation, PolicyView, Rule, RuleOutcome, Severity};
use crate::citation::INSPEC;
use crate::policy::WaiverState;

/// So many days before the last day as the policy says; 14 without.
pub(super) static RULE: Rule = Rule {
    id: "waiver-expiring",
    summary: "A waiver that ends soon",
    severity: Severity::Info,
    rationale: "after its last day what it covers counts again",
    remedy: "Solve what it covers before that day, or have the exception approved anew",
    sources: &[&INSPEC],
    cure: Cure::Elsewhere,
    check: Check::Policy(check),
    ..Rule::DEFAULTS
};

fn check(view: &PolicyView<'_>) -> RuleOutcome {
    view.waivers(WaiverState::Expiring)
        .map(|(waiver, covered)| {
            let day = waiver.expires.map(|day| day.to_string()).unwrap_or_default();
            let message = format!("the waiver of {} ends on {day}", waiver.title());
            let found = format!("it covers {covered} of the findings ({})", waiver.place);
            let expected = format!("more than {} days left", view.policy.waiver_limits.expiring_days);
            Deviation::new(message, expected, found).name(waiver.title())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::policy::{Policy, Waiver};
    use crate::testing::{NOW, check_policy, waiver};

    fn outcome(days: i64, covered: usize) -> Option<Severity> {
        let expires = Some(NOW.date() + Duration::days(days));
        let waivers = vec![Waiver { expires, ..waiver("san-missing") }];
        check_policy(&RULE, &Policy { waivers, ..Policy::default() }, &[covered]).severity()
    }

    #[test]
    fn a_waiver_in_use_is_told_in_its_last_two_weeks() {
        assert_eq!(outcome(14, 1), None, "14 days and some hours are left");
        assert_eq!(outcome(13, 1), Some(Severity::Info));
        assert_eq!(outcome(13, 0), None, "reported as unused");
        assert_eq!(outcome(-1, 0), None, "reported as expired");
    }
}
