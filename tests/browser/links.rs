//! The ways through a report: every link leads somewhere, every finding is near, and addresses stay.

use std::collections::BTreeSet;
use std::fs;

use crate::devtools::{Browser, Look, Page};
use crate::made;
use crate::support::estates::{tree, write_estate};
use crate::support::{Audit, folder, sample};

fn ids(page: &Page<'_>) -> Vec<String> {
    page.texts("[...document.querySelectorAll('[id]')].map((element) => element.id)")
}

#[test]
fn no_link_within_a_page_is_dead_and_no_address_is_there_twice() {
    let Some(browser) = Browser::start() else { return };
    for made in made::all() {
        let page = browser.open(&made.file, Look::USUAL);
        let ids = ids(&page);
        let known: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
        assert_eq!(known.len(), ids.len(), "{}: two things have one address", made.name);
        let links = page.texts("[...document.querySelectorAll('a[href^=\"#\"]')].map((a) => decodeURIComponent(a.getAttribute('href').slice(1)))");
        assert!(links.len() > if made.is_report() { 20 } else { 0 }, "{}", made.name);
        for link in links {
            assert!(known.contains(link.as_str()), "{}: #{link} leads nowhere", made.name);
        }
    }
}

#[test]
fn the_links_of_an_index_lead_to_files_that_are_there() {
    let Some(browser) = Browser::start() else { return };
    let index = made::all().iter().find(|made| made.name == "index").unwrap();
    let page = browser.open(&index.file, Look::USUAL);
    let links = page
        .texts("[...document.querySelectorAll('a:not([href^=\"#\"])')].map((a) => a.getAttribute('href'))");
    for page in ["tailspin/failure.html", "fabrikam/report.html", "northwind/report.html"] {
        assert!(links.iter().any(|link| link.ends_with(page)), "{page}: {links:?}");
    }
    for link in links {
        let (file, section) = link.split_once('#').unwrap_or((&link, ""));
        let file = index.file.with_file_name(file.trim_start_matches("./"));
        assert!(file.is_file(), "{link}");
        if !section.is_empty() {
            let page = fs::read_to_string(file).unwrap();
            assert!(page.contains(&format!(" id=\"{section}\"")), "{link} leads nowhere");
        }
    }
}

#[test]
fn every_finding_is_two_steps_from_the_first_screen() {
    let Some(browser) = Browser::start() else { return };
    // A step is a link that one follows. One sees what stands where it leads: the target itself, or all up to the next heading of
    // its kind.
    let far = "(() => {
        const targets = (elements) => new Set(elements.flatMap((element) =>
            [...element.querySelectorAll('a[href^=\"#\"]'), ...(element.matches('a[href^=\"#\"]') ? [element] : [])])
            .map((a) => document.getElementById(decodeURIComponent(a.getAttribute('href').slice(1)))));
        const seen = (target) => {
            if (target.tagName !== 'H2') return [target];
            const elements = [target];
            for (let next = target.nextElementSibling ?? target.parentElement.nextElementSibling; next; next = next.nextElementSibling) {
                if (next.matches('h2') || next.querySelector(':scope > h2')) break;
                elements.push(next);
            }
            return elements;
        };
        const first = [document.querySelector('header'), ...seen(document.getElementById('next')), ...seen(document.getElementById('worst'))];
        const near = new Set();
        for (const one of targets(first)) {
            const elements = seen(one);
            for (const element of elements) {
                near.add(element.id);
                element.querySelectorAll('[id]').forEach((inner) => near.add(inner.id));
            }
            for (const two of targets(elements)) near.add(two.id);
        }
        return [...document.querySelectorAll('[id^=finding-]')].map((finding) => finding.id).filter((id) => !near.has(id));
    })()";
    for made in made::reports() {
        let page = browser.open(&made.file, Look::USUAL);
        assert_eq!(page.texts(far), [""; 0], "{}", made.name);
    }
}

#[test]
fn a_finding_leads_to_its_pool_its_certificate_its_rule_and_what_to_do() {
    let Some(browser) = Browser::start() else { return };
    let page = browser.open(&made::sample_page().file, Look::USUAL);
    let kinds = |selector: &str| {
        page.texts(&format!(
            "[...new Set([...document.querySelectorAll({selector:?})].map((a) => a.getAttribute('href').slice(1).split('-')[0]))].sort()"
        ))
    };
    assert_eq!(kinds("article a[href^='#']"), ["certificate", "next", "pool", "replacement"]);
    assert_eq!(kinds("section[data-group] h3 a[href^='#']"), ["rule"]);
    assert!(kinds("ol.next a[href^='#']").contains(&"finding".to_owned()));
    assert!(kinds("section[data-title] a[href^='#']").contains(&"finding".to_owned()));
}

#[test]
fn addresses_stay_when_a_finding_comes() {
    let Some(browser) = Browser::start() else { return };
    let before = ids(&browser.open(&made::sample_page().file, Look::USUAL));
    let place = folder(&[]);
    let files: Vec<_> =
        tree(&sample("contoso")).into_iter().filter(|(path, _)| !path.starts_with("expected/")).collect();
    write_estate(place.path(), "contoso", &files);
    let estate = place.path().join("contoso");
    // Another's certificate lies in the place of a server, and is judged there.
    let stray = sample("fabrikam/certs/se01.fabrikam.com.cer");
    fs::copy(stray, estate.join("certs/fe01.contoso.net/stray.cer")).unwrap();
    let audit = Audit::of("contoso")
        .topology(estate.join("topology.tbxml"))
        .certs(estate.join("certs"))
        .policy(estate.join("lyncert.toml"));
    let more = made::made("contoso and one more", &audit);
    let after: BTreeSet<String> = ids(&browser.open(&more.file, Look::USUAL)).into_iter().collect();
    let lost: Vec<&String> = before.iter().filter(|id| !after.contains(*id)).collect();
    assert!(lost.is_empty(), "{lost:?}");
    assert!(after.len() > before.len(), "there is one more");
}
