"""The kinds of faults: what each does, its value, and the calls that it may strike."""

from dataclasses import dataclass

CALLS = {
    "signers": "GET /signers",
    "init": "POST /auth/action/init",
    "action": "POST /auth/action",
    "import": "POST /wallets/import and POST /keys/import",
    "wallet": "POST /wallets",
    "export": "POST /keys/{id}/export",
    "sign": "POST /keys/{id}/signatures",
    "read": "every other GET",
}
"""The names of calls, as a fault is aimed at them."""

CHANGES = frozenset({"import", "wallet", "export", "sign"})
EVERY = frozenset(CALLS)

IMPORT = frozenset({"import"})
MADE = frozenset({"import", "wallet"})
EXPORT = frozenset({"export"})
SIGN = frozenset({"sign"})


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fault. ``standing``: it strikes every time unless TIMES says otherwise."""

    description: str
    calls: frozenset[str] = CHANGES
    may_strike: frozenset[str] = EVERY
    value: int | None = None
    least: int = 0
    most: int = 999_999
    standing: bool = False


KINDS = {
    "slow": Kind("waits VALUE seconds before it does anything", value=5),
    "lost-request": Kind("closes the connection before it does anything"),
    "token-expired": Kind("401: the bearer token is no longer good"),
    "no-permission": Kind("403: the account lacks the permission"),
    "error": Kind(
        "answers with status VALUE before it does anything", value=500, least=400, most=599
    ),
    "rate-limit": Kind(
        "429 for an organisation's requests beyond VALUE within a minute",
        EVERY,
        EVERY,
        100,
        least=1,
        standing=True,
    ),
    "pending": Kind(
        "202, as under a policy; does it before the VALUE-th request from then, never if 0",
        CHANGES,
        CHANGES,
        0,
    ),
    "finishes-late": Kind(
        "uses up the user action, closes the connection, does it before the VALUE-th request",
        CHANGES,
        CHANGES,
        5,
    ),
    "lost-answer": Kind("does it, then closes the connection without an answer"),
    "slow-answer": Kind("does it, then waits VALUE seconds with the answer", value=5),
    "error-after": Kind("does it, then answers with status VALUE", value=500, least=400, most=599),
    "garbage": Kind("does it, then answers with a page that is not JSON"),
    "cut": Kind(
        "does it, then cuts the body after VALUE percent, and the connection", value=50, most=99
    ),
    "cut-chunked": Kind(
        "does it, then cuts a chunked body after VALUE percent, and the connection",
        value=50,
        most=99,
    ),
    "trickle": Kind(
        "does it, then sends the answer, headers too, at VALUE bytes a second", value=1, least=1
    ),
    "early-hints": Kind(
        "does it, then sends VALUE answers 103 first, without end if VALUE is 0", value=0
    ),
    "odd-number": Kind("does it; the answer has a field more, the number 1e999"),
    "odd-integer": Kind("does it; the answer has a field more, a number of 5,000 digits"),
    "odd-twice": Kind("does it; the answer has its first field twice"),
    "odd-depth": Kind("does it; the answer has a field more, 5,000 arrays deep"),
    "swapped-signers": Kind(
        "names the cluster's signers with somebody else's encryption keys",
        frozenset({"signers"}),
        frozenset({"signers"}),
    ),
    "refuse-duplicates": Kind("409 for a public key that was imported before", IMPORT, IMPORT),
    "archived": Kind("the key or wallet that it makes is Archived", IMPORT, MADE),
    "inactive": Kind("the wallet that it makes is Inactive", IMPORT, MADE),
    "another-chain-code": Kind(
        "derives keys with another chain code than docs/sandbox.md says",
        frozenset({"wallet"}),
        frozenset({"wallet"}),
        standing=True,
    ),
    "wrong-public-key": Kind(
        "does it, and names another public key in the answer",
        IMPORT | EXPORT,
        MADE | EXPORT,
    ),
    "refuse-reexport": Kind("400 for a key that was exported before", EXPORT, EXPORT),
    "other-protocol-name": Kind("names CGGMP21 as CGGMP24, and the reverse", EXPORT, EXPORT),
    "export-corrupt": Kind("VALUE shares are damaged: they do not open", EXPORT, EXPORT, 1),
    "export-missing": Kind("VALUE shares are left out", EXPORT, EXPORT, 1),
    "export-wrong-share": Kind("VALUE shares open, and are not the key's", EXPORT, EXPORT, 1),
    "export-wrong-index": Kind("VALUE shares open, and name a wrong index", EXPORT, EXPORT, 1),
    "exported-keys-sign": Kind(
        "a key that was exported goes on signing", SIGN, SIGN, standing=True
    ),
    "signature-pending": Kind(
        "the signature stays Pending for VALUE reads, as under a policy", SIGN, SIGN, 2
    ),
    "signature-failed": Kind("the signature ends as Failed", SIGN, SIGN),
    "signature-wrong": Kind("the signature does not verify", SIGN, SIGN),
}


def describe() -> str:
    """The table of faults for --help."""
    lines = []
    for name, kind in KINDS.items():
        shown = name if kind.value is None else f"{name}[={kind.value}]"
        fits = "" if strikes(kind) == "every change" else f" ({strikes(kind)})"
        lines.append(f"  {shown:<22} {kind.description}{fits}")
    return "\n".join(lines)


def strikes(kind: Kind) -> str:
    """The calls that a fault of this kind strikes if nobody aims it."""
    if kind.calls == EVERY:
        calls = "every call"
    elif kind.calls == CHANGES:
        calls = "every change"
    else:
        calls = ", ".join(call for call in CALLS if call in kind.calls)
    return f"{calls}; always" if kind.standing else calls
