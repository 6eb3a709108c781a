"""PEM keys in every cipher that OpenSSL writes: opened, or refused for what they are."""

import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.formats import read_key
from ceremony.secret import Secret
from tests.support.vector_files import cases

CASES = cases("keys/openssl-ciphers.json", 27)
READ = {
    *("pkcs8 -v2 aes-128-cbc", "pkcs8 -v2 aes-256-cbc", "pkcs8 -v2 des3", "pkcs8 -v2 rc2-cbc"),
    *("pkcs8 -v1 PBE-MD5-DES", "pkcs8 -v1 PBE-SHA1-3DES", "pkcs8 -v1 PBE-SHA1-RC2-40"),
    *("pkcs8 -v1 PBE-SHA1-RC4-128", "ec -aes128", "ec -des3"),
}


def read(case: dict[str, str], passphrase: bytes) -> str:
    """The curve of the key."""
    (key,) = read_key("pem", Secret(case["text"].encode()), passphrase=Secret(passphrase))
    return key.curve


def refused(case: dict[str, str], passphrase: bytes) -> CeremonyError:
    with pytest.raises(CeremonyError) as error:
        read(case, passphrase)
    return error.value


def test_the_ciphers_that_are_read_are_among_the_files() -> None:
    assert {case.id for case in CASES} >= READ


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_passphrase_is_told_only_where_a_right_one_would_open(case: dict) -> None:
    if case["name"] in READ:
        assert read(case, b"x") == "secp256k1"
        assert refused(case, b"X").failure == Failure.PASSPHRASE
        return
    for passphrase in (b"x", b"X"):
        error = refused(case, passphrase)
        assert error.failure == Failure.TYPE
        assert "openssl pkcs8 -topk8 -v2 aes-256-cbc" in error.hint
