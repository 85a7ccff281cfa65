//! Who issued whom: by names and key identifiers, then by real signatures.
//!
//! A folder can hold many thousands of certificates, and what a signature is checked by is larger than all facts of its
//! certificate. So signatures are checked while the scan goes on, as soon as an issuer was read, and the bytes are dropped.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use lyncert_rules::certificate::{Certificate, Chain, ChainFault, ChainState, Issuer, SelfSigned};
use rayon::prelude::*;

use crate::x509::{Links, Outcome, Parsed, ParsedList};

/// A chain longer than this leads nowhere.
const MAX_CHAIN_LENGTH: usize = 16;

/// Whether a certificate may have issued others: the bytes that signatures are checked by have to be kept.
pub(super) fn is_authority(facts: &Certificate) -> bool {
    facts.is_ca || facts.self_signed != SelfSigned::No
}

/// Issuers, and the certificates whose issuer is looked for.
#[derive(Default)]
pub(super) struct ChainBuilder {
    authorities: Vec<Authority>,
    by_subject: HashMap<Vec<u8>, Vec<usize>>,
    pending: Vec<PendingIssuer>,
    /// Certificates whose signature an authority's key verifies.
    issued: Vec<(usize, usize)>,
    has_given_roots: bool,
}

/// A certificate that may have issued others.
struct Authority {
    facts: Certificate,
    links: Links,
    /// Its place in the inventory; `None` for a given root that is no part of it.
    place: Option<usize>,
    is_given_root: bool,
}

/// A certificate whose issuer was not found yet.
struct PendingIssuer {
    /// Its place in the inventory.
    place: usize,
    links: Links,
    /// How many of the authorities were tried.
    tried: usize,
    failed_checks: FailedChecks,
}

/// Failed checks against the keys of authorities with the right name.
#[derive(Clone, Copy, Default)]
struct FailedChecks {
    bad: bool,
    not_checkable: bool,
}

/// The link from a certificate to its issuer.
enum IssuerLink {
    /// It is a root.
    SelfSigned,
    /// This authority's key verifies its signature.
    Issuer(usize),
    /// Nothing that could be found out, and why.
    Unknown(ChainFault, String),
}

impl ChainBuilder {
    /// Takes in a root that the operator trusts.
    pub(super) fn add_given_root(&mut self, parsed: Parsed) {
        self.has_given_roots = true;
        if let Some(links) = parsed.links {
            self.add_authority(Authority { facts: parsed.facts, links, place: None, is_given_root: true });
        }
    }

    /// Takes in a certificate of the inventory whose bytes were kept.
    pub(super) fn add(&mut self, place: usize, facts: &Certificate, links: Links) {
        if !is_authority(facts) {
            self.pending.push(PendingIssuer {
                place,
                links,
                tried: 0,
                failed_checks: FailedChecks::default(),
            });
            return;
        }
        match self.authorities.iter_mut().find(|known| known.facts.sha256 == facts.sha256) {
            Some(given) => given.place = Some(place),
            None => {
                let authority =
                    Authority { facts: facts.clone(), links, place: Some(place), is_given_root: false };
                self.add_authority(authority);
            }
        }
    }

    fn add_authority(&mut self, authority: Authority) {
        let same_subject = self.by_subject.entry(authority.links.subject().to_vec()).or_default();
        same_subject.push(self.authorities.len());
        self.authorities.push(authority);
    }

    /// Looks for the issuers of what was added, on all cores, among the authorities known so far. Lets go of the bytes of what
    /// found its own.
    pub(super) fn resolve_pending(&mut self, certificates: &[Certificate]) {
        let open = std::mem::take(&mut self.pending);
        let authorities = self.authorities.len();
        let looked: Vec<Result<(usize, usize), PendingIssuer>> = open
            .into_par_iter()
            .map(|mut open| {
                if let Some(facts) = certificates.get(open.place) {
                    let candidates = self.candidates(facts, &open.links, open.tried);
                    open.tried = authorities;
                    if let Some(issuer) =
                        self.issuer(facts, &open.links, &candidates, &mut open.failed_checks)
                    {
                        return Ok((open.place, issuer));
                    }
                }
                Err(open)
            })
            .collect();
        for looked in looked {
            match looked {
                Ok(issued) => self.issued.push(issued),
                Err(open) => self.pending.push(open),
            }
        }
    }

