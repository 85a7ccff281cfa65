//! The view of what a folder holds.

use std::collections::HashMap;
use std::sync::Arc;

use lyncert_ingest::assigned::AssignedExport;
use lyncert_ingest::name::said_list;
use lyncert_rules::assess::Trial;
use lyncert_rules::certificate::{
    Certificate, Chain, ChainState, Eku, KeyUsage, PublicKey, RevocationStatus, SelfSigned, Signature,
};
use lyncert_rules::digest::{Fingerprint, Thumbprint};
use lyncert_rules::evidence::RecordUse;
use lyncert_rules::folder::{KeyFile, RevocationList, UnreadList};
use lyncert_rules::request::CertificateRequest;
use lyncert_rules::timestamp::moment_in_words;
use rayon::prelude::*;
use time::{Duration, OffsetDateTime};

use super::{outlook, topology};
use crate::model::{
    AssignedRow, CertificateRow, ChainRow, INVENTORY_SCHEMA, InventoryView, KeyRow, KeyView, ListRow,
    OutlookRow, RequestRow, RevokedRow, Timestamp, Tool, UnreadableRow,
};
use crate::scan::{Inventory, Unreadable};
use crate::x509;

impl InventoryView {
    /// The inventory at a time, which days are counted from and lists are due by.
    pub fn new(mut inventory: Inventory, at: OffsetDateTime) -> Self {
        let certificates = certificate_rows(std::mem::take(&mut inventory.certificates), at);
        let inventory = &inventory;
        Self {
            schema: INVENTORY_SCHEMA.to_owned(),
            tool: Tool::this(),
            at: at.into(),
            files: inventory.files.len(),
            certificates,
            requests: request_rows(inventory, &[]),
            crls: list_rows(inventory, at),
            keys: key_rows(inventory),
            assigned: assigned_rows(inventory, &[], &[]),
            unreadable: unreadable_rows(inventory),
        }
    }

    /// Keeps only the certificates with one of these thumbprints, SHA-1 or SHA-256 in upper-case hexadecimal.
    pub fn retain(&mut self, thumbprints: &[String]) {
        let is_wanted = |thumbprint: &String| thumbprints.contains(thumbprint);
        self.certificates
            .retain(|certificate| is_wanted(&certificate.sha1) || is_wanted(&certificate.sha256));
    }
}

/// So many rows share what they have in common. Enough that little is kept twice, and that all cores have something to do.
const ROWS_A_PART: usize = 2048;

/// All certificates, in their order.
pub(super) fn certificate_rows(certificates: Vec<Certificate>, at: OffsetDateTime) -> Vec<CertificateRow> {
    let superseded = superseding_thumbprints(&certificates);
    let rows = certificates.into_par_iter().zip(superseded).with_min_len(ROWS_A_PART);
    rows.map_init(Shared::default, |shared, (facts, superseded_by)| CertificateRow {
        superseded_by,
        ..certificate_row(facts, at, shared)
    })
    .collect()
}

/// What certificates have in common of which one replaces the other: names, usages, whether they are CAs, and subject. Of tens of
/// thousands only a digest of it is kept.
fn purpose(certificate: &Certificate) -> Fingerprint {
    let names =
        if certificate.dns_names.is_empty() { &certificate.common_names } else { &certificate.dns_names };
    let mut names: Vec<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    names.sort_unstable();
    names.dedup();
    let mut eku = certificate.eku.as_deref().map(<[_]>::to_vec);
    if let Some(eku) = &mut eku {
        eku.sort_unstable();
    }
    let mut text = String::with_capacity(512);
    // Each with its length, so that no two lists read alike.
    let mut add = |part: &str| text.extend([&part.len().to_string(), ":", part]);
    add(&names.len().to_string());
    names.iter().for_each(|name| add(name));
    add(if certificate.is_ca { "CA" } else { "" });
    add(&certificate.subject.to_ascii_lowercase());
    match &eku {
        Some(eku) => eku.iter().for_each(|eku| add(eku.as_str())),
        None => add("any"),
    }
    x509::sha256(text.as_bytes())
}

