"""Recovery kits, after the vectors made with Fireblocks' own tool, and everything around them."""

import dataclasses
import json
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from ceremony.curves import CURVES, scalar_bytes
from ceremony.errors import CeremonyError, Failure
from ceremony.keys.fireblocks.crypto import decrypt_mobile_share
from ceremony.keys.fireblocks.extended import (
    SCALAR_ONLY,
    UNHARDENED,
    parse_extended,
    serialize_extended,
    wallet_key,
)
from ceremony.keys.fireblocks.kit import Kit, choose_key, open_kit, read_kit
from ceremony.keys.fireblocks.metadata import CURVE_OF, KeyEntry
from ceremony.keys.fireblocks.shares import KitSecrets, cloud_player, mobile_player
from ceremony.secret import Secret
from tests.support.kit_files import KITS, Case, archive_of, kit_named, pack, secrets_of, unpack

GOOD = kit_named("CMP keys")
POLYNOMIAL = kit_named("MPC keys")
ECDSA, EDDSA = (key["key_id"] for key in GOOD["keys"])
OTHER_ID = "00000000-0000-4000-8000-000000000000"
PATH = "m/44/60/0/0/0"


def refused(failure: Failure, archive: bytes, secrets: KitSecrets, **named: Any) -> CeremonyError:
    with pytest.raises(CeremonyError) as error:
        open_kit(archive, secrets, **named)
    assert error.value.failure is failure, error.value.message
    assert "\n" not in error.value.message
    return error.value


def changed(case: Case, **files: bytes | None) -> bytes:
    """The kit with files replaced, or without those that are None."""
    packed = unpack(archive_of(case)) | files
    return pack({name: content for name, content in packed.items() if content is not None})


def with_metadata(case: Case, **members: Any) -> bytes:
    """The kit with members of its metadata replaced, or without those that are None."""
    metadata = json.loads(unpack(archive_of(case))["metadata.json"]) | members
    kept = {name: value for name, value in metadata.items() if value is not None}
    return changed(case, **{"metadata.json": json.dumps(kept).encode()})


def metadata_of(case: Case) -> Any:
    return json.loads(unpack(archive_of(case))["metadata.json"])


@pytest.mark.parametrize("case", KITS)
def test_vectors(case: Case) -> None:
    if case["expect"] != "recovered":
        error = refused(Failure(case["expect"]), archive_of(case), secrets_of(case))
        for field in ("mobile_passphrase", "rsa_key_passphrase"):
            if case[field] and case[field].strip():
                assert case[field] not in error.message.split()
        return
    kit = open_kit(archive_of(case), secrets_of(case))
    assert kit.warnings == ()
    assert [key.key_id for key in kit.keys] == [key["key_id"] for key in case["keys"]]
    for key, expected in zip(kit.keys, case["keys"], strict=True):
        master = key.master
        assert (key.algorithm, master.curve) == (expected["algorithm"], expected["curve"])
        assert master.secret_scalar.reveal().hex() == expected["secret_scalar"]
        assert master.public_key.hex() == expected["public_key"]
        assert master.chain_code.reveal().hex() == expected["chain_code"]
        text = serialize_extended(master)
        assert text.reveal().decode() == expected["extended_key"]
        again = parse_extended(text, master.curve)
        assert again.secret_scalar.matches(master.secret_scalar)
        for derived in expected["derived"]:
            wallet = wallet_key(master, derived["path"])
            assert wallet.secret_scalar.reveal().hex() == derived["secret_scalar"]
            assert wallet.public_key.hex() == derived["public_key"]
            assert wallet.path == derived["path"]


def test_the_vectors_hold_what_they_must() -> None:
    broken = [kit.values[0]["expect"] for kit in KITS]  # type: ignore[index,call-overload]
    assert broken.count("recovered") == 14
    assert set(broken) == {
        "recovered", "decrypt", "key", "malformed", "public-key", "scheme", "shares",
    }  # fmt: skip


@pytest.mark.parametrize("curve", ["secp256k1", "ed25519"])
def test_wallets_of_a_plan(curve: str) -> None:
    (expected,) = [key for key in GOOD["keys"] if key["curve"] == curve]
    paths = tuple(derived["path"] for derived in expected["derived"])
    keys = read_kit(archive_of(GOOD), secrets_of(GOOD), curve=curve, paths=paths)
    assert [key.path for key in keys] == list(paths)
    assert [key.public_key.hex() for key in keys] == [
        derived["public_key"] for derived in expected["derived"]
    ]
    assert all(key.seed is None and UNHARDENED in key.warnings for key in keys)
    assert all((SCALAR_ONLY in key.warnings) == (curve == "ed25519") for key in keys)


