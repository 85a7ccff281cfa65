use lyncert_rules::facts::{AutoLogonPool, Autodiscover, CertificateLayout, ReverseProxyListeners};
use proptest::prelude::*;

use super::*;

fn resolved(text: &str) -> ResolvedPolicy {
    parse("lyncert.toml", text).unwrap().resolve()
}

/// Everything that is said of a file.
fn mistakes(text: &str) -> Vec<String> {
    let mistakes = parse("lyncert.toml", text).err().unwrap_or_default();
    mistakes.iter().map(|mistake| format!("{}: {}", mistake.place, mistake.message)).collect()
}

#[test]
fn an_empty_policy_gives_the_defaults() {
    assert_eq!(resolved(""), ResolvedPolicy::default());
}

#[test]
fn every_key_is_read() {
    let text = r#"
        [facts]
        auto_logon_pool = "pool01.contoso.net"
        strict_dns_matching = true
        edge_client_auto_config_or_federation = false
        autodiscover = "http80"
        xmpp_domains = ["contoso.com"]
        pic_aol = true
        sipinternal = true
        sipexternal = true
        online_sip_domains = ["fabrikam.com"]
        office_web_apps_external = ["owa.contoso.com"]
        reverse_proxy_listeners = "several"
        certificate_layout = "separate"
        [[facts.simple_url]]
        component = "Meet"
        domain = "contoso.com"
        url = "https://meet.contoso.com/x"
        [[facts.extra_name]]
        usage = "AccessEdgeExternal"
        name = "legacy-sip.contoso.com"
        reason = "partner hard-codes this name"
        [expiry]
        warning = 45
        info = "25%"
        [rules]
        san-extra = "warning"
        aia-missing = { severity = "off", reason = "the CA is offline" }
        [[ignore]]
        path = "archive/**"
        reason = "kept for the auditors"
        [scope]
        pools = ["edge.contoso.com", "oauth"]
        sites = ["Redmond"]
        [waiver_limits]
        expiring_days = 30
        broad = 3
        [collection]
        max_age = 7
        [[waiver]]
        rule = "san-missing"
        pool = "pool01.contoso.com"
        server = "fe1.contoso.com"
        certificate = "fe1/Default.cer"
        name = "dialin.contoso.com"
        reason = "Dial-in conferencing is retired; CHG-4711"
        by = "UC operations"
        owner = "Pilar Pinilla"
        approver = "Vance DeLeon"
        expires = 2027-03-31
    "#;
    let ResolvedPolicy { facts, policy, ignored } = resolved(text);
    let sign_in = AutoLogonPool::Pool("pool01.contoso.net".parse().unwrap());
    assert_eq!(facts.auto_logon_pool, Some(sign_in));
    assert_eq!(facts.autodiscover, Some(Autodiscover::Http80));
    assert_eq!(facts.simple_urls[0].host.as_str(), "meet.contoso.com");
    assert_eq!(facts.extra_names[0].usage, CertificateUsage::AccessEdgeExternal);
    assert_eq!(facts.certificate_layout, CertificateLayout::Separate);
    assert_eq!(facts.reverse_proxy_listeners, ReverseProxyListeners::Several);
    assert!([facts.pic_aol, facts.sipinternal, facts.sipexternal] == [Some(true); 3]);
    assert_eq!(policy.expiry.warning, Some(Threshold::Days(45)));
    assert_eq!(policy.expiry.info, Some(Threshold::Percent(25)));
    assert_eq!(policy.rules["san-extra"].severity, Some(Severity::Warning));
    assert_eq!(policy.rules["aia-missing"].reason.as_deref(), Some("the CA is offline"));
    assert_eq!(ignored[0].pattern.to_string(), "archive/**");
    assert_eq!((policy.waiver_limits.expiring_days, policy.waiver_limits.broad), (30, 3));
    assert_eq!(policy.collection.max_age, 7);
    let scope = &policy.scope;
    let holders: Vec<String> = scope.holders.iter().map(ToString::to_string).collect();
    assert_eq!(
        (holders, scope.sites.as_slice()),
        (vec!["edge.contoso.com".to_owned(), "oauth".to_owned()], &["Redmond".to_owned()][..])
    );
    let waiver = &policy.waivers[0];
    assert_eq!((waiver.rule, waiver.expires), ("san-missing", Some(time::macros::date!(2027 - 03 - 31))));
    assert_eq!(waiver.place, "lyncert.toml:40:9");
    assert_eq!(waiver.scope.name.as_deref(), Some("dialin.contoso.com"));
    assert_eq!(waiver.approver.as_deref(), Some("Vance DeLeon"));
}

