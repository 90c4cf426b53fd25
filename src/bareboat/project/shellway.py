"""The way through a shell's text that its arguments and variables choose: which command it ends with.

Tests of `if` and `case` are worked out from the arguments of the script and the variables of the image; one
that nobody sets is empty, as in a container that is told nothing. What cannot be worked out is left out
where it starts nothing, else it is the problem.
"""

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from bareboat.dockerfile import shelltree
from bareboat.dockerfile.shelltree import Case, Function, Group, If, Loop, Node, Simple
from bareboat.errors import InputError
from bareboat.project.line import Line, Surroundings
from bareboat.project.shellstate import DECLARING, State, builtin, noted
from bareboat.project.shelltest import TESTS, holds, is_match
from bareboat.project.shellwords import Expanded, expanded

__all__ = ["read"]

_DEEPEST = 8
_QUIET = frozenset({".", ":", "set", "shopt", "source", "trap", "true", "ulimit", "umask", "unset"})
_ASKING = frozenset({
    "cat", "cmp", "curl", "diff", "egrep", "getent", "grep", "id", "mysqladmin", "nc", "pg_isready", "read",
    "type", "wget", "which",
})  # fmt: skip
"""Commands that are run for what they answer, which nobody knows before."""
_DROPPED = _ASKING | {
    "chmod", "chown", "cp", "date", "echo", "env", "ln", "ls", "mkdir", "printenv", "printf", "pwd", "rm",
    "sleep", "tee", "touch", "wait",
}  # fmt: skip
_ENDING = frozenset({"exit", "return"})
_IDLE = _QUIET | _DROPPED | _ENDING | DECLARING | {"break", "cd", "continue", "shift"}

Start = Callable[[tuple[str, ...], Line, Surroundings, Sequence[str]], Line]
"""Makes the line of words that a shell runs: without their prefixes, gone into where a script is called."""


def read(text: str, around: Surroundings, more: Sequence[str], start: Start) -> Line:
    """Return what a shell's text comes to: the command that it ends with, behind those before it."""
    try:
        nodes = shelltree.parse(text)
    except InputError as error:
        return Line(problem=f"it is no shell's line: {error.message}")
    way = _Way(around, tuple(more), text=text)
    way.run(nodes)
    return way.line(start)


class _Act(Struct, frozen=True):
    """One command that is run, with the variables and the arguments of its moment."""

    words: tuple[str, ...]
    line: Line
    around: Surroundings
    more: tuple[str, ...]
    problem: str = ""


