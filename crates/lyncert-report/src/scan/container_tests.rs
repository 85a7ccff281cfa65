//! Every kind of container, chains and revocation, over the files that `tests/containers/make.py` makes.

#![expect(clippy::unwrap_used, reason = "helpers of tests lie outside of test functions")]

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use lyncert_rules::certificate::{Certificate, ChainState, Eku, FriendlyName, RevocationStatus};
use lyncert_rules::digest::Thumbprint;
use lyncert_rules::stop::Stop;
use tempfile::TempDir;
use zeroize::Zeroizing;

use super::{Inventory, ScanOptions, scan};

const PASSWORD: &str = "correct horse";

fn container(name: &str) -> PathBuf {
    PathBuf::from(format!("{}/tests/containers/{name}", env!("CARGO_MANIFEST_DIR")))
}

fn bytes(name: &str) -> Vec<u8> {
    fs::read(container(name)).unwrap()
}

/// A folder with copies of these files.
fn folder(names: &[&str]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for name in names {
        fs::write(folder.path().join(name), bytes(name)).unwrap();
    }
    folder
}

fn scanned(names: &[&str]) -> Inventory {
    scanned_with(names, &[PASSWORD])
}

fn scanned_with(names: &[&str], passwords: &[&str]) -> Inventory {
    let options = ScanOptions {
        passwords: passwords.iter().map(|password| Zeroizing::new((*password).to_owned())).collect(),
        ..ScanOptions::default()
    };
    scan(folder(names).path(), &options).unwrap()
}

fn by_name<'a>(inventory: &'a Inventory, common_name: &str) -> &'a Certificate {
    inventory.certificates.iter().find(|certificate| certificate.common_names == [common_name]).unwrap()
}

/// The certificate without what its container tells of it and where it lies.
fn facts(certificate: &Certificate) -> Certificate {
    Certificate {
        paths: Vec::new(),
        friendly_names: Vec::new(),
        key_provider: None,
        has_private_key: false,
        key_exportable: None,
        stores: Vec::new(),
        chain: Default::default(),
        revocation: RevocationStatus::Unknown,
        ..certificate.clone()
    }
}

#[test]
fn one_certificate_has_the_same_facts_in_every_container() {
    let leaf = scanned(&["leaf.cer"]).certificates.remove(0);
    for (name, members) in [
        ("bundle.p7b", 3),
        ("bundle-pem.p7b", 3),
        ("bundle-labeled-certificate.p7b", 3),
        ("signed-indefinite.p7m", 4),
        ("archive-aes.pfx", 3),
        ("archive-legacy.pfx", 3),
        ("archive-empty-password.pfx", 3),
        ("archive-rc2-128.pfx", 3),
        ("archive-pbes2-rc2-128.pfx", 3),
        ("archive-pbes2-rc2-64.pfx", 3),
        ("archive-pbes2-rc2-40.pfx", 3),
        ("archive-few-rounds.pfx", 3),
        ("archive-2des.pfx", 3),
        ("archive-with-comments.pem", 3),
        ("store.sst", 2),
        ("single-serialized", 1),
        ("store.clixml", 2),
    ] {
        let inventory = scanned(&[name]);
        assert_eq!(inventory.unreadable, [], "{name}");
        assert_eq!(inventory.certificates.len(), members, "{name}");
        assert_eq!(facts(by_name(&inventory, "sip.contoso.com")), facts(&leaf), "{name}");
    }
}

#[test]
fn containers_tell_friendly_names_providers_and_private_keys() {
    for (name, friendly_name, provider, has_key) in [
        ("archive-aes.pfx", "Edge external", false, true),
        ("archive-legacy.pfx", "Edge external", false, true),
        ("archive-with-comments.pem", "Edge external", false, false),
        ("store.sst", "Edge external", true, true),
        ("single-serialized", "Edge external", true, true),
        ("store.clixml", "Edge 0", false, true),
    ] {
        let inventory = scanned(&[name]);
        let leaf = by_name(&inventory, "sip.contoso.com");
        let called = FriendlyName { name: friendly_name.to_owned(), paths: leaf.paths.clone() };
        assert_eq!(leaf.friendly_names, [called], "{name}");
        let expected = provider.then_some("Microsoft RSA SChannel Cryptographic Provider");
        assert_eq!(leaf.key_provider.as_deref(), expected, "{name}");
        assert_eq!(leaf.has_private_key, has_key, "{name}");
    }
    // The CA's certificate in the archive has no key there.
    assert!(!by_name(&scanned(&["archive-aes.pfx"]), "Contoso Issuing CA").has_private_key);
}

