//! The names of a certificate as a set: when it is too large for a CA, and how it could be split.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use lyncert_ingest::name::DnsName;

use crate::citation::symptoms::{ADCS_SIZE, TEAMSADMIN};
use crate::citation::{Citation, LE_LIMITS, TBS_NAMES};
use crate::facts::CertificateLayout;
use crate::issuable::is_public_suffix;
use crate::matching::parent_of;
use crate::number::grouped;
use crate::order::{Order, orders};
use crate::requirement::{NameKind, Need, RequiredName, Requirement};
use crate::usage::CertificateUsage;
use crate::wildcard::{Honor, honor};

/// The longest subject alternative name that a Windows CA issues, in octets: its database holds no longer extension.
pub const MAX_WINDOWS_OCTETS: usize = 4_096;
/// So many names every public CA takes; the largest take 250.
pub const MAX_PUBLIC_NAMES: usize = 100;

/// How large a set of names is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SetSize {
    /// How many names there are.
    pub names: usize,
    /// Octets of the subject alternative name that has them.
    pub octets: usize,
}

/// For whom a set of names is too large.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TooLarge {
    /// A Windows CA refuses it.
    ForWindowsCa,
    /// Many public CAs refuse it.
    ForPublicCas,
}

impl TooLarge {
    /// The documents that say so.
    pub fn sources(self) -> &'static [&'static Citation] {
        static WINDOWS: [&Citation; 2] = [&ADCS_SIZE, &TEAMSADMIN];
        static PUBLIC: [&Citation; 2] = [&LE_LIMITS, &TBS_NAMES];
        match self {
            Self::ForWindowsCa => &WINDOWS,
            Self::ForPublicCas => &PUBLIC,
        }
    }
}

impl SetSize {
    /// Of these names.
    pub fn of<'a>(names: impl Iterator<Item = &'a DnsName>) -> Self {
        let (mut count, mut content) = (0, 0);
        for name in names {
            count += 1;
            let length = name.ascii().len();
            content += header(length) + length;
        }
        Self { names: count, octets: header(content) + content }
    }

    /// Whether a CA refuses it: by the number of names where it is public, by octets else.
    pub fn excess(self, public_ca: bool) -> Option<TooLarge> {
        if public_ca {
            (self.names > MAX_PUBLIC_NAMES).then_some(TooLarge::ForPublicCas)
        } else {
            (self.octets > MAX_WINDOWS_OCTETS).then_some(TooLarge::ForWindowsCa)
        }
    }
}

impl Order {
    /// How large the set of its names is.
    pub fn size(&self) -> SetSize {
        SetSize::of(self.names.iter().map(|name| &name.name))
    }
}

/// The octets in front of the content of a value in DER (X.690 section 8.1).
fn header(length: usize) -> usize {
    match length {
        0..=127 => 2,
        128..=255 => 3,
        256..=65_535 => 4,
        _ => 5,
    }
}

/// A set of names that is too large, in words that go on after "its".
pub(crate) fn excess_text(size: SetSize, why: TooLarge) -> String {
    let (names, octets) = (grouped(size.names), grouped(size.octets));
    match why {
        TooLarge::ForWindowsCa => format!(
            "{names} names take {octets} octets, and a Windows CA refuses more than {} (0xc80005e2)",
            grouped(MAX_WINDOWS_OCTETS)
        ),
        TooLarge::ForPublicCas => {
            format!("{names} names are more than public CAs take, which is {MAX_PUBLIC_NAMES} to 250")
        }
    }
}

/// That the names of an order are too many for one certificate, and what to do.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Attention {
    /// How large the set is.
    pub size: SetSize,
    /// For whom that is too large.
    pub why: TooLarge,
    /// The certificates that could be requested in its place, for all of its usages.
    pub parts: Vec<Part>,
    /// What leads to fewer names, in words.
    pub ways_out: Vec<&'static str>,
}

/// One of the certificates in the place of a too large one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Part {
    /// The usages that it serves.
    pub usages: Vec<CertificateUsage>,
    /// Common name of its subject.
    pub subject: DnsName,
    /// Its names, wildcards last (WILD-05).
    pub names: Vec<DnsName>,
    /// How many of these are wildcards that stand for others.
    pub wildcards: usize,
    /// How large that is.
    pub size: SetSize,
    /// Whether it is too large still.
    pub excess: Option<TooLarge>,
}

