//! Who issued whom, by names and key identifiers and then by real signatures, and which paths lead to a root.
//!
//! A folder can hold many thousands of certificates, and what a signature is checked by is larger than all facts of its
//! certificate. So signatures are checked while the scan goes on, as soon as an issuer was read, and the bytes are dropped.
//!
//! What a certificate is tied to by its signature is a key and a name, not one certificate: a CA that was renewed, or that another
//! one certified too, has several. So issuers are looked for by key ([`keys`]), and which of its certificates a path leads over is
//! decided when all are known ([`graph`], [`walk`], [`path`]).

mod graph;
mod keys;
mod path;
mod walk;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use lyncert_rules::certificate::{Certificate, Chain, ChainFault, ChainState, SelfSigned};
use lyncert_rules::digest::Fingerprint;
use lyncert_rules::folder::RevocationList;
use lyncert_rules::stop::Stop;
use rayon::prelude::*;
use time::OffsetDateTime;

use super::revocation::{Revocations, SignedList, Signer};
use crate::x509::{CheckedNames, Links, Outcome, Parsed, ParsedList, is_authority};
use graph::Graph;
pub(super) use keys::KeyId;
use keys::{Keys, Search};

/// Issuers, and the certificates whose issuer is looked for.
#[derive(Default)]
pub(super) struct ChainBuilder {
    authorities: Vec<Authority>,
    by_digest: HashMap<Fingerprint, usize>,
    keys: Keys,
    /// Certificates whose issuer has to be looked for, now or again.
    open: Vec<Pending>,
    /// Certificates whose issuer was not found so far, by its name.
    waiting: HashMap<Arc<str>, Vec<Pending>>,
    /// Certificates whose signature a key verifies.
    issued: Vec<Issued>,
    has_given_roots: bool,
    stop: Stop,
}

/// A certificate that may have issued others.
struct Authority {
    facts: Certificate,
    links: Links,
    names: CheckedNames,
    key: KeyId,
    is_self_issued: bool,
    /// Its place in the inventory; `None` for a given root that is no part of it.
    place: Option<usize>,
    is_given_root: bool,
}

impl Authority {
    fn is_root(&self) -> bool {
        self.facts.self_signed == SelfSigned::Yes
    }
}

/// A certificate whose issuer was not found yet.
struct Pending {
    /// Its place in the inventory.
    place: usize,
    links: Links,
    search: Search,
}

/// A certificate whose issuer is known.
struct Issued {
    place: usize,
    issuer: KeyId,
    names: CheckedNames,
}

/// The link from an authority to its issuer.
enum Above {
    /// It signed itself.
    Itself,
    /// This key verifies its signature.
    Key(KeyId),
    /// Nothing that could be found out, and why.
    Unknown(ChainFault, String),
}

impl ChainBuilder {
    /// One that looks for no more issuers once nobody waits for them.
    pub(super) fn until(stop: &Stop) -> Self {
        Self { stop: stop.clone(), ..Self::default() }
    }

    /// Takes in a certificate that the operator trusts as a root, whoever signed it.
    pub(super) fn add_given_root(&mut self, parsed: Parsed) {
        self.has_given_roots = true;
        if let Some(links) = parsed.links
            && !self.by_digest.contains_key(&parsed.facts.sha256)
        {
            self.add_authority(parsed.facts, links, None, true);
        }
    }

    /// Takes in a certificate of the inventory whose bytes were kept.
    pub(super) fn add(&mut self, place: usize, facts: &Certificate, links: Links) {
        if let Some(known) =
            self.by_digest.get(&facts.sha256).and_then(|index| self.authorities.get_mut(*index))
        {
            known.place = Some(place);
        } else if is_authority(facts) {
            self.add_authority(facts.clone(), links, Some(place), false);
        } else {
            self.open.push(Pending { place, links, search: Search::default() });
        }
    }

    fn add_authority(&mut self, facts: Certificate, links: Links, place: Option<usize>, is_given_root: bool) {
        let index = self.authorities.len();
        let name = links.subject_name();
        let (key, is_news) = self.keys.add(&name, &facts, &links, index);
        if is_news && let Some(waiting) = self.waiting.remove(&name) {
            self.open.extend(waiting);
        }
        self.by_digest.insert(facts.sha256, index);
        self.authorities.push(Authority {
            names: links.checked_names(&facts),
            is_self_issued: *name == **links.issuer_name(),
            facts,
            links,
            key,
            place,
            is_given_root,
        });
    }

