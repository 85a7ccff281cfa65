//! An estate whose names are all words of the program, and its twin, whose names are no words at all: redacted, both say the same. A name
//! that passed as a word would be where the twin has a pseudonym or a gap.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use lyncert_report::render::FORMATS;
use lyncert_report::view::sha256_of;
use rcgen::{CertificateParams, DnType, Issuer, KeyPair, SanType, SerialNumber, date_time_ymd};

use super::certificates::pem;
use super::estate::thumbprint_of;
use super::formats_of;
use super::search::unpacked;
use crate::support::{AT, folder, run, sample, text};

/// What stands in the sample's export, and the word in its place.
const WORDS: [(&str, &str); 17] = [
    ("officewebapps01.contoso.com", "archive"),
    ("pool01.contoso.net", "domain"),
    ("fe01.contoso.net", "edge"),
    ("fe02.contoso.net", "found"),
    ("dir01.contoso.net", "director"),
    ("lsedge.contoso.net", "pool"),
    ("lsedge1.contoso.net", "proxy"),
    ("lsedge2.contoso.net", "request"),
    ("sql01.contoso.net", "server"),
    ("files01.contoso.net", "share"),
    ("webdirext.contoso.com", "required"),
    ("webext.contoso.com", "external"),
    ("webcon.contoso.com", "conferencing"),
    ("av.contoso.com", "access"),
    ("fabrikam.com", "users"),
    ("contoso.com", "missing"),
    ("Redmond", "Site"),
];

/// More of a topology: a gateway, a pool of applications, hosts that are called like files of reports, and a branch of two words.
const CLUSTERS: &str = r#"<Cluster IsSingleMachineOnly="true" UniqueId="c-app" Fqdn="{trusted}"><Machines><Machine Fqdn="{application}" /></Machines><SqlInstances /></Cluster>
<Cluster IsSingleMachineOnly="true" UniqueId="c-gateway" Fqdn="{gateway}"><Machines><Machine Fqdn="{gateway}" /></Machines><SqlInstances /></Cluster>
<Cluster IsSingleMachineOnly="true" UniqueId="c-short" Fqdn="{mediation}"><Machines><Machine /></Machines><SqlInstances /></Cluster>
<Cluster IsSingleMachineOnly="false" UniqueId="c-md" Fqdn="{findings}.md"><Machines><Machine Fqdn="{report}.md" /><Machine Fqdn="{coverage}.md" /></Machines><SqlInstances /></Cluster>"#;
const BRANCH: &str = r#"<RemoteSites><RemoteSite SiteId="2"><Name>{Front} {End}</Name><Location City="{City}" State="{State}" CountryCode="DE" /><Description>{appliance}</Description><Clusters><Cluster IsSingleMachineOnly="true" UniqueId="c-branch" Fqdn="{branch}"><Machines><Machine Fqdn="{branch}" /></Machines><SqlInstances /></Cluster></Clusters></RemoteSite></RemoteSites>"#;
const SERVICES: &str = r#"<Service UniqueId="s-app" RoleName="ExternalServer" InstalledOn="c-app" ServiceVersion="6"><DependsOn /></Service>
<Service UniqueId="s-gateway" RoleName="PstnGateway" InstalledOn="c-gateway" ServiceVersion="6"><DependsOn /><Ports xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.ServiceRoles.2008"><Port Owner="urn:component:PstnGateway" Usage="SipServer" InterfaceSide="Primary" InterfaceNumber="1" Port="5067" Protocol="Mtls" UrlPath="/" /></Ports></Service>
<Service UniqueId="s-short" RoleName="MediationServer" InstalledOn="c-short" ServiceVersion="6"><DependsOn /></Service>
<Service UniqueId="s-md" RoleName="MediationServer" InstalledOn="c-md" ServiceVersion="6"><DependsOn /></Service>
<Service UniqueId="s-branch" RoleName="Registrar" InstalledOn="c-branch" ServiceVersion="6"><DependsOn /></Service>"#;
const POLICY: &str = r#"
[facts]
auto_logon_pool = "{domain}"
xmpp_domains = ["{missing}"]
online_sip_domains = ["{users}"]
office_web_apps_external = ["{archive}"]
[[facts.simple_url]]
component = "Meet"
domain = "{missing}"
site = "{Site}"
url = "https://meet.{missing}/x"
[[facts.reverse_proxy]]
name = "{external}"
sites = ["{Site}"]
[[facts.edge]]
pool = "{pool}"
client_auto_config_or_federation = false
[[facts.extra_name]]
usage = "WebServicesExternal"
name = "meet.{missing}"
pool = "{domain}"
reason = "{the} {certificate} {of} {the} {server}"
[[waiver]]
rule = "san-missing"
pool = "{pool}"
reason = "{accepted}"
by = "{somebody}"
[[waiver]]
rule = "expired"
server = "{edge}"
name = "{access}"
reason = "{accepted}"
[[ignore]]
path = "{archive}/**"
reason = "{expired}"
[scope]
except = ["{archive}"]
"#;

/// One of the two estates.
struct Estate {
    root: PathBuf,
    is_twin: bool,
}

