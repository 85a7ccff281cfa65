//! Simple URLs: how they are written, and that a set has what a site needs (URL-06, URL-08, URL-09). Judged only where the export has
//! them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lyncert_ingest::name::{DnsName, said};
use lyncert_ingest::topology::{SimpleUrl, SimpleUrlComponent};

use crate::rule::{Deviation, JudgedTopology};
use crate::severity::Severity;
use crate::simple_urls::without_meet;

pub(super) fn check(view: &JudgedTopology<'_>) -> Vec<Deviation> {
    let Some(urls) = view.topology.simple_urls.as_deref().filter(|urls| !urls.is_empty()) else {
        return Vec::new();
    };
    let names = TakenNames::new(urls, view);
    let mut deviations: Vec<Deviation> = urls.iter().flat_map(|url| syntax(url, &names)).collect();
    let mut sets: BTreeMap<Option<&str>, Vec<&SimpleUrl>> = BTreeMap::new();
    for url in urls {
        sets.entry(url.site.as_deref()).or_default().push(url);
    }
    let site_names: HashMap<&str, &str> =
        view.topology.sites.iter().rev().map(|site| (site.id.as_str(), site.name.as_str())).collect();
    for (site, set) in &sets {
        deviations.extend(missing(*site, set, view, &site_names));
        deviations.extend(shared_meet_urls(set));
    }
    deviations
}

/// What a simple URL is compared with.
struct TakenNames<'a> {
    pools: BTreeSet<&'a DnsName>,
    domains: BTreeSet<&'a DnsName>,
    /// All URLs by their site and their normal form.
    urls: BTreeMap<(Option<&'a str>, String), &'a str>,
}

impl<'a> TakenNames<'a> {
    fn new(urls: &'a [SimpleUrl], view: &JudgedTopology<'a>) -> Self {
        let by_form = |url: &'a SimpleUrl| {
            ((url.site.as_deref(), normal_form(&url.active_url)), url.active_url.as_str())
        };
        Self {
            pools: view.topology.pools().map(|pool| &pool.fqdn).collect(),
            domains: view.topology.sip_domains.iter().map(|domain| &domain.name).collect(),
            urls: urls.iter().map(by_form).collect(),
        }
    }

    /// A URL of the same set that goes on where this one ends.
    fn longer_than(&self, url: &'a SimpleUrl, form: &str) -> Option<&'a str> {
        let start = (url.site.as_deref(), format!("{form}/"));
        let ((site, next), longer) = self.urls.range(start.clone()..).next()?;
        (*site == start.0 && next.starts_with(&start.1)).then_some(*longer)
    }
}

fn syntax<'a>(url: &'a SimpleUrl, names: &TakenNames<'a>) -> Vec<Deviation> {
    let lower = normal_form(&url.active_url);
    let mut defects: Vec<String> = Vec::new();
    let Some(rest) = lower.strip_prefix("https://") else {
        return vec![badly_written(url, "does not start with https://")];
    };
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    if authority.contains(':') {
        defects.push("has a port".to_owned());
    }
    if let Some(pool) = names.pools.get(&url.active_host) {
        defects.push(format!("contains the pool FQDN {}", said(pool)));
    }
    if names.domains.contains(&url.active_host) {
        defects.push("has a SIP domain as its host".to_owned());
    }
    if !path.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '/')) {
        defects.push("has other characters than letters, digits and full stops in its path".to_owned());
    }
    if let Some(longer) = names.longer_than(url, &lower) {
        defects.push(format!("is a prefix of {longer}"));
    }
    defects.iter().map(|defect| badly_written(url, defect)).collect()
}

/// A URL as it is compared: in lower case, without a slash at its end.
fn normal_form(url: &str) -> String {
    url.trim().trim_end_matches('/').to_ascii_lowercase()
}

fn badly_written(url: &SimpleUrl, defect: &str) -> Deviation {
    Deviation::new(
        format!("the {} simple URL `{}` {defect} ({})", url.component.as_str(), url.active_url, url.place),
        "https://, a host of its own, no port, and no simple URL that is the start of another",
        &*url.active_url,
    )
    .clause("URL-06")
    .severity(Severity::Warning)
    .name(url.active_host.to_string())
    .consequence("meeting, dial-in or control panel links may lead to the wrong place")
    .remedy(CHANGE)
}

const CHANGE: &str = "Change the simple URL in Topology Builder, publish the topology, and run Enable-CsComputer on each Front End Server and Director";

/// What a set of URLs lacks: a Meet URL for each SIP domain and one for dial-in; a site's own set also what the global one has.
fn missing(
    site: Option<&str>,
    set: &[&SimpleUrl],
    view: &JudgedTopology<'_>,
    site_names: &HashMap<&str, &str>,
) -> Vec<Deviation> {
    let has = |component: &SimpleUrlComponent| set.iter().any(|url| url.component == *component);
    let whose = match site {
        None => "the global simple URLs".to_owned(),
        Some(id) => {
            let name = site_names.get(id).copied().filter(|name| !name.is_empty());
            format!("the simple URLs of site {}", name.unwrap_or(id))
        }
    };
    let clause = if site.is_some() { "URL-09" } else { "URL-08" };
    let lacks = |what: &str, name: String| {
        Deviation::new(format!("{whose} have no {what}"), format!("a {what}"), "none")
            .clause(clause)
            .severity(Severity::Warning)
            .name(name)
            .consequence("meeting invitations or the dial-in settings page have no link there")
            .remedy(CHANGE)
    };
    let meet_urls = set.iter().filter(|url| url.component == SimpleUrlComponent::Meet);
    let domains = meet_urls.map(|url| url.domain.as_str());
    let mut deviations: Vec<Deviation> = without_meet(&view.topology.sip_domains, domains)
        .map(|domain| lacks(&format!("Meet URL for {}", domain.name), domain.name.to_string()))
        .collect();
    if !has(&SimpleUrlComponent::Dialin) {
        deviations.push(lacks("Dial-in URL", SimpleUrlComponent::Dialin.as_str().to_owned()));
    }
    let globals = view.topology.simple_urls.iter().flatten().filter(|url| url.site.is_none());
    let has_admin = globals.into_iter().any(|url| url.component == SimpleUrlComponent::Admin);
    if site.is_some() && has_admin && !has(&SimpleUrlComponent::Admin) {
        let admin = lacks("Admin URL", SimpleUrlComponent::Admin.as_str().to_owned());
        deviations.push(admin.consequence("the control panel has no short address at that site"));
    }
    deviations
}

/// One Meet URL for several SIP domains.
fn shared_meet_urls(set: &[&SimpleUrl]) -> Vec<Deviation> {
    let mut by_url: BTreeMap<String, &SimpleUrl> = BTreeMap::new();
    let mut deviations = Vec::new();
    for url in set.iter().filter(|url| url.component == SimpleUrlComponent::Meet) {
        match by_url.get(&normal_form(&url.active_url)) {
            None => {
                by_url.insert(normal_form(&url.active_url), url);
            }
            Some(first) if !first.domain.eq_ignore_ascii_case(&url.domain) => deviations.push(
                Deviation::new(
                    format!(
                        "the Meet simple URL `{}` is that of {} and of {} ({})",
                        url.active_url, first.domain, url.domain, url.place
                    ),
                    "a Meet URL of its own for each SIP domain",
                    &*url.active_url,
                )
                .clause("URL-08")
                .severity(Severity::Warning)
                .name(url.active_host.to_string())
                .consequence("links do not tell by which domain's users a meeting was made")
                .remedy(CHANGE),
            ),
            Some(_) => {}
        }
    }
    deviations
}
