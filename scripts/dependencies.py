#!/usr/bin/env python3
"""What lyncert is made of, from Cargo.lock and the sources of the libraries: `dependencies.py licenses|sbom TARGET BUILD`.

licenses: the license texts of all that is in the program, or that wrote parts of it; one without a text ends it with an error.
sbom: a bill of materials in the form of CycloneDX 1.6, without a time or a number of its own: the same sources give the same bytes.
"""
import html.parser
import json
import pathlib
import re
import subprocess
import sys
import textwrap
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = "lyncert"
REPOSITORY_FILES = re.compile(r"(?i)(licen[cs]e|copying|unlicense|notice|copyright)")
TEXTS = re.compile(r"(?i)(licen[cs]e|copying|unlicense)")
# Reviewed: the library has no text of its own, and comes of the same repository, by the same authors and on the same terms as the other.
TEXT_OF = {"asn1-rs-impl": "asn1-rs"}


def metadata(target):
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", target]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)


class Graph:
    """The libraries of the program: what is linked, and the tools that were needed for that."""

    def __init__(self, target):
        data = metadata(target)
        self.packages = {package["id"]: package for package in data["packages"]}
        self.nodes = {node["id"]: node for node in data["resolve"]["nodes"]}
        lock = tomllib.loads((ROOT / "Cargo.lock").read_text(encoding="utf-8"))
        self.checksums = {(package["name"], package["version"]): package.get("checksum") for package in lock["package"]}
        self.root = next(key for key, package in self.packages.items() if package["name"] == PROGRAM and package["source"] is None)
        self.linked = self.reached(lambda key, kind: kind is None and not self.is_macro(key))
        self.all = self.reached(lambda key, kind: kind in (None, "build"))

    def is_macro(self, key):
        return any("proc-macro" in target["kind"] for target in self.packages[key]["targets"])

    def edges(self, key, wanted):
        for dependency in self.nodes[key]["deps"]:
            if any(wanted(dependency["pkg"], kind["kind"]) for kind in dependency["dep_kinds"]):
                yield dependency["pkg"]

    def reached(self, wanted):
        found, left = set(), [self.root]
        while left:
            key = left.pop()
            if key not in found:
                found.add(key)
                left.extend(self.edges(key, wanted))
        return found

    def sorted(self, keys):
        return sorted(keys, key=lambda key: (self.packages[key]["name"], self.packages[key]["version"]))


def expression(package):
    """The license in the form of SPDX: older crates have a stroke for `OR`."""
    return re.sub(r"\s*/\s*", " OR ", package["license"] or "")


def purl(package):
    return f"pkg:cargo/{package['name']}@{package['version']}"


class Plain(html.parser.HTMLParser):
    """The text of the page on the copyright of Rust's standard library."""

    def __init__(self):
        super().__init__()
        self.parts, self.hidden = [], 0

    def handle_starttag(self, tag, attributes):
        self.hidden += tag in ("style", "script", "head")
        if tag in ("p", "div", "h1", "h2", "h3", "h4", "li", "pre", "br", "tr"):
            self.parts.append("\n")

    def handle_endtag(self, tag):
        self.hidden -= tag in ("style", "script", "head")

    def handle_data(self, data):
        if not self.hidden:
            self.parts.append(data)


