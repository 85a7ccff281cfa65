//! What of the requirements was not judged, by what is known of the topology and of what serves them.

use std::collections::HashSet;

use lyncert_ingest::topology::Topology;

use super::generations::of_unknown_generations;
use super::incomplete::of_incomplete_pools;
use super::{Finding, Judgment, RequirementVerdict};
use crate::assign::AssignedBy;
use crate::facts::Facts;
use crate::ids::RequirementId;
use crate::policy::{Scope, exception};
use crate::requirement::{Requirement, holders_of};
use crate::severity::Severity;
use crate::unjudged::{Unjudged, UnjudgedKind};

/// The rule that tells of assigned certificates without a file.
const ASSIGNED_NOT_FOUND: &str = "assigned-not-found";

/// What was judged, and what was found.
pub(super) struct Seen<'a> {
    pub(super) topology: &'a Topology,
    pub(super) facts: &'a Facts,
    pub(super) scope: &'a Scope,
    pub(super) judgments: &'a [Judgment],
    pub(super) findings: &'a [Finding],
    pub(super) out_of_scope: &'a [Requirement],
}

/// What of the requirements was not judged. `others` are entries that were found on the way; the answer has all of them, in the
/// order of kinds.
pub(super) fn unjudged(seen: &Seen<'_>, others: Vec<Unjudged>) -> Vec<Unjudged> {
    let mut all = others;
    all.extend(unknown_simple_urls(seen));
    all.extend(seen.judgments.iter().filter_map(unmanaged_without_certificate));
    all.extend(assigned_and_not_here(seen));
    all.extend(unmet_in_silence(seen));
    all.extend(assumed_assignments(seen.judgments));
    all.extend(of_unknown_generations(seen.topology, seen.scope));
    all.extend(of_incomplete_pools(seen.topology, seen.scope));
    all.extend(left_out(seen.out_of_scope));
    // The sort keeps the order within a kind.
    all.sort_by_key(|one| one.kind);
    all
}

/// The simple URLs come from the configuration and not from the published topology, so that an export may lack them
/// (`Get-CsTopology -AsXml`).
fn unknown_simple_urls(seen: &Seen<'_>) -> Option<Unjudged> {
    let concerned = || seen.judgments.iter().filter(|judgment| judgment.requirement.needs_unknown_urls);
    let knows_some =
        seen.topology.simple_urls.iter().flatten().next().is_some() || !seen.facts.simple_urls.is_empty();
    concerned().next().is_some().then(|| Unjudged {
        kind: UnjudgedKind::SimpleUrlsUnknown,
        what: "the names of the simple URLs (meet, dialin, admin)".to_owned(),
        why: if knows_some {
            "neither export nor policy gives a Meet URL for each SIP domain and one for dial-in, so that nothing asked for the names of those that lack"
        } else {
            "the export does not hold the simple URLs, so that nothing asked for their names"
        }
        .to_owned(),
        remedy: "Give the `.tbxml` of Topology Builder or the configuration ZIP too, or name them in the policy as `[[facts.simple_url]]` (`lyncert init` writes one)"
            .to_owned(),
        holders: holders_of(concerned().map(|judgment| &judgment.requirement)),
    })
}

/// The folder may have been collected without the reverse proxy, farms, applications and gateways.
fn unmanaged_without_certificate(judgment: &Judgment) -> Option<Unjudged> {
    let is_told = !judgment.assignment.not_collected.is_empty();
    if judgment.verdict != RequirementVerdict::NotJudged
        || judgment.requirement.holder.kind.is_managed()
        || is_told
    {
        return None;
    }
    let holder = &judgment.requirement.holder;
    let folder = match (&holder.server, &holder.pool) {
        (Some(host), _) | (None, Some(host)) => host.to_string(),
        (None, None) => "reverse-proxy".to_owned(),
    };
    let way_out = match holder.pool {
        Some(_) => format!("leave it out by {}", exception([&folder])),
        None => "say `[facts] without_reverse_proxy = true`, or leave it out by `[scope] except`".to_owned(),
    };
    Some(Unjudged {
        kind: UnjudgedKind::UnmanagedNotCollected,
        what: format!("the certificate of {holder}"),
        why: "the folder has no certificate for it, and the product does not manage it".to_owned(),
        remedy: format!("Put its certificate into a folder `{folder}` below the certificates, or {way_out}"),
        holders: vec![holder.clone()],
    })
}

