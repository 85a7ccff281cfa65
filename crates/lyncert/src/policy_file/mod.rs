//! `lyncert.toml`: facts that no export contains, thresholds, severities, files to leave aside, and waivers.

mod waiver;

use std::collections::BTreeMap;

use lyncert_ingest::{DnsName, NameError, SimpleUrlComponent, url_host};
use lyncert_report::IgnoredPath;
use lyncert_rules::{
    Autodiscover, CertificateLayout, CertificateUsage, ExpiryThresholds, ExtraName, FactSimpleUrl, Facts,
    MalformedWaiver, Policy, RULES, ReverseProxyListeners, RuleSetting, Scope, Severity, Threshold, Waiver,
    WaiverLimits,
};
use toml::de::DeValue;

use crate::scope::add_to_scope;
use crate::toml_reader::{At, Mistake, Reader, Table, hint, one_of, whole};

/// A commented file that is valid as it stands, for `lyncert init`.
pub(crate) const TEMPLATE: &str = include_str!("template.toml");

/// A policy file as a policy of its own.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct ResolvedPolicy {
    pub(crate) facts: Facts,
    pub(crate) policy: Policy,
    pub(crate) ignored: Vec<IgnoredPath>,
}

/// What one file says. What it does not say may stand in a file below it.
#[derive(Clone, Debug, Default)]
pub(crate) struct PolicyLayer {
    auto_logon_pool: Option<DnsName>,
    strict_dns_matching: Option<bool>,
    edge_client_auto_config_or_federation: Option<bool>,
    autodiscover: Option<Autodiscover>,
    xmpp_domains: Option<Vec<DnsName>>,
    pic_aol: Option<bool>,
    sipinternal: Option<bool>,
    sipexternal: Option<bool>,
    online_sip_domains: Option<Vec<DnsName>>,
    office_web_apps_external: Option<Vec<DnsName>>,
    reverse_proxy_listeners: Option<ReverseProxyListeners>,
    certificate_layout: Option<CertificateLayout>,
    simple_urls: Vec<FactSimpleUrl>,
    extra_names: Vec<ExtraName>,
    expiry: ExpiryThresholds,
    rules: BTreeMap<&'static str, RuleSetting>,
    ignored: Vec<IgnoredPath>,
    waivers: Vec<Waiver>,
    malformed_waivers: Vec<MalformedWaiver>,
    waiver_expiring_days: Option<u16>,
    waiver_broad: Option<u16>,
    scope: Option<Scope>,
}

impl PolicyLayer {
    /// This layer on top of another: what this one says counts, lists are put together.
    pub(crate) fn over(self, base: Self) -> Self {
        fn joined<T>(base: Vec<T>, own: Vec<T>) -> Vec<T> {
            base.into_iter().chain(own).collect()
        }
        Self {
            auto_logon_pool: self.auto_logon_pool.or(base.auto_logon_pool),
            strict_dns_matching: self.strict_dns_matching.or(base.strict_dns_matching),
            edge_client_auto_config_or_federation: self
                .edge_client_auto_config_or_federation
                .or(base.edge_client_auto_config_or_federation),
            autodiscover: self.autodiscover.or(base.autodiscover),
            xmpp_domains: self.xmpp_domains.or(base.xmpp_domains),
            pic_aol: self.pic_aol.or(base.pic_aol),
            sipinternal: self.sipinternal.or(base.sipinternal),
            sipexternal: self.sipexternal.or(base.sipexternal),
            online_sip_domains: self.online_sip_domains.or(base.online_sip_domains),
            office_web_apps_external: self.office_web_apps_external.or(base.office_web_apps_external),
            reverse_proxy_listeners: self.reverse_proxy_listeners.or(base.reverse_proxy_listeners),
            certificate_layout: self.certificate_layout.or(base.certificate_layout),
            simple_urls: joined(base.simple_urls, self.simple_urls),
            extra_names: joined(base.extra_names, self.extra_names),
            expiry: ExpiryThresholds {
                warning: self.expiry.warning.or(base.expiry.warning),
                info: self.expiry.info.or(base.expiry.info),
            },
            rules: base.rules.into_iter().chain(self.rules).collect(),
            ignored: joined(base.ignored, self.ignored),
            waivers: joined(base.waivers, self.waivers),
            malformed_waivers: joined(base.malformed_waivers, self.malformed_waivers),
            waiver_expiring_days: self.waiver_expiring_days.or(base.waiver_expiring_days),
            waiver_broad: self.waiver_broad.or(base.waiver_broad),
            scope: self.scope.or(base.scope),
        }
    }

