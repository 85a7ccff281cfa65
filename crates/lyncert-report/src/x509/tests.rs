use lyncert_rules::certificate::{CaKind, Certificate, Eku, KeyAlgorithm, SelfSigned, SignatureHash};
use lyncert_rules::timestamp::timestamp;

use super::{certificate, serial};

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/certificates/{name}.der", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn facts(name: &str) -> Certificate {
    certificate(&bytes(name)).unwrap().facts
}

#[test]
fn an_ordinary_certificate_gives_all_facts() {
    let facts = facts("plain");
    assert_eq!(facts.subject, "CN=sip.contoso.com, O=\"Contoso, Ltd.\", C=US", "as Windows prints it");
    assert_eq!(facts.common_names, ["sip.contoso.com"]);
    assert_eq!(facts.dns_names, ["sip.contoso.com", "webcon.contoso.com"]);
    assert_eq!(&*facts.issuer, "CN=Contoso Root CA, O=Contoso");
    assert_eq!(facts.serial, "8001");
    assert_eq!(timestamp(facts.not_before), "2026-01-01T00:00:00Z");
    assert_eq!(timestamp(facts.not_after), "2027-12-31T23:59:59Z");
    assert_eq!(facts.key.to_string(), "RSA 2048");
    assert_eq!(facts.signature.name, "sha256WithRSAEncryption");
    assert_eq!(facts.eku.as_deref(), Some(&[Eku::ServerAuth, Eku::ClientAuth][..]));
    let usage = facts.key_usage.unwrap();
    assert!(usage.critical);
    assert_eq!(usage.bits, ["digitalSignature", "keyEncipherment"]);
    assert_eq!(
        facts.crl_distribution_points.as_deref(),
        Some(&["http://pki.contoso.com/ca.crl".to_owned()][..])
    );
    assert_eq!((facts.is_ca, facts.self_signed, facts.ca_kind), (false, SelfSigned::No, CaKind::Unknown));
    assert_eq!((facts.key.exponent, facts.has_negative_serial), (Some(65_537), false));
    assert!(facts.subject_key_id.is_some());
    assert_eq!(facts.oddities, []);
}

#[test]
fn key_sizes_are_those_of_modulus_and_curve() {
    for (name, key) in [
        ("rsa2047", "RSA 2047"),
        ("rsa1024-sha1", "RSA 1024"),
        ("p521", "EC P-521"),
        ("explicit-curve", "EC explicit parameters"),
        ("ed25519", "Ed25519"),
    ] {
        assert_eq!(facts(name).key.to_string(), key, "{name}");
    }
    assert_eq!(facts("p521").key.bits, Some(521));
    assert_eq!(facts("ed25519").key.algorithm, KeyAlgorithm::Ed25519);
}

#[test]
fn signatures_are_told_by_hash_and_scheme() {
    for (name, hash, is_pss) in [
        ("md5", SignatureHash::Md5, false),
        ("rsa1024-sha1", SignatureHash::Sha1, false),
        ("plain", SignatureHash::Sha256, false),
        ("pss", SignatureHash::Sha384, true),
    ] {
        let signature = facts(name).signature;
        assert_eq!((signature.hash, signature.is_pss), (Some(hash), is_pss), "{name}");
    }
    assert_eq!(facts("pss").signature.name, "RSASSA-PSS");
}

#[test]
fn a_self_signed_certificate_is_one_only_when_its_own_key_says_so() {
    let root = facts("root");
    assert_eq!((root.self_signed, root.is_ca), (SelfSigned::Yes, true));
    let pss = facts("pss-root");
    assert_eq!((pss.self_signed, pss.is_ca), (SelfSigned::Yes, true));
    let wrong = facts("root-with-wrong-signature");
    assert_eq!(wrong.self_signed, SelfSigned::No);
    assert!(wrong.oddities[0].text.contains("does not verify"), "{:?}", wrong.oddities);
}

