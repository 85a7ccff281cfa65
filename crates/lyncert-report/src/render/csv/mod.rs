//! CSV, for spreadsheets: UTF-8 with a byte order mark, CRLF, every field in quotes, no formulas, no markup.
//!
//! One file a table: a struct whose fields are the columns, in their order, and what fills them.

mod action_plan;
mod cell;
mod certificates;
mod changes;
mod coverage;
mod findings;
mod forecast;
mod index;
mod plan;
mod provenance;

use std::collections::BTreeMap;
use std::io::{self, Write};

use csv::{QuoteStyle, Terminator, WriterBuilder};
use serde::Serialize;

use crate::model::{CertificateRow, Report};

pub use action_plan::is_filled_in;
pub use action_plan::write as action_plan;
pub use certificates::write as certificates;
pub use changes::write as changed;
pub use coverage::write as coverage;
pub use findings::write as findings;
pub use forecast::write as forecast;
pub use index::write as index;
pub use plan::write as plan;
pub use provenance::write as provenance;

/// Writes the columns of `R` and the rows, which may be none.
fn write_table<R: Serialize + Default>(
    rows: impl Iterator<Item = R>,
    sink: &mut dyn Write,
) -> io::Result<()> {
    sink.write_all("\u{feff}".as_bytes())?;
    let mut writer = WriterBuilder::new()
        .quote_style(QuoteStyle::Always)
        .terminator(Terminator::CRLF)
        .has_headers(false)
        .from_writer(sink);
    writer.write_record(&columns::<R>()?).map_err(io_error)?;
    for row in rows {
        writer.serialize(row).map_err(io_error)?;
    }
    writer.flush()
}

/// The error of the sink as it is: that its reader has gone away must not look like another error.
fn io_error(error: csv::Error) -> io::Error {
    let text = error.to_string();
    if let csv::ErrorKind::Io(error) = error.into_kind() { error } else { io::Error::other(text) }
}

/// The names of the fields of `R`. The serializer tells them with the first row only, so it gets an empty one.
fn columns<R: Serialize + Default>() -> io::Result<csv::StringRecord> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.serialize(R::default())?;
    let table = writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
    Ok(csv::Reader::from_reader(table.as_slice()).headers()?.clone())
}

/// Certificates by their SHA-1 thumbprints.
type ByThumbprint<'a> = BTreeMap<&'a str, &'a CertificateRow>;

fn by_thumbprint(report: &Report) -> ByThumbprint<'_> {
    report.certificates.iter().map(|certificate| (certificate.sha1.as_str(), certificate)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::testing::{hostile_report, plain_report};

    type Writer = fn(&Report, &mut dyn Write) -> io::Result<()>;

    fn written(write: Writer, report: &Report) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(report, &mut bytes).unwrap();
        bytes
    }

    /// The tables of a report and their columns, which are a contract.
    const TABLES: [(Writer, &str); 5] = [
        (provenance, "item,value"),
        (
            findings,
            "estate,site,pool,server,usages,severity,rule,clause,status,name,expected,found,message,consequence,remedy,\
             source,certificate_file,certificate_sha1,not_after,waived_reason,waived_until,waived_by,change,state",
        ),
        (
            coverage,
            "estate,site,pool,server,kind,usages,subject,name,need,status,covered_by,added_by,because,clause,source,\
             certificate_file,certificate_sha1,verdict,assigned_by",
        ),
        (
            |report, sink| certificates(&report.certificates, sink),
            "path,also_in,subject,common_name,dns_names,other_names,issuer,serial,sha1,sha256,not_before,not_after,\
             days_left,key,signature,eku,ca_kind,self_signed,chain,serves,chain_reason,chain_issuers,revoked,\
             superseded_by,friendly_names,template,key_provider,private_key_in_archive,oddities",
        ),
        (
            action_plan,
            "estate,order,action,subject,names,usages,install_on,ca,key_bits,exportable,due,reason,owner,ticket,done,\
             command",
        ),
    ];

    #[test]
    fn every_table_reads_back_with_its_columns_and_without_formulas() {
        for (write, columns) in TABLES {
            let bytes = written(write, &hostile_report());
            let body = bytes.strip_prefix("\u{feff}".as_bytes()).expect("a byte order mark");
            let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(body);
            assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>().join(","), columns);
            let mut rows = 0;
            for row in reader.records() {
                rows += 1;
                for field in row.unwrap().iter() {
                    assert!(!field.trim_start().starts_with(['=', '+', '-', '@']), "{field:?}");
                    assert!(!field.contains(['\r', '\n', '\0', '\u{202e}']), "{field:?}");
                }
            }
            assert!(rows > 0, "{columns}");
            assert!(String::from_utf8(bytes).unwrap().ends_with("\"\r\n"));
        }
    }

    /// A sink whose reader goes away after some bytes.
    struct Closing {
        left: usize,
    }

    impl Write for Closing {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let written = bytes.len().min(self.left);
            self.left -= written;
            if written == 0 { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(written) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_goes_away_is_told_as_such_wherever_it_stops() {
        // More than the writer holds back.
        let report = plain_report(200);
        for (write, columns) in TABLES {
            let whole = written(write, &report).len();
            for left in [0, 1, 3, 100, whole / 2, whole - 1] {
                let error = write(&report, &mut Closing { left }).unwrap_err();
                assert_eq!(error.kind(), io::ErrorKind::BrokenPipe, "{left} of {whole}: {columns}");
            }
        }
    }

    #[test]
    fn a_table_without_rows_has_its_columns() {
        let mut report = hostile_report();
        report.requirements.clear();
        report.findings.clear();
        report.certificates.clear();
        report.orders.clear();
        report.provenance = None;
        for (write, columns) in TABLES {
            let quoted: Vec<String> = columns.split(',').map(|column| format!("\"{column}\"")).collect();
            let table = String::from_utf8(written(write, &report)).unwrap();
            // How the estate stands is known of every report.
            let state = if columns.starts_with("item,") { "\"state\",\"errors\"\r\n" } else { "" };
            assert_eq!(table, format!("\u{feff}{}\r\n{state}", quoted.join(",")));
        }
    }

    #[test]
    fn every_finding_certificate_and_requirement_has_a_row() {
        let report = hostile_report();
        let rows =
            |write: Writer| String::from_utf8(written(write, &report)).unwrap().matches("\r\n").count() - 1;
        assert_eq!(rows(findings), report.findings.len());
        assert_eq!(rows(|report, sink| certificates(&report.certificates, sink)), report.certificates.len());
        let names: usize = report.requirements.iter().map(|requirement| requirement.names.len().max(1)).sum();
        assert_eq!(rows(coverage), names);
    }
}
