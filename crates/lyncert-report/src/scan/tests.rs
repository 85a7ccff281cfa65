use std::fs;
use std::path::Path;
use std::sync::Arc;

use data_encoding::BASE64;
use lyncert_rules::certificate::FriendlyName;
use tempfile::TempDir;

use super::walk::MAX_FILE_SIZE;
use super::{
    Collected, FoundCertificate, Inventory, MAX_FRIENDLY_NAMES, MAX_STORES, MAX_WITH_KEY, ScanOptions, key,
    scan,
};

fn fixture(name: &str) -> Vec<u8> {
    fs::read(format!("{}/tests/certificates/{name}.der", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Base64 in lines of this many characters.
fn lines(der: &[u8], width: usize) -> Vec<String> {
    let text = BASE64.encode(der).into_bytes();
    text.chunks(width).map(|line| String::from_utf8(line.to_vec()).unwrap()).collect()
}

fn pem(der: &[u8]) -> String {
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines(der, 64).join("\n"))
}

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn scanned(files: &[(&str, &[u8])]) -> Inventory {
    scan(folder(files).path(), &ScanOptions::default()).unwrap()
}

fn reasons(inventory: &Inventory) -> Vec<String> {
    inventory.unreadable.iter().map(|file| format!("{} {}", file.path, file.reason)).collect()
}

fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
    let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
    units.flat_map(|unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

#[test]
fn every_disguise_of_a_pem_file_gives_the_certificate() {
    let der = fixture("plain");
    let plain = pem(&der);
    let body = lines(&der, 64).join("\n");
    let one_line = BASE64.encode(&der);
    let key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n";
    let bad = "-----BEGIN CERTIFICATE-----\nMII?\n-----END CERTIFICATE-----\n";
    let variants: Vec<(&str, Vec<u8>)> = vec![
        ("line feeds", plain.clone().into()),
        ("carriage returns and line feeds", plain.replace('\n', "\r\n").into()),
        ("carriage returns only", plain.replace('\n', "\r").into()),
        ("no final line end", plain.trim_end().into()),
        (
            "comments in front",
            format!("Bag Attributes\n    friendlyName: Edge\nsubject=CN = sip\n{plain}").into(),
        ),
        ("a Latin-1 comment", [b"Z\xFCrich\n", plain.as_bytes()].concat()),
        ("UTF-8 with mark", format!("\u{feff}{plain}").into()),
        ("UTF-16 little endian with mark", utf16(&plain, false, true)),
        ("UTF-16 big endian with mark", utf16(&plain, true, true)),
        ("UTF-16 little endian", utf16(&plain, false, false)),
        ("UTF-16 big endian", utf16(&plain, true, false)),
        ("a key in front", format!("{key}{plain}").into()),
        ("the same twice", plain.repeat(2).into()),
        ("indented", plain.lines().map(|line| format!("    {line}\n")).collect::<String>().into()),
        ("trailing blanks", plain.lines().map(|line| format!("{line}  \t\n")).collect::<String>().into()),
        (
            "one long line",
            format!("-----BEGIN CERTIFICATE-----\n{one_line}\n-----END CERTIFICATE-----\n").into(),
        ),
        (
            "76 columns",
            format!(
                "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
                lines(&der, 76).join("\n")
            )
            .into(),
        ),
        ("label X509 CERTIFICATE", plain.replace("CERTIFICATE", "X509 CERTIFICATE").into()),
        ("label TRUSTED CERTIFICATE", plain.replace("CERTIFICATE", "TRUSTED CERTIFICATE").into()),
        ("blank lines within", plain.replace('\n', "\n\n").into()),
        ("another label at the end", plain.replace("END CERTIFICATE", "END X509 CRL").into()),
        ("no end", plain.replace("-----END CERTIFICATE-----\n", "").into()),
        ("no end before the next block", format!("-----BEGIN CERTIFICATE-----\n{body}\n{plain}").into()),
        ("a bad block in front", format!("{bad}{plain}").into()),
        ("no padding", plain.replace('=', "").into()),
        ("all on one line", format!("-----BEGIN CERTIFICATE-----{one_line}-----END CERTIFICATE-----").into()),
        ("nothing but base64", body.clone().into()),
        ("nothing but base64, one line, UTF-16", utf16(&one_line, false, true)),
        (
            "a log",
            plain.lines().map(|line| format!("2026-11-22 09:30:15 INFO {line}\n")).collect::<String>().into(),
        ),
        (
            "numbers",
            plain.lines().zip(1..).map(|(line, at)| format!("{at:>4} {line}\n")).collect::<String>().into(),
        ),
        ("a comparison", plain.lines().map(|line| format!("+{line}\n")).collect::<String>().into()),
        ("a quoted mail", plain.lines().map(|line| format!("> {line}\n")).collect::<String>().into()),
        ("typographic dashes", plain.replace("-----", "—–—").into()),
    ];
    for (what, bytes) in variants {
        let inventory = scanned(&[("a.cer", &bytes)]);
        assert_eq!(inventory.certificates.len(), 1, "{what}: {:?}", reasons(&inventory));
        assert_eq!(inventory.certificates[0].dns_names, ["sip.contoso.com", "webcon.contoso.com"], "{what}");
        assert_eq!(inventory.unreadable.len(), usize::from(what == "a bad block in front"), "{what}");
        assert_eq!(inventory.keys.len(), usize::from(what == "a key in front"), "{what}");
    }
}

#[test]
fn a_certificate_is_known_by_content_whatever_the_file_is_called() {
    let inventory = scanned(&[("notes.txt", &fixture("plain")), ("b.xyz", pem(&fixture("p521")).as_bytes())]);
    assert_eq!(inventory.certificates.len(), 2);
    assert_eq!(reasons(&inventory), [""; 0]);
}

#[test]
fn one_certificate_in_several_files_is_one_certificate_with_several_paths() {
    let der = fixture("plain");
    let inventory = scanned(&[("z.cer", &der), ("a/copy.pem", pem(&der).as_bytes()), ("b.cer", &der)]);
    assert_eq!(inventory.certificates.len(), 1);
    assert_eq!(inventory.certificates[0].paths, ["a/copy.pem", "b.cer", "z.cer"].map(Arc::from));
    assert_eq!(
        inventory.files.iter().map(|file| &*file.path).collect::<Vec<_>>(),
        ["a/copy.pem", "b.cer", "z.cer"]
    );
}

#[test]
fn every_other_file_is_named_with_its_reason() {
    let der = fixture("plain");
    let cut = &der[..der.len() - 100];
    let large = vec![b'x'; usize::try_from(MAX_FILE_SIZE).unwrap() + 1];
    let files: Vec<(&str, &[u8], &str)> = vec![
        ("a-empty", b"", "is empty"),
        ("b-cut.cer", cut, "is cut off: 100 of its bytes are missing"),
        (
            "c-bad.pem",
            b"-----BEGIN CERTIFICATE-----\nMII?\n-----END CERTIFICATE-----\n",
            "has a block `CERTIFICATE` at line 1 that cannot be decoded: `?` is no base64 character",
        ),
        ("d-blank", b" \r\n", "holds nothing but white space"),
        ("e-notes.txt", b"Collected on Monday.", "is a text without a certificate"),
        ("f.zip", b"PK\x03\x04....", "is a ZIP archive; unpack it into the folder"),
        (
            "g.sst",
            b"\0\0\0\0CERT\x0b\0\0\0",
            "is a serialized certificate store that is damaged or cut off at byte 8",
        ),
        ("h.jks", b"\xFE\xED\xFE\xED\0\0\0\x02", "is a Java key store"),
        (
            "i.xml",
            b"<Objs xmlns=\"http://schemas.microsoft.com/powershell/2004/04\"/>",
            "is the output of `Export-Clixml` without certificates (no RawData)",
        ),
        (
            "j.tbxml",
            b"<TopologyBuilder xmlns=\"urn:schema:Microsoft.Rtc.Management.Deploy.TopologyBuilder.2008\"/>",
            "is a topology export",
        ),
        (
            "k.txt",
            b"================ Certificate 0 ================\nSerial Number: 01",
            "is a text dump of certutil",
        ),
        ("l.der", b"\x30\x03\x02\x01\x05", "is no certificate that can be parsed: "),
        ("m.exe", b"MZ\x90\0", "is a Windows program"),
        ("n-large.pem", &large, "has 16777217 bytes, more than any certificate file"),
        ("o.bin", b"\x01\x02\x03\x04", "is a binary file of an unknown kind"),
        (
            "p.p7b",
            b"\x30\x0f\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x02\x30\x00",
            "is a damaged PKCS#7 bundle",
        ),
        ("q.pfx", b"\x30\x07\x02\x01\x03\x30\x02\x05\x00", "is a PKCS#12 file"),
        ("r.req", b"\x30\x09\x30\x05\x02\x01\x00\x30\x00\x30\x00", "is a damaged certificate request: "),
    ];
    let inventory = scanned(&files.iter().map(|(name, bytes, _)| (*name, *bytes)).collect::<Vec<_>>());
    assert_eq!(inventory.unreadable.len(), files.len());
    for (file, (name, _, reason)) in inventory.unreadable.iter().zip(&files) {
        assert_eq!(file.path, *name);
        assert!(file.reason.starts_with(reason), "{name}: {}", file.reason);
        assert!(!file.reason.ends_with('.'), "{}", file.reason);
    }
}

#[test]
fn a_good_block_survives_a_bad_one_and_both_are_told() {
    let text =
        format!("{}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", pem(&fixture("plain")));
    let inventory = scanned(&[("a.pem", text.as_bytes())]);
    assert_eq!(inventory.certificates.len(), 1);
    assert!(
        reasons(&inventory)[0].starts_with("a.pem has a block `CERTIFICATE` at line "),
        "{:?}",
        reasons(&inventory)
    );
}

#[test]
fn private_keys_are_reported_by_presence_and_never_kept() {
    let secret = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCSECRETSECRET";
    let clear = format!("-----BEGIN RSA PRIVATE KEY-----\n{secret}\n-----END RSA PRIVATE KEY-----\n");
    let old = format!(
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n{secret}\n-----END RSA PRIVATE KEY-----\n"
    );
    let new =
        format!("-----BEGIN ENCRYPTED PRIVATE KEY-----\n{secret}\n-----END ENCRYPTED PRIVATE KEY-----\n");
    let pkcs8 = b"\x30\x0d\x02\x01\x00\x30\x05\x06\x03\x2a\x03\x04\x04\x01\x00";
    let inventory = scanned(&[
        ("a.key", clear.as_bytes()),
        ("b.key", old.as_bytes()),
        ("c.key", new.as_bytes()),
        ("d.pk8", pkcs8),
    ]);
    let found: Vec<_> = inventory.keys.iter().map(|key| (key.path.as_str(), key.encrypted)).collect();
    assert_eq!(
        found,
        [("a.key", Some(false)), ("b.key", Some(true)), ("c.key", Some(true)), ("d.pk8", Some(false))]
    );
    assert!(!format!("{inventory:?}").contains("SECRET"));
}

#[test]
fn bytes_behind_a_certificate_are_an_oddity_except_in_a_trusted_one() {
    let longer = [fixture("plain"), vec![0; 3]].concat();
    let inventory = scanned(&[("a.cer", &longer)]);
    assert_eq!(inventory.certificates[0].oddities[0].text, "3 bytes follow the certificate and were ignored");
    let trusted =
        pem(&[fixture("plain"), vec![0x30, 0x00]].concat()).replace("CERTIFICATE", "TRUSTED CERTIFICATE");
    assert_eq!(scanned(&[("a.pem", trusted.as_bytes())]).certificates[0].oddities, []);
}

#[test]
fn files_that_were_copied_into_one_are_all_read() {
    let both = [fixture("plain"), fixture("p521")].concat();
    let inventory = scanned(&[("a.cer", &both)]);
    assert_eq!(inventory.certificates.len(), 2);
    assert!(inventory.certificates.iter().all(|certificate| certificate.oddities.is_empty()));
    assert_eq!(reasons(&inventory), [""; 0]);
    let cut = &both[..both.len() - 9];
    let inventory = scanned(&[("a.cer", cut)]);
    assert_eq!(inventory.certificates.len(), 1);
    let told = format!(
        "a.cer holds a second certificate at byte {} that is damaged or cut off",
        fixture("plain").len()
    );
    assert_eq!(reasons(&inventory), [told]);
}

#[test]
fn structures_without_certificates_are_called_what_they_are() {
    let element = crate::x509::making::element;
    let oid = crate::x509::making::oid;
    let answer = [oid("1.3.6.1.5.5.7.48.1.1"), element(0x04, b"answer")].concat();
    let answer = [element(0x0A, &[0]), element(0xA0, &element(0x30, &answer))].concat();
    let message = [oid("1.2.840.113549.1.7.3"), element(0xA0, &element(0x30, &[2, 1, 0]))].concat();
    let numbers: Vec<u8> = (0..6_u8).flat_map(|number| [0x02, 0x01, number]).collect();
    let files = [
        (
            "a.der",
            crate::x509::making::ec_key("1.2.840.10045.3.1.7"),
            "a.der is a public key without a certificate",
        ),
        (
            "b.der",
            element(0x30, &[element(0x02, &[5; 128]), element(0x02, &[3])].concat()),
            "b.der is a public key, or parameters of keys, without a certificate",
        ),
        ("c.der", element(0x30, &answer), "c.der is an OCSP answer, which is not read"),
        (
            "d.der",
            element(0x30, &message),
            "d.der is a CMS message (encrypted for recipients), which is not read",
        ),
        (
            "e.der",
            element(0x30, &element(0x02, &[5])),
            "e.der is no certificate that can be parsed: it is ASN.1 of another kind, or damaged",
        ),
        ("f.der", element(0x30, &numbers), ""),
    ];
    let inventory = scanned(&files.each_ref().map(|(name, bytes, _)| (*name, bytes.as_slice())));
    assert_eq!(reasons(&inventory), files.each_ref().map(|(_, _, reason)| *reason)[..5]);
    assert_eq!((inventory.keys.len(), inventory.keys[0].kind), (1, "DSA"));
}

#[test]
fn keys_of_openssh_say_whether_they_have_a_password() {
    let key = |cipher: &str| {
        let length = u32::try_from(cipher.len()).unwrap().to_be_bytes();
        let bytes = [b"openssh-key-v1\0".as_slice(), &length, cipher.as_bytes(), &[0; 40]].concat();
        pem(&bytes).replace("CERTIFICATE", "OPENSSH PRIVATE KEY")
    };
    let inventory = scanned(&[("a", key("none").as_bytes()), ("b", key("aes256-ctr").as_bytes())]);
    let told: Vec<_> = inventory.keys.iter().map(|key| key.encrypted).collect();
    assert_eq!(told, [Some(false), Some(true)]);
}

/// In time that grows with the square of their length these would take hours.
#[test]
fn texts_of_any_form_are_taken_apart_in_time_that_grows_with_their_length() {
    let many = |text: &str, size: usize| text.repeat(size / text.len());
    let words = scanned(&[("a.txt", many("BEGIN! ", 1 << 20).as_bytes())]);
    assert_eq!(reasons(&words), ["a.txt is a text without a certificate"]);
    let text = many("-----BEGIN CERTIFICATE-----\r\n\r", 1 << 20);
    let inventory = scanned(&[("a.pem", text.as_bytes())]);
    let lines: Vec<String> = reasons(&inventory);
    assert_eq!(lines.len(), text.len() / 30);
    assert!(lines.iter().any(|line| line.contains(&format!(" at line {} ", 2 * lines.len() - 1))));
    let bundle = pem(&fixture("plain")).repeat(2000);
    assert_eq!(scanned(&[("a.pem", bundle.as_bytes())]).certificates.len(), 1);
}

#[cfg(unix)]
#[test]
fn links_are_named_and_not_followed() {
    let outside = folder(&[("secret.cer", &fixture("plain"))]);
    let inside = folder(&[("own.cer", &fixture("p521"))]);
    std::os::unix::fs::symlink(outside.path(), inside.path().join("loop")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret.cer"), inside.path().join("link.cer")).unwrap();
    let inventory = scan(inside.path(), &ScanOptions::default()).unwrap();
    assert_eq!(inventory.certificates.len(), 1);
    assert_eq!(
        reasons(&inventory),
        ["link.cer is a link; links are not followed", "loop is a link; links are not followed"]
    );
}

#[test]
fn a_single_file_can_be_scanned_and_what_is_missing_is_an_error() {
    let folder = folder(&[("one.cer", &fixture("plain"))]);
    let inventory = scan(&folder.path().join("one.cer"), &ScanOptions::default()).unwrap();
    assert_eq!(inventory.certificates[0].paths, [Arc::from("one.cer")]);
    let error = scan(Path::new("no/such/folder"), &ScanOptions::default()).unwrap_err();
    assert_eq!(error.to_string(), "cannot read `no/such/folder`: it does not exist");
    let options = ScanOptions { roots: Some("no/such/roots".into()), ..ScanOptions::default() };
    let error = scan(folder.path(), &options).unwrap_err();
    assert_eq!(error.to_string(), "cannot read the root certificates in `no/such/roots`: it does not exist");
}

#[test]
fn an_empty_folder_gives_an_empty_inventory() {
    let inventory = scanned(&[]);
    assert!(
        inventory.certificates.is_empty() && inventory.unreadable.is_empty() && inventory.files.is_empty()
    );
}

#[test]
fn keys_of_every_kind_find_their_certificate() {
    let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    let certificate = rcgen::CertificateParams::default().self_signed(&pair).unwrap();
    let der = pair.serialize_der();
    // The seed follows the marks of two nested octet strings; OpenSSL writes the key without its public part.
    let at = der.windows(4).position(|bytes| bytes == [0x04, 0x22, 0x04, 0x20]).unwrap();
    let seed = &der[at..at + 36];
    let short =
        [&[0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70][..], seed].concat();
    let inventory = scanned(&[("own.cer", certificate.der()), ("long.der", &der), ("short.der", &short)]);
    assert_eq!(inventory.keys.len(), 2);
    for key in &inventory.keys {
        assert_eq!(key.certificates, [inventory.certificates[0].sha1], "{}", key.path);
    }
    // A DSA key as OpenSSL wrote them: version, three parameters, the public number and the private one.
    let numbers: Vec<u8> = (0..6_u8).flat_map(|number| [0x02, 0x01, number]).collect();
    let inventory = scanned(&[("dsa.der", &[&[0x30, 0x12], &numbers[..]].concat())]);
    assert_eq!((inventory.keys[0].kind, inventory.keys[0].public_sha256.is_some()), ("DSA", true));
}

/// What is told of a file that holds the same certificate under many friendly names, and of a request with a key of many.
#[test]
fn friendly_names_of_one_certificate_are_kept_up_to_a_limit() {
    let mut collected = Collected::default();
    let der = crate::x509::making::Made::default().der();
    let mut add = |number: usize| {
        let parsed = crate::x509::certificate(&der).unwrap();
        let friendly_name = Some(format!("name {number:03}"));
        let found = FoundCertificate { friendly_name, ..FoundCertificate::new(parsed) };
        collected.add_certificate(&"a.sst".into(), found);
    };
    (0..MAX_FRIENDLY_NAMES).for_each(&mut add);
    add(0);
    let told = |collected: Collected| {
        let inventory = collected.finish(None);
        (inventory.certificates[0].friendly_names.len(), inventory.unreadable.len())
    };
    let mut one_more = Collected::default();
    for number in 0..=MAX_FRIENDLY_NAMES {
        let parsed = crate::x509::certificate(&der).unwrap();
        let friendly_name = Some(format!("name {number:03}"));
        one_more.add_certificate(
            &"a.sst".into(),
            FoundCertificate { friendly_name, ..FoundCertificate::new(parsed) },
        );
    }
    assert_eq!(told(collected), (MAX_FRIENDLY_NAMES, 0));
    assert_eq!(told(one_more), (MAX_FRIENDLY_NAMES, 1));
}

#[test]
fn a_certificate_is_called_in_each_file_what_it_is_called_there() {
    let der = crate::x509::making::Made::default().der();
    let mut collected = Collected::default();
    for (path, name) in [
        ("fe1/My.sst", Some("SfB")),
        ("fe1/My.sst", Some("SfB")),
        ("fe2/My.sst", Some("Pool")),
        ("fe3.cer", None),
        ("fe4/My.sst", Some("SfB")),
    ] {
        let parsed = crate::x509::certificate(&der).unwrap();
        let friendly_name = name.map(str::to_owned);
        let found = FoundCertificate { friendly_name, ..FoundCertificate::new(parsed) };
        collected.add_certificate(&path.into(), found);
    }
    let certificate = &collected.finish(None).certificates[0];
    assert_eq!(certificate.paths.len(), 4);
    let called = |name: &str, paths: &[&str]| FriendlyName {
        name: name.to_owned(),
        paths: paths.iter().map(|path| Arc::from(*path)).collect(),
    };
    assert_eq!(
        certificate.friendly_names,
        [called("Pool", &["fe2/My.sst"]), called("SfB", &["fe1/My.sst", "fe4/My.sst"])]
    );
}

#[test]
fn stores_of_one_certificate_are_kept_up_to_a_limit() {
    let der = crate::x509::making::Made::default().der();
    for (count, told) in [(MAX_STORES, 0), (MAX_STORES + 1, 1)] {
        let mut collected = Collected::default();
        for number in 0..count {
            let parsed = crate::x509::certificate(&der).unwrap();
            let store = Some(format!("LocalMachine\\{number}"));
            let found = FoundCertificate { store, ..FoundCertificate::new(parsed) };
            collected.add_certificate(&"a.xml".into(), found);
        }
        let inventory = collected.finish(None);
        assert_eq!((inventory.certificates[0].stores.len(), inventory.unreadable.len()), (MAX_STORES, told));
    }
}

#[test]
fn the_certificates_with_one_key_are_named_up_to_a_limit() {
    use crate::x509::making::Made;
    for (count, told) in [(MAX_WITH_KEY, 0), (MAX_WITH_KEY + 1, 1)] {
        let ders: Vec<Vec<u8>> = (0..count)
            .map(|number| Made { serial: vec![1, u8::try_from(number).unwrap()], ..Made::default() }.der())
            .collect();
        let mut collected = Collected::default();
        for der in &ders {
            let parsed = crate::x509::certificate(der).unwrap();
            collected.add_certificate(&"a.pem".into(), FoundCertificate::new(parsed));
        }
        let key_sha256 = collected.inventory.certificates[0].key_sha256;
        let key = key::Key { public_sha256: Some(key_sha256), ..key::Key::of_block(Some(true)) };
        collected.keys.push(("a.key".to_owned(), key));
        let inventory = collected.finish(None);
        assert_eq!(inventory.keys[0].certificates.len(), MAX_WITH_KEY);
        assert_eq!(inventory.unreadable.len(), told, "{count}");
    }
}
