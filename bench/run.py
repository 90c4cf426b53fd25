"""Measure bareboat against BuildKit on examples/fastapi, in one run, the peers in alternation.

Writes docs/benchmark.md and docs/benchmark.svg (unless --quick) and the raw figures as JSON. Needs
root, Docker with buildx and mmdebstrap (`make engines`), a package index and a Debian mirror.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from pathlib import Path

import base
import layers
import machine
import project
import report
from measure import Cost, Failed
from peers import Bareboat, BuildKit, Engine, Peer
from startup import command_time, first_answer

ROOT = Path(__file__).resolve().parent.parent
SCENARIOS = ("cold", "cold, locked", "dependency", "source")


@dataclass(slots=True)
class Figures:
    """Everything that was measured."""

    costs: dict[str, dict[str, list[Cost]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    images: dict[str, layers.Image] = field(default_factory=dict)
    pushed: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    starts: dict[str, dict[str, list[float]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    failures: dict[str, str] = field(default_factory=dict)


def main() -> int:
    """Return 0 when every peer could be measured."""
    wanted = arguments()
    work = Path(wanted.work).absolute()
    work.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="bareboat-bench-"))
    try:
        subprocess.run([ROOT / "tools" / "engines", "start", scratch / "engines"], check=True)
        return measured(wanted, work, scratch)
    finally:
        subprocess.run([ROOT / "tools" / "engines", "stop", scratch / "engines"], check=False)
        shutil.rmtree(scratch, ignore_errors=True)


def installed_as_by_pip() -> None:
    """Compile bareboat and its dependencies, which a checkout whose settings forbid it does not do."""
    places = [sysconfig.get_path("purelib"), str(ROOT / "src")]
    subprocess.run([sys.executable, "-m", "compileall", "-q", *places], check=False)


def measured(wanted: argparse.Namespace, work: Path, scratch: Path) -> int:
    folder = scratch / "engines" / "classic"
    engine = Engine(
        shutil.which("docker", path="/usr/bin:/bin") or "docker",
        str(folder / "docker.sock"),
        int((folder / "pid").read_text()),
    )
    base_size = base.ensure(work, [engine.program], engine.env)
    installed_as_by_pip()
    tools = Path(sys.executable).parent
    described = machine.describe(engine)
    versions = project.prepare(ROOT / "examples" / "fastapi", scratch, str(tools / "uv"))
    say(f"{project.CHANGED} {versions.before} → {versions.after}; base stand-in {base_size / 1e6:.0f} MB")
    found = Figures()
    peers = chosen(wanted, engine, tools, scratch)
    for turn in range(wanted.repeat):
        for peer in peers:
            if peer.name not in found.failures:
                one_turn(peer, turn, scratch, found)
    if not wanted.no_start:
        starts(peers, engine, found, wanted.repeat)
    document = {
        "machine": described,
        "base": {"name": base.NAME, "bytes": base_size, "suite": base.SUITE},
        "dependency": {"name": project.CHANGED, **asdict(versions)},
        "repeat": wanted.repeat,
        "costs": {
            name: {scenario: asdict(middle(costs)) for scenario, costs in by_scenario.items()}
            for name, by_scenario in found.costs.items()
        },
        "images": {
            name: {
                "uncompressed": image.uncompressed,
                "compressed": image.compressed,
                "layers": len(image.layers),
            }
            for name, image in found.images.items()
        },
        "pushed": found.pushed,
        "starts": {
            name: {share: statistics.median(values) for share, values in by_share.items()}
            for name, by_share in found.starts.items()
        },
        "help": {
            "bareboat": command_time([tools / "bareboat", "--help"]) if not found.failures else None,
            "python": command_time([tools / "python", "-c", "pass"]),
        },
        "failures": found.failures,
    }
    (work / "benchmark.json").write_text(json.dumps(document, indent=2))
    report.write(document, Path(wanted.output) if wanted.output else ROOT / "docs")
    for name, words in found.failures.items():
        say(f"{name} could not be measured: {words}")
    return 1 if found.failures else 0


def chosen(wanted: argparse.Namespace, engine: Engine, tools: Path, scratch: Path) -> list[Peer]:
    ca = Path(os.environ.get("SSL_CERT_FILE") or "/etc/ssl/certs/ca-certificates.crt")
    program = scratch / "uv-program"
    program.mkdir()
    shutil.copy(tools / "uv", program / "uv")
    here = ROOT / "bench"
    everyone: list[Peer] = [
        Bareboat("bareboat", engine, tools / "bareboat", scratch, into_docker=False),
        BuildKit("uv Dockerfile", engine, here / "uv.Dockerfile", program, ca),
        Bareboat("bareboat --load", engine, tools / "bareboat", scratch, into_docker=True),
        BuildKit("uv Dockerfile, no bytecode", engine, here / "uv.Dockerfile", program, ca, bytecode=False),
        BuildKit("pip Dockerfile", engine, here / "pip.Dockerfile", program, ca),
    ]
    return [peer for peer in everyone if not wanted.peer or peer.name in wanted.peer]


def one_turn(peer: Peer, turn: int, scratch: Path, found: Figures) -> None:
    """Measure one peer from cold to a source change, each build on what the one before left."""
    before, after = scratch / "before", scratch / "after"
    try:
        if isinstance(peer, Bareboat):
            locked(peer, before, after)
            peer.forget()
            record(found, peer, "cold, locked", peer.build(before))
            for folder in (before, after):
                (folder / "bareboat.lock").rename(folder / "bareboat.lock.aside")
        peer.forget()
        record(found, peer, "cold", peer.build(before))
        if isinstance(peer, Bareboat):
            for folder in (before, after):
                (folder / "bareboat.lock.aside").rename(folder / "bareboat.lock")
            peer.build(before)
        first = peer.image()
        record(found, peer, "dependency", peer.build(after))
        second = peer.image(first)
        for folder in (after, after.with_name("after-docker")):
            project.change_source(folder, f"{peer.name} {turn}")
        record(found, peer, "source", peer.build(after))
        third = peer.image(second)
    except (Failed, OSError, subprocess.CalledProcessError) as error:
        found.failures[peer.name] = str(error)
        say(f"{peer.name}: {error}")
        return
    found.images[peer.name] = third
    found.pushed[peer.name] = {
        "dependency": layers.pushed(first, second),
        "source": layers.pushed(second, third),
    }


def locked(peer: Bareboat, *folders: Path) -> None:
    """Make bareboat.lock once; the same for both states of the project."""
    for folder in folders:
        aside = folder / "bareboat.lock.aside"
        if aside.exists():
            aside.rename(folder / "bareboat.lock")
        if not (folder / "bareboat.lock").exists():
            peer.lock(folder)


def record(found: Figures, peer: Peer, scenario: str, measured: Cost) -> None:
    found.costs[peer.name][scenario].append(measured)
    say(
        f"{peer.name:28} {scenario:14} {measured.wall:7.2f} s wall {measured.cpu:7.2f} s cpu "
        f"{measured.memory / 1e6:6.0f} MB"
    )


def starts(peers: list[Peer], engine: Engine, found: Figures, repeat: int) -> None:
    """Measure the first answer of each image, in turns, after one start that is thrown away."""
    for share, cpus in (("all processors", 0.0), ("half a processor", 0.5)):
        for turn in range(repeat + 1):
            for peer in peers:
                if peer.name in found.failures or peer.name == "bareboat":
                    continue
                seconds = first_answer(engine, peer.load(), port=project.PORT, path=project.HEALTH, cpus=cpus)
                if turn:
                    found.starts[peer.name][share].append(seconds)
                    say(f"{peer.name:28} first answer   {seconds:7.2f} s with {share}")


def middle(costs: list[Cost]) -> Cost:
    """Return the run with the median wall time, memory as the highest seen."""
    ordered = sorted(costs, key=lambda one: one.wall)
    chosen = ordered[len(ordered) // 2]
    return Cost(chosen.wall, chosen.cpu, max(one.memory for one in costs))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    parser.add_argument("--work", default=f"{cache}/bareboat-bench", help="where the stand-in base is kept")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each; the median counts")
    parser.add_argument("--peer", action="append", help="only this one; may be given again")
    parser.add_argument("--no-start", action="store_true", help="leave the start-up times out")
    parser.add_argument("--output", help="the folder for benchmark.md and .svg (default: docs)")
    return parser.parse_args()


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
