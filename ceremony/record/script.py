"""The script for the table: what is printed of a plan, before it is HTML or PDF.

Its steps are those of ``ceremony.record.steps``, which the screens show, so the two cannot
differ. The signers' words are not in it, nor their fingerprint: people write them by hand,
from the second host and from Dfns by voice, since a plan must not be its own witness.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ceremony.errors import printable
from ceremony.message import digest_hex, digest_words
from ceremony.record.plan import ROLES, ExportKey, ImportKey, Plan, Role
from ceremony.record.plan_curves import curve_of
from ceremony.record.steps import PLAN, RELAY_STEPS, SIGNERS, Step, steps_of

MARKS = {"production": "PRODUCTION", "rehearsal": "PRACTICE"}
"""What stands on every page."""

KEYS_A_PAGE = 20
"""As many as the desk shows at a time: the pages of the paper are those of the screen."""

CONFIRMED = "the same as on the screen. Initials: ____________"

WORDS = 32
"""Words of a SHA-256."""

EXCEPTION_SHEETS = 2
LINES_A_SHEET = 5

LONG = 2000
"""Characters of the longest text of a plan that is printed: an SSH recipient."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and their values, a line each."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The numbered places of a digest's words; ``words`` is empty where people write them."""

    title: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintedStep:
    """One step: a place for the time, and one for initials, beside it."""

    number: str
    title: str
    who: tuple[str, ...]
    does: tuple[str, ...]
    aloud: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrintedKey:
    """``becomes`` says in a few words what it is afterwards; it stands beside the label."""

    number: int
    label: str
    becomes: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class KeyPage:
    """The keys that one page of the screen shows; confirmed with initials."""

    title: str
    keys: tuple[PrintedKey, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """Empty lines under these columns, for people to write in; ``rows`` may have a beginning.

    ``widths`` are the columns' parts of 100.
    """

    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[str, ...]


Block = Facts | Words | PrintedStep | KeyPage | Form


@dataclass(frozen=True, slots=True)
class Section:
    """A part that begins on a page of its own. ``notes`` stand before its blocks."""

    title: str
    notes: tuple[str, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """``mark`` is PRACTICE or PRODUCTION; ``footer`` names the plan on every page."""

    title: str
    mark: str
    footer: str
    sections: tuple[Section, ...]


def script_of(plan: Plan) -> Script:
    """The printed script of a plan without mistakes. The same plan gives the same script."""
    steps = steps_of(plan.operation, plan.people_entropy)
    title = printable(plan.title, LONG)
    return Script(
        title=title,
        mark=MARKS[plan.environment],
        footer=f"{title}, plan {plan.digest.hex()[:16]}",
        sections=(
            _front(plan),
            _steps("The steps on the laptop", "", steps, plan),
            _steps("The steps on the relay", "R", RELAY_STEPS, plan),
            _words(steps),
            _keys(plan),
            *(_exceptions(number) for number in range(1, EXCEPTION_SHEETS + 1)),
            _signatures(plan),
        ),
    )


def _front(plan: Plan) -> Section:
    dfns = plan.dfns
    rows = [
        ("environment", f"{MARKS[plan.environment]} ({plan.environment})"),
        ("operation", plan.operation),
        ("organisation", dfns.organisation),
        ("API address", dfns.api),
        ("cluster", dfns.cluster or "the only one that Dfns names"),
        ("keys", str(len(plan.imports) + len(plan.exports))),
    ]
    if plan.is_export:
        rows.append(("sealed state", plan.state))
    else:
        rows.append(("threshold", f"{dfns.threshold} signers sign together"))
    rows.append(("people's entropy", "yes" if plan.people_entropy else "no"))
    if plan.machine.root_keeps_data:
        rows.append(("machine", "its root file system may keep data"))
    for source in plan.sources:
        files = " and ".join(name for name in (source.file, source.rsa_key) if name)
        parts = [source.format, source.entry if not files else f"from {files}"]
        parts += ["with a passphrase"] if source.passphrase else []
        parts += [f"brought by {source.custodian}"] if source.custodian else []
        rows.append((f"source {source.name}", ", ".join(parts)))
    people = tuple((person.name, f"{person.role}: {ROLES[person.role]}") for person in plan.people)
    return Section(
        printable(plan.title, LONG),
        ("Never write a passphrase, a mnemonic or a share on this script.",),
        (
            _facts(rows),
            _facts(people),
            _facts([("plan, SHA-256", digest_hex(plan.digest))]),
            Words("The words of the plan's digest", digest_words(plan.digest)),
        ),
    )


def _steps(title: str, prefix: str, steps: Sequence[Step], plan: Plan) -> Section:
    notes = (
        "Each step is done in this order. Write the time when it begins, and your initials when "
        "it is done. What is not as it stands here goes on an exception sheet.",
    )
    blocks = tuple(
        PrintedStep(
            f"{prefix}{number}",
            step.title,
            tuple(_people(role, plan) for role in step.who),
            step.does,
            step.aloud,
        )
        for number, step in enumerate(steps, 1)
    )
    return Section(title, notes, blocks)


def _people(role: Role, plan: Plan) -> str:
    names = [printable(person.name, LONG) for person in plan.people if person.role == role]
    return f"{role} ({', '.join(names)})" if names else role


def _words(steps: Sequence[Step]) -> Section:
    """A place for all that is read aloud and that the plan cannot know."""
    places = tuple(Words(title) for step in steps for title in places_of(step))
    notes = ("Write the words as they are read aloud, each at its number, before they are typed.",)
    return Section("Words that are written by hand", notes, places)


def places_of(step: Step) -> tuple[str, ...]:
    """The empty places of a step: one for each text that is read aloud, two for the signers'.

    The plan's words are printed on the first page.
    """
    if step == PLAN:
        return ()
    if step == SIGNERS:
        return (
            "The words of the signers' fingerprint, from the second host",
            "The words of the signers' fingerprint, from Dfns by voice",
        )
    return tuple(text[0].upper() + text[1:] for text in step.aloud)


def _keys(plan: Plan) -> Section:
    keys = tuple(_printed_keys(plan))
    pages = [keys[i : i + KEYS_A_PAGE] for i in range(0, len(keys), KEYS_A_PAGE)]
    notes = ("Each page is compared with the screen as a whole, and confirmed with initials.",)
    blocks = tuple(
        KeyPage(f"The keys, page {number} of {len(pages)}", page)
        for number, page in enumerate(pages, 1)
    )
    return Section("The keys", notes, blocks)


def _printed_keys(plan: Plan) -> Iterator[PrintedKey]:
    for number, key in enumerate(plan.imports, 1):
        curve = curve_of(key, plan.source(key.source))
        becomes = f"a wallet on {key.network}" if key.network else f"a key on {curve}"
        becomes += ", a master key" if key.master_key else ""
        yield PrintedKey(number, key.label, becomes, _facts([*_import_facts(key)]).rows)
    for number, export in enumerate(plan.exports, 1):
        shares = f", any {export.threshold} of {len(export.to)}" if export.threshold else ""
        yield PrintedKey(
            number, export.label, f"as {export.form}{shares}", _facts([*_export_facts(export)]).rows
        )


def _import_facts(key: ImportKey) -> Iterator[tuple[str, str]]:
    yield "from", " ".join(part for part in (key.source, key.path, key.key_id) if part)
    if key.name and key.name != key.label:
        yield "name", key.name
    if key.protocol:
        yield "protocol", key.protocol
    yield "expected", key.expect or "nothing: it is made in the ceremony"
    for wallet in key.wallets:
        named = [wallet.network, wallet.path or "", f"({wallet.name})" if wallet.name else ""]
        yield "to make", " ".join(part for part in named if part)
        yield "expected", wallet.expect


def _export_facts(key: ExportKey) -> Iterator[tuple[str, str]]:
    yield ("key", key.key) if key.key else ("wallet", key.wallet or "")
    yield "expected", key.public_key
    if key.network:
        yield "network", key.network
    for recipient in key.recipients:
        yield "recipient", recipient
    for place in key.to:
        yield "goes to", place


def _exceptions(number: int) -> Section:
    notes = (
        "Whatever is not as the script has it: what happened, and who decided how to go on.",
        "Copy this page for more.",
    )
    columns = ("time", "step", "what happened, and what was decided", "who decided", "initials")
    form = Form(columns, (10, 9, 51, 18, 12), ("",) * LINES_A_SHEET)
    return Section(f"Exception sheet {number}", notes, (form,))


def _signatures(plan: Plan) -> Section:
    notes = ("We were present, and what stands here is what happened.",)
    people = tuple(printable(f"{one.name}, {one.role}", LONG) for one in plan.people)
    columns = ("name and role", "date and time", "signature")
    return Section("Signatures", notes, (Form(columns, (38, 24, 38), people),))


def _facts(rows: Sequence[tuple[str, str]]) -> Facts:
    return Facts(tuple((printable(name, LONG), printable(value, LONG)) for name, value in rows))
