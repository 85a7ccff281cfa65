//! Certificates that no CA and no library makes, for tests: written byte by byte, with a signature that nothing verifies.

use x509_parser::asn1_rs::Oid;

/// A certificate to be encoded. Each part can be replaced by an odd one.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    /// As the field counts: 2 is version 3. `None` leaves the field out.
    pub(crate) version: Option<u8>,
    pub(crate) serial: Vec<u8>,
    /// Object identifier inside what is signed.
    pub(crate) inner_signature: &'static str,
    /// Object identifier outside.
    pub(crate) signature: &'static str,
    pub(crate) subject: Vec<u8>,
    /// Tag and text.
    pub(crate) not_before: (u8, &'static str),
    pub(crate) not_after: (u8, &'static str),
    pub(crate) key: Vec<u8>,
    /// Object identifier, whether it is critical, and its value; `None` leaves the field out.
    pub(crate) extensions: Option<Vec<(&'static str, bool, Vec<u8>)>>,
}

pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
pub(crate) const UTF8: u8 = 0x0C;
pub(crate) const SHA256_RSA: &str = "1.2.840.113549.1.1.11";
pub(crate) const SAN: &str = "2.5.29.17";
pub(crate) const EKU: &str = "2.5.29.37";

impl Default for Made {
    fn default() -> Self {
        Self {
            version: Some(2),
            serial: vec![1],
            inner_signature: SHA256_RSA,
            signature: SHA256_RSA,
            subject: name(&[(UTF8, b"sip.contoso.com")]),
            not_before: (UTC_TIME, "260101000000Z"),
            not_after: (UTC_TIME, "271231235959Z"),
            key: rsa_key(2048, &[1, 0, 1]),
            extensions: Some(vec![(SAN, false, san(&[(2, b"sip.contoso.com")]))]),
        }
    }
}

impl Made {
    pub(crate) fn der(&self) -> Vec<u8> {
        let algorithm = |oid: &str| element(0x30, &[self::oid(oid), element(0x05, &[])].concat());
        let version = self.version.map(|version| element(0xA0, &element(0x02, &[version])));
        let time = |(tag, text): (u8, &str)| element(tag, text.as_bytes());
        let extensions = self.extensions.as_ref().map(|extensions| {
            let each = extensions.iter().map(|(id, critical, value)| {
                let critical = if *critical { element(0x01, &[0xFF]) } else { Vec::new() };
                element(0x30, &[oid(id), critical, element(0x04, value)].concat())
            });
            element(0xA3, &element(0x30, &each.collect::<Vec<_>>().concat()))
        });
        let signed = [
            version.unwrap_or_default(),
            element(0x02, &self.serial),
            algorithm(self.inner_signature),
            name(&[(UTF8, b"Contoso Issuing CA")]),
            element(0x30, &[time(self.not_before), time(self.not_after)].concat()),
            self.subject.clone(),
            self.key.clone(),
            extensions.unwrap_or_default(),
        ];
        let signature = element(0x03, &[&[0][..], &[0xAB; 256]].concat());
        element(0x30, &[element(0x30, &signed.concat()), algorithm(self.signature), signature].concat())
    }
}

/// One element of DER.
pub(crate) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let digits: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    let length = match (content.len(), u8::try_from(digits.len())) {
        (short, _) if short < 128 => vec![u8::try_from(short).unwrap_or_default()],
        (_, Ok(count)) => [&[0x80 | count][..], &digits].concat(),
        (_, Err(_)) => Vec::new(),
    };
    [&[tag][..], &length, content].concat()
}

pub(crate) fn oid(text: &str) -> Vec<u8> {
    let arcs: Vec<u64> = text.split('.').filter_map(|arc| arc.parse().ok()).collect();
    element(0x06, Oid::from(&arcs).map(|oid| oid.as_bytes().to_vec()).unwrap_or_default().as_slice())
}

/// A subject of common names, each in a string type of its own.
pub(crate) fn name(common_names: &[(u8, &[u8])]) -> Vec<u8> {
    let relative = common_names
        .iter()
        .map(|(tag, text)| element(0x31, &element(0x30, &[oid("2.5.4.3"), element(*tag, text)].concat())));
    element(0x30, &relative.collect::<Vec<_>>().concat())
}

/// A subject alternative name of context-specific entries.
pub(crate) fn san(entries: &[(u8, &[u8])]) -> Vec<u8> {
    let entries = entries.iter().map(|(tag, value)| element(0x80 | tag, value));
    element(0x30, &entries.collect::<Vec<_>>().concat())
}

/// An RSA key with a modulus of this many bits.
pub(crate) fn rsa_key(bits: usize, exponent: &[u8]) -> Vec<u8> {
    let mut modulus = vec![0xC5; bits.div_ceil(8)];
    if let Some(first) = modulus.first_mut() {
        // The highest bit of the modulus, and none above it.
        *first = match bits % 8 {
            0 => 0x80,
            rest => 1 << (rest - 1),
        };
        if bits.is_multiple_of(8) {
            modulus.insert(0, 0);
        }
    }
    let key = element(0x30, &[element(0x02, &modulus), element(0x02, exponent)].concat());
    public_key("1.2.840.113549.1.1.1", &element(0x05, &[]), &key)
}

/// A key on a named curve.
pub(crate) fn ec_key(curve: &str) -> Vec<u8> {
    public_key("1.2.840.10045.2.1", &oid(curve), &[4; 65])
}

/// A key of any algorithm, with the DER of its parameters.
pub(crate) fn public_key(algorithm: &str, parameters: &[u8], key: &[u8]) -> Vec<u8> {
    let algorithm = element(0x30, &[&oid(algorithm)[..], parameters].concat());
    element(0x30, &[algorithm, element(0x03, &[&[0][..], key].concat())].concat())
}
