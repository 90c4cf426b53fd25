"""What went wrong on the way to a server, in one line, and whether it may pass.

Translates urllib3's exceptions and HTTP statuses; knows nothing of retries.
"""

from http import HTTPStatus
from urllib.parse import urlsplit

import urllib3.exceptions as causes

from bareboat.errors import NetworkError
from bareboat.net.credentials import Credentials, Login
from bareboat.net.redact import redact, redact_text

__all__ = ["explain", "is_lasting", "refusal"]

_TRUST = (
    "if a company authority signs this server, name its PEM file in SSL_CERT_FILE, "
    "or add it to the system's trust store"
)


def is_lasting(error: causes.HTTPError) -> bool:
    """Say whether trying again would fail in the same way: bad certificate, bad URL, bad proxy."""
    return _is_distrust(error) or isinstance(error, causes.LocationValueError)


def explain(error: causes.HTTPError, url: str, *, proxy: str | None = None) -> NetworkError:
    """Return the error to raise for `error` met at `url`, reached through `proxy`."""
    host = urlsplit(url).hostname or ""
    hint = "check the network, and http_proxy, https_proxy and no_proxy"
    inner: BaseException = error
    if isinstance(error, causes.ProxyError) and proxy is not None:
        inner = error.original_error
        said = redact_text(str(inner)) or type(inner).__name__
        message = f"the proxy {redact(proxy)} did not connect ({said})"
    elif _is_distrust(error):
        reason = _verify_message(error)
        message, hint = f"the certificate of {host} is not trusted ({reason})", _TRUST
    elif isinstance(error, causes.SSLError):
        message, hint = f"no TLS connection to {host} ({_words(error)})", _TRUST
    elif isinstance(error, causes.NameResolutionError):
        message = f"the name {host} cannot be resolved"
    elif isinstance(error, causes.NewConnectionError):
        message = f"no connection to {host} ({_words(error)})"
    elif isinstance(error, causes.TimeoutError):
        message = f"{host} did not answer in time"
    elif isinstance(error, causes.LocationValueError):
        message, hint = "not a URL that can be requested", ""
    else:
        message = f"the connection to {host} broke ({_words(error)})"
    return NetworkError(message, where=redact(url), hint=hint)


def refusal(status: int, url: str, *, login: Login | None, credentials: Credentials) -> NetworkError:
    """Return the error for an HTTP answer of `status`, with advice on credentials for 401 and 403."""
    try:
        phrase = f" {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = ""
    host, hint = urlsplit(url).hostname or "", ""
    if status in {401, 403}:
        problem = f"; {credentials.problem}" if credentials.problem else ""
        hint = f"no credentials were sent: put them into netrc (machine {host}) or into the URL{problem}"
        if login is not None:
            hint = f"the credentials from {login.source} were refused"
    elif status == 407:
        hint = "the proxy wants credentials: write them into the proxy's URL"
    return NetworkError(f"the server answered {status}{phrase}", where=redact(url), hint=hint, status=status)


def _is_distrust(error: BaseException) -> bool:
    return _verify_message(error) != ""


def _verify_message(error: BaseException | None) -> str:
    while error is not None:
        message = getattr(error, "verify_message", "")
        if message:
            return str(message)
        first = error.args[0] if error.args else None
        error = first if isinstance(first, BaseException) else error.__cause__ or error.__context__
    return ""


def _words(error: BaseException) -> str:
    inner: BaseException = error
    while inner.__cause__ is not None:
        inner = inner.__cause__
    if len(inner.args) > 1 and isinstance(inner.args[1], Exception):  # ("Connection aborted.", the reason)
        inner = inner.args[1]
    if isinstance(inner, OSError) and inner.strerror:
        return inner.strerror.lower()
    text = str(inner).rpartition(": ")[2] or type(inner).__name__
    return redact_text(" ".join(text.split()))[:200]
