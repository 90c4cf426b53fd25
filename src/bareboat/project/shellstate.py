"""What a shell knows while a text is gone through: variables, arguments, folder; what it does by itself."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from bareboat.project.line import Line, Surroundings
from bareboat.project.shellwords import expanded, value_of

__all__ = ["DECLARING", "NAME", "State", "below", "builtin", "noted"]

DECLARING = frozenset({"declare", "export", "local", "readonly", "typeset"})
NAME = re.compile(r"[A-Za-z_]\w*")
_ASSIGNED = re.compile(r"\$\{(\w+):?=")


class State(Struct):
    """Variables and scripts are `around`, arguments `more`; `held` has variables, folder and notes so far.

    `unknown` are variables that are set to something that only a run tells, `exported` those that programs
    get, all of them after `set -a`.
    """

    around: Surroundings
    more: tuple[str, ...]
    held: Line = field(default_factory=Line)
    unknown: set[str] = field(default_factory=set)
    exported: set[str] = field(default_factory=set)
    exports_all: bool = False

    def __post_init__(self) -> None:
        self.exported |= self.around.variables.keys()

    def value(self, text: str) -> str | None:
        """Return what a word is in a test, None where that is not known."""
        return value_of(text, self.around.variables, self.more, self.unknown)

    def note(self, text: str) -> None:
        """Say once what is left out."""
        self.held = noted(self.held, text)

    def forget(self, texts: Iterable[str]) -> None:
        """Take the names of `NAME=value` for set to something unknown."""
        names = {text.partition("=")[0].rstrip("+") for text in texts}
        self.unknown |= {name for name in names if NAME.fullmatch(name)}
        kept = {key: value for key, value in self.around.variables.items() if key not in names}
        self.around = replace(self.around, variables=kept)

    def assign(self, texts: Iterable[str], *, is_exported: bool = False) -> None:
        """Take `NAME=value` in, for programs too where they get it; an unknown value is forgotten."""
        for text in texts:
            name, sign, value = text.partition("=")
            if not NAME.fullmatch(name):
                continue
            self.exported |= {name} if is_exported or self.exports_all else set()
            if not sign:
                self._export(name)
                continue
            found = expanded([value], self.around.variables, self.more)
            if found.dropped or found.unknown:
                self.forget([text])
                continue
            told = " ".join(found.words)
            self.unknown.discard(name)
            self.around = replace(self.around, variables={**self.around.variables, name: told})
            self._export(name)

    def _export(self, name: str) -> None:
        """Give programs a variable, where they get it and it is known."""
        if name in self.exported and name in self.around.variables:
            env = {**dict(self.held.env), name: self.around.variables[name]}
            self.held = replace(self.held, env=tuple(env.items()))


_Own = Callable[[State, tuple[str, ...], Sequence[str]], None]


def builtin(state: State, words: tuple[str, ...], texts: Sequence[str]) -> bool:
    """Do what a shell does by itself; return whether it does that. `texts` are the words as written."""
    name = words[0] if words else ""
    own = _OWN.get(name)
    if own is None:
        return False
    own(state, words, texts)
    return True


def _declare(state: State, _: tuple[str, ...], texts: Sequence[str]) -> None:
    state.assign(texts[1:], is_exported=texts[0] == "export" or "-x" in texts)


def _cd(state: State, words: tuple[str, ...], _: Sequence[str]) -> None:
    if len(words) > 1:
        state.held = replace(state.held, folder=below(state.held.folder, words[1]))


def _set(state: State, words: tuple[str, ...], _: Sequence[str]) -> None:
    if "--" in words:
        state.more = words[words.index("--") + 1 :]
    state.exports_all = state.exports_all or "-a" in words[:2] or words[1:3] == ("-o", "allexport")


def _shift(state: State, words: tuple[str, ...], _: Sequence[str]) -> None:
    count = int(words[1]) if len(words) > 1 and words[1].isdecimal() else 1
    state.more = state.more[count:]


def _colon(state: State, _: tuple[str, ...], texts: Sequence[str]) -> None:
    for text in texts:
        match = _ASSIGNED.search(text)
        if match is not None:
            state.assign([f"{match[1]}={text}"])


_OWN: Mapping[str, _Own] = {
    **dict.fromkeys(DECLARING, _declare),
    ":": _colon,
    "cd": _cd,
    "set": _set,
    "shift": _shift,
}


def below(folder: str, name: str) -> str:
    """Return the folder that `cd NAME` leads to."""
    whole = folder + "/" + name if not name.startswith("/") else name
    parts = [part for part in whole.split("/") if part not in {"", "."}]
    while ".." in parts:
        at = parts.index("..")
        parts[max(at - 1, 0) : at + 1] = []
    return ("/" if name.startswith("/") or folder.startswith("/") else "") + "/".join(parts)


def noted(line: Line, said: str) -> Line:
    """Return the line with a note, once."""
    return line if not said or said in line.notes else replace(line, notes=(*line.notes, said))
