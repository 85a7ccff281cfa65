use std::collections::{BTreeMap, BTreeSet};

use lyncert_ingest::name::DnsName;
use lyncert_ingest::place::Place;
use lyncert_ingest::topology::{Placed, Pool, SimpleUrl};

use super::{Check, Deviation, JudgedTopology, Rule, RuleOutcome, Severity};
use crate::citation::{CABF, L13_INFRA, L13_INT, L13_SURL, S15_ENV, S15_TBHELP};
use crate::holder::{FrontEnd, HolderKind};
use crate::issuable::internal_reason;
use crate::profile::has_profile;

/// A name of the topology that no certificate should or can carry: the fault is to be mended in Topology Builder, before a
/// certificate is requested (GEN-NAME-04, CAB-02, FE-WEXT-02, DIR-WEXT-02, URL-06).
pub(super) static RULE: Rule = Rule {
    id: "topology-name",
    summary: "A name in the topology that no certificate should carry",
    severity: Severity::Warning,
    rationale: "a certificate with this name cannot be had, or two services answer to one name",
    remedy: "Change the name in Topology Builder, publish the topology, and request the certificates that carry it again",
    sources: &[&L13_INFRA, &S15_ENV, &CABF, &L13_INT, &S15_TBHELP, &L13_SURL],
    clauses: &["CAB-02", "DIR-WEXT-02", "FE-WEXT-02", "GEN-NAME-04", "URL-06"],
    check: Check::Topology(check),
    ..Rule::DEFAULTS
};

fn check(view: &JudgedTopology<'_>) -> RuleOutcome {
    let bad_names = host_names(view).into_iter().filter_map(|named| bad_name(&named));
    let internal = internal_names(view);
    let shared = shared_web_names(view);
    let urls = view.topology.simple_urls.iter().flatten().flat_map(|url| url_syntax(url, view));
    bad_names.chain(internal).chain(shared).chain(urls).collect()
}

/// A name and the element that gives it.
struct Named<'a> {
    name: &'a DnsName,
    what: &'static str,
    place: &'a Place,
    pool: Option<&'a Pool>,
}

/// Every name that a certificate may have to carry, each once.
fn host_names<'a>(view: &JudgedTopology<'a>) -> Vec<Named<'a>> {
    let topology = view.topology;
    let domains = topology.sip_domains.iter().map(|domain| Named {
        name: &domain.name,
        what: "SIP domain",
        place: &domain.place,
        pool: None,
    });
    let pools = topology.pools().filter(|pool| has_profile(pool.kind));
    let pools = pools.flat_map(|pool| {
        let named = move |name, what, place| Named { name, what, place, pool: Some(pool) };
        let placed =
            move |what: &'static str, fqdn: &'a Placed<DnsName>| named(&fqdn.value, what, &fqdn.place);
        let own = [named(&pool.fqdn, "pool FQDN", &pool.place)].into_iter();
        let machines =
            pool.machines.iter().map(move |machine| named(&machine.fqdn, "server FQDN", &machine.place));
        let internal = pool.internal_web_fqdns.iter().map(move |fqdn| placed("internal web FQDN", fqdn));
        let external = pool.external_web_fqdns.iter().map(move |fqdn| placed("external web FQDN", fqdn));
        let access = pool.access_edge_fqdn.iter().map(move |fqdn| placed("Access Edge FQDN", fqdn));
        let conferencing = &pool.web_conferencing_edge_fqdn;
        let conferencing = conferencing.iter().map(move |fqdn| placed("Web Conferencing Edge FQDN", fqdn));
        own.chain(machines).chain(internal).chain(external).chain(access).chain(conferencing)
    });
    let urls = topology.simple_urls.iter().flatten().flat_map(|url| {
        url.hosts().map(|name| Named { name, what: "simple URL host", place: &url.place, pool: None })
    });
    let mut unique: BTreeSet<&DnsName> = BTreeSet::new();
    domains.chain(pools).chain(urls).filter(|named| unique.insert(named.name)).collect()
}

