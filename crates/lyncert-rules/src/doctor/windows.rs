//! What Windows says: Schannel in the system log, and numbers of errors.

use super::{Cause, Code, Symptom};
use crate::citation::symptoms::{
    GETCSINFO, KB_2464556, OPENSSL_PFX, PFX_AES, SCHANNEL_ALERTS, SCHANNEL_EVENTS, UCKEN, WINHTTP,
};
use crate::citation::{COM_CODES, CTECH, L13_CERTSRV, PERFICIENT};

/// What makes the two sides of a handshake have nothing in common.
const HANDSHAKE: &[&str] = &[
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
];

/// What makes a peer not trust a chain.
const UNTRUSTED: &[&str] = &[
    "chain-untrusted",
    "chain-incomplete",
    "chain-signature-bad",
    "self-signed",
    "issuer-expired",
    "issuer-not-ca",
    "ca-private-external",
];

/// What ends.
const ENDED: &[&str] = &["expired", "not-yet-valid", "validity-inverted", "issuer-expired"];

/// What makes a name fail.
const NAMES: &[&str] =
    &["san-missing", "cn-not-in-san", "cn-wrong", "cn-wildcard", "san-wildcard-not-honoured", "san-bad-name"];

/// What a certificate may not be used for.
const USAGES: &[&str] = &["eku-server-missing", "eku-client-missing", "ku-missing-bits", "ca-as-leaf"];

