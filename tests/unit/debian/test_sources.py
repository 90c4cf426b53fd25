"""One address after another, until one answers."""

from collections.abc import Callable

import pytest

from bareboat.debian.mirrors import MAIN, Choice
from bareboat.debian.sources import attempt, join, shown
from bareboat.errors import IntegrityError, NetworkError

CHOICE = Choice((), "settings")


def failing(*dead: str) -> Callable[[str], str]:
    def use(url: str) -> str:
        if url in dead:
            raise NetworkError("no answer", where=url, hint="check the network")
        return url

    return use


def test_the_first_that_answers_serves() -> None:
    assert attempt(["http://a", "http://b"], failing(), CHOICE) == "http://a"
    assert attempt(["http://a", "http://b"], failing("http://a"), CHOICE) == "http://b"


def test_where_none_answers_the_first_failure_is_told_with_the_way_out() -> None:
    urls = ["http://a/1", "http://a/2", "http://b/1", "http://b/2"]
    with pytest.raises(
        NetworkError, match=r"http://a/1: no answer; b did no better .mirror from settings."
    ) as caught:
        attempt(urls, failing(*urls), CHOICE, hint="or do that")
    assert caught.value.hint.startswith("check the network; or do that; ")
    assert f"{MAIN}=https://" in caught.value.hint
    with pytest.raises(NetworkError, match=r"no answer .mirror") as caught:
        attempt(["http://a/1"], failing("http://a/1"), CHOICE)


def test_a_failure_that_says_nothing_is_placed() -> None:
    def use(url: str) -> str:
        raise NetworkError("no answer")

    with pytest.raises(NetworkError) as caught:
        attempt(["http://user:word@a/1"], use, CHOICE)
    assert caught.value.where == "http://a/1"
    assert caught.value.hint.startswith("other mirrors")


def test_wrong_bytes_are_never_asked_for_elsewhere() -> None:
    asked = []

    def use(url: str) -> str:
        asked.append(url)
        raise IntegrityError("wrong")

    with pytest.raises(IntegrityError):
        attempt(["http://a", "http://b"], use, CHOICE)
    assert asked == ["http://a"]


def test_paths_are_quoted_as_mirrors_name_them() -> None:
    assert join("http://a/debian", "pool/g/g++_1+b1~2.deb") == "http://a/debian/pool/g/g++_1+b1~2.deb"
    assert join("http://a", "pool/x_1%3a2.deb") == "http://a/pool/x_1%253a2.deb"


def test_names_and_passwords_are_not_shown() -> None:
    assert shown("https://user:word@a:8/b") == "https://a:8/b"
    assert shown("file:///a") == "file:///a"
