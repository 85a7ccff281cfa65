//! The view of symptoms, and whether an estate has their causes.

use lyncert_rules::doctor::{Symptom, symptoms};
use lyncert_rules::rule::RULES;

use super::sources;
use crate::model::{DoctorView, Report, SymptomRow, Tool};

impl DoctorView {
    /// What a code or message can mean; with the report on an estate, whether it is affected.
    pub fn new(query: &str, report: Option<&Report>) -> Self {
        Self {
            schema: "lyncert-doctor/1".to_owned(),
            tool: Tool::this(),
            query: query.to_owned(),
            estate: report.map(|report| report.estate.clone()),
            scope: report.and_then(|report| report.scope.clone()),
            symptoms: symptoms(query).into_iter().map(|symptom| symptom_row(symptom, report)).collect(),
        }
    }
}

fn symptom_row(symptom: &Symptom, report: Option<&Report>) -> SymptomRow {
    let rules = RULES.iter().filter(|rule| symptom.rules.contains(&rule.id));
    let findings = report.map(|report| {
        let findings = report.findings.iter();
        findings.filter(|finding| symptom.rules.contains(&finding.rule.as_str())).cloned().collect()
    });
    SymptomRow {
        meaning: symptom.meaning.to_owned(),
        codes: symptom.codes.iter().map(ToString::to_string).collect(),
        rules: rules.map(|rule| (rule.id.to_owned(), rule.summary.to_owned())).collect(),
        advice: symptom.advice.to_owned(),
        source: sources::source_text(symptom.source),
        sources: sources::source_refs([symptom.source]),
        findings,
    }
}
