import http.client

from bareboat.testing.proxy import Proxy
from bareboat.testing.web import Web


def test_requests_and_tunnels_pass() -> None:
    with Web() as web, Proxy() as proxy:
        web.put("/a", b"x")
        plain = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=5)
        plain.request("GET", f"http://any.test:{web.port}/a")
        assert plain.getresponse().read() == b"x"
        plain.close()
        tunnel = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=5)
        tunnel.set_tunnel("any.test", web.port)
        tunnel.request("GET", "/a")
        assert tunnel.getresponse().read() == b"x"
        tunnel.close()
        assert proxy.asked == [f"http://any.test:{web.port}/a", f"any.test:{web.port}"]


def test_a_login_may_be_wanted() -> None:
    with Proxy(login="a:b") as proxy:
        plain = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=5)
        plain.request("GET", "http://any.test/")
        assert plain.getresponse().status == 407
        plain.close()
