import ssl

import pytest
import urllib3.exceptions as causes

from bareboat.net import failure
from bareboat.net.credentials import Credentials, Login

URL = "https://me:secret@host.test/a"


def _distrust() -> causes.HTTPError:
    reason = ssl.SSLCertVerificationError(1, "CERTIFICATE_VERIFY_FAILED")
    reason.verify_message = "unable to get local issuer certificate"
    return causes.SSLError(reason)


@pytest.mark.parametrize(
    ("error", "words", "is_lasting"),
    [
        (_distrust(), "is not trusted (unable to get local issuer certificate)", True),
        (causes.SSLError("wrong version number"), "no TLS connection to host.test", False),
        (causes.ConnectTimeoutError("x"), "host.test did not answer in time", False),
        (causes.ProtocolError("Connection aborted."), "the connection to host.test broke", False),
        (causes.LocationValueError("x"), "not a URL", True),
        (
            causes.ProxyError("x", OSError("Tunnel connection failed: 407")),
            "the proxy http://p:1 did not",
            False,
        ),
    ],
)
def test_a_failure_is_one_line_without_secrets(
    error: causes.HTTPError, words: str, *, is_lasting: bool
) -> None:
    raised = failure.explain(error, URL, proxy="http://u:pw@p:1")
    assert words in str(raised)
    assert "secret" not in str(raised)
    assert "pw" not in str(raised)
    assert "\n" not in str(raised)
    assert failure.is_lasting(error) is is_lasting


@pytest.mark.parametrize(
    ("status", "login", "message", "hint"),
    [
        (404, None, "the server answered 404 Not Found", ""),
        (299, None, "the server answered 299", ""),
        (407, None, "407", "the proxy wants credentials: write them into the proxy's URL"),
        (403, Login("a", "b", "netrc"), "403 Forbidden", "the credentials from netrc were refused"),
        (401, None, "401", "(machine host.test) or into the URL; netrc is broken"),
    ],
)
def test_a_refusal_says_what_to_do(status: int, login: Login | None, message: str, hint: str) -> None:
    raised = failure.refusal(status, URL, login=login, credentials=Credentials(problem="netrc is broken"))
    assert raised.status == status
    assert message in str(raised)
    assert raised.hint.endswith(hint)
