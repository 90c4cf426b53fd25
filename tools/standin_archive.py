"""The Debian archive as the host reaches it: packages and sources of one suite, with apt's state apart."""

import re
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["SUITE", "Archive", "run"]

SUITE = "trixie"
FRESH = 3600.0  # seconds for which the archive's indexes are taken as they are


@dataclass(frozen=True, slots=True)
class Archive:
    """The Debian archive through the host's own mirror, with apt's state in a folder of ours."""

    main: str
    security: str
    state: Path

    @classmethod
    def of_host(cls, state: Path) -> "Archive":
        """Take the mirrors out of the host's apt sources."""
        main = _mirror(r"debian")
        return cls(main, _mirror(r"debian-security") or main.replace("/debian", "/debian-security"), state)

    def lines(self, kind: str = "deb") -> tuple[str, ...]:
        """Return the apt sources of the suite, one line each."""
        return (
            f"{kind} {self.main} {SUITE} main",
            f"{kind} {self.main} {SUITE}-updates main",
            f"{kind} {self.security} {SUITE}-security main",
        )

    def deb822(self) -> str:
        """Return the sources as the official images write them."""
        keys = "/usr/share/keyrings/debian-archive-keyring.gpg"
        return "\n".join(
            f"Types: deb\nURIs: {uri}\nSuites: {suites}\nComponents: main\nSigned-By: {keys}\n"
            for uri, suites in ((self.main, f"{SUITE} {SUITE}-updates"), (self.security, f"{SUITE}-security"))
        )

    def download(self, names: Sequence[str]) -> list[Path]:
        """Fetch packages, without what they depend on; return their files in the same order."""
        folder = self.state / "debs"
        folder.mkdir(parents=True, exist_ok=True)
        self._apt(["download", *names], folder)
        return [max(folder.glob(f"{name}_*.deb"), key=_changed) for name in names]

    def upstream(self, package: str) -> Path:
        """Fetch a source package's upstream tar."""
        folder = self.state / "sources"
        folder.mkdir(parents=True, exist_ok=True)
        self._apt(["source", "--download-only", "--tar-only", package], folder)
        return max(folder.glob(f"{package}_*.orig.tar.*[!c]"), key=_changed)

    def _apt(self, arguments: list[str], folder: Path) -> None:
        state = self.state / "apt"
        sources = state / "sources.list"
        options = {
            "Dir::Etc::sourcelist": sources,
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::Etc::preferencesparts": "/dev/null",
            "Dir::State": state,
            "Dir::State::status": state / "status",
            "Dir::Cache": state / "cache",
            "APT::Sandbox::User": "root",
            "Acquire::Languages": "none",
            "Acquire::Retries": "3",
        }
        command = ["apt-get", "--quiet", *(f"-o{name}={value}" for name, value in options.items())]
        if not sources.exists() or time.time() - _changed(sources) > FRESH:
            (state / "cache" / "archives" / "partial").mkdir(parents=True, exist_ok=True)
            (state / "lists" / "partial").mkdir(parents=True, exist_ok=True)
            (state / "status").touch()
            sources.write_text("\n".join([*self.lines(), *self.lines("deb-src")]) + "\n")
            try:
                run([*command, "update"], folder)
            except SystemExit:
                sources.unlink()
                raise
        run([*command, *arguments], folder)


def run(command: list[str], folder: Path | None = None, environ: dict[str, str] | None = None) -> bytes:
    """Return what a command prints. Raises SystemExit with its words when it fails."""
    done = subprocess.run(command, check=False, capture_output=True, cwd=folder, env=environ)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).decode(errors="replace").strip()[-2000:]
        raise SystemExit(f"standins: {' '.join(command[:4])} … ended with {done.returncode}:\n{said}")
    return done.stdout


def _mirror(archive: str) -> str:
    folder = Path("/etc/apt")
    for file in [*sorted(folder.glob("sources.list.d/*.sources")), folder / "sources.list"]:
        text = file.read_text() if file.is_file() else ""
        for pattern in (rf"^URIs:\s*(\S+/{archive})/?\s*$", rf"^deb\s+(?:\[.*?\]\s*)?(\S+/{archive})/?\s"):
            if (match := re.search(pattern, text, re.MULTILINE)) is not None:
                return match[1]
    if archive == "debian":
        raise SystemExit("standins: no Debian mirror in the host's apt sources")
    return ""


def _changed(file: Path) -> float:
    return file.stat().st_mtime
