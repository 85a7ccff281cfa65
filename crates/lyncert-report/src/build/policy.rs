//! The facts in force, in words.

use lyncert_ingest::DnsName;
use lyncert_rules::{Autodiscover, CertificateLayout, Facts, ReverseProxyListeners};

use crate::PolicyRow;

impl PolicyRow {
    /// What the operator said, and what is taken by default.
    pub(super) fn new(file: Option<&str>, facts: &Facts) -> Self {
        let mut row = Self { file: file.map(str::to_owned), ..Self::default() };
        let mut fact = |key: &str, given: Option<String>, default: &str| match given {
            Some(value) => row.facts.push(format!("{key} = {value}")),
            None => row.defaults.push(format!("{key}: {default}")),
        };
        fact("auto_logon_pool", facts.auto_logon_pool.as_ref().map(ToString::to_string), "not known");
        fact("strict_dns_matching", facts.strict_dns_matching.map(|given| given.to_string()), "true");
        fact(
            "edge_client_auto_config_or_federation",
            facts.edge_client_auto_config_or_federation.map(|given| given.to_string()),
            "true",
        );
        fact(
            "autodiscover",
            facts.autodiscover.map(autodiscover),
            "https from Lync Server 2013 on, none for 2010",
        );
        fact(
            "xmpp_domains",
            facts.xmpp_domains.as_deref().map(list),
            "the default SIP domain, where there is an XMPP proxy",
        );
        fact("pic_aol", facts.pic_aol.then(|| "true".to_owned()), "false");
        fact("sipinternal", facts.sipinternal.then(|| "true".to_owned()), "false");
        fact("sipexternal", facts.sipexternal.then(|| "true".to_owned()), "false");
        let online = &facts.online_sip_domains;
        fact("online_sip_domains", (!online.is_empty()).then(|| list(online)), "none");
        fact(
            "office_web_apps_external",
            facts.office_web_apps_external.as_deref().map(list),
            "the discovery host of farms marked as external",
        );
        fact("reverse_proxy_listeners", listeners(facts.reverse_proxy_listeners), "one");
        fact("certificate_layout", layout(facts.certificate_layout), "auto");
        let urls: Vec<_> = facts.simple_urls.iter().map(|url| url.url.clone()).collect();
        fact("simple_url", (!urls.is_empty()).then(|| urls.join(", ")), "those of the topology");
        let extra: Vec<_> =
            facts.extra_names.iter().map(|extra| format!("{} ({})", extra.name, extra.reason)).collect();
        fact("extra_name", (!extra.is_empty()).then(|| extra.join(", ")), "none");
        row
    }
}

fn list(names: &[DnsName]) -> String {
    names.iter().map(DnsName::as_str).collect::<Vec<_>>().join(", ")
}

fn autodiscover(given: Autodiscover) -> String {
    match given {
        Autodiscover::Https => "https",
        Autodiscover::Http80 => "http80",
        Autodiscover::None => "none",
    }
    .to_owned()
}

fn listeners(given: ReverseProxyListeners) -> Option<String> {
    match given {
        ReverseProxyListeners::One => None,
        ReverseProxyListeners::Several => Some("several".to_owned()),
    }
}

fn layout(given: CertificateLayout) -> Option<String> {
    match given {
        CertificateLayout::Auto => None,
        CertificateLayout::Combined => Some("combined".to_owned()),
        CertificateLayout::Separate => Some("separate".to_owned()),
    }
}
