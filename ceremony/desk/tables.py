"""Texts in tables that stand on two screens, and must be the same on both."""


def wallet_text(network: str, path: str | None, address: str, name: str | None) -> str:
    """A wallet that is to be made, as both sides show it."""
    named = f"({name})" if name else ""
    return " ".join(part for part in (network, path, address, named) if part)
