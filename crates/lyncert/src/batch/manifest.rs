//! `batch.toml`: estates named one by one.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use lyncert_ingest::decode::decode_unicode;

use super::{Batch, Entry, Origin};
use crate::exit::Failure;
use crate::read::{ReadFor, file_name, policy_in, read_file};
use crate::toml_reader::{Reader, Table};

/// Reads a manifest. Paths in it are relative to its folder.
pub(crate) fn read_manifest(path: &Path) -> Result<(Batch, Option<PathBuf>), Failure> {
    let shown = path.display();
    let bytes = read_file(path, ReadFor::Settings)
        .with_context(|| {
            // What is not there may have been meant for either.
            let what = if path.exists() { "manifest" } else { "folder or manifest" };
            format!("cannot read the {what} `{shown}`")
        })
        .map_err(Failure::no_input)?;
    let text = decode_unicode(&bytes)
        .ok_or_else(|| Failure::usage(anyhow!("the manifest `{shown}` is neither UTF-8 nor UTF-16 text")))?;
    let base = path.parent().unwrap_or_else(|| Path::new("."));
    parse(&file_name(path), &text, base).map_err(|mistakes| Failure::mistakes(&mistakes))
}

fn parse(
    name: &str,
    text: &str,
    base: &Path,
) -> Result<(Batch, Option<PathBuf>), Vec<crate::toml_reader::Mistake>> {
    Reader::read(name, text, |reader, mut root| {
        let policy = root.words("policy", "the path of a policy file").map(|path| base.join(path));
        let mut entries: Vec<Entry> = Vec::new();
        let mut names: HashSet<String> = HashSet::new();
        for table in root.tables("estate", "[[estate]]") {
            let offset = table.offset;
            let Some(entry) = read_estate(reader, table, base) else { continue };
            if !names.insert(entry.name.clone()) {
                reader.add_mistake(
                    offset,
                    format!("there are two estates `{}`; expected names of their own", entry.name),
                );
            }
            entries.push(entry);
        }
        root.require("estate", "at least one [[estate]]");
        root.finish();
        (Batch { entries, skipped: Vec::new() }, policy)
    })
}

fn read_estate(reader: &Reader<'_>, mut table: Table<'_, '_>, base: &Path) -> Option<Entry> {
    let name = table.words("name", "the name of the estate");
    let topology = table.string_or_strings("topology");
    let certs = table.words("certs", "the folder of its certificates");
    let policy = table.words("policy", "the path of a policy file");
    table.require("name", "the name of the estate");
    table.require("topology", "the path of its export, or a list of paths");
    table.require("certs", "the folder of its certificates");
    if topology.as_ref().is_some_and(Vec::is_empty) {
        reader
            .add_mistake(table.offset, "[[estate]] has an empty `topology`; expected the path of its export");
    }
    table.finish();
    let topology: Vec<PathBuf> = topology?.into_iter().map(|path| base.join(path.value)).collect();
    let beside = || policy_in(topology.first()?.parent()?);
    let policies = policy.map(|path| base.join(path)).or_else(beside).into_iter().collect();
    Some(Entry { name: name?, origin: Origin::Named { topology, certs: base.join(certs?) }, policies })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estates_are_named_one_by_one() {
        let text = r#"
            policy = "defaults.toml"
            [[estate]]
            name = "Contoso"
            topology = "contoso/topology.tbxml"
            certs = "contoso/certs"
            [[estate]]
            name = "Fabrikam"
            topology = ["fabrikam/topology.xml", "fabrikam/urls.xml"]
            certs = "fabrikam"
            policy = "fabrikam.toml"
        "#;
        let (batch, policy) = parse("batch.toml", text, Path::new("fleet")).unwrap();
        assert_eq!(policy, Some(PathBuf::from("fleet/defaults.toml")));
        let names: Vec<&str> = batch.entries.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, ["Contoso", "Fabrikam"]);
        let Origin::Named { topology, certs } = &batch.entries[1].origin else { panic!() };
        assert_eq!((topology.len(), certs.as_path()), (2, Path::new("fleet/fabrikam")));
        assert_eq!(batch.entries[1].policies, [PathBuf::from("fleet/fabrikam.toml")]);
    }

    #[test]
    fn mistakes_are_told_at_their_place() {
        for (text, message) in [
            ("", "batch.toml:1:1: the file has no `estate`; expected at least one [[estate]]"),
            ("[[estates]]\n", "batch.toml:1:1: the file has no `estate`; expected at least one [[estate]]"),
            (
                "[[estate]]\nname = \"a\"\ntopology = 3\ncerts = \"c\"",
                "batch.toml:3:12: `topology` is the number 3; expected a list of texts, such as [\"contoso.com\"]",
            ),
            (
                "[[estate]]\nname = \"a\"\ncerts = \"c\"",
                "batch.toml:1:1: [[estate]] has no `topology`; expected the path of its export, or a list of paths",
            ),
            (
                "[[estate]]\nname = \"a\"\ntopology = \"t\"\ncert = \"c\"",
                "batch.toml:1:1: [[estate]] has no `certs`; expected the folder of its certificates",
            ),
            (
                "[[estate]]\nname = \"a\"\ntopology = \"t\"\ncerts = \"c\"\n[[estate]]\nname = \"a\"\ntopology = \"t\"\ncerts = \"c\"",
                "batch.toml:5:1: there are two estates `a`; expected names of their own",
            ),
        ] {
            let mistakes = parse("batch.toml", text, Path::new("")).unwrap_err();
            assert_eq!(format!("{}: {}", mistakes[0].place, mistakes[0].message), message, "{text}");
        }
    }
}