    /// What holds, with the defaults for what no layer says.
    pub(crate) fn resolve(self) -> ResolvedPolicy {
        let limits = WaiverLimits::default();
        ResolvedPolicy {
            facts: Facts {
                auto_logon_pool: self.auto_logon_pool,
                strict_dns_matching: self.strict_dns_matching,
                edge_client_auto_config_or_federation: self.edge_client_auto_config_or_federation,
                autodiscover: self.autodiscover,
                xmpp_domains: self.xmpp_domains,
                pic_aol: self.pic_aol.unwrap_or_default(),
                sipinternal: self.sipinternal.unwrap_or_default(),
                sipexternal: self.sipexternal.unwrap_or_default(),
                online_sip_domains: self.online_sip_domains.unwrap_or_default(),
                office_web_apps_external: self.office_web_apps_external,
                reverse_proxy_listeners: self.reverse_proxy_listeners.unwrap_or_default(),
                certificate_layout: self.certificate_layout.unwrap_or_default(),
                simple_urls: self.simple_urls,
                extra_names: self.extra_names,
            },
            policy: Policy {
                expiry: self.expiry,
                rules: self.rules,
                waivers: self.waivers,
                malformed_waivers: self.malformed_waivers,
                waiver_limits: WaiverLimits {
                    expiring_days: self.waiver_expiring_days.unwrap_or(limits.expiring_days),
                    broad: self.waiver_broad.unwrap_or(limits.broad),
                },
                scope: self.scope.unwrap_or_default(),
            },
            ignored: self.ignored,
        }
    }
}

/// Reads a policy. `name` is the file's name for messages.
///
/// # Errors
///
/// Every mistake with its line and column: TOML that is not well-formed, an unknown key, a value of the wrong kind, a name, URL,
/// component, usage, rule or pattern that is none. Mistakes in a waiver are no errors but make it malformed.
pub(crate) fn parse(name: &str, text: &str) -> Result<PolicyLayer, Vec<Mistake>> {
    Reader::read(name, text, |reader, mut root| {
        let mut layer = PolicyLayer::default();
        if let Some(table) = root.table("facts", "[facts]") {
            facts(reader, table, &mut layer);
        }
        if let Some(mut table) = root.table("expiry", "[expiry]") {
            layer.expiry.warning = threshold(&mut table, "warning");
            layer.expiry.info = threshold(&mut table, "info");
            table.finish();
        }
        if let Some(table) = root.table("rules", "[rules]") {
            layer.rules = rules(reader, &table);
        }
        if let Some(mut table) = root.table("waiver_limits", "[waiver_limits]") {
            layer.waiver_expiring_days = table.number("expiring_days", 0..=366);
            layer.waiver_broad = table.number("broad", 1..=10_000);
            table.finish();
        }
        layer.scope = root.table("scope", "[scope]").map(|table| scope(reader, table));
        layer.ignored = root
            .tables("ignore", "[[ignore]]")
            .into_iter()
            .filter_map(|table| ignored(reader, table))
            .collect();
        for table in root.tables("waiver", "[[waiver]]") {
            match waiver::read(reader, table) {
                Ok(waiver) => layer.waivers.push(waiver),
                Err(malformed) => layer.malformed_waivers.push(malformed),
            }
        }
        root.finish();
        layer
    })
}

fn facts(reader: &Reader<'_>, mut table: Table<'_, '_>, layer: &mut PolicyLayer) {
    layer.auto_logon_pool = table.string("auto_logon_pool").and_then(|text| dns_name(reader, text));
    layer.strict_dns_matching = table.boolean("strict_dns_matching");
    layer.edge_client_auto_config_or_federation = table.boolean("edge_client_auto_config_or_federation");
    layer.autodiscover = table.one_of(
        "autodiscover",
        &[("https", Autodiscover::Https), ("http80", Autodiscover::Http80), ("none", Autodiscover::None)],
    );
    layer.xmpp_domains = dns_names(reader, &mut table, "xmpp_domains");
    layer.pic_aol = table.boolean("pic_aol");
    layer.sipinternal = table.boolean("sipinternal");
    layer.sipexternal = table.boolean("sipexternal");
    layer.online_sip_domains = dns_names(reader, &mut table, "online_sip_domains");
    layer.office_web_apps_external = dns_names(reader, &mut table, "office_web_apps_external");
    layer.reverse_proxy_listeners = table.one_of(
        "reverse_proxy_listeners",
        &[("one", ReverseProxyListeners::One), ("several", ReverseProxyListeners::Several)],
    );
    layer.certificate_layout = table.one_of(
        "certificate_layout",
        &[
            ("auto", CertificateLayout::Auto),
            ("combined", CertificateLayout::Combined),
            ("separate", CertificateLayout::Separate),
        ],
    );
    let urls = table.tables("simple_url", "[[facts.simple_url]]").into_iter();
    layer.simple_urls = urls.filter_map(|table| simple_url(reader, table)).collect();
    let names = table.tables("extra_name", "[[facts.extra_name]]").into_iter();
    layer.extra_names = names.filter_map(|table| extra_name(reader, table)).collect();
    table.finish();
}

/// Pools and sites.
fn scope(reader: &Reader<'_>, mut table: Table<'_, '_>) -> Scope {
    let mut scope = Scope::default();
    for text in table.strings("pools").unwrap_or_default() {
        reader.parse(text, |text| add_to_scope(&mut scope, text));
    }
    let sites = table.strings("sites").unwrap_or_default();
    scope.sites = sites.into_iter().map(|site| site.value.to_owned()).collect();
    table.finish();
    scope
}

