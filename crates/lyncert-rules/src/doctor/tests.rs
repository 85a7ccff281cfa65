use super::*;
use crate::clause::clause;
use crate::rule::{Rule, rule};

/// The meanings of what a text points at.
fn meanings(asked: &[&str]) -> Vec<&'static str> {
    diagnose(asked).answers.iter().map(|answer| answer.symptom.meaning).collect()
}

/// The codes and messages that a text is seen to name, in its order.
fn seen(text: &str) -> Vec<String> {
    let answers = diagnose(&[text]).answers;
    answers.into_iter().flat_map(|answer| answer.seen).map(|seen| seen.text).collect()
}

fn unknown(text: &str) -> Vec<String> {
    diagnose(&[text]).unknown.into_iter().map(|seen| seen.text).collect()
}

/// A number in each notation that it is found in: by itself, and in texts.
fn notations(code: &Code) -> (Vec<String>, Vec<String>) {
    let number = code.number;
    match code.kind {
        CodeKind::Event => (
            vec![number.to_string(), format!("#{number}")],
            vec![
                format!("Event {number}, LS Protocol Stack"),
                format!("Log Name:      System\r\nEvent ID:      {number}\r\nLevel:         Error"),
                format!("event id={number}"),
                format!(
                    "<System><EventID Qualifiers=\"49156\">{number}</EventID><Version>0</Version></System>"
                ),
                format!("<EventID>{number}</EventID>"),
                format!("EventID      : {number}\nMachineName  : fe01.contoso.com"),
                format!("Id           : {number}\nLevel        : 2"),
                format!("{{\"TimeCreated\":\"2026\",\"Id\":{number},\"Level\":2}}"),
                format!("11/26/2026 4:08:09 AM        {number} Error            A text"),
                format!("  1234 Nov 26 04:08  Error       Schannel             {number} A text"),
                format!("Error,11/26/2026 4:08:09 AM,LS User Services,{number},(1006),\"A text\""),
                format!(
                    "Level,Date and Time,Source,Event ID,Task Category\nError,11/26/2026,Any,{number},None,text"
                ),
                format!("\"Id\";\"ProviderName\";\"Message\"\n\"{number}\";\"Any\";\"A text\""),
            ],
        ),
        CodeKind::Diagnostics => (
            vec![number.to_string()],
            vec![
                format!("ms-diagnostics: {number};reason=\"any\""),
                format!("ms-diagnostics-public: {number};a"),
            ],
        ),
        CodeKind::Status => {
            let hexadecimal = format!("{number:08x}");
            let signed = number.cast_signed().to_string();
            let alone = vec![
                format!("0x{hexadecimal}"),
                format!("0x{}", hexadecimal.to_uppercase()),
                hexadecimal.clone(),
                hexadecimal.to_uppercase(),
                signed.clone(),
                number.to_string(),
            ];
            let mut texts: Vec<String> =
                alone.iter().map(|code| format!("it failed with error {code}, again")).collect();
            texts.extend(alone.iter().map(|code| format!("Certificate error: {code}.")));
            texts.push(format!("(Exception from HRESULT: 0x{hexadecimal})"));
            texts.push(format!("The operation failed ({signed})"));
            texts.push(format!("it gave 0xFFFFFFFF{hexadecimal} and 0x{hexadecimal}"));
            (alone, texts)
        }
        CodeKind::Win32 => {
            let status = 0x8007_0000 | number;
            let alone = vec![number.to_string(), format!("0x{status:x}"), status.cast_signed().to_string()];
            (
                alone,
                vec![
                    format!("System error {number} has occurred"),
                    format!("WinsockFailureCode=\"{number}(ANY)\""),
                ],
            )
        }
        CodeKind::Alert => (
            vec![number.to_string()],
            vec![
                format!("The TLS protocol defined fatal alert code is {number}."),
                format!(
                    "The TLS protocol defined fatal error code is {number}. The Windows SChannel error state is 1205."
                ),
                format!("A fatal error alert was generated: {number}. The internal error state is 1205."),
                format!("The following fatal alert was received: {number}."),
                format!("<Data Name='AlertDesc'>{number}</Data><Data Name='ErrorState'>1205</Data>"),
                format!("TLS alert {number}"),
            ],
        ),
        CodeKind::Word => (Vec::new(), Vec::new()),
    }
}

