//! The view of certificates before they are installed and of requests before they are sent.

use std::collections::BTreeMap;

use lyncert_rules::assess::{Finding, Fits as RuleFits, Trial};
use lyncert_rules::certificate::Certificate;
use lyncert_rules::request::CertificateRequest;
use time::OffsetDateTime;

use super::inventory::{key_view, thumbprint_texts};
use super::outlook::shortfall;
use super::plan::usage_words;
use super::report::name_status;
use super::{inventory, sources};
use crate::cmdlet::assign_line_of;
use crate::model::{
    CHECK_SCHEMA, CaKind, ChainRow, CheckFinding, CheckKind, CheckRow, CheckView, CheckedName, Fits,
    HolderRef, KeyView, RefusalRow, Tool, UnreadKind, UnreadableRow, usages_text,
};
use crate::scan::Inventory;

/// What the trials of one estate gave: one for each certificate and request of an inventory, in their order.
#[derive(Debug)]
pub struct Trials {
    /// Name of the estate.
    pub estate: String,
    /// Those of the certificates.
    pub certificates: Vec<Option<Trial>>,
    /// Those of the requests.
    pub requests: Vec<Option<Trial>>,
}

impl CheckView {
    /// The files of an inventory, each with the best of the trials that one or several estates gave.
    pub fn new(inventory: &Inventory, estates: &[Trials], at: OffsetDateTime) -> Self {
        let is_leaf = |certificate: &&Certificate| !certificate.is_ca;
        let has_leaf = inventory.certificates.iter().any(|one| !one.is_ca) || !inventory.requests.is_empty();
        let mut files: Vec<CheckRow> = Vec::new();
        for (index, certificate) in inventory.certificates.iter().enumerate() {
            // Certificates of CAs lie beside those that they issued. Alone they are what was meant.
            if is_leaf(&certificate) || !has_leaf {
                let best = best(estates, |trials| trials.certificates.get(index));
                files.push(certificate_row(certificate, best, at));
            }
        }
        for (index, request) in inventory.requests.iter().enumerate() {
            let best = best(estates, |trials| trials.requests.get(index));
            files.push(request_row(request, best));
        }
        files.sort_by(|one, other| (&one.path, &one.sha1).cmp(&(&other.path, &other.sha1)));
        Self {
            schema: CHECK_SCHEMA.to_owned(),
            tool: Tool::this(),
            at: at.into(),
            estates: estates.iter().map(|trials| trials.estate.clone()).collect(),
            fitting: files.iter().filter(|row| row.fits < Fits::No).count(),
            others: others(inventory, &files),
            files,
        }
    }
}

/// The best trial of all estates, and the estate.
fn best<'t>(
    estates: &'t [Trials],
    of: impl Fn(&'t Trials) -> Option<&'t Option<Trial>>,
) -> Option<(&'t str, &'t Trial)> {
    let trials = estates.iter().filter_map(|one| Some((one.estate.as_str(), of(one)?.as_ref()?)));
    trials.min_by_key(|(_, trial)| {
        (std::cmp::Reverse(trial.taken_for), trial.lacks_subject, trial.missing.len(), trial.fits)
    })
}

/// Files without a certificate or request that was looked at, each with the reason.
fn others(inventory: &Inventory, files: &[CheckRow]) -> Vec<UnreadableRow> {
    let mut reasons: BTreeMap<String, UnreadableRow> = BTreeMap::new();
    let mut tell = |path: &str, reason: String, kind: UnreadKind| {
        let row = UnreadableRow { path: path.to_owned(), reason, kind };
        reasons.entry(path.to_owned()).or_insert(row);
    };
    for row in inventory::unreadable_rows(inventory) {
        tell(&row.path, row.reason.clone(), row.kind);
    }
    for key in inventory::key_rows(inventory) {
        tell(&key.path, key.text, UnreadKind::Harmless);
    }
    for list in &inventory.lists {
        tell(&list.path, "is a revocation list".to_owned(), UnreadKind::Harmless);
    }
    for certificate in inventory.certificates.iter().filter(|one| one.is_ca) {
        for path in &certificate.paths {
            tell(path, "holds certificates of CAs, which serve no server".to_owned(), UnreadKind::Harmless);
        }
    }
    for file in &inventory.files {
        tell(&file.path, "holds neither a certificate nor a request".to_owned(), UnreadKind::Harmless);
    }
    // A file of several parts is told where one of them was not understood, and not because of what else lies in it.
    for path in files.iter().flat_map(|row| row.also_in.iter().chain([&row.path])) {
        if reasons.get(path).is_some_and(|row| row.kind == UnreadKind::Harmless) {
            reasons.remove(path);
        }
    }
    reasons.into_values().collect()
}

