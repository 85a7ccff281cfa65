//! The one way to an estate: its exports and policy are read and the scope is checked, its certificates are scanned, and what
//! there is then can be judged. Every command that looks at an estate goes this way.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::anyhow;
use lyncert_ingest::deployment::Deployment;
use lyncert_ingest::name::DnsName;
use lyncert_ingest::topology::Topology;
use lyncert_report::model::{ForecastView, InventoryView, NameExplanation, Plan, Report};
use lyncert_report::scan::{Inventory, ScanOptions, scan_roots};
use lyncert_report::view::{InputFile, ReportInput, Trials};
use lyncert_rules::assess::{
    Case, Wanted, WantedHolder, assess_while_awaited, try_certificates, try_requests,
};
use lyncert_rules::assign::Reach;
use lyncert_rules::assignment_record::AssignmentRecord;
use lyncert_rules::holder::{HolderKind, reverse_proxy_folder};
use lyncert_rules::policy::{Scope, ScopeName};
use lyncert_rules::profile::{check_size, expect};
use lyncert_rules::relevance::Relevance;
use lyncert_rules::requirement::Requirement;
use lyncert_rules::stop::Stop;
use lyncert_rules::usage::CertificateUsage;
use time::OffsetDateTime;

use crate::args::PolicyArgs;
use crate::exit::Failure;
use crate::inputs::{Certificates, Inputs, read_exports};
use crate::progress::ShownProgress;
use crate::read::{PolicyInput, TopologyInput, read_policy};
use crate::redaction;
use crate::scope::check_policy;

/// An estate whose exports and policy are read and fit each other; its certificates are not read yet.
pub(crate) struct Estate {
    /// Its name in reports.
    pub(crate) name: String,
    deployment: Deployment,
    policy: PolicyInput,
    /// The topology and policy files.
    inputs: Vec<InputFile>,
}

impl Estate {
    /// Reads the exports at these paths and the policy that belongs to them.
    pub(crate) fn read(topologies: &[PathBuf], args: &PolicyArgs) -> Result<Self, Failure> {
        let topology = read_exports(topologies)?;
        Self::new(args.estate.clone(), topology, read_policy(args, topologies)?)
    }

    /// The same for each of several estates. One policy may hold for all of them: what it names has to be in one. A `scope` takes the
    /// place of the policy's; what the policy excepts and the scope does not name stays excepted.
    pub(crate) fn read_each(
        groups: &[Vec<PathBuf>],
        args: &PolicyArgs,
        scope: Option<&Scope>,
    ) -> Result<Vec<Self>, Failure> {
        let read = |exports: &Vec<PathBuf>| -> Result<_, Failure> {
            let topology = read_exports(exports)?;
            check_has_pools(&topology.deployment)?;
            let policy = read_policy(args, exports)?;
            let policy = match scope.cloned() {
                Some(scope) => {
                    let scope = scope.without(&policy.resolved.policy.scope.except);
                    policy.with_scope(scope)
                }
                None => policy,
            };
            Ok((topology, policy))
        };
        let inputs: Vec<(TopologyInput, PolicyInput)> = groups.iter().map(read).collect::<Result<_, _>>()?;
        let topologies: Vec<_> = inputs.iter().map(|(topology, _)| &topology.deployment.topology).collect();
        for (_, PolicyInput { resolved, .. }) in &inputs {
            check_policy(&resolved.policy.scope, &resolved.facts, &topologies)?;
        }
        let estate = |(topology, policy)| Self::of_checked(args.estate.clone(), topology, policy);
        inputs.into_iter().map(estate).collect()
    }

    /// Reads what an estate lies in: exports with their certificates, or a folder or an archive that holds all of it.
    pub(crate) fn read_with_certificates(
        exports: &[PathBuf],
        certs: &[PathBuf],
        args: &PolicyArgs,
        scope: Option<Scope>,
    ) -> Result<(Self, Certificates), Failure> {
        let Inputs { topology, certificates } = Inputs::read(exports, certs)?;
        let policy = read_policy(args, exports)?;
        let policy = match scope {
            Some(scope) => policy.with_scope(scope),
            None => policy,
        };
        Ok((Self::new(args.estate.clone(), topology, policy)?, certificates))
    }

