"""The stages of a file: their names and numbers, what each stands on, and which a target needs.

Names are resolved as BuildKit does: FROM looks for a stage as it is written, COPY and mounts without
regard to case; COPY takes numbers too. Variables in FROM are replaced from the ARGs above the first one.
Spec: Dockerfile reference, "Multi-stage builds"; BuildKit, dockerfile2llb/convert.go.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bareboat.dockerfile import mounts, values
from bareboat.dockerfile.expand import expand
from bareboat.dockerfile.syntax import File, Instruction
from bareboat.errors import InputError

__all__ = ["Stage", "Stages", "Use", "platform_variables", "read"]

MOST = 1000  # stages; no build has so many, and each holds variables of its own


@dataclass(frozen=True, slots=True)
class Use:
    """One place where a stage takes files from elsewhere: `stage` is None for an image."""

    instruction: Instruction
    stage: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage; `image` is its base with variables replaced, `base` the stage that it is, if one.

    `triggers` run before its own instructions, because the stage below says ONBUILD.
    """

    index: int
    name: str
    image: str
    base: int | None
    platform: str
    start: Instruction
    triggers: tuple[Instruction, ...]
    instructions: tuple[Instruction, ...]
    uses: tuple[Use, ...]
    _by_item: dict[int, list[Use]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def uses_of(self, item: Instruction) -> list[Use]:
        """Return the uses of one of its instructions."""
        if len(self._by_item) == 0:
            for use in self.uses:
                self._by_item.setdefault(id(use.instruction), []).append(use)
        return self._by_item.get(id(item), [])

    @property
    def shown(self) -> str:
        """The name, or the number where it has none."""
        return self.name or str(self.index)

    @property
    def needs(self) -> frozenset[int]:
        """The stages that it stands on or takes files from."""
        others = {use.stage for use in self.uses if use.stage is not None}
        return frozenset(others if self.base is None else {*others, self.base})


@dataclass(frozen=True, slots=True)
class Stages:
    """All stages in their order, and the variables that stand above the first."""

    stages: tuple[Stage, ...]
    globals: Mapping[str, str]
    escape: str = "\\"

    def find(self, name: str) -> Stage | None:
        """Return the stage of a name, or of a number."""
        named = [stage for stage in self.stages if stage.name == name.lower() and name]
        if named:
            return named[-1]
        place = values.number(name)
        return self.stages[place] if place is not None and place < len(self.stages) else None

    def target(self, name: str = "") -> Stage:
        """Return the stage that a build makes: the last unless named; InputError for an unknown name."""
        if not self.stages:
            raise InputError("the file has no stage", hint="a Dockerfile begins with FROM")
        if not name:
            return self.stages[-1]
        found = self.find(name)
        if found is None:
            names = ", ".join(stage.shown for stage in self.stages)
            raise InputError(f"there is no stage {name!r}", hint=f"the stages are {names}")
        return found

    def needed(self, target: Stage) -> frozenset[int]:
        """Return the numbers of the stages that a target needs, its own among them."""
        done: set[int] = set()
        todo = [target.index]
        while todo:
            place = todo.pop()
            if place not in done:
                done.add(place)
                todo += self.stages[place].needs
        return frozenset(done)


def platform_variables(platform: str = "linux/amd64", target: str = "") -> dict[str, str]:
    """Return the variables that every build has above its first FROM."""
    system, _, rest = platform.partition("/")
    architecture, _, variant = rest.partition("/")
    found = {"TARGETSTAGE": target or "default"}
    for side in ("BUILD", "TARGET"):
        found |= {
            f"{side}PLATFORM": platform,
            f"{side}OS": system,
            f"{side}OSVERSION": "",
            f"{side}ARCH": architecture,
            f"{side}VARIANT": variant,
        }
    return found


def read(
    file: File,
    *,
    arguments: Mapping[str, str] | None = None,
    platform: str = "linux/amd64",
    where: str = "Dockerfile",
) -> Stages:
    """Return the stages of a file; `arguments` are those that the build is given.

    What stands before the first FROM and is no ARG belongs to none: `check` refuses it. ONBUILD of a stage
    takes part where another stage stands on it. Raises InputError for variables that cannot be
    replaced, for a base without a name, and for more than a thousand stages.
    """
    given = arguments or {}
    parts = _parts(file)
    variables = _globals(file, platform_variables(platform), given, where)
    stages: list[Stage] = []
    names: dict[str, int] = {}
    if len(parts) > MOST:
        raise InputError(f"the file has more than {MOST} stages", where=where, hint="split it")
    starts = [_name(start) for start, _ in parts]
    later = {name: place for place, name in enumerate(starts) if name}
    for place, (start, body) in enumerate(parts):
        image = _expanded(start, start.arguments[0] if start.arguments else "", variables, file.escape, where)
        base = names.get(image)
        triggers = _triggers(stages[base]) if base is not None else ()
        uses = tuple(use for item in (*triggers, *body) for use in _uses(item, later, len(parts)))
        wanted = _expanded(start, start.flag("platform") or "", variables, file.escape, where)
        stages.append(Stage(place, starts[place], image, base, wanted, start, triggers, body, uses))
        if starts[place]:
            names[starts[place]] = place
    return Stages(tuple(stages), variables, file.escape)


def _parts(file: File) -> list[tuple[Instruction, tuple[Instruction, ...]]]:
    parts: list[tuple[Instruction, list[Instruction]]] = []
    for item in file.instructions():
        if item.keyword == "FROM":
            parts.append((item, []))
        elif parts:
            parts[-1][1].append(item)
    return [(start, tuple(body)) for start, body in parts]


def _name(start: Instruction) -> str:
    words = start.arguments
    return words[2].lower() if len(words) == 3 and words[1].casefold() == "as" else ""


def _triggers(base: Stage) -> tuple[Instruction, ...]:
    """Return what a stage runs first because the one below it says ONBUILD."""
    return tuple(item.inner for item in base.instructions if item.keyword == "ONBUILD" and item.inner)


def _globals(file: File, variables: dict[str, str], given: Mapping[str, str], where: str) -> dict[str, str]:
    variables |= {name: value for name, value in given.items() if name in variables}
    for item in file.instructions():
        if item.keyword != "ARG":
            break
        for name, default in item.pairs:
            if name in given:
                variables[name] = given[name]
            elif default is not None:
                variables[name] = _expanded(item, default, variables, file.escape, where)
    return variables


def _expanded(item: Instruction, text: str, variables: Mapping[str, str], escape: str, where: str) -> str:
    try:
        return expand(text, variables, escape=escape).text
    except InputError as error:
        raise InputError(error.message, where=f"{where}:{item.line}", hint=error.hint) from error


def _uses(item: Instruction, names: Mapping[str, int], count: int) -> list[Use]:
    """Return the stages and images that an instruction takes files from."""
    if item.keyword == "COPY":
        origin = item.flag("from")
        if not origin:
            return []
        place = values.index(origin)
        if place is not None:
            return [Use(item, place if 0 <= place < count else None, origin)]
        return [Use(item, names.get(origin.lower()), origin)]
    if item.keyword != "RUN":
        return []
    found = []
    for text in item.values("mount"):
        try:
            origin = mounts.origin(text)
        except InputError:
            continue  # `check` says what is wrong with it
        if origin:
            found.append(Use(item, names.get(origin.lower()), origin))
    return found
