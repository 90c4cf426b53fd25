"""Tests about the platform in Python code, answered for Linux: which branches are never taken there."""

import ast
from collections.abc import Mapping

__all__ = ["constants", "dotted", "is_true"]

_DEEPEST = 60


def constants(tree: ast.Module) -> dict[str, ast.expr]:
    """Return what names say of the platform: those that are assigned once, to an expression about it."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(node.value)
    return {
        name: values[0] for name, values in found.items() if len(values) == 1 and _names_platform(values[0])
    }


def _names_platform(node: ast.expr) -> bool:
    return any(_platform(each) is not None for each in ast.walk(node) if isinstance(each, ast.expr))


def _platform(node: ast.expr) -> str | None:
    """Return what an expression says on Linux, None for one that does not name the system."""
    if isinstance(node, ast.Call):
        name = dotted(node.func)
        if name.endswith(("platform.system", "_system")) and not node.args:
            return "Linux"
        if isinstance(node.func, ast.Attribute) and node.func.attr in {"lower", "casefold"}:
            held = _platform(node.func.value)
            return held.lower() if held is not None else None
        return None
    name = dotted(node)
    if name in {"sys.platform", "_sys.platform"}:
        return "linux"
    return "posix" if name in {"os.name", "_os.name"} else None


def dotted(node: ast.expr) -> str:
    """Return a Name or Attribute as it is written, empty for anything else."""
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr}" if base else ""
    return node.id if isinstance(node, ast.Name) else ""


def is_true(test: ast.expr, known: Mapping[str, ast.expr] | None = None, depth: int = 0) -> bool | None:
    """Say whether a test about the platform holds on Linux, None for any other test.

    `known` are names and the one expression that each stands for.
    """
    known = known or {}
    answer: bool | None = None
    match test:
        case _ if depth > _DEEPEST:
            pass
        case ast.UnaryOp(op=ast.Not()):
            held = is_true(test.operand, known, depth + 1)
            answer = None if held is None else not held
        case ast.BoolOp():
            answers = [is_true(each, known, depth + 1) for each in test.values]
            decisive = isinstance(test.op, ast.Or)
            if decisive in answers:
                answer = decisive
            elif None not in answers:
                answer = not decisive
        case ast.Name():
            named = False if test.id == "TYPE_CHECKING" else None
            answer = is_true(known[test.id], {}, depth + 1) if test.id in known else named
        case ast.Call(func=ast.Attribute(attr="startswith")):
            answer = _starts(test, known)
        case ast.Compare() if len(test.ops) == 1:
            answer = _compared(test, known)
        case _:
            pass
    return answer


def _starts(test: ast.Call, known: Mapping[str, ast.expr]) -> bool | None:
    subject = _subject(test.func.value, known) if isinstance(test.func, ast.Attribute) else None
    prefixes = _texts(test.args[0]) if test.args else None
    return None if subject is None or prefixes is None else subject.startswith(prefixes)


def _subject(node: ast.expr, known: Mapping[str, ast.expr]) -> str | None:
    if isinstance(node, ast.Name) and node.id in known:
        node = known[node.id]
    if isinstance(node, ast.Subscript):  # sys.platform[:3]
        held = _platform(node.value)
        part = node.slice
        if held is not None and isinstance(part, ast.Slice) and isinstance(part.upper, ast.Constant):
            upper = part.upper.value
            return held[:upper] if isinstance(upper, int) and part.lower is None else None
        return None
    return _platform(node)


def _texts(node: ast.expr) -> tuple[str, ...] | None:
    items = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    found = tuple(
        each.value for each in items if isinstance(each, ast.Constant) and isinstance(each.value, str)
    )
    return found if len(found) == len(items) else None


def _compared(test: ast.Compare, known: Mapping[str, ast.expr]) -> bool | None:
    (operator,) = test.ops
    left, right = test.left, test.comparators[0]
    subject, others = _subject(left, known), _texts(right)
    if isinstance(operator, ast.In | ast.NotIn) and subject is None:  # "win" in sys.platform
        subject, others = _subject(right, known), _texts(left)
        if subject is None or others is None or len(others) != 1:
            return None
        return (others[0] in subject) is isinstance(operator, ast.In)
    if subject is None and isinstance(operator, ast.Eq | ast.NotEq):
        subject, others = _subject(right, known), _texts(left)
    if subject is None or others is None:
        return None
    if isinstance(operator, ast.Eq | ast.In):
        return subject in others
    return subject not in others if isinstance(operator, ast.NotEq | ast.NotIn) else None
