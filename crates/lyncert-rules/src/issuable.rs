//! Names that a certification authority will not issue a certificate for.

use std::fmt;

use lyncert_ingest::name::DnsName;

use crate::order::Order;
use crate::requirement::{UnfitName, Unfitness};

/// The longest common name, in characters (RFC 5280 appendix A.1, `ub-common-name`).
pub(crate) const MAX_COMMON_NAME_CHARS: usize = 64;

/// Why no certificate can be had for a name of an order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Obstacle {
    /// The name, as it is written.
    pub name: DnsName,
    /// Why no CA issues it.
    pub kind: ObstacleKind,
}

/// Why no CA issues a certificate for a name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ObstacleKind {
    /// No public CA issues it: the name exists inside only.
    InternalName,
    /// Longer than a common name can be.
    CommonNameTooLong,
    /// No host name, and so said here.
    NoHostName(&'static str),
}

impl ObstacleKind {
    /// The clause that says so, where it is one of the product's catalog.
    pub fn clause(self) -> Option<&'static str> {
        match self {
            Self::InternalName => Some("CAB-02"),
            Self::CommonNameTooLong => None,
            Self::NoHostName(_) => Some("GEN-NAME-04"),
        }
    }

    /// The rule that finds the same on a certificate or in a topology.
    pub fn rule(self) -> &'static str {
        match self {
            Self::InternalName => "san-internal-name",
            Self::CommonNameTooLong => "cn-too-long",
            Self::NoHostName(_) => "san-bad-name",
        }
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match self.kind {
            ObstacleKind::InternalName => {
                write!(f, "no public CA issues a certificate for `{name}`: {}", internal_reason(name))
            }
            ObstacleKind::CommonNameTooLong => write!(
                f,
                "`{name}` has {} characters; a common name can have {MAX_COMMON_NAME_CHARS}",
                name.key().chars().count()
            ),
            ObstacleKind::NoHostName(defect) => write!(f, "`{name}` {defect}"),
        }
    }
}

impl Order {
    /// Why this certificate cannot be had as it is, or lacks names that the topology gives it: name by name in the order's order.
    pub fn obstacles(&self) -> Vec<Obstacle> {
        let mut obstacles: Vec<Obstacle> = self.unfit_names.iter().map(Obstacle::from).collect();
        if is_too_long_for_a_common_name(&self.subject) {
            obstacles.push(Obstacle { name: self.subject.clone(), kind: ObstacleKind::CommonNameTooLong });
        }
        for name in self.names.iter().map(|name| &name.name) {
            if let Some(defect) = defect(name) {
                obstacles.push(Obstacle { name: name.clone(), kind: ObstacleKind::NoHostName(defect) });
            } else if self.public_ca && is_internal(name) {
                obstacles.push(Obstacle { name: name.clone(), kind: ObstacleKind::InternalName });
            }
        }
        obstacles
    }
}

impl From<&UnfitName> for Obstacle {
    fn from(unfit: &UnfitName) -> Self {
        let kind = match unfit.why {
            Unfitness::InternalName => ObstacleKind::InternalName,
            Unfitness::NoHostName(defect) => ObstacleKind::NoHostName(defect),
        };
        Self { name: unfit.name.clone(), kind }
    }
}

pub(crate) fn is_too_long_for_a_common_name(name: &DnsName) -> bool {
    name.key().chars().count() > MAX_COMMON_NAME_CHARS
}

/// What keeps a name out of a certificate. A wildcard in the place of the first label is none.
pub(crate) fn defect(name: &DnsName) -> Option<&'static str> {
    match name.key().strip_prefix("*.").map(str::parse::<DnsName>) {
        Some(Ok(rest)) => rest.host_name_defect(),
        Some(Err(_)) | None => name.host_name_defect(),
    }
}

/// Whether the name is resolved inside its owner's network only: its top-level domain is not in the public suffix list (CAB-02).
pub fn is_internal(name: &DnsName) -> bool {
    let key = name.key();
    // The list knows these two, but no ordinary CA may issue them (RFC 8375; RFC 7686).
    let special = [".home.arpa", ".onion"].iter().any(|suffix| key.ends_with(suffix));
    special || name.is_single_label() || !psl::suffix(key.as_bytes()).is_some_and(|suffix| suffix.is_known())
}

