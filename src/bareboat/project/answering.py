"""Whether a route answers a plain GET of anybody: no login, no other method, no parameter that it demands."""

import ast
import re
from collections.abc import Iterable

from bareboat.project.modules import Module
from bareboat.project.shapes import Function, Shapes, definition

__all__ = ["has_method", "is_guarded", "is_open", "needs_login", "refuses", "takes_get"]

_GUARDED = re.compile(
    r"auth|user|login|token|permission|require|secur|credential|api_?key|admin|jwt|protect|private",
    re.IGNORECASE,
)
_KEYWORDS = frozenset({"decorators", "dependencies", "guards"})
_METHODS = frozenset({"methods", "method", "http_method", "request_method", "allow_methods"})
_VERBS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_PLAIN = frozenset({"str", "int", "float", "bool", "bytes", "UUID", "date", "datetime"})
_ASKING = re.compile(r"\b(Query|Header|Cookie|Body|Form|File|Path)\(")


def takes_get(node: ast.Call) -> bool:
    """Return whether a registration lets GET through; methods that are not literal do."""
    for held in node.keywords:
        if held.arg in _METHODS:
            found = (
                held.value.elts if isinstance(held.value, (ast.List, ast.Tuple, ast.Set)) else [held.value]
            )
            names = [_method(one) for one in found]
            return None in names or "GET" in names or "*" in names
    for one in node.args[1:2]:  # Sanic and Bottle take them by position, too
        found = one.elts if isinstance(one, (ast.List, ast.Tuple, ast.Set)) else [one]
        told = {_method(item) for item in found if isinstance(item, ast.Constant)} & _VERBS
        if told:
            return "GET" in told
    return True


def _method(node: ast.expr) -> str | None:
    if isinstance(node, ast.Attribute):  # HttpMethod.GET
        return node.attr.upper()
    return node.value.upper() if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def is_guarded(node: ast.Call) -> bool:
    """Return whether a registration, a router or an inclusion puts a login in front."""
    return any(
        held.arg in _KEYWORDS and _GUARDED.search(ast.unparse(held.value)) is not None
        for held in node.keywords
    ) or any(held.arg == "auth_required" for held in node.keywords)


def needs_login(nodes: Iterable[ast.expr]) -> bool:
    """Return whether a decorator, a base or another expression speaks of a login."""
    return any(_GUARDED.search(ast.unparse(node)) is not None for node in nodes)


def is_open(node: Function) -> bool:
    """Return whether a function answers anybody who gives it nothing: as FastAPI reads its signature."""
    held = node.args
    named = [*held.posonlyargs, *held.args]
    values: list[ast.expr | None] = [None] * (len(named) - len(held.defaults))
    values += held.defaults
    pairs = [*zip(named, values, strict=True), *zip(held.kwonlyargs, held.kw_defaults, strict=True)]
    return not any(_asks(argument.annotation, value) for argument, value in pairs)


def _asks(annotation: ast.expr | None, value: ast.expr | None) -> bool:
    told = ast.unparse(annotation) if annotation is not None else ""
    given = ast.unparse(value) if value is not None else ""
    for text in (told, given):
        is_given = any(word in text for word in ("Depends", "Security", "Annotated"))
        if (is_given or text.endswith(("User", "Dep"))) and _GUARDED.search(text):
            return True
    if value is not None:
        return bool(_ASKING.match(given)) and ("..." in given or given.endswith("()"))
    return told in _PLAIN or bool(_ASKING.search(told))


def has_method(shapes: Shapes, module: Module, node: ast.expr, *names: str) -> bool | None:
    """Return whether what handles a route is a class, or an object of one, with such a method.

    None where it is no class of the project; bases are looked through.
    """
    called = node.func if isinstance(node, ast.Call) else node
    if isinstance(called, ast.Attribute) and called.attr == "as_view":
        called = called.value
    found = definition(shapes, module, called)
    if found is not None and isinstance(found[1], ast.Call):  # health = HealthResource()
        found = definition(shapes, found[0], found[1].func)
    if found is None or not isinstance(found[1], ast.ClassDef):
        return None
    return _in_class(shapes, found[0], found[1], frozenset(names), 0)


def _in_class(
    shapes: Shapes, module: Module, node: ast.ClassDef, names: frozenset[str], depth: int
) -> bool | None:
    for item in node.body:
        if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)) and item.name in names:
            return not needs_login(item.decorator_list)
    if needs_login((*node.bases, *node.decorator_list)) or depth > 4:
        return False
    answers: list[bool | None] = []
    for base in node.bases:
        found = definition(shapes, module, base)
        if found is not None and isinstance(found[1], ast.ClassDef):
            answers.append(_in_class(shapes, found[0], found[1], names, depth + 1))
    return True in answers


def refuses(shapes: Shapes, module: Module, handler: ast.expr) -> bool:
    """Return whether what handles a route is known not to answer a plain GET of anybody."""
    answers = has_method(shapes, module, handler, "get", "on_get", "dispatch_request")
    if answers is not None:
        return not answers
    if isinstance(handler, ast.Call) and needs_login([handler.func]):
        return True  # login_required(view)
    found = definition(shapes, module, handler)
    if found is None or not isinstance(found[1], (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    return needs_login(found[1].decorator_list)
