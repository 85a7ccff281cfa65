//! Inputs of which one thing grows: SIP domains, pools, names of a certificate, blocks of a bundle, entries of a list, waivers, and so
//! on.

use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CustomExtension, DnType, IsCa,
    Issuer, KeyIdMethod, KeyPair, RevokedCertParams, SerialNumber, date_time_ymd,
};
use zip::write::SimpleFileOptions;

/// An export and certificates, deleted with this value.
pub(crate) struct Input {
    folder: tempfile::TempDir,
}

impl Input {
    /// An export with so many pools, servers of each and SIP domains. No certificates yet.
    pub(crate) fn new(pools: usize, servers: usize, domains: usize) -> Self {
        let made = Self { folder: tempfile::tempdir().expect("there is a place for temporary folders") };
        made.write("topology.xml", export(pools, servers, domains, ""));
        made.write("certs/readme.txt", "certificates of the estate");
        made
    }

    /// The same as one pool of one server, with so many elements that no export has.
    pub(crate) fn with_unknown_elements(count: usize) -> Self {
        let made = Self::new(1, 1, 1);
        let unknown: String = (0..count).map(|number| format!("<Odd{number} />\n")).collect();
        made.write("topology.xml", export(1, 1, 1, &unknown));
        made
    }

    /// One certificate of the only server, with so many names that nothing needs.
    pub(crate) fn of_names(count: usize) -> Self {
        let made = Self::new(1, 1, 1);
        made.add_certificate("certs/pool0.contoso.com/Default.cer", count);
        made
    }

    /// The same, and a waiver for each of these names.
    pub(crate) fn of_waivers(count: usize) -> Self {
        let made = Self::of_names(count);
        let waivers: String = (0..count)
            .map(|number| {
                format!(
                    "[[waiver]]\nrule = \"san-extra\"\nname = \"surplus{number}.contoso.com\"\nreason = \"it is gone soon\"\n"
                )
            })
            .collect();
        made.write("lyncert.toml", &waivers);
        made
    }

    /// So many files that hold nothing, and as many patterns of which none means one of them.
    pub(crate) fn of_ignored(count: usize) -> Self {
        let made = Self::of_names(1);
        let mut patterns = String::new();
        for number in 0..count {
            made.write(&format!("certs/notes/{number}.txt"), format!("note {number}"));
            let _ = write!(patterns, "[[ignore]]\npath = \"old{number}/*\"\nreason = \"they are old\"\n");
        }
        made.write("lyncert.toml", &patterns);
        made
    }

    /// One pool of so many servers, with the list of what is assigned to each.
    pub(crate) fn of_assigned(servers: usize) -> Self {
        let made = Self::new(1, servers, 1);
        for server in 0..servers {
            let uses = ["Default", "WebServicesInternal", "WebServicesExternal"];
            let rows: Vec<String> = uses
                .iter()
                .map(|usage| format!("{{\"Use\": \"{usage}\", \"Thumbprint\": \"{server:040X}\"}}"))
                .collect();
            let path = format!("certs/fe{server}.pool0.contoso.com/assigned.json");
            made.write(&path, format!("[{}]", rows.join(", ")));
        }
        made.add_certificate("certs/other.cer", 1);
        made
    }

    /// A bundle of so many certificates.
    pub(crate) fn of_blocks(count: usize) -> Self {
        let made = Self::new(1, 1, 1);
        let (key, params) = authority();
        let issuer = Issuer::from_params(&params, &key);
        let bundle: String = (0..count)
            .map(|number| {
                let mut server =
                    CertificateParams::new([format!("server{number}.contoso.com")]).expect("a name");
                server.serial_number = Some(SerialNumber::from(number as u64 + 1));
                let signed = server.signed_by(&key, &issuer).expect("a certificate can be signed");
                let base64 = BASE64.encode(signed.der());
                format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n")
            })
            .collect();
        made.write("certs/bundle.pem", &bundle);
        made
    }

