//! Edge cases that certificates in the field have and test CAs do not issue.

use lyncert_rules::certificate::{Certificate, KeyAlgorithm, OddityKind, SignatureHash};
use lyncert_rules::timestamp::timestamp;

use super::certificate;
use super::constraints::{Constrained, NameConstraints};
use super::making::{
    EKU, GENERALIZED_TIME, Made, SAN, UTC_TIME, UTF8, ec_key, element, name, public_key, rsa_key, san,
};

fn facts(made: &Made) -> Certificate {
    certificate(&made.der()).unwrap().facts
}

fn kinds(facts: &Certificate) -> Vec<OddityKind> {
    facts.oddities.iter().map(|oddity| oddity.kind).collect()
}

fn with_names(entries: &[(u8, &[u8])]) -> Certificate {
    facts(&Made { extensions: Some(vec![(SAN, false, san(entries))]), ..Made::default() })
}

#[test]
fn a_made_certificate_without_any_edge_has_no_oddity() {
    let facts = facts(&Made::default());
    assert_eq!(facts.oddities, []);
    assert_eq!(facts.dns_names, ["sip.contoso.com"]);
    assert_eq!(facts.key.to_string(), "RSA 2048");
}

#[test]
fn times_at_the_ends_of_the_calendar_are_read_to_the_second() {
    for (time, expected) in [
        ((GENERALIZED_TIME, "99991231235959Z"), "9999-12-31T23:59:59Z"),
        ((GENERALIZED_TIME, "99981130000000Z"), "9998-11-30T00:00:00Z"),
        ((GENERALIZED_TIME, "00010101000000Z"), "0001-01-01T00:00:00Z"),
        ((UTC_TIME, "491231235959Z"), "2049-12-31T23:59:59Z"),
        ((UTC_TIME, "500101000000Z"), "1950-01-01T00:00:00Z"),
    ] {
        let facts = facts(&Made { not_before: time, not_after: time, ..Made::default() });
        assert_eq!(
            (timestamp(facts.not_before), timestamp(facts.not_after)),
            (expected.into(), expected.into())
        );
        assert_eq!(facts.lifetime_seconds(), 1, "both ends are included");
    }
}

#[test]
fn a_validity_that_ends_before_it_begins_is_kept_as_it_is() {
    let (not_before, not_after) = ((UTC_TIME, "270101000000Z"), (UTC_TIME, "260101000000Z"));
    let facts = facts(&Made { not_before, not_after, ..Made::default() });
    assert!(facts.not_after < facts.not_before);
    assert_eq!(facts.lifetime_seconds(), 1 - 365 * 86_400);
}

#[test]
fn a_broken_date_is_told_and_no_certificate() {
    for time in [(UTC_TIME, "261301000000Z"), (UTC_TIME, ""), (GENERALIZED_TIME, "20260230000000Z")] {
        let error = certificate(&Made { not_before: time, ..Made::default() }.der()).unwrap_err();
        assert!(!error.is_empty(), "{time:?}");
    }
}

#[test]
fn serial_numbers_of_every_size_and_sign_are_kept() {
    let long = [vec![0x7F; 1], vec![0xEE; 20]].concat();
    for (serial, printed, negative) in [
        (vec![0], "00".to_owned(), false),
        (vec![0x80], "80".to_owned(), true),
        (vec![0, 0x80], "80".to_owned(), false),
        (long, format!("7f{}", "ee".repeat(20)), false),
    ] {
        let facts = facts(&Made { serial, ..Made::default() });
        assert_eq!((facts.serial, facts.has_negative_serial), (printed, negative));
    }
}

#[test]
fn versions_other_than_three_are_odd() {
    for (version, text) in
        [(None, "version 1,"), (Some(0), "version 1,"), (Some(1), "version 2,"), (Some(9), "version 10,")]
    {
        let facts = facts(&Made { version, extensions: None, ..Made::default() });
        assert_eq!(kinds(&facts), [OddityKind::Version]);
        assert!(facts.oddities[0].text.contains(text), "{}", facts.oddities[0]);
        assert!(!facts.has_san && facts.eku.is_none() && facts.key_usage.is_none());
    }
}

#[test]
fn two_signature_algorithms_are_odd() {
    let facts = facts(&Made { inner_signature: "1.2.840.113549.1.1.5", ..Made::default() });
    assert_eq!(kinds(&facts), [OddityKind::SignatureAlgorithm]);
}

