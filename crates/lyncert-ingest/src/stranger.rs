//! What a file is that is no export, in the words of those who gave it.

/// What a text is that is no XML: continues "is no XML document:".
pub(crate) fn describe_text(text: &str) -> String {
    let start: String = text.chars().take(HEAD_CHARS).collect();
    let has = |word: &str| contains_word(&start, word);
    if start.starts_with("-----BEGIN") {
        return "it is a PEM text, such as a certificate".to_owned();
    }
    if start.starts_with("{\\rtf") {
        return "it is a document (RTF)".to_owned();
    }
    if start.chars().take(64).any(|c| c.is_control() && !c.is_whitespace()) {
        return describe_binary(&start);
    }
    // Only where nothing else stands in front of it, an export is read: what was left out cannot be told.
    if has("urn:schema:Microsoft.Rtc.Management.") && start.contains('<') {
        let line = start.lines().take_while(|line| !line.trim_start().starts_with('<')).count() + 1;
        return format!("other text stands in front of its XML, which starts near line {line}");
    }
    if has("Get-CsTopology :") {
        return "it holds an error of `Get-CsTopology`".to_owned();
    }
    if let Some(cmdlet) = cmdlet_of(&start) {
        return format!("it is what `{cmdlet}` prints");
    }
    if start.starts_with("#TYPE") {
        return "it is the output of `Export-Csv`".to_owned();
    }
    if is_script(&start) {
        return "it is a script".to_owned();
    }
    let is_list = |rest: &str| rest.trim_start().starts_with(['{', '[', '"', ']']);
    if start.starts_with('{') || start.strip_prefix('[').is_some_and(is_list) {
        return "it starts like JSON".to_owned();
    }
    let first: String = start.chars().take(24).map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("it starts with `{}`", first.trim_end())
}

/// So much of a text shows what it is.
const HEAD_CHARS: usize = 4096;

fn describe_binary(start: &str) -> String {
    let kinds = [
        ("\u{89}PNG", "a picture"),
        ("GIF8", "a picture"),
        ("%PDF", "a PDF document"),
        ("\u{1F}", "a gzip archive; unpack it"),
        ("7z", "a 7-Zip archive; unpack it"),
        ("MSCF", "a cabinet file of Windows; unpack it"),
        ("MZ", "a program of Windows"),
    ];
    let kind = kinds.iter().find(|(mark, _)| start.starts_with(mark));
    kind.map_or_else(|| "it is a binary file".to_owned(), |(_, kind)| format!("it is {kind}"))
}

/// The cmdlet that prints a text, by names of properties that only its objects have together.
fn cmdlet_of(start: &str) -> Option<&'static str> {
    const CMDLETS: [(&str, &[&str]); 6] = [
        ("Get-CsPool", &["Services", "Computers", "BackupPoolFqdn"]),
        ("Get-CsTopology", &["Clusters", "Machines", "Sites"]),
        ("Get-CsService", &["ServiceId", "Identity"]),
        ("Get-CsSite", &["SiteId", "Identity"]),
        ("Get-CsComputer", &["Identity", "Pool", "Fqdn"]),
        ("Get-CsPool", &["Identity", "Services"]),
    ];
    let names: Vec<&str> = start
        .split(['\n', '\r', ',', ';'])
        .map(|part| part.split(':').next().unwrap_or_default())
        .map(|name| name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '{' | '[')))
        .collect();
    let has_all = |wanted: &&[&str]| wanted.iter().all(|name| names.contains(name));
    CMDLETS.iter().find(|(_, wanted)| has_all(wanted)).map(|(cmdlet, _)| *cmdlet)
}

fn is_script(start: &str) -> bool {
    let marks = [
        "#!",
        "param(",
        "param (",
        "@echo",
        "#Requires",
        "function ",
        "Import-Module",
        "using namespace",
        "$",
    ];
    let first = start.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("# "));
    let is_marked = |line: &str| {
        marks.iter().any(|mark| line.get(..mark.len()).is_some_and(|head| head.eq_ignore_ascii_case(mark)))
    };
    first.is_some_and(is_marked)
}

/// Whether a text that starts as markup is a web page, whatever stands in front of its first element. Document types are refused; of
/// a page it is told that it is one.
pub(crate) fn is_web_page(text: &str) -> bool {
    let start: String = text.chars().take(HEAD_CHARS).collect();
    let start = start.to_ascii_lowercase();
    let first = start.split('<').map(str::trim_start).find(|part| {
        // Declarations, comments and instructions stand in front.
        !part.is_empty() && !part.starts_with(['?']) && !part.starts_with("!--")
    });
    first.is_some_and(|first| {
        first.strip_prefix("!doctype").is_some_and(|rest| rest.trim_start().starts_with("html"))
            || first.starts_with("html")
    })
}

/// What an XML document of another kind is, by its root; with a leading comma, or nothing.
pub(crate) fn describe_root(name: &str, namespace: &str) -> String {
    const ROOTS: [(&str, &str); 19] = [
        ("EntityDescriptor", "the metadata of a federation, such as AD FS has"),
        ("EntitiesDescriptor", "the metadata of a federation, such as AD FS has"),
        ("configuration", "a configuration file of .NET or IIS"),
        ("Autodiscover", "an answer of Autodiscover of Exchange"),
        ("AutodiscoverResponse", "an answer of the discovery service of Lync"),
        ("Envelope", "a message of a web service (SOAP)"),
        ("VisioDocument", "a drawing of Visio"),
        ("Task", "a task of the Task Scheduler"),
        ("GPO", "a report of group policies"),
        ("unattend", "an answer file of Windows Setup"),
        ("Event", "an event of Windows"),
        ("Events", "events of Windows"),
        ("svg", "a picture"),
        ("rss", "a news feed"),
        ("Workbook", "a workbook of Excel"),
        ("Policy", "a policy"),
        ("testsuites", "a report of tests"),
        ("RSAKeyValue", "a key"),
        ("Objects", "output of `ConvertTo-Xml`; its objects hold no topology"),
    ];
    if matches!(name, "Topology" | "TopologyBuilder" | "PartialTopology") {
        return format!(" of the namespace `{namespace}`, which is none of the product");
    }
    ROOTS.iter().find(|(root, _)| *root == name).map_or_else(String::new, |(_, kind)| format!(", {kind}"))
}

fn contains_word(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}
