//! What revocation lists say, in the shape of sections 4.4, 4.14 and 4.15 of PKITS.

use lyncert_report::scan::Inventory;
use lyncert_rules::certificate::{ChainState, RevocationStatus};
use lyncert_rules::folder::UnreadList;

use super::pki::*;

/// In one word.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Said {
    Revoked,
    NotRevoked,
    Unknown,
}
use Said::{NotRevoked, Revoked, Unknown};

const SERIAL: &[u8] = &[0x21];
const OTHER: &[u8] = &[0x42];

/// A leaf, its CA, the root, and these lists.
fn with_lists(keys: &Keys, serial: &[u8], more: &[Made], lists: &[MadeList]) -> Inventory {
    let made = [&[leaf("Issuing").serial(serial), ca("Issuing").by("Root"), ca("Root")], more].concat();
    let mut files = ders(keys, &made);
    files.extend(lists.iter().map(|list| list.der(keys)));
    scanned(&files, &[])
}

fn said(inventory: &Inventory) -> Said {
    match first(inventory).revocation {
        RevocationStatus::Unknown => Unknown,
        RevocationStatus::NotRevoked(_) => NotRevoked,
        RevocationStatus::Revoked(_) => Revoked,
    }
}

fn base(number: u8) -> MadeList {
    list("Issuing", number)
}

const HOLD: u8 = 6;
const REMOVE: u8 = 8;
const COMPROMISE: u8 = 1;

/// Section, what is special, what is expected, and the lists in an order that should not matter.
type Case = (&'static str, &'static str, Said, fn() -> Vec<MadeList>);

