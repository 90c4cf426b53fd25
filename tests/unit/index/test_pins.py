from pathlib import Path

import pytest

from bareboat.errors import InputError
from bareboat.index.pins import parse_pins, read_pins, render_pins
from bareboat.lock import LockedRequirement
from bareboat.target import Arch, Target

TARGET = Target(Arch.AMD64, "3.13.5", (2, 41))
A, B = "a" * 64, "b" * 64


def test_pins_of_the_target_are_read(tmp_path: Path) -> None:
    (tmp_path / "more.txt").write_text(f"third==3 --hash=sha256:{A}\n")
    file = tmp_path / "requirements.txt"
    file.write_text(
        "\ufeff# made by a tool\n--index-url https://host.test/simple\n"
        f"First_One[x]==1.0 ; python_version >= '3' \\\n    --hash=sha256:{B.upper()} \\\n"
        f"    --hash=sha256:{A}  # via something\n\n"
        f"windows==2; sys_platform == 'win32' --hash=sha256:{A}\n-r more.txt\n"
    )
    assert read_pins(file, TARGET) == (
        LockedRequirement("first-one", "1.0", (A, B)),
        LockedRequirement("third", "3", (A,)),
    )


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("first", "first is not pinned with =="),
        ("first>=1", "first is not pinned with =="),
        ("first==1.*", "first is not pinned with =="),
        ("first==1", "first has no sha256 hash"),
        (f"first==1 --hash=md5:{A}", "first has no sha256 hash"),
        ("first @@ 1", "not a requirement: 'first @@ 1'"),
    ],
)
def test_what_is_no_hashed_pin_is_refused(tmp_path: Path, line: str, complaint: str) -> None:
    file = tmp_path / "r.txt"
    file.write_text(f"\n{line}\n")
    with pytest.raises(InputError) as raised:
        read_pins(file, TARGET)
    assert str(raised.value) == f"{file}:2: {complaint}"


def test_files_that_name_each_other_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "r.txt"
    file.write_text("-r r.txt\n")
    with pytest.raises(InputError, match="too deeply"):
        read_pins(file, TARGET)
    with pytest.raises(InputError, match="cannot be read"):
        read_pins(tmp_path / "none", TARGET)


def test_rendered_pins_are_read_back() -> None:
    pins = (LockedRequirement("a", "1", (A, B)), LockedRequirement("b", "2", (B,)))
    assert parse_pins(render_pins(pins), where="x") == pins


def test_markers_do_not_matter_to_parse() -> None:
    text = f"a==1 ; sys_platform == 'win32' --hash=sha256:{A}\n"
    assert [pin.name for pin in parse_pins(text, where="x")] == ["a"]
