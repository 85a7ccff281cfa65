//! Cases in the shape of NIST's PKITS, by its sections: what a chain is expected to come to, and what it comes to. Lists are in
//! `revocation.rs`.

use lyncert_rules::certificate::ChainState::{self, NotCheckable, Verified, Wrong};

use super::pki::*;

/// Section and number, what is special, the expected state, and the certificates: the leaf, those above it, and the root last.
type Case = (&'static str, &'static str, ChainState, fn() -> Vec<Made>);

/// A leaf below one CA below the root.
fn three(leaf: Made, issuing: Made) -> Vec<Made> {
    vec![leaf, issuing, ca("Root")]
}

fn issuing() -> Made {
    ca("Issuing").by("Root")
}

/// A leaf below CAs with these path lengths, the topmost first; the first one is the root's.
fn lengths(lengths: &[Option<u8>]) -> Vec<Made> {
    let labels: Vec<String> = (0..lengths.len()).map(|index| format!("CA {index}")).collect();
    let mut made: Vec<Made> = lengths
        .iter()
        .zip(&labels)
        .enumerate()
        .map(|(index, (length, label))| {
            let above = labels.get(index.wrapping_sub(1)).unwrap_or(label);
            ca(label).by(above).with(BASIC_CONSTRAINTS, true, ca_constraints(*length))
        })
        .collect();
    made.push(leaf(labels.last().unwrap()));
    made.reverse();
    made
}

fn named(names: &[(u8, &[u8])]) -> Made {
    let names: Vec<Vec<u8>> = names.iter().map(|(tag, value)| element(*tag, &[value])).collect();
    leaf("Issuing").with(SAN, false, sequence(&[&names.concat()]))
}

fn constrained(permitted: &[(u8, &[u8])], excluded: &[(u8, &[u8])]) -> Made {
    issuing().with(NAME_CONSTRAINTS, true, constraints(permitted, excluded))
}

fn policies(value: Vec<u8>) -> Made {
    issuing().with(POLICY_CONSTRAINTS, true, value)
}

const DNS: u8 = 0x82;
const EMAIL: u8 = 0x81;
const URI: u8 = 0x86;
const IP: u8 = 0x87;
const DIRECTORY: u8 = 0xA4;

