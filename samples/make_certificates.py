#!/usr/bin/env python3
"""Makes the certificates of the sample estates with OpenSSL. Needs python3 and openssl (3.0 or later).

usage: python3 samples/make_certificates.py

Every run makes new keys, keeps none of them, and so changes every thumbprint: run `just update` afterwards and read the
diff of the golden files. What is wrong with a certificate on purpose stands beside it.
"""
import pathlib
import shutil
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CONTOSO_NAMES = ["pool01.contoso.net", "webext.contoso.com", "dialin.contoso.com", "admin.contoso.com"]
DISCOVERY = [f"{label}.{domain}" for domain in ("contoso.com", "fabrikam.com") for label in ("lyncdiscoverinternal", "lyncdiscover")]
SIGN_IN = ["sip.contoso.com", "sip.fabrikam.com"]
MEET = ["meet.contoso.com", "meet.fabrikam.com"]
CLIENT = "serverAuth,clientAuth"
SERVER = "serverAuth"
# Validity: the sample reports judge by 2026-11-22.
LONG = ("20260105000000Z", "20280104235959Z")
PUBLIC = ("20260915000000Z", "20270402235959Z")

# (estate, path, CA, subject, names, settings)
CERTIFICATES = [
    # One Edge Server was renewed: the new certificate forgot the second SIP domain and its XMPP domain. Public CAs gave up
    # the client EKU that the policy still asks for.
    ("contoso", "lsedge1.contoso.net/AccessEdgeExternal+DataEdgeExternal+AudioVideoAuthentication.cer", "public",
     "sip.contoso.com", ["sip.contoso.com", "webcon.contoso.com", "contoso.com"],
     {"eku": SERVER, "validity": ("20261101000000Z", "20270519235959Z")}),
    # The other Edge Server was forgotten: it still holds the former certificate, which ends soon.
    ("contoso", "lsedge2.contoso.net/AccessEdgeExternal+DataEdgeExternal+AudioVideoAuthentication.cer", "public",
     "sip.contoso.com", ["sip.contoso.com", "webcon.contoso.com", "contoso.com", "sip.fabrikam.com", "fabrikam.com"],
     {"eku": CLIENT, "validity": ("20251208000000Z", "20261209235959Z")}),
    # Right by the tables, but without the client EKU that web conferencing wants since 2017.
    ("contoso", "lsedge.contoso.net/Internal.cer", "internal", "lsedge.contoso.net", [], {"eku": SERVER}),
    # As it should be.
    ("contoso", "fe01.contoso.net/Default+WebServicesInternal+WebServicesExternal.cer", "internal", "pool01.contoso.net",
     [*CONTOSO_NAMES, "fe01.contoso.net", *SIGN_IN, *MEET, *DISCOVERY], {}),
    # Renewed by hand from an old list: the second Meet host and the second sign-in name are missing, and an old template
    # signs with SHA-1.
    ("contoso", "fe02.contoso.net/Default+WebServicesInternal+WebServicesExternal.cer", "internal", "pool01.contoso.net",
     [*CONTOSO_NAMES, "fe02.contoso.net", "sip.contoso.com", "meet.contoso.com", *DISCOVERY], {"md": "sha1"}),
    # A wildcard does duty for what should be spelled out, and cannot cover the second SIP domain.
    ("contoso", "dir01.contoso.net/Default+WebServicesInternal+WebServicesExternal.cer", "internal", "dir01.contoso.net",
     ["dir01.contoso.net", "*.contoso.com", "meet.fabrikam.com", "lyncdiscover.fabrikam.com"], {}),
    # A key that was long enough in 2010.
    ("contoso", "oauth/OAuthTokenIssuer.cer", "internal", "contoso.com", [], {"bits": "1024"}),
    # Mobile clients of the second SIP domain are forgotten; ends soon; names a server that is gone.
    ("contoso", "reverse-proxy/ReverseProxy.cer", "public", "webext.contoso.com",
     ["webext.contoso.com", "webdirext.contoso.com", *MEET, "dialin.contoso.com", "officewebapps01.contoso.com",
      "lyncdiscover.contoso.com", "webext-old.contoso.com"],
     {"eku": SERVER, "validity": ("20260601000000Z", "20261215235959Z")}),
    # Not placed: found by its names. No CRL distribution point.
    ("contoso", "from-farm-admin/farm.crt", "internal", "officewebapps01.contoso.com", ["officewebapps01.contoso.com"],
     {"cdp": False, "pem": True}),
    # Serves nothing any more.
    ("contoso", "old/access-edge-2024.cer", "public", "sip.contoso.com", ["sip.contoso.com", "webcon.contoso.com"],
     {"eku": CLIENT, "validity": ("20240101000000Z", "20250131235959Z")}),

    ("fabrikam", "edge01.fabrikam.com/AccessEdgeExternal+DataEdgeExternal+AudioVideoAuthentication.cer", "public",
     "sip.fabrikam.com", ["sip.fabrikam.com"], {"eku": SERVER, "validity": PUBLIC}),
    ("fabrikam", "edge01.fabrikam.com/Internal.cer", "internal", "edge01.fabrikam.com", ["edge01.fabrikam.com"], {}),
    ("fabrikam", "se01.fabrikam.com.cer", "internal", "se01.fabrikam.com",
     ["se01.fabrikam.com", "webext.fabrikam.com", "meet.fabrikam.com", "dialin.fabrikam.com", "sip.fabrikam.com",
      "lyncdiscoverinternal.fabrikam.com", "lyncdiscover.fabrikam.com"], {}),
    ("fabrikam", "oauth/OAuthTokenIssuer.pem", "internal", "fabrikam.com", [], {"pem": True}),
    ("fabrikam", "reverse-proxy/ReverseProxy.cer", "public", "webext.fabrikam.com",
     ["webext.fabrikam.com", "meet.fabrikam.com", "dialin.fabrikam.com", "lyncdiscover.fabrikam.com"],
     {"eku": SERVER, "validity": PUBLIC}),
]