impl Estate {
    /// A word, or what the twin has in its place: as long, in the same order among others, and no word.
    fn name(&self, word: &str) -> String {
        let last = if word.ends_with('q') { "z" } else { "q" };
        let all_but_last = word.get(..word.len() - 1).unwrap();
        if self.is_twin { format!("{all_but_last}{last}") } else { word.to_owned() }
    }

    /// A text with its names: `{edge}`.
    fn filled(&self, text: &str) -> String {
        let mut parts = text.split('{');
        let mut out = parts.next().unwrap().to_owned();
        for part in parts {
            let (word, rest) = part.split_once('}').unwrap();
            out.push_str(&self.name(word));
            out.push_str(rest);
        }
        out
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.root.join(self.filled(path));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn path(&self, below: &str) -> String {
        text(&self.root.join(self.filled(below))).to_owned()
    }

    fn topology(&self) -> String {
        let mut export = fs::read_to_string(sample("contoso/topology.tbxml")).unwrap();
        for (real, word) in WORDS {
            export = export.replace(real, &self.name(word));
        }
        export
            .replace("<RemoteSites />", &self.filled(BRANCH))
            .replacen("</Clusters>", &format!("{}</Clusters>", self.filled(CLUSTERS)), 1)
            .replace("</Services>", &format!("{}</Services>", self.filled(SERVICES)))
    }

    /// What a command is given; a file of it is below the estate.
    fn given(&self, command: &str) -> Vec<Vec<String>> {
        let words = |all: &[&str]| all.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let (topology, policy, certs) =
            (self.path("topology.tbxml"), self.path("own.toml"), self.path("certs"));
        let inputs = [topology.as_str(), "--policy", &policy];
        let judged = [&inputs[..], &["--certs", &certs, "--at", AT]].concat();
        let later = ["--certs", &certs, "--at", "2027-01-22"];
        let report = self.path("plain/report.json");
        match command {
            "audit" => vec![
                words(&judged),
                words(&[&judged[..], &["--site", &self.name("Site")]].concat()),
                words(&[&judged[..], &["--pool", &self.name("pool")]].concat()),
                words(&[&inputs[..], &later, &["--baseline", &report]].concat()),
            ],
            "batch" => vec![words(&[&self.path("estates"), "--at", AT])],
            "report" => vec![words(&[&report])],
            "diff" => vec![words(&[&report, &self.path("later/report.json")])],
            "forecast" => vec![words(&judged)],
            "plan" => {
                vec![words(&inputs), words(&["--diff", &topology, text(&sample("contoso/topology.tbxml"))])]
            }
            "topology" => vec![words(&[&topology])],
            "explain" => ["{required}", "{domain}", "{edge}", "{missing}", "sip.{missing}"]
                .map(|name| words(&[&inputs[..], &["--name", &self.filled(name)]].concat()))
                .into(),
            "inspect" => vec![words(&[&certs, "--at", AT])],
            "check" => vec![
                words(&[&certs, "--topology", &topology, "--at", AT]),
                words(&[&certs, "--topology", &topology, "--for", &self.name("domain"), "--at", AT]),
            ],
            "doctor" => vec![words(&[
                &format!("event 14428 on {}", self.name("edge")),
                "--topology",
                &topology,
                "--certs",
                &certs,
                "--at",
                AT,
            ])],
            other => panic!("`{other}` redacts, and no run of it is looked at"),
        }
    }

    /// All that redacted runs make, by what it is.
    fn made(&self) -> BTreeMap<String, Vec<u8>> {
        for (name, at) in [("plain", AT), ("later", "2027-01-22")] {
            let (topology, policy, certs) =
                (self.path("topology.tbxml"), self.path("own.toml"), self.path("certs"));
            let out = self.path(name);
            let given = ["audit", &topology, "--policy", &policy, "--certs", &certs, "--at", at];
            assert_eq!(run(&[&given[..], &["--out", &out, "--format", "json"]].concat()).code, 1);
        }
        let all = FORMATS.iter().map(|format| format.id).collect::<Vec<_>>().join(",");
        let mut made = BTreeMap::new();
        for command in super::commands_that_redact() {
            let has_files = ["audit", "report", "batch"].contains(&&*command);
            let formats = if has_files { vec![all.clone()] } else { formats_of(&command) };
            for (number, given) in self.given(&command).iter().enumerate() {
                let given: Vec<&str> = given.iter().map(String::as_str).collect();
                for format in &formats {
                    if given[0] == "--diff" && !["text", "json"].contains(&format.as_str()) {
                        continue;
                    }
                    let out = self.root.join(format!("out/{command}{number}"));
                    let files = if has_files { vec!["--out", text(&out)] } else { Vec::new() };
                    let done =
                        run(&[&[command.as_str()], &given[..], &["--format", format, "--redact"], &files]
                            .concat());
                    assert!([0, 1, 3].contains(&done.code), "{command} {given:?}: {}", done.err);
                    let printed = format!("{}\n{}", done.out, done.err).replace(text(&self.root), "");
                    made.insert(format!("{command} {number} {format}"), printed.into_bytes());
                    if has_files {
                        add_files(&out, &format!("{command} {number}"), &mut made);
                    }
                }
            }
        }
        made
    }
}

fn add_files(folder: &Path, what: &str, made: &mut BTreeMap<String, Vec<u8>>) {
    for entry in walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap) {
        if entry.file_type().is_file() {
            let name = entry.path().strip_prefix(folder).unwrap().display().to_string();
            let bytes = fs::read(entry.path()).unwrap();
            for (inside, bytes) in unpacked(&bytes) {
                made.insert(format!("{what} {name} {inside}"), bytes);
            }
            made.insert(format!("{what} {name}"), bytes);
        }
    }
}

