//! From codes, messages and pasted texts to rules, and to whether an estate is affected.

use std::fs;

use serde_json::{Value, json};

use crate::support::{AT, Audit, Run, folder, run, run_with_input, sample, text};

/// Asks about a sample's topology with the certificates of a sample.
fn ask(asked: &[&str], topology: &str, certs: &str, more: &[&str]) -> Run {
    let (topology, certs) = (sample(topology), sample(certs));
    let estate = ["--topology", text(&topology), "--certs", text(&certs), "--at", AT];
    run(&[&["doctor"][..], asked, &estate, more].concat())
}

fn of_contoso(asked: &[&str], more: &[&str]) -> Run {
    ask(asked, "contoso/topology.tbxml", "contoso/certs", more)
}

const AS_JSON: &[&str] = &["--format", "json"];

/// What of the text shows each symptom, and how it is answered.
fn answers(view: &Value) -> Vec<(Vec<String>, Value)> {
    let symptoms = view["symptoms"].as_array().unwrap().iter();
    let seen = |symptom: &Value| {
        let seen = symptom["seen"].as_array().unwrap().iter();
        seen.map(|seen| seen["text"].as_str().unwrap().to_owned()).collect()
    };
    symptoms.map(|symptom| (seen(symptom), symptom["answer"].clone())).collect()
}

#[test]
fn an_event_leads_to_rules_and_to_what_they_say_of_an_estate() {
    let alone = run(&["doctor", "41026"]);
    assert_eq!(alone.code, 0, "{}", alone.err);
    assert!(alone.out.contains("rule     eku-client-missing"), "{}", alone.out);
    assert!(!alone.out.contains("  answer ") && !alone.out.contains("  here "), "{}", alone.out);
    let affected = of_contoso(&["Event", "41026"], &[]);
    assert!(affected.out.contains("  answer   affected: "), "{}", affected.out);
    assert!(
        affected.out.contains("here     warning eku-client-missing: Edge lsedge.contoso.net"),
        "{}",
        affected.out
    );
    let view = of_contoso(&["Event", "41026"], AS_JSON).json();
    assert_eq!(view["schema"], "lyncert-doctor/1");
    assert_eq!(answers(&view), [(vec!["41026".to_owned()], json!("affected"))]);
    assert_eq!(
        view["symptoms"][0]["looked_at"][0],
        json!({"rule": "eku-client-missing", "outcome": "failed", "missing": null})
    );
    assert_eq!(view["holders"]["without_certificate"], json!([]));
}

#[test]
fn what_no_rule_speaks_of_is_not_shown_by_these_files_and_never_said_to_be_absent() {
    let shown = of_contoso(&["CERT_E_EXPIRED"], &[]);
    assert!(
        shown
            .out
            .contains("answer   nothing in these files shows it; every holder has its certificates here"),
        "{}",
        shown.out
    );
    let view = of_contoso(&["CERT_E_EXPIRED"], AS_JSON).json();
    assert_eq!(view["symptoms"][0]["answer"], "nothing-shown");
    assert_eq!(view["symptoms"][0]["findings"], json!([]));
}

#[test]
fn holders_without_a_certificate_here_are_counted_and_named() {
    for asked in ["41026", "0x800b0101"] {
        let shown = ask(&[asked], "contoso/topology.tbxml", "fabrikam/certs", &[]);
        let flat = shown.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            flat.contains("nothing in these files shows it; 5 of 7 holders have no certificate here"),
            "{flat}"
        );
        assert!(
            flat.contains("No certificate here Front End pool pool01.contoso.net, server fe01.contoso.net; "),
            "{flat}"
        );
        assert!(!flat.contains("not affected"), "{flat}");
        let view = ask(&[asked], "contoso/topology.tbxml", "fabrikam/certs", AS_JSON).json();
        assert_eq!(
            (&view["holders"]["total"], &view["symptoms"][0]["answer"]),
            (&json!(7), &json!("nothing-shown"))
        );
        assert_eq!(view["holders"]["without_certificate_refs"].as_array().unwrap().len(), 5);
    }
}

