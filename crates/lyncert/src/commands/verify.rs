//! `lyncert verify`: whether evidence is what it says.

use anyhow::Context;
use lyncert_report::evidence::{BUILD_SHA256, EvidenceCheck, EvidencePack, MadeBy};
use lyncert_report::model::Report;
use lyncert_report::render;
use lyncert_report::render::text::Look;
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

pub(crate) fn run(args: &VerifyArgs, look: Look) -> Result<u8, Failure> {
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
    let text = told(args, &pack, &sha256_of(&bytes), &checks, outcome);
    output::print(|sink| {
        let parts = text.iter().map(|(lead, text)| (*lead, text.as_str()));
        render::text::paragraphs(parts, look, sink)
    })?;
    Ok(outcome.code())
}

/// What is printed: texts, each with what stands before it.
fn told(
    args: &VerifyArgs,
    pack: &EvidencePack,
    sha256: &str,
    checks: &[EvidenceCheck],
    outcome: Outcome,
) -> Vec<(&'static str, String)> {
    let manifest = &pack.manifest;
    let build = &manifest.build_sha256;
    let build = match pack.made_by() {
        MadeBy::ThisBuild => format!("Build {build}, which is this one"),
        MadeBy::OtherBuild if build.is_empty() => {
            format!("Build not said, as by some before version 0.1.0; this one is {BUILD_SHA256}")
        }
        MadeBy::OtherBuild => format!("Build {build}; this one is {BUILD_SHA256}"),
        MadeBy::NoBuild => format!("Build not known; this one is {BUILD_SHA256}"),
    };
    let mut texts = vec![
        ("", format!("{} at {}, by lyncert {}", manifest.estate, manifest.at, manifest.tool.version)),
        ("", build),
        ("", format!("SHA-256 {sha256}")),
        ("", String::new()),
    ];
    texts.extend(checks.iter().map(|EvidenceCheck { what, fault, skipped }| match (fault, skipped) {
        (Some(fault), _) => ("  failed  ", format!("{what}: {fault}")),
        (None, Some(skipped)) => ("  skipped ", format!("{what}: {skipped}")),
        (None, None) => ("  ok      ", what.clone()),
    }));
    texts.push(("", String::new()));
    texts.extend(outcome.words().lines().map(|line| ("", line.to_owned())));
    if args.topology.is_empty() {
        let text = "Whether the inputs give this report was not checked; give --topology and --certs.";
        texts.push(("", text.to_owned()));
    }
    texts
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
