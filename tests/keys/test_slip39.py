"""SLIP-39: the official vectors, sets of shares as people enter them, and splitting."""

import hashlib
import itertools
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shamir_mnemonic import Share, combine_mnemonics
from shamir_mnemonic.wordlist import WORDLIST

from ceremony.curves import CURVES
from ceremony.errors import CeremonyError, Failure
from ceremony.keys.derivation import master_key
from ceremony.keys.formats import formats_that_fit, read_key
from ceremony.keys.slip39.keys import NO_CHECK, shares_in
from ceremony.keys.slip39.recovery import GroupStatus, ShareSet
from ceremony.keys.slip39.split import check_shares, split_slip39
from ceremony.secret import Random, Secret
from tests.support.vector_files import cases

Case = dict[str, Any]

VECTORS = cases("keys/slip39.json", 45)
TREZOR = Secret(b"TREZOR")
KEY = Secret(bytes(range(32)))


def fixed_random(seed: bytes = b"shares") -> Random:
    """Bytes that are the same each time, and differ from draw to draw."""
    numbers = itertools.count()
    return lambda size: hashlib.shake_256(seed + next(numbers).to_bytes(4, "big")).digest(size)


def entered(shares: Iterable[str | Secret]) -> ShareSet:
    result = ShareSet()
    for share in shares:
        result = result.add(share if isinstance(share, Secret) else Secret(share.encode()))
    return result


def vector(number: int) -> Case:
    (case,) = [v.values[0] for v in VECTORS if str(v.id).startswith(f"{number}. ")]
    return dict(case)  # type: ignore[arg-type]


@pytest.mark.parametrize("case", VECTORS)
def test_vectors(case: Case) -> None:
    passphrase = Secret(case["passphrase"].encode())
    if case["expect"] == "recovered":
        secret = entered(case["shares"]).recover(passphrase)
        assert secret.reveal().hex() == case["master_secret"]
        backwards = entered(reversed(case["shares"])).recover(passphrase)
        assert backwards.matches(secret)
        return
    with pytest.raises(CeremonyError) as error:
        entered(case["shares"]).recover(passphrase)
    assert error.value.failure == case["expect"]
    assert_no_words(error.value, *case["shares"])


@pytest.mark.parametrize("case", [v for v in VECTORS if v.values[0]["expect"] == "recovered"])  # type: ignore[index,call-overload]
def test_the_secret_is_a_seed(case: Case) -> None:
    """The vectors give BIP-32's master key of each secret; its text holds the key itself."""
    import base58

    master = master_key(Secret(bytes.fromhex(case["master_secret"])))
    payload = base58.b58decode_check(case["xprv"])
    assert master.secret_scalar.reveal() == payload[46:]
    assert master.chain_code.reveal() == payload[13:45]


# Words of the list that stand in our own sentences.
PLAIN = frozenset(
    [
        "check",
        "empty",
        "group",
        "have",
        "index",
        "inside",
        "length",
        "secret",
        "space",
        "standard",
        "that",
        "together",
        "unknown",
        "work",
        "zero",
    ]
)


def assert_no_words(error: CeremonyError, *shares: str) -> None:
    said = set((error.message + " " + error.hint).lower().replace(",", " ").split())
    words = {word for share in shares for word in share.split()}
    assert not said & (words - PLAIN)


def test_status_says_how_many_of_how_many() -> None:
    shares = vector(17)["shares"]
    state = ShareSet()
    assert state.status().groups_needed is None
    assert not state.status().complete
    seen = []
    for share in shares:
        state = state.add(Secret(share.encode()))
        status = state.status()
        assert status.groups_needed == 2
        seen.append([(group.entered, group.needed) for group in status.groups])
    assert seen == [
        [(0, None), (0, None), (0, None), (1, 2)],
        [(0, None), (0, None), (1, 3), (1, 2)],
        [(0, None), (0, None), (2, 3), (1, 2)],
        [(0, None), (0, None), (3, 3), (1, 2)],
        [(0, None), (0, None), (3, 3), (2, 2)],
    ]
    assert state.status().complete
    assert state.status().groups[3] == GroupStatus(4, 2, 2)


def test_a_refused_share_leaves_the_set_as_it_was() -> None:
    first, second = vector(4)["shares"]
    state = entered([first])
    with pytest.raises(CeremonyError):
        state.add(Secret(first.encode()))
    assert (
        state.add(Secret(second.encode())).recover(TREZOR).reveal().hex()
        == (vector(4)["master_secret"])
    )
    assert repr(state) == "ShareSet(of 1)"