@pytest.mark.parametrize(
    ("paths", "failure"),
    [
        ((), Failure.PATH),
        ((PATH, PATH), Failure.DUPLICATE),
        (("m/44'/60'/0'/0/0",), Failure.PATH),
        (("m/44/60/0/0",), Failure.PATH),
        (("m",), Failure.PATH),
        (("44/60/0/0/0",), Failure.PATH),
        (("m/84/0/0/0/0",), Failure.PATH),
        (("m/44/60/0/0/0/0",), Failure.PATH),
        (("m/44/60/0/0/2147483648",), Failure.PATH),
        (("m/44/60/0/0/-1",), Failure.PATH),
        (("m/44/60/0/0/\u0660",), Failure.PATH),
    ],
)
def test_paths_that_no_wallet_has(paths: tuple[str, ...], failure: Failure) -> None:
    with pytest.raises(CeremonyError) as error:
        read_kit(archive_of(GOOD), secrets_of(GOOD), curve="secp256k1", paths=paths)
    assert error.value.failure is failure


def test_a_key_is_chosen_by_its_id_where_several_fit() -> None:
    """Two keysets: the second key is the first one again, under another id."""
    kit = open_kit(archive_of(kit_named("keyset 2")), secrets_of(kit_named("keyset 2")))
    one = kit.keys[0]
    both = Kit((one, dataclasses.replace(one, key_id=OTHER_ID, keyset="1")), ())
    with pytest.raises(CeremonyError) as error:
        choose_key(both, "secp256k1")
    assert error.value.failure is Failure.AMBIGUOUS
    assert f"{one.key_id} (MPC_CMP_ECDSA_SECP256K1, keyset 2)" in error.value.hint
    assert f"{OTHER_ID} (MPC_CMP_ECDSA_SECP256K1, keyset 1)" in error.value.hint
    assert choose_key(both, "secp256k1", OTHER_ID).keyset == "1"
    for curve, key_id in (("ed25519", None), ("stark", None), ("ed25519", one.key_id)):
        with pytest.raises(CeremonyError) as error:
            choose_key(both, curve, key_id)
        assert error.value.failure is Failure.CURVE


def test_a_named_key_is_recovered_where_another_is_broken() -> None:
    cases = [kit.values[0] for kit in KITS]
    for name in ("no mobile share", "a cosigner's share has a flipped bit", "unknown algorithm"):
        (case,) = [case for case in cases if case["name"] == name]  # type: ignore[index,call-overload]
        broken, sound = metadata_of(case)["keys"]
        kit = open_kit(archive_of(case), secrets_of(case), key_id=sound)
        assert [key.key_id for key in kit.keys] == [sound]
        refused(Failure(case["expect"]), archive_of(case), secrets_of(case), key_id=broken)


def test_a_key_that_the_kit_does_not_have() -> None:
    error = refused(Failure.KEY, archive_of(GOOD), secrets_of(GOOD), key_id=OTHER_ID)
    assert ECDSA in error.hint


def test_master_keys_of_non_custodial_wallets_are_told_and_passed_over() -> None:
    archive = with_metadata(
        GOOD, masterKeys={OTHER_ID: {"type": "NON_CUSTODIAL_WALLET_MASTER", "cosigners": []}}
    )
    files = unpack(archive) | {f"7_{OTHER_ID}": b"x"}
    kit = open_kit(pack(files), secrets_of(GOOD))
    assert len(kit.keys) == 2
    (warning,) = kit.warnings
    assert "1 master key(s) of non-custodial wallets" in warning
    (key,) = read_kit(pack(files), secrets_of(GOOD), curve="ed25519", paths=(PATH,))
    assert warning in key.warnings


@pytest.mark.parametrize("case", [GOOD, POLYNOMIAL], ids=["added", "interpolated"])
@pytest.mark.parametrize("missing", range(3))
def test_each_missing_share_is_named(case: Case, missing: int) -> None:
    names = [name for name in unpack(archive_of(case)) if name.endswith(case["keys"][0]["key_id"])]
    holder = names[missing].partition("_")[0]
    archive = changed(case, **{names[missing]: None})
    error = refused(Failure.SHARES, archive, secrets_of(case))
    assert case["keys"][0]["key_id"] in error.message
    assert ("mobile device" if holder == "MOBILE" else f"cosigner {holder}") in error.message


