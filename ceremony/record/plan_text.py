"""Lines of a plan, written: values of a plan as TOML that reads back as them."""

from collections.abc import Iterable

import msgspec

from ceremony.record.plan import ImportKey, Source, Wallet


def source_text(source: Source) -> str:
    """A [[sources]] entry, without the fields that are left at their defaults."""
    return f"\n[[sources]]\n{_fields(source)}"


def keys_text(keys: Iterable[ImportKey]) -> str:
    """A [[keys]] entry for each key, with its wallets."""
    return "".join(map(_key, keys))


def _key(key: ImportKey) -> str:
    wallets = "".join(f"\n[[keys.wallets]]\n{_fields(wallet)}" for wallet in key.wallets)
    return f"\n[[keys]]\n{_fields(key)}{wallets}"


def _fields(entry: ImportKey | Source | Wallet) -> str:
    """Each field that is not at its default, a line each."""
    lines = []
    for field in msgspec.structs.fields(entry):
        value = getattr(entry, field.name)
        if value == field.default or field.name == "wallets":
            continue
        written = str(value).lower() if isinstance(value, bool) else quoted(str(value))
        lines.append(f"{field.name} = {written}\n")
    return "".join(lines)


def quoted(text: str) -> str:
    """A TOML basic string: whatever is not plain ASCII is written as its code point."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if " " <= character <= "~":
        return character
    code = ord(character)
    return f"\\u{code:04X}" if code < 1 << 16 else f"\\U{code:08X}"