/// What both kinds of rows have of a trial.
fn judged_row(best: Option<(&str, &Trial)>) -> CheckRow {
    let empty = CheckRow {
        path: String::new(),
        also_in: Vec::new(),
        kind: CheckKind::Certificate,
        fits: Fits::No,
        requirement: None,
        requirements: Vec::new(),
        estate: None,
        holder: String::new(),
        holder_ref: None,
        usages: Vec::new(),
        taken_for: None,
        also_fits: Vec::new(),
        subject: String::new(),
        expected_subject: None,
        sha1: None,
        not_before: None,
        not_after: None,
        key: KeyView { algorithm: String::new(), bits: None, curve: None, title: String::new() },
        signature_algorithm: String::new(),
        eku: None,
        ca_kind: CaKind::Unknown,
        chain: None,
        answered_by: Vec::new(),
        san_octets: None,
        names: Vec::new(),
        missing: Vec::new(),
        not_needed: Vec::new(),
        findings: Vec::new(),
        refusals: Vec::new(),
        advice: String::new(),
        command: None,
    };
    let Some((estate, trial)) = best else { return empty };
    let holder = trial.holder();
    let expected = trial.parts.first().map(|part| part.requirement.subject.to_string());
    CheckRow {
        fits: trial.fits.into(),
        requirement: Some(trial.order.clone()),
        requirements: trial.parts.iter().map(|part| part.requirement.id.clone()).collect(),
        estate: Some(estate.to_owned()),
        holder: holder.map(ToString::to_string).unwrap_or_default(),
        holder_ref: holder.map(HolderRef::from),
        usages: usage_words(&trial.usages()),
        taken_for: Some(trial.taken_for.into()),
        also_fits: trial
            .also_fits
            .iter()
            .map(|(holder, usages)| format!("{holder} ({})", usages_text(&usage_words(usages))))
            .collect(),
        expected_subject: expected,
        names: checked_names(trial),
        missing: trial.missing.iter().map(ToString::to_string).collect(),
        not_needed: trial.surplus.clone(),
        findings: trial.findings.iter().map(check_finding).collect(),
        refusals: trial.refusals.iter().map(refusal_row).collect(),
        ..empty
    }
}

fn refusal_row(refusal: &lyncert_rules::assess::Refusal) -> RefusalRow {
    RefusalRow { severity: refusal.severity().into(), text: refusal.to_string() }
}

/// Every name of all parts that is needed there, each once; of several ways to have it the worst.
fn checked_names(trial: &Trial) -> Vec<CheckedName> {
    let mut names: Vec<CheckedName> = Vec::new();
    for part in &trial.parts {
        for (name, cover) in part.requirement.names.iter().zip(&part.covers) {
            if !part.concerns(name) {
                continue;
            }
            let row = CheckedName {
                name: name.name.to_string(),
                need: name.need.into(),
                clause: name.clause.to_owned(),
                status: name_status(&part.requirement, name, cover.as_ref()),
                covered_by: cover.as_ref().map(|cover| cover.by.clone()),
            };
            match names.iter_mut().find(|known| known.name == row.name) {
                Some(known) => {
                    known.status = known.status.max(row.status);
                    known.need = known.need.max(row.need);
                }
                None => names.push(row),
            }
        }
    }
    names
}

fn check_finding(finding: &Finding) -> CheckFinding {
    CheckFinding {
        rule: finding.rule.id.to_owned(),
        clause: finding.clause.map(str::to_owned),
        severity: finding.severity.into(),
        usages: usage_words(&finding.usages),
        name: finding.name.clone(),
        message: finding.message.clone(),
        expected: finding.expected.clone(),
        policy_reasons: finding.policy_reasons.clone(),
        found: finding.found.clone(),
        consequence: finding.consequence.to_string(),
        remedy: finding.remedy.to_string(),
        sources: sources::source_refs(finding.sources().iter().copied()),
        waived: !finding.is_open(),
    }
}

