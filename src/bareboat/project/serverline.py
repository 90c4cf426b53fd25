"""A web server's command line as somebody wrote it, made fit for an image: what it serves, where it binds.

Where it binds is said anew, for a container listens on all of its addresses, and what is for
development or for daemons goes. Spec: the command line reference of each server.
"""

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from bareboat.finding import Finding
from bareboat.project.commandline import PORT
from bareboat.project.frameworks import Kind
from bareboat.project.gunicornconf import GunicornConf
from bareboat.project.listening import ANY

__all__ = ["SERVERS", "ServerLine", "Style", "read", "target"]

_TARGET = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?::([A-Za-z_][\w.]*)(\(.*\))?)?")
_NUMBER = re.compile(r"(?:.*:)?(\d{1,5})")


class Style(Struct, frozen=True):
    """How one server takes its options.

    `hosts`, `ports` and `binds` are options that say where it binds, `flags` and `valued` (with a
    value) those that an image does without, `anew` what is said in their place, `roots` options
    with a folder to import from, `configs` options with the file of its settings. `takes` is how many
    words stand before what it serves.
    """

    package: str
    kind: Kind = Kind.PROGRAM
    hosts: frozenset[str] = frozenset()
    ports: frozenset[str] = frozenset()
    binds: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    valued: frozenset[str] = frozenset()
    anew: tuple[str, ...] = ()
    roots: frozenset[str] = frozenset()
    configs: frozenset[str] = frozenset()
    takes: int = 0
    more: Mapping[str, str] = field(default_factory=dict)


_FLAGS = frozenset({
    "--preload", "--capture-output", "--enable-stdio-inheritance", "--reuse-port", "--proxy-headers",
    "--no-access-log", "--factory", "--no-server-header", "--use-colors", "--debug", "--no-sendfile",
})  # fmt: skip
"""Options without a value, behind which the application may stand."""
_HOST_PORT = ("--host", ANY, "--port", PORT)
_RELOAD = frozenset({"--reload"})
_DIRS = frozenset({"--reload-dir", "--reload-include", "--reload-exclude", "--reload-delay"})

SERVERS: Mapping[str, Style] = {
    "chainlit": Style(
        "chainlit",
        hosts=frozenset({"--host"}),
        ports=frozenset({"--port"}),
        flags=frozenset({"-w", "--watch"}),
        anew=_HOST_PORT,
        takes=1,
    ),
    "daphne": Style(
        "daphne",
        Kind.ASGI,
        frozenset({"-b", "--bind"}),
        frozenset({"-p", "--port"}),
        anew=("-b", ANY, "-p", PORT),
    ),
    "fastapi": Style(
        "fastapi",
        Kind.ASGI,
        frozenset({"--host"}),
        frozenset({"--port"}),
        flags=_RELOAD,
        valued=_DIRS,
        anew=_HOST_PORT,
        takes=1,
    ),
    "granian": Style(
        "granian", Kind.ASGI, frozenset({"--host"}), frozenset({"--port"}), flags=_RELOAD, anew=_HOST_PORT
    ),
    "gunicorn": Style(
        "gunicorn",
        Kind.WSGI,
        binds=frozenset({"-b", "--bind"}),
        flags=_RELOAD | {"-D", "--daemon"},
        valued=frozenset({"-p", "--pid", "--pidfile", "--reload-engine"}),
        anew=("--bind", f"{ANY}:{PORT}"),
        roots=frozenset({"--chdir", "--pythonpath"}),
        configs=frozenset({"-c", "--config"}),
        more={"--worker-tmp-dir": "/dev/shm"},  # noqa: S108 - heartbeats never wait for a disk
    ),
    "hypercorn": Style(
        "hypercorn",
        Kind.ASGI,
        binds=frozenset({"-b", "--bind"}),
        flags=_RELOAD,
        valued=frozenset({"-p", "--pid"}),
        anew=("--bind", f"{ANY}:{PORT}"),
    ),
    "sanic": Style(
        "sanic",
        Kind.ASGI,
        frozenset({"--host", "-H"}),
        frozenset({"--port", "-p"}),
        flags=_RELOAD | {"-r", "--auto-reload", "--dev", "-d"},
        anew=_HOST_PORT,
    ),
    "streamlit": Style(
        "streamlit",
        hosts=frozenset({"--server.address"}),
        ports=frozenset({"--server.port"}),
        anew=(f"--server.address={ANY}", f"--server.port={PORT}"),
        takes=1,
        more={"--server.headless": "true", "--browser.gatherUsageStats": "false"},
    ),
    "uvicorn": Style(
        "uvicorn",
        Kind.ASGI,
        frozenset({"--host"}),
        frozenset({"--port"}),
        flags=_RELOAD,
        valued=_DIRS | {"--uds", "--fd"},
        anew=_HOST_PORT,
        roots=frozenset({"--app-dir"}),
    ),
    "waitress-serve": Style(
        "waitress",
        Kind.WSGI,
        frozenset({"--host"}),
        frozenset({"--port"}),
        frozenset({"--listen"}),
        anew=(f"--listen={ANY}:{PORT}",),
    ),
}


