//! The clauses of the catalog: which document says what.
//!
//! A clause is the smallest statement that a finding can cite. One rule reports many clauses.

mod catalog;

use crate::citation::Citation;

pub use catalog::CLAUSES;

/// A statement about certificates, with the documents that make it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Clause {
    /// Id, such as `EDGE-EXT-03`. Never given to another statement.
    pub id: &'static str,
    /// The statement; for documents that contradict each other what they say.
    pub summary: &'static str,
    /// The documents, the weightiest first. Never empty.
    pub sources: &'static [&'static Citation],
    /// What the program makes of it.
    pub application: Application,
}

/// What the program makes of a clause.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Application {
    /// A profile or a rule cites it.
    Cited,
    /// It shapes this, though nothing cites it.
    Followed(&'static str),
    /// Documents contradict each other.
    Decided {
        /// What is held to.
        decision: &'static str,
        /// The clauses that were shaped so, by id.
        shapes: &'static [&'static str],
    },
    /// Nothing is judged by it, for this reason.
    NotJudged(&'static str),
}

impl Clause {
    /// The decisions between contradicting documents that shaped it: clause and decision.
    pub fn decisions(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        let id = self.id;
        CLAUSES.iter().filter_map(move |clause| match clause.application {
            Application::Decided { decision, shapes } if shapes.contains(&id) => Some((clause.id, decision)),
            Application::Decided { .. }
            | Application::Cited
            | Application::Followed(_)
            | Application::NotJudged(_) => None,
        })
    }

    /// The statement, with the decision where documents contradict each other.
    pub fn statement(&self) -> String {
        match self.application {
            Application::Decided { decision, .. } => format!("{}. {decision}", self.summary),
            Application::Cited | Application::Followed(_) | Application::NotJudged(_) => {
                self.summary.to_owned()
            }
        }
    }
}

/// The clause with this id.
pub fn clause(id: &str) -> Option<&'static Clause> {
    CLAUSES.binary_search_by(|clause| clause.id.cmp(id)).ok().and_then(|index| CLAUSES.get(index))
}

// Short forms, so that the table reads like a table.
const fn cited(id: &'static str, summary: &'static str, sources: &'static [&'static Citation]) -> Clause {
    Clause { id, summary, sources, application: Application::Cited }
}

const fn followed(
    id: &'static str,
    summary: &'static str,
    sources: &'static [&'static Citation],
    by: &'static str,
) -> Clause {
    Clause { id, summary, sources, application: Application::Followed(by) }
}

const fn decided(
    id: &'static str,
    summary: &'static str,
    sources: &'static [&'static Citation],
    decision: &'static str,
    shapes: &'static [&'static str],
) -> Clause {
    Clause { id, summary, sources, application: Application::Decided { decision, shapes } }
}

const fn not_judged(
    id: &'static str,
    summary: &'static str,
    sources: &'static [&'static Citation],
    why: &'static str,
) -> Clause {
    Clause { id, summary, sources, application: Application::NotJudged(why) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::citation::SOURCES;
    use crate::profile::profiles;
    use crate::rule::RULES;
    use crate::split::TooLarge;

    #[test]
    fn clauses_are_sorted_and_unique_and_have_sources() {
        assert!(CLAUSES.is_sorted_by(|one, next| one.id < next.id));
        for clause in CLAUSES {
            assert!(!clause.summary.is_empty() && !clause.sources.is_empty(), "{}", clause.id);
        }
    }

    /// The clauses that a finding or a required name can cite.
    fn cited_ids() -> BTreeSet<&'static str> {
        let profiles = profiles();
        let of_profiles = profiles.flat_map(|profile| profile.clauses());
        let of_rules = RULES.iter().flat_map(|rule| rule.clauses.iter().copied());
        of_profiles.chain(of_rules).chain(crate::order::CLAUSES).collect()
    }

    #[test]
    fn a_clause_is_cited_by_a_profile_or_a_rule_or_says_why_not() {
        let cited = cited_ids();
        let is_said_to_be_cited = |clause: &Clause| match clause.application {
            Application::Cited => true,
            Application::Followed(text) | Application::NotJudged(text) => {
                assert!(!text.is_empty(), "{}", clause.id);
                false
            }
            Application::Decided { decision, shapes } => {
                assert!(!decision.is_empty() && !shapes.is_empty(), "{}", clause.id);
                false
            }
        };
        let wrong: Vec<_> = CLAUSES
            .iter()
            .filter(|clause| is_said_to_be_cited(clause) != cited.contains(clause.id))
            .map(|c| c.id)
            .collect();
        assert!(wrong.is_empty(), "cited or not, against what the catalog says: {wrong:?}");
        for id in cited {
            assert!(clause(id).is_some(), "{id} is not in the catalog");
        }
    }

    #[test]
    fn a_contradiction_that_names_clauses_names_known_ones_and_gives_its_decision() {
        let decided: Vec<_> =
            CLAUSES.iter().flat_map(|clause| clause.decisions().map(|d| (clause.id, d.0))).collect();
        assert!(decided.contains(&("EDGE-XMPP-01", "CON-01")), "{decided:?}");
        for contradiction in CLAUSES {
            let Application::Decided { shapes, .. } = contradiction.application else { continue };
            assert!(contradiction.id.starts_with("CON-"));
            for shaped in shapes {
                assert!(clause(shaped).is_some(), "{}: {shaped}", contradiction.id);
            }
        }
    }

    #[test]
    fn every_source_is_used() {
        let of_clauses = CLAUSES.iter().flat_map(|clause| clause.sources);
        let of_rules = RULES.iter().flat_map(|rule| rule.sources);
        let dated = crate::dated::DATED_POLICY.iter().map(|row| &row.source);
        let of_symptoms = crate::doctor::symptoms().flat_map(|symptom| symptom.sources);
        let of_sets =
            [TooLarge::ForWindowsCa, TooLarge::ForPublicCas].into_iter().flat_map(TooLarge::sources);
        let used = of_clauses.chain(of_rules).chain(dated).chain(of_symptoms).chain(of_sets);
        let used: BTreeSet<_> = used.map(|source| source.key).collect();
        for source in SOURCES {
            assert!(used.contains(source.key), "nothing uses {}", source.key);
        }
    }

    #[test]
    fn a_clause_is_found_by_its_id() {
        assert_eq!(clause("EDGE-EXT-03").map(|clause| clause.id), Some("EDGE-EXT-03"));
        assert_eq!(clause("EDGE-EXT-99"), None);
    }
}
