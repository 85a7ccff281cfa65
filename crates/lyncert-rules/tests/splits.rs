//! Orders with many names: a split covers all that is needed, and is small enough or says that it is not.

mod common;

use std::collections::BTreeSet;

use lyncert_rules::facts::{CertificateLayout, Facts};
use lyncert_rules::matching::DnsPattern;
use lyncert_rules::order::orders;
use lyncert_rules::profile::expect;
use lyncert_rules::requirement::Need;
use lyncert_rules::split::{Attention, MAX_PUBLIC_NAMES, MAX_WINDOWS_OCTETS};
use proptest::prelude::*;

use common::deployment;

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_split_covers_every_name_of_every_usage_and_tells_whether_it_is_enough(
        count in 1_usize..220,
        label in "[a-z]{1,40}",
        version in 5_u32..8,
        is_separate in any::<bool>(),
    ) {
        let domains: Vec<String> = (0..count).map(|number| format!("{label}{number}.fabrikam.com")).collect();
        let domains: Vec<&str> = domains.iter().map(String::as_str).collect();
        let topology = deployment(&domains, version);
        let layout = if is_separate { CertificateLayout::Separate } else { CertificateLayout::Combined };
        let requirements = expect(&topology, &Facts { certificate_layout: layout, ..Facts::default() });
        for order in orders(&requirements, layout) {
            let size = order.size();
            let is_small = if order.public_ca {
                size.names <= MAX_PUBLIC_NAMES
            } else {
                size.octets <= MAX_WINDOWS_OCTETS
            };
            let Some(attention) = Attention::of(&order, &requirements) else {
                prop_assert!(is_small, "{}: {size:?}", order.id);
                continue;
            };
            prop_assert!(!is_small && attention.size == size);
            let served: BTreeSet<_> = attention.parts.iter().flat_map(|part| &part.usages).collect();
            prop_assert_eq!(served, order.usages.iter().collect::<BTreeSet<_>>());
            let own = requirements.iter().filter(|requirement| order.requirements.contains(&requirement.id));
            for requirement in own {
                let part = attention.parts.iter().find(|part| requirement.usages.iter().all(|usage| part.usages.contains(usage)));
                let part = part.expect("a part serves the requirement");
                let exact: BTreeSet<&str> = part.names.iter().map(|name| name.key()).collect();
                let wildcards: Vec<DnsPattern> =
                    part.names.iter().filter(|name| name.key().starts_with("*.")).map(|name| DnsPattern::new(name.key())).collect();
                for name in requirement.names.iter().filter(|name| name.need > Need::Optional) {
                    let by_wildcard = || {
                        requirement.honors_wildcard_for(name)
                            && wildcards.iter().any(|wildcard| wildcard.covers(&name.name).is_some())
                    };
                    prop_assert!(exact.contains(name.name.key()) || by_wildcard(), "{} {}", order.id, name.name);
                }
            }
            let are_small = attention.parts.iter().all(|part| {
                if order.public_ca { part.size.names <= MAX_PUBLIC_NAMES } else { part.size.octets <= MAX_WINDOWS_OCTETS }
            });
            prop_assert_eq!(attention.is_enough(), are_small);
            prop_assert_eq!(attention.text().contains("no split by usages is enough"), !are_small);
        }
    }
}
