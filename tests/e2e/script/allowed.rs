//! What the script may call: closed lists. Each line that is added is a decision, with its reason.

use std::collections::BTreeSet;

use super::{Found, Part, functions, invocations, text, tree};

/// Cmdlets of the product: only those that read.
const OF_THE_PRODUCT: &[&str] = &[
    "Get-CsTopology",
    "Get-CsSimpleUrlConfiguration",
    "Get-CsAccessEdgeConfiguration",
    "Get-CsPublicProvider",
    "Get-CsHostingProvider",
    "Get-CsXmppAllowedPartner",
    "Get-CsCertificate",
    "Get-CsComputer",
    "Get-OfficeWebAppsFarm",
];

const READING: &[&str] = &[
    "Get-ChildItem",
    "Get-Item",
    "Get-ItemProperty",
    "Get-Content",
    "Get-Module",
    "Get-Command",
    "Get-FileHash",
    "Test-Path",
    "Join-Path",
    "Split-Path",
    "Import-Module",
    "Resolve-DnsName",
];

const SHAPING: &[&str] = &[
    "Select-Object",
    "Where-Object",
    "ForEach-Object",
    "Sort-Object",
    "New-Object",
    "Out-Null",
    "Set-StrictMode",
    "Write-Warning",
    "Write-Verbose",
    "Write-Error",
    "Write-Output",
];

const REMOTING: &[&str] = &[
    "New-PSSession",
    "New-PSSessionOption",
    "Invoke-Command",
    "Wait-Job",
    "Receive-Job",
    "Stop-Job",
    "Remove-Job",
    "Remove-PSSession",
];

const WRITING: &[&str] = &[
    "Set-Content",
    "Add-Content",
    "Export-Clixml",
    "New-Item",
    "Rename-Item",
    "Remove-Item",
    "Compress-Archive",
];

/// The functions that may write.
const WRITERS: &[&str] = &[
    "Write-Text",
    "Write-Objects",
    "Write-Bytes",
    "New-Folder",
    "Complete-Collection",
    "Replace-Collection",
];

/// Types that may be named anywhere.
const TYPES: &[&str] = &[
    "string",
    "string[]",
    "byte",
    "byte[]",
    "char",
    "int",
    "long",
    "bool",
    "switch",
    "xml",
    "regex",
    "datetime",
    "psobject",
    // JSON has to tell a list from an object.
    "array",
    "System.Globalization.CultureInfo",
    "System.Convert",
    "System.Security.Principal.WindowsIdentity",
    "System.Security.Principal.WindowsPrincipal",
    "System.Security.Principal.WindowsBuiltInRole",
    "System.Management.Automation.Runspaces.PSSession[]",
    "System.Security.Cryptography.SHA256CryptoServiceProvider",
    "System.Security.Cryptography.X509Certificates.X509Certificate2Collection",
    "System.Security.Cryptography.X509Certificates.X509ContentType",
];

/// Types that one function may name.
const TYPES_OF: &[(&str, &str)] = &[
    ("Get-KeyFacts", "System.Security.Cryptography.X509Certificates.RSACertificateExtensions"),
    ("Get-Listener", "System.Net.Sockets.TcpClient"),
    ("Get-Listener", "System.Net.Security.SslStream"),
    ("Get-HttpBytes", "System.Net.WebClient"),
    ("Get-DirectoryBytes", "adsi"),
    // Files of revocation lists are called after their hashes.
    ("Read-Crls", "System.Security.Cryptography.SHA1CryptoServiceProvider"),
    // Who issued a certificate, for the revocation lists of its CAs: the public certificate alone is read.
    ("Get-CrlSources", "System.Security.Cryptography.X509Certificates.X509Certificate2"),
];

/// Members that may be invoked anywhere: of texts, numbers, moments, tables and trees of XML.
const MEMBERS: &[&str] = &[
    "ContainsKey",
    "Matches",
    "Replace",
    "SelectNodes",
    "StartsWith",
    "Substring",
    "ToLowerInvariant",
    "ToString",
    "ToUniversalTime",
    "ToUpperInvariant",
    "Trim",
    "TrimEnd",
    "TrimStart",
];

