//! `lyncert.toml`: facts that no export contains, thresholds, severities, files to leave aside, and waivers.

mod template;
mod waiver;

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

use crate::did_you_mean::short_hint;
use crate::toml_reader::{Located, Mistake, NumberOrText, Reader, Table, one_of};
use lyncert_ingest::name::{DnsName, NameError};
use lyncert_ingest::topology::SimpleUrlComponent;
use lyncert_ingest::url::parse_url_host;
use lyncert_report::scan::IgnoredPath;
use lyncert_rules::facts::{EdgeFact, ExtraName, ExtraNameFor, FactSimpleUrl, Facts, ReverseProxyFact};
use lyncert_rules::policy::{MalformedWaiver, Policy, RuleSetting, Scope, ScopeName, Threshold, Waiver};
use lyncert_rules::policy_key::{PolicyKey, PolicyTable, PolicyValue};
use lyncert_rules::rule::RULES;
use lyncert_rules::severity::Severity;
use lyncert_rules::usage::CertificateUsage;

pub(crate) use template::template;

/// What holds by all policy files together.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct ResolvedPolicy {
    /// What no export contains.
    pub(crate) facts: Facts,
    /// What the operator decided.
    pub(crate) policy: Policy,
    /// Files below the certificate folder to leave aside.
    pub(crate) ignored: Vec<IgnoredPath>,
}

/// What one file says. What it does not say, a file below it may say.
#[derive(Clone, Default)]
pub(crate) struct PolicyLayer {
    /// The keys with one value each, applied one after the other: the last one counts.
    settings: Vec<Setting>,
    rules: BTreeMap<&'static str, RuleSetting>,
    ignored: Vec<IgnoredPath>,
    waivers: Vec<Waiver>,
    malformed_waivers: Vec<MalformedWaiver>,
    scope: Option<Scope>,
    /// Whether policies of the estates below a batch hold; not said: they do.
    local: Option<LocalPolicies>,
}

/// What becomes of the policies of the estates of a batch.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum LocalPolicies {
    /// They hold on top of that of the batch.
    Allowed,
    /// They are told, and do not hold.
    Forbidden,
}

/// A key that a file says, with its value.
type Setting = Arc<dyn Fn(&mut ResolvedPolicy) + Send + Sync>;

impl PolicyLayer {
    /// This layer on top of another: what this one says counts, lists are put together.
    pub(crate) fn over(self, base: Self) -> Self {
        fn joined<T>(base: Vec<T>, own: Vec<T>) -> Vec<T> {
            base.into_iter().chain(own).collect()
        }
        Self {
            settings: joined(base.settings, self.settings),
            rules: base.rules.into_iter().chain(self.rules).collect(),
            ignored: joined(base.ignored, self.ignored),
            waivers: joined(base.waivers, self.waivers),
            malformed_waivers: joined(base.malformed_waivers, self.malformed_waivers),
            scope: self.scope.or(base.scope),
            local: self.local.or(base.local),
        }
    }

    /// Whether policies of the estates below a batch do not hold.
    pub(crate) fn forbids_local(&self) -> bool {
        self.local == Some(LocalPolicies::Forbidden)
    }

    /// What holds, with the defaults for what no layer says.
    pub(crate) fn resolve(self) -> ResolvedPolicy {
        let mut resolved = ResolvedPolicy { ignored: self.ignored, ..ResolvedPolicy::default() };
        resolved.policy = Policy {
            rules: self.rules,
            waivers: self.waivers,
            malformed_waivers: self.malformed_waivers,
            scope: self.scope.unwrap_or_default(),
            ..Policy::default()
        };
        for set in self.settings {
            set(&mut resolved);
        }
        resolved
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
        for (table, title) in [(PolicyTable::Facts, "[facts]"), (PolicyTable::Expiry, "[expiry]")] {
            read_settings(reader, &mut root, (table, title), &mut layer);
        }
        if let Some(table) = root.table("rules", "[rules]") {
            layer.rules = read_rules(reader, &table);
        }
        read_settings(reader, &mut root, (PolicyTable::WaiverLimits, "[waiver_limits]"), &mut layer);
        read_settings(reader, &mut root, (PolicyTable::Collection, "[collection]"), &mut layer);
        if let Some(mut table) = root.table("policy", "[policy]") {
            let words = [("allow", LocalPolicies::Allowed), ("forbid", LocalPolicies::Forbidden)];
            layer.local = table.one_of("local", &words);
            table.finish();
        }
        layer.scope = root.table("scope", "[scope]").map(|table| read_scope(reader, table));
        layer.ignored = root
            .tables("ignore", "[[ignore]]")
            .into_iter()
            .filter_map(|table| read_ignored(reader, table))
            .collect();
        for table in root.tables("waiver", "[[waiver]]") {
            match waiver::read_waiver(reader, table) {
                Ok(waiver) => layer.waivers.push(waiver),
                Err(malformed) => layer.malformed_waivers.push(malformed),
            }
        }
        root.finish();
        layer
    })
}

