"""What of a Debian package an image does without, as data with the reason for each rule.

A rule drops what its patterns name. `*` stays within one path part, `**` crosses parts. The
first rule that matches an entry is the one it is counted under.
"""

import re
from functools import cache

from msgspec import Struct

__all__ = ["RULES", "Rule", "find"]


class Rule(Struct, frozen=True):
    """Paths that go, why, the paths among them that stay, the packages that it does not touch."""

    name: str
    reason: str
    paths: tuple[str, ...]
    stay: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()


_STDLIB = "usr/lib/python3.*"

RULES: tuple[Rule, ...] = (
    Rule(
        "documentation",
        "nobody reads it in an image; copyright files stay, scanners and lawyers need them",
        ("usr/share/doc/*/**", "usr/share/doc-base/**", "usr/share/gtk-doc/**", "usr/share/help/**"),
        stay=("usr/share/doc/*/copyright*", "usr/share/doc/*"),
    ),
    Rule(
        "manuals",
        "there is no man or info to show them",
        ("usr/share/man/**", "usr/share/info/**", "usr/share/groff/**"),
    ),
    Rule(
        "translations",
        "messages and locales of other languages; C.UTF-8 is built into the C library",
        ("usr/share/locale/**", "usr/share/i18n/**", "usr/lib/locale/**"),
        stay=("usr/lib/locale/C.utf8/**",),
        spared=("locales", "locales-all", "libc-l10n"),
    ),
    Rule(
        "character sets",
        "conversions of the C library's iconv; Python has its own codecs",
        ("usr/lib/*/gconv/**",),
        stay=(
            "usr/lib/*/gconv/gconv-modules.cache",
            "usr/lib/*/gconv/CP1252.so",
            "usr/lib/*/gconv/ISO8859-1.so",
            "usr/lib/*/gconv/ISO8859-15.so",
            "usr/lib/*/gconv/UNICODE.so",
            "usr/lib/*/gconv/UTF-*.so",
        ),
    ),
    Rule(
        "shell",
        "completions and profiles of a shell that is not there",
        (
            "etc/bash_completion.d/**",
            "etc/profile",
            "etc/profile.d/**",
            "etc/skel/**",
            "usr/share/bash-completion/**",
            "usr/share/fish/**",
            "usr/share/zsh/**",
        ),
    ),
    Rule(
        "services",
        "a container starts one command; nothing reads units, init scripts or timers",
        (
            "etc/apparmor.d/**",
            "etc/cron.*/**",
            "etc/default/**",
            "etc/init.d/**",
            "etc/logrotate.d/**",
            "etc/rc*.d/**",
            "etc/systemd/**",
            "usr/lib/binfmt.d/**",
            "usr/lib/modprobe.d/**",
            "usr/lib/systemd/**",
            "usr/lib/sysusers.d/**",
            "usr/lib/tmpfiles.d/**",
            "usr/lib/udev/**",
            "usr/share/binfmts/**",
            "usr/share/dbus-1/**",
        ),
    ),
    Rule(
        "packaging",
        "serves dpkg, apt, bug reports and checks of packages",
        (
            "etc/apt/**",
            "etc/dpkg/**",
            "usr/sbin/update-ca-certificates",
            "usr/share/apport/**",
            "usr/share/bug/**",
            "usr/share/debconf/**",
            "usr/share/gcc/**",
            "usr/share/gdb/**",
            "usr/share/lintian/**",
            "usr/share/reportbug/**",
            "var/lib/dpkg/**",
        ),
    ),
    Rule(
        "desktop",
        "menus and their pictures",
        ("usr/share/applications/**", "usr/share/menu/**", "usr/share/metainfo/**", "usr/share/pixmaps/**"),
    ),
    Rule(
        "system folders",
        "greetings and empty folders of a machine that people log in to; an image's are bareboat's own",
        (
            "boot",
            "etc/issue",
            "etc/issue.net",
            "etc/update-motd.d/**",
            "media",
            "mnt",
            "srv",
            "usr/games",
            "usr/share/base-files/**",
            "usr/share/dict",
            "usr/share/misc",
            "usr/src",
            "var/backups",
            "var/local",
            "var/lock",
            "var/mail",
            "var/run",
            "var/spool",
        ),
    ),
    Rule(
        "single certificates",
        "all of them stand in etc/ssl/certs/ca-certificates.crt, which every TLS library reads",
        ("usr/share/ca-certificates/**",),
    ),
    Rule(
        "time zone duplicates",
        "the same zones once more, with and without leap seconds",
        ("usr/share/zoneinfo/posix/**", "usr/share/zoneinfo/right/**"),
    ),
    Rule(
        "C library extras",
        "for debuggers, memory profilers and name services of the past",
        (
            "usr/lib/*/libBrokenLocale.so*",
            "usr/lib/*/libc_malloc_debug.so*",
            "usr/lib/*/libmemusage.so*",
            "usr/lib/*/libnss_compat.so*",
            "usr/lib/*/libnss_hesiod.so*",
            "usr/lib/*/libpcprofile.so*",
            "usr/lib/*/libthread_db.so*",
        ),
    ),
    Rule(
        "OpenSSL engines",
        "drivers of the interface that providers replaced; loaded only by a configuration file",
        ("usr/lib/*/engines-3/**",),
    ),
    Rule(
        "unused libraries",
        "further libraries of a package that no interpreter loads; one that is wanted stays",
        (
            "usr/lib/*/libexpatw.so*",
            "usr/lib/*/libformw.so*",
            "usr/lib/*/libhistory.so*",
            "usr/lib/*/libmenuw.so*",
            "usr/lib/*/libmvec.so*",
            "usr/lib/*/libtic.so*",
        ),
    ),
    Rule(
        "tests",
        "the interpreter's own tests",
        (
            f"{_STDLIB}/test/**",
            f"{_STDLIB}/*/test/**",
            f"{_STDLIB}/*/tests/**",
            f"{_STDLIB}/lib-dynload/_ctypes_test.*",
            f"{_STDLIB}/lib-dynload/_test*",
            f"{_STDLIB}/lib-dynload/_xxtestfuzz.*",
            f"{_STDLIB}/lib-dynload/xx*",
            f"{_STDLIB}/__phello__/**",
        ),
    ),
    Rule(
        "desktop Python",
        "tkinter and what stands on it: the image has no display",
        (
            f"{_STDLIB}/idlelib/**",
            f"{_STDLIB}/lib-dynload/_tkinter.*",
            f"{_STDLIB}/tkinter/**",
            f"{_STDLIB}/turtle.py",
            f"{_STDLIB}/turtledemo/**",
        ),
        spared=("python3-tk",),
    ),
    Rule(
        "developing Python",
        "help texts of the interactive help, pip's seed, converters and headers",
        (
            f"{_STDLIB}/_distutils_system_mod.py",
            f"{_STDLIB}/config-3.*/**",
            f"{_STDLIB}/ensurepip/**",
            f"{_STDLIB}/lib2to3/**",
            f"{_STDLIB}/pydoc_data/**",
            "usr/include/python3.*/**",
        ),
    ),
    Rule(
        "modules without their library",
        "dbm.ndbm needs Berkeley DB and nis needs NIS, both left out",
        (f"{_STDLIB}/dbm/ndbm.py", f"{_STDLIB}/lib-dynload/_dbm.*", f"{_STDLIB}/lib-dynload/nis.*"),
    ),
    Rule(
        "modules of other systems",
        "they import on Windows, macOS, iOS, Android or AIX alone",
        (
            f"{_STDLIB}/_aix_support.py",
            f"{_STDLIB}/_android_support.py",
            f"{_STDLIB}/_apple_support.py",
            f"{_STDLIB}/_ios_support.py",
            f"{_STDLIB}/_osx_support.py",
            f"{_STDLIB}/_pyrepl/windows_*.py",
            f"{_STDLIB}/asyncio/windows_*.py",
            f"{_STDLIB}/encodings/mbcs.py",
            f"{_STDLIB}/encodings/oem.py",
            f"{_STDLIB}/msilib/**",
            f"{_STDLIB}/multiprocessing/popen_spawn_win32.py",
        ),
    ),
    Rule(
        "second implementations",
        "the same modules in C are there, and `datetime`, `decimal` and `io` take those",
        (f"{_STDLIB}/_pydatetime.py", f"{_STDLIB}/_pydecimal.py", f"{_STDLIB}/_pyio.py"),
    ),
    Rule(
        "crash reports",
        "Debian's sitecustomize looks for a crash reporter at each start",
        (f"{_STDLIB}/sitecustomize.py", "etc/python3.*/**"),
    ),
)


def find(path: str, package: str, more: tuple[Rule, ...] = ()) -> Rule | None:
    """Return the rule that drops `path` of the package of that name, None when it stays.

    `more` are rules beside RULES, which come after them.
    """
    for rule, drops, stays in _compiled((*RULES, *more)):
        if drops.fullmatch(path) and package not in rule.spared and not (stays and stays.fullmatch(path)):
            return rule
    return None


@cache
def _compiled(rules: tuple[Rule, ...]) -> tuple[tuple[Rule, re.Pattern[str], re.Pattern[str] | None], ...]:
    return tuple((rule, _pattern(rule.paths), _pattern(rule.stay) if rule.stay else None) for rule in rules)


def _pattern(globs: tuple[str, ...]) -> re.Pattern[str]:
    """Return one expression for all of them; `x/**` names what is below x, and x itself."""
    return re.compile("|".join(_translated(glob) for glob in globs))


def _translated(glob: str) -> str:
    parts = re.split(r"(\*\*|\*)", glob.removesuffix("/**"))
    wild = {"**": ".*", "*": "[^/]*"}
    text = "".join(wild.get(part, re.escape(part)) for part in parts)
    return f"{text}(?:/.*)?" if glob.endswith("/**") else text