/// For each certificate the thumbprint of the newest one for the same purpose, where that is another.
fn superseding_thumbprints(certificates: &[Certificate]) -> Vec<Option<String>> {
    let age = |certificate: &Certificate| (certificate.not_before, certificate.not_after, certificate.sha1);
    let purposes: Vec<Fingerprint> = certificates.par_iter().map(purpose).collect();
    let mut groups: HashMap<Fingerprint, usize> = HashMap::with_capacity(certificates.len());
    let mut newest: Vec<&Certificate> = Vec::new();
    let mut group_of: Vec<usize> = Vec::with_capacity(certificates.len());
    for (certificate, purpose) in certificates.iter().zip(purposes) {
        let group = *groups.entry(purpose).or_insert(newest.len());
        match newest.get_mut(group) {
            Some(known) if age(certificate) > age(known) => *known = certificate,
            Some(_) => {}
            None => newest.push(certificate),
        }
        group_of.push(group);
    }
    let newer = |(certificate, group): (&Certificate, usize)| {
        let newest = newest[group];
        (newest.sha256 != certificate.sha256).then(|| newest.sha1.to_string())
    };
    certificates.iter().zip(group_of).map(newer).collect()
}

/// What the facts of several certificates share, their rows share too.
#[derive(Default)]
struct Shared {
    keys: HashMap<Arc<PublicKey>, Arc<KeyView>>,
    signatures: HashMap<Arc<Signature>, Arc<str>>,
    ekus: HashMap<Arc<[Eku]>, Arc<[String]>>,
    key_usages: HashMap<Arc<KeyUsage>, Arc<[String]>>,
    /// By address: each chain is one value for all that have it.
    chains: HashMap<*const Chain, (Arc<Chain>, Arc<ChainRow>)>,
}

impl Shared {
    fn key(&mut self, facts: &Arc<PublicKey>) -> Arc<KeyView> {
        Arc::clone(self.keys.entry(Arc::clone(facts)).or_insert_with(|| Arc::new(key_view(facts))))
    }

    fn signature(&mut self, facts: &Arc<Signature>) -> Arc<str> {
        Arc::clone(self.signatures.entry(Arc::clone(facts)).or_insert_with(|| (*facts.name).into()))
    }

    fn ekus(&mut self, facts: &Arc<[Eku]>) -> Arc<[String]> {
        let texts = || facts.iter().map(|eku| eku.as_str().to_owned()).collect();
        Arc::clone(self.ekus.entry(Arc::clone(facts)).or_insert_with(texts))
    }

    fn key_usage(&mut self, facts: &Arc<KeyUsage>) -> Arc<[String]> {
        let texts = || facts.bits.iter().map(ToString::to_string).collect();
        Arc::clone(self.key_usages.entry(Arc::clone(facts)).or_insert_with(texts))
    }

    fn chain(&mut self, facts: &Arc<Chain>, at: OffsetDateTime) -> Arc<ChainRow> {
        let row = || {
            let (state, reason) = facts.judged_at(at);
            ChainRow {
                state: state.into(),
                issuers: facts.issuers_at(at).iter().map(|issuer| issuer.subject.clone()).collect(),
                reason: reason.into_owned(),
            }
        };
        let known = self.chains.entry(Arc::as_ptr(facts));
        Arc::clone(&known.or_insert_with(|| (Arc::clone(facts), Arc::new(row()))).1)
    }
}

/// One certificate, of which nothing but itself is known.
fn certificate_row(certificate: Certificate, at: OffsetDateTime, shared: &mut Shared) -> CertificateRow {
    let mut paths = certificate.paths.into_iter();
    CertificateRow {
        path: paths.next().unwrap_or_default(),
        also_in: paths.collect(),
        sha1: certificate.sha1.to_string(),
        sha256: certificate.sha256.to_string(),
        subject: certificate.subject,
        common_names: certificate.common_names,
        dns_names: certificate.dns_names,
        other_names: certificate.other_names,
        issuer: certificate.issuer,
        serial_reversed: reversed_bytes(&certificate.serial),
        serial: certificate.serial,
        not_before: certificate.not_before.into(),
        not_after: certificate.not_after.into(),
        days_left: whole_days(at, certificate.not_after),
        key: shared.key(&certificate.key),
        signature_algorithm: shared.signature(&certificate.signature),
        eku: certificate.eku.as_ref().map(|ekus| shared.ekus(ekus)),
        key_usage: certificate.key_usage.as_ref().map(|usage| shared.key_usage(usage)),
        is_ca: certificate.is_ca,
        self_signed: match certificate.self_signed {
            SelfSigned::Yes => Some(true),
            SelfSigned::No => Some(false),
            SelfSigned::NotCheckable => None,
        },
        ca_kind: certificate.ca_kind.into(),
        ca_evidence: certificate.ca_evidence,
        template: certificate.template,
        friendly_names: certificate.friendly_names.into_iter().map(|called| called.name).collect(),
        key_provider: certificate.key_provider,
        has_private_key: certificate.has_private_key,
        chain: shared.chain(&certificate.chain, at),
        revoked: certificate.revocation.entry().map(|revocation| {
            Box::new(RevokedRow {
                at: revocation.at.into(),
                reason: revocation.reason.clone(),
                list: revocation.list.clone(),
            })
        }),
        not_revoked_by: match certificate.revocation {
            RevocationStatus::NotRevoked(list) => Some(list),
            RevocationStatus::Unknown | RevocationStatus::Revoked(_) => None,
        },
        superseded_by: None,
        lies_at: Vec::new(),
        lies_at_refs: Vec::new(),
        foreign: false,
        oddities: certificate.oddities.into_iter().map(|oddity| oddity.text).collect(),
        serves: Vec::new(),
        role: String::new(),
    }
}

