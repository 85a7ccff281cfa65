//! Nothing comes in and nothing goes out: no request, and no content of others that acts.

use std::fs;

use serde_json::Value;

use crate::devtools::{Browser, Look, Page};
use crate::{made, support};

/// What the browser complains of: errors, and what the content security policy kept out.
fn complaints(page: &Page<'_>) -> Vec<String> {
    let logged = page.events("Log.entryAdded").into_iter().map(|event| event["entry"].clone());
    let is_bad = |entry: &Value| matches!(entry["level"].as_str(), Some("error" | "warning"));
    let logged: Vec<Value> = logged.filter(is_bad).collect();
    let thrown = page.events("Runtime.exceptionThrown");
    let printed = page.events("Runtime.consoleAPICalled");
    [logged, thrown, printed].concat().iter().map(Value::to_string).collect()
}

/// What the browser asked for.
fn requests(page: &Page<'_>) -> Vec<String> {
    let requests = page.events("Network.requestWillBeSent");
    requests.iter().map(|event| event["request"]["url"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_page_loads_nothing_but_itself_and_the_browser_has_no_complaint() {
    let Some(browser) = Browser::start() else { return };
    for made in made::all() {
        for has_script in [true, false] {
            let page = browser.open(&made.file, Look { has_script, ..Look::USUAL });
            let requests = requests(&page);
            assert_eq!(requests.len(), 1, "{}: {requests:?}", made.name);
            assert!(requests[0].starts_with("file:///") && requests[0].ends_with(".html"), "{requests:?}");
            assert_eq!(complaints(&page), [""; 0], "{}", made.name);
        }
    }
}

#[test]
fn hostile_names_stand_on_the_page_and_do_nothing() {
    let Some(browser) = Browser::start() else { return };
    let hostile = made::all().iter().find(|made| made.name == "hostile").unwrap();
    // Without the policy too: it is the second wall and not the first.
    for has_policy in [true, false] {
        let page = browser.open(&hostile.file, Look { has_policy, ..Look::USUAL });
        page.value("document.querySelectorAll('details').forEach((details) => details.open = true)");
        assert!(page.is("window.ran === undefined"));
        assert_eq!(page.count("document.querySelectorAll('script').length"), 1);
        assert_eq!(page.count("document.querySelectorAll('img, b b, svg[onload]').length"), 0);
        let text = page.value("document.body.innerText");
        let text = text.as_str().unwrap();
        for name in [
            made::HOSTILE,
            "<img src=x onerror=window.ran=1>.cer",
            "<svg onload=window.ran=1>.pem",
            "\"><img/src=x",
        ] {
            assert!(text.contains(name), "{name} can be read");
        }
    }
}

#[test]
fn the_policy_of_the_page_keeps_out_script_style_and_images_of_others() {
    let Some(browser) = Browser::start() else { return };
    let page = fs::read_to_string(&made::sample_page().file).unwrap();
    let injected = "<script>window.ran = 1</script><img src=\"x.png\" onerror=\"window.ran = 2\">\
        <style>body { letter-spacing: 9px }</style><p id=\"injected\" style=\"letter-spacing: 9px\"></p>\
        <script src=\"x.js\"></script><a id=\"acts\" href=\"javascript:window.ran = 3\">x</a>";
    let page = page.replacen("<main", &format!("{injected}<main"), 1);
    let folder = support::folder(&[
        ("report.html", page.as_bytes()),
        ("x.js", b"window.ran = 4"),
        ("x.png", b"no image"),
    ]);
    for has_policy in [true, false] {
        let page = browser.open(&folder.path().join("report.html"), Look { has_policy, ..Look::USUAL });
        page.value("document.getElementById('acts').click()");
        let style = "getComputedStyle(document.getElementById('injected')).letterSpacing === 'normal'";
        // The browser itself says what it kept out; without the policy all of it acts, so that this test sees something.
        assert_eq!(page.is("window.ran === undefined"), has_policy);
        assert_eq!(page.is(style), has_policy);
        assert_eq!(page.count("document.styleSheets.length"), if has_policy { 1 } else { 2 });
        let refused =
            complaints(&page).iter().filter(|text| text.contains("Content Security Policy")).count();
        assert_eq!(refused >= 5, has_policy, "{:?}", complaints(&page));
    }
}
