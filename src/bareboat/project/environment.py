"""Environment variables that the application reads, with their defaults, from the syntax trees."""

import ast
import re

from msgspec import Struct

from bareboat.project.modules import Module, Modules

__all__ = ["Variable", "variables"]

GETTERS = {"os.environ.get", "os.getenv", "os.environ.setdefault", "os.environ.pop", "decouple.config"}
METHODS = {
    "str",
    "int",
    "bool",
    "float",
    "list",
    "url",
    "json",
    "path",
    "db",
    "db_url",
    "cache",
    "decimal",
    "dict",
}
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Variable(Struct, frozen=True, order=True):
    """A name, whether the application fails without it, its literal default, and where it is read."""

    name: str
    is_required: bool
    default: str | None
    where: str


def variables(modules: Modules) -> tuple[Variable, ...]:
    """Return the variables sorted by name, each once: a required reading wins over one with a default."""
    found: dict[str, Variable] = {}
    for module in modules:
        if module.is_aside:
            continue
        for node in module.nodes:
            held = _settings(module, node) if isinstance(node, ast.ClassDef) else _read(module, node)
            for variable in held:
                before = found.get(variable.name)
                if before is None or (variable.is_required and not before.is_required):
                    found[variable.name] = variable
    return tuple(sorted(found.values()))


def _read(module: Module, node: ast.AST) -> list[Variable]:
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        if module.resolve(node.value) == "os.environ":
            return _one(module, node.slice, is_required=True, default=None)
    elif isinstance(node, ast.Call) and node.args:
        called = module.resolve(node.func)
        if called in GETTERS or _is_env(node.func):
            given = (
                node.args[1]
                if len(node.args) > 1
                else next((k.value for k in node.keywords if k.arg == "default"), None)
            )
            required = given is None and (called == "decouple.config" or _is_env(node.func))
            default = (
                str(given.value) if isinstance(given, ast.Constant) and given.value is not None else None
            )
            return _one(module, node.args[0], is_required=required, default=default)
    return []


def _is_env(node: ast.expr) -> bool:
    """Return whether a call is `env("X")` or `env.str("X")`, as environs and django-environ have it."""
    if isinstance(node, ast.Attribute) and node.attr in METHODS:
        node = node.value
    return isinstance(node, ast.Name) and node.id == "env"


def _one(module: Module, node: ast.expr, *, is_required: bool, default: str | None) -> list[Variable]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and NAME.fullmatch(node.value):
        return [Variable(node.value, is_required, default, module.where(node))]
    return []


def _settings(module: Module, node: ast.ClassDef) -> list[Variable]:
    """Return the fields of a pydantic settings class, upper-cased, behind its `env_prefix`."""
    if not any(module.resolve(base).rpartition(".")[2] == "BaseSettings" for base in node.bases):
        return []
    before = ""
    for inner in ast.walk(node):
        if (
            isinstance(inner, ast.keyword)
            and inner.arg == "env_prefix"
            and isinstance(inner.value, ast.Constant)
        ):
            before = str(inner.value.value)
    found = []
    for statement in node.body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        name = statement.target.id
        if name.startswith("_") or name == "model_config" or "ClassVar" in ast.unparse(statement.annotation):
            continue
        value = statement.value
        default = str(value.value) if isinstance(value, ast.Constant) and value.value is not None else None
        found.append(Variable(f"{before}{name}".upper(), value is None, default, module.where(statement)))
    return found
