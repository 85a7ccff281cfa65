//! Folders with many CAs: all of one name, and in a circle of cross-certificates.

use std::fs;
use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, SerialNumber};

/// A folder, deleted with this value.
pub(crate) struct Authorities {
    folder: tempfile::TempDir,
}

struct Authority {
    key: KeyPair,
    params: CertificateParams,
}

impl Authorities {
    /// So many CAs of one name, each with a key of its own, and as many certificates that do not say whose key signed them.
    pub(crate) fn of_one_name(count: usize) -> Self {
        let made = Self { folder: tempfile::tempdir().expect("there is a place for temporary folders") };
        for number in 0..count {
            let authority = Authority::new("Fabrikam CA");
            made.add(&format!("ca{number:05}.cer"), &authority.self_signed());
            made.add(&format!("server{number:05}.cer"), &authority.issue(number));
        }
        made
    }

    /// So many CAs, each certified by the next one and the last by the first, with a certificate by each.
    pub(crate) fn in_a_circle(count: usize) -> Self {
        let made = Self { folder: tempfile::tempdir().expect("there is a place for temporary folders") };
        let all: Vec<Authority> =
            (0..count).map(|number| Authority::new(&format!("Fabrikam CA {number}"))).collect();
        for (number, (authority, next)) in all.iter().zip(all.iter().cycle().skip(1)).enumerate() {
            made.add(&format!("ca{number:05}.cer"), &next.certify(authority));
            made.add(&format!("server{number:05}.cer"), &authority.issue(number));
        }
        made
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    fn add(&self, name: &str, der: &[u8]) {
        fs::write(self.path().join(name), der).expect("the folder can be written to");
    }
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self { key: KeyPair::generate().expect("a key can be made"), params }
    }

    fn self_signed(&self) -> Vec<u8> {
        self.params.self_signed(&self.key).expect("a CA can be signed").der().to_vec()
    }

    fn certify(&self, other: &Self) -> Vec<u8> {
        let issuer = Issuer::from_params(&self.params, &self.key);
        other.params.signed_by(&other.key, &issuer).expect("a CA can be signed").der().to_vec()
    }

    fn issue(&self, number: usize) -> Vec<u8> {
        let names = [format!("server{number}.fabrikam.com")];
        let mut server = CertificateParams::new(names).expect("names are ASCII");
        server.serial_number = Some(SerialNumber::from(number as u64 + 1));
        let issuer = Issuer::from_params(&self.params, &self.key);
        server.signed_by(&self.key, &issuer).expect("a certificate can be signed").der().to_vec()
    }
}
