//! Simple URLs.

use super::Lowering;
use super::path::Path;
use crate::{DnsName, SimpleUrl, SimpleUrlComponent};

/// The host of a URL, without user, port and path.
///
/// # Errors
///
/// Says in one sentence why the text is no URL with a DNS name as its host.
pub fn url_host(url: &str) -> Result<DnsName, String> {
    let expected = "expected a URL such as `https://meet.contoso.com`";
    let Some((scheme, rest)) = url.trim().split_once("://") else {
        return Err(format!("`{url}` has no scheme; {expected}"));
    };
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return Err(format!("`{url}` is no web address; {expected}"));
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    if host.starts_with('[') || host.is_empty() {
        return Err(format!("`{url}` has no DNS name as its host; {expected}"));
    }
    host.parse().map_err(|error| format!("{error}; {expected}"))
}

/// The simple URLs in a `SimpleUrlConfiguration` below `path`; `None` where there is no such element.
pub(super) fn simple_urls(lowering: &mut Lowering<'_>, path: &Path<'_>) -> Option<Vec<SimpleUrl>> {
    let element = path.element.child("SimpleUrlConfiguration")?;
    Some(configuration(lowering, &path.child(element), None))
}

/// The simple URLs in a `SimpleUrlConfiguration`, for one site or for all.
pub(super) fn configuration(
    lowering: &mut Lowering<'_>,
    path: &Path<'_>,
    site: Option<&str>,
) -> Vec<SimpleUrl> {
    lowering.unknown_children(path, &["SimpleUrl"]);
    let urls = path.element.children_named("SimpleUrl");
    urls.filter_map(|child| simple_url(lowering, &path.child(child), site)).collect()
}

fn simple_url(lowering: &mut Lowering<'_>, path: &Path<'_>, site: Option<&str>) -> Option<SimpleUrl> {
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
    let active_host = match url_host(active_url) {
        Ok(host) => host,
        Err(reason) => {
            lowering.problem(path, reason);
            return None;
        }
    };
    let further_hosts = further_hosts(lowering, path, &entries, &active_host);
    Some(SimpleUrl {
        component,
        domain: element.filled("Domain").unwrap_or("*").to_owned(),
        active_url: active_url.to_owned(),
        active_host,
        further_hosts,
        site: site.map(str::to_owned),
        place: path.place(lowering.source),
    })
}

fn further_hosts(
    lowering: &mut Lowering<'_>,
    path: &Path<'_>,
    entries: &[&str],
    active: &DnsName,
) -> Vec<DnsName> {
    let mut hosts: Vec<DnsName> = Vec::new();
    for entry in entries {
        match url_host(entry) {
            Ok(host) if host != *active && !hosts.contains(&host) => hosts.push(host),
            Ok(_) => {}
            Err(reason) => lowering.problem(path, reason),
        }
    }
    hosts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_what_stands_between_scheme_and_path() {
        for (url, host) in [
            ("https://meet.contoso.com", "meet.contoso.com"),
            ("HTTPS://Meet.contoso.com/", "meet.contoso.com"),
            ("https://web.contoso.com/contoso.com/meet", "web.contoso.com"),
            ("https://web.contoso.com:443/meet?x=1#y", "web.contoso.com"),
            ("http://user@web.contoso.com", "web.contoso.com"),
        ] {
            assert_eq!(url_host(url).map(|host| host.key().to_owned()), Ok(host.to_owned()), "{url}");
        }
    }

    #[test]
    fn what_has_no_dns_name_as_its_host_is_refused() {
        for url in [
            "",
            "meet.contoso.com",
            "https://",
            "https:///meet",
            "sip://contoso.com",
            "https://[::1]/",
            "https://a b/",
        ] {
            assert!(url_host(url).is_err(), "{url}");
        }
    }
}
