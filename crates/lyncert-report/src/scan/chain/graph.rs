//! Certificates of CAs with the links between them, and in which order a path should try them.

use std::cmp::Reverse;
use std::collections::HashMap;

use lyncert_rules::certificate::{Chain, ChainFault, Eku, Issuer, SelfSigned};
use time::OffsetDateTime;

use super::keys::{KeyId, Keys};
use super::{Above, Authority};

/// A path by places in the list of authorities, the nearest first.
pub(super) type Path = Vec<usize>;

/// All authorities, with the links between them.
pub(super) struct Graph<'a> {
    pub(super) authorities: &'a [Authority],
    pub(super) above: &'a [Above],
    pub(super) has_given_roots: bool,
    pub(super) at: Option<OffsetDateTime>,
    /// The authorities of each key, those first that a path should lead over.
    pub(super) ordered: Vec<Vec<usize>>,
    /// How far it is from each key to the end of a path, whatever that is worth; `None` where none leads there.
    ways: Vec<Option<usize>>,
    /// The same over what is sound by itself.
    sound_ways: Vec<Option<usize>>,
}

impl<'a> Graph<'a> {
    pub(super) fn new(
        authorities: &'a [Authority],
        keys: &Keys,
        above: &'a [Above],
        has_given_roots: bool,
        at: Option<OffsetDateTime>,
    ) -> Self {
        let mut graph = Self {
            authorities,
            above,
            has_given_roots,
            at,
            ordered: Vec::new(),
            ways: Vec::new(),
            sound_ways: Vec::new(),
        };
        let count = keys.all().count();
        graph.ways = graph.ways_to_an_end(count, |_| true);
        graph.sound_ways = graph.ways_to_an_end(count, |authority| {
            fault_of_issuer(authority).is_none() && graph.is_sound_at(authority, at)
        });
        graph.ordered = keys
            .all()
            .map(|of_key| {
                let mut of_key = of_key.to_vec();
                of_key.sort_by_cached_key(|index| graph.preference(*index));
                of_key
            })
            .collect();
        graph
    }

    /// How many steps it is from each key to the end of a path over such authorities, if there is one.
    fn ways_to_an_end(&self, count: usize, is_taken: impl Fn(&Authority) -> bool) -> Vec<Option<usize>> {
        let mut below: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut ways: Vec<Option<usize>> = vec![None; count];
        let mut reached: Vec<usize> = Vec::new();
        for (authority, above) in self.authorities.iter().zip(self.above).filter(|(one, _)| is_taken(one)) {
            let key = authority.key.index();
            if self.is_end(authority) {
                reached.push(key);
            } else if let Above::Key(above) = above {
                below.entry(above.index()).or_default().push(key);
            }
        }
        for steps in 0.. {
            let mut next = Vec::new();
            for key in std::mem::take(&mut reached) {
                if let Some(way) = ways.get_mut(key).filter(|way| way.is_none()) {
                    *way = Some(steps);
                    next.extend(below.remove(&key).into_iter().flatten());
                }
            }
            if next.is_empty() {
                break;
            }
            reached = next;
        }
        ways
    }

    /// The shortest way on over an authority, of these.
    fn way_over(&self, index: usize, authority: &Authority, ways: &[Option<usize>]) -> usize {
        match self.above.get(index) {
            _ if self.is_end(authority) => 0,
            Some(Above::Key(key)) => {
                ways.get(key.index()).copied().flatten().map_or(usize::MAX, |way| way + 1)
            }
            Some(Above::Itself | Above::Unknown(..)) | None => usize::MAX,
        }
    }

    pub(super) fn leads_on(&self, key: KeyId) -> bool {
        self.ways.get(key.index()).is_some_and(Option::is_some)
    }

    /// Lower is better: what may issue at all, then what is valid, then what is for servers, then the shortest way on, then what lasts longest, and at last by
    /// something that never changes.
    fn preference(&self, index: usize) -> impl Ord + use<> {
        let authority = self.authorities.get(index);
        authority.map(|authority| {
            let facts = &authority.facts;
            (
                fault_of_issuer(authority).is_some(),
                !self.is_sound_at(authority, self.at),
                !is_for_servers(authority),
                self.way_over(index, authority, &self.sound_ways),
                self.way_over(index, authority, &self.ways),
                Reverse(facts.not_after),
                facts.sha256,
            )
        })
    }

    /// Whether a path may end in it.
    pub(super) fn is_end(&self, authority: &Authority) -> bool {
        authority.is_given_root || !self.has_given_roots && authority.is_root()
    }

    pub(super) fn is_sound_at(&self, authority: &Authority, at: Option<OffsetDateTime>) -> bool {
        let facts = &authority.facts;
        facts.revocation.entry().is_none()
            && at.is_none_or(|at| facts.not_before <= at && at <= facts.not_after)
    }

    pub(super) fn issuers(&self, path: &[usize]) -> Vec<Issuer> {
        let authorities = path.iter().filter_map(|index| self.authorities.get(*index));
        authorities.map(|authority| Issuer::from(&authority.facts)).collect()
    }

    /// The chain that ends in this root.
    pub(super) fn end(&self, root: &Authority, issuers: Vec<Issuer>) -> Chain {
        let subject = &root.facts.subject;
        if root.is_given_root {
            Chain::verified(issuers, format!("it ends in the given root `{subject}`"))
        } else if self.has_given_roots {
            Chain::broken(issuers, ChainFault::UntrustedRoot, untrusted(subject))
        } else {
            Chain::verified(issuers, format!("it is complete up to the root `{subject}`"))
        }
    }
}

/// Whether it may issue for servers, as Windows has it: its extended key usages, if it has any, name them.
pub(super) fn is_for_servers(authority: &Authority) -> bool {
    let is_so = |usage: &Eku| matches!(usage, Eku::ServerAuth | Eku::Any);
    authority.facts.eku.as_ref().is_none_or(|usages| usages.iter().any(is_so))
}

pub(super) fn untrusted(subject: &str) -> String {
    format!("it ends in `{subject}`, which is none of the given roots")
}

/// Why a certificate may not issue others, whatever they are.
pub(super) fn fault_of_issuer(authority: &Authority) -> Option<(ChainFault, String)> {
    let facts = &authority.facts;
    let subject = &facts.subject;
    let path = authority.links.path();
    let usage = facts.key_usage.as_ref().map(|usage| usage.bits.contains(&"keyCertSign"));
    let is_self_signed = facts.self_signed != SelfSigned::No || authority.is_given_root;
    // A root of a version without extensions is from before basic constraints were known, and one whose key usage is to
    // sign certificates says what they would. Of one that nothing was kept of, nothing says that it may issue.
    let is_old_root = is_self_signed
        && path.is_some_and(|path| {
            path.is_before_version_3 || !path.has_basic_constraints && usage == Some(true)
        });
    if !facts.is_ca && !is_old_root {
        return Some((ChainFault::NoAuthority, format!("`{subject}` issued it, but is no CA certificate")));
    }
    if usage == Some(false) {
        let reason = format!("`{subject}` issued it, but its key usage does not allow that");
        return Some((ChainFault::NoAuthority, reason));
    }
    let refused = path.and_then(|path| path.refused.as_ref())?;
    Some((ChainFault::Refused, format!("of `{subject}`: {refused}")))
}
