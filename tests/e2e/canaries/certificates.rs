//! Certificates, requests, lists and archives with a canary in everything that they can hold.

use data_encoding::BASE64;
use rcgen::string::{Ia5String, PrintableString};
use rcgen::{
    Attribute, BasicConstraints, CertificateParams, CertificateRevocationListParams, CustomExtension,
    DistinguishedName, DnType, DnValue, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair,
    KeyUsagePurpose, OtherNameValue, RevocationReason, RevokedCertParams, SanType, SerialNumber,
    date_time_ymd,
};

use super::canary;

/// Kinds of attributes of a distinguished name, beside those that rcgen knows.
const ATTRIBUTES: [(&str, &[u64]); 21] = [
    ("serialnumber", &[2, 5, 4, 5]),
    ("street", &[2, 5, 4, 9]),
    ("title", &[2, 5, 4, 12]),
    ("description", &[2, 5, 4, 13]),
    ("category", &[2, 5, 4, 15]),
    ("postaladdress", &[2, 5, 4, 16]),
    ("postalcode", &[2, 5, 4, 17]),
    ("phone", &[2, 5, 4, 20]),
    ("name", &[2, 5, 4, 41]),
    ("givenname", &[2, 5, 4, 42]),
    ("surname", &[2, 5, 4, 4]),
    ("initials", &[2, 5, 4, 43]),
    ("generation", &[2, 5, 4, 44]),
    ("qualifier", &[2, 5, 4, 46]),
    ("pseudonym", &[2, 5, 4, 65]),
    ("organizationid", &[2, 5, 4, 97]),
    ("mail", &[1, 2, 840, 113_549, 1, 9, 1]),
    ("unstructured", &[1, 2, 840, 113_549, 1, 9, 2]),
    ("user", &[0, 9, 2342, 19_200_300, 100, 1, 1]),
    ("component", &[0, 9, 2342, 19_200_300, 100, 1, 25]),
    ("own", &[1, 3, 6, 1, 4, 1, 5_555_577, 4, 7]),
];

/// A distinguished name with every kind of attribute, and this common name.
fn distinguished_name(whose: &str, common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    let text = |field: &str| canary(&format!("{whose}{field}"));
    name.push(DnType::CountryName, DnValue::PrintableString(PrintableString::try_from("QZ").unwrap()));
    name.push(DnType::StateOrProvinceName, text("state"));
    name.push(DnType::LocalityName, format!("{}, {}", text("city"), text("district")));
    name.push(DnType::OrganizationName, format!("{} Ltd. \"{}\"", text("company"), text("quoted")));
    name.push(DnType::OrganizationalUnitName, text("unit"));
    for (field, oid) in ATTRIBUTES {
        let value = match field {
            "component" => DnValue::Ia5String(Ia5String::try_from(text(field)).unwrap()),
            _ => DnValue::Utf8String(text(field)),
        };
        name.push(DnType::from_oid(oid), value);
    }
    name.push(DnType::CommonName, common_name);
    name
}

/// An element of DER.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let head = match u8::try_from(length) {
        Ok(short @ 0..0x80) => vec![tag, short],
        Ok(byte) => vec![tag, 0x81, byte],
        Err(_) => [&[tag, 0x82][..], &u16::try_from(length).unwrap().to_be_bytes()].concat(),
    };
    [head, content.to_vec()].concat()
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(0x30, &parts.concat())
}

