//! Documents of the first versions, made into those of today.
//!
//! What they do not say is not known: no state is better than what the findings show, and a holder that cannot be told has none.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::model::{
    EstateState, ExtraNameRow, FindingRow, HolderRef, INDEX_SCHEMA, IndexView, NOTHING_FAILS_IN_PART,
    REPORT_SCHEMA, Report, ReportState, RequirementRow, Severity, UnjudgedKind, UnjudgedRow, Verdict,
};

/// What a field has that an older document lacks.
#[derive(Clone, Copy)]
enum Lacking {
    Null,
    List,
    Text(&'static str),
    Zero,
    False,
    /// A chain of which nothing is known.
    Chain,
    /// None that is known in any way; they are counted when the rest is read.
    Assignments,
}

impl Lacking {
    fn value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::List => json!([]),
            Self::Text(text) => json!(text),
            Self::Zero => json!(0),
            Self::False => json!(false),
            Self::Assignments => json!({ "assigned": 0, "placed": 0, "assumed": 0 }),
            Self::Chain => json!({ "state": "not-checkable", "issuers": [], "reason": "" }),
        }
    }
}

/// Fields that came while the first version of the report was written, and with the second one: where (`*`: each row of a list), the
/// fields, and what they are without.
const ADDED: &[(&str, &[&str], Lacking)] = &[
    ("", &["consequences", "replacements", "requests", "crls", "assigned", "waivers"], Lacking::List),
    ("scope", &["left_out_refs"], Lacking::List),
    // Never better than what was said: what was not judged did not count then.
    ("summary", &["state"], Lacking::Text("not-fully-judged")),
    ("summary", &["worst_findings"], Lacking::List),
    ("summary", &["requirements_waived", "not_judged"], Lacking::Zero),
    ("summary", &["unjudged"], Lacking::List),
    ("summary", &["assignments"], Lacking::Assignments),
    ("requests/*", &["text"], Lacking::Text("")),
    ("crls/*", &["text"], Lacking::Text("")),
    ("certificates/*", &["template", "key_provider", "revoked", "superseded_by"], Lacking::Null),
    ("certificates/*", &["friendly_names"], Lacking::List),
    ("certificates/*", &["has_private_key"], Lacking::False),
    ("certificates/*", &["chain"], Lacking::Chain),
    ("keys/*", &["kind", "text"], Lacking::Text("")),
    ("keys/*", &["certificates"], Lacking::List),
    ("policy", &["thresholds", "rules", "ignored"], Lacking::List),
    ("findings/*", &["holder_ref"], Lacking::Null),
    ("findings/*", &["holders", "sources"], Lacking::List),
    ("findings/*/waived", &["owner", "approver"], Lacking::Null),
    ("findings/*/waived", &["place"], Lacking::Text("")),
    ("baseline/fixed/*", &["holder_ref"], Lacking::Null),
    ("baseline/fixed/*", &["holders", "sources"], Lacking::List),
    ("baseline/fixed/*/waived", &["owner", "approver"], Lacking::Null),
    ("baseline/fixed/*/waived", &["place"], Lacking::Text("")),
    ("requirements/*", &["verdict", "certificate", "assigned_by", "nearest_miss"], Lacking::Null),
    ("requirements/*", &["holdings"], Lacking::List),
    ("requirements/*/names/*", &["reason"], Lacking::Text("")),
    ("requirements/*/names/*", &["status", "covered_by"], Lacking::Null),
    ("orders/*", &["friendly_name"], Lacking::Text("")),
    ("orders/*", &["request", "wizard"], Lacking::Null),
    ("orders/*", &["obstacles"], Lacking::List),
    ("orders/*/names/*", &["reason"], Lacking::Text("")),
    ("orders/*/names/*", &["status", "covered_by"], Lacking::Null),
    ("topology", &["federation", "assigned"], Lacking::List),
    ("topology/simple_urls/*", &["site"], Lacking::Null),
];

