import ssl
from pathlib import Path

import pytest
import truststore

from bareboat.errors import InputError
from bareboat.net import trust
from bareboat.testing.authority import Authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    if not Authority.is_possible():
        pytest.skip("no openssl program")
    return Authority(tmp_path_factory.mktemp("authority"))


def test_the_system_decides_where_nothing_is_named() -> None:
    assert trust.bundle({}) is None
    assert isinstance(trust.context({}), truststore.SSLContext)


def test_openssl_variables_stand_before_those_of_other_tools(tmp_path: Path) -> None:
    file, other = tmp_path / "a.pem", tmp_path / "b.pem"
    file.touch()
    other.touch()
    assert trust.bundle({"SSL_CERT_FILE": str(file), "PIP_CERT": str(other)}) == (str(file), "")
    assert trust.bundle({"SSL_CERT_FILE": str(file), "SSL_CERT_DIR": str(tmp_path)}) == (
        str(file),
        str(tmp_path),
    )
    assert trust.bundle({"REQUESTS_CA_BUNDLE": str(file), "PIP_CERT": str(other)}) == (str(other), "")
    assert trust.bundle({"CURL_CA_BUNDLE": str(tmp_path)}) == ("", str(tmp_path))
    assert trust.bundle({"PIP_CERT": ""}) is None


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR", "PIP_CERT"])
def test_what_does_not_exist_is_an_error(variable: str) -> None:
    with pytest.raises(InputError, match=f"{variable}: no such .*: /none") as raised:
        trust.bundle({variable: "/none"})
    assert raised.value.hint == f"correct {variable} or unset it"


def test_one_authority_is_all_that_is_trusted(authority: Authority) -> None:
    made = trust.context({"SSL_CERT_FILE": str(authority.certificate)})
    assert made.verify_mode is ssl.CERT_REQUIRED
    assert made.check_hostname
    assert len(made.get_ca_certs()) == 1


def test_a_file_without_certificates_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "a.pem"
    file.write_text("nothing")
    with pytest.raises(InputError, match="no certificates can be read"):
        trust.context({"SSL_CERT_FILE": str(file)})


def test_verification_can_be_left_out() -> None:
    assert trust.context({}, verify=False).verify_mode is ssl.CERT_NONE
