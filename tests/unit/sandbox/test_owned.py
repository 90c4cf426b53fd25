import os
from pathlib import Path

import pytest

from bareboat.sandbox.owned import give


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_all_in_it_is_given_and_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("x")
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "deep" / "file").write_text("y")
    (tmp_path / "in" / "link").symlink_to(outside)
    give(tmp_path / "in", 65532)
    owners = [path.lstat().st_uid for path in ((tmp_path / "in"), *(tmp_path / "in").rglob("*"))]
    assert (owners, outside.stat().st_uid) == ([65532] * 4, 0)
