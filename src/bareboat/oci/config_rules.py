"""What must hold of an image configuration, said as findings. Codes OCI3xx.

Spec: OCI image-spec 1.1, config.md; Docker's Healthcheck.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from bareboat.finding import Finding, Severity
from bareboat.oci.platform import Platform

__all__ = ["check"]

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_PORT = re.compile(r"([0-9]{1,5})(-[0-9]{1,5})?(/(tcp|udp|sctp))?")
_USER = re.compile(r"[0-9]+(:[0-9]+)?")


def check(config: dict[str, Any], *, layers: int, platform: Platform | None, where: str) -> Iterator[Finding]:
    """Yield what is wrong with a config whose manifest has `layers` layers for `platform`."""
    yield from _platform(config, platform, where)
    created = config.get("created")
    if created is not None and not _is_time(created):
        yield Finding("OCI305", where, f"created is no RFC 3339 time: {created!r}")
    yield from _rootfs(config.get("rootfs"), layers, where)
    yield from _history(config.get("history"), layers, where)
    fields = config.get("config")
    if fields is None:
        return
    if not isinstance(fields, dict):
        yield Finding("OCI307", where, "config is no object")
        return
    for key, (is_right, form) in _FORMS.items():
        value = fields.get(key)
        if value is not None and not is_right(value):
            yield Finding("OCI307", f"{where}: {key}", f"is not {form}: {value!r}"[:300])
    yield from _values(
        {key: fields.get(key) for key, (right, _) in _FORMS.items() if right(fields.get(key))}, where
    )
    yield from _healthcheck(fields.get("Healthcheck"), where)


def _platform(config: dict[str, Any], platform: Platform | None, where: str) -> Iterator[Finding]:
    for key in ("architecture", "os"):
        if not isinstance(config.get(key), str) or not config[key]:
            yield Finding("OCI306", where, f"{key} is missing")
    if platform is None:
        return
    for key in ("architecture", "os", "variant"):
        expected = getattr(platform, key)
        if isinstance(config.get(key, ""), str) and config.get(key, "") != expected:
            yield Finding("OCI503", where, f"{key} is {config.get(key, '')!r}, the index says {expected!r}")


def _rootfs(rootfs: object, layers: int, where: str) -> Iterator[Finding]:
    if not isinstance(rootfs, dict) or rootfs.get("type") != "layers":
        yield Finding("OCI301", where, "rootfs.type is not 'layers'")
        return
    diff_ids = rootfs.get("diff_ids")
    if not isinstance(diff_ids, list):
        yield Finding("OCI302", where, "rootfs.diff_ids is no list")
        return
    for diff_id in diff_ids:
        if not isinstance(diff_id, str) or not _DIGEST.fullmatch(diff_id):
            yield Finding("OCI302", where, f"diff_id {diff_id!r} is no sha256 digest")
    if len(diff_ids) != layers:
        yield Finding("OCI303", where, f"{len(diff_ids)} diff_ids for {layers} layers")


def _history(history: object, layers: int, where: str) -> Iterator[Finding]:
    if history is None:
        return
    if not isinstance(history, list) or not all(isinstance(entry, dict) for entry in history):
        yield Finding("OCI304", where, "history is no list of objects")
        return
    filled = sum(1 for entry in history if not entry.get("empty_layer"))
    if history and filled != layers:
        yield Finding("OCI304", where, f"history has {filled} filled entries for {layers} layers")
    for entry in history:
        created = entry.get("created")
        if created is not None and not _is_time(created):
            yield Finding("OCI305", where, f"history: created is no RFC 3339 time: {created!r}")


def _values(fields: dict[str, Any], where: str) -> Iterator[Finding]:
    names = [entry.partition("=")[0] for entry in fields.get("Env") or ()]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Finding("OCI310", f"{where}: Env", f"{name!r} stands twice")
    user = fields.get("User")
    if user and not _USER.fullmatch(user):
        message = f"user {user!r} is a name; only a number shows that it is not root"
        yield Finding("OCI308", f"{where}: User", message, Severity.WARNING, "write uid:gid")
    folder = fields.get("WorkingDir")
    if folder and not folder.startswith("/"):
        yield Finding("OCI311", f"{where}: WorkingDir", f"is not absolute: {folder!r}")
    for port in fields.get("ExposedPorts") or ():
        found = _PORT.fullmatch(port)
        if found is None or not 0 < int(found[1]) < 65536:
            yield Finding("OCI309", f"{where}: ExposedPorts", f"no port: {port!r}")


def _healthcheck(check: object, where: str) -> Iterator[Finding]:
    if check is None:
        return
    place = f"{where}: Healthcheck"
    if not isinstance(check, dict):
        yield Finding("OCI312", place, "is no object")
        return
    test = check.get("Test")
    if test and (not _is_texts(test) or test[0] not in {"NONE", "CMD", "CMD-SHELL"}):
        yield Finding("OCI312", place, f"Test begins with none of CMD, CMD-SHELL, NONE: {test!r}")
    for key in ("Interval", "Timeout", "StartPeriod", "StartInterval"):
        value = check.get(key, 0)
        if type(value) is not int or value < 0 or 0 < value < 1_000_000:
            yield Finding("OCI312", place, f"{key} is no time of 1 ms or more in nanoseconds: {value!r}")
    retries = check.get("Retries", 0)
    if type(retries) is not int or retries < 0:
        yield Finding("OCI312", place, f"Retries is no count: {retries!r}")


def _is_time(value: object) -> bool:
    return isinstance(value, str) and _TIME.fullmatch(value) is not None


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _is_env(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(text, str) and "=" in text[1:] and "\0" not in text for text in value
    )


def _is_set(value: object) -> bool:
    return isinstance(value, dict) and all(held == {} for held in value.values())


def _is_labels(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(held, str) for held in value.values())


_FORMS: dict[str, tuple[Callable[[object], bool], str]] = {
    "User": (_is_text, "text"),
    "Env": (_is_env, "a list of NAME=value"),
    "Entrypoint": (_is_texts, "a list of texts"),
    "Cmd": (_is_texts, "a list of texts"),
    "WorkingDir": (_is_text, "text"),
    "ExposedPorts": (_is_set, "an object of empty objects"),
    "Volumes": (_is_set, "an object of empty objects"),
    "Labels": (_is_labels, "an object of texts"),
    "StopSignal": (_is_text, "text"),
}
