//! What a collection says of the settings of a deployment.

use std::collections::HashSet;
use std::sync::Arc;

use serde::Deserialize;

use super::{Schema, place, unreadable};
use crate::problem::Problem;
use crate::source::Source;
use crate::topology::{SimpleUrl, SimpleUrlComponent};
use crate::url::parse_url_host;

/// No deployment has so many simple URLs, or providers.
const MAX_ITEMS: usize = 10_000;

/// The settings of a deployment that certificates depend on, as cmdlets gave them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CollectedFacts {
    /// The file that says so.
    pub document: Arc<str>,
    /// The simple URLs; `None` where they were not taken.
    simple_urls: Option<Vec<RawSimpleUrl>>,
    /// Whether users may sign in from outside.
    pub allows_outside_users: Option<bool>,
    /// Whether users of federated domains are let in.
    pub allows_federated_users: Option<bool>,
    /// The public providers, such as AOL.
    pub public_providers: Vec<PublicProvider>,
    /// The providers that host users.
    pub hosting_providers: Vec<HostingProvider>,
    /// What the collecting computer's resolver said of names that clients look for.
    pub names: Vec<ResolvedName>,
    /// What the farms of Office Web Apps are set to.
    pub farms: Vec<CollectedFarm>,
}

/// A name that was looked for in DNS and found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ResolvedName {
    /// The name.
    pub name: String,
    /// Where it leads: addresses, or hosts.
    pub answers: Vec<String>,
}

impl ResolvedName {
    /// The hosts that a record of a service leads to, without their ports.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        self.answers.iter().map(|answer| answer.rsplit_once(':').map_or(answer.as_str(), |(host, _)| host))
    }
}

/// What a farm of Office Web Apps is set to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CollectedFarm {
    /// The server that says so.
    pub server: String,
    /// Whether TLS ends in front of the farm.
    pub is_offloaded: bool,
}

/// A public provider of instant messaging.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicProvider {
    /// Its name, as the deployment has it.
    pub name: String,
    /// Whether it is switched on.
    pub is_enabled: bool,
}

/// A provider that hosts users.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HostingProvider {
    /// Its name.
    pub name: String,
    /// Whether it is switched on.
    pub is_enabled: bool,
    /// Whether it shares the SIP address space.
    pub shares_address_space: bool,
    /// Whether it is home to users.
    pub hosts_users: bool,
    /// Whether it is the deployment itself.
    pub is_local: bool,
}

impl CollectedFacts {
    /// Whether the Edge serves users from outside, by either way; `None` where that was not taken.
    pub fn serves_outside(&self) -> Option<bool> {
        match (self.allows_outside_users, self.allows_federated_users) {
            (None, None) => None,
            (outside, federated) => Some(outside == Some(true) || federated == Some(true)),
        }
    }

    /// Whether instant messaging with AOL is switched on.
    pub fn has_aol(&self) -> bool {
        let is_aol = |name: &str| ["aol", "aim"].iter().any(|own| name.eq_ignore_ascii_case(own));
        self.public_providers.iter().any(|provider| provider.is_enabled && is_aol(&provider.name))
    }

    /// The provider that hosts users of the same SIP domains elsewhere: the deployment is hybrid.
    pub fn hybrid_provider(&self) -> Option<&HostingProvider> {
        self.hosting_providers.iter().find(|provider| {
            provider.is_enabled && provider.shares_address_space && provider.hosts_users && !provider.is_local
        })
    }
}

#[derive(Deserialize)]
struct RawFacts {
    simple_urls: Option<Vec<RawSimpleUrl>>,
    access_edge: Option<RawAccessEdge>,
    public_providers: Option<Vec<RawPublic>>,
    hosting_providers: Option<Vec<RawHosting>>,
    dns: Option<Vec<RawName>>,
    office_web_apps: Option<Vec<RawFarm>>,
}