/// The bytes of a number in hexadecimal in reverse order, as some event log entries print serial numbers.
fn reversed_bytes(hex: &str) -> String {
    let pairs: Vec<&[u8]> = hex.as_bytes().rchunks(2).collect();
    String::from_utf8_lossy(&pairs.concat()).into_owned()
}

pub(super) fn key_view(key: &PublicKey) -> KeyView {
    KeyView {
        algorithm: key.algorithm.as_str().to_owned(),
        bits: key.bits,
        curve: key.curve.clone(),
        title: key.to_string(),
    }
}

/// Whole days until `end`; negative as soon as it has passed.
fn whole_days(now: OffsetDateTime, end: OffsetDateTime) -> i64 {
    end.unix_timestamp().saturating_sub(now.unix_timestamp()).div_euclid(Duration::DAY.whole_seconds())
}

/// The requests, with what would come of them where that was tried.
pub(super) fn request_rows(inventory: &Inventory, tried: &[Option<Trial>]) -> Vec<RequestRow> {
    let tried = tried.iter().map(Option::as_ref).chain(std::iter::repeat(None));
    inventory.requests.iter().zip(tried).map(|(request, trial)| request_row(request, trial)).collect()
}

fn request_row(request: &CertificateRequest, trial: Option<&Trial>) -> RequestRow {
    let outlook = trial.map(outlook::outlook_row);
    RequestRow {
        path: request.path.clone(),
        subject: request.subject.clone(),
        dns_names: request.dns_names.clone(),
        other_names: request.other_names.clone(),
        eku: request.eku.as_ref().map(|ekus| ekus.iter().map(|eku| eku.as_str().to_owned()).collect()),
        key: key_view(&request.key),
        signature_algorithm: request.signature.name.to_string(),
        provider: request.provider.clone(),
        template: request.template.clone(),
        answered_by: thumbprint_texts(&request.answered_by),
        text: request_text(request, outlook.as_ref()),
        outlook,
        oddities: request.oddities.clone(),
    }
}

fn request_text(request: &CertificateRequest, outlook: Option<&OutlookRow>) -> String {
    let names = match request.dns_names.as_slice() {
        [] => "no subject alternative name".to_owned(),
        names => said_list(names),
    };
    let answer = match request.answered_by.as_slice() {
        [] => "no certificate here answers it".to_owned(),
        answers => format!("answered by {}", thumbprint_texts(answers).join(", ")),
    };
    let outlook = outlook.filter(|_| request.answered_by.is_empty());
    let outlook = outlook.map(|outlook| format!("; {}", outlook.text)).unwrap_or_default();
    format!(
        "is a certificate request for `{}` with {names} ({}); {answer}{outlook}",
        request.subject, request.key
    )
}

pub(super) fn thumbprint_texts(thumbprints: &[Thumbprint]) -> Vec<String> {
    thumbprints.iter().map(ToString::to_string).collect()
}

