"""Output descriptors of one private key, as Bitcoin Core's listdescriptors writes them."""

import re
from collections.abc import Sequence

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.derivation import HARDENED, derive, parse_relative_path
from ceremony.keys.extended import TEST_KEY, is_of_test_network, parse_extended_key
from ceremony.keys.material import KeyMaterial, scalar_key
from ceremony.keys.refusals import key_error, path_error, type_error
from ceremony.keys.source import ascii_text
from ceremony.keys.wif import UNCOMPRESSED, parse_wif
from ceremony.secret import Secret

# BIP-380, "Character Set" and "Checksum".
CHARACTERS = (
    "0123456789()[],'/*abcdefgh@:$%{}"
    "IJKLMNOPQRSTUVWXYZ&+-.;<=>?!^_|~"
    'ijklmnopqrstuvwxyzABCDEFGH`#"\\ '
)
CHECKSUM_CHARACTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
CHECKSUM_SIZE = 8
GENERATOR = (0xF5DEE51989, 0xA9FDCA3312, 0x1BAB10E32D, 0x3706B1677A, 0x644D626FFD)

ONE_KEY = re.compile(r"(pkh?|wpkh|tr|combo|sh\(wpkh|sh\(pkh?)\(([^(),{}]+)\)(\)?)")
"""BIP-381, 382, 386 and 384: the scripts whose address is that of one key."""

KEY = re.compile(
    r"(?:\[[0-9a-fA-F]{8}(?:/[0-9]+['hH]?)*\])?([1-9A-HJ-NP-Za-km-z]+)((?:/[0-9]+['hH]?)*)(/\*['hH]?)?"
)
"""BIP-380, "Key Expressions": where the key comes from, the key, the levels below it."""

WIF_SIZES = (51, 52)
"""Characters: an extended key has 111."""

WITHOUT_CHECKSUM = "the descriptor has no checksum: nothing tells whether its path was mistyped"


def parse_descriptor(
    source: Secret, paths: Sequence[str] = (), network: str | None = None
) -> tuple[KeyMaterial, ...]:
    """The keys of a descriptor: of WIF or an extended key, at the levels that it names.

    A descriptor that ends in /* stands for many keys, and ``paths`` are what is taken
    for the *: 0, 1, 2 and so on. Raises ``checksum``, ``type`` for public descriptors and
    those of several keys, ``path``, ``key``, ``network``.
    """
    script, checked = _checked(ascii_text(source, "descriptor"))
    match = ONE_KEY.fullmatch(script)
    if match is None or bool(match[3]) != match[1].startswith("sh("):
        raise type_error(
            "this is not a descriptor of one key",
            "pk, pkh, wpkh, sh(wpkh), tr and combo of one key are read, each on its own; "
            "addresses of several keys cannot be taken over with one",
        )
    expression = KEY.fullmatch(match[2])
    if expression is None:
        raise _key_error(match[2])
    text, levels, star = expression[1], expression[2] or "", expression[3] or ""
    warnings: tuple[str, ...] = () if checked else (WITHOUT_CHECKSUM,)
    if len(text) in WIF_SIZES:
        return (_wif_key(match[1], text, levels + star, paths, network, warnings),)
    if re.fullmatch("0[234][0-9a-fA-F]+", text):
        raise _key_error(text)
    key, belongs_to = parse_extended_key(Secret(text.encode()), network)
    if is_of_test_network(belongs_to):
        warnings += (TEST_KEY,)
    if bool(star) != bool(paths):
        raise path_error(
            "the descriptor ends in /*, and no path says which key is meant"
            if star
            else "the descriptor names its one key, and yet a path is given",
            "give what stands for the *, such as --path 0" if star else "leave the path out",
        )
    return tuple(
        scalar_key(
            "secp256k1",
            derive(key, _indices(levels, star, path)).secret_scalar,
            path=path,
            warnings=warnings,
        )
        for path in (paths or (None,))
    )


def _indices(levels: str, star: str, path: str | None) -> tuple[int, ...]:
    """The levels of the descriptor, with the number that stands for its *."""
    if path is not None:
        if re.fullmatch(r"[0-9]{1,10}", path) is None:
            raise path_error(
                "what stands for the * of a descriptor is one number", "such as --path 0"
            )
        levels += f"/{path}{star[2:]}"
    if any(int(number) >= HARDENED for number in re.findall("[0-9]+", levels)):
        raise path_error("a level of the descriptor is not below 2^31", "look at its path")
    return parse_relative_path(levels[1:]) if levels else ()


def _wif_key(
    function: str,
    text: str,
    levels: str,
    paths: Sequence[str],
    network: str | None,
    warnings: tuple[str, ...],
) -> KeyMaterial:
    if levels or paths:
        raise path_error("nothing is derived from a WIF key, and a path is given", "leave it out")
    key = parse_wif(Secret(text.encode()), network)
    if UNCOMPRESSED in key.warnings and function not in ("pk", "pkh", "combo"):
        raise key_error("the WIF key is marked uncompressed, which this descriptor cannot have")
    return scalar_key("secp256k1", key.secret_scalar, warnings=(*key.warnings, *warnings))


def _key_error(text: str) -> CeremonyError:
    if re.search("[xt]pub|^0[234]", text.partition("]")[2] or text):
        return type_error(
            "this is a public descriptor: it holds no private key",
            "bitcoin-cli listdescriptors true shows the private ones",
        )
    return key_error("what stands in the descriptor is not a key with a path")


def _checked(text: str) -> tuple[str, bool]:
    """The script, and whether it has a checksum. Raises ``checksum``, ``key``."""
    script, mark, checksum = text.partition("#")
    if any(character not in CHARACTERS for character in script):
        raise key_error("the descriptor has a character that none has")
    if not mark:
        return script, False
    if checksum != descriptor_checksum(script):
        raise CeremonyError(
            Failure.CHECKSUM,
            "the checksum of the descriptor is wrong",
            hint="copy the whole descriptor again, with all that follows the #",
        )
    return script, True


def descriptor_checksum(script: str) -> str:
    """BIP-380's eight characters for a script of its characters."""
    places = [CHARACTERS.index(character) for character in script]
    symbols: list[int] = []
    for start in range(0, len(places), 3):
        three = places[start : start + 3]
        symbols += [place % 32 for place in three]
        group = 0
        for place in three:
            group = group * 3 + place // 32
        symbols.append(group)
    state = 1
    for symbol in [*symbols, *[0] * CHECKSUM_SIZE]:
        top = state >> 35
        state = (state & 0x7FFFFFFFF) << 5 ^ symbol
        for bit, generator in enumerate(GENERATOR):
            if top >> bit & 1:
                state ^= generator
    state ^= 1
    return "".join(
        CHECKSUM_CHARACTERS[state >> 5 * (CHECKSUM_SIZE - 1 - i) & 31] for i in range(CHECKSUM_SIZE)
    )
