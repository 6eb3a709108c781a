"""The machine that a program runs on: what it does with memory, and who is connected to it.

``machine_facts`` reads, ``problems`` judges; neither changes anything. What a process can do
for itself is in ``process``.
"""

from ceremony.machine.entropy import Entropy, machine_entropy
from ceremony.machine.facts import Facts, Interface, machine_facts
from ceremony.machine.image import Image, machine_image
from ceremony.machine.problems import Problem, problems
from ceremony.machine.process import forbid_dumps, lock_memory

__all__ = [
    "Entropy",
    "Facts",
    "Image",
    "Interface",
    "Problem",
    "forbid_dumps",
    "lock_memory",
    "machine_entropy",
    "machine_facts",
    "machine_image",
    "problems",
]