pub(super) static SYMPTOMS: &[Symptom] = &[
    Symptom {
        codes: &[Code::event(36870)],
        messages: &["credential private key"],
        meaning: "Schannel: the private key of the server's certificate cannot be used",
        cause: Cause::AlsoElsewhere,
        rules: &["key-mismatch", "cng-provider", "key-type"],
        advice: "On the server: the service account may have to be given access to the key (Manage Private Keys); certutil -repairstore my THUMBPRINT finds a lost link",
        sources: &[&SCHANNEL_EVENTS],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[Code::event(36871)],
        messages: &["a fatal error occurred while creating"],
        meaning: "Schannel: it cannot make a credential for TLS: the key is not usable, or the protocols and cipher suites that were left on have nothing to offer",
        cause: Cause::AlsoElsewhere,
        rules: &["cng-provider", "key-mismatch", "key-type"],
        advice: "On the server: the registry keys of SCHANNEL\\Protocols and the order of cipher suites, and the access of the service account to the key",
        sources: &[&SCHANNEL_EVENTS],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[Code::event(36874)],
        messages: &[
            "none of the cipher suites supported by the client application are supported by the server",
        ],
        topics: &["schannel", "cipher suite"],
        meaning: "Schannel: the handshake fails, because the two sides have no cipher suite or signature algorithm in common",
        cause: Cause::AlsoElsewhere,
        rules: HANDSHAKE,
        advice: "On both sides: the protocols and cipher suites that are on; that of the whole chain each signature is one that TLS 1.2 offers",
        sources: &[&CTECH, &UCKEN, &SCHANNEL_EVENTS],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[Code::event(36887)],
        messages: &["fatal alert was received"],
        meaning: "Schannel: the other side refused the connection, mostly this server's certificate; the number of the alert says why",
        cause: Cause::AlsoElsewhere,
        rules: &[
            "expired",
            "chain-incomplete",
            "chain-untrusted",
            "san-missing",
            "eku-server-missing",
            "revoked",
        ],
        advice: "Find the other side by the time of the event and look at its log; that it trusts this server's CA no file of this server shows",
        sources: &[&SCHANNEL_EVENTS, &SCHANNEL_ALERTS],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[Code::event(36888)],
        messages: &["fatal alert was generated"],
        topics: &["fatal alert"],
        meaning: "Schannel: this server refused the connection, or could not go on with it; the number of the alert says why",
        cause: Cause::AlsoElsewhere,
        rules: HANDSHAKE,
        advice: "Look at the Schannel events of the same second: 36874 beside it speaks of cipher suites, 36882 and 36884 of the other side's certificate",
        sources: &[&SCHANNEL_EVENTS, &CTECH, &GETCSINFO],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[Code::event(36885)],
        messages: &["list of trusted certificate authorities"],
        meaning: "Schannel: the list of trusted roots is too long to be sent to clients, so that they find no certificate that would do",
        cause: Cause::Elsewhere,
        advice: "On the server: take roots that nobody needs out of the trusted roots, or have Schannel send no list (SendTrustedIssuerList = 0)",
        sources: &[&KB_2464556, &SCHANNEL_EVENTS],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[Code::alert(40, "handshake_failure"), Code::status(0x8009_0326, "SEC_E_ILLEGAL_MESSAGE")],
        messages: &["the message received was unexpected or badly formatted"],
        meaning: "TLS alert handshake failure: the two sides have no protocol, cipher suite or signature algorithm in common, or one of them wants a certificate that the other does not have",
        cause: Cause::AlsoElsewhere,
        rules: HANDSHAKE,
        advice: "On both sides: the protocols and cipher suites that are on",
        sources: &[&SCHANNEL_ALERTS, &CTECH],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[
            Code::alert(42, "bad_certificate"),
            Code::alert(46, "certificate_unknown"),
            Code::status(0x8009_0327, "SEC_E_CERT_UNKNOWN"),
        ],
        messages: &["an unknown error occurred while processing the certificate"],
        meaning: "The other side refuses the certificate without saying why: a damaged signature, a chain that it cannot build, a name or a usage that it does not accept",
        cause: Cause::AlsoElsewhere,
        rules: &[
            "chain-signature-bad",
            "chain-incomplete",
            "chain-untrusted",
            "san-missing",
            "eku-server-missing",
            "eku-client-missing",
            "unknown-critical-extension",
            "sig-rsassa-pss",
        ],
        advice: "Look at the log of the other side (CAPI2 in the event viewer): it knows the reason",
        sources: &[&SCHANNEL_ALERTS],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[Code::alert(43, "unsupported_certificate")],
        meaning: "TLS alert unsupported certificate: the other side may not use the certificate for this: its usages or the type of its key",
        cause: Cause::AlsoElsewhere,
        rules: &[
            "eku-server-missing",
            "eku-client-missing",
            "ku-missing-bits",
            "key-type",
            "ec-curve",
            "sig-md5",
        ],
        advice: "On the other side: whether it asks for usages or keys that this certificate does not have, as since an update of .NET in May 2017",
        sources: &[&SCHANNEL_ALERTS, &GETCSINFO],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[
            Code::status(0x800b_0101, "CERT_E_EXPIRED"),
            Code::status(0x8009_0328, "SEC_E_CERT_EXPIRED"),
            Code::alert(45, "certificate_expired"),
            Code::event(36881),
            Code::win32(12037, "ERROR_WINHTTP_SECURE_CERT_DATE_INVALID"),
        ],
        messages: &[
            "not within its validity period",
            "certificate has expired",
            "expired or is not yet valid",
        ],
        meaning: "A certificate, or one of its CAs, is not valid now",
        rules: ENDED,
        advice: "A wrong clock or time zone on one computer looks the same",
        sources: &[&COM_CODES, &SCHANNEL_ALERTS, &SCHANNEL_EVENTS, &WINHTTP],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[Code::status(0x800b_0109, "CERT_E_UNTRUSTEDROOT")],
        messages: &["terminated in a root certificate which is not trusted"],
        meaning: "A certificate chain ends in a root that this computer does not trust, or an intermediate certificate lies among its trusted roots",
        cause: Cause::AlsoElsewhere,
        rules: &[
            "intermediate-as-root",
            "root-in-intermediate-place",
            "chain-untrusted",
            "chain-incomplete",
            "self-signed",
        ],
        advice: "On every server: Get-ChildItem Cert:\\LocalMachine\\Root has to have the root of the chain, and Where-Object { $_.Issuer -ne $_.Subject } behind it has to give nothing",
        sources: &[&COM_CODES, &crate::citation::UCLOBBY_STORE],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[
            Code::status(0x8009_0325, "SEC_E_UNTRUSTED_ROOT"),
            Code::status(0x800b_010a, "CERT_E_CHAINING"),
            Code::status(0x8009_6010, "TRUST_E_BAD_DIGEST"),
            Code::alert(48, "unknown_ca"),
            Code::event(36882),
            Code::win32(12045, "ERROR_WINHTTP_SECURE_INVALID_CA"),
        ],
        messages: &[
            "issued by an authority that is not trusted",
            "issued by an untrusted certificate authority",
            "could not be built to a trusted root authority",
        ],
        meaning: "The client does not trust the chain of the server's certificate",
        cause: Cause::AlsoElsewhere,
        rules: UNTRUSTED,
        advice: "On the side that refuses: that the root lies among its trusted roots, and that the server sends its intermediate certificates",
        sources: &[&COM_CODES, &SCHANNEL_ALERTS, &SCHANNEL_EVENTS, &WINHTTP],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[
            Code::status(0x800b_010f, "CERT_E_CN_NO_MATCH"),
            Code::status(0x8009_0322, "SEC_E_WRONG_PRINCIPAL"),
            Code::event(36884),
            Code::win32(12038, "ERROR_WINHTTP_SECURE_CERT_CN_INVALID"),
        ],
        messages: &[
            "cn name does not match",
            "target principal name is incorrect",
            "name on the security certificate",
            "does not contain the expected name",
        ],
        meaning: "The name that the client asked for is not in the certificate",
        rules: NAMES,
        clauses: &["WILD-05"],
        advice: "Lync Phone Edition honors no wildcard, and fails where one stands before the FQDN; on the client, that DNS leads to the server that is meant",
        sources: &[&COM_CODES, &SCHANNEL_EVENTS, &WINHTTP],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[
            Code::status(0x8009_2012, "CRYPT_E_NO_REVOCATION_CHECK"),
            Code::status(0x8009_2013, "CRYPT_E_REVOCATION_OFFLINE"),
            Code::win32(12057, "ERROR_WINHTTP_SECURE_CERT_REV_FAILED"),
        ],
        messages: &["revocation server was offline", "unable to check revocation"],
        meaning: "The revocation list cannot be fetched, or is overdue",
        cause: Cause::AlsoElsewhere,
        rules: &["cdp-missing", "cdp-ldap-only", "crl-stale", "crl-bad-signature"],
        advice: "From outside of the domain only HTTP addresses can be reached; check on the server that they answer (certutil -url FILE.cer)",
        sources: &[&COM_CODES, &WINHTTP],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[
            Code::status(0x8009_2010, "CRYPT_E_REVOKED"),
            Code::status(0x800b_010c, "CERT_E_REVOKED"),
            Code::alert(44, "certificate_revoked"),
            Code::event(36883),
            Code::win32(12170, "ERROR_WINHTTP_SECURE_CERT_REVOKED"),
        ],
        messages: &[
            "certificate was explicitly revoked",
            "certificate is revoked",
            "certificate has been revoked",
        ],
        meaning: "The certificate, or one of its CAs, is revoked",
        rules: &["revoked"],
        advice: "Put the CA's current revocation list into the folder to see since when and why",
        sources: &[&COM_CODES, &SCHANNEL_ALERTS, &SCHANNEL_EVENTS, &WINHTTP],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[
            Code::status(0x800b_0110, "CERT_E_WRONG_USAGE"),
            Code::status(0x8009_0349, "SEC_E_CERT_WRONG_USAGE"),
            Code::win32(12179, "ERROR_WINHTTP_SECURE_CERT_WRONG_USAGE"),
        ],
        messages: &["not valid for the requested usage"],
        meaning: "The certificate may not be used as a server's",
        rules: USAGES,
        advice: "The template decides: it has to be a web server template",
        sources: &[&COM_CODES, &WINHTTP],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[
            Code::win32(12175, "ERROR_WINHTTP_SECURE_FAILURE"),
            Code::win32(12169, "ERROR_WINHTTP_SECURE_INVALID_CERT"),
        ],
        messages: &["a security error occurred"],
        meaning: "A request over HTTPS fails, since the client found one or more faults in the server's certificate: its end, its name, its CA, or its revocation",
        cause: Cause::AlsoElsewhere,
        rules: &[
            "expired",
            "not-yet-valid",
            "san-missing",
            "cn-not-in-san",
            "chain-untrusted",
            "chain-incomplete",
            "cdp-missing",
            "revoked",
        ],
        advice: "On the client: open the address in a browser, which says which of the faults it is; see that its clock is right",
        sources: &[&WINHTTP],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[
            Code::status(0x8009_030d, "SEC_E_UNKNOWN_CREDENTIALS"),
            Code::status(0x8009_030e, "SEC_E_NO_CREDENTIALS"),
            Code::status(0x8009_0016, "NTE_BAD_KEYSET"),
        ],
        messages: &["no private key", "keyset does not exist", "does not have a private key"],
        meaning: "The certificate has no private key on this computer, or lies in a user's store",
        cause: Cause::AlsoElsewhere,
        rules: &["key-mismatch", "cng-provider", "pool-same-names-other-key"],
        advice: "The certificate has to lie in the computer's store with its key; certutil -repairstore my THUMBPRINT finds a lost link",
        sources: &[&COM_CODES, &L13_CERTSRV],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[
            Code::status(0x8009_0028, "NTE_BUFFER_TOO_SMALL"),
            Code::win32(122, "ERROR_INSUFFICIENT_BUFFER"),
        ],
        messages: &["buffer supplied to a function was too small"],
        meaning: "The key is held by a CNG key storage provider, which this generation cannot use",
        cause: Cause::AlsoElsewhere,
        rules: &["cng-provider"],
        advice: "On the server: certutil -store my tells the provider of each key",
        sources: &[&PERFICIENT],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[Code::win32(86, "ERROR_INVALID_PASSWORD")],
        messages: &["the specified network password is not correct", "the password you entered is incorrect"],
        meaning: "Windows cannot import a PFX: the password is wrong, or the archive is encrypted with AES256-SHA256, which Windows Server 2016 and older do not read and call a wrong password",
        cause: Cause::Elsewhere,
        advice: "Export the archive again with TripleDES-SHA1, with openssl 3 by `openssl pkcs12 -export -legacy`; `lyncert inspect` with the password tells whether the password is right",
        sources: &[&PFX_AES, &OPENSSL_PFX],
        ..Symptom::DEFAULTS
    },
];