def test_a_missing_cosigner_where_no_other_key_tells() -> None:
    case = kit_named("an ECDSA key alone")
    cloud = next(name for name in unpack(archive_of(case)) if name[0].isdigit())
    refused(Failure.SHARES, changed(case, **{cloud: None}), secrets_of(case))


def test_shares_that_were_exchanged() -> None:
    files = unpack(archive_of(GOOD))
    ecdsa, eddsa = (
        [name for name in files if name.endswith(key_id) and name[0].isdigit()]
        for key_id in (ECDSA, EDDSA)
    )
    # Within one key, sums do not notice; between keys, the public key does.
    within = changed(GOOD, **{ecdsa[0]: files[ecdsa[1]], ecdsa[1]: files[ecdsa[0]]})
    assert len(open_kit(within, secrets_of(GOOD)).keys) == 2
    between = changed(GOOD, **{ecdsa[0]: files[eddsa[0]], eddsa[0]: files[ecdsa[0]]})
    assert ECDSA in refused(Failure.PUBLIC_KEY, between, secrets_of(GOOD)).message
    files = unpack(archive_of(POLYNOMIAL))
    first, second = list(files)[:2]
    swapped = changed(POLYNOMIAL, **{first: files[second], second: files[first]})
    refused(Failure.PUBLIC_KEY, swapped, secrets_of(POLYNOMIAL))


def test_every_share_that_does_not_open_is_named() -> None:
    files = unpack(archive_of(GOOD))
    cloud = [name for name in files if name[0].isdigit()]
    archive = changed(GOOD, **{cloud[0]: b"x" * 256, cloud[3]: files[cloud[3]][:-1]})
    error = refused(Failure.DECRYPT, archive, secrets_of(GOOD))
    for name in (cloud[0], cloud[3]):
        cosigner, key_id = name.split("_")
        assert f"cosigner {cosigner}, key {key_id}" in error.message
    assert "2 share(s)" in error.message


@pytest.mark.parametrize(
    ("given", "failure"),
    [
        ({"mobile_passphrase": None}, Failure.PASSPHRASE),
        ({"mobile_passphrase": Secret(b"")}, Failure.DECRYPT),
        ({"mobile_passphrase": Secret(b"Recovery1! ")}, Failure.DECRYPT),
        ({"mobile_passphrase": Secret(b"recovery1!")}, Failure.DECRYPT),
        ({"mobile_passphrase": Secret(b"\xff\xfe")}, Failure.DECRYPT),
        ({"mobile_passphrase": Secret("Recovery1\uff01".encode())}, Failure.DECRYPT),
        ({"rsa_passphrase": Secret(b"not needed")}, Failure.KEY),
        ({"rsa_passphrase": Secret(b"")}, Failure.KEY),
        ({"rsa_key": Secret(b"")}, Failure.KEY),
        ({"rsa_key": Secret(b"\xff" * 99)}, Failure.KEY),
    ],
)
def test_what_opens_a_kit_is_wrong(given: dict[str, Any], failure: Failure) -> None:
    refused(failure, archive_of(GOOD), secrets_of(GOOD, **given))


