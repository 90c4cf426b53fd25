import pytest

from bareboat.project.place import is_place, moved


@pytest.mark.parametrize("path", ["/data", "/app/media", "/var/lib/x-1.0", "/.cache", "/a/..b"])
def test_a_folder_below_the_root(path: str) -> None:
    assert is_place(path)


@pytest.mark.parametrize(
    "path", ["", "/", "data", "/data/", "//x", "/a/../b", "/a/./b", "/$X", "/a b", "/a\n"]
)
def test_none(path: str) -> None:
    assert not is_place(path)


def test_what_is_below_the_working_folder_is_below_ours() -> None:
    found = [moved(path, "/code") for path in ("/code", "/code/media", "/codex", "/data", "true")]
    assert found == ["/app", "/app/media", "/codex", "/data", "true"]
    assert [moved("/data", folder) for folder in ("", "/")] == ["/data", "/data"]