const CASES: &[Case] = &[
    ("4.1.1", "good signatures", Verified, || three(leaf("Issuing"), issuing())),
    ("4.1.2", "the CA's signature is damaged", Wrong, || three(leaf("Issuing"), issuing().damaged())),
    ("4.1.3", "the certificate's signature is damaged", Wrong, || {
        three(leaf("Issuing").damaged(), issuing())
    }),
    ("4.2.1", "the CA is not valid yet", Wrong, || three(leaf("Issuing"), issuing().not_yet())),
    ("4.2.5", "the CA has ended", Wrong, || three(leaf("Issuing"), issuing().ended())),
    ("4.2.5", "the root has ended", Wrong, || vec![leaf("Issuing"), issuing(), ca("Root").ended()]),
    ("4.3.1", "the issuer has another name", NotCheckable, || {
        three(leaf("Issuing").issuer(name(UTF8, "Other")), issuing())
    }),
    ("4.3.3", "blanks between words", Verified, || {
        three(leaf("Issuing CA").issuer(name(UTF8, "Issuing   CA")), ca("Issuing CA").by("Root"))
    }),
    ("4.3.4", "blanks around words", Verified, || {
        three(leaf("Issuing CA").issuer(name(UTF8, "  Issuing CA ")), ca("Issuing CA").by("Root"))
    }),
    ("4.3.5", "case", Verified, || three(leaf("Issuing").issuer(name(UTF8, "ISSUING")), issuing())),
    ("4.3.7", "string types", Verified, || {
        three(leaf("Issuing").issuer(name(PRINTABLE, "Issuing")), issuing())
    }),
    ("4.3.9", "string types and case of the root", Verified, || {
        three(leaf("Issuing"), issuing().issuer(name(PRINTABLE, "ROOT")))
    }),
    ("4.5.1", "the CA's new key, certified with its old one", Verified, || {
        let new_with_old = ca("Issuing").key("Issuing 2").issuer(name(UTF8, "Issuing")).signer("Issuing");
        vec![leaf("Issuing").signer("Issuing 2"), new_with_old, issuing(), ca("Root")]
    }),
    ("4.5.3", "the CA's old key, certified with its new one", Verified, || {
        let old_with_new = ca("Issuing").key("Issuing").issuer(name(UTF8, "Issuing")).signer("Issuing 2");
        vec![leaf("Issuing"), old_with_new, issuing().key("Issuing 2"), ca("Root")]
    }),
    ("4.6.1", "a CA without basic constraints", Wrong, || {
        three(leaf("Issuing"), issuing().without(BASIC_CONSTRAINTS))
    }),
    ("4.6.2", "critical basic constraints that say no CA", Wrong, || {
        three(leaf("Issuing"), issuing().with(BASIC_CONSTRAINTS, true, sequence(&[])))
    }),
    ("4.6.3", "other basic constraints that say no CA", Wrong, || {
        three(leaf("Issuing"), issuing().with(BASIC_CONSTRAINTS, false, sequence(&[])))
    }),
    ("4.6.4", "basic constraints that are not critical", Verified, || {
        three(leaf("Issuing"), issuing().with(BASIC_CONSTRAINTS, false, ca_constraints(None)))
    }),
    ("4.6.5", "a CA below one that allows none", Wrong, || lengths(&[None, Some(0), None])),
    ("4.6.7", "a leaf below one that allows no CA", Verified, || lengths(&[None, Some(0)])),
    ("4.6.9", "limits on the way that are too small", Wrong, || lengths(&[None, Some(6), Some(0), Some(0)])),
    ("4.6.13", "limits on the way that are kept", Verified, || {
        lengths(&[None, Some(6), Some(4), Some(1), None])
    }),
    ("4.6.13", "the root's own limit", Wrong, || lengths(&[Some(0), None])),
    ("4.6.15", "a self-issued certificate does not count", Verified, || {
        let limited = issuing().with(BASIC_CONSTRAINTS, true, ca_constraints(Some(0)));
        let own = ca("Issuing").key("Issuing 2").issuer(name(UTF8, "Issuing")).signer("Issuing");
        vec![leaf("Issuing").signer("Issuing 2"), own, limited, ca("Root")]
    }),
    ("4.6.16", "another one below a self-issued certificate does", Wrong, || {
        let limited = issuing().with(BASIC_CONSTRAINTS, true, ca_constraints(Some(0)));
        let own = ca("Issuing").key("Issuing 2").issuer(name(UTF8, "Issuing")).signer("Issuing");
        let lower = ca("Lower").issuer(name(UTF8, "Issuing")).signer("Issuing 2");
        vec![leaf("Lower"), lower, own, limited, ca("Root")]
    }),
    ("4.7.1", "a critical key usage without keyCertSign", Wrong, || {
        three(leaf("Issuing"), issuing().with(KEY_USAGE, true, usage(CRL_SIGN)))
    }),
    ("4.7.2", "another key usage without keyCertSign", Wrong, || {
        three(leaf("Issuing"), issuing().with(KEY_USAGE, false, usage(CRL_SIGN)))
    }),
    ("4.7.3", "a CA without key usage", Verified, || three(leaf("Issuing"), issuing().without(KEY_USAGE))),
    ("4.8.1", "policies that nobody asks for", Verified, || {
        let policy = sequence(&[&sequence(&[&element(0x06, &[&[0x55, 0x1D, 0x20, 0x00]])])]);
        three(leaf("Issuing"), issuing().with("551d20", true, policy))
    }),
    ("4.9.1", "policies that the CA asks for further down than the path goes", Verified, || {
        three(leaf("Issuing"), policies(sequence(&[&element(0x80, &[&[10]])])))
    }),
    ("4.9.3", "policies that the CA asks for", NotCheckable, || {
        three(leaf("Issuing"), policies(sequence(&[&element(0x80, &[&[0]])])))
    }),
    ("4.10.1", "policy mappings", Verified, || {
        let policy = |number: u8| element(0x06, &[&[0x2A, 0x03, number]]);
        let mappings = sequence(&[&sequence(&[&policy(1), &policy(2)])]);
        three(leaf("Issuing"), issuing().with("551d21", true, mappings))
    }),
    ("4.11.1", "mappings that are not allowed, and that nobody asks for", Verified, || {
        three(leaf("Issuing"), policies(sequence(&[&element(0x81, &[&[0]])])))
    }),
    ("4.12.1", "any policy that is not allowed, and that nobody asks for", Verified, || {
        three(leaf("Issuing"), issuing().with("551d36", true, integer(&[0])))
    }),
    ("4.13.1", "a subject within a permitted directory", Verified, || {
        three(leaf("Issuing"), constrained(&[(DIRECTORY, &organization("CONTOSO"))], &[]))
    }),
    ("4.13.2", "a subject outside of it", Wrong, || {
        three(leaf("Issuing"), constrained(&[(DIRECTORY, &organization("Fabrikam"))], &[]))
    }),
    ("4.13.7", "a subject within an excluded directory", Wrong, || {
        three(leaf("Issuing"), constrained(&[], &[(DIRECTORY, &organization("Contoso"))]))
    }),
    ("4.13.13", "a CA's own subject outside of what is permitted", Wrong, || {
        let lower = ca("Lower").by("Issuing").subject(organization("Fabrikam"));
        let leaf = leaf("Lower").issuer(organization("Fabrikam"));
        vec![leaf, lower, constrained(&[(DIRECTORY, &organization("Contoso"))], &[]), ca("Root")]
    }),
    ("4.13.19", "a self-issued certificate outside of what is permitted", Verified, || {
        let upper = issuing().with(
            NAME_CONSTRAINTS,
            true,
            constraints(&[(DIRECTORY, &name(UTF8, "leaf.contoso.com"))], &[]),
        );
        let own = ca("Issuing").key("Issuing 2").issuer(name(UTF8, "Issuing")).signer("Issuing");
        vec![leaf("Issuing").signer("Issuing 2"), own, upper, ca("Root")]
    }),
    ("4.13.21", "an e-mail address on a permitted host", Verified, || {
        three(named(&[(EMAIL, b"anna@mail.contoso.com")]), constrained(&[(EMAIL, b".contoso.com")], &[]))
    }),
    ("4.13.22", "an e-mail address elsewhere", Wrong, || {
        three(named(&[(EMAIL, b"anna@contoso.com")]), constrained(&[(EMAIL, b".contoso.com")], &[]))
    }),
    ("4.13.30", "a DNS name within what is permitted", Verified, || {
        three(leaf("Issuing"), constrained(&[(DNS, b"contoso.com")], &[]))
    }),
    ("4.13.31", "a DNS name outside of it", Wrong, || {
        three(leaf("Issuing"), constrained(&[(DNS, b"fabrikam.com")], &[]))
    }),
    ("4.13.30", "a CA whose common name looks like a DNS name outside of it", Verified, || {
        let lower = ca("ca.fabrikam.com").by("Issuing");
        vec![leaf("ca.fabrikam.com"), lower, constrained(&[(DNS, b"contoso.com")], &[]), ca("Root")]
    }),
    ("4.13.33", "a DNS name that is excluded, with a dot at its end", Wrong, || {
        three(named(&[(DNS, b"leaf.contoso.com.")]), constrained(&[], &[(DNS, b"contoso.com")]))
    }),
    ("4.13.33", "a DNS name that is excluded", Wrong, || {
        three(leaf("Issuing"), constrained(&[], &[(DNS, b"contoso.com")]))
    }),
    ("4.13.34", "a URI on a permitted host", Verified, || {
        three(named(&[(URI, b"https://www.contoso.com/")]), constrained(&[(URI, b".contoso.com")], &[]))
    }),
    ("4.13.35", "a URI elsewhere", Wrong, || {
        three(named(&[(URI, b"https://www.fabrikam.com/")]), constrained(&[(URI, b".contoso.com")], &[]))
    }),
    ("x509-limbo nc", "an excluded range of addresses", Wrong, || {
        three(named(&[(IP, &[10, 1, 2, 3])]), constrained(&[], &[(IP, &[10, 0, 0, 0, 255, 0, 0, 0])]))
    }),
    ("x509-limbo nc", "an address outside of the permitted range", Wrong, || {
        three(named(&[(IP, &[192, 0, 2, 1])]), constrained(&[(IP, &[10, 0, 0, 0, 255, 0, 0, 0])], &[]))
    }),
    ("x509-limbo nc", "a kind of name that is not read", NotCheckable, || {
        let other: &[u8] = &[0x06, 0x03, 0x2A, 0x03, 0x04];
        three(named(&[(0xA0, other)]), constrained(&[(0xA0, other)], &[]))
    }),
    ("x509-limbo nc", "constraints of the root", Wrong, || {
        let root = ca("Root").with(NAME_CONSTRAINTS, true, constraints(&[(DNS, b"fabrikam.com")], &[]));
        vec![leaf("Issuing"), issuing(), root]
    }),
    ("4.16.1", "an extension that is not known", Verified, || {
        three(leaf("Issuing"), issuing().with("2a0304", false, vec![5, 0]))
    }),
    ("4.16.2", "a critical extension that is not known", Wrong, || {
        three(leaf("Issuing"), issuing().with("2a0304", true, vec![5, 0]))
    }),
    ("4.16.2", "a critical extension of the root that is not known", Wrong, || {
        vec![leaf("Issuing"), issuing(), ca("Root").with("2a0304", true, vec![5, 0])]
    }),
    ("BSI EXT_10", "a key usage that is none", Wrong, || {
        three(leaf("Issuing"), issuing().with(KEY_USAGE, true, sequence(&[&[7, 0x80]])))
    }),
    ("BSI EXT_12", "a negative path length", Wrong, || {
        let constraints = sequence(&[&element(0x01, &[&[0xFF]]), &integer(&[0xFF])]);
        three(leaf("Issuing"), issuing().with(BASIC_CONSTRAINTS, true, constraints))
    }),
    ("roots", "a given root of version 1", Verified, || {
        vec![leaf("Issuing"), issuing(), ca("Root").version_1()]
    }),
    ("roots", "a given root without basic constraints that signs certificates", Verified, || {
        vec![leaf("Issuing"), issuing(), ca("Root").without(BASIC_CONSTRAINTS)]
    }),
    ("roots", "a given root that says it is no CA", Wrong, || {
        vec![leaf("Issuing"), issuing(), ca("Root").with(BASIC_CONSTRAINTS, true, sequence(&[]))]
    }),
    ("roots", "a given root that another CA issued", Verified, || {
        vec![leaf("Issuing"), issuing().by("Elsewhere")]
    }),
    ("roots", "a given root that another CA issued and that says it is no CA", Wrong, || {
        let server = issuing().by("Elsewhere").without(KEY_USAGE);
        vec![leaf("Issuing"), server.with(BASIC_CONSTRAINTS, true, sequence(&[]))]
    }),
    ("roots", "a CA of version 1 that is no root", Wrong, || three(leaf("Issuing"), issuing().version_1())),
];

