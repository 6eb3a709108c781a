"""What takes a laptop's time, for tests that are about something else."""

from ceremony.offline.self_tests import TESTS, SelfTests
from ceremony.passphrases import Work

QUICK: SelfTests = dict.fromkeys(TESTS, lambda: True)
"""All by their names, and each passes at once: they compute the same whatever command runs
them, and take longer than some hundred commands. tests/offline/test_self_tests.py runs the
real ones, and so does each test that starts a program."""

LITTLE = Work(argon2_passes=1, argon2_memory=8192, scrypt_n=1 << 4, pbkdf2_rounds=10)
"""Derivations that do not take the tests' time."""
