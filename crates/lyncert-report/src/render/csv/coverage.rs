//! The table of required names and what covers them.

use std::io::{self, Write};

use serde::Serialize;

use super::cell::{Cell, cell, list, optional, sentence};
use super::{ByThumbprint, by_thumbprint, write_table};
use crate::model::{CertificateRow, NameOnServer, NameRow, Report, RequirementRow, Verdict};

#[derive(Default, Serialize)]
struct Row {
    estate: Cell,
    site: Cell,
    pool: Cell,
    server: Cell,
    kind: Cell,
    usages: Cell,
    subject: Cell,
    name: Cell,
    need: Cell,
    status: Cell,
    covered_by: Cell,
    added_by: Cell,
    because: Cell,
    clause: Cell,
    source: Cell,
    certificate_file: Cell,
    certificate_sha1: Cell,
    verdict: Cell,
    assigned_by: Cell,
}

/// One row a required name, and one for each server where these hold different certificates; a requirement without names has one row with an empty name.
///
/// # Errors
///
/// Those of the sink.
pub fn write(report: &Report, sink: &mut dyn Write) -> io::Result<()> {
    let certificates = by_thumbprint(report);
    let rows = report.requirements.iter().flat_map(|requirement| {
        let certificate = requirement.certificate.as_ref().and_then(|sha1| certificates.get(sha1.as_str()));
        let whole = move || row_of_requirement(report, requirement, certificate.copied());
        let nameless = requirement.names.is_empty().then(|| row_without_name(requirement, whole()));
        let certificates = &certificates;
        let rows = requirement.names.iter().flat_map(move |name| {
            let for_all = name.by_server.is_empty().then(|| row_of_name(requirement, name, whole()));
            let on_server = move |on: &NameOnServer| {
                row_on_server(on, certificates, row_of_name(requirement, name, whole()))
            };
            for_all.into_iter().chain(name.by_server.iter().map(on_server)).collect::<Vec<_>>()
        });
        rows.chain(nameless)
    });
    write_table(rows, sink)
}

/// What all rows of a requirement have in common.
fn row_of_requirement(
    report: &Report,
    requirement: &RequirementRow,
    certificate: Option<&CertificateRow>,
) -> Row {
    Row {
        estate: cell(&report.estate),
        site: optional(requirement.site.as_ref()),
        pool: optional(requirement.pool.as_ref()),
        server: optional(requirement.server.as_ref()),
        kind: cell(requirement.kind),
        usages: list(&requirement.usages),
        subject: cell(&requirement.subject),
        certificate_file: optional(certificate.map(|certificate| &certificate.path)),
        certificate_sha1: optional(requirement.certificate.as_ref()),
        verdict: optional(requirement.verdict),
        assigned_by: optional(requirement.assigned_by),
        ..Row::default()
    }
}

/// How a name stands that no certificate was compared with.
fn status_without_certificate(requirement: &RequirementRow) -> &'static str {
    match requirement.verdict {
        Some(Verdict::NotJudged) => "not-judged",
        Some(
            Verdict::Met | Verdict::Waived | Verdict::MetWithWarnings | Verdict::Unmet | Verdict::Failed,
        )
        | None => "unmet",
    }
}

fn row_of_name(requirement: &RequirementRow, name: &NameRow, row: Row) -> Row {
    Row {
        name: cell(&name.name),
        need: cell(name.need),
        status: name.status.as_ref().map_or_else(|| cell(status_without_certificate(requirement)), cell),
        covered_by: optional(name.covered_by.as_ref()),
        added_by: cell(name.added_by),
        because: sentence(name.reason_in_words()),
        clause: cell(&name.clause),
        source: cell(&name.source),
        ..row
    }
}

/// How one server has the name.
fn row_on_server(on: &NameOnServer, certificates: &ByThumbprint<'_>, row: Row) -> Row {
    let certificate = on.certificate.as_ref().and_then(|sha1| certificates.get(sha1.as_str()));
    Row {
        server: cell(&on.server),
        status: on.status.as_ref().map_or_else(|| cell("unmet"), cell),
        covered_by: optional(on.covered_by.as_ref()),
        certificate_file: optional(certificate.map(|certificate| &certificate.path)),
        certificate_sha1: optional(on.certificate.as_ref()),
        ..row
    }
}

fn row_without_name(requirement: &RequirementRow, row: Row) -> Row {
    let is_served = requirement.certificate.is_some();
    let status = if is_served { "no name needed" } else { status_without_certificate(requirement) };
    Row { status: cell(status), ..row }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::NameStatus;
    use crate::render::testing::plain_report;

    #[test]
    fn servers_with_different_certificates_have_rows_of_their_own() {
        let mut report = plain_report(1);
        report.requirements.truncate(1);
        report.requirements[0].names.truncate(1);
        let certificate = report.certificates[0].sha1.clone();
        let on = |server: &str, status: Option<NameStatus>| NameOnServer {
            server: server.to_owned(),
            status,
            covered_by: None,
            certificate: status.map(|_| certificate.clone()),
        };
        report.requirements[0].names[0].by_server = vec![
            on("edge1.contoso.net", Some(NameStatus::Missing)),
            on("edge2.contoso.net", Some(NameStatus::Exact)),
            on("edge3.contoso.net", None),
        ];
        let mut bytes = Vec::new();
        write(&report, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        for (server, status) in
            [("edge1.contoso.net", "missing"), ("edge2.contoso.net", "exact"), ("edge3.contoso.net", "unmet")]
        {
            let row = text.lines().find(|line| line.contains(server)).unwrap();
            assert!(row.contains(&format!("\"{status}\"")), "{row}");
            assert_eq!(row.contains(&certificate), status != "unmet", "{row}");
        }
        assert_eq!(text.lines().count(), 4);
    }
}
