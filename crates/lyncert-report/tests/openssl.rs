//! What OpenSSL says of the same certificates: chains by `openssl verify`, names by `openssl x509 -checkhost`. Where the answers
//! differ, the difference is meant, and stands in a table with its reason.

#![expect(clippy::unwrap_used, reason = "helpers of tests lie outside of test functions")]

use std::path::Path;
use std::process::{Command, Output};

use lyncert_ingest::name::DnsName;
use lyncert_report::scan::{ScanOptions, scan};
use lyncert_rules::certificate::ChainState;
use lyncert_rules::matching::DnsPattern;
use rcgen::string::Ia5String;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, GeneralSubtree, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, NameConstraints, SanType,
};
use tempfile::TempDir;

/// Runs OpenSSL in a folder; `None` where it is not installed, which CI does not accept.
fn openssl(folder: &Path, arguments: &[&str]) -> Option<Output> {
    match Command::new("openssl").args(arguments).current_dir(folder).output() {
        Ok(output) => Some(output),
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "OpenSSL is needed: {error}");
            None
        }
    }
}

fn pem(der: &[u8]) -> String {
    format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        data_encoding::BASE64_MIME.encode(der).trim()
    )
}

/// A certificate to make: its name, its issuer, and what is special about it.
struct Wanted {
    name: &'static str,
    issuer: &'static str,
    ca: Option<BasicConstraints>,
    constraints: Option<&'static str>,
    may_sign: bool,
}

const fn server(name: &'static str, issuer: &'static str) -> Wanted {
    Wanted { name, issuer, ca: None, constraints: None, may_sign: false }
}

const fn authority(name: &'static str, issuer: &'static str) -> Wanted {
    Wanted { ca: Some(BasicConstraints::Unconstrained), may_sign: true, ..server(name, issuer) }
}

fn wanted() -> Vec<Wanted> {
    vec![
        authority("root", "root"),
        authority("issuing", "root"),
        Wanted { ca: Some(BasicConstraints::Constrained(0)), ..authority("last", "root") },
        authority("below-last", "last"),
        Wanted { may_sign: false, ..authority("may-not-sign", "root") },
        Wanted { constraints: Some("fabrikam.com"), ..authority("fabrikam-only", "root") },
        Wanted { constraints: Some("contoso.com"), ..authority("contoso-only", "root") },
        server("by-root", "root"),
        server("by-issuing", "issuing"),
        server("by-last", "last"),
        server("too-deep", "below-last"),
        server("by-no-signer", "may-not-sign"),
        server("outside-of-names", "fabrikam-only"),
        server("within-names", "contoso-only"),
        server("by-server", "by-root"),
    ]
}

/// Makes all of them, and one whose signature is damaged; returns their names.
fn estate() -> (TempDir, Vec<&'static str>) {
    let folder = tempfile::tempdir().unwrap();
    let mut made: Vec<(&str, CertificateParams, KeyPair)> = Vec::new();
    let mut names = Vec::new();
    for wanted in wanted() {
        let host = format!("{}.contoso.com", wanted.name);
        let mut params = CertificateParams::new([host.clone()]).unwrap();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, wanted.name);
        params.use_authority_key_identifier_extension = wanted.issuer != wanted.name;
        if let Some(constraints) = wanted.ca {
            params.is_ca = IsCa::Ca(constraints);
            params.subject_alt_names.clear();
        }
        params.key_usages = match (wanted.ca, wanted.may_sign) {
            (Some(_), true) => vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign],
            (Some(_), false) => vec![KeyUsagePurpose::CrlSign],
            (None, _) => vec![KeyUsagePurpose::DigitalSignature],
        };
        params.name_constraints = wanted.constraints.map(|tree| NameConstraints {
            permitted_subtrees: vec![GeneralSubtree::DnsName(tree.to_owned())],
            excluded_subtrees: Vec::new(),
        });
        let key = KeyPair::generate().unwrap();
        let certificate = match made.iter().find(|(name, ..)| *name == wanted.issuer) {
            Some((_, issuer, issuer_key)) => {
                params.signed_by(&key, &Issuer::from_params(issuer, issuer_key)).unwrap()
            }
            None => params.self_signed(&key).unwrap(),
        };
        std::fs::write(folder.path().join(format!("{}.pem", wanted.name)), pem(certificate.der())).unwrap();
        if wanted.name == "by-issuing" {
            let mut der = certificate.der().to_vec();
            // The last byte belongs to the second number of the signature.
            *der.last_mut().unwrap() ^= 1;
            std::fs::write(folder.path().join("damaged.pem"), pem(&der)).unwrap();
            names.push("damaged");
        }
        names.push(wanted.name);
        made.push((wanted.name, params, key));
    }
    (folder, names)
}

