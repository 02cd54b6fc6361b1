"""A directory of prescriptions as large as Project Thoth's, made up, and how long it takes to compile and to use.

    python -m benchmarks.prescriptions DIRECTORY            # make the tree (once), compile it, measure

The tree has the number of files and units of that database, its mix of types, conditions and sizes, and none of its
content: names and texts are counted through.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from package_extract.resolver.rules.index import RuleIndex

FILES = 65_090
UNITS = 90_611
PACKAGES = 5_666
LARGEST = 890_000
IMAGES = ("base-lab", "base-runtime-py36", "minimal-notebook", "team-notebook", *(f"image-{n}" for n in range(21)))
SYSTEMS = ("fedora:35", "fedora:34", "rhel:8")
SENTENCE = "An observation about the package that was counted through and is as long as such texts are on average"

WRAP = """\
  - name: {name}
    type: wrap
    should_include:
      adviser_pipeline: true{include}
    match:
      state:
        resolved_dependencies:
        - name: {package}{version}{index}
    run:
      justification:
      - type: {severity}
        message: '{message}'
        link: https://example.org/{package}
"""
BOOT = """\
  - name: {name}
    type: boot
    should_include:
      adviser_pipeline: true
      recommendation_types: [security]
      runtime_environments:
        base_images: ['registry.example/team/{image}:v{number}']
    run:
      not_acceptable: 'The image has known defects ({number})'
      stack_info:
      - type: ERROR
        message: '{message}'
        link: https://example.org/{image}
"""
NOTES = """\
  - name: {name}
    type: wrap.GHReleaseNotes
    should_include:
      adviser_pipeline: true
    match:
      state:
        resolved_dependencies:
        - name: {package}
    run:
      release_notes:
        organization: {package}
        repository: {package}
        tag_version_prefix: v
"""
SIEVE = """\
  - name: {name}
    type: sieve
    should_include:
      adviser_pipeline: true
      runtime_environments:
        cuda_version: '==11.1'
    match:
      package_version:
        name: {package}
        version: '<1.{number}'
    run:
      stack_info:
      - type: WARNING
        message: '{message}'
        link: https://example.org/{package}
"""


def make_tree(root: Path) -> None:
    """Write the tree, 3,229 boots, 3,978 release notes, 50 sieves and wraps for the rest."""
    root.mkdir(parents=True)
    (root / "_prescription_metadata.yaml").write_text("prescription:\n  name: synthetic\n  release: 2023.05.29\n")
    unit = 0
    for number in range(FILES):
        package = f"package-{number % PACKAGES}"
        directory = root / f"{package[-2:]}_" / package
        directory.mkdir(parents=True, exist_ok=True)
        count = 2 if number < UNITS - FILES else 1
        lists: dict[str, list[str]] = {}
        for _ in range(count):
            kind, text = _unit(unit, package)
            lists.setdefault(kind, []).append(text)
            unit += 1
        body = "units:\n" + "".join(f"  {kind}:\n{''.join(texts)}" for kind, texts in sorted(lists.items()))
        (directory / f"file_{number}.yaml").write_text(body)
    for part in range(8):
        large = root / f"large_{part}.yaml"
        large.write_text(
            "units: {}\nmetadata:\n  sizes:\n" + "".join(f"    v{n}: {n * 7}\n" for n in range(LARGEST // 100))
        )


def _unit(number: int, package: str) -> tuple[str, str]:
    name = f"Unit{number}"
    message = f"{SENTENCE} ({number})"
    if number % 28 == 3:
        image = IMAGES[number % len(IMAGES)]
        return "boots", BOOT.format(name=name, image=image, number=number % 40, message=message)
    if number % 23 == 5:
        return "wraps", NOTES.format(name=name, package=package)
    if number % 1_800 == 7:
        return "sieves", SIEVE.format(name=name, package=package, number=number % 50, message=message)
    include = ""
    if number % 20 == 9:
        system, _, release = SYSTEMS[number % 3].partition(":")
        where = f"{{name: {system}, version: '{release}'}}"
        include = f"\n      runtime_environments:\n        operating_systems:\n        - {where}"
    return "wraps", WRAP.format(
        name=name,
        package=package,
        include=include,
        version=f"\n          version: '==1.{number % 70}'" if number % 4 == 0 else "",
        index="\n          index_url: https://index.example/simple" if number % 5 < 2 else "",
        severity="WARNING" if number % 9 == 0 else "INFO",
        message=message,
    )


def main() -> None:
    """Make, compile, open, ask; print what each took."""
    from package_extract.resolver.rules.compiling import compile_rules
    from package_extract.resolver.rules.index import RuleIndex
    from package_extract.resolver.rules.staleness import is_stale

    root = Path(sys.argv[1])
    tree, index_file = root / "tree", root / "index.sqlite"
    if not tree.exists():
        make_tree(tree)
    start, cpu = time.perf_counter(), _processor_seconds()
    compiled = compile_rules(tree, index_file, jobs=os.cpu_count() or 1)
    memory = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024
    print(f"compile: {compiled.files} files, {compiled.units} units, {len(compiled.problems)} problems")
    print(f"  {time.perf_counter() - start:.1f} s wall, {_processor_seconds() - cpu:.1f} s CPU")
    print(f"  {memory} MiB (largest worker and parent together), index {index_file.stat().st_size >> 20} MiB")
    start = time.perf_counter()
    index = RuleIndex.open(index_file)
    print(f"open: {(time.perf_counter() - start) * 1e3:.1f} ms")
    start = time.perf_counter()
    index.all_units(1, ["", "image:"])
    print(f"rules for a solve: {(time.perf_counter() - start) * 1e3:.1f} ms")
    start = time.perf_counter()
    found = index.units([f"package-{n}" for n in range(100)], [2], ["", "image:", "os:fedora"])
    print(f"advice for 100 packages: {(time.perf_counter() - start) * 1e3:.1f} ms, {len(found)} units")
    start = time.perf_counter()
    print(f"stale: {is_stale(index)}, {(time.perf_counter() - start) * 1e3:.0f} ms")
    start = time.perf_counter()
    print(f"stale, thoroughly: {is_stale(index, thorough=True)}, {(time.perf_counter() - start) * 1e3:.0f} ms")
    _measure_solve(index)


def _measure_solve(index: RuleIndex) -> None:
    """A solve of a hundred packages that the rules speak of, with them and without; the least of several in turn."""
    from package_extract import resolve
    from package_extract.resolver.policy import Policy
    from package_extract.resolver.rules.rule_set import RuleSet, built_in_rules
    from tests.package_extract.resolver.memory_source import MemorySource

    names = [f"package-{number * 50}" for number in range(100)]
    releases = {f"{name} 1.{minor}": [] for name in names for minor in range(40)}
    releases["application 1"] = names
    kinds = {"no rules": None, "our own": RuleSet((built_in_rules(),)), "both": RuleSet((built_in_rules(), index))}
    times: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(15):
        for kind, rules in kinds.items():
            source = MemorySource(releases)
            start = time.process_time()
            resolve(["application"], source=source, policy=Policy(verify_budget=0), rules=rules)
            times[kind].append(time.process_time() - start)
    least = {kind: min(found) * 1e3 for kind, found in times.items()}
    print("solve of 100 packages: " + ", ".join(f"{kind} {spent:.1f} ms" for kind, spent in least.items()))


def _processor_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


if __name__ == "__main__":
    main()