    /// Puts exports and policy together. Without a name the estate is called after its SIP domain.
    ///
    /// # Errors
    ///
    /// No pool was understood, so that there is nothing to judge; or the policy has a name that the topology does not have: a scope
    /// of it would leave everything out unseen.
    pub(crate) fn new(
        name: Option<String>,
        topology: TopologyInput,
        policy: PolicyInput,
    ) -> Result<Self, Failure> {
        check_has_pools(&topology.deployment)?;
        let resolved = &policy.resolved;
        check_policy(&resolved.policy.scope, &resolved.facts, &[&topology.deployment.topology])?;
        Self::of_checked(name, topology, policy)
    }

    /// Two states of one estate, the older first, with one policy. A pool of its scope may be in one of them only: the older one
    /// does not have it yet, or the newer one does not have it any more.
    pub(crate) fn read_both(old: &Path, new: &Path, args: &PolicyArgs) -> Result<[Self; 2], Failure> {
        let paths = [old, new].map(|path| [path.to_owned()]);
        let [old, new] = [read_exports(&paths[0])?, read_exports(&paths[1])?];
        let policies = [read_policy(args, &paths[0])?, read_policy(args, &paths[1])?];
        for policy in &policies {
            let topologies = [&old.deployment.topology, &new.deployment.topology];
            check_policy(&policy.resolved.policy.scope, &policy.resolved.facts, &topologies)?;
        }
        let [policy_of_old, policy_of_new] = policies;
        let name = args.estate.clone();
        Ok([Self::of_checked(name.clone(), old, policy_of_old)?, Self::of_checked(name, new, policy_of_new)?])
    }

    fn of_checked(
        name: Option<String>,
        topology: TopologyInput,
        policy: PolicyInput,
    ) -> Result<Self, Failure> {
        let TopologyInput { mut deployment, files } = topology;
        let mut policy = policy;
        if let Some(collected) = &deployment.collected {
            let notes = policy.resolved.facts.complete_by(collected, &deployment.topology);
            deployment.notes.extend(notes);
        }
        let name = name.unwrap_or_else(|| name_of(&deployment.topology));
        let inputs = files.into_iter().chain(policy.files.iter().cloned()).collect();
        check_size(&deployment.topology, &policy.resolved.facts).map_err(Failure::no_input)?;
        Ok(Self { name, deployment, policy, inputs })
    }

    /// What is judged of it.
    pub(crate) fn scope(&self) -> &Scope {
        &self.policy.resolved.policy.scope
    }

    /// Its policy files by name, as they are.
    pub(crate) fn policy_texts(&self) -> &[(String, Vec<u8>)] {
        &self.policy.texts
    }

    /// The certificates that its topology needs, all of them: a scope is about what is judged.
    pub(crate) fn plan(&self) -> Plan {
        Plan::new(&self.report_input(TIMELESS))
    }

    /// Tells redaction what it holds.
    pub(crate) fn tell_names(&self) -> Result<(), Failure> {
        redaction::know(|| self.plan())
    }

    /// Why one of its certificates needs a name.
    pub(crate) fn explain(&self, name: &DnsName) -> NameExplanation {
        NameExplanation::new(&self.report_input(TIMELESS), name)
    }

    /// Holds certificates and requests against what its topology calls for, whatever is in use; `None` where it calls for nothing that
    /// is asked for.
    pub(crate) fn try_out(
        &self,
        inventory: &Inventory,
        holder: Option<&str>,
        usages: &[CertificateUsage],
        scope: Option<&Scope>,
        now: OffsetDateTime,
    ) -> Option<Trials> {
        let resolved = &self.policy.resolved;
        let (topology, facts) = (&self.deployment.topology, &resolved.facts);
        let mut requirements = expect(topology, facts);
        requirements.retain(|requirement| scope.is_none_or(|scope| scope.includes(&requirement.holder)));
        let holder = holder.map(|text| self.wanted_holder(text));
        let wanted = Wanted { holder, usages: usages.to_vec() };
        if !wanted.finds_something(&requirements, facts) {
            return None;
        }
        let case = Case {
            topology,
            facts,
            policy: &resolved.policy,
            certificates: &inventory.certificates,
            assignment_records: &[],
            collections: &inventory.collections,
            lists: &inventory.lists,
            keys: &inventory.keys,
            requests: &[],
            has_given_roots: !inventory.root_files.is_empty(),
            now,
        };
        Some(Trials {
            estate: self.name.clone(),
            certificates: try_certificates(&case, &requirements, &wanted),
            requests: try_requests(&case, &requirements, &inventory.requests, &wanted, Reach::AnyName),
        })
    }