#[test]
fn a_locked_archive_is_a_result_that_says_how_many_passwords_were_tried() {
    for (name, passwords, reason) in [
        ("archive-aes.pfx", &[][..], "is a PKCS#12 file that is locked: its password was not given"),
        (
            "archive-legacy.pfx",
            &["wrong"],
            "is a PKCS#12 file that is locked: the password that was given does not open it",
        ),
        (
            "archive-aes.pfx",
            &["wrong", "Correct Horse"],
            "is a PKCS#12 file that is locked: none of the 2 passwords that were given opens it",
        ),
        (
            "archive-costly.pfx",
            &[PASSWORD],
            "is a PKCS#12 file whose password takes 1000001 rounds to try, more than the 1000000 that are tried",
        ),
    ] {
        let inventory = scanned_with(&[name], passwords);
        assert!(inventory.certificates.is_empty());
        assert_eq!(inventory.unreadable.len(), 1);
        assert_eq!(inventory.unreadable[0].reason, reason, "{name}");
    }
    assert_eq!(scanned_with(&["archive-aes.pfx"], &["wrong", PASSWORD]).certificates.len(), 3);
}

#[test]
fn a_password_of_any_characters_opens_its_archive() {
    assert_eq!(scanned_with(&["archive-emoji.pfx"], &["correct \u{1F40E}"]).certificates.len(), 3);
}

#[test]
fn a_right_password_is_not_called_wrong_where_the_encryption_is_not_known() {
    let inventory = scanned(&["archive-camellia.pfx"]);
    assert_eq!(
        inventory.unreadable[0].reason,
        "is a PKCS#12 file with a part that is encrypted in a way that is not known here (PBES2 with Camellia with 256 bits)"
    );
    // That it holds a key is known all the same.
    assert_eq!((inventory.unreadable.len(), inventory.keys.len()), (1, 1));
}

#[test]
fn a_bundle_with_a_damaged_member_gives_the_others_and_tells_the_damage() {
    let whole = bytes("bundle.p7b");
    // Its members start where two sequences and a version stand.
    let starts: Vec<usize> = (0..whole.len() - 12)
        .filter(|at| whole[*at..].starts_with(&[0x30, 0x82]) && whole[at + 4..].starts_with(&[0x30, 0x82]))
        .filter(|at| whole[at + 8..].starts_with(&[0xA0, 0x03, 0x02, 0x01]))
        .collect();
    assert_eq!(starts.len(), 3);
    for start in starts {
        for (at, mask) in
            [(1, 0x01), (1, 0x04), (2, 0x01), (2, 0x02), (2, 0x10), (3, 0x01), (3, 0x40), (7, 0x20)]
        {
            let mut changed = whole.clone();
            changed[start + at] ^= mask;
            let outcome = super::read_bytes(
                &changed,
                &ScanOptions::default(),
                &super::Effort::new(u64::MAX, &Stop::never()),
            );
            assert_eq!(outcome.certificates.len(), 2, "{start}, {at}, {mask}: {:?}", outcome.unread);
            assert!(!outcome.unread.is_empty(), "{start}, {at}, {mask}");
        }
    }
}

#[test]
fn an_archive_for_an_active_directory_account_is_told_as_such() {
    // The protection is named by an object identifier; a changed archive that has it and opens with no password.
    let mut archive = bytes("archive-aes.pfx");
    let at = archive.len() - 64;
    archive[at..at + 11].copy_from_slice(&[0x06, 0x09, 0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x4A, 0x01]);
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("ad.pfx"), archive).unwrap();
    let inventory = scan(folder.path(), &ScanOptions::default()).unwrap();
    assert!(inventory.unreadable[0].reason.contains("protected to an Active Directory account"));
}

