#!/usr/bin/env python3
"""Makes the certificates in this folder with OpenSSL 3. Needs python3 and openssl; keeps no private key.

usage: python3 make.py

README.md says of each file why it is here. Thumbprints change with every run; no test leans on them.
"""
import pathlib
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CONFIG = """[req]
distinguished_name=dn
prompt=no
{mask}
[dn]
{subject}
[ext]
{extensions}
"""
USUAL = "subjectAltName=DNS:sip.contoso.com,DNS:webcon.contoso.com\nextendedKeyUsage=serverAuth,clientAuth\n" \
        "keyUsage=critical,digitalSignature,keyEncipherment\nbasicConstraints=critical,CA:FALSE\n" \
        "crlDistributionPoints=URI:http://pki.contoso.com/ca.crl\nsubjectKeyIdentifier=hash"
SUBJECT = "C=US\nO=Contoso\\, Ltd.\nCN=sip.contoso.com"
RSA = ["-newkey", "rsa:2048"]


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def make(folder, name, key=RSA, md=("-sha256",), subject=SUBJECT, extensions=USUAL, mask="", dates=("20260101000000Z", "20271231235959Z"),
         serial="0x8001"):
    """A certificate issued by the CA; version 1 when there are no extensions."""
    (folder / "r.cnf").write_text(CONFIG.format(subject=subject, extensions=extensions, mask=mask) + f"""[ca]
default_ca=d
[d]
database=index.txt
new_certs_dir=.
serial=serial
policy=p
unique_subject=no
default_md=sha256
[p]
countryName=optional
organizationName=optional
commonName=optional
""")
    (folder / "index.txt").write_text("")
    (folder / "serial").write_text(serial.removeprefix("0x") + "\n")
    openssl(folder, "req", "-new", *key, "-nodes", "-keyout", "k.pem", "-out", "r.pem", "-config", "r.cnf")
    arguments = ["-extfile", "r.cnf", "-extensions", "ext"] if extensions else []
    options = ["-md", md[0].removeprefix("-"), *md[1:]]
    openssl(folder, "ca", "-batch", "-config", "r.cnf", "-cert", "ca.pem", "-keyfile", "ca.key", "-in", "r.pem", "-out", "c.pem", "-notext",
            "-preserveDN", "-startdate", dates[0], "-enddate", dates[1], *options, *arguments)
    openssl(folder, "x509", "-in", "c.pem", "-outform", "DER", "-out", str(HERE / f"{name}.der"))


def patch(source, target, old, new):
    """The same file with some bytes replaced, which no tool would write."""
    data = (HERE / f"{source}.der").read_bytes()
    assert data.count(old) == 1, (source, data.count(old))
    (HERE / f"{target}.der").write_bytes(data.replace(old, new))


def main():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        (folder / "ca.cnf").write_text(CONFIG.format(subject="O=Contoso\nCN=Contoso Root CA", mask="",
                                                     extensions="basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign"))
        openssl(folder, "req", "-x509", *RSA, "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "9000", "-config", "ca.cnf", "-extensions", "ext")
        openssl(folder, "x509", "-in", "ca.pem", "-outform", "DER", "-out", str(HERE / "root.der"))
        openssl(folder, "req", "-x509", *RSA, "-nodes", "-keyout", "pss.key", "-out", "pss.pem", "-days", "9000", "-config", "ca.cnf", "-extensions", "ext",
                "-sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest")
        openssl(folder, "x509", "-in", "pss.pem", "-outform", "DER", "-out", str(HERE / "pss-root.der"))
        make(folder, "plain")
        make(folder, "p521", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521"])
        make(folder, "explicit-curve", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"])
        make(folder, "ed25519", ["-newkey", "ed25519"])
        make(folder, "rsa1024-sha1", ["-newkey", "rsa:1024"], ("-sha1",))
        make(folder, "rsa2047", ["-newkey", "rsa:2047"])
        make(folder, "md5", md=("-md5",))
        make(folder, "pss", md=("-sha384", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:20"))
        make(folder, "version-1", extensions="")
        make(folder, "bmp-name", subject="CN=sip.contoso.com", mask="string_mask=MASK:0x0800")
        make(folder, "two-names", subject="0.CN=first.contoso.com\n1.CN=second.contoso.com")
        make(folder, "no-subject", subject="C=US", extensions=USUAL)
        make(folder, "no-alternative-name", extensions="extendedKeyUsage=serverAuth")
        make(folder, "all-kinds-of-names", extensions="subjectAltName=DNS:sip.contoso.com,IP:10.0.0.1,IP:2001:db8::1,URI:sip:contoso.com,"
             "email:a@contoso.com,otherName:1.3.6.1.4.1.311.20.2.3;UTF8:user@contoso.com,otherName:1.2.3.4;UTF8:x,RID:1.2.3.4")
        make(folder, "year-9999", dates=("20260101000000Z", "99991231235959Z"))
        make(folder, "public-policy", extensions=USUAL + "\ncertificatePolicies=2.23.140.1.2.2,1.2.3")
        make(folder, "template", extensions=USUAL + "\n1.3.6.1.4.1.311.21.7=DER:30:03:02:01:01")
        make(folder, "ldap-list", extensions=USUAL.replace("http://pki.contoso.com/ca.crl", "ldap:///CN=ca"))
        make(folder, "two-extensions", extensions=USUAL + "\n1.2.3.4.5=DER:05:00\n1.2.3.4.6=DER:05:00")
        patch("two-extensions", "doubled-extension", b"\x06\x04\x2a\x03\x04\x06", b"\x06\x04\x2a\x03\x04\x05")
        (HERE / "two-extensions.der").unlink()
        patch("plain", "odd-alternative-name", b"\x82\x12webcon", b"\x8a\x12webcon")
        patch("plain", "broken-alternative-name", b"\x82\x12webcon", b"\x82\x7fwebcon")
        patch("plain", "latin-1-alternative-name", b"webcon.c", b"w\xe9bcon.c")
        patch("plain", "negative-serial", b"\x02\x03\x00\x80\x01", b"\x02\x03\xff\x80\x01")
        data = bytearray((HERE / "root.der").read_bytes())
        data[-1] ^= 1
        (HERE / "root-with-wrong-signature.der").write_bytes(data)


if __name__ == "__main__":
    main()
