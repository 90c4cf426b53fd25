import re

import pytest

from bareboat.debian.rules import RULES, find

LIB = "usr/lib/x86_64-linux-gnu"
STDLIB = "usr/lib/python3.13"


GONE = [
    ("usr/share/doc/libc6/changelog.gz", "documentation"),
    ("usr/share/man/man1/openssl.1.gz", "manuals"),
    ("usr/share/locale/de/LC_MESSAGES/libc.mo", "translations"),
    ("usr/lib/locale/locale-archive", "translations"),
    (f"{LIB}/gconv/EUC-JP.so", "character sets"),
    ("usr/share/bash-completion/completions/openssl", "shell"),
    ("usr/lib/systemd/system/x.service", "services"),
    ("usr/share/lintian/overrides/libc6", "packaging"),
    ("usr/share/applications/python3.13.desktop", "desktop"),
    ("var/run", "system folders"),
    ("usr/share/ca-certificates/mozilla/A.crt", "single certificates"),
    ("usr/share/zoneinfo/right/Europe/Berlin", "time zone duplicates"),
    (f"{LIB}/libthread_db.so.1", "C library extras"),
    (f"{LIB}/engines-3/afalg.so", "OpenSSL engines"),
    (f"{LIB}/libexpatw.so.1.13.0", "unused libraries"),
    (f"{STDLIB}/test/support/__init__.py", "tests"),
    (f"{STDLIB}/lib-dynload/_testcapi.cpython-313-x86_64-linux-gnu.so", "tests"),
    (f"{STDLIB}/turtle.py", "desktop Python"),
    (f"{STDLIB}/pydoc_data/topics.py", "developing Python"),
    (f"{STDLIB}/lib-dynload/_dbm.cpython-313-x86_64-linux-gnu.so", "modules without their library"),
    (f"{STDLIB}/asyncio/windows_events.py", "modules of other systems"),
    (f"{STDLIB}/_pydecimal.py", "second implementations"),
    ("etc/python3.13/sitecustomize.py", "crash reports"),
]


@pytest.mark.parametrize(("path", "rule"), GONE)
def test_what_goes(path: str, rule: str) -> None:
    found = find(path, "any")
    assert found is not None
    assert found.name == rule


def test_every_rule_is_tried_above() -> None:
    assert sorted({rule for _, rule in GONE}) == sorted(rule.name for rule in RULES)


@pytest.mark.parametrize(
    "path",
    [
        "etc/mime.types",
        "etc/protocols",
        "etc/services",
        "usr/bin/python3.13",
        "usr/lib/locale/C.utf8/LC_CTYPE",
        "usr/lib/os-release",
        "usr/share/common-licenses/GPL-2",
        "usr/share/doc/libc6/copyright",
        "usr/share/doc/libgcc-s1",
        "usr/share/misc/magic.mgc",
        "usr/share/zoneinfo/Europe/Berlin",
        "usr/share/zoneinfo/tzdata.zi",
        f"{LIB}/gconv/gconv-modules.cache",
        f"{LIB}/libc.so.6",
        f"{LIB}/libexpat.so.1",
        f"{STDLIB}/EXTERNALLY-MANAGED",
        f"{STDLIB}/_sysconfigdata__linux_x86_64-linux-gnu.py",
        f"{STDLIB}/asyncio/unix_events.py",
        f"{STDLIB}/lib-dynload/readline.cpython-313-x86_64-linux-gnu.so",
        f"{STDLIB}/unittest/mock.py",
    ],
)
def test_what_stays(path: str) -> None:
    assert find(path, "any") is None


def test_a_package_that_was_asked_for_is_spared() -> None:
    assert find("usr/lib/locale/locale-archive", "locales-all") is None
    assert find("usr/lib/python3.13/tkinter/__init__.py", "python3-tk") is None


def test_each_rule_has_a_name_of_its_own_and_a_reason() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert re.fullmatch(r"[^\n]{10,120}(?<![.])", rule.reason), rule.name
        assert rule.paths
