"""A shell's text as a tree: which commands stand in which branch of `if` and `case`, in loops and functions.

Nothing is expanded and nothing is run. Spec: POSIX.1-2017, Shell Command Language, 2.9 shell commands.
"""

from dataclasses import dataclass, field, replace
from typing import TypeAlias

from bareboat.dockerfile.shell import Command, Word
from bareboat.dockerfile.shellreader import Mark, Reader

__all__ = ["Arm", "Case", "Function", "Group", "If", "Loop", "Node", "Simple", "children", "parse", "text_of"]


@dataclass(frozen=True, slots=True)
class _Joined:
    """What every node says of its place.

    `operator` joins it to the one before: `&&`, `||`, `|` or `;`. `is_negated` says that `!` stands before
    it, `is_background` that `&` stands behind it.
    """

    operator: str = ";"
    is_negated: bool = False
    is_background: bool = False


@dataclass(frozen=True, slots=True)
class Simple(_Joined):
    """One simple command."""

    command: Command = field(default_factory=lambda: Command(()))


@dataclass(frozen=True, slots=True)
class If(_Joined):
    """Tests with what is done where they hold, in order, and what is done where none does."""

    branches: "tuple[tuple[tuple[Node, ...], tuple[Node, ...]], ...]" = ()
    otherwise: "tuple[Node, ...]" = ()


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm of `case`."""

    patterns: tuple[Word, ...]
    body: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Case(_Joined):
    """`case`; the subject is None where the text breaks off."""

    subject: Word | None = None
    arms: tuple[Arm, ...] = ()


@dataclass(frozen=True, slots=True)
class Loop(_Joined):
    """`while`, `until`, `for`, `select`: all that stands in it."""

    body: "tuple[Node, ...]" = ()


@dataclass(frozen=True, slots=True)
class Group(_Joined):
    """`{ …; }`, or a subshell `( … )`."""

    body: "tuple[Node, ...]" = ()
    is_subshell: bool = False


@dataclass(frozen=True, slots=True)
class Function(_Joined):
    """A definition."""

    name: str = ""
    body: "tuple[Node, ...]" = ()


_Event: TypeAlias = Command | Mark
Node: TypeAlias = Simple | If | Case | Loop | Group | Function


def parse(text: str) -> tuple[Node, ...]:
    """Return the commands of a shell's text.

    Raises InputError as `shell.split` does.
    """
    reader = Reader(text)
    reader.read()
    events: list[_Event] = [*reader.own, *reader.marks]
    events.sort(key=lambda one: one.start)
    return _Builder(events).nodes(frozenset())


def text_of(nodes: tuple[Node, ...], text: str) -> str:
    """Return how the first simple command of the nodes is written in `text`, on one line."""
    for node in nodes:
        if isinstance(node, Simple):
            return " ".join(text[node.command.start : node.command.end].split())
        found = text_of(children(node), text)
        if found:
            return found
    return ""


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes inside of another, in their order; a definition has none, it runs nothing."""
    match node:
        case If():
            return (*(one for test, body in node.branches for one in (*test, *body)), *node.otherwise)
        case Case():
            return tuple(one for arm in node.arms for one in arm.body)
        case Loop() | Group():
            return node.body
        case _:
            return ()


class _Builder:
    """Goes through commands and marks in order."""

    def __init__(self, events: list[_Event]) -> None:
        self.events = events
        self.place = 0

    def nodes(self, until: frozenset[str]) -> tuple[Node, ...]:
        """Read up to a mark of `until`, which is left there, or to the end."""
        found: list[Node] = []
        is_negated = False
        while self.place < len(self.events):
            event = self.events[self.place]
            if isinstance(event, Mark):
                if event.kind in until:
                    break
                self.place += 1
                if event.kind == "!":
                    is_negated = True
                    continue
                if event.kind == "&" and found:
                    found[-1] = replace(found[-1], is_background=True)
                node = self._compound(event)
                if node is None:
                    continue
            else:
                self.place += 1
                node = Simple(command=event)
            operator = _operator(node) if found else ";"
            found.append(replace(node, operator=operator, is_negated=is_negated))
            is_negated = False
        return tuple(found)

    def _compound(self, mark: Mark) -> Node | None:  # noqa: PLR0911 - one return a kind of construct
        """Return what begins with a mark, None for one that begins nothing."""
        match mark.kind:
            case "if":
                return self._if()
            case "case":
                return self._case(mark.words[0] if mark.words else None)
            case "while" | "until" | "for" | "select":
                return Loop(body=(*self.nodes(frozenset({"do"})), *self._rest("do", "done")))
            case "{":
                return Group(body=self._closed("}"))
            case "(":
                return Group(body=self._closed(")"), is_subshell=True)
            case "function":
                return self._function(mark.words[0].text)
            case _:
                return None

    def _take(self, kind: str) -> bool:
        """Go past a mark of a kind where it is the next event."""
        event = self.events[self.place] if self.place < len(self.events) else None
        is_there = isinstance(event, Mark) and event.kind == kind
        self.place += is_there
        return is_there

    def _closed(self, end: str) -> tuple[Node, ...]:
        found = self.nodes(frozenset({end}))
        self._take(end)
        return found

    def _rest(self, begin: str, end: str) -> tuple[Node, ...]:
        return self._closed(end) if self._take(begin) else ()

    def _if(self) -> If:
        ends = frozenset({"then", "elif", "else", "fi"})
        branches = []
        otherwise: tuple[Node, ...] = ()
        while True:
            test = self.nodes(ends)
            body = self.nodes(ends) if self._take("then") else ()
            branches.append((test, body))
            if self._take("elif"):
                continue
            if self._take("else"):
                otherwise = self.nodes(frozenset({"fi"}))
            self._take("fi")
            return If(branches=tuple(branches), otherwise=otherwise)

    def _case(self, subject: Word | None) -> Case:
        ends = frozenset({"pattern", ";;", "esac"})
        arms = []
        while self.place < len(self.events):
            event = self.events[self.place]
            if isinstance(event, Mark) and event.kind == "pattern":
                self.place += 1
                arms.append(Arm(event.words, self.nodes(ends)))
            elif not self._take(";;"):
                self._take("esac")
                break
        return Case(subject=subject, arms=tuple(arms))

    def _function(self, name: str) -> Function:
        event = self.events[self.place] if self.place < len(self.events) else None
        if not isinstance(event, Mark):
            return Function(name=name)
        self.place += 1
        body = self._compound(event)
        return Function(name=name, body=() if body is None else (body,))


def _operator(node: Node) -> str:
    """Return what joins a node to the one before: its first simple command has it."""
    if isinstance(node, Simple):
        return node.command.operator or ";"
    if isinstance(node, If) and node.branches:
        first = (*node.branches[0][0], *node.branches[0][1])
    else:
        first = children(node)
    return _operator(first[0]) if first else ";"
