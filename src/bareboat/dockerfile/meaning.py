"""What a build refuses once variables have values and stages are known: the second half of `check`.

Spec: BuildKit, frontend/dockerfile/dockerfile2llb/convert.go and convert_copy.go.
"""

import posixpath
from collections.abc import Callable, Iterator, Mapping

from bareboat.dockerfile import heredocs, mounts, values, wellformed
from bareboat.dockerfile.expand import expand, expand_words
from bareboat.dockerfile.scope import Scope, Seen, scopes
from bareboat.dockerfile.stages import Stages, Use, read
from bareboat.dockerfile.syntax import File, Instruction
from bareboat.errors import InputError

__all__ = ["problems"]

Problem = tuple[int, InputError]


def problems(file: File, arguments: Mapping[str, str]) -> Iterator[Problem]:
    """Yield each reason for which a build refuses a file of well-formed instructions, with its line."""
    try:
        _directive(file.directive("check") or "")
        stages = read(file, arguments=arguments, where="")
    except InputError as error:
        yield int(error.where.removeprefix(":") or 0), error
        return
    reached = stages.needed(stages.stages[-1])
    found = [*_bases(stages), *_origins(stages)]
    for seen in scopes(stages, arguments=arguments):
        if seen.is_trigger and seen.stage.index not in reached:
            continue
        line = seen.stage.start.line if seen.is_trigger else seen.item.line
        found += [(line, error) for error in _of(seen)]
    yield from sorted(found, key=lambda problem: problem[0])


def _tried(check: Callable[..., object], *given: object) -> Iterator[InputError]:
    """Yield the error of a call, if it has one."""
    try:
        check(*given)
    except InputError as error:
        yield error


def _directive(text: str) -> None:
    """Refuse options of `# check=` that BuildKit does not know."""
    options = text.partition(" ")[0].strip()
    for option in options.split(";", 2) if options else ():
        name, sign, value = option.partition("=")
        is_known = name.strip() in {"skip", "experimental", "error"} and sign
        if not is_known or (name.strip() == "error" and value.strip() not in values.BOOLEANS):
            raise InputError(
                f"{option!r} is no option of # check=",
                hint="write skip=RULE or error=true",
            )


def _bases(stages: Stages) -> Iterator[Problem]:
    for stage in stages.stages:
        line = stage.start.line
        if not stage.image:
            shown = stage.start.arguments[0]
            yield (
                line,
                InputError(f"FROM {shown} names nothing", hint="give its ARG a default above the first FROM"),
            )
        elif stage.base is None and stage.image != "scratch":
            for error in _tried(values.check_image, stage.image):
                yield line, error
        given = stage.start.flag("platform")
        if given:
            for error in _tried(values.check_platform, stage.platform):
                yield line, error


def _origins(stages: Stages) -> Iterator[Problem]:
    """Yield stages and images that cannot be copied or mounted from."""
    # BuildKit numbers what is no stage of the file behind the stages, in the order of use.
    count = len(stages.stages)
    for stage in stages.stages:
        for item in stage.instructions:
            uses = stage.uses_of(item)
            for use in uses:
                for error in _origin(use, stage.index, count):
                    yield item.line, error
            if item.keyword == "RUN":
                count += len(item.values("mount")) - sum(use.stage is not None for use in uses)
            else:
                count += sum(use.stage is None and values.index(use.name) is None for use in uses)


def _origin(use: Use, own: int, count: int) -> Iterator[InputError]:
    place = values.index(use.name) if use.instruction.keyword == "COPY" else None
    if use.stage is not None:
        if use.stage >= own:
            yield InputError(
                f"{use.name!r} is no earlier stage", hint="a stage takes files from those above it"
            )
    elif place is not None:
        if not 0 <= place < count:
            yield InputError(f"there is no stage {use.name}", hint="stages count from 0")
    elif use.name != "scratch":
        if use.instruction.keyword == "COPY" and not _is_literal(use.name):
            yield InputError(
                f"--from={use.name} holds a variable",
                hint="write FROM $VARIABLE AS name, and use it",
            )
        else:
            yield from _tried(values.check_image, use.name)


def _is_literal(text: str) -> bool:
    try:
        return expand(text, {}).text == text
    except InputError:
        return False


