//! CAs that everybody knows: their names are no secret.

/// Public CAs by the names that stand in their certificates. A certificate can claim a public policy and have any issuer.
const PUBLIC_CAS: [&str; 24] = [
    "Actalis",
    "Amazon",
    "Buypass",
    "Certum",
    "COMODO",
    "Comodo",
    "DigiCert",
    "Digicert",
    "D-TRUST",
    "Entrust",
    "GeoTrust",
    "GlobalSign",
    "GoDaddy",
    "Go Daddy",
    "Google Trust Services",
    "HARICA",
    "IdenTrust",
    "Let's Encrypt",
    "QuoVadis",
    "RapidSSL",
    "Sectigo",
    "SSL.com",
    "SwissSign",
    "Thawte",
];

/// Words of common names of public CAs, beside the CA's own, numbers of generations and years.
const WORDS_OF_CAS: [&str; 40] = [
    "AG",
    "Assurance",
    "Assured",
    "Authority",
    "Authentication",
    "Basic",
    "CA",
    "Certificate",
    "Certification",
    "Class",
    "Client",
    "Cloud",
    "DV",
    "Domain",
    "ECC",
    "ECDSA",
    "EE",
    "EV",
    "Encryption",
    "Everywhere",
    "Extended",
    "Global",
    "High",
    "ID",
    "Inc",
    "Intermediate",
    "OV",
    "Organization",
    "Primary",
    "Public",
    "RSA",
    "Root",
    "SHA2",
    "SHA256",
    "SHA384",
    "SSL",
    "Secure",
    "Server",
    "TLS",
    "Validation",
];

fn is_word_of_ca(word: &str) -> bool {
    let is_of_name = || PUBLIC_CAS.iter().any(|known| known.split([' ', '-']).any(|part| part == word));
    let is_generation = || word.len() <= 4 && word.chars().any(|c| c.is_ascii_digit());
    WORDS_OF_CAS.contains(&word) || is_of_name() || is_generation()
}

/// What may be said of an issuer that claims to be a public CA: its organization and country, and its common name where that is the
/// CA's too. CAs that a public one runs for somebody bear that one's name.
pub(super) fn public_name(issuer: &str) -> Option<String> {
    let is_known = |name: &str| {
        let after = PUBLIC_CAS.iter().find_map(|known| name.strip_prefix(known));
        after.is_some_and(|after| !after.starts_with(char::is_alphanumeric))
    };
    let is_of_ca = |name: &str| is_known(name) && name.split([' ', '-']).all(is_word_of_ca);
    let parts: Vec<&str> = issuer.split(", ").collect();
    let organization = parts.iter().find(|part| part.strip_prefix("O=").is_some_and(is_known))?;
    let own = parts.iter().filter(|part| {
        part == &organization
            || part.strip_prefix("CN=").is_some_and(is_of_ca)
            || part.strip_prefix("C=").is_some_and(|country| country.len() == 2)
    });
    Some(own.copied().collect::<Vec<_>>().join(", "))
}
