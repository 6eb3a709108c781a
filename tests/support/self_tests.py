"""The self-tests of a laptop in a test's own process."""

from ceremony.offline.self_tests import TESTS, SelfTests

QUICK: SelfTests = {**TESTS, "QR codes": lambda: True}
"""All, by the same names; but no process is started that reads pictures, which takes as long
as some hundred commands. tests/offline/test_self_tests.py runs that one, and so does each
test that starts the program itself."""