class _Way(State):
    """One way through a text.

    `open` is how many acts there were where something may run or not, and the problem that this is if no
    act follows.
    """

    text: str = ""
    functions: dict[str, tuple[Node, ...]] = field(default_factory=dict)
    acts: list[_Act] = field(default_factory=list)
    open: tuple[int, str] = (-1, "")
    has_ended: bool = False
    has_returned: bool = False
    depth: int = 0
    problem: str = ""

    def line(self, start: Start) -> Line:
        """Return what the acts come to."""
        problem = self.problem or (self.open[1] if self.open[0] == len(self.acts) else "")
        if problem or not self.acts:
            return Line(problem=problem or "it starts nothing")
        *steps, last = self.acts
        if last.problem:
            return Line(problem=last.problem)
        line = replace(self.held, env=last.line.env, folder=last.line.folder)
        for act in steps:
            made = start(act.words, Line(), act.around, act.more) if not act.problem else Line()
            if made.words:
                line = replace(line, before=(*line.before, made.words))
            else:
                line = noted(line, f"`{act.words[0]}` is left out" if act.words else "")
        return start(last.words, line, last.around, last.more)

    def run(self, nodes: Sequence[Node]) -> bool | None:
        """Go through a list; return whether its last command succeeds, None where that is open."""
        status: bool | None = True
        for number, node in enumerate(nodes):
            if self.problem or self.has_ended or self.has_returned:
                break
            is_piped = number + 1 < len(nodes) and nodes[number + 1].operator == "|"
            if is_piped or node.operator == "|":
                self._piped(node)
                status = None
            elif (node.operator, status) in {("&&", False), ("||", True)}:
                self._passed(node)
            elif node.operator in {"&&", "||"} and status is None:
                self._open([node], nodes[number - 1 : number])
            else:
                status = self._node(node)
                status = not status if node.is_negated and status is not None else status
        return status

    def _passed(self, node: Node) -> None:
        """Note what would only be run if a command before it failed."""
        shown = shelltree.text_of((node,), self.text)
        is_idle = shown.partition(" ")[0] in _IDLE
        if node.operator == "||" and not is_idle and self.acts:
            self.note(f"`|| {shown}` is left out")

    def _piped(self, node: Node) -> None:
        shown = shelltree.text_of((node,), self.text).partition(" ")[0]
        if shown in _DROPPED:
            self.note(f"`{shown}` is left out")
        else:
            self._act((shown,), "it needs a shell for '|'")

    def _node(self, node: Node) -> bool | None:
        status: bool | None = True
        match node:
            case Simple():
                status = self._simple(node)
            case If():
                status = self._if(node)
            case Case():
                status = self._case(node)
            case Group():
                status = self.run(node.body)
            case Function():
                self.functions[node.name] = node.body
            case Loop():
                self._open(node.body, (), "its last command stands in a loop")
                status = None
        return status

    def _if(self, node: If) -> bool | None:
        for number, (test, body) in enumerate(node.branches):
            is_quiet = all(isinstance(one, Simple) and _is_asking(one) for one in test)
            status = self.run(test) if is_quiet else None
            if status is None:
                rest = [one for _, bodies in node.branches[number:] for one in bodies] + [*node.otherwise]
                if not is_quiet and not self._starts(rest):
                    self.run(test)
                self._open(rest, test)
                return None
            if status:
                return self.run(body)
        return self.run(node.otherwise)

    def _case(self, node: Case) -> bool | None:
        shown = node.subject.text if node.subject is not None else ""
        subject = self.value(shown) if shown else None
        for arm in node.arms:
            found = [
                is_match(subject, one, self.value) if subject is not None else None for one in arm.patterns
            ]
            if True in found:
                return self.run(arm.body)
            if None in found:
                bodies = [one for other in node.arms for one in other.body]
                self._open(bodies, (), _undecided(f"case {shown}"))
                return None
        return True

    def _open(self, nodes: Sequence[Node], tests: Sequence[Node], why: str = "") -> None:
        """Pass over what may run or not: a problem where it would end the text, or nothing follows."""
        why = why or _undecided(shelltree.text_of(tuple(tests), self.text))
        for node in _commands((*tests, *nodes)):
            self.forget(word.text for word in node.command.assignments)
            words = [word.text for word in node.command.words]
            name = words[0] if words else ""
            if name in DECLARING:
                self.forget(words[1:])
            elif name == "set" and "--" in words:
                self.problem = why
            elif name not in _IDLE | TESTS | {"", "exec", "command"}:
                self.open = (len(self.acts), why)
                self.note(f"`{name}` in a shell's construct is left out")
            elif name in _DROPPED:
                self.note(f"`{name}` in a shell's construct is left out")
        if self._starts(nodes):
            self.problem = why

    def _starts(self, nodes: Iterable[Node]) -> bool:
        """Return whether any of the nodes starts a program for good, itself or in a function."""
        for one in _commands(nodes):
            words = [word.text for word in one.command.words]
            if words[:1] == ["exec"] and len(words) > 1:
                return True
            body = self.functions.get(words[0]) if words else None
            if body is not None and self.depth < _DEEPEST:
                self.depth += 1
                found = self._starts(body)
                self.depth -= 1
                if found:
                    return True
        return False

    def _act(self, words: tuple[str, ...], problem: str = "") -> None:
        self.acts.append(_Act(words, self.held, self.around, self.more, problem))

    def _simple(self, node: Simple) -> bool | None:
        command = node.command
        if command.name in TESTS:
            return holds(command, self.text, self.value, self.around.exists)
        if any(one.operator not in {">&", "<&"} for one in command.redirections) and command.words:
            self.note("its redirections are left out")
        self.assign((word.text for word in command.assignments), is_exported=bool(command.words))
        texts = [word.text for word in command.words]
        found = expanded(texts, self.around.variables, self.more)
        name = found.words[0] if found.words else ""
        is_done, status = self._by_itself(name, found, texts)
        return status if is_done else self._program(node, found)

    def _by_itself(self, name: str, found: Expanded, texts: Sequence[str]) -> tuple[bool, bool | None]:
        """Do what the shell does without a program; return whether it does that, and its status."""
        status: bool | None = True
        reads = name in {".", "source"} and len(found.words) > 1
        script = self.around.script(found.words[1]) if reads else None
        if name in self.functions:
            status = self._call(name, found.words[1:])
        elif script is not None:
            status = self._within(script)
        elif name in _ENDING:
            self.has_returned, self.has_ended = name == "return", name == "exit"
            status = found.words[1:2] != ("1",)
        elif name == "eval":
            status = self._within(" ".join(found.words[1:]))
        elif not builtin(self, found.words, texts) and name not in _QUIET:
            return not (name or found.unknown), True
        return True, status

    def _program(self, node: Simple, found: Expanded) -> bool | None:
        """Take in a command that is no part of the shell."""
        name, is_alone = found.words[0] if found.words else "", len(node.command.words) == 1
        if (name in _DROPPED and (name != "env" or is_alone)) or found.words[1:2] == ("-v",):
            self.note(f"`{name}` is left out")
            return None if name in _ASKING or name == "command" else True
        if name in {"exec", "false"} and is_alone:
            return name == "exec"
        for one in found.dropped if not found.unknown else ():
            self.note(f"`{one}` is left out: no shell replaces it")
        given = next((one.operator for one in node.command.redirections if one.operator.startswith("<")), "")
        problem = f"it needs a shell for {given!r}" if given not in {"", "<&"} else ""
        problem = f"it needs a shell to replace {found.unknown}" if found.unknown else problem
        self._act(found.words, problem)
        if node.is_background:
            self.problem = f"it needs a shell for '&': `{name}` runs in the background"
        self.has_ended = name == "exec"
        return True

    def _within(self, text: str) -> bool | None:
        """Go through another text as if it stood here: that of `eval`, or a file that is read in."""
        if self.depth >= _DEEPEST:
            return None
        text = text.replace("\r\n", "\n")
        whole, self.text = self.text, text
        self.depth += 1
        try:
            return self.run(shelltree.parse(text))
        except InputError:
            return None
        finally:
            self.text = whole
            self.depth -= 1

    def _call(self, name: str, words: tuple[str, ...]) -> bool | None:
        """Run a function of the text with its own arguments."""
        if self.depth >= _DEEPEST:
            self.problem = "it calls itself"
            return None
        kept, self.more = self.more, words
        self.depth += 1
        status = self.run(self.functions[name])
        self.depth -= 1
        self.more, self.has_returned = kept, False
        return status


def _undecided(test: str) -> str:
    return f"which command it starts depends on `{test}`, which only a run tells"


def _is_asking(node: Simple) -> bool:
    """Return whether a command in a test does nothing but answer."""
    name = node.command.name
    return name in TESTS | _QUIET | _DROPPED | {"command", "false"} or not node.command.words


def _commands(nodes: Iterable[Node]) -> Iterable[Simple]:
    """Yield the simple commands of nodes, those of tests among them."""
    for node in nodes:
        if isinstance(node, Simple):
            yield node
        else:
            yield from _commands(shelltree.children(node))
