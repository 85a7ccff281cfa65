//! Several paths: one that is sound is enough, whatever the others are like.

use lyncert_rules::certificate::{ChainFault, ChainState};

use super::pki::*;

/// What is wrong, and how a certificate is made so.
type Defect = (&'static str, fn(Made) -> Made);

/// What can be wrong with a branch, in the categories of the public suites for path building.
const DEFECTS: &[Defect] = &[
    ("ended", Made::ended),
    ("not valid yet", Made::not_yet),
    ("damaged", Made::damaged),
    ("no CA", |made| made.with(BASIC_CONSTRAINTS, true, sequence(&[]))),
    ("may not sign", |made| made.with(KEY_USAGE, true, usage(CRL_SIGN))),
    ("a critical extension", |made| made.with("2a0304", true, vec![5, 0])),
    ("names", |made| made.with(NAME_CONSTRAINTS, true, constraints(&[(0x82, b"fabrikam.com")], &[]))),
    ("too short", |made| made.with(BASIC_CONSTRAINTS, true, ca_constraints(Some(0)))),
    ("an issuer that is nowhere", |made| made.by("Nowhere")),
    ("an issuer that is not trusted", |made| made.by("Other Root")),
];

#[test]
fn a_bad_branch_makes_no_chain_wrong_where_another_path_is_good() {
    for (what, spoil) in DEFECTS {
        let keys = Keys::default();
        let upper = || ca("Upper").by("Root");
        let lower = ca("Lower").by("Upper");
        // Besides its issuer the certificate has one of the same name and key that is spoiled, on each level.
        let made = [
            leaf("Lower"),
            spoil(lower.clone()).serial(&[9]),
            lower,
            spoil(upper()).serial(&[9]),
            upper(),
            ca("Other Root"),
        ];
        let roots = [ca("Root").der(&keys)];
        let (state, reason) = state(&scanned(&ders(&keys, &made), &roots));
        assert_eq!(state, ChainState::Verified, "{what}: {reason}");
    }
}

#[test]
fn the_same_branches_alone_are_not_good() {
    for (what, spoil) in DEFECTS {
        let keys = Keys::default();
        let spoiled = spoil(ca("Upper").by("Root"));
        let made = [leaf("Lower"), ca("Lower").by("Upper"), spoiled, ca("Other Root")];
        let (state, _) = state(&scanned(&ders(&keys, &made), &[ca("Root").der(&keys)]));
        assert_ne!(state, ChainState::Verified, "{what}");
    }
}

#[test]
fn circles_end_their_branch_only() {
    let keys = Keys::default();
    let circle = [leaf("One"), ca("One").by("Two"), ca("Two").by("Three"), ca("Three").by("One")];
    let (wrong, reason) = state(&scanned(&ders(&keys, &circle), &[]));
    assert_eq!(wrong, ChainState::Wrong);
    assert!(reason.contains("goes in a circle"), "{reason}");
    let with_a_way_out = [&circle[..], &[ca("Two").by("Root").serial(&[7])]].concat();
    let (good, reason) = state(&scanned(&ders(&keys, &with_a_way_out), &[ca("Root").der(&keys)]));
    assert_eq!(good, ChainState::Verified, "{reason}");
}

#[test]
fn a_ca_of_the_same_name_with_another_key_is_another_ca() {
    let keys = Keys::default();
    let renewed = ca("Issuing").key("Issuing 2").by("Root");
    for (with_identifier, leaf) in
        [(true, leaf("Issuing")), (false, leaf("Issuing").without(AUTHORITY_KEY_ID))]
    {
        let files = ders(&keys, &[leaf, renewed.clone(), ca("Root")]);
        let chain = &first(&scanned(&files, &[])).chain.clone();
        assert_eq!(chain.fault, Some(ChainFault::Incomplete), "{with_identifier}: {}", chain.reason);
    }
    // Both are here: the one whose key fits counts.
    let both = [leaf("Issuing").without(AUTHORITY_KEY_ID), renewed, ca("Issuing").by("Root"), ca("Root")];
    assert_eq!(state(&scanned(&ders(&keys, &both), &[])).0, ChainState::Verified);
}

#[test]
fn a_signature_is_wrong_only_under_the_key_that_the_certificate_names() {
    let keys = Keys::default();
    let above = [ca("Issuing").by("Root"), ca("Root")];
    let fault = |leaf: Made| {
        let files = ders(&keys, &[&[leaf][..], &above].concat());
        first(&scanned(&files, &[])).chain.fault
    };
    assert_eq!(fault(leaf("Issuing").damaged()), Some(ChainFault::Signature));
    assert_eq!(fault(leaf("Issuing").without(AUTHORITY_KEY_ID).damaged()), Some(ChainFault::Incomplete));
}

#[test]
fn a_path_that_is_valid_now_counts_and_later_ones_are_kept() {
    let keys = Keys::default();
    let old = ca("Issuing").by("Root").valid("200101000000Z", "270101000000Z");
    let new = ca("Issuing").by("Root").valid("261201000000Z", "401231235959Z").serial(&[2]);
    let inventory = scanned(&ders(&keys, &[leaf("Issuing"), old, new, ca("Root")]), &[]);
    let chain = &first(&inventory).chain;
    assert_eq!(chain.judged_at(AT).0, ChainState::Verified);
    let later = time::macros::datetime!(2027-06-01 00:00 UTC);
    assert_eq!(chain.judged_at(later).0, ChainState::Verified, "the renewed one takes over");
    assert_ne!(chain.issuers_at(AT)[0].sha1, chain.issuers_at(later)[0].sha1);
    let too_late = time::macros::datetime!(2041-06-01 00:00 UTC);
    assert_eq!(chain.judged_at(too_late).0, ChainState::Wrong);
}

#[test]
fn a_revoked_cross_certificate_is_passed_by() {
    let keys = Keys::default();
    let revoked = ca("Issuing").by("Old Root").serial(&[66]);
    let made = [leaf("Issuing"), revoked, ca("Issuing").by("Root"), ca("Old Root"), ca("Root").ended()];
    let mut files = ders(&keys, &made);
    files.push(list("Old Root", 1).revokes(&[66], 1).der(&keys));
    // The other way is over a root that has ended: then the revoked one is as bad, and both are told by their rules.
    assert_ne!(state(&scanned(&files, &[])).0, ChainState::NotCheckable);
    files[4] = ca("Root").der(&keys);
    let inventory = scanned(&files, &[]);
    assert!(first(&inventory).chain.issuers.iter().all(|issuer| issuer.revocation.entry().is_none()));
}

#[test]
fn with_given_roots_a_chain_that_ends_nowhere_is_not_trusted() {
    let keys = Keys::default();
    let roots = [ca("Other Root").der(&keys)];
    let fault = |made: &[Made]| first(&scanned(&ders(&keys, made), &roots)).chain.fault;
    let issuing = || ca("Issuing").by("Root");
    assert_eq!(fault(&[leaf("Issuing"), issuing(), ca("Root")]), Some(ChainFault::UntrustedRoot));
    assert_eq!(fault(&[leaf("Issuing"), issuing()]), Some(ChainFault::UntrustedRoot));
    assert_eq!(fault(&[leaf("Issuing")]), Some(ChainFault::Incomplete), "its own issuer is missing");
}

#[test]
fn of_valid_paths_one_that_is_for_servers_counts() {
    let keys = Keys::default();
    let mail = sequence(&[&element(0x06, &[&[0x2B, 6, 1, 5, 5, 7, 3, 4]])]);
    let limited = |made: Made| made.with(EKU, false, mail.clone()).serial(&[9]);
    let long = |made: Made| made.valid("200101000000Z", "450101000000Z");
    // Limited on the lower level, and further up on a way that is shorter.
    for (what, made) in [
        ("below", vec![long(limited(ca("Issuing").by("Root"))), ca("Issuing").by("Root")]),
        (
            "above",
            vec![
                long(ca("Issuing").by("Mail")),
                limited(ca("Mail").by("Root")),
                ca("Issuing").by("Upper"),
                ca("Upper").by("Root"),
            ],
        ),
    ] {
        let made = [&[leaf("Issuing")][..], &made, &[ca("Root")]].concat();
        let inventory = scanned(&ders(&keys, &made), &[ca("Root").der(&keys)]);
        let chain = &first(&inventory).chain;
        assert_eq!(chain.state, ChainState::Verified, "{what}: {}", chain.reason);
        assert!(chain.issuers.iter().all(|issuer| issuer.eku.is_none()), "{what}");
    }
}