fn organization(text: &str) -> Vec<u8> {
    let kind = element(0x06, &[&[0x55, 0x04, 10]]);
    sequence(&[&element(0x31, &[&sequence(&[&kind, &element(PRINTABLE, &[text.as_bytes()])])])])
}

#[test]
fn every_case_comes_to_what_the_standard_says() {
    let mut failures = Vec::new();
    for (section, what, expected, made) in CASES {
        let keys = Keys::default();
        let made = ders(&keys, &made());
        let (root, others) = made.split_last().unwrap();
        let (state, reason) = state(&scanned(others, std::slice::from_ref(root)));
        if state != *expected {
            failures.push(format!("{section}, {what}: expected {expected:?}, got {state:?}: {reason}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn the_order_of_files_changes_nothing() {
    for (section, what, _, made) in CASES {
        let keys = Keys::default();
        let mut made = ders(&keys, &made());
        let root = made.pop().unwrap();
        let leaf = made.remove(0);
        let told = |others: Vec<Vec<u8>>| {
            let files: Vec<Vec<u8>> = [vec![leaf.clone()], others].concat();
            state(&scanned(&files, std::slice::from_ref(&root)))
        };
        let forward = told(made.clone());
        made.reverse();
        assert_eq!(forward, told(made), "{section}, {what}");
    }
}
