use super::{Check, Deviation, RequirementView, Rule, RuleOutcome, Severity};
use crate::assign::Renewal;
use crate::citation::{CMD_SET, L13_ROLL};
use crate::timestamp::timestamp;

/// A renewed certificate does nothing until it is assigned. Only certificates that an export calls assigned are compared.
pub(super) static RULE: Rule = Rule {
    id: "renewed-not-assigned",
    summary: "Renewed, but not assigned",
    severity: Severity::Warning,
    rationale: "the old certificate goes on serving, and everything stops on the day that it ends",
    remedy: "Assign the new certificate (`Set-CsCertificate`) on every server that holds the old one, and restart the services",
    sources: &[&CMD_SET, &L13_ROLL],
    check: Check::Requirement(check),
    ..Rule::DEFAULTS
};

fn check(view: &RequirementView<'_>) -> RuleOutcome {
    let outcome: RuleOutcome = view
        .assignment
        .renewals
        .iter()
        .map(|Renewal { assigned, newer }| {
            let (assigned, newer) = (assigned.of(view.certificates), newer.of(view.certificates));
            let usages: Vec<_> = view.requirement.usages.iter().filter(|usage| usage.is_assigned_by_cmdlet()).map(|usage| usage.as_str()).collect();
            let message = format!("`{}` is newer than the assigned certificate, and not assigned", newer.first_path());
            let found = format!("{} until {}", assigned.sha1, timestamp(assigned.not_after));
            Deviation::new(message, format!("{} until {}", newer.sha1, timestamp(newer.not_after)), found)
                    .name(newer.sha1.to_string())
                    .remedy(format!("Assign it on every server that holds the old one: Set-CsCertificate -Type {} -Thumbprint {}", usages.join(","), newer.sha1))
        })
        .collect();
    if outcome == RuleOutcome::Pass && !view.is_assigned_by_cmdlet() {
        return RuleOutcome::NotApplicable;
    }
    outcome.unless_lacking(view.lacks_exports())
}

#[cfg(test)]
mod tests {
    use crate::lacking::Lacking;
    use time::Duration;

    use super::*;
    use crate::certificate::Certificate;
    use crate::testing::{
        NOW, assigned, certificate, check_requirement, check_requirement_by, front_end, requirement_of,
    };

    fn own(days_ago: i64, number: u8) -> Certificate {
        let mut certificate = certificate("pool.contoso.com", &["pool.contoso.com", "fe1.contoso.com"]);
        certificate.sha1 = [number; 20].into();
        certificate.sha256 = [number; 32].into();
        certificate.paths = vec![format!("{number}.cer").into()];
        certificate.not_before = NOW - Duration::days(days_ago);
        certificate
    }

    fn outcome(assigned_one: u8) -> Option<Severity> {
        let certificates = [own(300, 1), own(3, 2)];
        let thumbprint = certificates[usize::from(assigned_one) - 1].sha1.to_string();
        let evidence = [assigned("fe1.contoso.com", &["Default"], &thumbprint)];
        let requirement = requirement_of(&front_end(), "Default");
        check_requirement_by(&RULE, &certificates, &evidence, &requirement, &front_end()).severity()
    }

    #[test]
    fn a_newer_certificate_that_fits_is_told_when_the_older_one_is_assigned() {
        assert_eq!(outcome(1), Some(Severity::Warning));
        assert_eq!(outcome(2), None);
    }

    #[test]
    fn a_certificate_that_is_staged_to_take_over_is_silent() {
        let certificates = [own(300, 1), own(3, 2)];
        let mut staged =
            assigned("fe1.contoso.com", &["OAuthTokenIssuer"], &certificates[1].sha1.to_string());
        staged.assigned.previous_thumbprint = Some(certificates[0].sha1.to_string());
        staged.assigned.effective_date = Some(timestamp(NOW + Duration::days(1)));
        staged.assigned.computer = None;
        let requirement = requirement_of(&front_end(), "OAuthTokenIssuer");
        check_requirement_by(&RULE, &certificates, &[staged], &requirement, &front_end()).passes();
    }

    #[test]
    fn a_certificate_in_the_place_of_another_holder_is_no_renewal() {
        let mut newer = own(3, 2);
        newer.paths = vec!["reverse-proxy/ReverseProxy/meet.cer".into()];
        let certificates = [own(300, 1), newer];
        let evidence = [assigned("fe1.contoso.com", &["Default"], &certificates[0].sha1.to_string())];
        let requirement = requirement_of(&front_end(), "Default");
        check_requirement_by(&RULE, &certificates, &evidence, &requirement, &front_end()).passes();
    }

    #[test]
    fn without_an_export_nothing_says_what_is_assigned() {
        let requirement = requirement_of(&front_end(), "Default");
        check_requirement(&RULE, &[own(300, 1), own(3, 2)], &requirement, &front_end())
            .has_nothing_to_look_at(Lacking::AssignmentExports);
        let unassigned = requirement_of(&front_end(), "ReverseProxy");
        check_requirement(&RULE, &[], &unassigned, &front_end()).does_not_apply();
    }
}
