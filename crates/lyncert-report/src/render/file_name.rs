//! File names made of names from files.

use std::collections::BTreeSet;

/// Longest file name without its ending, in characters.
const MAX_STEM_LENGTH: usize = 120;

/// A file name for each id, or a folder's where there is no `ending`: letters, digits, dots, hyphens, underscores and plus signs
/// only, no name that Windows reserves, no two that differ by case only.
pub fn file_names<'a>(ids: impl IntoIterator<Item = &'a str>, ending: &str) -> Vec<String> {
    let mut taken = BTreeSet::new();
    ids.into_iter()
        .map(|id| {
            let stem = file_stem(id);
            let dot = if ending.is_empty() { "" } else { "." };
            let mut name = format!("{stem}{dot}{ending}");
            let mut number = 1;
            while !taken.insert(name.to_ascii_lowercase()) {
                number += 1;
                name = format!("{stem}-{number}{dot}{ending}");
            }
            name
        })
        .collect()
}

fn file_stem(id: &str) -> String {
    let harmless = |c: char| {
        if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+') { c } else { '_' }
    };
    let stem: String = id.chars().map(harmless).take(MAX_STEM_LENGTH).collect();
    let stem = stem.trim_end_matches('.');
    if stem.is_empty() || stem.starts_with(['.', '-']) || is_device_name(stem) {
        format!("_{stem}")
    } else {
        stem.to_owned()
    }
}

/// Whether Windows keeps the name of a file or folder for a device, whatever its ending.
pub fn is_device_name(name: &str) -> bool {
    let device = name.split('.').next().unwrap_or_default().trim_end_matches(' ').to_ascii_uppercase();
    let numbered = |prefix: &str| {
        let mut rest = device.strip_prefix(prefix).unwrap_or_default().chars();
        // Its code pages of Western Europe have three of the digits raised, and take them for digits here.
        matches!((rest.next(), rest.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
    };
    matches!(device.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
        || numbered("COM")
        || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_devices_are_known_in_every_spelling() {
        for name in [
            "con",
            "NUL.txt",
            "aux.tar.gz",
            "COM1",
            "lpt9.x",
            "com¹",
            "prn ",
            "nul .txt",
            "CONIN$",
            "conout$",
        ] {
            assert!(is_device_name(name), "{name}");
        }
        for name in ["", ".", "console", "com", "com10", "com1x", "lptx", "a.con", "null", " con"] {
            assert!(!is_device_name(name), "{name}");
        }
    }

    #[test]
    fn no_id_escapes_or_collides() {
        let long = "a".repeat(300);
        let ids = [
            "edge.contoso.com/AccessEdgeExternal+DataEdgeExternal",
            "../../etc/passwd",
            "..\\windows",
            "con/Default",
            "COM1.contoso.com",
            "nul",
            "-rf",
            "Edge",
            "edge",
            "a:b",
            "a|b",
            "",
            "trailing.",
            &long,
            "ü\u{202E}",
        ];
        let names = file_names(ids, "inf");
        assert_eq!(
            names.iter().take(13).map(String::as_str).collect::<Vec<_>>(),
            [
                "edge.contoso.com_AccessEdgeExternal+DataEdgeExternal.inf",
                "_.._.._etc_passwd.inf",
                "_.._windows.inf",
                "con_Default.inf",
                "_COM1.contoso.com.inf",
                "_nul.inf",
                "_-rf.inf",
                "Edge.inf",
                "edge-2.inf",
                "a_b.inf",
                "a_b-2.inf",
                "_.inf",
                "trailing.inf",
            ]
        );
        assert!(names.iter().all(|name| name.len() <= MAX_STEM_LENGTH + 8 && name.is_ascii()));
    }
}
