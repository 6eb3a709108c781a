"""What happens before a command that is no ceremony reads a secret."""

from collections.abc import Callable

from ceremony.desk.warnings import warn, warn_of_machine
from ceremony.machine import Facts
from ceremony.offline.self_tests import SelfTests, run_self_tests


def before_keys(
    facts: Facts, tell: Callable[[str], None] = warn, self_tests: SelfTests | None = None
) -> None:
    """ENV-SELF-TEST, then DSK-MACHINE. Raises ``machine`` for a self-test that fails.

    ENV-GATE is for ceremonies: without a plan nothing says whether this is production, so
    what does not fit is told and not refused. ``self_tests`` is None for all.
    """
    run_self_tests(lambda _: None, self_tests)
    warn_of_machine(facts, tell)
