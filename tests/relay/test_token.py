"""Which organisation the token is for: what it says, and nothing that it should not."""

import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.relay.token import check_organisation, organisation_of
from ceremony.secret import Secret
from tests.support.tokens import METADATA, jwt


@pytest.mark.parametrize(
    ("claims", "organisation"),
    [
        ({METADATA: {"orgId": "or-1aaaa-bbbbb-cccccccccccccc"}}, "or-1aaaa-bbbbb-cccccccccccccc"),
        ({METADATA: {"orgId": "or-1"}, "tenantId": "te-1", "sub": "or-2"}, "or-1"),
        ({METADATA: {"userId": "us-1"}, "tenantId": "te-1"}, "te-1"),
        ({"tenantId": "te-1", "sub": "or-2"}, "te-1"),
        ({"sub": "or-2"}, "or-2"),
        ({"sub": "us-2"}, ""),
        ({"sub": "auth0|or-2"}, ""),
        ({METADATA: {"orgId": None}}, ""),
        ({METADATA: {"orgId": 7}, "tenantId": []}, ""),
        ({METADATA: "or-1"}, ""),
        ({METADATA: {"orgId": "or-1\u001b[2J"}}, ""),
        ({METADATA: {"orgId": "or-1\n"}}, ""),
        ({METADATA: {"orgId": "or-1 production"}}, ""),
        ({METADATA: {"orgId": "or-" + "x" * 100}}, ""),
        ({METADATA: {"orgId": "or-\u0430"}}, ""),
        ([], ""),
        ("or-1", ""),
    ],
)  # fmt: skip
def test_the_organisation_of_a_token(claims: object, organisation: str) -> None:
    assert organisation_of(jwt(claims)) == organisation


@pytest.mark.parametrize(
    "token",
    [b"", b"canary", b"a.b", b"a.b.c", b"a.b.c.d", b"..", b"a.\xff.c", b"a." + b"W" * 9999 + b".c"],
)
def test_what_is_not_a_jwt_names_no_organisation(token: bytes) -> None:
    assert organisation_of(Secret(token)) == ""


@pytest.mark.parametrize(("organisation", "pinned"), [("or-1", ""), ("or-1", "or-1"), ("", "")])
def test_a_pin_that_agrees(organisation: str, pinned: str) -> None:
    check_organisation(organisation, pinned)


@pytest.mark.parametrize(
    ("organisation", "pinned"),
    [("or-1", "or-2"), ("or-1", "OR-1"), ("or-1", "or-"), ("", "or-1"), ("or-1", "or-1\x1b[2J")],
)
def test_a_pin_that_does_not_agree(organisation: str, pinned: str) -> None:
    with pytest.raises(CeremonyError) as error:
        check_organisation(organisation, pinned)
    assert error.value.failure is Failure.CONFIGURATION
    assert error.value.message.isprintable()
    assert error.value.hint
