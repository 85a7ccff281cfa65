use super::{Check, Cure, Deviation, FolderView, Rule, RuleOutcome, Severity};
use std::collections::HashMap;

use time::OffsetDateTime;

use crate::certificate::ChainState;
use crate::citation::RFC5280;
use crate::folder::RevocationList;
use crate::lacking::Lacking;
use crate::timestamp::moment_in_finding;

/// A revocation list is good until its next update (RFC 5280 section 5.1.2.5). An overdue one that the folder holds for a CA whose
/// certificates are in use may be the one that servers find, too.
pub(super) static RULE: Rule = Rule {
    id: "crl-stale",
    summary: "A revocation list that is overdue",
    severity: Severity::Warning,
    rationale: "clients that check revocation strictly refuse the certificates of this CA until a new list is published",
    remedy: "Publish a new revocation list (`certutil -crl` on the CA) and check its schedule and its distribution points",
    sources: &[&RFC5280],
    cure: Cure::Elsewhere,
    check: Check::FolderAt(check),
    ..Rule::DEFAULTS
};

fn check(view: &FolderView<'_>, now: OffsetDateTime) -> RuleOutcome {
    if view.lists.is_empty() {
        return RuleOutcome::NothingToLookAt(Lacking::RevocationLists);
    }
    // A list whose signature is wrong takes no other's place; its own rule tells of it.
    let genuine = || view.lists.iter().filter(|list| list.state != ChainState::Wrong);
    let mut newest: HashMap<(&str, usize, bool), OffsetDateTime> = HashMap::new();
    for list in genuine() {
        let known = newest.entry((&list.issuer, list.series, list.is_delta)).or_insert(list.this_update);
        *known = list.this_update.max(*known);
    }
    let is_current = |list: &&RevocationList| {
        newest.get(&(list.issuer.as_str(), list.series, list.is_delta)) == Some(&list.this_update)
    };
    let issuers = view.issuers_in_use();
    let concerned = || genuine().filter(|list| issuers.contains(list.issuer.as_str()));
    let lacking = concerned().next().is_none().then_some(Lacking::RevocationLists);
    let stale = concerned().filter(is_current);
    let outcome: RuleOutcome = stale
        .filter_map(|list| {
            let next = list.next_update.filter(|next| *next < now)?;
            let message = format!(
                "the revocation list of `{}` is overdue since {}",
                list.issuer,
                moment_in_finding(next)
            );
            Some(
                Deviation::new(
                    message,
                    "a list whose next update is to come",
                    format!("next update {}", moment_in_finding(next)),
                )
                .file(&list.path),
            )
        })
        .collect();
    outcome.unless_lacking(lacking)
}

#[cfg(test)]
mod tests {
    use time::{Duration, OffsetDateTime};

    use super::*;
    use crate::testing::{Folder, NOW, certificate, check_folder, in_use};

    fn list(this_update: OffsetDateTime, next_update: Option<OffsetDateTime>) -> RevocationList {
        RevocationList { this_update, next_update, ..RevocationList::unchecked("CN=Contoso Issuing CA", NOW) }
    }

    #[test]
    fn the_newest_list_of_a_ca_in_use_counts() {
        let certificates = [certificate("pool.contoso.com", &["pool.contoso.com"])];
        let day = Duration::DAY;
        let (overdue, due) = (list(NOW - day * 9, Some(NOW - Duration::SECOND)), list(NOW - day, Some(NOW)));
        for (lists, fails) in [
            (vec![overdue.clone()], true),
            (vec![due.clone()], false),
            (vec![overdue.clone(), due], false),
            (vec![list(NOW - day, None)], false),
            (vec![RevocationList { issuer: "CN=Other CA".to_owned(), ..overdue.clone() }], false),
            // The list of the CA's old key is overdue, whatever that of the new one is.
            (vec![overdue.clone(), RevocationList { series: 1, ..list(NOW - day, Some(NOW)) }], true),
            (vec![overdue, RevocationList { state: ChainState::Wrong, ..list(NOW - day, Some(NOW)) }], true),
        ] {
            let outcome = check_folder(&RULE, Folder { lists: &lists, ..in_use(&certificates) });
            assert_eq!(outcome.severity(), fails.then_some(Severity::Warning), "{lists:?}");
        }
    }
}
