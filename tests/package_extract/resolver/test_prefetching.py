from collections import Counter

from package_extract.resolver.errors import IndexUnreachable
from package_extract.resolver.policy import Policy
from package_extract.resolver.resolving import resolve_scopes
from package_extract.resolver.scope import Scope
from tests.package_extract.resolver.memory_source import MemorySource, distribution, request, solve, target


class SlowSource(MemorySource):
    """No page is there at once, that of one project is long in coming, and the metadata of one wheel never comes."""

    def __init__(self, releases, slow, unreachable):
        super().__init__(releases)
        self.slow, self.unreachable = slow, unreachable
        self.looks = Counter()
        self.guessed = []

    def ready(self, name):
        self.looks[name] += 1
        return self.looks[name] > (10 if name == self.slow else 1)

    def prefetch_metadata(self, files):
        self.guessed += [file.filename for file in files]

    def metadata(self, file):
        if file.filename == self.unreachable:
            raise IndexUnreachable("it does not answer")
        return super().metadata(file)


def test_a_guess_that_cannot_be_fetched_does_not_matter():
    releases = {"app 1": ["slow", "library"], "slow 1": ["library<2"], "library 1": [], "library 2": []}
    source = SlowSource(releases, "slow", "library-2-py3-none-any.whl")
    assert solve(source, "app").pins == {"app": "1", "library": "1", "slow": "1"}
    assert "library-2-py3-none-any.whl" in source.guessed


class BegunSource(MemorySource):
    """A page comes if somebody has begun to fetch it."""

    def __init__(self, releases):
        super().__init__(releases)
        self.begun = set()

    def prefetch(self, names):
        self.begun.update(names)

    def ready(self, name):
        return name in self.begun


def test_a_page_that_nobody_expected_is_begun():
    """What stays as it is in every image is not looked up, but for the sake of those that have to agree."""
    policy = Policy(verify_budget=0)
    scopes = [Scope(target(distribution("demo 1", owner="deb")), request("demo"), policy, label) for label in "ab"]
    source = BegunSource({"demo 1": [], "demo 2": []})
    answer = resolve_scopes(scopes, source, policy, agreements=[("demo", "exact")])
    assert answer.agreed == {"demo": {"a": "1", "b": "1"}}
