"""What a cluster signs with a key that it holds: one routine for each scheme.

Real signers never recombine; a sandbox may. The signatures are the real ones, so
that whoever verifies them needs no exception for the sandbox.
"""

import hashlib
from dataclasses import dataclass

from coincurve import PrivateKey
from nacl import bindings

from ceremony.curves import SECP256K1, STARK
from ceremony.curves.stark import PARAMETERS
from ceremony.sandbox.api_error import bad_request
from ceremony.sandbox.cluster import HeldKey, recombine
from ceremony.secret import Random, Secret

HASH_SIZE = 32
"""Bytes of what is signed with kind Hash (Dfns, "Generate signature")."""

SCHEMES = {"CGGMP21": "ECDSA", "FROST": "EdDSA", "FROST_BITCOIN": "Schnorr"}
"""Dfns' name of the signature scheme of each protocol."""

STARK_ELEMENT_BITS = 251
"""StarkWare's ECDSA: the hash, r and 1/s are below 2^251 (cairo-lang, signature.py)."""


@dataclass(frozen=True, slots=True)
class Signature:
    """32 bytes each, big-endian for ECDSA; for EdDSA and Schnorr as the scheme has them."""

    r: bytes
    s: bytes
    recid: int | None = None

    def json(self) -> dict[str, object]:
        answer: dict[str, object] = {"r": f"0x{self.r.hex()}", "s": f"0x{self.s.hex()}"}
        return answer if self.recid is None else {**answer, "recid": self.recid}


def sign_hash(held: HeldKey, digest: bytes, merkle_root: bytes | None, random: Random) -> Signature:
    """A signature over 32 bytes. ``merkle_root`` (0 or 32 bytes) is for Schnorr only."""
    if len(digest) != HASH_SIZE:
        raise bad_request(f"hash must have {HASH_SIZE} bytes, not {len(digest)}")
    if (merkle_root is None) == (SCHEMES[held.protocol] == "Schnorr"):
        raise bad_request("taprootMerkleRoot is required for Schnorr keys, and only for them")
    if merkle_root is not None:
        return sign_taproot(recombine(held), digest, merkle_root, random)
    if held.curve is STARK:
        return sign_stark(recombine(held), digest, random)
    if held.curve is SECP256K1:
        return sign_ecdsa(recombine(held), digest)
    return sign_eddsa(recombine(held), digest, random)


def sign_message(held: HeldKey, message: bytes, random: Random) -> Signature:
    """A signature over a message that is longer than a hash: EdDSA keys only, as at Dfns."""
    if SCHEMES[held.protocol] != "EdDSA":
        raise bad_request("kind Message is for EdDSA keys only")
    if len(message) <= HASH_SIZE:
        raise bad_request(f"message must have more than {HASH_SIZE} bytes")
    return sign_eddsa(recombine(held), message, random)


def sign_ecdsa(secret_scalar: Secret, digest: bytes) -> Signature:
    """SEC 1, section 4.1.3, with the low s."""
    signature = PrivateKey(secret_scalar.reveal()).sign_recoverable(digest, hasher=None)
    return Signature(signature[:32], signature[32:64], signature[64])


def sign_taproot(
    secret_scalar: Secret, digest: bytes, merkle_root: bytes, random: Random
) -> Signature:
    """BIP-340 with the key tweaked as BIP-341 has it; an empty root: no script tree."""
    if len(merkle_root) not in (0, HASH_SIZE):
        raise bad_request("taprootMerkleRoot must be empty or have 32 bytes")
    value = int.from_bytes(secret_scalar.reveal(), "big")
    public_key = SECP256K1.base_multiply(secret_scalar).compressed
    if public_key[0] == 3:
        value = SECP256K1.order - value
    tweak = int.from_bytes(tagged_hash(b"TapTweak", public_key[1:] + merkle_root), "big")
    tweaked = PrivateKey.from_int((value + tweak) % SECP256K1.order)
    signature = tweaked.sign_schnorr(digest, random(32))
    return Signature(signature[:32], signature[32:])


def sign_eddsa(secret_scalar: Secret, message: bytes, random: Random) -> Signature:
    """RFC 8032, section 5.1.6, from the scalar: the nonce's prefix is fresh each time."""
    scalar = secret_scalar.reveal()[::-1]
    public_key = bindings.crypto_scalarmult_ed25519_base_noclamp(scalar)
    nonce = _reduce(hashlib.sha512(random(32) + message).digest())
    r = bindings.crypto_scalarmult_ed25519_base_noclamp(nonce)
    challenge = _reduce(hashlib.sha512(r + public_key + message).digest())
    product = bindings.crypto_core_ed25519_scalar_mul(challenge, scalar)
    return Signature(r, bindings.crypto_core_ed25519_scalar_add(nonce, product))


def sign_stark(secret_scalar: Secret, digest: bytes, random: Random) -> Signature:
    """ECDSA on the stark curve as Starknet verifies it: the hash is not truncated."""
    hashed = int.from_bytes(digest, "big")
    if hashed >> STARK_ELEMENT_BITS:
        raise bad_request(f"the hash of a stark signature is below 2^{STARK_ELEMENT_BITS}")
    key, z = secret_scalar.reveal()[::-1], digest[::-1]
    while True:
        nonce = STARK.random_scalar(random).reveal()[::-1]
        r, s = (int.from_bytes(part, "little") for part in PARAMETERS.sign(z, key, nonce))
        if r and s and not (r | pow(s, -1, STARK.order)) >> STARK_ELEMENT_BITS:
            return Signature(r.to_bytes(32, "big"), s.to_bytes(32, "big"))


def tagged_hash(tag: bytes, message: bytes) -> bytes:
    """BIP-340, "Design"."""
    prefix = hashlib.sha256(tag).digest()
    return hashlib.sha256(prefix + prefix + message).digest()


def _reduce(digest: bytes) -> bytes:
    return bindings.crypto_core_ed25519_scalar_reduce(digest)
