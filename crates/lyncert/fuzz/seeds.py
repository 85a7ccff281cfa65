"""Packs samples and containers of the tests into inputs of the target `estate`."""

import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[3]
OUT = pathlib.Path(__file__).resolve().parent / "corpus/estate"
MARK = b"\n--8<-- "


def pack(files):
    return b"".join(MARK + name.encode() + b"\n" + data for name, data in files)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    corpus = ROOT / "tests/corpus"
    containers = sorted((ROOT / "crates/lyncert-report/tests/containers").iterdir())
    certificates = sorted((ROOT / "crates/lyncert-report/tests/certificates").glob("*.der"))
    broken = sorted((corpus / "certificates").iterdir())
    seeds = {}
    for estate, export in (("contoso", "topology.tbxml"), ("fabrikam", "topology.xml")):
        folder = ROOT / "samples" / estate
        topology = ("topology", (folder / export).read_bytes())
        policy = folder / "lyncert.toml"
        front = [topology] + ([("lyncert.toml", policy.read_bytes())] if policy.exists() else [])
        certs = sorted(path for path in (folder / "certs").rglob("*") if path.is_file())
        own = [(path.relative_to(folder / "certs").as_posix(), path.read_bytes()) for path in certs]
        seeds[estate] = front + own
        # Small ones reach far with few bytes.
        for path in certs + containers + certificates + broken:
            seeds[f"{estate}-{path.name}"] = [topology, (f"any/{path.name}", path.read_bytes())]
    for path in sorted((corpus / "topology").iterdir()):
        seeds[f"topology-{path.name}"] = [("topology", path.read_bytes())]
    for name, files in seeds.items():
        (OUT / name).write_bytes(pack(files))
    print(f"{len(seeds)} seeds in {OUT}")


if __name__ == "__main__":
    main()
