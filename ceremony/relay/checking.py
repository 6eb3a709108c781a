"""`ceremony-relay check`: days before, what a plan will meet at Dfns. It changes nothing.

A user action is asked for and signed, which is never used; everything else is a GET.
"""

import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ceremony.dfns.bodies import Key, Wallet
from ceremony.dfns.signers import parse_signers
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.files import read_file
from ceremony.record.plan import Plan
from ceremony.record.plan_file import MAX_PLAN, parse_plan
from ceremony.relay.api import DfnsApi
from ceremony.relay.checking_keys import check_exports, check_imports
from ceremony.relay.configuration import Configuration
from ceremony.relay.console import tell_waiting
from ceremony.relay.findings import Finding, failed, no, unknown, yes
from ceremony.relay.holdings import ARCHIVED

T = TypeVar("T", Key, Wallet)

MAX_LINE = 400

CANNOT_BE_TRIED = {
    "import-wallets": ("Wallets:Create", "Keys:Import"),
    "import-keys": ("Keys:Import",),
    "export-keys": ("Keys:Export",),
}
"""Permissions that only the post itself shows."""

OF_WALLETS = ("Wallets:Create", "Keys:Reuse", "Keys:ChildKeys:Create")
"""What POST /wallets needs: of a key, or of one derived from a master key."""


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """``plan`` is the path of the plan's file."""

    plan: str


def check(options: CheckOptions, configuration: Configuration) -> None:
    """Every finding, one a line, to standard output. Raises ``plan`` if one is a problem."""
    plan = parse_plan(read_file(options.plan, "the plan", MAX_PLAN))
    problems = 0
    with DfnsApi(configuration, waiting=tell_waiting) as api:
        for finding in findings(api, configuration, plan):
            problems += finding.verdict == "problem"
            sys.stdout.write(printable(str(finding), MAX_LINE) + "\n")
            sys.stdout.flush()
    if problems:
        raise CeremonyError(
            Failure.PLAN,
            f"{problems} problem{'s' if problems > 1 else ''} of this plan at Dfns",
            hint="correct them, or the plan, and check again; the ceremony would stop there",
        )


def findings(api: DfnsApi, configuration: Configuration, plan: Plan) -> Iterator[Finding]:
    """What Dfns says of the plan, in the order in which a ceremony meets it."""
    yield from _place(configuration, plan)
    yield _tried("token and credential (a user action, never used)", api.sign_unused_action)
    yield from _signers(api, plan)
    wallets: list[Wallet] = []
    keys: list[Key] = []
    seen = yield from _listed("GET /wallets (Wallets:Read)", api.wallets, wallets)
    seen = (yield from _listed("GET /keys (Keys:Read)", api.keys, keys)) and seen
    yield from _permissions(plan)
    if plan.is_export:
        yield from check_exports(api, plan)
    elif seen:
        yield from check_imports(plan, wallets, keys)
    else:
        yield unknown("whether Dfns holds keys of the plan already: its lists cannot be read")


def _place(here: Configuration, plan: Plan) -> Iterator[Finding]:
    for note in here.notes:
        yield unknown(note)
    for subject, planned, found in (
        ("the environment", plan.environment, here.environment),
        ("the API address", plan.dfns.api, here.api_url),
        ("the organisation", plan.dfns.organisation, here.organisation),
    ):
        if planned == found:
            yield yes(f"{subject} is {found}, as planned")
        elif not found:
            yield no(f"the token names no organisation, and the plan says {planned}")
        else:
            yield no(f"{subject} of this configuration is {found}, and the plan says {planned}")


def _signers(api: DfnsApi, plan: Plan) -> Iterator[Finding]:
    """The fingerprint against the pin. Neither is shown: a plan is not its own witness."""
    try:
        answer = api.signers()
        yield yes("GET /signers (Signers:ListSigners) is answered")
        signers = parse_signers(answer, plan.dfns.cluster)
    except CeremonyError as error:
        yield failed("the signers", error)
        return
    if signers.fingerprint().hex() == plan.dfns.signers.lower():
        yield yes(
            "the signers that this host sees are those of the plan; this host is not a second "
            "one: take the words for the paper from another host, and from Dfns by voice"
        )
    else:
        yield no(
            "the signers that this host sees are not those of the plan: find out why, on a second "
            "host and with Dfns, before anything else"
        )
    count, threshold = len(signers.signers), plan.dfns.threshold
    if not plan.is_export:
        right = 2 <= threshold <= count
        yield (yes if right else no)(f"the threshold is {threshold}, of {count} signers")


def _listed(
    subject: str, call: Callable[[], Sequence[T]], into: list[T]
) -> Generator[Finding, None, bool]:
    """Puts what is not deleted into the list, and returns whether Dfns listed it."""
    try:
        into += [one for one in call() if one.status != ARCHIVED]
    except CeremonyError as error:
        yield failed(subject, error)
        return False
    yield yes(f"{subject} is answered: {len(into)}")
    return True


def _permissions(plan: Plan) -> Iterator[Finding]:
    needed = list(CANNOT_BE_TRIED[plan.operation])
    if any(key.wallets for key in plan.imports):
        needed += [name for name in OF_WALLETS if name not in needed]
    yield unknown(
        f"{' and '.join(needed)} cannot be tried without a change: look at the service account "
        "in Dfns' dashboard, and whether Dfns has enabled this for the organisation"
    )


def _tried(subject: str, call: Callable[[], object]) -> Finding:
    try:
        call()
    except CeremonyError as error:
        return failed(subject, error)
    return yes(subject)