fn bad_name(named: &Named<'_>) -> Option<Deviation> {
    let Named { name, what, place, pool } = named;
    let defect = match name.host_name_defect() {
        Some(defect) => defect,
        None if name.is_single_label() => "is a short name",
        None if !name.as_str().is_ascii() => "has characters other than ASCII",
        None => return None,
    };
    let deviation = Deviation::new(
        format!("the {what} `{name}` {defect} ({place})"),
        "an FQDN of letters, digits, hyphens and dots",
        name.to_string(),
    );
    let deviation = deviation.clause("GEN-NAME-04").name(name.to_string());
    Some(match pool {
        Some(pool) => deviation.pool(&pool.fqdn),
        None => deviation,
    })
}

/// Names that a public CA is to issue and will not.
fn internal_names(view: &JudgedTopology<'_>) -> Vec<Deviation> {
    let mut seen: BTreeSet<&DnsName> = BTreeSet::new();
    let mut deviations = Vec::new();
    for requirement in view.requirements {
        for name in requirement.internal_names() {
            if !seen.insert(name) {
                continue;
            }
            // Reports name the pool beside; what is outside of pools has to be named here.
            let whose = match requirement.holder.pool {
                Some(_) => String::new(),
                None => format!("{}: ", requirement.holder),
            };
            let deviation = Deviation::new(
                format!(
                    "{whose}the certificate should come from a public CA, but none issues `{name}`: {}",
                    internal_reason(name)
                ),
                "a name that everybody can resolve",
                name.to_string(),
            );
            let deviation = deviation.clause("CAB-02").name(name.to_string());
            deviations.push(match &requirement.holder.pool {
                Some(pool) => deviation.pool(pool),
                None => deviation,
            });
        }
    }
    deviations
}

/// Web services FQDNs that more than one pool claims.
fn shared_web_names(view: &JudgedTopology<'_>) -> Vec<Deviation> {
    let mut owners: BTreeMap<&DnsName, Vec<(&Pool, &Place)>> = BTreeMap::new();
    for pool in view.topology.pools() {
        for fqdn in pool.external_web_fqdns.iter().chain(&pool.internal_web_fqdns) {
            let of_name = owners.entry(&fqdn.value).or_default();
            if of_name.iter().all(|(known, _)| known.fqdn != pool.fqdn) {
                of_name.push((pool, &fqdn.place));
            }
        }
    }
    owners.iter().filter_map(|(name, pools)| shared_web_name(name, pools)).collect()
}

fn shared_web_name(name: &DnsName, pools: &[(&Pool, &Place)]) -> Option<Deviation> {
    let [(first, _), (second, place), ..] = pools else { return None };
    let is_director = |(pool, _): &(&Pool, &Place)| {
        HolderKind::Pool(pool.kind).facts().front_end == Some(FrontEnd::Director)
    };
    let mixed = pools.iter().any(is_director) && !pools.iter().all(is_director);
    let deviation = Deviation::new(
        format!("the web services FQDN `{name}` is that of {} and of {} ({place})", first.fqdn, second.fqdn),
        "web services FQDNs that differ from pool to pool",
        name.to_string(),
    )
    .consequence(
        "the reverse proxy cannot tell the pools apart: clients of one reach the web services of the other",
    );
    let deviation = if mixed {
        deviation.severity(Severity::Error).clause("DIR-WEXT-02")
    } else {
        deviation.clause("FE-WEXT-02")
    };
    Some(deviation.name(name.to_string()).pool(&second.fqdn))
}

fn url_syntax(url: &SimpleUrl, view: &JudgedTopology<'_>) -> Vec<Deviation> {
    let lower = url.active_url.trim().trim_end_matches('/').to_ascii_lowercase();
    let mut defects: Vec<String> = Vec::new();
    let Some(rest) = lower.strip_prefix("https://") else {
        return vec![url_deviation(url, "does not start with https://")];
    };
    if rest.split('/').next().is_some_and(|authority| authority.contains(':')) {
        defects.push("has a port".to_owned());
    }
    if let Some(pool) = view.topology.pools().find(|pool| pool.fqdn == url.active_host) {
        defects.push(format!("contains the pool FQDN {}", pool.fqdn));
    }
    let others = view.topology.simple_urls.iter().flatten();
    let others = others.filter(|other| other.site == url.site && other.place != url.place);
    for other in others {
        let longer = other.active_url.trim().to_ascii_lowercase();
        if longer.strip_prefix(&lower).is_some_and(|tail| tail.starts_with('/') && tail.len() > 1) {
            defects.push(format!("is a prefix of {}", other.active_url));
        }
    }
    defects.iter().map(|defect| url_deviation(url, defect)).collect()
}

