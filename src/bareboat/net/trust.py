"""Which certificate authorities are trusted.

`SSL_CERT_FILE` and `SSL_CERT_DIR` together stand first, as OpenSSL and uv have it. Where neither is
set, the first of `PIP_CERT`, `REQUESTS_CA_BUNDLE` and `CURL_CA_BUNDLE` does, which is how users of
pip name a company's authority. Otherwise the system's own trust store decides. A variable that
names nothing readable is an error: falling back would trust others than those asked for.
"""

import ssl
from collections.abc import Mapping
from pathlib import Path

from bareboat.errors import InputError

__all__ = ["bundle", "context"]

_BUNDLES = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def bundle(environ: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the (file, folder) of trusted certificates that `environ` names, or None.

    Either may be empty, not both. Raises InputError for one that does not exist.
    """
    file, folder = environ.get("SSL_CERT_FILE", ""), environ.get("SSL_CERT_DIR", "")
    if file or folder:
        _demand("SSL_CERT_FILE", file, kind="file")
        for part in filter(None, folder.split(":")):
            _demand("SSL_CERT_DIR", part, kind="folder")
        return file, folder
    for name in _BUNDLES:
        path = environ.get(name, "")
        if path:
            _demand(name, path, kind="file or folder")
            return ("", path) if Path(path).is_dir() else (path, "")
    return None


def context(environ: Mapping[str, str], *, verify: bool = True) -> ssl.SSLContext:
    """Return a client's TLS context; with `verify` off it takes any certificate."""
    if not verify:
        plain = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        plain.check_hostname = False
        plain.verify_mode = ssl.CERT_NONE
        return plain
    named = bundle(environ)
    if named is None:
        import truststore

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    file, folder = named
    try:
        made.load_verify_locations(cafile=file or None, capath=folder or None)
    except (ssl.SSLError, OSError) as error:
        raise InputError(
            "no certificates can be read from it",
            where=file or folder,
            hint="a PEM file with the certificates of the trusted authorities is expected",
        ) from error
    return made


def _demand(name: str, path: str, *, kind: str) -> None:
    found = Path(path)
    fits = {"file": found.is_file(), "folder": found.is_dir()}.get(kind, found.exists())
    if path and not fits:
        raise InputError(f"no such {kind}: {path}", where=name, hint=f"correct {name} or unset it")
