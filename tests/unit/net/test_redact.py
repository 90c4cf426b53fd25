import pytest

from bareboat.net.redact import redact, redact_text


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:pass@host:8/a/b?sig=x&expires=3#f", "https://host:8/a/b?sig=***&expires=***"),
        ("https://token@host/", "https://host/"),
        ("https://a:b@c@host/", "https://host/"),
        ("file:///a/b.whl", "file:///a/b.whl"),
        ("http://[broken", "<unreadable URL>"),
    ],
)
def test_a_url_is_shown_without_secrets(url: str, shown: str) -> None:
    assert redact(url) == shown


def test_urls_in_a_text_are_redacted() -> None:
    text = "GET `https://u:p@h/x` failed, see http://h/y?k=v (twice)"
    assert redact_text(text) == "GET `https://h/x` failed, see http://h/y?k=*** (twice)"
