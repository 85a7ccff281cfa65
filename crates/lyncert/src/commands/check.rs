//! `lyncert check`: a certificate before it is installed, a request before it is sent.

use std::path::Path;

use anyhow::anyhow;
use lyncert_report::model::{CheckView, InventoryView};
use lyncert_report::render;
use lyncert_report::render::text::Look;
use lyncert_report::scan::{Inventory, ScanRoot, scan_roots};
use lyncert_report::view::Trials;
use lyncert_rules::policy::Scope;
use lyncert_rules::usage::CertificateUsage;
use time::OffsetDateTime;

use crate::args::{CheckArgs, PrintFormat};
use crate::estate::Estate;
use crate::exit::{FINDINGS, Failure, SUCCESS};
use crate::progress::ShownProgress;
use crate::read::{estates_of, read_scan_options};
use crate::redaction;
use crate::scope::{scope_of_args, tell_scope_is_not_applied};
use crate::time_limit::TimeLimit;
use crate::{clock, output};

pub(crate) fn run(args: &CheckArgs, look: Look) -> Result<u8, Failure> {
    let limit = TimeLimit::from_now(args.scan.time_limit);
    let scope = scope_of_args(&args.scope)?;
    let estates = read_estates(args, scope.as_ref())?;
    let mut options = read_scan_options(&args.scan)?;
    let at = args.time.at.unwrap_or_else(clock::now);
    options.at = Some(at);
    let roots: Vec<ScanRoot> = args.files.iter().map(|path| root_of(path)).collect();
    let wanted = Wanted { holder: args.holder.clone(), usages: args.usage.clone(), scope };
    let is_hidden = args.scan.no_progress;
    let view = limit.run("the files were not judged", move |stop| {
        options.stop = stop.clone();
        let progress = ShownProgress::new(is_hidden);
        let inventory = scan_roots(&roots, &options, &progress).map_err(Failure::scan("file"))?;
        progress.finish();
        estates.iter().try_for_each(Estate::tell_names)?;
        redaction::know(|| InventoryView::new(inventory.clone(), at))?;
        let trials = try_all(&wanted, &estates, &inventory, at)?;
        Ok(CheckView::new(&inventory, &trials, at))
    })?;
    let view = redaction::view(view)?;
    output::print(|sink| match args.print.format {
        PrintFormat::Text => render::text::check(&view, look, sink),
        PrintFormat::Json => render::json::write(&view, sink),
    })?;
    if view.files.is_empty() {
        return Err(Failure::no_input(anyhow!("no certificate and no request was found that could be read")));
    }
    Ok(if view.fitting > 0 { SUCCESS } else { FINDINGS })
}

/// What the files are held against.
struct Wanted {
    holder: Option<String>,
    usages: Vec<CertificateUsage>,
    scope: Option<Scope>,
}

/// One estate for each set of exports that describe the same pools.
fn read_estates(args: &CheckArgs, scope: Option<&Scope>) -> Result<Vec<Estate>, Failure> {
    let groups = estates_of(&args.topology)?;
    let estates = Estate::read_each(&groups, &args.policy, scope)?;
    if scope.is_none() {
        for estate in &estates {
            tell_scope_is_not_applied(estate.scope(), "the files are held against the whole topology");
        }
    }
    Ok(estates)
}

/// A file is shown as it was given: its folders may say whose certificate it is.
fn root_of(path: &Path) -> ScanRoot {
    let shown = if path.is_dir() { Some(path) } else { path.parent() };
    let shown = shown.map(|folder| folder.to_string_lossy().replace('\\', "/")).unwrap_or_default();
    let shown = shown.strip_prefix("./").unwrap_or(&shown).trim_end_matches('/').to_owned();
    ScanRoot { path: path.to_owned(), shown_in: if shown == "." { String::new() } else { shown } }
}

/// Holds what was found against every estate.
fn try_all(
    wanted: &Wanted,
    estates: &[Estate],
    inventory: &Inventory,
    at: OffsetDateTime,
) -> Result<Vec<Trials>, Failure> {
    let mut trials = Vec::new();
    for estate in estates {
        let Wanted { holder, usages, scope } = wanted;
        trials.extend(estate.try_out(inventory, holder.as_deref(), usages, scope.as_ref(), at));
    }
    if trials.is_empty() {
        return Err(nothing_asked_for(wanted, estates));
    }
    Ok(trials)
}

/// What was asked for is nothing that a topology calls for.
fn nothing_asked_for(wanted: &Wanted, estates: &[Estate]) -> Failure {
    let usages: Vec<&str> = wanted.usages.iter().map(|usage| usage.as_str()).collect();
    let usages = usages.join(",");
    let known: Vec<String> = estates.iter().flat_map(Estate::holder_names).collect();
    match &wanted.holder {
        Some(holder) if !known.iter().any(|name| name.eq_ignore_ascii_case(holder)) => {
            let hinted = redaction::hint_of_names(holder, known.iter().map(String::as_str));
            Failure::usage(anyhow!("--for: nothing is called for at `{holder}`; {hinted}"))
        }
        // An order or a requirement by its id, or a server that no usage narrows.
        Some(holder) if wanted.usages.is_empty() => {
            Failure::usage(anyhow!("--for: no certificate is called for at `{holder}`"))
        }
        Some(holder) => {
            Failure::usage(anyhow!("--usage: no certificate is called for at `{holder}` for {usages}"))
        }
        None => Failure::usage(anyhow!("--usage: the topology calls for no certificate for {usages}")),
    }
}
