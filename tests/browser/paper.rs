//! The pages on paper: all that is on the screen or folded, and nothing cut.

use std::fs;
use std::process::Command;

use crate::devtools::{Browser, Look, Page, Paper};
use crate::made::{self, Made};
use crate::{is_missing, support};

/// Pixels of CSS and points of PDF in an inch, and the margin of each side, in inches.
const PIXELS: f64 = 96.0;
const POINTS: f64 = 72.0;
const MARGIN: f64 = 12.0 / 25.4;

/// What the page holds, in pieces that stand together on paper: each text, in cells, headings, lists and paragraphs. What only
/// works on a screen is left out.
const TEXTS: &str = "(() => {
    const texts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const within = walker.currentNode.parentElement;
        if (within.closest('#filter, .copy, .back, .skip, .said, script, svg title')) continue;
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

/// What `pdftotext` says of a PDF.
fn to_text(pdf: &[u8], how: &str) -> String {
    let folder = support::folder(&[("page.pdf", pdf)]);
    let mut command = Command::new("pdftotext");
    command.args([how, "-enc", "UTF-8"]).arg(folder.path().join("page.pdf")).arg("-");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The text of a PDF without white space and hyphens: lines break elsewhere on paper, and a hyphen at an end of one is not read.
fn read(pdf: &[u8]) -> String {
    squeezed(&to_text(pdf, "-raw"))
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{AD}')).collect()
}

fn print(page: &Page<'_>, made: &Made) -> String {
    let pdf = page.pdf(Paper::A4);
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
    let cut = |width: u32| {
        format!(
            "[...document.querySelectorAll('body *:not(.said)')].filter((element) => element.checkVisibility())
                .filter((element) => element.getBoundingClientRect().right > {width}
                    || (getComputedStyle(element).overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1))
                .map((element) => `${{element.tagName}} ${{element.className}} ${{Math.round(element.getBoundingClientRect().right)}} \
                    ${{element.textContent.slice(0, 60)}}`)"
        )
    };
    for made in made::all() {
        let page = browser.open(&made.file, Look::USUAL);
        page.value("document.querySelectorAll('details').forEach((details) => details.open = true)");
        for paper in Paper::ALL {
            let width = inner(paper.width, PIXELS) as u32;
            page.look_as_on_paper(width);
            assert_eq!(page.texts(&cut(width)), [""; 0], "{} on {}", made.name, paper.name);
        }
    }
}

#[test]
fn pages_of_every_paper_are_full_and_none_ends_with_a_head() {
    let Some(browser) = Browser::start() else { return };
    if !can_be_read() {
        return;
    }
    for made in made::all() {
        let page = browser.open(&made.file, Look::USUAL);
        let heads = "[...document.querySelectorAll('h2, h3, h4, summary, caption:not(.said), thead')]
            .filter((head) => !head.parentElement.closest('summary'))
            .map((head) => head.textContent)";
        let heads: Vec<String> = page.texts(heads).iter().map(|head| squeezed(head)).collect();
        for paper in Paper::ALL {
            let pdf = page.pdf(paper);
            let text = to_text(&pdf, "-raw");
            let sheets: Vec<&str> = text.split_terminator('\u{c}').collect();
            let boxes = to_text(&pdf, "-bbox");
            let words: Vec<&str> = boxes.split("<page ").skip(1).collect();
            assert_eq!(sheets.len(), words.len(), "{} on {}", made.name, paper.name);
            let before_the_last = sheets.len() - 1;
            for (number, (sheet, words)) in sheets.iter().zip(words).take(before_the_last).enumerate() {
                let number = number + 1;
                let alone = ends(sheet).find(|end| heads.contains(end));
                assert_eq!(alone, None, "{} on {}, at the end of page {number}", made.name, paper.name);
                let filled = lowest(words) / POINTS - MARGIN;
                let filled = (filled / inner(paper.height, 1.0) * 100.0).round();
                assert!(
                    filled >= 50.0,
                    "{} on {}: page {number} is full to {filled} %",
                    made.name,
                    paper.name
                );
            }
        }
    }
}

#[test]
fn the_report_of_six_pools_is_short() {
    let Some(browser) = Browser::start() else { return };
    if !can_be_read() {
        return;
    }
    let made = made::sample_page();
    let page = browser.open(&made.file, Look::USUAL);
    let sheets = to_text(&page.pdf(Paper::A4), "-raw").matches('\u{c}').count();
    assert!(sheets <= 16, "{sheets} pages");
}

/// The last lines of a page, as one, two and more of them: a head has few.
fn ends(sheet: &str) -> impl Iterator<Item = String> {
    let lines: Vec<&str> = sheet.lines().collect();
    (1..=lines.len().min(6)).map(move |count| squeezed(&lines[lines.len() - count..].concat()))
}

/// What is between the margins of a side of so many inches, in parts of an inch.
fn inner(side: f64, parts: f64) -> f64 {
    (side - 2.0 * MARGIN) * parts
}

/// Where the lowest word of a page ends, in points.
fn lowest(words: &str) -> f64 {
    let ends = words.split("yMax=\"").skip(1).filter_map(|rest| rest.split('"').next()?.parse().ok());
    ends.fold(0.0, f64::max)
}
