//! What holds for every rule, by its file.

use std::fs;

use lyncert_rules::RULES;

use crate::support::{root, run};

#[test]
fn every_rule_has_a_file_of_its_own_with_a_failing_and_a_passing_case() {
    let folder = root().join("crates/lyncert-rules/src/rule");
    let mut without = Vec::new();
    for rule in RULES {
        let path = folder.join(format!("{}.rs", rule.id.replace('-', "_")));
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let (_, tests) = text.split_once("mod tests {").unwrap_or_default();
        let fails = ["fails_", "Severity::"].iter().any(|sign| tests.contains(sign));
        let passes = ["_only(", ".passes()", "None", "does_not_apply", "then_some("]
            .iter()
            .any(|sign| tests.contains(sign));
        if !fails || !passes {
            without.push(rule.id);
        }
    }
    assert!(without.is_empty(), "{without:?}");
}

#[test]
fn every_rule_is_explained_by_the_program() {
    for rule in RULES {
        let run = run(&["explain", rule.id]);
        assert_eq!(run.code, 0, "{}: {}", rule.id, run.err);
        for part in ["severity", "users notice", "what to do", "source"] {
            assert!(run.out.contains(part), "{}: {}", rule.id, run.out);
        }
    }
}
