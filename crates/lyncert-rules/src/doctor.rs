//! From an event, an error code or a message to what may be wrong with the certificates.

use crate::citation::{
    CLOCK, COM_CODES, CTECH, Citation, EIWEB, L13_AUTOD, L13_CERTSRV, L13_PLAN, PERFICIENT, RISUAL, SERIAL,
    SHA512, UCLOBBY, UCLOBBY_STORE,
};

/// Something that an administrator sees.
#[derive(Debug)]
pub struct Symptom {
    /// Event ids, Schannel codes, HRESULTs and names of errors.
    pub codes: &'static [&'static str],
    /// Texts that messages of this kind have in them; lower case.
    pub texts: &'static [&'static str],
    /// What it means.
    pub meaning: &'static str,
    /// The rules that find the cause in certificates; empty where no certificate shows it.
    pub rules: &'static [&'static str],
    /// What else to look at.
    pub advice: &'static str,
    /// Where it was described.
    pub source: &'static Citation,
}

/// All symptoms that are known.
pub(crate) static SYMPTOMS: &[Symptom] = &[
    Symptom {
        codes: &["41025", "41026", "41029", "41031"],
        texts: &["web conferencing", "data mcu"],
        meaning: "LS Data MCU: the web conferencing service cannot connect to the Edge Server, since an update of .NET in May 2017 checks the extended key usages",
        rules: &["eku-client-missing", "eku-server-missing"],
        advice: "The registry switch RequireCertificateEKUs turns the check off until the certificates are replaced",
        source: &UCLOBBY,
    },
    Symptom {
        codes: &["36874", "36888", "36871", "36870"],
        texts: &["schannel", "fatal alert"],
        meaning: "Schannel: the handshake failed, because the two sides have no cipher suite or signature algorithm in common, or because the private key cannot be used",
        rules: &[
            "sig-md5",
            "sig-md2",
            "sig-sha512",
            "sig-rsassa-pss",
            "key-type",
            "ec-curve",
            "rsa-short",
            "cng-provider",
            "ku-missing-bits",
            "key-mismatch",
        ],
        advice: "Event 36870 speaks of the private key: check that the service account may read it",
        source: &CTECH,
    },
    Symptom {
        codes: &["32042", "30988", "30998", "61029", "0x800b0109", "CERT_E_UNTRUSTEDROOT"],
        texts: &["terminated in a root certificate which is not trusted"],
        meaning: "A certificate chain ends in a root that is not trusted, or an intermediate certificate lies among the trusted roots",
        rules: &[
            "intermediate-as-root",
            "root-in-intermediate-place",
            "chain-untrusted",
            "chain-incomplete",
            "self-signed",
        ],
        advice: "On every server: Get-ChildItem Cert:\\LocalMachine\\Root | Where-Object { $_.Issuer -ne $_.Subject } has to give nothing",
        source: &UCLOBBY_STORE,
    },
    Symptom {
        codes: &["1047", "10054", "WSAECONNRESET", "14428", "14366"],
        texts: &["presence unknown", "federation", "connection was closed by the remote"],
        meaning: "A federated partner or the next hop closes the connection: it does not trust the certificate, or does not find the expected name in it",
        rules: &[
            "chain-incomplete",
            "expired",
            "san-missing",
            "cn-not-in-san",
            "ca-private-external",
            "revoked",
            "san-stale",
            "eku-server-missing",
        ],
        advice: "The same fault at the partner looks alike from here: ask for the partner's chain too",
        source: &RISUAL,
    },
    Symptom {
        codes: &["0x80090028", "NTE_BUFFER_TOO_SMALL", "0x8007007a"],
        texts: &["buffer supplied to a function was too small"],
        meaning: "The key is held by a CNG key storage provider, which this generation cannot use",
        rules: &["cng-provider"],
        advice: "certutil -store my tells the provider of each key",
        source: &PERFICIENT,
    },
    Symptom {
        codes: &[],
        texts: &["rtcsrv", "front end service does not start", "second front end"],
        meaning: "Front End services do not start: a chain that is not trusted, a signature algorithm that Windows does not offer in TLS, or an expired certificate",
        rules: &["expired", "sig-sha512", "sig-md5", "intermediate-as-root", "requirement-unmet", "key-type"],
        advice: "Look at the Schannel events of the same minute",
        source: &SHA512,
    },
    Symptom {
        codes: &["0x800b0101", "CERT_E_EXPIRED", "0x80090328", "SEC_E_CERT_EXPIRED"],
        texts: &["not within its validity period", "certificate has expired"],
        meaning: "A certificate, or one of its CAs, is not valid now",
        rules: &["expired", "not-yet-valid", "validity-inverted", "issuer-expired"],
        advice: "A wrong clock or time zone on one computer looks the same",
        source: &COM_CODES,
    },
    Symptom {
        codes: &["0x800b010f", "CERT_E_CN_NO_MATCH", "0x80090322", "SEC_E_WRONG_PRINCIPAL"],
        texts: &[
            "cn name does not match",
            "target principal name is incorrect",
            "name on the security certificate",
        ],
        meaning: "The name that the client asked for is not in the certificate",
        rules: &[
            "san-missing",
            "cn-not-in-san",
            "cn-wrong",
            "cn-wildcard",
            "san-wildcard-not-honoured",
            "san-bad-name",
        ],
        advice: "Lync Phone Edition honors no wildcard, and fails where one stands before the FQDN",
        source: &COM_CODES,
    },
    Symptom {
        codes: &["0x80092012", "0x80092013", "CRYPT_E_NO_REVOCATION_CHECK", "CRYPT_E_REVOCATION_OFFLINE"],
        texts: &["revocation server was offline", "unable to check revocation"],
        meaning: "The revocation list cannot be fetched, or is overdue",
        rules: &["cdp-missing", "cdp-ldap-only", "crl-stale", "crl-bad-signature"],
        advice: "From outside of the domain only HTTP addresses can be reached; check that they answer",
        source: &COM_CODES,
    },
    Symptom {
        codes: &["0x80092010", "CRYPT_E_REVOKED", "0x800b010c", "CERT_E_REVOKED"],
        texts: &["certificate was explicitly revoked", "certificate is revoked"],
        meaning: "The certificate, or one of its CAs, is revoked",
        rules: &["revoked"],
        advice: "Put the CA's current revocation list into the folder to see since when and why",
        source: &COM_CODES,
    },
    Symptom {
        codes: &["0x800b0110", "CERT_E_WRONG_USAGE"],
        texts: &["not valid for the requested usage"],
        meaning: "The certificate may not be used as a server's",
        rules: &["eku-server-missing", "eku-client-missing", "ku-missing-bits", "ca-as-leaf"],
        advice: "The template decides: it has to be a web server template",
        source: &COM_CODES,
    },
    Symptom {
        codes: &["0x80090325", "SEC_E_UNTRUSTED_ROOT", "0x800b010a", "CERT_E_CHAINING", "0x80096010"],
        texts: &[
            "problem verifying the certificate from the server",
            "issued by an authority that is not trusted",
        ],
        meaning: "The client does not trust the chain of the server's certificate",
        rules: &[
            "chain-untrusted",
            "chain-incomplete",
            "chain-signature-bad",
            "self-signed",
            "issuer-expired",
            "issuer-not-ca",
        ],
        advice: "Where it comes and goes, look for a group policy that writes the roots anew while services read them",
        source: &EIWEB,
    },
    Symptom {
        codes: &["0x8009030d", "SEC_E_UNKNOWN_CREDENTIALS", "0x80090016", "NTE_BAD_KEYSET", "0x8009030e"],
        texts: &["no private key", "keyset does not exist", "does not have a private key"],
        meaning: "The certificate has no private key on this computer, or lies in a user's store",
        rules: &["key-mismatch", "cng-provider", "pool-same-names-other-key"],
        advice: "The certificate has to lie in the computer's store with its key; certutil -repairstore my THUMBPRINT finds a lost link",
        source: &L13_CERTSRV,
    },
    Symptom {
        codes: &[],
        texts: &["lyncdiscover", "mobile", "autodiscover"],
        meaning: "Mobile clients cannot sign in: the discovery name is not in the certificate of the reverse proxy, a Front End Server or a Director",
        rules: &["san-missing", "san-wildcard-not-honoured", "requirement-unmet"],
        advice: "Where the first request is published over port 80, say so in the policy: autodiscover = \"http80\"",
        source: &L13_AUTOD,
    },
    Symptom {
        codes: &["MRAS"],
        texts: &["media relay", "av authentication", "a/v authentication", "audio/video"],
        meaning: "Audio and video with people outside fails: the servers of an Edge pool do not share the key of the A/V authentication certificate, or it has ended",
        rules: &["pool-differs", "pool-same-names-other-key", "expired", "expiring"],
        advice: "A new A/V certificate is staged with -Roll at least 8 hours before the old one ends",
        source: &L13_PLAN,
    },
    Symptom {
        codes: &[],
        texts: &["access edge does not start", "serial number"],
        meaning: "The Access Edge service names a serial number with its bytes in reverse order",
        rules: &[],
        advice: "`lyncert inspect` prints each serial number both ways",
        source: &SERIAL,
    },
    Symptom {
        codes: &[],
        texts: &["clock", "time zone", "time skew"],
        meaning: "A wrong clock makes sound certificates fail: they seem to be expired, or not to have begun",
        rules: &["not-yet-valid", "expired"],
        advice: "Compare the clocks of clients and servers with the domain's before you replace a certificate",
        source: &CLOCK,
    },
];

