//! What the script of the page adds.

use std::collections::BTreeSet;

use serde_json::json;

use crate::devtools::{Browser, Key, Look, Page};
use crate::made;

/// Entries of which one sees something.
const SHOWN: &str =
    "[...document.querySelectorAll('[data-item]')].filter((item) => !item.closest('[hidden]'))";

fn sample(browser: &Browser) -> Page<'_> {
    browser.open(&made::sample_page().file, Look::USUAL)
}

fn all(page: &Page<'_>) -> u64 {
    page.count("document.querySelectorAll('[data-item]').length")
}

fn shown(page: &Page<'_>) -> u64 {
    page.count(&format!("{SHOWN}.length"))
}

/// What the page says of its filter.
fn told(page: &Page<'_>) -> String {
    page.value("document.querySelector('#filter [role=status]').textContent").as_str().unwrap().to_owned()
}

/// Clicks as a mouse does.
fn click(page: &Page<'_>, selector: &str) {
    page.value(&format!("document.querySelector({selector:?}).click()"));
}

/// Chooses in a list as people do.
fn choose(page: &Page<'_>, name: &str, value: &str) {
    page.value(&format!(
        "(() => {{ const list = document.querySelector('#filter select[name={name}]'); list.value = {value:?};
            if (list.value !== {value:?}) throw new Error('no such choice');
            list.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()"
    ));
}

/// What is reset is so a moment later.
fn wait(page: &Page<'_>) {
    page.value("new Promise((done) => setTimeout(done, 30))");
}

#[test]
fn the_filter_hides_what_does_not_match_and_says_how_many_do() {
    let Some(browser) = Browser::start() else { return };
    let page = sample(&browser);
    let all = all(&page);
    assert_eq!((shown(&page), told(&page).as_str()), (all, ""));
    page.value("document.querySelector('#filter [name=text]').focus()");
    page.write("MEET.fabrikam.com san-missing");
    let left = shown(&page);
    assert!(0 < left && left < all / 2, "{left} of {all}");
    assert_eq!(told(&page), format!("{left} of {all} entries match"));
    let texts = page.texts(&format!(
        "{SHOWN}.map((item) => (item.closest('article') ?? item).textContent.toLowerCase())"
    ));
    assert!(texts.iter().all(|text| text.contains("meet.fabrikam.com")), "{texts:?}");
    let titles =
        "[...document.querySelectorAll('#findings ~ section h3')].filter((title) => title.checkVisibility())";
    let titles = page.texts(&format!("{titles}.map((title) => title.textContent)"));
    assert!(
        titles.iter().all(|title| title.contains("san-missing")),
        "what is left of no entry is hidden too: {titles:?}"
    );
    page.write(" and nothing has these words");
    assert_eq!((shown(&page), told(&page)), (0, format!("0 of {all} entries match")));
    click(&page, "#filter button[type=reset]");
    wait(&page);
    assert_eq!((shown(&page), told(&page).as_str()), (all, ""));
    assert_eq!(page.count("document.querySelectorAll('[hidden]').length"), 0, "all of it is back");
}

#[test]
fn the_filter_finds_what_each_entry_says() {
    let Some(browser) = Browser::start() else { return };
    let page = sample(&browser);
    // Whatever can be read in an entry of the table of certificates finds it.
    let thumbprint =
        page.value("document.querySelector('#certificates ~ div tbody tr td:last-child code').textContent");
    page.value("document.querySelector('#filter [name=text]').focus()");
    page.write(thumbprint.as_str().unwrap());
    let texts = page.texts(&format!("{SHOWN}.map((item) => item.textContent)"));
    assert!(texts.iter().all(|text| text.contains(thumbprint.as_str().unwrap())), "{texts:?}");
    assert_eq!(page.count(&format!("{SHOWN}.filter((item) => item.matches('tr')).length")), 1);
}

