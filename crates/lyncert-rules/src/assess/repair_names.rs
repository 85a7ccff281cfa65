//! The names of a new certificate compared with those of the present one.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use lyncert_ingest::name::DnsName;

use crate::matching::{Cover, lower_case};
use crate::names::CertificateNames;
use crate::order::{Order, Part};
use crate::requirement::{RequiredName, Requirement};

/// What the names of a repair follow from.
pub(super) struct RepairNames<'a> {
    pub(super) order: &'a Order,
    pub(super) parts: &'a [Part<'a>],
    pub(super) present: Option<&'a CertificateNames>,
    /// Whether a new certificate is requested; else the present one stays as it is.
    pub(super) is_new: bool,
    /// Names of the request that waits for a CA: what comes of it has these and no others.
    pub(super) asked: Option<&'a CertificateNames>,
    /// Names that belong to what is out of scope, by their keys.
    pub(super) left_out: &'a HashMap<&'a str, &'a DnsName>,
    /// Entries that a finding calls wrong.
    pub(super) blamed: &'a HashSet<&'a str>,
}

/// Names of a repair, each in one list.
pub(super) struct Names {
    pub(super) keep: Vec<String>,
    pub(super) add: Vec<String>,
    pub(super) drop: Vec<String>,
    /// Those of the kept names that the order does not ask for.
    pub(super) further: Vec<DnsName>,
}

impl Names {
    /// What is in one of the lists, in lower case.
    pub(super) fn mentioned(&self) -> HashSet<Cow<'_, str>> {
        self.keep.iter().chain(&self.add).chain(&self.drop).map(|name| lower_case(name)).collect()
    }
}

pub(super) fn names_of_repair(of: &RepairNames<'_>) -> Names {
    let mut names = Names { keep: Vec::new(), add: Vec::new(), drop: Vec::new(), further: Vec::new() };
    let mut asking: HashMap<&str, Vec<(&Requirement, &RequiredName)>> = HashMap::new();
    for part in of.parts {
        for required in part.firm_names() {
            asking.entry(required.name.key()).or_default().push((part.requirement, required));
        }
    }
    let ordered = of.order.names.iter().map(|name| &name.name);
    // What a request that will do has not, is optional.
    for name in ordered.filter(|name| of.asked.is_none_or(|asked| asked.cover_of(name).is_some())) {
        let by = asking.get(name.key()).map_or(&[][..], Vec::as_slice);
        let is_kept = of.present.is_some_and(|present| match present.cover_of(name) {
            Some(Cover::Exact) => true,
            Some(Cover::Wildcard) => {
                !by.is_empty()
                    && by.iter().all(|(requirement, required)| requirement.honors_wildcard_for(required))
            }
            None => false,
        });
        // What fits as it is, has nothing to be added.
        let list = if is_kept || !of.is_new { &mut names.keep } else { &mut names.add };
        list.push(name.to_string());
    }
    let known: HashSet<String> =
        names.keep.iter().chain(&names.add).map(|name| lower_case(name).into_owned()).collect();
    let accepted: HashMap<&str, &DnsName> =
        of.order.also_accepted.iter().map(|name| (name.key(), name)).collect();
    let asked: HashSet<Cow<'_, str>> = of
        .asked
        .into_iter()
        .flat_map(|asked| &asked.patterns)
        .map(|entry| lower_case(entry.as_str()))
        .collect();
    let mut seen: HashSet<String> = HashSet::new();
    for entry in of.present.into_iter().flat_map(|present| &present.patterns) {
        let lower = lower_case(entry.as_str()).into_owned();
        if known.contains(&lower) || !seen.insert(lower) {
            continue;
        }
        let needed = entry.key().and_then(|key| accepted.get(key).or_else(|| of.left_out.get(key)));
        let needed = needed.filter(|_| !of.blamed.contains(entry.as_str()));
        let stays = match of.asked {
            Some(_) => asked.contains(&*lower_case(entry.as_str())),
            None => {
                names.further.extend(needed.map(|name| (*name).clone()));
                !of.is_new || needed.is_some()
            }
        };
        let list = if stays { &mut names.keep } else { &mut names.drop };
        list.push(entry.as_str().to_owned());
    }
    let mut told: HashSet<String> = names.mentioned().into_iter().map(Cow::into_owned).collect();
    for entry in of.asked.into_iter().flat_map(|asked| &asked.patterns) {
        if told.insert(lower_case(entry.as_str()).into_owned()) {
            names.add.push(entry.as_str().to_owned());
        }
    }
    names
}
