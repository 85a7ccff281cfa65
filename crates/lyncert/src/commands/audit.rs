//! `lyncert audit`: certificates against topology.

use std::path::{Path, PathBuf};

use lyncert_report::{Report, render};
use lyncert_rules::{Assessment, assess};

use crate::args::{AuditArgs, ReportFormat};
use crate::exit::{FINDINGS, Failure, PARTIAL, SUCCESS};
use crate::{input, output};

pub(crate) fn run(args: &AuditArgs) -> Result<u8, Failure> {
    let topology = input::topology(&args.topology)?;
    let policy = input::policy(&args.policy, &args.topology)?;
    let folder =
        input::folder(&topology, &policy, &args.certs, &args.scan, args.scan.no_progress || args.quiet)?;
    let at = args.at.unwrap_or_else(input::now);
    let assessment = assess(&folder.case(&topology, &policy, at), folder.requirements.clone());
    let name = input::estate_name(&args.policy, &topology.deployment);
    let inputs: Vec<_> = topology.files.iter().cloned().chain(policy.files.clone()).collect();
    let estate = input::estate(&name, &topology, &policy, &inputs, at);
    let report = Report::new(&estate, folder.inventory, &assessment);
    let written = match &args.out {
        Some(folder) => write(&report, &args.format, folder)?,
        None => Vec::new(),
    };
    if !args.quiet {
        print(&report, &written)?;
    }
    if report.certificates.is_empty() {
        return Err(input::no_certificate(&args.certs));
    }
    Ok(code(args, &assessment, &report))
}

fn write(report: &Report, formats: &[ReportFormat], folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    output::folder(folder)?;
    let mut written = Vec::new();
    if formats.contains(&ReportFormat::Html) {
        written.push(output::file(folder, "report.html", |sink| render::html::write(report, sink))?);
    }
    if formats.contains(&ReportFormat::Csv) {
        written.push(output::file(folder, "findings.csv", |sink| render::csv::findings(report, sink))?);
        written.push(output::file(folder, "coverage.csv", |sink| render::csv::coverage(report, sink))?);
        written.push(output::file(folder, "certificates.csv", |sink| {
            render::csv::certificates(&report.certificates, sink)
        })?);
        written.push(output::file(folder, "action-plan.csv", |sink| render::csv::action_plan(report, sink))?);
    }
    if formats.contains(&ReportFormat::Json) {
        written.push(output::file(folder, "report.json", |sink| render::json::write(report, sink))?);
    }
    Ok(written)
}

fn print(report: &Report, written: &[PathBuf]) -> Result<(), Failure> {
    output::print(|sink| {
        render::text::summary(report, sink)?;
        for path in written {
            writeln!(sink, "Wrote {}", path.display())?;
        }
        Ok(())
    })
}

fn code(args: &AuditArgs, assessment: &Assessment, report: &Report) -> u8 {
    let fails = assessment
        .findings
        .iter()
        .any(|finding| finding.is_open() && finding.severity >= args.fail_on.severity());
    let partial = !report.unreadable.is_empty() || !report.problems.is_empty();
    if fails && !args.exit_zero {
        FINDINGS
    } else if partial && args.strict {
        PARTIAL
    } else {
        SUCCESS
    }
}
