//! One estate, from files to report.

use std::path::PathBuf;

use lyncert_report::{Progress, Report, ScanOptions};
use lyncert_rules::assess;
use time::OffsetDateTime;

use crate::exit::Failure;
use crate::input::{self, PolicyInput, TopologyInput};

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
    /// Scans the certificates and judges them. A folder without any certificate gives a report too.
    pub(crate) fn report(&self, progress: &dyn Progress) -> Result<Report, Failure> {
        let Self { topology, policy, name, certs, options, at } = self;
        let folder = input::folder(topology, policy, certs, options, progress)?;
        let assessment = assess(&folder.case(topology, policy, *at), folder.requirements.clone());
        let inputs: Vec<_> = topology.files.iter().chain(&policy.files).cloned().collect();
        let estate = input::estate(name, topology, policy, &inputs, *at);
        Ok(Report::new(&estate, folder.inventory, &assessment))
    }
}