#[test]
fn what_lies_on_a_server_cannot_be_seen_in_files() {
    for asked in ["0x800b0109", "-2146762487", "32263", "revoked"] {
        let asked = if asked == "revoked" { "CRYPT_E_REVOKED" } else { asked };
        let view = of_contoso(&[asked], AS_JSON).json();
        assert_eq!(view["symptoms"][0]["answer"], "cannot-be-seen", "{asked}");
    }
    let shown = of_contoso(&["0x800b0109"], &[]);
    let flat = shown.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "answer cannot be seen in files: no certificate here shows it",
        "unseen chain-untrusted: no `--roots`",
        "unseen intermediate-as-root, root-in-intermediate-place: no listing of a certificate store",
    ] {
        assert!(flat.contains(part), "{part}: {flat}");
    }
    let roots = sample("contoso/certs");
    let given = of_contoso(&["0x800b0109"], &[AS_JSON, &["--roots", text(&roots)]].concat()).json();
    let looks = given["symptoms"][0]["looked_at"].as_array().unwrap();
    let untrusted = looks.iter().find(|look| look["rule"] == "chain-untrusted").unwrap();
    assert_ne!(untrusted["outcome"], "nothing-to-look-at");
}

#[test]
fn a_rule_that_is_switched_off_is_no_answer() {
    let policy = folder(&[("lyncert.toml", b"[rules]\neku-client-missing = { severity = 'off', reason = 'CHG-1' }\neku-server-missing = { severity = 'off', reason = 'CHG-1' }\n")]);
    let path = policy.path().join("lyncert.toml");
    let view = of_contoso(&["41026"], &[AS_JSON, &["--policy", text(&path)]].concat()).json();
    assert_eq!(view["symptoms"][0]["answer"], "cannot-be-seen");
    assert_eq!(view["symptoms"][0]["looked_at"][0]["outcome"], "switched-off");
}

/// An event as the event viewer copies it.
const PASTED: &str = "Log Name:      System\r\nSource:        Schannel\r\nDate:          11/26/2026 4:10:54 AM\r\nEvent ID:      36887\r\nComputer:      fe01.contoso.com\r\nDescription:\r\nA fatal alert was received from the remote endpoint. The TLS protocol defined fatal alert code is 48.\r\n";

