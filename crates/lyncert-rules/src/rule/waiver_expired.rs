use super::{Check, Cure, Deviation, PolicyView, Rule, RuleOutcome, Severity};
use crate::citation::INSPEC;
use crate::policy::WaiverState;

/// A waiver holds until the end of its last day, UTC.
pub(super) static RULE: Rule = Rule {
    id: "waiver-expired",
    summary: "A waiver that has expired",
    severity: Severity::Warning,
    rationale: "what it covered counts again",
    remedy: "Solve what it covered, or have the exception approved anew with a later day",
    sources: &[&INSPEC],
    cure: Cure::Elsewhere,
    check: Check::Policy(check),
    ..Rule::DEFAULTS
};

fn check(view: &PolicyView<'_>) -> RuleOutcome {
    view.waivers(WaiverState::Expired)
        .map(|(waiver, _)| {
            let day = waiver.expires.map(|day| day.to_string()).unwrap_or_default();
            let message = format!("the waiver of {} expired on {day}", waiver.title());
            let found = format!("its last day was {day} ({})", waiver.place);
            Deviation::new(message, "a waiver that is still approved", found).name(waiver.title())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use time::{Date, Duration};

    use super::*;
    use crate::policy::{Policy, Waiver};
    use crate::testing::{NOW, check_policy, waiver};

    fn expiring(day: Option<Date>) -> Policy {
        Policy { waivers: vec![Waiver { expires: day, ..waiver("san-missing") }], ..Policy::default() }
    }

    #[test]
    fn the_last_day_counts_to_its_end() {
        let today = NOW.date();
        check_policy(&RULE, &expiring(None), &[1]).passes();
        check_policy(&RULE, &expiring(Some(today)), &[1]).passes();
        check_policy(&RULE, &expiring(Some(today - Duration::DAY)), &[0]).fails_with(
            Severity::Warning,
            "the waiver of `san-missing` for name `a.contoso.com` expired on 2026-06-29",
        );
    }
}
