#!/usr/bin/env python3
"""Makes the files in this folder with OpenSSL 3. Needs python3 and openssl.

usage: python3 make.py

README.md says of each file what it is. The private keys among them are throwaway keys, made here and used for nothing else;
the others are not kept. Thumbprints change with every run; no test leans on them.
"""
import base64
import hashlib
import pathlib
import struct
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
DATES = ("20260101000000Z", "20311231235959Z")
CA_CONFIG = """[ca]
default_ca=d
[d]
database=index.txt
new_certs_dir=.
serial=serial
crlnumber=crlnumber
policy=p
unique_subject=no
default_md=sha256
[p]
organizationName=optional
commonName=optional
"""


def openssl(folder, *arguments, binary=False):
    done = subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)
    return done.stdout if binary else done.stdout.decode()


def certificate(folder, name, subject, extensions, issuer=None, key=("-newkey", "rsa:2048"), dates=DATES):
    """A certificate `name.pem` with its key `name.key`, signed by `issuer` or by itself."""
    (folder / "r.cnf").write_text(f"[req]\ndistinguished_name=dn\nprompt=no\n[dn]\n{subject}\n[ext]\n{extensions}\n" + CA_CONFIG)
    (folder / "index.txt").touch()
    openssl(folder, "req", "-new", *key, "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.req", "-config", "r.cnf")
    signer = ["-cert", f"{issuer}.pem", "-keyfile", f"{issuer}.key"] if issuer else ["-selfsign", "-keyfile", f"{name}.key"]
    openssl(folder, "ca", "-batch", "-config", "r.cnf", *signer, "-rand_serial", "-in", f"{name}.req", "-out", f"{name}.pem",
            "-notext", "-preserveDN", "-startdate", dates[0], "-enddate", dates[1], "-extfile", "r.cnf", "-extensions", "ext")


def der(folder, name):
    return openssl(folder, "x509", "-in", f"{name}.pem", "-outform", "DER", binary=True)


def tlv(tag, *parts):
    content = b"".join(parts)
    if len(content) < 128:
        return bytes([tag, len(content)]) + content
    digits = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(digits)]) + digits + content


def oid(text):
    numbers = [int(number) for number in text.split(".")]
    content = bytes([numbers[0] * 40 + numbers[1]])
    for number in numbers[2:]:
        digits = [number & 0x7F]
        while number := number >> 7:
            digits.insert(0, 0x80 | number & 0x7F)
        content += bytes(digits)
    return tlv(0x06, content)


def windows_request(folder):
    """A request as programs of Windows write it: both kinds of extension requests are known, here the older one, a template
    in the extensions, and the provider of the key."""
    names = tlv(0x30, tlv(0x82, b"sip.contoso.com"), tlv(0x82, b"webcon.contoso.com"))
    template = tlv(0x1E, "WebServer".encode("utf-16-be"))
    extensions = tlv(0x30, tlv(0x30, oid("2.5.29.17"), tlv(0x04, names)), tlv(0x30, oid("1.3.6.1.4.1.311.20.2"), tlv(0x04, template)))
    provider = tlv(0x30, tlv(0x02, b"\x01"), tlv(0x1E, "Microsoft RSA SChannel Cryptographic Provider".encode("utf-16-be")), tlv(0x03, b"\0"))
    attributes = tlv(0xA0, tlv(0x30, oid("1.3.6.1.4.1.311.2.1.14"), tlv(0x31, extensions)),
                     tlv(0x30, oid("1.3.6.1.4.1.311.13.2.2"), tlv(0x31, provider)))
    subject = tlv(0x30, tlv(0x31, tlv(0x30, oid("2.5.4.3"), tlv(0x0C, b"sip.contoso.com"))))
    key = openssl(folder, "pkey", "-in", "leaf.key", "-pubout", "-outform", "DER", binary=True)
    info = tlv(0x30, tlv(0x02, b"\0"), subject, key, attributes)
    (folder / "info").write_bytes(info)
    signature = openssl(folder, "dgst", "-sha256", "-sign", "leaf.key", "info", binary=True)
    return tlv(0x30, info, tlv(0x30, oid("1.2.840.113549.1.1.11"), b"\x05\0"), tlv(0x03, b"\0", signature))


def element(number, content):
    return struct.pack("<III", number, 1, len(content)) + content


def provider_info(container, provider):
    """A serialized CRYPT_KEY_PROV_INFO: offsets of two names, kind of provider, flags, no parameters, use of the key."""
    names = [(text + "\0").encode("utf-16-le") for text in (container, provider)]
    start = 28
    return struct.pack("<IIIIIII", start, start + len(names[0]), 12, 0x20, 0, 0, 1) + b"".join(names)


def serialized(certificate, friendly_name):
    properties = [(3, hashlib.sha1(certificate).digest()), (11, (friendly_name + "\0").encode("utf-16-le")),
                  (2, provider_info("le-leaf", "Microsoft RSA SChannel Cryptographic Provider"))]
    return b"".join(element(number, content) for number, content in properties) + element(32, certificate)


