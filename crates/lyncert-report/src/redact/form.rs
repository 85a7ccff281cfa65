//! What pseudonyms look like. A real name can look so too: then it gets another one, and no pseudonym is called as it is.

use std::net::IpAddr;

/// Labels that the product or a standard gives, and that say nothing of anybody.
pub(super) const KEPT_LABELS: [&str; 18] = [
    "*",
    "_sip",
    "_sipfederationtls",
    "_sipinternaltls",
    "_tcp",
    "_tls",
    "admin",
    "autodiscover",
    "dialin",
    "lyncdiscover",
    "lyncdiscoverinternal",
    "meet",
    "scheduler",
    "sip",
    "sipexternal",
    "sipinternal",
    "ucupdates-r2",
    "www",
];

/// Last labels that many estates have inside, and that are nobody's.
pub(super) const INSIDE_ONLY: [&str; 9] =
    ["corp", "example", "home", "internal", "invalid", "lan", "local", "localhost", "test"];

/// What stands before the number of a pseudonym.
const BEGINNINGS: [&str; 34] = [
    "app",
    "apppool",
    "av",
    "avpool",
    "branch",
    "chat",
    "chatpool",
    "dir",
    "dirpool",
    "dom",
    "edge",
    "edgepool",
    "estate",
    "fe",
    "file",
    "file-server",
    "folder",
    "friendly",
    "gateway",
    "host",
    "med",
    "medpool",
    "name",
    "org",
    "owa",
    "person",
    "pool",
    "se",
    "site",
    "sql",
    "template",
    "user",
    "vis",
    "vispool",
];

/// Whether a word is made of what pseudonyms begin with, and a number: `fe1`.
pub(super) fn is_numbered(word: &str) -> bool {
    let beginning = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = word.get(beginning.len()..).unwrap_or_default();
    !number.is_empty()
        && !number.starts_with('0')
        && number.len() < 9
        && BEGINNINGS.iter().any(|known| beginning.eq_ignore_ascii_case(known))
}

/// Whether a host is `fe1.dom1.example`, or a part of it, or an address for documents.
pub(super) fn is_host(name: &str) -> bool {
    if let Ok(address) = name.parse::<IpAddr>() {
        return is_for_documents(address);
    }
    let labels: Vec<&str> = name.split('.').collect();
    let below = match labels.as_slice() {
        [below @ .., domain, "example" | "internal"] if domain.starts_with("dom") && is_numbered(domain) => {
            below
        }
        [only] => return is_label(only),
        _ => return false,
    };
    below.iter().all(|label| is_label(label))
}

fn is_label(label: &str) -> bool {
    KEPT_LABELS.contains(&label) || is_numbered(label.trim_end_matches('*'))
}

/// Whether a distinguished name is `CN=name1, O=org1`, or a part of that.
pub(super) fn is_subject(name: &str) -> bool {
    name.split(", ").all(|part| {
        let value = part.strip_prefix("CN=").or_else(|| part.strip_prefix("O="));
        value.is_some_and(|value| is_numbered(value) || is_host(value))
    })
}

/// Whether an address is one of those that pseudonyms are taken from.
pub(super) fn is_for_documents(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => match address.octets() {
            [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => true,
            [198, second, ..] => (18..20).contains(&second),
            _ => false,
        },
        IpAddr::V6(address) => address.segments().starts_with(&[0x2001, 0xdb8]),
    }
}

/// Whether a hash is a number with zeros behind it.
pub(super) fn is_digest(hex: &str) -> bool {
    matches!(hex.len(), 40 | 64)
        && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
        && hex.get(8..).is_some_and(|rest| rest.bytes().all(|byte| byte == b'0'))
}

/// Whether a serial number is one that stands for another.
pub(super) fn is_serial(hex: &str) -> bool {
    let is_short = hex.len() < 8 && hex.starts_with('0');
    let is_long =
        hex.starts_with("5e") && hex.get(8..).is_some_and(|rest| rest.bytes().all(|byte| byte == b'0'));
    hex.bytes().all(|byte| byte.is_ascii_hexdigit()) && (is_short || is_long)
}
