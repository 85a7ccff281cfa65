//! DNS names as the topology writes them and as they are compared.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::net::IpAddr;
use std::str::FromStr;

/// A DNS name from a topology: a pool, server or web services FQDN, or a SIP domain.
///
/// It is shown as it was written and compared without regard to letter case, to one final dot, and to whether
/// an internationalized label is spelled in Unicode or as an A-label (clause GEN-NAME-01; RFC 5890).
/// Single labels are accepted, since real topologies have them.
#[derive(Clone, Debug)]
pub struct DnsName {
    shown: Box<str>,
    key: Box<str>,
}

impl DnsName {
    /// The normal form that names are compared by: lower case, A-labels, no final dot.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The name as it was written, without surrounding white space and without a final dot.
    pub fn as_str(&self) -> &str {
        &self.shown
    }

    /// The name as a certificate carries it: as it was written, or in A-labels where that is not ASCII.
    pub fn ascii(&self) -> &str {
        if self.shown.is_ascii() { &self.shown } else { &self.key }
    }

    /// The name `{label}.{self}`, for names that follow from a SIP domain such as `sip.contoso.com`.
    pub fn with_label(&self, label: &str) -> Self {
        Self {
            shown: format!("{label}.{}", self.shown).into(),
            key: format!("{}.{}", label.to_ascii_lowercase(), self.key).into(),
        }
    }

    /// Whether the name is `domain` itself or lies below it.
    pub fn is_in(&self, domain: &Self) -> bool {
        self.key.strip_suffix(&*domain.key).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }

    /// Whether it has one label only.
    pub fn is_single_label(&self) -> bool {
        !self.key.contains('.')
    }

    /// What keeps the name from being a host name that a certificate can carry, if anything: letters, digits and
    /// hyphens only, labels of 1 to 63 characters, 253 in all, and no IP address (clause GEN-NAME-04; RFC 1123 section 2.1).
    pub fn host_name_defect(&self) -> Option<&'static str> {
        if self.key.parse::<IpAddr>().is_ok() {
            return Some("is an IP address, not a name");
        }
        if self.key.len() > 253 {
            return Some("is longer than 253 characters");
        }
        for label in self.key.split('.') {
            if label.is_empty() {
                return Some("has an empty label");
            }
            if label.len() > 63 {
                return Some("has a label of more than 63 characters");
            }
            if label.contains('_') {
                return Some("has an underscore");
            }
            if !label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
                return Some("has a character other than letters, digits and hyphens");
            }
            if label.starts_with('-') || label.ends_with('-') {
                return Some("has a label that starts or ends with a hyphen");
            }
        }
        None
    }
}

impl AsRef<str> for DnsName {
    fn as_ref(&self) -> &str {
        &self.shown
    }
}

/// A name as a sentence says it. One without a dot may be a word of the language (`edge`, `director`): it stands in backticks, so that
/// neither people nor what redacts the sentence take it for one.
pub fn said(name: &(impl AsRef<str> + ?Sized)) -> Said<'_> {
    Said(name.as_ref())
}

/// Several names as a sentence says them.
pub fn said_list(names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    names.into_iter().map(|name| said(&name).to_string()).collect::<Vec<_>>().join(", ")
}

/// A name in a sentence, made by [`said`].
#[derive(Clone, Copy, Debug)]
pub struct Said<'a>(&'a str);

impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.contains('.') || self.0.parse::<IpAddr>().is_ok() {
            f.write_str(self.0)
        } else {
            write!(f, "`{}`", self.0)
        }
    }
}

impl FromStr for DnsName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let trimmed = text.trim();
        let shown = trimmed.strip_suffix('.').unwrap_or(trimmed);
        if shown.is_empty() {
            return Err(NameError { text: text.to_owned(), reason: "it is empty" });
        }
        if shown.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(NameError {
                text: text.to_owned(),
                reason: "it has white space or a control character in it",
            });
        }
        let key = if shown.is_ascii() {
            shown.to_ascii_lowercase()
        } else {
            // A name that IDNA refuses is kept; the rules report it as no host name.
            idna::domain_to_ascii(shown).unwrap_or_else(|_| shown.to_lowercase())
        };
        Ok(Self { shown: shown.into(), key: key.into() })
    }
}

impl fmt::Display for DnsName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl PartialEq for DnsName {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for DnsName {}

impl Hash for DnsName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl Ord for DnsName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}

impl PartialOrd for DnsName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Text in the place of a DNS name that is not one.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{text}` is no DNS name: {reason}")]
pub struct NameError {
    /// The text as found.
    pub text: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> DnsName {
        text.parse().unwrap()
    }

    #[test]
    fn names_compare_without_case_final_dot_and_alabel_spelling() {
        for (one, other) in [
            ("FE1.Contoso.com", "fe1.contoso.com"),
            (" sip.contoso.com. ", "sip.contoso.com"),
            ("münchen.contoso.com", "xn--mnchen-3ya.contoso.com"),
            ("MÜNCHEN.contoso.com", "xn--mnchen-3ya.CONTOSO.com"),
        ] {
            assert_eq!(name(one), name(other), "{one} and {other}");
        }
        assert_ne!(name("fe1.contoso.com"), name("fe1.contoso.net"));
    }

    #[test]
    fn names_are_shown_as_written() {
        assert_eq!(name(" ExternalEdge.Contoso.com. ").to_string(), "ExternalEdge.Contoso.com");
        assert_eq!(name("ExternalEdge.Contoso.com").ascii(), "ExternalEdge.Contoso.com");
        assert_eq!(name("München.contoso.com").ascii(), "xn--mnchen-3ya.contoso.com");
    }

    #[test]
    fn text_without_a_name_is_refused() {
        for text in ["", " ", ".", "a b.contoso.com", "fe1\0.contoso.com"] {
            assert!(text.parse::<DnsName>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_name_lies_in_its_own_domain_only_at_a_label_boundary() {
        assert!(name("sip.contoso.com").is_in(&name("Contoso.com")));
        assert!(name("contoso.com").is_in(&name("contoso.com")));
        assert!(!name("sip.notcontoso.com").is_in(&name("contoso.com")));
    }

    #[test]
    fn host_name_defects_are_named() {
        for (text, defect) in [
            ("fe1.contoso.com", None),
            ("xOffice1", None),
            ("münchen.contoso.com", None),
            ("lync_1.contoso.com", Some("has an underscore")),
            ("a..contoso.com", Some("has an empty label")),
            ("-a.contoso.com", Some("has a label that starts or ends with a hyphen")),
            ("203.0.113.20", Some("is an IP address, not a name")),
            ("2001:db8::20", Some("is an IP address, not a name")),
            ("*.contoso.com", Some("has a character other than letters, digits and hyphens")),
        ] {
            assert_eq!(name(text).host_name_defect(), defect, "{text}");
        }
        assert!(name(&"a".repeat(64)).host_name_defect().is_some());
        assert!(name(&"abc.".repeat(70)).host_name_defect().is_some());
    }
}
