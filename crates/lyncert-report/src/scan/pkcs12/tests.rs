//! Archives that no program at hand writes, built element by element.

use std::num::NonZeroU32;

use hmac::{KeyInit as _, Mac as _, SimpleHmac};
use lyncert_rules::stop::Stop;
use pkcs12::kdf::{Pkcs12KeyType, derive_key};
use ring::pbkdf2;
use sha1::Sha1;
use zeroize::Zeroizing;

use crate::scan::{Inventory, ScanOptions, scan, scan_bytes};
use crate::x509::making::{Made, element, oid};

const DATA: &str = "1.2.840.113549.1.7.1";
const SALT: &[u8] = b"saltsalt";

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(0x30, &parts.concat())
}

fn octets(content: &[u8]) -> Vec<u8> {
    element(0x04, content)
}

fn number(value: u64) -> Vec<u8> {
    let mut digits: Vec<u8> = value.to_be_bytes().into_iter().skip_while(|digit| *digit == 0).collect();
    if digits.first().is_none_or(|first| first & 0x80 != 0) {
        digits.insert(0, 0);
    }
    element(0x02, &digits)
}

fn bag(kind: u8, content: &[u8]) -> Vec<u8> {
    sequence(&[&oid(&format!("1.2.840.113549.1.12.10.1.{kind}")), &element(0xA0, content)])
}

fn certificate_bag(der: &[u8]) -> Vec<u8> {
    bag(3, &sequence(&[&oid("1.2.840.113549.1.9.22.1"), &element(0xA0, &octets(der))]))
}

fn in_clear(bags: &[&[u8]]) -> Vec<u8> {
    sequence(&[&oid(DATA), &element(0xA0, &octets(&sequence(bags)))])
}

fn encrypted(algorithm: &[u8]) -> Vec<u8> {
    let info = sequence(&[&oid(DATA), algorithm, &element(0x80, &[7; 64])]);
    let content = sequence(&[&number(0), &info]);
    sequence(&[&oid("1.2.840.113549.1.7.6"), &element(0xA0, &content)])
}

fn archive(parts: &[&[u8]], mac: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let content = sequence(parts);
    let safe = sequence(&[&oid(DATA), &element(0xA0, &octets(&content))]);
    sequence(&[&number(3), &safe, &mac(&content)])
}

fn without_mac(_: &[u8]) -> Vec<u8> {
    Vec::new()
}

/// A MAC by a password in UTF-16, with its closing zero or without anything.
fn mac_by(password: &[u8], content: &[u8]) -> Vec<u8> {
    let key = derive_key::<Sha1>(password, SALT, Pkcs12KeyType::Mac, 5, 20);
    let mut mac = SimpleHmac::<Sha1>::new_from_slice(&key).unwrap();
    mac.update(content);
    let algorithm = sequence(&[&oid("1.3.14.3.2.26"), &[5, 0]]);
    sequence(&[&sequence(&[&algorithm, &octets(&mac.finalize().into_bytes())]), &octets(SALT), &number(5)])
}

/// PBMAC1 with SHA-256.
fn pbmac1(password: &str, rounds: u32, content: &[u8]) -> Vec<u8> {
    let function = sequence(&[&oid("1.2.840.113549.2.9"), &[5, 0]]);
    let values = sequence(&[&octets(SALT), &number(rounds.into()), &number(32), &function]);
    let derivation = sequence(&[&oid("1.2.840.113549.1.5.12"), &values]);
    let algorithm = sequence(&[&oid("1.2.840.113549.1.5.14"), &sequence(&[&derivation, &function])]);
    let mut key = [0; 32];
    let rounds = NonZeroU32::new(rounds).unwrap();
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, SALT, password.as_bytes(), &mut key);
    let tag = ring::hmac::sign(&ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &key), content);
    sequence(&[&sequence(&[&algorithm, &octets(tag.as_ref())]), &octets(b"unused"), &number(1)])
}

