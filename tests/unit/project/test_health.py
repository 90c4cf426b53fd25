import pytest

from bareboat.project.health import telling


@pytest.mark.parametrize(
    "path",
    ["/health", "/healthz", "/livez", "/ready", "/-/health", "/ping", "/api/health", "/up/", "/health/live",
     "/_health", "/__heartbeat__", "/Health"],
)  # fmt: skip
def test_paths_that_tell(path: str) -> None:
    assert telling(path) is not None


@pytest.mark.parametrize(
    "path",
    ["/", "", "/users", "/order/status", "/live/stream", "/health/{name}", "/a/live", "/<x>/health",
     "/(a|b)/health", "/:id/health", "/*/health"],
)  # fmt: skip
def test_paths_that_do_not(path: str) -> None:
    assert telling(path) is None


def test_the_most_telling_is_the_smallest() -> None:
    found = ["/ping", "/api/health", "/health", "/status", "/healthz"]
    assert sorted(found, key=lambda path: telling(path) or (99, 99)) == [
        *("/health", "/api/health", "/healthz", "/ping", "/status"),
    ]