const CASES: &[Case] = &[
    ("4.4.1", "no list", Unknown, Vec::new),
    ("4.4.3", "the certificate is named", Revoked, || vec![base(1).revokes(SERIAL, COMPROMISE)]),
    ("4.4.3", "another one is named", NotRevoked, || vec![base(1).revokes(OTHER, COMPROMISE)]),
    ("4.4.4", "a damaged signature", Unknown, || vec![base(1).revokes(SERIAL, COMPROMISE).damaged()]),
    ("4.4.5", "the list of another CA", Unknown, || vec![list("Root", 1).revokes(SERIAL, COMPROMISE)]),
    ("4.3.3", "the issuer's name in another string type and case", Revoked, || {
        vec![base(1).issuer(name(PRINTABLE, "ISSUING")).revokes(SERIAL, COMPROMISE)]
    }),
    ("4.4.7", "two lists, of which a wrong one does not count", Revoked, || {
        vec![base(2).damaged(), base(1).revokes(SERIAL, COMPROMISE)]
    }),
    ("4.4.8", "an entry with a critical extension that is not known", Unknown, || {
        vec![base(1).revokes(OTHER, COMPROMISE).with_entry_extension("2a0304", true, &[5, 0])]
    }),
    ("4.4.9", "a critical extension that is not known", Unknown, || {
        vec![base(1).revokes(OTHER, COMPROMISE).with("2a0304", true, &[5, 0])]
    }),
    ("newest", "a newer list that does not name it any more", NotRevoked, || {
        vec![base(1).made("260101000000Z").revokes(SERIAL, HOLD), base(2)]
    }),
    ("newest", "an older list that does not name it yet", Revoked, || {
        vec![base(1).made("260101000000Z"), base(2).revokes(SERIAL, COMPROMISE)]
    }),
    ("4.14.1", "a part of the list that names it", Revoked, || {
        vec![base(1).revokes(SERIAL, COMPROMISE).with("551d1c", true, &part())]
    }),
    ("4.14.1", "a part of the list that does not name it", Unknown, || {
        vec![base(1).with("551d1c", true, &part())]
    }),
    ("4.14.10", "a list of CAs only", Unknown, || vec![base(1).with("551d1c", true, &only(2))]),
    ("4.14.11", "a list of servers only", NotRevoked, || vec![base(1).with("551d1c", true, &only(1))]),
    ("4.14.14", "a list of attribute certificates", Unknown, || vec![base(1).with("551d1c", true, &only(5))]),
    ("4.14.22", "an indirect list", Unknown, || {
        vec![base(1).revokes(SERIAL, 0).with("551d1c", true, &only(4))]
    }),
    ("4.15.1", "a delta list without its base", Unknown, || vec![base(5).delta_to(1)]),
    ("4.15.1", "a delta list without its base that names it", Revoked, || {
        vec![base(5).delta_to(1).revokes(SERIAL, COMPROMISE)]
    }),
    ("4.15.2", "a delta list names it", Revoked, || {
        vec![base(1), base(5).delta_to(1).revokes(SERIAL, COMPROMISE)]
    }),
    ("4.15.5", "a delta list takes a hold back", NotRevoked, || {
        vec![base(1).revokes(SERIAL, HOLD), base(5).delta_to(1).revokes(SERIAL, REMOVE)]
    }),
    ("4.15.6", "a release that is older than the revocation", Revoked, || {
        vec![
            base(5).delta_to(1).made("260301000000Z").revokes(SERIAL, REMOVE),
            base(9).revokes(SERIAL, COMPROMISE),
        ]
    }),
    ("4.15.7", "a delta list for a base that is not here releases nothing", Revoked, || {
        vec![base(1).revokes(SERIAL, HOLD), base(9).delta_to(5).revokes(SERIAL, REMOVE)]
    }),
    (
        "4.15.2",
        "a newer delta list for a base that is not here hides no older one that fits",
        Revoked,
        || {
            vec![
                base(1).made("260901000000Z"),
                base(5).delta_to(1).made("261001000000Z").revokes(SERIAL, COMPROMISE),
                base(9).delta_to(6),
            ]
        },
    ),
    ("4.15.7", "a release by it takes back nothing either", Revoked, || {
        vec![
            base(1).made("260901000000Z"),
            base(5).delta_to(1).made("261001000000Z").revokes(SERIAL, HOLD),
            base(9).delta_to(6).revokes(SERIAL, REMOVE),
        ]
    }),
    ("numbers", "a CA that was restored numbers its lists anew", Revoked, || {
        vec![base(50).made("260101000000Z"), base(2).revokes(SERIAL, COMPROMISE)]
    }),
    ("numbers", "of two delta lists the newer one counts", Revoked, || {
        vec![
            base(1).revokes(SERIAL, HOLD),
            base(0x10).delta_to(1).revokes(SERIAL, COMPROMISE),
            base(9).delta_to(1).revokes(SERIAL, REMOVE),
        ]
    }),
];

/// An issuing distribution point that one flag is set in.
fn only(number: u8) -> Vec<u8> {
    sequence(&[&element(0x80 | number, &[&[0xFF]])])
}

/// One that names a place.
fn part() -> Vec<u8> {
    let uri = element(0x86, &[b"http://crl.contoso.com/1.crl"]);
    sequence(&[&element(0xA0, &[&element(0xA0, &[&uri])])])
}