/// So many certificates an estate has.
const CERTIFICATES: u8 = 6;

/// A certificate of both estates, the first, second, … by its hashes too, so that pseudonyms come in one order.
fn certificate(number: u8, key: &KeyPair, issuer: &str, names: &[String], ends: (i32, u8)) -> Vec<u8> {
    let mut ca = CertificateParams::default();
    ca.distinguished_name.push(DnType::CommonName, issuer);
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, names[0].clone());
    params.subject_alt_names =
        names.iter().map(|name| SanType::DnsName(name.as_str().try_into().unwrap())).collect();
    params.not_before = date_time_ymd(2025, 1, 1);
    params.not_after = date_time_ymd(ends.0, ends.1, 1);
    let width = 255 / CERTIFICATES;
    (0..=u8::MAX)
        .flat_map(|high| (0..=u8::MAX).map(move |low| [0x5A, number, high, low, 1, 1, 1, 1, 1]))
        .find_map(|serial| {
            params.serial_number = Some(SerialNumber::from(serial.to_vec()));
            let made = params.clone().signed_by(key, &Issuer::from_params(&ca, key)).unwrap().der().to_vec();
            let is_in_order =
                |hash: String| u8::from_str_radix(hash.get(..2).unwrap(), 16).unwrap() / width == number;
            (is_in_order(sha256_of(&made)) && is_in_order(thumbprint_of(&made))).then_some(made)
        })
        .unwrap()
}

fn make(estate: &Estate, key: &KeyPair) {
    let topology = estate.topology();
    let policy = estate.filled(POLICY);
    let of = |number: u8, names: &[&str], ends: (i32, u8)| {
        let names: Vec<String> = names.iter().map(|name| estate.filled(name)).collect();
        pem("CERTIFICATE", &certificate(number, key, &estate.name("Issuing"), &names, ends)).into_bytes()
    };
    let edge = of(3, &["sip.{missing}", "{conferencing}"], (2026, 12));
    let certs = [
        (
            "{edge}/Default+WebServicesInternal+WebServicesExternal.cer",
            of(0, &["{domain}", "{edge}", "{external}", "sip.{missing}", "{access}"], (2026, 12)),
        ),
        ("{found}/Default.cer", of(1, &["{found}"], (2026, 10))),
        (
            "{director}/Default+WebServicesInternal+WebServicesExternal.cer",
            of(2, &["{director}", "*.{missing}"], (2028, 1)),
        ),
        ("{proxy}/AccessEdgeExternal+DataEdgeExternal.cer", edge.clone()),
        ("{request}/AccessEdgeExternal+DataEdgeExternal.cer", edge),
        ("{pool}/Internal.cer", of(4, &["{pool}"], (2027, 1))),
        ("{private}/{certificate}.cer", of(5, &["{private}", "{key}", "{edge}"], (2027, 3))),
    ];
    estate.write("topology.tbxml", topology.as_bytes());
    estate.write("own.toml", policy.as_bytes());
    for (path, bytes) in &certs {
        estate.write(&format!("certs/{path}"), bytes);
        estate.write(&format!("estates/{{customer}}/certs/{path}"), bytes);
    }
    estate.write("estates/{customer}/topology.tbxml", topology.as_bytes());
    estate.write("estates/{customer}/lyncert.toml", policy.as_bytes());
}

#[test]
fn an_estate_whose_names_are_words_of_the_program_says_what_one_of_other_names_says() {
    // Its signatures all have one length, so that files have too.
    let key = KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    let place = folder(&[]);
    let [words, others] = [false, true].map(|is_twin| {
        let root = place.path().join(if is_twin { "b" } else { "a" });
        let estate = Estate { root, is_twin };
        make(&estate, &key);
        estate.made()
    });
    assert!(words.len() > 60, "{:?}", words.keys());
    assert_eq!(words.keys().collect::<Vec<_>>(), others.keys().collect::<Vec<_>>());
    let mut differing = Vec::new();
    for (what, bytes) in &words {
        let (one, other) = (String::from_utf8_lossy(bytes), String::from_utf8_lossy(&others[what]));
        let lines = one.lines().zip(other.lines()).filter(|(one, other)| one != other);
        differing.extend(lines.take(3).map(|(one, other)| format!("{what}\n  {one}\n  {other}")));
        if bytes != &others[what] {
            differing.push(format!("{what} differs"));
        }
    }
    let shown: Vec<String> = differing.iter().take(20).map(|text| text.chars().take(600).collect()).collect();
    assert!(differing.is_empty(), "{} differences: {shown:#?}", differing.len());
}
