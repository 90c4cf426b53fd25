"""Waiting until something that was started answers."""

import http.client
import time
from collections.abc import Callable

from msgspec import Struct

from bareboat.engine.call import call
from bareboat.engine.find import Kind
from bareboat.engine.run import Container, logs, state
from bareboat.errors import BuildError

__all__ = ["Answer", "wait_answer", "wait_healthy"]

_PAUSE = 0.02  # seconds between two tries: start-up times are measured with this
_BODY = 1 << 20  # bytes of an answer that are kept


class Answer(Struct, frozen=True):
    """What a health path answered, and after how many seconds of waiting."""

    status: int
    body: str
    seconds: float


def wait_answer(
    port: int,
    path: str,
    *,
    timeout: float = 30.0,
    host: str = "127.0.0.1",
    is_alive: Callable[[], bool] | None = None,
) -> Answer:
    """Return the first answer below 400 that `path` gives on a loopback port.

    Raises BuildError with the last thing seen when `timeout` seconds pass, or at once when
    `is_alive` says that what was started has ended.
    """
    begun = time.monotonic()
    seen = "no answer"
    checked = begun
    while (now := time.monotonic()) - begun < timeout:
        try:
            status, body = _ask(host, port, path, timeout=max(0.1, timeout - (now - begun)))
        except (OSError, http.client.HTTPException) as error:
            seen = str(error) or type(error).__name__
        else:
            if status < 400:
                return Answer(status, body, time.monotonic() - begun)
            seen = f"status {status}: {body.strip()[:200]}"
        if is_alive is not None and now - checked > 0.25:
            checked = now
            if not is_alive():
                raise BuildError("ended before it answered", where=path, hint=seen)
        time.sleep(_PAUSE)
    raise BuildError(f"no good answer within {timeout:g} s, last: {seen}", where=f"{host}:{port}{path}")


def _ask(host: str, port: int, path: str, *, timeout: float) -> tuple[int, str]:
    connection = http.client.HTTPConnection(host, port, timeout=min(timeout, 10.0))
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        answer = connection.getresponse()
        return answer.status, answer.read(_BODY).decode(errors="replace")
    finally:
        connection.close()


def wait_healthy(container: Container, *, timeout: float = 60.0) -> None:
    """Return when the engine itself calls the container healthy.

    Podman runs the check when asked, since its own timer needs systemd. Raises BuildError with the
    engine's word and the container's last line when `timeout` seconds pass or it ends.
    """
    begun = time.monotonic()
    seen = ""
    while time.monotonic() - begun < timeout:
        now = state(container)
        if not now.is_running:
            seen = f"ended with exit code {now.exit_code}"
            break
        seen = _podman_check(container) if container.engine.kind is Kind.PODMAN else now.health
        if seen == "healthy":
            return
        if not seen:
            raise BuildError("the image has no health check", where=container.identity[:12])
        time.sleep(0.2)
    words = logs(container).strip().splitlines()
    raise BuildError(
        f"not healthy within {timeout:g} s: {seen}",
        where=container.identity[:12],
        hint=words[-1] if words else "",
    )


def _podman_check(container: Container) -> str:
    try:
        call(container.engine, ["healthcheck", "run", container.identity])
    except BuildError as error:
        return "" if "no defined healthcheck" in error.message else f"unhealthy: {error.message}"
    return "healthy"