fn dns_name(reader: &Reader<'_>, text: At<&str>) -> Option<DnsName> {
    reader.parse(text, |text| text.parse().map_err(|error: NameError| error.to_string()))
}

fn dns_names(reader: &Reader<'_>, table: &mut Table<'_, '_>, key: &'static str) -> Option<Vec<DnsName>> {
    let texts = table.strings(key)?;
    Some(texts.into_iter().filter_map(|text| dns_name(reader, text)).collect())
}

fn simple_url(reader: &Reader<'_>, mut table: Table<'_, '_>) -> Option<FactSimpleUrl> {
    let components = ["Meet", "Dialin", "Admin", "WebScheduler"].map(|name| (name, name));
    let component = table.one_of("component", &components);
    let domain = table.words("domain", "a SIP domain, or \"*\" for all").unwrap_or_else(|| "*".to_owned());
    let url = table.string("url");
    let host = url.and_then(|url| reader.parse(url, url_host));
    table.require("component", "Meet, Dialin, Admin or WebScheduler");
    table.require("url", "a URL such as https://meet.contoso.com");
    table.finish();
    let component = SimpleUrlComponent::from_name(component?);
    Some(FactSimpleUrl { component, domain, url: url?.value.to_owned(), host: host? })
}

fn extra_name(reader: &Reader<'_>, mut table: Table<'_, '_>) -> Option<ExtraName> {
    let usages = CertificateUsage::ALL.map(|usage| (usage.as_str(), usage));
    let usage = table.one_of("usage", &usages);
    let name = table.string("name").and_then(|text| dns_name(reader, text));
    let reason = table.words("reason", "why the name is needed");
    table.require("usage", "the usage whose certificate needs the name");
    table.require("name", "a DNS name");
    table.require("reason", "why the name is needed");
    table.finish();
    Some(ExtraName { usage: usage?, name: name?, reason: reason? })
}

/// Days, or a share of the lifetime.
fn threshold(table: &mut Table<'_, '_>, key: &'static str) -> Option<Threshold> {
    const EXPECTED: &str = "days such as 30, or a share of the lifetime such as \"20%\"";
    let of = |value: &DeValue<'_>| match value {
        DeValue::String(text) => {
            let share = text.strip_suffix('%')?.trim().parse().ok()?;
            (1..=100).contains(&share).then_some(Threshold::Percent(share))
        }
        value => whole(value).filter(|days| *days <= 3650).map(Threshold::Days),
    };
    table.kind(key, EXPECTED, of).map(|at| at.value)
}

const SEVERITIES: [(&str, Option<Severity>); 4] = [
    ("error", Some(Severity::Error)),
    ("warning", Some(Severity::Warning)),
    ("info", Some(Severity::Info)),
    ("off", None),
];

fn rules(reader: &Reader<'_>, table: &Table<'_, '_>) -> BTreeMap<&'static str, RuleSetting> {
    let mut rules = BTreeMap::new();
    for (key, value) in table.entries() {
        let known = RULES.iter().map(|rule| rule.id);
        let Some(rule) = lyncert_rules::rule(key.value) else {
            reader.mistake(key.offset, format!("`{}` is no rule; {}", key.value, hint(key.value, known)));
            continue;
        };
        let setting = match value.text() {
            Some(text) => {
                reader.parse(text, |text| one_of(rule.id, text, &SEVERITIES)).map(|severity| (severity, None))
            }
            None => {
                let expected = "\"error\", \"warning\", \"info\", or { severity = \"off\", reason = \"…\" }";
                value.table(&format!("`{}`", rule.id), expected).and_then(|mut table| {
                    let severity = table.one_of("severity", &SEVERITIES);
                    let reason = table.words("reason", "why the rule is judged so");
                    table.require("severity", "error, warning, info or off");
                    table.finish();
                    Some((severity?, reason))
                })
            }
        };
        let Some((severity, reason)) = setting else { continue };
        if severity.is_none() && reason.is_none() {
            let message = format!(
                "`{}` is switched off without a reason; expected {{ severity = \"off\", reason = \"…\" }}",
                rule.id
            );
            reader.mistake(key.offset, message);
        }
        rules.insert(rule.id, RuleSetting { severity, reason });
    }
    rules
}

fn ignored(reader: &Reader<'_>, mut table: Table<'_, '_>) -> Option<IgnoredPath> {
    let pattern = table.string("path").and_then(|text| {
        reader.parse(text, |text| {
            let pattern = text.parse();
            pattern.map_err(|reason| format!("`{text}` is no pattern of paths: {reason}"))
        })
    });
    let reason = table.words("reason", "why the files are left aside");
    table.require("path", "a pattern of paths below the certificate folder, such as archive/**");
    table.finish();
    Some(IgnoredPath { pattern: pattern?, reason })
}

#[cfg(test)]
mod tests;
