import os
from pathlib import Path

import pytest

from bareboat.debian.base import BUNDLE, USER, base_tree, interpreter_tree, user_folders
from bareboat.debian.package import Unpacked
from bareboat.errors import BuildError
from bareboat.lock import DebianPackage
from bareboat.target import Arch, PythonVersion
from bareboat.tree.entry import Entry, Kind, file
from bareboat.tree.tree import Tree

FOLDER = "usr/share/ca-certificates/mozilla"


def certificate(text: str, *, end: str = "\n") -> bytes:
    return f"-----BEGIN CERTIFICATE-----{end}{text}{end}-----END CERTIFICATE-----{end}".encode()


def unpacked(name: str, *entries: Entry) -> Unpacked:
    return Unpacked(DebianPackage(name, "1", "all", "0" * 64, "pool/d", 1), Tree.of(entries), "")


RELEASE = unpacked("base-files", file("usr/lib/os-release", b'NAME="Debian"\nID=debian\n'))
CERTIFICATES = unpacked(
    "ca-certificates",
    file(f"{FOLDER}/B.crt", certificate("Qg==", end="\r\n")),
    file(f"{FOLDER}/A.crt", certificate("QQ==") + b"\n"),
    file(f"{FOLDER}/README", b"no certificate"),
)


def text(tree: Tree, path: str) -> str:
    found = tree.find(path)
    assert found is not None
    assert found.content is not None
    return b"".join(found.content.chunks()).decode()


def test_the_bundle_holds_every_certificate_by_path() -> None:
    more = unpacked("company-certificates", file("usr/share/ca-certificates/a.crt", certificate("Qw==")))
    expected = (certificate("Qw==") + certificate("QQ==") + certificate("Qg==")).decode()
    for order in ([RELEASE, CERTIFICATES, more], [more, CERTIFICATES, RELEASE]):
        assert text(base_tree(order, arch=Arch.AMD64), BUNDLE) == expected


def test_users_folders_and_links() -> None:
    tree = base_tree([RELEASE, CERTIFICATES], arch=Arch.AMD64)
    assert f"nonroot:x:{USER}:{USER}:" in text(tree, "etc/passwd")
    assert f"nonroot:x:{USER}:" in text(tree, "etc/group")
    home, temporary = tree.find("home/nonroot"), tree.find("tmp")
    assert home is not None
    assert temporary is not None
    assert (home.mode, home.uid, home.gid) == (0o700, USER, USER)
    assert temporary.mode == 0o1777
    links = {entry.path: entry.link for entry in tree if entry.kind is Kind.SYMLINK}
    assert {links[name] for name in ("bin", "lib", "sbin")} == {"usr/bin", "usr/lib", "usr/sbin"}
    assert links["usr/lib/ssl/cert.pem"] == f"/{BUNDLE}"
    assert tree == tree.with_parents()


def test_only_amd64_has_lib64() -> None:
    held = [RELEASE, CERTIFICATES]
    assert base_tree(held, arch=Arch.AMD64).find("lib64") is not None
    assert base_tree(held, arch=Arch.ARM64).find("lib64") is None


@pytest.mark.parametrize(
    ("packages", "words"),
    [
        ([CERTIFICATES], "os-release"),
        ([RELEASE], "no package of the base has certificates"),
        ([unpacked("base-files", file("usr/lib/os-release", b"ID=other\n")), CERTIFICATES], "not Debian"),
        ([RELEASE, unpacked("c", file(f"{FOLDER}/A.crt", b"der"))], "not one certificate"),
    ],
)
def test_a_base_that_lacks_something_is_refused(packages: list[Unpacked], words: str) -> None:
    with pytest.raises(BuildError, match=words):
        base_tree(packages, arch=Arch.AMD64)


def test_libraries_are_listed_as_ctypes_reads_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = interpreter_tree(PythonVersion(3, 13), arch=Arch.AMD64)
    script = tree.find("usr/sbin/ldconfig")
    assert script is not None
    assert script.mode == 0o755
    lines = text(tree, "usr/sbin/ldconfig").splitlines()
    assert lines[0] == "#!/usr/bin/python3.13 -IS"
    monkeypatch.setattr(os, "listdir", lambda folder: ["libz.so.1", "libz.a", "python3.13", "libc.so.6"])
    exec(compile("\n".join(lines), "ldconfig", "exec"), {})  # noqa: S102 - it is the file under test
    listed = capsys.readouterr().out.splitlines()
    assert listed[:2] == [
        "\tlibc.so.6 (libc6,x86-64) => /usr/lib/x86_64-linux-gnu/libc.so.6",
        "\tlibz.so.1 (libc6,x86-64) => /usr/lib/x86_64-linux-gnu/libz.so.1",
    ]
    assert len(listed) == 4
    link = tree.find("usr/bin/python3")
    assert link is not None
    assert link.link == "python3.13"


def test_folders_of_the_user_leave_those_above_as_the_base_has_them() -> None:
    tree = user_folders(["/srv/data", "/home/nonroot/.cache/x", "/tmp/y", "/var/run/app", "/tmp"])
    assert [(one.path, oct(one.mode), one.uid) for one in tree] == [
        ("home", "0o755", 0),
        ("home/nonroot", "0o700", USER),
        ("home/nonroot/.cache/x", "0o755", USER),
        ("run", "0o755", 0),
        ("run/app", "0o755", USER),
        ("srv/data", "0o755", USER),
        ("tmp", "0o1777", 0),
        ("tmp/y", "0o755", USER),
    ]