impl Attention {
    /// What `order` is told, if its names are too many. `requirements` are those that orders were made of.
    pub fn of<'a>(order: &Order, requirements: impl IntoIterator<Item = &'a Requirement>) -> Option<Self> {
        let size = order.size();
        let why = size.excess(order.public_ca)?;
        let served = requirements.into_iter().filter(|one| order.requirements.contains(&one.id));
        let served: Vec<&Requirement> = served.collect();
        let plain = pack(&served, Wildcards::None);
        let parts = if is_enough(&plain) { plain } else { pack(&served, Wildcards::WhereHonored) };
        let splits = served.len() > 1 && is_enough(&parts);
        Some(Self { size, why, ways_out: ways_out(order, why, splits), parts })
    }

    /// Whether every part is small enough.
    pub fn is_enough(&self) -> bool {
        is_enough(&self.parts)
    }

    /// What is the matter, and whether a split helps; the parts are told beside.
    pub fn text(&self) -> String {
        let what = excess_text(self.size, self.why);
        let wildcards = if self.parts.iter().any(|part| part.wildcards > 0) {
            " with a wildcard for each domain"
        } else {
            ""
        };
        let split = match (self.is_enough(), self.parts.len()) {
            (true, 1) => format!("one certificate{wildcards} is small enough"),
            (true, count) => format!("{count} certificates{wildcards} are small enough"),
            (false, _) => "no split by usages is enough".to_owned(),
        };
        let lead = if self.is_enough() { "or " } else { "" };
        format!("the {what}: {split}; {lead}{}", self.ways_out.join(", or "))
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let usages: Vec<&str> = self.usages.iter().map(|usage| usage.as_str()).collect();
        let (names, octets) = (grouped(self.size.names), grouped(self.size.octets));
        write!(f, "{}: {names} names", usages.join(", "))?;
        if self.wildcards > 0 {
            write!(f, ", {} of them wildcards", grouped(self.wildcards))?;
        }
        write!(f, ", {octets} octets")?;
        if self.excess.is_some() { f.write_str(", still too many") } else { Ok(()) }
    }
}

fn is_enough(parts: &[Part]) -> bool {
    !parts.is_empty() && parts.iter().all(|part| part.excess.is_none())
}

/// What leads to fewer names on a certificate of these, or to a CA that takes them.
fn ways_out(order: &Order, why: TooLarge, can_be_split: bool) -> Vec<&'static str> {
    let has = |kinds: &[NameKind]| order.names.iter().any(|name| kinds.contains(&name.kind));
    let of_ca = match why {
        TooLarge::ForWindowsCa => {
            "widen the limit of the CA to 16 KB (`certutil -setreg DBFlags +0x1000`, on the CA)"
        }
        TooLarge::ForPublicCas => "ask for a public CA that takes more",
    };
    let ways = [
        (can_be_split, "request one certificate for each usage (`certificate_layout = \"separate\"`)"),
        (
            has(&[NameKind::Meet, NameKind::Dialin, NameKind::OtherUrl]),
            "let one set of simple URLs serve all domains (`https://meet.contoso.com/fabrikam.com`)",
        ),
        (
            has(&[NameKind::Lyncdiscover, NameKind::LyncdiscoverInternal]),
            "publish Autodiscover over HTTP (`autodiscover = \"http80\"`)",
        ),
        (true, "give SIP domains without users of their own up"),
        (true, of_ca),
    ];
    ways.into_iter().filter(|(applies, _)| *applies).map(|(_, way)| way).collect()
}

/// Whether wildcards stand for names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Wildcards {
    None,
    WhereHonored,
}

/// Puts requirements together on as few certificates as are small enough, in their order. One that is too large by itself stays so.
fn pack(served: &[&Requirement], wildcards: Wildcards) -> Vec<Part> {
    let mut bins: Vec<(Vec<&Requirement>, Part)> = Vec::new();
    for &requirement in served {
        let fitting = bins.iter().enumerate().find_map(|(index, (bin, _))| {
            let together: Vec<&Requirement> = bin.iter().copied().chain([requirement]).collect();
            let part = part_of(&together, wildcards).filter(|part| part.excess.is_none())?;
            Some((index, together, part))
        });
        match fitting {
            Some((index, together, part)) => bins[index] = (together, part),
            None => bins.extend(part_of(&[requirement], wildcards).map(|part| (vec![requirement], part))),
        }
    }
    bins.into_iter().map(|(_, part)| part).collect()
}

/// The certificate that serves some requirements of one holder together.
fn part_of(served: &[&Requirement], wildcards: Wildcards) -> Option<Part> {
    let order = orders(served.iter().copied(), CertificateLayout::Combined).into_iter().next()?;
    let needed = order.names.iter();
    let (names, wildcards) = match wildcards {
        Wildcards::None => (needed.map(|name| name.name.clone()).collect(), 0),
        Wildcards::WhereHonored => with_wildcards(&order, served),
    };
    let size = SetSize::of(names.iter());
    Some(Part {
        excess: size.excess(order.public_ca),
        usages: order.usages,
        subject: order.subject,
        names,
        wildcards,
        size,
    })
}