fn oid(arcs: &[u64]) -> Vec<u8> {
    let mut content = vec![u8::try_from(arcs[0] * 40 + arcs[1]).unwrap()];
    for arc in &arcs[2..] {
        let mut digits = vec![u8::try_from(arc & 0x7F).unwrap()];
        let mut rest = arc >> 7;
        while rest > 0 {
            digits.push(u8::try_from(rest & 0x7F).unwrap() | 0x80);
            rest >>= 7;
        }
        content.extend(digits.iter().rev());
    }
    element(0x06, &content)
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

/// Addresses of the CA, its statements, the template, and an extension that nobody knows.
fn extensions(whose: &str) -> Vec<CustomExtension> {
    let text = |field: &str| canary(&format!("{whose}{field}"));
    let url = |field: &str| {
        element(0x86, format!("http://{}.qzkanaripki.net/{}.crt", text(field), text("file")).as_bytes())
    };
    let access = [
        sequence(&[&oid(&[1, 3, 6, 1, 5, 5, 7, 48, 1]), &url("ocsp")]),
        sequence(&[&oid(&[1, 3, 6, 1, 5, 5, 7, 48, 2]), &url("aia")]),
    ];
    let ldap =
        format!("ldap:///CN={},CN={},DC={}?certificateRevocationList", text("ldap"), text("cdp"), text("dc"));
    let point = |name: &[u8]| sequence(&[&element(0xA0, &element(0xA0, name))]);
    let points = [point(&url("crl")), point(&element(0x86, ldap.as_bytes()))];
    let notice = element(0x0C, text("notice").as_bytes());
    let qualifiers = sequence(&[
        &sequence(&[
            &oid(&[1, 3, 6, 1, 5, 5, 7, 2, 1]),
            &element(0x16, format!("https://{}/cps", text("cps")).as_bytes()),
        ]),
        &sequence(&[&oid(&[1, 3, 6, 1, 5, 5, 7, 2, 2]), &sequence(&[&notice])]),
    ]);
    let policies = sequence(&[&sequence(&[&oid(&[1, 3, 6, 1, 4, 1, 5_555_577, 9, 9]), &qualifiers])]);
    let template = oid(&[1, 3, 6, 1, 4, 1, 311, 21, 8, 7_770_001, 7_770_002, 7_770_003]);
    let of = |arcs: &[u64], content: Vec<u8>| CustomExtension::from_oid_content(arcs, content);
    vec![
        of(&[1, 3, 6, 1, 5, 5, 7, 1, 1], sequence(&[&access.concat()])),
        of(&[2, 5, 29, 31], sequence(&[&points.concat()])),
        of(&[2, 5, 29, 32], policies),
        of(&[1, 3, 6, 1, 4, 1, 311, 20, 2], element(0x1E, &utf16(&text("template")))),
        of(&[1, 3, 6, 1, 4, 1, 311, 21, 7], sequence(&[&template, &element(0x02, &[100])])),
        of(&[1, 3, 6, 1, 4, 1, 5_555_577, 1], element(0x0C, text("extension").as_bytes())),
    ]
}

/// Alternative names of every kind, after these of hosts.
fn alternative_names(whose: &str, hosts: &[&str]) -> Vec<SanType> {
    let text = |field: &str| canary(&format!("{whose}{field}"));
    let ia5 = |text: String| Ia5String::try_from(text).unwrap();
    let mut names: Vec<_> = hosts.iter().map(|host| SanType::DnsName(ia5((*host).to_owned()))).collect();
    names.extend([
        SanType::DnsName(ia5(format!("{}.qzkanaristranger.org", text("surplus")))),
        SanType::DnsName(ia5(format!("{} with blanks", text("odd")))),
        SanType::DnsName(ia5(text("short"))),
        SanType::DnsName(ia5(format!("xn--{}-q8a.net", text("idn").replace("qzkanari", "qzknari")))),
        SanType::Rfc822Name(ia5(format!("{}@{}.com", text("mailuser"), text("mailhost")))),
        SanType::URI(ia5(format!(
            "sip:{}@{}.com;opaque={}",
            text("sipuser"),
            text("siphost"),
            text("opaque")
        ))),
        SanType::URI(ia5(format!(
            "https://{}.com:8443/{}?q={}",
            text("urlhost"),
            text("urlpath"),
            text("urlquery")
        ))),
        SanType::IpAddress([10, 77, 66, 55].into()),
        SanType::IpAddress("fd77:6655:4433::2211".parse().unwrap()),
        SanType::OtherName((
            vec![1, 3, 6, 1, 4, 1, 311, 20, 2, 3],
            OtherNameValue::Utf8String(format!("{}@{}.local", text("upn"), text("upnhost"))),
        )),
        SanType::OtherName((vec![1, 2, 3, 4], OtherNameValue::Utf8String(text("other")))),
    ]);
    names
}

/// A CA with a canary in each of its attributes.
pub(super) struct Authority {
    key: KeyPair,
    params: CertificateParams,
    pub(super) der: Vec<u8>,
}

/// A certificate and who has its key.
pub(super) struct Made {
    pub(super) der: Vec<u8>,
    key: KeyPair,
}

impl Made {
    pub(super) fn pem(&self) -> String {
        pem("CERTIFICATE", &self.der)
    }

    /// Its key in clear, as it should not lie anywhere.
    pub(super) fn key(&self) -> String {
        pem("PRIVATE KEY", &self.key.serialize_der())
    }

    /// An archive with it and its key in clear, under a friendly name.
    pub(super) fn archive(&self, friendly_name: &str) -> Vec<u8> {
        let data = oid(&[1, 2, 840, 113_549, 1, 7, 1]);
        let octets = |content: &[u8]| element(0x04, content);
        let wrapped = |content: &[u8]| sequence(&[&data, &element(0xA0, &octets(content))]);
        let name = element(0x31, &element(0x1E, &utf16(friendly_name)));
        let attributes = element(0x31, &sequence(&[&oid(&[1, 2, 840, 113_549, 1, 9, 20]), &name]));
        let bag = |kind: u64, content: &[u8]| {
            let kind = oid(&[1, 2, 840, 113_549, 1, 12, 10, 1, kind]);
            sequence(&[&kind, &element(0xA0, content), &attributes])
        };
        let certificate =
            sequence(&[&oid(&[1, 2, 840, 113_549, 1, 9, 22, 1]), &element(0xA0, &octets(&self.der))]);
        let bags = sequence(&[&bag(3, &certificate), &bag(1, &self.key.serialize_der())]);
        let safe = wrapped(&sequence(&[&wrapped(&bags)]));
        sequence(&[&element(0x02, &[3]), &safe])
    }

    /// A store as Windows serializes it, with a friendly name, and who keeps the key.
    pub(super) fn store(&self, friendly_name: &str, container: &str) -> Vec<u8> {
        let element = |id: u32, data: &[u8]| {
            let head = [id, 1, u32::try_from(data.len()).unwrap()];
            [head.iter().flat_map(|number| number.to_le_bytes()).collect(), data.to_vec()].concat()
        };
        let utf16 = |text: &str| -> Vec<u8> {
            format!("{text}\0").encode_utf16().flat_map(u16::to_le_bytes).collect()
        };
        let (container, provider) = (utf16(container), utf16(&canary("provider")));
        let start = 28;
        let numbers = [start, start + u32::try_from(container.len()).unwrap(), 12, 0x20, 0, 0, 1];
        let numbers: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        [
            b"\0\0\0\0CERT".to_vec(),
            element(2, &[numbers, container, provider].concat()),
            element(11, &utf16(friendly_name)),
            element(32, &self.der),
            vec![0; 12],
        ]
        .concat()
    }
}

pub(super) fn pem(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", BASE64.encode(der))
}

impl Authority {
    pub(super) fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.distinguished_name =
            distinguished_name("issuer", &format!("{} Issuing CA 1", canary("issuer")));
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.serial_number = Some(SerialNumber::from(vec![0x6A, 0xCA, 0xFE, 0x77, 0x12, 0x34, 0x56, 0x01]));
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2040, 1, 1);
        params.custom_extensions = extensions("ca");
        let der = params.self_signed(&key).unwrap().der().to_vec();
        Self { key, params, der }
    }

    /// A certificate with these names, until a day of 2026 or later.
    pub(super) fn issue(&self, whose: &str, common_name: &str, hosts: &[&str], until: (i32, u8)) -> Made {
        let key = KeyPair::generate().unwrap();
        let params = self.params_of(whose, common_name, hosts, until);
        let issuer = Issuer::from_params(&self.params, &self.key);
        Made { der: params.signed_by(&key, &issuer).unwrap().der().to_vec(), key }
    }

    fn params_of(
        &self,
        whose: &str,
        common_name: &str,
        hosts: &[&str],
        until: (i32, u8),
    ) -> CertificateParams {
        let mut params = CertificateParams::default();
        params.distinguished_name = distinguished_name(whose, common_name);
        params.subject_alt_names = alternative_names(whose, hosts);
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ServerAuth,
            ExtendedKeyUsagePurpose::Other(vec![1, 3, 6, 1, 4, 1, 5_555_577, 2]),
        ];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.custom_extensions = extensions(whose);
        params.serial_number = Some(SerialNumber::from(serial_of(whose)));
        params.use_authority_key_identifier_extension = true;
        params.not_before = date_time_ymd(2025, 12, 1);
        params.not_after = date_time_ymd(until.0, until.1, 1);
        params
    }

    /// A request with these names, a password and an attribute.
    pub(super) fn request(&self, whose: &str, common_name: &str, hosts: &[&str]) -> Vec<u8> {
        let mut params = CertificateParams::default();
        params.distinguished_name = distinguished_name(whose, common_name);
        params.subject_alt_names = alternative_names(whose, hosts);
        let text = |field: &str| element(0x31, &element(0x0C, canary(&format!("{whose}{field}")).as_bytes()));
        let attributes = vec![
            Attribute { oid: &[1, 2, 840, 113_549, 1, 9, 7], values: text("challenge") },
            Attribute { oid: &[1, 2, 840, 113_549, 1, 9, 8], values: text("address") },
            Attribute { oid: &[1, 3, 6, 1, 4, 1, 311, 21, 20], values: text("client") },
        ];
        let key = KeyPair::generate().unwrap();
        params.serialize_request_with_attributes(&key, attributes).unwrap().der().to_vec()
    }

    /// A list that revokes what was issued to somebody.
    pub(super) fn list(&self, whose: &str) -> Vec<u8> {
        let revoked = RevokedCertParams {
            serial_number: SerialNumber::from(serial_of(whose)),
            revocation_time: date_time_ymd(2026, 6, 1),
            reason_code: Some(RevocationReason::KeyCompromise),
            invalidity_date: None,
        };
        let list = CertificateRevocationListParams {
            this_update: date_time_ymd(2026, 11, 1),
            next_update: date_time_ymd(2027, 11, 1),
            crl_number: SerialNumber::from(vec![0x6A, 0xCA, 0xFE, 0x77, 0x12, 0x34, 0x56, 0x99]),
            issuing_distribution_point: None,
            revoked_certs: vec![revoked],
            key_identifier_method: KeyIdMethod::Sha256,
        };
        list.signed_by(&Issuer::from_params(&self.params, &self.key)).unwrap().der().to_vec()
    }
}

/// Eight bytes that nobody else has.
fn serial_of(whose: &str) -> Vec<u8> {
    let sum = whose.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    [&[0x6A, 0xCA, 0xFE, 0x77][..], &sum.to_be_bytes()].concat()
}