#[test]
fn every_case_comes_to_what_the_standard_says_in_any_order() {
    let mut failures = Vec::new();
    for (section, what, expected, lists) in CASES {
        let keys = Keys::default();
        let mut lists = lists();
        for _ in 0..2 {
            let said = said(&with_lists(&keys, SERIAL, &[], &lists));
            if said != *expected {
                failures.push(format!("{section}, {what}: expected {expected:?}, got {said:?}"));
            }
            lists.reverse();
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn serial_numbers_are_numbers() {
    for (own, listed, expected) in [
        (&[0x00, 0xFF][..], &[0xFF][..], NotRevoked),
        (&[0xFF], &[0x00, 0xFF], NotRevoked),
        (&[0x00, 0xFF], &[0x00, 0xFF], Revoked),
        (&[0x00, 0x00, 0x21], &[0x21], Revoked),
        (&[0xFF, 0x80], &[0x80], Revoked),
        (&[0x7F, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19], &[1], NotRevoked),
    ] {
        let keys = Keys::default();
        let inventory = with_lists(&keys, own, &[], &[base(1).revokes(listed, COMPROMISE)]);
        assert_eq!(said(&inventory), expected, "{own:?}, listed {listed:?}");
    }
}

#[test]
fn a_list_by_a_key_of_its_own_counts_and_one_by_a_renewed_key_revokes() {
    let keys = Keys::default();
    // PKITS 4.4.19: the CA has another certificate for its lists.
    let signer = ca("Issuing").key("Lists").by("Root").without(BASIC_CONSTRAINTS).with(
        KEY_USAGE,
        true,
        usage(CRL_SIGN),
    );
    let by_signer =
        |list: MadeList| with_lists(&keys, SERIAL, std::slice::from_ref(&signer), &[list.signer("Lists")]);
    assert_eq!(said(&by_signer(base(1).revokes(SERIAL, COMPROMISE))), Revoked);
    assert_eq!(said(&by_signer(base(1))), NotRevoked);
    // Anybody can make a certificate with the CA's name; that one counts only if the CA, or who certified it, signed it.
    let stranger = signer.clone().by("Stranger");
    let by_stranger = |list: MadeList| {
        with_lists(&keys, SERIAL, &[stranger.clone(), ca("Stranger")], &[list.signer("Lists")])
    };
    assert_eq!(said(&by_stranger(base(1))), Unknown);
    let own = signer.clone().by("Issuing");
    let by_own =
        |list: MadeList| with_lists(&keys, SERIAL, std::slice::from_ref(&own), &[list.signer("Lists")]);
    assert_eq!(said(&by_own(base(1))), NotRevoked);
    // The CA was renewed with another key. Its list may be of certificates by that key only.
    let renewed = ca("Issuing").key("Issuing 2").by("Root");
    let by_renewed =
        |list: MadeList, more: &[Made]| with_lists(&keys, SERIAL, more, &[list.signer("Issuing 2")]);
    for more in [&[][..], &[renewed]] {
        assert_eq!(said(&by_renewed(base(1).revokes(SERIAL, COMPROMISE), more)), Revoked);
        assert_eq!(said(&by_renewed(base(1), more)), Unknown);
    }
    // Whoever may not sign lists says nothing by keeping silent (PKITS 4.7.4).
    let silent = ca("Issuing").by("Root").with(KEY_USAGE, true, usage(CERT_SIGN));
    let files = [leaf("Issuing").serial(SERIAL).der(&keys), silent.der(&keys), base(1).der(&keys)];
    assert_eq!(said(&scanned(&files, &[])), Unknown);
}

#[test]
fn lists_that_are_not_read_are_told() {
    let keys = Keys::default();
    for (number, unread) in
        [(4, Some(UnreadList::Indirect)), (5, Some(UnreadList::AttributeCertificates)), (1, None)]
    {
        let inventory = with_lists(&keys, SERIAL, &[], &[base(1).with("551d1c", true, &only(number))]);
        assert_eq!((inventory.lists[0].unread, inventory.lists[0].state), (unread, ChainState::Verified));
    }
    let entry_of_another = sequence(&[&element(0xA4, &[&name(UTF8, "Another CA")])]);
    let indirect = base(1).revokes(SERIAL, 0).with_entry_extension("551d1d", true, &entry_of_another);
    let inventory = with_lists(&keys, SERIAL, &[], &[indirect]);
    assert_eq!(inventory.lists[0].unread, Some(UnreadList::Indirect));
    assert_eq!(said(&inventory), Unknown);
}

#[test]
fn lists_of_two_keys_of_a_ca_do_not_take_each_others_place() {
    let keys = Keys::default();
    let renewed = ca("Issuing").key("Issuing 2").by("Root");
    let lists = [base(1), base(2).signer("Issuing 2"), base(3)];
    let series: Vec<usize> =
        with_lists(&keys, SERIAL, &[renewed], &lists).lists.iter().map(|list| list.series).collect();
    assert_eq!((series[0], series[0] == series[1]), (series[2], false), "{series:?}");
}