/// Members that one function may invoke.
const MEMBERS_OF: &[(&str, &str)] = &[
    ("Get-KeyFacts", "GetRSAPrivateKey"),
    ("Get-KeyFacts", "Dispose"),
    ("Get-SerializedStore", "Add"),
    ("Get-SerializedStore", "Export"),
    ("Get-Environment", "GetCurrent"),
    ("Get-Environment", "IsInRole"),
    ("Get-Sha256", "ComputeHash"),
    ("Get-Listener", "BeginConnect"),
    ("Get-Listener", "WaitOne"),
    ("Get-Listener", "EndConnect"),
    ("Get-Listener", "GetStream"),
    ("Get-Listener", "AuthenticateAsClient"),
    ("Get-Listener", "GetRawCertData"),
    ("Close-Connection", "Close"),
    ("ConvertTo-Pem", "ToBase64String"),
    ("Get-HttpBytes", "DownloadDataTaskAsync"),
    ("Get-HttpBytes", "Wait"),
    ("Get-HttpBytes", "CancelAsync"),
    ("Get-HttpBytes", "GetBaseException"),
    ("Get-DirectoryBytes", "ToInt32"),
    ("Read-Crls", "ComputeHash"),
];

fn commands(tree: &Part) -> Vec<&Found> {
    tree.of_kind("command_name").into_iter().map(|part| &part.found).collect()
}

/// The types that are named, as literals or for `New-Object`.
fn types(tree: &Part) -> Vec<(String, Found)> {
    let literal = |part: &Part| (part.text().trim_matches(['[', ']']).to_owned(), part.found.clone());
    // What is trimmed too much is the mark of a list.
    let literal = |part: &Part| match part.text().strip_suffix("[]]") {
        Some(list) => (format!("{}[]", list.trim_start_matches('[')), part.found.clone()),
        None => literal(part),
    };
    let made =
        |command: &&Part| command.child("command_name").is_some_and(|name| name.text() == "New-Object");
    let of_command = |command: &Part| {
        let elements = command.child("command_elements")?;
        let name = elements.text().split_whitespace().next()?.to_owned();
        Some((name, command.found.clone()))
    };
    let literals = tree.of_kind("type_literal").into_iter().map(literal);
    literals.chain(tree.of_kind("command").into_iter().filter(made).filter_map(of_command)).collect()
}

#[track_caller]
fn nothing_else<'a>(found: impl Iterator<Item = &'a Found>) {
    let found: Vec<&Found> = found.collect();
    assert!(found.is_empty(), "not in the closed list: {found:#?}");
}

#[test]
fn no_command_is_called_but_those_of_the_list() {
    let tree = tree(&text());
    let own = functions(&tree);
    let known: BTreeSet<&str> = [OF_THE_PRODUCT, READING, SHAPING, REMOTING, WRITING]
        .concat()
        .into_iter()
        .chain(own.iter().map(String::as_str))
        .collect();
    let called = commands(&tree);
    assert!(called.len() > 200, "the calls are found");
    nothing_else(called.into_iter().filter(|found| !known.contains(found.text.as_str())));
}

#[test]
fn no_function_takes_the_name_of_a_command() {
    let tree = tree(&text());
    let own = functions(&tree);
    let listed = [OF_THE_PRODUCT, READING, SHAPING, REMOTING, WRITING].concat();
    for name in &own {
        assert!(!listed.iter().any(|command| command.eq_ignore_ascii_case(name)), "{name}");
        assert_eq!(own.iter().filter(|other| *other == name).count(), 1, "{name} is defined once");
    }
}

