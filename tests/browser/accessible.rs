//! Readers of all kinds, on windows of all widths.

use serde_json::Value;

use crate::devtools::{Browser, Look, Page};
use crate::made;

/// Deque's checker of the Web Content Accessibility Guidelines; `tests/vendor/axe-core/README.md` says which one.
const AXE: &str = include_str!("../vendor/axe-core/axe.min.js");
/// Level A and AA of WCAG 2.0, 2.1 and 2.2.
const CHECK: &str = "axe.run(document, { resultTypes: ['violations'],
    runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] } })
    .then(({ violations, passes }) => ({ passes: passes.length, violations: violations.flatMap(({ id, nodes }) =>
        nodes.slice(0, 3).map(({ html, failureSummary }) => `${id}: ${failureSummary} ${html.slice(0, 200)}`)) }))";
/// The narrowest window that counts, a phone's.
const NARROW: u32 = 400;

/// The page in light and dark, in a wide window and a narrow one.
fn looks(has_script: bool) -> [Look; 4] {
    let look = |width, is_dark| Look { width, is_dark, has_script, has_policy: false };
    [look(1280, false), look(1280, true), look(NARROW, false), look(NARROW, true)]
}

/// What violates the guidelines.
fn violations(page: &Page<'_>) -> Vec<String> {
    let result = page.value(CHECK);
    assert!(result["passes"].as_u64() > Some(10), "the checker does its work: {result}");
    let violations = result["violations"].as_array().unwrap().iter().map(Value::to_string);
    violations.collect()
}

/// Whether the window has a width and the stops for the keyboard are those of this width: the script of the page hears of a new width
/// with the next frame, so this takes a moment.
fn heeds_its_width(page: &Page<'_>, look: Look) -> bool {
    let stops = "[...document.querySelectorAll('.scroll')]
        .every((box) => box.hasAttribute('tabindex') === box.scrollWidth > box.clientWidth)";
    let stops = if look.has_script { stops } else { "true" };
    page.becomes(&format!("innerWidth === {} && {stops}", look.width))
}

fn check_every_page(has_script: bool) {
    let Some(browser) = Browser::start() else { return };
    let mut wrong = Vec::new();
    for made in made::all() {
        let looks = looks(has_script);
        let page = browser.open(&made.file, looks[0]);
        let has_filter = page.is("document.getElementById('filter')?.checkVisibility() ?? false");
        assert_eq!(has_filter, has_script, "{}", made.name);
        page.value(AXE);
        for look in looks {
            page.look(look);
            assert!(heeds_its_width(&page, look), "{}, {look:?}", made.name);
            wrong.extend(
                violations(&page).iter().map(|violation| format!("{}, {look:?}: {violation}", made.name)),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_page_meets_the_accessibility_guidelines() {
    check_every_page(true);
}

#[test]
fn every_page_meets_the_accessibility_guidelines_without_its_script() {
    check_every_page(false);
}

#[test]
fn the_checker_of_the_guidelines_finds_what_violates_them() {
    let Some(browser) = Browser::start() else { return };
    let [look, ..] = looks(true);
    let page = browser.open(&made::sample_page().file, look);
    page.value(AXE);
    page.value(
        "document.querySelector('h1').style.color = '#eee'; document.documentElement.removeAttribute('lang')",
    );
    let violations = violations(&page).join("\n");
    assert!(violations.contains("color-contrast") && violations.contains("html-has-lang"), "{violations}");
}

#[test]
fn no_page_scrolls_sideways_on_a_phone() {
    let Some(browser) = Browser::start() else { return };
    for has_script in [true, false] {
        for made in made::all() {
            let page = browser.open(&made.file, Look { width: NARROW, has_script, ..Look::USUAL });
            for what in ["as it opens", "with all of it open"] {
                let width = page
                    .value("[document.documentElement.scrollWidth, document.documentElement.clientWidth]");
                assert!(width[0].as_u64() <= width[1].as_u64(), "{} {what}: {width}", made.name);
                page.value("document.querySelectorAll('details').forEach((details) => details.open = true)");
            }
        }
    }
}
