use time::OffsetDateTime;

use super::{Check, Cure, Deviation, FolderView, Rule, RuleOutcome, Severity};
use crate::citation::CMD_GET;
use crate::timestamp::moment_in_finding;

/// What `Get-CsCertificate` said holds for the day on which it was asked. A certificate that was replaced since is judged as if it were
/// still in use.
pub(super) static RULE: Rule = Rule {
    id: "collection-old",
    summary: "A collection that is too old",
    severity: Severity::Warning,
    rationale: "nothing by itself; but what was changed since is not known here",
    remedy: "Collect again (`Export-LyncertCollection.ps1`), or set `max_age` in `[collection]` of the policy",
    sources: &[&CMD_GET],
    cure: Cure::Elsewhere,
    check: Check::FolderAt(check),
    ..Rule::DEFAULTS
};

fn check(view: &FolderView<'_>, now: OffsetDateTime) -> RuleOutcome {
    let days = view.limits.max_age;
    let mut counting: Vec<usize> = view.collections.states().iter().map(|state| state.collection()).collect();
    counting.sort_unstable();
    counting.dedup();
    let collections = view.collections.collections().iter().enumerate();
    let counting: Vec<_> =
        collections.filter(|(index, _)| counting.binary_search(index).is_ok()).map(|(_, one)| one).collect();
    if counting.is_empty() {
        return RuleOutcome::NotApplicable;
    }
    let too_old = counting.into_iter().filter_map(|collection| {
        let made = collection.time()?;
        let is_old = collection.too_old_from(days).is_some_and(|from| from <= now);
        is_old.then_some((collection, made))
    });
    too_old
        .map(|(collection, made)| {
            let made = moment_in_finding(made);
            Deviation::new(
                format!(
                    "the collection in `{}` was made on {made}, more than {days} days ago",
                    collection.path
                ),
                format!("a collection of the last {days} days"),
                format!("one of {made}"),
            )
            .file(&collection.path)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::CollectionLimits;
    use crate::testing::{Folder, NOW, check_folder, collected};

    #[test]
    fn a_collection_is_too_old_from_the_first_second_on() {
        let collections = collected(&["fe1.contoso.com"], "complete", &[], &[]);
        let age = NOW - collections.collections()[0].time().unwrap();
        let days = u16::try_from(age.whole_days()).unwrap();
        for (max_age, fails) in [(days + 1, false), (days, true)] {
            let limits = CollectionLimits { max_age };
            let folder = Folder { collections: Some(&collections), limits, ..Folder::default() };
            let outcome = check_folder(&RULE, folder);
            assert_eq!(outcome.severity(), fails.then_some(Severity::Warning), "{max_age}");
        }
    }

    #[test]
    fn without_a_collection_there_is_nothing_to_say() {
        check_folder(&RULE, Folder::default()).does_not_apply();
    }
}
