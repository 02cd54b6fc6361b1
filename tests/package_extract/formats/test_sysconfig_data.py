from __future__ import annotations

import pprint
import sysconfig

from hypothesis import given
from hypothesis import strategies as st

from package_extract.formats.sysconfig_data import read_sysconfig_data

NAMES = ["SOABI", "EXT_SUFFIX", "MULTIARCH", "VERSION", "Py_DEBUG", "WITH_PYMALLOC", "Py_GIL_DISABLED"]


def test_the_variables_of_this_interpreter() -> None:
    variables = sysconfig.get_config_vars()
    written = "build_time_vars = " + pprint.pformat(variables)
    expected = {name: variables[name] for name in NAMES if isinstance(variables.get(name), str | int)}

    assert read_sysconfig_data(written.encode(), NAMES) == expected
    assert expected


def test_values_that_are_no_plain_literals_are_left_out() -> None:
    data = b"build_time_vars = {'A': '\\x41',\n 'B': 'x'\n 'y',\n 'EXT_SUFFIX': so_ext, 'SOABI': 1 + 1,\n 'N': -1}"

    assert read_sysconfig_data(data, ["A", "EXT_SUFFIX", "SOABI", "N", "MISSING"]) == {"N": -1}


@given(st.binary(max_size=200))
def test_noise(data: bytes) -> None:
    read_sysconfig_data(b"{'SOABI': " + data, ["SOABI"])
