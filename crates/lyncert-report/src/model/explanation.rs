//! Why a rule exists, and why a name is needed.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::finding::with_reasons;
use super::schema::{EXPLAIN_LIST_SCHEMA, EXPLANATION_SCHEMA};
use super::{AddedBy, ExplainedKind, Severity, Usage, UseKind};

/// `lyncert explain RULE --format json`.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct RuleExplanation {
    /// `lyncert-explanation/1`.
    #[schemars(extend("const" = EXPLANATION_SCHEMA))]
    pub schema: String,
    /// What it is about.
    pub kind: ExplainedKind,
    /// Id of the rule or clause.
    pub id: String,
    /// What it finds, or says.
    pub summary: String,
    /// The usual severity of a rule.
    pub severity: Option<Severity>,
    /// What users notice.
    pub consequence: Option<String>,
    /// What to do.
    pub remedy: Option<String>,
    /// For a clause: what applies it, or why nothing does.
    pub applied_by: Option<String>,
    /// The clauses that a rule reports, besides those of the names that profiles ask for.
    pub clauses: Vec<ClauseRow>,
    /// The documents.
    pub sources: Vec<SourceRow>,
}

/// `lyncert explain --list --format json`.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct ExplainList {
    /// `lyncert-explain-list/1`.
    #[schemars(extend("const" = EXPLAIN_LIST_SCHEMA))]
    pub schema: String,
    /// All rules, by id.
    pub rules: Vec<ExplainableRow>,
    /// All clauses, by id.
    pub clauses: Vec<ExplainableRow>,
}

/// Something that can be explained.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct ExplainableRow {
    /// Its id.
    pub id: String,
    /// What it finds, or says.
    pub summary: String,
}

/// A statement of the catalog.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct ClauseRow {
    /// Id of the clause, such as `EDGE-EXT-03`.
    pub id: String,
    /// What it says.
    pub summary: String,
    /// The documents.
    pub sources: Vec<SourceRow>,
}

/// A document.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct SourceRow {
    /// Title of the page or book, as the publisher has it.
    pub title: String,
    /// Where it is found.
    pub url: String,
    /// When it was last modified; empty where it does not say.
    pub date: String,
}

/// `lyncert explain --name FQDN --format json`.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct NameExplanation {
    /// `lyncert-explanation/1`.
    #[schemars(extend("const" = EXPLANATION_SCHEMA))]
    pub schema: String,
    /// Name of the estate.
    pub estate: String,
    /// The name that was asked about.
    pub name: String,
    /// In one sentence, whether anything needs it.
    pub verdict: String,
    /// Who needs or accepts it, and why.
    pub uses: Vec<UseRow>,
    /// Where the topology has the name.
    pub mentions: Vec<MentionRow>,
    /// For a name that nothing needs: what it may be.
    pub hints: Vec<String>,
}

/// Who needs or accepts a name, and why.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct UseRow {
    /// Holder in words.
    pub holder: String,
    /// The servers whose certificates are concerned; empty for holders that are no servers of the topology.
    pub servers: Vec<String>,
    /// Usages.
    pub usages: Vec<Usage>,
    /// What the name is to them.
    pub need: UseKind,
    /// Who puts it into a request; `null` where it is accepted only.
    pub added_by: Option<AddedBy>,
    /// Whether it is the expected common name too.
    pub is_subject: bool,
    /// What in the topology or the policy asks for it, with the way to its element; empty where it is accepted only.
    pub because: String,
    /// The reasons that the policy gives for it, in the words of people; the sentence ends before them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policy_reasons: Vec<String>,
    /// The clause that asks for it or accepts it.
    pub clause: ClauseRow,
    /// Who connects to it.
    pub used_by: Option<String>,
    /// What users notice without it.
    pub without_it: Option<String>,
    /// Whether a wildcard may stand for it here.
    pub wildcard_honored: Option<bool>,
}

/// A place in the topology that has the name.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct MentionRow {
    /// What it is there.
    pub what: String,
    /// Document, line and column, and the way to its element.
    pub place: String,
}

impl UseRow {
    /// What asks for it, with the reasons of the policy.
    pub(crate) fn because_in_words(&self) -> Cow<'_, str> {
        with_reasons(&self.because, &self.policy_reasons)
    }
}
