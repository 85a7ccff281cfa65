//! Which modules import each other in a circle.
//!
//! A module and those within it belong together: the one lists the others, and they use what it shares. Every other
//! import counts, by the module where a name is defined: what a root or a `mod.rs` hands on is followed.

use std::collections::{BTreeMap, BTreeSet};

use super::sources::{Module, modules};

/// A module by its place in the crate.
type Place = Vec<String>;

/// What a module imports or names, each with whether it hands it on to others.
type Imports = BTreeMap<Place, Vec<(Vec<String>, bool)>>;

/// The circles of a crate, each as `crate: one, other`.
pub(super) fn circles(name: &'static str) -> Vec<String> {
    let circles = circles_among(modules(name));
    circles.into_iter().map(|circle| format!("{name}: {circle}")).collect()
}

fn circles_among(modules: Vec<Module>) -> BTreeSet<String> {
    let imports: Imports =
        modules.into_iter().map(|module| (module.path.clone(), imports(&module))).collect();
    let edges = edges(&imports);
    let reached: BTreeMap<&Place, BTreeSet<&Place>> =
        edges.keys().map(|place| (place, reachable(place, &edges))).collect();
    let mut circles = BTreeSet::new();
    for (place, reached_from) in &reached {
        let back = |other: &&Place| reached.get(*other).is_some_and(|reached| reached.contains(place));
        let circle: Vec<String> =
            reached_from.iter().copied().filter(back).map(|place| place.join("::")).collect();
        if circle.len() > 1 {
            circles.insert(circle.join(", "));
        }
    }
    circles
}

fn reachable<'a>(from: &Place, edges: &'a BTreeMap<Place, BTreeSet<Place>>) -> BTreeSet<&'a Place> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&Place> = edges.get(from).into_iter().flatten().collect();
    while let Some(place) = open.pop() {
        if reached.insert(place) {
            open.extend(edges.get(place).into_iter().flatten());
        }
    }
    reached
}

/// From each module to those whose names it uses.
fn edges(imports: &Imports) -> BTreeMap<Place, BTreeSet<Place>> {
    let mut edges: BTreeMap<Place, BTreeSet<Place>> = BTreeMap::new();
    // The root of a crate lists what is public and belongs to all.
    for (place, used) in imports.iter().filter(|(place, _)| !place.is_empty()) {
        for (path, _) in used {
            let Some(path) = absolute(place, path, imports) else { continue };
            let target = defined_in(&path, imports, &mut BTreeSet::new());
            let is_family = target.starts_with(place) || place.starts_with(&target);
            if !is_family {
                edges.entry(place.clone()).or_default().insert(target);
            }
        }
    }
    edges
}

/// A path from the crate's root, where it leads into the crate.
fn absolute(place: &Place, path: &[String], imports: &Imports) -> Option<Vec<String>> {
    let (first, rest) = path.split_first()?;
    let from = |base: &[String], rest: &[String]| Some([base, rest].concat());
    match first.as_str() {
        "crate" => Some(rest.to_vec()),
        "self" => from(place, rest),
        "super" => {
            let ups = path.iter().take_while(|part| *part == "super").count();
            from(&place[..place.len().saturating_sub(ups)], &path[ups..])
        }
        _ => {
            let child = [place.as_slice(), std::slice::from_ref(first)].concat();
            imports.contains_key(&child).then(|| [place.as_slice(), path].concat())
        }
    }
}

/// The module that defines what a path names: the longest that the path begins with, or the one from which that has it.
fn defined_in(path: &[String], imports: &Imports, seen: &mut BTreeSet<Vec<String>>) -> Place {
    let length = (0..=path.len()).rev().find(|length| imports.contains_key(&path[..*length])).unwrap_or(0);
    let module = path[..length].to_vec();
    let Some(name) = path.get(length) else { return module };
    if !seen.insert(path.to_vec()) {
        return module;
    }
    let handed_on = imports.get(&module).into_iter().flatten().filter(|(_, is_public)| *is_public);
    let origin = handed_on.map(|(path, _)| path).find(|path| path.last() == Some(name));
    match origin.and_then(|origin| absolute(&module, origin, imports)) {
        Some(origin) => defined_in(&origin, imports, seen),
        None => module,
    }
}

