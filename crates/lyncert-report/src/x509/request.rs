//! Certificate requests (PKCS#10), with what Windows writes into them.

use std::collections::HashMap;

use lyncert_rules::request::CertificateRequest;
use x509_parser::asn1_rs::{Any, BitString, Class, Tag};
use x509_parser::extensions::{X509Extension, X509ExtensionParser};
use x509_parser::nom::Parser;
use x509_parser::prelude::FromDer;
use x509_parser::x509::{AlgorithmIdentifier, SubjectPublicKeyInfo, X509Name};

use super::elements::{any, elements, oid_of};
use super::extension::Extensions;
use super::{Outcome, algorithm, extension, name, signature};

/// PKCS#9, and what programs of Windows wrote before.
const EXTENSION_REQUESTS: [&str; 2] = ["1.2.840.113549.1.9.14", "1.3.6.1.4.1.311.2.1.14"];
/// What programs of Windows ask a CA of Windows for, in words.
const NAME_AND_VALUE: &str = "1.3.6.1.4.1.311.13.2.1";
const PROVIDER: &str = "1.3.6.1.4.1.311.13.2.2";

/// The request in `der`.
///
/// # Errors
///
/// Says in a few words what keeps it from being a request.
pub(crate) fn request(der: &[u8]) -> Result<CertificateRequest, String> {
    let request = parts(der)?;
    let mut facts = Extensions::default();
    let mut oddities = Vec::new();
    let mut provider = None;
    let mut wishes = HashMap::new();
    for attribute in request_attributes(request.attributes)? {
        let Some((id, value)) = attribute else {
            oddities.push("an attribute cannot be parsed".to_owned());
            continue;
        };
        if EXTENSION_REQUESTS.contains(&id.as_str()) {
            match requested_extensions(value) {
                Some(extensions) => facts = extensions,
                None => oddities.push("the requested extensions cannot be parsed".to_owned()),
            }
        } else if id == PROVIDER {
            provider = provider_name(value);
        } else if id == NAME_AND_VALUE {
            wishes.extend(names_and_values(value));
        }
    }
    let algorithm = algorithm::signature(&request.algorithm);
    let key = algorithm::public_key(&request.key);
    let signed = signature::Signed {
        algorithm: &algorithm,
        message: request.info,
        signature: &request.signature.data,
        key: &key,
        key_bytes: &request.key.subject_public_key.data,
    };
    let is_self_signed = match signature::verify(&signed) {
        Outcome::Good => Some(true),
        Outcome::Bad => Some(false),
        Outcome::NotCheckable => None,
    };
    if is_self_signed == Some(false) {
        oddities.push("its own key does not verify its signature".to_owned());
    }
    oddities.extend(facts.oddities.into_iter().map(|oddity| oddity.text));
    Ok(CertificateRequest {
        path: String::new(),
        answered_by: Vec::new(),
        subject: name::display(&request.subject),
        common_names: name::common_names(&request.subject),
        has_san: facts.has_san,
        dns_names: facts.dns_names,
        other_names: facts.other_names,
        san_octets: facts.san_octets,
        eku: facts.eku,
        key_usage: facts.key_usage,
        weak_key: super::weakness(&request.key.subject_public_key.data),
        key_sha256: super::public_key_sha256(request.key.raw),
        key,
        signature: algorithm,
        is_self_signed,
        provider,
        lifetime_days: lifetime_days(&wishes),
        template: facts.template,
        oddities,
    })
}

/// The parts of a request. The library refuses requests whose attributes have no value, which OpenSSL writes and reads, so that it is
/// asked for the parts only.
struct Parts<'a> {
    /// What is signed, as encoded.
    info: &'a [u8],
    subject: X509Name<'a>,
    key: SubjectPublicKeyInfo<'a>,
    /// The content of the set of attributes; empty where there is none.
    attributes: &'a [u8],
    algorithm: AlgorithmIdentifier<'a>,
    signature: BitString<'a>,
}