#[test]
fn of_a_doubled_san_the_first_counts() {
    let both = [&b"sip.contoso.com"[..], b"sip.fabrikam.com"];
    let extensions = both.map(|name| (SAN, false, san(&[(2, name)])));
    let facts = facts(&Made { extensions: Some(extensions.into()), ..Made::default() });
    assert_eq!(facts.dns_names, ["sip.contoso.com"]);
    assert_eq!(kinds(&facts), [OddityKind::DuplicateExtension]);
}

#[test]
fn an_empty_san_and_an_empty_eku_are_there_and_empty() {
    let extensions = vec![(SAN, false, san(&[])), (EKU, false, element(0x30, &[]))];
    let facts = facts(&Made { extensions: Some(extensions), ..Made::default() });
    assert!(facts.has_san && facts.dns_names.is_empty());
    assert_eq!(facts.eku.as_deref(), Some(&[][..]));
    assert_eq!(kinds(&facts), [OddityKind::AlternativeName]);
}

#[test]
fn an_empty_subject_with_a_critical_san_is_ordinary() {
    let extensions = vec![(SAN, true, san(&[(2, b"sip.contoso.com")]))];
    let facts = facts(&Made { subject: name(&[]), extensions: Some(extensions), ..Made::default() });
    assert_eq!((facts.subject.as_str(), facts.common_names.len()), ("", 0));
    assert_eq!((facts.dns_names.as_slice(), facts.oddities.len()), (&["sip.contoso.com".to_owned()][..], 0));
}

#[test]
fn a_critical_extension_that_nobody_knows_is_odd() {
    let extensions = vec![("1.2.3.4", true, vec![5, 0]), ("1.2.3.5", false, vec![5, 0])];
    let facts = facts(&Made { extensions: Some(extensions), ..Made::default() });
    assert_eq!(kinds(&facts), [OddityKind::CriticalExtension]);
    assert_eq!(facts.oddities[0].text, "the extension 1.2.3.4 is critical and not known");
}

#[test]
fn common_names_of_every_string_type_are_read() {
    let universal: Vec<u8> = "sip.contoso.com".chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
    let bmp: Vec<u8> = "sip.contoso.com".encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (tag, text, expected) in [
        (0x1E, &bmp[..], "sip.contoso.com"),
        (0x1C, &universal, "sip.contoso.com"),
        (0x13, b"sip.contoso.com", "sip.contoso.com"),
        (0x16, b"sip.contoso.com", "sip.contoso.com"),
        (0x14, b"B\xFCro", "Büro"),
        (UTF8, "Büro".as_bytes(), "Büro"),
        (UTF8, b"B\xFCro", "B\u{FFFD}ro"),
        (UTF8, b"sip.contoso.com\0.evil.example", "sip.contoso.com\0.evil.example"),
    ] {
        let facts = facts(&Made { subject: name(&[(tag, text)]), ..Made::default() });
        assert_eq!(facts.common_names, [expected], "tag {tag:#x}");
    }
}

#[test]
fn common_names_keep_their_number_order_and_length() {
    let long = "a".repeat(65);
    let subject = name(&[(UTF8, b"first.contoso.com"), (UTF8, long.as_bytes())]);
    let facts = facts(&Made { subject, ..Made::default() });
    assert_eq!(facts.common_names, ["first.contoso.com", &long]);
    assert_eq!(facts.subject, format!("CN={long}, CN=first.contoso.com"), "as Windows prints it");
}

#[test]
fn dns_names_are_kept_as_they_are_written() {
    let odd = [
        " sip.contoso.com",
        "sip.contoso.com ",
        "sip.contoso.com.",
        "*",
        "*.com",
        "l*.contoso.com",
        "a.*.contoso.com",
        "lync_1.contoso.com",
        "fe1",
        "10.0.0.1",
        "xn--mnchen-3ya.contoso.com",
        "https://meet.contoso.com",
        "sip..contoso.com",
        "sip.contoso.com\0.evil.example",
        "",
    ];
    let entries: Vec<(u8, &[u8])> = odd.iter().map(|name| (2, name.as_bytes())).collect();
    let facts = with_names(&entries);
    assert_eq!(facts.dns_names, odd);
    assert_eq!(facts.oddities, []);
}