#[test]
fn chains_are_verified_wrong_or_not_checkable() {
    let all = [
        "root.cer",
        "issuing.cer",
        "leaf.cer",
        "older.cer",
        "below.cer",
        "too-deep.cer",
        "by-server.cer",
        "by-impostor.cer",
        "p521.cer",
        "by-p521.cer",
        "ec.cer",
    ];
    let inventory = scanned(&all);
    for (name, state, issuers, reason) in [
        ("Contoso Root CA", ChainState::Verified, 0, "complete up to the root"),
        ("Contoso Issuing CA", ChainState::Verified, 1, "complete up to the root"),
        (
            "ec.contoso.com",
            ChainState::Verified,
            2,
            "complete up to the root `CN=Contoso Root CA, O=Contoso`",
        ),
        ("deep.contoso.com", ChainState::Wrong, 2, "allows 0 CAs below it, and there are 1"),
        ("by-server.contoso.com", ChainState::Wrong, 0, "issued it, but is no CA certificate"),
        (
            "forged.contoso.com",
            ChainState::NotCheckable,
            0,
            "CN=Contoso Issuing CA, O=Contoso` is not at hand",
        ),
        ("p521.contoso.com", ChainState::NotCheckable, 0, "(ecdsa-with-SHA256) cannot be checked"),
    ] {
        let chain = &by_name(&inventory, name).chain;
        assert_eq!((chain.state, chain.issuers.len()), (state, issuers), "{name}: {}", chain.reason);
        assert!(chain.reason.contains(reason), "{name}: {}", chain.reason);
    }
}

#[test]
fn a_missing_issuer_is_not_checkable_and_named() {
    let chain = &scanned(&["leaf.cer", "root.cer"]).certificates[0].chain.clone();
    assert_eq!(chain.state, ChainState::NotCheckable);
    assert_eq!(chain.reason, "its issuer `CN=Contoso Issuing CA, O=Contoso` is not at hand");
    // One step up: the leaf's issuer is there, the root is not.
    let inventory = scanned(&["leaf.cer", "issuing.cer"]);
    let chain = &by_name(&inventory, "sip.contoso.com").chain;
    assert_eq!(
        chain.reason,
        "of `CN=Contoso Issuing CA, O=Contoso`: its issuer `CN=Contoso Root CA, O=Contoso` is not at hand"
    );
}

#[test]
fn given_roots_decide_where_a_chain_may_end() {
    let files = folder(&["leaf.cer", "issuing.cer", "root.cer"]);
    let chain = |roots: &[&str]| {
        let roots = folder(roots);
        let options = ScanOptions { roots: Some(roots.path().to_owned()), ..ScanOptions::default() };
        let inventory = scan(files.path(), &options).unwrap();
        assert_eq!(inventory.certificates.len(), 3, "roots are no part of the inventory");
        by_name(&inventory, "sip.contoso.com").chain.clone()
    };
    let given = chain(&["root.cer"]);
    assert_eq!(given.state, ChainState::Verified);
    assert_eq!(given.reason, "it ends in the given root `CN=Contoso Root CA, O=Contoso`");
    let other = chain(&["p521.cer"]);
    assert_eq!(other.state, ChainState::Wrong);
    assert!(other.reason.ends_with("which is none of the given roots"), "{}", other.reason);
}

#[test]
fn a_folder_of_roots_without_one_is_a_mistake() {
    let (files, roots) = (folder(&["leaf.cer"]), folder(&[]));
    let options = ScanOptions { roots: Some(roots.path().to_owned()), ..ScanOptions::default() };
    let error = scan(files.path(), &options).unwrap_err();
    assert!(error.to_string().ends_with("holds no root certificate that could be read"), "{error}");
}

#[test]
fn a_revocation_list_with_a_good_signature_revokes_and_a_forged_one_does_not() {
    let certificates = ["root.cer", "issuing.cer", "leaf.cer", "older.cer"];
    let revoked = |list: &str| {
        let inventory = scanned(&[&certificates[..], &[list]].concat());
        assert_eq!(inventory.lists.len(), 1, "{list}");
        let revoked: Vec<_> = inventory
            .certificates
            .iter()
            .filter_map(|certificate| {
                Some((certificate.paths.clone(), certificate.revocation.entry()?.clone()))
            })
            .collect();
        (inventory.lists[0].clone(), revoked)
    };
    for name in ["issuing-list.crl", "issuing-list.pem", "bundle.p7b", "store.sst"] {
        let (list, revoked) = revoked(name);
        assert_eq!((list.state, list.entries, list.is_delta), (ChainState::Verified, 2, false), "{name}");
        assert_eq!(list.number.as_deref(), Some("2a"));
        assert_eq!(revoked.len(), 1, "{name}");
        assert_eq!(revoked[0].0, [Arc::from("older.cer")]);
        assert_eq!((revoked[0].1.reason.as_deref(), revoked[0].1.list.as_str()), (Some("superseded"), name));
    }
    let (list, revoked) = revoked("forged-list.crl");
    assert_eq!(list.state, ChainState::Wrong);
    assert_eq!(revoked, []);
}

