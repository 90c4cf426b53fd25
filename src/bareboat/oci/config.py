"""How a container of the image starts: the `config` object of an image configuration.

Spec: OCI image-spec 1.1, config.md, "Properties"; Healthcheck is Docker's extension
(moby image-spec v1.3).
"""

from msgspec import Struct

from bareboat.oci.descriptor import Pairs

__all__ = ["Config", "Healthcheck"]


class Healthcheck(Struct, frozen=True):
    """How an engine asks whether the container works; times in nanoseconds, 0 is its default.

    `test` begins with `CMD`, `CMD-SHELL` or `NONE`.
    """

    test: tuple[str, ...]
    interval: int = 0
    timeout: int = 0
    start_period: int = 0
    retries: int = 0

    def document(self) -> dict[str, object]:
        """Return the JSON object, without the fields left to the engine."""
        found: dict[str, object] = {
            "Test": list(self.test),
            "Interval": self.interval,
            "Timeout": self.timeout,
            "StartPeriod": self.start_period,
            "Retries": self.retries,
        }
        return {key: value for key, value in found.items() if value}


class Config(Struct, frozen=True):
    """User, environment, command and the rest; an empty field is not written.

    `env` and `labels` are pairs, `env` in order; ports are as in `8000/tcp`.
    """

    user: str = ""
    env: Pairs = ()
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    working_dir: str = ""
    exposed_ports: tuple[str, ...] = ()
    labels: Pairs = ()
    stop_signal: str = ""
    healthcheck: Healthcheck | None = None
    volumes: tuple[str, ...] = ()

    def document(self) -> dict[str, object]:
        """Return the JSON object, without empty fields."""
        found: dict[str, object] = {
            "User": self.user,
            "Env": [f"{key}={value}" for key, value in self.env],
            "Entrypoint": list(self.entrypoint),
            "Cmd": list(self.cmd),
            "WorkingDir": self.working_dir,
            "ExposedPorts": {port: {} for port in self.exposed_ports},
            "Labels": dict(self.labels),
            "StopSignal": self.stop_signal,
            "Healthcheck": self.healthcheck.document() if self.healthcheck else {},
            "Volumes": {path: {} for path in self.volumes},
        }
        return {key: value for key, value in found.items() if value}