AUTHORITIES = {
    ("contoso", "internal"): "O=Contoso\nCN=Contoso Issuing CA",
    ("contoso", "public"): "C=US\nO=Northwind Trust\nCN=Northwind TLS CA 1",
    ("fabrikam", "internal"): "O=Fabrikam\nCN=Fabrikam Enterprise CA",
    ("fabrikam", "public"): "C=US\nO=Northwind Trust\nCN=Northwind TLS CA 2",
}

AUTHORITY = """[req]
distinguished_name=dn
prompt=no
x509_extensions=ext
[dn]
{subject}
[ext]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
[ca]
default_ca=d
[d]
database=index.txt
new_certs_dir=.
serial=serial
rand_serial=yes
default_md=sha256
policy=p
unique_subject=no
[p]
countryName=optional
organizationName=optional
commonName=supplied
"""

LEAF = """[req]
distinguished_name=dn
prompt=no
[dn]
CN={subject}
[ext]
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature,keyEncipherment
extendedKeyUsage={eku}
authorityInfoAccess=caIssuers;URI:http://pki.{domain}/ca.cer
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
{cdp}{evidence}{names}
[ca]
default_ca=d
[d]
database=index.txt
new_certs_dir=.
serial=serial
rand_serial=yes
default_md={md}
policy=p
unique_subject=no
[p]
commonName=supplied
"""


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def make_authority(folder, key, subject):
    name = "-".join(key)
    (folder / "ca.cnf").write_text(AUTHORITY.format(subject=subject))
    (folder / "index.txt").write_text("")
    openssl(folder, "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", "ca.csr", "-config", "ca.cnf")
    # Older than what it issues.
    openssl(folder, "ca", "-batch", "-selfsign", "-config", "ca.cnf", "-keyfile", f"{name}.key", "-in", "ca.csr", "-out", f"{name}.pem",
            "-notext", "-preserveDN", "-startdate", "20200101000000Z", "-enddate", "20411231235959Z", "-extfile", "ca.cnf", "-extensions", "ext")


