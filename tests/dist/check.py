#!/usr/bin/env python3
"""Holds the archives of a release against what belongs into one: `check.py FOLDER`. It ends with an error at the first thing that does not.

The bill of materials is held against the schema of CycloneDX where cyclonedx-python-lib is there (tests/formats/requirements.txt), which
CI asks for. What the first command of the README gives is tried with the archive of this system.
"""
import csv
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tarfile
import tempfile
import zipfile

# What an archive holds: pattern of the path in its folder, and how many files have it at least.
CONTENTS = [
    (r"README\.md", 1),
    (r"(ARCHITECTURE|BENCHMARKS|CHANGELOG|CONTRIBUTING|SECURITY)\.md", 5),
    (r"LICENSE-(APACHE|MIT)", 2),
    (r"THIRD-PARTY-LICENSES\.txt", 1),
    (r"sbom\.cdx\.json", 1),
    (r"completions/(lyncert\.bash|_lyncert|lyncert\.fish|lyncert\.ps1)", 4),
    (r"man/lyncert(-[a-z]+)?\.1", 18),
    (r"docs/[a-zA-Z-]+\.(md|png)", 20),
    (r"schemas/lyncert-[a-z-]+-[0-9]+\.schema\.json", 17),
    (r"scripts/Export-LyncertCollection\.ps1", 1),
    (r"samples/(README\.md|make_[a-z]+\.py)", 3),
    (r"samples/(contoso|fabrikam|northwind)/.+", 80),
]
PROGRAMS = {"linux": "lyncert", "windows": "lyncert.exe"}
# The newest version of a symbol that the program asks glibc for is that of the system that it runs on at least; docs/installing.md says it.
GLIBC = re.compile(r"glibc (\d+\.\d+)")


