"""`ceremony-relay signers`: what a second host asks Dfns, to compare with the first."""

from dataclasses import dataclass

from ceremony.desk.digests import numbered_digest
from ceremony.desk.lines import indented
from ceremony.dfns.signers import SignersInfo, parse_signers
from ceremony.errors import printable
from ceremony.files import check_absent, write_file
from ceremony.relay.api import DfnsApi
from ceremony.relay.configuration import Configuration
from ceremony.relay.console import tell
from ceremony.relay.show import where_lines


@dataclass(frozen=True, slots=True)
class SignersOptions:
    """``out`` is a new file for the answer of GET /signers, byte for byte."""

    out: str
    cluster: str | None


def signers(options: SignersOptions, configuration: Configuration) -> None:
    """GET /signers, checked, to a file; its fingerprint on the screen."""
    check_absent(options.out, "the signers file")
    for line in where_lines(configuration):
        tell(line)
    with DfnsApi(configuration) as api:
        answer = api.signers()
    _show_signers(parse_signers(answer, options.cluster))
    write_file(options.out, answer, "the signers file")


def _show_signers(info: SignersInfo) -> None:
    tell(f"cluster {printable(info.cluster_id)}: {len(info.signers)} signers, fingerprint:")
    for line in numbered_digest(info.fingerprint()):
        tell(indented(line, 2))
