//! Rules that begin or end on a day: data with sources, since such days move.

use std::fmt;

use lyncert_ingest::topology::{ProductVersion, Topology};
use time::macros::date;
use time::{Date, OffsetDateTime};

use crate::citation::{
    BR_LIFETIME, BR_NAMES, BR_SIGNATURE, CHROME, Citation, L13_PICFAQ, LIFECYCLE_2010, LIFECYCLE_2013,
    LIFECYCLE_2015, LIFECYCLE_2019, S19_DEP, SFBO_RET, SKYPE_RET,
};
use crate::facts::{Edition, Facts};
use crate::timestamp::day_in_words;

/// Something that holds from a day on.
#[derive(Debug)]
pub struct DatedPolicy {
    /// Kebab-case name, unique.
    pub id: &'static str,
    /// The first day that it holds, UTC.
    pub from: Date,
    /// What changes.
    pub change: DatedChange,
    /// The document that says so.
    pub source: &'static Citation,
    /// When that document was read.
    pub read: Date,
}

/// What changes on a day.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DatedChange {
    /// Public certificates issued from then on live this many days at most, both ends included.
    LongestLifetime(i64),
    /// Public certificates issued from then on have no client EKU.
    NoClientEku,
    /// Public certificates issued from then on are not signed with SHA-1.
    NoSha1,
    /// Public certificates issued from then on have no internal names and no reserved addresses.
    NoInternalNames,
    /// A product generation is no longer supported by its vendor.
    SupportEnds(ProductVersion),
    /// A scenario is over: its name.
    ScenarioEnds(&'static str),
}

impl fmt::Display for DatedPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = day_in_words(self.from);
        match self.change {
            DatedChange::LongestLifetime(days) => {
                write!(f, "public certificates issued from {from} on live at most {days} days")
            }
            DatedChange::NoClientEku => {
                write!(f, "public certificates issued from {from} on may not have the client EKU")
            }
            DatedChange::NoSha1 => {
                write!(f, "public certificates issued from {from} on may not be signed with SHA-1")
            }
            DatedChange::NoInternalNames => {
                write!(f, "public certificates issued from {from} on may not have internal names")
            }
            DatedChange::SupportEnds(version) => write!(f, "{version} is not supported from {from} on"),
            DatedChange::ScenarioEnds(scenario) => write!(f, "{scenario} is over from {from} on"),
        }
    }
}

/// When the client EKU leaves public certificates: the last day that the root programs allow (EKU-01). Some CAs stopped earlier.
pub(crate) const CLIENT_EKU_ENDS: Date = date!(2027 - 03 - 15);

const READ: Date = date!(2026 - 11 - 22);

const fn dated_policy(
    id: &'static str,
    from: Date,
    change: DatedChange,
    source: &'static Citation,
) -> DatedPolicy {
    DatedPolicy { id, from, change, source, read: READ }
}

const fn lifetime_limit(id: &'static str, from: Date, days: i64) -> DatedPolicy {
    dated_policy(id, from, DatedChange::LongestLifetime(days), &BR_LIFETIME)
}

const fn support_end(
    id: &'static str,
    from: Date,
    version: ProductVersion,
    source: &'static Citation,
) -> DatedPolicy {
    dated_policy(id, from, DatedChange::SupportEnds(version), source)
}

const fn scenario_end(
    id: &'static str,
    from: Date,
    scenario: &'static str,
    source: &'static Citation,
) -> DatedPolicy {
    dated_policy(id, from, DatedChange::ScenarioEnds(scenario), source)
}

