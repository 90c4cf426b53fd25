"""What `python -m` could run: `__main__.py` of packages, files with a main guard, scripts that just run.

What kind of script it is (a bot, a gRPC server) is read off what it imports, directly or through
the project's other files; where it listens, off the calls in all of these.
"""

import ast
from collections.abc import Mapping, Sequence

from bareboat.project.candidate import NOT_RUN, PLACES, Candidate, stem
from bareboat.project.frameworks import KINDS_OF_SCRIPT, Kind
from bareboat.project.listening import ANY, Listen
from bareboat.project.modules import Module, Modules, statements

__all__ = ["LOOSE", "found"]

_RUNNERS = frozenset({
    "app", "cli", "executor", "execute", "idle", "infinity_polling", "launch", "listen", "loop_forever",
    "main", "polling", "run", "run_app", "run_forever", "run_polling", "run_until_complete",
    "run_until_disconnected", "run_webhook", "serve", "serve_forever", "start", "start_consuming",
    "start_polling", "wait_for_termination", "work",
})  # fmt: skip
"""Names of calls that keep a script running, or that are its whole work."""

_FRONTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "gradio": (("GRADIO_SERVER_NAME", ANY), ("GRADIO_SERVER_PORT", "{port}")),
    "dash": (("HOST", ANY), ("PORT", "{port}")),
}
"""Variables that the framework itself reads for where it listens."""

_SERVERS = frozenset({"gradio", "nicegui", "dash", "grpc", "aiohttp.web", "tornado", "websockets"})
_SERVING, _BEFORE_WORKERS, _LAST, LOOSE = 2, 4, 6, 7


def found(modules: Modules, listens: Sequence[Listen], project: str, runs: str = "") -> list[Candidate]:
    """Return what could be run; `project` is the project's name, `runs` a file that is run in any case."""
    imported = _imported(modules)
    candidates = []
    for module in modules:
        name = module.name.removesuffix(".__main__")
        is_told = module.path == runs
        is_left = module.is_aside or stem(module) in NOT_RUN
        if (is_left and not is_told) or not all(map(_is_name, name.split("."))):
            continue
        start = _start(module, is_imported=module.path in imported)
        if is_told and (start is None or start[1] > 1):
            start = next(iter(module.tree.body), None), 1
        if start is not None:
            candidates.append(_candidate(module, start, modules, listens, project))
    return candidates


def _is_name(text: str) -> bool:
    return text.replace("-", "_").isidentifier()


def _imported(modules: Modules) -> frozenset[str]:
    """Return the paths of the files that others import."""
    by_name = modules.named()
    paths = set()
    for module in modules:
        for dotted in (*module.imports.values(), *module.stars, *module.loaded):
            for name in (dotted, dotted.rpartition(".")[0]):
                held = by_name.get(name)
                if held is not None and held.path != module.path:
                    paths.add(held.path)
    return frozenset(paths)


def _start(module: Module, *, is_imported: bool) -> tuple[ast.stmt | None, int] | None:
    """Return where a file starts to work, and how plainly (0 to 3), None for one that only defines."""
    if stem(module) == "__main__":
        return None, 0
    guard = _guard(module.tree)
    if guard is not None:
        return guard, 1
    if is_imported or module.is_package:
        return None
    for node in statements(module.tree.body):
        if _keeps_running(node):
            return node, 2
    if stem(module) in PLACES and "." not in module.name.removeprefix("src."):
        for node in module.tree.body:
            if isinstance(node, (ast.For, ast.While, ast.With)) or _is_call(node):
                return node, 3
    return None


def _guard(tree: ast.Module) -> ast.If | None:
    for node in tree.body:
        if isinstance(node, ast.If) and isinstance(node.test, ast.Compare):
            held = [node.test.left, *node.test.comparators]
            names = {part.id for part in held if isinstance(part, ast.Name)}
            if "__name__" in names and any(_is_main(part) for part in held):
                return node
    return None


def _is_main(node: ast.expr) -> bool:
    """Return whether a value is `"__main__"`, or a collection with it as NiceGUI wants one."""
    if isinstance(node, (ast.Set, ast.Tuple, ast.List)):
        return any(_is_main(item) for item in node.elts)
    return isinstance(node, ast.Constant) and node.value == "__main__"


def _is_call(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, (ast.Call, ast.Await))


def _keeps_running(node: ast.stmt) -> bool:
    if isinstance(node, ast.While):
        return isinstance(node.test, ast.Constant) and bool(node.test.value)
    if not isinstance(node, ast.Expr):
        return False
    call = node.value.value if isinstance(node.value, ast.Await) else node.value
    if not isinstance(call, ast.Call):
        return False
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name in _RUNNERS


def _candidate(
    module: Module,
    start: tuple[ast.stmt | None, int],
    modules: Modules,
    listens: Sequence[Listen],
    project: str,
) -> Candidate:
    node, plainness = start
    runs = module.name.removesuffix(".__main__")
    reached = modules.reached(module.path)
    framework, what = _kind(module, modules, reached)
    listening = [one for one in listens if one.path in reached]
    depth = module.path.count("/")
    last = stem(module)
    at = -1 if plainness == 0 and depth <= 2 else PLACES.index(last) if last in PLACES else len(PLACES)
    is_usual = last in PLACES and depth <= 1
    group = _BEFORE_WORKERS if what else _LAST
    group = _SERVING - int(is_usual) if framework in _SERVERS else group
    group = LOOSE if plainness == 3 else group
    own = int(runs != project.replace("-", "_"))
    return Candidate(
        Kind.MODULE,
        framework,
        runs,
        "",
        module.where(node) if node is not None else f"{module.path}:1",
        root=module.root,
        path=module.path,
        origin=module.name,
        rank=(1, 0, group, max(plainness - 1, 0), own, at, depth),
        env=_FRONTS.get(framework, ()) if _is_open(framework, listening) else (),
        port=next((one.port for one in listening if one.port), 0),
        what=what,
    )


def _is_open(framework: str, listening: Sequence[Listen]) -> bool:
    """Return whether the framework's own variables decide where it listens."""
    return framework in _FRONTS and all(not one.is_said for one in listening)


def _kind(module: Module, modules: Modules, reached: frozenset[str]) -> tuple[str, str]:
    """Return the module that tells what a script is, and that in words; its own imports tell first."""
    others = (modules.by_path[path] for path in sorted(reached - {module.path}))
    for held in (module, *others):
        names = (*held.imports.values(), *held.stars, *held.loaded)
        for name, what in KINDS_OF_SCRIPT.items():
            if any(one == name or one.startswith(f"{name}.") for one in names):
                return name, what
    return "", ""
