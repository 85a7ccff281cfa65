#!/usr/bin/env python3
"""Makes the sample collection, as scripts/Export-LyncertCollection.ps1 writes one. Needs python3 and openssl (3.0 or later).

usage: python3 samples/make_collection.py

The certificates come of make_certificates.py: every run makes new keys, keeps none of them, and so changes every thumbprint. Run
`just update` afterwards and read the diff of the golden files. What is wrong on purpose stands beside it.
"""
import base64
import hashlib
import json
import pathlib
import re
import shutil
import struct
import tempfile

import make_certificates as maker

HERE = pathlib.Path(__file__).resolve().parent
TARGET = HERE / "northwind" / "collection"
DOMAIN = "northwindtraders.com"
STANDARD, EDGE = f"se01.{DOMAIN}", f"edge01.{DOMAIN}"
STARTED, FINISHED = "2026-11-20T04:00:00Z", "2026-11-20T04:01:30Z"
ON_EDGE_STARTED, ON_EDGE_FINISHED = "2026-11-20T05:10:00Z", "2026-11-20T05:10:20Z"
SIGNATURE = "5f0f4c1e-6d1b-4a36-8d0e-3a86f3a2c9d8"
SCRIPT = HERE.parent / "scripts" / "Export-LyncertCollection.ps1"
VERSION = re.search(r"\$ScriptVersion = '(.+)'", SCRIPT.read_text()).group(1)
WEB = ["WebServicesInternal", "WebServicesExternal"]
EXTERNAL = ["AccessEdgeExternal", "DataEdgeExternal", "AudioVideoAuthentication"]
NAMES = [STANDARD, f"webext.{DOMAIN}", f"meet.{DOMAIN}", f"dialin.{DOMAIN}", f"sip.{DOMAIN}", f"lyncdiscoverinternal.{DOMAIN}",
         f"lyncdiscover.{DOMAIN}"]
PUBLIC = {"eku": maker.SERVER}

# (file, CA, subject, names, settings)
CERTIFICATES = [
    ("standard", "internal", STANDARD, NAMES, {}),
    # Renewed in October, and the external web site was forgotten: HTTP.sys goes on serving this one.
    ("standard-old", "internal", STANDARD, NAMES, {"validity": ("20241201000000Z", "20261201235959Z")}),
    ("oauth", "internal", DOMAIN, [], {}),
    ("edge-internal", "internal", EDGE, [EDGE], {}),
    # Ends in 18 days.
    ("edge-external", "public", f"sip.{DOMAIN}", [f"sip.{DOMAIN}"], {**PUBLIC, "validity": ("20260525000000Z", "20261210235959Z")}),
    ("reverse-proxy", "public", f"webext.{DOMAIN}", [f"{label}.{DOMAIN}" for label in ("webext", "meet", "dialin", "lyncdiscover")],
     {**PUBLIC, "validity": maker.PUBLIC}),
]

OBJS = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
TYPES = ["Selected.System.Management.Automation.PSCustomObject", "System.Management.Automation.PSCustomObject", "System.Object"]


def text_file(text):
    """As `Set-Content -Encoding UTF8` writes it."""
    return ("\ufeff" + text.replace("\n", "\r\n") + "\r\n").encode()


def json_file(value):
    return text_file(json.dumps(value, separators=(",", ":")))


def clixml(objects):
    """As `Export-Clixml -Encoding UTF8` writes objects: each a list of properties."""
    lines = [OBJS]
    for number, properties in enumerate(objects):
        types = '<TNRef RefId="0" />' if number else '<TN RefId="0">' + "".join(f"<T>{name}</T>" for name in TYPES) + "</TN>"
        lines += [f'  <Obj RefId="{number * 2}">', f"    {types}", "    <MS>"]
        for name, value in properties:
            if isinstance(value, bytes):
                lines.append(f'      <BA N="{name}">{base64.b64encode(value).decode()}</BA>')
            elif isinstance(value, bool):
                lines.append(f'      <B N="{name}">{str(value).lower()}</B>')
            elif isinstance(value, list):
                items = "".join(f"<S>{item}</S>" for item in value)
                lines.append(f'      <Obj N="{name}" RefId="{number * 2 + 1}"><LST>{items}</LST></Obj>')
            else:
                lines.append(f'      <S N="{name}">{value}</S>')
        lines += ["    </MS>", "  </Obj>"]
    return ("\ufeff" + "\r\n".join([*lines, "</Objs>"])).encode()


