"""The sources of a plan: each has a format that is known, and what the format needs."""

from collections.abc import Iterator

from ceremony.errors import printable
from ceremony.keys.format_table import FORMATS
from ceremony.record.plan import Plan, Source
from ceremony.record.plan_curves import KIT, NEW
from ceremony.record.plan_lines import Place

MAX_SOURCE_NAME = 64


def check_sources(plan: Plan) -> Iterator[tuple[Place, str]]:
    """Every mistake in the sources, with its place in the plan."""
    used = {key.source for key in plan.imports}
    people = {person.name for person in plan.people}
    names = [source.name for source in plan.sources]
    for index, source in enumerate(plan.sources):
        for field, text in _source(source):
            yield ("sources", index, field), text
        if plan.is_export:
            yield ("sources", index), "an export has no sources: the keys come from Dfns"
        elif source.name not in used:
            yield ("sources", index, "name"), "no key comes from this source"
        if source.name in names[:index]:
            yield ("sources", index, "name"), "another source has this name"
        if source.custodian is not None and source.custodian not in people:
            yield (
                ("sources", index, "custodian"),
                f"nobody in the plan is called {printable(source.custodian)}",
            )


def _source(source: Source) -> Iterator[tuple[str, str]]:
    """What is wrong with one source by itself: the field, and the sentence."""
    if not (0 < len(source.name) <= MAX_SOURCE_NAME and source.name.isprintable()):
        yield "name", f"a source's name has 1 to {MAX_SOURCE_NAME} printable characters"
    if source.format == KIT:
        if source.file is None or source.rsa_key is None:
            yield "format", "a recovery kit names its file and its rsa_key"
        return
    if source.rsa_key is not None:
        yield "rsa_key", "only a recovery kit has an rsa_key"
    if source.format == NEW:
        if source.file is not None or source.passphrase or source.entry != "typed":
            yield "format", "a key that is made here has no file, no entry and no passphrase"
        return
    if source.file is not None and source.entry != "file":
        yield "file", 'a source with a file has `entry = "file"`'
    if source.format not in FORMATS:
        yield (
            "format",
            f"the format {printable(source.format)} is not known: `ceremony formats` lists them",
        )
        return
    known = FORMATS[source.format]
    if source.passphrase and "passphrase" not in known.takes:
        yield "passphrase", f"the format {source.format} has no passphrase"
    if not source.passphrase and "passphrase" in known.needs:
        yield "format", f"the format {source.format} needs `passphrase = true`"