    /// Looks for the issuers of what was added, on all cores, among the authorities known so far. Lets go of the bytes of what
    /// found its own.
    pub(super) fn resolve_pending(&mut self, certificates: &[Certificate]) {
        self.resolve(certificates, false);
    }

    /// While more can come, nothing is tried where more keys come into question than are tried: which of them are depends on all.
    fn resolve(&mut self, certificates: &[Certificate], is_all: bool) {
        if is_all {
            self.open.extend(std::mem::take(&mut self.waiting).into_values().flatten());
        }
        let open = std::mem::take(&mut self.open);
        let looked: Vec<(Pending, Option<Issued>)> = open
            .into_par_iter()
            .map(|mut open| {
                if self.stop.is_said() {
                    return (open, None);
                }
                let issued = certificates.get(open.place).and_then(|facts| {
                    let issuer = self.find_issuer(facts, &open.links, None, &mut open.search, is_all)?;
                    Some(Issued { place: open.place, issuer, names: open.links.checked_names(facts) })
                });
                (open, issued)
            })
            .collect();
        for (open, issued) in looked {
            match issued {
                Some(issued) => self.issued.push(issued),
                None => self.waiting.entry(Arc::clone(open.links.issuer_name())).or_default().push(open),
            }
        }
    }

    /// Takes out the certificates whose issuer was found early and would not be tried now that all are known: the order of files
    /// must not decide.
    fn take_undecided(&mut self, certificates: &[Certificate]) -> Vec<usize> {
        let is_tried = |issued: &Issued| {
            let facts = certificates.get(issued.place);
            facts.is_some_and(|facts| self.keys.is_tried(issued.issuer, facts.authority_key_id.as_deref()))
        };
        let (issued, undecided): (Vec<Issued>, Vec<Issued>) =
            std::mem::take(&mut self.issued).into_iter().partition(is_tried);
        self.issued = issued;
        undecided.into_iter().map(|issued| issued.place).collect()
    }

    /// The key that verifies the signature of a certificate, of those with the name of its issuer, but for `not`.
    fn find_issuer(
        &self,
        facts: &Certificate,
        links: &Links,
        not: Option<KeyId>,
        search: &mut Search,
        is_all: bool,
    ) -> Option<KeyId> {
        let candidates = self.keys.candidates(links.issuer_name(), facts.authority_key_id.as_deref(), search);
        if search.left_some_out() && !is_all {
            return None;
        }
        for key in candidates {
            if Some(key) == not || search.has_tried(key) {
                continue;
            }
            let Some(authority) = self.keys.one_with(key).and_then(|index| self.authorities.get(index))
            else {
                continue;
            };
            let outcome = links.is_signed_by(facts, &authority.links, &authority.facts);
            if outcome == Outcome::Good {
                return Some(key);
            }
            search.note(key, outcome);
        }
        None
    }

    /// Which key of its issuer signed a revocation list, and what its signature is worth.
    fn signed_list(
        &self,
        path: String,
        list: ParsedList,
        vouchers: &HashMap<KeyId, Vec<KeyId>>,
    ) -> SignedList {
        let mut search = Search::default();
        let wanted = list.authority_key_id.as_deref();
        let mut signer = None;
        for key in self.keys.candidates(&list.issuer_name, wanted, &mut search) {
            let Some(authority) = self.keys.one_with(key).and_then(|index| self.authorities.get(index))
            else {
                continue;
            };
            match list.is_signed_by(&authority.links, &authority.facts) {
                Outcome::Good => {
                    signer = Some(self.signer(key, vouchers));
                    break;
                }
                outcome @ (Outcome::Bad | Outcome::NotCheckable) => search.note(key, outcome),
            }
        }
        // A list that names no key may be by any of its issuer's; one that names a key, by that.
        let is_named = |key| wanted.is_none() || self.keys.is_named(key, wanted);
        let state = if signer.is_some() {
            ChainState::Verified
        } else if !search.was_not_checkable() && !search.left_some_out() && search.failed().any(is_named) {
            ChainState::Wrong
        } else {
            ChainState::NotCheckable
        };
        SignedList { path, list, state, signer }
    }