fn pbes2(derivation: &[u8], cipher: &str) -> Vec<u8> {
    let cipher = sequence(&[&oid(cipher), &octets(&[1; 16])]);
    sequence(&[&oid("1.2.840.113549.1.5.13"), &sequence(&[derivation, &cipher])])
}

fn scrypt(cost: u64, block: u64, parallel: u64) -> Vec<u8> {
    let values = sequence(&[&octets(SALT), &number(cost), &number(block), &number(parallel)]);
    pbes2(&sequence(&[&oid("1.3.6.1.4.1.11591.4.11"), &values]), "2.16.840.1.101.3.4.1.42")
}

fn pkcs12_way(number_of: u8, rounds: u64) -> Vec<u8> {
    let values = sequence(&[&octets(SALT), &number(rounds)]);
    sequence(&[&oid(&format!("1.2.840.113549.1.12.1.{number_of}")), &values])
}

fn clear_key() -> Vec<u8> {
    bag(1, &sequence(&[&number(0), &sequence(&[&oid("1.3.101.112")]), &octets(&[4, 0])]))
}

fn scanned(archive: &[u8], passwords: &[&str]) -> Inventory {
    let passwords = passwords.iter().map(|password| Zeroizing::new((*password).to_owned())).collect();
    scan_bytes(&[("a.pfx", archive)], &ScanOptions { passwords, ..ScanOptions::default() })
}

fn reasons(inventory: &Inventory) -> Vec<&str> {
    inventory.unreadable.iter().map(|file| file.reason.as_str()).collect()
}

fn certificate() -> Vec<u8> {
    Made::default().der()
}

#[test]
fn an_archive_without_a_password_opens_as_one_with_an_empty_password_does() {
    for password in [&[][..], &[0, 0]] {
        let parts = in_clear(&[&certificate_bag(&certificate()), &clear_key()]);
        let inventory = scanned(&archive(&[&parts], |content| mac_by(password, content)), &["other"]);
        assert_eq!(reasons(&inventory), [""; 0]);
        assert_eq!(inventory.certificates.len(), 1);
        assert_eq!(
            (inventory.keys[0].kind, inventory.keys[0].encrypted),
            ("PKCS#12 with an empty password", Some(false))
        );
    }
}

#[test]
fn a_key_in_clear_is_told_whatever_password_the_archive_has() {
    let parts = in_clear(&[&clear_key()]);
    let inventory = scanned(&archive(&[&parts], |content| mac_by(b"\0a\0\0", content)), &["a"]);
    assert_eq!(
        (inventory.keys[0].kind, inventory.keys[0].encrypted),
        ("PKCS#12 without encryption", Some(false))
    );
}

#[test]
fn pbmac1_is_checked() {
    let parts = in_clear(&[&certificate_bag(&certificate())]);
    let whole = archive(&[&parts], |content| pbmac1("right", 3, content));
    assert_eq!(scanned(&whole, &["wrong", "right"]).certificates.len(), 1);
    let inventory = scanned(&whole, &["wrong", "other"]);
    assert_eq!(
        reasons(&inventory),
        ["is a PKCS#12 file that is locked: none of the 2 passwords that were given opens it"]
    );
}

#[test]
fn no_password_is_called_wrong_by_a_mac_that_is_not_known() {
    let blake = |_: &[u8]| {
        let algorithm = sequence(&[&oid("1.3.6.1.4.1.1722.12.2.1.16"), &[5, 0]]);
        sequence(&[&sequence(&[&algorithm, &octets(&[0; 64])]), &octets(SALT), &number(1)])
    };
    // What needs no password is read.
    let parts = in_clear(&[&certificate_bag(&certificate())]);
    let inventory = scanned(&archive(&[&parts], blake), &["right"]);
    assert_eq!((inventory.certificates.len(), reasons(&inventory).len()), (1, 0));
    let inventory = scanned(&archive(&[&encrypted(&pkcs12_way(3, 1))], blake), &["right"]);
    assert_eq!(
        reasons(&inventory),
        [
            "is a PKCS#12 file with a MAC that is not known here (BLAKE2b), and no password that was tried decrypts what is in it"
        ]
    );
}

