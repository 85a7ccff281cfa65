//! One `[[waiver]]`.

use lyncert_rules::policy::{MalformedWaiver, Waiver, WaiverScope};
use lyncert_rules::rule::RULES;

use super::parse_dns_name;
use crate::did_you_mean::short_hint;
use crate::toml_reader::{Reader, Table};

/// Reads a waiver.
///
/// # Errors
///
/// Its mistakes, which are taken back from the reader: the run goes on, and they become a finding.
pub(super) fn read_waiver(reader: &Reader<'_>, mut table: Table<'_, '_>) -> Result<Waiver, MalformedWaiver> {
    let (before, place) = (reader.count(), reader.place(table.offset));
    let rule = table.string("rule").and_then(|text| reader.parse(text, waivable_rule));
    let scope = WaiverScope {
        pool: table.string("pool").and_then(|text| parse_dns_name(reader, text)),
        server: table.string("server").and_then(|text| parse_dns_name(reader, text)),
        certificate: table.words("certificate", "a thumbprint, or a path below the certificate folder"),
        name: table.words("name", "the name that the finding is about"),
    };
    let reason = table.words("reason", "why the finding is accepted");
    let by = table.words("by", "who asked for it");
    let owner = table.words("owner", "who answers for it");
    let approver = table.words("approver", "who approved it");
    let expires = table.day("expires");
    table.require("rule", "the id of a rule");
    table.require("reason", "why the finding is accepted");
    if scope.is_empty() && reader.count() == before {
        let expected = "expected at least one of pool, server, certificate, name";
        reader.add_mistake(table.offset, format!("[[waiver]] names nothing that it is about; {expected}"));
    }
    table.finish();
    let mistakes = reader.drain(before);
    match (rule, reason) {
        (Some(rule), Some(reason)) if mistakes.is_empty() => {
            Ok(Waiver { rule, scope, reason, by, owner, approver, expires, place })
        }
        _ => {
            let mistakes =
                mistakes.into_iter().map(|mistake| format!("{}: {}", mistake.place, mistake.message));
            Err(MalformedWaiver { place, mistakes: mistakes.collect() })
        }
    }
}

/// The id of a rule that can be waived.
fn waivable_rule(text: &str) -> Result<&'static str, String> {
    match lyncert_rules::rule::rule(text) {
        Some(rule) if rule.is_about_the_policy() => {
            Err(format!("`{text}` is about waivers themselves and cannot be waived"))
        }
        Some(rule) => Ok(rule.id),
        None => Err(format!("`{text}` is no rule; {}", short_hint(text, RULES.iter().map(|rule| rule.id)))),
    }
}
