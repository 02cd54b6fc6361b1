"""A source of packages that are written down in a test: "flask 3.0": ["werkzeug>=3"]."""

from __future__ import annotations

from collections import defaultdict

from packaging.requirements import Requirement
from packaging.version import Version

from package_extract.formats.python_names import normalize_name
from package_extract.resolver.errors import CorruptDistribution, UnknownProject
from package_extract.resolver.policy import Policy
from package_extract.resolver.requirements.request import Request, RequestedPackage
from package_extract.resolver.resolve import resolve
from package_extract.resolver.source import DistributionFile, FileClass, Metadata, ProjectPage, Traffic
from package_extract.resolver.target import Installed
from package_extract.resolver.target_text import parse_target

PURE = "py3-none-any"


class Release:
    """One version: what it needs, and how it is published."""

    def __init__(
        self, *requires, tags=(PURE,), python=None, yanked=None, extras=(), sdist=False, broken=False, uploaded=True
    ):
        self.requires, self.tags, self.python, self.yanked = requires, tags, python, yanked
        self.extras, self.sdist, self.broken, self.uploaded = extras, sdist, broken, uploaded


class MemorySource:
    def __init__(self, releases):
        self.releases = defaultdict(dict)
        for title, release in releases.items():
            name, version = title.split()
            made = release if isinstance(release, Release) else Release(*release)
            self.releases[normalize_name(name)][version] = made
        self.asked = []
        self.facts = {}
        self.contents = {}
        self.traffic = Traffic()

    def project(self, name):
        name = normalize_name(name)
        self.asked.append(name)
        if name not in self.releases:
            raise UnknownProject(name, "the test's index")
        versions = sorted(self.releases[name], key=Version)
        classes, shapes, shape_of = [], [], []
        for version in versions:
            shape = tuple(self._class(classes, file) for file in self._files(name, version))
            if shape not in shapes:
                shapes.append(shape)
            shape_of.append(shapes.index(shape))

        def files(position, among):
            found = zip(self._files(name, versions[position]), shapes[shape_of[position]], strict=True)
            return [file for file, kind in found if among is None or kind in among]

        return ProjectPage(name, versions, classes, shapes, shape_of, ["memory"], files)

    @staticmethod
    def _class(classes, file):
        found = FileClass(file.tag_set, file.requires_python, file.yanked is not None)
        if found not in classes:
            classes.append(found)
        return classes.index(found)

    def _files(self, name, version):
        release = self.releases[name][version]
        if not release.uploaded:
            return []
        stem = f"{name.replace('-', '_')}-{version}"
        files = [self._file(name, version, release, f"{stem}-{tag}.whl", tag) for tag in release.tags]
        if release.sdist:
            files.append(self._file(name, version, release, f"{stem}.tar.gz", None))
        return files

    @staticmethod
    def _file(name, version, release, filename, tag):
        digest = format(abs(hash(filename)) % (1 << 256), "064x")
        return DistributionFile(
            name, version, filename, f"https://index.test/{filename}", {"sha256": digest}, size=1000,
            requires_python=release.python, yanked=release.yanked, tag_set=tag, index="https://index.test/simple",
        )  # fmt: skip

    def metadata(self, file):
        release = self.releases[file.project][file.version]
        if release.broken:
            raise CorruptDistribution(f"{file.filename} cannot be read")
        return Metadata(file.project, file.version, tuple(release.requires), release.python, tuple(release.extras))

    def prefetch(self, names):
        pass

    def prefetch_metadata(self, files):
        pass

    def ready(self, name):
        return True

    def metadata_ready(self, file):
        return True

    def file_size(self, file):
        return len(self.contents[file.filename])

    def read_range(self, file, start, length):
        return self.contents[file.filename][start : start + length]

    def download(self, file, limit):
        return self.contents[file.filename][:limit]

    def recall(self, kind, key):
        return self.facts.get((kind, key))

    def keep(self, kind, key, value):
        self.facts[kind, key] = value

    def close(self):
        pass


def request(*requirements, constraints=(), overrides=(), **others):
    def parsed(texts, origin):
        return tuple(RequestedPackage(Requirement(text), origin) for text in texts)

    return Request(
        parsed(requirements, "asked"), parsed(constraints, "constraints"), parsed(overrides, "overrides"), **others
    )


def target(*installed, words="cpython 3.11 glibc 2.28 x86_64"):
    from msgspec.structs import replace

    return replace(parse_target(words), image="test", installed={each.name: each for each in installed})


def distribution(title, *requires, owner=None):
    name, version = title.split()
    return Installed(
        name, version, "usr/lib/python3", tuple(requires), owner_type=owner, owner_name=owner and f"python3-{name}"
    )


def pins(releases, *requirements, image=None, policy=None, rules=None, **others):
    """Versions by name."""
    answer = solve(releases, *requirements, image=image, policy=policy, rules=rules, **others)
    return answer.pins


def solve(releases, *requirements, image=None, policy=None, rules=None, **others):
    source = releases if isinstance(releases, MemorySource) else MemorySource(releases)
    chosen = policy or Policy(verify_budget=0)
    return resolve(request(*requirements, **others), image or target(), source=source, policy=chosen, rules=rules)
