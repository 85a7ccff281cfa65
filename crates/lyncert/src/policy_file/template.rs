//! A policy to start from: what is said of each key comes from the table of keys.

use lyncert_rules::policy_key::{PolicyKey, PolicyTable, PolicyValue};

/// The text around the tables of [`PolicyTable`]; their keys take the places in braces.
const FRAME: &str = include_str!("template.txt");

/// The tables whose keys come from the table of keys.
const TABLES: [PolicyTable; 4] =
    [PolicyTable::Facts, PolicyTable::Expiry, PolicyTable::WaiverLimits, PolicyTable::Collection];

/// A commented file that is valid as it stands and changes nothing, for `lyncert init`.
pub(crate) fn template() -> String {
    let mut text = FRAME.to_owned();
    for table in TABLES {
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

    /// As in the template, with the default too and the key in use.
    fn lines_of_page(key: &PolicyKey) -> String {
        let lines = lines(key, "");
        if key.help.contains("By default") {
            return lines;
        }
        let default = format!("By default {}.", key.default_text);
        if key.help.is_empty() {
            return format!("# {default}\n{lines}");
        }
        lines.replacen(key.help, &format!("{} {default}", key.help), 1)
    }

    /// The page lists the keys of each table as the template does, with every key in use.
    #[test]
    fn the_page_on_policies_lists_every_key_as_the_table_has_it() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/policy.md");
        let mut page = std::fs::read_to_string(path).unwrap();
        for table in TABLES {
            let keys: String = table.keys().map(lines_of_page).collect();
            let (start, end) = (format!("```toml\n[{}]\n", table.as_str()), "```");
            let (before, rest) = page.split_once(&start).unwrap();
            let (found, after) = rest.split_once(end).unwrap();
            if std::env::var_os("UPDATE_EXPECT").is_some() {
                page = format!("{before}{start}{keys}{end}{after}");
            } else {
                assert_eq!(found, keys, "`just update` rewrites it");
            }
        }
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(path, page).unwrap();
        }
    }

    #[test]
    fn every_place_of_the_frame_is_filled() {
        assert!(FRAME.contains("{{") && !template().contains("{{"), "{}", template());
    }
}
