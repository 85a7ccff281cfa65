//! What revocation lists say of certificates.
//!
//! Of the lists of one key of a CA for one purpose the newest counts, with the delta list that fits it: an older one says less than
//! nothing, since what it held back may have been released. A list with a wrong signature does not count at all.

use std::collections::HashMap;
use std::sync::Arc;

use lyncert_rules::certificate::{Certificate, ChainState, Revocation, RevocationStatus};
use lyncert_rules::folder::RevocationList;
use time::OffsetDateTime;

use super::chain::KeyId;
use crate::x509::{ListScope, ParsedList, comparable_serial, folded};

/// The reason in a delta list that takes a revocation back (RFC 5280 section 5.3.1).
const REMOVED: &str = "removeFromCRL";

/// A list, and what its signature is worth.
pub(super) struct SignedList {
    pub(super) path: String,
    pub(super) list: ParsedList,
    pub(super) state: ChainState,
    /// The key of its issuer that signed it.
    pub(super) signer: Option<Signer>,
}

/// The key that signed a list.
#[derive(Clone)]
pub(super) struct Signer {
    pub(super) key: KeyId,
    /// Whether it signs nothing but lists, so that they tell of certificates of any key of its CA.
    pub(super) is_for_lists: bool,
    /// Whether its certificates allow it to sign lists.
    pub(super) may_sign: bool,
    /// The keys that signed its certificates.
    pub(super) vouchers: Vec<KeyId>,
}

/// All lists of a folder, put in order.
pub(super) struct Revocations {
    lists: Vec<SignedList>,
    /// The keys that signed the certificates of each CA.
    vouchers: HashMap<KeyId, Vec<KeyId>>,
    /// By the shown name of the issuer, without regard to case and blanks.
    by_issuer: HashMap<String, Vec<Current>>,
}

/// What tells apart lists of one issuer that are not versions of each other: who signed them, and of what they tell.
type Series = (Option<KeyId>, Option<String>, ListScope);

/// The lists of a series that count: places in the list of all.
#[derive(Clone, Debug, Default)]
struct Current {
    base: Option<usize>,
    /// Those that are newer than the base, the newest first, down to the one that fits.
    deltas: Vec<Delta>,
}

#[derive(Clone, Copy, Debug)]
struct Delta {
    list: usize,
    /// Whether it changes the base at hand. Of one that does not, revocations count all the same, and releases do not.
    fits: bool,
}

impl Revocations {
    pub(super) fn new(lists: Vec<SignedList>, vouchers: HashMap<KeyId, Vec<KeyId>>) -> Self {
        let mut series: HashMap<String, HashMap<Series, Vec<usize>>> = HashMap::new();
        for (index, signed) in lists.iter().enumerate() {
            if signed.state == ChainState::Wrong || signed.list.unread.is_some() {
                continue;
            }
            let of_issuer = series.entry(folded(&signed.list.issuer)).or_default();
            of_issuer.entry(series_of(signed)).or_default().push(index);
        }
        let current = |series: HashMap<Series, Vec<usize>>| {
            let mut current: Vec<_> =
                series.into_values().map(|of_series| Current::of(&of_series, &lists)).collect();
            current.sort_by_key(|current| (current.base, current.deltas.first().map(|delta| delta.list)));
            current
        };
        let by_issuer = series.into_iter().map(|(issuer, series)| (issuer, current(series))).collect();
        Self { lists, vouchers, by_issuer }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_issuer.is_empty()
    }

    /// What they say of a certificate whose issuer's key is `issuer`, where that is known. `names` remembers names that were
    /// looked up.
    pub(super) fn status(
        &self,
        facts: &Certificate,
        issuer: Option<KeyId>,
        names: &mut HashMap<Arc<str>, String>,
    ) -> RevocationStatus {
        let name = names.entry(Arc::clone(&facts.issuer)).or_insert_with(|| folded(&facts.issuer));
        let serial = || comparable_serial(&facts.serial, facts.has_negative_serial);
        let Some(of_issuer) = self.by_issuer.get(name) else { return RevocationStatus::Unknown };
        let serial = serial();
        let mut status = RevocationStatus::Unknown;
        for current in of_issuer {
            let said = self.said_by(current, facts, issuer, &serial);
            match said {
                RevocationStatus::Revoked(_) => return said,
                RevocationStatus::NotRevoked(_) if status == RevocationStatus::Unknown => status = said,
                RevocationStatus::NotRevoked(_) | RevocationStatus::Unknown => {}
            }
        }
        status
    }

    fn said_by(
        &self,
        current: &Current,
        facts: &Certificate,
        issuer: Option<KeyId>,
        serial: &str,
    ) -> RevocationStatus {
        let base = current.base.and_then(|index| self.lists.get(index));
        let deltas = || {
            let deltas = current.deltas.iter();
            deltas.filter_map(|delta| Some((self.lists.get(delta.list)?, delta.fits)))
        };
        let Some(any) = base.or_else(|| deltas().next().map(|(list, _)| list)) else {
            return RevocationStatus::Unknown;
        };
        let scope = &any.list.scope;
        if scope.servers_only && facts.is_ca || scope.authorities_only && !facts.is_ca {
            return RevocationStatus::Unknown;
        }
        let entry = |signed: &SignedList| signed.list.revoked.get(serial).copied();
        // A release by a list that fits no base here takes back what older ones of its kind say, and nothing else.
        let mut is_released = false;
        let changed = deltas().find_map(|(list, fits)| {
            let entry = entry(list)?;
            is_released |= !fits && entry.1 == Some(REMOVED);
            (fits || !is_released).then_some((list, entry))
        });
        let (list, entry) = match (changed, base) {
            (Some((list, entry)), _) => (list, Some(entry)),
            (None, Some(base)) => (base, entry(base)),
            (None, None) => return RevocationStatus::Unknown,
        };
        match entry.filter(|(_, reason)| *reason != Some(REMOVED)) {
            Some((at, reason)) => RevocationStatus::Revoked(Box::new(Revocation {
                at,
                reason: reason.map(str::to_owned),
                list: list.path.clone(),
            })),
            None if self.tells_of_all(any, facts, issuer) => {
                RevocationStatus::NotRevoked(list.path.as_str().into())
            }
            None => RevocationStatus::Unknown,
        }
    }