    fn signer(&self, key: KeyId, vouchers: &HashMap<KeyId, Vec<KeyId>>) -> Signer {
        let facts = || {
            let authorities = self.keys.all_with(key).iter().filter_map(|index| self.authorities.get(*index));
            authorities.map(|authority| &authority.facts)
        };
        let may_sign = |facts: &Certificate| {
            facts.key_usage.as_ref().is_none_or(|usage| usage.bits.contains(&"cRLSign"))
        };
        Signer {
            key,
            is_for_lists: facts().all(|facts| !facts.is_ca && facts.self_signed == SelfSigned::No),
            may_sign: facts().any(may_sign),
            vouchers: vouchers.get(&key).cloned().unwrap_or_default(),
        }
    }

    /// Tells every certificate that was added its chain, and every one at all what the revocation lists say of it. `at` is the time
    /// at which a path should be valid, if there are several.
    pub(super) fn finish(
        mut self,
        lists: Vec<(String, ParsedList)>,
        certificates: &mut [Certificate],
        at: Option<OffsetDateTime>,
    ) -> Vec<RevocationList> {
        self.resolve(certificates, true);
        let undecided = self.take_undecided(certificates);
        let above: Vec<Above> =
            (0..self.authorities.len()).into_par_iter().map(|index| self.above(index)).collect();
        let revocations = self.revocations(lists, &above);
        if !revocations.is_empty() {
            self.mark_revoked(&revocations, &above, certificates);
        }
        let chains = self.chains(&above, certificates, at);
        let of_undecided = undecided.into_iter().filter_map(|place| {
            let reason = too_many_issuers(&certificates.get(place)?.issuer);
            Some((place, Arc::new(Chain::broken(Vec::new(), ChainFault::NotRead, reason))))
        });
        let chains: Vec<(usize, Arc<Chain>)> = of_undecided.chain(chains).collect();
        for (place, chain) in chains {
            if let Some(facts) = certificates.get_mut(place) {
                facts.chain = chain;
            }
        }
        revocations.into_facts()
    }

    fn revocations(&self, lists: Vec<(String, ParsedList)>, above: &[Above]) -> Revocations {
        let mut vouchers: HashMap<KeyId, Vec<KeyId>> = HashMap::new();
        if !lists.is_empty() {
            for (authority, above) in self.authorities.iter().zip(above) {
                if let Above::Key(voucher) = above {
                    vouchers.entry(authority.key).or_default().push(*voucher);
                }
            }
        }
        let lists = lists.into_iter().map(|(path, list)| self.signed_list(path, list, &vouchers)).collect();
        Revocations::new(lists, vouchers)
    }

    fn mark_revoked(&mut self, revocations: &Revocations, above: &[Above], certificates: &mut [Certificate]) {
        let mut issuer_of: Vec<Option<KeyId>> = vec![None; certificates.len()];
        let mut names = HashMap::new();
        for issued in &self.issued {
            if let Some(place) = issuer_of.get_mut(issued.place) {
                *place = Some(issued.issuer);
            }
        }
        for (authority, above) in self.authorities.iter_mut().zip(above) {
            let issuer = match above {
                Above::Itself => Some(authority.key),
                Above::Key(key) => Some(*key),
                Above::Unknown(..) => None,
            };
            if let Some(place) = authority.place.and_then(|place| issuer_of.get_mut(place)) {
                *place = issuer;
            }
            authority.facts.revocation = revocations.status(&authority.facts, issuer, &mut names);
        }
        for (facts, issuer) in certificates.iter_mut().zip(issuer_of) {
            facts.revocation = revocations.status(facts, issuer, &mut names);
        }
    }

    fn above(&self, index: usize) -> Above {
        let Some(Authority { facts, links, key, .. }) = self.authorities.get(index) else {
            return Above::Itself;
        };
        if facts.self_signed == SelfSigned::Yes {
            return Above::Itself;
        }
        let mut search = Search::default();
        if self.stop.is_said() {
            return Above::Itself;
        }
        match self.find_issuer(facts, links, Some(*key), &mut search, true) {
            Some(issuer) => Above::Key(issuer),
            None => {
                let (fault, reason) = self.why_unknown(facts, &search, &NonCaSubjects::default());
                Above::Unknown(fault, reason)
            }
        }
    }

