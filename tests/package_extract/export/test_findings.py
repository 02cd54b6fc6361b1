from typing import Any

from package_extract.export.findings import SHOWN, render


def finding(kind: str = "missing-library", severity: str = "error", **more: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "severity": severity,
        "message": "It is broken.",
        "environment": None,
        "interpreter": None,
        "package": None,
        "path": None,
        **more,
    }


def text(*findings: dict[str, Any]) -> list[str]:
    return render({"image": {"reference": "image.tar", "digest": None}, "findings": [*findings]}).splitlines()


def test_nothing() -> None:
    assert text() == ["image.tar", "", "Nothing is broken."]


def test_groups_by_kind_and_place() -> None:
    place = {"environment": "opt/app", "interpreter": "opt/app/bin/python"}
    found = text(
        finding("missing-requirement", **place),
        finding("missing-requirement", **place),
        finding("missing-requirement", environment=""),
        finding("cuda-conflict", "warning"),
    )
    assert found[2:8] == [
        "error: Packages that others require (missing-requirement, 3)",
        "  /opt/app by /opt/app/bin/python:",
        "    It is broken.",
        "    It is broken.",
        "  /:",
        "    It is broken.",
    ]
    assert found[-1] == "3 errors, 1 warning, 0 info."


def test_what_comes_from_the_image_is_escaped() -> None:
    found = text(finding(message="a\x1b[31mb\nc", environment="\x07"))
    assert "\x1b" not in "".join(found)
    assert "\x07" not in "".join(found)
    assert len(found) == len(text(finding(environment="")))


def test_many() -> None:
    found = text(*[finding() for _ in range(SHOWN + 5)])
    assert sum("It is broken." in line for line in found) == SHOWN
    assert f"  ({SHOWN + 5} in all; --format json has every one)" in found


def test_lines_fit_the_width_but_for_long_names() -> None:
    path = "/opt/app/lib/python3.11/site-packages/numba/np/ufunc/tbbpool.cpython-311-x86_64-linux-gnu.so"
    message = f"{path} needs libtbb.so.12, which the loader does not find"
    whole = {"image": {"reference": "image.tar"}, "findings": [finding(message=message, environment="opt/app")]}
    lines = render(whole, width=60).splitlines()
    assert [line for line in lines if len(line) > 60] == [f"    {path}"]
    assert lines[lines.index(f"    {path}") + 1] == "        needs libtbb.so.12, which the loader does not find"
    assert f"    {message}" in render(whole).splitlines()