#[test]
fn encryption_that_is_not_known_is_named_and_the_rest_is_read() {
    let derivation = sequence(&[&oid("1.2.840.113549.1.5.12"), &sequence(&[&octets(SALT), &number(1)])]);
    for (algorithm, name) in [
        (pkcs12_way(1, 1), "RC4 with 128 bits"),
        (pbes2(&derivation, "1.2.840.113549.3.2"), "PBES2 with RC2 and parameters that are not understood"),
        (pbes2(&derivation, "1.2.3.4"), "PBES2 with 1.2.3.4"),
    ] {
        let parts = [encrypted(&algorithm), in_clear(&[&certificate_bag(&certificate())])];
        let whole = archive(&[&parts[0], &parts[1]], |content| mac_by(b"\0a\0\0", content));
        let inventory = scanned(&whole, &["a"]);
        assert_eq!(inventory.certificates.len(), 1, "{name}");
        assert_eq!(
            reasons(&inventory),
            [format!(
                "is a PKCS#12 file with a part that is encrypted in a way that is not known here ({name})"
            )]
        );
    }
}

#[test]
fn good_entries_of_an_archive_are_read_beside_damaged_ones_and_within_others() {
    let good = certificate_bag(&certificate());
    let bad = certificate_bag(&[0x30, 3, 2, 1, 1]);
    let inventory = scanned(&archive(&[&in_clear(&[&bad, &good, &[0x30, 0]])], without_mac), &[]);
    assert_eq!(inventory.certificates.len(), 1);
    assert_eq!(inventory.unreadable.len(), 2, "{:?}", reasons(&inventory));
    let nested = bag(6, &sequence(&[&good]));
    let inventory = scanned(&archive(&[&in_clear(&[&nested])], without_mac), &[]);
    assert_eq!((inventory.certificates.len(), reasons(&inventory).len()), (1, 0));
    let too_deep = (0..9).fold(good, |inner, _| bag(6, &sequence(&[&inner])));
    let inventory = scanned(&archive(&[&in_clear(&[&too_deep])], without_mac), &[]);
    assert_eq!(reasons(&inventory), ["is a PKCS#12 file with safes in safes, too deep to be read"]);
}

#[test]
fn an_archive_in_pieces_and_of_indefinite_lengths_is_read() {
    let safe = sequence(&[&certificate_bag(&certificate())]);
    let (one, other) = safe.split_at(20);
    let pieces = [&[0x24, 0x80], &octets(one)[..], &octets(other), &[0, 0]].concat();
    let content = sequence(&[&sequence(&[&oid(DATA), &element(0xA0, &pieces)])]);
    let mac = mac_by(&[0, 0], &content);
    let (one, other) = content.split_at(30);
    let pieces = element(0x24, &[octets(one), octets(other)].concat());
    let safe = sequence(&[&oid(DATA), &element(0xA0, &pieces)]);
    let inner = [&number(3)[..], &safe, &mac].concat();
    for whole in [element(0x30, &inner), [&[0x30, 0x80], &inner[..], &[0, 0]].concat()] {
        let inventory = scanned(&whole, &[]);
        assert_eq!((inventory.certificates.len(), reasons(&inventory)), (1, vec![]));
    }
}

#[test]
fn rounds_are_limited_in_each_part_and_in_sum() {
    let clear = in_clear(&[&certificate_bag(&certificate())]);
    // The MAC takes five; none is spent on the parts, since no password that is tried is right.
    for (rounds, reason) in [
        (999_995, "is a PKCS#12 file that is locked: its password was not given"),
        (
            999_996,
            "is a PKCS#12 file whose parts take 2000001 rounds to try, more than the 2000000 in all that are tried with a password",
        ),
    ] {
        let parts = [encrypted(&pkcs12_way(6, 1_000_000)), encrypted(&pkcs12_way(6, rounds)), clear.clone()];
        let whole = archive(&parts.each_ref().map(Vec::as_slice), |content| mac_by(b"\0a\0\0", content));
        assert_eq!(reasons(&scanned(&whole, &[])), [reason]);
    }
    let inventory = scanned(&archive(&[&encrypted(&pkcs12_way(3, 1_000_001))], without_mac), &[]);
    assert!(reasons(&inventory)[0].contains("takes 1000001 rounds to try"), "{:?}", reasons(&inventory));
}

