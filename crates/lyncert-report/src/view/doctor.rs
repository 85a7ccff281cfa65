//! The view of symptoms, and whether an estate has their causes.

use std::collections::BTreeMap;

use lyncert_rules::clause::clause;
use lyncert_rules::doctor::{Answer, Diagnosis, Sighting, Symptom, known_codes};
use lyncert_rules::rule::RULES;

use super::sources;
use crate::model::{
    CauseAnswer, CauseKind, DOCTOR_SCHEMA, DoctorView, FindingRow, HolderCoverage, HolderRef, LookRow,
    Report, RuleLevel, RuleLook, RuleRow, SeenRow, SymptomRow, Tool, UnknownRow,
};

/// More unknown codes than these help nobody.
const MAX_UNKNOWN: usize = 10;

impl DoctorView {
    /// What a text points at; with an estate, whether it has the causes. `near` gives the known words that are near one that is not
    /// known, the nearest first.
    pub fn new(
        query: &str,
        diagnosis: &Diagnosis,
        estate: Option<&Report>,
        near: &dyn Fn(&str, &[&str]) -> Vec<String>,
    ) -> Self {
        let holders = estate.map(holder_coverage);
        let symptoms = diagnosis.answers.iter().map(|answer| symptom_row(answer, estate));
        let known = known_codes();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let unknown = diagnosis.unknown.iter().take(MAX_UNKNOWN).map(|seen| UnknownRow {
            text: seen.text.clone(),
            line: seen.line,
            nearest: near(&seen.text, &known),
        });
        Self {
            schema: DOCTOR_SCHEMA.to_owned(),
            tool: Tool::this(),
            query: query.to_owned(),
            estate: estate.map(|report| report.estate.clone()),
            scope: estate.and_then(|report| report.scope.clone()),
            holders,
            symptoms: symptoms.collect(),
            unknown: unknown.collect(),
            unknown_left_out: diagnosis.unknown.len().saturating_sub(MAX_UNKNOWN),
        }
    }
}

/// The holders of requirements, each once, and those of which certificates are missing.
fn holder_coverage(report: &Report) -> HolderCoverage {
    let mut holders: BTreeMap<HolderRef, (&str, usize, usize)> = BTreeMap::new();
    for requirement in &report.requirements {
        let (_, served, all) = holders.entry(requirement.holder_ref()).or_insert((&requirement.holder, 0, 0));
        *served += usize::from(requirement.certificate.is_some() || !requirement.holdings.is_empty());
        *all += 1;
    }
    let total = holders.len();
    let lacking = holders.into_iter().filter(|(_, (_, served, all))| served < all);
    let (without, some): (Vec<_>, Vec<_>) = lacking.partition(|(_, (_, served, _))| *served == 0);
    let refs_and_texts = |holders: Vec<(HolderRef, (&str, usize, usize))>| -> (Vec<HolderRef>, Vec<String>) {
        holders.into_iter().map(|(holder, (text, ..))| (holder, text.to_owned())).unzip()
    };
    let (without_certificate_refs, without_certificate) = refs_and_texts(without);
    let (incomplete_refs, incomplete) = refs_and_texts(some);
    HolderCoverage { total, without_certificate, without_certificate_refs, incomplete, incomplete_refs }
}

fn symptom_row(answer: &Answer, estate: Option<&Report>) -> SymptomRow {
    let symptom = answer.symptom;
    let rules = RULES.iter().filter(|rule| symptom.rules.contains(&rule.id));
    let codes = symptom.codes.iter().flat_map(|code| {
        let (number, name) = (code.to_string(), code.name.to_owned());
        let name = Some(name).filter(|name| !name.is_empty() && *name != number);
        std::iter::once(number).chain(name)
    });
    let looked_at = estate.map(|estate| looks(symptom, estate));
    let findings = estate.map(|estate| findings_of(symptom, estate));
    let judged = looked_at.as_deref().zip(findings.as_deref());
    SymptomRow {
        meaning: symptom.meaning.to_owned(),
        seen: answer.seen.iter().map(seen_row).collect(),
        codes: codes.collect(),
        cause: Some(symptom.cause.into()),
        rules: rules.map(|rule| (rule.id.to_owned(), rule.summary.to_owned())).collect(),
        clauses: symptom
            .clauses
            .iter()
            .filter_map(|id| clause(id))
            .map(|clause| (clause.id.to_owned(), clause.statement()))
            .collect(),
        advice: symptom.advice.to_owned(),
        source: symptom
            .sources
            .iter()
            .map(|source| sources::source_text(source))
            .collect::<Vec<_>>()
            .join("; "),
        sources: sources::source_refs(symptom.sources.iter().copied()),
        answer: judged.map(|(looks, findings)| answer_of(symptom.cause.into(), looks, findings)),
        looked_at,
        findings,
    }
}

fn seen_row(seen: &Sighting) -> SeenRow {
    SeenRow { text: seen.text.clone(), kind: seen.kind.into(), line: seen.line }
}

fn findings_of(symptom: &Symptom, report: &Report) -> Vec<FindingRow> {
    report.findings.iter().filter(|finding| shows(finding, symptom)).cloned().collect()
}

fn shows(finding: &FindingRow, symptom: &Symptom) -> bool {
    let is_another_matter =
        finding.clause.as_deref().is_some_and(|clause| symptom.other_clauses.contains(&clause));
    symptom.rules.contains(&finding.rule.as_str()) && !is_another_matter
}

/// That no rule speaks is an answer only where rules looked at something, and where the cause cannot lie elsewhere too.
fn answer_of(cause: CauseKind, looks: &[LookRow], findings: &[FindingRow]) -> CauseAnswer {
    if !findings.is_empty() {
        return CauseAnswer::Affected;
    }
    let something_was_looked_at = looks.iter().any(|look| look.outcome == RuleLook::Passed);
    match cause {
        CauseKind::Certificates if something_was_looked_at => CauseAnswer::NothingShown,
        CauseKind::Certificates | CauseKind::AlsoElsewhere | CauseKind::Elsewhere => {
            CauseAnswer::CannotBeSeen
        }
    }
}

fn looks(symptom: &Symptom, report: &Report) -> Vec<LookRow> {
    let ids = RULES.iter().map(|rule| rule.id).filter(|id| symptom.rules.contains(id));
    ids.map(|id| look(id, symptom, report)).collect()
}

/// What a rule said of the estate, by the report's own counts: only passed is passed.
fn look(id: &str, symptom: &Symptom, report: &Report) -> LookRow {
    let row = |outcome, missing: Option<&str>| LookRow {
        rule: id.to_owned(),
        outcome,
        missing: missing.map(str::to_owned),
    };
    if report.findings.iter().any(|finding| finding.rule == id && shows(finding, symptom)) {
        return row(RuleLook::Failed, None);
    }
    let is_off =
        |setting: &&crate::model::RuleSettingRow| setting.rule == id && setting.severity == RuleLevel::Off;
    if report.policy.rules.iter().any(|setting| is_off(&setting)) {
        return row(RuleLook::SwitchedOff, Some("the policy switches it off"));
    }
    match report.rules.iter().find(|rule| rule.id == id) {
        Some(rule) if rule.passed > 0 => row(RuleLook::Passed, None),
        Some(RuleRow { nothing_to_look_at: 1.., missing: Some(missing), .. }) => {
            row(RuleLook::NothingToLookAt, Some(missing))
        }
        Some(_) | None => row(RuleLook::NothingToLookAt, Some("nothing here that it applies to")),
    }
}