    /// Why the issuer of a certificate is not known.
    fn why_unknown(
        &self,
        facts: &Certificate,
        search: &Search,
        non_ca_subjects: &NonCaSubjects<'_>,
    ) -> (ChainFault, String) {
        let (issuer, algorithm) = (&facts.issuer, &facts.signature.name);
        if search.was_not_checkable() {
            let reason = format!("the signature by `{issuer}` ({algorithm}) cannot be checked");
            return (ChainFault::Algorithm, reason);
        }
        // A CA of that name with another key is another CA. Only the key that the certificate names has to verify it.
        let named = facts.authority_key_id.as_deref();
        if search.failed().any(|key| self.keys.is_named(key, named)) {
            return (ChainFault::Signature, format!("the key of `{issuer}` does not verify its signature"));
        }
        if facts.self_signed == SelfSigned::NotCheckable {
            let reason = format!("the signature by its own key ({algorithm}) cannot be checked");
            return (ChainFault::Algorithm, reason);
        }
        if search.left_some_out() {
            return (ChainFault::NotRead, too_many_issuers(issuer));
        }
        if non_ca_subjects.has_issuer_of(facts) {
            return (ChainFault::NoAuthority, format!("`{issuer}` issued it, but is no CA certificate"));
        }
        (ChainFault::Incomplete, format!("its issuer `{issuer}` is not at hand"))
    }

    fn chains(
        &self,
        above: &[Above],
        certificates: &[Certificate],
        at: Option<OffsetDateTime>,
    ) -> Vec<(usize, Arc<Chain>)> {
        let graph = Graph::new(&self.authorities, &self.keys, above, self.has_given_roots, at);
        let of_authorities = above.iter().filter_map(|above| match above {
            Above::Key(key) => Some(*key),
            Above::Itself | Above::Unknown(..) => None,
        });
        let issuers: HashSet<KeyId> =
            self.issued.iter().map(|issued| issued.issuer).chain(of_authorities).collect();
        let paths: HashMap<KeyId, path::Paths> = issuers
            .into_par_iter()
            .filter(|_| !self.stop.is_said())
            .map(|key| (key, graph.paths_from(key)))
            .collect();
        let chain_below = |key: &KeyId, facts: &Certificate, names: &CheckedNames| {
            paths
                .get(key)
                .map_or_else(Chain::not_examined, |paths| graph.chain_for(*key, paths, facts, names))
        };
        let of_authority = |(authority, above): (&Authority, &Above)| {
            let chain = match above {
                _ if authority.is_given_root => Arc::new(graph.end(authority, Vec::new())),
                Above::Itself => Arc::new(graph.end(authority, Vec::new())),
                Above::Key(key) => chain_below(key, &authority.facts, &authority.names),
                Above::Unknown(fault, reason) => Arc::new(Chain::broken(Vec::new(), *fault, reason.clone())),
            };
            Some((authority.place?, chain))
        };
        let mut chains: Vec<(usize, Arc<Chain>)> =
            self.authorities.iter().zip(above).filter_map(of_authority).collect();
        let of_issued = |issued: &Issued| {
            let facts = certificates.get(issued.place).filter(|_| !self.stop.is_said())?;
            Some((issued.place, chain_below(&issued.issuer, facts, &issued.names)))
        };
        chains.par_extend(self.issued.par_iter().filter_map(of_issued));
        let waiting: Vec<&Pending> = self.waiting.values().flatten().collect();
        let non_ca_subjects = NonCaSubjects::new(if waiting.is_empty() { &[] } else { certificates });
        for open in waiting {
            let Some(facts) = certificates.get(open.place) else { continue };
            let (fault, reason) = self.why_unknown(facts, &open.search, &non_ca_subjects);
            chains.push((open.place, Arc::new(Chain::broken(Vec::new(), fault, reason))));
        }
        chains
    }
}

fn too_many_issuers(issuer: &str) -> String {
    format!("more CAs have the name of its issuer `{issuer}` than are tried, and it does not say which")
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