fn parts(der: &[u8]) -> Result<Parts<'_>, String> {
    let damaged = |what: &str| format!("{what} cannot be parsed");
    let outer = any(der).ok_or_else(|| damaged("its outer sequence"))?;
    let (rest, info) = Any::from_der(outer.data).map_err(|_| damaged("what it signs"))?;
    let info_raw = outer.data.get(..outer.data.len() - rest.len()).unwrap_or_default();
    let (rest, algorithm) =
        AlgorithmIdentifier::from_der(rest).map_err(|_| damaged("its signature algorithm"))?;
    let (_, signature) = BitString::from_der(rest).map_err(|_| damaged("its signature"))?;
    let (rest, _version) = Any::from_der(info.data).map_err(|_| damaged("its version"))?;
    let (rest, subject) = X509Name::from_der(rest).map_err(|_| damaged("its subject"))?;
    let (rest, key) = SubjectPublicKeyInfo::from_der(rest).map_err(|_| damaged("its public key"))?;
    let attributes = if rest.is_empty() {
        &[]
    } else {
        let (_, set) = Any::from_der(rest).map_err(|_| damaged("the set of its attributes"))?;
        if set.class() != Class::ContextSpecific || set.tag().0 != 0 {
            return Err("something else stands in the place of its attributes".to_owned());
        }
        set.data
    };
    Ok(Parts { info: info_raw, subject, key, attributes, algorithm, signature })
}

/// The attributes, each with its first value; the library cuts the values of those that it does not know.
fn request_attributes(set: &[u8]) -> Result<Vec<Option<Attribute<'_>>>, String> {
    let attributes = elements(set).ok_or("the set of its attributes cannot be parsed")?;
    Ok(attributes.iter().map(attribute).collect())
}

/// The object identifier of an attribute, and its first value.
type Attribute<'a> = (String, &'a [u8]);

fn attribute<'a>(attribute: &Any<'a>) -> Option<Attribute<'a>> {
    let parts = elements(attribute.data)?;
    Some((oid_of(parts.first()?)?, parts.get(1)?.data))
}

fn requested_extensions(value: &[u8]) -> Option<Extensions> {
    // An attribute without a value asks for nothing: OpenSSL writes it for a section without extensions.
    if value.is_empty() {
        return Some(Extensions::default());
    }
    let mut data = any(value)?.data;
    let mut parser = X509ExtensionParser::new().with_deep_parse_extensions(false);
    let mut extensions: Vec<X509Extension<'_>> = Vec::new();
    while !data.is_empty() {
        let (rest, extension) = parser.parse(data).ok()?;
        extensions.push(extension);
        data = rest;
    }
    Some(extension::read(&extensions))
}

/// The name in a provider attribute: a number, a name, and a signature.
fn provider_name(value: &[u8]) -> Option<String> {
    let fields = elements(any(value)?.data)?;
    let name = fields.iter().find(|field| {
        field.class() == Class::Universal
            && matches!(field.tag(), Tag::BmpString | Tag::Utf8String | Tag::PrintableString)
    })?;
    Some(name::text(name).into_owned())
}

/// The pairs of an attribute that asks for something in words, the names in lower case.
fn names_and_values(values: &[u8]) -> Vec<(String, String)> {
    let pair = |pair: &Any<'_>| {
        let fields = elements(pair.data)?;
        let word = |index: usize| fields.get(index).map(|field| name::text(field).into_owned());
        Some((word(0)?.to_ascii_lowercase(), word(1)?))
    };
    elements(values).unwrap_or_default().iter().filter_map(pair).collect()
}

/// How many days the certificate should live; `None` where nothing or nonsense is said of it.
fn lifetime_days(wishes: &HashMap<String, String>) -> Option<i64> {
    let units: i64 = wishes.get("validityperiodunits")?.trim().parse().ok()?;
    let days = match wishes.get("validityperiod")?.trim().to_ascii_lowercase().as_str() {
        "days" => 1,
        "weeks" => 7,
        "months" => 30,
        "years" => 365,
        _ => return None,
    };
    units.checked_mul(days)
}