    /// Whom a text means: an order or requirement by its id, a server, or a pool, by their first label where only one has it.
    fn wanted_holder(&self, text: &str) -> WantedHolder {
        let topology = &self.deployment.topology;
        let pools = || topology.pools().map(|pool| &pool.fqdn);
        let servers = || topology.pools().flat_map(|pool| &pool.machines).map(|machine| &machine.fqdn);
        let named = ScopeName::from_str(text).ok().filter(|_| !text.contains('/'));
        match named {
            None => WantedHolder::Id(text.to_owned()),
            Some(ScopeName::Pool(name)) if pools().any(|pool| *pool == name) => {
                WantedHolder::Named(ScopeName::Pool(name))
            }
            Some(ScopeName::Pool(name)) if servers().any(|server| *server == name) => {
                WantedHolder::Server(name)
            }
            Some(ScopeName::Pool(name)) => {
                let has_label = |full: &&DnsName| full.key().split('.').next() == Some(name.key());
                let pool =
                    pools().find(has_label).map(|pool| WantedHolder::Named(ScopeName::Pool(pool.clone())));
                let server = || servers().find(has_label).map(|server| WantedHolder::Server(server.clone()));
                pool.or_else(server).unwrap_or(WantedHolder::Named(ScopeName::Pool(name)))
            }
            Some(other) => WantedHolder::Named(other),
        }
    }

    /// The names of all for which a certificate is called for, each once: pools, servers, and the holders that are neither.
    pub(crate) fn holder_names(&self) -> Vec<String> {
        let requirements = expect(&self.deployment.topology, &self.policy.resolved.facts);
        let of_holder = |requirement: &Requirement| -> Vec<String> {
            let holder = &requirement.holder;
            let hosts = holder.pool.iter().chain(&holder.server).chain(requirement.install_on());
            match holder.kind {
                HolderKind::Pool(_) => hosts.map(ToString::to_string).collect(),
                HolderKind::Deployment => vec!["oauth".to_owned()],
                HolderKind::ReverseProxy => vec![reverse_proxy_folder(holder.name.as_deref())],
            }
        };
        let mut names: Vec<String> = Vec::new();
        let mut known: HashSet<String> = HashSet::new();
        for name in requirements.iter().flat_map(of_holder) {
            if known.insert(name.to_ascii_lowercase()) {
                names.push(name);
            }
        }
        names
    }

    /// Reads its certificates: all that a folder holds, and the chains of those that may serve something in its topology.
    pub(crate) fn scan(
        &self,
        certs: &Certificates,
        options: &ScanOptions,
        progress: &dyn lyncert_report::scan::Progress,
    ) -> Result<ScannedEstate<'_>, Failure> {
        let topology = &self.deployment.topology;
        let requirements = expect(topology, &self.policy.resolved.facts);
        let mut options = options.clone();
        options.ignored.clone_from(&self.policy.resolved.ignored);
        options.relevance = Some(Relevance::new(topology, &requirements));
        options.already_read.extend(certs.already_read.iter().cloned());
        options.read_before = self.inputs.iter().filter_map(|input| input.sha256.parse().ok()).collect();
        let inventory =
            scan_roots(&certs.roots(), &options, progress).map_err(Failure::scan("certificates in"))?;
        let given = self
            .deployment
            .assigned
            .iter()
            .map(|export| AssignmentRecord { path: export.document.to_string(), export: export.clone() });
        let found = inventory.collections.with_records(&inventory.assignment_records);
        let records = given.chain(found).collect();
        let stop = options.stop.clone();
        Ok(ScannedEstate { estate: self, certs: certs.clone(), inventory, requirements, records, stop })
    }

    /// The same as [`Estate::scan`], with a line for a person who waits.
    pub(crate) fn scan_with_progress(
        &self,
        certs: &Certificates,
        options: &ScanOptions,
        is_hidden: bool,
    ) -> Result<ScannedEstate<'_>, Failure> {
        let progress = ShownProgress::new(is_hidden);
        let scanned = self.scan(certs, options, &progress)?;
        progress.finish();
        Ok(scanned)
    }

    fn report_input(&self, at: OffsetDateTime) -> ReportInput<'_> {
        let resolved = &self.policy.resolved;
        ReportInput {
            name: &self.name,
            deployment: &self.deployment,
            facts: &resolved.facts,
            policy: &resolved.policy,
            ignored: &resolved.ignored,
            policy_file: self.policy.title.as_deref(),
            policy_places: &self.policy.places,
            policies_forbidden: &self.policy.forbidden,
            inputs: &self.inputs,
            at,
        }
    }
}

