use std::collections::HashSet;

use lyncert_ingest::name::{DnsName, said};

use super::{Check, Cure, Deviation, RequirementView, Rule, RuleOutcome, Severity};
use crate::assignment_record::MissingCertificate;
use crate::citation::CMD_GET;

/// An export says which certificate serves, and the folder does not hold it: nothing can be said of it.
pub(super) static RULE: Rule = Rule {
    id: "assigned-not-found",
    summary: "An assigned certificate that the folder does not hold",
    severity: Severity::Warning,
    rationale: "nothing by itself; but what serves here was not checked",
    remedy: "Export the certificate from the server into the folder (`Export-Certificate`, or certlm.msc), and audit again",
    sources: &[&CMD_GET],
    cure: Cure::Elsewhere,
    check: Check::Requirement(check),
    ..Rule::DEFAULTS
};

fn check(view: &RequirementView<'_>) -> RuleOutcome {
    let assignment = view.assignment;
    // Where a collection holds the whole store, more is known, and where it got nothing, less.
    let stored = assignment.observed.iter().filter(|one| one.stored.is_some()).map(|one| &one.server);
    let told_elsewhere: HashSet<&DnsName> = assignment.not_collected.iter().chain(stored).collect();
    let is_told_elsewhere = |missing: &&MissingCertificate| {
        missing.server.as_ref().is_some_and(|server| told_elsewhere.contains(server))
    };
    let outcome: RuleOutcome = assignment
        .missing
        .iter()
        .filter(|missing| !is_told_elsewhere(missing))
        .map(|missing| {
            let usages: Vec<_> = missing.usages.iter().map(|usage| usage.as_str()).collect();
            let on =
                missing.server.as_ref().map(|server| format!(" on {}", said(server))).unwrap_or_default();
            let message = format!(
                "the certificate {} that serves {}{on} is not in the folder",
                missing.thumbprint,
                usages.join(", ")
            );
            Deviation::new(
                message,
                "the file of the assigned certificate",
                format!("its thumbprint in `{}`", missing.source),
            )
            .name(missing.thumbprint.to_string())
        })
        .collect();
    if outcome == RuleOutcome::Pass && !view.is_assigned_by_cmdlet() {
        return RuleOutcome::NotApplicable;
    }
    outcome.unless_lacking(view.lacks_exports())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assigned, certificate, check_requirement_by, front_end, requirement_of};

    #[test]
    fn a_thumbprint_without_a_file_is_told_and_nothing_is_put_in_its_place() {
        let own = certificate("pool.contoso.com", &["pool.contoso.com", "fe1.contoso.com"]);
        let evidence = [assigned("fe1.contoso.com", &["Default"], &"AB".repeat(20))];
        check_requirement_by(
            &RULE,
            &[own],
            &evidence,
            &requirement_of(&front_end(), "Default"),
            &front_end(),
        )
        .fails_with(
            Severity::Warning,
            &format!(
                "the certificate {} that serves Default on fe1.contoso.com is not in the folder",
                "AB".repeat(20)
            ),
        );
    }

    #[test]
    fn a_certificate_that_is_there_passes() {
        let own = certificate("pool.contoso.com", &["pool.contoso.com", "fe1.contoso.com"]);
        let evidence = [assigned("fe1.contoso.com", &["Default"], &own.sha1.to_string())];
        check_requirement_by(
            &RULE,
            &[own],
            &evidence,
            &requirement_of(&front_end(), "Default"),
            &front_end(),
        )
        .passes();
    }
}