fn list_text(list: &RevocationList, overdue: bool) -> String {
    let kind = if list.is_delta { "delta revocation list" } else { "revocation list" };
    let next = match list.next_update {
        Some(next) if overdue => format!("the next one is overdue since {}", moment_in_words(next)),
        Some(next) => format!("the next one is due on {}", moment_in_words(next)),
        None => "no next one is announced".to_owned(),
    };
    let entries = if list.entries == 1 { "1 entry".to_owned() } else { format!("{} entries", list.entries) };
    let state = match list.state {
        ChainState::Verified => "its signature is verified",
        ChainState::Wrong => "its signature is wrong, so it was not used",
        ChainState::NotCheckable => "its signature could not be checked",
    };
    let use_of = match list.unread {
        Some(UnreadList::Indirect) => "; it lists certificates of other issuers, which is not read",
        Some(UnreadList::AttributeCertificates) => "; it lists attribute certificates, which are not read",
        Some(UnreadList::CriticalExtension) => {
            "; it has a critical extension that is not known or damaged, so it was not used"
        }
        None if list.is_part => {
            "; it is a part of the issuer's list only, so that certificates which it does not name may be revoked"
        }
        None => "",
    };
    format!("is a {kind} of `{}` with {entries}; {next}; {state}{use_of}", list.issuer)
}

fn key_text(key: &KeyFile) -> String {
    let kind = key.kind;
    let what = match key.encrypted {
        Some(true) => format!("holds an encrypted private key ({kind})"),
        Some(false) => format!("holds an unencrypted private key ({kind}), which should not lie here"),
        None => format!("holds a private key ({kind})"),
    };
    match key.certificates.as_slice() {
        [] => what,
        certificates => format!("{what}; it belongs to {}", thumbprint_texts(certificates).join(", ")),
    }
}

pub(super) fn list_rows(inventory: &Inventory, at: OffsetDateTime) -> Vec<ListRow> {
    let row = |list: &RevocationList| ListRow {
        text: list_text(list, list.next_update.is_some_and(|next| next < at)),
        path: list.path.clone(),
        issuer: list.issuer.clone(),
        this_update: list.this_update.into(),
        next_update: list.next_update.map(Timestamp::from),
        overdue: list.next_update.is_some_and(|next| next < at),
        number: list.number.clone(),
        is_delta: list.is_delta,
        entries: list.entries,
        signature_algorithm: list.signature.clone(),
        state: list.state.into(),
    };
    inventory.lists.iter().map(row).collect()
}

pub(super) fn key_rows(inventory: &Inventory) -> Vec<KeyRow> {
    let rows = inventory.keys.iter().map(|key| KeyRow {
        path: key.path.clone(),
        encrypted: key.encrypted,
        kind: key.kind.to_owned(),
        certificates: thumbprint_texts(&key.certificates),
        text: key_text(key),
    });
    rows.collect()
}

/// What exports say, those that were given as topologies first. `uses` says what became of each, where that was judged.
pub(super) fn assigned_rows(
    inventory: &Inventory,
    given: &[AssignedExport],
    uses: &[RecordUse],
) -> Vec<AssignedRow> {
    let found = inventory.assignment_records.iter().map(|record| &record.export);
    let certificates = given.iter().chain(found).flat_map(|export| &export.certificates);
    let rows = certificates.enumerate().map(|(index, certificate)| {
        let row = topology::assigned_row(certificate);
        match uses.get(index) {
            Some(RecordUse { host, counted }) => {
                AssignedRow { host: host.as_ref().map(ToString::to_string), counted: Some(*counted), ..row }
            }
            None => row,
        }
    });
    rows.collect()
}

pub(super) fn unreadable_rows(inventory: &Inventory) -> Vec<UnreadableRow> {
    let row = |file: &Unreadable| UnreadableRow {
        path: file.path.clone(),
        reason: file.reason.clone(),
        kind: file.kind.into(),
    };
    inventory.unreadable.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn serial_numbers_are_reversed_byte_by_byte() {
        for (hex, expected) in [("8001", "0180"), ("0a", "0a"), ("0102ff", "ff0201"), ("", "")] {
            assert_eq!(reversed_bytes(hex), expected);
        }
    }

    #[test]
    fn days_left_are_whole_and_turn_negative_with_the_first_second_past_the_end() {
        let now = datetime!(2026-06-30 12:00:00 UTC);
        for (left, days) in [
            (Duration::ZERO, 0),
            (Duration::DAY - Duration::SECOND, 0),
            (Duration::DAY, 1),
            (-Duration::SECOND, -1),
            (-Duration::DAY, -1),
            (-Duration::DAY - Duration::SECOND, -2),
        ] {
            assert_eq!(whole_days(now, now + left), days, "{left}");
        }
    }
}
