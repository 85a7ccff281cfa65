//! The facts in force, in words.

use lyncert_ingest::DnsName;
use lyncert_rules::{
    Assessment, Autodiscover, CertificateLayout, Facts, Policy, ReverseProxyListeners, RuleSetting,
    Threshold, WaiverLimits,
};

use super::Estate;
use crate::model::{IgnoredRow, PolicyRow, RuleSettingRow};
use crate::scan::Inventory;

impl PolicyRow {
    /// All that the policy says, and what came of it.
    pub(super) fn of_audit(estate: &Estate<'_>, inventory: &Inventory, assessment: &Assessment) -> Self {
        let policy = estate.policy;
        let findings =
            |rule: &str| assessment.findings.iter().filter(|finding| finding.rule.id == rule).count();
        let setting = |(rule, setting): (&&'static str, &RuleSetting)| RuleSettingRow {
            rule: (*rule).to_owned(),
            severity: setting.severity.into(),
            reason: setting.reason.clone(),
            findings: assessment.switched_off.get(rule).copied().unwrap_or_else(|| findings(rule)),
        };
        let ignored = estate.ignored.iter().enumerate().map(|(index, ignored)| IgnoredRow {
            pattern: ignored.pattern.to_string(),
            reason: ignored.reason.clone(),
            files: inventory.ignored.get(index).copied().unwrap_or_default(),
        });
        Self {
            thresholds: thresholds(policy),
            rules: policy.rules.iter().map(setting).collect(),
            ignored: ignored.collect(),
            ..Self::new(estate.policy_file, estate.facts)
        }
    }

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

/// The thresholds that differ from those without a policy.
fn thresholds(policy: &Policy) -> Vec<String> {
    let threshold = |threshold: Threshold| match threshold {
        Threshold::Days(days) => format!("{days} days"),
        Threshold::Percent(share) => format!("{share} % of the lifetime"),
    };
    let (expiry, limits, default) = (&policy.expiry, &policy.waiver_limits, WaiverLimits::default());
    let mut rows = Vec::new();
    let mut row = |key: &str, value: Option<String>| {
        rows.extend(value.map(|value| format!("{key} = {value}")));
    };
    row("expiry.warning", expiry.warning.map(threshold));
    row("expiry.info", expiry.info.map(threshold));
    let expiring = limits.expiring_days;
    row("waiver_limits.expiring_days", (expiring != default.expiring_days).then(|| expiring.to_string()));
    row("waiver_limits.broad", (limits.broad != default.broad).then(|| limits.broad.to_string()));
    rows
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
