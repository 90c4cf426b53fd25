import os
from pathlib import Path

import pytest

import hostpython
from bareboat.engine.find import Engine
from bareboat.engine.load import Loaded, load, remove
from bareboat.errors import BuildError
from unit.engine.test_call import engine as scripted

REFERENCE = f"localhost/bareboat-load:{os.getpid()}"  # workers share the engines


@pytest.mark.parametrize(
    ("said", "reference"),
    [
        ("Loaded image: app:1", "app:1"),
        ("Loaded image ID: sha256:12", "sha256:12"),
        ("Loaded image(s): localhost/app:1,localhost/app:2", "localhost/app:1"),
        ("12: Loading layer\nLoaded image: app:1", "app:1"),
    ],
)
def test_the_answer_is_read(tmp_path: Path, said: str, reference: str) -> None:
    (tmp_path / "said").write_text(said)
    script = f'[ "$1" = load ] && cat >/dev/null && cat {tmp_path}/said || echo "0123 $4"'
    loaded = load(scripted(tmp_path, script), [b"tar"])
    assert loaded.reference == reference
    assert loaded.identity.startswith("sha256:0123")


def test_an_answer_without_a_name(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="names no image: 'done'"):
        load(scripted(tmp_path, "cat >/dev/null; echo done"), [b"tar"])


@pytest.mark.engine
@pytest.mark.core
def test_an_archive_becomes_an_image(tmp_path: Path, engine: Engine) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "hello").write_text("hello")
    file = hostpython.archive(root, tmp_path / "image.tar", reference=REFERENCE, port=80)
    loaded = load(engine, file)
    assert loaded.reference == REFERENCE
    assert loaded.identity.startswith("sha256:")
    again = load(engine, iter([file.read_bytes()]))
    assert again == loaded
    remove(engine, loaded.reference)
    with pytest.raises(BuildError):
        remove_strictly(engine, loaded)


def remove_strictly(engine: Engine, loaded: Loaded) -> None:
    from bareboat.engine.call import call

    call(engine, ["image", "inspect", loaded.reference])


@pytest.mark.engine
@pytest.mark.core
def test_a_refused_archive_is_one_line(engine: Engine) -> None:
    with pytest.raises(BuildError) as caught:
        load(engine, [b"this is no archive" * 1000])
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{engine.kind} load: ")
