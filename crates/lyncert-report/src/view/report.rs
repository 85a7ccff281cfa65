//! The view of an audit.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use lyncert_ingest::name::DnsName;
use lyncert_rules::assess::{Assessment, Finding, Judgment, RequirementVerdict};
use lyncert_rules::assign::{AssignedBy, Assignment, Holding};
use lyncert_rules::certificate::Certificate;
use lyncert_rules::dated::support_ends;
use lyncert_rules::holder::Holder;
use lyncert_rules::ids::{CertificateId, RequirementId};
use lyncert_rules::matching::Cover;
use lyncert_rules::names::NameCover;
use lyncert_rules::outage::stops;
use lyncert_rules::requirement::{RequiredName, Requirement};
use lyncert_rules::severity::Severity;
use lyncert_rules::usage::CertificateUsage;
use lyncert_rules::workload::Workload;

use super::topology::problem_row;
use super::{InputFile, ReportInput, inventory, plan, replacements, sources, waivers};
use crate::model::{
    CertificateRow, ConsequenceRow, FindingRow, HolderRef, HoldingRow, Input, InputKind,
    NOTHING_FAILS_IN_PART, NameStatus, PolicyRow, REPORT_SCHEMA, Report, ReportState, RequirementRow,
    RuleRow, ScopeRow, SourceRef, StopRow, Summary, SupportRow, Tool, TopologyView, WorstSeverity,
    next_to_end,
};
use crate::scan::{Inventory, ScannedFile};

impl Report {
    /// The report of one audit.
    ///
    /// `assessment` must be that of the estate's topology and of `inventory`'s certificates. It takes the inventory, since a
    /// folder of many thousands of certificates should not be in memory twice.
    pub fn new(estate: &ReportInput<'_>, mut inventory: Inventory, assessment: &Assessment) -> Self {
        let builder = Builder { estate, inventory: &inventory, assessment };
        let (requirements, findings) = (builder.requirements(), builder.findings());
        let consequences = builder.consequences();
        let orders = plan::order_rows(estate, requirements_of(assessment));
        let replacements = replacements::rows(estate.at, &inventory.certificates, assessment, &orders);
        let rows = inventory::certificate_rows(std::mem::take(&mut inventory.certificates), estate.at);
        let builder = Builder { estate, inventory: &inventory, assessment };
        let certificates = builder.with_roles(rows);
        Self {
            schema: REPORT_SCHEMA.to_owned(),
            tool: Tool::this(),
            estate: estate.name.to_owned(),
            at: estate.at.into(),
            inputs: builder.inputs(),
            summary: builder.summary(&requirements, &certificates),
            topology: TopologyView::with_requirements(
                estate.deployment,
                estate.facts,
                requirements_of(assessment),
            ),
            support: support_rows(estate),
            scope: ScopeRow::of(&estate.policy.scope, assessment),
            requirements,
            findings,
            baseline: None,
            certificates,
            consequences,
            orders,
            replacements,
            unreadable: inventory::unreadable_rows(&inventory),
            keys: inventory::key_rows(&inventory),
            requests: inventory::request_rows(&inventory),
            crls: inventory::list_rows(&inventory, estate.at),
            assigned: inventory::assigned_rows(&inventory, &estate.deployment.assigned),
            problems: estate.deployment.problems.iter().map(problem_row).collect(),
            waivers: waivers::waiver_rows(estate, assessment),
            unused_waivers: waivers::unused_waivers(estate, assessment),
            policy: PolicyRow::of_audit(estate, &inventory, assessment),
            rules: assessment
                .tallies
                .iter()
                .map(|tally| RuleRow {
                    id: tally.rule.id.to_owned(),
                    summary: tally.rule.summary.to_owned(),
                    not_applicable: tally.not_applicable,
                    passed: tally.passed,
                    failed: tally.failed,
                })
                .collect(),
        }
    }
}