class Certificate:
    def __init__(self, der, subject, names):
        self.der, self.subject, self.names = der, subject, names
        self.thumbprint = hashlib.sha1(der).hexdigest().upper()

    def stored(self, store, has_key):
        return [("RawData", self.der), ("Thumbprint", self.thumbprint), ("FriendlyName", ""), ("HasPrivateKey", has_key),
                ("PSParentPath", f"Microsoft.PowerShell.Security\\Certificate::LocalMachine\\{store}")]

    def assigned(self, usage, computer=None):
        properties = [("Use", usage), ("Thumbprint", self.thumbprint), ("AlternativeNames", self.names),
                      ("Subject", f"CN={self.subject}")]
        return properties + ([("PSComputerName", computer)] if computer else [])

    def pem(self):
        text = base64.b64encode(self.der).decode()
        lines = [text[start:start + 64] for start in range(0, len(text), 64)]
        return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----"])


def serialized(certificates):
    """A store as `X509Certificate2Collection.Export` serializes it: who keeps the key, and the certificate."""
    provider = "Microsoft RSA SChannel Cryptographic Provider\0".encode("utf-16-le")
    container = "lyncert-sample\0".encode("utf-16-le")
    key = struct.pack("<7I", 28, 28 + len(container), 12, 0x20, 0, 0, 1) + container + provider
    elements = b"".join(struct.pack("<3I", kind, 1, len(data)) + data
                        for certificate in certificates for kind, data in ((2, key), (32, certificate.der)))
    return b"\0\0\0\0CERT" + elements + bytes(12)


def by_thumbprint(certificates):
    return sorted(certificates, key=lambda certificate: certificate.thumbprint)


def server_files(fqdn, assigned, own, roots, bindings):
    """What the collector writes of one server."""
    folder = f"certs/{fqdn}"
    rows = [certificate.assigned(usage, fqdn) for usage, certificate in sorted(assigned, key=lambda one: one[0])]
    served = [{"endpoint": endpoint, "sni": None, "store": "MY", "thumbprint": bound.thumbprint} for endpoint, bound in bindings]
    return {
        f"{folder}/assigned.xml": clixml(rows),
        f"{folder}/LocalMachine/My.xml": clixml([one.stored("My", True) for one in by_thumbprint(own)]),
        f"{folder}/LocalMachine/My.sst": serialized(own),
        f"{folder}/LocalMachine/Root.xml": clixml([one.stored("Root", False) for one in by_thumbprint(roots)]),
        f"{folder}/bindings.json": json_file(served),
    }


def server_row(fqdn, edge, via, offset, assigned, own, roots, bindings):
    stores = [("My", len(own)), ("CA", 0), ("Root", len(roots))]
    return {"fqdn": fqdn, "folder": f"certs/{fqdn}", "edge": edge, "status": "collected", "reason": None, "message": None, "via": via,
            "clock_offset_seconds": offset, "module": "SkypeForBusiness",
            "assigned": {"status": "complete", "count": len(assigned), "errors": []},
            "stores": [{"name": name, "status": "complete", "count": count} for name, count in stores],
            "key_facts": None, "bindings": {"status": "complete", "count": len(bindings)}}


def skipped_row(fqdn):
    return {"fqdn": fqdn, "folder": f"certs/{fqdn}", "edge": True, "status": "skipped", "reason": "edge-local-run",
            "message": "run this script there with -LocalOnly, and put that folder below certs", "via": None,
            "clock_offset_seconds": None, "module": None, "assigned": None, "stores": [], "key_facts": None, "bindings": None}


def log(times, server, mode):
    started, finished = times
    lines = [f"{started}\t\tstart\tExport-LyncertCollection.ps1 {VERSION}, {mode}", f"{started}\t{server}\tcollect\tlocal",
             f"{started}\t{server}\tstart\tPowerShell 5.1.17763.6414, FullLanguage", f"{finished}\t{server}\tcollected\t",
             f"{finished}\t\tend\texit code 0"]
    return text_file("\n".join(lines))


def manifest(files, times, mode, computer, servers, facts, listeners, contacted):
    started, finished = times
    rows = [{"path": path, "size": len(files[path]), "sha256": hashlib.sha256(files[path]).hexdigest().upper()}
            for path in sorted(files)]
    return json_file({
        "schema": "lyncert-collected/1", "script": {"name": SCRIPT.name, "version": VERSION, "sha256": None},
        "started": started, "finished": finished, "mode": mode,
        "by": {"computer": computer, "elevated": True, "powershell": "5.1.17763.6414", "os": "Windows Server 2019 Standard 6.3 build 17763",
               "culture": "en-US", "language_mode": "FullLanguage"},
        "topology": {"status": "complete", "source": "store" if mode == "central" else "replica", "signature": SIGNATURE, "message": None},
        "servers": servers, "facts": facts, "listeners": listeners, "contacted": contacted, "errors": [], "files": rows})


