use std::collections::BTreeSet;

use super::*;
use crate::model::{HolderRef, NameOnServer, NameStatus, ReportState, Usage, Verdict};
use crate::render::escape::visible;
use crate::render::testing::{hostile_report, plain_report};

fn page(report: &Report) -> String {
    let mut bytes = Vec::new();
    write(report, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The text between two marks.
fn between<'a>(page: &'a str, start: &str, end: &str) -> &'a str {
    page.split(start).nth(1).unwrap().split(end).next().unwrap()
}

/// What the page says, without its style and script.
fn said(page: &str) -> String {
    let style = between(page, "<style>", "</style>");
    let script = between(page, "<script>", "</script>");
    page.replace(style, "").replace(script, "")
}

#[test]
fn hostile_names_are_inert() {
    let page = page(&hostile_report());
    let said = said(&page);
    for forbidden in ["<script>a", "<img", "onerror=alert(1)>", "</style><b>", "\u{202e}", "\u{1b}", "\0"] {
        assert!(!said.contains(forbidden), "{forbidden:?}");
    }
    assert_eq!(page.matches("</style>").count(), 1);
    assert_eq!((page.matches("<script").count(), page.matches("</script").count()), (1, 1));
}

#[test]
fn the_page_refers_to_nothing_outside_and_allows_only_its_own_style_and_script() {
    let page = page(&plain_report(2));
    let said = said(&page);
    for forbidden in
        [" src=", "<link", "@import", "url(", "<iframe", "<object", " style=", "javascript:", "http://"]
    {
        assert!(!said.contains(forbidden), "{forbidden}");
    }
    for handler in ["onclick=", "onload=", "onerror=", "oninput=", "onfocus="] {
        assert!(!said.contains(handler), "{handler}");
    }
    for target in page.split("href=\"").skip(1) {
        assert!(
            target.starts_with('#') || target.starts_with("https://"),
            "{}",
            target.split('"').next().unwrap()
        );
    }
    let hash = |text: &str| BASE64.encode(&Sha256::digest(text));
    for (directive, start, end) in
        [("style-src", "<style>", "</style>"), ("script-src", "<script>", "</script>")]
    {
        let allowed = format!("{directive} 'sha256-{}'", hash(between(&page, start, end)));
        assert!(page.contains(&allowed), "the policy allows the {directive} as it stands");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn marks_around_names_are_code_in_the_head_of_the_page_too() {
    let mut report = plain_report(1);
    report.support[0].product = "Skype for Business Server 2019 (`edition` in the policy)".to_owned();
    let page = page(&report);
    assert!(page.contains("2019 (<code>edition</code> in the policy)"), "{page}");
}

#[test]
fn the_box_of_the_verdict_is_that_of_the_state() {
    let mut report = plain_report(1);
    for (state, expected) in [
        (ReportState::InOrder, "ok\"><span aria-hidden=\"true\">✓<"),
        (ReportState::NotFullyJudged, "info\"><span aria-hidden=\"true\">◌<"),
        (ReportState::Warnings, "warn\"><span aria-hidden=\"true\">▲<"),
        (ReportState::Errors, "bad\"><span aria-hidden=\"true\">✕<"),
    ] {
        report.summary.state = state;
        assert!(page(&report).contains(&format!("<div class=\"verdict {expected}")), "{state}");
    }
}

#[test]
fn everything_of_the_report_is_on_the_page() {
    let report = plain_report(3);
    let page = page(&report);
    for finding in &report.findings {
        assert!(
            page.contains(&finding.rule) && page.contains(&*finding.remedy) && page.contains(&finding.holder),
            "{}",
            finding.id
        );
    }
    for file in &report.unreadable {
        assert!(page.contains(&*visible(&file.path)) && page.contains(&file.reason));
    }
    assert!(page.contains("hostile problem") && page.contains("old.key"));
    for certificate in &report.certificates {
        assert!(page.contains(&certificate.sha1));
    }
}

/// The ids of a page, and where its links within lead.
fn addresses(page: &str) -> (Vec<String>, Vec<String>) {
    let said = said(page);
    let values = |attribute: &str| {
        let values = said.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        values.collect()
    };
    (values(" id=\""), values(" href=\"#"))
}

#[test]
fn every_link_leads_somewhere_and_every_id_is_of_one_thing_only() {
    for report in [plain_report(1), plain_report(5), plain_report(70), hostile_report()] {
        let (ids, links) = addresses(&page(&report));
        let known: BTreeSet<&String> = ids.iter().collect();
        assert_eq!(known.len(), ids.len(), "two things have one id");
        for link in &links {
            assert!(known.contains(link), "{link} leads nowhere");
        }
    }
}

#[test]
fn every_finding_has_an_address_that_stays_when_others_come_and_go() {
    let mut report = plain_report(4);
    let before = addresses(&page(&report)).0;
    let kept = report.findings.split_off(2);
    report.findings = kept;
    let after: BTreeSet<String> = addresses(&page(&report)).0.into_iter().collect();
    for finding in &report.findings {
        let anchor = anchors::finding(&finding.id);
        assert!(before.contains(&anchor) && after.contains(&anchor), "{}", finding.id);
    }
}

#[test]
fn the_same_finding_in_many_places_is_told_once_with_each_place() {
    let mut report = plain_report(30);
    let first = report.findings[0].clone();
    for finding in &mut report.findings {
        finding.rule.clone_from(&first.rule);
        finding.severity = first.severity;
        finding.message.clone_from(&first.message);
        finding.clause.clone_from(&first.clause);
        finding.waived = None;
    }
    report.summary.worst_findings.clear();
    let page = page(&report);
    let list = between(&page, "<h2 id=\"findings\">", "<h2");
    assert_eq!(list.matches("<article").count(), 1);
    assert!(list.contains("In 30 places"));
    for finding in &report.findings {
        let place = between(list, &format!("id=\"{}\"", anchors::finding(&finding.id)), "</li>");
        let whose = finding.server.as_ref().unwrap_or(&finding.holder);
        assert!(place.contains(whose), "{}", finding.id);
    }
}

#[test]
fn what_a_rule_says_of_one_certificate_is_told_once_name_by_name() {
    let mut report = plain_report(3);
    let first = report.findings[0].clone();
    for (finding, name) in report.findings.iter_mut().zip(["meet", "sip", "dialin"]) {
        *finding = FindingRow {
            id: format!("san-missing/{name}"),
            message: format!("`{name}.contoso.com` is not among the certificate's names"),
            expected: format!("`{name}.contoso.com`"),
            clause: Some(format!("CLAUSE-{name}")),
            waived: None,
            ..first.clone()
        };
    }
    report.summary.worst_findings.clear();
    let page = page(&report);
    let list = between(&page, "<h2 id=\"findings\">", "<h2");
    assert_eq!(list.matches("<article").count(), 1);
    assert_eq!(list.matches(first.certificate_file.as_deref().unwrap()).count(), 1, "{list}");
    for finding in &report.findings {
        let told = between(list, &format!("id=\"{}\"", anchors::finding(&finding.id)), "</li>");
        let name = finding.id.strip_prefix("san-missing/").unwrap();
        assert!(told.contains(&format!("<code>{name}.contoso.com</code>")), "{told}");
    }
    assert!(list.contains("CLAUSE-meet, CLAUSE-sip, CLAUSE-dialin: <a "), "{list}");
}

#[test]
fn a_pool_of_many_servers_tells_of_those_with_the_most_to_do_by_name() {
    let mut report = plain_report(40);
    report.requirements.retain(|requirement| requirement.usages == [Usage::Default]);
    let count = report.requirements.len();
    for (requirement, index) in report.requirements.iter_mut().zip(1..) {
        requirement.verdict = Some(if index == count { Verdict::Failed } else { Verdict::Met });
        for name in &mut requirement.names {
            name.need = crate::model::Need::Required;
            name.covered_by = None;
            name.status = Some(if index == count { NameStatus::Missing } else { NameStatus::Exact });
        }
    }
    let last = report.requirements[count - 1].server.clone().unwrap();
    let page = page(&report);
    assert!(page.contains("<th scope=\"col\" class=\"many\">On the servers</th>"));
    assert!(page.contains(&format!("✕ missing on {last}</span>")), "who lacks it is named");
    assert!(page.contains("on the other 39</span>"), "the rest is counted");
}

/// A pool whose two servers hold different certificates: the first name is missing on the first of them.
fn split(report: &mut Report) -> (String, String) {
    let requirement = &mut report.requirements[0];
    let on = |server: &str, status| NameOnServer {
        server: server.to_owned(),
        status: Some(status),
        covered_by: None,
        certificate: None,
    };
    let servers = ["edge1.contoso.net", "edge2.contoso.net"];
    requirement.server = None;
    requirement.shared_by = servers.map(str::to_owned).to_vec();
    for name in &mut requirement.names {
        name.status = Some(NameStatus::Missing);
        name.by_server = vec![on(servers[0], NameStatus::Missing), on(servers[1], NameStatus::Exact)];
    }
    (servers[0].to_owned(), servers[1].to_owned())
}

#[test]
fn servers_with_different_certificates_have_columns_of_their_own() {
    let mut report = plain_report(1);
    report.requirements.truncate(1);
    let (first, second) = split(&mut report);
    // A title can be broken after each full stop.
    let page = page(&report).replace("<wbr>", "");
    assert!(page.contains(&format!("<th scope=\"col\">{first}</th><th scope=\"col\">{second}</th>")));
    assert!(page.contains("<td class=\"bad\">✕ missing</td><td class=\"ok\">✓ yes</td>"));
    assert!(!page.contains("<th scope=\"col\">all 2 servers</th>"));
}

#[test]
fn a_finding_is_told_where_its_requirement_stands() {
    let mut report = plain_report(1);
    let requirement = report.requirements[0].clone();
    let finding = &mut report.findings[0];
    finding.usages.clone_from(&requirement.usages);
    finding.waived = None;
    finding.holders = vec![HolderRef { ..requirement.holder_ref() }];
    let link = format!("<a href=\"#{}\">", anchors::finding(&finding.id));
    let page = page(&report);
    assert!(between(&page, "<h2 id=\"pools\">", "<h2").contains(&link));
}

#[test]
fn the_structure_helps_readers_of_all_kinds() {
    let page = said(&page(&plain_report(2)));
    assert!(page.starts_with("<!doctype html>\n<html lang=\"en\">"));
    assert_eq!(page.matches("<h1").count(), 1);
    assert!(page.contains("<main") && page.contains("class=\"skip\""));
    let headers = page.matches("<th").count() - page.matches("<thead").count();
    assert_eq!(headers, page.matches("scope=\"").count(), "every header cell says what it heads");
    assert_eq!(page.matches("<table").count(), page.matches("<caption").count());
    let mut last = 1;
    for tag in page.split("<h").skip(1) {
        if let Some(level) = tag.chars().next().and_then(|c| c.to_digit(10)) {
            assert!(level <= last + 1, "a heading of level {level} follows one of level {last}");
            last = level;
        }
    }
}

#[test]
fn a_command_is_whole_however_it_is_set_in_parts() {
    let mut report = plain_report(1);
    let command = "Request-CsCertificate -New -Type Default -FriendlyName \"pool - one -two\" -KeySize 2048";
    report.replacements[0].command = Some(command.to_owned());
    let page = page(&report);
    let told = between(&page, "<pre class=\"command\"><code>", "</code>");
    let parts: Vec<&str> = told.split("<i>").skip(1).collect();
    assert!(
        parts.starts_with(&["Request-CsCertificate</i> ", "-New</i> ", "-Type Default</i> "]),
        "{parts:?}"
    );
    assert_eq!(told.replace("<i>", "").replace("</i>", "").replace("&#34;", "\""), command);
}

#[test]
fn pools_are_drawn_in_rows_of_which_each_is_a_picture_that_holds_its_pools() {
    let mut report = plain_report(1);
    let pool = report.topology.sites[0].pools[0].clone();
    report.topology.sites[0].pools =
        (0..7).map(|index| PoolRow { fqdn: format!("pool{index}.contoso.net"), ..pool.clone() }).collect();
    let page = page(&report);
    let drawing = between(&page, "<h2 id=\"overview\">", "<h2 ");
    let rows: Vec<&str> = drawing.split("<svg viewBox=\"-1 ").skip(1).collect();
    let pools = |row: &&str| row.matches("class=\"box\"").count();
    assert_eq!(rows.iter().map(pools).collect::<Vec<_>>(), [3, 3, 1]);
    let number = |text: &str| -> i32 { text.split(['"', ' ']).next().unwrap().parse().unwrap() };
    let mut end_of_the_last = 0;
    for row in rows {
        let top = number(row);
        let height = number(row.split(' ').nth(2).unwrap());
        assert_eq!(top, end_of_the_last, "no row lies over another");
        end_of_the_last = top + height;
        for pool in row.split("class=\"box\"").skip(1) {
            let y = number(pool.split(" y=\"").nth(1).unwrap());
            let tall = number(pool.split(" height=\"").nth(1).unwrap());
            assert!(
                top <= y && y + tall <= end_of_the_last,
                "{y} and {tall} lie in {top} to {end_of_the_last}"
            );
        }
    }
}

#[test]
fn twenty_servers_stay_below_150_kilobytes() {
    let size = page(&plain_report(20)).len();
    assert!(size < 150_000, "{size} bytes");
}

#[test]
fn a_huge_folder_still_opens_and_says_what_is_left_out() {
    let mut report = plain_report(2);
    let unused = CertificateRow { serves: Vec::new(), ..report.certificates[0].clone() };
    report.certificates.extend(vec![unused; 5_000]);
    let page = page(&report);
    assert!(page.len() < 400_000);
    assert!(page.contains("4960 more"), "the omission is stated");
}
