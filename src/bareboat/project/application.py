"""The candidates for what to start, read off the syntax trees, best first.

Ranking, by the first that differs:
1. named by a Procfile, a Dockerfile, `uvicorn.run("…")` or `[tool.fastapi] entrypoint`;
2. not in a folder of tests, documentation, examples or tools;
3. a web application in a usual place, then the console script that bears the project's name,
   then a web application or a script that serves anywhere, other console scripts, bots and other
   scripts of a known kind, workers of queues, and last what `python -m` runs;
4. not mounted in, or wrapped by, another candidate;
5. an application of a framework before a bare callable; an application before a factory;
6. where people put it: main, app, then asgi, wsgi, server, api …; in a package of that name or
   the project's own name; then the name of the attribute (app, application, …);
7. nearer to the folder's root.
Two candidates that differ in nothing are equal: `command.py` refuses to guess.
"""

import ast
from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from bareboat.project import entries, environment, programs, queues, routes, serving
from bareboat.project.candidate import ATTRIBUTES, PLACES, Candidate, stem
from bareboat.project.candidate import place as place_of
from bareboat.project.environment import Variable
from bareboat.project.fact import Fact
from bareboat.project.files import Files
from bareboat.project.frameworks import Kind
from bareboat.project.listening import Listen
from bareboat.project.modules import Module, is_aside
from bareboat.project.modules import read as read_modules
from bareboat.project.shapes import Shapes

__all__ = ["Application", "Candidate", "Health", "read"]

Health = routes.Health
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Application(Struct, frozen=True):
    """What the syntax trees say: candidates by rank, ports and health paths, each with its place.

    `workers` work off queues beside what is started, by role. `listens` tell where the code itself
    listens, `reached` the files that each file imports, itself among them. `unread` are the files
    that are no Python that can be read; `modules` the importable names.
    """

    candidates: tuple[Candidate, ...] = ()
    workers: tuple[Candidate, ...] = ()
    listens: tuple[Listen, ...] = ()
    healths: tuple[Health, ...] = ()
    variables: tuple[Variable, ...] = ()
    unread: tuple[Fact[str], ...] = ()
    modules: Mapping[str, str] = field(default_factory=dict)
    reached: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def ports(self) -> tuple[Fact[int], ...]:
        """The ports that the code names."""
        return tuple(Fact(one.port, one.where) for one in self.listens if one.is_said)


def read(
    files: Files,
    *,
    name: str = "",
    scripts: Sequence[tuple[str, str, str]] = (),
    named: Sequence[Fact[str]] = (),
    runs: str = "",
) -> Application:
    """Return what the files offer to start.

    `scripts` are (name, `module:attribute`, where) of `[project.scripts]`; `named` are targets
    that other files start (`module:attribute`, with their place). `runs` is a file that is run,
    whatever it looks like. Files among tests, examples
    and the like are read only where the others offer nothing.
    """
    held = _read(files, name=name, scripts=scripts, named=named, runs=runs, aside=False)
    if held.candidates or not any(is_aside(entry.path) for entry in files):
        return held
    return _read(files, name=name, scripts=scripts, named=named, runs=runs, aside=True)


def _read(  # noqa: PLR0913 - what `read` takes
    files: Files,
    *,
    name: str,
    scripts: Sequence[tuple[str, str, str]],
    named: Sequence[Fact[str]],
    runs: str,
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
    found += entries.found(modules, served.listens, name, runs)
    found += programs.found(files, modules)
    found, workers = queues.settled([*found, *queues.found(modules)])
    plain = [one for one in found if one.rank[2] != entries.LOOSE]
    found = plain or found
    by_name = {module.name: module.path for module in modules}
    alone = {
        by_name.get(one.module, "") if one.kind is Kind.SCRIPT else one.path
        for one in found
        if not one.kind.is_served
    }
    return Application(
        tuple(sorted(found, key=lambda candidate: (candidate.rank, candidate.where))),
        workers,
        served.listens,
        routes.healths(modules, shapes),
        environment.variables(modules),
        modules.unread,
        by_name,
        {path: modules.reached(path) for path in alone if path},
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
        if is_alias and target not in hints and not (attribute in ATTRIBUTES and stem(module) in PLACES):
            continue
        shape = shapes.find(module.imports.get(attribute, dotted) if is_alias else dotted)
        if shape is None or shape.role not in {"app", "factory"} or shape.framework is None:
            continue
        if is_alias and shape.role == "factory" and target not in hints:
            continue
        node = bound.get(attribute)
        if shape.role == "factory" and isinstance(node, FUNCTIONS) and _needs_arguments(node):
            continue
        where = shape.where if node is None else module.where(node)
        hint = hints.get(target)
        place = place_of(module, attribute, name)
        is_usual = place[0] == 0 and place[1] < len(PLACES)
        rank = (
            int(hint is None),
            int(module.is_aside),
            _group(shape.framework.kind, is_usual=is_usual or hint is not None),
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
                is_async=isinstance(node, ast.AsyncFunctionDef) and shape.role == "factory",
                root=module.root,
                path=module.path,
                origin=shape.origin or dotted,
                because=f"named by {hint.where}" if hint is not None else "",
                rank=rank,
            )
        )
    return found


def _group(kind: Kind, *, is_usual: bool) -> int:
    """Return the place of a kind among all: what aiohttp runs is better run by the project's own script."""
    return 2 if kind is Kind.AIOHTTP or not is_usual else 0


def _needs_arguments(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    held = node.args
    has_gap = len(held.posonlyargs) + len(held.args) > len(held.defaults)
    return has_gap or any(default is None for default in held.kw_defaults)


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