#[test]
fn addresses_have_four_or_sixteen_bytes() {
    for (bytes, shown) in [
        (&[10, 0, 0, 1][..], Some("IP 10.0.0.1")),
        (&[0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], Some("IP 2001:db8::1")),
        (&[10, 0, 0, 1, 0], None),
        (&[], None),
    ] {
        let facts = with_names(&[(7, bytes), (2, b"sip.contoso.com")]);
        assert_eq!(facts.other_names.first().map(String::as_str), shown);
        assert_eq!(kinds(&facts).is_empty(), shown.is_some());
        assert_eq!(facts.dns_names, ["sip.contoso.com"], "the others survive");
    }
}

#[test]
fn a_name_in_other_letters_is_odd_and_kept() {
    let facts = with_names(&[(2, "münchen.contoso.com".as_bytes()), (2, b"b\xFCro.contoso.com")]);
    assert_eq!(facts.dns_names, ["münchen.contoso.com", "b\u{FFFD}ro.contoso.com"]);
    assert_eq!(kinds(&facts), [OddityKind::AlternativeName; 2]);
}

#[test]
fn rsa_keys_of_every_size_have_the_bits_of_their_modulus() {
    for bits in [512, 1023, 1024, 2047, 2048, 2052, 3072, 4096, 16_384] {
        let facts = facts(&Made { key: rsa_key(bits, &[1, 0, 1]), ..Made::default() });
        assert_eq!(facts.key.bits.map(|bits| bits as usize), Some(bits));
    }
}

#[test]
fn exponents_of_every_size_are_read() {
    for (bytes, exponent) in [
        (&[1][..], 1),
        (&[3], 3),
        (&[2], 2),
        (&[1, 0, 1], 65_537),
        (&[0, 0x80, 0, 0, 0, 0, 0, 0, 1], 0x8000_0000_0000_0001),
        (&[1, 0, 0, 0, 0, 0, 0, 0, 1], u64::MAX),
        (&[1, 0, 0, 0, 0, 0, 0, 0, 0], u64::MAX - 1),
        (&[0], 0),
    ] {
        let facts = facts(&Made { key: rsa_key(2048, bytes), ..Made::default() });
        assert_eq!(facts.key.exponent, Some(exponent), "{bytes:?}");
    }
}

#[test]
fn curves_are_told_by_their_identifier() {
    for (curve, shown, bits) in [
        ("1.2.840.10045.3.1.1", "EC P-192", Some(192)),
        ("1.3.132.0.33", "EC P-224", Some(224)),
        ("1.2.840.10045.3.1.7", "EC P-256", Some(256)),
        ("1.3.132.0.34", "EC P-384", Some(384)),
        ("1.3.132.0.35", "EC P-521", Some(521)),
        ("1.3.36.3.3.2.8.1.1.7", "EC 1.3.36.3.3.2.8.1.1.7", None),
    ] {
        let key = facts(&Made { key: ec_key(curve), ..Made::default() }).key;
        assert_eq!((key.to_string().as_str(), key.bits), (shown, bits));
    }
}

#[test]
fn keys_of_other_kinds_are_told_by_their_algorithm() {
    for (algorithm, expected) in [
        ("1.2.840.113549.1.1.10", KeyAlgorithm::RsaPss),
        ("1.3.101.112", KeyAlgorithm::Ed25519),
        ("1.3.101.113", KeyAlgorithm::Ed448),
        ("1.2.840.10040.4.1", KeyAlgorithm::Dsa),
        ("2.16.840.1.101.3.4.3.18", KeyAlgorithm::Other("2.16.840.1.101.3.4.3.18".to_owned())),
    ] {
        let facts = facts(&Made { key: public_key(algorithm, &[], &[0x55; 32]), ..Made::default() });
        assert_eq!(facts.key.algorithm, expected);
    }
}

