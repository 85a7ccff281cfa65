//! Large estates: pages that open, and that say what they leave out.

use crate::devtools::{Browser, Look};
use crate::estates::{Ends, Estate, Shape};
use crate::made::{self, Made, SPOILED};

/// Kilobytes as promises count them.
const KILOBYTE: u64 = 1_000;

fn size(made: &Made) -> u64 {
    let size = made.file.metadata().unwrap().len();
    eprintln!("{}: {} KB", made.name, size / KILOBYTE);
    size
}

#[test]
fn twenty_servers_with_findings_stay_below_150_kilobytes() {
    let page = made::spoiled(
        "twenty servers",
        &Shape { pools: 10, servers: 2, strangers: 10, ends: Ends::Together, ..SPOILED },
    );
    assert!(size(&page) < 150 * KILOBYTE);
}

#[test]
fn sixty_six_pools_with_findings_stay_below_600_kilobytes() {
    let page = made::spoiled("sixty-six pools", &Shape { pools: 66, servers: 3, strangers: 60, ..SPOILED });
    assert!(size(&page) < 600 * KILOBYTE);
}

#[test]
fn a_page_of_three_hundred_pools_and_twenty_thousand_certificates_opens_and_says_what_it_leaves_out() {
    let Some(browser) = Browser::start() else { return };
    let estate = Estate::new(&Shape { pools: 300, servers: 3, strangers: 19_000, ..SPOILED });
    let made = made::judged("three hundred pools", &estate, made::AT);
    size(&made);
    let page = browser.open(&made.file, Look::USUAL);
    let painted = page.value(
        "new Promise((done) => new PerformanceObserver((list) => done(list.getEntries()[0].startTime))
            .observe({ type: 'paint', buffered: true }))",
    );
    eprintln!("{}: painted after {painted} ms", made.name);
    let text = page.value("document.body.textContent");
    let text = text.as_str().unwrap();
    assert!(
        text.trim_end().ends_with("no network was used.") || text.contains("no network was used."),
        "it is whole"
    );
    for left_out in [
        "150 more pools are not shown here; all stand in coverage.csv and report.json",
        "more pools are not drawn",
        "more are not shown here; all stand in certificates.csv",
    ] {
        assert!(text.contains(left_out), "{left_out}");
    }
}