GOOD = vector(23)["shares"][0]
WORDS = GOOD.split()


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        ("", Failure.KEY),
        (" \n ", Failure.KEY),
        (" ".join(WORDS[:-1]), Failure.CHECKSUM),
        (" ".join([*WORDS, "academic"]), Failure.CHECKSUM),
        (" ".join([*WORDS[:8], *WORDS[9:11], WORDS[8], *WORDS[11:]]), Failure.CHECKSUM),
        (" ".join([*WORDS[:4], "academic", *WORDS[5:]]), Failure.CHECKSUM),
        (" ".join([*WORDS[:4], "zebra", *WORDS[5:]]), Failure.KEY),
        (" ".join(WORDS[:19]), Failure.KEY),
        (" ".join(WORDS * 2), Failure.KEY),
        (GOOD.replace("a", "\u0430", 1), Failure.KEY),
        (GOOD.replace(" ", "\u00a0", 1), Failure.KEY),
        (GOOD.replace(" ", "\u200b ", 1), Failure.KEY),
        (GOOD.replace(" ", ", "), Failure.KEY),
        ("1. " + GOOD, Failure.KEY),
        (" ".join(word[:4] for word in WORDS), Failure.KEY),
        ("abandon " * 11 + "about", Failure.KEY),
        ("a" * 70_000, Failure.OVERSIZED),
    ],
)
def test_wrong_shares(text: str, failure: Failure) -> None:
    with pytest.raises(CeremonyError) as error:
        entered([vector(23)["shares"][1], text])
    assert error.value.failure is failure
    assert "share 2" in error.value.message
    assert_no_words(error.value, GOOD)


def test_an_unknown_word_is_told_by_its_place() -> None:
    text = " ".join([*WORDS[:4], "zebra", *WORDS[5:]])
    with pytest.raises(CeremonyError) as error:
        entered([text])
    assert "word 5 of the share 1" in error.value.message
    assert "zebra" not in error.value.message + error.value.hint


def test_capitals_and_white_space_do_not_matter() -> None:
    text = "\t" + GOOD.upper().replace(" ", " \r\n ") + "\n"
    state = entered([text, vector(23)["shares"][1]])
    assert state.recover(TREZOR).reveal().hex() == vector(23)["master_secret"]


def test_a_group_that_cannot_be() -> None:
    share = Share.from_mnemonic(GOOD)
    impossible = Share(**{**share.__dict__, "group_index": 3})
    with pytest.raises(CeremonyError) as error:
        entered([impossible.mnemonic()])
    assert error.value.failure is Failure.MALFORMED


def test_shares_of_other_lengths_do_not_mix() -> None:
    share = Share.from_mnemonic(GOOD)
    shorter = Share(**{**share.__dict__, "index": 9, "value": share.value[:16]})
    with pytest.raises(CeremonyError) as error:
        entered([GOOD, shorter.mnemonic()])
    assert error.value.failure is Failure.SHARES


@pytest.mark.parametrize("at", range(4))
def test_a_changed_share_is_found_beyond_the_threshold_too(at: int) -> None:
    """Four shares where two are enough: the changed one is noticed wherever it stands."""
    shares = [s.reveal().decode() for s in split_slip39(KEY, 2, 4, fixed_random())]
    share = Share.from_mnemonic(shares[at])
    value = bytes([share.value[0] ^ 1]) + share.value[1:]
    shares[at] = Share(**{**share.__dict__, "value": value}).mnemonic()
    with pytest.raises(CeremonyError) as error:
        entered(shares).recover()
    assert error.value.failure is Failure.INCONSISTENT
    assert entered(s for n, s in enumerate(shares) if n != at).recover().matches(KEY)


def test_more_groups_than_needed_must_agree() -> None:
    one, two, three = (vector(number)["shares"] for number in (17, 18, 19))
    both = [*dict.fromkeys([*one, *two, *three])]
    assert entered(both).recover(TREZOR).reveal().hex() == vector(17)["master_secret"]
    share = Share.from_mnemonic(three[1])
    changed = Share(**{**share.__dict__, "value": bytes(len(share.value))}).mnemonic()
    with pytest.raises(CeremonyError) as error:
        entered([changed if s == three[1] else s for s in both]).recover(TREZOR)
    assert error.value.failure is Failure.INCONSISTENT


def test_a_wrong_passphrase_gives_another_secret() -> None:
    state = entered(vector(23)["shares"])
    assert state.recover(Secret(b"TREZOR ")).reveal().hex() != vector(23)["master_secret"]
    assert state.recover().matches(state.recover(Secret(b"")))