/// Reads the keys of a table by the table of keys.
fn read_settings(
    reader: &Reader<'_>,
    root: &mut Table<'_, '_>,
    (table, title): (PolicyTable, &str),
    layer: &mut PolicyLayer,
) {
    let Some(mut found) = root.table(table.as_str(), title) else { return };
    layer.settings.extend(table.keys().filter_map(|key| read_setting(reader, &mut found, key)));
    found.finish();
}

fn read_setting(reader: &Reader<'_>, table: &mut Table<'_, '_>, key: &'static PolicyKey) -> Option<Setting> {
    let name = key.name;
    Some(match &key.value {
        PolicyValue::Flag(set) => {
            let given = table.boolean(name)?;
            Arc::new(move |to| set(&mut to.facts, given))
        }
        PolicyValue::NameOrNone(set) => {
            let text = table.string(name)?;
            let is_none = text.value.trim().eq_ignore_ascii_case("none");
            let given = if is_none { None } else { Some(parse_dns_name(reader, text)?) };
            Arc::new(move |to| set(&mut to.facts, given.clone()))
        }
        PolicyValue::Names(set) => {
            let given = read_dns_names(reader, table, name)?;
            Arc::new(move |to| set(&mut to.facts, given.clone()))
        }
        PolicyValue::Word(words) => {
            let set = table.one_of(name, words)?;
            Arc::new(move |to| set(&mut to.facts))
        }
        PolicyValue::SimpleUrls(set) => {
            let given = read_list(table, key, |table| read_simple_url(reader, table));
            Arc::new(move |to| set(&mut to.facts, given.clone()))
        }
        PolicyValue::ReverseProxies(set) => {
            let given = read_list(table, key, |table| read_reverse_proxy(reader, table));
            Arc::new(move |to| set(&mut to.facts, given.clone()))
        }
        PolicyValue::Edges(set) => {
            let given = read_list(table, key, |table| read_edge(reader, table));
            Arc::new(move |to| set(&mut to.facts, given.clone()))
        }
        PolicyValue::ExtraNames(set) => {
            let given = read_list(table, key, |table| read_extra_name(reader, table));
            Arc::new(move |to| set(&mut to.facts, given.clone()))
        }
        PolicyValue::Threshold(set) => {
            let given = read_threshold(table, name)?;
            Arc::new(move |to| set(&mut to.policy.expiry, given))
        }
        PolicyValue::Number(bounds, set) => {
            let given = table.number(name, bounds.clone())?;
            Arc::new(move |to| set(&mut to.policy.waiver_limits, given))
        }
        PolicyValue::Days(bounds, set) => {
            let given = table.number(name, bounds.clone())?;
            Arc::new(move |to| set(&mut to.policy.collection, given))
        }
    })
}

/// What the tables of a list say, those without mistakes.
fn read_list<'r, 'a, T>(
    table: &mut Table<'r, 'a>,
    key: &PolicyKey,
    read: impl FnMut(Table<'r, 'a>) -> Option<T>,
) -> Vec<T> {
    let title = format!("[[{}.{}]]", key.table.as_str(), key.name);
    table.tables(key.name, &title).into_iter().filter_map(read).collect()
}

/// What a person narrows an audit to are a few pools and sites. Each is held against each requirement.
const MAX_SCOPE_NAMES: usize = 1_000;

/// Pools and sites.
fn read_scope(reader: &Reader<'_>, mut table: Table<'_, '_>) -> Scope {
    let mut texts_of = |key| {
        let texts = table.strings(key).unwrap_or_default();
        if let Some(first) = texts.first().filter(|_| texts.len() > MAX_SCOPE_NAMES) {
            let count = texts.len();
            let text = format!("`{key}` has {count} names; expected at most {MAX_SCOPE_NAMES}");
            reader.add_mistake(first.offset, text);
            return Vec::new();
        }
        texts
    };
    let [holders, except] = ["pools", "except"].map(&mut texts_of);
    let sites = texts_of("sites").into_iter().map(|text| text.value.to_owned()).collect();
    let read_names = |texts: Vec<Located<&str>>| -> Vec<ScopeName> {
        texts.into_iter().filter_map(|text| reader.parse(text, parse_name)).collect()
    };
    let (holders, except) = (read_names(holders), read_names(except));
    table.finish();
    Scope { holders, sites, except }
}

fn parse_dns_name(reader: &Reader<'_>, text: Located<&str>) -> Option<DnsName> {
    reader.parse(text, parse_name)
}

fn parse_name<T: FromStr<Err = NameError>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: NameError| error.to_string())
}

fn read_words(table: &mut Table<'_, '_>, key: &'static str) -> Vec<String> {
    table.strings(key).unwrap_or_default().into_iter().map(|text| text.value.to_owned()).collect()
}

/// A DNS name of this table, if it has one.
fn read_name(reader: &Reader<'_>, table: &mut Table<'_, '_>, key: &'static str) -> Option<DnsName> {
    table.string(key).and_then(|text| parse_dns_name(reader, text))
}

fn read_dns_names(reader: &Reader<'_>, table: &mut Table<'_, '_>, key: &'static str) -> Option<Vec<DnsName>> {
    let texts = table.strings(key)?;
    Some(texts.into_iter().filter_map(|text| parse_dns_name(reader, text)).collect())
}