/// The requirements that were judged.
fn requirements_of(assessment: &Assessment) -> impl Iterator<Item = &Requirement> {
    assessment.judgments.iter().map(|judgment| &judgment.requirement)
}

/// What many findings have in common, each kept once.
#[derive(Default)]
struct Shared {
    texts: BTreeSet<Arc<str>>,
    /// By the id of the clause or rule that names them.
    sources: BTreeMap<&'static str, Arc<[SourceRef]>>,
}

impl Shared {
    fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        self.texts.insert(Arc::clone(&new));
        new
    }

    fn sources(&mut self, finding: &Finding) -> Arc<[SourceRef]> {
        let named_by = finding.clause.unwrap_or(finding.rule.id);
        let refs = || sources::source_refs(finding.sources().iter().copied()).into();
        Arc::clone(self.sources.entry(named_by).or_insert_with(refs))
    }
}

struct Builder<'a> {
    estate: &'a ReportInput<'a>,
    inventory: &'a Inventory,
    assessment: &'a Assessment,
}

impl Builder<'_> {
    fn inputs(&self) -> Vec<Input> {
        let given = self.estate.inputs.iter().map(|InputFile { name, sha256, size, kind }| Input {
            path: name.as_str().into(),
            sha256: sha256.clone(),
            size: *size,
            kind: *kind,
        });
        let scanned = |files: &[ScannedFile], kind: InputKind| -> Vec<Input> {
            let input = |file: &ScannedFile| Input {
                path: Arc::clone(&file.path),
                sha256: file.sha256.to_string(),
                size: file.size,
                kind,
            };
            files.iter().map(input).collect()
        };
        let certificates = scanned(&self.inventory.files, InputKind::Certificates);
        given.chain(certificates).chain(scanned(&self.inventory.root_files, InputKind::Roots)).collect()
    }

    fn certificate(&self, id: CertificateId) -> &Certificate {
        id.of(&self.inventory.certificates)
    }

    fn requirements(&self) -> Vec<RequirementRow> {
        self.assessment.judgments.iter().map(|judgment| self.requirement(judgment)).collect()
    }

    fn requirement(&self, judgment: &Judgment) -> RequirementRow {
        let Judgment { requirement, assignment, covers, verdict } = judgment;
        let mut row = plan::requirement_row(requirement);
        row.verdict = Some((*verdict).into());
        let first = assignment.holdings.first();
        row.certificate = first.map(|holding| self.certificate(holding.certificate).sha1.to_string());
        row.assigned_by = first.map(|holding| holding.assigned_by.into());
        row.holdings = assignment.holdings.iter().map(|holding| self.holding(holding)).collect();
        row.nearest_miss.clone_from(&assignment.nearest_miss);
        let covers = covers.iter().flatten();
        for ((name, required), cover) in row.names.iter_mut().zip(&requirement.names).zip(covers) {
            name.status = Some(name_status(requirement, required, cover.as_ref()));
            name.covered_by = cover.as_ref().map(|cover| cover.by.clone());
        }
        row
    }

    fn holding(&self, holding: &Holding) -> HoldingRow {
        HoldingRow {
            servers: holding.servers.iter().map(ToString::to_string).collect(),
            usages: plan::usage_words(&holding.usages),
            certificate: Some(self.certificate(holding.certificate).sha1.to_string()),
            assigned_by: Some(holding.assigned_by.into()),
        }
    }

    fn findings(&self) -> Vec<FindingRow> {
        let mut shared = Shared::default();
        self.assessment.findings.iter().map(|finding| self.finding(finding, &mut shared)).collect()
    }

    fn finding(&self, finding: &Finding, shared: &mut Shared) -> FindingRow {
        let requirements: Vec<&Requirement> = self.assessment.concerned(finding).collect();
        let certificate = finding.certificate.map(|id| self.certificate(id));
        let holders = concerned_holders(&requirements, finding.server.as_ref());
        let refs: Vec<HolderRef> = holders.iter().map(HolderRef::from).collect();
        FindingRow {
            id: finding.id.clone(),
            rule: finding.rule.id.to_owned(),
            clause: finding.clause.map(str::to_owned),
            severity: finding.severity.into(),
            site: common_value(requirements.iter().map(|requirement| requirement.holder.site.clone())),
            pool: common_value(requirements.iter().map(|requirement| requirement.holder.pool_name())),
            server: finding.server.as_ref().map(ToString::to_string),
            holder: if requirements.is_empty() {
                finding.rule.looks_at().to_owned()
            } else {
                holders_text(&holders)
            },
            holder_ref: match refs.as_slice() {
                [holder] => Some(holder.clone()),
                _ => None,
            },
            holders: refs,
            usages: plan::usage_words(&finding.usages),
            certificate: certificate.map(|certificate| certificate.sha1.to_string()),
            certificate_file: finding.file.clone().or_else(|| {
                certificate.and_then(|certificate| certificate.paths.first().map(ToString::to_string))
            }),
            name: finding.name.clone(),
            message: finding.message.clone(),
            expected: finding.expected.clone(),
            found: finding.found.clone(),
            consequence: shared.text(&finding.consequence),
            remedy: shared.text(&finding.remedy),
            source: shared.text(&sources::source_text(finding.source())),
            sources: shared.sources(finding),
            waived: finding
                .waived
                .and_then(|index| self.estate.policy.waivers.get(index))
                .map(|waiver| Box::new(waivers::waived_row(waiver))),
            change: None,
        }
    }

    fn consequences(&self) -> Vec<ConsequenceRow> {
        let domains: Vec<_> =
            self.estate.deployment.topology.sip_domains.iter().map(|domain| domain.name.clone()).collect();
        let mut served: BTreeMap<CertificateId, Vec<(&Requirement, &[CertificateUsage])>> = BTreeMap::new();
        for Judgment { requirement, assignment, .. } in &self.assessment.judgments {
            for holding in &assignment.holdings {
                served.entry(holding.certificate).or_default().push((requirement, &holding.usages));
            }
        }
        let row = |(id, served): (CertificateId, Vec<(&Requirement, &[CertificateUsage])>)| {
            let certificate = self.certificate(id);
            let stop = |(workload, domains): (Workload, BTreeSet<DnsName>)| StopRow {
                workload: workload.into(),
                title: workload.to_string(),
                sip_domains: domains.iter().map(ToString::to_string).collect(),
            };
            ConsequenceRow {
                certificate: certificate.sha1.to_string(),
                certificate_file: certificate.first_path().to_owned(),
                subject: certificate.subject.clone(),
                not_after: certificate.not_after.into(),
                stops: stops(served, &domains).into_iter().map(stop).collect(),
            }
        };
        let mut rows: Vec<ConsequenceRow> = served.into_iter().map(row).collect();
        rows.sort_by(|one, other| {
            (one.not_after, &one.certificate).cmp(&(other.not_after, &other.certificate))
        });
        rows
    }

    /// Tells the rows what they serve.
    fn with_roles(&self, mut rows: Vec<CertificateRow>) -> Vec<CertificateRow> {
        let mut serves: Vec<Vec<RequirementId>> = vec![Vec::new(); rows.len()];
        for (id, judgment) in self.assessment.judgments() {
            for holding in &judgment.assignment.holdings {
                let served = &mut serves[holding.certificate.index()];
                if served.last() != Some(&id) {
                    served.push(id);
                }
            }
        }
        // In place: a folder's worth of rows is not kept twice.
        for (row, serves) in rows.iter_mut().zip(&serves).filter(|(_, serves)| !serves.is_empty()) {
            self.set_role(row, serves);
        }
        rows
    }

    fn set_role(&self, row: &mut CertificateRow, serves: &[RequirementId]) {
        let requirement = |id: &RequirementId| &id.of(&self.assessment.judgments).requirement;
        let served: Vec<&Requirement> = serves.iter().map(requirement).collect();
        row.serves = served.iter().map(|requirement| requirement.id.clone()).collect();
        row.role = role_text(&served);
    }

    /// The holders of some requirements in words.
    fn holders_of(&self, ids: &[String]) -> String {
        let ids: HashSet<&String> = ids.iter().collect();
        let requirements =
            requirements_of(self.assessment).filter(|requirement| ids.contains(&requirement.id));
        let mut holders: Vec<String> =
            requirements.map(|requirement| requirement.holder.to_string()).collect();
        holders.dedup();
        holders.join("; ")
    }

    /// Whether everything that the topology calls for was looked at, with what is known to be in use: all input was understood,
    /// the simple URLs are known, something serves every requirement, of which there is one at least, and nothing is in use only
    /// because it fits best.
    fn is_fully_judged(&self) -> bool {
        let (deployment, facts) = (self.estate.deployment, self.estate.facts);
        let knows_urls = deployment.topology.simple_urls.is_some() || !facts.simple_urls.is_empty();
        let is_known = |assignment: &Assignment| {
            let mut holdings = assignment.holdings.iter();
            !assignment.holdings.is_empty()
                && holdings.all(|holding| match holding.assigned_by {
                    AssignedBy::BestMatch => false,
                    AssignedBy::Placed | AssignedBy::Assigned => true,
                })
        };
        deployment.problems.is_empty()
            && self.inventory.unreadable.is_empty()
            && knows_urls
            && !self.assessment.judgments.is_empty()
            && self.assessment.judgments.iter().all(|judgment| is_known(&judgment.assignment))
    }

    fn summary(&self, requirements: &[RequirementRow], certificates: &[CertificateRow]) -> Summary {
        let assessment = self.assessment;
        let open = || assessment.findings.iter().filter(|finding| finding.is_open());
        let is_fully_judged = self.is_fully_judged();
        let count = |severity| open().filter(|finding| finding.severity == severity).count();
        let with =
            |verdict| assessment.judgments.iter().filter(|judgment| judgment.verdict == verdict).count();
        let names = || requirements.iter().flat_map(RequirementRow::counted_names);
        let next = next_to_end(certificates);
        Summary {
            verdict: verdict_sentence(
                assessment,
                count(Severity::Error),
                count(Severity::Warning),
                is_fully_judged,
            ),
            state: ReportState::new(count(Severity::Error), count(Severity::Warning), is_fully_judged),
            worst: WorstSeverity::from(open().next().map(|finding| finding.severity.into())),
            worst_findings: worst_findings(assessment),
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
            waived: assessment.findings.len() - open().count(),
            requirements: requirements.len(),
            met: with(RequirementVerdict::Met),
            met_with_warnings: with(RequirementVerdict::MetWithWarnings),
            failed: with(RequirementVerdict::Failed),
            unmet: with(RequirementVerdict::Unmet),
            requirements_waived: with(RequirementVerdict::Waived),
            names: names().count(),
            names_covered: names().filter(|name| name.is_covered()).count(),
            certificates: certificates.len(),
            certificates_serving: certificates.iter().filter(|certificate| certificate.is_in_use()).count(),
            unreadable: self.inventory.unreadable.len(),
            problems: self.estate.deployment.problems.len(),
            next_deadline: next.map(|certificate| certificate.not_after),
            next_deadline_days: next.map(|certificate| certificate.days_left),
            next_deadline_certificate: next.map(|certificate| certificate.sha1.clone()),
            next_deadline_holder: next.map(|certificate| self.holders_of(&certificate.serves)),
        }
    }
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