def members(path):
    """The files of an archive by name, with their content and whether they can be started."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            assert len({entry.date_time for entry in entries}) == 1, "files of several times"
            return {entry.filename: (archive.read(entry), bool(entry.external_attr >> 16 & 0o111)) for entry in entries}
    with tarfile.open(path) as archive:
        entries = archive.getmembers()
        assert len({(entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname) for entry in entries}) == 1, "files of several times or owners"
        assert all(entry.isfile() for entry in entries), "something that is no file"
        return {entry.name: (archive.extractfile(entry).read(), bool(entry.mode & 0o111)) for entry in entries}


def check_contents(name, system, files):
    assert all(path.startswith(f"{name}/") for path in files), "files beside the folder"
    inside = {path.removeprefix(f"{name}/"): value for path, value in files.items()}
    assert list(inside) == sorted(inside), "files out of order"
    table = [*CONTENTS, (re.escape(PROGRAMS[system]), 1)]
    for pattern, least in table:
        found = [path for path in inside if re.fullmatch(pattern, path)]
        assert len(found) >= least, f"{pattern}: {len(found)} files instead of {least}"
    strangers = [path for path in inside if not any(re.fullmatch(pattern, path) for pattern, _ in table)]
    assert not strangers, f"what is not in the table: {strangers}"
    assert [path for path, (_, is_program) in inside.items() if is_program] == [PROGRAMS[system]], "what can be started"
    empty = [path for path, (content, _) in inside.items() if not content and not path.startswith("samples/")]
    assert not empty, f"empty: {empty}"
    return {path: content for path, (content, _) in inside.items()}


def check_links(inside):
    """Every link of the pages leads to a file of the archive."""
    for page in (path for path in inside if path.endswith(".md") and not path.startswith("samples/")):
        for link in re.findall(r"\]\(([^)#\s]+)", inside[page].decode()):
            if not re.match(r"[a-z]+:", link):
                target = os.path.normpath(os.path.join(os.path.dirname(page), link))
                assert any(path == target or path.startswith(f"{target}/") for path in inside), f"{page} leads to {link}, which is not there"


def check_licenses(inside, bill):
    text = inside["THIRD-PARTY-LICENSES.txt"].decode()
    head, *parts = text.split("=" * 100 + "\n")
    titles = ", ".join(parts[0::2])
    for row in bill["components"]:
        if not row["name"].startswith("lyncert-"):
            title = f"{row['name']} {row['version']}"
            assert f"\n{title}: {row['licenses'][0]['expression']};" in head, f"{title} is not listed"
            assert re.search(rf"(^|, |\n){re.escape(title)}(,|\n)", titles), f"{title} has no text"
    assert "Rust standard library" in titles


def check_bill(content, version, build):
    bill = json.loads(content)
    program = bill["metadata"]["component"]
    assert (program["name"], program["version"]) == ("lyncert", version)
    assert {row["name"]: row["value"] for row in program["properties"]}["lyncert:build"] == build
    assert "timestamp" not in bill["metadata"] and "serialNumber" not in bill, "it has a time or a number of its own"
    refs = [program["bom-ref"], *(row["bom-ref"] for row in bill["components"])]
    assert len(refs) == len(set(refs)) > 150
    assert sorted(row["ref"] for row in bill["dependencies"]) == sorted(refs)
    known, reached, left = {row["ref"]: row["dependsOn"] for row in bill["dependencies"]}, set(), [program["bom-ref"]]
    while left:
        ref = left.pop()
        if ref not in reached:
            reached.add(ref)
            left.extend(known[ref])
    assert reached == set(refs), "components that nothing depends on"
    for row in bill["components"]:
        is_ours = row["name"].startswith("lyncert-")
        assert is_ours != ("hashes" in row), row["name"]
        assert row["purl"] == f"pkg:cargo/{row['name']}@{row['version']}" and row["licenses"][0]["expression"], row["name"]
    try:
        from cyclonedx.schema import SchemaVersion
        from cyclonedx.validation.json import JsonStrictValidator
    except ImportError:
        assert "CI" not in os.environ, "cyclonedx-python-lib is not there"
        print("the bill of materials is not held against its schema: cyclonedx-python-lib is not there")
    else:
        mistake = JsonStrictValidator(SchemaVersion.V1_6).validate_str(content.decode())
        assert mistake is None, mistake
    return bill


def check_program(inside, program):
    """No path of the machine that built it, and for Linux no younger glibc than the page says."""
    for path in (str(pathlib.Path.home()), str(pathlib.Path.cwd())):
        if path not in ("/", ""):
            assert path.encode() + b"/" not in program, f"the program has the path {path} in it"
    if program.startswith(b"\x7fELF"):
        versions = {tuple(map(int, found.split(b"."))) for found in re.findall(rb"GLIBC_(\d+\.\d+)", program)}
        said = tuple(map(int, GLIBC.search(inside["docs/installing.md"].decode()).group(1).split(".")))
        assert max(versions) == said, f"docs/installing.md says glibc {said}; the program asks for {max(versions)}"


def unpack(files, place):
    for name, (content, is_program) in files.items():
        target = place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        target.chmod(0o755 if is_program else 0o644)


def check_first_command(folder):
    """The first command of the README as it stands there: it finds something, which is 1."""
    text = (folder / "README.md").read_text(encoding="utf-8")
    command = shlex.split(re.search(r"```sh\n(.+?)\n```", text, re.DOTALL).group(1), comments=True)
    assert command[:2] == ["./lyncert", "audit"], command
    ended = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    assert ended.returncode == 1, f"{command} ended with {ended.returncode}: {ended.stderr}"
    assert (folder / "report" / "report.html").stat().st_size > 10_000
    with open(folder / "report" / "findings.csv", encoding="utf-8-sig", newline="") as file:
        assert sum(1 for _ in csv.reader(file)) > 10


def main():
    folder = pathlib.Path(sys.argv[1])
    is_release = "--as-built" not in sys.argv[2:]
    sums = [line.split("  ") for line in (folder / "SHA256SUMS").read_text(encoding="ascii").splitlines()]
    for digest, name in sums:
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, f"{name} is not that of SHA256SUMS"
    archives = [folder / name for _, name in sums if not name.endswith(".cdx.json")]
    assert archives
    builds = set()
    for path in archives:
        name = path.name.removesuffix(".zip").removesuffix(".tar.gz")
        version, system = re.fullmatch(r"lyncert-(.+)-x86_64-(linux|windows)", name).groups()
        files = members(path)
        inside = check_contents(name, system, files)
        assert f"## [{version}] - " in inside["CHANGELOG.md"].decode()
        bill_bytes = inside["sbom.cdx.json"]
        assert bill_bytes == (folder / f"{name}.cdx.json").read_bytes()
        build = json.loads(bill_bytes)["metadata"]["component"]["properties"][0]["value"]
        builds.add(build)
        program = inside[PROGRAMS[system]]
        assert build.encode() in program, "the program is of another build than its bill of materials"
        check_licenses(inside, check_bill(bill_bytes, version, build))
        check_links(inside)
        if is_release:
            check_program(inside, program)
        if system == "linux" and sys.platform == "linux":
            with tempfile.TemporaryDirectory() as place:
                unpack(files, pathlib.Path(place))
                check_first_command(pathlib.Path(place) / name)
        print(f"{path.name}: {len(inside)} files, {path.stat().st_size} bytes")
    assert len(builds) == 1, f"programs of several builds: {builds}"


if __name__ == "__main__":
    main()