/// Every import of a module, and every path into the crate that stands in its code.
fn imports(module: &Module) -> Vec<(Vec<String>, bool)> {
    let mut found = Vec::new();
    for statement in module.code.split(';') {
        // An import begins a line; what stands before it belongs to something else.
        let start = statement.lines().position(|line| is_import(line.trim_start()));
        let Some(start) = start else {
            found.extend(paths_in(statement).map(|path| (path, false)));
            continue;
        };
        let (before, import): (Vec<&str>, Vec<&str>) =
            (statement.lines().take(start).collect(), statement.lines().skip(start).collect());
        found.extend(paths_in(&before.join("\n")).map(|path| (path, false)));
        let import = import.join(" ");
        let is_public = import.trim_start().starts_with("pub");
        let (_, tree) = import.split_once("use ").unwrap_or_default();
        expand(&[], tree, &mut |path| found.push((path, is_public)));
    }
    found
}

fn is_import(line: &str) -> bool {
    let line = match line.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(')').map_or(rest, |(_, rest)| rest),
        Some(rest) => rest,
        None => line,
    };
    line.trim_start().starts_with("use ")
}

/// `crate::a::b` and the like in code.
fn paths_in(code: &str) -> impl Iterator<Item = Vec<String>> {
    let words = code.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':');
    words
        .filter(|word| ["crate::", "super::", "self::"].iter().any(|start| word.starts_with(start)))
        .map(parts)
}

fn parts(path: &str) -> Vec<String> {
    path.split("::").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Every path of a tree of imports, `a::{b, c::{d}}`.
fn expand(prefix: &[String], tree: &str, found: &mut dyn FnMut(Vec<String>)) {
    let tree = tree.trim();
    let Some((head, rest)) = tree.split_once('{') else {
        let name = tree.split(" as ").next().unwrap_or_default();
        if !name.is_empty() {
            found([prefix, &parts(name)].concat());
        }
        return;
    };
    let inner = rest.trim_end().strip_suffix('}').unwrap_or(rest);
    let prefix = [prefix, &parts(head)].concat();
    let mut depth = 0_usize;
    let outermost = |c: char| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    };
    for part in inner.split(outermost) {
        expand(&prefix, part, found);
    }
}

/// The circles of modules that are made up, each by its path and code.
fn circles_of(files: &[(&str, &str)]) -> Vec<String> {
    let module =
        |(path, code): &(&str, &str)| Module { of: "made-up", path: parts(path), code: (*code).to_owned() };
    circles_among(files.iter().map(module).collect()).into_iter().collect()
}

#[test]
fn a_circle_is_seen_through_what_a_root_hands_on_and_in_paths_within_code() {
    let root = ("", "mod a;\nmod b;\npub use a::{One, Other as Another};\n");
    let a = ("a", "use std::fmt;\n\nuse crate::{\n    b::Two,\n};\nstruct One;");
    assert_eq!(circles_of(&[root, a, ("b", "use crate::One;\nstruct Two;")]), ["a, b"]);
    assert_eq!(circles_of(&[root, a, ("b", "fn two() -> super::a::One { todo() }")]), ["a, b"]);
    assert_eq!(circles_of(&[root, a, ("b", "struct Two;")]), [""; 0]);
}

#[test]
fn a_module_and_those_within_it_are_no_circle_but_two_of_them_may_be() {
    let door = ("a", "mod x;\nmod y;\nuse x::X;");
    let x = ("a::x", "use super::y::Y;\nuse super::Door;");
    assert_eq!(circles_of(&[door, x, ("a::y", "struct Y;")]), [""; 0]);
    assert_eq!(circles_of(&[door, x, ("a::y", "use crate::a::x::X;")]), ["a::x, a::y"]);
}