#[test]
fn the_memory_of_scrypt_is_limited_in_each_part_and_in_sum() {
    for (algorithm, reason) in [
        (scrypt(1024, 8, 1), None),
        (
            scrypt(1 << 19, 16, 1),
            Some("takes 1024 MiB of memory to try (scrypt), more than the 64 that are used"),
        ),
        (scrypt(0, 8, 1), Some("PBES2 with parameters that are not understood")),
        (scrypt(1 << 62, 16, 1), Some("more than the 64 that are used")),
        (scrypt(1 << 14, 8, 17), Some("parts take more than the 256 MiB of memory in all")),
    ] {
        let key = bag(2, &sequence(&[&algorithm, &octets(&[7; 64])]));
        let inventory = scanned(&archive(&[&in_clear(&[&key])], without_mac), &[]);
        assert_eq!(inventory.keys.len(), 1);
        let told = reasons(&inventory);
        match reason {
            None => assert_eq!((inventory.keys[0].encrypted, told.len()), (Some(true), 0), "{told:?}"),
            Some(reason) => {
                assert_eq!(inventory.keys[0].encrypted, None);
                assert!(told.len() == 1 && told[0].contains(reason), "{told:?}");
            }
        }
    }
}

/// How many of some archives are opened when so many rounds are tried in all, and what is told of the others.
fn opened_within(max_rounds: u64, archives: u8) -> (usize, Vec<(String, String)>) {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..archives {
        let der = Made { serial: vec![number + 1], ..Made::default() }.der();
        let parts = in_clear(&[&certificate_bag(&der)]);
        let whole = archive(&[&parts], |content| mac_by(b"\0a\0\0", content));
        std::fs::write(folder.path().join(format!("{number}.pfx")), whole).unwrap();
    }
    let mut options = ScanOptions { max_rounds: Some(max_rounds), ..ScanOptions::default() };
    options.passwords = vec![Zeroizing::new("a".to_owned())];
    let Inventory { certificates, unreadable, .. } = scan(folder.path(), &options).unwrap();
    (certificates.len(), unreadable.into_iter().map(|file| (file.path, file.reason)).collect())
}

#[test]
fn all_archives_together_may_cost_so_many_rounds_and_the_first_ones_are_opened() {
    // The empty password, none at all and the right one: three times five rounds for each.
    assert_eq!(opened_within(45, 3), (3, Vec::new()));
    let (opened, told) = opened_within(44, 3);
    let reason = "is a PKCS#12 file that was not opened: all archives together take more rounds to try than are tried in one run";
    assert_eq!((opened, told), (2, vec![("2.pfx".to_owned(), reason.to_owned())]));
    assert_eq!(opened_within(0, 3).0, 0);
    // A share of the first part for each file is enough here.
    assert_eq!(opened_within(15 * 1024, 20).0, 20);
}

#[test]
fn nothing_is_tried_once_nobody_waits() {
    let whole =
        archive(&[&in_clear(&[&certificate_bag(&certificate())])], |content| mac_by(&[0, 0], content));
    let options = ScanOptions { stop: Stop::new(), ..ScanOptions::default() };
    assert_eq!(scan_bytes(&[("a.pfx", &whole)], &options).certificates.len(), 1);
    options.stop.say();
    let inventory = scan_bytes(&[("a.pfx", &whole)], &options);
    assert_eq!(reasons(&inventory), ["is a PKCS#12 file that was not opened, since the time was over"]);
}
