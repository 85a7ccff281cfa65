//! `lyncert audit`: certificates against topology.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use lyncert_report::{Estate, Report, render, scan_all};
use lyncert_rules::{Assessment, Case, Evidence, Relevance, assess, expect};

use crate::args::{AuditArgs, ReportFormat};
use crate::exit::{FINDINGS, Failure, NO_INPUT, PARTIAL, SUCCESS};
use crate::progress::Progress;
use crate::{input, output};

pub(crate) fn run(args: &AuditArgs) -> Result<u8, Failure> {
    let topology = input::topology(&args.topology)?;
    let policy = input::policy(&args.policy, &args.topology)?;
    let progress = Progress::new(args.scan.no_progress || args.quiet);
    let requirements = expect(&topology.deployment.topology, &policy.facts);
    let relevance = Relevance::new(&topology.deployment.topology, &requirements);
    let mut options = input::scan_options(&args.scan)?;
    options.relevance = Some(relevance);
    let inventory = scan_all(&[&args.certs], &options, &progress).map_err(Failure::no_input)?;
    progress.finish();
    let at = args.at.unwrap_or_else(input::now);
    let given = topology
        .deployment
        .assigned
        .iter()
        .map(|assigned| Evidence { path: assigned.place.document.to_string(), assigned: assigned.clone() });
    let evidence: Vec<Evidence> = given.chain(inventory.evidence.iter().cloned()).collect();
    let case = Case {
        topology: &topology.deployment.topology,
        facts: &policy.facts,
        certificates: &inventory.certificates,
        evidence: &evidence,
        lists: &inventory.lists,
        keys: &inventory.keys,
        now: at,
    };
    let assessment = assess(&case, requirements);
    let name = input::estate_name(&args.policy, &topology.deployment);
    let inputs: Vec<_> = topology.files.iter().cloned().chain(policy.file.clone()).collect();
    let estate = Estate {
        name: &name,
        deployment: &topology.deployment,
        facts: &policy.facts,
        policy_file: policy.file.as_ref().map(|file| file.name.as_str()),
        inputs: &inputs,
        at,
    };
    let report = Report::new(&estate, inventory, &assessment);
    let written = match &args.out {
        Some(folder) => write(&report, &args.format, folder)?,
        None => Vec::new(),
    };
    if !args.quiet {
        print(&report, &written)?;
    }
    if report.certificates.is_empty() {
        let folder = args.certs.display();
        output::message(&format!("error: {}", anyhow!("`{folder}` holds no certificate that could be read")));
        return Ok(NO_INPUT);
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
    let fails = assessment.findings.iter().any(|finding| finding.severity >= args.fail_on.severity());
    let partial = !report.unreadable.is_empty() || !report.problems.is_empty();
    if fails && !args.exit_zero {
        FINDINGS
    } else if partial && args.strict {
        PARTIAL
    } else {
        SUCCESS
    }
}
