"""Electrum's exported keys: WIF with the kind of address in front, p2wpkh:K..."""

from ceremony.keys.material import KeyMaterial
from ceremony.keys.refusals import type_error
from ceremony.keys.source import one_word
from ceremony.keys.wif import parse_wif
from ceremony.secret import Secret

# Electrum, electrum/bitcoin.py: WIF_SCRIPT_TYPES.
OF_ONE_KEY = ("p2pkh", "p2wpkh", "p2wpkh-p2sh")
OF_SCRIPTS = ("p2sh", "p2wsh", "p2wsh-p2sh")


def parse_electrum_wif(source: Secret, network: str | None = None) -> KeyMaterial:
    """The key after p2pkh:, p2wpkh: or p2wpkh-p2sh:, checked as WIF is.

    Raises ``type`` without such a kind in front, or with one of addresses that are not
    those of one key; and what ``parse_wif`` raises.
    """
    kind, colon, wif = one_word(source, "Electrum key").partition(":")
    if not colon or kind not in (*OF_ONE_KEY, *OF_SCRIPTS):
        raise type_error(
            "the Electrum key does not begin with its kind of address",
            f"known: {', '.join(f'{kind}:' for kind in OF_ONE_KEY)}; without one it is wif",
        )
    if kind in OF_SCRIPTS:
        raise type_error(
            f"a key of the kind {kind} is one of several that an address needs",
            "a script's address is not the key's: Dfns cannot take it over with one key",
        )
    return parse_wif(Secret(wif.encode()), network)
