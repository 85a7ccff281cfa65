//! The view of a topology.

use lyncert_ingest::assigned::AssignedCertificate;
use lyncert_ingest::deployment::Deployment;
use lyncert_ingest::name::DnsName;
use lyncert_ingest::problem::Problem;
use lyncert_ingest::topology::{Placed, Pool, SimpleUrl, SiteKind};
use lyncert_rules::facts::Facts;
use lyncert_rules::requirement::Requirement;

use crate::model::{
    AssignedRow, FederationRow, PendingRow, PoolRow, ProblemRow, SimpleUrlRow, SiteRow, TOPOLOGY_SCHEMA,
    TopologyView,
};

/// What to do when simple URLs are not known; reported once for a deployment.
const NO_SIMPLE_URLS: &str = "not all simple URLs are known, and no certificate is judged by the hosts of those that are not: a published topology \
    contains none; give the Topology Builder file or the ZIP of `Export-CsConfiguration` too, or name them in the policy as \
    [[facts.simple_url]]";

impl TopologyView {
    /// The view with the remarks that follow from the requirements.
    pub(super) fn with_requirements<'a>(
        deployment: &Deployment,
        facts: &Facts,
        requirements: impl IntoIterator<Item = &'a Requirement>,
    ) -> Self {
        let mut view = Self::new_with(deployment, facts);
        if requirements.into_iter().any(|requirement| requirement.needs_unknown_urls) {
            view.notes.push(NO_SIMPLE_URLS.to_owned());
        }
        view
    }

    /// What was understood from the documents of a deployment.
    pub fn new(deployment: &Deployment) -> Self {
        Self::new_with(deployment, &Facts::default())
    }

    fn new_with(deployment: &Deployment, facts: &Facts) -> Self {
        let topology = &deployment.topology;
        let versions: Vec<String> =
            topology.product_versions().into_iter().map(|version| facts.product_title(version)).collect();
        Self {
            schema: TOPOLOGY_SCHEMA.to_owned(),
            format: deployment.format.as_str().to_owned(),
            documents: deployment.documents.iter().map(|(name, _)| name.to_string()).collect(),
            product_version: versions.join(", "),
            sip_domains: topology.sip_domains.iter().map(|domain| domain.name.to_string()).collect(),
            default_sip_domain: topology.default_sip_domain.as_ref().map(|domain| domain.value.to_string()),
            simple_urls: topology.simple_urls.as_ref().map(|urls| urls.iter().map(simple_url).collect()),
            sites: topology
                .sites
                .iter()
                .map(|site| SiteRow {
                    id: site.id.clone(),
                    name: site.name.clone(),
                    kind: match site.kind {
                        SiteKind::Central => "central".to_owned(),
                        SiteKind::Branch => "branch".to_owned(),
                    },
                    pools: site.pools.iter().map(|pool| pool_row(pool, facts)).collect(),
                })
                .collect(),
            pending_changes: deployment
                .pending
                .as_ref()
                .map(|pending| PendingRow { added: pending.added.clone(), removed: pending.removed.clone() }),
            federation: deployment
                .federation
                .iter()
                .map(|fact| FederationRow { kind: fact.kind.clone(), name: fact.name.clone() })
                .collect(),
            assigned: (deployment.assigned.iter().flat_map(|export| &export.certificates))
                .map(assigned_row)
                .collect(),
            notes: deployment.notes.clone(),
            problems: deployment.problems.iter().map(problem_row).collect(),
        }
    }
}

pub(super) fn assigned_row(certificate: &AssignedCertificate) -> AssignedRow {
    AssignedRow {
        document: certificate.place.document.to_string(),
        computer: certificate.computer.as_ref().map(ToString::to_string),
        uses: certificate.uses.clone(),
        thumbprint: certificate.thumbprint.clone(),
        subject: certificate.subject.clone(),
        names: certificate.names.clone(),
        names_complete: certificate.names_complete,
        not_after: certificate.not_after.clone(),
        previous_thumbprint: certificate.previous_thumbprint.clone(),
        effective_date: certificate.effective_date.clone(),
        host: None,
        counted: None,
    }
}

fn simple_url(url: &SimpleUrl) -> SimpleUrlRow {
    SimpleUrlRow {
        component: url.component.as_str().to_owned(),
        domain: url.domain.clone(),
        active_url: url.active_url.clone(),
        site: url.site.clone(),
        hosts: url.hosts().map(ToString::to_string).collect(),
    }
}

fn pool_row(pool: &Pool, facts: &Facts) -> PoolRow {
    let name = |fqdn: &Option<Placed<DnsName>>| fqdn.as_ref().map(|fqdn| fqdn.value.to_string());
    let first = |fqdns: &[Placed<DnsName>]| fqdns.first().map(|fqdn| fqdn.value.to_string());
    PoolRow {
        fqdn: pool.fqdn.to_string(),
        kind: pool.kind.into(),
        kind_title: pool.kind.title().to_owned(),
        services: pool.services.iter().map(|service| service.role_name.clone()).collect(),
        service_version: pool.service_version(),
        product: pool.version().map(|version| facts.product_title(version)),
        servers: pool.machines.iter().map(|machine| machine.fqdn.to_string()).collect(),
        internal_web_fqdn: first(&pool.internal_web_fqdns),
        external_web_fqdn: first(&pool.external_web_fqdns),
        access_edge_fqdn: name(&pool.access_edge_fqdn),
        web_conferencing_edge_fqdn: name(&pool.web_conferencing_edge_fqdn),
        av_edge_fqdn: name(&pool.av_edge_fqdn),
        xmpp: pool.xmpp_proxy.is_some(),
        next_hop: pool.next_hop.as_ref().map(ToString::to_string),
        office_web_apps_url: pool.office_web_apps_url.as_ref().map(|url| url.value.clone()),
    }
}

pub(super) fn problem_row(problem: &Problem) -> ProblemRow {
    ProblemRow {
        document: problem.place.document.to_string(),
        path: problem.place.path.to_string(),
        line: problem.place.line,
        column: problem.place.column,
        text: problem.text.clone(),
    }
}
