"""`--no-binary` and `--only-binary`, as pip has them."""

import pytest

from bareboat.project.formats import Formats, read


@pytest.mark.parametrize(
    ("options", "built", "wheels"),
    [
        ([], "", ""),
        (["--no-binary lxml,xml-sec"], "lxml xml-sec", ""),
        (["--no-binary=Xml_Sec"], "xml-sec", ""),
        (["--no-binary :all:"], "lxml xml-sec other", ""),
        (["--only-binary :all:"], "", "lxml xml-sec other"),
        (["--only-binary :all:", "--no-binary lxml"], "lxml", "xml-sec other"),
        (["--no-binary :all:", "--only-binary 'lxml'"], "xml-sec other", "lxml"),
        (["--no-binary lxml", "--only-binary lxml"], "", "lxml"),
        (["--no-binary lxml", "--no-binary :none:"], "", ""),
        (["--only-binary lxml", "--no-binary :all:"], "lxml xml-sec other", ""),
        (["--pre", "--index-url https://index.invalid/simple"], "", ""),
    ],
)
def test_what_is_built_and_what_must_be_a_wheel(options: list[str], built: str, wheels: str) -> None:
    said = read(options)
    names = ("lxml", "xml-sec", "other")
    assert [name for name in names if said.is_built(name)] == built.split()
    assert [name for name in names if said.is_wheel(name)] == wheels.split()


def test_nothing_said_is_nothing() -> None:
    assert read(["--no-binary :none:"]) == Formats()
