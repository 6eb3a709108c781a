"""The texts of Dfns' API as they are taken: alphabet and length of each kind.

A text of another form is refused where it is decoded, as ``malformed``, so that nothing
behind it meets escapes, line breaks, padding or megabytes in an id. docs/format.md,
"Texts from outside".
"""

from typing import Annotated

from msgspec import Meta

MAX_ID = 128

Id = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{1,128}\Z")]
"""An id of an organisation, cluster, wallet, key or challenge. Dfns' own are like
``wa-5pfuu-9euek-h0odgb6snva8ph3k``."""

IdOrNone = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{0,128}\Z")]
"""An id, or the empty text where there is none."""

Word = Annotated[str, Meta(pattern=r"\A[ -~]{0,64}\Z")]
"""A status, network, curve, scheme, protocol or date."""

Hex = Annotated[str, Meta(pattern=r"\A(0x)?[0-9A-Fa-f]{0,1024}\Z")]
"""A public key, which may be of a kind that this program does not know."""

Address = Annotated[str, Meta(pattern=r"\A[!-~]{0,512}\Z")]
"""An address of any network. The longest that are known have 120 characters."""

Path = Annotated[str, Meta(pattern=r"\A[!-~]{0,256}\Z")]
"""A derivation path."""

Name = Annotated[str, Meta(pattern=r"\A[ -~]{0,100}\Z")]
"""The name that people give a wallet or key."""

Opaque = Annotated[str, Meta(max_length=8192)]
"""A text that is sent back as it came, and never shown."""