/// The symptoms that a code or a text points at: by code first, and by text only where no code is known.
pub fn symptoms(query: &str) -> Vec<&'static Symptom> {
    let query = query.trim().to_ascii_lowercase();
    let code = code_of(&query);
    let by_code: Vec<&Symptom> = SYMPTOMS
        .iter()
        .filter(|symptom| symptom.codes.iter().any(|known| known.eq_ignore_ascii_case(&code)))
        .collect();
    if !by_code.is_empty() {
        return by_code;
    }
    let has = |text: &&str| query.contains(*text) || (query.len() >= 4 && text.contains(&query));
    SYMPTOMS.iter().filter(|symptom| symptom.texts.iter().any(has)).collect()
}

/// A code as the table has it: without the word in front of it, and an HRESULT in hexadecimal however it is written.
fn code_of(query: &str) -> String {
    const AROUND: [char; 3] = [' ', ':', '#'];
    let code = query.trim_start_matches("event").trim_matches(AROUND);
    let code = code.trim_start_matches("id").trim_matches(AROUND);
    let number = match code.strip_prefix('-') {
        Some(_) => code.parse::<i32>().ok().map(i32::cast_unsigned),
        None => code.parse::<u32>().ok().filter(|number| *number > 0x8000_0000),
    };
    let bare =
        |code: &str| code.len() == 8 && code.starts_with('8') && code.chars().all(|c| c.is_ascii_hexdigit());
    match number {
        Some(number) => format!("0x{number:08x}"),
        None if bare(code) => format!("0x{code}"),
        None => code.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::RULES;

    #[test]
    fn every_symptom_leads_to_rules_that_are_there_and_can_be_found() {
        for symptom in SYMPTOMS {
            for id in symptom.rules {
                assert!(RULES.iter().any(|rule| rule.id == *id), "{id}");
            }
            assert!(!symptom.codes.is_empty() || !symptom.texts.is_empty(), "{}", symptom.meaning);
            for text in symptom.texts {
                assert_eq!(text.to_lowercase(), **text, "{text}");
                assert!(symptoms(text).iter().any(|found| found.meaning == symptom.meaning), "{text}");
            }
            for code in symptom.codes {
                assert!(symptoms(code).iter().any(|found| found.meaning == symptom.meaning), "{code}");
            }
        }
    }

    #[test]
    fn a_code_is_known_however_it_is_written() {
        for query in
            ["0x800B0109", "800b0109", "-2146762487", "2148204809", " 0x800b0109 ", "CERT_E_UNTRUSTEDROOT"]
        {
            assert_eq!(symptoms(query).len(), 1, "{query}");
            assert!(symptoms(query)[0].rules.contains(&"intermediate-as-root"), "{query}");
        }
        for query in ["41026", "Event 41026", "event id: 41026", "#41026"] {
            assert!(symptoms(query)[0].rules.contains(&"eku-client-missing"), "{query}");
        }
    }

    #[test]
    fn a_message_is_known_by_its_words_and_others_are_not() {
        let message = "Set-CsCertificate : The buffer supplied to a function was too small.";
        assert_eq!(symptoms(message)[0].rules, ["cng-provider"]);
        for query in ["", "12345", "hello", "abc"] {
            assert!(symptoms(query).is_empty(), "{query}");
        }
    }
}
