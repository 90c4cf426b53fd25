"""The candidates for what to start, read off the syntax trees, best first.

Ranking, by the first that differs:
1. named by a Procfile, a Dockerfile, `uvicorn.run("…")` or `[tool.fastapi] entrypoint`;
2. not in a folder of tests, documentation, examples or tools;
3. a web application in a usual place, then the console script that bears the project's name,
   then a web application anywhere, other console scripts, and last what `python -m` runs;
4. not mounted in, or wrapped by, another candidate;
5. an application of a framework before a bare callable; an application before a factory;
6. where people put it: main, app, then asgi, wsgi, server, api …; in a package of that name or
   the project's own name; then the name of the attribute (app, application, …);
7. nearer to the folder's root.
Two candidates that differ in nothing are equal: `command.py` refuses to guess.
"""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bareboat.project import environment, routes, serving
from bareboat.project.environment import Variable
from bareboat.project.fact import Fact
from bareboat.project.files import Files
from bareboat.project.frameworks import Kind
from bareboat.project.modules import Module, Modules, is_aside
from bareboat.project.modules import read as read_modules
from bareboat.project.shapes import Shapes

__all__ = ["Application", "Candidate", "Health", "read"]

Health = routes.Health

PLACES = (
    "main", "app", "asgi", "wsgi", "server", "api", "application", "web", "run", "webapp", "service",
    "index", "manage", "__main__",
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


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing that could be started.

    `module` and `attribute` are as a server takes them, with `root` (below /app) on the path;
    `attribute` is empty for a MODULE, which `python -m` runs. `origin` names what was made, so
    that `from .main import app` is the same application as `main.app`. `rank` sorts, smallest
    first; `because` is the reason in words where somebody named it.
    """

    kind: Kind
    framework: str
    module: str
    attribute: str
    where: str
    is_factory: bool = False
    root: str = ""
    path: str = ""
    origin: str = ""
    because: str = ""
    rank: tuple[int, ...] = ()

    @property
    def target(self) -> str:
        """The candidate as `[tool.bareboat] app` names it."""
        text = f"{self.module}:{self.attribute}" if self.attribute else f"python -m {self.module}"
        return f"{text}()" if self.is_factory else text


@dataclass(frozen=True, slots=True)
class Application:
    """What the syntax trees say: candidates by rank, ports and health paths, each with its place.

    `unread` are the files that are no Python that can be read; `modules` the importable names.
    """

    candidates: tuple[Candidate, ...] = ()
    ports: tuple[Fact[int], ...] = ()
    healths: tuple[Health, ...] = ()
    variables: tuple[Variable, ...] = ()
    unread: tuple[Fact[str], ...] = ()
    modules: Mapping[str, str] = field(default_factory=dict)


def read(
    files: Files,
    *,
    name: str = "",
    scripts: Sequence[tuple[str, str, str]] = (),
    named: Sequence[Fact[str]] = (),
) -> Application:
    """Return what the files offer to start.

    `scripts` are (name, `module:attribute`, where) of `[project.scripts]`; `named` are targets
    that other files start (`module:attribute`, with their place). Files among tests, examples
    and the like are read only where the others offer nothing.
    """
    held = _read(files, name=name, scripts=scripts, named=named, aside=False)
    if held.candidates or not any(is_aside(entry.path) for entry in files):
        return held
    return _read(files, name=name, scripts=scripts, named=named, aside=True)


def _read(
    files: Files,
    *,
    name: str,
    scripts: Sequence[tuple[str, str, str]],
    named: Sequence[Fact[str]],
    aside: bool,
) -> Application:
    started = [fact.value.partition(":")[0] for fact in named]
    modules = read_modules(files, started=started, aside=aside)
    shapes = Shapes(modules)
    served = serving.read(modules, shapes)
    hints = _hints((*served.targets, *named), shapes)
    hidden = served.contained
    found = [
        candidate
        for module in modules
        for candidate in _apps(module, shapes, name=name, hints=hints, hidden=hidden)
    ]
    found += _scripts(scripts, name)
    found += _mains(modules, name)
    return Application(
        tuple(sorted(found, key=lambda candidate: (candidate.rank, candidate.where))),
        served.ports,
        routes.healths(modules, shapes),
        environment.variables(modules),
        modules.unread,
        {module.name: module.path for module in modules},
    )


def _hints(named: Sequence[Fact[str]], shapes: Shapes) -> dict[str, Fact[str]]:
    """Return the facts by the `module:attribute` of the module that each target means."""
    found = {}
    for fact in named:
        text, _, attribute = fact.value.partition(":")
        module = shapes.by_name.get(text)
        if module is not None and not is_aside(fact.where.rpartition(":")[0]):
            found[f"{module.name}:{attribute}"] = fact
    return found


def _apps(
    module: Module, shapes: Shapes, *, name: str, hints: Mapping[str, Fact[str]], hidden: frozenset[str]
) -> list[Candidate]:
    found: list[Candidate] = []
    if not all(part.isidentifier() for part in module.name.split(".")):
        return found
    bound = shapes.bound[module.path]
    told = [target.partition(":")[2] for target in hints if target.startswith(f"{module.name}:")]
    for attribute in dict.fromkeys((*bound, *module.imports, *told)):
        is_alias = attribute not in bound
        dotted = f"{module.name}.{attribute}"
        target = f"{module.name}:{attribute}"
        if is_alias and target not in hints and not (attribute in ATTRIBUTES and _stem(module) in PLACES):
            continue
        shape = shapes.find(module.imports.get(attribute, dotted) if is_alias else dotted)
        if shape is None or shape.role not in {"app", "factory"} or shape.framework is None:
            continue
        if is_alias and shape.role == "factory" and target not in hints:
            continue
        node = bound.get(attribute)
        if shape.role == "factory" and isinstance(node, ast.FunctionDef) and _needs_arguments(node):
            continue
        where = shape.where if node is None else module.where(node)
        hint = hints.get(target)
        place = _place(module, attribute, name)
        is_usual = place[0] == 0 and place[1] < len(PLACES)
        rank = (
            int(hint is None),
            int(module.is_aside),
            0 if is_usual or hint is not None else 2,
            int(dotted in hidden),
            int(not shape.framework.name),
            int(shape.role == "factory"),
            *place,
            module.path.count("/"),
        )
        found.append(
            Candidate(
                shape.framework.kind,
                shape.framework.name,
                module.name,
                attribute,
                where,
                is_factory=shape.role == "factory",
                root=module.root,
                path=module.path,
                origin=shape.origin or dotted,
                because=f"named by {hint.where}" if hint is not None else "",
                rank=rank,
            )
        )
    return found


def _needs_arguments(node: ast.FunctionDef) -> bool:
    held = node.args
    has_gap = len(held.posonlyargs) + len(held.args) > len(held.defaults)
    return has_gap or any(default is None for default in held.kw_defaults)


def _stem(module: Module) -> str:
    return module.name.rpartition(".")[2]


def _place(module: Module, attribute: str, project: str) -> tuple[int, int, int]:
    """Return how usual the module's name, its package and the attribute are, 0 for the most usual."""
    own = project.replace("-", "_").replace(".", "_").lower()
    last = _stem(module)
    package = module.name.partition(".")[0] if "." in module.name or module.is_package else ""
    place = PLACES.index(last) if last in PLACES else len(PLACES)
    if module.is_package or last == own:
        place = min(place, 1)
    usual = int(package not in {"", "app", "src", "api", "backend", "server", own})
    named = ATTRIBUTES.index(attribute) if attribute in ATTRIBUTES else len(ATTRIBUTES)
    return usual, place, named


def _scripts(scripts: Sequence[tuple[str, str, str]], project: str) -> list[Candidate]:
    found = []
    for name, target, where in scripts:
        module, _, attribute = target.partition(":")
        is_own = name.replace("_", "-").lower() == project.replace("_", "-").lower()
        found.append(
            Candidate(
                Kind.SCRIPT,
                "",
                module.strip(),
                attribute.partition("[")[0].strip(),
                where,
                path=name,
                origin=target,
                rank=(1, 0, 1 if is_own else 3),
            )
        )
    return found


def _mains(modules: Modules, project: str) -> list[Candidate]:
    """Return what `python -m` could run: `__main__.py` of packages, files with a main guard."""
    found = []
    for module in modules:
        last = _stem(module)
        is_entry = last == "__main__"
        guard = None if is_entry else _guard(module.tree)
        if (not is_entry and guard is None) or module.is_aside or last in NOT_RUN:
            continue
        runs = module.name.removesuffix(".__main__")
        if not runs.replace(".", "_").isidentifier():
            continue
        depth = module.path.count("/")
        place = -1 if is_entry and depth <= 2 else PLACES.index(last) if last in PLACES else len(PLACES)
        where = module.where(guard) if guard is not None else f"{module.path}:1"
        own = runs == project.replace("-", "_")
        found.append(
            Candidate(
                Kind.MODULE,
                "",
                runs,
                "",
                where,
                root=module.root,
                path=module.path,
                origin=module.name,
                rank=(1, 0, 4, int(not own), place, depth),
            )
        )
    return found


def _guard(tree: ast.Module) -> ast.If | None:
    for node in tree.body:
        if isinstance(node, ast.If) and isinstance(node.test, ast.Compare):
            held = [node.test.left, *node.test.comparators]
            names = {part.id for part in held if isinstance(part, ast.Name)}
            if "__name__" in names and any(
                isinstance(part, ast.Constant) and part.value == "__main__" for part in held
            ):
                return node
    return None