#[test]
fn the_kind_of_the_ca_follows_from_evidence() {
    for (name, kind, evidence) in [
        ("public-policy", CaKind::Public, "the CA/Browser Forum policy 2.23.140.1.2.2"),
        ("template", CaKind::Internal, "a Windows certificate template"),
        ("ldap-list", CaKind::Internal, "an LDAP address of its revocation list"),
        ("plain", CaKind::Unknown, ""),
    ] {
        let facts = facts(name);
        assert_eq!((facts.ca_kind, &*facts.ca_evidence), (kind, evidence), "{name}");
    }
}

#[test]
fn names_of_every_string_type_and_number_are_read() {
    assert_eq!(facts("bmp-name").common_names, ["sip.contoso.com"]);
    assert_eq!(facts("bmp-name").subject, "CN=sip.contoso.com");
    assert_eq!(facts("two-names").common_names, ["first.contoso.com", "second.contoso.com"]);
    assert_eq!(facts("no-subject").common_names, [""; 0]);
}

#[test]
fn every_kind_of_alternative_name_is_shown() {
    let facts = facts("all-kinds-of-names");
    assert_eq!(facts.dns_names, ["sip.contoso.com"]);
    assert_eq!(
        facts.other_names,
        [
            "IP 10.0.0.1",
            "IP 2001:db8::1",
            "URI sip:contoso.com",
            "email a@contoso.com",
            "UPN user@contoso.com",
            "other name 1.2.3.4",
            "registered id 1.2.3.4"
        ]
    );
}

#[test]
fn good_names_survive_bad_ones() {
    for (name, kept, oddity) in [
        ("odd-alternative-name", vec!["sip.contoso.com"], "is of no known kind"),
        (
            "broken-alternative-name",
            vec!["sip.contoso.com"],
            "`subject alternative name` (2.5.29.17) cannot be parsed",
        ),
        (
            "latin-1-alternative-name",
            vec!["sip.contoso.com", "w\u{fffd}bcon.contoso.com"],
            "has bytes that are not ASCII",
        ),
    ] {
        let facts = facts(name);
        assert!(facts.has_san, "{name}");
        assert_eq!(facts.dns_names, kept, "{name}");
        assert!(
            facts.oddities.iter().any(|found| found.text.contains(oddity)),
            "{name}: {:?}",
            facts.oddities
        );
        assert!(facts.eku.is_some(), "the other extensions are read");
    }
}

#[test]
fn a_certificate_without_alternative_name_or_extensions_says_so() {
    let facts_of = facts("no-alternative-name");
    assert!(!facts_of.has_san && facts_of.dns_names.is_empty());
    let version_1 = facts("version-1");
    assert_eq!((version_1.eku, version_1.key_usage, version_1.has_san), (None, None, false));
}

#[test]
fn a_doubled_extension_is_an_oddity() {
    let oddities = facts("doubled-extension").oddities;
    assert_eq!(oddities.len(), 1);
    assert_eq!(oddities[0].text, "the extension 1.2.3.4.5 stands twice; the first one counts");
}

#[test]
fn odd_serials_are_printed_as_windows_does() {
    assert_eq!(facts("negative-serial").serial, "ff8001");
    for (bytes, printed) in
        [(&[0x12, 0x00][..], "1200"), (&[0x00, 0x80, 0x00], "8000"), (&[0x00], "00"), (&[], "")]
    {
        assert_eq!(serial(bytes), printed, "{bytes:?}");
    }
}

#[test]
fn the_last_second_of_the_calendar_can_be_read() {
    assert_eq!(timestamp(facts("year-9999").not_after), "9999-12-31T23:59:59Z");
}

#[test]
fn no_damage_to_a_certificate_makes_it_panic() {
    let whole = bytes("all-kinds-of-names");
    for position in 0..whole.len() {
        for byte in [0x00, 0x30, 0x7f, 0x80, 0x84, 0xff] {
            let mut damaged = whole.clone();
            damaged[position] = byte;
            let _ = certificate(&damaged);
        }
        assert!(certificate(&whole[..position]).is_err(), "cut at {position}");
    }
}