class ServerLine(Struct, frozen=True):
    """A server's command line with PORT where the port goes.

    `port` is the one that it named, 0 for none. `module` and `attribute` are what it serves, empty
    where it names none; `file` is a Python file that it names instead. `config` is the file of
    settings that it names, `settings` what is in the file that it reads, `bound` the place there that
    binds `port`. `is_told` says that the line itself names where it binds. `notes` say what was left out,
    `remarks` where the line says otherwise than that file, `obeys` its path, `findings` what is to be
    said of it, `is_read` that the server itself reads it, `asked` the variables that it reads.
    """

    words: tuple[str, ...]
    style: Style
    port: int = 0
    module: str = ""
    attribute: str = ""
    is_called: bool = False
    file: str = ""
    config: str = ""
    is_told: bool = False
    roots: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    settings: GunicornConf | None = None
    bound: str = ""
    remarks: tuple[str, ...] = ()
    obeys: str = ""
    is_read: bool = True
    asked: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()


def target(text: str) -> tuple[str, str, bool]:
    """Return module, attribute and whether it is called of what a server serves; empty for no such text."""
    match = _TARGET.fullmatch(text.strip())
    return (match[1], match[2] or "", match[3] is not None) if match is not None else ("", "", False)


def read(words: Sequence[str]) -> ServerLine:
    """Return the line; the first of `words` is a program of SERVERS."""
    style = SERVERS[words[0]]
    kept: list[str] = []
    port = 0
    config = ""
    is_told = False
    roots: list[str] = []
    notes: list[str] = []
    rest = list(words[1:])
    while rest:
        word = rest.pop(0)
        option, sign, value = word.partition("=")
        is_joined = len(word) > 2 and not word.startswith("--") and word[:2] in style.binds | style.configs
        short = word[:2] if is_joined else ""
        if short:
            option, sign, value = short, "=", word[2:]
        takes = option in style.hosts | style.ports | style.binds | style.valued | style.roots | style.configs
        if takes and not sign:
            value = rest.pop(0) if rest else ""
        if option in style.ports | style.binds:
            port, is_told = port or _port(value), True
        elif option in style.valued or word in style.flags:
            notes.append(f"`{option}` is left out")
        elif option in style.roots:
            roots.append(value)
            kept += [option, value]
        elif option in style.configs:
            config = value
            kept += [option, value]
        elif option in style.hosts:
            is_told = True
        else:
            kept.append(word)
    found = ServerLine(
        (), style, port, config=config, is_told=is_told, roots=tuple(roots), notes=tuple(notes)
    )
    return _with_target(found, [words[0], *kept])


def _port(value: str) -> int:
    match = _NUMBER.fullmatch(value)
    return int(match[1]) if match is not None and 0 < int(match[1]) < 65536 else 0


def _with_target(line: ServerLine, words: Sequence[str]) -> ServerLine:
    """Return the line with what it serves read off, and what is said anew at its end."""
    style = line.style
    names = words[1 + style.takes :]
    before = words[style.takes : -1]
    plain = [word.removeprefix("asgi:").removeprefix("wsgi:") for word in names]
    matches = [_TARGET.fullmatch(word) for word in plain]
    told = next((one for one in matches if one is not None and one[2]), None)
    free = (
        one
        for one, last in zip(matches, before, strict=True)
        if one is not None and (not last.startswith("-") or "=" in last or last in _FLAGS)
    )
    told = told or next(free, None)
    file = next((word for word in names if word.endswith(".py") and "=" not in word), "")
    module, attribute, is_called = "", "", False
    if told is not None and not (file and style.takes):
        module, attribute, is_called = told[1], told[2] or "", told[3] is not None
    more = [
        f"{name}={value}" for name, value in style.more.items() if not any(w.startswith(name) for w in words)
    ]
    # waitress reads no option behind what it serves
    at = 1 if style.package == "waitress" else len(words)
    whole = (*words[:at], *style.anew, *more, *words[at:])
    return replace(line, words=whole, module=module, attribute=attribute, is_called=is_called, file=file)
