use super::{Check, Cure, Deviation, FolderView, Rule, RuleOutcome, Severity};
use crate::certificate::ChainState;
use crate::citation::RFC5280;
use crate::lacking::Lacking;

/// The issuer's key does not verify the list, so nothing in it was believed.
pub(super) static RULE: Rule = Rule {
    id: "crl-bad-signature",
    summary: "A revocation list with a wrong signature",
    severity: Severity::Warning,
    rationale: "clients that find this list refuse the certificates of its CA, or take a forged list for real",
    remedy: "Fetch the list again from the CA; find out who put the other one there",
    sources: &[&RFC5280],
    cure: Cure::Elsewhere,
    check: Check::Folder(check),
    ..Rule::DEFAULTS
};

fn check(view: &FolderView<'_>) -> RuleOutcome {
    let wrong = view.lists.iter().filter(|list| list.state == ChainState::Wrong);
    let lacking = if view.lists.is_empty() {
        Some(Lacking::RevocationLists)
    } else {
        let is_blind = view.lists.iter().all(|list| list.state == ChainState::NotCheckable);
        is_blind.then_some(Lacking::Issuers)
    };
    let outcome: RuleOutcome = wrong
        .map(|list| {
            let message =
                format!("the key of `{}` does not verify the revocation list `{}`", list.issuer, list.path);
            Deviation::new(message, "a list signed by its issuer", &*list.signature).file(&list.path)
        })
        .collect();
    outcome.unless_lacking(lacking)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::RevocationList;
    use crate::testing::{Folder, NOW, check_folder};

    #[test]
    fn only_a_wrong_signature_is_told() {
        for (state, fails) in
            [(ChainState::Verified, false), (ChainState::NotCheckable, false), (ChainState::Wrong, true)]
        {
            let list = RevocationList { state, ..RevocationList::unchecked("CN=Contoso Issuing CA", NOW) };
            let outcome = check_folder(&RULE, Folder { lists: &[list], ..Folder::default() });
            assert_eq!(outcome.severity(), fails.then_some(Severity::Warning));
        }
    }
}
