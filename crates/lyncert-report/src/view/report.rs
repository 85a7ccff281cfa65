//! The view of an audit.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use lyncert_ingest::name::DnsName;
use lyncert_rules::assess::{Assessment, Finding, Judgment, ServerCovers};
use lyncert_rules::assign::Holding;
use lyncert_rules::certificate::Certificate;
use lyncert_rules::dated::support_ends;
use lyncert_rules::holder::{Holder, HolderKind};
use lyncert_rules::ids::{CertificateId, RequirementId};
use lyncert_rules::matching::Cover;
use lyncert_rules::names::NameCover;
use lyncert_rules::outage::{Served, Stop, stops};
use lyncert_rules::requirement::{RequiredName, Requirement};
use lyncert_rules::usage::CertificateUsage;
use rayon::prelude::*;
use time::Duration;

use super::topology::problem_row;
use super::verdict::Ahead;
use super::{InputFile, ReportInput, collections, inventory, looking, plan, replacements, sources, waivers};
use crate::model::usages_text;
use crate::model::{
    CertificateRow, ConsequenceRow, FindingRow, HolderRef, HoldingRow, Input, InputKind, NameOnServer,
    NameStatus, PlaceRef, PolicyRow, Provenance, REPORT_SCHEMA, Report, RequirementRow, RuleRow, ScopeRow,
    SourceRef, StopRow, Summary, SupportRow, Timestamp, Tool, TopologyView,
};
use crate::scan::{Inventory, ScannedFile};

impl Report {
    /// The report of one audit.
    ///
    /// `assessment` must be that of the estate's topology and of `inventory`'s certificates. It takes the inventory, since a
    /// folder of many thousands of certificates should not be in memory twice.
    pub fn new(estate: &ReportInput<'_>, mut inventory: Inventory, assessment: &Assessment) -> Self {
        let builder = Builder::new(estate, &inventory, assessment);
        let (requirements, mut findings) = (builder.requirements(), builder.findings());
        let consequences = builder.consequences();
        let orders = plan::order_rows(
            &assessment.orders,
            assessment.judgments.iter().map(|judgment| &judgment.requirement),
        );
        let replacements = replacements::rows(&inventory.certificates, assessment, &orders);
        replacements::tell_findings(&mut findings, assessment, &replacements);
        let rows = inventory::certificate_rows(std::mem::take(&mut inventory.certificates), estate.at);
        let builder = Builder::new(estate, &inventory, assessment);
        let certificates = builder.with_roles(rows);
        let scope = ScopeRow::of(&estate.policy.scope, assessment);
        let mut report = Self {
            not_shown: None,
            schema: REPORT_SCHEMA.to_owned(),
            tool: Tool::this(),
            estate: estate.name.to_owned(),
            at: estate.at.into(),
            collected: collections::together(&inventory.collections),
            collections: collections::rows(&inventory.collections),
            provenance: None,
            inputs: builder.inputs(),
            summary: Summary::of(
                estate,
                builder.inventory,
                assessment,
                &requirements,
                &certificates,
                scope.as_ref(),
                &Ahead {
                    today: Timestamp::from(estate.at).day(),
                    replacements: &replacements,
                    consequences: &consequences,
                },
            ),
            topology: TopologyView::with_requirements(
                estate.deployment,
                estate.facts,
                requirements_of(assessment),
            ),
            support: support_rows(estate),
            scope,
            requirements,
            findings,
            baseline: None,
            certificates,
            consequences,
            orders,
            replacements,
            unreadable: inventory::unreadable_rows(&inventory),
            keys: inventory::key_rows(&inventory),
            requests: inventory::request_rows(&inventory, &assessment.requests),
            crls: inventory::list_rows(&inventory, estate.at),
            assigned: inventory::assigned_rows(
                &inventory,
                &estate.deployment.assigned,
                &assessment.record_uses,
            ),
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
                    prominence: tally.rule.prominence,
                    not_applicable: tally.not_applicable,
                    nothing_to_look_at: tally.nothing_to_look_at,
                    missing: looking::missing_text(tally),
                    passed: tally.passed,
                    failed: tally.failed,
                })
                .collect(),
        };
        report.provenance = Some(Provenance::of(&report));
        report
    }
}

