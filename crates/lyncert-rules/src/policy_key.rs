//! The keys of a policy with one value each. A row says all that is known of a key: how it is written, what it sets, how the report
//! shows it, and what the template and the manual say of it.

mod catalog;

use std::ops::RangeInclusive;

use lyncert_ingest::name::DnsName;

use crate::facts::{EdgeFact, ExtraName, FactSimpleUrl, Facts, ReverseProxyFact};
use crate::policy::{CollectionLimits, ExpiryThresholds, Policy, Threshold, WaiverLimits};

pub use catalog::POLICY_KEYS;

/// A key of a policy.
#[derive(Debug)]
pub struct PolicyKey {
    /// The table that it is a key of.
    pub table: PolicyTable,
    /// The key as it is written in the policy file.
    pub name: &'static str,
    /// How its value is written, and what it sets.
    pub value: PolicyValue,
    /// Its value in words; `None` where it is the default.
    pub show: fn(&Facts, &Policy) -> Option<String>,
    /// What holds by default, in words.
    pub default_text: &'static str,
    /// What it is about, in sentences; empty where the key before it says so for both.
    pub help: &'static str,
    /// A value as it is written; for a list of tables the lines of one.
    pub example: &'static str,
}

/// A table of a policy whose keys have one value each.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PolicyTable {
    /// What no export contains.
    Facts,
    /// When a coming expiry is told.
    Expiry,
    /// When a waiver is told about.
    WaiverLimits,
    /// When a collection is told about.
    Collection,
}

impl PolicyTable {
    /// The table's heading in the policy file, without brackets.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Facts => "facts",
            Self::Expiry => "expiry",
            Self::WaiverLimits => "waiver_limits",
            Self::Collection => "collection",
        }
    }

    /// Its keys, in the order of the documents.
    pub fn keys(self) -> impl Iterator<Item = &'static PolicyKey> {
        POLICY_KEYS.iter().filter(move |key| key.table == self)
    }
}

/// How the value of a key is written, with the function that sets it. A value that is set later replaces the one before, and lists
/// of tables are put together: so the layers of a policy are applied one after the other.
#[derive(Debug)]
pub enum PolicyValue {
    /// True or false.
    Flag(fn(&mut Facts, bool)),
    /// A DNS name, or `none`.
    NameOrNone(fn(&mut Facts, Option<DnsName>)),
    /// A list of DNS names.
    Names(fn(&mut Facts, Vec<DnsName>)),
    /// One of these words.
    Word(&'static [PolicyWord]),
    /// A list of tables, a simple URL each.
    SimpleUrls(fn(&mut Facts, Vec<FactSimpleUrl>)),
    /// A list of tables, a reverse proxy each.
    ReverseProxies(fn(&mut Facts, Vec<ReverseProxyFact>)),
    /// A list of tables, an Edge pool each.
    Edges(fn(&mut Facts, Vec<EdgeFact>)),
    /// A list of tables, a name each.
    ExtraNames(fn(&mut Facts, Vec<ExtraName>)),
    /// Days, or a share of the lifetime.
    Threshold(fn(&mut ExpiryThresholds, Threshold)),
    /// A whole number within these bounds.
    Number(RangeInclusive<u16>, fn(&mut WaiverLimits, u16)),
    /// Days within these bounds.
    Days(RangeInclusive<u16>, fn(&mut CollectionLimits, u16)),
}

/// A word, and the function that sets what it stands for.
pub type PolicyWord = (&'static str, fn(&mut Facts));

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::*;
    use crate::facts::ExtraNameFor;

    /// The fields of a struct, by what `Debug` writes.
    fn fields(of: &impl Debug) -> Vec<String> {
        let text = format!("{of:#?}");
        let fields = text.lines().filter_map(|line| line.strip_prefix("    ")?.split_once(':'));
        fields.map(|(name, _)| name.to_owned()).filter(|name| !name.starts_with(' ')).collect()
    }

    fn names(table: PolicyTable) -> Vec<&'static str> {
        table.keys().map(|key| key.name).collect()
    }