#[test]
fn every_code_is_found_in_every_notation_and_by_its_name() {
    for symptom in symptoms() {
        for code in symptom.codes {
            let (mut alone, texts) = notations(code);
            alone.extend(Some(code.name).filter(|name| !name.is_empty()).map(str::to_owned));
            for text in alone.iter().chain(&texts) {
                assert!(meanings(&[text]).contains(&symptom.meaning), "{code} in `{text}`");
                assert_eq!(unknown(text), [""; 0], "{code} in `{text}`");
            }
            for text in &alone {
                let asked = ["it", "says", text];
                assert!(meanings(&asked).contains(&symptom.meaning), "{code} as one of {asked:?}");
            }
        }
    }
}

#[test]
fn every_message_and_topic_is_found_and_written_as_it_is_looked_for() {
    for symptom in symptoms() {
        for text in symptom.messages {
            let pasted = format!("x\n[LS] {}.\r\nThread 5", text.to_uppercase().replace(' ', "\n "));
            assert!(meanings(&[&pasted]).contains(&symptom.meaning), "{pasted}");
        }
        for text in symptom.messages.iter().chain(symptom.topics) {
            assert_eq!(text.to_lowercase(), **text, "{text}");
            assert!(text.starts_with(char::is_alphabetic), "{text}");
            assert!(meanings(&[text]).contains(&symptom.meaning), "{text}");
        }
    }
}

#[test]
fn every_symptom_leads_to_rules_clauses_and_documents_that_are_there() {
    let mut meanings = BTreeSet::new();
    for symptom in symptoms() {
        let Symptom {
            codes,
            messages,
            topics,
            meaning,
            cause,
            rules,
            other_clauses,
            clauses,
            advice,
            sources,
        } = symptom;
        assert!(meanings.insert(*meaning), "twice: {meaning}");
        assert!(!codes.is_empty() || !messages.is_empty() || !topics.is_empty(), "{meaning}");
        assert!(!advice.is_empty() && !sources.is_empty(), "{meaning}");
        assert_eq!(*cause == Cause::Elsewhere, rules.is_empty(), "{meaning}");
        for id in *rules {
            assert!(rule(id).is_some(), "{id}");
        }
        for id in *other_clauses {
            let is_of = |rule: &Rule| rule.clauses.contains(id);
            assert!(rules.iter().filter_map(|id| rule(id)).any(is_of), "{id}");
        }
        for id in *clauses {
            assert!(clause(id).is_some(), "{id}");
        }
    }
}

#[test]
fn a_code_stands_for_one_symptom() {
    let mut codes = BTreeSet::new();
    for code in symptoms().flat_map(|symptom| symptom.codes) {
        assert!(codes.insert((code.kind, code.number, code.name)), "twice: {code}");
    }
}

#[test]
fn what_only_looks_like_a_code_is_none() {
    for text in [
        "on 2026-11-26 at 04:10:54 and 10054/11/26",
        "port 10054, port: 5061 and 192.0.2.40:41026",
        "listening on 41026",
        "version 5.0.41026.0 of 41026-beta",
        "serial number 80090322",
        "The serial number of this certificate is 2148204809",
        "Thumbprint: 800b0109 1A2B3C4D 5E6F7081",
        "1a2b3c4d 80090322 5e6f7081",
        "80090322-1234-5678-9abc-def012345678",
        "Process ID: 41026, thread 36887",
        "call +2148204809 or 49-2146762487",
        "<Execution ProcessID=\"41026\" ThreadID=\"36887\" /><EventRecordID>41026</EventRecordID>",
        "<Keywords>0x8080000000000000</Keywords>",
        "in the past 41026 minutes it received 36887 messages",
        "42 of 48 are there, 45 left",
        "5,41026,x",
        "Event[0]:\n  Event[12]:",
    ] {
        let found = diagnose(&[text]);
        let codes = found
            .answers
            .iter()
            .flat_map(|answer| &answer.seen)
            .filter(|seen| seen.kind == SightingKind::Code);
        assert_eq!(codes.count(), 0, "{text}: {:?}", found.answers);
        assert!(found.unknown.is_empty(), "{text}: {:?}", found.unknown);
    }
}