    /// Whether a list that does not name a certificate says that it is not revoked: a whole one, by the key that issued the
    /// certificate or by one that signs lists only. A Windows CA that was renewed with a new key has a list for each of its keys.
    fn tells_of_all(&self, signed: &SignedList, facts: &Certificate, issuer: Option<KeyId>) -> bool {
        let list = &signed.list;
        let has_same_key = |signer: &Signer| match issuer {
            Some(issuer) => issuer == signer.key,
            None => {
                list.authority_key_id.is_some()
                    && list.authority_key_id.as_deref() == facts.authority_key_id.as_deref()
            }
        };
        let is_by_issuer = |signer: &Signer| {
            signer.may_sign
                && (has_same_key(signer) || signer.is_for_lists && self.is_vouched(signer, issuer))
        };
        list.scope.part.is_empty() && signed.signer.as_ref().is_some_and(is_by_issuer)
    }

    /// Whether the CA itself certified the key that signs its lists, or who certified the CA did. Anybody can make a certificate
    /// with its name.
    fn is_vouched(&self, signer: &Signer, issuer: Option<KeyId>) -> bool {
        let Some(issuer) = issuer else { return false };
        let of_issuer = self.vouchers.get(&issuer).map_or(&[][..], Vec::as_slice);
        signer.vouchers.iter().any(|key| *key == issuer || of_issuer.contains(key))
    }

    /// The lists as the rules see them, in their order.
    pub(super) fn into_facts(self) -> Vec<RevocationList> {
        let mut known: HashMap<(String, Series), usize> = HashMap::new();
        let mut series = Vec::with_capacity(self.lists.len());
        for (index, signed) in self.lists.iter().enumerate() {
            series.push(*known.entry((folded(&signed.list.issuer), series_of(signed))).or_insert(index));
        }
        let facts = |(SignedList { path, list, state, .. }, series): (SignedList, usize)| RevocationList {
            path,
            series,
            entries: list.revoked.len(),
            state,
            is_delta: list.is_delta(),
            is_part: !list.scope.part.is_empty(),
            unread: list.unread,
            issuer: list.issuer,
            this_update: list.this_update,
            next_update: list.next_update,
            number: list.number,
            signature: list.signature.name.into_owned(),
        };
        self.lists.into_iter().zip(series).map(facts).collect()
    }
}

fn series_of(signed: &SignedList) -> Series {
    let key = signed.signer.as_ref().map(|signer| signer.key);
    // Whose key is not here is told apart by what the list says of it.
    let named = if key.is_none() { signed.list.authority_key_id.clone() } else { None };
    (key, named, signed.list.scope.clone())
}

impl Current {
    fn of(series: &[usize], lists: &[SignedList]) -> Self {
        let of_series = || series.iter().filter_map(|index| Some((*index, &lists.get(*index)?.list)));
        // Of equal ones the first.
        let newest = |lists: &mut dyn Iterator<Item = (usize, &ParsedList)>| {
            lists.max_by_key(|(index, list)| (age(list), std::cmp::Reverse(*index))).map(|(index, _)| index)
        };
        let base = newest(&mut of_series().filter(|(_, list)| !list.is_delta()));
        let base_list = base.and_then(|index| lists.get(index)).map(|signed| &signed.list);
        let is_newer = |list: &ParsedList| base_list.is_none_or(|base| age(list) > age(base));
        let fits = |delta: &ParsedList| {
            base_list.is_some_and(|base| {
                delta.base.as_deref().map(magnitude) <= base.number.as_deref().map(magnitude)
            })
        };
        let newer = of_series().filter(|(_, list)| list.is_delta() && is_newer(list));
        let mut newer: Vec<(usize, &ParsedList)> = newer.collect();
        newer.sort_by_key(|(index, list)| (std::cmp::Reverse(age(list)), *index));
        let mut deltas: Vec<Delta> =
            newer.into_iter().map(|(list, delta)| Delta { list, fits: fits(delta) }).collect();
        // One that fits lists all that changed since its base.
        if let Some(first) = deltas.iter().position(|delta| delta.fits) {
            deltas.truncate(first + 1);
        }
        Self { base, deltas }
    }
}

/// What the newest of several lists is told by: its time, and of one time its number. A CA that was restored numbers its lists anew,
/// and an old list with a high number would hide what was revoked since.
fn age(list: &ParsedList) -> (OffsetDateTime, Option<(usize, String)>) {
    (list.this_update, list.number.as_deref().map(magnitude))
}

/// A number in hexadecimal, in a form that is sorted as numbers are.
fn magnitude(digits: &str) -> (usize, String) {
    let digits = digits.trim_start_matches('0');
    (digits.len(), digits.to_owned())
}
