from typing import Any


def test_overwritten(make: Any, found: Any) -> None:
    owner = {"type": "rpm", "name": "python3-pyyaml", "version": "5.4.1-6.el9"}
    row = make.row("PyYAML", "6.0.2", overwrites=[{"owner": owner, "files": 2, "path": "usr/lib/a.py"}])
    message = "PyYAML 6.0.2 was installed over 2 files of the rpm package python3-pyyaml 5.4.1-6.el9"
    assert found(make.results(row)) == [("overwritten-package", "warning", message)]


def test_a_vendored_copy_is_no_trouble(make: Any, found: Any) -> None:
    vendored = make.row("six", location=f"{make.site}/x/_vendor", shadowed_by=f"{make.site}/x-1.0.dist-info")
    assert found(make.results(make.row("x"), vendored)) == []


def test_lock_files(make: Any, found: Any) -> None:
    def pin(name: str, version: str | None, installed: str | None) -> dict[str, Any]:
        return {"name": name, "version": version, "installed": installed}

    same = [pin("a", "1.0", "1"), pin("b", None, "2"), pin("c", "1", None), pin("d", "x", "x")]
    differing = [pin(f"p{number}", "1", "2") for number in range(7)]
    file = {"path": "srv/uv.lock", "environment": "opt/app", "packages": [*same, *differing]}
    ((kind, severity, message),) = found(make.results(build_inputs={"lock_files": [file]}))
    assert (kind, severity) == ("lock-differs", "info")
    assert message.endswith("p4 1 (is 2) and 2 more")
    assert found(make.results(build_inputs={"lock_files": [{**file, "packages": same}]})) == []


def test_cuda_conflicts(make: Any, found: Any) -> None:
    conflict = {"kind": "wheels", "message": "two of them", "paths": ["a"]}
    assert found(make.results(cuda={"conflicts": [conflict]})) == [("cuda-conflict", "warning", "two of them")]
