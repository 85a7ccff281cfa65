//! The hand-written input of an OCS merge: it names the Edge servers of the former deployment and nothing else.

use crate::lowering::{Lowering, Path};

/// What it says of each Edge pool, as notes.
pub(super) fn read_notes(lowering: &mut Lowering<'_>, path: &Path<'_>) -> Vec<String> {
    let mut notes =
        vec!["the document is the input of an OCS merge; it names former Edge servers only".to_owned()];
    let Some(clusters) = path.element.child("EdgeClusters") else {
        lowering.problem(path, "there is no `<EdgeClusters>`; expected the former Edge servers");
        return notes;
    };
    let clusters_path = path.child(clusters);
    lowering.unknown_children(&clusters_path, &["EdgeCluster"]);
    for cluster in clusters.children_named("EdgeCluster") {
        let balancer = cluster.child("LoadBalancer");
        let machines =
            cluster.child("Machines").into_iter().flat_map(|machines| machines.children_named("Machine"));
        let mut internal: Vec<&str> =
            balancer.and_then(|balancer| balancer.filled("InternalFqdn")).into_iter().collect();
        internal.extend(machines.filter_map(|machine| machine.filled("InternalFqdn")));
        let conferencing = balancer.and_then(|balancer| balancer.filled("ExternalDPFqdn"));
        let version = cluster.filled("Version").unwrap_or("an unknown version");
        if internal.is_empty() {
            lowering.problem(&clusters_path.child(cluster), "the Edge cluster has no `InternalFqdn`");
            continue;
        }
        let conferencing = conferencing.map(|fqdn| format!(", web conferencing {fqdn}")).unwrap_or_default();
        notes.push(format!("former Edge of {version}: {}{conferencing}", internal.join(", ")));
    }
    notes
}
