#!/usr/bin/env python3
"""An archive of a folder whose bytes follow from what is in it: `archive.py FOLDER FILE SECONDS`, as .tar.gz or .zip.

Names are sorted, all files are of that time (seconds since 1970) and of nobody, and only what is called lyncert can be started.
"""
import gzip
import io
import pathlib
import sys
import tarfile
import time
import zipfile


def files(folder):
    """The files by the names that they get, and whether they can be started."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield f"{folder.name}/{path.relative_to(folder).as_posix()}", path.read_bytes(), path.stem == "lyncert" and path.suffix in ("", ".exe")


def tar(folder, target, seconds):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content, is_program in files(folder):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime, entry.mode = len(content), seconds, 0o755 if is_program else 0o644
            archive.addfile(entry, io.BytesIO(content))
    with open(target, "wb") as file, gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=file, mtime=0) as packed:
        packed.write(data.getvalue())


def zip_file(folder, target, seconds):
    with zipfile.ZipFile(target, "w") as archive:
        for name, content, is_program in files(folder):
            entry = zipfile.ZipInfo(name, time.gmtime(seconds)[:6])
            entry.create_system, entry.compress_type = 3, zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if is_program else 0o100644) << 16
            archive.writestr(entry, content, compresslevel=9)


if __name__ == "__main__":
    folder, target, seconds = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    (zip_file if target.endswith(".zip") else tar)(folder, target, seconds)
