//! Extensions, each read by itself: a damaged one is an oddity, and the rest survives.

use std::collections::HashSet;

use data_encoding::HEXUPPER;
use lyncert_rules::certificate::{CaKind, Eku, KeyUsage, Oddity, OddityKind};
use x509_parser::asn1_rs::{Any, Class, FromBer, Oid, Tag, oid};
use x509_parser::extensions::X509Extension;

use super::constraints::NameConstraints;
use super::elements::{any, dotted, elements, oid_of};
use super::name;
use super::path::PathExtensions;

/// Policies of the CA/Browser Forum: what only public CAs assert.
const PUBLIC_POLICIES: &[&str] = &["2.23.140.1.1", "2.23.140.1.2.1", "2.23.140.1.2.2", "2.23.140.1.2.3"];
const KEY_USAGE_BITS: &[&str] = &[
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
];
const UPN: &str = "1.3.6.1.4.1.311.20.2.3";
// Object identifiers as they are encoded: most certificates have ten of them, and comparing bytes is faster than making texts.
const SUBJECT_KEY_ID: &[u8] = &oid!(raw 2.5.29.14);
const KEY_USAGE: &[u8] = &oid!(raw 2.5.29.15);
const SUBJECT_ALTERNATIVE_NAME: &[u8] = &oid!(raw 2.5.29.17);
const BASIC_CONSTRAINTS: &[u8] = &oid!(raw 2.5.29.19);
const CRL_DISTRIBUTION_POINTS: &[u8] = &oid!(raw 2.5.29.31);
const POLICIES: &[u8] = &oid!(raw 2.5.29.32);
const AUTHORITY_KEY_ID: &[u8] = &oid!(raw 2.5.29.35);
const EXTENDED_KEY_USAGE: &[u8] = &oid!(raw 2.5.29.37);
const NAME_CONSTRAINTS: &[u8] = &oid!(raw 2.5.29.30);
const POLICY_MAPPINGS: &[u8] = &oid!(raw 2.5.29.33);
const POLICY_CONSTRAINTS: &[u8] = &oid!(raw 2.5.29.36);
const INHIBIT_ANY_POLICY: &[u8] = &oid!(raw 2.5.29.54);
const AUTHORITY_INFORMATION: &[u8] = &oid!(raw 1.3.6.1.5.5.7.1.1);
const TIMESTAMPS: &[u8] = &oid!(raw 1.3.6.1.4.1.11129.2.4.2);
const TEMPLATE_NAME: &[u8] = &oid!(raw 1.3.6.1.4.1.311.20.2);
const TEMPLATE: &[u8] = &oid!(raw 1.3.6.1.4.1.311.21.7);
const WINDOWS_CA_VERSION: &[u8] = &oid!(raw 1.3.6.1.4.1.311.21.1);
const SERVER_AUTH: &[u8] = &oid!(raw 1.3.6.1.5.5.7.3.1);
const CLIENT_AUTH: &[u8] = &oid!(raw 1.3.6.1.5.5.7.3.2);
/// What limits a CA: a chain over one that is damaged is not accepted, critical or not.
const LIMITS: &[&[u8]] = &[KEY_USAGE, BASIC_CONSTRAINTS, NAME_CONSTRAINTS];
/// Distribution points nest four deep.
const MAX_DEPTH: usize = 8;

/// All that extensions say, those of a certificate or those that a request asks for.
#[derive(Debug, Default)]
pub(super) struct Extensions {
    pub(super) has_san: bool,
    /// Octets of the subject alternative name.
    pub(super) san_octets: usize,
    pub(super) dns_names: Vec<String>,
    pub(super) other_names: Vec<String>,
    pub(super) eku: Option<Vec<Eku>>,
    pub(super) key_usage: Option<KeyUsage>,
    pub(super) is_ca: bool,
    pub(super) path_length: Option<u32>,
    pub(super) path: PathExtensions,
    pub(super) ca_kind: CaKind,
    pub(super) ca_evidence: String,
    pub(super) crl_distribution_points: Option<Vec<String>>,
    pub(super) authority_information: Option<Vec<String>>,
    pub(super) subject_key_id: Option<String>,
    pub(super) authority_key_id: Option<String>,
    pub(super) template: Option<String>,
    pub(super) oddities: Vec<Oddity>,
}

