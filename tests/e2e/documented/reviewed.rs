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
    ("docs/collecting.md", COLLECT, "Windows PowerShell on a server of a deployment"),
    (
        "docs/collecting.md",
        r"powershell.exe -NoProfile -ExecutionPolicy Bypass -File Export-LyncertCollection.ps1 -LocalOnly -OutputPath C:\lyncert\edge1",
        "Windows PowerShell on an Edge Server",
    ),
];

const COLLECT: &str = r"powershell.exe -NoProfile -ExecutionPolicy Bypass -File Export-LyncertCollection.ps1 -OutputPath C:\lyncert\contoso";

/// What stands for files and folders of the reader, and what lies at the desk in its place.
pub(super) const STANDS_FOR: &[(&str, &str)] = &[(r"C:\lyncert\contoso", "collection")];

/// How blocks of commands are called.
pub(super) const COMMANDS: &[&str] = &["console", "sh", "powershell"];

/// How blocks are called that hold no command.
pub(super) const NO_COMMANDS: &[&str] = &["toml", "text"];
