//! The keys of CAs, each with its name: what signatures are checked by.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use data_encoding::HEXUPPER;
use lyncert_rules::certificate::Certificate;
use lyncert_rules::digest::Fingerprint;
use sha1::{Digest as _, Sha1};

use crate::x509::{Links, Outcome};

/// So many keys with the name of an issuer are tried on one signature: more than CAs have had. A certificate that names the
/// key needs one.
const MAX_TRIED: usize = 16;

/// A key with the name of a CA: a place in [`Keys`].
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(in super::super) struct KeyId(usize);

/// All of them.
#[derive(Default)]
pub(super) struct Keys {
    keys: Vec<Key>,
    by_name: HashMap<Arc<str>, Named>,
}

struct Key {
    /// The certificates with this key and name: places in the list of authorities.
    authorities: Vec<usize>,
    name: Arc<str>,
    /// What certificates may call it by: the identifiers that its own say, and the usual one where they say none.
    identifiers: BTreeSet<String>,
}

/// The keys of one name. By their digests, so that the order of files does not matter.
#[derive(Default)]
struct Named {
    by_key: HashMap<Fingerprint, KeyId>,
    all: BTreeSet<(Fingerprint, KeyId)>,
    by_identifier: HashMap<String, BTreeSet<(Fingerprint, KeyId)>>,
    /// Those of which a certificate says no identifier.
    without_identifier: BTreeSet<(Fingerprint, KeyId)>,
}

impl KeyId {
    pub(super) fn index(self) -> usize {
        self.0
    }
}

impl Keys {
    /// The certificates with each key, in the order of the keys.
    pub(super) fn all(&self) -> impl Iterator<Item = &[usize]> {
        self.keys.iter().map(|key| key.authorities.as_slice())
    }

    /// Takes in a certificate; says which key it has, and whether that can make a difference to what is looking for its issuer.
    pub(super) fn add(
        &mut self,
        name: &Arc<str>,
        facts: &Certificate,
        links: &Links,
        authority: usize,
    ) -> (KeyId, bool) {
        let named = self.by_name.entry(Arc::clone(name)).or_default();
        let next = KeyId(self.keys.len());
        let id = *named.by_key.entry(facts.key_sha256).or_insert(next);
        if id == next {
            self.keys.push(Key {
                authorities: Vec::new(),
                name: Arc::clone(name),
                identifiers: BTreeSet::new(),
            });
        }
        let ranked = (facts.key_sha256, id);
        named.all.insert(ranked);
        let is_news = match &facts.subject_key_id {
            Some(identifier) => named.by_identifier.entry(identifier.clone()).or_default().insert(ranked),
            None => named.without_identifier.insert(ranked),
        };
        if let Some(key) = self.keys.get_mut(id.0) {
            key.authorities.push(authority);
            let usual = || HEXUPPER.encode(&Sha1::digest(links.key()));
            key.identifiers.insert(facts.subject_key_id.clone().unwrap_or_else(usual));
        }
        (id, is_news)
    }

    /// A certificate with this key: a place in the list of authorities.
    pub(super) fn one_with(&self, key: KeyId) -> Option<usize> {
        self.all_with(key).first().copied()
    }

    /// All certificates with this key.
    pub(super) fn all_with(&self, key: KeyId) -> &[usize] {
        self.keys.get(key.0).map_or(&[], |key| &key.authorities)
    }

    /// Whether an authority key identifier means this key.
    pub(super) fn is_named(&self, key: KeyId, identifier: Option<&str>) -> bool {
        let key = self.keys.get(key.0);
        identifier.is_some_and(|identifier| key.is_some_and(|key| key.identifiers.contains(identifier)))
    }

    /// Whether this key is among those that are tried on what names its CA and this identifier.
    pub(super) fn is_tried(&self, key: KeyId, identifier: Option<&str>) -> bool {
        let Some(Key { name, .. }) = self.keys.get(key.0) else { return false };
        let is_few = self.by_name.get(name).is_some_and(|named| named.all.len() <= MAX_TRIED);
        is_few || self.candidates(name, identifier, &mut Search::default()).contains(&key)
    }

    /// The keys that may have signed what names this issuer, the likeliest first. Where both sides have an identifier, they have to
    /// be equal.
    pub(super) fn candidates(
        &self,
        issuer: &str,
        identifier: Option<&str>,
        search: &mut Search,
    ) -> Vec<KeyId> {
        search.left_some_out = false;
        let Some(named) = self.by_name.get(issuer) else { return Vec::new() };
        let mut found: Vec<KeyId> = Vec::new();
        let mut take = |keys: &BTreeSet<(Fingerprint, KeyId)>| {
            for (_, key) in keys {
                if found.contains(key) {
                    continue;
                }
                if found.len() == MAX_TRIED {
                    search.left_some_out = true;
                    break;
                }
                found.push(*key);
            }
        };
        match identifier {
            Some(identifier) => {
                if let Some(keys) = named.by_identifier.get(identifier) {
                    take(keys);
                }
                take(&named.without_identifier);
            }
            None => take(&named.all),
        }
        found
    }
}

/// What came of the search for one issuer so far.
#[derive(Debug, Default)]
pub(super) struct Search {
    failed: Vec<(KeyId, Outcome)>,
    left_some_out: bool,
}

impl Search {
    pub(super) fn has_tried(&self, key: KeyId) -> bool {
        self.failed.iter().any(|(tried, _)| *tried == key)
    }

    pub(super) fn note(&mut self, key: KeyId, outcome: Outcome) {
        self.failed.push((key, outcome));
    }

    pub(super) fn was_not_checkable(&self) -> bool {
        self.failed.iter().any(|(_, outcome)| *outcome == Outcome::NotCheckable)
    }

    /// The keys that do not verify the signature.
    pub(super) fn failed(&self) -> impl Iterator<Item = KeyId> {
        self.failed.iter().filter(|(_, outcome)| *outcome == Outcome::Bad).map(|(key, _)| *key)
    }

    pub(super) fn left_some_out(&self) -> bool {
        self.left_some_out
    }
}
