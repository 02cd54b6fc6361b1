import subprocess
import sys

from package_extract_analyzers.rpm import Rpm


def test_reading_another_kind_of_database_does_not_load_sqlite():
    heavy = ("sqlite3", "pydantic", "tempfile")
    code = f"import package_extract_analyzers.rpm, sys; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_the_analyzer_says_who_it_is():
    analyzer = Rpm()
    assert analyzer.name == "rpm"
    assert {"Packages", "Packages.db", "rpmdb.sqlite"} <= set(analyzer.wants.basenames)
