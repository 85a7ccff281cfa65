use super::{Check, Cure, Deviation, RequirementView, Rule, RuleOutcome, Severity};
use crate::assign::Renewal;
use crate::citation::{CMD_SET, L13_ROLL};
use crate::timestamp::moment_in_finding;

/// A renewed certificate does nothing until it is assigned. Only certificates that an export calls assigned are compared.
pub(super) static RULE: Rule = Rule {
    id: "renewed-not-assigned",
    summary: "Renewed, but not assigned",
    severity: Severity::Warning,
    rationale: "the old certificate goes on serving, and everything stops on the day that it ends",
    remedy: "Assign the new certificate (`Set-CsCertificate`) on every server that holds the old one, and restart the services",
    sources: &[&CMD_SET, &L13_ROLL],
    cure: Cure::Assignment,
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
            let message =
                format!("`{}` is newer than the assigned certificate, and not assigned", newer.first_path());
            let found = format!("{} until {}", assigned.sha1, moment_in_finding(assigned.not_after));
            Deviation::new(
                message,
                format!("{} until {}", newer.sha1, moment_in_finding(newer.not_after)),
                found,
            )
            .name(newer.sha1.to_string())
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
        certificate.not_after = certificate.not_before + Duration::days(365);
        certificate
    }

    fn outcome(assigned_one: u8) -> Option<Severity> {
        outcome_among(&[own(300, 1), own(3, 2)], assigned_one)
    }

    fn outcome_among(certificates: &[Certificate], assigned_one: u8) -> Option<Severity> {
        let thumbprint = certificates[usize::from(assigned_one) - 1].sha1.to_string();
        let evidence = [assigned("fe1.contoso.com", &["Default"], &thumbprint)];
        let requirement = requirement_of(&front_end(), "Default");
        check_requirement_by(&RULE, certificates, &evidence, &requirement, &front_end()).severity()
    }

    #[test]
    fn a_newer_certificate_that_fits_is_told_when_the_older_one_is_assigned() {
        assert_eq!(outcome(1), Some(Severity::Warning));
        assert_eq!(outcome(2), None);
    }

    #[test]
    fn a_newer_certificate_that_ends_first_or_lies_in_the_place_of_another_is_no_renewal() {
        let mut ends_first = own(3, 2);
        ends_first.not_after = NOW + Duration::days(20);
        assert_eq!(outcome_among(&[own(300, 1), ends_first], 1), None);
        let mut of_proxy = own(3, 2);
        of_proxy.paths.push("reverse-proxy/2.cer".into());
        assert_eq!(outcome_among(&[own(300, 1), of_proxy], 1), None, "though it lies elsewhere too");
        let mut in_place = own(3, 2);
        in_place.paths = vec!["fe1.contoso.com/2.cer".into()];
        assert_eq!(outcome_among(&[own(300, 1), in_place], 1), Some(Severity::Warning));
    }

    #[test]
    fn a_newer_certificate_that_fits_worse_is_no_renewal() {
        let mut other_subject = own(3, 2);
        other_subject.common_names = vec!["somebody.contoso.com".to_owned()];
        assert_eq!(outcome_among(&[own(300, 1), other_subject], 1), None);
        let mut fewer_names = own(3, 2);
        fewer_names.dns_names.pop();
        assert_eq!(outcome_among(&[own(300, 1), fewer_names], 1), None);
    }

    #[test]
    fn a_certificate_that_was_taken_back_is_free_again() {
        let certificates = [own(300, 1), own(3, 2)];
        let log = |number: usize, day: u8| {
            let thumbprint = certificates[number - 1].sha1.to_string();
            let mut log = assigned("fe1.contoso.com", &["Default"], &thumbprint);
            log.export.kind = lyncert_ingest::assigned::ExportKind::Log;
            log.export.time = Some(format!("2026-06-{day:02} 10:00:00Z"));
            log
        };
        let requirement = requirement_of(&front_end(), "Default");
        let outcome = |logs: &[crate::assignment_record::AssignmentRecord]| {
            check_requirement_by(&RULE, &certificates, logs, &requirement, &front_end()).severity()
        };
        assert_eq!(outcome(&[log(2, 20), log(1, 24)]), Some(Severity::Warning));
        assert_eq!(outcome(&[log(1, 24), log(2, 25)]), None);
    }

    #[test]
    fn a_certificate_that_is_staged_to_take_over_is_silent() {
        let certificates = [own(300, 1), own(3, 2)];
        let mut staged =
            assigned("fe1.contoso.com", &["OAuthTokenIssuer"], &certificates[1].sha1.to_string());
        let one = &mut staged.export.certificates[0];
        one.previous_thumbprint = Some(certificates[0].sha1.to_string());
        one.effective_date = Some(crate::timestamp::timestamp(NOW + Duration::days(1)));
        one.computer = None;
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
