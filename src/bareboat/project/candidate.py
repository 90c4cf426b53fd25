"""One thing that could be started, and how usual its place is."""

from collections.abc import Sequence
from itertools import takewhile

from msgspec import Struct

from bareboat.project.frameworks import Kind
from bareboat.project.modules import Module

__all__ = ["ATTRIBUTES", "NOT_RUN", "PLACES", "Candidate", "of_words", "place", "stem"]

PLACES = (
    "main", "app", "asgi", "wsgi", "server", "api", "application", "web", "run", "webapp", "service",
    "index", "bot", "streamlit_app", "home", "manage", "__main__",
)  # fmt: skip
NOT_RUN = frozenset({"conftest", "manage", "noxfile", "setup", "test", "tests"})
ATTRIBUTES = (
    "app",
    "application",
    "asgi_app",
    "wsgi_app",
    "api",
    "asgi",
    "wsgi",
    "server",
    "create_app",
    "make_app",
)


class Candidate(Struct, frozen=True):
    """One thing that could be started.

    `module` and `attribute` are as a server takes them, with `root` (below /app) on the path;
    `attribute` is empty for a MODULE, which `python -m` runs; `is_async` tells of a factory to
    await. `origin` names what was made, so that `from .main import app` is the same application as
    `main.app`. `rank` sorts, smallest first; `because` is the reason in words where somebody named it.

    `words` are the argv of a PROGRAM or a WORKER, its program first, with `{port}` where the port
    goes. `env` are variables that make it listen where others can reach it, `port` and `probe` its
    usual port and health path, `what` says in words what it is. `role` is the name of the command
    that it becomes beside another one: `worker`, `beat`.
    """

    kind: Kind
    framework: str
    module: str
    attribute: str
    where: str
    is_factory: bool = False
    is_async: bool = False
    root: str = ""
    path: str = ""
    origin: str = ""
    because: str = ""
    rank: tuple[int, ...] = ()
    words: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    port: int = 0
    probe: str = ""
    what: str = ""
    role: str = ""

    @property
    def target(self) -> str:
        """The candidate as `[tool.bareboat] app` names it."""
        if self.words:
            return " ".join(takewhile(lambda word: not word.startswith("--"), self.words))
        if self.kind is Kind.PASTE:
            return f"pserve {self.path}"
        text = f"{self.module}:{self.attribute}" if self.attribute else f"python -m {self.module}"
        return f"{text}()" if self.is_factory else text


def of_words(kind: Kind, module: Module, words: Sequence[str]) -> Candidate:
    """Return what a file is started with: `words` are the whole argv, its program first."""
    return Candidate(
        kind,
        words[0],
        module.name,
        "",
        f"{module.path}:1",
        root=module.root,
        path=module.path,
        origin=" ".join(words),
        words=tuple(words),
    )


def stem(module: Module) -> str:
    """Return the last part of a module's name."""
    return module.name.rpartition(".")[2]


def place(module: Module, attribute: str, project: str) -> tuple[int, int, int]:
    """Return how usual the module's name, its package and the attribute are, 0 for the most usual."""
    own = project.replace("-", "_").replace(".", "_").lower()
    last = stem(module)
    package = module.name.partition(".")[0] if "." in module.name or module.is_package else ""
    at = PLACES.index(last) if last in PLACES else len(PLACES)
    if module.is_package or last == own:
        at = min(at, 1)
    usual = int(package not in {"", "app", "src", "api", "backend", "server", own})
    named = ATTRIBUTES.index(attribute) if attribute in ATTRIBUTES else len(ATTRIBUTES)
    return usual, at, named