    /// The authorities from the `first` one on that a certificate names as its issuer.
    fn candidates(&self, facts: &Certificate, links: &Links, first: usize) -> Vec<usize> {
        let named = self.by_subject.get(links.issuer()).map(Vec::as_slice).unwrap_or_default();
        let new = named.iter().copied().filter(|&authority| authority >= first);
        new.filter(|&authority| {
            self.authorities.get(authority).is_some_and(|authority| keys_may_match(facts, &authority.facts))
        })
        .collect()
    }

    fn issuer(
        &self,
        facts: &Certificate,
        links: &Links,
        candidates: &[usize],
        failed_checks: &mut FailedChecks,
    ) -> Option<usize> {
        for &candidate in candidates {
            let Some(authority) = self.authorities.get(candidate) else { continue };
            match links.is_signed_by(facts, &authority.links, &authority.facts) {
                Outcome::Good => return Some(candidate),
                Outcome::Bad => failed_checks.bad = true,
                Outcome::NotCheckable => failed_checks.not_checkable = true,
            }
        }
        None
    }

    /// A renewed CA has the same name and key; of several that verify a signature, the one that lives longest counts, in
    /// whatever order they came.
    fn best(&self, verified_by: usize) -> usize {
        let Some(one) = self.authorities.get(verified_by) else { return verified_by };
        let same_subject = self.by_subject.get(one.links.subject()).map(Vec::as_slice).unwrap_or_default();
        let same_key = same_subject.iter().copied().filter(|&other| {
            self.authorities.get(other).is_some_and(|other| other.links.key() == one.links.key())
        });
        let rank = |&index: &usize| {
            let facts = self.authorities.get(index).map(|authority| &authority.facts);
            facts.map(|facts| (Reverse(facts.is_ca), Reverse(facts.not_after), facts.sha256))
        };
        same_key.min_by_key(rank).unwrap_or(verified_by)
    }

    /// Whether an issuer that is here signed the list.
    pub(super) fn list_state(&self, list: &ParsedList) -> ChainState {
        let issuers = self.by_subject.get(&list.issuer_bytes).map(Vec::as_slice).unwrap_or_default();
        let issuers = issuers.iter().filter_map(|&index| self.authorities.get(index));
        let outcomes: Vec<_> =
            issuers.map(|issuer| list.is_signed_by(&issuer.links, &issuer.facts)).collect();
        if outcomes.contains(&Outcome::Good) {
            ChainState::Verified
        } else if outcomes.is_empty() || outcomes.contains(&Outcome::NotCheckable) {
            ChainState::NotCheckable
        } else {
            ChainState::Wrong
        }
    }

    /// Tells every certificate that was added its chain.
    pub(super) fn finish(mut self, certificates: &mut [Certificate]) {
        self.resolve_pending(certificates);
        for authority in &mut self.authorities {
            // Revocation lists may have been read after the authority.
            if let Some(facts) = authority.place.and_then(|place| certificates.get(place)) {
                authority.facts.revocation.clone_from(&facts.revocation);
            }
        }
        let above: Vec<IssuerLink> = (0..self.authorities.len())
            .into_par_iter()
            .map(|index| self.issuer_of_authority(index))
            .collect();
        let graph =
            Graph { authorities: &self.authorities, above: &above, has_given_roots: self.has_given_roots };
        let mut chains: Vec<(usize, Arc<Chain>)> = Vec::new();
        for (index, authority) in self.authorities.iter().enumerate() {
            if let Some(place) = authority.place {
                chains.push((place, Arc::new(graph.chain_of(index))));
            }
        }
        // Certificates of one issuer have the same chain above them, if their names are not against it.
        let mut shared: BTreeMap<usize, Arc<Chain>> = BTreeMap::new();
        for (place, verified_by) in &self.issued {
            let issuer = self.best(*verified_by);
            let chain = shared.entry(issuer).or_insert_with(|| Arc::new(graph.chain_below(issuer)));
            let Some(facts) = certificates.get(*place) else { continue };
            let own = graph.name_constraint_fault(facts, issuer, chain).map(Arc::new);
            chains.push((*place, own.unwrap_or_else(|| Arc::clone(chain))));
        }
        let non_ca_subjects = NonCaSubjects::new(if self.pending.is_empty() { &[] } else { &*certificates });
        for open in &self.pending {
            let Some(facts) = certificates.get(open.place) else { continue };
            let (fault, reason) = unknown_chain(facts, open.failed_checks, &non_ca_subjects);
            chains.push((open.place, Arc::new(Chain::broken(Vec::new(), fault, reason))));
        }
        for (place, chain) in chains {
            if let Some(facts) = certificates.get_mut(place) {
                facts.chain = chain;
            }
        }
    }