    /// A revocation list with so many entries, beside its CA.
    pub(crate) fn of_revoked(count: usize) -> Self {
        let made = Self::new(1, 1, 1);
        let (key, params) = authority();
        made.write("certs/ca.cer", params.self_signed(&key).expect("a CA can be signed").der());
        let entry = |number: usize| RevokedCertParams {
            serial_number: SerialNumber::from(number as u64 + 1),
            revocation_time: date_time_ymd(2026, 6, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let list = CertificateRevocationListParams {
            this_update: date_time_ymd(2026, 11, 1),
            next_update: date_time_ymd(2027, 11, 1),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: (0..count).map(entry).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let list = list.signed_by(&Issuer::from_params(&params, &key)).expect("a list can be signed");
        made.write("certs/ca.crl", list.der());
        made
    }

    /// A text with so many events.
    pub(crate) fn of_events(count: usize) -> Self {
        let made = Self::new(1, 1, 1);
        let events: String = (0..count)
            .map(|number| {
                format!(
                    "{number} Error LS Protocol Stack 14428 TLS outgoing connection failures, 0x80090325\n"
                )
            })
            .collect();
        made.write("events.txt", &events);
        made
    }

    /// The same inputs with a certificate that serves none of them, so that there is something to audit.
    pub(crate) fn with_stranger(self) -> Self {
        self.add_certificate("certs/other.cer", 1);
        self
    }

    /// The same inputs with a certificate of the first pool, with so many names that nothing needs.
    pub(crate) fn with_own(self, surplus: usize) -> Self {
        self.add_certificate("certs/pool0.contoso.com/Default.cer", surplus);
        self
    }

    /// One pool of so many servers, each with the same certificate, which lacks the names of all of them.
    pub(crate) fn of_shared_failure(servers: usize) -> Self {
        let made = Self::new(1, servers, 1);
        made.add_certificate("certs/fe0.pool0.contoso.com/Default.cer", 1);
        let shared = fs::read(made.place("certs/fe0.pool0.contoso.com/Default.cer")).expect("it was written");
        for server in 1..servers {
            made.write(&format!("certs/fe{server}.pool0.contoso.com/Default.cer"), &shared);
        }
        made
    }

    /// So many files in an archive, of which one is the export.
    pub(crate) fn of_entries(count: usize) -> Self {
        let made = Self::new(1, 1, 1);
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let mut add = |name: &str, text: &str| {
            archive.start_file(name, SimpleFileOptions::default()).expect("an archive takes a file");
            archive.write_all(text.as_bytes()).expect("memory takes everything");
        };
        add("topology.xml", &export(1, 1, 1, ""));
        for number in 0..count {
            add(&format!("{number}.xml"), &format!("<AnchoredXml><Number>{number}</Number></AnchoredXml>"));
        }
        made.write("config.zip", archive.finish().expect("an archive is finished").into_inner());
        made
    }

    /// So many PKCS#12 archives, and a file of so many passwords, the last of which opens them.
    pub(crate) fn of_archives(archives: usize, passwords: usize) -> Self {
        let made = Self::new(1, 1, 1);
        let archive =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../lyncert-report/tests/containers/archive-2des.pfx");
        let archive = fs::read(archive).expect("the archive of the tests");
        for number in 0..archives {
            made.write(&format!("certs/{number}/server.pfx"), &archive);
        }
        let wrong: String = (1..passwords).map(|number| format!("wrong {number}\n")).collect();
        made.write("passwords.txt", format!("{wrong}correct horse\n"));
        made
    }

    /// One certificate with so many extensions that nobody knows.
    pub(crate) fn of_extensions(count: usize) -> Self {
        let made = Self::new(1, 1, 1);
        let (key, mut params) = authority();
        let unknown = |number: usize| {
            let oid = [1, 3, 6, 1, 4, 1, 99_999, number as u64 + 1];
            CustomExtension::from_oid_content(&oid, vec![5, 0])
        };
        params.custom_extensions = (0..count).map(unknown).collect();
        made.write("certs/odd.cer", params.self_signed(&key).expect("a CA can be signed").der());
        made
    }

    /// So many certificates that could serve the only pool, in files of their own.
    pub(crate) fn of_candidates(count: usize) -> Self {
        let made = Self::new(1, 1, 1);
        for number in 0..count {
            made.add_certificate(&format!("certs/{number}.cer"), 1);
        }
        made
    }

    pub(crate) fn path(&self, below: &str) -> String {
        self.place(below).display().to_string()
    }

    fn add_certificate(&self, path: &str, surplus: usize) {
        let (key, params) = authority();
        let own = ["pool0.contoso.com".to_owned(), "sip.d0.contoso.com".to_owned()];
        let names = own.into_iter().chain((0..surplus).map(|number| format!("surplus{number}.contoso.com")));
        let mut server = CertificateParams::new(names.collect::<Vec<_>>()).expect("names are ASCII");
        server.distinguished_name.push(DnType::CommonName, "pool0.contoso.com");
        let issuer = Issuer::from_params(&params, &key);
        self.write(path, server.signed_by(&key, &issuer).expect("a certificate can be signed").der());
    }

    fn place(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    fn write(&self, below: &str, bytes: impl AsRef<[u8]>) {
        let path = self.place(below);
        let folder = path.parent().unwrap_or_else(|| Path::new("."));
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, bytes))
            .expect("the folder can be written to");
    }
}

fn authority() -> (KeyPair, CertificateParams) {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "Contoso CA");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    (KeyPair::generate().expect("a key can be made"), params)
}

/// A published topology of Front End pools. A pool of one server has its name.
fn export(pools: usize, servers: usize, domains: usize, unknown: &str) -> String {
    let mut text = String::from(
        r#"<Topology xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008"><InternalDomains DefaultDomain="d0.contoso.com">"#,
    );
    for domain in 0..domains {
        let _ = writeln!(text, r#"<InternalDomain Name="d{domain}.contoso.com" />"#);
    }
    text.push_str(unknown);
    text.push_str(
        r#"</InternalDomains><Sites><CentralSite SiteId="1"><Name>Main</Name></CentralSite></Sites><Clusters>"#,
    );
    for pool in 0..pools {
        let _ = write!(
            text,
            r#"<Cluster Fqdn="pool{pool}.contoso.com" RequiresSetup="true"><ClusterId SiteId="1" Number="{pool}" />"#
        );
        for server in 0..servers {
            let name = if servers == 1 { String::new() } else { format!("fe{server}.") };
            let _ = writeln!(text, r#"<Machine Fqdn="{name}pool{pool}.contoso.com" />"#);
        }
        text.push_str("</Cluster>");
    }
    text.push_str("</Clusters><Services>");
    for pool in 0..pools {
        for role in ["Registrar", "UserServices", "WebServices"] {
            let _ = writeln!(
                text,
                r#"<Service ServiceVersion="7"><ServiceId SiteId="1" RoleName="{role}" Instance="{pool}" /><InstalledOn><ClusterId SiteId="1" Number="{pool}" /></InstalledOn></Service>"#
            );
        }
    }
    text.push_str("</Services></Topology>");
    text
}