fn certificate_row(certificate: &Certificate, best: Option<(&str, &Trial)>, at: OffsetDateTime) -> CheckRow {
    let mut paths = certificate.paths.iter().map(ToString::to_string);
    let (state, reason) = certificate.chain.judged_at(at);
    let eku = certificate.eku.as_ref();
    let command = best
        .and_then(|(_, trial)| assign_line_of(trial, certificate.sha1, certificate.first_friendly_name()));
    CheckRow {
        path: paths.next().unwrap_or_default(),
        also_in: paths.collect(),
        kind: CheckKind::Certificate,
        subject: certificate.subject.clone(),
        sha1: Some(certificate.sha1.to_string()),
        not_before: Some(certificate.not_before.into()),
        not_after: Some(certificate.not_after.into()),
        key: key_view(&certificate.key),
        signature_algorithm: certificate.signature.name.to_string(),
        eku: eku.map(|ekus| ekus.iter().map(|eku| eku.as_str().to_owned()).collect()),
        ca_kind: certificate.ca_kind.into(),
        chain: Some(ChainRow {
            state: state.into(),
            issuers: certificate.chain.issuers_at(at).iter().map(|issuer| issuer.subject.clone()).collect(),
            reason: reason.into_owned(),
        }),
        advice: certificate_advice(certificate, best.map(|(_, trial)| trial), command.as_deref()),
        command,
        ..judged_row(best)
    }
}

fn request_row(request: &CertificateRequest, best: Option<(&str, &Trial)>) -> CheckRow {
    let is_public = best.is_some_and(|(_, trial)| trial.parts.iter().any(|part| part.requirement.public_ca));
    CheckRow {
        path: request.path.clone(),
        kind: CheckKind::Request,
        subject: request.subject.clone(),
        key: key_view(&request.key),
        signature_algorithm: request.signature.name.to_string(),
        eku: request.eku.as_ref().map(|ekus| ekus.iter().map(|eku| eku.as_str().to_owned()).collect()),
        ca_kind: if is_public { CaKind::Public } else { CaKind::Unknown },
        answered_by: thumbprint_texts(&request.answered_by),
        san_octets: Some(request.san_octets),
        advice: request_advice(request, best.map(|(_, trial)| trial)),
        ..judged_row(best)
    }
}

fn certificate_advice(certificate: &Certificate, trial: Option<&Trial>, command: Option<&str>) -> String {
    let Some(trial) = trial else {
        return if certificate.is_ca {
            "it is the certificate of a CA, which serves no server; give the certificate that it issued"
                .to_owned()
        } else {
            "it has no name of this topology that is a server's own; `--for` holds it against one all the same".to_owned()
        };
    };
    if trial.fits == RuleFits::No {
        return shortfall(trial, "do not assign it");
    }
    let holder = trial.holder().map(ToString::to_string).unwrap_or_default();
    let way = match command {
        Some(command) => format!("assign it to {holder} with `{command}`"),
        None => format!("for {holder} {}", way_into_use(trial)),
    };
    let warnings = trial.faults();
    match warnings.first() {
        Some(first) if trial.fits == RuleFits::WithWarnings => {
            format!("{way}; before that see to it: {first}")
        }
        Some(_) | None => way,
    }
}

/// How it gets into use where no cmdlet of the product assigns it.
fn way_into_use(trial: &Trial) -> String {
    let holders = trial.parts.iter().map(|part| &part.requirement.holder);
    lyncert_rules::remedy::assign(holders)
}

fn request_advice(request: &CertificateRequest, trial: Option<&Trial>) -> String {
    let Some(trial) = trial else {
        return "it asks for no name of this topology that is a server's own; `--for` holds it against one all the same"
            .to_owned();
    };
    if trial.fits == RuleFits::No {
        return shortfall(trial, "do not send it");
    }
    if !request.answered_by.is_empty() {
        return "it is answered: check the certificate".to_owned();
    }
    let ca =
        if trial.parts.iter().any(|part| part.requirement.public_ca) { "a public CA" } else { "your CA" };
    let warnings = trial.faults();
    match warnings.first() {
        Some(first) if trial.fits == RuleFits::WithWarnings => {
            format!("have it signed by {ca}; before that see to it: {first}")
        }
        Some(_) | None => format!("have it signed by {ca}, and check the certificate that comes back"),
    }
}
