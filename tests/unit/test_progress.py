"""Silence: a Progress that takes everything and says nothing."""

import threading

import pytest

from bareboat.progress import SILENT, Kind, Progress


def test_silence_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with SILENT.begin(Kind.DOWNLOAD, "x.whl", total=10) as task:
        task.advance(3)
    SILENT.note("a note")
    SILENT.warn("a warning")
    assert capfd.readouterr() == ("", "")


def test_an_exception_passes_through_a_task() -> None:
    with pytest.raises(KeyError), SILENT.begin(Kind.LAYER, "base"):
        raise KeyError


def test_silence_can_be_shared_by_threads() -> None:
    def work(progress: Progress) -> None:
        with progress.begin(Kind.COMPILE, "x") as task:
            task.advance(1)

    threads = [threading.Thread(target=work, args=(SILENT,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_kinds_are_words() -> None:
    assert {str(kind) for kind in Kind} == {
        *("resolve", "download", "unpack", "compile", "layer", "write", "start")
    }
