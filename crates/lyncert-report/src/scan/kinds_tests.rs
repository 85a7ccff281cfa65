//! What lies beside certificates in real folders: certificates in the dress of other programs are read, and what is none is named.

use std::fs;

use data_encoding::BASE64;

use super::{Inventory, ScanOptions, UnreadKind, scan_bytes};
use crate::x509::making::{ec_key, element, oid};

fn certificate() -> Vec<u8> {
    fs::read(format!("{}/tests/certificates/plain.der", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn pem_lines() -> Vec<String> {
    let text = BASE64.encode(&certificate());
    let body = text.as_bytes().chunks(64).map(|line| String::from_utf8(line.to_vec()).unwrap());
    std::iter::once("-----BEGIN CERTIFICATE-----".to_owned())
        .chain(body)
        .chain(["-----END CERTIFICATE-----".to_owned()])
        .collect()
}

fn scanned(bytes: &[u8]) -> Inventory {
    scan_bytes(&[("a", bytes)], &ScanOptions::default())
}

fn assert_is_certificate(what: &str, bytes: &[u8]) {
    let inventory = scanned(bytes);
    let reasons: Vec<&str> = inventory.unreadable.iter().map(|file| file.reason.as_str()).collect();
    assert_eq!(inventory.certificates.len(), 1, "{what}: {reasons:?}");
    assert_eq!(inventory.certificates[0].dns_names, ["sip.contoso.com", "webcon.contoso.com"], "{what}");
    assert_eq!(reasons, [""; 0], "{what}");
}

/// Lines of sixteen bytes: the address, the digits and the letters of each.
fn rows(bytes: &[u8]) -> impl Iterator<Item = (usize, Vec<String>, String)> {
    bytes.chunks(16).enumerate().map(|(index, row)| {
        let letter = |byte: &u8| if byte.is_ascii_graphic() { char::from(*byte) } else { '.' };
        let digits = row.iter().map(|byte| format!("{byte:02x}")).collect();
        (16 * index, digits, row.iter().map(letter).collect())
    })
}

#[test]
fn a_certificate_is_read_from_hexadecimal_digits_where_nothing_is_lost() {
    let der = certificate();
    let all: Vec<String> = der.iter().map(|byte| format!("{byte:02x}")).collect();
    let dump = |row: fn((usize, Vec<String>, String)) -> String| -> String { rows(&der).map(row).collect() };
    let halves = |digits: &[String]| {
        let (front, back) = digits.split_at(digits.len().min(8));
        format!("{}  {}", front.join(" "), back.join(" "))
    };
    let certutil: String = rows(&der)
        .map(|(at, digits, letters)| format!("{at:04x}\t{:<50}   {letters}\r\n", halves(&digits)))
        .collect();
    let hexdump: String = rows(&der)
        .map(|(at, digits, letters)| format!("{at:08x}  {:<48}  |{letters}|\n", halves(&digits)))
        .collect();
    for (what, text) in [
        (
            "xxd",
            dump(|(at, digits, letters)| {
                let pairs: Vec<String> = digits.chunks(2).map(|pair| pair.concat()).collect();
                format!("{at:08x}: {:<39}  {letters}\n", pairs.join(" "))
            }),
        ),
        ("xxd without addresses", all.chunks(30).map(|row| format!("{}\n", row.concat())).collect()),
        ("xxd for programs", format!("unsigned char a[] = {{\n  0x{}\n}};\n", all.join(", 0x"))),
        ("hexdump", format!("{hexdump}{:08x}\n", der.len())),
        ("od in octal addresses", dump(|(at, digits, _)| format!("{at:07o} {}\n", digits.join(" ")))),
        ("certutil with addresses and letters", certutil.clone()),
        ("certutil with digits only", dump(|(_, digits, _)| format!("\t{}\r\n", digits.join(" ")))),
        (
            "Format-Hex",
            format!(
                "\r\n           Path: C:\\temp\\sip.cer\r\n\r\n           00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F\r\n\r\n{}",
                dump(|(at, digits, letters)| format!(
                    "{at:08X}   {:<47}  {letters}\r\n",
                    digits.join(" ").to_uppercase()
                ))
            ),
        ),
        ("digits with colons", all.join(":").to_uppercase()),
        ("digits of SQL", format!("0x{}", all.concat())),
    ] {
        assert_is_certificate(what, text.as_bytes());
        let utf16: Vec<u8> =
            std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_is_certificate(what, &utf16);
    }
    // A line is missing, or the end.
    let lines: Vec<&str> = certutil.lines().collect();
    let without_one = [&lines[..9], &lines[10..]].concat().join("\n");
    for text in [without_one, lines[..20].join("\n"), all[..200].concat()] {
        let inventory = scanned(text.as_bytes());
        assert_eq!(inventory.certificates.len(), 0);
        let reason = &inventory.unreadable[0].reason;
        assert!(reason.starts_with("shows a part of a file in hexadecimal digits"), "{reason}");
    }
}

#[test]
fn a_certificate_is_read_from_what_programs_put_around_its_lines() {
    let lines = pem_lines();
    let whole = lines.join("\n");
    let with =
        |line: fn((usize, &String)) -> String| -> String { lines.iter().enumerate().map(line).collect() };
    for (what, text) in [
        ("a search", with(|(at, line)| format!("certs/sip.pem:{}:{line}\n", at + 1))),
        ("a removal in a comparison", with(|(_, line)| format!("-{line}\n"))),
        ("the older form of that", with(|(_, line)| format!("< {line}\n"))),
        ("a comment", with(|(_, line)| format!("# {line}\n"))),
        ("a table", with(|(at, line)| format!("{at:>3} | {line}\n"))),
        ("a log of a system", with(|(_, line)| format!("Nov 26 10:00:00 edge01 svc[12]: {line}\n"))),
        ("a string of a program", with(|(_, line)| format!("    \"{line}\\n\"\n"))),
        ("JSON", format!("{{\"cert\": \"{}\"}}", whole.replace('\n', "\\r\\n").replace('/', "\\/"))),
        ("a variable", format!("CERT='{}'", whole.replace('\n', "\\n"))),
        ("a web page", format!("<html><pre>{}</pre></html>", whole.replace('\n', "<br/>\n"))),
        ("a mail in quoted-printable", whole.replace('=', "=3D").replace("MII", "MI=\r\nI")),
        (
            "letters of addresses",
            BASE64.encode(&certificate()).replace('+', "-").replace('/', "_").replace('=', ""),
        ),
        (
            "an address with its data",
            format!("data:application/pkix-cert;base64,{}", BASE64.encode(&certificate())),
        ),
    ] {
        assert_is_certificate(what, text.as_bytes());
    }
}

#[test]
fn structures_and_files_of_other_kinds_are_named() {
    use UnreadKind::{Harmless, NotUnderstood};
    let sequence = |parts: &[&[u8]]| element(0x30, &parts.concat());
    let hash = sequence(&[&sequence(&[&oid("1.3.14.3.2.26")]), &element(0x04, &[1; 20])]);
    let id = sequence(&[
        &sequence(&[&oid("1.3.14.3.2.26")]),
        &element(0x04, &[1; 20]),
        &element(0x04, &[2; 20]),
        &[2, 1, 7],
    ]);
    let signed = |content: &str, signers: &[u8]| {
        let content = sequence(&[&oid(content)]);
        let data = sequence(&[&[2, 1, 1], &element(0x31, &[]), &content, &element(0x31, signers)]);
        sequence(&[&oid("1.2.840.113549.1.7.2"), &element(0xA0, &data)])
    };
    let numbers = |count: u8| -> Vec<u8> { (1..=count).flat_map(|number| [2, 1, number]).collect() };
    let mut tar = vec![0; 512];
    tar[257..262].copy_from_slice(b"ustar");
    let utf16 = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let compound = |name: &str| [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), utf16(name)].concat();
    let files: Vec<(Vec<u8>, UnreadKind, &str)> = vec![
        (ec_key("1.2.840.10045.3.1.7"), Harmless, "is a public key without"),
        (sequence(&[&element(0x0A, &[6])]), Harmless, "is an OCSP answer"),
        (sequence(&[&sequence(&[&sequence(&[&sequence(&[&id])])])]), Harmless, "is an OCSP request"),
        (sequence(&[&numbers(3)]), Harmless, "holds parameters of keys"),
        (sequence(&[&[2, 1, 1], &hash, &[1, 1, 0xFF]]), Harmless, "is a request for a time stamp"),
        (
            sequence(&[&sequence(&[&[2, 1, 0]]), &signed("1.2.840.113549.1.9.16.1.4", &[])]),
            Harmless,
            "is an answer of a time stamping service",
        ),
        (signed("1.2.840.113549.1.9.16.1.4", &numbers(1)), NotUnderstood, "is a time stamp without"),
        (signed("1.2.840.113549.1.7.1", &numbers(1)), NotUnderstood, "is a signed message (PKCS#7) without"),
        (b"MSCF\0\0\0\0".to_vec(), Harmless, "is a cabinet file of Windows"),
        (b"ElfFile\0".to_vec(), Harmless, "is an event log of Windows"),
        (b"\x30\0\0\0LfLe".to_vec(), Harmless, "is an event log of Windows"),
        (b"II*\0\x08\0\0\0".to_vec(), Harmless, "is a picture"),
        (b"BM\x36\0\0\0\0\0\0\0".to_vec(), Harmless, "is a picture"),
        (b"RIFF\x24\0\0\0WEBP".to_vec(), Harmless, "is a picture"),
        (b"PK\x03\x04aaaaaaaaaaaaaaaaaaaaaaaaaa[Content_Types].xml".to_vec(), Harmless, "is an Office document"),
        (compound("WordDocument"), Harmless, "is an Office document"),
        (compound("__substg1.0_0037001F"), NotUnderstood, "is a mail message of Outlook"),
        (b"7z\xBC\xAF\x27\x1C".to_vec(), NotUnderstood, "is a 7-Zip archive; unpack it"),
        (tar, NotUnderstood, "is a tar archive; unpack it"),
        (b"SQLite format 3\0".to_vec(), NotUnderstood, "is an SQLite database"),
        (b"\0\0\0\x02\0\0\0\x14aaaa".to_vec(), NotUnderstood, "is a key store of Bouncy Castle"),
        (b"\xCE\xCE\xCE\xCE\0\0\0\x02".to_vec(), NotUnderstood, "is a Java key store (JCEKS)"),
        (b"regf\x01\0".to_vec(), NotUnderstood, "is a registry hive"),
        (utf16("\u{feff}Windows Registry Editor Version 5.00\r\n"), Harmless, "is a registry export of Windows"),
        (
            b"REGEDIT4\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates\\MY]".to_vec(),
            NotUnderstood,
            "is a registry export with certificates",
        ),
        (b";request\r\n[newrequest]\r\nSubject = \"CN=a\"".to_vec(), Harmless, "is an INF file"),
        (
            "    IP:Port           : 0.0.0.0:443\r\n    Zertifikathash    : aabbccddeeff00112233445566778899aabbccdd\r\n    Anwendungs-ID     : {4dc3e181-e14b-4a21-b022-59fc669b0914}\r\n".into(),
            Harmless,
            "is the output of `netsh`",
        ),
        ("X509-Zertifikat:\r\nVersion: 3\r\n".into(), NotUnderstood, "is a text dump of certutil"),
        ("================ 证书 0 ================\r\n序列号: 1a\r\n".into(), NotUnderstood, "is a text dump of certutil"),
        (b"Certificate:\n    Data:\n        Version: 3".to_vec(), NotUnderstood, "is what `openssl x509 -text` prints"),
        (b"ssh-rsa AAAAB3NzaC1yc2E user@host".to_vec(), Harmless, "is a public key of SSH"),
        (b"---- BEGIN SSH2 PUBLIC KEY ----\nAAAA".to_vec(), Harmless, "is a public key of SSH"),
        (b"{\"kty\": \"RSA\"}".to_vec(), Harmless, "is a JSON document"),
        (b"@echo off\r\ncertutil -dump".to_vec(), Harmless, "is a script"),
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(), Harmless, "is a picture"),
        (
            b"<EntityDescriptor><X509Certificate>MIIB</X509Certificate></EntityDescriptor>".to_vec(),
            NotUnderstood,
            "is an XML document with certificates in it",
        ),
        (b"MIME-Version: 1.0\nContent-Type: application/pkcs7-mime\n".to_vec(), NotUnderstood, "is a mail with"),
        (b"01A3\n".to_vec(), Harmless, "is a text without a certificate"),
    ];
    for (bytes, kind, reason) in files {
        let inventory = scanned(&bytes);
        assert_eq!(inventory.unreadable.len(), 1, "{reason}");
        let told = &inventory.unreadable[0];
        assert!(told.reason.starts_with(reason), "{}, not {reason}", told.reason);
        assert_eq!(told.kind, kind, "{reason}");
        assert_eq!(inventory.certificates.len() + inventory.keys.len(), 0, "{reason}");
    }
}

#[test]
fn private_keys_of_windows_and_of_putty_are_told() {
    let blob = b"\x07\x02\0\0\0\x24\0\0RSA2SECRETSECRET".as_slice();
    let putty = |encryption: &str| {
        format!(
            "PuTTY-User-Key-File-3: ssh-rsa\r\nEncryption: {encryption}\r\nPrivate-Lines: 1\r\nSECRET\r\n"
        )
    };
    let with_encryption =
        |kind: u8| [b"\x1E\xF1\xB5\xB0".as_slice(), &[0; 8], &[kind, 0, 0, 0], b"SECRET"].concat();
    for (bytes, kind, encrypted) in [
        (blob.to_vec(), "key blob of Windows", Some(false)),
        (b"RSA2\0\x08\0\0SECRET".to_vec(), "key blob of Windows", Some(false)),
        (with_encryption(0), "PVK", Some(false)),
        (with_encryption(1), "PVK", Some(true)),
        (putty("none").into_bytes(), "PuTTY", Some(false)),
        (putty("aes256-cbc").into_bytes(), "PuTTY", Some(true)),
        (b"<RSAKeyValue><Modulus>AA</Modulus><D>SECRET</D></RSAKeyValue>".to_vec(), "XML", Some(false)),
    ] {
        let inventory = scanned(&bytes);
        assert_eq!(inventory.unreadable, [], "{kind}");
        assert_eq!((inventory.keys[0].kind, inventory.keys[0].encrypted), (kind, encrypted));
        assert!(!format!("{inventory:?}").contains("SECRET"));
    }
}
