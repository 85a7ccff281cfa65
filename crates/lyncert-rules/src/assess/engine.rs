//! Runs the rules: gives each what it looks at, and makes findings of what it says.

use std::collections::{BTreeMap, BTreeSet};

use lyncert_ingest::name::DnsName;

use super::merge::{merge_by_name, number_duplicates, sort_findings};
use super::target::{Target, TargetPart, build_finding};
use super::{Case, Finding, RuleTally};
use crate::assign::{Assignment, Holding};
use crate::certificate::Certificate;
use crate::names::CertificateNames;
use crate::placement::PlacementReader;
use crate::policy::RuleSetting;
use crate::requirement::Requirement;
use crate::rule::{
    CertificateView, Check, Deviation, FolderView, HoldingView, PolicyView, RULES, RequirementView, Role,
    Rule, RuleOutcome, TopologyView,
};

/// What came of all rules and the policy.
pub(super) struct Judged {
    pub(super) findings: Vec<Finding>,
    pub(super) tallies: Vec<RuleTally>,
    pub(super) waived: Vec<usize>,
    pub(super) switched_off: BTreeMap<&'static str, usize>,
}

/// Runs the rules over one case, with what many rules need worked out once.
pub(super) struct Engine<'a> {
    case: &'a Case<'a>,
    requirements: &'a [Requirement],
    assignments: &'a [Assignment],
    names: &'a [CertificateNames],
    /// What each certificate in use serves.
    served: BTreeMap<usize, Vec<(usize, &'a Holding)>>,
    /// The folders that hold certificates of CAs.
    with_authorities: BTreeSet<&'a str>,
    sip_domains: Vec<DnsName>,
}

impl<'a> Engine<'a> {
    pub(super) fn new(
        case: &'a Case<'a>,
        requirements: &'a [Requirement],
        assignments: &'a [Assignment],
        names: &'a [CertificateNames],
    ) -> Self {
        let mut served: BTreeMap<usize, Vec<(usize, &Holding)>> = BTreeMap::new();
        for (index, assignment) in assignments.iter().enumerate() {
            for holding in &assignment.holdings {
                served.entry(holding.certificate).or_default().push((index, holding));
            }
        }
        let authorities = case.certificates.iter().filter(|certificate| certificate.is_ca);
        let with_authorities = authorities.flat_map(folders_of).collect();
        let sip_domains = case.topology.sip_domains.iter().map(|domain| domain.name.clone()).collect();
        Self { case, requirements, assignments, names, served, with_authorities, sip_domains }
    }

    /// Judges the estate, then the policy: rules on waivers have to know what each of them covers.
    pub(super) fn run(&self) -> Judged {
        let policy = self.case.policy;
        let (of_policy, of_estate): (Vec<&'static Rule>, Vec<&'static Rule>) =
            RULES.iter().partition(|rule| rule.is_about_the_policy());
        let mut tallies = Vec::with_capacity(RULES.len());
        let found = self.findings(&of_estate, &[], &mut tallies);
        let (mut findings, switched_off) = self.apply_settings(self.finish(found));
        let mut waived = vec![0; policy.waivers.len()];
        for finding in &mut findings {
            finding.waived = self.waiver_of(finding);
            if let Some(count) = finding.waived.and_then(|index| waived.get_mut(index)) {
                *count += 1;
            }
        }
        let found = self.findings(&of_policy, &waived, &mut tallies);
        let (about_policy, more_off) = self.apply_settings(self.finish(found));
        findings.extend(about_policy);
        sort_findings(&mut findings);
        tallies.sort_by_key(|tally| tally.rule.id);
        Judged { findings, tallies, waived, switched_off: switched_off.into_iter().chain(more_off).collect() }
    }