def url(component, domain, address):
    return {"scope": "global", "site": None, "component": component, "domain": domain, "active_url": address, "urls": [address]}


def facts():
    return {
        "schema": "lyncert-facts/1",
        "simple_urls": [url("Dialin", "*", f"https://dialin.{DOMAIN}"), url("Meet", DOMAIN, f"https://meet.{DOMAIN}")],
        "access_edge": {"allow_outside_users": True, "allow_federated_users": True, "allow_anonymous_users": True,
                        "routing_method": "UseDnsSrvRouting"},
        "public_providers": [{"name": "Skype", "enabled": True}], "hosting_providers": [], "xmpp_partners": 0, "office_web_apps": [],
        "dns": []}


def topology():
    """The sample of a published topology under other names."""
    text = (HERE / "fabrikam" / "topology.xml").read_bytes().decode("utf-16").replace("\r\n", "\n").strip()
    text = text.replace("fabrikam.com", DOMAIN).replace("5f0f4c1e-6d1b-4a36-8d0e-3a86f3a2c9d7", SIGNATURE)
    return text_file(text.replace("Seattle", "Boston").replace('State="WA"', 'State="MA"'))


def make_certificates(folder):
    """The certificates by name, the CAs among them."""
    maker.HERE = folder
    made = {}
    for authority, subject in (("internal", "O=Northwind Traders\nCN=Northwind Traders Enterprise CA"),
                               ("public", "C=US\nO=Northwind Trust\nCN=Northwind TLS CA 3")):
        maker.make_authority(folder, ("northwind", authority), subject)
        maker.openssl(folder, "x509", "-in", f"northwind-{authority}.pem", "-outform", "DER", "-out", "ca.der")
        made[f"ca-{authority}"] = Certificate((folder / "ca.der").read_bytes(), authority, [])
    for name, authority, subject, names, settings in CERTIFICATES:
        maker.make_leaf(folder, "northwind", name, authority, subject, names, settings)
        made[name] = Certificate((folder / "northwind" / "certs" / name).read_bytes(), subject, names)
    return made


def on_edge(made):
    """The Edge Server by itself, as an administrator carries it from the perimeter."""
    internal, external = made["edge-internal"], made["edge-external"]
    parts = ([*((usage, external) for usage in EXTERNAL), ("Internal", internal)], [internal, external],
             [made["ca-internal"], made["ca-public"]], [("0.0.0.0:4443", internal)])
    times = (ON_EDGE_STARTED, ON_EDGE_FINISHED)
    files = {**server_files(EDGE, *parts), "collect.log": log(times, EDGE, "local")}
    rows = [server_row(EDGE, True, "local", 0, *parts)]
    return {**files, "collected.json": manifest(files, times, "local", EDGE, rows, [], [], [])}


def central(made):
    standard, old, oauth, proxy = made["standard"], made["standard-old"], made["oauth"], made["reverse-proxy"]
    parts = ([("Default", standard), *((usage, standard) for usage in WEB), ("OAuthTokenIssuer", oauth)], [standard, old, oauth],
             [made["ca-internal"], made["ca-public"]],
             [("0.0.0.0:443", standard), ("0.0.0.0:444", standard), ("0.0.0.0:4443", old)])
    times, host = (STARTED, FINISHED), f"meet.{DOMAIN}"
    files = {
        **server_files(STANDARD, *parts), "collect.log": log(times, STANDARD, "central"), "topology.xml": topology(),
        "facts.json": json_file(facts()), "certs/oauth/assigned.xml": clixml([oauth.assigned("OAuthTokenIssuer")]),
        f"certs/reverse-proxy/ReverseProxy/{host}_443.pem": text_file("\n".join([proxy.pem(), made["ca-public"].pem()])),
    }
    taken = ["simple_urls", "access_edge", "public_providers", "hosting_providers", "xmpp_partners", "oauth"]
    rows = [server_row(STANDARD, False, "local", 0, *parts), skipped_row(EDGE)]
    listener = {"holder": "reverse-proxy", "usage": "ReverseProxy", "host": host, "port": 443, "status": "complete",
                "protocol": "Tls12", "message": None}
    read = [{"name": name, "status": "complete", "message": None} for name in taken]
    return {**files, "collected.json": manifest(files, times, "central", STANDARD, rows, read, [listener], [host])}


def main():
    with tempfile.TemporaryDirectory() as temporary:
        made = make_certificates(pathlib.Path(temporary))
    files = central(made)
    files.update((f"certs/from-the-edge/{path}", data) for path, data in on_edge(made).items())
    shutil.rmtree(TARGET, ignore_errors=True)
    for path, data in files.items():
        target = TARGET / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


if __name__ == "__main__":
    main()
