//! One estate, from files to report.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use lyncert_ingest::Topology;
use lyncert_report::{Report, ScanOptions};
use lyncert_rules::{Scope, assess};
use time::OffsetDateTime;

use crate::args::{PolicyArgs, ScanArgs};
use crate::exit::Failure;
use crate::input::{self, PolicyInput, TopologyInput};
use crate::progress::Progress;
use crate::toml_reader::hint;

/// An estate, with its topology and policy read and its certificates not yet.
pub(crate) struct Estate {
    pub(crate) topology: TopologyInput,
    pub(crate) policy: PolicyInput,
    pub(crate) name: String,
    pub(crate) certs: PathBuf,
    pub(crate) options: ScanOptions,
    pub(crate) at: OffsetDateTime,
}

impl Estate {
    /// The estate that the arguments name.
    pub(crate) fn read(
        topology: &[PathBuf],
        certs: &Path,
        policy: &PolicyArgs,
        scan: &ScanArgs,
        at: Option<OffsetDateTime>,
    ) -> Result<Self, Failure> {
        let deployment = input::topology(topology)?;
        let name = input::estate_name(policy.estate.as_deref(), &deployment.deployment);
        let policy = input::policy(policy, topology)?;
        let options = input::scan_options(scan)?;
        let at = at.unwrap_or_else(input::now);
        Ok(Self { topology: deployment, policy, name, certs: certs.to_owned(), options, at })
    }

    /// The same as [`Estate::report`], with a line for a person who waits.
    pub(crate) fn report_with_progress(&self, is_hidden: bool) -> Result<Report, Failure> {
        let progress = Progress::new(is_hidden);
        let report = self.report(&progress)?;
        progress.finish();
        Ok(report)
    }

    /// Scans the certificates and judges them. A folder without any certificate gives a report too.
    pub(crate) fn report(&self, progress: &dyn lyncert_report::Progress) -> Result<Report, Failure> {
        let Self { topology, policy, name, certs, options, at } = self;
        check_scope(&policy.settled.policy.scope, &topology.deployment.topology)?;
        let folder = input::folder(topology, policy, certs, options, progress)?;
        let assessment = assess(&folder.case(topology, policy, *at), folder.requirements.clone());
        let inputs: Vec<_> = topology.files.iter().chain(&policy.files).cloned().collect();
        let estate = input::estate(name, topology, policy, &inputs, *at);
        Ok(Report::new(&estate, folder.inventory, &assessment))
    }
}

/// A name that the topology does not have would leave everything out unseen.
fn check_scope(scope: &Scope, topology: &Topology) -> Result<(), Failure> {
    let pools: Vec<&str> = topology.pools().map(|pool| pool.fqdn.as_str()).collect();
    for pool in &scope.pools {
        if !topology.pools().any(|known| known.fqdn == *pool) {
            let hint = hint(pool.as_str(), pools.iter().copied().chain(["reverse-proxy", "oauth"]));
            return Err(Failure::usage(anyhow!(
                "the scope has `{pool}`, which is no pool of this topology; {hint}"
            )));
        }
    }
    let sites: Vec<&str> = topology.sites.iter().map(|site| site.name.as_str()).collect();
    for site in &scope.sites {
        if !sites.iter().any(|known| known.eq_ignore_ascii_case(site)) {
            let hint = hint(site, sites.iter().copied());
            return Err(Failure::usage(anyhow!(
                "the scope has `{site}`, which is no site of this topology; {hint}"
            )));
        }
    }
    Ok(())
}