/// The names of an order, with one wildcard for those of a domain that it may stand for wherever they are needed.
fn with_wildcards(order: &Order, served: &[&Requirement]) -> (Vec<DnsName>, usize) {
    let not_honored = names_without_wildcards(served);
    let parent = |name: &RequiredName| -> Option<String> {
        let parent = parent_of(name.name.key())?;
        let may_stand = name.name != order.subject
            && name.need > Need::Optional
            && parent.contains('.')
            && !is_public_suffix(parent)
            && !not_honored.contains(name.name.key());
        may_stand.then(|| parent.to_owned())
    };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for parent in order.names.iter().filter_map(&parent) {
        *counts.entry(parent).or_default() += 1;
    }
    counts.retain(|_, count| *count > 1);
    let is_covered = |name: &&RequiredName| parent(name).is_some_and(|parent| counts.contains_key(&parent));
    let spelled_out = order.names.iter().filter(|name| !is_covered(name)).map(|name| name.name.clone());
    let mut names: Vec<DnsName> = spelled_out.collect();
    let before = names.len();
    let wildcards = counts.keys().filter_map(|parent| format!("*.{parent}").parse::<DnsName>().ok());
    names.extend(wildcards);
    let count = names.len() - before;
    (names, count)
}

/// The names that a requirement needs letter for letter: no wildcard may stand for them.
fn names_without_wildcards<'a>(served: &[&'a Requirement]) -> HashSet<&'a str> {
    let refused = |requirement: &'a Requirement| {
        let names = requirement.names.iter();
        names.filter(|own| honor(requirement, own, &requirement.usages) != Honor::Yes)
    };
    served.iter().flat_map(|requirement| refused(requirement)).map(|own| own.name.key()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::expect;
    use crate::testing::{Estate, front_end, sip_domain};

    fn with_domains(count: usize, suffix: &str) -> Estate {
        let mut estate = front_end();
        let domains = (0..count).map(|number| sip_domain(&format!("domain{number}.{suffix}")));
        estate.topology.sip_domains = domains.collect();
        estate
    }

    fn attention(estate: &Estate, usage: CertificateUsage) -> Option<Attention> {
        let requirements = expect(&estate.topology, &estate.facts);
        let orders = orders(&requirements, CertificateLayout::Auto);
        let order = orders.iter().find(|order| order.usages.contains(&usage)).unwrap();
        Attention::of(order, &requirements)
    }

    #[test]
    fn a_small_set_of_names_needs_no_attention() {
        assert_eq!(attention(&front_end(), CertificateUsage::Default), None);
        assert_eq!(attention(&with_domains(120, "fabrikam.com"), CertificateUsage::OAuthTokenIssuer), None);
    }

    #[test]
    fn a_set_that_a_windows_ca_refuses_is_split_by_usages() {
        let attention =
            attention(&with_domains(110, "fabrikam.com"), CertificateUsage::Default).expect("too large");
        assert_eq!(attention.why, TooLarge::ForWindowsCa);
        assert!(attention.is_enough(), "{:?}", attention.parts);
        let text = attention.text();
        assert!(text.contains("a Windows CA refuses more than 4,096 (0xc80005e2): "), "{text}");
        assert!(text.contains("certificate_layout") && text.contains("DBFlags"), "{text}");
    }

    #[test]
    fn where_no_split_is_enough_that_is_said() {
        let long = format!("{}.{}.fabrikam.com", "a".repeat(60), "b".repeat(60));
        let attention = attention(&with_domains(200, &long), CertificateUsage::Default).expect("too large");
        assert!(!attention.is_enough());
        assert!(attention.text().contains("no split by usages is enough"), "{}", attention.text());
        assert!(attention.parts.iter().any(|part| part.to_string().ends_with("still too many")));
    }

    #[test]
    fn a_set_of_a_public_ca_goes_by_the_number_of_names() {
        let attention =
            attention(&with_domains(130, "fabrikam.com"), CertificateUsage::ReverseProxy).expect("too large");
        assert_eq!(attention.why, TooLarge::ForPublicCas);
        let text = attention.text();
        assert!(text.contains("more than public CAs take, which is 100 to 250"), "{text}");
        assert!(text.contains("ask for a public CA that takes more"), "{text}");
    }
}
