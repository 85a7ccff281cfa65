//! The sentences of ARCHITECTURE.md, held against the sources.
//!
//! What a sentence does not hold for stands in its table by name, with the reason. A line of a table that is not needed
//! any more fails as well as one that is missing.

mod circles;
mod sources;
mod tree;

use std::collections::BTreeSet;

use sources::{CRATES, Module, is_below, modules, names_crate};

/// What stands in a table though a sentence is against it: where, and why.
type Exceptions = &'static [(&'static str, &'static str)];

/// That just these places break a sentence: those of the table.
#[track_caller]
fn assert_only(found: &BTreeSet<String>, allowed: Exceptions) {
    let allowed: BTreeSet<String> = allowed.iter().map(|(place, _)| (*place).to_owned()).collect();
    let new: Vec<_> = found.difference(&allowed).collect();
    assert!(new.is_empty(), "against the sentence, and not in its table: {new:#?}");
    let gone: Vec<_> = allowed.difference(found).collect();
    assert!(gone.is_empty(), "in the table, and true by now; take it out: {gone:#?}");
}

/// The modules of all crates that a sentence speaks of and that name something.
fn naming(named: impl Fn(&Module) -> bool) -> BTreeSet<String> {
    CRATES.into_iter().flat_map(modules).filter(named).map(|module| module.full_name()).collect()
}

/// That a place bears the name that a sentence calls it by: of one that was renamed, every sentence would hold.
#[track_caller]
fn assert_exists(place: &str) {
    let found = naming(|module| is_below(&module.full_name(), place));
    assert!(!found.is_empty(), "there is no `{place}`");
}

/// The modules outside of these that name one of the external crates.
fn naming_outside(externals: &[&str], inside: &[&str]) -> BTreeSet<String> {
    inside.iter().for_each(|place| assert_exists(place));
    naming(|module| {
        let is_inside = inside.iter().any(|place| is_below(&module.full_name(), place));
        !is_inside && externals.iter().any(|external| names_crate(&module.code, external))
    })
}

#[test]
fn crates_use_only_what_is_to_their_right() {
    for (position, name) in CRATES.into_iter().enumerate() {
        let used = sources::dependencies(name);
        let own: Vec<&String> = used.iter().filter(|used| CRATES.contains(&used.as_str())).collect();
        let to_the_right = CRATES.get(position + 1..).unwrap_or_default();
        for used in own {
            assert!(to_the_right.contains(&used.as_str()), "{name} uses {used}");
        }
    }
}

/// Libraries that talk to others over a network, or are made for those that do.
const NETWORK: &[&str] = &[
    "async-io",
    "async-std",
    "attohttpc",
    "curl",
    "h2",
    "hickory-resolver",
    "hyper",
    "isahc",
    "mio",
    "native-tls",
    "openssl",
    "quinn",
    "reqwest",
    "rustls",
    "smol",
    "socket2",
    "surf",
    "tiny_http",
    "tokio",
    "trust-dns-resolver",
    "ureq",
];

#[test]
fn nothing_talks_to_a_network() {
    let lock = std::fs::read_to_string(crate::support::root().join("Cargo.lock")).unwrap();
    let all: Vec<&str> =
        lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"')).collect();
    assert!(all.contains(&"quick-xml"), "the names are found");
    let found: Vec<_> = all.iter().filter(|name| NETWORK.contains(name)).collect();
    assert!(found.is_empty(), "{found:?} may talk to a network");
    for opened in ["TcpStream", "TcpListener", "UdpSocket", "UnixStream", "ToSocketAddrs"] {
        assert_only(&naming(|module| module.code.contains(opened)), &[]);
    }
}

/// Libraries that only some crates may depend on, by their names in manifests.
const LIBRARIES: &[(&str, &[&str])] = &[
    ("anyhow", &["lyncert"]),
    ("askama", &["lyncert-report"]),
    ("clap", &["lyncert"]),
    ("pkcs12", &["lyncert-report"]),
    ("quick-xml", &["lyncert-ingest"]),
    ("rayon", &["lyncert", "lyncert-report", "lyncert-rules"]),
    ("ring", &["lyncert-report"]),
    ("rust_xlsxwriter", &["lyncert-report"]),
    ("serde", &["lyncert", "lyncert-report", "lyncert-ingest"]),
    ("toml", &["lyncert"]),
    ("walkdir", &["lyncert-report"]),
    ("x509-parser", &["lyncert-report"]),
    ("zip", &["lyncert-report", "lyncert-ingest"]),
];

#[test]
fn libraries_are_known_to_the_crates_that_need_them_only() {
    for (library, crates) in LIBRARIES {
        let known = CRATES.into_iter().filter(|name| sources::dependencies(name).contains(*library));
        assert_eq!(known.collect::<Vec<_>>(), *crates, "{library}");
    }
}

#[test]
fn only_ingest_xml_names_quick_xml() {
    assert_only(&naming_outside(&["quick_xml"], &["lyncert-ingest::xml"]), &[]);
}

