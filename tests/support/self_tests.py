"""The self-tests of a laptop in a test's own process."""

from ceremony.offline.self_tests import TESTS, SelfTests

QUICK: SelfTests = dict.fromkeys(TESTS, lambda: True)
"""All by their names, and each passes at once: they compute the same whatever command runs
them, and take longer than some hundred commands. tests/offline/test_self_tests.py runs the
real ones, and so does each test that starts a program."""
