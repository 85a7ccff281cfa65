//! A page of the documentation, taken apart.

use std::collections::BTreeSet;
use std::fs;

use crate::support::root;

/// A page in Markdown.
pub(super) struct Page {
    /// Its path below the root of the project, with `/`.
    pub(super) path: String,
    lines: Vec<Line>,
}

/// A line of a page.
struct Line {
    number: usize,
    text: String,
    /// The fence that it stands in, by its number.
    block: Option<usize>,
}

/// What stands between two fences.
pub(super) struct Block {
    /// The line of the opening fence.
    pub(super) line: usize,
    /// What the fence says of the language.
    pub(super) language: String,
    pub(super) lines: Vec<String>,
}

/// The README and the pages of `docs`.
pub(super) fn manual() -> Vec<Page> {
    let mut paths = vec!["README.md".to_owned()];
    for entry in fs::read_dir(root().join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".md") {
            paths.push(format!("docs/{name}"));
        }
    }
    paths.sort();
    paths.iter().map(|path| Page::read(path)).collect()
}

impl Page {
    pub(super) fn read(path: &str) -> Self {
        let text = fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut fences = 0;
        let lines = text.lines().enumerate().map(|(index, text)| {
            let is_fence = text.trim_start().starts_with("```");
            fences += usize::from(is_fence);
            let block = (is_fence || fences % 2 == 1).then(|| fences.div_ceil(2));
            Line { number: index + 1, text: text.to_owned(), block }
        });
        let lines = lines.collect();
        assert_eq!(fences % 2, 0, "{path}: a fence is not closed");
        Self { path: path.to_owned(), lines }
    }

    pub(super) fn text(&self) -> String {
        self.lines.iter().map(|line| format!("{}\n", line.text)).collect()
    }

    /// What stands outside of fences, with the number of each line.
    pub(super) fn prose(&self) -> impl Iterator<Item = (usize, &str)> {
        let prose = self.lines.iter().filter(|line| line.block.is_none());
        prose.map(|line| (line.number, line.text.as_str()))
    }

    pub(super) fn blocks(&self) -> Vec<Block> {
        let mut blocks: Vec<(usize, Block)> = Vec::new();
        for line in &self.lines {
            let Some(number) = line.block else { continue };
            match blocks.last_mut().filter(|(last, _)| *last == number) {
                Some((_, block)) => block.lines.push(line.text.clone()),
                None => {
                    let language = line.text.trim().trim_start_matches('`').to_owned();
                    blocks.push((number, Block { line: line.number, language, lines: Vec::new() }));
                }
            }
        }
        let without_fence = |(_, mut block): (usize, Block)| {
            block.lines.pop();
            block
        };
        blocks.into_iter().map(without_fence).collect()
    }

    /// What stands between backticks, wherever its lines are broken.
    pub(super) fn inline_code(&self) -> Vec<String> {
        let text: Vec<&str> = self.prose().map(|(_, line)| line.trim()).collect();
        let text = text.join("\n");
        // A span does not go beyond its paragraph.
        let paragraphs = text.split("\n\n").map(|paragraph| paragraph.replace('\n', " "));
        let spans = paragraphs.flat_map(|paragraph| {
            let parts = paragraph.split('`').skip(1).step_by(2);
            parts.map(str::to_owned).collect::<Vec<_>>()
        });
        spans.collect()
    }

    /// Where its links and pictures lead, each with its line.
    pub(super) fn links(&self) -> Vec<(usize, String)> {
        let mut links = Vec::new();
        for (number, line) in self.prose() {
            for rest in line.split("](").skip(1) {
                let target = rest.split(')').next().unwrap();
                links.push((number, target.to_owned()));
            }
        }
        links
    }

    /// What a link to a place on this page may name.
    pub(super) fn anchors(&self) -> BTreeSet<String> {
        let mut anchors = BTreeSet::new();
        for (_, line) in self.prose() {
            if line.starts_with('#') {
                let slug = slug(line.trim_start_matches('#'));
                let repeated = (1..).map(|number| format!("{slug}-{number}"));
                let free = std::iter::once(slug.clone()).chain(repeated).find(|slug| !anchors.contains(slug));
                anchors.extend(free);
            }
            anchors.extend(
                line.split("<a id=\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())),
            );
        }
        anchors
    }
}

/// The anchor that GitHub gives a heading.
fn slug(heading: &str) -> String {
    let is_kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    let kept: String = heading.trim().chars().filter(is_kept).collect();
    kept.to_lowercase().replace(' ', "-")
}
