//! What binds public CAs: sections of the Baseline Requirements and the lints that check them, so that each can be looked up.

use super::Citation;

/// A section of the CA/Browser Forum's Baseline Requirements, by its anchor.
macro_rules! section {
    ($key:literal, $title:literal, $anchor:literal) => {
        Citation {
            key: concat!("BR-", $key),
            title: concat!(
                "CA/Browser Forum, Baseline Requirements for TLS server certificates, section ",
                $title
            ),
            url: concat!("https://github.com/cabforum/servercert/blob/main/docs/BR.md#", $anchor),
            date: "",
        }
    };
}

/// A lint of zlint, by its group, file and name.
macro_rules! lint {
    ($group:literal, $file:literal, $name:literal) => {
        Citation {
            key: concat!("ZLINT-", $name),
            title: concat!("zlint, lint ", $name),
            url: concat!(
                "https://github.com/zmap/zlint/blob/master/v3/lints/",
                $group,
                "/lint_",
                $file,
                ".go"
            ),
            date: "",
        }
    };
}

pub(crate) static BR_NAMES: Citation = section!(
    "4.2.2",
    "4.2.2, approval or rejection of certificate applications",
    "422-approval-or-rejection-of-certificate-applications"
);
pub(crate) static BR_WEAK_KEYS: Citation =
    section!("6.1.1.3", "6.1.1.3, subscriber key pair generation", "6113-subscriber-key-pair-generation");
pub(crate) static BR_KEY_SIZES: Citation = section!("6.1.5", "6.1.5, key sizes", "615-key-sizes");
pub(crate) static BR_KEY_QUALITY: Citation = section!(
    "6.1.6",
    "6.1.6, public key parameters generation and quality checking",
    "616-public-key-parameters-generation-and-quality-checking"
);
pub(crate) static BR_LIFETIME: Citation = section!(
    "6.3.2",
    "6.3.2, certificate operational periods and key pair usage periods",
    "632-certificate-operational-periods-and-key-pair-usage-periods"
);
pub(crate) static BR_PROFILE: Citation = section!(
    "7.1.2.7",
    "7.1.2.7, subscriber (server) certificate profile",
    "7127-subscriber-server-certificate-profile"
);
pub(crate) static BR_SAN: Citation = section!(
    "7.1.2.7.12",
    "7.1.2.7.12, subscriber certificate subject alternative name",
    "712712-subscriber-certificate-subject-alternative-name"
);
pub(crate) static BR_SIGNATURE: Citation =
    section!("7.1.3.2", "7.1.3.2, signature AlgorithmIdentifier", "7132-signature-algorithmidentifier");
pub(crate) static BR_COMMON_NAME: Citation = section!(
    "7.1.4.3",
    "7.1.4.3, subscriber certificate common name attribute",
    "7143-subscriber-certificate-common-name-attribute"
);

pub(crate) static LE_LIMITS: Citation = Citation {
    key: "LE-LIMITS",
    title: "Let's Encrypt, rate limits: up to 100 names on a certificate",
    url: "https://letsencrypt.org/docs/rate-limits/",
    date: "",
};
pub(crate) static TBS_NAMES: Citation = Citation {
    key: "TBS-NAMES",
    title: "TBS Certificates, names on certificates of DigiCert, Thawte and GeoTrust: 249 besides the subject",
    url: "https://www.tbs-certificates.co.uk/FAQ/en/san_certificats_verisign.html",
    date: "",
};

pub(crate) static ZLINT_AIA: Citation = lint!("cabf_br", "sub_cert_aia_missing", "e_sub_cert_aia_missing");
pub(crate) static ZLINT_CDP: Citation =
    lint!("cabf_br", "crl_distrib_points_not_http", "e_crl_distrib_points_not_http");
pub(crate) static ZLINT_CERT_SIGN: Citation =
    lint!("cabf_br", "sub_cert_key_usage_cert_sign_bit_set", "e_sub_cert_key_usage_cert_sign_bit_set");
pub(crate) static ZLINT_CLIENT_EKU: Citation =
    lint!("chrome", "client_auth_not_allowed", "e_client_auth_not_allowed");
pub(crate) static ZLINT_CN_LENGTH: Citation =
    lint!("rfc", "subject_common_name_max_length", "e_subject_common_name_max_length");
pub(crate) static ZLINT_CURVES: Citation = lint!("cabf_br", "ec_improper_curves", "e_ec_improper_curves");
pub(crate) static ZLINT_EXPONENT: Citation =
    lint!("cabf_br", "rsa_public_exponent_not_in_range", "w_rsa_public_exponent_not_in_range");
pub(crate) static ZLINT_EXTENSION: Citation =
    lint!("rfc", "ext_duplicate_extension", "e_ext_duplicate_extension");
pub(crate) static ZLINT_KEY_TYPE: Citation =
    lint!("cabf_br", "public_key_type_not_allowed", "e_public_key_type_not_allowed");
pub(crate) static ZLINT_LABEL: Citation =
    lint!("cabf_br", "dnsname_bad_character_in_label", "e_dnsname_bad_character_in_label");
pub(crate) static ZLINT_SERIAL: Citation =
    lint!("rfc", "serial_number_not_positive", "e_serial_number_not_positive");
pub(crate) static ZLINT_SHA1: Citation =
    lint!("cabf_br", "sub_cert_or_sub_ca_using_sha1", "e_sub_cert_or_sub_ca_using_sha1");
pub(crate) static ZLINT_VERSION: Citation =
    lint!("cabf_br", "invalid_certificate_version", "e_invalid_certificate_version");
