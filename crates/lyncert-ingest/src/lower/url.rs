//! Simple URLs.

use std::collections::HashSet;

use crate::lowering::{Lowering, Path};
use crate::name::DnsName;
use crate::topology::{SimpleUrl, SimpleUrlComponent};
use crate::url::parse_url_host;

/// The simple URLs in a `SimpleUrlConfiguration` below `path`; `None` where there is no such element.
pub(super) fn read_simple_urls(lowering: &mut Lowering<'_>, path: &Path<'_>) -> Option<Vec<SimpleUrl>> {
    let element = path.element.child("SimpleUrlConfiguration")?;
    Some(read_configuration(lowering, &path.child(element), None))
}

/// The simple URLs in a `SimpleUrlConfiguration`, for one site or for all.
pub(super) fn read_configuration(
    lowering: &mut Lowering<'_>,
    path: &Path<'_>,
    site: Option<&str>,
) -> Vec<SimpleUrl> {
    lowering.unknown_children(path, &["SimpleUrl"]);
    let urls = path.element.children_named("SimpleUrl");
    urls.filter_map(|child| read_simple_url(lowering, &path.child(child), site)).collect()
}

fn read_simple_url(lowering: &mut Lowering<'_>, path: &Path<'_>, site: Option<&str>) -> Option<SimpleUrl> {
    let element = path.element;
    lowering.unknown_children(path, &["SimpleUrlEntry"]);
    let component = match element.filled("Component") {
        Some(name) => SimpleUrlComponent::from_name(name),
        None => {
            lowering.problem(
                path,
                "the simple URL has no `Component`; expected Meet, Dialin, Cscp or WebScheduler",
            );
            return None;
        }
    };
    if let SimpleUrlComponent::Other(name) = &component {
        lowering.problem(path, format!("`{name}` is not a known simple URL component; its host is kept"));
    }
    let entries: Vec<&str> =
        element.children_named("SimpleUrlEntry").filter_map(|entry| entry.filled("Url")).collect();
    let active_url = match (element.filled("ActiveUrl"), entries.first()) {
        (Some(url), _) => url,
        (None, Some(first)) => {
            lowering.problem(path, "the simple URL has no `ActiveUrl`; its first entry is taken");
            first
        }
        (None, None) => {
            lowering.problem(path, "the simple URL has neither `ActiveUrl` nor an entry");
            return None;
        }
    };
    let active_host = match parse_url_host(active_url) {
        Ok(host) => host,
        Err(reason) => {
            lowering.problem(path, reason);
            return None;
        }
    };
    let other_hosts = read_further_hosts(lowering, path, &entries, &active_host);
    Some(SimpleUrl {
        component,
        domain: element.filled("Domain").unwrap_or("*").to_owned(),
        active_url: active_url.to_owned(),
        active_host,
        other_hosts,
        site: site.map(str::to_owned),
        place: path.place(lowering.source),
    })
}

fn read_further_hosts(
    lowering: &mut Lowering<'_>,
    path: &Path<'_>,
    entries: &[&str],
    active: &DnsName,
) -> Vec<DnsName> {
    let mut hosts: Vec<DnsName> = Vec::new();
    let mut known = HashSet::from([active.clone()]);
    for entry in entries {
        match parse_url_host(entry) {
            Ok(host) if known.insert(host.clone()) => hosts.push(host),
            Ok(_) => {}
            Err(reason) => lowering.problem(path, reason),
        }
    }
    hosts
}