#[test]
fn a_pasted_event_is_read_from_arguments_standard_input_and_files_alike() {
    let of_argument = run(&["doctor", PASTED, "--format", "json"]).json();
    let expected = [["36887", "fatal alert was received"].map(str::to_owned).to_vec(), vec!["48".to_owned()]];
    let seen: Vec<Vec<String>> = answers(&of_argument).into_iter().map(|(seen, _)| seen).collect();
    assert_eq!(seen, expected);
    let utf16: Vec<u8> =
        std::iter::once(0xfeff).chain(PASTED.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let files = folder(&[("event.txt", PASTED.as_bytes()), ("utf16.txt", &utf16)]);
    let file = |name: &str| files.path().join(name);
    for read in [
        run_with_input(&["doctor", "-", "--format", "json"], PASTED.as_bytes()),
        run_with_input(&["doctor", "-", "--format", "json"], &utf16),
        run(&["doctor", text(&file("event.txt")), "--format", "json"]),
        run(&["doctor", text(&file("utf16.txt")), "--format", "json"]),
    ] {
        assert_eq!(read.code, 0, "{}", read.err);
        assert_eq!(read.json()["symptoms"], of_argument["symptoms"]);
    }
    let shown = run(&["doctor", text(&file("event.txt"))]);
    assert!(
        shown.out.contains("  seen     `36887` in line 4, `fatal alert was received` in line 7\n"),
        "{}",
        shown.out
    );
}

#[test]
fn an_event_log_as_xml_or_a_table_is_read() {
    let xml = "<Events><Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='LS Data MCU'/>\
               <EventID Qualifiers='50153'>41026</EventID><Level>2</Level><EventRecordID>36887</EventRecordID>\
               <Execution ProcessID='14428' ThreadID='0'/></System></Event></Events>";
    let table = "Level,Date and Time,Source,Event ID,Task Category\r\nError,11/26/2026 4:10:54 AM,LS Data MCU,41026,(1008),\"Port 14428\r\nand more\"\r\n";
    for pasted in [xml, table] {
        let read = run_with_input(&["doctor", "-", "--format", "json"], pasted.as_bytes()).json();
        assert_eq!(answers(&read), [(vec!["41026".to_owned()], Value::Null)], "{pasted}");
        assert_eq!(read["unknown"], json!([]), "{pasted}");
    }
}

#[test]
fn a_code_is_a_code_though_a_file_has_its_name() {
    let files = folder(&[("41026", b"nothing")]);
    let mut command = crate::support::lyncert(&["doctor", "41026"]);
    let output = command.current_dir(files.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_text_costs_what_its_length_is() {
    // Far more than a log has; with a cost by the square this would take hours.
    let text =
        "Error 10054 Event 41099 serial 80 09 03 22 <EventID a=\"b\" \"id\": There was a ".repeat(40_000);
    let read = run_with_input(&["doctor", "-", "--format", "json"], text.as_bytes());
    assert_eq!(read.code, 0, "{}", read.err);
    assert_eq!(answers(&read.json()), [(vec!["10054".to_owned()], Value::Null)]);
}

#[test]
fn what_is_not_known_is_said_so_with_what_is_nearest() {
    let unknown = run(&["doctor", "no", "such", "thing"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (2, ""));
    assert!(unknown.err.contains("no entry for `no such thing`"), "{}", unknown.err);
    for (asked, nearest) in [
        ("41027", "no entry for `41027`; the nearest that is known: `41025`, `41026`"),
        ("CERT_E_EXPIRE", "`CERT_E_EXPIRED`"),
        ("the principal name was not incorrect", "`target principal name is incorrect`"),
    ] {
        let unknown = run(&["doctor", asked]);
        assert_eq!((unknown.code, unknown.out.as_str()), (2, ""), "{asked}");
        assert!(unknown.err.contains(nearest), "{asked}: {}", unknown.err);
    }
    let as_json = run(&["doctor", "41027", "--format", "json"]);
    assert_eq!(as_json.code, 2);
    assert_eq!(as_json.json()["unknown"][0]["nearest"][0], "41025");
    let read = run_with_input(&["doctor", "-"], b"all is well");
    assert_eq!(read.code, 2);
    assert!(read.err.contains("no entry for anything in `-`"), "{}", read.err);
    let both = run(&["doctor", "41026", "41027"]);
    assert_eq!(both.code, 0);
    assert!(both.out.contains("  `41027`; the nearest known: `41025`, `41026`, `41029`\n"), "{}", both.out);
    assert_eq!(run(&["doctor"]).code, 2);
    assert_eq!(run(&["doctor", "41026", "--certs", "x"]).code, 2, "a folder without a topology");
}

#[test]
fn a_file_that_cannot_be_read_is_no_word() {
    let files = folder(&[("event.txt", PASTED.as_bytes())]);
    let missing = files.path().join("nosuch.txt");
    let run = run(&["doctor", text(&missing)]);
    assert_eq!(run.code, 2);
    assert!(fs::metadata(&missing).is_err());
}

#[test]
fn a_file_that_was_meant_and_is_not_there_is_told() {
    let empty = folder(&[]);
    let there = empty.path().to_str().unwrap().to_owned();
    for asked in ["events-of-fe01.txt", there.as_str()] {
        let run = run(&["doctor", asked]);
        assert_eq!(run.code, 2, "{asked}");
        assert!(run.err.contains("and no file of that name is there"), "{}", run.err);
    }
    assert!(!run(&["doctor", "nosuchthing"]).err.contains("is no file"), "a word is a word");
}

#[test]
fn what_only_aol_wants_is_told_alike_everywhere_and_replaces_nothing() {
    let is_about_aol = |finding: &&Value| {
        ["EDGE-PIC-01", "PICX-03", "EKU-01"].iter().any(|clause| finding["clause"] == **clause)
    };
    let topology = sample("contoso/topology.tbxml");
    let report = Audit::of("contoso").format("json").run().json();
    let told: Vec<&Value> = report["findings"].as_array().unwrap().iter().filter(is_about_aol).collect();
    let advice = told[0]["remedy"].as_str().unwrap();
    assert!(advice.starts_with("Set `pic_aol = false` in the policy: "), "{advice}");
    assert!(told.len() >= 3 && told.iter().all(|finding| finding["remedy"] == advice), "{told:#?}");
    for replacement in report["replacements"].as_array().unwrap() {
        let why = replacement["why"].as_array().unwrap();
        assert!(told.iter().all(|finding| !why.contains(&finding["id"])), "{replacement:#}");
    }
    // Events of web conferencing have nothing to do with it.
    let view = of_contoso(&["41025"], AS_JSON).json();
    let shown = view["symptoms"][0]["findings"].as_array().unwrap();
    assert!(!shown.is_empty() && !shown.iter().any(|finding| is_about_aol(&finding)), "{shown:#?}");
    let alerted = of_contoso(&["SEC_E_CERT_WRONG_USAGE"], AS_JSON).json();
    let shown = alerted["symptoms"][0]["findings"].as_array().unwrap();
    assert!(shown.iter().filter(is_about_aol).any(|finding| finding["remedy"] == advice), "{shown:#?}");
    let plan = run(&["plan", text(&topology)]).out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(plan.contains(advice), "the order says what it need not ask for");
}
