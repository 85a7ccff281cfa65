//! `lyncert explain`: why a rule exists, why a name is needed.

use std::path::Path;

use anyhow::anyhow;
use lyncert_ingest::name::DnsName;
use lyncert_report::model::{ExplainList, RuleExplanation, UnjudgedKind};
use lyncert_report::render;
use lyncert_report::render::text::Look;
use lyncert_rules::clause::CLAUSES;
use lyncert_rules::doctor::diagnose;
use lyncert_rules::rule::RULES;

use crate::args::{ExplainArgs, PrintFormat};
use crate::did_you_mean::{near, nearest};
use crate::estate::Estate;
use crate::exit::{Failure, SUCCESS};
use crate::output;
use crate::redaction;
use crate::scope::tell_scope_is_not_applied;

pub(crate) fn run(args: &ExplainArgs, look: Look) -> Result<u8, Failure> {
    if args.list {
        return list(args.print.format, look);
    }
    match &args.name {
        Some(name) => explain_name(args, name, look),
        None => explain_rule(args, look),
    }
}

fn list(format: PrintFormat, look: Look) -> Result<u8, Failure> {
    let list = ExplainList::all();
    output::print(|sink| match format {
        PrintFormat::Text => render::text::explain_list(&list, look, sink),
        PrintFormat::Json => render::json::write(&list, sink),
    })?;
    Ok(SUCCESS)
}

fn explain_rule(args: &ExplainArgs, look: Look) -> Result<u8, Failure> {
    let [id] = args.rule_or_exports.as_slice() else {
        return Err(Failure::usage(anyhow!("give one rule or clause, or --name FQDN and the topology")));
    };
    let id = id.to_string_lossy();
    let explanation = RuleExplanation::new(&id).ok_or_else(|| Failure::usage(unknown_id(&id)))?;
    output::print(|sink| match args.print.format {
        PrintFormat::Text => render::text::rule_explanation(&explanation, look, sink),
        PrintFormat::Json => render::json::write(&explanation, sink),
    })?;
    Ok(SUCCESS)
}

/// More than these would be a list to search and no help.
const MAX_SUGGESTIONS: usize = 3;

fn unknown_id(id: &str) -> anyhow::Error {
    if UnjudgedKind::ALL.iter().any(|kind| kind.to_string() == id) {
        return anyhow!(
            "`{id}` is no rule: it says that something was not judged, and the report tells why and what would make it judged"
        );
    }
    let known = || RULES.iter().map(|rule| rule.id).chain(CLAUSES.iter().map(|clause| clause.id));
    let mut similar = near(id, known());
    similar.truncate(MAX_SUGGESTIONS);
    let advice = match similar.as_slice() {
        [] if Path::new(id).exists() => "for a name of a topology give --name FQDN too".to_owned(),
        [] if id.contains('.') => format!("for a name give --name {id} and the topology"),
        [] if !diagnose(&[id]).answers.is_empty() => format!("`lyncert doctor {id}` knows it as a symptom"),
        [] => {
            let nearest = nearest(id, known()).map(|nearest| format!("the nearest is `{nearest}`, and "));
            format!("{}`lyncert explain --list` lists them all", nearest.unwrap_or_default())
        }
        similar => {
            let similar: Vec<String> = similar.iter().map(|id| format!("`{id}`")).collect();
            format!("did you mean {}?", similar.join(" or "))
        }
    };
    anyhow!("`{id}` is no rule and no clause; {advice}")
}

fn explain_name(args: &ExplainArgs, name: &str, look: Look) -> Result<u8, Failure> {
    let name: DnsName = name.parse().map_err(|error| Failure::usage(anyhow!("--name: {error}")))?;
    let estate = Estate::read(&args.rule_or_exports, &args.policy)?;
    tell_scope_is_not_applied(estate.scope(), "a name is explained for the whole topology");
    estate.tell_names()?;
    let explanation = redaction::view(estate.explain(&name))?;
    output::print(|sink| match args.print.format {
        PrintFormat::Text => render::text::name_explanation(&explanation, look, sink),
        PrintFormat::Json => render::json::write(&explanation, sink),
    })?;
    Ok(SUCCESS)
}
