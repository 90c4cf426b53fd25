"""A command line of uWSGI beside its file of settings: what it serves, where it answers http.

A file that holds in the image is read by uWSGI itself. What does not hold there (a Unix socket, the own
protocol for a web server before it, an environment elsewhere, a daemon) cannot be taken back on the command
line, so that the file's other options are then written out with `--set`.
"""

import posixpath
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bareboat.finding import Finding, Severity
from bareboat.project import address, serverline, uwsgiconf
from bareboat.project.address import Address
from bareboat.project.configured import Place, folder_of, path_of
from bareboat.project.frameworks import Kind
from bareboat.project.line import PORT
from bareboat.project.listening import ANY
from bareboat.project.serverline import ServerLine, Style
from bareboat.project.uwsgiconf import Option

__all__ = ["PROTOCOL", "read"]

PROTOCOL = "BB946"
"""The code of the finding for an address that only a web server before the application can ask."""
_STYLE = Style("uwsgi", Kind.WSGI)
_LOWEST = 1024
_HTTP = frozenset({"http", "http-socket", "http-socket6"})
_OWN = frozenset({
    "fastcgi-socket", "raw-socket", "s", "scgi-socket", "socket", "suwsgi-socket", "uwsgi-socket",
    "zeromq-socket",
})  # fmt: skip
_ELSEWHERE = frozenset({"H", "home", "pyhome", "pyvenv", "venv", "virtualenv"})
_AWAY = frozenset({"d", "daemonize", "daemonize2", "logto", "logto2"})
_PIDS = frozenset({"pidfile", "pidfile2", "safe-pidfile", "safe-pidfile2"})
_OPEN = ("/tmp/", "/dev/shm/")  # noqa: S108 - where everybody may write
_QUIET = _PIDS | {"chmod-socket", "chown-socket", "gid", "plugin", "plugins", "strict", "uid"}
"""What does no harm in a file, and need not be written out."""
_SHORT = {
    "w": "module",
    "M": "master",
    "p": "processes",
    "C": "chmod-socket",
    "T": "threads",
    "L": "disable-logging",
}
_FILES = frozenset({"file", "wsgi-file"})
_ROOTS = frozenset({"chdir", "chdir2", "pp", "python-path", "pythonpath"})


class _Said(Struct, frozen=True):
    """What the options come to: those that stay, notes on those that do not, http and other addresses."""

    kept: tuple[Option, ...]
    changed: tuple[str, ...]
    http: tuple[tuple[Option, Address], ...]
    own: tuple[Option, ...]


def read(words: Sequence[str], place: Place, port: int | None = None) -> ServerLine:
    """Return the line; `port` is that of the user's setting."""
    path, given = _parted(words, place)
    text = place.configs.get(path, "")
    held = uwsgiconf.options(text, path, place.environ)
    file, line = _said(held, place), _said(given, place)
    asked = (*line.http, *file.http)
    http, first = next((pair for pair in asked if _is_kept(pair[1], port)), (None, None))
    others = [option for option, _ in asked if option is not http]
    is_written = bool(file.changed or file.own or any(option in held for option in others))
    if not path or is_written:
        told = [word for one in file.kept for word in ("--set", f"{one.name}={one.value}")]
    else:
        told = ["--ini", path]
    told += [word for one in line.kept for word in _as_given(one, given)]
    if http is None:
        told += [f"--{others[0].name if others else 'http-socket'}", f"{ANY}:{PORT}"]
    elif is_written or http in given:
        told += [f"--{http.name}", http.value]
    written = f"its other options are written out; {'; '.join(file.changed)}".removesuffix("; ")
    found = ServerLine(
        ("uwsgi", *told),
        _STYLE,
        roots=tuple(_roots((*held, *given), place)),
        obeys=path if text else "",
        is_read=not is_written,
        asked=uwsgiconf.asked(text),
        port=first.port if first is not None else next((one.port for _, one in asked), 0),
        bound=f"{path}:{http.line}" if http is not None and http.line else "",
        remarks=(*((written,) if is_written else ()), *_unasked(others, path, port)),
        findings=tuple(_protocol(one, path) for one in (*file.own, *line.own)),
    )
    return _served(found, (*held, *given), place)