impl Extensions {
    fn odd(&mut self, kind: OddityKind, text: impl Into<String>) {
        self.oddities.push(Oddity::new(kind, text));
    }
}

/// Reads extensions.
pub(super) fn read(extensions: &[X509Extension<'_>]) -> Extensions {
    let mut facts = Extensions::default();
    let mut seen = HashSet::with_capacity(extensions.len());
    for extension in extensions {
        let oid = extension.oid.as_bytes();
        if !seen.insert(oid) {
            let oid = dotted(extension.oid.as_bytes());
            facts.odd(
                OddityKind::DuplicateExtension,
                format!("the extension {oid} stands twice; the first one counts"),
            );
            continue;
        }
        if read_extension(oid, extension.value, extension.critical, &mut facts).is_none() {
            let title = extension_title(&dotted(extension.oid.as_bytes()));
            let text = format!("the extension {title} cannot be parsed");
            if extension.critical || LIMITS.contains(&oid) {
                facts.path.unprocessed.push(text.clone());
            }
            facts.odd(OddityKind::DamagedExtension, text);
        }
    }
    facts
}

/// Whether an extension is a subject alternative name.
pub(super) fn is_alternative_name(oid: &Oid<'_>) -> bool {
    oid.as_bytes() == SUBJECT_ALTERNATIVE_NAME
}

fn extension_title(oid: &str) -> String {
    let name = match oid {
        "2.5.29.14" => "subject key identifier",
        "2.5.29.15" => "key usage",
        "2.5.29.17" => "subject alternative name",
        "2.5.29.19" => "basic constraints",
        "2.5.29.30" => "name constraints",
        "2.5.29.31" => "CRL distribution points",
        "2.5.29.32" => "certificate policies",
        "2.5.29.35" => "authority key identifier",
        "2.5.29.37" => "extended key usage",
        _ => return oid.to_owned(),
    };
    format!("`{name}` ({oid})")
}

/// Reads one extension; `None` when it is damaged.
fn read_extension(oid: &[u8], value: &[u8], critical: bool, facts: &mut Extensions) -> Option<()> {
    match oid {
        SUBJECT_KEY_ID => facts.subject_key_id = Some(HEXUPPER.encode(any(value)?.data)),
        KEY_USAGE => facts.key_usage = Some(key_usage(value, critical)?),
        SUBJECT_ALTERNATIVE_NAME => {
            facts.has_san = true;
            facts.san_octets = value.len();
            alternative_names(value, facts)?;
        }
        BASIC_CONSTRAINTS => {
            facts.path.has_basic_constraints = true;
            (facts.is_ca, facts.path_length) = basic_constraints(value)?;
        }
        CRL_DISTRIBUTION_POINTS => {
            let points = distribution_urls(value)?;
            internal_address(&points, "an LDAP address of its revocation list", facts);
            facts.crl_distribution_points = Some(points);
        }
        POLICIES => policy_oids(value, facts)?,
        AUTHORITY_KEY_ID => {
            let fields = elements(any(value)?.data)?;
            let key =
                fields.iter().find(|field| field.class() == Class::ContextSpecific && field.tag().0 == 0);
            facts.authority_key_id = key.map(|key| HEXUPPER.encode(key.data));
        }
        EXTENDED_KEY_USAGE => facts.eku = Some(extended_key_usages(value)?),
        AUTHORITY_INFORMATION => {
            let addresses = distribution_urls(value)?;
            internal_address(&addresses, "an LDAP address of the issuing CA", facts);
            facts.authority_information = Some(addresses);
        }
        TIMESTAMPS => public_evidence(facts, "signed certificate timestamps"),
        TEMPLATE_NAME => {
            facts.template.get_or_insert(name::text(&any(value)?).into_owned());
            internal_evidence(facts, "a Windows certificate template");
        }
        TEMPLATE => {
            let id = elements(any(value)?.data)?.first().and_then(oid_of);
            facts.template = id.or_else(|| facts.template.take());
            internal_evidence(facts, "a Windows certificate template");
        }
        // Windows CA version: the mark of a CA certificate of Active Directory Certificate Services.
        WINDOWS_CA_VERSION => internal_evidence(facts, "the version number of a Windows CA"),
        NAME_CONSTRAINTS => facts.path.constraints = Some(NameConstraints::read(value)?),
        POLICY_CONSTRAINTS => facts.path.explicit_policy = explicit_policy(value)?,
        POLICY_MAPPINGS | INHIBIT_ANY_POLICY => {}
        _ if critical => {
            let oid = dotted(oid);
            facts
                .odd(OddityKind::CriticalExtension, format!("the extension {oid} is critical and not known"));
        }
        _ => {}
    }
    Some(())
}

/// Evidence of a public CA outweighs that of an internal one: an internal CA does not write it by chance.
fn public_evidence(facts: &mut Extensions, evidence: &str) {
    if facts.ca_kind != CaKind::Public {
        facts.ca_kind = CaKind::Public;
        facts.ca_evidence = evidence.to_owned();
    }
}

fn internal_evidence(facts: &mut Extensions, evidence: &str) {
    if facts.ca_kind == CaKind::Unknown {
        facts.ca_kind = CaKind::Internal;
        facts.ca_evidence = evidence.to_owned();
    }
}

/// An LDAP address without a server points into the organization's own directory.
fn internal_address(urls: &[String], evidence: &str, facts: &mut Extensions) {
    if urls.iter().any(|url| url.to_ascii_lowercase().starts_with("ldap:///")) {
        internal_evidence(facts, evidence);
    }
}

fn extended_key_usages(value: &[u8]) -> Option<Vec<Eku>> {
    elements(any(value)?.data)?.iter().map(eku).collect()
}

/// The two that nearly all certificates have are known by their bytes.
fn eku(element: &Any<'_>) -> Option<Eku> {
    let is_oid = element.class() == Class::Universal && element.tag() == Tag::Oid;
    match element.data {
        SERVER_AUTH if is_oid => Some(Eku::ServerAuth),
        CLIENT_AUTH if is_oid => Some(Eku::ClientAuth),
        _ => oid_of(element).map(|oid| Eku::from_oid(&oid)),
    }
}

fn key_usage(value: &[u8], critical: bool) -> Option<KeyUsage> {
    let string =
        any(value).filter(|string| string.class() == Class::Universal && string.tag() == Tag::BitString)?;
    let (_, bytes) = string.data.split_first()?;
    let is_set = |index: usize| bytes.get(index / 8).is_some_and(|byte| byte & (0x80 >> (index % 8)) != 0);
    let bits = KEY_USAGE_BITS
        .iter()
        .enumerate()
        .filter(|(index, _)| is_set(*index))
        .map(|(_, name)| *name)
        .collect();
    Some(KeyUsage { bits, critical })
}

/// Whether it is a CA, and how many CAs may follow it.
fn basic_constraints(value: &[u8]) -> Option<(bool, Option<u32>)> {
    let sequence =
        any(value).filter(|value| value.class() == Class::Universal && value.tag() == Tag::Sequence)?;
    let fields = elements(sequence.data)?;
    let field = |tag: Tag| {
        fields
            .iter()
            .find(|field| field.class() == Class::Universal && field.tag() == tag)
            .map(|field| field.data)
    };
    let is_ca = field(Tag::Boolean).is_some_and(|flag| flag.first().is_some_and(|byte| *byte != 0));
    let length = field(Tag::Integer);
    if length.is_some_and(|digits| digits.first().is_none_or(|first| first & 0x80 != 0)) {
        // No number of certificates is negative.
        return None;
    }
    let length = length
        .filter(|digits| digits.len() <= 4)
        .map(|digits| digits.iter().fold(0, |length, digit| length << 8 | u32::from(*digit)));
    Some((is_ca, length))
}

fn policy_oids(value: &[u8], facts: &mut Extensions) -> Option<()> {
    for policy in elements(any(value)?.data)? {
        let oid = oid_of(elements(policy.data)?.first()?)?;
        if PUBLIC_POLICIES.contains(&oid.as_str()) {
            public_evidence(facts, &format!("the CA/Browser Forum policy {oid}"));
        }
    }
    Some(())
}

/// How many certificates may follow before policies have to be acceptable, if policy constraints say so.
fn explicit_policy(value: &[u8]) -> Option<Option<u32>> {
    let fields = elements(any(value)?.data)?;
    let field = fields.iter().find(|field| field.class() == Class::ContextSpecific && field.tag().0 == 0);
    let count = |digits: &[u8]| {
        digits.iter().take(5).fold(0_u32, |count, digit| count.saturating_mul(256) | u32::from(*digit))
    };
    Some(field.map(|field| count(field.data)))
}

/// Every URL (general name 6) at any depth.
fn distribution_urls(value: &[u8]) -> Option<Vec<String>> {
    let mut urls = Vec::new();
    collect_urls(any(value)?.data, MAX_DEPTH, &mut urls)?;
    Some(urls)
}

fn collect_urls(data: &[u8], depth: usize, urls: &mut Vec<String>) -> Option<()> {
    for element in elements(data)? {
        if element.class() == Class::ContextSpecific
            && element.tag().0 == 6
            && !element.header.is_constructed()
        {
            urls.push(String::from_utf8_lossy(element.data).into_owned());
        } else if element.header.is_constructed() && depth > 0 {
            collect_urls(element.data, depth - 1, urls)?;
        }
    }
    Some(())
}

/// Keeps every good name; each bad one is an oddity of its own.
fn alternative_names(value: &[u8], facts: &mut Extensions) -> Option<()> {
    let mut data = any(value)?.data;
    if data.is_empty() {
        facts.odd(OddityKind::AlternativeName, "the subject alternative name is empty");
    }
    while !data.is_empty() {
        let (rest, name) = Any::from_ber(data).ok()?;
        alternative_name(&name, facts);
        data = rest;
    }
    Some(())
}

fn alternative_name(name: &Any<'_>, facts: &mut Extensions) {
    let kind = if name.class() == Class::ContextSpecific { name.tag().0 } else { u32::MAX };
    let text = || String::from_utf8_lossy(name.data).into_owned();
    match kind {
        0 => facts.other_names.push(other_name(name.data)),
        1 => facts.other_names.push(format!("email {}", text())),
        2 => {
            if !name.data.is_ascii() {
                let text = format!("the DNS name `{}` has bytes that are not ASCII", text());
                facts.odd(OddityKind::AlternativeName, text);
            }
            facts.dns_names.push(text());
        }
        4 => facts.other_names.push("a directory name".to_owned()),
        6 => facts.other_names.push(format!("URI {}", text())),
        7 => match ip_address(name.data) {
            Some(address) => facts.other_names.push(format!("IP {address}")),
            None => {
                let text = format!("an IP address has {} bytes, not 4 or 16", name.data.len());
                facts.odd(OddityKind::AlternativeName, text);
            }
        },
        8 => facts.other_names.push(format!("registered id {}", dotted(name.data))),
        _ => {
            facts.odd(
                OddityKind::AlternativeName,
                "an entry of the subject alternative name is of no known kind",
            );
        }
    }
}

fn ip_address(bytes: &[u8]) -> Option<std::net::IpAddr> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(four.into());
    }
    <[u8; 16]>::try_from(bytes).ok().map(Into::into)
}

/// A user principal name in words, another kind by its object identifier.
fn other_name(data: &[u8]) -> String {
    let parts = elements(data).unwrap_or_default();
    let oid = parts.first().and_then(oid_of).unwrap_or_default();
    let value = parts.get(1).and_then(|explicit| any(explicit.data));
    match value {
        Some(value) if oid == UPN => format!("UPN {}", name::text(&value)),
        Some(_) | None => format!("other name {oid}"),
    }
}
