//! Whether what a report names by an id is there, and there once.
//!
//! Writers look rows up by their ids and pass over what they do not find, so that a report which was cut or put together by hand
//! would be drawn with less in it than it says.

use std::collections::HashSet;

use crate::model::{BaselineRow, FindingRow, Report};

/// A list of a report whose rows have ids.
struct Rows<'a> {
    /// What a row is called, without an article.
    title: &'static str,
    ids: HashSet<&'a str>,
}

impl<'a> Rows<'a> {
    /// The ids of rows, of which several may have one: an export may have two pools of one name, which is told as a problem.
    fn of(title: &'static str, all: impl IntoIterator<Item = &'a str>) -> Self {
        Self { title, ids: all.into_iter().collect() }
    }

    /// The ids of rows; else the first that is there twice.
    fn new(title: &'static str, all: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let mut ids = HashSet::new();
        match all.into_iter().find(|id| !ids.insert(*id)) {
            Some(twice) => Err(format!("it has the {title} `{twice}` twice")),
            None => Ok(Self { title, ids }),
        }
    }

    /// Whether rows of other lists name only what is here.
    fn hold_all<'b>(&self, named: impl IntoIterator<Item = (&'b str, &'b str)>) -> Result<(), String> {
        match named.into_iter().find(|(_, id)| !self.ids.contains(id)) {
            Some((by, id)) => Err(format!("{by} names the {} `{id}`, which it does not hold", self.title)),
            None => Ok(()),
        }
    }
}

/// The first id that is there twice or names nothing, in words. Each certificate in use has its consequence, but in the oldest reports.
pub(super) fn broken(report: &Report, may_lack_consequences: bool) -> Option<String> {
    check(report, may_lack_consequences).err()
}

fn check(report: &Report, may_lack_consequences: bool) -> Result<(), String> {
    let findings = Rows::of("finding", report.findings.iter().map(|row| row.id.as_str()));
    let requirements = Rows::of("requirement", report.requirements.iter().map(|row| row.id.as_str()));
    let certificates = Rows::new("certificate", report.certificates.iter().map(|row| row.sha1.as_str()))?;
    let orders = Rows::of("order", report.orders.iter().map(|row| row.id.as_str()));
    let replacements = Rows::new("replacement", report.replacements.iter().map(|row| row.id.as_str()))?;
    let ending = report.consequences.iter().map(|row| row.certificate.as_str());
    let consequences = Rows::new("consequence of the certificate", ending.clone())?;
    let rules = Rows::new("rule", report.rules.iter().map(|row| row.id.as_str()))?;
    rules.hold_all(report.findings.iter().map(|row| ("a finding", row.rule.as_str())))?;

    replacements.hold_all(report.findings.iter().filter_map(|row| {
        let replacement = row.replacement.as_deref()?;
        Some(("a finding", replacement))
    }))?;
    findings.hold_all(report.replacements.iter().flat_map(|row| named("a replacement", &row.why)))?;
    findings.hold_all(report.waivers.iter().flat_map(|row| named("a waiver", &row.findings)))?;
    findings.hold_all(named("its summary", &report.summary.worst_findings))?;
    orders.hold_all(report.replacements.iter().map(|row| ("a replacement", row.order.as_str())))?;
    requirements.hold_all(report.certificates.iter().flat_map(|row| named("a certificate", &row.serves)))?;
    requirements.hold_all(report.orders.iter().flat_map(|row| named("an order", &row.requirements)))?;
    certificates.hold_all(named_certificates(report))?;
    certificates.hold_all(ending.map(|sha1| ("a consequence", sha1)))?;
    if !may_lack_consequences {
        let holdings = report.requirements.iter().flat_map(|row| &row.holdings);
        consequences
            .hold_all(holdings.filter_map(|row| Some(("a requirement", row.certificate.as_deref()?))))?;
    }
    report.baseline.as_ref().map_or(Ok(()), |baseline| check_baseline(&report.findings, baseline))
}

/// Ids with who names them.
fn named<'a>(by: &'a str, ids: &'a [String]) -> impl Iterator<Item = (&'a str, &'a str)> {
    ids.iter().map(move |id| (by, id.as_str()))
}

