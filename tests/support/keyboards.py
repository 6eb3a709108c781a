"""People at a terminal of the laptop, as the commands see them."""

from pathlib import Path


class Keyboard:
    """A terminal at which the passphrases of ``answers`` are typed, one after the other."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.prompts: list[str] = []

    def isatty(self) -> bool:
        return True

    def typed(self, prompt: str) -> str:
        self.prompts.append(prompt)
        return self.answers.pop(0)


class Places(Keyboard):
    """A terminal at which places are named, and media are changed in between."""

    def __init__(self, places: list[str | None]) -> None:
        super().__init__()
        self.places = places

    def readline(self) -> str:
        place = self.places.pop(0)
        if place is None:
            raise KeyboardInterrupt
        if place.startswith("take "):
            Path(place.removeprefix("take ")).unlink()
            return self.readline()
        return place