#[test]
fn of_a_finding_in_many_places_the_filter_shows_those_that_match() {
    let Some(browser) = Browser::start() else { return };
    let twenty_pools = made::all().iter().find(|made| made.name == "twenty pools").unwrap();
    let page = browser.open(&twenty_pools.file, Look::USUAL);
    let places = page.count("document.querySelectorAll('.places [data-item]').length");
    page.value("document.querySelector('#filter [name=text]').focus()");
    page.write("expiring pool003.contoso.com");
    let shown = page.texts(&format!(
        "{SHOWN}.filter((item) => item.matches('.places li')).map((item) => item.textContent)"
    ));
    assert!(!shown.is_empty() && (shown.len() as u64) < places / 2, "{shown:?} of {places}");
    assert!(shown.iter().all(|text| text.contains("pool003.contoso.com")), "{shown:?}");
}

#[test]
fn severities_can_be_left_out() {
    let Some(browser) = Browser::start() else { return };
    let page = sample(&browser);
    let of = |severity: &str, page: &Page<'_>| {
        let findings = format!("{SHOWN}.filter((item) => item.closest('[data-severity={severity}]'))");
        page.count(&format!("{findings}.length"))
    };
    let before = ["error", "warning", "info"].map(|severity| of(severity, &page));
    assert!(before.iter().all(|count| *count > 0), "{before:?}");
    click(&page, "#filter [value=info]");
    assert_eq!(["error", "warning", "info"].map(|severity| of(severity, &page)), [before[0], before[1], 0]);
    click(&page, "#filter [value=error]");
    assert_eq!(["error", "warning", "info"].map(|severity| of(severity, &page)), [0, before[1], 0]);
    click(&page, "#filter button[type=reset]");
    wait(&page);
    assert_eq!(["error", "warning", "info"].map(|severity| of(severity, &page)), before);
}

#[test]
fn one_pool_or_one_rule_can_be_chosen() {
    let Some(browser) = Browser::start() else { return };
    let page = sample(&browser);
    choose(&page, "pool", "pool-pool01.contoso.net");
    let sections = format!("{SHOWN}.filter((item) => item.matches('section'))");
    assert_eq!(page.texts(&format!("{sections}.map((item) => item.id)")), ["pool-pool01.contoso.net"]);
    let findings = format!("{SHOWN}.filter((item) => item.closest('article'))");
    let texts = page.texts(&format!("{findings}.map((item) => item.textContent)"));
    assert!(!texts.is_empty() && texts.iter().all(|text| text.contains("pool01.contoso.net")), "{texts:?}");
    choose(&page, "pool", "");
    choose(&page, "rule", "sig-sha1");
    let rules = page.texts(&format!("{findings}.map((item) => item.closest('section').dataset.rule)"));
    assert!(!rules.is_empty() && rules.iter().all(|rule| rule == "sig-sha1"), "{rules:?}");
    let listed = page.count("document.querySelectorAll('#filter select[name=rule] option').length");
    let present = page
        .count("new Set([...document.querySelectorAll('[data-rule]')].map((one) => one.dataset.rule)).size");
    assert_eq!(listed, present + 1, "each rule once, and all");
}

#[test]
fn a_link_to_what_the_filter_hides_shows_it() {
    let Some(browser) = Browser::start() else { return };
    let page = sample(&browser);
    page.value("document.querySelector('#filter [name=text]').focus()");
    page.write("nothing has these words");
    let target = page.value("[...document.querySelectorAll('#worst + ul a')].at(-1).hash");
    page.value(&format!("location.hash = {target}"));
    assert!(page.becomes("document.querySelector(':target')?.checkVisibility()"), "{target}");
}

