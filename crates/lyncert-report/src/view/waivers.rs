//! The ledger of waivers.

use lyncert_rules::assess::Assessment;
use lyncert_rules::policy::{MalformedWaiver, Waiver, WaiverState};
use time::Duration;

use super::ReportInput;
use crate::model::{Day, WaivedRow, WaiverRow};

/// What a covered finding says of its waiver.
pub(super) fn waived_row(waiver: &Waiver) -> WaivedRow {
    WaivedRow {
        reason: waiver.reason.clone(),
        expires: waiver.expires.map(Day::from),
        by: waiver.by.clone(),
        owner: waiver.owner.clone(),
        approver: waiver.approver.clone(),
        place: waiver.place.clone(),
    }
}

/// Every waiver with what it covers.
pub(super) fn waiver_rows(estate: &ReportInput<'_>, assessment: &Assessment) -> Vec<WaiverRow> {
    let waivers = estate.policy.waivers.iter().enumerate();
    let rows = waivers.map(|(index, waiver)| waiver_row(estate, assessment, index, waiver));
    rows.chain(estate.policy.malformed_waivers.iter().map(malformed_row)).collect()
}

/// The waivers that cover nothing, in words.
pub(super) fn unused_waivers(estate: &ReportInput<'_>, assessment: &Assessment) -> Vec<String> {
    let waivers = estate.policy.waivers.iter().zip(&assessment.waived);
    let unused = waivers.filter(|(waiver, covered)| {
        waiver.state(estate.at, **covered, estate.policy.waiver_limits) == WaiverState::Unused
    });
    unused.map(|(waiver, _)| format!("{} ({})", waiver.title(), waiver.place)).collect()
}

fn waiver_row(estate: &ReportInput<'_>, assessment: &Assessment, index: usize, waiver: &Waiver) -> WaiverRow {
    let covered = assessment.findings.iter().filter(|finding| finding.waived == Some(index));
    let findings: Vec<String> = covered.map(|finding| finding.id.clone()).collect();
    let count = assessment.waived.get(index).copied().unwrap_or_default();
    let state = waiver.state(estate.at, count, estate.policy.waiver_limits);
    let scope = &waiver.scope;
    WaiverRow {
        place: waiver.place.clone(),
        state: state.into(),
        title: waiver.title(),
        rule: Some(waiver.rule.to_owned()),
        pool: scope.pool.as_ref().map(ToString::to_string),
        server: scope.server.as_ref().map(ToString::to_string),
        certificate: scope.certificate.clone(),
        name: scope.name.clone(),
        reason: Some(waiver.reason.clone()),
        by: waiver.by.clone(),
        owner: waiver.owner.clone(),
        approver: waiver.approver.clone(),
        expires: waiver.expires.map(Day::from),
        days_left: waiver
            .last_second()
            .map(|last| (last - estate.at).whole_seconds().div_euclid(Duration::DAY.whole_seconds())),
        findings,
    }
}

fn malformed_row(waiver: &MalformedWaiver) -> WaiverRow {
    WaiverRow {
        place: waiver.place.clone(),
        state: crate::model::WaiverState::Malformed,
        title: waiver.mistakes.join("; "),
        rule: None,
        pool: None,
        server: None,
        certificate: None,
        name: None,
        reason: None,
        by: None,
        owner: None,
        approver: None,
        expires: None,
        days_left: None,
        findings: Vec::new(),
    }
}