    fn issuer_of_authority(&self, index: usize) -> IssuerLink {
        let Some(authority) = self.authorities.get(index) else { return IssuerLink::SelfSigned };
        if authority.facts.self_signed == SelfSigned::Yes {
            return IssuerLink::SelfSigned;
        }
        let mut candidates = self.candidates(&authority.facts, &authority.links, 0);
        candidates.retain(|candidate| *candidate != index);
        let mut failed_checks = FailedChecks::default();
        match self.issuer(&authority.facts, &authority.links, &candidates, &mut failed_checks) {
            Some(issuer) => IssuerLink::Issuer(self.best(issuer)),
            None => {
                let (fault, reason) =
                    unknown_chain(&authority.facts, failed_checks, &NonCaSubjects::default());
                IssuerLink::Unknown(fault, reason)
            }
        }
    }
}

/// Why the issuer of a certificate is not known.
fn unknown_chain(
    facts: &Certificate,
    failed_checks: FailedChecks,
    non_ca_subjects: &NonCaSubjects<'_>,
) -> (ChainFault, String) {
    let (issuer, algorithm) = (&facts.issuer, &facts.signature.name);
    if failed_checks.not_checkable {
        let reason = format!("the signature by `{issuer}` ({algorithm}) cannot be checked");
        return (ChainFault::Algorithm, reason);
    }
    if failed_checks.bad {
        return (ChainFault::Signature, format!("the key of `{issuer}` does not verify its signature"));
    }
    if facts.self_signed == SelfSigned::NotCheckable {
        let reason = format!("the signature by its own key ({algorithm}) cannot be checked");
        return (ChainFault::Algorithm, reason);
    }
    if non_ca_subjects.has_issuer_of(facts) {
        return (ChainFault::NoAuthority, format!("`{issuer}` issued it, but is no CA certificate"));
    }
    (ChainFault::Incomplete, format!("its issuer `{issuer}` is not at hand"))
}

/// Certificates that are no CA, by subject and key identifier. Their bytes are not kept, so that one of them issued another
/// is known by both names, not by the signature.
#[derive(Default)]
struct NonCaSubjects<'a> {
    known: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> NonCaSubjects<'a> {
    fn new(certificates: &'a [Certificate]) -> Self {
        let others = certificates.iter().filter(|facts| !is_authority(facts));
        let key = |facts: &'a Certificate| Some((&*facts.subject, facts.subject_key_id.as_deref()?));
        Self { known: others.filter_map(key).collect() }
    }

    fn has_issuer_of(&self, facts: &Certificate) -> bool {
        let key_id = facts.authority_key_id.as_deref();
        key_id.is_some_and(|key_id| self.known.contains(&(&*facts.issuer, key_id)))
    }
}

/// Key identifiers are hints: where both are there they have to be equal.
fn keys_may_match(issued: &Certificate, issuer: &Certificate) -> bool {
    match (&issued.authority_key_id, &issuer.subject_key_id) {
        (Some(wanted), Some(own)) => **wanted == **own,
        (None, _) | (_, None) => true,
    }
}

struct Graph<'a> {
    authorities: &'a [Authority],
    above: &'a [IssuerLink],
    has_given_roots: bool,
}

