"""`ceremony-relay run --resume`: what goes with it, and what it says where nothing comes back."""

import dataclasses
from pathlib import Path

import pytest

from ceremony.dfns.key_export import export_body
from ceremony.ecies import DecryptionKey
from ceremony.entropy import system_random
from ceremony.errors import CeremonyError, Failure
from ceremony.media.folder import Folder
from ceremony.media.opening import KEPT
from ceremony.message import ExportItem, ExportRequest, encode_message
from ceremony.record.plan import Plan
from ceremony.record.plan_file import parse_plan
from ceremony.relay.running import RunOptions, check_resume, crossed_before
from tests.support.laptop import plan_text
from tests.support.relay_world import URL, World

GOOD = RunOptions("journal", "light", ".", "plan.toml", resume=True)


@pytest.mark.parametrize(
    "changes", [{"by": "/media/stick"}, {"plan": None}, {"rehearsal": "sandbox.toml"}]
)
def test_what_does_not_go_with_it(changes: dict[str, str | None]) -> None:
    check_resume(GOOD)
    with pytest.raises(CeremonyError, match="--resume goes with --by light") as error:
        check_resume(dataclasses.replace(GOOD, **changes))  # type: ignore[arg-type]
    assert error.value.failure is Failure.USAGE
    check_resume(dataclasses.replace(GOOD, resume=False, **changes))  # type: ignore[arg-type]


def plan_of(world: World) -> tuple[Plan, bytes]:
    organisation = world.client.sandbox.access.org_id
    text = plan_text("00" * 32, api=URL, organisation=organisation, environment="rehearsal")
    return parse_plan(text.encode()), text.encode()


def an_export(world: World, plan: bytes) -> bytes:
    """A request whose sealed state is nowhere."""
    body = export_body(DecryptionKey.generate(system_random).encryption_key)
    request = ExportRequest(
        environment="rehearsal",
        ceremony=b"c" * 16,
        sequence=2,
        answers=b"s" * 32,
        plan=plan,
        api_url=URL,
        organisation=world.client.sandbox.access.org_id,
        keys=(ExportItem("one", body, "02" * 33, key_id="key-1"),),
    )
    return encode_message(request)


def test_the_messages_are_those_that_light_kept(tmp_path: Path) -> None:
    """The laptop's alone, in their order, from the folder in that of the relay's files."""
    folder = tmp_path / KEPT
    folder.mkdir()
    data = an_export(World(tmp_path), b"p" * 32)
    Folder(str(folder), "laptop").send(data, lambda _: None)
    assert crossed_before(str(tmp_path)) == [data]


@pytest.mark.parametrize(
    ("own", "told"),
    [(True, "the message with the sealed state of this request is not"), (False, "no request of")],
)
def test_a_request_without_its_state_and_one_of_another_plan(
    tmp_path: Path, own: bool, told: str
) -> None:
    world = World(tmp_path)
    plan, text = plan_of(world)
    data = an_export(world, plan.digest if own else b"p" * 32)
    with pytest.raises(CeremonyError, match=told):
        world.ceremony(plan=(plan, text), crossed=lambda: [b"torn", data])
    assert world.wire.calls == [], "nothing was said to Dfns"