#[derive(Deserialize)]
struct RawName {
    name: String,
    status: Option<String>,
    answers: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct RawFarm {
    server: Option<String>,
    ssl_offloaded: Option<bool>,
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
struct RawSimpleUrl {
    scope: Option<String>,
    site: Option<String>,
    component: Option<String>,
    domain: Option<String>,
    active_url: Option<String>,
    urls: Option<Vec<String>>,
}

/// The names are those of the cmdlet's object in the collector's spelling.
#[derive(Deserialize)]
struct RawAccessEdge {
    #[serde(alias = "AllowOutsideUsers")]
    allow_outside_users: Option<bool>,
    #[serde(alias = "AllowFederatedUsers")]
    allow_federated_users: Option<bool>,
}

#[derive(Deserialize)]
struct RawPublic {
    #[serde(alias = "Identity")]
    name: String,
    #[serde(alias = "Enabled")]
    enabled: Option<bool>,
}

#[derive(Deserialize)]
struct RawHosting {
    #[serde(alias = "Identity", alias = "identity")]
    name: String,
    #[serde(alias = "Enabled")]
    enabled: Option<bool>,
    #[serde(alias = "EnabledSharedAddressSpace", alias = "shared_address_space")]
    enabled_shared_address_space: Option<bool>,
    #[serde(alias = "HostsOCSUsers", alias = "hosts_users")]
    hosts_ocs_users: Option<bool>,
    #[serde(alias = "IsLocal")]
    is_local: Option<bool>,
}

/// The facts in a text of this schema.
pub(super) fn read_facts(text: &str, schema: Schema<'_>) -> Result<CollectedFacts, String> {
    schema.check()?;
    let what = "a file of collected facts";
    let raw: RawFacts = serde_json::from_str(text).map_err(|error| unreadable(what, &error))?;
    let public = raw.public_providers.unwrap_or_default();
    let hosting = raw.hosting_providers.unwrap_or_default();
    let urls = raw.simple_urls.as_ref().map_or(0, Vec::len);
    let names = raw.dns.unwrap_or_default();
    let farms = raw.office_web_apps.unwrap_or_default();
    let count = urls.max(public.len()).max(hosting.len()).max(names.len()).max(farms.len());
    if count > MAX_ITEMS {
        return Err(format!("is {what} with a list of {count} entries; the limit is {MAX_ITEMS}"));
    }
    let edge = raw.access_edge.as_ref();
    Ok(CollectedFacts {
        document: Arc::default(),
        simple_urls: raw.simple_urls,
        allows_outside_users: edge.and_then(|edge| edge.allow_outside_users),
        allows_federated_users: edge.and_then(|edge| edge.allow_federated_users),
        public_providers: public
            .into_iter()
            .map(|raw| PublicProvider { name: raw.name, is_enabled: raw.enabled == Some(true) })
            .collect(),
        hosting_providers: hosting
            .into_iter()
            .map(|raw| HostingProvider {
                name: raw.name,
                is_enabled: raw.enabled == Some(true),
                shares_address_space: raw.enabled_shared_address_space == Some(true),
                hosts_users: raw.hosts_ocs_users == Some(true),
                is_local: raw.is_local == Some(true),
            })
            .collect(),
        names: names
            .into_iter()
            .filter(|raw| raw.status.as_deref() == Some("answered"))
            .map(|raw| ResolvedName { name: raw.name, answers: raw.answers.unwrap_or_default() })
            .collect(),
        farms: farms
            .into_iter()
            .map(|raw| CollectedFarm {
                server: raw.server.unwrap_or_default(),
                is_offloaded: raw.ssl_offloaded == Some(true),
            })
            .collect(),
    })
}

impl CollectedFacts {
    /// The simple URLs, and what of them was not understood; `None` where they were not taken.
    pub(crate) fn simple_urls(&self, source: &Source) -> Option<(Vec<SimpleUrl>, Vec<Problem>)> {
        let (mut urls, mut problems) = (Vec::new(), Vec::new());
        for (index, raw) in self.simple_urls.as_ref()?.iter().enumerate() {
            let place = place(source, format!("simple_urls[{}]", index + 1));
            match read_simple_url(raw, place.clone()) {
                Ok(url) => urls.push(url),
                Err(text) => problems.push(Problem { place, text }),
            }
        }
        Some((urls, problems))
    }
}

fn read_simple_url(raw: &RawSimpleUrl, place: crate::place::Place) -> Result<SimpleUrl, String> {
    let filled = |text: &Option<String>| {
        text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let component = filled(&raw.component)
        .ok_or("the simple URL has no `component`; expected Meet, Dialin, Cscp or WebScheduler")?;
    let urls = raw.urls.as_deref().unwrap_or_default();
    let active_url = filled(&raw.active_url)
        .or_else(|| urls.first().cloned())
        .ok_or("the simple URL has neither `active_url` nor an entry")?;
    let active_host = parse_url_host(&active_url)?;
    let mut other_hosts = Vec::new();
    let mut known = HashSet::from([active_host.clone()]);
    for url in urls {
        let host = parse_url_host(url)?;
        if known.insert(host.clone()) {
            other_hosts.push(host);
        }
    }
    let site = match filled(&raw.scope).as_deref() {
        Some("site") => Some(filled(&raw.site).ok_or("the simple URL is of a site and does not name it")?),
        Some("global") | None => None,
        Some(other) => {
            let shown = crate::error::shortened(other);
            return Err(format!("the simple URL has the scope `{shown}`; expected `global` or `site`"));
        }
    };
    Ok(SimpleUrl {
        component: SimpleUrlComponent::from_name(&component),
        domain: filled(&raw.domain).unwrap_or_else(|| "*".to_owned()),
        active_url,
        active_host,
        other_hosts,
        site,
        place,
    })
}

#[cfg(test)]
mod tests {
    use crate::document::Document;

    fn document(text: &str) -> Document {
        crate::format::read("facts.json", text.as_bytes()).unwrap()
    }

    #[test]
    fn simple_urls_are_those_of_the_deployment_or_of_a_site() {
        let read = document(
            r#"{"schema":"lyncert-facts/1","simple_urls":[
              {"scope":"global","site":null,"component":"Meet","domain":"contoso.com","active_url":"https://meet.contoso.com",
               "urls":["https://meet.contoso.com","https://old.contoso.com"]},
              {"scope":"site","site":"Redmond","component":"Cscp","domain":"*","active_url":"https://admin.contoso.com","urls":[]},
              {"scope":"moon","component":"Meet","active_url":"https://meet.contoso.com"}]}"#,
        );
        let urls = read.simple_urls.unwrap();
        let shown: Vec<_> = urls
            .iter()
            .map(|url| (url.component.as_str(), url.site.as_deref(), url.hosts().count()))
            .collect();
        assert_eq!(shown, [("Meet", None, 2), ("Admin", Some("Redmond"), 1)]);
        assert_eq!(read.problems.len(), 1);
        assert!(read.problems[0].text.contains("the scope `moon`"), "{}", read.problems[0]);
    }

    #[test]
    fn what_was_not_taken_is_not_known() {
        let read = document(r#"{"schema":"lyncert-facts/1","simple_urls":null,"access_edge":null}"#);
        assert!(read.simple_urls.is_none());
        assert_eq!(read.collected.unwrap().serves_outside(), None);
    }

    #[test]
    fn federation_or_outside_users_make_the_edge_serve_the_outside() {
        for (outside, federated, serves) in [(true, false, true), (false, true, true), (false, false, false)]
        {
            let text = format!(
                r#"{{"schema":"lyncert-facts/1","access_edge":{{"allow_outside_users":{outside},"AllowFederatedUsers":{federated}}}}}"#
            );
            assert_eq!(document(&text).collected.unwrap().serves_outside(), Some(serves), "{text}");
        }
    }

    #[test]
    fn names_that_were_found_in_dns_and_farms_are_told() {
        let read = document(
            r#"{"schema":"lyncert-facts/1","office_web_apps":[{"server":"wac01.contoso.com","ssl_offloaded":true}],"dns":[
              {"name":"_sipinternaltls._tcp.contoso.com","type":"SRV","status":"answered","answers":["pool01.contoso.com:5061"]},
              {"name":"sipexternal.contoso.com","type":"A","status":"none","answers":[]}]}"#,
        );
        let facts = read.collected.unwrap();
        let [name] = facts.names.as_slice() else { panic!("{:?}", facts.names) };
        assert_eq!(name.hosts().collect::<Vec<_>>(), ["pool01.contoso.com"]);
        assert!(facts.farms[0].is_offloaded);
    }

    #[test]
    fn providers_tell_of_aol_and_of_hybrid() {
        let facts = |aol: bool, shared: bool| {
            let text = format!(
                r#"{{"schema":"lyncert-facts/1","public_providers":[{{"name":"AOL","enabled":{aol}}}],"hosting_providers":[
                {{"Identity":"LyncOnline","Enabled":true,"EnabledSharedAddressSpace":{shared},"HostsOCSUsers":true,"IsLocal":false}}]}}"#
            );
            document(&text).collected.unwrap()
        };
        let both = facts(true, true);
        assert!(both.has_aol());
        assert_eq!(both.hybrid_provider().map(|provider| provider.name.as_str()), Some("LyncOnline"));
        let none = facts(false, false);
        assert!(!none.has_aol() && none.hybrid_provider().is_none());
    }
}