    #[test]
    fn every_field_has_a_key() {
        let singular = |field: String| match field.as_str() {
            "simple_urls" => "simple_url".to_owned(),
            "extra_names" => "extra_name".to_owned(),
            "reverse_proxies" => "reverse_proxy".to_owned(),
            "edges" => "edge".to_owned(),
            _ => field,
        };
        // What a collection found in DNS is never said by the operator.
        let said = fields(&Facts::default()).into_iter().filter(|field| field != "names_in_dns");
        let facts: Vec<String> = said.map(singular).collect();
        assert_eq!(names(PolicyTable::Facts), facts);
        assert_eq!(names(PolicyTable::Expiry), fields(&ExpiryThresholds::default()));
        assert_eq!(names(PolicyTable::WaiverLimits), fields(&WaiverLimits::default()));
        assert_eq!(names(PolicyTable::Collection), fields(&CollectionLimits::default()));
    }

    #[test]
    fn what_is_set_is_shown_and_what_is_not_is_the_default() {
        for key in &POLICY_KEYS {
            let (mut facts, mut policy) = (Facts::default(), Policy::default());
            assert_eq!((key.show)(&facts, &policy), None, "{}", key.name);
            let name: DnsName = "a.contoso.com".parse().unwrap();
            let shown = match &key.value {
                PolicyValue::Flag(set) => {
                    set(&mut facts, true);
                    "true".to_owned()
                }
                PolicyValue::NameOrNone(set) => {
                    set(&mut facts, None);
                    assert_eq!((key.show)(&facts, &policy).as_deref(), Some("none"), "{}", key.name);
                    set(&mut facts, Some(name));
                    "a.contoso.com".to_owned()
                }
                PolicyValue::Names(set) => {
                    set(&mut facts, vec![name.clone(), name]);
                    "a.contoso.com, a.contoso.com".to_owned()
                }
                PolicyValue::Word(words) => {
                    let (word, set) = words.last().unwrap();
                    set(&mut facts);
                    (*word).to_owned()
                }
                PolicyValue::SimpleUrls(set) => {
                    let component = lyncert_ingest::topology::SimpleUrlComponent::from_name("Meet");
                    let (domain, url) = ("*".to_owned(), "https://a.contoso.com".to_owned());
                    let site = Some("Redmond".to_owned());
                    set(&mut facts, vec![FactSimpleUrl { component, domain, site, url, host: name }]);
                    "https://a.contoso.com (site `Redmond`)".to_owned()
                }
                PolicyValue::ReverseProxies(set) => {
                    let sites = vec!["Redmond".to_owned(), "Oslo".to_owned()];
                    set(&mut facts, vec![ReverseProxyFact { name: "west".to_owned(), sites }]);
                    "`west` (`Redmond`, `Oslo`)".to_owned()
                }
                PolicyValue::Edges(set) => {
                    let fact = EdgeFact { pool: name, client_auto_config_or_federation: false };
                    set(&mut facts, vec![fact]);
                    "a.contoso.com (client_auto_config_or_federation = false)".to_owned()
                }
                PolicyValue::ExtraNames(set) => {
                    let usage = crate::usage::CertificateUsage::Default;
                    let holder = ExtraNameFor::Site("Redmond".to_owned());
                    set(&mut facts, vec![ExtraName { usage, name, holder, reason: "asked for".to_owned() }]);
                    "a.contoso.com for site `Redmond`".to_owned()
                }
                PolicyValue::Threshold(set) => {
                    set(&mut policy.expiry, Threshold::Percent(20));
                    "20 % of the lifetime".to_owned()
                }
                PolicyValue::Number(bounds, set) => {
                    set(&mut policy.waiver_limits, *bounds.start());
                    bounds.start().to_string()
                }
                PolicyValue::Days(bounds, set) => {
                    set(&mut policy.collection, *bounds.start());
                    bounds.start().to_string()
                }
            };
            assert_eq!((key.show)(&facts, &policy), Some(shown), "{}", key.name);
            // A row that sets the field of another key would show there too.
            for other in POLICY_KEYS.iter().filter(|other| !std::ptr::eq(*other, key)) {
                assert_eq!((other.show)(&facts, &policy), None, "{} sets {}", key.name, other.name);
            }
        }
    }

    #[test]
    fn every_word_is_shown_as_it_is_written() {
        for key in &POLICY_KEYS {
            let PolicyValue::Word(words) = &key.value else { continue };
            for (word, set) in *words {
                let mut facts = Facts::default();
                set(&mut facts);
                // The default is not shown.
                let expected = (facts != Facts::default()).then(|| (*word).to_owned());
                assert_eq!((key.show)(&facts, &Policy::default()), expected, "{} = {word}", key.name);
            }
        }
    }
}