#[test]
fn every_mistake_is_told_at_its_place_with_what_was_expected() {
    let mut wrong = Vec::new();
    for (text, message) in [
        ("[facts", "1:7: unclosed table, expected `]`"),
        ("facts = ", "1:9: string values must be quoted, expected literal string"),
        ("[facts]\npic_aol = true\npic_aol = false", "3:1: duplicate key"),
        ("[fact]\n", "1:2: unknown key `fact`; did you mean `facts`?"),
        (
            "[settings]\n",
            "1:2: unknown key `settings`; expected one of facts, expiry, rules, waiver_limits, collection, policy, scope, ignore, waiver",
        ),
        ("facts = 3", "1:9: `facts` is the number 3; expected a table; write `[facts]` on a line of its own"),
        ("[facts]\npic_aool = true", "2:1: unknown key `pic_aool` in [facts]; did you mean `pic_aol`?"),
        ("[facts]\npic_aol = \"yes\"", "2:11: `pic_aol` is the text \"yes\"; expected true or false"),
        ("[facts]\nauto_logon_pool = \" \"", "2:19: ` ` is no DNS name: it is empty"),
        (
            "[facts]\nauto_logon_pool = [\"a.b\"]",
            "2:19: `auto_logon_pool` is a list; expected a text in quotes",
        ),
        ("[facts]\nautodiscover = \"htps\"", "2:16: `autodiscover` is `htps`; did you mean `https`?"),
        (
            "[facts]\nautodiscover = \"ftp\"",
            "2:16: `autodiscover` is `ftp`; expected one of https, http80, none",
        ),
        (
            "[facts]\nxmpp_domains = \"contoso.com\"",
            "2:16: `xmpp_domains` is the text \"contoso.com\"; expected a list of texts, such as [\"contoso.com\"]",
        ),
        (
            "[facts]\nxmpp_domains = [1]",
            "2:17: `xmpp_domains` has the number 1 in its list; expected a text in quotes",
        ),
        (
            "[facts]\nxmpp_domains = [\"contoso.com\", \"a b\"]",
            "2:32: `a b` is no DNS name: it has white space or a control character in it",
        ),
        (
            "[facts.simple_url]\n",
            "1:1: `simple_url` is a table; expected a list of tables; write `[[facts.simple_url]]` on a line of its own",
        ),
        (
            "[[facts.simple_url]]\ncomponent = \"Meat\"\nurl = \"https://meet.contoso.com\"",
            "2:13: `component` is `Meat`; did you mean `Meet`?",
        ),
        (
            "[[facts.reverse_proxy]]\nname = \"the west\"",
            "2:8: `the west` is no name; expected a name of letters, digits, hyphens and dots, such as west",
        ),
        (
            "[[facts.reverse_proxy]]\nsites = [\"Oslo\"]",
            "1:1: [[facts.reverse_proxy]] has no `name`; expected a name of letters, digits, hyphens and dots, such as west",
        ),
        (
            "[[facts.edge]]\npool = \"edge.contoso.com\"",
            "1:1: [[facts.edge]] has no `client_auto_config_or_federation`; expected true or false",
        ),
        (
            "[[facts.extra_name]]\nusage = \"Default\"\nname = \"a.contoso.com\"\nreason = \"x\"\npool = \"p.contoso.com\"\nsite = \"Oslo\"",
            "1:1: [[facts.extra_name]] names more than one holder; expected one of pool, server, site, or none",
        ),
        (
            "[[facts.simple_url]]\ncomponent = \"Meet\"\nurl = \"meet\"",
            "3:7: `meet` has no scheme; expected a URL such as `https://meet.contoso.com`",
        ),
        (
            "[[facts.simple_url]]\ncomponent = \"Meet\"",
            "1:1: [[facts.simple_url]] has no `url`; expected a URL such as https://meet.contoso.com",
        ),
        (
            "[[facts.extra_name]]\nusage = \"WebServiceInternal\"\nname = \"a.contoso.com\"\nreason = \"x\"",
            "2:9: `usage` is `WebServiceInternal`; did you mean `WebServicesInternal`?",
        ),
        (
            "[[facts.extra_name]]\nusage = \"Default\"\nname = \"a.contoso.com\"\nreason = \"\"",
            "4:10: `reason` is empty; expected why the name is needed",
        ),
        (
            "[expiry]\nwarning = -3",
            "2:11: `warning` is the number -3; expected days such as 30, or a share of the lifetime such as \"20%\"",
        ),
        (
            "[expiry]\nwarning = \"120%\"",
            "2:11: `warning` is the text \"120%\"; expected days such as 30, or a share of the lifetime such as \"20%\"",
        ),
        ("[expiry]\nwarn = 30", "2:1: unknown key `warn` in [expiry]; did you mean `warning`?"),
        ("[rules]\nsan-mising = \"info\"", "2:1: `san-mising` is no rule; did you mean `san-missing`?"),
        (
            "[rules]\nsan-extra = \"fatal\"",
            "2:13: `san-extra` is `fatal`; expected one of error, warning, info, off",
        ),
        (
            "[rules]\nsan-extra = \"off\"",
            "2:1: `san-extra` is switched off without a reason; expected { severity = \"off\", reason = \"…\" }",
        ),
        (
            "[rules]\nsan-extra = 0",
            "2:13: `san-extra` is the number 0; expected \"error\", \"warning\", \"info\", or { severity = \"off\", reason = \"…\" }",
        ),
        (
            "[[ignore]]\nreason = \"old\"",
            "1:1: [[ignore]] has no `path`; expected a pattern of paths below the certificate folder, such as archive/**",
        ),
        (
            "[[ignore]]\npath = \"archive/[\"",
            "2:8: `archive/[` is no pattern of paths: unclosed character class; missing ']'",
        ),
        (
            "[waiver_limits]\nbroad = 0",
            "2:9: `broad` is the number 0; expected a whole number from 1 to 10000",
        ),
        ("[waivers]\nbroad = 3", "1:2: unknown key `waivers`; did you mean `waiver`?"),
        (
            "[waiver]\nrule = \"san-missing\"",
            "1:1: `waiver` is a table; expected a list of tables; write `[[waiver]]` on a line of its own",
        ),
    ] {
        let told = mistakes(text);
        assert!(told.iter().all(|told| !told.contains('\n')), "{told:?}");
        if told.first().map(String::as_str) != Some(&*format!("lyncert.toml:{message}")) {
            wrong.push((message, told));
        }
    }
    assert_eq!(wrong, []);
}

