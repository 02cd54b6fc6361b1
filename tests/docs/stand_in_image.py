"""The image that pages call `image.tar`: a root file system with a Python, a C library and two Python packages."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

from tests.python_binaries import cpython, glibc

if TYPE_CHECKING:
    from pathlib import Path

SITE = "usr/lib/python3.11/site-packages"
METADATA = "Metadata-Version: 2.1\nName: {}\nVersion: {}\n"


def write_image(path: Path) -> None:
    """Write it as an uncompressed tar."""
    files = {
        "etc/os-release": b'ID=debian\nVERSION_ID="12"\n',
        "usr/bin/python3.11": cpython("3.11.2"),
        "lib/x86_64-linux-gnu/libc.so.6": glibc("2.36"),
        "lib64/ld-linux-x86-64.so.2": glibc("2.36"),
        "usr/lib/python3.11/os.py": b"",
        f"{SITE}/requests-2.32.3.dist-info/METADATA": METADATA.format("requests", "2.32.3").encode()
        + b"Requires-Dist: idna\n",
        f"{SITE}/idna-3.10.dist-info/METADATA": METADATA.format("idna", "3.10").encode(),
    }
    with tarfile.open(path, "w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o755
            tar.addfile(member, io.BytesIO(content))
        link = tarfile.TarInfo("usr/bin/python3")
        link.type, link.linkname = tarfile.SYMTYPE, "python3.11"
        tar.addfile(link)
