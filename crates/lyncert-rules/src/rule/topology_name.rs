mod urls;
mod web;

use std::collections::BTreeSet;

use lyncert_ingest::name::DnsName;
use lyncert_ingest::place::Place;
use lyncert_ingest::topology::{Placed, Pool, PoolKind};

use super::{Check, Cure, Deviation, JudgedTopology, Rule, RuleOutcome, Severity};
use crate::citation::{
    BR_NAMES, L13_INFRA, L13_INT, L13_MOB, L13_SURL, OOS, S15_ENV, S15_LB, S15_SURL, S15_TBHELP,
};
use crate::issuable::internal_reason;
use crate::profile::has_profile;
use crate::requirement::Unfitness;

/// A name of the topology that no certificate should or can carry: the fault is to be mended in Topology Builder, before a
/// certificate is requested. What no certificate can carry at all is an error, and nothing else is said of it (GEN-NAME-04, CAB-02);
/// what a page says must be so is a warning, the rest information.
pub(super) static RULE: Rule = Rule {
    id: "topology-name",
    summary: "A name in the topology that no certificate should carry",
    severity: Severity::Warning,
    rationale: "a certificate with this name cannot be had, or two services answer to one name",
    remedy: "Change the name in Topology Builder, publish the topology, and request the certificates that carry it again",
    sources: &[
        &L13_INFRA,
        &S15_ENV,
        &BR_NAMES,
        &L13_INT,
        &L13_MOB,
        &S15_LB,
        &S15_TBHELP,
        &L13_SURL,
        &S15_SURL,
        &OOS,
    ],
    clauses: &[
        "CAB-02",
        "DIR-WEXT-02",
        "FE-WEXT-02",
        "FE-WEXT-03",
        "FE-WINT-03",
        "GEN-NAME-04",
        "OOS-01",
        "URL-06",
        "URL-08",
        "URL-09",
    ],
    cure: Cure::Elsewhere,
    check: Check::Topology(check),
    ..Rule::DEFAULTS
};

fn check(view: &JudgedTopology<'_>) -> RuleOutcome {
    let bad_names = host_names(view).into_iter().filter_map(|named| bad_name(&named));
    let internal = internal_names(view);
    bad_names.chain(internal).chain(web::check(view)).chain(urls::check(view)).collect()
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
    // A gateway over TCP may be known by its address.
    let has_names = |pool: &&Pool| {
        has_profile(pool.kind)
            && (pool.kind != PoolKind::Gateway || pool.trunk.as_ref().is_some_and(|trunk| trunk.is_tls))
    };
    let pools = topology.pools().filter(has_names);
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
        let av = pool.av_edge_fqdn.iter().map(move |fqdn| placed("A/V Edge FQDN", fqdn));
        let trunk = pool.trunk.iter().flat_map(|trunk| &trunk.fqdns);
        let trunk = trunk.map(move |fqdn| placed("FQDN of the gateway", fqdn));
        let farm = pool.office_web_apps_url.as_ref().zip(pool.office_web_apps_host.as_ref());
        let farm = farm.map(move |(url, host)| named(host, "host of the discovery URL", &url.place));
        let edge = access.chain(conferencing).chain(av);
        own.chain(machines).chain(internal).chain(external).chain(edge).chain(trunk).chain(farm)
    });
    let urls = topology.simple_urls.iter().flatten().flat_map(|url| {
        url.hosts().map(|name| Named { name, what: "simple URL host", place: &url.place, pool: None })
    });
    let mut unique: BTreeSet<&DnsName> = BTreeSet::new();
    domains.chain(pools).chain(urls).filter(|named| unique.insert(named.name)).collect()
}

fn bad_name(named: &Named<'_>) -> Option<Deviation> {
    let Named { name, what, place, pool } = named;
    let (defect, severity) = match name.host_name_defect() {
        // Clients match an underscore all the same.
        Some(defect) if name.key().contains('_') => (defect, Severity::Warning),
        Some(defect) => (defect, Severity::Error),
        None if name.is_single_label() => ("is a short name", Severity::Warning),
        None if !name.as_str().is_ascii() => ("has characters other than ASCII", Severity::Warning),
        None => return None,
    };
    let deviation = Deviation::new(
        format!("the {what} `{name}` {defect} ({place})"),
        "an FQDN of letters, digits, hyphens and dots",
        name.to_string(),
    );
    let deviation = deviation.clause("GEN-NAME-04").severity(severity).name(name.to_string());
    let deviation = if severity == Severity::Error {
        deviation.consequence(
            "no certificate can carry it, so none is asked for it, and whoever connects to it is refused",
        )
    } else {
        deviation
    };
    Some(match pool {
        Some(pool) => deviation.pool(&pool.fqdn),
        None => deviation,
    })
}

