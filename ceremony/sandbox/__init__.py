"""A Dfns that runs on this machine: an HTTP server on loopback, with signers of its own.

It is the other side: what the offline program encrypts, the signers here decrypt
and judge for themselves (``cluster``), without the checks of the side that made it.
docs/sandbox.md says what it does as Dfns does, and what it does not.
"""
