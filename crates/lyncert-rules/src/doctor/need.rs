//! What a rule has to have before it can find anything: without it, that it says nothing means nothing.

use crate::assess::Case;
use crate::certificate::Certificate;
use crate::rule::is_store_folder;

/// Something that a rule looks at and that a folder need not hold.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Need {
    /// Revocation lists.
    RevocationLists,
    /// The roots that are trusted.
    Roots,
    /// Exports of assigned certificates.
    AssignmentRecords,
    /// Files with private keys.
    Keys,
    /// The providers of keys, which only listings and archives name.
    KeyProviders,
    /// Stores of CAs: folders named after them, or listings of them.
    Stores,
}

impl Need {
    /// All of them.
    const ALL: &[Self] = &[
        Self::RevocationLists,
        Self::Roots,
        Self::AssignmentRecords,
        Self::Keys,
        Self::KeyProviders,
        Self::Stores,
    ];

    /// What the rule with this id needs, where that is not just certificates.
    pub fn of_rule(id: &str) -> Option<Self> {
        RULES_IN_NEED.iter().find(|(rules, _)| rules.contains(&id)).map(|(_, need)| *need)
    }

    /// What is missing, in words.
    pub fn missing(self) -> &'static str {
        match self {
            Self::RevocationLists => "no revocation list in the folder",
            Self::Roots => "no trusted roots were given (--roots)",
            Self::AssignmentRecords => "no export of assigned certificates",
            Self::Keys => "no private key in the folder",
            Self::KeyProviders => "nothing in the folder names the provider of a key",
            Self::Stores => "no store of CA certificates was collected",
        }
    }
}

static RULES_IN_NEED: &[(&[&str], Need)] = &[
    (&["crl-bad-signature", "crl-stale", "revoked"], Need::RevocationLists),
    (&["chain-untrusted"], Need::Roots),
    (&["assigned-not-found", "renewed-not-assigned", "roll-over-late"], Need::AssignmentRecords),
    (&["key-in-clear", "key-mismatch"], Need::Keys),
    (&["cng-provider"], Need::KeyProviders),
    (&["intermediate-as-root", "root-in-intermediate-place"], Need::Stores),
];

/// What there is to look at besides certificates.
#[derive(Clone, Debug)]
pub struct AtHand {
    missing: Vec<Need>,
}

impl AtHand {
    /// What a case has, and whether it was said which roots are trusted.
    pub fn new(case: &Case<'_>, has_roots: bool) -> Self {
        let missing = Need::ALL.iter().copied().filter(|need| !is_there(*need, case, has_roots));
        Self { missing: missing.collect() }
    }

    /// Whether what a rule needs is there.
    pub fn has(&self, need: Need) -> bool {
        !self.missing.contains(&need)
    }
}

fn is_there(need: Need, case: &Case<'_>, has_roots: bool) -> bool {
    let lies_in_store = |certificate: &Certificate| {
        !certificate.stores.is_empty() || certificate.paths.iter().any(|path| is_store_folder(path))
    };
    match need {
        Need::RevocationLists => !case.lists.is_empty(),
        Need::Roots => has_roots,
        Need::AssignmentRecords => !case.assignment_records.is_empty(),
        Need::Keys => !case.keys.is_empty(),
        Need::KeyProviders => case.certificates.iter().any(|certificate| certificate.key_provider.is_some()),
        Need::Stores => case.certificates.iter().any(lies_in_store),
    }
}

#[cfg(test)]
mod tests {
    use lyncert_ingest::topology::Topology;

    use super::*;
    use crate::collection::Collections;
    use crate::facts::Facts;
    use crate::policy::Policy;
    use crate::rule::rule;
    use crate::testing::{NOW, certificate};

    fn has(certificates: &[Certificate], has_roots: bool, need: Need) -> bool {
        let (topology, facts, policy) = (Topology::default(), Facts::default(), Policy::default());
        let case = Case {
            topology: &topology,
            facts: &facts,
            policy: &policy,
            certificates,
            assignment_records: &[],
            collections: &Collections::default(),
            lists: &[],
            keys: &[],
            has_given_roots: has_roots,
            now: NOW,
        };
        AtHand::new(&case, has_roots).has(need)
    }

    #[test]
    fn what_rules_need_is_said_of_rules_that_are_there_and_is_missing_from_an_empty_folder() {
        for (ids, need) in RULES_IN_NEED {
            for id in *ids {
                assert!(rule(id).is_some(), "{id}");
                assert_eq!(Need::of_rule(id), Some(*need));
            }
            assert!(!has(&[], false, *need) && !need.missing().is_empty(), "{need:?}");
            assert!(Need::ALL.contains(need));
        }
        assert_eq!(Need::ALL.len(), RULES_IN_NEED.len());
        assert_eq!(Need::of_rule("expired"), None);
    }

    #[test]
    fn roots_stores_and_providers_are_there_when_something_names_them() {
        let mut ca = certificate("Contoso Root CA", &[]);
        assert!(has(&[], true, Need::Roots));
        assert!(!has(&[ca.clone()], true, Need::Stores));
        ca.paths = vec!["fe01/LocalMachine/Root/root.cer".into()];
        assert!(has(&[ca.clone()], false, Need::Stores));
        assert!(!has(&[ca.clone()], false, Need::KeyProviders));
        ca.key_provider = Some("Microsoft Software Key Storage Provider".into());
        assert!(has(&[ca], false, Need::KeyProviders));
    }
}