#[test]
fn chains_are_judged_as_openssl_judges_them() {
    let (folder, names) = estate();
    let untrusted: String =
        ["issuing", "last", "below-last", "may-not-sign", "fabrikam-only", "contoso-only", "by-root"]
            .iter()
            .map(|name| std::fs::read_to_string(folder.path().join(format!("{name}.pem"))).unwrap())
            .collect();
    // Outside of the folder that is scanned.
    let aside = tempfile::tempdir().unwrap();
    let chain = aside.path().join("untrusted.pem");
    std::fs::write(&chain, untrusted).unwrap();
    let inventory = scan(folder.path(), &ScanOptions::default()).unwrap();
    let mut good = 0;
    for name in names {
        let file = format!("{name}.pem");
        let arguments =
            ["verify", "-CAfile", "root.pem", "-untrusted", chain.to_str().unwrap(), "-no_check_time", &file];
        let Some(output) = openssl(folder.path(), &arguments) else { return };
        let facts = inventory.certificates.iter().find(|facts| facts.first_path() == file).unwrap();
        let verified = facts.chain.state == ChainState::Verified;
        good += usize::from(verified);
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(verified, output.status.success(), "{name}: {:?}, OpenSSL: {told}", facts.chain);
    }
    assert_eq!(good, 11, "the others are wrong");
}

/// Why the answer is not OpenSSL's, and for which entry and name.
type Difference = (&'static str, fn(&str, &str) -> bool);

const MEANT: &[Difference] = &[
    ("a wildcard is the whole left-most label (RFC 9525 section 6.3)", |entry, _| entry == "l*.contoso.com"),
    ("names of servers have underscores, though they should not", |_, host| host.contains('_')),
    (
        "a final dot of the name that is asked for says nothing, one in the certificate keeps it from matching",
        |_, host| host.ends_with('.'),
    ),
    ("a name is compared as a certificate carries it, in A-labels", |_, host| !host.is_ascii()),
    ("a wildcard stands for any label, A-labels too", |entry, host| {
        entry == "*.contoso.com" && host.starts_with("xn--")
    }),
    ("an address is no name", |entry, _| entry == "10.0.0.1"),
];

#[test]
fn names_are_matched_as_openssl_matches_them_but_for_what_is_meant() {
    const ENTRIES: &[&str] = &[
        "lync.contoso.com",
        "LYNC.Contoso.com",
        "lync.contoso.com.",
        "*.contoso.com",
        "l*.contoso.com",
        "a.*.contoso.com",
        "*",
        "*.com",
        "lync_1.contoso.com",
        "xn--mnchen-3ya.contoso.com",
        "fe1",
        "10.0.0.1",
        "contoso.com",
    ];
    const HOSTS: &[&str] = &[
        "lync.contoso.com",
        "lync.contoso.com.",
        "LYNC.CONTOSO.COM",
        "contoso.com",
        "a.b.contoso.com",
        "a.x.contoso.com",
        "lync_1.contoso.com",
        "xn--mnchen-3ya.contoso.com",
        "münchen.contoso.com",
        "fe1",
        "10.0.0.1",
        "contoso.org",
    ];
    let folder = tempfile::tempdir().unwrap();
    let key = KeyPair::generate().unwrap();
    let mut differences = Vec::new();
    for entry in ENTRIES {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.subject_alt_names = vec![SanType::DnsName(Ia5String::try_from(*entry).unwrap())];
        std::fs::write(folder.path().join("one.pem"), pem(params.self_signed(&key).unwrap().der())).unwrap();
        for host in HOSTS {
            let arguments = ["x509", "-in", "one.pem", "-noout", "-checkhost", host];
            let Some(output) = openssl(folder.path(), &arguments) else { return };
            let theirs = String::from_utf8_lossy(&output.stdout).contains("does match");
            let ours =
                host.parse::<DnsName>().is_ok_and(|name| DnsPattern::new(entry).covers(&name).is_some());
            if ours != theirs {
                differences.push((*entry, *host));
            }
        }
    }
    let unexplained: Vec<_> = differences
        .iter()
        .filter(|(entry, host)| !MEANT.iter().any(|(_, is_meant)| is_meant(entry, host)))
        .collect();
    assert!(unexplained.is_empty(), "{unexplained:?}");
}