#[test]
fn a_table_is_sorted_by_a_heading_up_and_down_by_keyboard() {
    let Some(browser) = Browser::start() else { return };
    let page = sample(&browser);
    let cells = "[...document.querySelectorAll('table.sorted')[0].tBodies[0].rows].map((row) => row.cells[1].dataset.sort)";
    let heading = "document.querySelectorAll('table.sorted')[0].tHead.rows[0].cells[1]";
    let direction = format!("{heading}.getAttribute('aria-sort')");
    page.value(&format!("{heading}.querySelector('button').focus()"));
    let mut sorted = page.texts(cells);
    sorted.sort();
    assert!(sorted.first() != sorted.last(), "{sorted:?}");
    page.press(&Key::ENTER);
    assert_eq!((page.texts(cells), page.value(&direction)), (sorted.clone(), json!("ascending")));
    page.press(&Key::ENTER);
    sorted.reverse();
    assert_eq!((page.texts(cells), page.value(&direction)), (sorted, json!("descending")));
    // Another heading takes over.
    page.value(
        "document.querySelectorAll('table.sorted')[0].tHead.rows[0].cells[0].querySelector('button').click()",
    );
    let names = page.texts("[...document.querySelectorAll('table.sorted')[0].tBodies[0].rows].map((row) => row.cells[0].textContent.trim().toLowerCase())");
    assert!(names.is_sorted_by(|one, other| one.split('=').nth(1) <= other.split('=').nth(1)), "{names:?}");
    assert_eq!(
        page.count("document.querySelectorAll('table.sorted')[0].querySelectorAll('[aria-sort]').length"),
        1
    );
}

#[test]
fn numbers_are_sorted_as_numbers() {
    let Some(browser) = Browser::start() else { return };
    let page = sample(&browser);
    let table = "document.querySelector('#inputs ~ div table.sorted')";
    let heading = "[...document.querySelectorAll('#inputs ~ div table.sorted th button')].find((button) => button.textContent === 'Bytes')";
    page.value(&format!("{heading}.click()"));
    let bytes =
        page.value(&format!("[...{table}.tBodies[0].rows].map((row) => Number(row.cells[2].textContent))"));
    let bytes: Vec<u64> = bytes.as_array().unwrap().iter().map(|number| number.as_u64().unwrap()).collect();
    assert!(bytes.is_sorted() && bytes.last() > Some(&1_000), "{bytes:?}");
}

#[test]
fn copy_puts_the_command_on_the_clipboard() {
    let Some(browser) = Browser::start() else { return };
    let page = sample(&browser);
    page.grant(&["clipboardReadWrite", "clipboardSanitizedWrite"]);
    let commands =
        page.texts("[...document.querySelectorAll('pre.command code')].map((code) => code.textContent)");
    assert!(commands.iter().any(|command| command.starts_with("Request-CsCertificate")), "{commands:?}");
    for (index, command) in commands.iter().enumerate() {
        page.value(&format!("document.querySelectorAll('.copy')[{index}].focus()"));
        page.press(&Key::ENTER);
        assert!(
            page.becomes(&format!("document.querySelectorAll('.copy')[{index}].textContent === 'Copied'"))
        );
        let copied = page.value("navigator.clipboard.readText()");
        assert_eq!(copied.as_str().unwrap(), command);
    }
}

#[test]
fn all_can_be_opened_and_closed() {
    let Some(browser) = Browser::start() else { return };
    let page = sample(&browser);
    let open = "document.querySelectorAll('details[open]').length";
    let all = page.count("document.querySelectorAll('details').length");
    assert!(all > 3);
    click(&page, "#filter [name=open]");
    assert_eq!(page.count(open), all);
    click(&page, "#filter [name=close]");
    assert_eq!(page.count(open), 0);
}

#[test]
fn what_is_met_is_folded_and_what_is_not_is_open() {
    let Some(browser) = Browser::start() else { return };
    let mut open = BTreeSet::new();
    for made in made::reports() {
        let page = browser.open(&made.file, Look::USUAL);
        let details = "[...document.querySelectorAll('#pools ~ section details')]";
        let states = format!(
            "{details}.map((one) => `${{one.querySelector('summary .tag').textContent}} ${{one.open}}`)"
        );
        open.extend(page.texts(&states));
    }
    let open: Vec<&str> = open.iter().map(String::as_str).collect();
    assert_eq!(
        open,
        ["· not judged true", "□ unmet true", "▲ warnings true", "✓ met false", "✕ failed true"]
    );
}

#[test]
fn without_the_script_the_page_shows_no_control_that_would_do_nothing() {
    let Some(browser) = Browser::start() else { return };
    for made in made::all() {
        let page = browser.open(&made.file, Look { has_script: false, ..Look::USUAL });
        let controls = "[...document.querySelectorAll('button, input, select')].filter((control) => control.checkVisibility())";
        assert_eq!(page.count(&format!("{controls}.length")), 0, "{}", made.name);
    }
}