def _of(seen: Seen) -> Iterator[InputError]:
    """Yield what is wrong with one instruction where it stands."""
    if seen.is_trigger:
        found = list(wellformed.problems(seen.item))
        if found:
            yield from found
            return
    reader = _READERS.get(seen.item.keyword)
    if reader is not None:
        yield from reader(seen.item, seen.scope)


def _pairs(item: Instruction, scope: Scope) -> Iterator[InputError]:
    for key, value in item.pairs:
        yield from _tried(scope.expand, key)
        yield from _tried(scope.expand, value or "")


def _arguments(item: Instruction, scope: Scope) -> Iterator[InputError]:
    # Of one ARG's names, those behind see those before.
    yield from _tried(scope.copy().take, item)


def _word(item: Instruction, scope: Scope) -> Iterator[InputError]:
    for text in item.arguments:
        yield from _tried(scope.expand, text)


def _volume(item: Instruction, scope: Scope) -> Iterator[InputError]:
    for text in item.arguments:
        try:
            if not scope.expand(text.strip()).text:
                yield InputError("VOLUME has an empty path", hint="write a path such as /data")
        except InputError as error:
            yield error


def _signal(item: Instruction, scope: Scope) -> Iterator[InputError]:
    try:
        values.check_signal(scope.expand(item.arguments[0]).text)
    except InputError as error:
        yield error


def _ports(item: Instruction, scope: Scope) -> Iterator[InputError]:
    for text in item.arguments:
        try:
            ports = expand_words(text, scope.variables, escape=scope.escape)
        except InputError as error:
            yield error
            continue
        for port in ports:
            yield from _tried(values.check_port, port)


def _run(item: Instruction, scope: Scope) -> Iterator[InputError]:
    for text in item.values("mount"):
        try:
            mount = mounts.parse(text, lambda word: scope.expand(word).text)
        except InputError as error:
            yield InputError(f"--mount={text}: {error.message}", hint=error.hint)
            continue
        if mount.type in {"secret", "ssh"}:
            continue
        target = mount.target
        if not posixpath.normpath(target or ".").startswith("/"):
            # Where the base's own working directory is unknown, nothing can be said.
            target = posixpath.normpath(posixpath.join(scope.workdir or "/unknown", target))
        if target == "/":
            yield InputError(f"--mount={text} has the root as its target", hint="write target=/some/folder")


def _copied(item: Instruction, scope: Scope) -> Iterator[InputError]:
    for name in ("chown", "chmod", "checksum"):
        yield from _tried(scope.expand, item.flag(name) or "")
    words = [text for text in item.arguments if not heredocs.is_word(text)]
    try:
        sources = [scope.expand(text).text for text in words]
    except InputError as error:
        yield error
        return
    for heredoc in item.heredocs:
        yield from _tried(scope.body, heredoc)
    yield from _tried(_check_mode, item.flag("chmod") or "", scope)
    if item.keyword == "COPY":
        for source in sources[:-1]:
            if values.is_git(source) or values.is_url(source):
                yield InputError(f"COPY cannot fetch {source}", hint="use ADD")
    elif item.flag("checksum"):
        yield from _checksum(item.flag("checksum") or "", sources[:-1], scope)


def _check_mode(text: str, scope: Scope) -> None:
    mode = scope.expand(text).text
    if mode:
        values.check_mode(mode)


def _checksum(text: str, sources: list[str], scope: Scope) -> Iterator[InputError]:
    try:
        digest = scope.expand(text).text
    except InputError:
        return  # said before
    if not digest:
        return
    if len(sources) != 1:
        yield InputError("--checksum goes with one source alone", hint="write one ADD for each source")
    elif values.is_url(sources[0]):
        yield from _tried(values.check_digest, digest)
    elif not values.is_git(sources[0]) and not sources[0].startswith("github.com/"):
        yield InputError("--checksum goes with a URL or a git repository", hint="leave it out")


_READERS: dict[str, Callable[[Instruction, Scope], Iterator[InputError]]] = {
    "ADD": _copied,
    "ARG": _arguments,
    "COPY": _copied,
    "ENV": _pairs,
    "EXPOSE": _ports,
    "LABEL": _pairs,
    "RUN": _run,
    "STOPSIGNAL": _signal,
    "USER": _word,
    "VOLUME": _volume,
    "WORKDIR": _word,
}