#[test]
fn signatures_of_every_age_are_told_by_their_hash() {
    for (signature, shown, hash) in [
        ("1.2.840.113549.1.1.2", "md2WithRSAEncryption", Some(SignatureHash::Md2)),
        ("1.2.840.113549.1.1.4", "md5WithRSAEncryption", Some(SignatureHash::Md5)),
        ("1.2.840.113549.1.1.5", "sha1WithRSAEncryption", Some(SignatureHash::Sha1)),
        ("1.2.840.113549.1.1.14", "sha224WithRSAEncryption", Some(SignatureHash::Sha224)),
        ("1.2.840.113549.1.1.13", "sha512WithRSAEncryption", Some(SignatureHash::Sha512)),
        ("2.16.840.1.101.3.4.3.18", "2.16.840.1.101.3.4.3.18", None),
    ] {
        let facts = facts(&Made { inner_signature: signature, signature, ..Made::default() });
        assert_eq!((&*facts.signature.name, facts.signature.hash), (shown, hash));
    }
}

/// What the constraints in these lists of subtrees say of a certificate with these alternative names.
fn constrained(permitted: &[(u8, &[u8])], excluded: &[(u8, &[u8])], names: &[(u8, &[u8])]) -> Constrained {
    let list = |tag: u8, trees: &[(u8, &[u8])]| {
        // A directory name is written within the element that says its kind.
        let kind = |kind: u8| if kind == 4 { 0xA0 } else { 0x80 } | kind;
        let trees = trees.iter().map(|(of_kind, value)| element(0x30, &element(kind(*of_kind), value)));
        let trees: Vec<Vec<u8>> = trees.collect();
        if trees.is_empty() { Vec::new() } else { element(tag, &trees.concat()) }
    };
    let value = element(0x30, &[list(0xA0, permitted), list(0xA1, excluded)].concat());
    let constraints = NameConstraints::read(&value).expect("they can be read");
    let extensions = Some(vec![(SAN, false, san(names))]);
    let parsed = certificate(&Made { extensions, ..Made::default() }.der()).expect("it can be read");
    let links = parsed.links.expect("they are kept");
    constraints.check(&parsed.facts, &links.checked_names(&parsed.facts))
}

#[test]
fn name_constraints_of_every_kind_hold() {
    let subject = name(&[(UTF8, b"SIP.Contoso.com")]);
    let other_subject = name(&[(UTF8, b"Fabrikam")]);
    let (dns, email, uri, ip, directory) = (2, 1, 6, 7, 4);
    let lan = [10, 0, 0, 0, 255, 0, 0, 0];
    for (tree, own, is_below) in [
        ((dns, &b"contoso.com"[..]), (dns, &b"sip.Contoso.com"[..]), true),
        ((dns, b"contoso.com"), (dns, b"contoso.com"), true),
        ((dns, b"contoso.com"), (dns, b"notcontoso.com"), false),
        ((dns, b".contoso.com"), (dns, b"contoso.com"), false),
        ((dns, b".contoso.com"), (dns, b"a.b.contoso.com"), true),
        ((dns, b""), (dns, b"contoso.com"), true),
        ((email, b"contoso.com"), (email, b"anna@CONTOSO.com"), true),
        ((email, b"contoso.com"), (email, b"anna@mail.contoso.com"), false),
        ((email, b".contoso.com"), (email, b"anna@mail.contoso.com"), true),
        ((email, b"anna@contoso.com"), (email, b"anna@contoso.com"), true),
        ((email, b"anna@contoso.com"), (email, b"otto@contoso.com"), false),
        ((uri, b"contoso.com"), (uri, b"https://user@contoso.com:443/ca?x"), true),
        ((uri, b".contoso.com"), (uri, b"https://contoso.com"), false),
        ((ip, &lan), (ip, &[10, 1, 2, 3]), true),
        ((ip, &lan), (ip, &[11, 1, 2, 3]), false),
        ((directory, &subject), (dns, b"any"), true),
        ((directory, &other_subject), (dns, b"any"), false),
    ] {
        let is_within = |result: Constrained| result == Constrained::Within;
        assert_eq!(is_within(constrained(&[tree], &[], &[own])), is_below, "{tree:?} permits {own:?}");
        assert_eq!(is_within(constrained(&[], &[tree], &[own])), !is_below, "{tree:?} excludes {own:?}");
    }
    // A wildcard stands for a host that is excluded; for a name that only lies below it does not.
    let wildcard: &[(u8, &[u8])] = &[(dns, b"*.contoso.com")];
    assert_eq!(constrained(&[(dns, b"contoso.com")], &[], wildcard), Constrained::Within);
    assert_ne!(constrained(&[], &[(dns, b"sip.contoso.com")], wildcard), Constrained::Within);
    assert_eq!(constrained(&[], &[(dns, b"a.sip.contoso.com")], wildcard), Constrained::Within);
}

