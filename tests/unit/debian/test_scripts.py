import pytest

from bareboat.debian.package import Unpacked
from bareboat.debian.scripts import HANDLED, note, unmade
from bareboat.lock import DebianPackage
from bareboat.tree.tree import Tree


def unpacked(name: str, **scripts: str) -> Unpacked:
    held = DebianPackage(name, "1", "all", "0" * 64, "pool/d", 1)
    return Unpacked(held, Tree(), "", scripts=tuple(scripts.items()))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ca-certificates", "joined into"),
        ("python3.13-minimal", "compiles the whole"),
        ("libreadline8t64", "all libraries lie in /usr/lib"),
        ("tzdata", "Etc/UTC"),
    ],
)
def test_what_stands_for_a_script_is_said(name: str, words: str) -> None:
    assert words in note(unpacked(name, postinst="#!/bin/sh\n"))


def test_an_unknown_script_is_said_not_to_run() -> None:
    assert note(unpacked("nginx", postinst="", preinst="")) == "preinst and postinst not run"
    assert note(unpacked("nginx", postrm="")) == ""


def test_the_loader_needs_no_cache() -> None:
    assert "loader finds" in note(unpacked("libxml2", triggers="activate-noawait ldconfig\n"))
    assert note(unpacked("netbase-like", triggers="interest other\n")) == ""


def test_every_entry_is_complete() -> None:
    assert all(each.package and each.does and each.instead for each in HANDLED)


def test_what_would_be_made_of_files_is_told() -> None:
    paths = ["usr/lib/x86_64-linux-gnu/gdk-pixbuf-2.0/2.10.0/loaders/libx.so", "usr/bin/x"]
    assert [one.makes for one in unmade(paths)] == ["loaders.cache"]
    assert unmade(["usr/bin/x"]) == ()
