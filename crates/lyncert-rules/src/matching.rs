//! Does this DNS name of a certificate cover that name of a requirement?

use std::borrow::Cow;
use std::collections::HashSet;

use lyncert_ingest::name::DnsName;

/// A `dNSName` entry of a certificate.
///
/// Entries that no client matches are kept with their defect. A wildcard counts when it is the whole left-most label and
/// stands for exactly one label (RFC 9525 section 6.3; clause GEN-NAME-02).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DnsPattern {
    text: Box<str>,
    /// The text in lower case, where that is another.
    lower: Option<Box<str>>,
    form: Form,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Form {
    Name,
    /// `*.` and a parent.
    Wildcard,
    Defective(&'static str),
}

/// How an entry covers a name.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Cover {
    /// Only by its wildcard.
    Wildcard,
    /// Letter for letter, apart from case.
    Exact,
}

impl DnsPattern {
    /// Reads an entry. Never fails: an entry with a defect covers nothing.
    pub fn new(text: &str) -> Self {
        let lower = lower_case(text);
        let form = match defect(&lower) {
            Some(defect) => Form::Defective(defect),
            None if lower.starts_with("*.") => Form::Wildcard,
            None => Form::Name,
        };
        let lower = match lower {
            Cow::Borrowed(_) => None,
            Cow::Owned(lower) => Some(lower.into()),
        };
        Self { text: text.into(), lower, form }
    }

    /// What names are compared with: the entry in lower case; `None` where it covers nothing.
    pub(crate) fn key(&self) -> Option<&str> {
        match self.form {
            Form::Name | Form::Wildcard => Some(self.lower.as_deref().unwrap_or(&self.text)),
            Form::Defective(_) => None,
        }
    }

    /// The parent of a wildcard: it covers each name that has one label more.
    pub(crate) fn wildcard_parent(&self) -> Option<&str> {
        self.key()?.strip_prefix("*.").filter(|_| self.is_wildcard())
    }

    /// The entry as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is a wildcard that clients accept.
    pub(crate) fn is_wildcard(&self) -> bool {
        match self.form {
            Form::Wildcard => true,
            Form::Name | Form::Defective(_) => false,
        }
    }

    /// Why it covers nothing, if so.
    pub fn defect(&self) -> Option<&'static str> {
        match self.form {
            Form::Defective(defect) => Some(defect),
            Form::Name | Form::Wildcard => None,
        }
    }

    /// How it covers `name`, if it does. A required wildcard is covered by that same wildcard only.
    pub fn covers(&self, name: &DnsName) -> Option<Cover> {
        let key = self.key()?;
        if key == name.key() {
            return Some(Cover::Exact);
        }
        let parent = self.wildcard_parent()?;
        (parent_of(name.key()) == Some(parent)).then_some(Cover::Wildcard)
    }
}

/// Some names, to ask of many entries whether any of them is covered.
#[derive(Clone, Debug, Default)]
pub struct NameSet<'a> {
    keys: HashSet<&'a str>,
    parents: HashSet<&'a str>,
}

impl<'a> FromIterator<&'a DnsName> for NameSet<'a> {
    fn from_iter<I: IntoIterator<Item = &'a DnsName>>(names: I) -> Self {
        let mut set = Self::default();
        for name in names {
            set.keys.insert(name.key());
            set.parents.extend(parent_of(name.key()));
        }
        set
    }
}

impl NameSet<'_> {
    /// Whether an entry covers one of the names, in whatever way.
    pub fn has_covered_by(&self, entry: &DnsPattern) -> bool {
        entry.key().is_some_and(|key| self.keys.contains(key))
            || entry.wildcard_parent().is_some_and(|parent| self.parents.contains(parent))
    }
}

/// The parent of a name that a wildcard may stand for; `None` for a required wildcard, which only the same wildcard covers.
pub(crate) fn parent_of(key: &str) -> Option<&str> {
    let (label, parent) = key.split_once('.')?;
    (!label.is_empty() && label != "*").then_some(parent)
}

/// Whether clients match an entry at all.
pub(crate) fn is_sound(lower: &str) -> bool {
    defect(lower).is_none()
}