/// Silence must not look like health: of a topology without pools nothing can be said.
fn check_has_pools(deployment: &Deployment) -> Result<(), Failure> {
    if deployment.topology.pools().next().is_some() {
        return Ok(());
    }
    let names: Vec<String> = deployment.documents.iter().map(|(name, _)| format!("`{name}`")).collect();
    let expected = "expected an export with the pools of the deployment".to_owned();
    let reason = deployment.problems.first().map_or(expected, |problem| problem.text.clone());
    Err(Failure::no_input(anyhow!("no pool was understood in {}: {reason}", names.join(", "))))
}

/// For views of what is needed, which is the same at any time.
const TIMELESS: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

/// The default SIP domain, else the first one, else a word.
fn name_of(topology: &Topology) -> String {
    let domain = topology.default_sip_domain.as_ref().map(|domain| domain.value.to_string());
    let first = || topology.sip_domains.first().map(|domain| domain.name.to_string());
    domain.or_else(first).unwrap_or_else(|| "unnamed estate".to_owned())
}

/// An estate with its certificates.
pub(crate) struct ScannedEstate<'a> {
    estate: &'a Estate,
    certs: Certificates,
    inventory: Inventory,
    requirements: Vec<Requirement>,
    /// What exports say of assigned certificates: the records given with the topology first.
    records: Vec<AssignmentRecord>,
    /// Whether somebody waits for what is judged.
    stop: Stop,
}

impl ScannedEstate<'_> {
    /// What there is to judge at a time.
    fn case(&self, now: OffsetDateTime) -> Case<'_> {
        let resolved = &self.estate.policy.resolved;
        Case {
            topology: &self.estate.deployment.topology,
            facts: &resolved.facts,
            policy: &resolved.policy,
            certificates: &self.inventory.certificates,
            assignment_records: &self.records,
            collections: &self.inventory.collections,
            lists: &self.inventory.lists,
            keys: &self.inventory.keys,
            requests: &self.inventory.requests,
            has_given_roots: !self.inventory.root_files.is_empty(),
            now,
        }
    }

    /// The certificates judged at a time. A folder without any certificate gives a report too.
    pub(crate) fn report(self, at: OffsetDateTime) -> Report {
        let assessment = assess_while_awaited(&self.case(at), self.requirements.clone(), &self.stop);
        Report::new(&self.estate.report_input(at), self.inventory, &assessment)
    }

    /// Tells redaction what it and its certificates hold.
    pub(crate) fn tell_names(&self, at: OffsetDateTime) -> Result<(), Failure> {
        self.estate.tell_names()?;
        redaction::know(|| InventoryView::new(self.inventory.clone(), at))
    }

    /// What will be said of them from one time until another.
    pub(crate) fn forecast(&self, at: OffsetDateTime, until: OffsetDateTime) -> ForecastView {
        ForecastView::new(
            &self.estate.report_input(at),
            &self.case(at),
            &self.requirements,
            until,
            &self.stop,
        )
    }

    /// Checks that there is a certificate at all. A report of nothing still helps to find the reason, so commands that write one do
    /// that first.
    pub(crate) fn check_not_empty(&self) -> Result<(), Failure> {
        if self.inventory.certificates.is_empty() { Err(no_certificate(&self.certs.shown())) } else { Ok(()) }
    }
}

/// A folder without any certificate is no usable input.
pub(crate) fn no_certificate(certs: &str) -> Failure {
    Failure::no_input(anyhow!("{certs} holds no certificate that could be read"))
}
