import pytest

from bareboat.errors import InputError
from bareboat.oci.digest import Digest
from bareboat.oci.reference import Reference

HEX = "0123456789abcdef" * 4

SOUND = [
    ("app", "docker.io/library/app", "app"),
    ("app:1.2", "docker.io/library/app:1.2", "app:1.2"),
    ("team/app", "docker.io/team/app", "team/app"),
    ("docker.io/app", "docker.io/library/app", "app"),
    ("index.docker.io/team/app", "docker.io/team/app", "team/app"),
    ("localhost/app", "localhost/app", "localhost/app"),
    ("localhost:5000/app:x", "localhost:5000/app:x", "localhost:5000/app:x"),
    ("[::1]:5000/app", "[::1]:5000/app", "[::1]:5000/app"),
    ("ghcr.io/a/b-c/d__e/f.g:V_1", "ghcr.io/a/b-c/d__e/f.g:V_1", "ghcr.io/a/b-c/d__e/f.g:V_1"),
    (f"app@sha256:{HEX}", f"docker.io/library/app@sha256:{HEX}", f"app@sha256:{HEX}"),
    (f"r.io/a:t@sha256:{HEX}", f"r.io/a:t@sha256:{HEX}", f"r.io/a:t@sha256:{HEX}"),
    ("UPPER/app", "UPPER/app", "UPPER/app"),
]


@pytest.mark.parametrize(("text", "full", "familiar"), SOUND)
def test_names_are_completed_as_docker_does(text: str, full: str, familiar: str) -> None:
    found = Reference.parse(text)
    assert (str(found), found.familiar) == (full, familiar)
    assert Reference.parse(str(found)) == found
    assert Reference.parse(found.familiar) == found


def test_a_short_name_that_would_be_read_as_a_registry_keeps_its_own() -> None:
    found = Reference("docker.io", "a.b/app")
    assert found.familiar == "docker.io/a.b/app"
    assert Reference.parse(found.familiar) == found


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            ":",
            "@",
            "app:",
            "app@",
            "App",
            "app/",
            "/app",
            "a//b",
            "app:a b",
            "app:.x",
            "app:" + "x" * 129,
        ),
        *(
            "app@sha256:12",
            f"app@md5:{HEX}",
            HEX,
            "-app",
            "a___b",
            "x" * 256,
            "bad_host.io/app",
            "https://r.io/app",
        ),
        *("r.io:port/app", "app\n", "app:1\n", "ünï"),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        Reference.parse(text)


def test_upper_case_gets_its_own_hint() -> None:
    with pytest.raises(InputError) as caught:
        Reference.parse("MyApp")
    assert caught.value.hint == "names of images are lower case"


def test_tagged_adds_latest_only_where_nothing_stands() -> None:
    assert Reference.parse("app").tagged.tag == "latest"
    assert Reference.parse("app:1").tagged.tag == "1"
    assert Reference.parse(f"app@sha256:{HEX}").tagged == Reference(
        "docker.io", "library/app", "", Digest(HEX)
    )