/// The requirements that were judged.
fn requirements_of(assessment: &Assessment) -> impl Iterator<Item = &Requirement> {
    assessment.judgments.iter().map(|judgment| &judgment.requirement)
}

/// So many places of the topology are told of one finding: whoever has seen some knows what is meant.
const MAX_PLACES: usize = 10;

/// What many findings have in common, each kept once.
#[derive(Default)]
struct Shared<'a> {
    texts: BTreeSet<Arc<str>>,
    /// By the id of the clause or rule that names them.
    sources: BTreeMap<&'static str, Arc<[SourceRef]>>,
    /// The names of each requirement, by requirement and name: there can be very many of both.
    names: HashMap<&'a str, HashMap<String, &'a RequiredName>>,
}

impl<'a> Shared<'a> {
    /// Where the topology asks for what a finding is about.
    fn places(&mut self, requirements: &[&'a Requirement], name: Option<&str>) -> Vec<PlaceRef> {
        let key = |name: &str| name.to_lowercase();
        let name = name.map(key);
        let mut places: Vec<PlaceRef> = Vec::new();
        for requirement in requirements.iter().take(MAX_PLACES) {
            let names = || requirement.names.iter().map(|name| (key(name.name.as_ref()), name)).collect();
            let by_key = self.names.entry(&requirement.id).or_insert_with(names);
            let required = name.as_ref().and_then(|name| by_key.get(name));
            let causes = required.iter().flat_map(|name| &name.causes);
            let mut of_name = causes.filter_map(|cause| cause.place.as_ref()).peekable();
            let declared = requirement.place.as_ref().filter(|_| of_name.peek().is_none());
            for place in of_name.chain(declared).map(PlaceRef::from) {
                if places.len() < MAX_PLACES && !places.contains(&place) {
                    places.push(place);
                }
            }
        }
        places
    }

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
    /// The usages that each holder needs certificates for.
    usages: HashMap<HolderKey<'a>, BTreeSet<CertificateUsage>>,
    /// The files of the requests that would be for each requirement, by its id.
    requests: HashMap<&'a str, Vec<&'a str>>,
}

/// What makes servers of one pool one holder.
type HolderKey<'a> = (HolderKind, Option<&'a DnsName>);

fn holder_key(requirement: &Requirement) -> HolderKey<'_> {
    (requirement.holder.kind, requirement.holder.pool.as_ref())
}

