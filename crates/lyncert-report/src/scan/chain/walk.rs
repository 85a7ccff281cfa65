//! One search for a path, over keys, and what keeps a path from being sound.

use lyncert_rules::certificate::{Certificate, Chain, ChainFault, Issuer};
use time::OffsetDateTime;

use super::graph::{Graph, Path, fault_of_issuer, is_for_servers, untrusted};
use super::keys::KeyId;
use super::{Above, Authority};
use crate::x509::{CheckedNames, Constrained};

/// A chain longer than this leads nowhere.
const MAX_CHAIN_LENGTH: usize = 16;
/// So many certificates are tried in the search for one path.
const MAX_STEPS: usize = 512;

/// That the certificates of a path have to be valid at a time, and not revoked.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub(super) at: Option<OffsetDateTime>,
    /// Whether they have to be for servers too, or for all.
    pub(super) for_servers: bool,
}

/// Why a branch ends.
pub(super) struct Fault {
    issuers: Vec<Issuer>,
    fault: ChainFault,
    reason: String,
}

impl Default for Fault {
    fn default() -> Self {
        Self { issuers: Vec::new(), fault: ChainFault::Incomplete, reason: "no path leads on".to_owned() }
    }
}

impl Fault {
    /// How much it says of the whole, where several branches end: what could not be judged might have been sound.
    fn weight(fault: ChainFault) -> u8 {
        match fault {
            ChainFault::Algorithm | ChainFault::NotRead => 4,
            ChainFault::Incomplete => 3,
            ChainFault::Signature
            | ChainFault::NoAuthority
            | ChainFault::PathLength
            | ChainFault::NameConstraint
            | ChainFault::Refused => 2,
            ChainFault::UntrustedRoot => 1,
            ChainFault::TooLong => 0,
        }
    }

    pub(super) fn chain(self) -> Chain {
        Chain::broken(self.issuers, self.fault, self.reason)
    }
}

/// One search.
pub(super) struct Walk<'a> {
    graph: &'a Graph<'a>,
    target: Option<(&'a Certificate, &'a CheckedNames)>,
    wanted: Option<Wanted>,
    pub(super) path: Path,
    steps: usize,
    pub(super) fault: Option<Fault>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        graph: &'a Graph<'a>,
        target: Option<(&'a Certificate, &'a CheckedNames)>,
        wanted: Option<Wanted>,
    ) -> Self {
        Self { graph, target, wanted, path: Vec::new(), steps: 0, fault: None }
    }

    /// Goes on from a key over each of its certificates; true when the path has come to a root. Nests no deeper than
    /// [`MAX_CHAIN_LENGTH`].
    pub(super) fn climb(&mut self, key: KeyId) -> bool {
        let graph = self.graph;
        for &index in graph.ordered.get(key.index()).into_iter().flatten() {
            let Some(authority) = graph.authorities.get(index) else { continue };
            if self.steps >= MAX_STEPS {
                let reason =
                    format!("its issuers have more paths to roots than the {MAX_STEPS} that are tried");
                self.note(ChainFault::NotRead, reason);
                return false;
            }
            self.steps += 1;
            let is_wanted = |wanted: Wanted| {
                graph.is_sound_at(authority, wanted.at) && (!wanted.for_servers || is_for_servers(authority))
            };
            if self.wanted.is_some_and(|wanted| !is_wanted(wanted)) {
                continue;
            }
            self.path.push(index);
            if self.goes_on_over(index, authority) {
                return true;
            }
            self.path.pop();
        }
        false
    }

    fn goes_on_over(&mut self, index: usize, authority: &'a Authority) -> bool {
        if let Some((fault, reason)) = fault_of_issuer(authority).or_else(|| self.fault_below(authority)) {
            self.note(fault, reason);
            return false;
        }
        if self.graph.is_end(authority) {
            return true;
        }
        let subject = &authority.facts.subject;
        match self.graph.above.get(index) {
            Some(Above::Key(next)) => {
                if self.path.len() >= MAX_CHAIN_LENGTH || self.is_on_path(*next) {
                    let reason =
                        format!("it is longer than {MAX_CHAIN_LENGTH} certificates, or goes in a circle");
                    self.note(ChainFault::TooLong, reason);
                    return false;
                }
                (self.wanted.is_none() || self.graph.leads_on(*next)) && self.climb(*next)
            }
            Some(Above::Unknown(ChainFault::Incomplete, _)) if self.graph.has_given_roots => {
                let issuer = &authority.facts.issuer;
                let reason = format!(
                    "it ends in `{subject}`, whose issuer `{issuer}` is neither here nor among the given roots"
                );
                self.note(ChainFault::UntrustedRoot, reason);
                false
            }
            Some(Above::Unknown(fault, reason)) => {
                self.note(*fault, format!("of `{subject}`: {reason}"));
                false
            }
            Some(Above::Itself) | None => {
                self.note(ChainFault::UntrustedRoot, untrusted(subject));
                false
            }
        }
    }

    fn is_on_path(&self, key: KeyId) -> bool {
        let mut on_path = self.path.iter().filter_map(|index| self.graph.authorities.get(*index));
        on_path.any(|authority| authority.key == key)
    }

    /// Keeps why a branch ends, if it says more than what is kept.
    fn note(&mut self, fault: ChainFault, reason: String) {
        let known = self.fault.as_ref().map(|known| Fault::weight(known.fault));
        // While only valid certificates are looked at, nothing is said of what ends.
        if self.wanted.is_none() && known.is_none_or(|known| known < Fault::weight(fault)) {
            self.fault = Some(Fault { issuers: self.graph.issuers(&self.path), fault, reason });
        }
    }

    /// What is against an issuer, the last of the path, because of what lies below it.
    fn fault_below(&self, authority: &Authority) -> Option<(ChainFault, String)> {
        let subject = &authority.facts.subject;
        let below = self.path.iter().rev().skip(1).filter_map(|index| self.graph.authorities.get(*index));
        // Certificates that a CA issued to itself, as when its key changes, count neither for lengths nor for names.
        let below: Vec<&Authority> = below.filter(|authority| !authority.is_self_issued).collect();
        if let Some(allowed) = authority.facts.path_length.map(|length| length as usize)
            && below.len() > allowed
        {
            let reason = format!("`{subject}` allows {allowed} CAs below it, and there are {}", below.len());
            return Some((ChainFault::PathLength, reason));
        }
        let path = authority.links.path()?;
        if path.explicit_policy.is_some_and(|skipped| skipped as usize <= self.path.len()) {
            let reason = format!("`{subject}` asks for acceptable policies, which are not looked at");
            return Some((ChainFault::NotRead, reason));
        }
        let constraints = path.constraints.as_ref()?;
        let of_authorities = below.iter().map(|below| (&below.facts, &below.names));
        of_authorities.chain(self.target).find_map(|(facts, names)| match constraints.check(facts, names) {
            Constrained::Within => None,
            Constrained::Outside(name) => Some((
                ChainFault::NameConstraint,
                format!("`{subject}` may not issue certificates for `{name}`"),
            )),
            Constrained::NotRead(what) => {
                Some((ChainFault::NotRead, format!("`{subject}` has {what}, which are not read")))
            }
        })
    }
}
