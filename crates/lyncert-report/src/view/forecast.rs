//! The same folder judged on the days to come.

use std::collections::BTreeSet;

use lyncert_rules::assess::{
    Appeared, Assessment, Case, Finding, assess_over_time_while_awaited, assess_while_awaited,
};
use lyncert_rules::certificate::{Certificate, Eku};
use lyncert_rules::dated::{DATED_POLICY, DatedChange, DatedPolicy, support_ends};
use lyncert_rules::ids::CertificateId;
use lyncert_rules::requirement::Requirement;
use lyncert_rules::stop::Stop;
use time::OffsetDateTime;

use super::{ReportInput, plan, report, sources};
use crate::model::{
    FORECAST_SCHEMA, ForecastRow, ForecastSeverity, ForecastView, ScopeRow, Severity, Timestamp, Tool,
    first_few, usages_text,
};
use crate::render::dates::{day_in_words, days_off};

impl ForecastView {
    /// What will be reported on a case between its time and another, if nothing is changed.
    ///
    /// Nothing is guessed: the folder is judged anew at every moment at which something in it can change, until nobody waits for it.
    pub fn new(
        estate: &ReportInput<'_>,
        case: &Case<'_>,
        requirements: &[Requirement],
        until: OffsetDateTime,
        stop: &Stop,
    ) -> Self {
        let first = assess_while_awaited(case, requirements.to_vec(), stop);
        let mut appeared: Vec<(String, ForecastRow)> = Vec::new();
        assess_over_time_while_awaited(case, requirements, until, stop, &mut |finding| {
            appeared.push((finding.finding.id.clone(), event(case, finding)));
        });
        let policies = policies(case, &first, until).into_iter().chain(support(case, until));
        appeared.extend(policies.map(|policy| (String::new(), policy)));
        appeared.sort_by(|(id, one), (other_id, other)| {
            (one.at, one.severity, &one.rule, &one.holder, id, &one.certificate).cmp(&(
                other.at,
                other.severity,
                &other.rule,
                &other.holder,
                other_id,
                &other.certificate,
            ))
        });
        let events = appeared.into_iter().map(|(_, event)| event).collect();
        Self {
            schema: FORECAST_SCHEMA.to_owned(),
            tool: Tool::this(),
            estate: estate.name.to_owned(),
            at: case.now.into(),
            until: until.into(),
            scope: ScopeRow::of(&estate.policy.scope, &first),
            standing: first.findings.iter().filter(is_open_fault).count(),
            events,
        }
    }
}

/// Whether a finding is an error or warning that no waiver covers.
fn is_open_fault(finding: &&Finding) -> bool {
    finding.is_open() && finding.severity > lyncert_rules::severity::Severity::Info
}

fn in_use<'a>(case: &Case<'a>, assessment: &Assessment) -> Vec<&'a Certificate> {
    let holdings = assessment.judgments.iter().flat_map(|judgment| &judgment.assignment.holdings);
    let ids: BTreeSet<CertificateId> = holdings.map(|holding| holding.certificate).collect();
    ids.into_iter().map(|id| id.of(case.certificates)).collect()
}

fn event(case: &Case<'_>, appeared: &Appeared<'_>) -> ForecastRow {
    let Appeared { at: moment, finding, requirements } = appeared;
    let certificate = finding.certificate.map(|id| id.of(case.certificates));
    let source = finding.source();
    ForecastRow {
        at: (*moment).into(),
        days: (*moment - case.now).whole_days(),
        severity: Severity::from(finding.severity).into(),
        rule: finding.rule.id.to_owned(),
        holder: whose(finding, requirements),
        certificate: certificate.map(|certificate| certificate.sha1.to_string()),
        certificate_file: certificate.map(|certificate| certificate.first_path().to_owned()),
        message: match certificate {
            Some(certificate) if finding.rule.tells_an_end() => will_expire(case, certificate),
            Some(_) | None => finding.message.clone(),
        },
        consequence: finding.consequence.to_string(),
        remedy: finding.remedy.to_string(),
        source: sources::source_text(source),
        sources: sources::source_refs([source]),
    }
}

/// That a certificate will end, as seen from the start: by the day of the finding it will be near, or will have ended.
fn will_expire(case: &Case<'_>, certificate: &Certificate) -> String {
    let days = (certificate.not_after - case.now).whole_days();
    let day = day_in_words(Timestamp::from(certificate.not_after).day());
    format!("the certificate will expire on {day}, {}", days_off(days))
}

/// Whose certificate it is, with what it is for: a holder may have several.
fn whose(finding: &Finding, requirements: &[&Requirement]) -> String {
    if let Some(holder) = &finding.place {
        return holder.to_string();
    }
    let holders = report::holders_text(&report::concerned_holders(requirements, finding.server.as_ref()));
    if finding.usages.is_empty() {
        return holders;
    }
    format!("{holders} ({})", usages_text(&plan::usage_words(&finding.usages)))
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

/// Products of the topology whose support ends meanwhile.
fn support(case: &Case<'_>, until: OffsetDateTime) -> Vec<ForecastRow> {
    let ends = support_ends(case.topology, case.facts).filter_map(|(row, message)| {
        let moment = row.from.midnight().assume_utc();
        (moment > case.now && moment <= until).then(|| {
            let consequence = "the product gets no more fixes".to_owned();
            let remedy = "Plan the move to a product that is supported".to_owned();
            policy_row(case, row, message, consequence, remedy)
        })
    });
    ends.collect()
}

/// A rule of the outside world on the day when it begins.
fn policy_row(
    case: &Case<'_>,
    row: &DatedPolicy,
    message: String,
    consequence: String,
    remedy: String,
) -> ForecastRow {
    let moment = row.from.midnight().assume_utc();
    ForecastRow {
        at: moment.into(),
        days: (moment - case.now).whole_days(),
        severity: ForecastSeverity::Policy,
        rule: row.id.to_owned(),
        holder: String::new(),
        certificate: None,
        certificate_file: None,
        message,
        consequence,
        remedy,
        source: sources::source_text(row.source),
        sources: sources::source_refs([row.source]),
    }
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
    let paths: Vec<&str> = concerned.iter().map(|certificate| certificate.first_path()).collect();
    let message = || format!("{row}: {}", first_few(&paths, SHOWN, ", ", "more"));
    (!paths.is_empty()).then(|| policy_row(case, row, message(), consequence, remedy))
}
