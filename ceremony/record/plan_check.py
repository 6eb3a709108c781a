"""Whether a plan makes sense: every mistake, and what a careful person would ask.

A mistake stops a ceremony before it begins; a question does not, and `ceremony plan
check` shows both with their lines.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ceremony.addresses import NETWORKS
from ceremony.curves import CURVES
from ceremony.dfns.key_import import MAX_NAME
from ceremony.dfns.scheme import DEFAULT_PROTOCOLS, check_scheme
from ceremony.errors import CeremonyError, printable
from ceremony.keys.format_table import FORMATS
from ceremony.keys.forms import FORMS, OutOptions, check_form_options
from ceremony.record.plan import ImportKey, Plan, Source
from ceremony.record.plan_file import Finding, Lines
from ceremony.text import parse_hex_bytes

KIT = "fireblocks-kit"
"""The format of a whole recovery kit: several files, not one secret."""

NEW = "new"
"""The format of a key that is made here: no source at all."""

KIT_CURVES = ("secp256k1", "ed25519")

API = re.compile(r"https://[a-z0-9.-]+(:\d+)?(/[\w.-]+)*|http://(127\.0\.0\.1|localhost)(:\d+)?")
ID = re.compile(r"[A-Za-z0-9_-]{1,128}")


@dataclass(frozen=True, slots=True)
class Findings:
    """Both in the order of their lines."""

    mistakes: tuple[Finding, ...]
    questions: tuple[Finding, ...]


def curve_of(key: ImportKey, source: Source) -> str:
    """The curve of a key: named, or the only one that its format and network leave."""
    if key.curve is not None:
        return key.curve
    left = curves_left(key, source)
    return left[0] if len(left) == 1 else ""


def curves_left(key: ImportKey, source: Source) -> list[str]:
    """The curves that the source's format and the key's network both have."""
    if source.format == NEW:
        of_source: tuple[str, ...] = tuple(CURVES)
    elif source.format == KIT:
        of_source = KIT_CURVES
    else:
        of_source = FORMATS[source.format].curves if source.format in FORMATS else ()
    known = NETWORKS.get(key.network or "")
    return [curve for curve in of_source if known is None or curve in known.curves]


def check_plan(plan: Plan, text: str) -> Findings:
    """What is wrong with a plan and what to ask about it; ``text`` is its file's."""
    lines = Lines(text)
    checking = Checking(plan, lines)
    mistakes = [*checking.head(), *checking.sources(), *checking.labels()]
    mistakes += [*checking.exports()] if plan.is_export else [*checking.imports()]
    questions = [*checking.questions()]
    return Findings(
        tuple(sorted(mistakes, key=lambda f: f.line)),
        tuple(sorted(questions, key=lambda f: f.line)),
    )


