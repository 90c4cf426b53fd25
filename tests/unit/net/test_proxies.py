import pytest

from bareboat.net.proxies import Proxies

URL = "https://pkg.example.test/simple"


def test_lower_case_stands_first_and_an_empty_variable_means_none() -> None:
    assert Proxies.read({"https_proxy": "http://a:1", "HTTPS_PROXY": "http://b:1"}).find(URL) == "http://a:1"
    assert Proxies.read({"HTTPS_PROXY": "http://b:1"}).find(URL) == "http://b:1"
    assert Proxies.read({"https_proxy": "", "HTTPS_PROXY": "http://b:1"}).find(URL) is None


def test_each_scheme_has_its_own() -> None:
    proxies = Proxies.read({"http_proxy": "a:1", "ALL_PROXY": "http://c:3"})
    assert proxies.find("http://x/") == "http://a:1"
    assert proxies.find(URL) == "http://c:3"
    assert proxies.find("ftp://x/") is None


def test_a_request_header_sets_no_proxy() -> None:
    """A CGI program gets the header `Proxy` as HTTP_PROXY: CVE-2016-5385."""
    assert Proxies.read({"HTTP_PROXY": "http://evil", "REQUEST_METHOD": "GET"}).find("http://x/") is None


@pytest.mark.parametrize(
    ("entry", "url", "is_direct"),
    [
        ("*", "http://a/", True),
        ("example.test", "http://example.test/", True),
        ("example.test", "http://pkg.example.test/", True),
        (".example.test", "http://pkg.example.test/", True),
        ("*.example.test", "http://pkg.example.test/", True),
        ("example.test", "http://notexample.test/", False),
        ("EXAMPLE.test", "http://Example.TEST./", True),
        ("example.test:8080", "http://example.test:8080/", True),
        ("example.test:8080", "http://example.test/", False),
        ("example.test:443", "https://example.test/", True),
        ("10.0.0.0/8", "http://10.1.2.3/", True),
        ("10.0.0.0/8", "http://11.1.2.3/", False),
        ("10.0.0.0/8", "http://name/", False),
        ("127.0.0.1", "http://127.0.0.1:9/", True),
        ("127.0.0.1:9", "http://127.0.0.1:9/", True),
        ("::1", "http://[::1]:9/", True),
        ("[::1]:9", "http://[::1]:9/", True),
        ("[::1]:8", "http://[::1]:9/", False),
        ("a, b c", "http://c/", True),
        ("", "http://a/", False),
        (".", "http://a/", False),
    ],
)
def test_hosts_that_are_reached_directly(entry: str, url: str, *, is_direct: bool) -> None:
    found = Proxies.read({"http_proxy": "http://p", "https_proxy": "http://p", "NO_PROXY": entry}).find(url)
    assert (found is None) is is_direct