#[test]
fn requests_tell_what_is_asked_for_and_whether_it_was_answered() {
    let inventory = scanned(&["request.req", "request-windows.der", "leaf.cer"]);
    assert_eq!(inventory.unreadable, []);
    let leaf = inventory.certificates[0].sha1;
    for request in &inventory.requests {
        assert_eq!(request.common_names, ["sip.contoso.com"], "{}", request.path);
        assert_eq!(request.dns_names, ["sip.contoso.com", "webcon.contoso.com"], "{}", request.path);
        assert_eq!(request.answered_by, std::slice::from_ref(&leaf), "{}", request.path);
        assert_eq!(request.oddities, [""; 0], "{}", request.path);
    }
    let windows = &inventory.requests[0];
    assert_eq!(windows.provider.as_deref(), Some("Microsoft RSA SChannel Cryptographic Provider"));
    assert_eq!(windows.template.as_deref(), Some("WebServer"));
    assert_eq!(inventory.requests[1].eku.as_deref(), Some(&[Eku::ServerAuth][..]));
}

#[test]
fn a_request_says_in_the_way_of_windows_how_long_the_certificate_should_live() {
    use rcgen::{PublicKeyData as _, SigningKey as _};
    let pair = rcgen::KeyPair::generate().unwrap();
    let element = crate::x509::making::element;
    let words =
        |text: &str| element(0x1E, &text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>());
    let wish = |name: &str, value: &str| {
        let id = crate::x509::making::oid("1.3.6.1.4.1.311.13.2.1");
        let pair = element(0x30, &[words(name), words(value)].concat());
        element(0x30, &[id, element(0x31, &pair)].concat())
    };
    for (period, units, days) in [
        ("Years", "2", Some(730)),
        ("weeks", "3", Some(21)),
        ("Fortnights", "3", None),
        ("Days", "9223372036854775808", None),
        ("Years", "9223372036854775807", None),
    ] {
        let attributes = [wish("ValidityPeriod", period), wish("ValidityPeriodUnits", units)].concat();
        let name = crate::x509::making::name(&[(0x0C, b"sip.contoso.com")]);
        let info = [vec![2, 1, 0], name, pair.subject_public_key_info(), element(0xA0, &attributes)].concat();
        let info = element(0x30, &info);
        let algorithm = element(0x30, &crate::x509::making::oid("1.2.840.10045.4.3.2"));
        let signature = element(0x03, &[vec![0], pair.sign(&info).unwrap()].concat());
        let request = element(0x30, &[info, algorithm, signature].concat());
        let inventory = super::scan_bytes(&[("a.req", &request)], &ScanOptions::default());
        assert_eq!(inventory.requests[0].lifetime_days, days, "{period} {units}");
    }
}

#[test]
fn a_request_that_asks_for_nothing_is_a_request() {
    use rcgen::{PublicKeyData as _, SigningKey as _};
    let inventory = scanned(&["request-asks-nothing.req"]);
    assert_eq!((inventory.unreadable, inventory.requests[0].oddities.len()), (vec![], 0));
    let pair = rcgen::KeyPair::generate().unwrap();
    let element = crate::x509::making::element;
    let name = crate::x509::making::name(&[(0x0C, b"sip.contoso.com")]);
    let attribute = |values: &[u8]| {
        let id = crate::x509::making::oid("1.2.840.113549.1.9.14");
        element(0xA0, &element(0x30, &[id, element(0x31, values)].concat()))
    };
    for attributes in [vec![], vec![0xA0, 0], attribute(&[]), attribute(&[0x30, 0])] {
        let info = [vec![2, 1, 0], name.clone(), pair.subject_public_key_info(), attributes].concat();
        let info = element(0x30, &info);
        let algorithm = element(0x30, &crate::x509::making::oid("1.2.840.10045.4.3.2"));
        let signature = element(0x03, &[vec![0], pair.sign(&info).unwrap()].concat());
        let request = element(0x30, &[info, algorithm, signature].concat());
        let inventory = super::scan_bytes(&[("a.req", &request)], &ScanOptions::default());
        assert_eq!(inventory.unreadable, []);
        assert_eq!(inventory.requests[0].common_names, ["sip.contoso.com"]);
        assert_eq!(inventory.requests[0].oddities, [""; 0]);
    }
}