#[test]
fn name_constraints_that_are_not_read_are_told() {
    let other_name = element(0x06, &[0x2A, 0x03, 0x04]);
    let is_not_read = |result| matches!(result, Constrained::NotRead(_));
    assert!(is_not_read(constrained(&[(0, &other_name)], &[], &[(0, &other_name)])));
    assert_eq!(
        constrained(&[(0, &other_name)], &[], &[(2, b"sip.contoso.com")]),
        Constrained::Within,
        "the certificate has no such name"
    );
    let with_gaps = [10, 0, 0, 0, 255, 0, 255, 0];
    assert!(is_not_read(constrained(&[], &[(7, &with_gaps)], &[(2, b"sip.contoso.com")])));
    assert!(
        NameConstraints::read(&element(0x30, &element(0xA0, &element(0x30, &element(0x87, &[1, 2])))))
            .is_none()
    );
}

#[test]
fn what_limits_a_ca_is_read_strictly() {
    const KEY_USAGE: &str = "2.5.29.15";
    const BASIC_CONSTRAINTS: &str = "2.5.29.19";
    for (id, value) in [
        (KEY_USAGE, element(0x30, &[7, 0x80])),
        (BASIC_CONSTRAINTS, element(0x30, &[element(0x01, &[255]), element(0x02, &[255])].concat())),
        (BASIC_CONSTRAINTS, element(0x31, &element(0x01, &[255]))),
    ] {
        let facts = facts(&Made { extensions: Some(vec![(id, true, value)]), ..Made::default() });
        assert_eq!(facts.oddities.len(), 1, "{id}: {:?}", facts.oddities);
        assert_eq!(facts.oddities[0].kind, OddityKind::DamagedExtension);
        assert!(!facts.is_ca && facts.key_usage.is_none());
    }
}

#[test]
fn what_is_cut_off_is_no_certificate_at_any_length() {
    let whole = Made::default().der();
    for length in 0..whole.len() {
        assert!(certificate(&whole[..length]).is_err(), "{length} bytes");
    }
}

#[test]
fn a_key_usage_of_another_type_is_told_and_no_key_usage() {
    // What would be the bits of a signature and of key encipherment.
    let bits: &[u8] = &[5, 0xA0];
    let with = |value: Vec<u8>| {
        facts(&Made { extensions: Some(vec![("2.5.29.15", true, value)]), ..Made::default() })
    };
    let right = with(element(0x03, bits));
    assert_eq!(right.key_usage.as_ref().unwrap().bits, ["digitalSignature", "keyEncipherment"]);
    assert_eq!(right.oddities, []);
    for (tag, what) in [(0x30, "a sequence"), (0x04, "an octet string"), (0x80, "a tag of its own")] {
        let wrong = with(element(tag, bits));
        assert_eq!(wrong.key_usage, None, "{what}");
        let told: Vec<_> = wrong.oddities.iter().map(|oddity| (oddity.kind, oddity.text.as_str())).collect();
        assert_eq!(
            told,
            [(OddityKind::DamagedExtension, "the extension `key usage` (2.5.29.15) cannot be parsed")],
            "{what}"
        );
    }
}

#[test]
fn an_alternative_name_without_a_host_name_has_no_names_and_is_no_oddity() {
    let directory = name(&[(UTF8, b"sip.contoso.com")]);
    for (entries, what) in [
        (vec![(0x87, &[10, 0, 0, 1][..])], "an address"),
        (vec![(0x81, &b"admin@contoso.com"[..])], "a mailbox"),
        (vec![(0x86, &b"https://sip.contoso.com"[..])], "an address of a page"),
        (vec![(0xA4, directory.as_slice())], "a name of a directory"),
    ] {
        let value =
            element(0x30, &entries.iter().flat_map(|(tag, data)| element(*tag, data)).collect::<Vec<u8>>());
        let facts = facts(&Made { extensions: Some(vec![(SAN, false, value)]), ..Made::default() });
        assert!(facts.has_san, "{what}: then the subject stands for nothing");
        assert_eq!((facts.dns_names.len(), facts.oddities.len()), (0, 0), "{what}");
    }
}
