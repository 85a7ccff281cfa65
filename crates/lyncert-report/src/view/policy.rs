//! The policy in force, in words.

use lyncert_rules::assess::Assessment;
use lyncert_rules::facts::{ExtraName, Facts};
use lyncert_rules::policy::{Policy, RuleSetting};
use lyncert_rules::policy_key::PolicyTable;

use super::ReportInput;
use crate::model::{ExtraNameRow, IgnoredRow, PolicyRow, RuleSettingRow};
use crate::scan::Inventory;

impl PolicyRow {
    /// All that the policy says, and what came of it.
    pub(super) fn of_audit(estate: &ReportInput<'_>, inventory: &Inventory, assessment: &Assessment) -> Self {
        let policy = estate.policy;
        let findings =
            |rule: &str| assessment.findings.iter().filter(|finding| finding.rule.id == rule).count();
        let setting = |(rule, setting): (&&'static str, &RuleSetting)| RuleSettingRow {
            rule: (*rule).to_owned(),
            severity: setting.severity.into(),
            reason: setting.reason.clone(),
            findings: assessment.switched_off.get(rule).copied().unwrap_or_else(|| findings(rule)),
        };
        let ignored = estate.ignored.iter().enumerate().map(|(index, ignored)| IgnoredRow {
            pattern: ignored.pattern.to_string(),
            reason: ignored.reason.clone(),
            files: inventory.ignored.get(index).copied().unwrap_or_default(),
        });
        Self {
            thresholds: thresholds(estate.facts, policy),
            rules: policy.rules.iter().map(setting).collect(),
            ignored: ignored.collect(),
            places: estate.policy_places.to_vec(),
            forbidden: estate.policies_forbidden.to_vec(),
            ..Self::of_facts(estate.policy_file, estate.facts, policy)
        }
    }

    /// The facts that the operator said, and what is taken by default.
    fn of_facts(file: Option<&str>, facts: &Facts, policy: &Policy) -> Self {
        let mut row = Self { file: file.map(str::to_owned), ..Self::default() };
        for key in PolicyTable::Facts.keys() {
            match (key.show)(facts, policy) {
                Some(value) => row.facts.push(format!("{} = {value}", key.name)),
                None => row.defaults.push(format!("{}: {}", key.name, key.default_text)),
            }
        }
        let extra = |extra: &ExtraName| {
            let (name, reason) = (extra.name.to_string(), extra.reason.clone());
            ExtraNameRow { name, reason }
        };
        row.extra_names = facts.extra_names.iter().map(extra).collect();
        row
    }
}

/// The thresholds that differ from those without a policy.
fn thresholds(facts: &Facts, policy: &Policy) -> Vec<String> {
    let keys = [PolicyTable::Expiry, PolicyTable::WaiverLimits, PolicyTable::Collection];
    let keys = keys.into_iter().flat_map(PolicyTable::keys);
    keys.filter_map(|key| {
        let value = (key.show)(facts, policy)?;
        Some(format!("{}.{} = {value}", key.table.as_str(), key.name))
    })
    .collect()
}