impl Graph<'_> {
    /// The chain of an authority itself.
    fn chain_of(&self, index: usize) -> Chain {
        match self.above.get(index) {
            Some(IssuerLink::Issuer(issuer)) => self.chain_below(*issuer),
            Some(IssuerLink::Unknown(fault, reason)) => Chain::broken(Vec::new(), *fault, reason.clone()),
            Some(IssuerLink::SelfSigned) | None => self.root(index, Vec::new()),
        }
    }

    /// The chain of what `first` issued, up to a root or to where it breaks.
    fn chain_below(&self, first: usize) -> Chain {
        let mut issuers: Vec<Issuer> = Vec::new();
        let mut at = first;
        loop {
            let Some(authority) = self.authorities.get(at) else {
                return Chain::broken(issuers, ChainFault::Incomplete, "it was not looked at".to_owned());
            };
            let below = issuers.len();
            issuers.push(Issuer::from(&authority.facts));
            if let Some((fault, reason)) = issuing_fault(&authority.facts, below) {
                return Chain::broken(issuers, fault, reason);
            }
            if issuers.len() > MAX_CHAIN_LENGTH {
                let reason =
                    format!("it is longer than {MAX_CHAIN_LENGTH} certificates, or goes in a circle");
                return Chain::broken(issuers, ChainFault::TooLong, reason);
            }
            match self.above.get(at) {
                Some(IssuerLink::Issuer(issuer)) => at = *issuer,
                Some(IssuerLink::Unknown(fault, reason)) => {
                    let reason = format!("of `{}`: {reason}", authority.facts.subject);
                    return Chain::broken(issuers, *fault, reason);
                }
                Some(IssuerLink::SelfSigned) | None => return self.root(at, issuers),
            }
        }
    }

    fn root(&self, index: usize, issuers: Vec<Issuer>) -> Chain {
        let Some(root) = self.authorities.get(index) else { return Chain::default() };
        let subject = &root.facts.subject;
        if root.is_given_root {
            Chain::verified(issuers, format!("it ends in the given root `{subject}`"))
        } else if self.has_given_roots {
            let reason = format!("it ends in `{subject}`, which is none of the given roots");
            Chain::broken(issuers, ChainFault::UntrustedRoot, reason)
        } else {
            Chain::verified(issuers, format!("it ends in `{subject}`, which signed itself"))
        }
    }

    /// The chain of a certificate whose names one of its issuers may not certify (RFC 5280 section 4.2.1.10).
    fn name_constraint_fault(&self, facts: &Certificate, issuer: usize, chain: &Chain) -> Option<Chain> {
        let mut at = issuer;
        for _ in 0..MAX_CHAIN_LENGTH {
            let authority = self.authorities.get(at)?;
            if let Some(constraints) = &authority.facts.name_constraints
                && let Some(name) = facts.dns_names.iter().find(|name| !constraints.allow(name))
            {
                let reason = format!("`{}` may not issue certificates for `{name}`", authority.facts.subject);
                return Some(Chain::broken(chain.issuers.clone(), ChainFault::NameConstraint, reason));
            }
            match self.above.get(at) {
                Some(IssuerLink::Issuer(next)) => at = *next,
                _ => return None,
            }
        }
        None
    }
}

/// Why a certificate may not issue others, if so; `below` is how many CAs follow it.
fn issuing_fault(facts: &Certificate, below: usize) -> Option<(ChainFault, String)> {
    let subject = &facts.subject;
    // A root without basic constraints is from before they were known.
    if !facts.is_ca && facts.self_signed != SelfSigned::Yes {
        return Some((ChainFault::NoAuthority, format!("`{subject}` issued it, but is no CA certificate")));
    }
    if facts.key_usage.as_ref().is_some_and(|usage| !usage.bits.contains(&"keyCertSign")) {
        let reason = format!("`{subject}` issued it, but its key usage does not allow that");
        return Some((ChainFault::NoAuthority, reason));
    }
    let allowed = facts.path_length.map(|length| length as usize)?;
    let reason = || format!("`{subject}` allows {allowed} CAs below it, and there are {below}");
    (below > allowed).then(|| (ChainFault::PathLength, reason()))
}
