//! The pages by keyboard alone.

use serde_json::Value;

use crate::devtools::{Browser, Key, Look, Page};
use crate::made;

/// What has the focus: what it is, where it leads, and whether one sees it and that it has the focus.
const FOCUS: &str = "(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const boxes = [...element.getClientRects()].sort((one, other) => other.width * other.height - one.width * one.height);
    const box = boxes[0] ?? { left: 0, top: 0, width: 0, height: 0 };
    const style = getComputedStyle(element);
    const there = document.elementFromPoint(
        Math.min(Math.max(box.left, 0) + Math.min(box.width, 40) / 2, innerWidth - 1),
        Math.min(Math.max(box.top, 0) + Math.min(box.height, 40) / 2, innerHeight - 1));
    return {
        what: `${element.tagName} ${element.name ?? ''} ${element.getAttribute('aria-label') ?? element.textContent.trim().slice(0, 60)}`,
        tag: element.tagName.toLowerCase(), name: element.name ?? '', href: element.getAttribute('href') ?? '',
        isSeen: box.width > 0 && box.height > 0 && box.top < innerHeight && box.top + box.height > 0
            && box.left < innerWidth && box.left + box.width > 0 && !!there
            && (element === there || element.contains(there) || there.contains(element)),
        isMarked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    };
})()";

/// Presses Tab until the end of the page, and says what had the focus.
fn stops(page: &Page<'_>) -> Vec<Value> {
    /// No page of the tests has that many.
    const MANY: usize = 3_000;
    let mut stops = Vec::new();
    for _ in 0..MANY {
        page.press(&Key::TAB);
        let stop = page.value(FOCUS);
        if stop.is_null() {
            return stops;
        }
        stops.push(stop);
    }
    panic!("the end of the page is never reached");
}

fn is(value: &Value, name: &str) -> bool {
    value[name].as_bool().unwrap()
}

#[test]
fn every_stop_of_the_keyboard_is_seen_and_marked_and_the_way_around_comes_first() {
    let Some(browser) = Browser::start() else { return };
    for made in made::all().iter().filter(|made| made.name != "twenty pools") {
        for look in
            [Look::USUAL, Look { has_script: false, ..Look::USUAL }, Look { width: 400, ..Look::USUAL }]
        {
            let page = browser.open(&made.file, look);
            let stops = stops(&page);
            assert_eq!(stops[0]["href"], "#main", "{}: the way around the head comes first", made.name);
            for stop in &stops {
                assert!(is(stop, "isSeen"), "{}, {look:?}: not seen: {stop}", made.name);
                assert!(is(stop, "isMarked"), "{}, {look:?}: not marked: {stop}", made.name);
            }
            // All that a mouse reaches.
            let links =
                page.count("[...document.querySelectorAll('a')].filter((a) => a.checkVisibility()).length");
            let reached = stops.iter().filter(|stop| stop["tag"] == "a").count() as u64;
            assert_eq!(reached, links, "{}, {look:?}", made.name);
            let reaches = |name: &str| stops.iter().any(|stop| stop["name"] == name);
            let wanted = page.texts(
                "[...document.querySelectorAll('#filter:not([hidden]) [name]')].map((one) => one.name)",
            );
            assert_eq!(wanted.is_empty(), !look.has_script, "{}", made.name);
            for name in wanted {
                assert!(reaches(&name), "{}, {look:?}: {name} of the filter", made.name);
            }
        }
    }
}

#[test]
fn a_link_leads_to_its_target_and_opens_what_holds_it() {
    let Some(browser) = Browser::start() else { return };
    for made in made::reports() {
        let page = browser.open(&made.file, Look::USUAL);
        // Links to what is folded: into a group of usages, which the test folds all.
        page.value("document.querySelectorAll('details').forEach((details) => details.open = false)");
        let targets = page.texts(
            "[...document.querySelectorAll('main a[href^=\"#\"], header a[href^=\"#\"]')]
                .filter((a) => a.checkVisibility()).map((a) => a.getAttribute('href')).filter((hash, index, all) => all.indexOf(hash) === index)
                .filter((_, index) => index % 7 === 0)",
        );
        assert!(!targets.is_empty(), "{}", made.name);
        for target in targets {
            page.value(&format!(
                "[...document.querySelectorAll('a[href=\"{target}\"]')].find((a) => a.checkVisibility()).focus()"
            ));
            page.press(&Key::ENTER);
            let is_there = format!(
                "(() => {{
                    const target = document.querySelector(':target');
                    const box = target?.getBoundingClientRect();
                    return !!target && '#' + target.id === '{target}' && target.checkVisibility()
                        && box.top < innerHeight && box.bottom > 0 && document.activeElement === target;
                }})()"
            );
            assert!(page.becomes(&is_there), "{}: {target}, at {}", made.name, page.value("location.hash"));
        }
    }
}

#[test]
fn a_link_into_something_folded_unfolds_it() {
    let Some(browser) = Browser::start() else { return };
    let page = browser.open(&made::sample_page().file, Look::USUAL);
    page.value("document.querySelectorAll('details').forEach((details) => details.open = false)");
    assert!(page.is("(() => { const inside = document.querySelector('details table'); inside.id = 'inside';
            const link = document.querySelector('nav a'); link.href = '#inside'; link.focus();
            return !inside.checkVisibility(); })()"));
    page.press(&Key::ENTER);
    assert!(page.becomes(
        "document.getElementById('inside').checkVisibility() && document.getElementById('inside').closest('details').open"
    ));
}

#[test]
fn the_keyboard_goes_on_where_a_link_has_led() {
    let Some(browser) = Browser::start() else { return };
    let page = browser.open(&made::sample_page().file, Look::USUAL);
    for link in
        ["ol.next a[href^='#finding-']", "article a[href^='#pool-']", "article a[href^='#certificate-']"]
    {
        page.value(&format!("document.querySelector({link:?}).focus()"));
        page.press(&Key::ENTER);
        let has_focus = "document.activeElement === document.querySelector(':target')";
        assert!(page.becomes(has_focus), "{link}: {}", page.value(FOCUS));
        page.press(&Key::TAB);
        // What is next lies in the target or follows it, and is not far.
        let is_next = "(() => {
            const [target, stop] = [document.querySelector(':target'), document.activeElement];
            return !!(target.compareDocumentPosition(stop) & Node.DOCUMENT_POSITION_FOLLOWING)
                && (target.contains(stop) || Math.abs(stop.getBoundingClientRect().top - target.getBoundingClientRect().bottom) < 900);
        })()";
        assert!(page.is(is_next), "{link}: {}", page.value(FOCUS));
    }
}
