"""Files that look like secrets, by name and by content. They fail a build unless included by name.

Spec of the patterns: the published prefixes of the issuers' tokens; RFC 7468 for PEM labels.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from bareboat.errors import InputError
from bareboat.project.fact import Fact
from bareboat.project.files import File
from bareboat.tree.content import Content

__all__ = ["check", "find", "listed", "quoted", "suspect"]

NAMES: dict[str, str] = {
    ".env": "environment file",
    ".netrc": "login file",
    "_netrc": "login file",
    ".pgpass": "database password file",
    ".git-credentials": "git credentials",
    ".htpasswd": "password file",
    ".dockercfg": "registry credentials",
    "id_rsa": "SSH private key",
    "id_dsa": "SSH private key",
    "id_ecdsa": "SSH private key",
    "id_ed25519": "SSH private key",
    "kubeconfig": "cluster credentials",
    "terraform.tfstate": "infrastructure state",
}
SUFFIXES: dict[str, str] = {
    ".p12": "key store",
    ".pfx": "key store",
    ".jks": "key store",
    ".keystore": "key store",
    ".kdbx": "password store",
    ".ppk": "SSH private key",
}

# What it is, words of which one stands in every match (small ones for a pattern with (?i:), the pattern.
# Words are looked for first: a search for bytes is a hundred times as quick as one for patterns.
PATTERNS: tuple[tuple[str, tuple[bytes, ...], bytes], ...] = (
    (
        "private key",
        (b"PRIVATE KEY",),
        rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:\s|\\n)+[A-Za-z0-9+/=]{16}",
    ),
    ("AWS access key", (b"AKIA",), rb"(?<!Id=)(?<!Credential=)\bAKIA[0-9A-Z]{16}\b(?<!EXAMPLE)"),
    (
        "AWS secret key",
        (b"aws_secret_access_key",),
        rb"(?i:aws_secret_access_key)['\"]?\s*[=:]\s*['\"]?[A-Za-z0-9/+]{40}\b(?<!EXAMPLEKEY)",
    ),
    (
        "GitHub token",
        (b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_", b"github_pat_"),
        rb"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{82})\b",
    ),
    ("GitLab token", (b"glpat-",), rb"\bglpat-[A-Za-z0-9_-]{20}\b"),
    ("PyPI token", (b"pypi-AgE",), rb"\bpypi-AgE[A-Za-z0-9_-]{60,}"),
    ("Slack token", (b"xox",), rb"\bxox[abprs]-[0-9A-Za-z-]{20,}"),
    ("Stripe key", (b"k_live_",), rb"\b[sr]k_live_[0-9A-Za-z]{20,}"),
    ("Google key", (b"AIza",), rb"\bAIza[0-9A-Za-z_-]{35}\b"),
    (
        "registry password",
        (b'"auths"',),
        rb"\"auths\"\s*:\s*\{[^}]{0,400}\"auth\"\s*:\s*\"[A-Za-z0-9+/=]{8,}\"",
    ),
    (
        "npm token",
        (b"npm_", b"_authToken"),
        rb"\b(?:npm_[A-Za-z0-9]{36}\b|_authToken\s*=\s*[A-Za-z0-9-]{30,})",
    ),
    ("OpenAI key", (b"sk-",), rb"\bsk-(?:proj|svcacct|ant-api03)-[A-Za-z0-9_-]{40,}"),
)
_COMPILED = tuple((kind, words, b"(?i:" in text, re.compile(text)) for kind, words, text in PATTERNS)
OVERLAP = 4096
_TESTS = frozenset({"test", "tests", "testing", "e2e", "integration_tests", "unit_tests"})
LIMIT = 8 * 1024 * 1024


def suspect(path: str, content: Content) -> str:
    """Return what the file at `path` looks like (`private key`), empty for nothing of the kind.

    Only the first 8 MiB are looked at; a name that ends in .example, .sample or .template
    speaks for itself, its content is looked at all the same.
    """
    name = PurePosixPath(path).name.lower()
    stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix
    is_sample = suffix in {".example", ".sample", ".template", ".dist", ".j2"}
    if not is_sample:
        if name in NAMES:
            return NAMES[name]
        if name.startswith(".env.") or (suffix == ".env" and stem):
            return NAMES[".env"]
        if suffix in SUFFIXES:
            return SUFFIXES[suffix]
    before, read = b"", 0
    for chunk in content.chunks():
        if kind := _kind(before + chunk):
            return kind
        before, read = chunk[-OVERLAP:], read + len(chunk)
        if read >= LIMIT:
            break
    return ""


def _kind(text: bytes) -> str:
    small = text.lower()
    for kind, words, is_small, pattern in _COMPILED:
        if any(word in (small if is_small else text) for word in words) and pattern.search(text):
            return kind
    return ""


def find(files: Iterable[File]) -> tuple[Fact[str], ...]:
    """Return what looks like a secret among the files: the kind, and the path as `where`."""
    return tuple(
        Fact(kind, entry.path)
        for entry in files
        if not entry.link and (kind := suspect(entry.path, entry.content()))
    )


def check(files: Iterable[File], *, include: Sequence[str] = ()) -> None:
    """Raise InputError, listing them all, for files that look like secrets.

    A file that `include` names exactly (no pattern, no folder) is meant to be there.
    """
    meant = set(include)
    found = [fact for fact in find(files) if fact.where not in meant]
    if not found:
        return
    raise InputError(
        f"looks like a secret: {listed(found)}",
        where=found[0].where if len(found) == 1 else "",
        hint=f"add exclude = [{quoted(map(_left_out, found))}] to [tool.bareboat], "
        f"or include = [{quoted(fact.where for fact in found)}] if it is public",
    )


def listed(found: Iterable[Fact[str]]) -> str:
    """Return the findings in one line: each file with what it looks like."""
    return ", ".join(f"{fact.where} ({fact.value})" for fact in found)


def quoted(paths: Iterable[str]) -> str:
    """Return paths as the items of a list in TOML, each once."""
    return ", ".join(f'"{path}"' for path in dict.fromkeys(paths))


def _left_out(fact: Fact[str]) -> str:
    """Return what to exclude: a whole folder of tests, which no image needs, else the file alone."""
    folders = fact.where.split("/")[:-1]
    at = next((depth for depth, name in enumerate(folders, 1) if name.lower() in _TESTS), 0)
    return "/".join(folders[:at]) or fact.where