/// All dated policies, by day.
pub static DATED_POLICY: [DatedPolicy; 16] = [
    scenario_end(
        "aol-and-yahoo-end",
        date!(2014 - 07 - 01),
        "instant messaging with AOL and Yahoo",
        &L13_PICFAQ,
    ),
    dated_policy("internal-names-end", date!(2015 - 11 - 01), DatedChange::NoInternalNames, &BR_NAMES),
    dated_policy("sha1-ends", date!(2016 - 01 - 01), DatedChange::NoSha1, &BR_SIGNATURE),
    lifetime_limit("lifetime-825", date!(2018 - 03 - 01), 825),
    scenario_end("xmpp-ends", date!(2018 - 10 - 22), "XMPP federation, with the 2019 generation", &S19_DEP),
    lifetime_limit("lifetime-398", date!(2020 - 09 - 01), 398),
    support_end("support-2010-ends", date!(2021 - 04 - 14), ProductVersion::Lync2010, &LIFECYCLE_2010),
    scenario_end("online-ends", date!(2021 - 08 - 01), "Skype for Business Online", &SFBO_RET),
    support_end("support-2013-ends", date!(2023 - 04 - 12), ProductVersion::Lync2013, &LIFECYCLE_2013),
    scenario_end("skype-ends", date!(2025 - 05 - 05), "federation with consumer Skype", &SKYPE_RET),
    support_end("support-2015-ends", date!(2025 - 10 - 15), ProductVersion::Sfb2015, &LIFECYCLE_2015),
    support_end("support-2019-ends", date!(2025 - 10 - 15), ProductVersion::Sfb2019, &LIFECYCLE_2019),
    lifetime_limit("lifetime-200", date!(2026 - 03 - 15), 200),
    lifetime_limit("lifetime-100", date!(2027 - 03 - 15), 100),
    dated_policy("client-eku-ends", CLIENT_EKU_ENDS, DatedChange::NoClientEku, &CHROME),
    lifetime_limit("lifetime-47", date!(2029 - 03 - 15), 47),
];

/// The row that limits the lifetime of a public certificate issued at this time, and its days; `None` before there was a
/// limit.
pub(crate) fn longest_lifetime(issued: OffsetDateTime) -> Option<(&'static DatedPolicy, i64)> {
    let rows = DATED_POLICY.iter().filter(|row| row.from.midnight().assume_utc() <= issued);
    let mut rows = rows.filter_map(|row| match row.change {
        DatedChange::LongestLifetime(days) => Some((row, days)),
        DatedChange::NoClientEku
        | DatedChange::NoSha1
        | DatedChange::NoInternalNames
        | DatedChange::SupportEnds(_)
        | DatedChange::ScenarioEnds(_) => None,
    });
    rows.next_back()
}

/// When the support of the products of a topology ends or ended, oldest product first. What may be the Subscription Edition is told
/// with that, and what is said to be it has no such day.
pub fn support_ends<'a>(
    topology: &'a Topology,
    facts: &'a Facts,
) -> impl Iterator<Item = (&'static DatedPolicy, String)> + 'a {
    topology.product_versions().into_iter().filter_map(|version| {
        let is_its_row = |row: &&DatedPolicy| row.change == DatedChange::SupportEnds(version);
        let row = DATED_POLICY.iter().find(is_its_row)?;
        let product = match (version, facts.edition) {
            (ProductVersion::Sfb2019, Some(Edition::SubscriptionEdition)) => return None,
            (ProductVersion::Sfb2019, None) => {
                "Skype for Business Server 2019, unless it is the Subscription Edition (`edition` in the policy),".to_owned()
            }
            (version, _) => facts.product_title(version),
        };
        Some((row, {
            let from = day_in_words(row.from);
            format!("{product} is not supported by its vendor from {from} on")
        }))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::testing::front_end;

    #[test]
    fn the_end_of_support_is_told_of_the_products_of_a_topology() {
        let told = |version: u32, edition| {
            let mut estate = front_end();
            estate.topology.sites[0].pools[0].services[0].version = Some(version);
            estate.facts.edition = edition;
            support_ends(&estate.topology, &estate.facts).map(|(_, text)| text).collect::<Vec<_>>().join("; ")
        };
        let (old, se) = (Some(Edition::Server2019), Some(Edition::SubscriptionEdition));
        assert_eq!(told(6, None), "Lync Server 2013 is not supported by its vendor from 12 April 2023 on");
        assert_eq!(
            told(8, old),
            "Skype for Business Server 2019 is not supported by its vendor from 15 October 2025 on"
        );
        assert_eq!(told(8, se), "");
        assert!(told(8, None).contains("unless it is the Subscription Edition"), "{}", told(8, None));
        assert_eq!(told(9, None), "");
    }

    #[test]
    fn rows_are_in_the_order_of_their_days_and_have_ids_of_their_own() {
        assert!(DATED_POLICY.is_sorted_by_key(|row| row.from));
        let ids: BTreeSet<_> = DATED_POLICY.iter().map(|row| row.id).collect();
        assert_eq!(ids.len(), DATED_POLICY.len());
    }

    #[test]
    fn every_row_says_what_changes_and_who_says_so() {
        for row in &DATED_POLICY {
            let text = row.to_string();
            assert!(text.contains(&day_in_words(row.from)) && text.len() > 30, "{text}");
            assert!(row.source.url.starts_with("https://"), "{}", row.id);
            assert!(row.read > date!(2026 - 01 - 01), "{}", row.id);
        }
    }
}
