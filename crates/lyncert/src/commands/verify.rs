//! `lyncert verify`: whether evidence is what it says.

use anyhow::Context;
use lyncert_report::evidence::{BUILD_SHA256, EvidenceCheck, EvidencePack, MadeBy};
use lyncert_report::model::Report;
use lyncert_report::view::sha256_of;
use lyncert_rules::policy::Scope;

use crate::args::VerifyArgs;
use crate::estate::Estate;
use crate::exit::{FINDINGS, Failure, PARTIAL, SUCCESS};
use crate::inputs::Inputs;
use crate::location::resolved;
use crate::output;
use crate::read::{PolicyFile, PolicyInput, ReadFor, read_file, read_scan_options};
use crate::time_limit::TimeLimit;

pub(crate) fn run(args: &VerifyArgs) -> Result<u8, Failure> {
    let shown = args.evidence.display();
    let bytes = read_file(&args.evidence, ReadFor::Report)
        .with_context(|| format!("cannot read the evidence `{shown}`"))
        .map_err(Failure::no_input)?;
    let pack = EvidencePack::read(&bytes)
        .with_context(|| format!("cannot read the evidence `{shown}`"))
        .map_err(Failure::no_input)?;
    let mut checks = pack.check();
    if let Some(again) = judge_again(args, &pack)? {
        checks.extend(pack.check_again(&again));
    }
    let outcome = Outcome::of(&checks);
    output::print(|sink| {
        let manifest = &pack.manifest;
        let sha256 = sha256_of(&bytes);
        let visible = lyncert_report::render::escape::visible;
        writeln!(
            sink,
            "{} at {}, by lyncert {}",
            visible(&manifest.estate),
            manifest.at,
            visible(&manifest.tool.version)
        )?;
        match pack.made_by() {
            MadeBy::ThisBuild => writeln!(sink, "Build {}, which is this one", manifest.build_sha256)?,
            MadeBy::OtherBuild if manifest.build_sha256.is_empty() => {
                writeln!(
                    sink,
                    "Build not said, as by some before version 0.1.0; this one is {BUILD_SHA256}"
                )?;
            }
            MadeBy::OtherBuild => {
                writeln!(sink, "Build {}; this one is {BUILD_SHA256}", manifest.build_sha256)?;
            }
            MadeBy::NoBuild => writeln!(sink, "Build not known; this one is {BUILD_SHA256}")?,
        }
        writeln!(sink, "SHA-256 {sha256}")?;
        writeln!(sink)?;
        for EvidenceCheck { what, fault, skipped } in &checks {
            match (fault, skipped) {
                (Some(fault), _) => writeln!(sink, "  failed  {what}: {}", visible(fault))?,
                (None, Some(skipped)) => writeln!(sink, "  skipped {what}: {}", visible(skipped))?,
                (None, None) => writeln!(sink, "  ok      {what}")?,
            }
        }
        writeln!(sink)?;
        writeln!(sink, "{}", outcome.words())?;
        if args.topology.is_empty() {
            writeln!(
                sink,
                "Whether the inputs give this report was not checked; give --topology and --certs."
            )?;
        }
        Ok(())
    })?;
    Ok(outcome.code())
}

/// What all checks together say.
#[derive(Clone, Copy)]
enum Outcome {
    /// Everything was checked, and nothing fails.
    Sound,
    /// Nothing fails, and something can be checked by another build only.
    NotVerified,
    /// Something fails.
    Changed,
}

impl Outcome {
    fn of(checks: &[EvidenceCheck]) -> Self {
        if checks.iter().any(|check| check.fault.is_some()) {
            Self::Changed
        } else if checks.iter().any(|check| check.skipped.is_some()) {
            Self::NotVerified
        } else {
            Self::Sound
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Sound => "Nothing was changed.",
            Self::NotVerified => {
                "Not verified: it says that another build of lyncert made it, and only that build can check what was skipped.\n\
                 Whoever changes evidence can say so too: rely on it when that build, from a source that you trust, has verified it."
            }
            Self::Changed => "Not what lyncert wrote, or not of these inputs: do not rely on it.",
        }
    }

    fn code(self) -> u8 {
        match self {
            Self::Sound => SUCCESS,
            Self::NotVerified => PARTIAL,
            Self::Changed => FINDINGS,
        }
    }
}

/// The report that the inputs give now, by the policy and the time of the evidence.
fn judge_again(args: &VerifyArgs, pack: &EvidencePack) -> Result<Option<Report>, Failure> {
    if args.topology.is_empty() {
        return Ok(None);
    }
    let limit = TimeLimit::from_now(args.scan.time_limit);
    let policies: Result<Vec<PolicyFile>, Failure> =
        pack.policies.iter().map(|(name, bytes)| PolicyFile::parse(name, bytes, "")).collect();
    let mut policy = PolicyInput::of_files(policies?).with_scope(scope_of_report(&pack.report));
    // Where the files lay is not in the evidence, but what the report says of it is.
    policy.places.clone_from(&pack.report.policy.places);
    policy.forbidden.clone_from(&pack.report.policy.forbidden);
    let name = Some(pack.manifest.estate.clone());
    let Inputs { topology, certificates } = Inputs::read(&args.topology, &args.certs)?;
    let estate = Estate::new(name, topology, policy)?;
    // What the run wrote itself was no input of it.
    let mut options = read_scan_options(&args.scan)?;
    options.at = Some(pack.manifest.at.moment());
    for folder in &certificates.paths {
        let left_out = pack.manifest.left_out.iter();
        options.left_out.extend(left_out.map(|below| resolved(folder).join(below)));
    }
    let (at, is_hidden) = (pack.manifest.at.moment(), args.scan.no_progress);
    limit.run("the estate was not judged again", move |stop| {
        options.stop = stop.clone();
        Ok(Some(estate.scan_with_progress(&certificates, &options, is_hidden)?.report(at)))
    })
}

/// What was judged; the arguments of the run may have said so.
fn scope_of_report(report: &Report) -> Scope {
    let mut scope = Scope::default();
    if let Some(row) = &report.scope {
        scope.sites.clone_from(&row.sites);
        // A report of lyncert has no malformed name; if somebody put one there, the reports differ, and a check fails.
        let read = |names: &[String]| names.iter().filter_map(|name| name.parse().ok()).collect();
        scope.holders = read(&row.pools);
        scope.except = read(&row.except);
    }
    scope
}
