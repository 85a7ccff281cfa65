//! The views of explanations.

use lyncert_ingest::name::DnsName;
use lyncert_rules::citation::Citation;
use lyncert_rules::clause::{Application, CLAUSES, Clause, clause};
use lyncert_rules::explain::{NameUse, explain_surplus, find_mentions, find_uses};
use lyncert_rules::profile::expect;
use lyncert_rules::requirement::Need;
use lyncert_rules::rule::{RULES, Rule};

use crate::model::{
    ClauseRow, EXPLAIN_LIST_SCHEMA, EXPLANATION_SCHEMA, ExplainList, ExplainableRow, ExplainedKind,
    MentionRow, NameExplanation, RuleExplanation, SourceRow, UseKind, UseRow,
};
use crate::view::{ReportInput, plan};

impl RuleExplanation {
    /// Why the rule or clause with this id exists; letter case does not matter.
    pub fn new(id: &str) -> Option<Self> {
        let rule = RULES.iter().find(|rule| rule.id.eq_ignore_ascii_case(id));
        rule.map(|rule| of_rule(rule)).or_else(|| clause(&id.to_ascii_uppercase()).map(of_clause))
    }
}

impl ExplainList {
    /// All rules and clauses.
    pub fn all() -> Self {
        let row = |id: &str, summary: &str| ExplainableRow { id: id.to_owned(), summary: summary.to_owned() };
        Self {
            schema: EXPLAIN_LIST_SCHEMA.to_owned(),
            rules: RULES.iter().map(|rule| row(rule.id, rule.summary)).collect(),
            clauses: CLAUSES.iter().map(|clause| row(clause.id, &clause.statement())).collect(),
        }
    }
}

fn of_rule(rule: &Rule) -> RuleExplanation {
    RuleExplanation {
        schema: EXPLANATION_SCHEMA.to_owned(),
        kind: ExplainedKind::Rule,
        id: rule.id.to_owned(),
        summary: rule.summary.to_owned(),
        severity: Some(rule.severity.into()),
        consequence: Some(rule.rationale.to_owned()),
        remedy: Some(rule.remedy.to_owned()),
        applied_by: None,
        clauses: rule.clauses.iter().filter_map(|id| clause(id)).map(clause_row).collect(),
        sources: source_rows(rule.sources),
    }
}

fn of_clause(clause: &Clause) -> RuleExplanation {
    RuleExplanation {
        schema: EXPLANATION_SCHEMA.to_owned(),
        kind: ExplainedKind::Clause,
        id: clause.id.to_owned(),
        summary: clause.statement(),
        severity: None,
        consequence: None,
        remedy: None,
        applied_by: Some(match clause.application {
            Application::Cited => clause.cited_by().join("; "),
            Application::Followed(by) => by.to_owned(),
            Application::Decided { shapes, .. } => shapes.join(", "),
            Application::NotJudged(why) => format!("nothing: {why}"),
        }),
        clauses: Vec::new(),
        sources: source_rows(clause.sources),
    }
}

fn clause_row(clause: &Clause) -> ClauseRow {
    ClauseRow { id: clause.id.to_owned(), summary: clause.statement(), sources: source_rows(clause.sources) }
}

fn source_rows(sources: &[&Citation]) -> Vec<SourceRow> {
    let row = |source: &&Citation| SourceRow {
        title: source.title.to_owned(),
        url: source.url.to_owned(),
        date: source.date.to_owned(),
    };
    sources.iter().map(row).collect()
}

impl NameExplanation {
    /// Why the estate's certificates need a name, or that nothing needs it.
    pub fn new(estate: &ReportInput<'_>, name: &DnsName) -> Self {
        let topology = &estate.deployment.topology;
        let requirements = expect(topology, estate.facts);
        let uses = find_uses(&requirements, name);
        let verdict = verdict_sentence(name, &uses);
        let mut rows: Vec<UseRow> = Vec::new();
        for used in &uses {
            let row = use_row(used);
            match rows
                .iter_mut()
                .find(|known| UseRow { servers: row.servers.clone(), ..(**known).clone() } == row)
            {
                Some(known) => known.servers.extend(row.servers),
                None => rows.push(row),
            }
        }
        let mentions = find_mentions(topology, name).into_iter();
        let needed = uses.iter().any(|used| used.required.is_some() || used.subject.is_some());
        Self {
            schema: EXPLANATION_SCHEMA.to_owned(),
            estate: estate.name.to_owned(),
            name: name.to_string(),
            verdict,
            uses: rows,
            mentions: mentions
                .map(|mention| MentionRow { what: mention.what, place: mention.place.to_string() })
                .collect(),
            hints: if needed { Vec::new() } else { explain_surplus(topology, &requirements, name) },
        }
    }
}

fn verdict_sentence(name: &DnsName, uses: &[NameUse<'_>]) -> String {
    let count = |wanted: Need| {
        uses.iter().filter(|used| used.required.is_some_and(|required| required.need == wanted)).count()
    };
    let plural =
        |count: usize| if count == 1 { "1 certificate".to_owned() } else { format!("{count} certificates") };
    if count(Need::Required) > 0 {
        return format!("`{name}` is required on {}", plural(count(Need::Required)));
    }
    if count(Need::Recommended) > 0 {
        return format!("`{name}` is recommended on {}", plural(count(Need::Recommended)));
    }
    if uses.iter().any(|used| used.subject.is_some()) {
        return format!("`{name}` is needed as a subject only");
    }
    match uses {
        [] => format!("nothing in this topology needs `{name}`"),
        _ => format!("nothing in this topology needs `{name}`; it may stand on {}", plural(uses.len())),
    }
}

fn use_row(used: &NameUse<'_>) -> UseRow {
    let requirement = used.requirement;
    let holder = &requirement.holder;
    let id = match (used.required, used.accepted, used.subject) {
        (Some(required), ..) => required.clause,
        (None, _, Some(subject)) => subject,
        (None, Some(accepted), None) => accepted.clause,
        (None, None, None) => requirement.subject_clause,
    };
    let usages = used.required.map_or(&requirement.usages, |required| &required.usages);
    UseRow {
        holder: match &holder.pool {
            Some(pool) => format!("{} {pool}", holder.kind.title()),
            None => holder.kind.title().to_owned(),
        },
        servers: requirement.install_on().iter().map(ToString::to_string).collect(),
        usages: plan::usage_words(usages),
        need: match (used.required, used.subject) {
            (Some(required), _) => crate::model::Need::from(required.need).into(),
            (None, Some(_)) => UseKind::Subject,
            (None, None) => UseKind::Accepted,
        },
        added_by: used.required.map(|required| required.added_by.into()),
        is_subject: used.subject.is_some(),
        because: used.required.map(lyncert_rules::requirement::RequiredName::because).unwrap_or_default(),
        policy_reasons: used
            .required
            .map(lyncert_rules::requirement::RequiredName::policy_reasons)
            .unwrap_or_default(),
        clause: clause(id).map_or_else(|| unknown_clause(id), clause_row),
        used_by: used.required.map(|required| required.used_by().to_owned()),
        without_it: used.required.map(lyncert_rules::requirement::RequiredName::consequence),
        wildcard_honored: used.required.map(|required| requirement.honors_wildcard_for(required)),
    }
}

/// A test of the rules crate proves that there is none.
fn unknown_clause(id: &str) -> ClauseRow {
    ClauseRow { id: id.to_owned(), summary: String::new(), sources: Vec::new() }
}
