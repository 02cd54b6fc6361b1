from benchmarks.documents import generated_document
from package_extract.export.summary import cuda, pythons, summary

DOCUMENT = generated_document(20, layers=3)


def test_facts():
    told = summary(DOCUMENT)
    assert told["System"] == ["Debian GNU/Linux 12 (bookworm)"]
    assert told["C library"] == ["glibc 2.36", "GLIBC 2.36", "GLIBCXX 3.4.30"]
    assert told["Python"] == ["3.11.2", "/usr/bin/python3.11", "wheels up to cp311-manylinux_2_36_x86_64"]
    assert told["Packages"] == ["20", "10 deb", "10 python"]
    assert told["Size"] == ["480 MB", "90 MB stored", "3 layers"]
    assert told["Runs"] == ["/opt/app/bin/start", "as user 1001", "in /srv"]
    assert told["Problems"] == ["40", "40 warning"]
    assert told["CUDA"] == []


def test_nothing_is_known():
    image = {"reference": "rootfs:x"}
    told = {label: lines for label, lines in summary({"image": image, "results": {}, "problems": []}).items() if lines}
    assert told == {"System": ["unknown"], "Packages": ["0"], "Problems": ["none"]}


def test_virtual_environments_have_no_line_of_their_own():
    interpreters = [
        {"path": "a", "version": None, "abis": [], "platforms": []},
        {"path": "v", "virtual_environment": True},
    ]
    assert pythons({"python_interpreters": {"interpreters": interpreters}}) == [["unknown version", "/a"]]


def test_without_an_abi_section_the_c_library_is_that_of_python():
    results = {name: section for name, section in DOCUMENT["results"].items() if name != "abi"}
    assert summary({**DOCUMENT, "results": results})["C library"] == ["glibc 2.36"]


def test_cuda():
    section = {"toolkits": [{"version": "12.4", "path": "a"}], "libraries": [{"name": "cudnn", "version": "9.1"}],
               "minimum_driver": "550.54"}  # fmt: skip
    assert cuda(section) == ["toolkit 12.4", "cudnn 9.1", "driver 550.54 or newer"]