#[test]
fn all_mistakes_are_told_in_the_order_of_the_file() {
    let text = "[facts]\npic_aool = true\nautodiscover = \"ftp\"\n[rules]\nsan-mising = \"info\"\n";
    let places: Vec<String> = mistakes(text).iter().map(|told| told.chars().take(16).collect()).collect();
    assert_eq!(places, ["lyncert.toml:2:1", "lyncert.toml:3:1", "lyncert.toml:5:1"]);
}

#[test]
fn a_mistake_in_a_waiver_makes_it_malformed_and_stops_nothing() {
    for (inside, message) in [
        (
            "rule = \"san-mising\"\nname = \"a\"\nreason = \"x\"",
            "2:8: `san-mising` is no rule; did you mean `san-missing`?",
        ),
        (
            "rule = \"waiver-unused\"\nname = \"a\"\nreason = \"x\"",
            "2:8: `waiver-unused` is about waivers themselves and cannot be waived",
        ),
        (
            "rule = \"san-missing\"\nname = \"a\"",
            "1:1: [[waiver]] has no `reason`; expected why the finding is accepted",
        ),
        (
            "rule = \"san-missing\"\nname = \"a\"\nreason = \" \"",
            "4:10: `reason` is empty; expected why the finding is accepted",
        ),
        ("name = \"a\"\nreason = \"x\"", "1:1: [[waiver]] has no `rule`; expected the id of a rule"),
        (
            "rule = \"san-missing\"\nreason = \"x\"",
            "1:1: [[waiver]] names nothing that it is about; expected at least one of pool, server, certificate, name",
        ),
        (
            "rule = \"san-missing\"\nname = \"a\"\nreason = \"x\"\nexpires = \"31.3.2027\"",
            "5:11: `expires` is the text \"31.3.2027\"; expected a day such as 2027-03-31",
        ),
        (
            "rule = \"san-missing\"\nname = \"a\"\nreason = \"x\"\nexpires = 2027-03-31T12:00:00Z",
            "5:11: `expires` is the time 2027-03-31T12:00:00Z; expected a day such as 2027-03-31",
        ),
        (
            "rule = \"san-missing\"\npool = \"a b\"\nreason = \"x\"",
            "3:8: `a b` is no DNS name: it has white space or a control character in it",
        ),
        (
            "rule = \"san-missing\"\nname = \"a\"\nreason = \"x\"\nexpire = 2027-03-31",
            "5:1: unknown key `expire` in [[waiver]]; did you mean `expires`?",
        ),
    ] {
        let policy = resolved(&format!(
            "[[waiver]]\n{inside}\n[[waiver]]\nrule = \"expired\"\nname = \"b\"\nreason = \"y\"\n"
        ))
        .policy;
        assert_eq!(policy.malformed_waivers.len(), 1, "{inside}");
        let malformed = &policy.malformed_waivers[0];
        assert_eq!(malformed.mistakes[0], format!("lyncert.toml:{message}"));
        assert_eq!(malformed.place, "lyncert.toml:1:1");
        assert_eq!(policy.waivers.len(), 1, "the other one holds");
    }
}

