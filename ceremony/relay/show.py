"""What the request alone does not tell, in lines for the operator; nothing in them is secret."""

from collections.abc import Sequence
from datetime import UTC, datetime

from ceremony.desk.lines import columns, indented
from ceremony.desk.port import Table
from ceremony.desk.tables import wallet_text
from ceremony.errors import printable
from ceremony.message import ExportRequest, ImportItem, ImportRequest
from ceremony.relay.configuration import Configuration
from ceremony.relay.requests import KeyExport, KeyImport
from ceremony.relay.schema import Post

LAPTOP = "the laptop's screen"

WHERE = (13,)
"""The width of the names in front of where a request goes."""


def where_lines(configuration: Configuration) -> list[str]:
    return [
        columns("Dfns:", configuration.api_url, widths=WHERE),
        columns("environment:", configuration.environment, widths=WHERE),
        columns(
            "organisation:",
            configuration.organisation or "the token does not name it",
            widths=WHERE,
        ),
        *configuration.notes,
    ]


def table_of(request: ImportRequest | ExportRequest) -> Table:
    """The whole request, for people to compare with the laptop's table."""
    where = f"{request.organisation} at {request.api_url}"
    if isinstance(request, ExportRequest):
        return Table(
            f"keys that leave {where}",
            ("label", "key", "wallet", "public key"),
            tuple(
                (key.label, key.key_id or "-", key.wallet_id or "-", key.public_key)
                for key in request.keys
            ),
            LAPTOP,
        )
    columns = ("label", "route", "network", "name", "public key", "address", "wallets to make")
    return Table(f"keys that go into {where}", columns, tuple(map(_row, request.keys)), LAPTOP)


def _row(key: ImportItem) -> tuple[str, ...]:
    wallets = "; ".join(wallet_text(w.network, w.path, w.address, w.name) for w in key.wallets)
    master = ", a master key" if key.body.master_key else ""
    external = f", external id {key.body.external_id}" if key.body.external_id else ""
    return (
        key.label,
        f"POST {key.body.api_path}, {key.body.protocol} on {key.body.curve}, "
        f"{key.body.min_signers} of {len(key.body.encrypted_key_shares)} signers{master}{external}",
        key.body.network or "a key without a wallet",
        key.body.name or "",
        key.public_key.hex(),
        key.address or "none",
        wallets or "none",
    )


def lost_lines(items: Sequence[KeyImport]) -> list[str]:
    """Those that were posted before, the answer was lost, and Dfns does not list them."""
    if not items:
        return []
    return [
        "posted before, no answer came, and Dfns does not have them; they will be sent again",
        "under the user action of the first post, which Dfns takes once:",
        *(line for item in items for line in _import_lines(item)),
    ]


def import_again_lines(item: KeyImport, post: Post) -> list[str]:
    """The question whether an import is posted a second time, with a new user action."""
    return [
        "A SECOND POST of this import, with a new user action:",
        *_import_lines(item),
        f"  posts so far: {post.attempts}; the last one {time_text(post.posted_at)}",
        "Dfns shows neither a wallet nor a key of it. If the first post is still at work there,",
        "or waits for an approval, TWO wallets of this key may result. Look in Dfns first:",
        f"  wallets and keys with the public key {item.name.public_key.hex()}",
        "  approvals that wait, and the log of this service account around that time",
        "If in doubt, leave it and look again later: nothing is lost by waiting.",
    ]


def export_again_lines(
    item: KeyExport, facts: Sequence[str], post: Post | None, *, changed: bool
) -> list[str]:
    """The question whether a key is exported that was exported, or asked for, before."""
    posted = post is not None and post.state != "refused"
    return [
        "A SECOND EXPORT of this key may result:",
        *export_lines(item, facts),
        *([] if post is None or not posted else _export_before(post)),
        *(["  this changed in Dfns after the question before"] if changed else []),
        "Look in Dfns first: whether the key is exported, approvals that wait, and the log of",
        "this service account. ceremony-relay journal show lists the answers that are kept.",
    ]


def _export_before(post: Post) -> list[str]:
    return [
        f"  this very request was posted before, {post.attempts} times; the last one"
        f" {time_text(post.posted_at)}",
        f"  what came: {len(post.answer)} bytes, which are kept; state {post.state}",
    ]


def time_text(seconds: float) -> str:
    """A time of this machine's clock, which nothing is decided by."""
    try:
        when = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return "at an unknown time"
    return when.strftime("%Y-%m-%d %H:%M:%S UTC by this machine's clock")


def export_lines(item: KeyExport, facts: Sequence[str]) -> list[str]:
    return [
        f"export of key {item.key_id}; afterwards Dfns signs with it no more",
        *(indented(fact, 2) for fact in facts),
    ]


def _import_lines(item: KeyImport) -> list[str]:
    body = item.body
    network = [] if body.network is None else [f"network {printable(body.network)}"]
    name = "no name" if body.name is None else f"name {printable(body.name)}"
    master = ["master key"] if body.master_key else []
    external = [] if body.external_id is None else [f"external id {printable(body.external_id)}"]
    return [
        columns(f"POST {body.api_path}", *network, name, *external, *master),
        columns(
            printable(body.curve),
            printable(body.protocol),
            f"minSigners {body.min_signers}",
            f"{len(body.encrypted_key_shares)} shares",
            indent=2,
        ),
        f"  public key {item.name.public_key.hex()}",
    ]