/// Reads a report of the first version.
pub(super) fn read_report(mut value: Value) -> Result<Report, String> {
    for (place, fields, lacking) in ADDED {
        let steps: Vec<&str> = place.split('/').filter(|step| !step.is_empty()).collect();
        add_fields(&mut value, &steps, fields, *lacking);
    }
    let mut report: Report = parse(value)?;
    report.schema = REPORT_SCHEMA.to_owned();
    if report.summary.counting_unjudged().next().is_none() {
        report.summary.unjudged.push(not_told());
    }
    report.summary.state = state_by_findings(&report);
    if report.summary.state == ReportState::NotFullyJudged {
        report.summary.verdict = NOTHING_FAILS_IN_PART.to_owned();
    }
    report.summary.requirements_waived =
        report.requirements.iter().filter(|row| row.verdict == Some(Verdict::Waived)).count();
    report.summary.assignments = report.assignment_counts();
    name_left_out(&mut report);
    name_holders(&mut report);
    if report.replacements.is_empty() {
        // Where no action plan is told, no finding has an entry in it.
        report.findings.iter_mut().for_each(|finding| finding.replacement = None);
    }
    Ok(report)
}

/// What stands in reports of earlier days before the reason that the policy gives for a name.
const BEFORE_REASON: &str = "policy: ";

/// Reports of earlier days have the reasons of the policy in their sentences. All behind the first one may be what people wrote.
pub(super) fn take_out_reasons(report: &mut Report) {
    let of_requirements = report.requirements.iter_mut().flat_map(|row| &mut row.names);
    for name in of_requirements.chain(report.orders.iter_mut().flat_map(|row| &mut row.names)) {
        if let Some(reason) = take_out_reason(&mut name.reason) {
            let _ = take_out_reason(&mut name.because);
            name.policy_reasons.push(reason);
        }
    }
    let fixed = report.baseline.iter_mut().flat_map(|row| &mut row.fixed);
    for finding in report.findings.iter_mut().chain(fixed) {
        finding.policy_reasons.extend(take_out_reason(&mut finding.expected));
    }
    if report.policy.extra_names.is_empty() {
        let facts = report.policy.facts.iter_mut().filter(|fact| fact.starts_with("extra_name = "));
        report.policy.extra_names.extend(facts.filter_map(|fact| {
            let (said, reason) = fact.split_once(" (")?;
            let name = said.split_whitespace().nth(2)?.to_owned();
            let reason = reason.strip_suffix(')').unwrap_or(reason).to_owned();
            *fact = said.to_owned();
            Some(ExtraNameRow { name, reason })
        }));
    }
}

/// The reason at the end of what asks for a name, which the sentence then does without.
fn take_out_reason(sentence: &mut String) -> Option<String> {
    let starts_cause =
        |before: &str| before.is_empty() || before.ends_with("because of ") || before.ends_with("; also ");
    let mut found = sentence.match_indices(BEFORE_REASON).map(|(at, _)| at);
    let at = found.find(|at| sentence.get(..*at).is_some_and(starts_cause))?;
    let reason = sentence.get(at + BEFORE_REASON.len()..)?.to_owned();
    sentence.truncate(at + "policy".len());
    Some(reason)
}

/// Reports of the first version do not say what was not judged.
fn not_told() -> UnjudgedRow {
    UnjudgedRow {
        kind: UnjudgedKind::InputNotUnderstood,
        what: "what was not judged".to_owned(),
        why: "reports of this earlier version do not say what was not judged".to_owned(),
        remedy: "Audit the estate again".to_owned(),
        holders: Vec::new(),
        holder_refs: Vec::new(),
    }
}

/// Gives the objects at a place the fields that they lack.
fn add_fields(value: &mut Value, steps: &[&str], fields: &[&str], lacking: Lacking) {
    match (steps, value) {
        ([], Value::Object(object)) => {
            for field in
                fields.iter().copied().filter(|field| !object.contains_key(*field)).collect::<Vec<_>>()
            {
                object.insert(field.to_owned(), lacking.value());
            }
        }
        (["*", steps @ ..], Value::Array(rows)) => {
            rows.iter_mut().for_each(|row| add_fields(row, steps, fields, lacking));
        }
        ([step, steps @ ..], Value::Object(object)) => {
            object.get_mut(*step).into_iter().for_each(|part| add_fields(part, steps, fields, lacking));
        }
        // What is there in another shape is for the parser to refuse.
        _ => {}
    }
}

/// The state of a report that does not list what was not judged: never in order.
fn state_by_findings(report: &Report) -> ReportState {
    let open = report.findings.iter().filter(|finding| finding.is_open());
    let count = |severity| open.clone().filter(|finding| finding.severity == severity).count();
    ReportState::new(count(Severity::Error), count(Severity::Warning), false)
}

