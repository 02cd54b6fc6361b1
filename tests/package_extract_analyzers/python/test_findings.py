"""How facts are sorted; what becomes of them is tested with the section."""

from types import SimpleNamespace

from package_extract_analyzers.python.findings import Findings


def test_facts_of_one_metadata_directory_are_one_distribution() -> None:
    facts = [
        ("s/a-1.dist-info/METADATA", ("metadata", {"name": ["a"], "version": ["1"]})),
        ("s/a-1.dist-info/INSTALLER", ("installer", "pip")),
        ("s/b.egg-info", ("metadata", {"name": ["b"]})),
        ("v/pyvenv.cfg", ("pyvenv", {"home": "/usr/bin"})),
    ]
    directories = ["s", "s/a-1.dist-info", "t/site-packages"]
    tree = SimpleNamespace(directories=lambda: iter(directories), links=lambda: iter([]))
    findings = Findings(SimpleNamespace(facts=lambda: iter(facts), tree=tree))
    assert sorted(findings.distributions) == ["s/a-1.dist-info", "s/b.egg-info"]
    assert [one.basename for one in findings.distributions_in("s")] == ["a-1.dist-info", "b.egg-info"]
    assert findings.distributions["s/a-1.dist-info"].facts.keys() == {"metadata", "installer"}
    assert findings.virtual == {"v": {"home": "/usr/bin"}}
