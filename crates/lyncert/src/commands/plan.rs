//! `lyncert plan`: which certificates the topology needs.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use lyncert_report::model::{OrderRow, Plan, PlanDiff};
use lyncert_report::render;
use lyncert_report::render::text::Look;

use crate::args::{PlanArgs, PlanFormat};
use crate::estate::Estate;
use crate::exit::{Failure, SUCCESS};
use crate::lock::Lock;
use crate::output;
use crate::ownership::check_places;
use crate::redaction;
use crate::scope::tell_scope_is_not_applied;
use crate::staged::Staged;
use crate::time_limit::TimeLimit;

pub(crate) fn run(args: &PlanArgs, look: Look) -> Result<u8, Failure> {
    let limit = TimeLimit::from_now(args.time_limit);
    check_options(args)?;
    if args.diff {
        return print_diff(args, limit, look);
    }
    let estate = Estate::read(&args.exports.topology, &args.policy)?;
    tell_scope(&estate);
    let mut plan = limit.run(NOT_PLANNED, move |_| Ok(estate.plan()))?;
    keep_orders(&mut plan, &args.order)?;
    let plan = redaction::view(plan)?;
    match &args.out {
        Some(folder) => {
            let written = write_files(&plan, args, folder, limit)?;
            output::print(|sink| output::list_written(&written, sink))?;
        }
        None => output::print(|sink| write_plan(&plan, args, look, sink))?,
    }
    Ok(SUCCESS)
}

/// What is said where the time is over.
const NOT_PLANNED: &str = "the plan was not worked out";

/// Combinations of options that make no sense.
fn check_options(args: &PlanArgs) -> Result<(), Failure> {
    let requests = matches!(args.format, PlanFormat::Powershell | PlanFormat::Certreq | PlanFormat::Openssl);
    if args.wizard && requests {
        return Err(Failure::usage(anyhow!("--wizard goes with --format text, csv or json")));
    }
    if args.diff && !matches!(args.format, PlanFormat::Text | PlanFormat::Json) {
        return Err(Failure::usage(anyhow!("--diff goes with --format text or json")));
    }
    if args.diff && args.out.is_some() {
        return Err(Failure::usage(anyhow!("--diff prints; --out does not go with it")));
    }
    Ok(())
}

/// A scope says what is judged of a folder that was collected for some pools. A plan looks at no folder, and one that was
/// narrowed unseen would leave certificates unordered.
fn tell_scope(estate: &Estate) {
    tell_scope_is_not_applied(estate.scope(), "a plan lists the certificates of the whole topology");
}

fn print_diff(args: &PlanArgs, limit: TimeLimit, look: Look) -> Result<u8, Failure> {
    let [old, new] = args.exports.topology.as_slice() else {
        return Err(Failure::usage(anyhow!(
            "--diff takes two topologies, the old and the new one, and {} given",
            match args.exports.topology.len() {
                1 => "1 was".to_owned(),
                count => format!("{count} were"),
            }
        )));
    };
    let [old, new] = Estate::read_both(old, new, &args.policy)?;
    tell_scope(&new);
    [&old, &new].into_iter().try_for_each(Estate::tell_names)?;
    let diff = limit.run(NOT_PLANNED, move |_| Ok(PlanDiff::new(&old.plan(), &new.plan())))?;
    let diff = redaction::view(diff)?;
    output::print(|sink| match args.format {
        PlanFormat::Json => render::json::write(&diff, sink),
        PlanFormat::Text
        | PlanFormat::Csv
        | PlanFormat::Powershell
        | PlanFormat::Certreq
        | PlanFormat::Openssl => render::text::diff(&diff, look, sink),
    })?;
    Ok(SUCCESS)
}

/// Keeps the orders that are asked for, by id or by number in the list.
fn keep_orders(plan: &mut Plan, wanted: &[String]) -> Result<(), Failure> {
    if wanted.is_empty() {
        return Ok(());
    }
    let is = |wanted: &String, index: usize, order: &OrderRow| {
        order.id.eq_ignore_ascii_case(wanted) || wanted.parse() == Ok(index + 1)
    };
    for wanted in wanted {
        if !plan.orders.iter().enumerate().any(|(index, order)| is(wanted, index, order)) {
            return Err(no_such_order(wanted, plan));
        }
    }
    let orders = std::mem::take(&mut plan.orders).into_iter().enumerate();
    plan.orders = orders
        .filter(|(index, order)| wanted.iter().any(|wanted| is(wanted, *index, order)))
        .map(|(_, order)| order)
        .collect();
    Ok(())
}

/// Ids are long and an estate has many: the few that may be meant are named, and how all of them are shown.
fn no_such_order(wanted: &str, plan: &Plan) -> Failure {
    let hinted = match plan.orders.len() {
        0 => "the topology calls for none".to_owned(),
        count => format!(
            "{}; `lyncert plan` without --order lists them by id and number, from 1 to {count}",
            redaction::hint_of_names(wanted, plan.orders.iter().map(|order| order.id.as_str()))
        ),
    };
    Failure::usage(anyhow!("--order: there is no certificate `{wanted}`; {hinted}"))
}

fn write_plan(plan: &Plan, args: &PlanArgs, look: Look, sink: &mut dyn Write) -> io::Result<()> {
    match args.format {
        PlanFormat::Text if args.wizard => render::text::wizard(plan, look, sink),
        PlanFormat::Text => render::text::plan(plan, look, sink),
        PlanFormat::Json => render::json::write(plan, sink),
        PlanFormat::Csv => render::csv::plan(plan, sink),
        PlanFormat::Powershell => render::request::powershell::write(plan, sink),
        PlanFormat::Certreq => render::request::certreq::write(plan, sink),
        PlanFormat::Openssl => render::request::openssl::write(plan, sink),
    }
}

type WriteOrder = fn(&OrderRow, &mut dyn Write) -> io::Result<()>;

fn write_files(
    plan: &Plan,
    args: &PlanArgs,
    folder: &Path,
    limit: TimeLimit,
) -> Result<Vec<PathBuf>, Failure> {
    let _lock = Lock::take(folder)?;
    let overwrite = args.overwrite.overwrite;
    let mut staged = Staged::new(folder)?.within(limit);
    let mut one_each = |ending: &str, write: WriteOrder| -> Result<(), Failure> {
        let names = render::file_names(plan.orders.iter().map(|order| order.id.as_str()), ending);
        check_places(folder, names.iter().map(String::as_str), overwrite)?;
        let mut files = plan.orders.iter().zip(names);
        files.try_for_each(|(order, name)| staged.file(&name, |sink| write(order, sink)))
    };
    let name = match args.format {
        PlanFormat::Certreq => {
            return one_each("inf", render::request::certreq::order).and_then(|()| staged.commit());
        }
        PlanFormat::Openssl => {
            return one_each("cnf", render::request::openssl::order).and_then(|()| staged.commit());
        }
        PlanFormat::Text => "plan.txt",
        PlanFormat::Json => "plan.json",
        PlanFormat::Csv => "plan.csv",
        PlanFormat::Powershell => "plan.ps1",
    };
    check_places(folder, [name], overwrite)?;
    staged.file(name, |sink| write_plan(plan, args, Look::PLAIN, sink))?;
    staged.commit()
}