class Checking:
    """One plan and where its parts stand."""

    def __init__(self, plan: Plan, lines: Lines) -> None:
        self._plan, self._lines = plan, lines

    def head(self) -> Iterator[Finding]:
        plan, dfns = self._plan, self._plan.dfns
        if not API.fullmatch(dfns.api):
            yield self._at("dfns", 0, "api", "api is https:// and a host, without a slash at the "
                           "end; http is for this machine and rehearsals")  # fmt: skip
        elif dfns.api.startswith("http:") and plan.environment == "production":
            yield self._at("dfns", 0, "api", "plain http is not for production")
        if not ID.fullmatch(dfns.organisation):
            yield self._at("dfns", 0, "organisation", "this is not an organisation's id (or-...)")
        if not re.fullmatch(r"[0-9a-f]{64}", dfns.signers):
            yield self._at("dfns", 0, "signers", "signers is the fingerprint, 64 small hex digits; "
                           "`ceremony fingerprint` shows it")  # fmt: skip
        if not 2 <= dfns.threshold <= 20:
            yield self._at("dfns", 0, "threshold", "threshold is from 2 to the number of signers")
        if not (0 < len(plan.title) <= 100 and printable(plan.title, 100) == plan.title):
            yield self._at("", 0, "title", "the title has 1 to 100 printable characters")
        if not ID.fullmatch(plan.state.replace(".", "")):
            yield self._at("", 0, "state", "state is a file's name, without a folder")
        roles = [person.role for person in plan.people]
        for role in ("administrator", "operator", "witness"):
            if role not in roles:
                yield self._at("people", 0, "", f"nobody is the {role}")

    def labels(self) -> Iterator[Finding]:
        exports, imports = self._plan.exports, self._plan.imports
        labels = [key.label for key in exports] or [key.label for key in imports]
        seen: set[str] = set()
        for index, label in enumerate(labels):
            if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}", label):
                yield self._key(index, "label", "a label has 1 to 64 letters, digits, . _ - or "
                                "spaces")  # fmt: skip
            if label in seen:
                yield self._key(index, "label", f"the label {printable(label)} is there twice")
            seen.add(label)

    def sources(self) -> Iterator[Finding]:
        used = {key.source for key in self._plan.imports}
        names = [source.name for source in self._plan.sources]
        for index, source in enumerate(self._plan.sources):
            if source.format not in (*FORMATS, KIT, NEW):
                yield self._at("sources", index, "format", "the format "
                               f"{printable(source.format)} is not known: `ceremony formats` "
                               "lists them")  # fmt: skip
            if names.count(source.name) > 1:
                yield self._at("sources", index, "name", "two sources have this name")
            if source.name not in used:
                yield self._at("sources", index, "name", "no key comes from this source")
            if source.format == KIT and (source.file is None or source.rsa_key is None):
                yield self._at("sources", index, "format", "a recovery kit names its file and its "
                               "rsa_key")  # fmt: skip

    def imports(self) -> Iterator[Finding]:
        plan = self._plan
        sources = {source.name: source for source in plan.sources}
        places: set[tuple[str, str | None, str]] = set()
        for index, key in enumerate(plan.imports):
            source = sources.get(key.source)
            if source is None:
                yield self._key(index, "source", f"there is no source {printable(key.source)}")
                continue
            yield from self._kind(index, key, source)
            if source.format == NEW and key.expect is not None:
                yield self._key(index, "expect", "nobody can expect a key that is made here")
            if source.format != NEW and key.expect is None:
                yield self._key(index, "", f"{key.label} has no expect: its address or public key")
            needs_path = source.format == KIT or (
                source.format in FORMATS and "paths" in FORMATS[source.format].needs
            )
            takes_path = source.format == KIT or (
                source.format in FORMATS and "paths" in FORMATS[source.format].takes
            )
            if needs_path and key.path is None:
                yield self._key(
                    index, "", f"{key.label} has no path, and {source.format} needs one"
                )
            if not takes_path and key.path is not None:
                yield self._key(index, "path", f"the format {source.format} takes no path")
            place = (key.source, key.path, curve_of(key, source))
            if source.format != NEW and place in places:
                yield self._key(index, "path", "this is the same key as one above: make a wallet "
                                "of it in place of a second import")  # fmt: skip
            places.add(place)
            yield from self._wallets(index, key)

    def _kind(self, index: int, key: ImportKey, source: Source) -> Iterator[Finding]:
        if self._plan.operation == "import-wallets" and key.network is None:
            yield self._key(index, "", f"{key.label} has no network: a wallet is of one")
        if self._plan.operation == "import-keys" and key.network is not None:
            yield self._key(index, "network", "a key has no network: list [[keys.wallets]] of it")
        if key.network is not None and key.network not in NETWORKS:
            yield self._key(index, "network", f"the network {printable(key.network)} is not known:"
                            " `ceremony networks` lists them")  # fmt: skip
        if key.curve is not None and key.curve not in curves_left(key, source):
            yield self._key(index, "curve", f"{source.format} and the network leave "
                            f"{', '.join(curves_left(key, source)) or 'no curve'}")  # fmt: skip
        elif not curve_of(key, source):
            yield self._key(index, "", f"{key.label} needs a curve: "
                            f"{', '.join(curves_left(key, source)) or 'none fits'}")  # fmt: skip
        elif key.protocol is not None:
            try:
                check_scheme(key.protocol, curve_of(key, source))
            except CeremonyError as error:
                yield self._key(index, "protocol", error.message)
        name = key.name or key.label
        if not (0 < len(name) <= MAX_NAME and name.isascii() and name.isprintable()):
            yield self._key(index, "name", f"a name has 1 to {MAX_NAME} printable ASCII characters")

    def _wallets(self, index: int, key: ImportKey) -> Iterator[Finding]:
        if key.wallets and key.network is not None:
            yield self._key(index, "", f"{key.label}: wallets are made of keys, not of wallets")
        if key.master_key and not any(wallet.path for wallet in key.wallets):
            yield self._key(index, "master_key", "a master key names at least one derived wallet "
                            "with its path and expected address: Dfns' chain code is not in the "
                            "request, and only an address tells which one it takes")  # fmt: skip
        for wallet in key.wallets:
            if wallet.network not in NETWORKS:
                yield self._key(index, "", f"{key.label}: the network {printable(wallet.network)} "
                                "is not known")  # fmt: skip
            if wallet.path is not None and not key.master_key:
                yield self._key(index, "", f"{key.label}: only a master key has derived wallets")
            if wallet.path is not None and not re.fullmatch(r"m(/\d{1,10})+", wallet.path):
                yield self._key(index, "", f"{key.label}: the path of a derived wallet is like "
                                "m/0/1, without hardened levels")  # fmt: skip
            if key.master_key and wallet.path is None:
                yield self._key(index, "", f"{key.label}: a wallet of a master key has a path")

    def exports(self) -> Iterator[Finding]:
        places: set[str] = set()
        for index, key in enumerate(self._plan.exports):
            if (key.key is None) is (key.wallet is None):
                yield self._key(index, "", f"{key.label} names a key or a wallet, one of them")
            for name, value in (("key", key.key), ("wallet", key.wallet)):
                if value is not None and not ID.fullmatch(value):
                    yield self._key(index, name, f"this is not the id of a {name}")
            try:
                parse_hex_bytes(key.public_key, "public_key")
            except CeremonyError as error:
                yield self._key(index, "public_key", error.message)
            if key.form not in FORMS:
                yield self._key(index, "form", f"the form {printable(key.form)} is not known: "
                                f"{', '.join(FORMS)}")  # fmt: skip
            else:
                yield from self._form(index)
            for place in key.to:
                if place in places or not place:
                    yield self._key(index, "to", "each file has a name of its own")
                places.add(place)
            if len(key.to) != 1 and key.threshold is None:
                yield self._key(index, "to", "to names one file; several are for slip39 shares")

    def _form(self, index: int) -> Iterator[Finding]:
        key = self._plan.exports[index]
        shares = None if key.threshold is None else (key.threshold, len(key.to))
        given = OutOptions(recipients=key.recipients, network=key.network, shares=shares).given
        typed = FORMS[key.form].needs & {"passphrase"}
        try:
            check_form_options(key.form, given | typed)
        except CeremonyError as error:
            yield self._key(index, "form", f"{error.message}: {error.hint}")

    def questions(self) -> Iterator[Finding]:
        from ceremony.record.plan_questions import questions

        for index, field, text in questions(self._plan):
            yield self._key(index, field, text)

    def _at(self, table: str, index: int, field: str, text: str) -> Finding:
        return Finding(self._lines.of(table, index, field), text)

    def _key(self, index: int, field: str, text: str) -> Finding:
        return self._at("keys", index, field, text)


__all__ = ["DEFAULT_PROTOCOLS", "KIT", "NEW", "Findings", "check_plan", "curve_of", "curves_left"]