@pytest.mark.parametrize("passphrase", ["TREZOR\n", "Z\u00fcrich", "\x7f", "\t", "\u202e"])
def test_a_passphrase_outside_printable_ascii(passphrase: str) -> None:
    given = Secret(passphrase.encode())
    with pytest.raises(CeremonyError) as error:
        entered(vector(23)["shares"]).recover(given)
    assert error.value.failure is Failure.PASSPHRASE
    with pytest.raises(CeremonyError) as error:
        split_slip39(KEY, 2, 3, fixed_random(), passphrase=given)
    assert error.value.failure is Failure.PASSPHRASE


@pytest.mark.parametrize(
    ("threshold", "count"), [(2, 2), (2, 3), (3, 5), (5, 5), (2, 16), (16, 16)]
)
def test_split_and_every_subset(threshold: int, count: int) -> None:
    shares = [s.reveal().decode() for s in split_slip39(KEY, threshold, count, fixed_random())]
    assert len(shares) == len(set(shares)) == count
    assert all(len(share.split()) == 33 for share in shares)
    parsed = [Share.from_mnemonic(share) for share in shares]
    assert all(share.extendable and share.group_count == 1 for share in parsed)
    for subset in itertools.islice(itertools.combinations(shares, threshold), 12):
        assert entered(subset).recover().matches(KEY)
        # As the reference does it, whole.
        assert combine_mnemonics(subset) == KEY.reveal()
        with pytest.raises(CeremonyError) as error:
            entered(subset[1:]).recover()
        assert error.value.failure is Failure.NOT_ENOUGH_SHARES


def test_split_with_a_passphrase() -> None:
    shares = split_slip39(KEY, 2, 3, fixed_random(), passphrase=TREZOR)
    texts = [share.reveal().decode() for share in shares]
    assert combine_mnemonics(texts[:2], b"TREZOR") == KEY.reveal()
    assert combine_mnemonics(texts[:2]) != KEY.reveal()


@pytest.mark.parametrize(
    ("secret", "threshold", "count", "failure"),
    [
        (KEY, 1, 1, Failure.THRESHOLD),
        (KEY, 1, 3, Failure.THRESHOLD),
        (KEY, 0, 3, Failure.THRESHOLD),
        (KEY, -2, 3, Failure.THRESHOLD),
        (KEY, 4, 3, Failure.THRESHOLD),
        (KEY, 2, 17, Failure.THRESHOLD),
        (KEY, 17, 17, Failure.THRESHOLD),
        (Secret(bytes(31)), 2, 3, Failure.KEY),
        (Secret(bytes(33)), 2, 3, Failure.KEY),
        (Secret(b""), 2, 3, Failure.KEY),
    ],
)
def test_splits_that_are_refused(
    secret: Secret, threshold: int, count: int, failure: Failure
) -> None:
    with pytest.raises(CeremonyError) as error:
        split_slip39(secret, threshold, count, fixed_random())
    assert error.value.failure is failure


@pytest.mark.parametrize("random", [bytes, lambda size: b"", lambda size: b"\xaa" * size])
def test_a_broken_source_of_randomness(random: Random) -> None:
    with pytest.raises(CeremonyError) as error:
        split_slip39(KEY, 3, 5, random)
    assert error.value.failure is Failure.RANDOMNESS


def test_randomness_comes_from_the_argument_alone() -> None:
    def texts(seed: bytes) -> list[bytes]:
        return [share.reveal() for share in split_slip39(KEY, 3, 5, fixed_random(seed))]

    assert texts(b"one") == texts(b"one")
    assert not set(texts(b"one")) & set(texts(b"two"))


def test_shares_that_were_exchanged_before_they_are_handed_out() -> None:
    shares = split_slip39(KEY, 2, 3, fixed_random())
    other = split_slip39(Secret(bytes(31) + b"\1"), 2, 3, fixed_random())
    check_shares(shares, KEY, 2)
    for wrong, threshold, failure in (
        (other, 2, Failure.INCONSISTENT),
        (shares, 3, Failure.INCONSISTENT),
        (shares[:1], 2, Failure.NOT_ENOUGH_SHARES),
        ((shares[0], other[1]), 2, Failure.INCONSISTENT),
        ((shares[0], shares[0]), 2, Failure.DUPLICATE),
    ):
        with pytest.raises(CeremonyError) as error:
            check_shares(wrong, KEY, threshold)
        assert error.value.failure is failure


