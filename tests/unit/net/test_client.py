import hashlib
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bareboat.errors import IntegrityError, NetworkError
from bareboat.net.client import Client
from bareboat.progress import SILENT, Kind, Task
from bareboat.testing.authority import Authority
from bareboat.testing.proxy import Proxy
from bareboat.testing.web import Fault, Web

BODY = bytes(range(256)) * 4000
SHA = hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        yield server


@pytest.fixture
def other() -> Iterator[Web]:
    with Web() as server:
        yield server


class Naps:
    """A sleep that does not sleep."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


def client(
    environ: Mapping[str, str] | None = None, *, naps: Naps | None = None, timeout: float = 5
) -> Client:
    return Client(environ or {}, sleep=naps or Naps(), timeout=timeout)


def fetched(source: Client, url: str, *, sha256: str | None = SHA, size: int | None = None) -> bytes:
    return b"".join(source.fetch(url, sha256=sha256, size=size))


def test_a_body_arrives_and_says_who_asks(web: Web) -> None:
    url = web.put("/a", BODY)
    assert fetched(client(), url, size=len(BODY)) == BODY
    headers = web.seen("/a")[0].headers
    assert headers["User-Agent"].startswith("bareboat/")
    assert headers["Accept-Encoding"] == "identity"


def test_chunks_are_small(web: Web) -> None:
    url = web.put("/a", BODY * 3)
    assert max(len(chunk) for chunk in client().fetch(url)) <= 1 << 20


def test_progress_counts_bytes(web: Web) -> None:
    class Counting:
        def __init__(self) -> None:
            self.begun: list[tuple[Kind, str, int | None]] = []
            self.bytes = 0

        def begin(self, kind: Kind, name: str, *, total: int | None = None) -> Task:
            self.begun.append((kind, name, total))
            counting = self

            class Counted(type(SILENT.begin(kind, name))):  # type: ignore[misc]  # the silent task's class is private
                def advance(self, amount: int) -> None:
                    counting.bytes += amount

            task: Task = Counted()
            return task

        def note(self, message: str) -> None: ...

        def warn(self, message: str) -> None: ...

    seen = Counting()
    list(client().fetch(web.put("/x/a.whl", BODY), size=len(BODY), progress=seen))
    assert seen.begun == [(Kind.DOWNLOAD, "a.whl", len(BODY))]
    assert seen.bytes == len(BODY)


@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.DOWN, Fault.HANG_UP, Fault.CUT, Fault.BROKEN_STATUS])
def test_a_passing_fault_is_lived_through(web: Web, fault: Fault) -> None:
    assert fetched(client(), web.put("/a", BODY, fault, fault), size=len(BODY)) == BODY


def test_a_fault_that_stays_is_named(web: Web) -> None:
    naps = Naps()
    url = web.put("/a", BODY, *[Fault.DOWN] * 9)
    with pytest.raises(NetworkError, match="the server answered 503 Service Unavailable") as raised:
        fetched(client(naps=naps), url)
    assert raised.value.status == 503
    assert naps.taken == [0.25, 0.5, 1.0, 2.0]
    assert len(web.seen("/a")) == 5


def test_retry_after_is_obeyed(web: Web) -> None:
    naps = Naps()
    fetched(client(naps=naps), web.put("/a", BODY, Fault.BUSY))
    assert naps.taken == [0.0]


def test_a_cut_body_is_resumed(web: Web) -> None:
    fetched(client(), web.put("/a", BODY, Fault.CUT, etag='"1"'))
    first, second = web.seen("/a")
    assert "Range" not in first.headers
    assert second.headers["Range"] == f"bytes={len(BODY) // 2}-"
    assert second.headers["If-Range"] == '"1"'


def test_progress_renews_patience(web: Web) -> None:
    assert fetched(client(), web.put("/a", BODY, *[Fault.CUT] * 8)) == BODY


def test_a_server_without_ranges_sends_all_again(web: Web) -> None:
    assert fetched(client(), web.put("/a", BODY, Fault.CUT, Fault.NO_RANGE)) == BODY


def test_without_a_name_and_a_validator_nothing_is_spliced(web: Web) -> None:
    assert fetched(client(), web.put("/a", BODY, Fault.CUT), sha256=None) == BODY
    assert all("Range" not in request.headers for request in web.seen("/a"))


def test_a_body_that_changes_in_between_is_refused(web: Web) -> None:
    url = web.put("/a", BODY, Fault.CUT, Fault.WRONG)
    with pytest.raises(IntegrityError, match="changed on the server while it was read"):
        fetched(client(), url, sha256=None)


def test_another_range_is_refused(web: Web) -> None:
    url = web.put("/a", BODY, Fault.CUT, Fault.OTHER_RANGE)
    with pytest.raises(NetworkError, match="another range than asked for"):
        fetched(client(), url)


def test_wrong_bytes_are_refused_and_not_asked_for_again(web: Web) -> None:
    with pytest.raises(IntegrityError, match=f"{SHA} expected"):
        fetched(client(), web.put("/a", BODY, Fault.WRONG))
    assert len(web.seen("/a")) == 1


def test_another_size_is_refused_before_the_body(web: Web) -> None:
    with pytest.raises(IntegrityError, match=f"is {len(BODY)} bytes, 10 expected"):
        next(client().fetch(web.put("/a", BODY), size=10))


def test_a_longer_body_is_refused_at_once(web: Web) -> None:
    with pytest.raises(IntegrityError, match=f"more than the {len(BODY)} bytes"):
        fetched(client(), web.put("/a", BODY, Fault.LONG), size=len(BODY))


def test_a_body_of_unknown_length_that_ends_early_is_asked_for_again(web: Web) -> None:
    url = web.put("/a", BODY[:1000], *[Fault.LONG] * 9)
    with pytest.raises(NetworkError, match="broke"):
        fetched(client(), url, size=len(BODY))


def test_a_slow_body_is_given_up(web: Web) -> None:
    url = web.put("/a", BODY[:200], *[Fault.SLOW] * 9)
    with pytest.raises(NetworkError, match="did not answer in time"):
        fetched(client(timeout=0.3), url, sha256=None)


def test_silence_is_given_up(web: Web) -> None:
    with pytest.raises(NetworkError, match="did not answer in time"):
        fetched(client(timeout=0.2), web.put("/a", BODY, *[Fault.SILENT] * 9))


def test_an_abandoned_body_does_not_spoil_the_connection(web: Web) -> None:
    source = client()
    url = web.put("/a", BODY * 4)
    begun = source.fetch(url)
    next(begun)
    begun.close()  # type: ignore[attr-defined]  # fetch is a generator, its promise is only an iterator
    assert fetched(source, web.put("/b", BODY)) == BODY


def test_read_refuses_more_than_its_limit(web: Web) -> None:
    url = web.put("/a", BODY)
    assert client().read(url, limit=len(BODY)) == BODY
    with pytest.raises(NetworkError, match="at most 10 are taken"):
        client().read(url, limit=10)
    with pytest.raises(NetworkError, match="more than the 10 bytes"):
        client().read(web.put("/b", BODY, Fault.LONG), limit=10)


def test_not_found_is_said_once(web: Web) -> None:
    with pytest.raises(NetworkError, match="404 Not Found") as raised:
        client().read(f"{web.url}/none?token=secret", limit=10)
    assert raised.value.status == 404
    assert "secret" not in str(raised.value)


def test_a_closed_port_is_named() -> None:
    naps = Naps()
    with pytest.raises(NetworkError, match=r"no connection to 127.0.0.1 \(connection refused\)") as raised:
        client(naps=naps).read("http://user:password@127.0.0.1:9/x", limit=1)
    assert "password" not in str(raised.value)
    assert len(naps.taken) == 4


@pytest.mark.parametrize("url", ["ftp://a/b", "http://", "https://a:999999/", "http://[", "http://a/ b", "x"])
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(NetworkError, match="not a URL that can be requested"):
        client().read(url, limit=1)


def test_offline_asks_nobody(web: Web) -> None:
    url = web.put("/a", BODY)
    with pytest.raises(NetworkError) as raised:
        next(Client({}, offline=True).fetch(url))
    assert raised.value.hint == "run once without --offline"
    assert web.requests == []


def test_offline_reads_files(tmp_path: Path) -> None:
    file = tmp_path / "a b.whl"
    file.write_bytes(BODY)
    source = Client({}, offline=True)
    assert fetched(source, file.as_uri(), size=len(BODY)) == BODY
    assert source.read(file.as_uri(), limit=len(BODY)) == BODY
    with pytest.raises(IntegrityError):
        fetched(source, file.as_uri(), sha256="0" * 64)


def test_redirects_are_followed(web: Web, other: Web) -> None:
    target = other.put("/b", BODY)
    assert fetched(client(), web.put("/a", location=target)) == BODY
    web.put("/relative", location="/c")
    web.put("/c", BODY)
    assert fetched(client(), f"{web.url}/relative") == BODY


def test_redirects_end(web: Web) -> None:
    with pytest.raises(NetworkError, match="more than 8 redirects"):
        fetched(client(), web.put("/a", location="/a"))


@pytest.mark.parametrize("location", ["ftp://a/b", "file:///etc/passwd", "http://[", "http://a:99999/"])
def test_a_strange_redirect_is_not_followed(web: Web, location: str) -> None:
    with pytest.raises(NetworkError, match="not a URL that can be requested"):
        fetched(client(), web.put("/a", location=location))


def test_the_user_of_a_url_is_shown_to_its_origin_only(web: Web, other: Web) -> None:
    target = other.put("/b", BODY)
    web.put("/a", login="me:secret", location=target)
    url = web.url.replace("://", "://me:secret@") + "/a"
    assert fetched(client(), url) == BODY
    assert "Authorization" in web.seen("/a")[0].headers
    assert "Authorization" not in other.seen("/b")[0].headers


def test_headers_of_the_caller_stay_with_its_origin(web: Web, other: Web) -> None:
    url = web.put("/a", location=other.put("/b", BODY))
    client().read(url, limit=len(BODY), headers={"Authorization": "Bearer x", "Cookie": "y", "Accept": "z"})
    assert web.seen("/a")[0].headers["Authorization"] == "Bearer x"
    seen = other.seen("/b")[0].headers
    assert seen["Accept"] == "z"
    assert not {"Authorization", "Cookie"} & set(seen)


def test_a_redirect_within_the_origin_keeps_the_user(web: Web) -> None:
    web.put("/a", location="/b")
    web.put("/b", BODY, login="me:secret")
    assert fetched(client(), web.url.replace("://", "://me:secret@") + "/a") == BODY


def test_netrc_and_known_urls_serve_their_host(web: Web, tmp_path: Path) -> None:
    url = web.put("/a", BODY, login="me:secret")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    assert fetched(client({"NETRC": str(netrc)}), url) == BODY
    known = Client({}, known=[web.url.replace("://", "://me:secret@") + "/simple/"])
    assert fetched(known, url) == BODY


def test_refused_credentials_are_named_by_their_source(web: Web, tmp_path: Path) -> None:
    url = web.put("/a", BODY, login="me:secret")
    with pytest.raises(NetworkError, match="401") as raised:
        fetched(client(), url)
    assert "no credentials were sent: put them into netrc (machine 127.0.0.1)" in raised.value.hint
    with pytest.raises(NetworkError) as raised:
        fetched(client(), web.url.replace("://", "://me:wrong@") + "/a")
    assert raised.value.hint == "the credentials from the URL were refused"


def test_a_proxy_is_used_and_passed_by(web: Web) -> None:
    url = web.put("/a", BODY)
    with Proxy(login="p:q") as proxy:
        proxied = proxy.url.replace("://", "://p:q@")
        assert fetched(client({"http_proxy": proxied}), url) == BODY
        assert proxy.asked == [url]
        assert fetched(client({"http_proxy": proxied, "no_proxy": "127.0.0.0/8"}), url) == BODY
        assert proxy.asked == [url]
        with pytest.raises(NetworkError, match="407"):
            fetched(client({"HTTP_PROXY": "", "http_proxy": proxy.url}), url)


def test_many_threads_share_a_client(web: Web) -> None:
    source, found = client(), list[bytes]()
    url = web.put("/a", BODY, *[Fault.CUT, Fault.BUSY] * 4)
    threads = [threading.Thread(target=lambda: found.append(fetched(source, url))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    source.close()
    assert found == [BODY] * 12


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    if not Authority.is_possible():
        pytest.skip("no openssl program")
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def secure(authority: Authority) -> Iterator[Web]:
    certificate, key = authority.issue("company.test")
    with Web(certificate=certificate, key=key) as server:
        yield server


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_company_authority_is_trusted_where_it_is_named(
    secure: Web, authority: Authority, variable: str
) -> None:
    url = secure.put("/a", BODY)
    assert fetched(client({variable: str(authority.certificate)}), url) == BODY


def test_a_company_authority_that_nobody_named_is_not(secure: Web) -> None:
    naps = Naps()
    with pytest.raises(NetworkError, match=r"certificate of 127\.0\.0\.1 is not trusted") as raised:
        fetched(client(naps=naps), secure.put("/a", BODY))
    assert "SSL_CERT_FILE" in raised.value.hint
    assert naps.taken == []


def test_another_host_name_is_not_trusted(secure: Web, authority: Authority) -> None:
    secure.put("/a", BODY)
    with pytest.raises(NetworkError, match="certificate of localhost is not trusted"):
        fetched(client({"SSL_CERT_FILE": str(authority.certificate)}), f"https://localhost:{secure.port}/a")


def test_a_host_may_be_exempted(secure: Web) -> None:
    assert fetched(client({"UV_INSECURE_HOST": "127.0.0.1"}), secure.put("/a", BODY)) == BODY


def test_tls_goes_through_a_tunnel(secure: Web, authority: Authority) -> None:
    secure.put("/a", BODY)
    environ = {"SSL_CERT_FILE": str(authority.certificate)}
    with Proxy() as proxy:
        url = f"https://company.test:{secure.port}/a"
        assert fetched(client({"https_proxy": proxy.url, **environ}), url) == BODY
        assert proxy.asked == [f"company.test:{secure.port}"]
    with Proxy(login="a:b") as proxy, pytest.raises(NetworkError, match=f"the proxy {proxy.url}") as raised:
        fetched(client({"https_proxy": proxy.url, **environ}), url)
    assert "407" in str(raised.value)


def test_https_leads_to_http_only_for_bytes_that_are_verified(
    secure: Web, web: Web, authority: Authority
) -> None:
    url = secure.put("/a", location=web.put("/b", BODY))
    trusting = client({"SSL_CERT_FILE": str(authority.certificate)})
    assert fetched(trusting, url) == BODY
    with pytest.raises(NetworkError, match="from https to http is not followed"):
        fetched(trusting, url, sha256=None)