    /// Runs rules, and counts what they say.
    fn findings(
        &self,
        rules: &[&'static Rule],
        waived: &[usize],
        tallies: &mut Vec<RuleTally>,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        for rule in rules {
            let mut tally = RuleTally { rule, not_applicable: 0, passed: 0, failed: 0 };
            for (target, verdict) in self.run_check(rule, waived) {
                match verdict {
                    RuleOutcome::NotApplicable => tally.not_applicable += 1,
                    RuleOutcome::Pass => tally.passed += 1,
                    RuleOutcome::Fail(deviations) => {
                        tally.failed += 1;
                        for deviation in deviations {
                            let own = self.target_of_deviation(&deviation);
                            findings.push(build_finding(rule, own.as_ref().unwrap_or(&target), deviation));
                        }
                    }
                }
            }
            tallies.push(tally);
        }
        findings
    }

    /// Gives findings the severity that the policy says, and leaves out those of rules that are switched off.
    fn apply_settings(&self, findings: Vec<Finding>) -> (Vec<Finding>, BTreeMap<&'static str, usize>) {
        let mut switched_off = BTreeMap::new();
        let set = |finding: Finding| match self.case.policy.rules.get(finding.rule.id) {
            None => Some(finding),
            Some(RuleSetting { severity: Some(severity), .. }) => {
                Some(Finding { severity: *severity, ..finding })
            }
            Some(RuleSetting { severity: None, .. }) => {
                *switched_off.entry(finding.rule.id).or_insert(0) += 1;
                None
            }
        };
        let findings = findings.into_iter().filter_map(set).collect();
        (findings, switched_off)
    }

    /// The first waiver in force that covers a finding.
    fn waiver_of(&self, finding: &Finding) -> Option<usize> {
        let case = self.case;
        case.policy.waivers.iter().position(|waiver| {
            !waiver.has_expired_at(case.now) && waiver.covers(finding, self.requirements, case.certificates)
        })
    }

    fn run_check(&self, rule: &Rule, waived: &[usize]) -> Vec<(Target, RuleOutcome)> {
        match rule.check {
            Check::Requirement(check) => {
                self.requirement_views().map(|(target, view)| (target, check(&view))).collect()
            }
            Check::Holding(check) => self
                .holding_views()
                .flat_map(|(targets, view)| {
                    let verdict = check(&view);
                    targets.into_iter().map(move |target| (target, verdict.clone()))
                })
                .collect(),
            Check::Certificate(check) => self.certificate_verdicts(check),
            Check::Topology(check) => {
                let view = TopologyView {
                    topology: self.case.topology,
                    facts: self.case.facts,
                    requirements: self.requirements,
                };
                vec![(Target::whole(), check(&view))]
            }
            Check::Folder(check) => {
                let used: Vec<usize> = self.served.keys().copied().collect();
                let view = FolderView {
                    certificates: self.case.certificates,
                    used: &used,
                    lists: self.case.lists,
                    keys: self.case.keys,
                    placements: &PlacementReader::new(self.case.topology),
                    now: self.case.now,
                };
                vec![(Target::whole(), check(&view))]
            }
            Check::Policy(check) => {
                let view = PolicyView { policy: self.case.policy, covered: waived, now: self.case.now };
                vec![(Target::whole(), check(&view))]
            }
        }
    }

    /// What a deviation says it is about, where the rule looked at a whole.
    fn target_of_deviation(&self, deviation: &Deviation) -> Option<Target> {
        if let Some(pool) = &deviation.pool {
            return Some(Target { parts: self.parts_of(pool), certificate: None });
        }
        let certificate = deviation.certificate?;
        let served = self.served.get(&certificate).map_or(&[][..], Vec::as_slice);
        Some(Target::of_certificate(certificate, served))
    }

    /// All that a pool calls for.
    fn parts_of(&self, pool: &DnsName) -> Vec<TargetPart> {
        let requirements = self.requirements.iter().enumerate();
        let of_pool = requirements.filter(|(_, requirement)| requirement.holder.pool.as_ref() == Some(pool));
        let part = |(index, requirement): (usize, &Requirement)| TargetPart {
            requirement: index,
            servers: Vec::new(),
            usages: requirement.usages.clone(),
        };
        of_pool.map(part).collect()
    }

    fn requirement_views(&self) -> impl Iterator<Item = (Target, RequirementView<'_>)> {
        self.requirements.iter().zip(self.assignments).enumerate().map(
            |(index, (requirement, assignment))| {
                let part = TargetPart {
                    requirement: index,
                    servers: requirement.holder.server.iter().cloned().collect(),
                    usages: requirement.usages.clone(),
                };
                let target = Target { parts: vec![part], certificate: None };
                let view = RequirementView { requirement, assignment, certificates: self.case.certificates };
                (target, view)
            },
        )
    }

    fn holding_views(&self) -> impl Iterator<Item = (Vec<Target>, HoldingView<'_>)> {
        self.requirements.iter().zip(self.assignments).enumerate().flat_map(
            move |(index, (requirement, assignment))| {
                assignment.holdings.iter().filter_map(move |holding| {
                    let view = HoldingView {
                        requirement,
                        usages: &holding.usages,
                        certificate: self.case.certificates.get(holding.certificate)?,
                        names: self.names.get(holding.certificate)?,
                    };
                    Some((Target::of_holding(index, requirement, holding), view))
                })
            },
        )
    }

    fn certificate_verdicts(
        &self,
        check: fn(&CertificateView<'_>) -> RuleOutcome,
    ) -> Vec<(Target, RuleOutcome)> {
        self.served
            .iter()
            .filter_map(|(&certificate, served)| {
                let roles: Vec<Role<'_>> = served
                    .iter()
                    .filter_map(|(index, holding)| {
                        Some(Role { requirement: self.requirements.get(*index)?, usages: &holding.usages })
                    })
                    .collect();
                let certificate_facts = self.case.certificates.get(certificate)?;
                let view = CertificateView {
                    certificate: certificate_facts,
                    names: self.names.get(certificate)?,
                    roles: &roles,
                    lies_beside_cas: folders_of(certificate_facts)
                        .any(|folder| self.with_authorities.contains(folder)),
                    sip_domains: &self.sip_domains,
                    expiry: self.case.policy.expiry,
                    now: self.case.now,
                };
                Some((Target::of_certificate(certificate, served), check(&view)))
            })
            .collect()
    }

    /// Puts findings of one certificate about one name together, gives ids and sorts.
    fn finish(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let mut merged = merge_by_name(findings);
        for finding in &mut merged {
            finding.usages.sort_unstable();
            finding.usages.dedup();
            finding.id = self.finding_id(finding);
        }
        // The numbers of duplicates follow this order.
        sort_findings(&mut merged);
        number_duplicates(&mut merged);
        merged
    }

    fn finding_id(&self, finding: &Finding) -> String {
        let requirement = finding.requirements.first().and_then(|&index| self.requirements.get(index));
        let holder = requirement.map_or("", |requirement| requirement.id.as_str());
        let server = match (&finding.server, requirement) {
            (Some(server), Some(requirement)) if requirement.holder.server.as_ref() != Some(server) => {
                format!("/{}", server.key())
            }
            (Some(_) | None, _) => String::new(),
        };
        let name = finding.name.as_ref().or(finding.file.as_ref());
        let name = name.map(|name| format!("/{}", name.to_ascii_lowercase())).unwrap_or_default();
        format!("{}/{holder}{server}{name}", finding.rule.id)
    }
}

/// The folders that hold a certificate.
fn folders_of(certificate: &Certificate) -> impl Iterator<Item = &str> {
    certificate.paths.iter().map(|path| path.rsplit_once('/').map_or("", |(folder, _)| folder))
}