def source(shares: Iterable[Secret]) -> Secret:
    return Secret(b"\n\n".join(share.reveal() for share in shares) + b"\r\n")


@pytest.mark.parametrize("curve", CURVES)
def test_a_key_through_the_registry(curve: str) -> None:
    key = Secret(b"\1" * 32)
    text = source(split_slip39(key, 2, 3, fixed_random()))
    (read,) = read_key("slip39-key", text, curve=curve)
    assert read.secret_scalar.matches(key)
    assert read.seed is None
    assert NO_CHECK in read.warnings
    assert set(formats_that_fit(text)) >= {"slip39-key", "slip39-seed"}


def test_a_seed_through_the_registry() -> None:
    case = vector(23)
    text = Secret("\n".join(case["shares"]).encode())
    paths = ("m/44'/60'/0'/0/0", "m/44'/60'/0'/0/1")
    keys = read_key("slip39-seed", text, curve="secp256k1", paths=paths, passphrase=TREZOR)
    assert [key.path for key in keys] == list(paths)
    assert len({key.public_key for key in keys}) == 2
    (solana,) = read_key(
        "slip39-seed", text, curve="ed25519", paths=("m/44'/501'/0'/0'",), passphrase=TREZOR
    )
    assert solana.seed is not None
    for wrong in ("m/44'/501'/0'/0", "m/x"):
        with pytest.raises(CeremonyError) as error:
            read_key("slip39-seed", text, curve="ed25519", paths=(wrong,), passphrase=TREZOR)
        assert error.value.failure is Failure.PATH


def test_a_secret_that_is_no_key() -> None:
    short = Secret("\n".join(vector(4)["shares"]).encode())
    with pytest.raises(CeremonyError) as error:
        read_key("slip39-key", short, curve="secp256k1", passphrase=TREZOR)
    assert error.value.failure is Failure.KEY
    large = source(split_slip39(Secret(b"\xff" * 32), 2, 2, fixed_random()))
    with pytest.raises(CeremonyError) as error:
        read_key("slip39-key", large, curve="secp256k1")
    assert error.value.failure is Failure.KEY


@settings(deadline=None, max_examples=30)
@given(
    st.binary(min_size=32, max_size=32),
    st.integers(2, 6).flatmap(lambda k: st.tuples(st.just(k), st.integers(k, 8))),
    st.data(),
)
def test_round_trip(secret: bytes, scheme: tuple[int, int], data: st.DataObject) -> None:
    threshold, count = scheme
    shares = split_slip39(Secret(secret), threshold, count, fixed_random(secret))
    chosen = data.draw(st.permutations(shares))[:threshold]
    assert entered(chosen).recover().matches(Secret(secret))


@given(st.binary(max_size=300))
def test_any_bytes(text: bytes) -> None:
    with pytest.raises(CeremonyError):
        ShareSet().add(Secret(text))


@given(st.lists(st.sampled_from(WORDLIST), max_size=60))
def test_any_words(words: list[str]) -> None:
    with pytest.raises(CeremonyError) as error:
        ShareSet().add(Secret(" ".join(words).encode()))
    assert_no_words(error.value, *words)


def values(threshold: int) -> st.SearchStrategy[dict[str, int]]:
    small = st.integers(0, 3)
    return st.fixed_dictionaries(
        {"group_index": small, "index": small, "member_threshold": st.just(threshold)}
    )


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 3).flatmap(values), st.binary(min_size=16, max_size=16)),
        max_size=8,
    )
)
def test_any_set_of_well_formed_shares(shares: list[tuple[dict[str, int], bytes]]) -> None:
    """Shares with right checksums and any parameters: a secret or a refusal, nothing else."""
    common = {"identifier": 5, "extendable": True, "iteration_exponent": 0}
    state = ShareSet()
    for fields, value in shares:
        share = Share(**common, group_threshold=2, group_count=3, **fields, value=value)
        try:
            state = state.add(Secret(share.mnemonic().encode()))
        except CeremonyError:
            continue
    try:
        state.recover()
    except CeremonyError:
        return
    assert state.status().complete


def test_lines_are_shares() -> None:
    shares = split_slip39(KEY, 3, 3, fixed_random())
    assert shares_in(source(shares)).recover().matches(KEY)
    in_one_line = Secret(b" ".join(share.reveal() for share in shares))
    with pytest.raises(CeremonyError) as error:
        shares_in(in_one_line)
    assert error.value.failure is Failure.KEY