def clixml(certificates):
    objects = "".join(f"""  <Obj RefId="{index}">
    <TN RefId="0"><T>System.Security.Cryptography.X509Certificates.X509Certificate2</T></TN>
    <ToString>certificate {index}</ToString>
    <Props>
      <B N="Archived">false</B>
      <S N="FriendlyName">Edge {index}</S>
      <B N="HasPrivateKey">true</B>
      <BA N="RawData">{base64.b64encode(content).decode()}</BA>
      <S N="Thumbprint">{hashlib.sha1(content).hexdigest().upper()}</S>
    </Props>
  </Obj>
""" for index, content in enumerate(certificates))
    text = f'<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">\n{objects}</Objs>'
    return b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le")


def keep(name, content):
    (HERE / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def main():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        (folder / "crlnumber").write_text("2A\n")
        ca = "basicConstraints=critical,CA:TRUE{}\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid"
        server = ("subjectAltName=DNS:sip.contoso.com,DNS:webcon.contoso.com\nextendedKeyUsage=serverAuth\n"
                  "keyUsage=critical,digitalSignature,keyEncipherment\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid")
        certificate(folder, "root", "O=Contoso\nCN=Contoso Root CA", ca.format(""))
        certificate(folder, "issuing", "O=Contoso\nCN=Contoso Issuing CA", ca.format(",pathlen:0"), "root")
        certificate(folder, "leaf", "O=Contoso\nCN=sip.contoso.com", server, "issuing")
        certificate(folder, "older", "O=Contoso\nCN=sip.contoso.com", server, "issuing", dates=("20240101000000Z", "20251231235959Z"))
        # Chains that are wrong: a CA below one that allows none, a server that issues, a CA of the same name with another key.
        certificate(folder, "below", "O=Contoso\nCN=Contoso Lower CA", ca.format(""), "issuing")
        certificate(folder, "too-deep", "O=Contoso\nCN=deep.contoso.com", server, "below")
        certificate(folder, "by-server", "O=Contoso\nCN=by-server.contoso.com", server, "leaf")
        no_hint = server.replace("=keyid", "=none")
        certificate(folder, "impostor", "O=Contoso\nCN=Contoso Issuing CA", ca.format(""))
        certificate(folder, "by-impostor", "O=Contoso\nCN=forged.contoso.com", no_hint, "impostor")
        certificate(folder, "p521", "O=Contoso\nCN=Contoso P-521 CA", ca.format(""), key=("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521"))
        certificate(folder, "by-p521", "O=Contoso\nCN=p521.contoso.com", server, "p521")
        certificate(folder, "signer", "O=Contoso\nCN=Signer", "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid", "issuing")
        certificate(folder, "ec", "O=Contoso\nCN=ec.contoso.com", server, "issuing", key=("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"))
        for name in ["root", "issuing", "leaf", "older", "below", "too-deep", "by-server", "by-impostor", "p521", "by-p521", "ec"]:
            keep(f"{name}.cer", der(folder, name))

        # Revocation lists: of the issuing CA with two entries, and one that the impostor signed under its name.
        (folder / "crl.cnf").write_text(CA_CONFIG)
        for name, reason in [("older", "superseded"), ("by-server", "keyCompromise")]:
            openssl(folder, "ca", "-config", "crl.cnf", "-cert", "issuing.pem", "-keyfile", "issuing.key", "-revoke", f"{name}.pem", "-crl_reason", reason)
        dates = ["-crl_lastupdate", "20260201000000Z", "-crl_nextupdate", "20260301000000Z"]
        openssl(folder, "ca", "-config", "crl.cnf", "-cert", "issuing.pem", "-keyfile", "issuing.key", "-gencrl", "-out", "issuing.crl", *dates)
        openssl(folder, "ca", "-config", "crl.cnf", "-cert", "impostor.pem", "-keyfile", "impostor.key", "-gencrl", "-out", "impostor.crl", *dates)
        keep("issuing-list.pem", (folder / "issuing.crl").read_text())
        keep("issuing-list.crl", openssl(folder, "crl", "-in", "issuing.crl", "-outform", "DER", binary=True))
        keep("forged-list.crl", openssl(folder, "crl", "-in", "impostor.crl", "-outform", "DER", binary=True))

        # Bundles.
        chain = "".join((folder / f"{name}.pem").read_text() for name in ["leaf", "issuing", "root"])
        (folder / "chain.pem").write_text(chain)
        bundle = ["crl2pkcs7", "-in", "issuing.crl", "-certfile", "chain.pem"]
        keep("bundle.p7b", openssl(folder, *bundle, "-outform", "DER", binary=True))
        keep("bundle-pem.p7b", openssl(folder, *bundle))
        keep("bundle-labeled-certificate.p7b", openssl(folder, *bundle).replace("PKCS7", "CERTIFICATE"))
        (folder / "message").write_text("hello")
        keep("signed-indefinite.p7m", openssl(folder, "cms", "-sign", "-binary", "-nodetach", "-stream", "-in", "message", "-signer", "signer.pem",
                                              "-inkey", "signer.key", "-certfile", "chain.pem", "-outform", "DER", binary=True))

        # Archives; the password of those that have one is `correct horse`.
        pfx = ["pkcs12", "-export", "-in", "leaf.pem", "-inkey", "leaf.key", "-certfile", "chain.pem", "-name", "Edge external"]
        windows = ["-certpbe", "PBE-SHA1-RC2-40", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1", "-legacy"]
        keep("archive-aes.pfx", openssl(folder, *pfx, "-passout", "pass:correct horse", binary=True))
        keep("archive-legacy.pfx", openssl(folder, *pfx, *windows, "-passout", "pass:correct horse", binary=True))
        keep("archive-empty-password.pfx", openssl(folder, *pfx, "-passout", "pass:", binary=True))
        for name, way, password in (("rc2-128", "PBE-SHA1-RC2-128", "correct horse"), ("2des", "PBE-SHA1-2DES", "correct horse"),
                                    ("camellia", "camellia-256-cbc", "correct horse"), ("emoji", "PBE-SHA1-3DES", "correct \U0001F40E")):
            ways = ["-certpbe", way, "-keypbe", way, *(["-legacy"] if "RC2" in way else [])]
            keep(f"archive-{name}.pfx", openssl(folder, *pfx, *ways, "-passout", f"pass:{password}", binary=True))
        for bits, way in (("128", "rc2-cbc"), ("64", "rc2-64-cbc"), ("40", "rc2-40-cbc")):
            ways = ["-legacy", "-certpbe", way, "-keypbe", way]
            keep(f"archive-pbes2-rc2-{bits}.pfx", openssl(folder, *pfx, *ways, "-passout", "pass:correct horse", binary=True))
        keep("archive-few-rounds.pfx", openssl(folder, *pfx, "-iter", "1", "-passout", "pass:correct horse", binary=True))
        keep("archive-costly.pfx", openssl(folder, *pfx, "-iter", "1000001", "-passout", "pass:correct horse", binary=True))
        keep("archive-with-comments.pem", openssl(folder, "pkcs12", "-in", str(HERE / "archive-empty-password.pfx"), "-passin", "pass:", "-nokeys"))

        # Stores.
        leaf, issuing = der(folder, "leaf"), der(folder, "issuing")
        revoked = (HERE / "issuing-list.crl").read_bytes()
        end = struct.pack("<III", 0, 0, 0)
        keep("store.sst", b"\0\0\0\0CERT" + serialized(leaf, "Edge external") + element(32, issuing) + element(33, revoked) + end)
        keep("single-serialized", serialized(leaf, "Edge external"))
        keep("store.clixml", clixml([leaf, issuing]))

        # Requests.
        (folder / "request.cnf").write_text(f"[req]\ndistinguished_name=dn\nprompt=no\nreq_extensions=ext\n[dn]\nCN=sip.contoso.com\n[ext]\n"
                                            + server.split("\nsubjectKeyIdentifier")[0] + "\n")
        openssl(folder, "req", "-new", "-key", "leaf.key", "-out", "request.pem", "-config", "request.cnf")
        keep("request.req", (folder / "request.pem").read_text().replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"))
        # Nothing but a subject: the set of attributes is empty.
        (folder / "empty.cnf").write_text("[req]\ndistinguished_name=dn\nprompt=no\nreq_extensions=ext\n[dn]\nCN=sip.contoso.com\n[ext]\n")
        openssl(folder, "req", "-new", "-key", "leaf.key", "-out", "empty.pem", "-config", "empty.cnf")
        keep("request-asks-nothing.req", (folder / "empty.pem").read_text())
        keep("request-windows.der", windows_request(folder))

        # Keys.
        keep("key-pkcs8.pem", (folder / "leaf.key").read_text())
        keep("key-pkcs8.der", openssl(folder, "pkcs8", "-topk8", "-nocrypt", "-in", "leaf.key", "-outform", "DER", binary=True))
        keep("key-pkcs1.pem", openssl(folder, "rsa", "-in", "leaf.key", "-traditional"))
        keep("key-sec1.pem", openssl(folder, "ec", "-in", "ec.key"))
        keep("key-ec-pkcs8.pem", (folder / "ec.key").read_text())
        keep("key-encrypted.pem", openssl(folder, "pkcs8", "-topk8", "-in", "leaf.key", "-passout", "pass:correct horse"))
        keep("key-encrypted.der", openssl(folder, "pkcs8", "-topk8", "-in", "leaf.key", "-passout", "pass:correct horse", "-outform", "DER", binary=True))
        keep("key-encrypted-old.pem", openssl(folder, "rsa", "-in", "leaf.key", "-traditional", "-aes128", "-passout", "pass:correct horse"))


if __name__ == "__main__":
    main()
