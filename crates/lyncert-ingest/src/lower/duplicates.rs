//! What stands twice in an export though it may be there once. Nothing is dropped for it, but what follows from it may be wrong.

use std::collections::HashMap;

use super::raw::Raw;
use crate::lowering::Lowering;
use crate::place::Place;
use crate::problem::Problem;

/// Tells of pools of one FQDN, servers in two pools, and sites and services of one id.
pub(super) fn report_duplicates(lowering: &mut Lowering<'_>, raw: &Raw<'_>) {
    let mut found = Vec::new();
    let pools = raw.clusters.iter().map(|cluster| (cluster.fqdn.key().to_owned(), &cluster.place));
    found.extend(repeated(pools, |fqdn| format!("two pools have the FQDN `{fqdn}`")));
    found.extend(servers_in_two_pools(raw));
    let sites = raw.sites.iter().map(|site| (site.id.trim().to_ascii_lowercase(), &site.place));
    found.extend(repeated(sites, |id| format!("two sites have the id `{id}`")));
    let services = raw.services.iter().filter_map(|service| Some((service.key.clone()?, &service.place)));
    found.extend(repeated(services, |_| "two services have one id".to_owned()));
    lowering.problems.extend(found);
}

/// A problem at each place whose key stood before.
fn repeated<'p>(
    keyed: impl Iterator<Item = (String, &'p Place)>,
    text: impl Fn(&str) -> String,
) -> Vec<Problem> {
    let mut known: HashMap<String, u32> = HashMap::new();
    let mut problems = Vec::new();
    for (key, place) in keyed {
        match known.get(&key) {
            Some(line) => {
                let text = format!("{}; the first one stands at line {line}", text(&key));
                problems.push(Problem { place: place.clone(), text });
            }
            None => {
                known.insert(key, place.line);
            }
        }
    }
    problems
}

fn servers_in_two_pools(raw: &Raw<'_>) -> Vec<Problem> {
    let mut pool_of: HashMap<&str, usize> = HashMap::new();
    let mut problems = Vec::new();
    for (index, cluster) in raw.clusters.iter().enumerate() {
        for machine in &cluster.machines {
            let first = *pool_of.entry(machine.fqdn.key()).or_insert(index);
            let Some(other) = raw.clusters.get(first).filter(|other| other.fqdn != cluster.fqdn) else {
                continue;
            };
            let text = format!(
                "the server `{}` is in the pool `{}` and in the pool `{}`",
                machine.fqdn, other.fqdn, cluster.fqdn
            );
            problems.push(Problem { place: machine.place.clone(), text });
        }
    }
    problems
}
