//! What is written on the pages and cannot be run here, line by line and with the reason.

/// A command that no test of this project runs as it stands: the page, the line, and why.
pub(super) const NOT_RUN: &[(&str, &str, &str)] = &[
    (
        "README.md",
        "cargo install --path crates/lyncert --locked",
        "it would build and install in the middle of a test",
    ),
    ("README.md", "cargo test --workspace --locked", "it is what runs this test"),
    ("README.md", COLLECT, "Windows PowerShell on a server of a deployment"),
    ("docs/installing.md", "sha256sum --check --ignore-missing SHA256SUMS", OF_ARCHIVES),
    ("docs/installing.md", "(Get-FileHash lyncert-0.1.0-x86_64-windows.zip).Hash", OF_ARCHIVES),
    ("docs/installing.md", "certutil -hashfile lyncert-0.1.0-x86_64-windows.zip SHA256", OF_ARCHIVES),
    ("docs/installing.md", "tar -xzf lyncert-0.1.0-x86_64-linux.tar.gz", OF_ARCHIVES),
    ("docs/installing.md", "cd lyncert-0.1.0-x86_64-linux", OF_ARCHIVES),
    (
        "docs/installing.md",
        "./lyncert audit samples/contoso/topology.tbxml --certs samples/contoso/certs --at 2026-11-22 --out report",
        OF_ARCHIVES,
    ),
    (
        "docs/installing.md",
        "cargo install --path crates/lyncert --locked",
        "it would build and install in the middle of a test",
    ),
    (
        "docs/installing.md",
        r#"New-Item -ItemType Directory -Force (Split-Path $PROFILE) | Out-Null; lyncert completions powershell | Out-File -Encoding utf8 "$(Split-Path $PROFILE)\lyncert.ps1""#,
        PROFILE,
    ),
    ("docs/installing.md", r#"Add-Content $PROFILE '. "$(Split-Path $PROFILE)\lyncert.ps1"'"#, PROFILE),
    ("docs/collecting.md", COLLECT, "Windows PowerShell on a server of a deployment"),
    (
        "docs/collecting.md",
        r"powershell.exe -NoProfile -ExecutionPolicy Bypass -File Export-LyncertCollection.ps1 -LocalOnly -OutputPath C:\lyncert\edge1",
        "Windows PowerShell on an Edge Server",
    ),
];

/// `tests/dist/check.py` unpacks the archives that were made and runs the first command of the README there.
const OF_ARCHIVES: &str = "the archives are made by `just dist`, which tries them";

/// That `lyncert completions` prints something for PowerShell is held by the tests of completions.
const PROFILE: &str = "it writes into the profile of PowerShell";

const COLLECT: &str = r"powershell.exe -NoProfile -ExecutionPolicy Bypass -File Export-LyncertCollection.ps1 -OutputPath C:\lyncert\contoso";

/// What stands for files and folders of the reader, and what lies at the desk in its place.
pub(super) const STANDS_FOR: &[(&str, &str)] = &[(r"C:\lyncert\contoso", "collection")];

/// How blocks of commands are called.
pub(super) const COMMANDS: &[&str] = &["console", "sh", "powershell"];

/// How blocks are called that hold no command.
pub(super) const NO_COMMANDS: &[&str] = &["toml", "text"];
