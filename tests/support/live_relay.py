"""What a relay says to the live image, by light or on a stick, made from what it has heard."""

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from ceremony.errors import CeremonyError, Failure
from ceremony.media.folder import Folder
from ceremony.media.port import Tell
from ceremony.message import PlanFile, decode_message, digest, encode_message
from ceremony.message.codec import kind_of
from tests.support.laptop import Reply


def plan_reply(plan: bytes, environment: str = "rehearsal") -> Reply:
    message = PlanFile(
        environment=environment,  # type: ignore[arg-type]
        ceremony=b"",
        sequence=0,
        answers=b"",
        plan=plan,
    )
    return lambda _: encode_message(message)


@dataclass
class PlayedLight(AbstractContextManager["PlayedLight"]):
    """The light of the laptop's side: the replies are on the other screen, each for as long as
    it is awaited."""

    replies: list[Reply]
    said: list[bytes] = field(default_factory=list)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    def send(self, message: bytes, tell: Tell) -> None:
        self.said.append(message)

    def receive(self, kinds: Collection[str], known: Collection[bytes], tell: Tell) -> bytes:
        for reply in self.replies:
            data = reply(self.said)
            if kind_of(decode_message(data)) in kinds and digest(data) not in known:
                return data
        raise CeremonyError(Failure.CANCELLED, "nothing more comes", hint="the test is over")

    def sent(self) -> list[bytes]:
        return self.said

    def received(self) -> list[bytes]:
        return [reply(self.said) for reply in self.replies]


@dataclass
class CarriedStick:
    """What the operator does with the stick each time it is carried across."""

    folder: Path
    replies: list[Reply]
    carried: int = 0

    def carry(self) -> None:
        if self.carried < len(self.replies):
            laptop = Folder(str(self.folder), "laptop").sent()
            data = self.replies[self.carried](laptop)
            Folder(str(self.folder), "relay").send(data, lambda _: None)
        self.carried += 1
