import subprocess
import sys

import pytest

from bareboat.errors import InputError
from bareboat.net.pool import Pool
from bareboat.testing.web import Web


def test_a_connection_serves_many_requests() -> None:
    with Web() as web:
        url = web.put("/a", b"x")
        pool = Pool({}, timeout=5)
        for _ in range(3):
            answer = pool.send("GET", url, {"A": "b"})
            assert (answer.status, answer.read()) == (200, b"x")
        assert web.seen("/a")[0].headers["A"] == "b"
        pool.close()
        assert pool.send("GET", url, {}).read() == b"x"
        pool.close()


def test_a_socks_proxy_is_refused_by_name() -> None:
    pool = Pool({"http_proxy": "socks5://u:secret@p:1"}, timeout=5)
    with pytest.raises(InputError, match="the proxy socks5://p:1 is of a kind that is not supported: socks5"):
        pool.send("GET", "http://host.test/", {})
    assert pool.proxy("http://host.test/") is not None


def test_a_client_loads_no_tls_before_its_first_request() -> None:
    code = (
        "import sys; from bareboat.net.client import Client; Client({}); "
        "print(sorted({'urllib3', 'ssl', 'truststore', 'email'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout.strip() == "[]"