#[test]
fn a_layer_on_top_counts_and_lists_are_put_together() {
    let base = "[facts]\npic_aol = true\nautodiscover = \"none\"\n[rules]\nsan-extra = \"warning\"\nsan-stale = \"info\"\n[[waiver]]\nrule = \"expired\"\nname = \"a\"\nreason = \"x\"\n";
    let own = "[facts]\nautodiscover = \"https\"\n[rules]\nsan-extra = \"error\"\n[expiry]\nwarning = 10\n[[waiver]]\nrule = \"expired\"\nname = \"b\"\nreason = \"y\"\n";
    let layers = (parse("base.toml", base).unwrap(), parse("own.toml", own).unwrap());
    let ResolvedPolicy { facts, policy, .. } = layers.1.over(layers.0).resolve();
    assert_eq!(facts.pic_aol, Some(true));
    assert_eq!(facts.autodiscover, Some(Autodiscover::Https));
    assert_eq!(policy.rules["san-extra"].severity, Some(Severity::Error));
    assert_eq!(policy.rules["san-stale"].severity, Some(Severity::Info));
    let places: Vec<&str> = policy.waivers.iter().map(|waiver| waiver.place.as_str()).collect();
    assert_eq!(places, ["base.toml:7:1", "own.toml:7:1"]);
}

#[test]
fn the_template_is_valid_and_changes_nothing() {
    assert_eq!(resolved(&template()), ResolvedPolicy::default());
}

#[test]
fn every_setting_of_the_template_is_valid_and_none_is_forgotten() {
    let is_setting = |line: &&str| {
        line.strip_prefix('#').is_some_and(|rest| !rest.starts_with([' ', '#']) && !rest.is_empty())
    };
    let template = template();
    let uncommented: Vec<&str> = template
        .lines()
        .map(|line| if is_setting(&line) { line.trim_start_matches('#') } else { line })
        .collect();
    let text = uncommented.join("\n");
    assert_eq!(mistakes(&text), [""; 0]);
    let ResolvedPolicy { policy, ignored, facts } = resolved(&text);
    assert_eq!(
        (policy.waivers.len(), policy.malformed_waivers.len(), policy.rules.len(), ignored.len()),
        (1, 0, 2, 1)
    );
    assert_eq!((facts.simple_urls.len(), facts.extra_names.len()), (1, 1));
    // Without any key, what is expected is every key that there is.
    for (table, title) in [
        ("[facts]", "facts"),
        ("[expiry]", "expiry"),
        ("[waiver_limits]", "waiver_limits"),
        ("[collection]", "collection"),
        ("[scope]", "scope"),
    ] {
        let told = mistakes(&format!("{table}\nqqqqqqqqqqqqqq = 1\n")).concat();
        let keys = told.split("expected one of ").nth(1).unwrap();
        for key in keys.split(", ") {
            let stands = text
                .lines()
                .any(|line| line.starts_with(&format!("{key} =")) || line == format!("[[{title}.{key}]]"));
            assert!(stands, "{table} {key}");
        }
    }
}

