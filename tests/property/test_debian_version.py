"""Debian's version order is total, and it is dpkg's. Policy 5.6.12."""

import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bareboat.debian.version import Version

PART = st.text("0123456789abzAZ.+~", max_size=7)
VERSIONS = st.builds(
    lambda epoch, upstream, revision: f"{epoch}1{upstream}{revision}",
    st.sampled_from(["", "0:", "1:", "02:"]),
    PART,
    st.one_of(st.just(""), st.builds(lambda part: f"-{part}0", PART)),
)
DPKG = shutil.which("dpkg")


@given(VERSIONS, VERSIONS, VERSIONS)
def test_the_order_is_total(first: str, second: str, third: str) -> None:
    one, two, three = Version.parse(first), Version.parse(second), Version.parse(third)
    assert (one < two) + (one == two) + (one > two) == 1
    if one <= two <= three:
        assert one <= three
    if one == two:
        assert hash(one) == hash(two)
        assert (one < three) == (two < three)


@pytest.mark.skipif(DPKG is None, reason="dpkg is not on this machine")
@settings(max_examples=60, deadline=None)
@given(VERSIONS, VERSIONS)
def test_the_order_is_that_of_dpkg(first: str, second: str) -> None:
    one, two = Version.parse(first), Version.parse(second)
    relation = "lt" if one < two else "gt" if one > two else "eq"
    command = [DPKG or "", "--compare-versions", first, relation, second]
    assert subprocess.run(command, check=False, timeout=20).returncode == 0, (first, relation, second)
