#!/usr/bin/env python3
"""Makes the requests of this folder, for the topology of samples/contoso. Needs openssl; keys are thrown away."""
import os
import subprocess
import tempfile

FRONT_END = """pool01.contoso.net fe01.contoso.net sip.contoso.com sip.fabrikam.com meet.contoso.com meet.fabrikam.com
dialin.contoso.com admin.contoso.com lyncdiscoverinternal.contoso.com lyncdiscoverinternal.fabrikam.com webext.contoso.com
lyncdiscover.contoso.com lyncdiscover.fabrikam.com""".split()
PROXY = """webext.contoso.com webdirext.contoso.com meet.contoso.com meet.fabrikam.com dialin.contoso.com
officewebapps01.contoso.com lyncdiscover.contoso.com lyncdiscover.fabrikam.com""".split()


def request(file, subject, names, *options, bits=2048, digest="sha256", form="PEM"):
    """One request: subject, alternative names as openssl writes them, and further extensions."""
    names = [name if ":" in name else f"DNS:{name}" for name in names]
    lines = ["[req]", "distinguished_name=dn", "req_extensions=ext", "prompt=no", "utf8=yes", "[dn]", f"CN={subject}", "[ext]"]
    lines += ["subjectAltName=@names"] if names else []
    lines += list(options) + ["[names]"]
    lines += [f"{kind}.{number}={name}" for number, (kind, _, name) in enumerate(entry.partition(":") for entry in names)]
    with tempfile.TemporaryDirectory() as folder:
        config = os.path.join(folder, "request.cnf")
        with open(config, "w", encoding="utf-8") as sink:
            sink.write("\n".join(lines) + "\n")
        subprocess.run(["openssl", "req", "-new", "-config", config, "-newkey", f"rsa:{bits}", "-nodes", f"-{digest}",
                        "-keyout", os.path.join(folder, "key.pem"), "-outform", form, "-out", file],
                       check=True, capture_output=True)


BOTH = "extendedKeyUsage=serverAuth,clientAuth"
request("front-end.req", "pool01.contoso.net", FRONT_END, BOTH)
request("front-end.der", "pool01.contoso.net", FRONT_END, BOTH, form="DER")
request("front-end-one-short.req", "pool01.contoso.net", FRONT_END[:4] + FRONT_END[5:], BOTH)
request("front-end-1024.req", "pool01.contoso.net", FRONT_END[:3], bits=1024)
request("front-end-sha1.req", "pool01.contoso.net", FRONT_END, BOTH, digest="sha1")
request("front-end-large.req", "pool01.contoso.net", FRONT_END + [f"chat{number:03}.tailspin-toys.contoso.com" for number in range(130)])
request("front-end-no-server-eku.req", "pool01.contoso.net", FRONT_END, "extendedKeyUsage=clientAuth")
request("proxy.req", "webext.contoso.com", PROXY, "extendedKeyUsage=serverAuth")
request("proxy-internal-names.req", "webext.contoso.com", PROXY + ["webext.contoso.local", "web01", "IP:10.0.0.7"])
request("proxy-many.req", "webext.contoso.com", PROXY + [f"a{number}.contoso.com" for number in range(100)])
request("stranger.req", "www.tailspintoys.com", ["www.tailspintoys.com"])
request("hostile.req", "pool01.contoso.net", FRONT_END[:2] + ["fe01.contoso.net\u202emoc", "=calc.contoso.com", "<b>fe01.contoso.net"])