/// Names that a public CA is to issue and will not.
fn internal_names(view: &JudgedTopology<'_>) -> Vec<Deviation> {
    let mut seen: BTreeSet<&DnsName> = BTreeSet::new();
    let mut deviations = Vec::new();
    let public = view.requirements.iter().filter(|requirement| requirement.public_ca);
    for (requirement, unfit) in public.flat_map(|one| one.unfit_names.iter().map(move |unfit| (one, unfit))) {
        let name = &unfit.name;
        if unfit.why != Unfitness::InternalName || !seen.insert(name) {
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
        let deviation = deviation.clause("CAB-02").severity(Severity::Error).name(name.to_string());
        deviations.push(match &requirement.holder.pool {
            Some(pool) => deviation.pool(pool),
            None => deviation,
        });
    }
    deviations
}

#[cfg(test)]
mod tests {
    use lyncert_ingest::topology::{PoolKind, SimpleUrl, SimpleUrlComponent};

    use super::*;
    use crate::testing::{Estate, check_topology, edge, front_end, name, placed, pool};

    /// The Front End pool with an internal web FQDN, and a Meet URL for each SIP domain.
    fn sound() -> Estate {
        let mut estate = front_end();
        estate.topology.sites[0].pools[0].internal_web_fqdns = vec![placed("webint.contoso.com")];
        complete_urls(&mut estate);
        estate
    }

    fn complete_urls(estate: &mut Estate) {
        let urls = estate.topology.simple_urls.as_mut().unwrap();
        let meet = SimpleUrl {
            domain: "fabrikam.com".to_owned(),
            active_url: "https://meet.fabrikam.com".to_owned(),
            active_host: name("meet.fabrikam.com"),
            ..urls[0].clone()
        };
        urls.push(meet);
    }

    fn with_second_pool(kind: PoolKind) -> Estate {
        let mut estate = sound();
        let mut second = pool(kind, "second.contoso.com", &["second.contoso.com"]);
        second.external_web_fqdns = vec![placed("WebExt.contoso.com")];
        estate.topology.sites[0].pools.push(second);
        estate
    }

    #[test]
    fn a_clean_topology_passes() {
        check_topology(&RULE, &sound()).passes();
        let mut edge = edge();
        complete_urls(&mut edge);
        check_topology(&RULE, &edge).passes();
    }

    #[test]
    fn names_that_are_no_fqdns_are_warnings() {
        for (bad, defect) in [("fe_1.contoso.com", "has an underscore"), ("FE1", "is a short name")] {
            let mut estate = sound();
            estate.topology.sites[0].pools[0].machines[0].fqdn = name(bad);
            let message = format!("the server FQDN `{bad}` {defect} (fe1.contoso.com (test.tbxml:1:1))");
            check_topology(&RULE, &estate).fails_with(Severity::Warning, &message);
        }
    }

    #[test]
    fn an_address_in_the_place_of_a_name_is_one_error_and_nothing_is_asked_of_it() {
        let mut estate = edge();
        complete_urls(&mut estate);
        let address = || Some(placed("203.0.113.20"));
        let pool = &mut estate.topology.sites[0].pools[0];
        (pool.access_edge_fqdn, pool.web_conferencing_edge_fqdn) = (address(), address());
        let message = "the Access Edge FQDN `203.0.113.20` is an IP address, not a name (203.0.113.20 (test.tbxml:1:1))";
        check_topology(&RULE, &estate).fails_with(Severity::Error, message);
        let requirement = crate::testing::edge_external(&estate);
        let address = name("203.0.113.20");
        assert!(requirement.known_names().all(|known| *known != address));
        assert!(requirement.has_unfit_subject && requirement.unfit_names.len() == 1);
    }

    #[test]
    fn databases_may_have_any_name() {
        let mut estate = sound();
        estate.topology.sites[0].pools.push(pool(PoolKind::Database, "SQL_1", &["SQL_1"]));
        check_topology(&RULE, &estate).passes();
    }

    #[test]
    fn an_internal_name_that_a_public_ca_should_issue_is_an_error() {
        let mut estate = edge();
        complete_urls(&mut estate);
        estate.topology.sites[0].pools[0].access_edge_fqdn = Some(placed("edge.contoso.local"));
        let outcome = check_topology(&RULE, &estate);
        assert_eq!((outcome.severity(), outcome.clause()), (Some(Severity::Error), Some("CAB-02")));
    }

    #[test]
    fn two_pools_with_one_web_name_are_a_warning_and_a_director_has_a_clause_of_its_own() {
        let pools = check_topology(&RULE, &with_second_pool(PoolKind::FrontEndPool));
        assert_eq!((pools.severity(), pools.clause()), (Some(Severity::Warning), Some("FE-WEXT-02")));
        let director = check_topology(&RULE, &with_second_pool(PoolKind::Director));
        assert_eq!((director.severity(), director.clause()), (Some(Severity::Warning), Some("DIR-WEXT-02")));
    }

    #[test]
    fn simple_urls_have_their_syntax() {
        for (url, defect) in [
            ("http://meet.contoso.com", "does not start with https://"),
            ("https://meet.contoso.com:443/x", "has a port"),
            ("https://dialin.contoso.com/", "is a prefix of https://dialin.contoso.com/dialin"),
        ] {
            let mut estate = sound();
            let urls = estate.topology.simple_urls.as_mut().unwrap();
            urls[0].active_url = url.to_owned();
            urls[1].active_url = "https://dialin.contoso.com/dialin".to_owned();
            urls[1].place.line = 2;
            let message = format!("the Meet simple URL `{url}` {defect} (SimpleUrl (test.tbxml:1:1))");
            check_topology(&RULE, &estate).fails_with(Severity::Warning, &message);
        }
    }

    #[test]
    fn the_web_fqdns_of_a_pool_differ_from_each_other_and_from_the_pool_fqdns_of_others() {
        let outcome = |change: fn(&mut Estate)| {
            let mut estate = sound();
            change(&mut estate);
            let outcome = check_topology(&RULE, &estate);
            (outcome.severity(), outcome.clause())
        };
        let own = |estate: &mut Estate| {
            estate.topology.sites[0].pools[0].external_web_fqdns = vec![placed("webint.contoso.com")];
        };
        assert_eq!(outcome(own), (Some(Severity::Warning), Some("FE-WEXT-03")));
        let implicit = |estate: &mut Estate| {
            let pool = &mut estate.topology.sites[0].pools[0];
            pool.machines.truncate(1);
            (pool.internal_web_fqdns, pool.external_web_fqdns) =
                (Vec::new(), vec![placed("pool.contoso.com")]);
        };
        assert_eq!(outcome(implicit), (Some(Severity::Warning), Some("FE-WEXT-03")));
        let others = |estate: &mut Estate| {
            let mut second = pool(PoolKind::FrontEndPool, "second.contoso.com", &["second.contoso.com"]);
            second.external_web_fqdns = vec![placed("web2.contoso.com")];
            estate.topology.sites[0].pools[0].external_web_fqdns = vec![placed("second.contoso.com")];
            estate.topology.sites[0].pools.push(second);
        };
        assert_eq!(
            outcome(others),
            (Some(Severity::Warning), Some("FE-WEXT-02")),
            "it is the internal one of the other"
        );
        let balanced = |estate: &mut Estate| estate.topology.sites[0].pools[0].internal_web_fqdns.clear();
        assert_eq!(outcome(balanced), (Some(Severity::Info), Some("FE-WINT-03")));
    }

    #[test]
    fn a_farm_is_found_over_https() {
        let mut estate = sound();
        let mut farm = pool(PoolKind::OfficeWebApps, "owa.contoso.com", &["owa.contoso.com"]);
        for (url, clause) in
            [("https://owa.contoso.com/hosting/discovery", None), ("http://owa.contoso.com/", Some("OOS-01"))]
        {
            farm.office_web_apps_url = Some(Placed { value: url.to_owned(), place: farm.place.clone() });
            estate.topology.sites[0].pools.truncate(1);
            estate.topology.sites[0].pools.push(farm.clone());
            assert_eq!(check_topology(&RULE, &estate).clause(), clause, "{url}");
        }
    }

    #[test]
    fn a_set_of_simple_urls_is_complete_and_each_is_its_own() {
        let message = |change: fn(&mut Vec<SimpleUrl>)| {
            let mut estate = sound();
            change(estate.topology.simple_urls.as_mut().unwrap());
            check_topology(&RULE, &estate).messages().into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(
            message(|urls| urls.truncate(3)),
            ["the global simple URLs have no Meet URL for fabrikam.com"]
        );
        assert_eq!(
            message(|urls| urls.retain(|url| url.component != SimpleUrlComponent::Dialin)),
            ["the global simple URLs have no Dial-in URL"]
        );
        assert_eq!(
            message(|urls| urls[3].active_url = urls[0].active_url.clone()),
            [
                "the Meet simple URL `https://meet.contoso.com` is that of contoso.com and of fabrikam.com (SimpleUrl (test.tbxml:1:1))"
            ]
        );
        assert_eq!(
            message(|urls| {
                urls[1].active_url = "https://fabrikam.com/dial_in".to_owned();
                urls[1].active_host = name("fabrikam.com");
            }),
            [
                "the Dialin simple URL `https://fabrikam.com/dial_in` has a SIP domain as its host (SimpleUrl (test.tbxml:1:1))",
                "the Dialin simple URL `https://fabrikam.com/dial_in` has other characters than letters, digits and full stops in its path (SimpleUrl (test.tbxml:1:1))",
            ]
        );
        assert_eq!(
            message(|urls| {
                let own = SimpleUrl {
                    site: Some("1".to_owned()),
                    domain: "*".to_owned(),
                    active_url: "https://meet-main.contoso.com".to_owned(),
                    active_host: name("meet-main.contoso.com"),
                    ..urls[0].clone()
                };
                urls.push(own);
            }),
            [
                "the simple URLs of site Main have no Dial-in URL",
                "the simple URLs of site Main have no Admin URL"
            ]
        );
    }
}
