from pathlib import Path

import pytest

from bareboat.errors import InputError
from bareboat.project import files, secrets
from bareboat.tree.content import CHUNK, Bytes
from folders import ENVIRON, make

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789" * 3

# Put together here, so that no scanner takes this file for a leak.
SAMPLES = {
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----\n" + LETTERS,
    "AWS access key": "id = AKI" + "A" + "ABCDEFGHIJKLMNOP",
    "AWS secret key": "aws_secret_access_key = " + LETTERS[:40],
    "GitHub token": "gh" + "p_" + LETTERS[:36],
    "GitLab token": "glpa" + "t-" + LETTERS[:20],
    "PyPI token": "pypi-" + "AgE" + LETTERS[:70],
    "Slack token": "xox" + "b-" + "1" * 24,
    "Stripe key": "sk_" + "live_" + LETTERS[:24],
    "Google key": "AIz" + "a" + LETTERS[:35],
    "registry password": '{"auths": {"host": {"auth": "' + "dXNlcjpwYXNz" + '"}}}',
    "npm token": "npm" + "_" + LETTERS[:36],
    "OpenAI key": "sk-" + "proj-" + LETTERS[:48],
}


@pytest.mark.parametrize(("kind", "text"), list(SAMPLES.items()))
def test_each_kind_is_recognised(kind: str, text: str) -> None:
    assert secrets.suspect("config.txt", Bytes(text.encode())) == kind


def test_every_pattern_has_a_sample() -> None:
    assert {kind for kind, _, _ in secrets.PATTERNS} == set(SAMPLES)


@pytest.mark.parametrize("name", ["aws_secret_access_key", "AWS_SECRET_ACCESS_KEY", "Aws_Secret_Access_Key"])
def test_case_does_not_hide_a_name(name: str) -> None:
    assert secrets.suspect("a.cfg", Bytes(f"{name}={LETTERS[:40]}\n".encode())) == "AWS secret key"


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN PUBLIC KEY-----\nabc",
        "-----BEGIN CERTIFICATE-----\nabc",
        'PEM = "-----BEGIN PRIVATE KEY-----"',
        "AKIAIOSFODNN7EXAMPLE",
        "https://host/x?AWSAccessKeyId=AKIAABCDEFGHIJKLMNOP&x=1",
        "aws_secret_access_key = os.environ['X']",
        '"type": "service_account"',
    ],
)
def test_what_only_looks_similar_is_let_through(text: str) -> None:
    assert secrets.suspect("a.py", Bytes(text.encode())) == ""


def test_a_key_inside_json_is_found() -> None:
    text = '{"private_key": "-----BEGIN ' + "PRIVATE KEY-----\\n" + LETTERS + '"}'
    assert secrets.suspect("account.json", Bytes(text.encode())) == "private key"


@pytest.mark.parametrize(
    "name", ["a/.env", ".env.local", "prod.env", ".netrc", "id_rsa", "x.p12", "deploy.KDBX"]
)
def test_names_alone_are_enough(name: str) -> None:
    assert secrets.suspect(name, Bytes(b""))


def test_a_sample_is_judged_by_its_content_only() -> None:
    assert secrets.suspect(".env.example", Bytes(b"SECRET_KEY=changeme")) == ""
    assert secrets.suspect(".env.example", Bytes(SAMPLES["GitHub token"].encode())) == "GitHub token"


def test_a_secret_across_two_chunks_is_found() -> None:
    text = b" " * (CHUNK - 9) + SAMPLES["GitHub token"].encode()
    assert secrets.suspect("a", Bytes(text)) == "GitHub token"


def test_only_the_beginning_of_a_large_file_is_looked_at() -> None:
    text = b" " * (secrets.LIMIT + CHUNK) + SAMPLES["GitHub token"].encode()
    assert secrets.suspect("a", Bytes(text)) == ""


def test_all_are_listed_with_the_way_out(tmp_path: Path) -> None:
    make(tmp_path, {"a.txt": SAMPLES["Google key"], "b/key.pem": SAMPLES["private key"], "c.py": "x = 1"})
    (tmp_path / "link.txt").symlink_to("a.txt")
    found = files.read(tmp_path, environ=ENVIRON)
    with pytest.raises(InputError) as caught:
        secrets.check(found)
    assert str(caught.value) == "looks like a secret: a.txt (Google key), b/key.pem (private key)"
    assert 'exclude = ["a.txt", "b/key.pem"]' in caught.value.hint
    with pytest.raises(InputError, match=r"^a\.txt: looks like a secret"):
        secrets.check(found, include=["b/key.pem"])
    secrets.check(found, include=["a.txt", "b/key.pem"])


def test_a_folder_of_tests_is_left_out_whole(tmp_path: Path) -> None:
    names = ("a/tests/x/key.pem", "a/tests/y.pem", "tests/key.pem", "latest/key.pem", "tests.pem")
    make(tmp_path, dict.fromkeys(names, SAMPLES["private key"]))
    with pytest.raises(InputError) as caught:
        secrets.check(files.read(tmp_path, environ=ENVIRON))
    assert 'exclude = ["a/tests", "latest/key.pem", "tests.pem", "tests"]' in caught.value.hint
    secrets.check(
        files.read(tmp_path, environ=ENVIRON, exclude=["a/tests", "latest/key.pem", "tests.pem", "tests"])
    )