/// Whether names right below it belong to others, so that no wildcard can stand for them.
pub(crate) fn is_public_suffix(key: &str) -> bool {
    psl::suffix(key.as_bytes()).is_some_and(|suffix| suffix.as_bytes() == key.as_bytes())
}

/// The part of a name, in its normal form, that somebody registered, such as `contoso.com`; `None` where it is no more than a public
/// suffix or one label.
pub fn registered_domain(key: &str) -> Option<&str> {
    psl::domain_str(key).filter(|domain| domain.contains('.'))
}

/// Why a name is internal, in words.
pub(crate) fn internal_reason(name: &DnsName) -> String {
    if name.is_single_label() {
        return "it is a short name".to_owned();
    }
    let suffix = name.key().rsplit('.').next().unwrap_or_default();
    format!("`.{suffix}` is no public top-level domain")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::CertificateLayout;
    use crate::order::orders;
    use crate::profile::expect;
    use crate::testing::{edge, estate, pool};
    use lyncert_ingest::topology::PoolKind;

    fn name(text: &str) -> DnsName {
        text.parse().unwrap()
    }

    #[test]
    fn names_under_suffixes_that_nobody_delegates_are_internal() {
        for (text, internal) in [
            ("sip.contoso.com", false),
            ("contoso.com", false),
            ("sip.contoso.co.uk", false),
            ("sip.contoso.berlin", false),
            ("xn--mnchen-3ya.contoso.com", false),
            ("SIP.CONTOSO.LOCAL", true),
            ("sip.contoso.lan", true),
            ("sip.contoso.corp", true),
            ("sip.contoso.internal", true),
            ("sip.contoso.test", true),
            ("sip.contoso.home.arpa", true),
            ("edge1", true),
        ] {
            assert_eq!(is_internal(&name(text)), internal, "{text}");
        }
    }

    #[test]
    fn an_order_names_what_no_ca_will_issue() {
        let mut estate = edge();
        let edge = &mut estate.topology.sites[0].pools[0];
        edge.access_edge_fqdn.as_mut().unwrap().value = name(&format!("sip.{}.com", "a".repeat(60)));
        edge.av_edge_fqdn = None;
        edge.web_conferencing_edge_fqdn.as_mut().unwrap().value = name("web_conf.contoso.com");
        let orders = orders(&expect(&estate.topology, &estate.facts), CertificateLayout::Auto);
        let texts: Vec<_> = orders[0].obstacles().iter().map(ToString::to_string).collect();
        assert_eq!(texts.len(), 2, "{texts:?}");
        assert!(texts[0].ends_with("has 68 characters; a common name can have 64"), "{}", texts[0]);
        assert_eq!(texts[1], "`web_conf.contoso.com` has an underscore");
        assert!(orders[1].obstacles().is_empty(), "an internal CA issues internal names");
    }

    #[test]
    fn a_name_that_no_public_ca_issues_is_left_out_and_told() {
        let mut estate = edge();
        let edge = &mut estate.topology.sites[0].pools[0];
        edge.web_conferencing_edge_fqdn.as_mut().unwrap().value = name("webcon.contoso.local");
        let orders = orders(&expect(&estate.topology, &estate.facts), CertificateLayout::Auto);
        assert!(orders[0].names.iter().all(|ordered| !ordered.name.key().ends_with(".local")));
        let texts: Vec<_> = orders[0].obstacles().iter().map(ToString::to_string).collect();
        assert_eq!(
            texts,
            [
                "no public CA issues a certificate for `webcon.contoso.local`: `.local` is no public top-level domain"
            ]
        );
    }

    #[test]
    fn an_internal_ca_may_issue_internal_names() {
        let estate = estate(pool(PoolKind::Mediation, "med.contoso.local", &["med1.contoso.local"]));
        let orders = orders(&expect(&estate.topology, &estate.facts), CertificateLayout::Auto);
        assert!(orders[0].obstacles().is_empty());
    }
}
