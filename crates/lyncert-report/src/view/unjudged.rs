//! What was not judged.

use std::collections::BTreeSet;

use lyncert_rules::assess::Assessment;
use lyncert_rules::assign::AssignedBy;
use lyncert_rules::unjudged::Unjudged;

use super::ReportInput;
use crate::model::{AssignmentCounts, HolderRef, UnjudgedKind, UnjudgedRow, counted};
use crate::scan::{Inventory, UnreadKind, Unreadable};

/// So many places are named in one entry; all of them stand in the report's own lists.
const MAX_PLACES: usize = 3;

/// All that was not judged, in the order of kinds.
pub(super) fn rows(
    estate: &ReportInput<'_>,
    inventory: &Inventory,
    assessment: &Assessment,
) -> Vec<UnjudgedRow> {
    let mut rows: Vec<UnjudgedRow> = assessment.unjudged.iter().map(row).collect();
    rows.extend(unreadable_evidence(inventory));
    rows.extend(topology_problems(estate));
    rows.extend(files_not_understood(inventory));
    // The sort keeps the order within a kind.
    rows.sort_by_key(|row| row.kind);
    rows
}

/// How it is known what is in use.
pub(super) fn assignment_counts(assessment: &Assessment) -> AssignmentCounts {
    let mut counts = AssignmentCounts::default();
    for holding in assessment.judgments.iter().flat_map(|judgment| &judgment.assignment.holdings) {
        match holding.assigned_by {
            AssignedBy::Assigned => counts.assigned += 1,
            AssignedBy::Placed => counts.placed += 1,
            AssignedBy::BestMatch => counts.assumed += 1,
        }
    }
    counts
}

fn row(unjudged: &Unjudged) -> UnjudgedRow {
    let Unjudged { kind, what, why, remedy, holders } = unjudged;
    UnjudgedRow {
        kind: (*kind).into(),
        what: what.clone(),
        why: why.clone(),
        remedy: remedy.clone(),
        holders: holders.iter().map(ToString::to_string).collect(),
        holder_refs: holders.iter().map(HolderRef::from).collect(),
    }
}

/// One entry a file: each has its own way out.
fn unreadable_evidence(inventory: &Inventory) -> impl Iterator<Item = UnjudgedRow> {
    let files = inventory.unreadable.iter().filter(|file| file.kind == UnreadKind::Evidence);
    files.map(|file| UnjudgedRow {
        kind: UnjudgedKind::EvidenceUnreadable,
        what: format!("what `{}` says of assigned certificates", file.path),
        why: format!("the file {}", file.reason),
        remedy: "Export it again: `Get-CsCertificate | Export-Clixml FILE`".to_owned(),
        holders: Vec::new(),
        holder_refs: Vec::new(),
    })
}

fn topology_problems(estate: &ReportInput<'_>) -> Option<UnjudgedRow> {
    let problems = &estate.deployment.problems;
    let places = problems.iter().map(|problem| format!("{}: {}", problem.place, problem.text));
    of_input(
        problems.len(),
        "part",
        "of the topology",
        places,
        "Export the topology again, or mend these places",
    )
}

fn files_not_understood(inventory: &Inventory) -> Option<UnjudgedRow> {
    let is_meant = |file: &&Unreadable| file.kind == UnreadKind::NotUnderstood;
    let files: Vec<&Unreadable> = inventory.unreadable.iter().filter(is_meant).collect();
    let distinct: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let places = files.iter().map(|file| format!("`{}` {}", file.path, file.reason));
    let remedy = "Export these certificates again, give the password by `--pfx-password-file`, or leave the files aside by `[[ignore]]` in the policy, with a reason";
    of_input(distinct.len(), "file", "of the folder", places, remedy)
}

fn of_input(
    count: usize,
    thing: &str,
    of: &str,
    places: impl ExactSizeIterator<Item = String>,
    remedy: &str,
) -> Option<UnjudgedRow> {
    let more = places.len().saturating_sub(MAX_PLACES);
    let mut shown: Vec<String> = places.take(MAX_PLACES).collect();
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    let was = if count == 1 { "was" } else { "were" };
    (count > 0).then(|| UnjudgedRow {
        kind: UnjudgedKind::InputNotUnderstood,
        what: format!("{} {of} that {was} not understood", counted(count, thing)),
        why: shown.join("; "),
        remedy: remedy.to_owned(),
        holders: Vec::new(),
        holder_refs: Vec::new(),
    })
}
