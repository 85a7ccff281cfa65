use lyncert_ingest::name::said;

use super::{Check, Cure, Deviation, FolderView, Rule, RuleOutcome, Severity};
use crate::citation::CMD_REPL;
use crate::collection::{Collection, is_central};

/// An Edge Server works by its own copy of the topology. One that differs was not replicated: the server does not know what was
/// published since, so that requirements of the topology may not be its own yet.
pub(super) static RULE: Rule = Rule {
    id: "replica-differs",
    summary: "A server with another topology",
    severity: Severity::Warning,
    rationale: "the server works by an older topology: names and partners that were published since are not known to it",
    remedy: "See which servers are not up to date (`Get-CsManagementStoreReplicationStatus`), and mend replication: port 4443 of the Edge Server, and its internal certificate",
    sources: &[&CMD_REPL],
    cure: Cure::Elsewhere,
    check: Check::Folder(check),
    ..Rule::DEFAULTS
};

fn check(view: &FolderView<'_>) -> RuleOutcome {
    let collections = view.collections;
    let signed = |collection: &&Collection| collection.manifest.topology_signature.is_some();
    let central = collections.collections().iter().filter(|collection| is_central(collection)).filter(signed);
    let Some(newest) = central.max_by_key(|collection| collection.time()) else {
        return RuleOutcome::NotApplicable;
    };
    let states = collections.states();
    let replicas: Vec<_> = states
        .iter()
        .map(|state| (&state.server.fqdn, collections.collection_of(state)))
        .filter(|(_, collection)| !is_central(collection) && signed(collection))
        .collect();
    if replicas.is_empty() {
        return RuleOutcome::NotApplicable;
    }
    let signature =
        |collection: &Collection| collection.manifest.topology_signature.clone().unwrap_or_default();
    let expected = signature(newest);
    replicas
        .into_iter()
        .filter(|(_, collection)| signature(collection) != expected)
        .map(|(server, collection)| {
            Deviation::new(
                format!(
                    "the copy of the topology on {} is another than that of the central store",
                    said(server)
                ),
                format!("the signature `{expected}`"),
                format!("`{}`", signature(collection)),
            )
            .name(server.to_string())
            .on_server(server, Vec::new())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collection::Collections;
    use crate::testing::{Folder, check_folder, collected_parts};

    fn of(signature: Option<&str>) -> Collections {
        let signature = signature.map_or_else(|| "null".to_owned(), |text| format!("\"{text}\""));
        let central = r#""mode":"central","topology":{"source":"store","signature":"abc"},
            "servers":[{"fqdn":"edge.contoso.com","edge":true,"status":"skipped","reason":"edge-local-run"}]"#;
        let local = format!(
            r#""mode":"local","topology":{{"source":"replica","signature":{signature}}},
            "servers":[{{"fqdn":"edge.contoso.com","edge":true,"status":"collected"}}]"#
        );
        collected_parts(&[("collected.json", central), ("certs/edge/collected.json", &local)])
    }

    #[test]
    fn an_older_copy_of_the_topology_is_told() {
        let check = |signature: Option<&str>| {
            let collections = of(signature);
            check_folder(&RULE, Folder { collections: Some(&collections), ..Folder::default() })
        };
        check(Some("abd")).fails_with(
            Severity::Warning,
            "the copy of the topology on edge.contoso.com is another than that of the central store",
        );
        check(Some("abc")).passes();
        check(None).does_not_apply();
    }

    #[test]
    fn without_collections_there_is_nothing_to_compare() {
        check_folder(&RULE, Folder::default()).does_not_apply();
    }
}
