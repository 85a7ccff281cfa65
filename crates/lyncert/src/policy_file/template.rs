//! A policy to start from: what is said of each key comes from the table of keys.

use lyncert_rules::policy_key::{PolicyKey, PolicyTable, PolicyValue};

/// The text around the tables of [`PolicyTable`]; their keys take the places in braces.
const FRAME: &str = include_str!("template.txt");

/// A commented file that is valid as it stands and changes nothing, for `lyncert init`.
pub(crate) fn template() -> String {
    let mut text = FRAME.to_owned();
    let tables =
        [PolicyTable::Facts, PolicyTable::Expiry, PolicyTable::WaiverLimits, PolicyTable::Collection];
    for table in tables {
        let lines: String = table.keys().map(|key| lines(key, "#")).collect();
        text = text.replace(&format!("{{{{{}}}}}", table.as_str()), &lines);
    }
    text
}

/// What a key is about, and an example behind a mark.
fn lines(key: &PolicyKey, mark: &str) -> String {
    let help = if key.help.is_empty() { String::new() } else { format!("# {}\n", key.help) };
    if !is_list_of_tables(&key.value) {
        return format!("{help}{mark}{} = {}\n", key.name, key.example);
    }
    let title = format!("[[{}.{}]]", key.table.as_str(), key.name);
    let example: String = key.example.lines().map(|line| format!("{mark}{line}\n")).collect();
    format!("\n{help}{mark}{title}\n{example}")
}

fn is_list_of_tables(value: &PolicyValue) -> bool {
    match value {
        PolicyValue::SimpleUrls(_)
        | PolicyValue::ReverseProxies(_)
        | PolicyValue::Edges(_)
        | PolicyValue::ExtraNames(_) => true,
        PolicyValue::Flag(_)
        | PolicyValue::NameOrNone(_)
        | PolicyValue::Names(_)
        | PolicyValue::Word(_)
        | PolicyValue::Threshold(_)
        | PolicyValue::Number(..)
        | PolicyValue::Days(..) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The manual's list of facts: the part of the template, with every key in use.
    #[test]
    fn the_manual_lists_every_fact_as_the_table_has_it() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");
        let manual = std::fs::read_to_string(path).unwrap();
        let keys: String = PolicyTable::Facts.keys().map(|key| lines(key, "")).collect();
        let (start, end) = ("```toml\n[facts]\n", "```");
        let (before, rest) = manual.split_once(start).unwrap();
        let (found, after) = rest.split_once(end).unwrap();
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(path, format!("{before}{start}{keys}{end}{after}")).unwrap();
        } else {
            assert_eq!(found, keys, "`just update` rewrites it");
        }
    }

    #[test]
    fn every_place_of_the_frame_is_filled() {
        assert!(FRAME.contains("{{") && !template().contains("{{"), "{}", template());
    }
}
