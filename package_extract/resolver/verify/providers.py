"""Which package of an operating system has a shared library: our own list of those that wheels ask for.

A wheel may rely on the libraries that PEP 599 and its successors allow it not to bring (`libGL.so.1`, `libz.so.1` …);
slim images lack many of them. Names: Debian 12 and Ubuntu 22.04 and later, Fedora and RHEL 8 and later, Alpine 3.18.
"""

from __future__ import annotations

__all__ = ["install_command", "package_for", "without_libraries"]

_KINDS = {"deb": 0, "rpm": 1, "apk": 2}
_PACKAGES: dict[str, tuple[str, str, str]] = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl", "mesa-egl"),
    "libGL.so.1": ("libgl1", "libglvnd-glx", "mesa-gl"),
    "libGLX.so.0": ("libglx0", "libglvnd-glx", "mesa-gl"),
    "libGLU.so.1": ("libglu1-mesa", "mesa-libGLU", "glu"),
    "libOpenGL.so.0": ("libopengl0", "libglvnd-opengl", "mesa-gl"),
    "libOSMesa.so.8": ("libosmesa6", "mesa-libOSMesa", "mesa-osmesa"),
    "libICE.so.6": ("libice6", "libICE", "libice"),
    "libSM.so.6": ("libsm6", "libSM", "libsm"),
    "libX11.so.6": ("libx11-6", "libX11", "libx11"),
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb", "libx11"),
    "libXau.so.6": ("libxau6", "libXau", "libxau"),
    "libXcomposite.so.1": ("libxcomposite1", "libXcomposite", "libxcomposite"),
    "libXcursor.so.1": ("libxcursor1", "libXcursor", "libxcursor"),
    "libXdamage.so.1": ("libxdamage1", "libXdamage", "libxdamage"),
    "libXdmcp.so.6": ("libxdmcp6", "libXdmcp", "libxdmcp"),
    "libXext.so.6": ("libxext6", "libXext", "libxext"),
    "libXfixes.so.3": ("libxfixes3", "libXfixes", "libxfixes"),
    "libXi.so.6": ("libxi6", "libXi", "libxi"),
    "libXinerama.so.1": ("libxinerama1", "libXinerama", "libxinerama"),
    "libXrandr.so.2": ("libxrandr2", "libXrandr", "libxrandr"),
    "libXrender.so.1": ("libxrender1", "libXrender", "libxrender"),
    "libXt.so.6": ("libxt6", "libXt", "libxt"),
    "libXtst.so.6": ("libxtst6", "libXtst", "libxtst"),
    "libXxf86vm.so.1": ("libxxf86vm1", "libXxf86vm", "libxxf86vm"),
    "libxcb.so.1": ("libxcb1", "libxcb", "libxcb"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon", "libxkbcommon"),
    "libasound.so.2": ("libasound2", "alsa-lib", "alsa-lib"),
    "libatomic.so.1": ("libatomic1", "libatomic", "libatomic"),
    "libblas.so.3": ("libblas3", "blas", "blas"),
    "libbz2.so.1.0": ("libbz2-1.0", "bzip2-libs", "libbz2"),
    "libbz2.so.1": ("libbz2-1.0", "bzip2-libs", "libbz2"),
    "libcairo.so.2": ("libcairo2", "cairo", "cairo"),
    "libcrypt.so.1": ("libcrypt1", "libxcrypt-compat", "libxcrypt"),
    "libcrypt.so.2": ("libcrypt1", "libxcrypt", "libxcrypt"),
    "libcrypto.so.1.1": ("libssl1.1", "compat-openssl11", "openssl1.1-compat"),
    "libcrypto.so.3": ("libssl3", "openssl-libs", "libcrypto3"),
    "libssl.so.1.1": ("libssl1.1", "compat-openssl11", "openssl1.1-compat"),
    "libssl.so.3": ("libssl3", "openssl-libs", "libssl3"),
    "libcurl.so.4": ("libcurl4", "libcurl", "libcurl"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs", "dbus-libs"),
    "libdrm.so.2": ("libdrm2", "libdrm", "libdrm"),
    "libexpat.so.1": ("libexpat1", "expat", "libexpat"),
    "libffi.so.8": ("libffi8", "libffi", "libffi"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype", "freetype"),
    "libgcc_s.so.1": ("libgcc-s1", "libgcc", "libgcc"),
    "libgfortran.so.5": ("libgfortran5", "libgfortran", "libgfortran"),
    "libgomp.so.1": ("libgomp1", "libgomp", "libgomp"),
    "libgdk_pixbuf-2.0.so.0": ("libgdk-pixbuf-2.0-0", "gdk-pixbuf2", "gdk-pixbuf"),
    "libgio-2.0.so.0": ("libglib2.0-0", "glib2", "glib"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2", "glib"),
    "libgmodule-2.0.so.0": ("libglib2.0-0", "glib2", "glib"),
    "libgobject-2.0.so.0": ("libglib2.0-0", "glib2", "glib"),
    "libgthread-2.0.so.0": ("libglib2.0-0", "glib2", "glib"),
    "libgssapi_krb5.so.2": ("libgssapi-krb5-2", "krb5-libs", "krb5-libs"),
    "libgtk-3.so.0": ("libgtk-3-0", "gtk3", "gtk+3.0"),
    "libkrb5.so.3": ("libkrb5-3", "krb5-libs", "krb5-libs"),
    "liblapack.so.3": ("liblapack3", "lapack", "lapack"),
    "libldap-2.5.so.0": ("libldap-2.5-0", "openldap", "libldap"),
    "liblzma.so.5": ("liblzma5", "xz-libs", "xz-libs"),
    "libmagic.so.1": ("libmagic1", "file-libs", "libmagic"),
    "libmariadb.so.3": ("libmariadb3", "mariadb-connector-c", "mariadb-connector-c"),
    "libncursesw.so.6": ("libncursesw6", "ncurses-libs", "ncurses-libs"),
    "libtinfo.so.6": ("libtinfo6", "ncurses-libs", "ncurses-libs"),
    "libnsl.so.1": ("libnsl2", "libnsl", "libnsl"),
    "libnspr4.so": ("libnspr4", "nspr", "nspr"),
    "libnss3.so": ("libnss3", "nss", "nss"),
    "libnuma.so.1": ("libnuma1", "numactl-libs", "numactl"),
    "libodbc.so.2": ("libodbc2", "unixODBC", "unixodbc"),
    "libopenblas.so.0": ("libopenblas0", "openblas", "openblas"),
    "libpango-1.0.so.0": ("libpango-1.0-0", "pango", "pango"),
    "libportaudio.so.2": ("libportaudio2", "portaudio", "portaudio"),
    "libpq.so.5": ("libpq5", "libpq", "libpq"),
    "libpulse.so.0": ("libpulse0", "pulseaudio-libs", "libpulse"),
    "libreadline.so.8": ("libreadline8", "readline", "readline"),
    "libsndfile.so.1": ("libsndfile1", "libsndfile", "libsndfile"),
    "libspatialindex.so.6": ("libspatialindex6", "spatialindex", "spatialindex"),
    "libsqlite3.so.0": ("libsqlite3-0", "sqlite-libs", "sqlite-libs"),
    "libstdc++.so.6": ("libstdc++6", "libstdc++", "libstdc++"),
    "libusb-1.0.so.0": ("libusb-1.0-0", "libusb1", "libusb"),
    "libuuid.so.1": ("libuuid1", "libuuid", "libuuid"),
    "libxml2.so.2": ("libxml2", "libxml2", "libxml2"),
    "libxslt.so.1": ("libxslt1.1", "libxslt", "libxslt"),
    "libz.so.1": ("zlib1g", "zlib", "zlib"),
    "libzmq.so.5": ("libzmq5", "zeromq", "libzmq"),
    "libzstd.so.1": ("libzstd1", "libzstd", "zstd-libs"),
}

_COMMANDS = {"deb": "apt-get install", "rpm": "dnf install", "apk": "apk add"}
_WITHOUT = {
    "opencv-python": "opencv-python-headless",
    "opencv-contrib-python": "opencv-contrib-python-headless",
}


def package_for(library: str, family: str | None) -> str | None:
    """The package of a family of systems (`deb`, `rpm`, `apk`) that has a library; None if that is not known."""
    names = _PACKAGES.get(library)
    return names[_KINDS[family]] if names and family in _KINDS else None


def install_command(packages: list[str], family: str | None) -> str | None:
    """What installs packages of a family of systems."""
    return f"{_COMMANDS[family]} {' '.join(packages)}" if packages and family in _COMMANDS else None


def without_libraries(project: str) -> str | None:
    """The project that does the same without libraries of the operating system, where there is one."""
    return _WITHOUT.get(project)