/// Lines as people write them, right and wrong.
fn lines() -> impl Strategy<Value = String> {
    let tables = [
        "[facts]",
        "[expiry]",
        "[rules]",
        "[scope]",
        "[waiver_limits]",
        "[[waiver]]",
        "[[ignore]]",
        "[[facts.simple_url]]",
        "[fact",
        "[[facts]]",
    ];
    let keys = [
        "pic_aol",
        "autodiscover",
        "xmpp_domains",
        "warning",
        "san-extra",
        "pools",
        "broad",
        "rule",
        "name",
        "reason",
        "expires",
        "path",
        "url",
        "é",
    ];
    let values = [
        "true",
        "\"https\"",
        "[\"contoso.com\", 1]",
        "30",
        "-1",
        "1e9",
        "\"20%\"",
        "\"off\"",
        "{ severity = \"off\" }",
        "2027-03-31",
        "\"\"",
        "\"a b\"",
        "[",
        "\"\\u0000\"",
        "0x1F",
    ];
    let line = prop_oneof![
        prop::sample::select(tables.to_vec()).prop_map(ToOwned::to_owned),
        (prop::sample::select(keys.to_vec()), prop::sample::select(values.to_vec()))
            .prop_map(|(key, value)| format!("{key} = {value}")),
        any::<String>(),
    ];
    prop::collection::vec(line, 0..12).prop_map(|lines| lines.join("\n"))
}

/// A file without mistakes.
fn valid() -> impl Strategy<Value = String> {
    let fact = prop::option::of(prop::sample::select(&["https", "http80", "none"][..]));
    let aol = prop::option::of(any::<bool>());
    let warning = prop::option::of(0_u16..100);
    let rule = prop::option::of(prop::sample::select(&["error", "warning", "info"][..]));
    (fact, aol, warning, rule, 0_usize..3).prop_map(|(fact, aol, warning, rule, waivers)| {
        let mut text = String::from("[facts]\n");
        text.extend(fact.map(|value| format!("autodiscover = \"{value}\"\n")));
        text.extend(aol.map(|value| format!("pic_aol = {value}\n")));
        text.push_str("[expiry]\n");
        text.extend(warning.map(|value| format!("warning = {value}\n")));
        text.push_str("[rules]\n");
        text.extend(rule.map(|value| format!("san-extra = \"{value}\"\n")));
        text.push_str(&"[[waiver]]\nrule = \"expired\"\nname = \"a\"\nreason = \"x\"\n".repeat(waivers));
        text
    })
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader_and_mistakes_have_places(text in lines()) {
        for told in mistakes(&text) {
            prop_assert!(told.starts_with("lyncert.toml:"), "{}", told);
        }
    }

    #[test]
    fn layers_may_be_put_together_in_any_grouping(a in valid(), b in valid(), c in valid()) {
        let layer = |name: &str, text: &str| parse(name, text).unwrap();
        let (a, b, c) = (layer("a", &a), layer("b", &b), layer("c", &c));
        let left = a.clone().over(b.clone()).over(c.clone()).resolve();
        let right = a.over(b.over(c)).resolve();
        prop_assert_eq!(left, right);
    }
}

#[test]
fn lists_of_names_are_read_up_to_a_limit() {
    let list =
        |count: usize| -> String { (0..count).map(|number| format!("\"n{number}.contoso.com\",")).collect() };
    for (before, most) in
        [("[facts]\nonline_sip_domains", 10_000), ("[scope]\npools", 1_000), ("[scope]\nsites", 1_000)]
    {
        let with = |count: usize| mistakes(&format!("{before} = [{}]\n", list(count)));
        assert_eq!(with(most), [""; 0], "{before}");
        let told = with(most + 1).concat();
        let expected = format!("has {} ", most + 1);
        assert!(told.contains(&expected) && told.contains(&format!("expected at most {most}")), "{told}");
    }
}