def _parted(words: Sequence[str], place: Place) -> tuple[str, dict[Option, tuple[str, ...]]]:
    """Return the file of settings, and the other options of a line with their words."""
    path = ""
    found: dict[Option, tuple[str, ...]] = {}
    rest = list(words[1:])
    while rest:
        word = rest.pop(0)
        name, sign, value = word.lstrip("-").partition("=")
        if not word.startswith("-"):
            path = path_of(word, place) if word.endswith(".ini") else path
            continue
        own = [word]
        if (
            not sign
            and rest
            and not rest[0].startswith("-")
            and (name == "ini" or not rest[0].endswith(".ini"))
        ):
            value = rest.pop(0)
            own.append(value)
        if name == "ini":
            path = path_of(value, place)
        else:
            found[Option(_SHORT.get(name, name), value or "true", 0)] = tuple(own)
    return path, found


def _as_given(option: Option, given: Mapping[Option, tuple[str, ...]]) -> tuple[str, ...]:
    """Return an option of a line in its own words, or with the value that it has here."""
    return given.get(option, (f"--{option.name}", option.value))


def _said(given: Iterable[Option], place: Place) -> _Said:
    kept: list[Option] = []
    changed: list[str] = []
    http: list[tuple[Option, Address]] = []
    own: list[Option] = []
    for one in given:
        shown = f"`{one.name}` goes" + (f" (line {one.line})" if one.line else "")
        if one.name in _HTTP:
            http.append((one, Address(one.value) if one.is_open else address.parse(one.value)))
        elif one.name in _OWN:
            own.append(one)
        elif one.name in _ELSEWHERE | _AWAY or (one.name in _PIDS and not one.value.startswith(_OPEN)):
            changed.append(shown)
        elif one.name in _ROOTS | _FILES and one.value.startswith("/"):
            here = _here(one, place)
            kept += [replace(one, value=here)] if here else []
            if here != one.value:
                changed.append(f"{shown}: it is {here} here" if here else shown)
        elif one.name not in _QUIET and not one.is_open:
            kept.append(one)
    return _Said(tuple(kept), tuple(changed), tuple(http), tuple(own))


def _here(option: Option, place: Place) -> str:
    """Return the image's own path of a folder or a file that an option names, empty for none."""
    if option.name in _FILES:
        return path_of(option.value, place)
    folder = folder_of(option.value, place.paths)
    return "" if folder is None else f"/app/{folder}".rstrip("/")


def _is_kept(held: Address, port: int | None) -> bool:
    return held.is_reached and (held.port == port or (port is None and held.port >= _LOWEST))


def _unasked(others: Iterable[Option], path: str, port: int | None) -> Iterable[str]:
    """Yield why each of the addresses is not the one that is asked."""
    for one in others:
        held = address.parse(one.value)
        why = "which nothing outside of the container reaches"
        if one.is_open:
            why = "which is not plain to see"
        elif held.is_reached:
            why = "which the port setting changes" if port is not None else "which is for root alone"
        if PORT not in one.value:
            at = f"{path}:{one.line}" if one.line else "the line"
            yield f"{at} binds {one.value}, {why}: `--{one.name}` says otherwise"


def _protocol(option: Option, path: str) -> Finding:
    return Finding(
        PROTOCOL,
        f"{path}:{option.line}" if option.line else path,
        f"`{option.name} = {option.value}` speaks another protocol than http, for a web server before it",
        Severity.INFO,
        hint="the image answers http: let the web server use proxy_pass in place of uwsgi_pass",
    )


def _roots(given: Iterable[Option], place: Place) -> Iterable[str]:
    for one in given:
        folder = folder_of(one.value, place.paths) if one.name in _ROOTS and not one.is_open else None
        if folder:
            yield folder


def _served(line: ServerLine, given: Iterable[Option], place: Place) -> ServerLine:
    """Return the line with what it serves: `module`, `wsgi-file`, or what is mounted."""
    held = {one.name: one.value for one in given if not one.is_open}
    named = held.get("module") or held.get("wsgi") or held.get("mount", "").partition("=")[2]
    attribute = held.get("callable", "application")
    file = held.get("wsgi-file") or held.get("file") or (named if named.endswith(".py") else "")
    if file:
        path = path_of(posixpath.join(next(iter(line.roots), ""), file), place) or path_of(file, place)
        return replace(line, file=path or file, attribute=attribute)
    module, own, is_called = serverline.target(named)
    return replace(line, module=module, attribute=own or attribute, is_called=is_called)
