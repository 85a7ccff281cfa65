//! The same folder judged on the days to come.

use std::collections::{BTreeMap, BTreeSet};

use lyncert_rules::assess::{Assessment, Case, Finding, assess};
use lyncert_rules::certificate::{Certificate, Eku};
use lyncert_rules::dated::{DATED_POLICY, DatedChange, DatedPolicy};
use lyncert_rules::ids::CertificateId;
use lyncert_rules::requirement::Requirement;
use rayon::prelude::*;
use time::{Duration, OffsetDateTime};

use super::{ReportInput, report, sources};
use crate::model::{ForecastRow, ForecastSeverity, ForecastView, ScopeRow, Severity, Tool};

impl ForecastView {
    /// What will be reported on a case between its time and another, if nothing is changed.
    ///
    /// Nothing is guessed: the folder is judged anew at every moment at which something in it can change.
    pub fn new(
        estate: &ReportInput<'_>,
        case: &Case<'_>,
        requirements: &[Requirement],
        until: OffsetDateTime,
    ) -> Self {
        let judged = |now: OffsetDateTime| assess(&Case { now, ..*case }, requirements.to_vec());
        let first = judged(case.now);
        let moments: Vec<OffsetDateTime> = moments(case, &first, until).into_iter().collect();
        let assessments: Vec<Assessment> = moments.par_iter().map(|moment| judged(*moment)).collect();
        let mut known = open(case, &first);
        let mut events = Vec::new();
        for (moment, assessment) in moments.iter().zip(&assessments) {
            let now_open = open(case, assessment);
            for (key, index) in &now_open {
                let Some(finding) = assessment.findings.get(*index) else { continue };
                if !known.contains_key(key) {
                    events.push(event(case, assessment, finding, *moment));
                }
            }
            known = now_open;
        }
        events.extend(policies(case, &first, until));
        events.sort_by(|one, other| {
            (&one.at, &one.severity, &one.rule, &one.holder).cmp(&(
                &other.at,
                &other.severity,
                &other.rule,
                &other.holder,
            ))
        });
        Self {
            schema: "lyncert-forecast/1".to_owned(),
            tool: Tool::this(),
            estate: estate.name.to_owned(),
            at: case.now.into(),
            until: until.into(),
            scope: ScopeRow::of(&estate.policy.scope, &first),
            standing: open(case, &first).len(),
            events,
        }
    }
}

/// Every moment after the start at which the judgment can change.
fn moments(case: &Case<'_>, first: &Assessment, until: OffsetDateTime) -> BTreeSet<OffsetDateTime> {
    let mut moments = BTreeSet::new();
    let mut add = |moment: Option<OffsetDateTime>| moments.extend(moment);
    for certificate in in_use(case, first) {
        let end = certificate.not_after;
        add(end.checked_add(Duration::SECOND));
        let (warning, info) = case.policy.expiry.seconds_before_end(certificate.lifetime_seconds());
        for before in [warning, info] {
            add(end.checked_sub(Duration::seconds(before)));
        }
        for issuer in &certificate.chain.issuers {
            add(issuer.not_after.checked_add(Duration::SECOND));
        }
    }
    for waiver in &case.policy.waivers {
        let last = waiver.last_second();
        let soon = Duration::days(i64::from(case.policy.waiver_limits.expiring_days));
        add(last.and_then(|last| last.checked_add(Duration::SECOND)));
        add(last.and_then(|last| last.checked_sub(soon)));
    }
    for list in case.lists {
        add(list.next_update.and_then(|next| next.checked_add(Duration::SECOND)));
    }
    moments.retain(|moment| *moment > case.now && *moment <= until);
    moments
}

fn in_use<'a>(case: &Case<'a>, assessment: &Assessment) -> Vec<&'a Certificate> {
    let holdings = assessment.judgments.iter().flat_map(|judgment| &judgment.assignment.holdings);
    let ids: BTreeSet<CertificateId> = holdings.map(|holding| holding.certificate).collect();
    ids.into_iter().map(|id| id.of(case.certificates)).collect()
}

