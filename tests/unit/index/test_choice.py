"""Which indexes are asked."""

from pathlib import Path

from bareboat.index.choice import only, options, with_extra

HOST = {
    "UV_DEFAULT_INDEX": "https://host.invalid",
    "UV_INDEX": "https://b.invalid",
    "UV_FIND_LINKS": "/w",
    "HOME": "/h",
}


def test_one_index_alone() -> None:
    assert only(HOST, "https://own.invalid").environ == {
        "HOME": "/h",
        "UV_DEFAULT_INDEX": "https://own.invalid",
        "UV_NO_CONFIG": "1",
    }


def test_indexes_beside() -> None:
    assert with_extra(HOST, ()).environ is HOST
    made = with_extra(HOST, ["https://c.invalid"]).environ
    assert made["UV_INDEX"] == "https://b.invalid https://c.invalid"
    assert made["UV_INDEX_STRATEGY"] == "unsafe-best-match"


def test_options_of_a_requirements_file(tmp_path: Path) -> None:
    (tmp_path / "wheels").mkdir()
    lines = [
        "-i https://own.invalid",
        "--extra-index-url=https://more.invalid",
        "--find-links wheels",
        "-fhttps://links.invalid",
        "--trusted-host own.invalid",
        "--no-index",
        "--pre",
        "--prefer-binary",
    ]
    made = options(HOST, lines, tmp_path)
    assert made.environ["UV_DEFAULT_INDEX"] == "https://own.invalid"
    assert made.environ["UV_INDEX"] == "https://more.invalid"
    assert made.environ["UV_FIND_LINKS"] == "/w"
    assert made.environ["UV_INSECURE_HOST"] == "own.invalid"
    assert made.lines == (
        f"--find-links {tmp_path / 'wheels'}",
        "--find-links https://links.invalid",
        "--no-index",
        "--pre",
    )
    assert options(HOST, (), tmp_path).environ == HOST
