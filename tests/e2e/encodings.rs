//! Files in the encodings that Windows writes.

use std::fs;

use crate::support::{Audit, Batch, Inspect, folder, report, root, run, sample, text};

/// A text in every encoding of Unicode that editors and PowerShell of Windows write.
fn in_unicode(text: &str) -> Vec<Vec<u8>> {
    fn utf16<const N: usize>(text: &str, encode: fn(u16) -> [u8; N]) -> Vec<u8> {
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(encode).collect()
    }
    vec![
        text.as_bytes().to_vec(),
        [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        utf16(text, u16::to_le_bytes),
        utf16(text, u16::to_be_bytes),
    ]
}

/// A text of ASCII and Russian letters in Windows-1251.
fn in_cyrillic(text: &str) -> Vec<u8> {
    let byte = |letter: char| match u32::from(letter) {
        number @ 0x410..=0x44F => u8::try_from(number - 0x410 + 0xC0).unwrap(),
        number => u8::try_from(number).unwrap(),
    };
    text.chars().map(byte).collect()
}

#[test]
fn a_policy_may_be_written_in_any_encoding_of_unicode() {
    let mut said = Vec::new();
    for policy in in_unicode("[expiry]\ninfo = 300\n") {
        let given = folder(&[("lyncert.toml", &policy)]);
        let (file, out) = (given.path().join("lyncert.toml"), given.path().join("out"));
        let audit = Audit::of("contoso").policy(file).out(&out).run();
        assert_eq!(audit.code, 1, "{}", audit.err);
        said.push(report(&out)["findings"].clone());
    }
    assert!(said.windows(2).all(|pair| pair[0] == pair[1]));
    let out = folder(&[]);
    Audit::of("contoso").with(&["--no-policy"]).out(out.path()).run();
    assert_ne!(report(out.path())["findings"], said[0]);
}

#[test]
fn a_policy_in_a_code_page_is_refused_in_words() {
    let given = folder(&[("lyncert.toml", &in_cyrillic("# Контора\n"))]);
    let audit = Audit::of("contoso").policy(given.path().join("lyncert.toml")).run();
    assert_eq!(audit.code, 2);
    assert!(
        audit.err.contains("the policy `lyncert.toml` is neither UTF-8 nor UTF-16 text"),
        "{}",
        audit.err
    );
}

#[test]
fn a_manifest_of_a_batch_may_be_written_in_any_encoding_of_unicode() {
    let estate = sample("contoso").display().to_string();
    let manifest = format!(
        "[[estate]]\nname = \"contoso\"\ntopology = '{estate}/topology.tbxml'\ncerts = '{estate}/certs'\n"
    );
    for bytes in in_unicode(&manifest) {
        let given = folder(&[("batch.toml", &bytes)]);
        let batch = Batch::of(given.path().join("batch.toml"), given.path().join("out")).run();
        assert_eq!(batch.code, 1, "{}{}", batch.out, batch.err);
    }
}

#[test]
fn passwords_may_be_written_in_any_encoding_of_unicode() {
    let archive = root().join("crates/lyncert-report/tests/containers/archive-emoji.pfx");
    let archives = folder(&[("a.pfx", &fs::read(archive).unwrap())]);
    for bytes in in_unicode("wrong\r\ncorrect \u{1F40E}\r\n") {
        let given = folder(&[("passwords.txt", &bytes)]);
        let file = given.path().join("passwords.txt");
        let inspect = Inspect::of(archives.path()).with(&["--pfx-password-file", text(&file)]);
        let inventory = inspect.format("json").run().json();
        assert_eq!(inventory["certificates"].as_array().unwrap().len(), 3);
    }
}

#[test]
fn a_report_that_powershell_redirected_into_a_file_is_read() {
    let before = folder(&[]);
    Audit::of("contoso").out(before.path()).run();
    let written = fs::read_to_string(before.path().join("report.json")).unwrap();
    for bytes in in_unicode(&written).into_iter().take(3) {
        let given = folder(&[("report.json", &bytes)]);
        let (file, out) = (given.path().join("report.json"), given.path().join("out"));
        let audit = Audit::of("contoso").out(&out).with(&["--fail-on-new", "--baseline", text(&file)]).run();
        assert_eq!(audit.code, 0, "nothing is new: {}{}", audit.out, audit.err);
    }
}

#[test]
fn an_export_in_a_code_page_keeps_its_letters_and_says_what_was_assumed() {
    let export = r#"<Topology xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008">
<InternalDomains DefaultDomain="contoso.com"><InternalDomain Name="contoso.com" /></InternalDomains>
<Sites><CentralSite SiteId="1"><Name>Главный офис Москва</Name></CentralSite></Sites>
<Clusters><Cluster Fqdn="med1.contoso.com" RequiresSetup="true"><ClusterId SiteId="1" Number="1" /><Machine Fqdn="med1.contoso.com" /></Cluster></Clusters>
<Services><Service ServiceVersion="7"><ServiceId SiteId="1" RoleName="MediationServer" Instance="1" />
<InstalledOn><ClusterId SiteId="1" Number="1" /></InstalledOn></Service></Services></Topology>"#;
    let given = folder(&[("topology.xml", &in_cyrillic(export))]);
    let topology = run(&["topology", text(&given.path().join("topology.xml"))]);
    assert_eq!(topology.code, 0, "{}", topology.err);
    assert!(topology.out.contains("Главный офис Москва"), "{}", topology.out);
    let words: Vec<&str> = topology.out.split_whitespace().collect();
    assert!(words.join(" ").contains("was read as Windows-1251 (Cyrillic)"), "{}", topology.out);
}

#[test]
fn a_list_of_assigned_certificates_in_a_code_page_says_what_was_assumed() {
    let list = "Subject    : CN=sip.contoso.com, O=Контора Москва\r\nThumbprint : A9D51A2911C74FABFF7F2A8A994B20857D399107\r\nUse        : Default\r\n";
    let given = folder(&[("fe01.contoso.com.txt", &in_cyrillic(list))]);
    let inventory = Inspect::of(given.path()).format("json").run().json();
    assert_eq!(inventory["assigned"].as_array().unwrap().len(), 1);
    let told = &inventory["unreadable"][0];
    assert_eq!(told["kind"], "harmless");
    assert!(told["reason"].as_str().unwrap().contains("was read as Windows-1251 (Cyrillic)"), "{told}");
}
