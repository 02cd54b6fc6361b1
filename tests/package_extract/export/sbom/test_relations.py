from package_extract.export.sbom.bill import bill_of
from tests.package_extract.export.sbom.conftest import (
    INTERPRETER,
    apk,
    deb,
    distribution,
    document,
    environment,
    rpm,
)


def relations(**results):
    bill = bill_of(document(**results))
    names = {each.reference: each.name for each in bill.components}
    return {names[one]: [names[other] for other in others] for one, others in bill.dependencies.items()}


def test_debian_alternatives_versions_and_virtual_packages():
    packages = [
        deb("app", depends=["absent | libssl3 (>= 3)", "mail-agent", "python3:any", "self"], pre_depends=["libc6"]),
        deb("libssl3"),
        deb("exim", provides=["mail-agent (= 1)"]),
        deb("python3"),
        deb("libc6"),
    ]
    assert relations(dpkg={"packages": packages}) == {"app": ["exim", "libc6", "libssl3", "python3"]}


def test_of_two_architectures_the_same_one():
    packages = [
        deb("app", depends=["lib"]),
        deb("lib"),
        deb("lib", architecture="i386"),
        deb("old", architecture="i386", depends=["lib"]),
    ]
    bill = bill_of(document(dpkg={"packages": packages}))
    assert len(bill.dependencies) == 2
    for one, others in bill.dependencies.items():
        assert [other.partition("arch=")[2] for other in others] == [one.partition("arch=")[2]]


def test_what_two_packages_can_meet_is_left_out():
    packages = [deb("app", depends=["mail"]), deb("a", provides=["mail"]), deb("b", provides=["mail"])]
    assert relations(dpkg={"packages": packages}) == {}


def test_capabilities_of_rpm():
    packages = [
        rpm("bash", requires=["libc.so.6(GLIBC_2.34)(64bit)", "filesystem >= 3", "rpmlib(X) <= 1", "(a if b)"]),
        rpm("glibc", provides=["libc.so.6(GLIBC_2.34)(64bit)", "glibc = 2.34"]),
        rpm("filesystem", provides=["filesystem = 3.16"], requires=["filesystem"]),
    ]
    assert relations(rpm={"packages": packages}) == {"bash": ["filesystem", "glibc"]}


def test_capabilities_of_apk():
    packages = [
        apk("curl", depends=["so:libz.so.1", "!conflict", "ca-certificates>=1", "absent"]),
        apk("zlib", provides=["so:libz.so.1=1.2.11"]),
        apk("ca-certificates"),
        apk("conflict"),
    ]
    assert relations(apk={"packages": packages}) == {"curl": ["ca-certificates", "zlib"]}


def test_requirements_of_python_by_environment_and_marker():
    wanted = ["Lib>=1", 'tomli; python_version < "3.11"', 'extra-thing; extra == "x"', "other", "((("]
    found = relations(
        python_interpreters={"interpreters": [INTERPRETER]},
        python_packages={
            "environments": [
                environment("usr", *(distribution(name) for name in ("lib", "tomli", "extra-thing"))),
                environment("usr/local", distribution("app", "usr/local", requires_dist=wanted)),
                environment("opt", distribution("other", "opt"), interpreter=None),
            ]
        },
    )
    assert found == {"app": ["lib"]}


def test_the_nearest_of_two_equal_distributions():
    environments = [
        environment("usr", distribution("lib")),
        environment("opt", distribution("lib", "opt"), distribution("app", "opt", requires_dist=["lib"])),
    ]
    bill = bill_of(document(python_packages={"environments": environments}))
    (others,) = bill.dependencies.values()
    assert others == ["pkg:pypi/lib@1.0#opt/lib/python3.11/site-packages/lib-1.0.dist-info"]
