"""Answers to the image's first screens and its menu, as somebody types them."""

import re
import time

from machine import PATIENCE, Machine


def choose(computer: Machine, question: str, answer: str) -> None:
    """Take the one answer to the question that fits the pattern, by its number."""
    deadline = time.monotonic() + PATIENCE
    while True:
        lines = computer.wait_to_see(question)
        found = [re.search(rf"\[.\] (\d+) {answer}", line) for line in lines]
        numbers = [match[1] for match in found if match]
        if len(numbers) == 1:
            break
        assert time.monotonic() < deadline, "\n".join(lines)
        time.sleep(1)
    computer.type(f"{numbers[0]}\n")


def ask(computer: Machine, question: str, answer: str) -> None:
    computer.wait_to_see(question)
    computer.type(f"{answer}\n")
