//! `lyncert.toml`: the only place that reads TOML.

use anyhow::{Result, anyhow};
use lyncert_ingest::{DnsName, SimpleUrlComponent, url_host};
use lyncert_rules::{
    Autodiscover, CertificateLayout, CertificateUsage, ExtraName, FactSimpleUrl, Facts, ReverseProxyListeners,
};
use serde::Deserialize;
use toml::Spanned;

/// The file as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyFile {
    #[serde(default)]
    facts: RawFacts,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawFacts {
    auto_logon_pool: Option<Spanned<String>>,
    strict_dns_matching: Option<bool>,
    edge_client_auto_config_or_federation: Option<bool>,
    autodiscover: Option<RawAutodiscover>,
    xmpp_domains: Option<Vec<Spanned<String>>>,
    pic_aol: bool,
    sipinternal: bool,
    sipexternal: bool,
    online_sip_domains: Vec<Spanned<String>>,
    office_web_apps_external: Option<Vec<Spanned<String>>>,
    reverse_proxy_listeners: RawListeners,
    certificate_layout: RawLayout,
    simple_url: Vec<RawSimpleUrl>,
    extra_name: Vec<RawExtraName>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawAutodiscover {
    Https,
    Http80,
    None,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawListeners {
    #[default]
    One,
    Several,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawLayout {
    #[default]
    Auto,
    Combined,
    Separate,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSimpleUrl {
    component: Spanned<String>,
    #[serde(default = "any_domain")]
    domain: String,
    url: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExtraName {
    usage: Spanned<String>,
    name: Spanned<String>,
    reason: Spanned<String>,
}

fn any_domain() -> String {
    "*".to_owned()
}

/// Reads a policy. `name` is the file's name for messages.
///
/// # Errors
///
/// Says in one sentence what is wrong at which line and column: TOML that is not well-formed, an unknown key, a value of
/// the wrong kind, or a name, URL, component or usage that is none.
pub(crate) fn parse(name: &str, text: &str) -> Result<Facts> {
    let file: PolicyFile = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        // The parser's message may span lines; the sentence may not.
        at(name, text, start, &error.message().split_whitespace().collect::<Vec<_>>().join(" "))
    })?;
    Reader { name, text }.facts(&file.facts)
}

fn at(name: &str, text: &str, offset: usize, message: &str) -> anyhow::Error {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    anyhow!("{name}:{line}:{column}: {message}")
}

/// Turns what is written into facts, with places for messages.
struct Reader<'a> {
    name: &'a str,
    text: &'a str,
}

impl Reader<'_> {
    fn facts(&self, raw: &RawFacts) -> Result<Facts> {
        Ok(Facts {
            auto_logon_pool: raw.auto_logon_pool.as_ref().map(|pool| self.dns_name(pool)).transpose()?,
            strict_dns_matching: raw.strict_dns_matching,
            edge_client_auto_config_or_federation: raw.edge_client_auto_config_or_federation,
            autodiscover: raw.autodiscover.map(|autodiscover| match autodiscover {
                RawAutodiscover::Https => Autodiscover::Https,
                RawAutodiscover::Http80 => Autodiscover::Http80,
                RawAutodiscover::None => Autodiscover::None,
            }),
            xmpp_domains: raw.xmpp_domains.as_deref().map(|names| self.dns_names(names)).transpose()?,
            pic_aol: raw.pic_aol,
            sipinternal: raw.sipinternal,
            sipexternal: raw.sipexternal,
            online_sip_domains: self.dns_names(&raw.online_sip_domains)?,
            office_web_apps_external: raw
                .office_web_apps_external
                .as_deref()
                .map(|names| self.dns_names(names))
                .transpose()?,
            reverse_proxy_listeners: match raw.reverse_proxy_listeners {
                RawListeners::One => ReverseProxyListeners::One,
                RawListeners::Several => ReverseProxyListeners::Several,
            },
            certificate_layout: match raw.certificate_layout {
                RawLayout::Auto => CertificateLayout::Auto,
                RawLayout::Combined => CertificateLayout::Combined,
                RawLayout::Separate => CertificateLayout::Separate,
            },
            simple_urls: raw.simple_url.iter().map(|url| self.simple_url(url)).collect::<Result<_>>()?,
            extra_names: raw.extra_name.iter().map(|extra| self.extra_name(extra)).collect::<Result<_>>()?,
        })
    }

    fn dns_names(&self, names: &[Spanned<String>]) -> Result<Vec<DnsName>> {
        names.iter().map(|name| self.dns_name(name)).collect()
    }

    fn dns_name(&self, name: &Spanned<String>) -> Result<DnsName> {
        name.get_ref()
            .parse()
            .map_err(|error: lyncert_ingest::NameError| self.error(name, &error.to_string()))
    }

    fn simple_url(&self, raw: &RawSimpleUrl) -> Result<FactSimpleUrl> {
        let component = match SimpleUrlComponent::from_name(raw.component.get_ref()) {
            SimpleUrlComponent::Other(other) => {
                let message = format!(
                    "`{other}` is no simple URL component; expected Meet, Dialin, Admin or WebScheduler"
                );
                return Err(self.error(&raw.component, &message));
            }
            known => known,
        };
        let host = url_host(raw.url.get_ref()).map_err(|reason| self.error(&raw.url, &reason))?;
        Ok(FactSimpleUrl { component, domain: raw.domain.clone(), url: raw.url.get_ref().clone(), host })
    }

    fn extra_name(&self, raw: &RawExtraName) -> Result<ExtraName> {
        let usage = raw.usage.get_ref();
        let usage = usage.parse().map_err(|_| {
            let known: Vec<_> = CertificateUsage::ALL.iter().map(|usage| usage.as_str()).collect();
            self.error(
                &raw.usage,
                &format!("`{usage}` is no certificate usage; expected one of {}", known.join(", ")),
            )
        })?;
        if raw.reason.get_ref().trim().is_empty() {
            return Err(self.error(&raw.reason, "the reason is empty; expected why the name is needed"));
        }
        Ok(ExtraName { usage, name: self.dns_name(&raw.name)?, reason: raw.reason.get_ref().clone() })
    }

    fn error<T>(&self, spanned: &Spanned<T>, message: &str) -> anyhow::Error {
        at(self.name, self.text, spanned.span().start, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_policy_gives_the_defaults() {
        assert_eq!(parse("lyncert.toml", "").unwrap(), Facts::default());
    }

    #[test]
    fn every_fact_is_read() {
        let facts = parse(
            "lyncert.toml",
            r#"
            [facts]
            auto_logon_pool = "pool01.contoso.net"
            strict_dns_matching = true
            edge_client_auto_config_or_federation = false
            autodiscover = "http80"
            xmpp_domains = ["contoso.com"]
            pic_aol = true
            sipinternal = true
            sipexternal = true
            online_sip_domains = ["fabrikam.com"]
            office_web_apps_external = ["owa.contoso.com"]
            reverse_proxy_listeners = "several"
            certificate_layout = "separate"
            [[facts.simple_url]]
            component = "Meet"
            domain = "contoso.com"
            url = "https://meet.contoso.com/x"
            [[facts.extra_name]]
            usage = "AccessEdgeExternal"
            name = "legacy-sip.contoso.com"
            reason = "partner hard-codes this name"
            "#,
        )
        .unwrap();
        assert_eq!(facts.auto_logon_pool.unwrap().as_str(), "pool01.contoso.net");
        assert_eq!(facts.autodiscover, Some(Autodiscover::Http80));
        assert_eq!(facts.simple_urls[0].host.as_str(), "meet.contoso.com");
        assert_eq!(facts.extra_names[0].usage, CertificateUsage::AccessEdgeExternal);
        assert_eq!(facts.certificate_layout, CertificateLayout::Separate);
        assert_eq!(facts.reverse_proxy_listeners, ReverseProxyListeners::Several);
        assert!(facts.pic_aol && facts.sipinternal && facts.sipexternal);
    }

    #[test]
    fn mistakes_are_told_at_their_place() {
        for (text, message) in [
            ("[facts]\npic_aool = true", "lyncert.toml:2:1: unknown field `pic_aool`"),
            (
                "[facts]\npic_aol = \"yes\"",
                "lyncert.toml:2:11: invalid type: string \"yes\", expected a boolean",
            ),
            ("[fact]\n", "lyncert.toml:1:2: unknown field `fact`, expected `facts`"),
            ("[facts]\nauto_logon_pool = \" \"", "lyncert.toml:2:19: ` ` is no DNS name: it is empty"),
            ("[facts]\nautodiscover = \"ftp\"", "lyncert.toml:2:16: unknown variant `ftp`"),
            (
                "[[facts.simple_url]]\ncomponent = \"Meat\"\nurl = \"https://meet.contoso.com\"",
                "lyncert.toml:2:13: `Meat` is no simple URL component",
            ),
            ("[[facts.simple_url]]\ncomponent = \"Meet\"\nurl = \"meet\"", "lyncert.toml:3:7:"),
            (
                "[[facts.extra_name]]\nusage = \"Edge\"\nname = \"a.contoso.com\"\nreason = \"x\"",
                "lyncert.toml:2:9: `Edge` is no certificate usage; expected one of Default",
            ),
            ("[facts", "lyncert.toml:1:7:"),
        ] {
            let error = parse("lyncert.toml", text).unwrap_err().to_string();
            assert!(error.starts_with(message), "{text:?}: {error}");
            assert!(!error.contains('\n'), "{error}");
        }
    }
}
