"""What the sandbox does wrong, on request: each fault of --fault, and when it strikes."""

import re
from dataclasses import dataclass

from ceremony.errors import CeremonyError, Failure, printable
from ceremony.sandbox.fault_kinds import KINDS

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
    if value is not None and not kind.least <= int(value) <= kind.most:
        raise _usage(f"the fault {name} takes a value from {kind.least} to {kind.most}")
    if call is not None and call not in kind.may_strike:
        raise _usage(f"the fault {name} can strike {', '.join(sorted(kind.may_strike))} only")
    calls = kind.calls if call is None else frozenset({call})
    if times is None:
        times = "always" if kind.standing else "1"
    left = None if times == "always" else int(times)
    return Fault(name, int(value) if value is not None else kind.value or 0, calls, left)


class Faults:
    """The faults that are left. Each strikes the next call that it fits, once or more."""

    def __init__(self, faults: tuple[Fault, ...] = ()) -> None:
        self._faults = list(faults)

    def add(self, text: str) -> None:
        """Ask for one more fault, in the form of --fault."""
        self._faults.append(parse_fault(text))

    def find(self, name: str, call: str) -> Fault | None:
        """The fault of this name that would strike this call now. Nothing is used up."""
        for fault in self._faults:
            if fault.name == name and call in fault.calls and fault.left != 0:
                return fault
        return None

    def take(self, name: str, call: str) -> Fault | None:
        """The fault of this name if it strikes this call now; that is one time less."""
        fault = self.find(name, call)
        if fault is not None and fault.left is not None:
            fault.left -= 1
        return fault


def _usage(message: str) -> CeremonyError:
    return CeremonyError(Failure.USAGE, message, hint="ceremony-sandbox --help lists the faults")
