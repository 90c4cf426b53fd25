"""Programs that Python code runs: subprocess, os.system, asyncio and their like, read from syntax trees.

Of a shell's text each command counts; of a list its first word. Names that one call may be given
are alternatives: whichever is there.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from bareboat.errors import InputError
from bareboat.facts.flow import Flow, followed, last
from bareboat.facts.scopes import Scope, Site
from bareboat.facts.value import Value
from bareboat.tree.content import Content

__all__ = ["SHELL", "Called", "read"]

SHELL = "sh"
"""What a shell's text is given to."""


class Called(Struct, frozen=True, order=True):
    """One program that `module` runs, at `where` (path and line): its names, of which one is enough.

    An optional one is only looked for, or the code goes on where it fails.
    """

    module: str
    where: str
    names: tuple[str, ...]
    is_optional: bool = False


_SHELLS = frozenset({
    "os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput",
    "asyncio.create_subprocess_shell",
})  # fmt: skip
_SEARCHES = frozenset({"shutil.which"})
_RUNS = frozenset({
    "subprocess.run", "subprocess.Popen", "subprocess.call", "subprocess.check_call",
    "subprocess.check_output", "asyncio.create_subprocess_exec", "anyio.run_process", "anyio.open_process",
    "trio.run_process", "os.execl", "os.execle", "os.execlp", "os.execlpe", "os.execv", "os.execve",
    "os.execvp", "os.execvpe", "os.posix_spawn", "os.posix_spawnp",
})  # fmt: skip
_SPAWNS = frozenset({"os.spawnl", "os.spawnle", "os.spawnlp", "os.spawnlpe", "os.spawnv", "os.spawnve",
                     "os.spawnvp", "os.spawnvpe"})  # fmt: skip
_ALL = _SHELLS | _SEARCHES | _RUNS | _SPAWNS
# What stands in every text that can call one of them: a syntax tree costs a hundred times as much
_TOLD = re.compile(
    rb"subprocess|shutil[^\n]*\bwhich\b|\b(?:run|open)_process\b|from[ \t]+os[ \t]+import|\bos[ \t]+as\b"
    rb"|\bos\.(?:system|popen|exec[lv]|spawn[lv]|posix_spawn)"
)
_SHELL_NAMES = frozenset({"sh", "bash", "dash", "/bin/sh", "/bin/bash"})
_BUILT_IN = frozenset({
    ".", ":", "[", "[[", "alias", "bg", "break", "case", "cd", "command", "continue", "do", "done",
    "echo", "elif", "else", "esac", "eval", "exec", "exit", "export", "false", "fg", "fi", "for",
    "function", "getopts", "hash", "if", "in", "jobs", "kill", "local", "printf", "pwd", "read",
    "readonly", "return", "set", "shift", "source", "test", "then", "time", "times", "trap", "true",
    "type", "ulimit", "umask", "unalias", "unset", "until", "wait", "while", "{", "}", "!",
})  # fmt: skip
_NAME = re.compile(r"(?:/(?:usr/(?:local/)?)?s?bin/)?([A-Za-z0-9][\w.+-]*)")
_FOREIGN = (".exe", ".bat", ".cmd", ".ps1", ".app")
_OPEN = "\ufffd"
"""Stands in a text for what is not known."""
_DEEPEST = 8


def read(sources: Iterable[tuple[str, str, Content]]) -> tuple[Called, ...]:
    """Return what the sources of one distribution run; each is a path, a module's name, and the text.

    Sorted; what cannot be followed is left out.
    """
    finder = followed(sources, lambda text: _TOLD.search(text) is not None, _Finder)
    return finder.found() if finder is not None else ()