#[test]
fn only_the_containers_of_the_scan_and_x509_name_libraries_of_x509_and_asn1() {
    let libraries = ["x509_parser", "asn1_rs", "der_parser", "oid_registry", "pkcs5"];
    assert_only(&naming_outside(&libraries, &["lyncert-report::x509", "lyncert-report::scan"]), &[]);
}

#[test]
fn only_ingest_reads_archives() {
    assert_only(
        &naming_outside(&["zip"], &["lyncert-ingest::container"]),
        &[
            ("lyncert-report::evidence", "evidence for auditors is an archive that the report reads"),
            ("lyncert-report::evidence::archive", "and writes"),
            (
                "lyncert-report::render::xlsx::mark",
                "a workbook is an archive, and says within it who saved it last",
            ),
        ],
    );
}

#[test]
fn only_the_toml_reader_names_the_toml_parser() {
    assert_only(&naming_outside(&["toml"], &["lyncert::toml_reader"]), &[]);
}

#[test]
fn only_the_program_uses_anyhow_and_prints() {
    assert_only(&naming_outside(&["anyhow"], &["lyncert"]), &[]);
    let prints = ["println!", "print!(", "io::stdout", "io::stderr"];
    let printing = naming(|module| {
        !is_below(&module.full_name(), "lyncert") && prints.iter().any(|word| module.code.contains(word))
    });
    assert_only(&printing, &[]);
}

#[test]
fn ingest_and_rules_read_no_file_no_clock_and_no_environment() {
    let words = [
        "std::fs",
        "fs::",
        "File::",
        "std::env",
        "env::",
        "Instant::",
        "SystemTime",
        "now_utc",
        "TcpStream",
        "UdpSocket",
    ];
    for name in ["lyncert-ingest", "lyncert-rules"] {
        for module in modules(name) {
            for word in words {
                let is_named = module.code.lines().any(|line| sources::has_word(line, word));
                assert!(!is_named, "{} names `{word}`", module.full_name());
            }
        }
        let door = modules(name).into_iter().find(|module| module.path.is_empty()).unwrap();
        assert!(
            door.code.contains("#![warn(clippy::disallowed_methods)]"),
            "{name} is not guarded by clippy"
        );
    }
}

#[test]
fn only_views_rows_of_csv_and_the_parts_of_sarif_are_serializable() {
    let derives = |module: &Module| {
        let mut attributes = module.code.split("derive(").skip(1);
        attributes.any(|rest| rest.split(')').next().is_some_and(|list| list.contains("Serialize")))
    };
    let inside =
        ["lyncert-report::model", "lyncert-report::render::csv", "lyncert-report::render::sarif::log"];
    let outside =
        naming(|module| !inside.iter().any(|place| is_below(&module.full_name(), place)) && derives(module));
    assert_only(
        &outside,
        &[
            ("lyncert-report::evidence", "the manifest of evidence, which is no view but lies beside one"),
            ("lyncert-report::redact::map", "the file of pseudonyms, which stays with its owner"),
            ("lyncert-report::redact::names", "the kinds in it"),
            ("lyncert::history::run", "the marker of a dated run, by which the program knows its own files"),
            ("lyncert::log", "a line of the log for machines"),
        ],
    );
}

/// The modules of a part of the report crate whose code has one of these words.
fn in_part(part: &str, words: &[&str]) -> BTreeSet<String> {
    assert_exists(part);
    naming(|module| {
        is_below(&module.full_name(), part)
            && words.iter().any(|word| module.code.lines().any(|line| sources::has_word(line, word)))
    })
}

#[test]
fn views_have_no_types_of_other_crates() {
    // Conversions name them by their path; an import would let a field do so unseen.
    let is_open = |line: &str| line.starts_with("use ") || line.trim_start().starts_with("pub ");
    let others = ["lyncert_rules::", "lyncert_ingest::"];
    let names_others = |line: &str| others.iter().any(|other| line.contains(other));
    assert_exists("lyncert-report::model");
    let views = naming(|module| {
        is_below(&module.full_name(), "lyncert-report::model")
            && module.code.lines().any(|line| is_open(line) && names_others(line))
    });
    assert_only(&views, &[]);
}

#[test]
fn writers_see_views_only() {
    assert_only(&in_part("lyncert-report::render", &["lyncert_rules::", "lyncert_ingest::"]), &[]);
}

#[test]
fn nothing_is_read_back_out_of_a_text() {
    let reading = ["parse(", "parse::<", "from_str(", "Severity::named", "split_once(", "rsplit_once("];
    let parts = ["lyncert-report::render", "lyncert-report::view", "lyncert-report::cmdlet"];
    let found = parts.into_iter().flat_map(|part| in_part(part, &reading)).collect();
    assert_only(&found, READ_BACK);
}

/// Where a view gives a text and its reader wants what it means.
const READ_BACK: Exceptions = &[];

#[test]
fn no_module_imports_itself_by_way_of_others() {
    let found = CRATES.into_iter().flat_map(circles::circles).collect();
    assert_only(&found, CIRCLES);
}

/// The circles that are left, each by its modules in order.
const CIRCLES: Exceptions = &[];