fn url_deviation(url: &SimpleUrl, defect: &str) -> Deviation {
    Deviation::new(
        format!("the {} simple URL `{}` {defect} ({})", url.component.as_str(), url.active_url, url.place),
        "https://, a host of its own, no port, and no simple URL that is the start of another",
        &*url.active_url,
    )
    .clause("URL-06")
    .name(url.active_host.to_string())
    .consequence("meeting, dial-in or control panel links may lead to the wrong place")
    .remedy("Change the simple URL in Topology Builder, publish the topology, and run Enable-CsComputer on each Front End Server and Director")
}

#[cfg(test)]
mod tests {
    use lyncert_ingest::topology::PoolKind;

    use super::*;
    use crate::testing::{Estate, check_topology, edge, front_end, name, placed, pool};

    fn with_second_pool(kind: PoolKind) -> Estate {
        let mut estate = front_end();
        let mut second = pool(kind, "second.contoso.com", &["second.contoso.com"]);
        second.external_web_fqdns = vec![placed("WebExt.contoso.com")];
        estate.topology.sites[0].pools.push(second);
        estate
    }

    #[test]
    fn a_clean_topology_passes() {
        check_topology(&RULE, &front_end()).passes();
        check_topology(&RULE, &edge()).passes();
    }

    #[test]
    fn names_that_are_no_fqdns_are_warnings() {
        for (bad, defect) in [("fe_1.contoso.com", "has an underscore"), ("FE1", "is a short name")] {
            let mut estate = front_end();
            estate.topology.sites[0].pools[0].machines[0].fqdn = name(bad);
            let message = format!("the server FQDN `{bad}` {defect} (fe1.contoso.com (test.tbxml:1:1))");
            check_topology(&RULE, &estate).fails_with(Severity::Warning, &message);
        }
    }

    #[test]
    fn databases_may_have_any_name() {
        let mut estate = front_end();
        estate.topology.sites[0].pools.push(pool(PoolKind::Database, "SQL_1", &["SQL_1"]));
        check_topology(&RULE, &estate).passes();
    }

    #[test]
    fn an_internal_name_that_a_public_ca_should_issue_is_a_warning() {
        let mut estate = edge();
        estate.topology.sites[0].pools[0].access_edge_fqdn = Some(placed("edge.contoso.local"));
        let outcome = check_topology(&RULE, &estate);
        assert_eq!((outcome.severity(), outcome.clause()), (Some(Severity::Warning), Some("CAB-02")));
    }

    #[test]
    fn two_pools_with_one_web_name_are_a_warning_and_a_director_makes_it_an_error() {
        let pools = check_topology(&RULE, &with_second_pool(PoolKind::FrontEndPool));
        assert_eq!((pools.severity(), pools.clause()), (Some(Severity::Warning), Some("FE-WEXT-02")));
        let director = check_topology(&RULE, &with_second_pool(PoolKind::Director));
        assert_eq!((director.severity(), director.clause()), (Some(Severity::Error), Some("DIR-WEXT-02")));
    }

    #[test]
    fn simple_urls_have_their_syntax() {
        for (url, defect) in [
            ("http://meet.contoso.com", "does not start with https://"),
            ("https://meet.contoso.com:443/x", "has a port"),
            ("https://dialin.contoso.com/", "is a prefix of https://dialin.contoso.com/dialin"),
        ] {
            let mut estate = front_end();
            let urls = estate.topology.simple_urls.as_mut().unwrap();
            urls[0].active_url = url.to_owned();
            urls[1].active_url = "https://dialin.contoso.com/dialin".to_owned();
            urls[1].place.line = 2;
            let message = format!("the Meet simple URL `{url}` {defect} (SimpleUrl (test.tbxml:1:1))");
            check_topology(&RULE, &estate).fails_with(Severity::Warning, &message);
        }
    }
}
