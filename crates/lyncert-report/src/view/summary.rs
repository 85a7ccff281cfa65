//! The outcome of an audit in numbers and one sentence.

use std::collections::HashSet;

use lyncert_rules::assess::{Assessment, Finding, RequirementVerdict};
use lyncert_rules::severity::Severity;

use super::verdict::{self, Ahead};
use super::{ReportInput, looking, unjudged};
use crate::model::{
    CertificateRow, ReportState, RequirementRow, ScopeRow, Summary, WorstSeverity, ended, next_to_end,
};
use crate::scan::Inventory;

impl Summary {
    /// The summary of the rows that were made of an assessment.
    pub(super) fn of(
        estate: &ReportInput<'_>,
        inventory: &Inventory,
        assessment: &Assessment,
        requirements: &[RequirementRow],
        certificates: &[CertificateRow],
        scope: Option<&ScopeRow>,
        ahead: &Ahead<'_>,
    ) -> Self {
        let open = || assessment.findings.iter().filter(|finding| finding.is_open());
        let count = |severity| open().filter(|finding| finding.severity == severity).count();
        let with =
            |verdict| assessment.judgments.iter().filter(|judgment| judgment.verdict == verdict).count();
        let names = || requirements.iter().flat_map(RequirementRow::counted_names);
        let next = next_to_end(certificates);
        let (ended, ended_since) = ended(certificates);
        let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
        let unjudged = unjudged::rows(estate, inventory, assessment);
        let foreign = certificates.iter().filter(|certificate| certificate.foreign).count();
        let of_servers = certificates.iter().filter(|certificate| !certificate.is_ca).count();
        let mut summary = Self {
            verdict: String::new(),
            state: ReportState::of(errors, warnings, &unjudged, requirements.len()),
            worst: WorstSeverity::from(open().next().map(|finding| finding.severity.into())),
            worst_findings: worst_findings(assessment),
            errors,
            warnings,
            infos: count(Severity::Info),
            waived: assessment.findings.len() - open().count(),
            requirements: requirements.len(),
            met: with(RequirementVerdict::Met),
            met_with_warnings: with(RequirementVerdict::MetWithWarnings),
            failed: with(RequirementVerdict::Failed),
            unmet: with(RequirementVerdict::Unmet),
            not_judged: with(RequirementVerdict::NotJudged),
            requirements_waived: with(RequirementVerdict::Waived),
            names: names().count(),
            names_covered: names().filter(|name| name.is_covered()).count(),
            certificates: certificates.len(),
            certificates_serving: certificates.iter().filter(|certificate| certificate.is_in_use()).count(),
            certificates_foreign: foreign,
            foreign_folder: foreign > 0 && foreign == of_servers,
            unreadable: inventory.unreadable.len(),
            problems: estate.deployment.problems.len(),
            unjudged,
            not_looked_at: looking::not_looked_at(&assessment.tallies),
            assignments: unjudged::assignment_counts(assessment),
            ended,
            ended_since,
            next_deadline: next.map(|certificate| certificate.not_after),
            next_deadline_days: next.map(|certificate| certificate.days_left),
            next_deadline_certificate: next.map(|certificate| certificate.sha1.clone()),
            next_deadline_holder: next.map(|certificate| holders_of(assessment, &certificate.serves)),
        };
        summary.verdict = verdict::sentence(&summary, scope, assessment.out_of_scope.len(), ahead);
        summary
    }
}

/// The holders of some requirements in words.
fn holders_of(assessment: &Assessment, ids: &[String]) -> String {
    let ids: HashSet<&String> = ids.iter().collect();
    let requirements = assessment.judgments.iter().map(|judgment| &judgment.requirement);
    let concerned = requirements.filter(|requirement| ids.contains(&requirement.id));
    let mut holders: Vec<String> = concerned.map(|requirement| requirement.holder.to_string()).collect();
    holders.dedup();
    holders.join("; ")
}

/// At most five errors and warnings, at most two of one rule.
fn worst_findings(assessment: &Assessment) -> Vec<String> {
    const SHOWN: usize = 5;
    const OF_ONE_RULE: usize = 2;
    let mut findings: Vec<_> = assessment
        .findings
        .iter()
        .filter(|finding| finding.is_open() && finding.severity > Severity::Info)
        .collect();
    // The sort keeps the order of the findings within a rule.
    findings.sort_by_key(|finding| std::cmp::Reverse((finding.severity, finding.rule.prominence)));
    let mut worst: Vec<&Finding> = Vec::new();
    for finding in findings {
        let of_rule = worst.iter().filter(|known| known.rule.id == finding.rule.id).count();
        if worst.len() < SHOWN && of_rule < OF_ONE_RULE {
            worst.push(finding);
        }
    }
    worst.into_iter().map(|finding| finding.id.clone()).collect()
}
