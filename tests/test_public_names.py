"""Each module says what it offers: `__all__` is there, sorted, and names every public definition."""

import ast
from pathlib import Path

import pytest

import sources


def complaints(module: sources.Module) -> list[str]:
    """Return what is wrong with a module's `__all__`, as sentences."""
    declared = exported(module.tree)
    public = definitions(module.tree)
    if declared is None:
        if module.is_package and not public:
            return []
        return [f"{module.shown}: no __all__ (a literal list of names)"]
    found = []
    if declared != sorted(declared, key=natural):
        found.append(f"{module.shown}: __all__ is not sorted")
    if len(declared) != len(set(declared)):
        found.append(f"{module.shown}: __all__ names something twice")
    found += [f"{module.shown}: public {name} is not in __all__" for name in sorted(public - set(declared))]
    bound = public | assigned(module.tree)
    found += [
        f"{module.shown}: __all__ names {name}, which is not here" for name in sorted(set(declared) - bound)
    ]
    return found


def natural(name: str) -> tuple[int, str]:
    """Order as ruff's RUF022 does: CONSTANTS, then Classes, then functions."""
    if name.isupper():
        return 0, name
    return (1, name) if name[:1].isupper() else (2, name)


def exported(tree: ast.Module) -> list[str] | None:
    for node in tree.body:
        targets: list[ast.expr] = []
        value: ast.expr | None = None
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign):
            targets, value = [node.target], node.value
        if (
            any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets)
            and value is not None
        ):
            names = ast.literal_eval(value)
            return [str(name) for name in names]
    return None


def definitions(tree: ast.Module) -> set[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {
        node.name for node in top_level(tree) if isinstance(node, kinds) and not node.name.startswith("_")
    }


def assigned(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in top_level(tree):
        if isinstance(node, ast.Assign):
            names |= {
                inner.id
                for target in node.targets
                for inner in ast.walk(target)
                if isinstance(inner, ast.Name)
            }
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    return names


def top_level(tree: ast.Module) -> list[ast.stmt]:
    """Return the statements of a module, those under `if` and `try` too."""
    found: list[ast.stmt] = []
    waiting = list(tree.body)
    while waiting:
        node = waiting.pop()
        found.append(node)
        if isinstance(node, ast.If):
            waiting += [*node.body, *node.orelse]
        elif isinstance(node, ast.Try):
            waiting += [
                *node.body,
                *node.orelse,
                *(line for handler in node.handlers for line in handler.body),
            ]
    return found


def test_every_module_names_what_it_offers() -> None:
    assert [line for module in sources.modules() for line in complaints(module)] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def parse(): ...", "no __all__"),
        ('__all__ = ["parse", "Digest"]\nclass Digest: ...\ndef parse(): ...', "not sorted"),
        ('__all__ = ["Digest"]\nclass Digest: ...\ndef parse(): ...', "public parse is not in __all__"),
        ('__all__ = ["Digest", "gone"]\nclass Digest: ...', "names gone, which is not here"),
        ('__all__ = ["A", "A"]\nA = 1', "twice"),
    ],
)
def test_a_fault_is_found(tmp_path: Path, text: str, expected: str) -> None:
    assert any(expected in line for line in complaints(planted(tmp_path, text)))


def test_a_right_module_passes(tmp_path: Path) -> None:
    text = '__all__ = ["CHUNK", "Digest", "parse"]'
    text += "\nCHUNK = 1\nclass Digest: ...\ndef parse(): ...\ndef _own(): ..."
    assert complaints(planted(tmp_path, text)) == []


def planted(folder: Path, text: str) -> sources.Module:
    file = folder / "bareboat" / "oci" / "digest.py"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    return sources.module(file, folder)
