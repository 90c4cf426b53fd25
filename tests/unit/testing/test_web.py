import http.client

from bareboat.testing.web import Fault, Web


def ask(web: Web, path: str, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=5)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    try:
        return answer.status, answer.read()
    except http.client.IncompleteRead as cut:
        return answer.status, cut.partial
    finally:
        connection.close()


def test_each_fault_is_used_once() -> None:
    with Web() as web:
        web.put("/a", b"abcd", Fault.BUSY, Fault.DOWN, Fault.CUT, Fault.WRONG, Fault.LONG, Fault.SLOW)
        assert [ask(web, "/a")[0] for _ in range(2)] == [429, 503]
        assert ask(web, "/a") == (200, b"ab")
        assert ask(web, "/a") == (200, bytes(byte ^ 0xFF for byte in b"abcd"))
        assert ask(web, "/a") == (200, b"abcdabcd")
        assert [ask(web, "/a") for _ in range(2)] == [(200, b"abcd")] * 2


def test_what_lies_nowhere_is_asked_for_elsewhere() -> None:
    with Web(missing={"/far": b"brought"}.get) as web:
        web.put("/near", b"here")
        assert ask(web, "/near") == (200, b"here")
        assert ask(web, "/far") == (200, b"brought")
        assert ask(web, "/far", Range="bytes=5-") == (206, b"ht")
        assert ask(web, "/nowhere")[0] == 404


def test_ranges() -> None:
    with Web() as web:
        web.put("/a", b"abcd", etag='"1"')
        assert ask(web, "/a", Range="bytes=1-") == (206, b"bcd")
        assert ask(web, "/a", Range="bytes=4-")[0] == 416
        assert ask(web, "/a", Range="bytes=1-", **{"If-Range": '"2"'}) == (200, b"abcd")


def test_logins_redirects_and_missing_files() -> None:
    with Web() as web:
        web.put("/a", b"x", login="u:p")
        web.put("/b", location="/a")
        assert ask(web, "/a")[0] == 401
        assert ask(web, "/a", Authorization="Basic dTpw") == (200, b"x")
        assert ask(web, "/b")[0] == 302
        assert ask(web, "/c")[0] == 404
        assert [request.path for request in web.requests] == ["/a", "/a", "/b", "/c"]
