//! `lyncert doctor`: from a code, a message or a pasted text to what may be wrong.

use anyhow::anyhow;
use lyncert_report::model::{DoctorView, Report};
use lyncert_report::render;
use lyncert_report::render::text::Look;
use lyncert_rules::doctor::{diagnose, nearest_messages};

use crate::args::{DoctorArgs, PrintFormat};
use crate::did_you_mean::near;
use crate::estate::Estate;
use crate::exit::{Failure, SUCCESS};
use crate::read::{Asked, read_asked, read_scan_options};
use crate::redaction;
use crate::time_limit::TimeLimit;
use crate::{clock, output};

pub(crate) fn run(args: &DoctorArgs, look: Look) -> Result<u8, Failure> {
    let asked = read_asked(&args.query)?;
    let texts: Vec<&str> = asked.texts.iter().map(String::as_str).collect();
    let diagnosis = diagnose(&texts);
    let is_known = !diagnosis.answers.is_empty();
    let has_estate = is_known && !args.topology.is_empty();
    let judged = has_estate.then(|| judge(args)).transpose()?;
    if let Some(report) = &judged {
        redaction::know(|| report)?;
    }
    let view = redaction::view(DoctorView::new(&asked.title, &diagnosis, judged.as_ref(), &nearest_codes))?;
    // Programs get what is near where nothing is known; for people the message says it.
    if is_known || args.print.format == PrintFormat::Json {
        output::print(|sink| match args.print.format {
            PrintFormat::Text => render::text::doctor(&view, look, sink),
            PrintFormat::Json => render::json::write(&view, sink),
        })?;
    }
    if is_known { Ok(SUCCESS) } else { Err(Failure::usage(not_known(&asked, &view))) }
}

/// More than these would be a list to search and no help.
const MAX_NEAREST: usize = 3;

fn nearest_codes(code: &str, known: &[&str]) -> Vec<String> {
    near(code, known.iter().copied()).into_iter().take(MAX_NEAREST).map(str::to_owned).collect()
}

/// A longer question is not repeated in full.
const MAX_SHOWN_CHARS: usize = 80;

fn not_known(asked: &Asked, view: &DoctorView) -> anyhow::Error {
    let mut shown: String = asked.title.chars().take(MAX_SHOWN_CHARS).collect();
    if shown.len() < asked.title.len() {
        shown.push('…');
    }
    let what = if asked.is_read {
        format!("no entry for anything in `{shown}`")
    } else {
        let no_file = if asked.names_no_file { ", and no file of that name is there" } else { "" };
        format!("no entry for `{shown}`{no_file}")
    };
    let of_codes = view.unknown.iter().flat_map(|unknown| &unknown.nearest).map(String::as_str);
    let mut nearest: Vec<&str> = of_codes.collect();
    nearest.extend(asked.texts.iter().flat_map(|text| nearest_messages(text)));
    nearest.truncate(MAX_NEAREST);
    if nearest.is_empty() {
        return anyhow!("{what}; give an event id, an error code or words of the message");
    }
    let nearest: Vec<String> = nearest.into_iter().map(|near| format!("`{near}`")).collect();
    anyhow!("{what}; the nearest that is known: {}", nearest.join(", "))
}

/// The report on the estate that is given.
fn judge(args: &DoctorArgs) -> Result<Report, Failure> {
    let limit = TimeLimit::from_now(args.scan.time_limit);
    let (estate, certificates) =
        Estate::read_with_certificates(&args.topology, &args.certs, &args.policy, None)?;
    let mut options = read_scan_options(&args.scan)?;
    let at = args.time.at.unwrap_or_else(clock::now);
    options.at = Some(at);
    let is_hidden = args.scan.no_progress;
    limit.run("the estate was not judged", move |stop| {
        options.stop = stop.clone();
        let scanned = estate.scan_with_progress(&certificates, &options, is_hidden)?;
        scanned.check_not_empty()?;
        Ok(scanned.report(at))
    })
}
