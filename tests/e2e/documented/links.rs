//! Where links lead, and that every page is found.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::page::{Page, manual};
use crate::support::root;

/// The pages that are no part of the manual, and whose links have to lead somewhere too.
const OTHERS: &[&str] = &[
    "SECURITY.md",
    "CONTRIBUTING.md",
    "ARCHITECTURE.md",
    "BENCHMARKS.md",
    "samples/README.md",
    "tests/reports/README.md",
];

/// The largest picture: pages are read over slow lines too.
const MAX_PICTURE_BYTES: u64 = 150_000;

/// The path below the root that a link of a page leads to.
fn target_of(page: &Page, link: &str) -> String {
    let mut path = PathBuf::from(&page.path);
    path.pop();
    for component in Path::new(link).components() {
        match component {
            Component::ParentDir => assert!(path.pop(), "{}: `{link}` leaves the project", page.path),
            component => path.push(component),
        }
    }
    path.to_str().unwrap().replace('\\', "/")
}

/// The relative links of a page: line, path below the root, anchor.
fn relative_links(page: &Page) -> Vec<(usize, String, Option<String>)> {
    let links = page.links().into_iter().filter(|(_, link)| !link.contains("://"));
    let links = links.map(|(line, link)| {
        let (path, anchor) = match link.split_once('#') {
            Some((path, anchor)) => (path, Some(anchor.to_owned())),
            None => (link.as_str(), None),
        };
        let target = if path.is_empty() { page.path.clone() } else { target_of(page, path) };
        (line, target, anchor)
    });
    links.collect()
}

#[test]
fn every_relative_link_and_anchor_leads_somewhere() {
    let mut broken = Vec::new();
    let mut count = 0;
    for page in manual().into_iter().chain(OTHERS.iter().map(|path| Page::read(path))) {
        for (line, target, anchor) in relative_links(&page) {
            count += 1;
            let is_there = root().join(&target).exists();
            let is_found = anchor
                .as_ref()
                .is_none_or(|anchor| is_there && Page::read(&target).anchors().contains(anchor));
            if !is_there || !is_found {
                broken.push(format!("{}:{line}: {target}#{}", page.path, anchor.unwrap_or_default()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(count > 1_000, "links are found: {count}");
}

#[test]
fn every_page_is_listed_and_the_list_is_reached_from_the_readme() {
    let links_of = |path: &str| -> BTreeSet<String> {
        relative_links(&Page::read(path)).into_iter().map(|(_, target, _)| target).collect()
    };
    assert!(links_of("README.md").contains("docs/README.md"));
    let mut listed = links_of("docs/README.md");
    listed.extend(["README.md".to_owned(), "docs/README.md".to_owned()]);
    for page in manual() {
        assert!(listed.contains(&page.path), "{} is not listed in docs/README.md", page.path);
    }
}

#[test]
fn every_page_begins_with_the_question_that_it_answers() {
    for page in manual().iter().filter(|page| page.path != "README.md") {
        let mut lines = page.prose().map(|(_, line)| line).filter(|line| !line.is_empty());
        let (title, question) = (lines.next().unwrap(), lines.next().unwrap());
        assert!(title.starts_with("# "), "{}: {title}", page.path);
        let is_question = question.starts_with('*') && question.ends_with("?*");
        assert!(is_question, "{}: {question}", page.path);
    }
}

#[test]
fn the_readme_is_short_and_its_picture_small() {
    let readme = Page::read("README.md");
    assert!(readme.text().lines().count() <= 120);
    let pictures: Vec<String> =
        readme.links().into_iter().map(|(_, link)| link).filter(|link| link.ends_with(".png")).collect();
    assert_eq!(pictures, ["docs/report.png"]);
    let bytes = fs::read(root().join("docs/report.png")).unwrap();
    assert!(bytes.starts_with(b"\x89PNG\r\n") && bytes.len() as u64 <= MAX_PICTURE_BYTES, "{}", bytes.len());
}
