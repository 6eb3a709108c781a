"""The three commands with files; over the link they go to ceremony.relay.over_link."""

import argparse
import os

from ceremony.desk.digests import check_confirmed, digest_lines
from ceremony.dfns.signers import SignersInfo, parse_signers
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.files import STANDARD, check_absent, read_file, write_file
from ceremony.message import digest
from ceremony.relay import exporting, importing, over_link
from ceremony.relay.api import DfnsApi
from ceremony.relay.configuration import read_configuration
from ceremony.relay.crossing import import_outcome
from ceremony.relay.opening import open_journal, open_session, tell
from ceremony.relay.requests import read_export, read_import
from ceremony.relay.session import Outcome
from ceremony.relay.show import where_lines
from ceremony.text import parse_hex_bytes


def signers(options: argparse.Namespace) -> None:
    """GET /signers, checked, to a file or over the link."""
    if options.link is None:
        check_absent(options.out, "the signers file")
        if options.journal is not None:
            raise _usage("--journal goes with --link: it remembers which signers were sent")
    configuration = read_configuration(options.env, os.environ)
    link = over_link.open_link(options, configuration)
    for line in where_lines(configuration):
        tell(line)
    with DfnsApi(configuration) as api:
        answer = api.signers()
    _show_signers(parse_signers(answer, options.cluster))
    if link is None:
        write_file(options.out, answer, "the signers file")
    else:
        over_link.send_signers(link, options, configuration, answer)


def import_keys(options: argparse.Namespace) -> None:
    """POST /wallets/import or /keys/import, once for each key."""
    _check_ways(options, {"--request": options.request, "--public-key": options.public_key})
    configuration = read_configuration(options.env, os.environ)
    if (link := over_link.open_link(options, configuration)) is not None:
        over_link.import_keys(link, options, configuration)
        return
    data = read_file(options.request, "the import request")
    request = _confirmed(options, data)
    public_key = parse_hex_bytes(options.public_key, "the public key")
    item = read_import(request, data, public_key)
    if not os.path.lexists(options.journal):
        check_absent(options.out, RECEIPT)
    with open_journal(options, configuration) as journal:
        finished = check_output(options.out, importing.stored(journal, item), RECEIPT)
        with open_session(journal, options, configuration, request, SUBJECT) as session:
            (outcome,) = importing.run_imports(session, [item])
    if isinstance(outcome, CeremonyError):
        raise outcome
    _write(options.out, outcome, RECEIPT, finished)
    made = import_outcome(item, outcome)
    tell(printable(f"imported: {made.wallet_id} {made.key_id} {made.status} {made.address}", 300))


def export_keys(options: argparse.Namespace) -> None:
    """POST /keys/{id}/export, for each key; the answers are kept first."""
    which = options.key or options.wallet
    _check_ways(options, {"--request": options.request, "--key or --wallet": which})
    if options.link is None and options.confirm is not None:
        # The file's digest says nothing of the key, and would fit any.
        raise _usage("--confirm goes with --link: a request file does not name its key")
    configuration = read_configuration(options.env, os.environ)
    if (link := over_link.open_link(options, configuration)) is not None:
        over_link.export_keys(link, options, configuration)
        return
    data = read_file(options.request, "the export request")
    request = digest(data)
    if not os.path.lexists(options.journal):
        check_absent(options.out, RESPONSE)
    with (
        open_journal(options, configuration) as journal,
        open_session(journal, options, configuration, request, SUBJECT) as session,
    ):
        key_id = options.key or exporting.key_of_wallet(session.api, options.wallet)
        item = read_export(request, data, key_id)
        finished = check_output(options.out, exporting.stored(session, item), RESPONSE)
        (outcome,) = exporting.run_exports(session, [item])
    if isinstance(outcome, CeremonyError):
        raise outcome
    _write(options.out, outcome, RESPONSE, finished)
    tell(f"exported: {key_id}")


SUBJECT = "the request file"

RECEIPT = "the receipt"

RESPONSE = "the response"


def check_output(path: str, stored: Outcome | None, subject: str) -> bool:
    """Whether the output is there already, exactly as the journal has it.

    Raises ``file`` for an output that exists otherwise, before anything is done.
    """
    if isinstance(stored, bytes) and path != STANDARD and os.path.lexists(path):
        if read_file(path, subject) == stored:
            return True
        raise CeremonyError(
            Failure.FILE,
            f"{subject} {printable(path)} exists already, and is not that of this request",
            hint="this request is finished: name another file to have its answer written there",
        )
    check_absent(path, subject)
    return False


def _write(path: str, answer: bytes, subject: str, finished: bool) -> None:
    if finished:
        tell(f"this request was finished before; {subject} {printable(path)} is left as it is")
    else:
        write_file(path, answer, subject)


def _confirmed(options: argparse.Namespace, data: bytes) -> bytes:
    """The request's digest; one that is not what --confirm says ends here, before Dfns is asked."""
    value = digest(data)
    if options.confirm is not None:
        check_confirmed(value, options.confirm, SUBJECT)
    return value


def _check_ways(options: argparse.Namespace, given: dict[str, str | None]) -> None:
    """With files all of these are needed; a message over the link says them itself."""
    for name, value in given.items():
        if (value is None) is (options.link is None):
            raise _usage(
                f"{name} is missing" if value is None else f"{name} does not go with --link"
            )


def _show_signers(info: SignersInfo) -> None:
    tell(f"cluster {printable(info.cluster_id)}: {len(info.signers)} signers, fingerprint:")
    for line in digest_lines(info.fingerprint()):
        tell(f"  {line}")


def _usage(message: str) -> CeremonyError:
    return CeremonyError(Failure.USAGE, message, hint="see ceremony-relay --help")