/// Names as data who was left out: each pool of the topology, and each holder outside of pools, of which nothing was judged. That may
/// be some that need nothing; of none of them it can be said that anything was fixed.
fn name_left_out(report: &mut Report) {
    let is_judged = |holder: &HolderRef| {
        let mut requirements = report.requirements.iter();
        requirements.any(|row| row.kind == holder.kind && row.pool == holder.pool)
    };
    let pools = report.topology.sites.iter().flat_map(|site| &site.pools);
    let pools = pools.map(|pool| HolderRef::of_pool(pool.kind, &pool.fqdn));
    let holders = pools.chain(HolderRef::outside_of_pools());
    let left_out: Vec<HolderRef> = holders.filter(|holder| !is_judged(holder)).collect();
    if let Some(scope) = report.scope.as_mut().filter(|scope| scope.left_out_refs.is_empty()) {
        scope.left_out_refs = left_out;
    }
}

/// Names the holders of findings as data, by their pools and usages. Where a finding is about several pools, or about the estate,
/// its holders stay unknown.
fn name_holders(report: &mut Report) {
    let sites = report.topology.sites.iter().flat_map(|site| &site.pools);
    let kinds: BTreeMap<String, _> = sites.map(|pool| (pool.fqdn.clone(), pool.kind)).collect();
    let outside: Vec<&RequirementRow> = report.requirements.iter().filter(|row| row.pool.is_none()).collect();
    let fixed = report.baseline.iter_mut().flat_map(|baseline| &mut baseline.fixed);
    for finding in report.findings.iter_mut().chain(fixed).filter(|finding| finding.holders.is_empty()) {
        let holders = match &finding.pool {
            Some(pool) => {
                let kind = kinds.get(pool).copied();
                let holder = kind.map(|kind| HolderRef::of_pool(kind, pool));
                holder
                    .map(|holder| HolderRef { server: finding.server.clone(), ..holder })
                    .into_iter()
                    .collect()
            }
            None => holders_by_usage(finding, &outside),
        };
        finding.holder_ref = match holders.as_slice() {
            [holder] => Some(holder.clone()),
            _ => None,
        };
        finding.holders = holders;
    }
}

/// The holders outside of pools that alone have the usages of a finding.
fn holders_by_usage(finding: &FindingRow, outside: &[&RequirementRow]) -> Vec<HolderRef> {
    let of_usage = |usage| outside.iter().find(|row| row.usages.contains(usage)).map(|row| row.holder_ref());
    let holders: Option<Vec<HolderRef>> = finding.usages.iter().map(of_usage).collect();
    let mut holders = holders.unwrap_or_default();
    holders.sort();
    holders.dedup();
    holders
}

/// Reads an index of the first version.
pub(super) fn read_index(mut value: Value) -> Result<IndexView, String> {
    for row in value.get_mut("estates").and_then(Value::as_array_mut).into_iter().flatten() {
        name_state(row).map_err(|error| error.to_string())?;
    }
    for count in ["not_fully_judged", "in_order"] {
        add_fields(&mut value, &["summary"], &[count], Lacking::Zero);
    }
    let mut index: IndexView = parse(value)?;
    let in_part = index.estates.iter().filter(|row| row.state == EstateState::NotFullyJudged);
    index.summary.not_fully_judged = in_part.count();
    index.schema = INDEX_SCHEMA.to_owned();
    Ok(index)
}

/// Gives a row of the first version its state, by the status that it has in its place.
fn name_state(row: &mut Value) -> Result<(), serde_json::Error> {
    /// The worst open finding, or that there was no report.
    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Status {
        None,
        Info,
        Warning,
        Error,
        Failed,
    }

    let status = row.get("status").cloned().unwrap_or_default();
    let state = match Status::deserialize(status)? {
        Status::None | Status::Info => EstateState::NotFullyJudged,
        Status::Warning => EstateState::Warnings,
        Status::Error => EstateState::Errors,
        Status::Failed => EstateState::CouldNotBeJudged,
    };
    if let Some(row) = row.as_object_mut() {
        row.insert("state".to_owned(), serde_json::to_value(state)?);
        row.insert("not_judged".to_owned(), json!(0));
        row.insert("unjudged".to_owned(), json!([]));
        row.insert("policy".to_owned(), Value::Null);
        row.insert("switched_off".to_owned(), json!(0));
    }
    Ok(())
}

/// Parses a tree; an error names the field.
fn parse<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_path_to_error::deserialize(value).map_err(|error| error.to_string())
}
