"""The message format and the fingerprint against vectors that other code made."""

import json
from typing import Any

import pytest

from ceremony.dfns.signers import parse_signers
from ceremony.errors import CeremonyError
from ceremony.message import decode_message, digest, encode_message
from tests.support.vector_files import cases


@pytest.mark.parametrize("case", cases("messages/messages.json", 69))
def test_message(case: dict[str, Any]) -> None:
    data = bytes.fromhex(case["message"])
    if case["expect"] == "accept":
        assert encode_message(decode_message(data)) == data
        assert digest(data).hex() == case["sha256"]
        return
    with pytest.raises(CeremonyError) as error:
        decode_message(data)
    assert error.value.failure == case["expect"]


@pytest.mark.parametrize("case", cases("messages/fingerprints.json", 8))
def test_fingerprint(case: dict[str, Any]) -> None:
    signers = parse_signers(json.dumps(case["signers"]).encode())
    assert signers.fingerprint().hex() == case["fingerprint"]
