"""Run by the image's interpreter inside the sandbox: loads Django's settings, collects static files.

Knows nothing of bareboat. The answer is a JSON file: `state` says what came of it, `missing` which
environment variables were looked up in vain, `touched` which of the given values an error is about.
Folders are listed in the order of their names, so that manifests do not depend on the file system.
"""

import json
import os
import runpy
import site
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

__all__ = ["Asked", "Sorted", "chain", "main", "touched"]

Asked = Mapping[str, Any]
_MANIFEST = "staticfiles.json"
_FRAMES = 8


class Sorted:
    """What os.scandir gives, by name."""

    def __init__(self, entries: Sequence[Any]) -> None:
        self._entries = iter(sorted(entries, key=lambda entry: entry.name))

    def __iter__(self) -> Iterator[Any]:
        return self._entries

    def __next__(self) -> Any:
        return next(self._entries)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Forget what is left."""
        self._entries = iter(())


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and all that led to it, each once."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop(0)
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [one.__cause__, one.__context__]


def touched(error: BaseException, given: Mapping[str, str]) -> list[str]:
    """Return the names of the given values that the functions which failed were working on."""
    found = []
    values = {value: name for name, value in given.items()}
    for one in chain(error):
        frames = [frame for frame, _ in traceback.walk_tb(one.__traceback__)][-_FRAMES:]
        for frame in reversed(frames):
            if frame.f_code.co_name == "<module>":
                break
            held = frame.f_locals.values()
            found += [values[value] for value in held if isinstance(value, str) and value in values]
    return list(dict.fromkeys(found))


def _words(error: BaseException) -> str:
    """Return what an exception says; of a pydantic error also the fields that it is about."""
    said = f"{type(error).__name__}: {error}"
    errors = getattr(error, "errors", None)
    if callable(errors):
        try:
            fields = [part for one in errors() for part in one["loc"] if isinstance(part, str)]
        except Exception:  # noqa: BLE001 - another library's method of that name
            return said
        return f"{said} {' '.join(field.upper() for field in fields)}"
    return said


def _own(trace: TracebackType | None) -> TracebackType | None:
    """Return the part of a traceback that begins in the project's own code."""
    whole, above = trace, {__file__, runpy.__file__, "<frozen runpy>"}
    while trace is not None and trace.tb_frame.f_code.co_filename in above:
        trace = trace.tb_next
    return trace or whole


def _order() -> None:
    """List folders by name from now on."""
    listdir, scandir = os.listdir, os.scandir

    def listed(path: Any = ".") -> Any:
        return sorted(listdir(path))

    def scanned(path: Any = ".") -> Any:
        with scandir(path) as entries:
            return Sorted(list(entries))

    os.listdir, os.scandir = listed, scanned


def _watch(missing: list[str]) -> None:
    """Note from now on which variables are looked up and are not there."""
    kind = type(os.environ)
    original = kind.__getitem__

    def found(held: Any, name: Any) -> Any:
        try:
            return original(held, name)
        except KeyError:
            if isinstance(name, str) and name not in missing:
                missing.append(name)
            raise

    kind.__getitem__ = found  # type: ignore[method-assign]


def _is_local(asked: Asked, answer: dict[str, Any]) -> bool:
    """Say in `answer` where static files go; tell whether they are to be collected."""
    import django  # type: ignore[import-not-found,unused-ignore]
    from django.apps import apps  # type: ignore[import-not-found,unused-ignore]
    from django.conf import settings  # type: ignore[import-not-found,unused-ignore]

    answer["settings"] = os.environ.get("DJANGO_SETTINGS_MODULE", "")
    django.setup()
    if not apps.is_installed("django.contrib.staticfiles"):
        answer.update(state="none", reason="django.contrib.staticfiles is not in INSTALLED_APPS")
        return False
    from django.contrib.staticfiles import storage  # type: ignore[import-not-found,unused-ignore]

    held = storage.staticfiles_storage
    answer["storage"] = f"{held.__class__.__module__}.{held.__class__.__qualname__}"
    if not getattr(settings, "STATIC_ROOT", None):
        is_files = issubclass(held.__class__, storage.StaticFilesStorage)
        answer.update(state="none" if is_files else "remote", reason="STATIC_ROOT is not set")
        return False
    try:
        folder = os.path.dirname(os.path.abspath(held.path("bareboat")))  # noqa: PTH100, PTH120 - as Django does
    except NotImplementedError:
        answer["state"] = "remote"
        return False
    answer["root"] = folder
    if Path(folder, getattr(held, "manifest_name", None) or _MANIFEST).is_file():
        answer["state"] = "committed"
        return False
    if not any(folder == place or folder.startswith(f"{place}/") for place in asked["writable"]):
        answer["state"] = "elsewhere"
        return False
    answer["state"] = "collected"
    return True


def _compresses() -> bool:
    """Say whether the settings want django-compressor's files made before a start, as they then must be."""
    from django.apps import apps  # type: ignore[import-not-found,unused-ignore]
    from django.conf import settings  # type: ignore[import-not-found,unused-ignore]

    wanted = getattr(settings, "COMPRESS_ENABLED", False) and getattr(settings, "COMPRESS_OFFLINE", False)
    return bool(wanted) and apps.is_installed("compressor")


def _collect(asked: Asked, answer: dict[str, Any]) -> None:
    """Run `manage.py collectstatic` as the project has it; its own settings are looked at first."""
    from django.core import management  # type: ignore[import-not-found,unused-ignore]

    run = management.execute_from_command_line

    def execute(argv: Any = None) -> None:
        if _is_local(asked, answer):
            run(argv)
            if _compresses():
                run([sys.argv[0], "compress", "--no-color"])

    management.execute_from_command_line = execute
    manage = asked["manage"]
    sys.argv = [manage or "manage.py", "collectstatic", "--noinput", "--no-color"]
    try:
        if manage:
            sys.path.insert(0, str(Path(manage).parent))
            runpy.run_path(manage, run_name="__main__")
        else:
            execute(sys.argv)
    except SystemExit as error:
        if error.code not in {None, 0}:
            raise
    if not answer:
        raise RuntimeError(f"{manage} runs no command of Django")


def main(told: str) -> int:
    """Do what the JSON object in the file `told` asks for; return the exit code."""
    asked = json.loads(Path(told).read_text(encoding="utf-8"))
    for folder in asked["site"]:
        site.addsitedir(folder)
    missing: list[str] = []
    answer: dict[str, Any] = {}
    _order()
    _watch(missing)
    try:
        _collect(asked, answer)
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is told
        traceback.print_exception(error.with_traceback(_own(error.__traceback__)))
        answer["state"] = "failed"
        answer["touched"] = touched(error, asked["given"])
        answer["error"] = "\n".join(map(_words, chain(error)))
    answer["missing"] = missing
    Path(asked["answer"]).write_text(json.dumps(answer), encoding="utf-8")
    sys.stdout.flush()
    return int(answer["state"] == "failed")


if __name__ == "__main__":
    os._exit(main(sys.argv[1]))
