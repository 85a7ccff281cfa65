//! What collections did not get to, and what would get it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lyncert_ingest::collection::ServerStatus;
use lyncert_ingest::name::{DnsName, said};

use crate::collection::{Collections, ServerState};
use crate::requirement::{Requirement, holders_of};
use crate::unjudged::{Unjudged, UnjudgedKind};

/// The code of an Edge Server that was left out because it has to be collected on the spot.
const EDGE_LOCAL_RUN: &str = "edge-local-run";
/// So many servers are named in one entry; the report's own list has all of them.
const MAX_NAMED: usize = 5;

/// What makes servers stand in one entry.
#[derive(Eq, Ord, PartialEq, PartialOrd)]
struct Group<'a> {
    status: ServerStatus,
    reason: Option<&'a str>,
    is_edge: bool,
    is_sound: bool,
}

/// The servers of these requirements of which not everything was collected, those with one reason together.
pub(super) fn gaps<'a>(
    collections: &Collections,
    requirements: impl Iterator<Item = &'a Requirement>,
) -> Vec<Unjudged> {
    if collections.collections().is_empty() {
        return Vec::new();
    }
    let mut of_server: HashMap<&str, Vec<&Requirement>> = HashMap::new();
    for requirement in requirements {
        for server in requirement.install_on() {
            of_server.entry(server.key()).or_default().push(requirement);
        }
    }
    let mut groups: BTreeMap<Group<'_>, Vec<&ServerState>> = BTreeMap::new();
    for state in collections.states() {
        let is_told = of_server.get(state.server.fqdn.key()).is_some_and(|requirements| {
            let is_gap = |requirement: &&Requirement| state.gap(&requirement.holder).is_some();
            state.server.status != ServerStatus::Collected || requirements.iter().any(is_gap)
        });
        if is_told {
            let group = Group {
                status: state.server.status,
                reason: state.server.reason.as_deref().or(state.server.message.as_deref()),
                is_edge: state.server.is_edge,
                is_sound: state.is_sound(),
            };
            groups.entry(group).or_default().push(state);
        }
    }
    let entry = |(group, states): (Group<'_>, Vec<&ServerState>)| {
        let concerned = states.iter().filter_map(|state| of_server.get(state.server.fqdn.key())).flatten();
        let servers: BTreeSet<&DnsName> = states.iter().map(|state| &state.server.fqdn).collect();
        Unjudged {
            kind: UnjudgedKind::NotCollected,
            what: what(&servers),
            why: why(&group),
            remedy: remedy(&group, &servers),
            holders: holders_of(concerned.copied()),
        }
    };
    groups.into_iter().map(entry).collect()
}

fn what(servers: &BTreeSet<&DnsName>) -> String {
    let mut named: Vec<String> =
        servers.iter().take(MAX_NAMED).map(|server| said(server).to_string()).collect();
    let more = servers.len().saturating_sub(MAX_NAMED);
    if more > 0 {
        named.push(format!("{more} more"));
    }
    match servers.len() {
        1 => format!("the certificates of {}", named.concat()),
        count => format!("the certificates of {count} servers: {}", named.join(", ")),
    }
}

fn why(group: &Group<'_>) -> String {
    let did = match group.status {
        ServerStatus::Skipped => "the collection left it out",
        ServerStatus::NotReached => "the collection did not reach it",
        ServerStatus::Partial => "the collection did not take everything",
        ServerStatus::Collected if group.is_sound => "the collection did not take what is needed",
        ServerStatus::Collected => "files of the collection are missing or were changed",
    };
    match group.reason {
        Some(reason) => format!("{did}: `{reason}`"),
        None => did.to_owned(),
    }
}

/// The line to run.
fn remedy(group: &Group<'_>, servers: &BTreeSet<&DnsName>) -> String {
    let local = "`Export-LyncertCollection.ps1 -LocalOnly -OutputPath C:\\lyncert`";
    if group.is_edge || group.reason == Some(EDGE_LOCAL_RUN) {
        return format!(
            "Run {local} on it as a local administrator, and put the folder below `certs` of the collection"
        );
    }
    let names: Vec<&str> = servers.iter().take(MAX_NAMED).map(|server| server.as_str()).collect();
    format!(
        "Run `Export-LyncertCollection.ps1 -OutputPath C:\\lyncert -ComputerName {}`, or {local} on it, and put the folder below `certs` of the collection",
        names.join(",")
    )
}
