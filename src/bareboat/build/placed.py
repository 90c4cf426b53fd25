"""Requirements that come from a place, made ready for resolving: what is there, and what that requires.

A repository gets its commit, an archive its hash. What a manifest writes down is read; else the backend
is asked, in the sandbox, by building the wheel that the image needs anyway.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from email.parser import Parser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from msgspec import Struct, field
from packaging.requirements import InvalidRequirement, Requirement

from bareboat.build.application import AS_FILES
from bareboat.build.metadata import Metadata, of_archive, static
from bareboat.build.repositories import SOURCE
from bareboat.build.sdists import Sdists, fetched_sources
from bareboat.errors import BuildError, InputError
from bareboat.index.standin import StandIn
from bareboat.lock import Folder, Repository, Sdist
from bareboat.oci.digest import Digest
from bareboat.project import direct, reference
from bareboat.project.wheels import filename

__all__ = ["Placed"]


class Placed(Struct):
    """Looks at places, each once. `folder` is the project's; `found` are the packages, by name."""

    sdists: Callable[[], Sdists]
    folder: Path
    found: dict[str, StandIn] = field(default_factory=dict)
    _seen: dict[str, Metadata] = field(default_factory=dict)
    _urls: dict[str, str] = field(default_factory=dict)

    def lines(self, requirements: Iterable[str], base: Path, *, where: str) -> tuple[str, ...]:
        """Return the requirements with what comes from a place named alone, `found` holding the places.

        Raises what fetching and building raise, InputError for a package from two places.
        """
        return tuple(self._line(line, base, where) for line in requirements)

    def own(self, folder: Path) -> Metadata:
        """Return what the backend of the project in `folder` says; its places are looked at too."""
        held = Folder(str(folder), str(direct.bound(folder)))
        try:
            said = static(folder) or self._built(held, folder.name)
        except BuildError as error:
            if not error.message.endswith("is missing"):
                error.hint = "\n".join(filter(None, (AS_FILES, error.hint)))
            raise
        requires = self.lines(said.requires, folder, where=folder.name)
        return Metadata(said.name, said.version, requires, said.extras, said.python)

    def _line(self, line: str, base: Path, where: str) -> str:
        try:
            asked = Requirement(line)
        except InvalidRequirement:
            return line
        if asked.url is None:
            return line
        place = reference.place(asked.url, base, where=where)
        if place.kind == "wheel":
            return line
        name = self._look(place, asked.name, base, where)
        extras = f"[{','.join(sorted(asked.extras))}]" if asked.extras else ""
        return f"{name}{extras}" + (f" ; {asked.marker}" if asked.marker is not None else "")

    def _look(self, place: reference.Place, name: str, base: Path, where: str) -> str:
        """Look at a place unless that was done, and return the name of the package that is there."""
        asked = repr(place)
        if asked not in self._seen:
            sources, home = self._sources(place, base, where)
            said = self._said(sources, home, name)
            self._seen[asked] = said
            before = self._urls.setdefault(said.name, asked)
            if before != asked:
                raise InputError(
                    f"{said.name} is asked for from two places",
                    where=where,
                    hint="keep one of them",
                )
            requires = self.lines(said.requires, home or base, where=said.name)
            metadata = Metadata(said.name, said.version, requires, said.extras, said.python)
            self.found[said.name] = StandIn(
                self._block(said, sources), said.name, said.version, metadata.text()
            )
        return self._seen[asked].name

    def _sources(
        self, place: reference.Place, base: Path, where: str
    ) -> tuple[Sdist | Repository | Folder, Path | None]:
        """Return what is there, and the folder that holds it, None for an archive."""
        if place.git is not None:
            held = self.sdists().repositories.resolve(place.git)
            if held.reference:
                short = f"{held.url} {held.reference} is {held.commit} now"
                self.sdists().tools.progress.note(f"{short}: `bareboat lock` writes it down")
            home = self.sdists().repositories.checkout(held) / SOURCE / held.subdirectory
            return held, home
        if place.kind == "folder":
            path = unquote(urlsplit(place.url).path)
            inside = direct.folder(f"{path}/{place.subdirectory}", self.folder, where=where)
            return inside, Path(inside.path)
        return self._archive(place), None

    def _archive(self, place: reference.Place) -> Sdist:
        """Return an archive with the hash of its bytes, fetched now where nothing gives one."""
        name = filename(place.url)
        if place.sha256:
            return Sdist(name, place.url, place.sha256, subdirectory=place.subdirectory)
        tools = self.sdists().tools
        digest = hashlib.sha256()

        def chunks() -> Iterable[bytes]:
            for chunk in tools.client.fetch(place.url, progress=tools.progress, name=name):
                digest.update(chunk)
                yield chunk

        tools.store.put(chunks())
        tools.progress.note(f"{name} has no hash: taken as it is now; `bareboat lock` writes it down")
        return Sdist(name, place.url, digest.hexdigest(), subdirectory=place.subdirectory)

    def _said(self, sources: Sdist | Repository | Folder, home: Path | None, name: str) -> Metadata:
        if home is not None:
            return static(home) or self._built(sources, name)
        assert isinstance(sources, Sdist)  # noqa: S101 - the only one without a folder
        blob = fetched_sources(self.sdists().tools, sources)
        said = of_archive(blob, sources.filename) if not sources.subdirectory else None
        return said or self._built(sources, name)

    def _built(self, sources: Sdist | Repository | Folder, name: str) -> Metadata:
        headers = Parser().parsestr(self.sdists().metadata(sources, name), headersonly=True)
        return Metadata.of_headers(headers)

    def _block(self, said: Metadata, sources: Sdist | Repository | Folder) -> str:
        """Return what a pylock.toml says of the package, with paths relative to the project."""
        lines = [f'name = "{said.name}"', f"version = {json.dumps(said.version)}"]
        return "\n".join([*lines, _table(sources, self.folder)]) + "\n"


def _table(sources: Sdist | Repository | Folder, folder: Path) -> str:
    pairs: dict[str, str] = {}
    if isinstance(sources, Repository):
        pairs = {"type": "git", "url": sources.url, "requested-revision": sources.reference}
        pairs |= {"commit-id": sources.commit, "subdirectory": sources.subdirectory}
        return f"vcs = {{ {_pairs(pairs)} }}"
    if isinstance(sources, Folder):
        return f"directory = {{ {_pairs({'path': os.path.relpath(sources.path, folder)})} }}"
    if sources.url.startswith("file:"):
        path = unquote(urlsplit(sources.url).path)
        pairs = {"path": os.path.relpath(path, folder)}
    else:
        pairs = {"url": sources.url}
    pairs |= {"subdirectory": sources.subdirectory}
    return f'archive = {{ {_pairs(pairs)}, hashes = {{ sha256 = "{Digest(sources.sha256).hex}" }} }}'


def _pairs(pairs: Mapping[str, str]) -> str:
    return ", ".join(f"{key} = {json.dumps(value)}" for key, value in pairs.items() if value)