/// The errors and warnings, by what makes them the same on another day.
fn open(
    case: &Case<'_>,
    assessment: &Assessment,
) -> BTreeMap<(String, String, lyncert_rules::severity::Severity), usize> {
    let findings = assessment.findings.iter().enumerate();
    let open = findings.filter(|(_, finding)| {
        finding.is_open() && finding.severity > lyncert_rules::severity::Severity::Info
    });
    open.map(|(index, finding)| {
        let certificate = finding.certificate.map(|id| id.of(case.certificates));
        let thumbprint = certificate.map(|certificate| certificate.sha1.to_string()).unwrap_or_default();
        ((finding.id.clone(), thumbprint, finding.severity), index)
    })
    .collect()
}

fn event(case: &Case<'_>, assessment: &Assessment, finding: &Finding, moment: OffsetDateTime) -> ForecastRow {
    let certificate = finding.certificate.map(|id| id.of(case.certificates));
    let requirements: Vec<&Requirement> = assessment.concerned(finding).collect();
    let source = finding.source();
    ForecastRow {
        at: moment.into(),
        days: (moment - case.now).whole_days(),
        severity: Severity::from(finding.severity).into(),
        rule: finding.rule.id.to_owned(),
        holder: report::holders_text(&report::concerned_holders(&requirements, finding.server.as_ref())),
        certificate: certificate.map(|certificate| certificate.sha1.to_string()),
        certificate_file: certificate.map(|certificate| certificate.first_path().to_owned()),
        message: finding.message.clone(),
        consequence: finding.consequence.to_string(),
        remedy: finding.remedy.to_string(),
        source: sources::source_text(source),
        sources: sources::source_refs([source]),
    }
}

/// Rules of the outside world that begin meanwhile, where something here meets them when it is renewed.
fn policies(case: &Case<'_>, first: &Assessment, until: OffsetDateTime) -> Vec<ForecastRow> {
    let public: Vec<&Certificate> = in_use(case, first)
        .into_iter()
        .filter(|certificate| certificate.ca_kind == lyncert_rules::certificate::CaKind::Public)
        .collect();
    let coming = DATED_POLICY.iter().filter(|row| {
        let from = row.from.midnight().assume_utc();
        from > case.now && from <= until
    });
    coming.filter_map(|row| policy(case, row, &public)).collect()
}

fn policy(case: &Case<'_>, row: &DatedPolicy, public: &[&Certificate]) -> Option<ForecastRow> {
    let (concerned, consequence, remedy): (Vec<&Certificate>, _, _) = match row.change {
        DatedChange::LongestLifetime(days) => (
            public.to_vec(),
            format!("what is renewed from then on ends after {days} days"),
            "Prepare for renewals by a job instead of by hand, or renew shortly before that day".to_owned(),
        ),
        DatedChange::NoClientEku => (
            public
                .iter()
                .copied()
                .filter(|one| one.eku.as_ref().is_some_and(|ekus| ekus.contains(&Eku::ClientAuth)))
                .collect(),
            "what is renewed from then on has the server EKU only".to_owned(),
            "Ask partners with third-party gateways whether they need the client EKU".to_owned(),
        ),
        DatedChange::NoSha1
        | DatedChange::NoInternalNames
        | DatedChange::SupportEnds(_)
        | DatedChange::ScenarioEnds(_) => {
            return None;
        }
    };
    const SHOWN: usize = 5;
    let shown: Vec<&str> = concerned.iter().take(SHOWN).map(|certificate| certificate.first_path()).collect();
    let more = concerned.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let moment = row.from.midnight().assume_utc();
    (!shown.is_empty()).then(|| ForecastRow {
        at: moment.into(),
        days: (moment - case.now).whole_days(),
        severity: ForecastSeverity::Policy,
        rule: row.id.to_owned(),
        holder: String::new(),
        certificate: None,
        certificate_file: None,
        message: format!("{row}: {}{more}", shown.join(", ")),
        consequence,
        remedy,
        source: sources::source_text(row.source),
        sources: sources::source_refs([row.source]),
    })
}
