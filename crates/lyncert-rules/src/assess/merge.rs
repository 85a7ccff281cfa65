//! Findings that are one: merged, sorted and numbered.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use lyncert_ingest::name::DnsName;

use super::Finding;
use crate::ids::CertificateId;
use crate::severity::Severity;

/// Puts findings of one certificate about one name together.
pub(super) fn merge_by_name(findings: Vec<Finding>) -> Vec<Finding> {
    let mut merged: Vec<Finding> = Vec::new();
    let mut known: BTreeMap<MergeKey, usize> = BTreeMap::new();
    let mut absorbing: BTreeSet<usize> = BTreeSet::new();
    for finding in findings {
        let key = merge_key(&finding);
        let same = key.as_ref().and_then(|key| known.get(key)).copied();
        match same.and_then(|index| Some((index, merged.get_mut(index)?))) {
            Some((index, same)) => {
                absorbing.insert(index);
                absorb(same, finding);
            }
            None => {
                if let Some(key) = key {
                    known.insert(key, merged.len());
                }
                merged.push(finding);
            }
        }
    }
    // One may have absorbed many: it is put in order once.
    for index in absorbing {
        if let Some(finding) = merged.get_mut(index) {
            finding.requirements.sort_unstable();
            finding.requirements.dedup();
        }
    }
    merged
}

/// Sorts as reports list them: the most severe first, then by rule and id.
pub(super) fn sort_findings(findings: &mut [Finding]) {
    findings.sort_by(|one, other| sort_key(one).cmp(&sort_key(other)));
}

/// Rule, certificate, pool in whose place it lies, server and name.
type MergeKey = (&'static str, CertificateId, Option<DnsName>, Option<DnsName>, String);

fn merge_key(finding: &Finding) -> Option<MergeKey> {
    Some((
        finding.rule.id,
        finding.certificate?,
        finding.place.as_ref().and_then(|holder| holder.pool.clone()),
        finding.server.clone(),
        finding.name.as_ref()?.to_ascii_lowercase(),
    ))
}

/// Keeps the more severe statement, with the usages and requirements of both, in no order.
fn absorb(same: &mut Finding, other: Finding) {
    let mut requirements = std::mem::take(&mut same.requirements);
    requirements.extend(&other.requirements);
    let mut usages = std::mem::take(&mut same.usages);
    usages.extend(&other.usages);
    if other.severity > same.severity {
        *same = other;
    }
    same.requirements = requirements;
    same.usages = usages;
}

fn sort_key(finding: &Finding) -> (Reverse<Severity>, &'static str, &str) {
    (Reverse(finding.severity), finding.rule.id, &finding.id)
}

/// Two certificates of one holder can have the same defect; their ids differ by a number.
pub(super) fn number_duplicates(findings: &mut [Finding]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings {
        let count = seen.entry(finding.id.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            finding.id = format!("{}#{count}", finding.id);
        }
    }
}
