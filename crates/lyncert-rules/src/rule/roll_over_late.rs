use time::Duration;

use super::{Check, Cure, Deviation, RequirementView, Rule, RuleOutcome, Severity};
use crate::citation::L13_ROLL;
use crate::timestamp::moment_in_finding;
use crate::usage::CertificateUsage;

/// Tokens that the old certificate signed go on until it ends: those of OAuth for 24 hours, those of A/V authentication for 8.
pub(super) static RULE: Rule = Rule {
    id: "roll-over-late",
    summary: "The new certificate takes effect too late",
    severity: Severity::Warning,
    rationale: "tokens that the old certificate signed shortly before it ends are refused: server-to-server requests or audio and video from outside fail for hours",
    remedy: "Stage the new certificate again with an earlier date (`Set-CsCertificate -Roll -EffectiveDate`)",
    sources: &[&L13_ROLL],
    clauses: &["OAUTH-07"],
    cure: Cure::Elsewhere,
    check: Check::Requirement(check),
    ..Rule::DEFAULTS
};

fn check(view: &RequirementView<'_>) -> RuleOutcome {
    let mut deviations = Vec::new();
    for staged in &view.assignment.roll_overs {
        let current = staged.current.of(view.certificates);
        let hours = if staged.usages.contains(&CertificateUsage::OAuthTokenIssuer) { 24 } else { 8 };
        let latest = current.not_after - Duration::hours(hours);
        if staged.effective <= latest {
            continue;
        }
        let how = if staged.effective > current.not_after {
            "after the old one ended".to_owned()
        } else {
            format!("less than {hours} hours before the old one ends")
        };
        let message = format!("the new certificate {} takes effect {how}", staged.next);
        let expected = format!("{} or earlier", moment_in_finding(latest));
        deviations.push(
            Deviation::new(message, expected, moment_in_finding(staged.effective))
                .name(staged.next.to_string())
                .clause("OAUTH-07"),
        );
    }
    if deviations.is_empty() && !view.is_assigned_by_cmdlet() {
        return RuleOutcome::NotApplicable;
    }
    deviations.into_iter().collect::<RuleOutcome>().unless_lacking(view.lacks_exports())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assignment_record::AssignmentRecord;
    use crate::testing::{NOW, assigned, certificate, check_requirement_by, front_end, requirement_of};

    /// What the rule says of an OAuth certificate that ends in ten days, when another takes over so many hours before.
    fn outcome(hours_before: i64) -> (Option<Severity>, Option<&'static str>) {
        let mut old = certificate("contoso.com", &["contoso.com"]);
        old.sha1 = [1; 20].into();
        old.not_after = NOW + Duration::days(10);
        let mut evidence: AssignmentRecord =
            assigned("fe1.contoso.com", &["OAuthTokenIssuer"], &"02".repeat(20));
        let effective = old.not_after - Duration::hours(hours_before);
        let staged = &mut evidence.export.certificates[0];
        staged.previous_thumbprint = Some(old.sha1.to_string());
        staged.effective_date = Some(crate::timestamp::timestamp(effective));
        staged.computer = None;
        let requirement = requirement_of(&front_end(), "OAuthTokenIssuer");
        let outcome = check_requirement_by(&RULE, &[old], &[evidence], &requirement, &front_end());
        (outcome.severity(), outcome.clause())
    }

    #[test]
    fn a_day_is_needed_before_the_old_certificate_ends() {
        assert_eq!(outcome(24), (None, None));
        assert_eq!(outcome(23), (Some(Severity::Warning), Some("OAUTH-07")));
        assert_eq!(outcome(-1), (Some(Severity::Warning), Some("OAUTH-07")));
    }
}
