use lyncert_ingest::name::said;

use super::{Check, Cure, Deviation, FolderView, Rule, RuleOutcome, Severity};
use crate::citation::CLOCK;
use crate::lacking::Lacking;

/// Kerberos allows for five minutes between two clocks, and a certificate is valid by the clock of whoever looks at it.
pub(super) static RULE: Rule = Rule {
    id: "clock-skew",
    summary: "A server whose clock is wrong",
    severity: Severity::Warning,
    rationale: "tokens and certificates are refused as not valid yet, or as ended, by one side only",
    remedy: "Let the server take its time from the domain (`w32tm /query /status`); an Edge Server from a source of its own",
    sources: &[&CLOCK],
    cure: Cure::Elsewhere,
    check: Check::Folder(check),
    ..Rule::DEFAULTS
};

/// What Kerberos allows for.
const MAX_SECONDS: f64 = 300.0;

fn check(view: &FolderView<'_>) -> RuleOutcome {
    let states = view.collections.states();
    let known: Vec<_> = states
        .iter()
        .filter_map(|state| Some((&state.server.fqdn, state.server.clock_offset_seconds?)))
        .collect();
    if known.is_empty() {
        return RuleOutcome::NothingToLookAt(Lacking::Collections);
    }
    known
        .into_iter()
        .filter(|(_, offset)| offset.abs() > MAX_SECONDS)
        .map(|(server, offset)| {
            let side = if offset > 0.0 { "ahead of" } else { "behind" };
            let seconds = offset.abs();
            Deviation::new(
                format!(
                    "the clock of {} is {seconds:.0} seconds {side} that of the collecting computer",
                    said(server)
                ),
                format!("at most {MAX_SECONDS:.0} seconds"),
                format!("{seconds:.0} seconds"),
            )
            .name(server.to_string())
            .on_server(server, Vec::new())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Folder, check_folder, collected_with};

    #[test]
    fn five_minutes_are_allowed_for_in_both_directions() {
        for (offset, words) in [
            ("300", None),
            ("-300.0", None),
            (
                "301",
                Some("the clock of fe1.contoso.com is 301 seconds ahead of that of the collecting computer"),
            ),
            (
                "-4000.2",
                Some("the clock of fe1.contoso.com is 4000 seconds behind that of the collecting computer"),
            ),
        ] {
            let collections = collected_with(&format!(r#""clock_offset_seconds": {offset}"#));
            let outcome =
                check_folder(&RULE, Folder { collections: Some(&collections), ..Folder::default() });
            match words {
                Some(words) => outcome.fails_with(Severity::Warning, words),
                None => outcome.passes(),
            }
        }
    }

    #[test]
    fn a_clock_of_which_nothing_is_known_is_not_judged() {
        let collections = collected_with(r#""clock_offset_seconds": null"#);
        check_folder(&RULE, Folder { collections: Some(&collections), ..Folder::default() })
            .has_nothing_to_look_at(Lacking::Collections);
    }
}
