"""What holds for the repository as a whole: twins, sizes, no host or machine path in any tracked file."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import sources

ROOT = sources.ROOT
LONGEST = 350  # lines; past about 300 name the second idea and give it a file

# Assembled from parts, so that this file may stand in the repository that it checks.
HOSTS = [
    "pypi" + ".org",
    "files.python" + "hosted.org",
    "deb.debian" + ".org",
    "security.debian" + ".org",
    "snapshot.debian" + ".org",
    "npmjs" + ".org",
    "npmjs" + ".com",
]
MACHINE_PATHS = ["/work" + "/main", "/work" + "/shared", "/tmp" + "/frame", "/root" + "/", "/home" + "/user"]
# Design names these public mirrors; a lock may name any path, but no host.
TEXT = {
    ".cfg",
    ".css",
    ".html",
    ".in",
    ".ini",
    ".json",
    ".lock",
    ".md",
    ".py",
    ".sh",
    ".svg",
    ".toml",
    ".txt",
    ".yml",
}


def tracked() -> list[Path]:
    """Return every file that git tracks or would, if it were added."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    files = [ROOT / name.decode() for name in listed.split(b"\0") if name]
    return [file for file in files if file.is_file() and not file.is_symlink()]


def mentions(text: str, words: list[str]) -> Iterator[tuple[int, str]]:
    """Yield line and word for each word of the list that stands in a text."""
    pattern = re.compile(
        "|".join(rf"(?<![\w/.]){re.escape(word)}" if word[0] == "/" else re.escape(word) for word in words)
    )
    for number, line in enumerate(text.splitlines(), 1):
        if (match := pattern.search(line)) is not None:
            yield number, match[0]


def twin(source: Path) -> Path:
    """Return the unit test file of a source file."""
    inside = source.relative_to(ROOT / "src" / "bareboat")
    return ROOT / "tests" / "unit" / inside.parent / f"test_{inside.name}"


def test_every_source_file_has_its_unit_test() -> None:
    alone = [
        f"{module.shown} has no {twin(module.file).relative_to(ROOT)}"
        for module in sources.modules()
        if not module.is_package and module.file.name != "__main__.py" and not twin(module.file).is_file()
    ]
    assert alone == []


# What Dockerfiles mount in the home folder of a build stage is a path in an image.
IN_AN_IMAGE = re.compile("/root" + r"/\.(?:cache/(?:pip|uv|pypoetry)|netrc|config/(?:pypoetry|pip|uv))\b")


def test_every_unit_test_has_its_source_file() -> None:
    expected = {twin(module.file) for module in sources.modules()}
    found = set((ROOT / "tests" / "unit").rglob("test_*.py"))
    assert sorted(str(file.relative_to(ROOT)) for file in found - expected) == []


def test_no_file_is_long() -> None:
    sizes = {module.shown: len(module.file.read_text().splitlines()) for module in sources.modules()}
    assert {name: size for name, size in sizes.items() if size > LONGEST} == {}


@pytest.mark.parametrize(("kind", "words"), [("registry host", HOSTS), ("path of a machine", MACHINE_PATHS)])
def test_no_tracked_file_names_a(kind: str, words: list[str]) -> None:
    found = []
    for file in tracked():
        if file.suffix not in TEXT and b"\0" in file.read_bytes()[:8192]:
            continue
        text = IN_AN_IMAGE.sub("", file.read_text(encoding="utf-8", errors="replace"))
        found += [f"{file.relative_to(ROOT)}:{line}: {kind} {word}" for line, word in mentions(text, words)]
    assert found == []


def test_a_mention_is_found() -> None:
    text = "index-url = https://" + HOSTS[0] + "/simple\n"
    assert list(mentions(text, HOSTS)) == [(1, HOSTS[0])]
    assert list(mentions("cd " + MACHINE_PATHS[0], MACHINE_PATHS)) == [(1, MACHINE_PATHS[0])]
    assert list(mentions("a/work" + "/main", MACHINE_PATHS)) == []


def test_nothing_excuses_itself() -> None:
    excuse = re.compile("TO" + r"DO\b|FIX" + r"ME\b|pragma:" + " no cover")
    found = [
        f"{module.shown}:{number}"
        for module in sources.modules()
        for number, line in enumerate(module.file.read_text().splitlines(), 1)
        if excuse.search(line)
    ]
    assert found == []


def test_a_code_names_one_kind_of_finding() -> None:
    given = re.compile(r'^[A-Z_]+ = "(BB\d{3})"', re.MULTILINE)
    found = [code for each in sources.modules() for code in given.findall(each.file.read_text())]
    assert found
    assert sorted(found) == sorted(set(found))


def test_the_requirements_are_hashed_and_name_no_host() -> None:
    for file in (ROOT / "requirements").glob("*.txt"):
        text = file.read_text()
        pins = re.findall(r"^([A-Za-z0-9][\w.-]*)==\S+", text, re.MULTILINE)
        assert pins, file.name
        assert "://" not in text, file.name
        for block in re.split(r"\n(?=[A-Za-z0-9])", text.strip()):
            assert "--hash=sha256:" in block or block.startswith("#"), f"{file.name}: {block.splitlines()[0]}"