/// What is assigned and not in the folder was not looked at, whatever lies there in its place. Where a collection knows more, or less, it
/// is told by that.
fn assigned_and_not_here(seen: &Seen<'_>) -> Option<Unjudged> {
    let of_rule = seen.findings.iter().filter(|finding| finding.rule.id == ASSIGNED_NOT_FOUND);
    let open: HashSet<RequirementId> = of_rule
        .filter(|finding| finding.is_open())
        .flat_map(|finding| finding.requirements.iter().copied())
        .collect();
    let concerned = RequirementId::enumerate(seen.judgments).filter(|(id, _)| open.contains(id));
    let holders = holders_of(concerned.map(|(_, judgment)| &judgment.requirement));
    (!holders.is_empty()).then(|| Unjudged {
        kind: UnjudgedKind::NotCollected,
        what: "assigned certificates that are not in the folder".to_owned(),
        why: "exports name them by their thumbprints, and no file holds them".to_owned(),
        remedy: "Export these certificates from the servers into the folder".to_owned(),
        holders,
    })
}

/// A policy may switch off the rule that says that nothing serves a requirement. That makes no certificate.
fn unmet_in_silence(seen: &Seen<'_>) -> Option<Unjudged> {
    let grave = seen.findings.iter().filter(|finding| finding.is_open() && finding.severity > Severity::Info);
    let told: HashSet<RequirementId> =
        grave.flat_map(|finding| finding.requirements.iter().copied()).collect();
    let silent = RequirementId::enumerate(seen.judgments)
        .filter(|(id, judgment)| judgment.verdict == RequirementVerdict::Unmet && !told.contains(id));
    let holders = holders_of(silent.map(|(_, judgment)| &judgment.requirement));
    (!holders.is_empty()).then(|| Unjudged {
        kind: UnjudgedKind::NotCollected,
        what: "certificates that are not in the folder".to_owned(),
        why: "the policy judges otherwise than an error that nothing serves a requirement".to_owned(),
        remedy: "Put the certificates into the folder, or waive what is missing with a reason".to_owned(),
        holders,
    })
}

fn assumed_assignments(judgments: &[Judgment]) -> Option<Unjudged> {
    let is_assumed = |judgment: &&Judgment| {
        judgment.assignment.holdings.iter().any(|holding| match holding.assigned_by {
            AssignedBy::BestMatch => true,
            AssignedBy::Placed | AssignedBy::Assigned => false,
        })
    };
    let assumed: Vec<&Judgment> = judgments.iter().filter(is_assumed).collect();
    let count = assumed.len();
    let is_managed = |judgment: &&Judgment| judgment.requirement.holder.kind.is_managed();
    // The cmdlet knows nothing of what the product does not manage.
    let remedy = if assumed.iter().any(is_managed) {
        "Put the output of `Get-CsCertificate` of each server into the folder, or the files into folders named after the servers (`reverse-proxy`, `oauth` for the two that are no pool)"
    } else {
        "Put the files into folders named after the servers or farms (`reverse-proxy` for the reverse proxy)"
    };
    (count > 0).then(|| Unjudged {
        kind: UnjudgedKind::AssumedAssignment,
        what: format!("which certificate is in use for {count} of {} requirements", judgments.len()),
        why: "nothing says that the certificate that fits best is the one in use".to_owned(),
        remedy: remedy.to_owned(),
        holders: holders_of(assumed.into_iter().map(|judgment| &judgment.requirement)),
    })
}

fn left_out(requirements: &[Requirement]) -> Option<Unjudged> {
    let holders = holders_of(requirements.iter());
    (!holders.is_empty()).then(|| Unjudged {
        kind: UnjudgedKind::OutOfScope,
        what: "what was left out of the scope".to_owned(),
        why: "`--pool`, `--site` or `[scope]` asked for a part of the estate".to_owned(),
        remedy: "Audit the whole estate to have it judged".to_owned(),
        holders,
    })
}