def test_pem_that_is_no_rsa_private_key() -> None:
    pem = GOOD["rsa_key_pem"]
    key = load_pem_private_key(pem.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    elliptic = ec.generate_private_key(ec.SECP256K1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    lines = pem.splitlines()
    for wrong in (public, elliptic, "\n".join(lines[:-1]), "\n".join(lines[:9] + lines[10:])):
        given = Secret(wrong.encode() if isinstance(wrong, str) else wrong)
        error = refused(Failure.KEY, archive_of(GOOD), secrets_of(GOOD, rsa_key=given))
        assert lines[5] not in error.message + error.hint


def test_the_mobile_share_under_an_rsa_key() -> None:
    case = kit_named("mobile share under an RSA key")
    mobile = Secret(case["mobile_rsa_key_pem"].encode())
    both = secrets_of(case, mobile_passphrase=Secret(b"x"))
    refused(Failure.USAGE, archive_of(case), both)
    exchanged = secrets_of(
        case, rsa_key=mobile, mobile_rsa_key=Secret(case["rsa_key_pem"].encode())
    )
    assert "6 share(s)" in refused(Failure.DECRYPT, archive_of(case), exchanged).message
    refused(Failure.KEY, archive_of(case), secrets_of(case, mobile_rsa_key=Secret(b"no PEM")))
    encrypted = kit_named("RSA key with a passphrase")
    pem, passphrase = (
        Secret(encrypted[field].encode()) for field in ("rsa_key_pem", "rsa_key_passphrase")
    )
    refused(Failure.KEY, archive_of(case), secrets_of(case, mobile_rsa_key=pem))
    with_both = secrets_of(case, mobile_rsa_key=pem, mobile_rsa_passphrase=passphrase)
    refused(Failure.DECRYPT, archive_of(case), with_both)


CHAIN_CODE = "d1860e30179d8e180fb4b926d96d5afc22c9c0cfe22c9910a029973776e1be82"


@pytest.mark.parametrize(
    ("members", "failure"),
    [
        ({"chainCode": None}, Failure.MALFORMED),
        ({"chainCode": ""}, Failure.MALFORMED),
        ({"chainCode": CHAIN_CODE[:-2]}, Failure.MALFORMED),
        ({"chainCode": CHAIN_CODE + "00"}, Failure.MALFORMED),
        ({"chainCode": "0x" + CHAIN_CODE[2:]}, Failure.MALFORMED),
        ({"chainCode": " " + CHAIN_CODE}, Failure.MALFORMED),
        ({"chainCode": CHAIN_CODE.replace("0", "O")}, Failure.MALFORMED),
        ({"chainCode": 7}, Failure.MALFORMED),
        ({"keys": None}, Failure.MALFORMED),
        ({"keys": []}, Failure.MALFORMED),
        ({"keys": {ECDSA: {}}}, Failure.MALFORMED),
        (
            {"keys": {"no uuid": {"publicKey": "00", "algo": "MPC_ECDSA_SECP256K1"}}},
            Failure.MALFORMED,
        ),
        ({"keys": {ECDSA: {"publicKey": "0g", "algo": "MPC_ECDSA_SECP256K1"}}}, Failure.MALFORMED),
        ({"keys": {ECDSA: {"publicKey": "00", "algo": "\x1b[2J"}}}, Failure.SCHEME),
        ({"masterKeys": []}, Failure.MALFORMED),
    ],
)
def test_wrong_metadata(members: dict[str, Any], failure: Failure) -> None:
    error = refused(failure, with_metadata(GOOD, **members), secrets_of(GOOD))
    assert (error.message + error.hint).isprintable()


@pytest.mark.parametrize(
    "content",
    [b"", b"null", b"[]", b"\xff", b"[" * 50_000, b'{"chainCode": 1e999}', b"1" * 5000, b"PK\3\4"],
)
def test_metadata_that_is_no_object(content: bytes) -> None:
    refused(Failure.MALFORMED, changed(GOOD, **{"metadata.json": content}), secrets_of(GOOD))


def test_a_doubled_chain_code_is_refused() -> None:
    """Whichever were taken, no check but an address could tell."""
    content = unpack(archive_of(GOOD))["metadata.json"]
    doubled = content.replace(b"{", b'{"chainCode": "' + b"00" * 32 + b'", ', 1)
    refused(Failure.MALFORMED, changed(GOOD, **{"metadata.json": doubled}), secrets_of(GOOD))


def test_another_algorithm_of_the_same_curve_gives_another_key() -> None:
    keys = metadata_of(GOOD)["keys"]
    keys[ECDSA]["algo"] = "MPC_ECDSA_SECP256K1"
    refused(Failure.PUBLIC_KEY, with_metadata(GOOD, keys=keys), secrets_of(GOOD))
    keys[ECDSA]["algo"] = "MPC_CMP_EDDSA_ED25519"
    refused(Failure.PUBLIC_KEY, with_metadata(GOOD, keys=keys), secrets_of(GOOD))


def mobile_changed(**members: Any) -> bytes:
    name = f"MOBILE_{ECDSA}"
    share = json.loads(unpack(archive_of(GOOD))[name]) | members
    kept = {key: value for key, value in share.items() if value is not None}
    return changed(GOOD, **{name: json.dumps(kept).encode()})


@pytest.mark.parametrize(
    ("members", "failure"),
    [
        ({"keyId": EDDSA}, Failure.MALFORMED),
        ({"keyId": OTHER_ID}, Failure.MALFORMED),
        ({"keyId": None}, Failure.MALFORMED),
        ({"deviceId": "no uuid"}, Failure.MALFORMED),
        ({"deviceId": ""}, Failure.MALFORMED),
        ({"encryptedKey": "zz"}, Failure.MALFORMED),
        ({"encryptedKey": ""}, Failure.MALFORMED),
        ({"encryptedKey": "00" * 48}, Failure.DECRYPT),
        ({"encryptedKey": "00" * 47}, Failure.DECRYPT),
        ({"userId": "somebody else"}, Failure.DECRYPT),
        ({"userId": "\ud800"}, Failure.DECRYPT),
        ({"userId": 5}, Failure.MALFORMED),
    ],
)
def test_wrong_mobile_shares(members: dict[str, Any], failure: Failure) -> None:
    refused(failure, mobile_changed(**members), secrets_of(GOOD))


def test_files_of_keys_that_are_not_announced() -> None:
    for name in (f"7_{OTHER_ID}", f"MOBILE_{OTHER_ID}"):
        refused(Failure.MALFORMED, changed(GOOD, **{name: b"{}"}), secrets_of(GOOD))


def test_old_names_beside_the_new_ones_are_passed_over() -> None:
    case = kit_named("an ECDSA key alone")
    files = unpack(archive_of(case))
    cloud = next(name for name in files if name[0].isdigit()).partition("_")[0]
    stale = json.loads(files[f"MOBILE_{case['keys'][0]['key_id']}"]) | {"encryptedKey": "00"}
    archive = pack({cloud: b"stale", "MOBILE": json.dumps(stale).encode()} | files)
    assert len(open_kit(archive, secrets_of(case)).keys) == 1
    # With several keys nothing says whose an old name is.
    assert len(open_kit(changed(GOOD, **{cloud: b"stale"}), secrets_of(GOOD)).keys) == 2


def test_player_ids() -> None:
    """Written out; only the vectors with interpolated shares notice a wrong one."""
    assert cloud_player(3429798433, "59ca3104-cbe7-4d11-b3ca-2a96ebe557d2") == (
        3429798433 << 32 | 0x0431CA59
    )
    assert mobile_player("532cad8a-3cb1-4605-ba17-e98876a73a8f", ECDSA) == 0x532CAD8A3CB1


def entry(curve: str = "secp256k1") -> KeyEntry:
    algorithm = next(name for name, its in CURVE_OF.items() if its == curve)
    return KeyEntry(ECDSA, algorithm, curve, b"", Secret(bytes(32)), None)


@cache
def small_key() -> rsa.RSAPrivateKey:
    # Not for use: small, so that the tests below are quick.
    return rsa.generate_private_key(65537, 1024)  # noqa: S505


def oaep(plaintext: bytes) -> bytes:
    algorithm = hashes.SHA256()
    scheme = padding.OAEP(padding.MGF1(algorithm), algorithm, None)
    return small_key().public_key().encrypt(plaintext, scheme)


@pytest.mark.parametrize(
    ("plaintext", "curve", "opens"),
    [
        (b"s" * 32, "ed25519", True),
        (b"{" * 32, "ed25519", True),
        (b"\0\0\0\0" + b"s" * 32, "secp256k1", True),
        (b"\1\0\0\0" + b"s" * 32, "ed25519", True),
        (b"s" * 31, "ed25519", False),
        (b"s" * 33, "ed25519", False),
        (b"", "ed25519", False),
        (b"[]", "ed25519", False),
        (b'{"key": "00"}', "ed25519", False),
        (b'{"key": 5}', "ed25519", False),
        (b'{"key": "' + b"z" * 40 + b'"}', "ed25519", False),
        (b"\xff" * 40, "ed25519", False),
    ],
)
def test_plaintexts_of_the_mobile_share(plaintext: bytes, curve: str, opens: bool) -> None:
    share = decrypt_mobile_share(small_key(), oaep(plaintext), "user", entry(curve))
    assert (share is not None) == opens
    assert share is None or share.reveal() == plaintext[-32:]


@pytest.mark.parametrize("curve", ["secp256k1", "ed25519"])
def test_a_mobile_share_for_the_other_algorithm(curve: str) -> None:
    other = b"\1\0\0\0" if curve == "secp256k1" else b"\0\0\0\0"
    with pytest.raises(CeremonyError) as error:
        decrypt_mobile_share(small_key(), oaep(other + b"s" * 32), "user", entry(curve))
    assert error.value.failure is Failure.SCHEME
    assert ECDSA in error.value.message


@pytest.mark.parametrize("algorithm", CURVE_OF)
def test_a_kit_made_here(algorithm: str) -> None:
    """Round trip with two cosigners and a mobile device under a small RSA key."""
    curve = CURVES[CURVE_OF[algorithm]]
    players = {
        cloud_player(7, ECDSA): "7",
        cloud_player(8, ECDSA): "8",
        mobile_player(OTHER_ID[:-1] + "1", ECDSA): "MOBILE",
    }
    coefficients = [curve.order - 1, curve.order // 3, 7**80]
    if algorithm.startswith("MPC_CMP_"):
        values = dict(zip(players, coefficients, strict=True))
        secret = sum(coefficients) % curve.order
    else:
        secret = coefficients[0]
        values = {
            x: sum(c * x**k for k, c in enumerate(coefficients)) % curve.order for x in players
        }
    sha1 = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)  # noqa: S303
    files = {}
    for player, holder in players.items():
        share = values[player].to_bytes(32, "big")
        if holder == "MOBILE":
            content = {"keyId": ECDSA, "userId": "", "deviceId": OTHER_ID[:-1] + "1"}
            files[f"MOBILE_{ECDSA}"] = json.dumps(
                content | {"encryptedKey": oaep(share).hex()}
            ).encode()
        else:
            files[f"{holder}_{ECDSA}"] = small_key().public_key().encrypt(share, sha1)
    public_key = curve.base_multiply(scalar_bytes(secret)).compressed.hex()
    keys = {ECDSA: {"publicKey": public_key, "algo": algorithm, "chainCode": "11" * 32}}
    files["metadata.json"] = json.dumps({"keys": keys}).encode()
    (key,) = open_kit(pack(files), small_secrets()).keys
    assert key.master.secret_scalar.matches(scalar_bytes(secret))
    assert key.master.chain_code.reveal() == b"\x11" * 32


def small_secrets() -> KitSecrets:
    pem = small_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return KitSecrets(Secret(pem), mobile_rsa_key=Secret(pem))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=8,
)
MEMBERS = st.dictionaries(
    st.sampled_from(["chainCode", "keys", "keyId", "publicKey", "masterKeys", "tenantId"]),
    st.sampled_from([ECDSA, CHAIN_CODE, "02" * 33]) | JSON,
)
HOLDER = st.sampled_from(["MOBILE", "1", "3429798433"])
NAMES = HOLDER | st.builds("{}_{}".format, HOLDER, st.sampled_from([ECDSA, OTHER_ID]))
CONTENT = st.binary(max_size=130) | JSON.map(lambda value: json.dumps(value).encode())


@settings(deadline=None)
@given(MEMBERS, st.dictionaries(NAMES, CONTENT, max_size=5), st.booleans())
def test_any_files(members: dict[str, Any], files: dict[str, bytes], announced: bool) -> None:
    if announced:
        key = {"publicKey": "02" * 33, "algo": "MPC_CMP_ECDSA_SECP256K1", "chainCode": CHAIN_CODE}
        members = {"keys": {ECDSA: key}}
    archive = pack({"metadata.json": json.dumps(members).encode()} | files)
    with pytest.raises(CeremonyError):
        open_kit(archive, small_secrets())


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_any_change_of_a_kit(data: st.DataObject) -> None:
    files = unpack(archive_of(GOOD))
    name = data.draw(st.sampled_from(sorted(files)))
    content = bytearray(files[name])
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        kit = open_kit(changed(GOOD, **{name: bytes(content)}), secrets_of(GOOD))
    except CeremonyError:
        return
    # Only what no share depends on may have changed: chain codes and other texts.
    for key, expected in zip(kit.keys, GOOD["keys"], strict=True):
        assert key.master.secret_scalar.reveal().hex() == expected["secret_scalar"]


def test_nothing_shows_a_secret() -> None:
    kit = open_kit(archive_of(GOOD), secrets_of(GOOD))
    shown = repr(kit) + str(kit.keys[0]) + repr(secrets_of(GOOD))
    for expected in GOOD["keys"]:
        assert expected["secret_scalar"] not in shown
        assert expected["chain_code"] not in shown
    assert GOOD["mobile_passphrase"] not in shown
