//! The pages on paper: all that is on the screen or folded, and nothing cut.

use std::fs;
use std::process::Command;

use crate::devtools::{Browser, Look, Page};
use crate::made::{self, Made};
use crate::{is_missing, support};

/// Text between margins of A4, in pixels of CSS.
const PORTRAIT: u32 = 702;
const LANDSCAPE: u32 = 1031;

/// What the page holds, in pieces that stand together on paper: each text, in cells, headings, lists and paragraphs. What only
/// works on a screen is left out.
const TEXTS: &str = "(() => {
    const texts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const within = walker.currentNode.parentElement;
        if (within.closest('#filter, .copy, .back, .skip, script, svg title')) continue;
        if (walker.currentNode.data.trim()) texts.push(walker.currentNode.data);
    }
    return texts;
})()";

/// Whether `pdftotext` is there.
fn can_be_read() -> bool {
    let is_there = Command::new("pdftotext").arg("-v").output().is_ok_and(|output| output.status.success());
    if !is_there {
        is_missing("pdftotext (poppler-utils)", "what is on paper cannot be read");
    }
    is_there
}

/// The text of a PDF without white space and hyphens: lines break elsewhere on paper, and a hyphen at an end of one is not read.
fn read(pdf: &[u8]) -> String {
    let folder = support::folder(&[("page.pdf", pdf)]);
    let mut command = Command::new("pdftotext");
    command.args(["-raw", "-enc", "UTF-8"]).arg(folder.path().join("page.pdf")).arg("-");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    squeezed(&String::from_utf8(output.stdout).unwrap())
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{AD}')).collect()
}

fn print(page: &Page<'_>, made: &Made) -> String {
    let pdf = page.pdf();
    // To be looked at after the tests.
    fs::write(made.file.with_extension("pdf"), &pdf).unwrap();
    read(&pdf)
}

#[test]
fn all_texts_of_every_page_are_on_paper() {
    let Some(browser) = Browser::start() else { return };
    if !can_be_read() {
        return;
    }
    for made in made::all() {
        for has_script in [true, false] {
            let page = browser.open(&made.file, Look { has_script, ..Look::USUAL });
            let paper = print(&page, made);
            let texts = page.texts(TEXTS);
            assert!(texts.len() > 50, "{}", made.name);
            let lost: Vec<&String> = texts.iter().filter(|text| !paper.contains(&squeezed(text))).collect();
            assert!(
                lost.is_empty(),
                "{}, script {has_script}: {} are not on paper: {lost:#?}",
                made.name,
                lost.len()
            );
            for control in ["Openall", "Showall", "Copy", "Skipto", "↕"] {
                assert!(!paper.contains(control), "{}: {control} does nothing on paper", made.name);
            }
        }
    }
}

#[test]
fn contents_and_a_place_to_sign_are_on_paper() {
    let Some(browser) = Browser::start() else { return };
    if !can_be_read() {
        return;
    }
    for made in made::reports() {
        let page = browser.open(&made.file, Look::USUAL);
        let paper = print(&page, made);
        for text in
            ["Do next", "Worst findings", "By pool", "Findings by rule", "Inputs and policy", "Audited by"]
        {
            assert!(paper.contains(&squeezed(text)), "{}: {text}", made.name);
        }
    }
}

#[test]
fn what_is_folded_and_what_the_filter_hides_is_on_paper_and_folded_again_afterwards() {
    let Some(browser) = Browser::start() else { return };
    if !can_be_read() {
        return;
    }
    let made = made::sample_page();
    let page = browser.open(&made.file, Look::USUAL);
    page.value("document.querySelectorAll('details').forEach((details) => details.open = false)");
    page.value("document.querySelector('#filter [name=text]').focus()");
    page.write("nothing has these words");
    let paper = print(&page, made);
    let texts = page.texts(TEXTS);
    let lost: Vec<&String> = texts.iter().filter(|text| !paper.contains(&squeezed(text))).collect();
    assert!(lost.is_empty(), "{lost:#?}");
    assert_eq!(page.count("document.querySelectorAll('details[open]').length"), 0);
}

#[test]
fn nothing_is_wider_than_the_paper() {
    let Some(browser) = Browser::start() else { return };
    // What sticks out of the sheet or of a box that cuts or scrolls it.
    let cut = |within: &str, width: u32| {
        format!(
            "[...document.querySelectorAll({within:?})].filter((element) => element.checkVisibility())
                .filter((element) => element.getBoundingClientRect().right > {width} + 1
                    || (getComputedStyle(element).overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1))
                .map((element) => `${{element.tagName}} ${{element.className}} ${{Math.round(element.getBoundingClientRect().right)}} \
                    ${{element.textContent.slice(0, 60)}}`)"
        )
    };
    for made in made::all() {
        let page = browser.open(&made.file, Look::USUAL);
        page.value("document.querySelectorAll('details').forEach((details) => details.open = true)");
        for (width, within) in [(PORTRAIT, "body *:not(.wide, .wide *)"), (LANDSCAPE, ".wide, .wide *")] {
            page.look_as_on_paper(width);
            assert_eq!(page.texts(&cut(within, width)), [""; 0], "{} on paper of {width}", made.name);
        }
    }
}
