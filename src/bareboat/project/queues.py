"""Workers of task queues: what works off the tasks of Celery, RQ, Dramatiq, Huey, arq, taskiq, FastStream.

They are found by what the files do (`Celery(…)`, `@dramatiq.actor`, `rq.Queue(…)`); where nothing
else is started they are, else they are further commands of the same image.
"""

import ast
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from bareboat.project.candidate import Candidate, of_words
from bareboat.project.frameworks import Kind
from bareboat.project.modules import Module, Modules, statements

__all__ = ["found", "settled"]

_GROUP = 5
_QUEUES = {"rq.Queue", "rq.queue.Queue"}
_WORKERS = {"rq.Worker", "rq.worker.Worker", "rq.SimpleWorker"}
_SCHEDULES = {"beat_schedule", "CELERY_BEAT_SCHEDULE", "CELERYBEAT_SCHEDULE"}
_CLOCK = ("--schedule", "/tmp/celerybeat")  # noqa: S108 - the one folder that can be written to


def found(modules: Modules) -> list[Candidate]:
    """Return the workers that are found by what files do; Celery's and others' objects are not here."""
    held = [one for one in modules if not one.is_aside]
    return [*_dramatiq(held), *_arq(held), *_rq(held), *_beat(held)]


def settled(candidates: Sequence[Candidate]) -> tuple[list[Candidate], tuple[Candidate, ...]]:
    """Return the candidates with the command lines of workers, and the workers, each in its role.

    There is one worker for each framework; a Celery schedule is run for the application whose
    worker was found.
    """
    held: list[Candidate] = []
    for one in candidates:
        made = _of_object(one) if one.kind is Kind.WORKER and not one.words else one
        held += [made] if made is not None and made.role != "beat" else []
    chosen: dict[str, Candidate] = {}
    for one in sorted((one for one in held if one.role), key=lambda one: (one.rank, one.where)):
        chosen.setdefault(one.framework, one)
    workers = [
        replace(one, role=f"{name}-worker" if len(chosen) > 1 else "worker") for name, one in chosen.items()
    ]
    celery = chosen.get("celery")
    schedule = next((one for one in candidates if one.role == "beat"), None)
    if celery is not None and schedule is not None:
        clock = ("--scheduler", schedule.words[2]) if len(schedule.words) > 2 else _CLOCK
        words = (*celery.words[:3], "beat", "--loglevel", "INFO", *clock)
        workers.append(
            replace(schedule, words=words, what="the clock of Celery's schedule", root=celery.root)
        )
    same = {one.origin for one in workers}
    return [one for one in held if not one.role or one.origin in same], tuple(workers)


def _of_object(candidate: Candidate) -> Candidate | None:
    """Return the command line for an object at module level, None where it would have to be called first."""
    if candidate.is_factory:
        return None
    target = f"{candidate.module}:{candidate.attribute}"
    lines = {
        "celery": (("celery", "-A", target, "worker", "--loglevel", "INFO"), "a Celery worker"),
        "faststream": (("faststream", "run", target), "a FastStream consumer"),
        "huey": (("huey_consumer", target.replace(":", ".")), "a Huey worker"),
        "taskiq": (("taskiq", "worker", target), "a taskiq worker"),
    }
    words, what = lines[candidate.framework]
    rank = (*candidate.rank[:2], _GROUP, *candidate.rank[2:])
    return replace(candidate, words=words, what=what, role="worker", rank=rank)


def _worker(module: Module, words: Sequence[str], what: str, role: str = "worker") -> Candidate:
    rank = (1, 0, _GROUP, 0, 0, module.path.count("/"))
    return replace(of_words(Kind.WORKER, module, words), rank=rank, what=what, role=role)


def _dramatiq(modules: Sequence[Module]) -> Iterator[Candidate]:
    """Yield one worker for all files with actors, that which sets the broker first."""
    actors = [one for one in modules if _decorates(one, "dramatiq.actor")]
    actors.sort(key=lambda one: (not _calls(one, {"dramatiq.set_broker"}), one.path))
    if actors:
        yield _worker(actors[0], ("dramatiq", *(one.name for one in actors)), "a Dramatiq worker")


def _arq(modules: Sequence[Module]) -> Iterator[Candidate]:
    for module in modules:
        classes = [node for node in module.tree.body if isinstance(node, ast.ClassDef)]
        if "arq" in module.packages and any(node.name == "WorkerSettings" for node in classes):
            yield _worker(module, ("arq", f"{module.name}.WorkerSettings"), "an arq worker")


def _rq(modules: Sequence[Module]) -> Iterator[Candidate]:
    """Yield a worker of all queues that are made, unless a file of the project's own works them off."""
    queued = [one for one in modules if _calls(one, _QUEUES)]
    if queued and not any(_calls(one, _WORKERS) for one in modules):
        names = dict.fromkeys(name for one in queued for name in _names(one))
        yield _worker(queued[0], ("rq", "worker", *names), "an RQ worker")


def _names(module: Module) -> Iterator[str]:
    for node in module.nodes:
        if isinstance(node, ast.Call) and module.resolve(node.func) in _QUEUES:
            given = [*node.args[:1], *(held.value for held in node.keywords if held.arg == "name")]
            for one in given:
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    yield one.value


def _beat(modules: Sequence[Module]) -> Iterator[Candidate]:
    """Yield where a Celery schedule is; `settled` joins it with the application."""
    for module in modules:
        if "django_celery_beat" in module.packages or _installs_beat(module):
            scheduler = "django_celery_beat.schedulers:DatabaseScheduler"
            yield _worker(module, ("celery", "beat", scheduler), "", "beat")
            return
    for module in modules:
        if _has_schedule(module):
            yield _worker(module, ("celery", "beat"), "", "beat")
            return


def _installs_beat(module: Module) -> bool:
    """Return whether Django's settings list the application that keeps the schedule in the database."""
    for node in module.tree.body:
        values = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
        for item in getattr(values, "elts", ()):
            if isinstance(item, ast.Constant) and item.value == "django_celery_beat":
                return True
    return False


def _has_schedule(module: Module) -> bool:
    for node in statements(module.tree.body):
        targets = node.targets if isinstance(node, ast.Assign) else []
        if _SCHEDULES & {getattr(one, "attr", getattr(one, "id", "")) for one in targets}:
            return True
    for call in module.nodes:
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            is_updated = call.func.attr == "update" and "beat_schedule" in {one.arg for one in call.keywords}
            if is_updated or call.func.attr == "add_periodic_task":
                return True
    return False


def _decorates(module: Module, name: str) -> bool:
    for node in module.nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for held in node.decorator_list:
                if module.resolve(held.func if isinstance(held, ast.Call) else held) == name:
                    return True
    return False


def _calls(module: Module, names: set[str]) -> bool:
    return any(isinstance(node, ast.Call) and module.resolve(node.func) in names for node in module.nodes)
