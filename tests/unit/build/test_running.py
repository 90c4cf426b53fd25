"""The files that compiling takes: found from ELF headers and links, and no others."""

from bareboat.build.running import running
from bareboat.tree.entry import file, hardlink, symlink
from bareboat.tree.tree import Tree
from elves import Shape, make

LIBRARIES = "usr/lib/x86_64-linux-gnu"


def elf(soname: str, *needed: str) -> bytes:
    return make(Shape(soname=soname, needed=needed))


def paths() -> set[str]:
    whole = Tree.of(
        [
            file("usr/bin/python3.13", elf("", "libm.so.6", "libz.so.1"), mode=0o755),
            file(f"{LIBRARIES}/ld-linux-x86-64.so.2", elf("ld-linux-x86-64.so.2")),
            file(f"{LIBRARIES}/libm.so.6", elf("libm.so.6", "libc.so.6")),
            hardlink(f"{LIBRARIES}/libc.so.6", f"{LIBRARIES}/libc-2.41.so"),
            file(f"{LIBRARIES}/libc-2.41.so", elf("libc.so.6")),
            symlink(f"{LIBRARIES}/libz.so.1", "../x86_64-linux-gnu/./libz.so.1.3"),
            file(f"{LIBRARIES}/libz.so.1.3", elf("libz.so.1", "libnowhere.so.9")),
            file(f"{LIBRARIES}/libssl.so.3", elf("libssl.so.3", "libc.so.6")),
            file("usr/lib/python3.13/os.py", b"x = 1\n"),
            file(
                "usr/lib/python3.13/lib-dynload/_ssl.cpython-313-x86_64-linux-gnu.so", elf("", "libssl.so.3")
            ),
            file("usr/share/doc/python3.13/copyright", b"free"),
        ]
    )
    found = running(
        whole,
        program="usr/bin/python3.13",
        loader=f"{LIBRARIES}/ld-linux-x86-64.so.2",
        library="usr/lib/python3.13",
    )
    return {entry.path for entry in found}


def test_the_program_its_loader_and_what_they_load() -> None:
    assert paths() == {
        "usr/bin/python3.13",
        "usr/lib/python3.13/os.py",
        *(
            f"{LIBRARIES}/{name}"
            for name in (
                "ld-linux-x86-64.so.2",
                "libc-2.41.so",
                "libc.so.6",
                "libm.so.6",
                "libz.so.1",
                "libz.so.1.3",
            )
        ),
    }


def test_an_absolute_link_is_one_of_the_tree() -> None:
    whole = Tree.of(
        [
            symlink("usr/bin/python3.13", "/opt/python"),
            file("opt/python", elf("", "libc.so.6")),
            file("lib/libc.so.6", elf("libc.so.6")),
        ]
    )
    found = running(whole, program="usr/bin/python3.13", loader="lib/ld.so", library="usr/lib/python3.13")
    assert {entry.path for entry in found} == {"usr/bin/python3.13", "opt/python", "lib/libc.so.6"}


def test_a_program_that_is_no_elf_file_loads_nothing() -> None:
    whole = Tree.of([file("usr/bin/python3.13", b"#!/bin/sh\n"), file("lib/libc.so.6", elf("libc.so.6"))])
    found = running(whole, program="usr/bin/python3.13", loader="lib/ld.so", library="usr/lib/python3.13")
    assert [entry.path for entry in found] == ["usr/bin/python3.13"]
