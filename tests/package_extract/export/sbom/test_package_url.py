from hypothesis import given
from hypothesis import strategies as st
from packageurl import PackageURL

from package_extract.export.sbom.package_url import package_url, system_namespace

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda text: text.strip().strip("/"))
KINDS = ("rpm", "deb", "apk", "pypi", "conda", "generic", "oci")


def test_those_of_the_specification():
    assert package_url("deb", "debian", "curl", "7.50.3-1", {"arch": "i386", "distro": "jessie"}) == (
        "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie"
    )
    assert package_url("rpm", "fedora", "curl", "7.50.3-1.fc25", {"epoch": "1", "arch": "i386"}) == (
        "pkg:rpm/fedora/curl@7.50.3-1.fc25?arch=i386&epoch=1"
    )
    assert package_url("pypi", None, "Django_Allauth", "12.23") == "pkg:pypi/django-allauth@12.23"
    assert package_url("deb", "debian", "libstdc++6", "1:12.2", {}) == "pkg:deb/debian/libstdc%2B%2B6@1:12.2"


def test_without_a_name_there_is_none():
    assert package_url("pypi", None, "", "1") is None
    assert package_url("pypi", None, " \n", "1") is None
    assert package_url("pypi", None, "a", None, {"download_url": None}) == "pkg:pypi/a"


def test_vendors_as_scanners_know_them():
    assert system_namespace("rpm", "rhel") == "redhat"
    assert system_namespace("rpm", "fedora") == "fedora"
    assert system_namespace("deb", "debian") == "debian"
    assert system_namespace("deb", None) is None


@given(
    st.sampled_from(KINDS),
    st.none() | st.from_regex("[a-z][a-z0-9-]{0,9}", fullmatch=True),
    st.from_regex("[A-Za-z0-9][A-Za-z0-9._+~-]{0,20}", fullmatch=True),
    st.from_regex("[a-z0-9][A-Za-z0-9.:+~^-]{0,20}", fullmatch=True),
    st.dictionaries(st.sampled_from(["arch", "distro", "epoch"]), TEXT.map(str.strip)),
)
def test_packages_as_the_reference_implementation_writes_them(kind, namespace, name, version, qualifiers):
    ours = package_url(kind, namespace, name, version, qualifiers)
    # It lowers names after quoting, "%2B" too; reading makes both the same.
    theirs = PackageURL(kind, namespace, name, version if kind != "oci" else version.lower(), qualifiers)
    name = name.lower() if kind == "deb" else name
    assert PackageURL.from_string(ours) == PackageURL.from_string(theirs._replace(name=name).to_string())


@given(TEXT, TEXT)
def test_any_text_comes_back_from_the_reference_implementation(name, version):
    read = PackageURL.from_string(package_url("generic", None, name, version))
    assert (read.name, read.version or "") == (
        name.strip().strip("/") if "/" in name else name.strip(),
        version.strip(),
    )


@given(st.text())
def test_nothing_but_harmless_characters(name):
    url = package_url("pypi", None, name, name, {"vcs_url": name})
    assert url is None or not set(url) & set("<>\"'\\ \n\x1b&;#|")