class _Finder(Flow):
    """Follows names to the calls that start programs."""

    def found(self) -> tuple[Called, ...]:
        """Return the programs of all units, each call once, and of a shell's text each command."""
        found: set[Called] = set()
        for unit in self.code.units.values():
            for scope in unit.scopes:
                for raw in self.raws(scope):
                    groups = [name for name in raw.names if name.startswith(_OPEN)]
                    rest = tuple(name for name in raw.names if not name.startswith(_OPEN))
                    where = f"{unit.path}:{raw.line}"
                    for names in (*((name.removeprefix(_OPEN),) for name in groups), rest):
                        if names:
                            found.add(Called(unit.module, where, names, raw.is_optional))
        return tuple(sorted(found))

    def hits(self, site: Site) -> bool:
        """Say whether a call starts a program or looks for one."""
        return self._name(site) in _ALL

    def goes_elsewhere(self, node: ast.AST) -> bool:
        """Say whether a handler runs another program."""
        return isinstance(node, ast.Call) and last(node.func) in {"run", "Popen", "check_output", "system"}

    def fatal(self, scope: Scope) -> Iterator[int]:
        """Yield the lines of raise statements: other programs have nothing to do with this one."""
        yield from scope.raises

    def names(self, site: Site, bound: Mapping[str, Value]) -> tuple[str, ...]:
        """Return the programs that a call may start; those of a shell's text are marked, each is meant."""
        name, call = self._name(site), site.call
        arguments = call.args[1:] if name in _SPAWNS else call.args
        first = arguments[0] if arguments else None
        for keyword in call.keywords:
            if first is None and keyword.arg in {"args", "cmd", "program", "command"}:
                first = keyword.value
        if first is None:
            return ()
        if name in _SHELLS or _is_shell(call):
            return self._of_shell(self._text(first, site.scope, bound))
        value = self.code.value(first, site.scope, bound)
        heads = [each for each in value.head if isinstance(each, str)]
        if any(head in _SHELL_NAMES for head in heads) and isinstance(first, ast.List | ast.Tuple):
            return self._of_shell(self._text(first.elts[-1], site.scope, bound))
        return tuple(dict.fromkeys(kept for head in heads if (kept := _kept(head))))

    def _name(self, site: Site) -> str:
        name = self.code.dotted(site.call.func, site.scope.unit)
        return name.replace("asyncio.subprocess.", "asyncio.")

    def is_optional(self, site: Site, bound: Mapping[str, Value]) -> bool:
        """Say whether the code goes on where there is no such program."""
        return self._name(site) in _SEARCHES or super().is_optional(site, bound)

    def _of_shell(self, text: str) -> tuple[str, ...]:
        from bareboat.dockerfile import shell  # what was read before is recalled, and needs no reader

        try:
            commands = shell.split(text)
        except InputError:
            return ()
        words = [command.words[0].value for command in commands if command.words]
        names = [
            kept
            for word in words
            if word and _OPEN not in word and word not in _BUILT_IN and (kept := _kept(word))
        ]
        return tuple(f"{_OPEN}{name}" for name in dict.fromkeys((SHELL, *names))) if text.strip(_OPEN) else ()

    def _text(self, node: ast.expr, scope: Scope, bound: Mapping[str, Value], depth: int = 0) -> str:
        """Return a shell's text with a mark for each part that is not known."""
        if depth > _DEEPEST:
            return _OPEN
        match node:
            case ast.JoinedStr():
                parts = [self._text(each, scope, bound, depth + 1) for each in node.values]
            case ast.BinOp(op=ast.Add()):
                parts = [self._text(each, scope, bound, depth + 1) for each in (node.left, node.right)]
            case ast.BinOp(op=ast.Mod()):
                form = self._text(node.left, scope, bound, depth + 1)
                parts = [re.sub(r"%[-+ #0-9.]*[a-z]|%\(\w+\)[a-z]", _OPEN, form)]
            case ast.Call(func=ast.Attribute(attr="format", value=inner)):
                parts = [re.sub(r"\{[^{}]*\}", _OPEN, self._text(inner, scope, bound, depth + 1))]
            case ast.Call(func=ast.Attribute(attr="join"), args=[many]):
                items = many.elts if isinstance(many, ast.List | ast.Tuple) else [many]
                parts = [" ".join(self._text(each, scope, bound, depth + 1) for each in items)]
            case ast.Name():
                held = scope.assigned.get(node.id) or scope.unit.top.assigned.get(node.id) or ()
                texts = self.code.value(node, scope, bound).texts
                one = texts[0] if len(texts) == 1 else _OPEN
                parts = [self._text(held[0], scope, bound, depth + 1) if len(held) == 1 else one]
            case _:
                texts = self.code.value(node, scope, bound).texts
                parts = [texts[0] if len(texts) == 1 else _OPEN]
        return "".join(parts)


def _is_shell(call: ast.Call) -> bool:
    return any(
        keyword.arg == "shell" and isinstance(keyword.value, ast.Constant) and keyword.value.value is True
        for keyword in call.keywords
    )


def _kept(text: str) -> str:
    """Return the name of a program that is looked up on the PATH or lies in a folder of the system."""
    match = _NAME.fullmatch(text)
    return match[1] if match and not match[1].lower().endswith(_FOREIGN) else ""
