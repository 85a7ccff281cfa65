//! What is to be done stands on the first screen of a common computer.

use std::collections::BTreeSet;

use crate::devtools::{Browser, Look};
use crate::made;

/// The height of a small screen, in pixels of CSS; the usual look is as wide as that.
const HEIGHT: u64 = 720;

#[test]
fn the_first_thing_to_do_is_on_the_first_screen_of_every_report() {
    let Some(browser) = Browser::start() else { return };
    for made in made::reports() {
        let page = browser.open(&made.file, Look::USUAL);
        let end = "Math.ceil(document.querySelector('.next .what b')?.getBoundingClientRect().bottom ?? 0)";
        let end = page.count(end);
        assert!(end <= HEIGHT, "{}: it ends at {end}", made.name);
    }
}

#[test]
fn the_verdict_of_the_worst_estate_is_on_the_first_screen_of_the_index_and_nothing_is_cut_beside_it() {
    let Some(browser) = Browser::start() else { return };
    let page = browser.open(&made::index_page().file, Look::USUAL);
    assert_eq!(
        page.texts("[...document.querySelectorAll('.estates th')].slice(0, 8).map((head) => head.innerText.replace(/ .$/, ''))"),
        [
            "Estate",
            "Verdict",
            "Errors",
            "Warnings",
            "Names covered",
            "Next expiry",
            "Since the last run",
            "Trend of errors"
        ],
        "with all that a table of estates can have"
    );
    let end =
        page.count("Math.ceil(document.querySelector('.estates .says').getBoundingClientRect().top + 24)");
    assert!(end <= HEIGHT, "its first line ends at {end}");
    let cut = "[...document.querySelectorAll('.scroll')].filter((box) => box.scrollWidth > box.clientWidth)
        .map((box) => box.getAttribute('aria-label'))";
    assert_eq!(page.texts(cut), [""; 0]);
}

#[test]
fn no_two_cards_have_one_label() {
    let Some(browser) = Browser::start() else { return };
    for made in made::all() {
        let page = browser.open(&made.file, Look::USUAL);
        let labels = page.texts(
            "[...document.querySelectorAll('.cards li:not(.counts), .cards .counts span')].map((card) =>
                card.textContent.replace(/[0-9]/g, '').trim())",
        );
        let different: BTreeSet<&String> = labels.iter().collect();
        assert!(labels.len() > 3 && different.len() == labels.len(), "{}: {labels:?}", made.name);
    }
}
