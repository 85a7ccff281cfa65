//! Some 300 paths, judged as `openssl verify` judges them. Where the answers differ, that is meant, and stands in a table with its
//! reason.

use std::fs;
use std::path::Path;
use std::process::Command;

use lyncert_report::scan::{ScanOptions, scan};
use lyncert_rules::certificate::ChainState;

use super::pki::*;

/// What may be special about a certificate of a CA.
type Change = (&'static str, fn(Made) -> Made);

const CHANGES: &[Change] = &[
    ("nothing", |made| made),
    ("ended", Made::ended),
    ("not valid yet", Made::not_yet),
    ("damaged", Made::damaged),
    ("no CA", |made| made.with(BASIC_CONSTRAINTS, true, sequence(&[]))),
    ("no basic constraints", |made| made.without(BASIC_CONSTRAINTS)),
    ("no basic constraints and no key usage", |made| made.without(BASIC_CONSTRAINTS).without(KEY_USAGE)),
    ("no key usage", |made| made.without(KEY_USAGE)),
    ("may not sign", |made| made.with(KEY_USAGE, true, usage(CRL_SIGN))),
    ("version 1", Made::version_1),
    ("length 0", |made| made.with(BASIC_CONSTRAINTS, true, ca_constraints(Some(0)))),
    ("length 1", |made| made.with(BASIC_CONSTRAINTS, true, ca_constraints(Some(1)))),
    ("a critical extension", |made| made.with("2a0304", true, vec![5, 0])),
    ("permits the name", |made| {
        made.with(NAME_CONSTRAINTS, true, constraints(&[(0x82, b"contoso.com")], &[]))
    }),
    ("permits another name", |made| {
        made.with(NAME_CONSTRAINTS, true, constraints(&[(0x82, b"fabrikam.com")], &[]))
    }),
    ("excludes the name", |made| {
        made.with(NAME_CONSTRAINTS, true, constraints(&[], &[(0x82, b"contoso.com")]))
    }),
    ("no authority key identifier", |made| made.without(AUTHORITY_KEY_ID)),
    ("no subject key identifier", |made| made.without(SUBJECT_KEY_ID)),
    ("another key identifier", |made| {
        made.with(AUTHORITY_KEY_ID, false, sequence(&[&element(0x80, &[&[7; 20]])]))
    }),
    ("another issuer", |made| made.by("Nowhere")),
    ("the issuer in capitals", |made| {
        let issuer = if made.is_by("Root") { "ROOT" } else { "UPPER" };
        made.issuer(name(PRINTABLE, issuer))
    }),
    ("policies that are asked for", |made| {
        made.with(POLICY_CONSTRAINTS, true, sequence(&[&element(0x80, &[&[0]])]))
    }),
    ("usages of mail", |made| {
        let mail = element(0x06, &[&[0x2B, 6, 1, 5, 5, 7, 3, 4]]);
        made.with(EKU, false, sequence(&[&mail]))
    }),
];

/// Where the answer is not OpenSSL's: what is special, and why.
const MEANT: &[(&str, &str)] = &[(
    "policies that are asked for",
    "policies are not looked at, so the path is not checkable; OpenSSL does not look at them either, and accepts it",
)];

struct Case {
    what: Vec<&'static str>,
    /// The certificates above the leaf, path by path: OpenSSL follows one only, so that it is asked about each of them.
    paths: Vec<[Made; 2]>,
    root: Made,
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let lower = || ca("Lower").by("Upper");
    let upper = || ca("Upper").by("Root");
    for (what, change) in CHANGES {
        // On each level alone, and beside one that is sound.
        let (low, up) = (change(lower()).serial(&[9]), change(upper()).serial(&[9]));
        for (paths, root) in [
            (vec![[low.clone(), upper()]], ca("Root")),
            (vec![[lower(), up.clone()]], ca("Root")),
            (vec![[lower(), upper()]], change(ca("Root"))),
            (vec![[lower(), up.clone()], [lower(), upper()]], ca("Root")),
            (vec![[low.clone(), upper()], [lower(), upper()]], ca("Root")),
            (
                vec![[low.clone(), up.clone()], [lower(), up.clone()], [low, upper()], [lower(), upper()]],
                ca("Root"),
            ),
        ] {
            cases.push(Case { what: vec![what], paths, root });
        }
    }
    // Two on one path.
    for (index, (one, first)) in CHANGES.iter().enumerate() {
        for (other, second) in CHANGES.iter().skip(index % 3).step_by(3) {
            let paths = vec![[first(lower()), second(upper())]];
            cases.push(Case { what: vec![one, other], paths, root: ca("Root") });
        }
    }
    cases
}

fn pem(ders: &[Vec<u8>]) -> String {
    let one = |der: &Vec<u8>| {
        let text = data_encoding::BASE64_MIME.encode(der);
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", text.trim())
    };
    ders.iter().map(one).collect()
}

/// Whether OpenSSL verifies the chain at the time of judgment; `None` where it is not installed, which CI does not accept.
fn openssl_verifies(folder: &Path) -> Option<(bool, String)> {
    let at = AT.unix_timestamp().to_string();
    // A given root is one, whoever signed it.
    let arguments = "verify -partial_chain -CAfile roots/root.pem -untrusted above.pem -attime";
    let arguments = arguments.split(' ').chain([at.as_str(), "certs/leaf.pem"]);
    match Command::new("openssl").args(arguments).current_dir(folder).output() {
        Ok(output) => Some((output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())),
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "OpenSSL is needed: {error}");
            None
        }
    }
}

#[test]
fn paths_are_judged_as_openssl_judges_them_but_for_what_is_meant() {
    let cases = cases();
    assert!(cases.len() > 300, "{} paths", cases.len());
    let keys = Keys::default();
    let (mut good, mut differences, mut met) = (0, Vec::new(), Vec::new());
    for case in &cases {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, ders: &[Vec<u8>]| fs::write(folder.path().join(path), pem(ders)).unwrap();
        for below in ["certs", "roots"] {
            fs::create_dir(folder.path().join(below)).unwrap();
        }
        write("certs/leaf.pem", &[leaf("Lower").der(&keys)]);
        write("roots/root.pem", &[case.root.der(&keys)]);
        let (mut theirs, mut told, mut all) = (false, String::new(), Vec::new());
        for path in &case.paths {
            let above = ders(&keys, path);
            write("above.pem", &above);
            all.extend(above);
            let Some((verifies, why)) = openssl_verifies(folder.path()) else { return };
            theirs |= verifies;
            told.push_str(&why);
        }
        write("certs/above.pem", &all);
        let mut options = ScanOptions::default();
        options.at = Some(AT);
        options.roots = Some(folder.path().join("roots"));
        let inventory = scan(&folder.path().join("certs"), &options).unwrap();
        let leaf = inventory.certificates.iter().find(|facts| facts.first_path() == "leaf.pem").unwrap();
        let (state, reason) = leaf.chain.judged_at(AT);
        let ours = state == ChainState::Verified;
        good += usize::from(ours && theirs);
        if ours != theirs {
            match MEANT.iter().find(|(what, _)| case.what.contains(what)) {
                // Nothing is meant that OpenSSL refuses and that is called verified.
                Some((what, _)) if theirs => met.push(*what),
                Some(_) | None => {
                    differences.push(format!("{:?}: {state:?} ({reason}), OpenSSL: {told}", case.what));
                }
            }
        }
    }
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.join("\n"));
    assert!(good > 60, "{good} are good");
    for (what, _) in MEANT {
        assert!(met.contains(what), "{what} makes no difference any more");
    }
}
