//! What rules had nothing to look at for.

use lyncert_rules::assess::RuleTally;
use lyncert_rules::lacking::Lacking;

/// What a rule missed, in words; `None` where it saw all that it judges.
pub(super) fn missing_text(tally: &RuleTally) -> Option<String> {
    let texts: Vec<&str> = tally.missing.iter().map(|lacking| lacking.missing()).collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

/// What was not looked at, by all rules together. Where some rule that missed it saw enough in other places, it was looked at in
/// part.
pub(super) fn not_looked_at(tallies: &[RuleTally]) -> Vec<String> {
    let topic = |lacking: &Lacking| {
        let mut without = tallies.iter().filter(|tally| tally.missing.contains(lacking)).peekable();
        without.peek()?;
        let in_part = without.any(|tally| tally.passed + tally.failed > 0);
        Some(if in_part { format!("{} (in part)", lacking.topic()) } else { lacking.topic().to_owned() })
    };
    Lacking::ALL.iter().filter_map(topic).collect()
}
