"""Every exception of bareboat hangs in the one tree of errors.py, which says what its families exit with."""

import ast
import importlib
import inspect
import re

import sources
from bareboat import errors
from bareboat.errors import BareboatError

# Families whose members share a code on purpose: a registry's answer is a network's answer.
SHARED: dict[str, str] = {"RegistryError": "NetworkError", "SeveralError": "InputError"}
RESERVED = {0: "success", 1: "findings", 130: "interrupt"}


def exception_classes() -> list[tuple[str, type[BaseException]]]:
    """Import every module that defines a class which may be an exception, and return those that are."""
    found = []
    for module in sources.modules():
        if not any(isinstance(node, ast.ClassDef) and node.bases for node in ast.walk(module.tree)):
            continue
        if module.name.endswith("__main__"):
            continue
        loaded = importlib.import_module(module.name)
        for name, value in vars(loaded).items():
            if (
                inspect.isclass(value)
                and issubclass(value, BaseException)
                and value.__module__ == module.name
            ):
                found.append((f"{module.shown}: {name}", value))
    return found


def nested_exceptions() -> list[str]:
    """Return classes with an exception's base that stand inside a function or class."""
    found = []
    for module in sources.modules():
        for outer in module.tree.body:
            inner = [node for node in ast.walk(outer) if isinstance(node, ast.ClassDef) and node is not outer]
            found += [f"{module.shown}:{node.lineno}: {node.name}" for node in inner if is_exception(node)]
    return found


def is_exception(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id.endswith(("Error", "Exception")) for base in node.bases)


def test_every_exception_is_a_bareboat_error() -> None:
    assert [where for where, kind in exception_classes() if not issubclass(kind, BareboatError)] == []


def test_no_exception_hides_inside_another_definition() -> None:
    assert nested_exceptions() == []


def test_each_family_has_its_own_exit_code() -> None:
    families: list[type[BareboatError]] = [BareboatError, *BareboatError.__subclasses__()]
    codes = {kind.__name__: kind.exit_code for kind in families if kind.__name__ not in SHARED}
    assert len(set(codes.values())) == len(codes), codes
    assert not set(codes.values()) & set(RESERVED)


def test_the_tree_in_the_docstring_is_the_tree_in_the_code() -> None:
    drawn = dict(re.findall(r"(\w+Error) +(\d+) ", errors.__doc__ or ""))
    real = {
        name: str(value.exit_code)
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, BareboatError)
    }
    assert drawn == real