#[test]
fn a_pasted_text_is_answered_in_its_order_and_each_symptom_once() {
    let text = "Log Name: System\nSource: Schannel\nEvent ID: 36887\nA fatal alert was received from the remote endpoint. \
                The TLS protocol defined fatal alert code is 48.\n\nEvent ID: 41026\nLS Data MCU\n\nEvent ID: 36887 again\n\
                In the past 30.009 minutes the process RtcHost(6756) had 1 fault. Certificate error: 2148204809.";
    let found = diagnose(&[text]);
    let codes: Vec<Vec<(&str, usize)>> = found
        .answers
        .iter()
        .map(|answer| answer.seen.iter().map(|seen| (seen.text.as_str(), seen.line)).collect())
        .collect();
    assert_eq!(
        codes,
        [
            vec![("36887", 3), ("fatal alert was received", 4)],
            vec![("48", 4)],
            vec![("41026", 6)],
            vec![("2148204809", 10)],
        ]
    );
    assert!(found.unknown.is_empty(), "{:?}", found.unknown);
}

#[test]
fn a_minus_sign_is_a_part_of_the_code() {
    assert_eq!(seen("it gave -2146762487."), ["-2146762487"]);
    assert_eq!(seen("it gave \u{2212}2146762487."), ["\u{2212}2146762487"]);
}

#[test]
fn several_events_may_stand_behind_one_word() {
    assert_eq!(seen("events 41025/41026, 41029 and 14428"), ["41025", "41026", "41029", "14428"]);
}

#[test]
fn an_instance_id_is_that_of_its_event() {
    let instance = (0xc3e9_u32 << 16) | 41026;
    assert_eq!(seen(&format!("InstanceId : {instance}")), [instance.to_string()]);
}

#[test]
fn a_message_that_comes_again_and_again_is_told_once_and_on_one_line() {
    let text: String =
        (1..50).map(|blanks| format!("keyset{}does not exist. ", " \n".repeat(blanks))).collect();
    assert_eq!(seen(&text), ["keyset does not exist"]);
}

#[test]
fn what_is_said_to_be_a_code_and_is_not_known_is_told_once() {
    let text = "Event ID: 41099\nEvent ID: 41099\nerror 0x80004005, SEC_E_NOSUCH_THING, error 12345";
    assert_eq!(unknown(text), ["41099", "0x80004005", "SEC_E_NOSUCH_THING", "12345"]);
    assert_eq!(diagnose(&["41027"]).unknown[0].text, "41027");
    assert_eq!(diagnose(&["event", "41027"]).unknown[0].text, "41027");
}

#[test]
fn a_short_question_is_answered_by_topics_and_parts_of_messages() {
    assert!(meanings(&["mobile", "clients"])[0].starts_with("Mobile clients"));
    assert!(meanings(&["Exchange UM voicemail"])[0].contains("voice mail"));
    assert!(meanings(&["principal name is"])[0].starts_with("The name that"));
    for asked in ["", "hello", "abc", "-", "name", "0x", "no such thing", "clockwork"] {
        assert_eq!(meanings(&[asked]), [""; 0], "{asked}");
    }
}

#[test]
fn a_long_text_is_not_answered_by_a_topic_that_it_has_by_chance() {
    let text = format!("the mobile phone {}", "of somebody else ".repeat(40));
    assert!(diagnose(&[&text]).answers.is_empty());
}

#[test]
fn what_is_near_is_offered() {
    assert!(known_codes().contains("0x800b0109") && known_codes().contains("CERT_E_EXPIRED"));
    assert!(!known_codes().contains(""));
    let near = nearest_messages("The target principal name was wrong");
    assert_eq!(near, ["target principal name is incorrect"]);
}

#[test]
fn any_text_is_read_to_its_end() {
    for text in [
        "<eventid",
        "<EventID Qualifiers='",
        "id\":",
        "-",
        "\u{2212}2146762487",
        "\u{feff}é–41026",
        "\"a,event id,b\n\"\"\",",
    ] {
        let found = diagnose(&[text, text]);
        assert!(found.answers.len() <= 1, "{text}");
    }
}
