"""The plans of rehearsals on one machine: the one where nobody names one, and anybody's."""

from itertools import count
from pathlib import PurePosixPath

import msgspec

from ceremony.curves import CURVES, SECP256K1
from ceremony.record.plan import Plan

HEAD = """\
format = 1
title = "keys on each curve"
environment = "rehearsal"
operation = "export-keys"

# The sandbox's own takes its place.
[dfns]
api = "http://127.0.0.1"
organisation = "or-rehearsal"
signers = "{signers}"
threshold = 3
"""

PEOPLE = (
    ("the administrator", "administrator"),
    ("the operator of the relay", "operator"),
    ("the witness", "witness"),
)

FORMS = {"secp256k1": "hex", "stark": "hex", "ed25519": "ed25519-scalar"}


def default_plan(keys: int) -> bytes:
    """An export of ``keys`` keys on each curve, which are imported first. The first one is
    named by its wallet, the others by their own ids.
    """
    text = HEAD.format(signers="0" * 64)
    for name, role in PEOPLE:
        text += f'\n[[people]]\nname = "{name}"\nrole = "{role}"\n'
    for curve in CURVES:
        # Any point of the curve: a fresh key takes its place.
        size = 32 if curve == "ed25519" else 33
        for number in range(1, keys + 1):
            by_wallet = curve == SECP256K1.name and number == 1
            text += (
                f'\n[[keys]]\nlabel = "{curve} {number}"\ncurve = "{curve}"\n'
                f'{"wallet" if by_wallet else "key"} = "to-be-made"\n'
                f'public_key = "{"00" * size}"\nform = "{FORMS[curve]}"\n'
                f'to = ["{curve}-{number}"]\n'
            )
    return text.encode()


def with_local_files(plan: Plan) -> Plan:
    """The plan with all files of its exports in one folder: none is written where it says."""
    numbers = count(1)
    exports = tuple(
        msgspec.structs.replace(
            key, to=tuple(f"{next(numbers)}-{PurePosixPath(path).name}" for path in key.to)
        )
        for key in plan.exports
    )
    return msgspec.structs.replace(plan, exports=exports)
