//! A folder of certificates as a large estate has them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use lyncert_ingest::deployment::Deployment;
use rayon::prelude::*;
use rcgen::{
    BasicConstraints, CertificateParams, CrlDistributionPoint, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256,
};
use walkdir::WalkDir;
use x509_parser::prelude::{FromDer, X509Certificate};

/// Servers of the topology.
pub(crate) const SERVERS: usize = 500;
/// Folders as large estates have them.
const FOLDERS: usize = 200;

/// The throwaway RSA key of the tests: RSA is what such estates have.
fn key() -> KeyPair {
    let der = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/containers/key-pkcs8.der")).unwrap();
    KeyPair::from_pkcs8_der_and_sign_algo(&der.as_slice().into(), &PKCS_RSA_SHA256).unwrap()
}

fn name(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::OrganizationName, "Contoso");
    name.push(DnType::CommonName, common_name);
    name
}

/// A folder with a root and this many certificates that it issued, in many folders below.
pub(crate) fn estate(count: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut root = CertificateParams::default();
    root.distinguished_name = name("Contoso Root CA");
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = key();
    fs::write(folder.path().join("root.cer"), root.self_signed(&key).unwrap().der()).unwrap();
    for index in 0..FOLDERS {
        fs::create_dir(folder.path().join(format!("site{index}"))).unwrap();
    }
    let issuer = Issuer::from_params(&root, &key);
    (0..count).into_par_iter().for_each(|index| {
        let host = format!("fe{index}.contoso.com");
        let names = [
            host.clone(),
            format!("pool{}.contoso.com", index / 3),
            "sip.contoso.com".to_owned(),
            "meet.contoso.com".to_owned(),
            "dialin.contoso.com".to_owned(),
            "lyncdiscover.contoso.com".to_owned(),
        ];
        let mut server = CertificateParams::new(names).unwrap();
        server.distinguished_name = name(&host);
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        server.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
        server.crl_distribution_points =
            vec![CrlDistributionPoint { uris: vec!["http://pki.contoso.com/ca.crl".to_owned()] }];
        server.use_authority_key_identifier_extension = true;
        let der = server.signed_by(&key, &issuer).unwrap();
        fs::write(folder.path().join(format!("site{}/{host}.cer", index % FOLDERS)), der.der()).unwrap();
    });
    folder
}

/// A topology with some of the servers that the folder has certificates of.
pub(crate) fn topology() -> Deployment {
    const NS: &str = "urn:schema:Microsoft.Rtc.Management.Deploy.WritableTopology.2008";
    let (mut clusters, mut services) = (String::new(), String::new());
    for server in 0..SERVERS {
        let fqdn = format!("fe{server}.contoso.com");
        let machine = format!(r#"<Machines><Machine Fqdn="{fqdn}" /></Machines>"#);
        write!(clusters, r#"<Cluster UniqueId="{fqdn}" Fqdn="{fqdn}">{machine}</Cluster>"#).unwrap();
        let role = r#"RoleName="MediationServer" ServiceVersion="7""#;
        write!(services, r#"<Service {role} InstalledOn="{fqdn}" />"#).unwrap();
    }
    let domains = r#"<InternalDomains DefaultDomain="contoso.com"><InternalDomain Name="contoso.com" /></InternalDomains>"#;
    let sites = format!(
        r#"<CentralSites><CentralSite SiteId="1"><Clusters>{clusters}</Clusters></CentralSite></CentralSites>"#
    );
    let text = format!(
        r#"<PartialTopology xmlns="{NS}">{domains}{sites}<Services>{services}</Services></PartialTopology>"#
    );
    lyncert_ingest::deployment::read_deployment(&[("t.xml", text.as_bytes())]).unwrap()
}

/// The files of the folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = WalkDir::new(folder).into_iter().map(Result::unwrap);
    entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

/// What is compared with: the files are read and parsed on all cores, and nothing is kept.
pub(crate) fn read_and_parse(folder: &Path) -> usize {
    files(folder)
        .par_iter()
        .map(|path| {
            let bytes = fs::read(path).unwrap();
            let (_, certificate) = X509Certificate::from_der(&bytes).unwrap();
            certificate.extensions().len()
        })
        .sum()
}
