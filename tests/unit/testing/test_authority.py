import ssl
from pathlib import Path

import pytest

from bareboat.testing.authority import Authority


def test_an_issued_certificate_is_trusted_through_its_authority(tmp_path: Path) -> None:
    if not Authority.is_possible():
        pytest.skip("no openssl program")
    authority = Authority(tmp_path)
    certificate, key = authority.issue("host.test")
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    trusting = ssl.create_default_context(cafile=str(authority.certificate))
    assert trusting.get_ca_certs()[0]["subject"] == ((("commonName", "Test Authority"),),)
