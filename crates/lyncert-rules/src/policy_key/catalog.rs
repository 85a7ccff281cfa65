//! The table of keys.

use lyncert_ingest::name::{DnsName, said, said_list};

use super::PolicyTable::{Collection, Expiry, Facts, WaiverLimits};
use super::{PolicyKey, PolicyValue};
use crate::facts::{
    AutoLogonPool, Autodiscover, AvCertificate, CertificateLayout, Edition, ExtraName, ExtraNameFor,
    FactSimpleUrl, ReverseProxyFact, ReverseProxyListeners,
};
use crate::policy::Threshold;

/// Every key, by table and in the order of the template.
pub static POLICY_KEYS: [PolicyKey; 24] = [
    PolicyKey {
        table: Facts,
        name: "auto_logon_pool",
        value: PolicyValue::NameOrNone(|facts, name| {
            facts.auto_logon_pool = Some(name.map_or(AutoLogonPool::Nobody, AutoLogonPool::Pool));
        }),
        show: |facts, _| {
            facts.auto_logon_pool.as_ref().map(|given| match given {
                AutoLogonPool::Pool(name) => said(name).to_string(),
                AutoLogonPool::Nobody => "none".to_owned(),
            })
        },
        default_text: "the only front end pool, where there is just one; else not known",
        help: "The pool that answers automatic client sign-in, or \"none\". By default the only front end pool, where there is just one.",
        example: r#""pool01.contoso.net""#,
    },
    PolicyKey {
        table: Facts,
        name: "strict_dns_matching",
        value: PolicyValue::Flag(|facts, given| facts.strict_dns_matching = Some(given)),
        show: |facts, _| facts.strict_dns_matching.map(|given| given.to_string()),
        default_text: "true",
        help: "Whether clients match DNS names strictly.",
        example: "true",
    },
    PolicyKey {
        table: Facts,
        name: "edge_client_auto_config_or_federation",
        value: PolicyValue::Flag(|facts, given| facts.edge_client_auto_config_or_federation = Some(given)),
        show: |facts, _| facts.edge_client_auto_config_or_federation.map(|given| given.to_string()),
        default_text: "true",
        help: "Whether the Edge serves automatic client configuration or federation; for one pool: [[facts.edge]].",
        example: "true",
    },
    PolicyKey {
        table: Facts,
        name: "autodiscover",
        value: PolicyValue::Word(&[
            ("https", |facts| facts.autodiscover = Some(Autodiscover::Https)),
            ("http80", |facts| facts.autodiscover = Some(Autodiscover::Http80)),
            ("none", |facts| facts.autodiscover = Some(Autodiscover::None)),
        ]),
        show: |facts, _| {
            facts.autodiscover.map(|given| {
                match given {
                    Autodiscover::Https => "https",
                    Autodiscover::Http80 => "http80",
                    Autodiscover::None => "none",
                }
                .to_owned()
            })
        },
        default_text: "https from Lync Server 2013 on, none for 2010",
        help: "How Autodiscover is published: https, http80 or none. By default https from Lync Server 2013 on, none for 2010.",
        example: r#""https""#,
    },
    PolicyKey {
        table: Facts,
        name: "xmpp_domains",
        value: PolicyValue::Names(|facts, names| facts.xmpp_domains = Some(names)),
        show: |facts, _| facts.xmpp_domains.as_deref().map(in_words),
        default_text: "the default SIP domain, where there is an XMPP proxy",
        help: "The domains that take part in XMPP federation. By default the default SIP domain, where there is an XMPP proxy.",
        example: r#"["contoso.com"]"#,
    },
    PolicyKey {
        table: Facts,
        name: "pic_aol",
        value: PolicyValue::Flag(|facts, given| facts.pic_aol = Some(given)),
        show: |facts, _| facts.pic_aol.map(|given| given.to_string()),
        default_text: "false",
        help: "Whether federation with AOL is asked for: then the Edge needs the client EKU.",
        example: "false",
    },
    PolicyKey {
        table: Facts,
        name: "sipinternal",
        value: PolicyValue::Flag(|facts, given| facts.sipinternal = Some(given)),
        show: |facts, _| facts.sipinternal.map(|given| given.to_string()),
        default_text: "false",
        help: "Whether these names are in DNS: sipinternal.<domain>, sipexternal.<domain>.",
        example: "false",
    },
    PolicyKey {
        table: Facts,
        name: "sipexternal",
        value: PolicyValue::Flag(|facts, given| facts.sipexternal = Some(given)),
        show: |facts, _| facts.sipexternal.map(|given| given.to_string()),
        default_text: "false",
        help: "",
        example: "false",
    },
    PolicyKey {
        table: Facts,
        name: "online_sip_domains",
        value: PolicyValue::Names(|facts, names| facts.online_sip_domains = names),
        show: |facts, _| (!facts.online_sip_domains.is_empty()).then(|| in_words(&facts.online_sip_domains)),
        default_text: "none",
        help: "SIP domains that live only online (hybrid).",
        example: r#"["fabrikam.com"]"#,
    },
    PolicyKey {
        table: Facts,
        name: "office_web_apps_external",
        value: PolicyValue::Names(|facts, names| facts.office_web_apps_external = Some(names)),
        show: |facts, _| facts.office_web_apps_external.as_deref().map(in_words),
        default_text: "the discovery host of every farm is recommended on the reverse proxy",
        help: "Published hosts of Office Web Apps: these are required on the reverse proxy; [] says that none is. By default the discovery host of every farm is recommended there.",
        example: r#"["owa.contoso.com"]"#,
    },
    PolicyKey {
        table: Facts,
        name: "without_reverse_proxy",
        value: PolicyValue::Flag(|facts, given| facts.without_reverse_proxy = given),
        show: |facts, _| facts.without_reverse_proxy.then(|| "true".to_owned()),
        default_text: "false",
        help: "Whether nothing is published: then no reverse proxy is called for.",
        example: "false",
    },
    PolicyKey {
        table: Facts,
        name: "reverse_proxy_listeners",
        value: PolicyValue::Word(&[
            ("one", |facts| facts.reverse_proxy_listeners = ReverseProxyListeners::One),
            ("several", |facts| facts.reverse_proxy_listeners = ReverseProxyListeners::Several),
        ]),
        show: |facts, _| match facts.reverse_proxy_listeners {
            ReverseProxyListeners::One => None,
            ReverseProxyListeners::Several => Some("several".to_owned()),
        },
        default_text: "one",
        help: "Whether the reverse proxy has one listener and certificate, or one for each published service: one or several.",
        example: r#""one""#,
    },
    PolicyKey {
        table: Facts,
        name: "certificate_layout",
        value: PolicyValue::Word(&[
            ("auto", |facts| facts.certificate_layout = CertificateLayout::Auto),
            ("combined", |facts| facts.certificate_layout = CertificateLayout::Combined),
            ("separate", |facts| facts.certificate_layout = CertificateLayout::Separate),
        ]),
        show: |facts, _| match facts.certificate_layout {
            CertificateLayout::Auto => None,
            CertificateLayout::Combined => Some("combined".to_owned()),
            CertificateLayout::Separate => Some("separate".to_owned()),
        },
        default_text: "auto",
        help: "What a plan orders for Default, WebServicesInternal and WebServicesExternal: auto, combined or separate.",
        example: r#""auto""#,
    },
    PolicyKey {
        table: Facts,
        name: "av_certificate",
        value: PolicyValue::Word(&[
            ("shared", |facts| facts.av_certificate = AvCertificate::Shared),
            ("separate", |facts| facts.av_certificate = AvCertificate::Separate),
        ]),
        show: |facts, _| match facts.av_certificate {
            AvCertificate::Shared => None,
            AvCertificate::Separate => Some("separate".to_owned()),
        },
        default_text: "shared",
        help: "Whether AudioVideoAuthentication shares the external Edge certificate or has one of its own: shared or separate.",
        example: r#""shared""#,
    },
    PolicyKey {
        table: Facts,
        name: "edition",
        value: PolicyValue::Word(&[
            ("2019", |facts| facts.edition = Some(Edition::Server2019)),
            ("se", |facts| facts.edition = Some(Edition::SubscriptionEdition)),
        ]),
        show: |facts, _| {
            facts.edition.map(|given| {
                match given {
                    Edition::Server2019 => "2019",
                    Edition::SubscriptionEdition => "se",
                }
                .to_owned()
            })
        },
        default_text: "2019 or se, which exports cannot tell apart",
        help: "Which product a ServiceVersion of 8 is, which exports cannot tell: 2019, or se for the Subscription Edition.",
        example: r#""2019""#,
    },
    PolicyKey {
        table: Facts,
        name: "simple_url",
        value: PolicyValue::SimpleUrls(|facts, urls| facts.simple_urls.extend(urls)),
        show: |facts, _| some_in_words(facts.simple_urls.iter().map(url_in_words)),
        default_text: "those of the topology",
        help: "Simple URLs, for exports that contain none (Get-CsTopology -AsXml). Component: Meet, Dialin, Admin or WebScheduler. With `site` one of that site's own set.",
        example: r#"component = "Meet"
domain = "contoso.com"
site = "Redmond"
url = "https://meet.contoso.com""#,
    },
    PolicyKey {
        table: Facts,
        name: "reverse_proxy",
        value: PolicyValue::ReverseProxies(|facts, proxies| facts.reverse_proxies.extend(proxies)),
        show: |facts, _| some_in_words(facts.reverse_proxies.iter().map(proxy_in_words)),
        default_text: "one, for all sites",
        help: "The reverse proxies, where there are several: each publishes the web farms and simple URLs of its sites. Its folder and its name for --pool are reverse-proxy-NAME.",
        example: r#"name = "west"
sites = ["Redmond"]"#,
    },
    PolicyKey {
        table: Facts,
        name: "edge",
        value: PolicyValue::Edges(|facts, edges| facts.edges.extend(edges)),
        show: |facts, _| {
            some_in_words(facts.edges.iter().map(|edge| {
                let given = edge.client_auto_config_or_federation;
                format!("{} (client_auto_config_or_federation = {given})", said(&edge.pool))
            }))
        },
        default_text: "what is said of all",
        help: "What is said of one Edge pool, by its internal FQDN.",
        example: r#"pool = "lsedge.contoso.net"
client_auto_config_or_federation = false"#,
    },
    PolicyKey {
        table: Facts,
        name: "extra_name",
        value: PolicyValue::ExtraNames(|facts, names| facts.extra_names.extend(names)),
        show: |facts, _| some_in_words(facts.extra_names.iter().map(extra_name_in_words)),
        default_text: "none",
        help: "Further names that something of yours needs: of every holder of the usage, or of one pool, server or site (pool, server, site).",
        example: r#"usage = "AccessEdgeExternal"
pool = "lsedge.contoso.net"
name = "legacy-sip.contoso.com"
reason = "partner hard-codes this name""#,
    },
    PolicyKey {
        table: Expiry,
        name: "warning",
        value: PolicyValue::Threshold(|expiry, threshold| expiry.warning = Some(threshold)),
        show: |_, policy| policy.expiry.warning.map(threshold_in_words),
        default_text: "30 days",
        help: "",
        example: "30",
    },
    PolicyKey {
        table: Expiry,
        name: "info",
        value: PolicyValue::Threshold(|expiry, threshold| expiry.info = Some(threshold)),
        show: |_, policy| policy.expiry.info.map(threshold_in_words),
        default_text: "60 days",
        help: "",
        example: "60",
    },
    PolicyKey {
        table: WaiverLimits,
        name: "expiring_days",
        // At most a year: a waiver that is told about for longer is told about always.
        value: PolicyValue::Number(0..=366, |limits, days| limits.expiring_days = days),
        show: |_, policy| unless_default(policy, |limits| limits.expiring_days),
        default_text: "14",
        help: "",
        example: "14",
    },
    PolicyKey {
        table: WaiverLimits,
        name: "broad",
        // With 0 every waiver that covers anything would be too broad.
        value: PolicyValue::Number(1..=10_000, |limits, findings| limits.broad = findings),
        show: |_, policy| unless_default(policy, |limits| limits.broad),
        default_text: "10",
        help: "",
        example: "10",
    },
    PolicyKey {
        table: Collection,
        name: "max_age",
        // More than a few years is as good as never, and a day is the least that a daily run needs.
        value: PolicyValue::Days(1..=3_650, |limits, days| limits.max_age = days),
        show: |_, policy| {
            let given = policy.collection;
            (given != crate::policy::CollectionLimits::default()).then(|| given.max_age.to_string())
        },
        default_text: "30",
        help: "",
        example: "30",
    },
];