/// The verdict in one sentence.
fn verdict_sentence(
    assessment: &Assessment,
    errors: usize,
    warnings: usize,
    is_fully_judged: bool,
) -> String {
    let all = assessment.judgments.len();
    // A holder that the product does not manage may be missing from the folder without being a fault.
    let fails = |judgment: &&Judgment| match judgment.verdict {
        RequirementVerdict::Failed => true,
        RequirementVerdict::Unmet => judgment.requirement.holder.kind.is_managed(),
        RequirementVerdict::Met | RequirementVerdict::MetWithWarnings | RequirementVerdict::Waived => false,
    };
    let bad = assessment.judgments.iter().filter(fails).count();
    match (all, bad, errors, warnings) {
        (0, ..) if !assessment.out_of_scope.is_empty() => {
            "No certificate was judged: nothing that was asked for needs one".to_owned()
        }
        (0, ..) => "The topology calls for no certificate that lyncert knows".to_owned(),
        (_, 0, 0, 0) if !is_fully_judged => NOTHING_FAILS_IN_PART.to_owned(),
        (_, 0, 0, 0) => "Every certificate that the topology calls for is in order".to_owned(),
        (_, 0, 0, warnings) => {
            format!("No certificate fails; {} should be looked at", counted(warnings, "warning"))
        }
        (all, bad, errors, warnings) => format!(
            "{bad} of {} fail: {}, {}",
            counted(all, "requirement"),
            counted(errors, "error"),
            counted(warnings, "warning")
        ),
    }
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn name_status(requirement: &Requirement, required: &RequiredName, cover: Option<&NameCover>) -> NameStatus {
    match cover {
        None => NameStatus::Missing,
        Some(NameCover { cover: Cover::Exact, .. }) => NameStatus::Exact,
        Some(NameCover { cover: Cover::Wildcard, .. }) if requirement.honors_wildcard_for(required) => {
            NameStatus::WildcardHonored
        }
        Some(NameCover { cover: Cover::Wildcard, .. }) => NameStatus::WildcardNotHonored,
    }
}

/// The value, if all have the same.
fn common_value(values: impl Iterator<Item = Option<String>>) -> Option<String> {
    let mut values = values;
    let first = values.next()??;
    values.all(|value| value.as_ref() == Some(&first)).then_some(first)
}

/// The holders, each pool once.
pub(super) fn concerned_holders(requirements: &[&Requirement], server: Option<&DnsName>) -> Vec<Holder> {
    let mut holders: Vec<Holder> = Vec::new();
    for requirement in requirements {
        let holder = Holder { server: server.cloned(), ..requirement.holder.clone() };
        if !holders.contains(&holder) {
            holders.push(holder);
        }
    }
    holders
}

/// The holders in one text.
pub(super) fn holders_text(holders: &[Holder]) -> String {
    let texts: Vec<String> = holders.iter().map(ToString::to_string).collect();
    texts.join("; ")
}

/// What a certificate serves, in words.
fn role_text(served: &[&Requirement]) -> String {
    let mut roles: Vec<(String, Vec<&str>)> = Vec::new();
    for requirement in served {
        let holder = requirement.holder.to_string();
        let usages = requirement.usages.iter().map(|usage| usage.as_str());
        match roles.iter_mut().find(|(known, _)| *known == holder) {
            Some((_, known)) => known.extend(usages),
            None => roles.push((holder, usages.collect())),
        }
    }
    let roles: Vec<String> =
        roles.into_iter().map(|(holder, usages)| format!("{holder}: {}", usages.join(", "))).collect();
    roles.join("; ")
}

/// When the support of the estate's products ends or ended.
fn support_rows(estate: &ReportInput<'_>) -> Vec<SupportRow> {
    let ends = support_ends(&estate.deployment.topology, estate.facts);
    ends.map(|(row, product)| SupportRow {
        product,
        from: row.from.into(),
        sources: sources::source_refs([row.source]),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_common_value_is_one_that_all_have() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(common_value([some("a"), some("a")].into_iter()), some("a"));
        assert_eq!(common_value([some("a"), None].into_iter()), None);
        assert_eq!(common_value([some("a"), some("b")].into_iter()), None);
        assert_eq!(common_value(std::iter::empty()), None);
    }
}
