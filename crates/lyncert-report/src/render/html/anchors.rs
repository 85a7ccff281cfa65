//! Addresses within the page. They are made of names, so that a link into yesterday's report leads to the same thing in today's.

use sha2::{Digest, Sha256};

use crate::model::ReplacementRow;

/// Characters of a hash that stands for a name. A page has some thousand addresses; each stands in it several times.
const HASH_CHARS: usize = 10;

/// The section of a pool.
pub(super) fn pool(fqdn: &str) -> String {
    anchor("pool", fqdn)
}

/// The section of what is tied to no pool of the topology. No name of a pool makes the same address.
pub(super) const OUTSIDE: &str = "outside-of-pools";

/// What a pool needs for some usages.
pub(super) fn usages(part: &str, usages: &str) -> String {
    format!("usages-{}", hash(&format!("{part} {usages}")))
}

/// A finding.
pub(super) fn finding(id: &str) -> String {
    format!("finding-{}", hash(id))
}

/// The row of a certificate, by its SHA-1 thumbprint.
pub(super) fn certificate(sha1: &str) -> String {
    format!("certificate-{}", hash(sha1))
}

/// The row of a rule.
pub(super) fn rule(id: &str) -> String {
    anchor("rule", id)
}

/// The findings of a rule.
pub(super) fn findings_of(rule: &str, severity: &str) -> String {
    anchor(severity, rule)
}

/// The row of a replacement.
/// What it orders names it from report to report; its number does not.
pub(super) fn replacement(row: &ReplacementRow) -> String {
    format!(
        "replacement-{}",
        hash(&format!("{} {}", row.order, row.certificate.as_deref().unwrap_or_default()))
    )
}

/// A kind and a name with nothing in it that an address would have to encode. Names that this changes get a hash, lest two of
/// them have one address.
fn anchor(kind: &str, name: &str) -> String {
    let is_plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    let lower = name.to_ascii_lowercase();
    if lower.bytes().all(is_plain) {
        return format!("{kind}-{lower}");
    }
    let plain = |byte: u8| if is_plain(byte) { char::from(byte) } else { '_' };
    let plain: String = lower.bytes().map(plain).collect();
    format!("{kind}-{plain}-{}", hash(&lower))
}

fn hash(name: &str) -> String {
    let mut hash = data_encoding::HEXLOWER.encode(&Sha256::digest(name));
    hash.truncate(HASH_CHARS);
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_made_of_the_name_and_is_that_of_no_other() {
        assert_eq!(pool("Pool01.contoso.net"), "pool-pool01.contoso.net");
        let names = ["a b", "a_b", "a\"b", "a<b", "ä", "a-b", "", "a b "];
        let anchors: std::collections::BTreeSet<String> = names.iter().map(|name| pool(name)).collect();
        assert_eq!(anchors.len(), names.len(), "{anchors:?}");
        for anchor in anchors {
            assert!(anchor.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)), "{anchor}");
        }
    }
}