impl<'a> Builder<'a> {
    fn new(estate: &'a ReportInput<'a>, inventory: &'a Inventory, assessment: &'a Assessment) -> Self {
        let mut usages: HashMap<HolderKey<'_>, BTreeSet<CertificateUsage>> = HashMap::new();
        for requirement in requirements_of(assessment) {
            usages.entry(holder_key(requirement)).or_default().extend(&requirement.usages);
        }
        let mut requests: HashMap<&str, Vec<&str>> = HashMap::new();
        for (request, trial) in inventory.requests.iter().zip(&assessment.requests) {
            for part in trial.iter().flat_map(|trial| &trial.parts) {
                let files = requests.entry(part.requirement.id.as_str()).or_default();
                if files.last() != Some(&request.path.as_str()) {
                    files.push(&request.path);
                }
            }
        }
        Self { estate, inventory, assessment, usages, requests }
    }

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
        self.assessment.judgments.par_iter().map(|judgment| self.requirement(judgment)).collect()
    }

    fn requirement(&self, judgment: &Judgment) -> RequirementRow {
        let Judgment { requirement, assignment, covers, by_server, verdict } = judgment;
        let mut row = plan::requirement_row(requirement);
        row.verdict = Some((*verdict).into());
        let first = assignment.holdings.first();
        row.certificate = first.map(|holding| self.certificate(holding.certificate).sha1.to_string());
        row.assigned_by = first.map(|holding| holding.assigned_by.into());
        row.holdings = assignment.holdings.iter().map(|holding| self.holding(holding)).collect();
        row.nearest_miss.clone_from(&assignment.nearest_miss);
        row.requests = self.requests_for(requirement);
        let covers = covers.iter().flatten();
        for ((name, required), cover) in row.names.iter_mut().zip(&requirement.names).zip(covers) {
            name.status = Some(name_status(requirement, required, cover.as_ref()));
            name.covered_by = cover.as_ref().map(|cover| cover.by.clone());
        }
        for ServerCovers { server, names } in by_server {
            for ((name, required), one) in row.names.iter_mut().zip(&requirement.names).zip(names) {
                let status = |_| name_status(requirement, required, one.cover.as_ref());
                name.by_server.push(NameOnServer {
                    server: server.to_string(),
                    status: one.certificate.map(status),
                    covered_by: one.cover.as_ref().map(|cover| cover.by.clone()),
                    certificate: one.certificate.map(|id| self.certificate(id).sha1.to_string()),
                });
            }
        }
        row
    }

    /// The files of the requests that would be for a requirement.
    fn requests_for(&self, requirement: &Requirement) -> Vec<String> {
        let files = self.requests.get(requirement.id.as_str()).into_iter().flatten();
        files.map(|file| (*file).to_owned()).collect()
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

    fn finding(&self, finding: &'a Finding, shared: &mut Shared<'a>) -> FindingRow {
        let requirements: Vec<&'a Requirement> = self.assessment.concerned(finding).collect();
        let certificate = finding.certificate.map(|id| self.certificate(id));
        let holders = match &finding.place {
            Some(holder) => vec![holder.clone()],
            None => concerned_holders(&requirements, finding.server.as_ref()),
        };
        let refs: Vec<HolderRef> = holders.iter().map(HolderRef::from).collect();
        let holder =
            if holders.is_empty() { finding.rule.looks_at().to_owned() } else { holders_text(&holders) };
        FindingRow {
            id: finding.id.clone(),
            rule: finding.rule.id.to_owned(),
            clause: finding.clause.map(str::to_owned),
            severity: finding.severity.into(),
            site: common_value(holders.iter().map(|holder| holder.site.clone())),
            pool: common_value(holders.iter().map(Holder::pool_name)),
            server: finding.server.as_ref().map(ToString::to_string),
            whose: self.whose(finding, &requirements, &holder),
            holder,
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
            places: shared.places(&requirements, finding.name.as_deref()),
            message: finding.message.clone(),
            expected: finding.expected.clone(),
            policy_reasons: finding.policy_reasons.clone(),
            found: finding.found.clone(),
            consequence: shared.text(&finding.consequence),
            remedy: shared.text(&finding.remedy),
            replacement: None,
            source: shared.text(&sources::source_text(finding.source())),
            sources: shared.sources(finding),
            waived: finding
                .waived
                .and_then(|index| self.estate.policy.waivers.get(index))
                .map(|waiver| Box::new(waivers::waived_row(waiver))),
            change: None,
        }
    }

    /// The holder, with the usages where it needs certificates for others too; empty where the holder says all.
    fn whose(&self, finding: &Finding, requirements: &[&Requirement], holder: &str) -> String {
        let has_others = |requirement: &&Requirement| {
            let all = self.usages.get(&holder_key(requirement)).into_iter().flatten();
            all.into_iter().any(|usage| !finding.usages.contains(usage))
        };
        if finding.usages.is_empty() || !requirements.iter().any(has_others) {
            return String::new();
        }
        format!("{holder} ({})", usages_text(&plan::usage_words(&finding.usages)))
    }

    fn consequences(&self) -> Vec<ConsequenceRow> {
        let domains: Vec<_> =
            self.estate.deployment.topology.sip_domains.iter().map(|domain| domain.name.clone()).collect();
        let mut served: BTreeMap<CertificateId, Vec<Served<'_>>> = BTreeMap::new();
        for Judgment { requirement, assignment, .. } in &self.assessment.judgments {
            for holding in &assignment.holdings {
                let (usages, servers) = (&holding.usages, &holding.servers);
                served.entry(holding.certificate).or_default().push(Served { requirement, usages, servers });
            }
        }
        let row = |(id, served): (CertificateId, Vec<Served<'_>>)| {
            let certificate = self.certificate(id);
            let stop = |stop: Stop| StopRow {
                workload: stop.workload.into(),
                title: stop.workload.to_string(),
                whom: stop.whom(),
                sip_domains: stop.sip_domains.iter().map(ToString::to_string).collect(),
                pool: stop.at.pool.as_ref().map(ToString::to_string),
                servers: stop.at.servers.iter().map(ToString::to_string).collect(),
                all_servers: stop.at.all_servers,
            };
            let (warning, info) =
                self.estate.policy.expiry.seconds_before_end(certificate.lifetime_seconds());
            let before_end = |seconds: i64| {
                let moment = certificate.not_after.checked_sub(Duration::seconds(seconds));
                moment.map(Timestamp::from)
            };
            ConsequenceRow {
                noted_from: before_end(info),
                warned_from: before_end(warning),
                certificate: certificate.sha1.to_string(),
                certificate_file: certificate.first_path().to_owned(),
                subject: certificate.subject.clone(),
                not_after: certificate.not_after.into(),
                stops: stops(served, &domains).into_iter().map(stop).collect(),
            }
        };
        let served: Vec<_> = served.into_iter().collect();
        let mut rows: Vec<ConsequenceRow> = served.into_par_iter().map(row).collect();
        rows.sort_by(|one, other| {
            (one.not_after, &one.certificate).cmp(&(other.not_after, &other.certificate))
        });
        rows
    }

    /// Tells the rows what they serve, and of those that serve nothing what else is known.
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
        for (id, holder) in &self.assessment.idle {
            let row = &mut rows[id.index()];
            row.lies_at.push(holder.to_string());
            row.lies_at_refs.push(holder.into());
        }
        for id in &self.assessment.strangers {
            rows[id.index()].foreign = true;
        }
        rows
    }

    fn set_role(&self, row: &mut CertificateRow, serves: &[RequirementId]) {
        let requirement = |id: &RequirementId| &id.of(&self.assessment.judgments).requirement;
        let served: Vec<&Requirement> = serves.iter().map(requirement).collect();
        row.serves = served.iter().map(|requirement| requirement.id.clone()).collect();
        row.role = role_text(&served);
    }
}

pub(super) fn name_status(
    requirement: &Requirement,
    required: &RequiredName,
    cover: Option<&NameCover>,
) -> NameStatus {
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
    let holders = requirements
        .iter()
        .map(|requirement| Holder { server: server.cloned(), ..requirement.holder.clone() });
    let mut seen: HashSet<Holder> = HashSet::new();
    holders.filter(|holder| seen.insert(holder.clone())).collect()
}

/// The holders in one text.
pub(super) fn holders_text(holders: &[Holder]) -> String {
    let texts: Vec<String> = holders.iter().map(ToString::to_string).collect();
    texts.join("; ")
}

/// What a certificate serves, in words.
fn role_text(served: &[&Requirement]) -> String {
    let mut roles: Vec<(String, Vec<&str>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for requirement in served {
        let holder = requirement.holder.to_string();
        let usages = requirement.usages.iter().map(|usage| usage.as_str());
        let place = *places.entry(holder.clone()).or_insert(roles.len());
        match roles.get_mut(place) {
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