#[test]
fn keys_are_told_by_presence_encryption_and_certificate() {
    let files = [
        "key-ec-pkcs8.pem",
        "key-encrypted-old.pem",
        "key-encrypted.der",
        "key-encrypted.pem",
        "key-pkcs1.pem",
        "key-pkcs8.der",
        "key-pkcs8.pem",
        "key-sec1.pem",
    ];
    let inventory = scanned(&[&files[..], &["leaf.cer", "ec.cer"]].concat());
    assert_eq!(inventory.unreadable, []);
    let name = |sha1: &Thumbprint| {
        let certificate =
            inventory.certificates.iter().find(|certificate| certificate.sha1 == *sha1).unwrap();
        certificate.common_names[0].clone()
    };
    let told: Vec<_> = inventory
        .keys
        .iter()
        .map(|key| {
            (
                key.path.as_str(),
                key.encrypted,
                key.kind,
                key.certificates.iter().map(name).collect::<Vec<_>>(),
            )
        })
        .collect();
    let leaf = || vec!["sip.contoso.com".to_owned()];
    let ec = || vec!["ec.contoso.com".to_owned()];
    assert_eq!(
        told,
        [
            ("key-ec-pkcs8.pem", Some(false), "PKCS#8", ec()),
            ("key-encrypted-old.pem", Some(true), "PEM", vec![]),
            ("key-encrypted.der", Some(true), "PKCS#8", vec![]),
            ("key-encrypted.pem", Some(true), "PEM", vec![]),
            ("key-pkcs1.pem", Some(false), "PKCS#1", leaf()),
            ("key-pkcs8.der", Some(false), "PKCS#8", leaf()),
            ("key-pkcs8.pem", Some(false), "PKCS#8", leaf()),
            ("key-sec1.pem", Some(false), "SEC1", ec()),
        ]
    );
}

#[test]
fn trust_lists_and_bundles_without_certificates_are_named() {
    let oid = |bytes: &[u8]| [&[0x06, u8::try_from(bytes.len()).unwrap()], bytes].concat();
    let sequence = |tag: u8, parts: &[&[u8]]| {
        let content = parts.concat();
        [&[tag, u8::try_from(content.len()).unwrap()], &*content].concat()
    };
    let signed_data = oid(super::pkcs7::SIGNED_DATA);
    let bundle = |kind: &[u8]| {
        let content = sequence(0x30, &[&oid(kind)]);
        let inner = sequence(0x30, &[&[0x02, 0x01, 0x01], &[0x31, 0x00], &content, &[0x31, 0x00]]);
        sequence(0x30, &[&signed_data, &sequence(0xA0, &[&inner])])
    };
    let trust_list = [0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0A, 0x01];
    let data = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01];
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.stl"), bundle(&trust_list)).unwrap();
    fs::write(folder.path().join("b.p7b"), bundle(&data)).unwrap();
    let inventory = scan(folder.path(), &ScanOptions::default()).unwrap();
    let reasons: Vec<_> = inventory.unreadable.iter().map(|file| file.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "is a trust list or catalog of Windows, which holds no certificates of servers",
            "is a PKCS#7 bundle without any certificate",
        ]
    );
}

/// Cut off or changed anywhere, no container makes the scan panic, take long, or lose a file in silence.
#[test]
fn no_damage_to_a_container_is_fatal_or_silent() {
    for name in [
        "bundle.p7b",
        "signed-indefinite.p7m",
        "store.sst",
        "single-serialized",
        "store.clixml",
        "issuing-list.crl",
        "request-windows.der",
        "key-pkcs8.der",
        "archive-aes.pfx",
        "bundle-pem.p7b",
    ] {
        let whole = bytes(name);
        let step = (whole.len() / 60).max(1);
        for length in (0..whole.len()).step_by(step) {
            let mut changed = whole.clone();
            changed[length] ^= 0x41;
            for damaged in [&whole[..length], &changed] {
                let outcome = super::read_bytes(
                    damaged,
                    &ScanOptions::default(),
                    &super::Effort::new(u64::MAX, &Stop::never()),
                );
                let told = outcome.certificates.len()
                    + outcome.requests.len()
                    + outcome.lists.len()
                    + outcome.keys.len()
                    + outcome.unread.len();
                assert!(told > 0, "{name} at {length}");
                assert!(
                    !outcome.unread.iter().any(|(_, reason)| reason.contains("the parser failed")),
                    "{name} at {length}"
                );
            }
        }
    }
}
