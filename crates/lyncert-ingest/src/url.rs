//! Hosts of URLs.

use crate::name::DnsName;

/// The host of a URL, without user, port and path.
///
/// # Errors
///
/// Says in one sentence why the text is not a URL with a DNS name as its host.
pub fn parse_url_host(url: &str) -> Result<DnsName, String> {
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
            assert_eq!(parse_url_host(url).map(|host| host.key().to_owned()), Ok(host.to_owned()), "{url}");
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
            assert!(parse_url_host(url).is_err(), "{url}");
        }
    }
}
