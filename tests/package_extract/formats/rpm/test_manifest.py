from hypothesis import given
from hypothesis import strategies as st

from package_extract.formats.rpm import manifest

LINE = "vim\t9.0-1.cm2\t1653816591\t1653753130\tMicrosoft\t2\t45000\tx86_64\t2\tvim-9.0-1.cm2.src.rpm\n"


def read(text):
    problems = []
    return list(manifest.packages(text.encode(), problems.append)), problems


def test_columns():
    ((found,), problems) = read(LINE)
    assert problems == []
    assert found == {
        "name": "vim",
        "epoch": 2,
        "version": "9.0",
        "release": "1.cm2",
        "arch": "x86_64",
        "source_rpm": "vim-9.0-1.cm2.src.rpm",
        "license": None,
        "vendor": "Microsoft",
        "summary": None,
        "size": 45000,
        "install_time": "2022-05-29T09:29:51Z",
        "modularity_label": None,
        "requires": [],
        "provides": [],
        "conflicts": [],
        "obsoletes": [],
    }


def test_only_line_feeds_end_lines():
    ((found,), problems) = read(LINE.replace("Microsoft", "Mi\u2028cro\x0csoft").replace("\n", "\r\n"))
    assert (found["vendor"], found["source_rpm"], problems) == ("Mi\u2028cro\x0csoft", "vim-9.0-1.cm2.src.rpm", [])


def test_what_rpm_prints_for_nothing():
    ((found,), _) = read("a\t1-2\t(none)\t(none)\t(none)\t(none)\t(none)\t(none)\t0\t(none)\n")
    assert [found[key] for key in ("install_time", "vendor", "epoch", "size", "arch", "source_rpm")] == [None] * 6


def test_plain_names():
    found, problems = read("glibc-2.35-2.cm2.x86_64\nca-base-2.0-8.cm2.noarch\ngpg-pubkey-3135ce90-5e6fda74\n")
    assert problems == []
    assert [(row["name"], row["version"], row["release"], row["arch"]) for row in found] == [
        ("glibc", "2.35", "2.cm2", "x86_64"),
        ("ca-base", "2.0", "8.cm2", "noarch"),
        ("gpg-pubkey", "3135ce90", "5e6fda74", None),
    ]


def test_bad_lines_are_reported_and_good_ones_kept():
    found, problems = read(f"one line of prose\n\n{LINE}a\tb\n-\t\t\t\n{LINE.replace('45000', 'many')}")
    assert [row["name"] for row in found] == ["vim"]
    assert len(problems) == 4


@given(st.binary(max_size=200) | st.text(alphabet="a1-.\t\n(none)").map(str.encode))
def test_any_bytes(content):
    problems = []
    for row in manifest.packages(content, problems.append):
        assert row["name"]
        assert row["version"]