def make_leaf(folder, estate, path, authority, subject, names, settings):
    domain = f"{estate}.com"
    evidence = ("certificatePolicies=2.23.140.1.2.2\n" if authority == "public" else
                # Certificate template information as a Windows enterprise CA writes it.
                "1.3.6.1.4.1.311.21.7=ASN1:SEQUENCE:template\n")
    config = LEAF.format(
        subject=subject, eku=settings.get("eku", CLIENT), domain=domain, md=settings.get("md", "sha256"), evidence=evidence,
        cdp=f"crlDistributionPoints=URI:http://pki.{domain}/ca.crl\n" if settings.get("cdp", True) else "",
        names="subjectAltName=" + ",".join("DNS:" + name for name in names) if names else "")
    (folder / "leaf.cnf").write_text(config + "[template]\nid=OID:1.3.6.1.4.1.311.21.8.1.2.3.4\nmajor=INTEGER:100\nminor=INTEGER:3\n")
    (folder / "index.txt").write_text("")
    openssl(folder, "req", "-new", "-newkey", f"rsa:{settings.get('bits', '2048')}", "-nodes", "-keyout", "leaf.key", "-out", "leaf.csr",
            "-config", "leaf.cnf")
    start, end = settings.get("validity", LONG)
    name = f"{estate}-{authority}"
    openssl(folder, "ca", "-batch", "-config", "leaf.cnf", "-cert", f"{name}.pem", "-keyfile", f"{name}.key", "-in", "leaf.csr", "-out",
            "leaf.pem", "-notext", "-startdate", start, "-enddate", end, "-extfile", "leaf.cnf", "-extensions", "ext")
    target = HERE / estate / "certs" / path
    target.parent.mkdir(parents=True, exist_ok=True)
    openssl(folder, "x509", "-in", "leaf.pem", "-outform", "DER", "-out", "leaf.der")
    if settings.get("pem"):
        text = (folder / "leaf.pem").read_text()
        target.write_bytes(text.replace("\n", "\r\n").encode())
    else:
        shutil.copy(folder / "leaf.der", target)


def make_odd_files(folder):
    """What else lies in an administrator's folder."""
    certs = HERE / "contoso" / "certs"
    for authority in ("internal", "public"):
        text = (folder / f"contoso-{authority}.pem").read_text().replace("\n", "\r\n")
        (certs / "ca").mkdir(exist_ok=True)
        # As `certutil … > file` writes it in Windows PowerShell: UTF-16 with a byte order mark.
        (certs / "ca" / f"{authority}.pem").write_bytes(("\ufeff" + text).encode("utf-16-le"))
    broken = (folder / "contoso-internal.pem").read_text().splitlines()
    broken[3] = broken[3][:20] + "?#" + broken[3][22:]
    (certs / "from-mail").mkdir(exist_ok=True)
    (certs / "from-mail" / "edge-internal.pem").write_text("\r\n".join(broken) + "\r\n")
    shutil.copy(folder / "leaf.csr", certs / "from-mail" / "request.req")
    (certs / "readme.txt").write_text("Collected on 2026-11-20.\r\nThe farm's certificate came by mail.\r\n")
    internal = HERE / "fabrikam" / "certs" / "ca"
    internal.mkdir(exist_ok=True)
    openssl(folder, "x509", "-in", "fabrikam-internal.pem", "-outform", "DER", "-out", str(internal / "enterprise-ca.cer"))


def main():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for key, subject in AUTHORITIES.items():
            make_authority(folder, key, subject)
        for estate in ("contoso", "fabrikam"):
            shutil.rmtree(HERE / estate / "certs", ignore_errors=True)
        for certificate in CERTIFICATES:
            make_leaf(folder, *certificate)
        make_odd_files(folder)


if __name__ == "__main__":
    main()