#[test]
fn writing_commands_stand_in_the_functions_that_write_and_each_of_these_checks_its_path_first() {
    let tree = tree(&text());
    let writing = commands(&tree).into_iter().filter(|found| WRITING.contains(&found.text.as_str()));
    nothing_else(writing.filter(|found| !WRITERS.contains(&found.function.as_str())));
    for writer in WRITERS {
        let calls: Vec<&Found> =
            commands(&tree).into_iter().filter(|found| found.function == *writer).collect();
        let is_command = |found: &&&Found| WRITING.contains(&found.text.as_str());
        let check = calls.iter().position(|found| found.text == "Assert-BelowRoot");
        let first = calls.iter().position(|found| is_command(&found));
        assert!(check.is_some() && first.is_some() && check < first, "{writer}: {calls:?}");
    }
}

#[test]
fn no_type_is_named_but_those_of_the_list() {
    let tree = tree(&text());
    let named = types(&tree);
    assert!(named.iter().any(|(name, _)| name == "System.Net.Sockets.TcpClient"), "New-Object is seen");
    let is_known = |name: &str, found: &Found| {
        TYPES.iter().any(|known| known.eq_ignore_ascii_case(name))
            || TYPES_OF.contains(&(found.function.as_str(), name))
    };
    nothing_else(named.iter().filter(|(name, found)| !is_known(name, found)).map(|(_, found)| found));
}

#[test]
fn no_member_is_invoked_but_those_of_the_list() {
    let tree = tree(&text());
    let invoked = invocations(&tree);
    assert!(invoked.len() > 40, "the invocations are found");
    let is_known =
        |name: &str, function: &str| MEMBERS.contains(&name) || MEMBERS_OF.contains(&(function, name));
    nothing_else(
        invoked
            .iter()
            .filter(|(part, name, _)| !is_known(name, &part.found.function))
            .map(|(part, ..)| &part.found),
    );
    let exports: Vec<&String> =
        invoked.iter().filter(|(_, name, _)| name == "Export").map(|(.., arguments)| arguments).collect();
    assert_eq!(exports.len(), 1);
    assert!(exports[0].ends_with("::SerializedStore)"), "keys are exported by no other type: {exports:?}");
}

#[test]
fn private_keys_are_looked_at_in_one_function_only() {
    let tree = tree(&text());
    let members = tree.of_kind("member_name").into_iter();
    let of_keys: Vec<&Found> = members
        .filter(|part| {
            let name = part.text().to_ascii_lowercase();
            name.contains("privatekey") && name != "hasprivatekey"
                || ["cspkeycontainerinfo", "exportpolicy"].contains(&name.as_str())
        })
        .map(|part| &part.found)
        .collect();
    assert!(of_keys.len() >= 3, "{of_keys:?}");
    nothing_else(of_keys.into_iter().filter(|found| found.function != "Get-KeyFacts"));
    let calls = commands(&tree).into_iter().filter(|found| found.text == "Get-KeyFacts");
    nothing_else(calls.filter(|found| found.function != "Get-Store"));
}

#[test]
fn nothing_is_run_that_is_not_named_in_the_script() {
    let tree = tree(&text());
    for kind in ["command_invokation_operator", "redirection", "stop_parsing"] {
        let found = tree.of_kind(kind);
        assert!(found.is_empty(), "{kind}: {found:?}");
    }
    let script = text().to_ascii_lowercase();
    for word in [
        "invoke-expression",
        "add-type",
        "start-process",
        "[scriptblock]",
        "servicepointmanager",
        "wsman:",
        "trustedhosts",
        "credssp",
        "-credential",
        "-report",
        "start-transcript",
        "executionpolicy unrestricted",
    ] {
        let told = script.matches(word).count();
        assert_eq!(told, 0, "{word}");
    }
}

/// A listing with `-Recurse` goes through links of folders in Windows PowerShell.
#[test]
fn folders_that_others_laid_things_into_are_listed_without_following_links() {
    let tree = tree(&text());
    let commands = tree.of_kind("command").into_iter();
    let listings: Vec<&Part> = commands
        .filter(|part| part.child("command_name").is_some_and(|name| name.text() == "Get-ChildItem"))
        .collect();
    assert!(listings.len() > 5, "the listings are found");
    let recursive = listings.into_iter().filter(|part| part.text().contains("-Recurse"));
    // The folder of the run itself holds only what the run wrote.
    nothing_else(recursive.map(|part| &part.found).filter(|found| found.function != "Get-FileRows"));
    let calls = of_function(&tree, "Get-Tree");
    assert!(calls.contains(&"Test-Link"), "{calls:?}");
}