def standard_library(target):
    """The name, the version and the license texts of what the compiler and the linker bring."""
    rustc = "/usr/bin/rustc" if "windows" in target else "rustc"
    version = subprocess.run([rustc, "-V"], check=True, stdout=subprocess.PIPE, text=True).stdout.split()[1]
    title = f"Rust standard library {version} (MIT OR Apache-2.0)"
    if "windows" in target:
        # Debian's compiler and the runtime of its linker.
        series = ".".join(version.split(".")[:2])
        yield title, pathlib.Path(f"/usr/share/doc/libstd-rust-web-{series}/copyright").read_text(encoding="utf-8")
        for package in ("mingw-w64-common", "gcc-mingw-w64-x86-64-posix-runtime"):
            text = pathlib.Path(f"/usr/share/doc/{package}/copyright").read_text(encoding="utf-8")
            yield f"{package}, parts of which the linker puts into programs", text
        return
    root = subprocess.run([rustc, "--print", "sysroot"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    page = Plain()
    page.feed((pathlib.Path(root) / "share/doc/rust/COPYRIGHT-library.html").read_text(encoding="utf-8"))
    yield title, re.sub(r"\n\s*\n+", "\n\n", "".join(page.parts)).strip()


def texts(graph, key):
    """The license files of a library, by name."""
    package = graph.packages[key]
    folder = pathlib.Path(package["manifest_path"]).parent
    names = {path for path in folder.iterdir() if path.is_file() and REPOSITORY_FILES.match(path.name)}
    if package["license_file"]:
        names.add(folder / package["license_file"])
    found = {path.name: path.read_text(encoding="utf-8", errors="replace") for path in sorted(names) if path.suffix not in (".rs", ".html")}
    if not any(TEXTS.match(name) for name in found) and package["name"] in TEXT_OF:
        other = next(key for key in graph.sorted(graph.all) if graph.packages[key]["name"] == TEXT_OF[package["name"]])
        found = texts(graph, other)
    return found


def licenses(target, build):
    graph = Graph(target)
    keys = [key for key in graph.sorted(graph.all) if graph.packages[key]["source"] is not None]
    lacking, by_text, lines = [], {}, []
    for key in keys:
        package = graph.packages[key]
        found = texts(graph, key)
        if not expression(package) or not any(TEXTS.match(name) for name in found):
            lacking.append(f"{package['name']} {package['version']}")
        lines.append(f"{package['name']} {package['version']}: {expression(package)}; {package['repository'] or 'no repository named'}")
        for text in found.values():
            plain = "\n".join(line.rstrip() for line in textwrap.dedent(text.replace("\r\n", "\n").lstrip("\ufeff")).strip().split("\n"))
            by_text.setdefault(plain, []).append(f"{package['name']} {package['version']}")
    if lacking:
        sys.exit("no license text: " + ", ".join(lacking) + "; see TEXT_OF in scripts/dependencies.py")
    rule = "=" * 100
    print(f"What lyncert is made of, for {target}: {len(keys)} libraries and what the compiler brings. Some of them only helped to make it.")
    print("lyncert itself: LICENSE-MIT and LICENSE-APACHE.\n")
    print("\n".join(lines))
    for text, of in by_text.items():
        print(f"\n{rule}\n{', '.join(dict.fromkeys(of))}\n{rule}\n\n{text}")
    for title, text in standard_library(target):
        print(f"\n{rule}\n{title}\n{rule}\n\n{text.strip()}")


def component(graph, key):
    package = graph.packages[key]
    row = {
        "type": "library",
        "bom-ref": purl(package),
        "name": package["name"],
        "version": package["version"],
        "scope": "required" if key in graph.linked else "excluded",
        "purl": purl(package),
        "licenses": [{"expression": expression(package)}],
    }
    if package["description"]:
        row["description"] = " ".join(package["description"].split())
    checksum = graph.checksums[(package["name"], package["version"])]
    if checksum:
        row["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    if package["repository"]:
        row["externalReferences"] = [{"type": "vcs", "url": package["repository"]}]
    return row


def sbom(target, build):
    graph = Graph(target)
    others = [key for key in graph.sorted(graph.all) if key != graph.root]
    used = lambda key, kind: kind in (None, "build")
    bill = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                **{name: value for name, value in component(graph, graph.root).items() if name != "scope"},
                "type": "application",
                "properties": [{"name": "lyncert:build", "value": build}, {"name": "lyncert:target", "value": target}],
            },
        },
        "components": [component(graph, key) for key in others],
        "dependencies": [
            {"ref": purl(graph.packages[key]), "dependsOn": sorted({purl(graph.packages[other]) for other in graph.edges(key, used)})}
            for key in [graph.root, *others]
        ],
    }
    print(json.dumps(bill, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    what, target, build = sys.argv[1:]
    {"licenses": licenses, "sbom": sbom}[what](target, build)