/// The certificates that rows of other lists name, and each other.
fn named_certificates(report: &Report) -> impl Iterator<Item = (&str, &str)> {
    let of_findings = report.findings.iter().map(|row| ("a finding", row.certificate.as_deref()));
    let of_requirements = report.requirements.iter().flat_map(|row| {
        let holdings = row.holdings.iter().map(|holding| ("a requirement", holding.certificate.as_deref()));
        std::iter::once(("a requirement", row.certificate.as_deref())).chain(holdings)
    });
    let of_replacements = report.replacements.iter().map(|row| ("a replacement", row.certificate.as_deref()));
    let of_certificates =
        report.certificates.iter().map(|row| ("a certificate", row.superseded_by.as_deref()));
    let of_keys = report.keys.iter().flat_map(|row| named("a key", &row.certificates));
    let of_requests = report.requests.iter().flat_map(|row| named("a request", &row.answered_by));
    of_findings
        .chain(of_requirements)
        .chain(of_replacements)
        .chain(of_certificates)
        .filter_map(|(by, sha1)| Some((by, sha1?)))
        .chain(of_keys)
        .chain(of_requests)
}

fn check_baseline(findings: &[FindingRow], baseline: &BaselineRow) -> Result<(), String> {
    let both = findings.iter().chain(&baseline.fixed);
    let known = Rows { title: "finding", ids: both.map(|row| row.id.as_str()).collect() };
    known.hold_all(named("its baseline", &baseline.by_rules))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::model::Report;
    use crate::render::testing::plain_report;

    /// Why a report is refused in which the value at a place is another one.
    fn refusal(pointer: &str, value: Value) -> String {
        let mut report = serde_json::to_value(plain_report(2)).unwrap();
        *report.pointer_mut(pointer).unwrap() = value;
        Report::read(&serde_json::to_vec(&report).unwrap()).err().map_or_else(String::new, |e| e.to_string())
    }

    #[test]
    fn what_is_named_has_to_be_there() {
        for (pointer, value, said) in [
            ("/findings/0/certificate", json!("AB"), "a finding names the certificate `AB`"),
            ("/requirements/0/certificate", json!("AB"), "a requirement names the certificate `AB`"),
            (
                "/requirements/1/holdings/0/certificate",
                json!("AB"),
                "a requirement names the certificate `AB`",
            ),
            ("/replacements/0/certificate", json!("AB"), "a replacement names the certificate `AB`"),
            ("/replacements/0/order", json!("x"), "a replacement names the order `x`"),
            ("/replacements/0/why", json!(["x"]), "a replacement names the finding `x`"),
            ("/certificates/0/serves", json!(["x"]), "a certificate names the requirement `x`"),
            ("/certificates/0/superseded_by", json!("AB"), "a certificate names the certificate `AB`"),
            ("/keys/0/certificates", json!(["AB"]), "a key names the certificate `AB`"),
            ("/orders/0/requirements", json!(["x"]), "an order names the requirement `x`"),
            ("/waivers/0/findings", json!(["x"]), "a waiver names the finding `x`"),
            ("/summary/worst_findings", json!(["x"]), "its summary names the finding `x`"),
            ("/rules", json!([]), "a finding names the rule `san-missing`"),
            (
                "/consequences",
                json!([]),
                "a requirement names the consequence of the certificate `fe00.contoso.net-sha1`",
            ),
        ] {
            let refusal = refusal(pointer, value);
            assert!(refusal.contains(&format!("{said}, which it does not hold")), "{pointer}: {refusal}");
        }
    }

    #[test]
    fn a_certificate_and_a_replacement_are_there_once() {
        let report = plain_report(2);
        for (pointer, id, title) in [
            ("/certificates/1/sha1", &report.certificates[0].sha1, "certificate"),
            ("/replacements/1/id", &report.replacements[0].id, "replacement"),
        ] {
            let refusal = refusal(pointer, json!(id));
            assert!(refusal.contains(&format!("it has the {title} `{id}` twice")), "{pointer}: {refusal}");
        }
    }
}
