"""Other names of the same software in other distributions; a name that is not here is the same everywhere.

Rules name packages of rpm. Each group lists what else provides what people mean.
"""

from __future__ import annotations

__all__ = ["GROUPS", "also_called", "name_for"]

GROUPS: tuple[dict[str, tuple[str, ...]], ...] = (
    {"rpm": ("git", "git-core"), "deb": ("git",), "apk": ("git",)},
    {"rpm": ("libglvnd-glx", "mesa-libGL"), "deb": ("libgl1", "libgl1-mesa-glx"), "apk": ("mesa-gl",)},
    {"rpm": ("glib2",), "deb": ("libglib2.0-0", "libglib2.0-0t64"), "apk": ("glib",)},
    {"rpm": ("libsndfile",), "deb": ("libsndfile1",), "apk": ("libsndfile",)},
    {"rpm": ("portaudio",), "deb": ("libportaudio2",), "apk": ("portaudio",)},
    {"rpm": ("unixODBC",), "deb": ("unixodbc", "libodbc2", "libodbc1"), "apk": ("unixodbc",)},
    {"rpm": ("file-libs",), "deb": ("libmagic1", "libmagic1t64"), "apk": ("libmagic",)},
    {"rpm": ("zbar-libs", "zbar"), "deb": ("libzbar0", "libzbar0t64"), "apk": ("zbar",)},
    {"rpm": ("libusb1", "libusbx"), "deb": ("libusb-1.0-0",), "apk": ("libusb",)},
    {"rpm": ("graphviz",), "deb": ("graphviz",), "apk": ("graphviz",)},
    {"rpm": ("poppler-utils",), "deb": ("poppler-utils",), "apk": ("poppler-utils",)},
    {"rpm": ("tesseract",), "deb": ("tesseract-ocr",), "apk": ("tesseract-ocr",)},
    {"rpm": ("ghostscript",), "deb": ("ghostscript", "libgs10", "libgs9"), "apk": ("ghostscript",)},
    {"rpm": ("ImageMagick-libs", "ImageMagick"), "deb": ("libmagickwand-dev", "libmagickwand-6.q16-6",
     "libmagickwand-7.q16-10", "imagemagick"), "apk": ("imagemagick",)},
    {"rpm": ("pango",), "deb": ("libpango-1.0-0",), "apk": ("pango",)},
    {"rpm": ("cairo",), "deb": ("libcairo2",), "apk": ("cairo",)},
    {"rpm": ("openslide",), "deb": ("libopenslide0", "libopenslide1"), "apk": ("openslide",)},
    {"rpm": ("gdal-libs", "gdal"), "deb": ("gdal-bin", "libgdal-dev", "libgdal36", "libgdal32"), "apk": ("gdal",)},
    {"rpm": ("geos",), "deb": ("libgeos-c1v5", "libgeos-c1t64"), "apk": ("geos",)},
    {"rpm": ("java-21-openjdk-headless", "java-17-openjdk-headless", "java-11-openjdk-headless",
             "java-1.8.0-openjdk-headless", "java-latest-openjdk-headless", "java-21-openjdk", "java-17-openjdk"),
     "deb": ("default-jre-headless", "openjdk-21-jre-headless", "openjdk-17-jre-headless", "openjdk-11-jre-headless"),
     "apk": ("openjdk21-jre-headless", "openjdk17-jre-headless", "openjdk21-jre", "openjdk17-jre", "openjdk11-jre")},
    {"rpm": ("openmpi",), "deb": ("libopenmpi3", "libopenmpi3t64", "openmpi-bin"), "apk": ("openmpi",)},
    {"rpm": ("ffmpeg", "ffmpeg-free"), "deb": ("ffmpeg",), "apk": ("ffmpeg",)},
    {"rpm": ("nodejs",), "deb": ("nodejs",), "apk": ("nodejs",)},
    {"rpm": ("espeak-ng",), "deb": ("espeak-ng", "libespeak-ng1"), "apk": ("espeak-ng",)},
    {"rpm": ("libgomp",), "deb": ("libgomp1",), "apk": ("libgomp",)},
    {"rpm": ("python3-tkinter",), "deb": ("python3-tk",), "apk": ("python3-tkinter",)},
    {"rpm": ("mariadb-connector-c",), "deb": ("libmariadb3",), "apk": ("mariadb-connector-c",)},
    {"rpm": ("libpq", "postgresql-libs", "postgresql-private-libs"), "deb": ("libpq5",), "apk": ("libpq",)},
    {"rpm": ("openldap",), "deb": ("libldap-2.5-0", "libldap-2.4-2", "libldap2"), "apk": ("libldap",)},
    {"rpm": ("cups-libs",), "deb": ("libcups2", "libcups2t64"), "apk": ("cups-libs",)},
    {"rpm": ("snappy",), "deb": ("libsnappy1v5",), "apk": ("snappy",)},
    {"rpm": ("enchant2",), "deb": ("libenchant-2-2",), "apk": ("enchant2",)},
    {"rpm": ("libxslt",), "deb": ("libxslt1.1",), "apk": ("libxslt",)},
    {"rpm": ("wkhtmltopdf",), "deb": ("wkhtmltopdf",), "apk": ("wkhtmltopdf",)},
    {"rpm": ("pandoc",), "deb": ("pandoc",), "apk": ("pandoc",)},
    {"rpm": ("chromium",), "deb": ("chromium",), "apk": ("chromium",)},
)  # fmt: skip
"""For each kind of package the names; the first is the one to install."""

_BY_NAME = {name: group for group in GROUPS for names in group.values() for name in names}


def also_called(name: str) -> frozenset[str]:
    """All packages that provide what is meant by a name."""
    group = _BY_NAME.get(name)
    return frozenset(each for names in group.values() for each in names) if group else frozenset()


def name_for(name: str, kind: str) -> str:
    """What to install for a package of rpm where packages are of this kind: `rpm`, `deb` or `apk`."""
    group = _BY_NAME.get(name)
    return group[kind][0] if group and kind in group else name