fn read_simple_url(reader: &Reader<'_>, mut table: Table<'_, '_>) -> Option<FactSimpleUrl> {
    let components = ["Meet", "Dialin", "Admin", "WebScheduler"].map(|name| (name, name));
    let component = table.one_of("component", &components);
    let domain = table.words("domain", "a SIP domain, or \"*\" for all").unwrap_or_else(|| "*".to_owned());
    let site = table.words("site", "the name of the site whose own it is");
    let url = table.string("url");
    let host = url.and_then(|url| reader.parse(url, parse_url_host));
    table.require("component", "Meet, Dialin, Admin or WebScheduler");
    table.require("url", "a URL such as https://meet.contoso.com");
    table.finish();
    let component = SimpleUrlComponent::from_name(component?);
    Some(FactSimpleUrl { component, domain, site, url: url?.value.to_owned(), host: host? })
}

fn read_reverse_proxy(reader: &Reader<'_>, mut table: Table<'_, '_>) -> Option<ReverseProxyFact> {
    // The name is a part of the name of a folder.
    const EXPECTED: &str = "a name of letters, digits, hyphens and dots, such as west";
    let name = table.string("name").and_then(|text| {
        reader.parse(text, |text| {
            let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
            let is_sound = !text.is_empty() && text.chars().all(is_name);
            is_sound
                .then(|| text.to_owned())
                .ok_or_else(|| format!("`{text}` is no name; expected {EXPECTED}"))
        })
    });
    let sites = read_words(&mut table, "sites");
    table.require("name", EXPECTED);
    table.finish();
    Some(ReverseProxyFact { name: name?, sites })
}

fn read_edge(reader: &Reader<'_>, mut table: Table<'_, '_>) -> Option<EdgeFact> {
    const KEY: &str = "client_auto_config_or_federation";
    let pool = read_name(reader, &mut table, "pool");
    let given = table.boolean(KEY);
    table.require("pool", "the internal FQDN of an Edge pool");
    table.require(KEY, "true or false");
    table.finish();
    Some(EdgeFact { pool: pool?, client_auto_config_or_federation: given? })
}

fn read_extra_name(reader: &Reader<'_>, mut table: Table<'_, '_>) -> Option<ExtraName> {
    let usages = CertificateUsage::ALL.map(|usage| (usage.as_str(), usage));
    let usage = table.one_of("usage", &usages);
    let name = read_name(reader, &mut table, "name");
    let holders = [
        read_name(reader, &mut table, "pool").map(ExtraNameFor::Pool),
        read_name(reader, &mut table, "server").map(ExtraNameFor::Server),
        table.words("site", "the name of a site").map(ExtraNameFor::Site),
    ];
    let mut holders = holders.into_iter().flatten();
    let holder = holders.next().unwrap_or(ExtraNameFor::AllThatFit);
    if holders.next().is_some() {
        reader.add_mistake(
            table.offset,
            "[[facts.extra_name]] names more than one holder; expected one of pool, server, site, or none",
        );
    }
    let reason = table.words("reason", "why the name is needed");
    table.require("usage", "the usage whose certificate needs the name");
    table.require("name", "a DNS name");
    table.require("reason", "why the name is needed");
    table.finish();
    Some(ExtraName { usage: usage?, name: name?, holder, reason: reason? })
}

/// Days, or a share of the lifetime.
fn read_threshold(table: &mut Table<'_, '_>, key: &'static str) -> Option<Threshold> {
    const EXPECTED: &str = "days such as 30, or a share of the lifetime such as \"20%\"";
    /// Ten years; a larger number is a slip, since no certificate of a server should live that long.
    const MAX_DAYS: u16 = 3650;
    table.number_or_text(key, EXPECTED, |value| match value {
        NumberOrText::Text(text) => {
            let share = text.strip_suffix('%')?.trim().parse().ok()?;
            (1..=100).contains(&share).then_some(Threshold::Percent(share))
        }
        NumberOrText::Number(days) => (days <= MAX_DAYS).then_some(Threshold::Days(days)),
    })
}

const SEVERITIES: [(&str, Option<Severity>); 4] = [
    ("error", Some(Severity::Error)),
    ("warning", Some(Severity::Warning)),
    ("info", Some(Severity::Info)),
    ("off", None),
];

fn read_rules(reader: &Reader<'_>, table: &Table<'_, '_>) -> BTreeMap<&'static str, RuleSetting> {
    let mut rules = BTreeMap::new();
    for (key, value) in table.entries() {
        let known = RULES.iter().map(|rule| rule.id);
        let Some(rule) = lyncert_rules::rule::rule(key.value) else {
            reader.add_mistake(
                key.offset,
                format!("`{}` is no rule; {}", key.value, short_hint(key.value, known)),
            );
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
            reader.add_mistake(key.offset, message);
        }
        rules.insert(rule.id, RuleSetting { severity, reason });
    }
    rules
}

fn read_ignored(reader: &Reader<'_>, mut table: Table<'_, '_>) -> Option<IgnoredPath> {
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
