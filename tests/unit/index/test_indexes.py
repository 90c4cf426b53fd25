from pathlib import Path

from bareboat.index.indexes import tables, urls


def test_the_nearest_project_settings_come_first(tmp_path: Path) -> None:
    project = tmp_path / "a" / "b"
    project.mkdir(parents=True)
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.uv]\nindex-url = 'https://near/'\n")
    (project / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    user = tmp_path / "home" / ".config" / "uv"
    user.mkdir(parents=True)
    (user / "uv.toml").write_text("index-url = 'https://user/'\n")
    system = tmp_path / "root" / "etc" / "uv"
    system.mkdir(parents=True)
    (system / "uv.toml").write_text("index-url = 'https://system/'\n")
    environ = {"HOME": str(tmp_path / "home")}
    found = [urls(table) for table in tables(environ, project, tmp_path / "root")]
    assert found == [[("", "https://near/")], [("", "https://user/")], [("", "https://system/")]]
    assert list(tables({**environ, "UV_NO_CONFIG": "1"}, project, tmp_path / "root")) == []


def test_a_named_file_replaces_all(tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_text("[[index]]\nname = 'corp'\nurl = 'https://corp/'\n")
    assert [urls(table) for table in tables({"UV_CONFIG_FILE": str(file)}, None, tmp_path)] == [
        [("corp", "https://corp/")]
    ]


def test_every_way_to_name_an_index_counts() -> None:
    table = {
        "index": [{"url": "a"}, {"name": "n", "url": "b"}, {"name": "no url"}, "nonsense"],
        "extra-index-url": ["c", "d"],
        "find-links": ["e"],
        "pip": {"index-url": "f", "extra-index-url": 3},
    }
    assert [url for _, url in urls(table)] == ["a", "b", "c", "d", "e", "f"]


def test_a_broken_file_is_left_to_uv(tmp_path: Path) -> None:
    (tmp_path / "uv.toml").write_text("= broken")
    assert list(tables({}, tmp_path, tmp_path / "root")) == []
