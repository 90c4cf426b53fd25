"""Packages of the distribution in a stage: apt with its cache shared under a lock, or apk.

Where the final image has no package manager, or names its libraries otherwise than Debian does,
what it needs is read off the built files in the last stage before it: `collect` writes it down.
"""

from collections.abc import Sequence

from bareboat.dockerfile.make import bind_mount, copy, run
from bareboat.dockerfile.syntax import Form, Instruction
from bareboat.forms import mounts
from bareboat.forms.bases import Base, Family
from bareboat.plan.blueprint import Blueprint

__all__ = ["builder", "collect", "git", "is_collected", "libraries", "runtime"]

# The official images delete what apt downloads; in a cache mount it is to stay.
_KEEP = "rm -f /etc/apt/apt.conf.d/docker-clean"
_APT = ("apt-get update",)
_INSTALL = "apt-get install --yes --no-install-recommends"
_CLEAN = "rm -rf /var/lib/apt/lists/*"
_APK = "/native.txt"
_ROOT = "/native"
# What every distroless Python image has: the C library and what the interpreter itself loads.
_THERE = r"/(ld-linux|lib(c|m|dl|pthread|rt|resolv|util|gcc_s|stdc\+\+|z|ssl|crypto))(-[-.0-9_a-z]*)?\.so\."


def builder(blueprint: Blueprint, base: Base) -> tuple[Instruction, ...]:
    """Return what installs compilers and headers, and git for repositories and versions from tags.

    One RUN a file: older releases of buildah hold the lock of a cache mount until they end, and a
    second one would wait for the first for ever.
    """
    system = blueprint.system
    more = ("git",) if blueprint.asks_git or blueprint.dependencies.located.has_git else ()
    if base.family is Family.ALPINE:
        held = (*system.alpine, "pax-utils") if system.alpine else ()
        return _installed((*held, *more), base)
    return _installed((*system.builder, *more), base)


def git(blueprint: Blueprint, base: Base) -> tuple[Instruction, ...]:
    """Return what installs git where requirements come from repositories, and nothing else."""
    return _installed(("git",), base) if blueprint.dependencies.located.has_git else ()


def _installed(packages: Sequence[str], base: Base) -> tuple[Instruction, ...]:
    named = sorted(set(packages))
    if not named:
        return ()
    if base.family is Family.ALPINE:
        return (_apk(named),)
    return (run(_KEEP, *_APT, f"{_INSTALL} {' '.join(named)}", mounts=mounts.APT),)


def is_collected(blueprint: Blueprint, base: Base) -> bool:
    """Say whether the final image's libraries are read off the built files."""
    system = blueprint.system
    if base.family is Family.ALPINE:
        return bool(system.alpine)
    return not base.has_shell and bool(system.runtime)


def collect(blueprint: Blueprint, base: Base, *, folder: str) -> tuple[Instruction, ...]:
    """Return what finds the libraries that the files below `folder` load."""
    if not is_collected(blueprint, base):
        return ()
    if base.family is Family.ALPINE:
        known = f'[ -e "/usr/local/lib/$name" ] || find {folder} -name "$name" | grep -q .'
        return (
            _piped(
                f"find {folder} -type f -name '*.so*' -exec scanelf -F '%n#p' -nBq {{}} + ",
                "| tr ',' '\\n' | sort -u ",
                f'| while read -r name; do {known} || echo "so:$name"; done > {_APK}',
            ),
        )
    placed = f'place="{_ROOT}$(readlink -f "$(dirname "$file")")"'
    found = _piped(
        f"mkdir {_ROOT} && find {folder} -type f -name '*.so*' -exec ldd {{}} + ",
        "| awk '$2 == \"=>\" && /\\/lib\\// {print $3}' ",
        f"| grep -v '^{folder}/' | grep -vE '{_THERE}' | sort -u ",
        f'| while read -r file; do {placed}; mkdir -p "$place"; cp -L "$file" "$place/"; done',
    )
    opened = blueprint.system.opened
    if not opened:
        return (found,)
    unpacked = f'for package in ./*.deb; do dpkg-deb --extract "$package" {_ROOT}; done'
    return (found, run(*_APT, "cd /tmp", f"apt-get download {' '.join(sorted(opened))}", unpacked))


def libraries(blueprint: Blueprint, base: Base) -> tuple[Instruction, ...]:
    """Return what lets compiled packages be loaded in a stage that has no headers."""
    if base.family is Family.ALPINE:
        return (_apk((*blueprint.system.alpine, "pax-utils")),) if blueprint.system.alpine else ()
    runtime = sorted(blueprint.system.runtime)
    return (run(*_APT, f"{_INSTALL} {' '.join(runtime)}", _CLEAN),) if runtime else ()


def runtime(blueprint: Blueprint, base: Base, *, stage: str) -> tuple[Instruction, ...]:
    """Return what puts run-time libraries into the final image; `stage` is where they were collected."""
    system = blueprint.system
    if base.family is Family.ALPINE:
        named = (_apk(system.opened),) if system.opened else ()
        listed = bind_mount(_APK, source=_APK, from_=stage)
        found = (run(f"xargs -r apk add --no-cache < {_APK}", mounts=(listed,)),)
        return (*named, *(found if is_collected(blueprint, base) else ()))
    if not base.has_shell:
        return (copy(f"{_ROOT}/", dest="/", from_=stage),) if is_collected(blueprint, base) else ()
    return libraries(blueprint, base)


def _apk(packages: Sequence[str]) -> Instruction:
    return run("apk add --no-cache " + " ".join(sorted(set(packages))))


def _piped(*lines: str) -> Instruction:
    """Return RUN of one pipeline over several lines."""
    held = tuple(line if not place else f"    {line}" for place, line in enumerate(lines))
    return Instruction("RUN", (), ("".join(held),), Form.SHELL, lines=held)