/// What was laid into the earlier collection is in the new one, and compared, before the earlier one is touched.
#[test]
fn what_is_kept_is_copied_before_the_manifest_and_compared_before_the_replacement() {
    let tree = tree(&text());
    let at = |function: &str, command: &str| {
        let calls = of_function(&tree, function);
        let place = calls.iter().position(|call| *call == command);
        place.unwrap_or_else(|| panic!("{function} calls {command}: {calls:?}"))
    };
    assert!(at("Invoke-Main", "Copy-Kept") < at("Invoke-Main", "Write-Manifest"));
    for changing in ["Remove-Item", "Replace-Collection", "Rename-Item"] {
        assert!(
            at("Complete-Collection", "Get-KeptDifference") < at("Complete-Collection", changing),
            "{changing}"
        );
    }
    let deleting: BTreeSet<&str> = commands(&tree)
        .into_iter()
        .filter(|found| found.text == "Remove-Item")
        .map(|found| found.function.as_str())
        .collect();
    assert_eq!(deleting, BTreeSet::from(["Complete-Collection", "Replace-Collection"]));
    let copying = of_function(&tree, "Copy-Kept");
    assert!(copying.contains(&"Write-Bytes") && copying.contains(&"Get-ForeignReason"), "{copying:?}");
}

/// The commands that a function calls, in their order.
fn of_function<'a>(tree: &'a Part, function: &str) -> Vec<&'a str> {
    let calls = commands(tree).into_iter().filter(|found| found.function == function);
    calls.map(|found| found.text.as_str()).collect()
}

/// The address stands in a certificate, so whoever made that chose it.
#[test]
fn the_directory_is_asked_without_the_name_of_a_computer() {
    let tree = tree(&text());
    let strings = tree.of_kind("expandable_string_literal").into_iter();
    let addresses: Vec<&str> =
        strings.map(Part::text).filter(|text| text.to_ascii_lowercase().contains("ldap://")).collect();
    assert_eq!(addresses, [r#""LDAP://$name""#]);
    let script = text();
    let (before, _) = script.split_once("[adsi]").unwrap();
    let (_, function) = before.rsplit_once("function Get-DirectoryBytes").unwrap();
    let (asked, refused) = function.rsplit_once("throw").unwrap();
    assert!(asked.contains("if ($name -match '/' -or "), "a name with a slash is refused: {asked}");
    assert!(!refused.contains("$name ="), "and not changed after that: {refused}");
}

#[test]
fn of_the_environment_only_the_computer_and_its_kind_are_read() {
    let tree = tree(&text());
    let read = tree.of_kind("variable").into_iter().map(|part| &part.found);
    let of_environment = |found: &&Found| found.text.to_ascii_lowercase().contains("env:");
    let read: Vec<&Found> = read.filter(of_environment).collect();
    assert!(!read.is_empty(), "variables in texts are seen");
    nothing_else(read.into_iter().filter(|found| {
        !["$env:COMPUTERNAME", "$env:PROCESSOR_ARCHITECTURE"].contains(&found.text.as_str())
    }));
}

#[test]
fn names_that_are_not_in_the_lists_would_be_seen() {
    let bad = tree(
        "function Write-Text {\r\n    Set-CsCertificate -Type Default\r\n    [System.IO.File]::Delete('x')\r\n    & $a\r\n}\r\n",
    );
    assert_eq!(commands(&bad)[0].text, "Set-CsCertificate");
    assert_eq!(commands(&bad)[0].function, "Write-Text");
    assert_eq!(types(&bad)[0].0, "System.IO.File");
    assert_eq!(invocations(&bad)[0].1, "Delete");
    assert_eq!(bad.of_kind("command_invokation_operator").len(), 1);
}
