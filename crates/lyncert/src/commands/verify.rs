//! `lyncert verify`: whether evidence is what it says.

use std::fs;

use anyhow::Context;
use lyncert_report::{EvidenceCheck, EvidencePack, InputFile, Report};
use lyncert_rules::Scope;

use crate::args::VerifyArgs;
use crate::estate::Estate;
use crate::exit::{FINDINGS, Failure, SUCCESS};
use crate::input::{self, PolicyInput, PolicyLayer};
use crate::output;
use crate::policy_file::add_to_scope;

pub(crate) fn run(args: &VerifyArgs) -> Result<u8, Failure> {
    let shown = args.evidence.display();
    let bytes = fs::read(&args.evidence)
        .with_context(|| format!("cannot read the evidence `{shown}`"))
        .map_err(Failure::no_input)?;
    let pack = EvidencePack::read(&bytes)
        .with_context(|| format!("cannot read the evidence `{shown}`"))
        .map_err(Failure::no_input)?;
    let mut checks = pack.check();
    if let Some(again) = judge_again(args, &pack)? {
        checks.extend(pack.check_again(&again));
    }
    let is_sound = checks.iter().all(|check| check.fault.is_none());
    output::print(|sink| {
        let manifest = &pack.manifest;
        let sha256 = InputFile::new("", "", &bytes).sha256;
        let visible = lyncert_report::render::escape::visible;
        writeln!(
            sink,
            "{} at {}, by lyncert {}",
            visible(&manifest.estate),
            manifest.at,
            visible(&manifest.tool.version)
        )?;
        writeln!(sink, "SHA-256 {sha256}")?;
        writeln!(sink)?;
        for EvidenceCheck { what, fault } in &checks {
            match fault {
                None => writeln!(sink, "  ok      {what}")?,
                Some(fault) => writeln!(sink, "  failed  {what}: {}", visible(fault))?,
            }
        }
        if args.certs.is_none() {
            writeln!(sink)?;
            writeln!(
                sink,
                "Whether the inputs give this report was not checked; give --topology and --certs."
            )?;
        }
        Ok(())
    })?;
    Ok(if is_sound { SUCCESS } else { FINDINGS })
}

/// The report that the inputs give now, by the policy and the time of the evidence.
fn judge_again(args: &VerifyArgs, pack: &EvidencePack) -> Result<Option<Report>, Failure> {
    let Some(certs) = &args.certs else { return Ok(None) };
    let layers: Result<Vec<PolicyLayer>, Failure> =
        pack.policies.iter().map(|(name, bytes)| PolicyLayer::of_bytes(name, bytes)).collect();
    let mut policy = PolicyInput::of_layers(layers?);
    policy.settled.policy.scope = scope(&pack.report);
    let estate = Estate {
        topology: input::topology(&args.topology)?,
        policy,
        name: pack.manifest.estate.clone(),
        certs: certs.clone(),
        options: input::scan_options(&args.scan)?,
        at: pack.manifest.at.moment(),
    };
    estate.report_with_progress(args.scan.no_progress).map(Some)
}

/// What was judged; the arguments of the run may have said so.
fn scope(report: &Report) -> Scope {
    let mut scope = Scope::default();
    if let Some(row) = &report.scope {
        scope.sites.clone_from(&row.sites);
        for pool in &row.pools {
            // A name that is none cannot come from a report of lyncert; then the reports differ, and that is told.
            let _ = add_to_scope(&mut scope, pool);
        }
    }
    scope
}