/// The defect of an entry in lower case that keeps clients from matching it. An underscore is not among them: it is
/// matched all the same.
fn defect(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("is empty");
    }
    if name.contains('\0') {
        return Some("has a NUL in it");
    }
    if name.contains("dns=") || name.contains("dns:") {
        return Some(if name.starts_with("dns") {
            "begins with `DNS=` or `DNS:`, which belongs to the request and not to the name"
        } else {
            "is several names run together, as if the lines of a request policy lacked the `&` at their ends"
        });
    }
    if name.contains([',', ';']) {
        return Some("is a list of names in the place of one");
    }
    if name.chars().any(char::is_whitespace) {
        return Some("has white space in it");
    }
    if !name.is_ascii() {
        return Some("has a character that is not ASCII");
    }
    if name.ends_with('.') {
        return Some("ends with a dot");
    }
    if name.split('.').any(str::is_empty) {
        return Some("has an empty label");
    }
    if name.split('.').any(|label| label.len() > 63) {
        return Some("has a label of more than 63 characters");
    }
    let rest = match name.strip_prefix("*.") {
        Some(parent) if !parent.contains('.') => return Some("is a wildcard for a whole top-level domain"),
        Some(parent) => parent,
        None => name,
    };
    if rest.contains('*') {
        return Some("has a `*` that is not its whole left-most label");
    }
    if name.contains("://") || name.contains(':') || name.contains('/') {
        return Some("has a scheme, port or path in it");
    }
    if name.len() > 253 {
        return Some("is longer than 253 characters");
    }
    if !rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')) {
        return Some("has a character other than letters, digits and hyphens");
    }
    if rest.split('.').any(|label| label.starts_with('-') || label.ends_with('-')) {
        return Some("has a label that starts or ends with a hyphen");
    }
    if name.parse::<std::net::IpAddr>().is_ok() {
        return Some("is an IP address");
    }
    None
}

/// The text in lower case; most names are so already.
pub(crate) fn lower_case(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        text.to_ascii_lowercase().into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// (entry of the certificate, required name, answer)
    const TABLE: &[(&str, &str, Option<Cover>)] = &[
        ("Lync.Contoso.com", "LYNC.CONTOSO.COM", Some(Cover::Exact)),
        ("lync.contoso.com", "lync.contoso.com.", Some(Cover::Exact)),
        ("lync.contoso.com.", "lync.contoso.com", None),
        ("*.contoso.com", "meet.contoso.com", Some(Cover::Wildcard)),
        ("*.CONTOSO.com", "Meet.contoso.com", Some(Cover::Wildcard)),
        ("*.contoso.com", "contoso.com", None),
        ("*.contoso.com", "a.b.contoso.com", None),
        ("*.contoso.com", "meet.fabrikam.com", None),
        ("*.contoso.com", "*.contoso.com", Some(Cover::Exact)),
        ("*.contoso.com", "*.b.contoso.com", None),
        ("meet.contoso.com", "*.contoso.com", None),
        ("l*.contoso.com", "lync.contoso.com", None),
        ("a.*.contoso.com", "a.b.contoso.com", None),
        ("*", "contoso.com", None),
        ("*.com", "contoso.com", None),
        ("10.0.0.1", "10.0.0.1", None),
        ("xn--mnchen-3ya.contoso.com", "münchen.contoso.com", Some(Cover::Exact)),
        ("münchen.contoso.com", "münchen.contoso.com", None),
        ("lync_1.contoso.com", "lync_1.contoso.com", Some(Cover::Exact)),
        ("*.contoso.com", "lync_1.contoso.com", Some(Cover::Wildcard)),
        (" sip.contoso.com", "sip.contoso.com", None),
        ("https://meet.contoso.com", "meet.contoso.com", None),
        ("meet.contoso.com:443", "meet.contoso.com", None),
        ("", "contoso.com", None),
        ("DNS=meet.contoso.com", "meet.contoso.com", None),
        ("pool.contoso.netdns=fe1.contoso.net", "fe1.contoso.net", None),
        ("meet.contoso.com,dialin.contoso.com", "meet.contoso.com", None),
        ("meet-.contoso.com", "meet-.contoso.com", None),
        ("meet?.contoso.com", "meet?.contoso.com", None),
        ("fe1", "FE1", Some(Cover::Exact)),
    ];

    #[test]
    fn the_table_of_entries_and_names_holds() {
        for &(entry, name, answer) in TABLE {
            assert_eq!(
                DnsPattern::new(entry).covers(&name.parse().unwrap()),
                answer,
                "{entry:?} and {name:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn letter_case_never_matters(label in "[a-zA-Z0-9]{1,12}", wildcard: bool) {
            let entry = if wildcard { "*.Contoso.com".to_owned() } else { format!("{label}.contoso.COM") };
            let name: DnsName = format!("{label}.contoso.com").parse().unwrap();
            let upper: DnsName = format!("{label}.contoso.com").to_uppercase().parse().unwrap();
            prop_assert_eq!(DnsPattern::new(&entry).covers(&name), DnsPattern::new(&entry.to_lowercase()).covers(&upper));
        }

        #[test]
        fn no_text_makes_it_panic(entry in ".*", name in ".*") {
            if let Ok(name) = name.parse::<DnsName>() {
                let _ = DnsPattern::new(&entry).covers(&name);
            }
        }
    }
}
