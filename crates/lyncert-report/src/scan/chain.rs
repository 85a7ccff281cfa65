//! Who issued whom: by names and key identifiers, then by real signatures.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use lyncert_rules::{Certificate, Chain, ChainState, SelfSigned};
use rayon::prelude::*;

use crate::x509::{Links, Outcome};

/// A chain longer than this leads nowhere.
const LONGEST: usize = 16;

/// A certificate that may be an issuer.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    pub(super) facts: &'a Certificate,
    pub(super) links: &'a Links,
    /// Whether the operator named it a root.
    pub(super) is_given_root: bool,
}

/// What stands above a certificate.
enum Above {
    /// It is a root.
    Nothing,
    /// This node's key verifies its signature.
    Issuer(usize),
    Wrong(String),
    NotCheckable(String),
}

/// The chains of the nodes at `wanted`, in that order. Signatures are checked on all cores, of these nodes and of CAs only.
pub(super) fn chains(nodes: &[Node<'_>], wanted: &[usize]) -> Vec<Arc<Chain>> {
    let mut by_subject: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
    let mut is_asked: Vec<bool> = Vec::with_capacity(nodes.len());
    for (index, node) in nodes.iter().enumerate() {
        is_asked.push(node.facts.is_ca || node.facts.self_signed == SelfSigned::Yes);
        by_subject.entry(node.links.subject()).or_default().push(index);
    }
    for &index in wanted {
        if let Some(asked) = is_asked.get_mut(index) {
            *asked = true;
        }
    }
    let look = |(index, (node, asked)): (usize, (&Node<'_>, &bool))| {
        asked.then(|| above(index, *node, nodes, &by_subject))
    };
    let above: Vec<Option<Above>> = nodes.par_iter().zip(&is_asked).enumerate().map(look).collect();
    let graph = Graph { nodes, above: &above, has_given_roots: nodes.iter().any(|node| node.is_given_root) };
    // Certificates of one issuer have the same chain above them.
    let mut shared: BTreeMap<usize, Arc<Chain>> = BTreeMap::new();
    wanted
        .iter()
        .map(|&index| match above.get(index) {
            Some(Some(Above::Issuer(issuer))) if graph.may_issue(*issuer, 0).is_none() => {
                Arc::clone(shared.entry(*issuer).or_insert_with(|| Arc::new(graph.chain(index))))
            }
            _ => Arc::new(graph.chain(index)),
        })
        .collect()
}

fn above(
    index: usize,
    node: Node<'_>,
    nodes: &[Node<'_>],
    by_subject: &BTreeMap<&[u8], Vec<usize>>,
) -> Above {
    if node.facts.self_signed == SelfSigned::Yes {
        return Above::Nothing;
    }
    let named = by_subject.get(node.links.issuer()).map(Vec::as_slice).unwrap_or_default();
    let mut candidates: Vec<(usize, &Node<'_>)> = named
        .iter()
        .filter(|candidate| **candidate != index)
        .filter_map(|&candidate| Some((candidate, nodes.get(candidate)?)))
        .filter(|(_, candidate)| keys_may_match(node.facts, candidate.facts))
        .collect();
    // A renewed CA has the same name and key; the one that lives longest counts.
    candidates.sort_by_key(|(_, issuer)| {
        (Reverse(issuer.facts.is_ca), Reverse(issuer.facts.not_after), &issuer.facts.sha256)
    });
    let mut outcomes = Vec::new();
    for (candidate, issuer) in candidates {
        match node.links.is_signed_by(node.facts, issuer.links, issuer.facts) {
            Outcome::Good => return Above::Issuer(candidate),
            outcome => outcomes.push(outcome),
        }
    }
    let issuer = &node.facts.issuer;
    if outcomes.is_empty() {
        return match node.facts.self_signed {
            SelfSigned::NotCheckable => Above::NotCheckable(format!(
                "the signature by its own key ({}) cannot be checked",
                node.facts.signature.name
            )),
            SelfSigned::Yes | SelfSigned::No => {
                Above::NotCheckable(format!("its issuer `{issuer}` is not at hand"))
            }
        };
    }
    if outcomes.contains(&Outcome::NotCheckable) {
        let algorithm = &node.facts.signature.name;
        return Above::NotCheckable(format!("the signature by `{issuer}` ({algorithm}) cannot be checked"));
    }
    Above::Wrong(format!("the key of `{issuer}` does not verify its signature"))
}

/// Key identifiers are hints: where both are there they have to be equal.
fn keys_may_match(issued: &Certificate, issuer: &Certificate) -> bool {
    match (&issued.authority_key_id, &issuer.subject_key_id) {
        (Some(wanted), Some(own)) => wanted == own,
        (None, _) | (_, None) => true,
    }
}

struct Graph<'a> {
    nodes: &'a [Node<'a>],
    /// `None` where nobody asked.
    above: &'a [Option<Above>],
    has_given_roots: bool,
}

impl Graph<'_> {
    /// The chain of a node, up to a root or to where it breaks.
    fn chain(&self, start: usize) -> Chain {
        let mut issuers: Vec<String> = Vec::new();
        let mut at = start;
        let end = |state, issuers, reason: String| Chain { state, issuers, reason };
        loop {
            let Some(Some(above)) = self.above.get(at) else {
                return end(ChainState::NotCheckable, issuers, "it was not looked at".to_owned());
            };
            match above {
                Above::Nothing => {
                    let (state, reason) = self.root(at);
                    return end(state, issuers, reason);
                }
                Above::Wrong(reason) => return end(ChainState::Wrong, issuers, self.told(start, at, reason)),
                Above::NotCheckable(reason) => {
                    return end(ChainState::NotCheckable, issuers, self.told(start, at, reason));
                }
                Above::Issuer(issuer) => {
                    let below = issuers.len();
                    if let Some(node) = self.nodes.get(*issuer) {
                        issuers.push(node.facts.subject.clone());
                    }
                    if let Some(reason) = self.may_issue(*issuer, below) {
                        return end(ChainState::Wrong, issuers, reason);
                    }
                    if issuers.len() > LONGEST {
                        let reason = format!("it is longer than {LONGEST} certificates, or goes in a circle");
                        return end(ChainState::Wrong, issuers, reason);
                    }
                    at = *issuer;
                }
            }
        }
    }

    /// A reason that speaks of the certificate itself, told of one above it.
    fn told(&self, start: usize, at: usize, reason: &str) -> String {
        match self.nodes.get(at) {
            Some(node) if at != start => format!("of `{}`: {reason}", node.facts.subject),
            Some(_) | None => reason.to_owned(),
        }
    }

    /// Why a certificate may not issue others, if so; `below` is how many CAs follow it.
    fn may_issue(&self, index: usize, below: usize) -> Option<String> {
        let facts = self.nodes.get(index)?.facts;
        let subject = &facts.subject;
        // A root without basic constraints is from before they were known.
        if !facts.is_ca && facts.self_signed != SelfSigned::Yes {
            return Some(format!("`{subject}` issued it, but is no CA certificate"));
        }
        if facts.key_usage.as_ref().is_some_and(|usage| !usage.bits.contains(&"keyCertSign")) {
            return Some(format!("`{subject}` issued it, but its key usage does not allow that"));
        }
        let allowed = facts.path_length.map(|length| length as usize)?;
        (below > allowed).then(|| format!("`{subject}` allows {allowed} CAs below it, and there are {below}"))
    }

    fn root(&self, index: usize) -> (ChainState, String) {
        let Some(node) = self.nodes.get(index) else { return (ChainState::NotCheckable, String::new()) };
        let subject = &node.facts.subject;
        if node.is_given_root {
            (ChainState::Verified, format!("it ends in the given root `{subject}`"))
        } else if self.has_given_roots {
            (ChainState::Wrong, format!("it ends in `{subject}`, which is none of the given roots"))
        } else {
            (ChainState::Verified, format!("it ends in `{subject}`, which signed itself"))
        }
    }
}
