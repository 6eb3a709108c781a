"""What the sandbox does wrong, on request: each fault of --fault, and when it strikes."""

import re
from dataclasses import dataclass

from ceremony.errors import CeremonyError, Failure, printable

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


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fault: what it does, its value, and the calls that it may strike."""

    description: str
    calls: frozenset[str] = CHANGES
    may_strike: frozenset[str] = EVERY
    value: int | None = None


KINDS = {
    "slow": Kind("waits VALUE seconds before it does anything", value=5),
    "lost-request": Kind("closes the connection before it does anything"),
    "token-expired": Kind("401: the bearer token is no longer good"),
    "no-permission": Kind("403: the account lacks the permission"),
    "error": Kind("answers with status VALUE before it does anything", value=500),
    "lost-answer": Kind("does it, then closes the connection without an answer"),
    "slow-answer": Kind("does it, then waits VALUE seconds with the answer", value=5),
    "error-after": Kind("does it, then answers with status VALUE", value=500),
    "garbage": Kind("does it, then answers with a page that is not JSON"),
    "swapped-signers": Kind(
        "names the cluster's signers with somebody else's encryption keys",
        frozenset({"signers"}),
        frozenset({"signers"}),
    ),
    "refuse-duplicates": Kind(
        "409 for a public key that was imported before",
        frozenset({"import"}),
        frozenset({"import"}),
    ),
    "wrong-public-key": Kind(
        "does it, and names another public key in the answer",
        frozenset({"import", "export"}),
        frozenset({"import", "wallet", "export"}),
    ),
    "refuse-reexport": Kind(
        "400 for a key that was exported before", frozenset({"export"}), frozenset({"export"})
    ),
    "export-corrupt": Kind(
        "VALUE shares are damaged: they do not open",
        frozenset({"export"}),
        frozenset({"export"}),
        1,
    ),
    "export-missing": Kind(
        "VALUE shares are left out", frozenset({"export"}), frozenset({"export"}), 1
    ),
    "export-wrong-share": Kind(
        "VALUE shares open, and are not the key's",
        frozenset({"export"}),
        frozenset({"export"}),
        1,
    ),
    "export-wrong-index": Kind(
        "VALUE shares open, and name a wrong index",
        frozenset({"export"}),
        frozenset({"export"}),
        1,
    ),
    "signature-pending": Kind(
        "the signature stays Pending for VALUE reads, as under a policy",
        frozenset({"sign"}),
        frozenset({"sign"}),
        2,
    ),
    "signature-failed": Kind(
        "the signature ends as Failed", frozenset({"sign"}), frozenset({"sign"})
    ),
    "signature-wrong": Kind(
        "the signature does not verify", frozenset({"sign"}), frozenset({"sign"})
    ),
}

FORM = re.compile(r"([a-z-]+)(?:=([0-9]{1,6}))?(?:@([a-z]+))?(?::(always|[0-9]{1,6}))?")


@dataclass(slots=True)
class Fault:
    """A fault that was asked for. ``left`` counts down; None: it strikes always."""

    name: str
    value: int
    calls: frozenset[str]
    left: int | None


def parse_fault(text: str) -> Fault:
    """NAME[=VALUE][@CALL][:TIMES]. Raises ``usage``."""
    match = FORM.fullmatch(text)
    if match is None or match[1] not in KINDS:
        raise _usage(f"there is no fault {printable(text)}")
    name, value, call, times = match.groups()
    kind = KINDS[name]
    if value is not None and kind.value is None:
        raise _usage(f"the fault {name} takes no value")
    if name in ("error", "error-after") and value and not 400 <= int(value) <= 599:
        raise _usage(f"the fault {name} takes a status from 400 to 599")
    if call is not None and call not in kind.may_strike:
        raise _usage(f"the fault {name} can strike {', '.join(sorted(kind.may_strike))} only")
    calls = kind.calls if call is None else frozenset({call})
    left = None if times == "always" else int(times or 1)
    return Fault(name, int(value) if value is not None else kind.value or 0, calls, left)


class Faults:
    """The faults that are left. Each strikes the next call that it fits, once or more."""

    def __init__(self, faults: tuple[Fault, ...] = ()) -> None:
        self._faults = list(faults)

    def add(self, text: str) -> None:
        """Ask for one more fault, in the form of --fault."""
        self._faults.append(parse_fault(text))

    def take(self, name: str, call: str) -> Fault | None:
        """The fault of this name if it strikes this call now; that is one time less."""
        for fault in self._faults:
            if fault.name == name and call in fault.calls and fault.left != 0:
                if fault.left is not None:
                    fault.left -= 1
                return fault
        return None


def describe() -> str:
    """The table of faults for --help."""
    lines = []
    for name, kind in KINDS.items():
        shown = name if kind.value is None else f"{name}[={kind.value}]"
        calls = "every change" if kind.calls == CHANGES else ", ".join(sorted(kind.calls))
        lines.append(f"  {shown:<22} {kind.description} ({calls})")
    return "\n".join(lines)


def _usage(message: str) -> CeremonyError:
    return CeremonyError(Failure.USAGE, message, hint="ceremony-sandbox --help lists the faults")