fn in_words(names: &[DnsName]) -> String {
    said_list(names)
}

/// `None` for an empty list.
fn some_in_words(items: impl Iterator<Item = String>) -> Option<String> {
    let items: Vec<String> = items.collect();
    (!items.is_empty()).then(|| items.join(", "))
}

fn url_in_words(url: &FactSimpleUrl) -> String {
    match &url.site {
        Some(site) => format!("{} (site {})", url.url, said(site)),
        None => url.url.clone(),
    }
}

fn proxy_in_words(proxy: &ReverseProxyFact) -> String {
    if proxy.sites.is_empty() {
        return said(&proxy.name).to_string();
    }
    format!("{} ({})", said(&proxy.name), said_list(&proxy.sites))
}

fn extra_name_in_words(extra: &ExtraName) -> String {
    let holder = match &extra.holder {
        ExtraNameFor::AllThatFit => String::new(),
        ExtraNameFor::Pool(pool) => format!(" for {}", said(pool)),
        ExtraNameFor::Server(server) => format!(" for server {}", said(server)),
        ExtraNameFor::Site(site) => format!(" for site {}", said(site)),
    };
    format!("{}{holder}", said(&extra.name))
}

fn threshold_in_words(threshold: Threshold) -> String {
    match threshold {
        Threshold::Days(days) => format!("{days} days"),
        Threshold::Percent(share) => format!("{share} % of the lifetime"),
    }
}

fn unless_default(
    policy: &crate::policy::Policy,
    limit: fn(&crate::policy::WaiverLimits) -> u16,
) -> Option<String> {
    let given = limit(&policy.waiver_limits);
    (given != limit(&crate::policy::WaiverLimits::default())).then(|| given.to_string())
}
