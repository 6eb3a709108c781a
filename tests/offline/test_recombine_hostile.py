"""`ceremony api recombine` with answers that somebody spoilt: a key that can be had is given."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ceremony.curves import CURVES
from ceremony.dfns.export_answer import MAX_ANSWER
from ceremony.offline.exporting import LONG_SEARCH, SearchReport
from ceremony.secret import Secret
from tests.support.exports import PHRASE, PROTOCOL, SCALAR
from tests.support.fake_cluster import export_response, request_key, sealed_share
from tests.support.invoking import Ceremony, Outcome

Answer = dict[str, Any]
OTHER = Secret(bytes.fromhex("00112233445566778899aabbccddeeff" * 2))
ALL_CURVES = pytest.mark.parametrize("curve", CURVES)


class Export:
    """A state, and what the command makes of an answer to its request."""

    def __init__(self, ceremony: Ceremony) -> None:
        self._ceremony, self._runs = ceremony, 0
        Path("phrase").write_text(PHRASE + "\n")
        self._state = ("--state", "state", "--passphrase-file", "phrase")
        ceremony.does("api", "export-request", *self._state, "--out", "export.json")
        self.request = Path("export.json")

    def answer(self, curve: str, scalar: Secret = SCALAR, **given: Any) -> Answer:
        return export_response(curve, PROTOCOL[curve], scalar, self.request, **given)

    def sealed(self, curve: str, index: int, share: int) -> str:
        return sealed_share(request_key(self.request), curve, index, share)

    def run(self, text: str | bytes, curve: str) -> Outcome:
        """The key is given out right or not at all, and a refusal writes nothing."""
        self._runs += 1
        out = Path(f"out-{self._runs}")
        Path("response.json").write_bytes(text if isinstance(text, bytes) else text.encode())
        public_key = CURVES[curve].base_multiply(SCALAR).compressed.hex()
        given = ("--response", "response.json", "--public-key", public_key, "--out", str(out))
        outcome = self._ceremony.run("api", "recombine", *self._state, *given)
        assert out.exists() is (outcome.status == 0)
        if outcome.status == 0:
            assert out.read_text() == SCALAR.reveal().hex() + "\n"
        else:
            assert outcome.status == 1, outcome.err
            *_, error, hint = outcome.err.splitlines()
            assert error.startswith("ceremony: error: ")
            assert len(error) < 1000
            assert hint.startswith("ceremony: hint: ")
        assert outcome.out == ""
        assert "bug" not in outcome.err
        assert all(character.isprintable() for character in outcome.err.replace("\n", ""))
        assert SCALAR.reveal().hex() not in outcome.err
        return outcome

    def gives(self, answer: Answer | str | bytes, curve: str) -> str:
        text = answer if isinstance(answer, str | bytes) else json.dumps(answer)
        outcome = self.run(text, curve)
        assert outcome.status == 0, outcome.err
        return outcome.err

    def refuses(self, answer: Answer | str | bytes, curve: str) -> str:
        text = answer if isinstance(answer, str | bytes) else json.dumps(answer)
        outcome = self.run(text, curve)
        assert outcome.status == 1
        return outcome.err


@pytest.fixture
def export(ceremony: Ceremony) -> Export:
    return Export(ceremony)


JUNK_IDS: list[object] = ["\x1b[2J", "x" * 81, "", " ", "\u202e", "\ud800", 7, None, [], {}, True]


@pytest.mark.parametrize("signer_id", JUNK_IDS, ids=ascii)
@pytest.mark.parametrize("share", ["%%%", "", None, 5], ids=ascii)
def test_one_junk_entry_beside_five_good_shares(
    export: Export, signer_id: object, share: object
) -> None:
    answer = export.answer("secp256k1")
    junk = {"signerId": signer_id, "encryptedKeyShare": share}
    answer["encryptedKeyShares"].insert(2, junk)
    assert "bad share   signer entry 3" in export.gives(answer, "secp256k1")


@pytest.mark.parametrize("signer_id", JUNK_IDS, ids=ascii)
def test_good_shares_may_have_any_id(export: Export, signer_id: object) -> None:
    answer = export.answer("secp256k1")
    for entry in answer["encryptedKeyShares"]:
        entry["signerId"] = signer_id
    assert "bad share" not in export.gives(answer, "secp256k1")


@pytest.mark.parametrize("entry", [None, 1, "share", [], [[]], {}, {"signerId": "a"}], ids=ascii)
def test_an_entry_that_is_none_costs_no_other(export: Export, entry: object) -> None:
    answer = export.answer("stark")
    answer["encryptedKeyShares"][:2] = [entry, entry]
    assert export.gives(answer, "stark").count("the share is not base64") == 2


SAYINGS: list[tuple[str, object, str]] = [
    ("minSigners", 1, "minSigners is not possible (malformed)"),
    ("minSigners", 10**400, "minSigners is not possible (malformed)"),
    ("minSigners", "3", "minSigners is not possible (malformed)"),
    ("minSigners", None, "minSigners is not possible (malformed)"),
    ("curve", "P-256", "the curve P-256 is not supported (scheme)"),
    ("curve", "\x1b[2J", "the curve <U+001B>[2J is not supported (scheme)"),
    ("curve", ["stark"], "does not name a protocol and a curve (malformed)"),
    ("protocol", "GG18", "(scheme)"),
    ("protocol", None, "(malformed)"),
    ("publicKey", "02" * 33, "public key"),
    ("publicKey", "zz", "not hex (malformed)"),
    ("publicKey", 5, "public key is missing (malformed)"),
]


@ALL_CURVES
@pytest.mark.parametrize(("field", "value", "told"), SAYINGS, ids=ascii)
def test_what_the_answer_says_of_itself_vetoes_nothing(
    export: Export, curve: str, field: str, value: object, told: str
) -> None:
    answer = export.answer(curve) | {field: value}
    said = export.gives(answer, curve)
    assert told in said
    assert said.count("warning     ") >= 2
    del answer[field]
    assert "warning" in export.gives(answer, curve)


@ALL_CURVES
def test_the_name_of_another_curve_vetoes_nothing(export: Export, curve: str) -> None:
    for other in set(CURVES) - {curve}:
        answer = export.answer(curve) | {"curve": other, "protocol": PROTOCOL[other]}
        told = f"the response names the curve {other}, the key is on {curve} (curve)"
        assert told in export.gives(answer, curve)


@ALL_CURVES
def test_bogus_entries_under_the_good_signers_ids_come_first(export: Export, curve: str) -> None:
    answer = export.answer(curve)
    bogus = export.answer(curve, OTHER)["encryptedKeyShares"][:3]
    answer["encryptedKeyShares"] = bogus + answer["encryptedKeyShares"]
    assert export.gives(answer, curve).count("this signer answered twice (duplicate)") == 3


@pytest.mark.parametrize("good", [3, 4, 5])
@pytest.mark.parametrize("stated", [1, 2, 3, 10, 20])
def test_twenty_entries(export: Export, good: int, stated: int) -> None:
    """The first ones are of another key; all of them consistent."""
    ours = export.answer("secp256k1", size=(3, 20))["encryptedKeyShares"]
    others = export.answer("secp256k1", OTHER, size=(10, 20))["encryptedKeyShares"]
    answer = export.answer("secp256k1") | {"minSigners": stated}
    answer["encryptedKeyShares"] = others[: 20 - good] + ours[20 - good :]
    assert export.gives(answer, "secp256k1").count("bad share ") == 20 - good


def test_what_no_search_can_find_says_so_with_the_numbers(export: Export) -> None:
    answer = export.answer("secp256k1", size=(5, 8))
    good = answer["encryptedKeyShares"]
    others = export.answer("secp256k1", OTHER, size=(5, 8))["encryptedKeyShares"][4:]
    answer["encryptedKeyShares"] = [*good[:4], *others, dict(good[0]), None]
    told = "(10 entries, 9 readable shares, 8 different ones, 247 combinations computed)"
    assert told in export.refuses(answer, "secp256k1")


def test_more_entries_than_dfns_has_signers(export: Export) -> None:
    answer = export.answer("secp256k1")
    junk = [{"signerId": f"junk {i}", "encryptedKeyShare": "AAAA"} for i in range(3000)]
    answer["encryptedKeyShares"] = junk + answer["encryptedKeyShares"]
    said = export.gives(answer, "secp256k1")
    assert "2,000 more entries hold no share (malformed)" in said
    assert "and 980 more bad shares" in said
    del answer["encryptedKeyShares"][-3:]
    refusal = export.refuses(answer, "secp256k1")
    assert "(3,002 entries, 2 readable shares, 2 different ones, 1 combinations" in refusal
    assert "and 996 more" in refusal


@pytest.mark.parametrize("index", [0, 2**256 - 1, CURVES["secp256k1"].order])
def test_indexes_that_are_none(export: Export, index: int) -> None:
    answer = export.answer("secp256k1")
    sealed = export.sealed("secp256k1", index, 5)
    answer["encryptedKeyShares"][:2] = [{"signerId": "a", "encryptedKeyShare": sealed}] * 2
    assert export.gives(answer, "secp256k1").count("bad share") == 2


def test_an_answer_too_large_to_read(export: Export) -> None:
    text = json.dumps(export.answer("secp256k1"))
    assert "larger than" in export.refuses(text + " " * MAX_ANSWER, "secp256k1")
    export.gives(text + " " * (MAX_ANSWER - len(text)), "secp256k1")


def dialect(change: Callable[[str], str]) -> Callable[[Answer], str]:
    def write(answer: Answer) -> str:
        for entry in answer["encryptedKeyShares"]:
            entry["encryptedKeyShare"] = change(entry["encryptedKeyShare"])
        return json.dumps(answer)

    return write


def with_field(text: str) -> Callable[[Answer], str]:
    return lambda answer: "{" + text + "," + json.dumps(answer)[1:]


def doubled(answer: Answer) -> str:
    """A second list and second shares, after the good ones and before them."""
    entry = '{"encryptedKeyShare":"AAAA","encryptedKeyShare":'
    text = json.dumps(answer).replace('{"signerId"', '{"signerId":7,"signerId"', 1)
    text = text.replace('"encryptedKeyShare": ', '"encryptedKeyShare":"AAAA","encryptedKeyShare": ')
    assert entry[1:] in text
    return '{"encryptedKeyShares":[],' + text[1:-1] + ',"encryptedKeyShares":[{}]}'


WRITINGS: dict[str, Callable[[Answer], str | bytes]] = {
    "a number beyond all numbers": with_field('"x":1e999'),
    "not a number": with_field('"x":NaN,"y":-Infinity'),
    "a long number": with_field('"x":' + "9" * 10_000),
    "a field within itself": with_field('"x":' + "[" * 200_000 + "]" * 200_000),
    "fields that stand twice": doubled,
    "minSigners twice": with_field('"minSigners":1e999,"minSigners":-1'),
    "a byte order mark": lambda answer: b"\xef\xbb\xbf" + json.dumps(answer).encode(),
    "UTF-16": lambda answer: json.dumps(answer).encode("utf-16"),
    "bytes that are not UTF-8": lambda answer: (
        json.dumps(answer).replace("signer-1", "\xff").encode("latin-1")
    ),
    "slashes escaped": lambda answer: json.dumps(answer).replace("/", "\\/"),
    "spread over lines": lambda answer: json.dumps(answer, indent=4),
    "cut at the end": lambda answer: json.dumps(answer)[:-2],
    "cut in the fifth share": lambda answer: json.dumps(answer)[:-40],
    "cut, slashes escaped": lambda answer: json.dumps(answer).replace("/", "\\/")[:-2],
    "something after the end": lambda answer: json.dumps(answer) + "}\n<html>",
    "something before": lambda answer: "HTTP/1.1 200 OK\n\n" + json.dumps(answer),
    "within another object": lambda answer: json.dumps({"status": 200, "data": answer}),
    "in a list": lambda answer: json.dumps([answer]),
    "as a text within JSON": lambda answer: json.dumps({"body": json.dumps(answer)}),
    "shares by their names": lambda answer: json.dumps(
        answer | {"encryptedKeyShares": {e["signerId"]: e for e in answer["encryptedKeyShares"]}}
    ),
    "base64 for addresses": dialect(lambda t: t.replace("+", "-").replace("/", "_")),
    "base64 without padding": dialect(lambda t: t.rstrip("=")),
    "base64 in lines": dialect(lambda t: "\r\n".join(t[i : i + 64] for i in range(0, len(t), 64))),
}


@pytest.mark.parametrize("name", WRITINGS)
def test_odd_writings_are_read(export: Export, name: str) -> None:
    export.gives(WRITINGS[name](export.answer("secp256k1")), "secp256k1")


@pytest.mark.parametrize(
    "text", ["{}", "[]", "null", "7", '"encryptedKeyShares"', "<html>", '{"error":{}}', "\x00",
             '{"encryptedKeyShares":{}}', '{"encryptedKeyShares":7}', "[" * 300_000],
    ids=lambda text: ascii(text[:30]),
)  # fmt: skip
def test_what_is_no_answer(export: Export, text: str) -> None:
    said = export.refuses(text, "secp256k1")
    assert "not the JSON that Dfns documents" in said
    assert "fetch it again" not in said, "Dfns gives it once"


def test_an_empty_answer(export: Export) -> None:
    assert "the export response is empty" in export.refuses("", "secp256k1")


@st.composite
def spoilt(draw: st.DrawFn, export: Export) -> tuple[str, str, bool]:
    """An answer after some mutations: its text, the curve, and whether the key can be had."""
    curve = draw(st.sampled_from([*CURVES]))
    threshold = draw(st.integers(2, 4))
    count = draw(st.integers(threshold, 6))
    answer = export.answer(curve, size=(threshold, count))
    good = list(answer["encryptedKeyShares"])
    whole = {entry["encryptedKeyShare"] for entry in good}
    others = export.answer(curve, OTHER, size=(threshold, count))["encryptedKeyShares"]
    order = CURVES[curve].order
    junk: list[Any] = []
    doubles: list[Any] = []
    for mutation in draw(st.lists(st.sampled_from(MUTATIONS), max_size=6)):
        at = draw(st.integers(0, 5))
        if mutation == "drop" and good:
            good.pop(at % len(good))
        elif mutation == "double" and good:
            doubles.append(dict(good[at % len(good)]))
        elif mutation == "junk id" and good:
            good[at % len(good)]["signerId"] = draw(st.sampled_from(JUNK_IDS))
        elif mutation == "swap ids" and good:
            one, two = good[at % len(good)], good[0]
            one["signerId"], two["signerId"] = two["signerId"], one["signerId"]
        elif mutation == "another key's":
            junk.append(others[at % len(others)])
        elif mutation == "another index":
            index = draw(st.sampled_from([0, 1, 2, 7, order - 1, order, 2**256 - 1]))
            share = draw(st.integers(1, order - 1))
            junk.append({"signerId": "x", "encryptedKeyShare": export.sealed(curve, index, share)})
        elif mutation == "another curve":
            named = draw(st.sampled_from([*CURVES, "P-256", ""]))
            sealed = export.sealed(named, at + 1, at + 1)
            junk.append({"signerId": f"signer-{at}", "encryptedKeyShare": sealed})
        elif mutation == "another type":
            junk.append(draw(ANY_JSON))
        elif mutation == "another field":
            field = draw(st.sampled_from(["minSigners", "protocol", "curve", "publicKey", "x"]))
            answer[field] = draw(ANY_JSON)
    entries = [*good, *doubles, *junk]
    there = {e["encryptedKeyShare"] for e in [*good, *doubles]} & whole
    answer["encryptedKeyShares"] = draw(st.permutations(entries))
    write = draw(st.sampled_from([*READABLE]))
    text = WRITINGS[write](answer) if write else json.dumps(answer)
    assert isinstance(text, str)
    return text, curve, len(there) >= threshold


MUTATIONS = (
    "drop", "double", "junk id", "swap ids", "another key's", "another index", "another curve",
    "another type", "another field",
)  # fmt: skip
READABLE = (None, "a number beyond all numbers", "spread over lines", "slashes escaped",
            "minSigners twice", "something after the end")  # fmt: skip
ANY_VALUE = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["stark", "GG18", "\x1b[2J", 3, 1, 0, -1, 10**400, "02" * 33])
)  # fmt: skip
FIELD_NAMES = st.sampled_from(["signerId", "encryptedKeyShare", "encryptedKeyShares", "x"])
ANY_JSON = (
    ANY_VALUE
    | st.lists(ANY_VALUE, max_size=2)
    | st.dictionaries(FIELD_NAMES, ANY_VALUE | st.lists(ANY_VALUE, max_size=2), max_size=3)
)


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_key_that_can_be_had_is_given_and_no_other_ever(
    export: Export, data: st.DataObject
) -> None:
    text, curve, can_be_had = data.draw(spoilt(export))
    if can_be_had:
        export.gives(text, curve)
    else:
        assert export.run(text, curve).status == 1


def test_a_long_search_is_told_each_time_it_has_doubled(capsys: pytest.CaptureFixture[str]) -> None:
    report = SearchReport()
    for tried in range(0, LONG_SEARCH * 9, 512):
        report.tell(tried, 2**20)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("Ctrl-C ends it and loses nothing") == 4
    assert f"{LONG_SEARCH * 8:,} combinations of shares tried, of 1,048,576 at the most" in said.err
