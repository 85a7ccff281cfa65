//! Folders that are made to take long, or to lead astray.

use std::time::{Duration, Instant};

use lyncert_rules::certificate::{ChainFault, ChainState};

use super::pki::*;

/// Far more than a slow machine needs in a build without optimization; each of these took minutes, or forever, if its cost grew with
/// the square.
const LIMIT: Duration = Duration::from_secs(60);

fn serial(number: usize) -> [u8; 3] {
    [1, u8::try_from(number / 256).unwrap(), u8::try_from(number % 256).unwrap()]
}

#[test]
fn two_thousand_certificates_of_one_ca_are_one_key() {
    let keys = Keys::default();
    let mut made = vec![leaf("Issuing")];
    made.extend((0..2000).map(|number| ca("Issuing").by("Root").serial(&serial(number)).damaged()));
    made.push(ca("Issuing").by("Root"));
    let files = ders(&keys, &made);
    let roots = [ca("Root").der(&keys)];
    let start = Instant::now();
    let (state, reason) = state(&scanned(&files, &roots));
    assert_eq!(state, ChainState::Verified, "{reason}");
    assert!(start.elapsed() < LIMIT, "{:?}", start.elapsed());
}

#[test]
fn many_keys_of_one_name_are_tried_as_far_as_that_leads() {
    let keys = Keys::default();
    let others = || (0..300).map(|number| ca("Issuing").key(&format!("Issuing {number}")).by("Root"));
    let named = ders(
        &keys,
        &[vec![leaf("Issuing")], others().collect(), vec![ca("Issuing").by("Root"), ca("Root")]].concat(),
    );
    assert_eq!(state(&scanned(&named, &[])).0, ChainState::Verified, "it says which");
    let open = leaf("Issuing").without(AUTHORITY_KEY_ID);
    let open = ders(&keys, &[vec![open], others().collect(), vec![ca("Root")]].concat());
    assert_eq!(first(&scanned(&open, &[])).chain.fault, Some(ChainFault::NotRead), "it does not");
}

#[test]
fn a_mesh_of_cross_certificates_is_left_again() {
    let keys = Keys::default();
    let label = |number: usize| format!("CA {number}");
    let mesh = |one: usize| (0..20).filter(move |other| *other != one).map(move |other| (one, other));
    let mut made = vec![leaf("CA 0")];
    made.extend(
        (0..20).flat_map(mesh).map(|(one, other)| ca(&label(one)).by(&label(other)).serial(&serial(other))),
    );
    let start = Instant::now();
    let (state_of_mesh, reason) = state(&scanned(&ders(&keys, &made), &[]));
    assert_ne!(state_of_mesh, ChainState::Verified, "{reason}");
    made.push(ca("CA 19").by("Root").serial(&[2]));
    let (state, reason) = state(&scanned(&ders(&keys, &made), &[ca("Root").der(&keys)]));
    assert_eq!(state, ChainState::Verified, "{reason}");
    assert!(start.elapsed() < LIMIT, "{:?}", start.elapsed());
}

#[test]
fn a_key_identifier_that_points_nowhere_leads_nowhere() {
    let keys = Keys::default();
    let astray = leaf("Issuing").with(AUTHORITY_KEY_ID, false, sequence(&[&element(0x80, &[&[7; 20]])]));
    let files = ders(&keys, &[astray, ca("Issuing").by("Root"), ca("Root")]);
    assert_eq!(first(&scanned(&files, &[])).chain.fault, Some(ChainFault::Incomplete));
}

#[test]
fn tens_of_thousands_of_names_and_constraints_are_walked_once() {
    let keys = Keys::default();
    let names: Vec<Vec<u8>> =
        (0..2000).map(|number| element(0x82, &[format!("n{number}.contoso.com").as_bytes()])).collect();
    let trees: Vec<String> = (0..2000).map(|number| format!("t{number}.fabrikam.com")).collect();
    let mut permitted: Vec<(u8, &[u8])> = trees.iter().map(|tree| (0x82, tree.as_bytes())).collect();
    permitted.push((0x82, b"contoso.com"));
    let made = [
        leaf("Issuing").with(SAN, false, sequence(&[&names.concat()])),
        ca("Issuing").by("Root").with(NAME_CONSTRAINTS, true, constraints(&permitted, &[])),
        ca("Root"),
    ];
    let files = ders(&keys, &made);
    let start = Instant::now();
    assert_eq!(state(&scanned(&files, &[])).0, ChainState::Verified);
    assert!(start.elapsed() < LIMIT, "{:?}", start.elapsed());
}

#[test]
fn the_order_of_files_decides_nothing_where_many_keys_have_one_name() {
    let keys = Keys::default();
    let other =
        |number: usize| ca("Issuing").key(&format!("Issuing {number}")).signer(&format!("Issuing {number}"));
    let open = |made: Made| made.without(AUTHORITY_KEY_ID).without(SUBJECT_KEY_ID);
    let others: Vec<Vec<u8>> = ders(&keys, &(0..30).map(|number| open(other(number))).collect::<Vec<_>>());
    // More files than are read at once, so that the first ones are looked at before the others are known.
    let between = vec![b"nothing".to_vec(); 1100];
    for number in 0..3 {
        let leaf = open(leaf("Issuing").signer(&format!("Issuing {number}"))).der(&keys);
        let (mut last, own) = (others.clone(), vec![others[number].clone()]);
        last.remove(number);
        let told = |files: &[&[Vec<u8>]]| state(&scanned(&files.concat(), &[]));
        let leaf = vec![leaf];
        assert_eq!(
            told(&[&leaf, &own, &between, &last]),
            told(&[&leaf, &last, &between, &own]),
            "key {number}"
        );
    }
}
