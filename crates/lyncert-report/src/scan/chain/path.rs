//! Paths from a key to a root, judged as RFC 5280 section 6.1 has it.
//!
//! All paths count, as RFC 4158 asks: a certificate that has ended, that is spoiled or that leads in a circle ends its branch and
//! nothing else. The search goes over keys and takes none twice in one path. It is bounded: where so many certificates of CAs have one
//! name and key that it gives up, that is told.

use std::sync::Arc;

use lyncert_rules::certificate::{Certificate, Chain};
use time::{Duration, OffsetDateTime};

use super::graph::{Graph, Path};
use super::keys::KeyId;
use super::walk::{Walk, Wanted};
use crate::x509::{CheckedNames, Constrained};

/// So many paths are kept for other times.
const MAX_OTHER_PATHS: usize = 4;

/// What the paths from a key came to.
pub(super) struct Paths {
    chain: Arc<Chain>,
    /// Those of the chain, if it is sound.
    sound: Vec<Path>,
}

impl Graph<'_> {
    /// The chain of what this key signed, whoever it is.
    pub(super) fn paths_from(&self, key: KeyId) -> Paths {
        self.search(key, None)
    }

    /// The chain of one certificate: that of all which the key signed, unless its names are against it.
    pub(super) fn chain_for(
        &self,
        key: KeyId,
        paths: &Paths,
        facts: &Certificate,
        names: &CheckedNames,
    ) -> Arc<Chain> {
        let is_within = |index: &usize| {
            let constraints = self.authorities.get(*index).and_then(|authority| authority.links.path());
            constraints
                .and_then(|path| path.constraints.as_ref())
                .is_none_or(|constraints| constraints.check(facts, names) == Constrained::Within)
        };
        if paths.sound.iter().flatten().all(is_within) {
            return Arc::clone(&paths.chain);
        }
        self.search(key, Some((facts, names))).chain
    }

    fn search(&self, key: KeyId, target: Option<(&Certificate, &CheckedNames)>) -> Paths {
        let walk = |wanted: Option<Wanted>| {
            if wanted.is_some() && !self.leads_on(key) {
                return (None, None);
            }
            let mut walk = Walk::new(self, target, wanted);
            let found = walk.climb(key);
            (found.then_some(walk.path), walk.fault)
        };
        let valid = |at, for_servers| walk(Some(Wanted { at, for_servers })).0;
        // Of what is valid, what may issue for servers: what is limited to other usages is as good for nothing else.
        let first = valid(self.at, true).map(|path| (path, true));
        let first = first.or_else(|| valid(self.at, false).map(|path| (path, false)));
        let Some((first, for_servers)) = first else {
            // What is not valid now may be later; and a path that cannot stand has a reason.
            let (path, fault) = walk(None);
            return match path {
                Some(path) => Paths { chain: Arc::new(self.sound(&path)), sound: vec![path] },
                None => Paths { chain: Arc::new(fault.unwrap_or_default().chain()), sound: Vec::new() },
            };
        };
        let mut sound = vec![first];
        while sound.len() <= MAX_OTHER_PATHS
            && self.at.is_some()
            && let Some(after) = sound.last().and_then(|path| self.end_of(path))
            && let Some(next) = valid(Some(after), for_servers)
        {
            sound.push(next);
        }
        let mut chain = sound.first().map(|path| self.sound(path)).unwrap_or_default();
        chain.other_paths = sound.iter().skip(1).map(|path| self.issuers(path)).collect();
        Paths { chain: Arc::new(chain), sound }
    }

    /// The first moment at which a path is not valid any more.
    fn end_of(&self, path: &[usize]) -> Option<OffsetDateTime> {
        let ends = path.iter().filter_map(|index| self.authorities.get(*index));
        ends.map(|authority| authority.facts.not_after).min()?.checked_add(Duration::SECOND)
    }

    fn sound(&self, path: &[usize]) -> Chain {
        let end = path.last().and_then(|last| self.authorities.get(*last));
        end.map(|end| self.end(end, self.issuers(path))).unwrap_or_default()
    }
}
